"""Pictures for the tests of vision: NASA's astronaut (public domain), and made-up light."""

import functools

import numpy as np
from PIL import Image


@functools.cache
def astronaut() -> Image.Image:
    from skimage import data

    return Image.fromarray(data.astronaut())


def dots(picture: Image.Image) -> np.ndarray:
    return np.asarray(picture)


def at_the_counter(size: tuple[int, int] = (640, 480)) -> np.ndarray:
    """The astronaut as a counter's camera sees her: grey, a face of 200 dots in 640x480."""
    return np.asarray(astronaut().crop((60, 0, 380, 240)).resize(size, Image.Resampling.BICUBIC).convert("L"))


def swaying(frame: np.ndarray, number: int) -> np.ndarray:
    """The frame a few dots further, as of somebody who sits and breathes."""
    return np.roll(frame, (number * 7 % 5 - 2, number * 3 % 5 - 2), axis=(0, 1))
