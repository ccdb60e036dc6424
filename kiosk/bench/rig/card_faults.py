"""Cards as a bad day shows them: made-up cards with one fault a frame, and whether a person could still read them.

The faults are those of the field notes (§6.1) and others that no public frames show: a lens that bends, banded light,
a window's reflection, scratches, a plastic sleeve, a finger, a mirror, over-exposure, a rolling shutter. All strengths
are drawn at random up to where nobody can read any more: what counts is the share of the legible frames.
"""

import io
import random
from collections.abc import Callable
from datetime import date
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageDraw, ImageFilter

from kiosk.bench.rig.legible import is_legible
from kiosk.demo.cards import synthetic_card
from kiosk.devices.camera import Frame
from kiosk.devices.card_art import FlatCard, Print, flat_card
from kiosk.devices.card_scene import Lens, Points, Pose, View, card_in_scene, clouds, module_places

Light = npt.NDArray[np.float32]
TODAY = date(2026, 11, 24)
SIZE = (1280, 720)


class Shot(NamedTuple):
    """A frame, the text that stands in it (empty: no card), and whether a person could read it."""

    frame: Frame
    text: str
    fault: str
    is_legible: bool


class Subject(NamedTuple):
    """A card to photograph."""

    payload: str
    card: FlatCard
    error: str


class _Scene:
    """A picture on its way from the card to the frame."""

    def __init__(self, subject: Subject, source: np.random.Generator) -> None:
        self.subject = subject
        self.source = source
        self.dots = source.uniform(2.4, 4.2)
        """Dots a module."""
        self.turn, self.lean = source.uniform(-18, 18), source.uniform(-12, 12, 2)
        self.lens = Lens()
        self.blur = source.uniform(0.1, 0.25)
        """Sigma of the defocus in modules."""
        self.noise = source.uniform(1.5, 5.0)
        self.quality = 0
        """Of the JPEG between camera and us; 0: none."""
        self.is_mirrored = False
        self.over: list[Callable[[Light, Points], Light]] = []
        """What happens to the light after the card was drawn, in order; told where the code's modules stand."""

    def shoot(self, fault: str) -> Shot:
        """Expose the frame."""
        card = self.subject.card
        view = self._view(card)
        places = module_places(card, view)
        scene = card_in_scene(card, _desk(self.source), view)
        scene = scene.filter(ImageFilter.GaussianBlur(self.blur * self.dots))
        light: Light = np.asarray(scene, dtype=np.float32)
        for act in self.over:
            light = act(light, places)
        light = light + self.source.standard_normal(light.shape, dtype=np.float32) * np.float32(self.noise)
        frame: Frame = np.clip(light, 0, 255).astype(np.uint8)
        if self.quality:
            stream = io.BytesIO()
            Image.fromarray(frame).save(stream, "JPEG", quality=self.quality)
            frame = np.asarray(Image.open(io.BytesIO(stream.getvalue())).convert("L"), dtype=np.uint8)
        legible = is_legible(frame, card.modules, places, self.subject.error)
        if self.is_mirrored:
            frame = np.ascontiguousarray(frame[:, ::-1])
        return Shot(frame, self.subject.payload, fault, legible)

    def _view(self, card: FlatCard) -> View:
        """Place the card at random so that the whole code is in the frame."""
        scale = self.dots / card.module_mm
        pose = Pose(0.5, 0.5, scale, self.turn, *(float(angle) for angle in self.lean))
        places = module_places(card, View(pose, self.lens, SIZE))
        low, high = places.min(axis=0), places.max(axis=0)
        size = np.array(SIZE)
        room_low, room_high = 4 * self.dots - low, size - 4 * self.dots - high
        move = self.source.uniform(np.minimum(room_low, room_high), np.maximum(room_low, room_high))
        # a card fills the middle of the view as far as its code allows
        wanted = np.clip(self.source.uniform(-0.15, 0.15, 2) * size, room_low, room_high)
        move = np.where(room_low <= room_high, wanted, move)
        middle = 0.5 + move / size
        return View(pose._replace(x=float(middle[0]), y=float(middle[1])), self.lens, SIZE)


