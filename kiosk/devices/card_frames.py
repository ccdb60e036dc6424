"""Frames of a hand-held sample card for the demo and for tests: mild faults that a patient reader copes with."""

import io
import random
from pathlib import Path

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageFilter

from kiosk.devices.camera import Frame
from kiosk.devices.card_art import CARD_MM, flat_card
from kiosk.devices.card_scene import Lens, Pose, View, card_in_scene, clouds
from kiosk.devices.typeset import SHIPPED_FONTS

FAULTS = ("blur", "motion", "noise", "dark", "glare", "small", "jpeg")
"""What `degrade` may be."""
_FILL, _FILL_SMALL = 0.86, 0.62
"""How much of the frame's width or height the card takes."""


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
    fill = _FILL_SMALL if degrade == "small" else _FILL
    pose = Pose(
        x=0.5 + source.uniform(-0.03, 0.03),
        y=0.5 + source.uniform(-0.02, 0.02),
        dots_per_mm=fill * min(size[0] / CARD_MM[0], size[1] / CARD_MM[1]),
        turn=source.uniform(-9, 9),
        lean_x=source.uniform(-9, 9),
        lean_y=source.uniform(-9, 9),
    )
    scene = card_in_scene(flat_card(payload, fonts), _background(source, size), View(pose, Lens(), size))
    return _degraded(scene, source, degrade)


def empty_frame(seed: int, size: tuple[int, int] = (1280, 720)) -> Frame:
    """Return a frame in which nobody holds up a card."""
    return np.asarray(_background(random.Random(seed), size), dtype=np.uint8)


def _background(source: random.Random, size: tuple[int, int]) -> Image.Image:
    return clouds(np.random.default_rng(source.getrandbits(32)), size)


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
