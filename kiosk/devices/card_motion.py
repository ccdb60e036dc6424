"""A sample card in a moving hand: the frames that a camera over the card slot would take of one presentation.

A hand brings the card in from one side, trembles, drifts and takes it away again; the camera's focus and exposure need
a moment. Procedural and in memory; the same for the same seed.
"""

import math
import random
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageFilter

from kiosk.devices.camera import Frame
from kiosk.devices.card_art import flat_card
from kiosk.devices.card_scene import Lens, Pose, View, card_in_scene, clouds, module_places
from kiosk.devices.typeset import SHIPPED_FONTS

Light = npt.NDArray[np.float32]
PRESENTED_S = 3.0
"""From the hand's coming to its going; people try for about this long before they turn the card over."""
_COMING_S, _GOING_S = 0.5, 0.4
_EXPOSURE_S, _READOUT_S = 1 / 100, 1 / 50
"""In the light of the slot's lamp."""
SHAKY_SHARE = 0.15
"""Of all people: hands that shake by a millimetre, four to six times a second; others tremble by less than half a
millimetre, five to nine times."""
_SETTLING_S = 0.35
"""Time constant of focus and exposure after the card came."""
_STEP_S = 1 / 30


class Hand(NamedTuple):
    """How this person holds the card."""

    dots_per_mm: float
    turn: float
    lean_x: float
    lean_y: float
    from_degrees: float
    """Direction from which the card comes."""
    tremble_mm: float
    tremble_hz: float
    drift_mm_s: float


class Room(NamedTuple):
    """Light and camera."""

    light: float
    """1: bright enough; 0.2: dim."""
    noise: float
    blur_dots: float
    glare: float
    """Grey levels that a lamp's reflection adds in the middle of its spot; 0: none."""
    glare_at: tuple[float, float]


