"""Synthetic ID cards as a camera would see them: made-up people, marked as samples, never written to a disk.

For the demo and for tests. The card only has the size of a real one (85.6 x 54 mm) and its QR code: it imitates neither
the artwork nor the security features.
"""

import io
import random
from pathlib import Path

import numpy as np
import numpy.typing as npt
import segno
from PIL import Image, ImageDraw, ImageFilter

from kiosk.devices.camera import Frame
from kiosk.devices.typeset import SHIPPED_FONTS, Fonts

DOTS_PER_MM = 16
CARD_MM = (85.6, 54.0)
FAULTS = ("blur", "motion", "noise", "dark", "glare", "small", "jpeg")
"""What `degrade` may be: each mild enough for a patient reader."""
_BIG_QR_MM, _SMALL_QR_MM = 18.0, 11.0
_QUIET_MODULES = 3


def card_picture(payload: str, fonts: Path = SHIPPED_FONTS, width: int = 856) -> bytes:
    """Return a PNG of the sample card, flat and in colour, marked "MẪU", for the control-room page."""
    card = _card(payload, fonts)
    small = card.resize((width, round(width * CARD_MM[1] / CARD_MM[0])), Image.Resampling.LANCZOS)
    stream = io.BytesIO()
    small.save(stream, "PNG")
    return stream.getvalue()


def card_frame(
    payload: str,
    seed: int,
    degrade: str | None = None,
    size: tuple[int, int] = (1280, 720),
    fonts: Path = SHIPPED_FONTS,
) -> Frame:
    """Return a grey frame of a hand-held sample card: turned, tilted, before a background; the same for the same seed.

    Args:
        degrade: one of `FAULTS`, or None for a good frame.

    Raises:
        ValueError: if `degrade` is unknown.
    """
    if degrade is not None and degrade not in FAULTS:
        raise ValueError(f'no fault "{degrade}"; there are {", ".join(FAULTS)}')
    source = random.Random(f"{seed}/{degrade}")
    card = _card(payload, fonts).convert("L")
    scene = _placed(card, source, size, 0.62 if degrade == "small" else 0.86)
    return _degraded(scene, source, degrade)


def empty_frame(seed: int, size: tuple[int, int] = (1280, 720)) -> Frame:
    """Return a frame in which nobody holds up a card."""
    return np.asarray(_background(random.Random(seed), size), dtype=np.uint8)


def _card(payload: str, fonts: Path) -> Image.Image:
    """Draw the flat card, 16 dots a millimetre, in colour."""
    type_ = Fonts(fonts)
    width, height = round(CARD_MM[0] * DOTS_PER_MM), round(CARD_MM[1] * DOTS_PER_MM)
    card = Image.new("RGB", (width, height), (226, 236, 230))
    pen = ImageDraw.Draw(card)
    for step in range(-height, width, 22):
        pen.line((step, 0, step + height, height), fill=(214, 228, 221), width=3)
    fields = (payload.split("|") + [""] * 7)[:7]
    pen.rectangle((0, 0, width, 118), fill=(176, 44, 48))
    pen.text((48, 59), "THẺ MẪU · SAMPLE CARD", font=type_.font("bold", 52), fill=(255, 240, 214), anchor="lm")
    left = 330
    rows = (
        ("Số / No.", fields[0], 60),
        ("Họ và tên / Full name", fields[2], 44),
        ("Ngày sinh / Date of birth", _date(fields[3]), 36),
        ("Giới tính / Sex", fields[4], 36),
    )
    top = 150
    for label, value, size in rows:
        pen.text((left, top), label, font=type_.font("regular", 24), fill=(70, 84, 80))
        pen.text((left, top + 30), value, font=type_.font("semibold", size), fill=(24, 32, 38))
        top += 54 + round(size * 1.3)
    pen.rounded_rectangle((48, 160, 292, 480), radius=14, fill=(198, 210, 206))
    pen.ellipse((122, 200, 218, 306), fill=(150, 166, 162))
    pen.chord((74, 330, 266, 630), 180, 360, fill=(150, 166, 162))
    mark = Image.new("L", (760, 340), 0)
    ImageDraw.Draw(mark).text((380, 190), "MẪU", font=type_.font("extrabold", 210), fill=70, anchor="mm")
    turned = mark.rotate(18, expand=True)
    card.paste(Image.new("RGB", turned.size, (176, 44, 48)), (170, 380), turned)
    _stick_code(card, payload, _BIG_QR_MM if len(payload.split("|")) > 7 else _SMALL_QR_MM)
    return card


