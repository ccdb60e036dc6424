"""Picture files as they should not be: empty, cut off, of one dot, huge, deep, torn in every byte."""

import io
import random
from collections.abc import Iterator

import numpy as np
from PIL import Image

from kiosk.devices.card_frames import FAULTS, card_frame

_FORMATS = ("JPEG", "PNG", "BMP", "GIF", "TIFF", "WEBP", "PPM")
_HUGE = (8000, 6000)
HUGE_EVERY = 250
"""Frames between two of 48 million dots: each costs as much as dozens of others."""


def damaged_files(payload: str, seed: int, number: int) -> Iterator[bytes]:
    """Yield so many files' contents, damaged in turn in every way."""
    dice = random.Random(seed)
    whole = [_file(Image.fromarray(card_frame(payload, index, fault)), kind)
             for index, (fault, kind) in enumerate(zip((*FAULTS[:6], None), _FORMATS, strict=True))]  # fmt: skip
    for index in range(number):
        if index % HUGE_EVERY == HUGE_EVERY // 2:
            yield _huge(dice)
            continue
        raw = dice.choice(whole)
        match index % 6:
            case 0:
                yield b"" if dice.random() < 0.2 else raw[: dice.randrange(len(raw))]
            case 1:
                yield _torn(raw, dice)
            case 2:
                yield dice.randbytes(dice.randrange(4000))
            case 3:
                yield raw[: dice.randrange(40)] + dice.randbytes(dice.randrange(4000))
            case 4:
                yield _file(_odd(dice), "PNG")
            case _:
                yield _file(_odd(dice).convert("L"), "JPEG")


def _torn(raw: bytes, dice: random.Random) -> bytes:
    torn = bytearray(raw)
    for _ in range(dice.randint(1, 60)):
        torn[dice.randrange(len(torn))] = dice.randrange(256)
    return bytes(torn)


def _odd(dice: random.Random) -> Image.Image:
    """Return a picture of an odd size, depth or colour."""
    size = dice.choice(((1, 1), (1, 900), (900, 1), (3, 7), (dice.randint(1, 300), dice.randint(1, 300))))
    noise = np.random.default_rng(dice.getrandbits(32))
    match dice.randrange(5):
        case 0:
            return Image.fromarray(noise.integers(0, 65536, size[::-1], dtype=np.uint16))
        case 1:
            return Image.fromarray(noise.integers(0, 256, (*size[::-1], 4), dtype=np.uint8))
        case 2:
            return Image.fromarray(noise.integers(0, 256, (*size[::-1], 3), dtype=np.uint8))
        case 3:
            return Image.new("1", size, dice.randrange(2))
        case _:
            return Image.fromarray(noise.integers(0, 256, size[::-1], dtype=np.uint8))


def _huge(dice: random.Random) -> bytes:
    cells = np.random.default_rng(dice.getrandbits(32)).integers(0, 256, (60, 80), dtype=np.uint8)
    return _file(Image.fromarray(cells).resize(_HUGE, Image.Resampling.NEAREST), "JPEG")


def _file(picture: Image.Image, kind: str) -> bytes:
    stream = io.BytesIO()
    picture.save(stream, kind)
    return stream.getvalue()