def _desk(source: np.random.Generator) -> Image.Image:
    """Return what may lie behind a card: soft patches, and in half of the scenes things with edges and small print."""
    scene = clouds(source, SIZE)
    if source.random() < 0.5:
        return scene
    pen = ImageDraw.Draw(scene)
    for _ in range(int(source.integers(3, 12))):
        corner = source.uniform((0, 0), SIZE)
        far = corner + source.uniform(20, 260, 2)
        shape = pen.rectangle if source.random() < 0.5 else pen.ellipse
        shape((*corner, *far), int(source.integers(20, 240)))
    for _ in range(int(source.integers(1, 4))):
        left, top = source.uniform((0, 0), SIZE)
        for line in range(int(source.integers(3, 12))):
            for mark in range(int(source.integers(10, 40))):
                x, y = left + mark * 6, top + line * 12
                pen.line((x, y, x + source.integers(-2, 5), y + source.integers(2, 8)), int(source.integers(10, 90)), 2)
    return scene


def people(seed: int) -> Subject:
    """Return a made-up card of either layout, its code of any usual size, error correction and ink."""
    words = random.Random(f"card/{seed}")
    payload = synthetic_card(words, TODAY).payload
    is_old = words.random() < 0.5
    if is_old:
        payload = payload.removesuffix("||||")
    error = words.choice("lmmmq")
    side_mm = words.uniform(9.5, 11.0) if is_old else words.uniform(16.5, 18.0)
    printed = Print(side_mm, error, words.randint(20, 70), words.randint(200, 245))
    return Subject(payload, flat_card(payload, printed=printed), error)


def shot(subject: Subject, fault: str, seed: int) -> Shot:
    """Return one frame; the same for the same arguments.

    Raises:
        KeyError: if `fault` is none of `FAULTS`.
    """
    scene = _Scene(subject, np.random.default_rng(seed))
    FAULTS[fault](scene)
    return scene.shoot(fault)


def empty_shot(subject: Subject, seed: int) -> Shot:
    """Return a frame in which the card is held with its other side up: no code."""
    source = np.random.default_rng(seed)
    plain = subject.card.picture.copy()
    ImageDraw.Draw(plain).rectangle(
        (plain.width * 0.62, plain.height * 0.4, plain.width, plain.height), (214, 228, 221)
    )
    pose = Pose(0.5, 0.5, source.uniform(10, 17), source.uniform(-18, 18), *source.uniform(-12, 12, 2))
    scene = card_in_scene(subject.card._replace(picture=plain), _desk(source), View(pose, Lens(), SIZE))
    light = np.asarray(scene.filter(ImageFilter.GaussianBlur(0.7)), dtype=np.float32)
    light = light + source.standard_normal(light.shape, dtype=np.float32) * np.float32(source.uniform(1.5, 8))
    return Shot(np.clip(light, 0, 255).astype(np.uint8), "", "no code", False)


# the faults ---------------------------------------------------------------------------------------------------------


def _perspective(scene: _Scene) -> None:
    scene.lean = scene.source.choice((-1, 1), 2) * scene.source.uniform(12, 42, 2)


def _rotation(scene: _Scene) -> None:
    scene.turn = scene.source.uniform(0, 360)


def _defocus(scene: _Scene) -> None:
    scene.blur = scene.source.uniform(0.3, 0.75)


def _motion(scene: _Scene) -> None:
    scene.over.append(_smear(scene, scene.source.uniform(0.8, 2.2)))


def _noise(scene: _Scene) -> None:
    scene.noise = scene.source.uniform(12, 45)


def _dim(scene: _Scene) -> None:
    low, high = np.sort(scene.source.uniform(0.06, 0.3, 2))
    ramp = np.linspace(low, high, SIZE[0], dtype=np.float32)[:: int(scene.source.choice((-1, 1)))]
    scene.over.append(lambda light, _: light * ramp)
    scene.noise = scene.source.uniform(2, 6)


def _glare(scene: _Scene) -> None:
    strength, size = scene.source.uniform(120, 320), scene.source.uniform(0.15, 0.5, 2)

    def dazzle(light: Light, places: Points) -> Light:
        apart = _apart(scene, places, 0.8) / size
        shine: Light = np.exp(-(apart**2).sum(axis=-1)).astype(np.float32)
        return light + np.float32(strength) * shine

    scene.over.append(dazzle)