class CardInMotion:
    """One presentation of one card."""

    def __init__(
        self, payload: str, seed: int, size: tuple[int, int] = (1280, 720), fonts: Path = SHIPPED_FONTS
    ) -> None:
        """Draw how it is held and lit from `seed`."""
        dice = random.Random(f"motion/{seed}")
        self._card = flat_card(payload, fonts)
        self._size = size
        self._grain = np.random.default_rng(dice.getrandbits(32))
        self._background = clouds(np.random.default_rng(dice.getrandbits(32)), size)
        is_shaky = dice.random() < SHAKY_SHARE
        dots = dice.uniform(1.6, 3.6) * size[0] / 1280
        self.hand = Hand(
            dots / self._card.module_mm,
            dice.choice((0, 0, 0, 180)) + dice.gauss(0, 12),
            dice.gauss(0, 10),
            dice.gauss(0, 10),
            dice.uniform(0, 360),
            dice.uniform(0.6, 1.5) if is_shaky else dice.uniform(0.1, 0.5),
            dice.uniform(4, 6) if is_shaky else dice.uniform(5, 9),
            dice.uniform(0, 6),
        )
        self.room = Room(
            dice.uniform(0.3, 1.0),
            dice.uniform(2, 7),
            dots * dice.uniform(0.1, 0.35),
            dice.choice((0.0, 0.0, dice.uniform(60, 220))),
            (dice.uniform(0.2, 0.8), dice.uniform(0.2, 0.8)),
        )
        self._phase = dice.uniform(0, 2 * math.pi)
        self._drift = dice.uniform(0, 2 * math.pi)
        reach = module_places(self._card, View(Pose(0.5, 0.5, *self.hand[:4]), Lens(), size))
        middle = (reach.min(axis=0) + reach.max(axis=0)) / 2
        # people aim with the code: it comes to rest around the middle of the view
        self._rest = tuple(
            float(0.5 + (side / 2 - at) / side + dice.uniform(-0.12, 0.12))
            for side, at in zip(size, middle, strict=True)
        )

    def frame(self, at_s: float) -> Frame:
        """Return what the camera sees `at_s` seconds after the hand began to come."""
        x, y = self._place(at_s)
        next_x, next_y = self._place(at_s + _STEP_S)
        speed = (next_x - x) * self._size[0] / _STEP_S, (next_y - y) * self._size[1] / _STEP_S
        scene = card_in_scene(self._card, self._background, self._view(at_s, speed[0]))
        unsettled = math.exp(-max(0.0, at_s - _COMING_S / 2) / _SETTLING_S)
        scene = scene.filter(ImageFilter.GaussianBlur(self.room.blur_dots * (1 + 3 * unsettled)))
        light: Light = np.asarray(scene, dtype=np.float32)
        light = _smeared(light, speed[0] * _EXPOSURE_S, speed[1] * _EXPOSURE_S)
        if self.room.glare:
            light = light + self._glare()
        light = light * np.float32(self.room.light * (1 + 0.4 * unsettled))
        light = light + self._grain.standard_normal(light.shape, dtype=np.float32) * np.float32(self.room.noise)
        return np.clip(light, 0, 255).astype(np.uint8)

    def is_in_view(self, at_s: float) -> bool:
        """Return whether the whole code is in the frame."""
        places = module_places(self._card, self._view(at_s, 0.0))
        return bool(places.min() > 2 and (places.max(axis=0) < np.array(self._size) - 2).all())

    def _view(self, at_s: float, speed_x: float) -> View:
        x, y = self._place(at_s)
        sway = math.sin(self._phase + 2 * math.pi * 0.7 * at_s)
        pose = Pose(
            x, y, self.hand.dots_per_mm, self.hand.turn + 2 * sway, self.hand.lean_x + 3 * sway, self.hand.lean_y
        )
        return View(pose, Lens(skew=speed_x * _READOUT_S), self._size)

    def _place(self, at_s: float) -> tuple[float, float]:
        """Return the card's middle in widths and heights of the frame."""
        hand = self.hand
        away = _eased(1 - at_s / _COMING_S) + _eased((at_s - PRESENTED_S + _GOING_S) / _GOING_S)
        beat = 2 * math.pi * hand.tremble_hz * at_s + self._phase
        held = max(0.0, at_s - _COMING_S)
        x_mm = hand.tremble_mm * math.sin(beat) + hand.drift_mm_s * held * math.cos(self._drift)
        y_mm = hand.tremble_mm * 0.7 * math.sin(1.3 * beat + 1) + hand.drift_mm_s * held * math.sin(self._drift)
        far = math.radians(hand.from_degrees)
        return (
            self._rest[0] + 1.4 * away * math.cos(far) + x_mm * hand.dots_per_mm / self._size[0],
            self._rest[1] + 1.4 * away * math.sin(far) + y_mm * hand.dots_per_mm / self._size[1],
        )

    def _glare(self) -> Light:
        width, height = self._size
        x = (np.arange(width, dtype=np.float32) / width - self.room.glare_at[0]) / 0.09
        y = (np.arange(height, dtype=np.float32) / height - self.room.glare_at[1]) / 0.12
        return np.asarray(np.float32(self.room.glare) * np.exp(-(x[None, :] ** 2) - y[:, None] ** 2), dtype=np.float32)


def cards_in_motion(
    payloads: Iterator[str], frames_per_s: float, size: tuple[int, int] = (1280, 720), seed: int = 0
) -> Iterator[Frame]:
    """Yield frames of one presentation after the other, with a short empty view between."""
    for number, payload in zip(count(seed), payloads, strict=False):
        card = CardInMotion(payload, number, size)
        for index in range(round((PRESENTED_S + 1.0) * frames_per_s)):
            yield card.frame(index / frames_per_s)


def _eased(share: float) -> float:
    """Return 0 where the hand rests, growing smoothly to 1."""
    inside = min(1.0, max(0.0, share))
    return inside * inside * (3 - 2 * inside)


def _smeared(light: Light, x: float, y: float) -> Light:
    """Return the light of an exposure during which everything moved by `x`, `y` dots."""
    steps = min(10, math.ceil(max(abs(x), abs(y))))
    if steps < 2:
        return light
    picture = Image.fromarray(light)
    total = np.zeros_like(light)
    for step in range(steps):
        share = step / (steps - 1) - 0.5
        moved = picture.transform(
            picture.size, Image.Transform.AFFINE, (1, 0, -share * x, 0, 1, -share * y), Image.Resampling.NEAREST
        )
        total += np.asarray(moved, dtype=np.float32)
    return total / np.float32(steps)