def _stick_code(card: Image.Image, payload: str, side_mm: float) -> None:
    matrix = segno.make(payload, mode="byte", encoding="utf-8", eci=False, error="m", micro=False).matrix
    count = len(matrix) + 2 * _QUIET_MODULES
    tiny = np.full((count, count), 236, dtype=np.uint8)
    dark = np.array([[bool(module) for module in row] for row in matrix])
    tiny[_QUIET_MODULES:-_QUIET_MODULES, _QUIET_MODULES:-_QUIET_MODULES][dark] = 34
    side = round(side_mm * DOTS_PER_MM * count / len(matrix))
    code = Image.fromarray(tiny).resize(
        (side, side), Image.Resampling.BOX if side % count else Image.Resampling.NEAREST
    )
    card.paste(code.convert("RGB"), (card.width - side - 40, card.height - side - 40))


def _date(digits: str) -> str:
    return f"{digits[:2]}/{digits[2:4]}/{digits[4:]}" if len(digits) == 8 else digits


def _background(source: random.Random, size: tuple[int, int]) -> Image.Image:
    noise = np.random.default_rng(source.getrandbits(32)).integers(50, 170, (9, 16), dtype=np.uint8)
    return Image.fromarray(noise).resize(size, Image.Resampling.BICUBIC)


def _placed(card: Image.Image, source: random.Random, size: tuple[int, int], fill: float) -> Image.Image:
    """Put the card into the scene with a small turn and tilt."""
    width, height = size
    scale = fill * min(width / card.width, height / card.height)
    turn = np.deg2rad(source.uniform(-9, 9))
    middle = np.array(
        (width / 2 + source.uniform(-0.03, 0.03) * width, height / 2 + source.uniform(-0.02, 0.02) * height)
    )
    corners = np.array(((0, 0), (card.width, 0), (card.width, card.height), (0, card.height)), dtype=float)
    flat = (corners - corners.mean(axis=0)) * scale
    turned = flat @ np.array(((np.cos(turn), np.sin(turn)), (-np.sin(turn), np.cos(turn))))
    lean = source.uniform(-0.09, 0.09), source.uniform(-0.09, 0.09)
    depth = 1 + turned[:, 0] / width * lean[0] + turned[:, 1] / height * lean[1]
    seen = turned / depth[:, None] + middle
    coefficients = _perspective(seen, corners)
    scene = _background(source, size)
    flat_card = card.transform(size, Image.Transform.PERSPECTIVE, coefficients, Image.Resampling.BICUBIC)
    mask = Image.new("L", card.size, 255).transform(size, Image.Transform.PERSPECTIVE, coefficients)
    scene.paste(flat_card, (0, 0), mask)
    return scene


def _perspective(seen: npt.NDArray[np.float64], flat: npt.NDArray[np.float64]) -> tuple[float, ...]:
    """Return Pillow's eight numbers, which lead from the scene back to the card."""
    rows, values = [], []
    for (x, y), (u, v) in zip(seen, flat, strict=True):
        rows += [(x, y, 1, 0, 0, 0, -u * x, -u * y), (0, 0, 0, x, y, 1, -v * x, -v * y)]
        values += [u, v]
    return tuple(float(value) for value in np.linalg.solve(np.array(rows), np.array(values)))


def _degraded(scene: Image.Image, source: random.Random, degrade: str | None) -> Frame:
    grain = np.random.default_rng(source.getrandbits(32))
    spread = {"noise": 20.0, "dark": 5.0}.get(degrade or "", 2.0)
    if degrade == "blur":
        scene = scene.filter(ImageFilter.GaussianBlur(0.9))
    elif degrade == "jpeg":
        stream = io.BytesIO()
        scene.save(stream, "JPEG", quality=25)
        scene = Image.open(io.BytesIO(stream.getvalue())).convert("L")
    light: npt.NDArray[np.float32] = np.asarray(scene, dtype=np.float32)
    if degrade == "motion":
        light = sum((np.roll(light, shift, axis=1) for shift in range(3)), np.zeros_like(light)) / np.float32(3)
    elif degrade == "dark":
        light = light * np.linspace(0.16, 0.30, light.shape[1], dtype=np.float32)
    elif degrade == "glare":
        y, x = np.mgrid[0 : light.shape[0], 0 : light.shape[1]].astype(np.float32)
        at_x, at_y = source.uniform(0.2, 0.5) * light.shape[1], source.uniform(0.2, 0.6) * light.shape[0]
        light = light + np.float32(230) * np.exp(-(((x - at_x) / 160) ** 2 + ((y - at_y) / 90) ** 2))
    light = light + grain.normal(0, spread, light.shape).astype(np.float32)
    return np.clip(light, 0, 255).astype(np.uint8)