def _jpeg(scene: _Scene) -> None:
    scene.quality = int(scene.source.integers(10, 35))


def _small(scene: _Scene) -> None:
    scene.dots = scene.source.uniform(1.3, 2.1)


def _close(scene: _Scene) -> None:
    scene.dots = scene.source.uniform(4.5, 9.0)


def _kiosk(scene: _Scene) -> None:
    scene.dots = scene.source.uniform(1.8, 3.0)
    scene.blur = scene.source.uniform(0.25, 0.45)
    scene.turn, scene.lean = scene.source.uniform(-25, 25), scene.source.uniform(-25, 25, 2)
    ramp = np.linspace(scene.source.uniform(0.3, 0.6), 1.0, SIZE[0], dtype=np.float32)
    scene.over.append(lambda light, _: light * ramp)
    scene.noise = scene.source.uniform(4, 10)


def _barrel(scene: _Scene) -> None:
    scene.lens = Lens(barrel=float(scene.source.choice((-0.12, 1)) * scene.source.uniform(0.08, 0.3)))


def _banding(scene: _Scene) -> None:
    depth, period = scene.source.uniform(0.25, 0.8), scene.source.uniform(20, 260)
    phase = scene.source.uniform(0, 2 * np.pi)
    bands = 1 - depth * (0.5 + 0.5 * np.sin(np.arange(SIZE[1]) * 2 * np.pi / period + phase))
    scene.over.append(lambda light, _: light * bands.astype(np.float32)[:, None])


def _bounce(scene: _Scene) -> None:
    """A window or a lamp stands in the gloss of the card: an area with edges, brighter by a constant."""
    strength, soft = scene.source.uniform(50, 190), scene.source.uniform(0.5, 6)
    shape = scene.source.uniform(0.25, 0.9, (4, 1)) * np.array(((-1, -1), (1, -1), (1, 1), (-1, 1)))

    def reflect(light: Light, places: Points) -> Light:
        middle, reach = _code_of(places)
        corners = middle + scene.source.uniform(-0.6, 0.6, 2) * reach + shape * reach
        pane = Image.new("L", SIZE)
        ImageDraw.Draw(pane).polygon([tuple(corner) for corner in corners], fill=255)
        share: Light = np.asarray(pane.filter(ImageFilter.GaussianBlur(soft)), dtype=np.float32)
        return light + share * np.float32(strength / 255)

    scene.over.append(reflect)


def _scratches(scene: _Scene) -> None:
    number, width = int(scene.source.integers(1, 9)), scene.source.uniform(0.25, 0.9)

    def scratch(light: Light, places: Points) -> Light:
        middle, reach = _code_of(places)
        marks = Image.new("L", SIZE)
        pen = ImageDraw.Draw(marks)
        for _ in range(number):
            ends = middle + scene.source.uniform(-1.3, 1.3, (2, 2)) * reach
            pen.line([tuple(end) for end in ends], 255, max(1, round(width * scene.dots)))
        share: Light = np.asarray(marks.filter(ImageFilter.GaussianBlur(0.6)), dtype=np.float32) / np.float32(255)
        level = np.float32(scene.source.choice((40.0, 215.0)))
        hidden: Light = share * np.float32(0.85)
        scratched: Light = light * (1 - hidden) + level * hidden
        return scratched

    scene.over.append(scratch)


def _sleeve(scene: _Scene) -> None:
    """A plastic sleeve: a veil, soft streaks of light, a little blur."""
    veil, number = scene.source.uniform(0.3, 0.7), int(scene.source.integers(2, 6))
    scene.blur += scene.source.uniform(0.05, 0.2)

    def cover(light: Light, places: Points) -> Light:
        middle, reach = _code_of(places)
        streaks = Image.new("L", SIZE)
        pen = ImageDraw.Draw(streaks)
        for _ in range(number):
            ends = middle + scene.source.uniform(-2, 2, (2, 2)) * reach
            pen.line(
                [tuple(end) for end in ends], int(scene.source.integers(40, 140)), int(scene.source.integers(8, 40))
            )
        shine = np.asarray(streaks.filter(ImageFilter.GaussianBlur(7)), dtype=np.float32)
        return light * np.float32(1 - veil) + np.float32(190 * veil) + shine

    scene.over.append(cover)


def _finger(scene: _Scene) -> None:
    depth = scene.source.uniform(0.0, 0.45)
    angle = scene.source.uniform(0, 2 * np.pi)

    def hide(light: Light, places: Points) -> Light:
        middle, reach = _code_of(places)
        way = np.array((np.cos(angle), np.sin(angle)))
        thick = 0.35 * reach.max()
        tip = middle + way * reach.max() * (1.35 - depth) + way * thick
        finger = Image.new("L", SIZE)
        pen = ImageDraw.Draw(finger)
        pen.line([tuple(tip), tuple(tip + way * 900)], 255, round(2 * thick))
        pen.ellipse((*(tip - thick), *(tip + thick)), 255)
        share: Light = np.asarray(finger.filter(ImageFilter.GaussianBlur(1.5)), dtype=np.float32) / np.float32(255)
        skin = np.float32(scene.source.uniform(90, 170))
        hidden: Light = light * (1 - share) + skin * share
        return hidden

    scene.over.append(hide)


def _mirrored(scene: _Scene) -> None:
    scene.is_mirrored = True


def _over_exposed(scene: _Scene) -> None:
    gain, veil = scene.source.uniform(1.3, 2.8), scene.source.uniform(10, 90)
    scene.over.append(lambda light, _: light * np.float32(gain) + np.float32(veil))


def _rolling(scene: _Scene) -> None:
    scene.lens = Lens(skew=scene.source.uniform(-90, 90), wobble=scene.source.uniform(-5, 5))
    scene.over.append(_smear(scene, scene.source.uniform(0.2, 1.2)))


FAULTS: dict[str, Callable[[_Scene], None]] = {
    "clean": lambda _: None,
    "perspective": _perspective,
    "rotation": _rotation,
    "defocus": _defocus,
    "motion": _motion,
    "noise": _noise,
    "dim": _dim,
    "glare": _glare,
    "jpeg": _jpeg,
    "small": _small,
    "close": _close,
    "kiosk": _kiosk,
    "barrel": _barrel,
    "banding": _banding,
    "bounce": _bounce,
    "scratches": _scratches,
    "sleeve": _sleeve,
    "finger": _finger,
    "mirrored": _mirrored,
    "over-exposed": _over_exposed,
    "rolling shutter": _rolling,
}
"""What can be wrong, by name; the last nine are in no public frame."""


def _smear(scene: _Scene, modules: float) -> Callable[[Light, Points], Light]:
    """Return motion over so many modules in any direction."""
    angle = scene.source.uniform(0, np.pi)

    def move(light: Light, _: Points) -> Light:
        length = max(1.0, modules * scene.dots)
        steps = max(2, round(length * 2))
        along = np.linspace(-length / 2, length / 2, steps)
        total = np.zeros_like(light)
        for step in along:
            total += _shifted(light, step * np.cos(angle), step * np.sin(angle))
        return total / np.float32(steps)

    return move


def _shifted(light: Light, x: float, y: float) -> Light:
    left, top = int(np.floor(x)), int(np.floor(y))
    part_x, part_y = np.float32(x - left), np.float32(y - top)
    upper = np.roll(light, (top, left), (0, 1)) * (1 - part_x) + np.roll(light, (top, left + 1), (0, 1)) * part_x
    lower = np.roll(upper, 1, 0)
    return np.asarray(upper * (1 - part_y) + lower * part_y, dtype=np.float32)


def _code_of(places: Points) -> tuple[Points, Points]:
    """Return the middle of the code in the frame and half its width and height."""
    low, high = places.min(axis=0), places.max(axis=0)
    return (low + high) / 2, (high - low) / 2


def _apart(scene: _Scene, places: Points, spread: float) -> Points:
    """Return each dot's way from a spot on or near the code, in half widths of the code."""
    middle, reach = _code_of(places)
    spot = middle + scene.source.uniform(-spread, spread, 2) * reach
    x, y = np.meshgrid(np.arange(SIZE[0], dtype=np.float32), np.arange(SIZE[1], dtype=np.float32))
    return np.stack((x - np.float32(spot[0]), y - np.float32(spot[1])), axis=-1) / np.float32(reach.max())
