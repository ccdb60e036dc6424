"""A face cut out, turned upright and put in even light, as the expression network was fed when it was measured."""

import math
from typing import Any

import numpy as np
import numpy.typing as npt
from PIL import Image

from kiosk.vision.faces import LEFT_EYE, MOUTH, RIGHT_EYE, Face, Picture
from kiosk.vision.runtime import Floats

SIDE = 112
"""Input of the expression network, dots."""
SCALE = 1.1
"""Side of the crop in longer sides of the box: .920 against .887 at 1.0 and .850 at 1.15 (field note §8.2)."""
EVEN_LIGHT = (70.0, 180.0)
"""Median brightness that is left alone: correcting good light costs a point (field note §11.2)."""
_TARGET = 0.45
_GAMMAS = (0.4, 2.2)


def levelled(picture: Picture, face: Face, scale: float = SCALE) -> Floats:
    """Return the square around `face`, turned until the eyes are level, SIDE x SIDE (x 3), 0..255.

    Bilinear; what lies outside the picture repeats its border. A face much larger than SIDE is averaged down
    first: one sample of every third dot would show noise and jagged edges that no training picture had.
    """
    side = face.side * scale
    picture, corner_x, corner_y, fine = _averaged(picture, face, side)
    centre_x, centre_y = (face.centre[0] - corner_x) / fine, (face.centre[1] - corner_y) / fine
    side /= fine
    offsets = (np.arange(SIDE, dtype=np.float32) + np.float32(0.5)) * np.float32(side / SIDE) - np.float32(side / 2)
    cosine, sine = np.float32(math.cos(face.roll)), np.float32(math.sin(face.roll))
    across, down = offsets[None, :], offsets[:, None]
    x = np.float32(centre_x - 0.5) + cosine * across - sine * down
    y = np.float32(centre_y - 0.5) + sine * across + cosine * down
    return _bilinear(picture, x, y)


def whole(picture: Picture) -> Floats:
    """Return a ready-cut face as the network's input: the whole picture, SIDE x SIDE (x 3), 0..255."""
    resized = Image.fromarray(picture).resize((SIDE, SIDE), Image.Resampling.BILINEAR)
    return np.asarray(resized).astype(np.float32)


def grey(crop: Floats) -> Floats:
    """Return the brightness of a crop, SIDE x SIDE."""
    if crop.ndim == 2:
        return crop
    return crop @ np.array([0.299, 0.587, 0.114], np.float32)


def lit_evenly(crop: Floats, median: float) -> Floats:
    """Return the crop with its middle brightness moved towards 45 %, if `median` (0..255) is far from it."""
    if EVEN_LIGHT[0] <= median <= EVEN_LIGHT[1]:
        return crop
    middle = min(max(median / 255, 0.02), 0.98)
    gamma = min(max(math.log(_TARGET) / math.log(middle), _GAMMAS[0]), _GAMMAS[1])
    corrected: Floats = np.float32(255) * (crop / np.float32(255)) ** np.float32(gamma)
    return corrected


def sharpness(brightness: Floats) -> float:
    """Return the variance of the Laplacian: low if the face is blurred."""
    inner = brightness[1:-1, 1:-1]
    around = brightness[:-2, 1:-1] + brightness[2:, 1:-1] + brightness[1:-1, :-2] + brightness[1:-1, 2:]
    return float((around - 4 * inner).var())


def mouth_to_eyes(brightness: Floats, face: Face, scale: float = SCALE) -> float:
    """Return how much drawing there is around the mouth, in shares of that around the eyes: low under a mask.

    The 90th percentile of the steps from row to row, in the levelled crop. Bare mouths: .33-1.4 on the 96 faces that
    are found in scikit-image's LFW subset (their 5th percentile is .46), .48-.99 on two photographs and three drawn
    faces, clean, noisy, blurred, dark and small. Plain masks drawn over them: .01-.12; pleated ones: .03-.6, most
    below .3.
    """
    side = face.side * scale
    cosine, sine = math.cos(face.roll), math.sin(face.roll)

    def steps(point: tuple[float, float], half_width: int, half_height: int) -> float:
        dx, dy = point[0] - face.centre[0], point[1] - face.centre[1]
        x = (cosine * dx + sine * dy) / side * SIDE + SIDE / 2
        y = (cosine * dy - sine * dx) / side * SIDE + SIDE / 2
        top, left = max(0, int(y - half_height)), max(0, int(x - half_width))
        part = brightness[top : max(0, int(y + half_height)), left : max(0, int(x + half_width))]
        return float(np.percentile(np.abs(np.diff(part, axis=0)), 90)) if part.shape[0] > 1 and part.shape[1] else 0.0

    eyes = max(steps(face.points[RIGHT_EYE], 12, 8), steps(face.points[LEFT_EYE], 12, 8))
    return steps(face.points[MOUTH], 18, 12) / (eyes + 1e-3)


def _averaged(picture: Picture, face: Face, side: float) -> tuple[Picture, int, int, int]:
    """Return what the crop may touch, averaged down to at most twice SIDE; its corner; and how many dots are one."""
    fine = max(1, min(8, round(side / SIDE)))
    height, width = picture.shape[:2]
    if fine == 1:
        return picture, 0, 0, 1
    # half the diagonal of a square, and a margin for the last averaged dot
    reach = side * 0.71 + 2 * fine
    left = min(max(int(face.centre[0] - reach), 0), width - 1)
    top = min(max(int(face.centre[1] - reach), 0), height - 1)
    right = min(max(int(face.centre[0] + reach), left + 1), width)
    bottom = min(max(int(face.centre[1] + reach), top + 1), height)
    cut = Image.fromarray(np.ascontiguousarray(picture[top:bottom, left:right]))
    return np.asarray(cut.reduce(fine)), left, top, fine


def _bilinear(picture: Picture, x: Floats, y: Floats) -> Floats:
    height, width = picture.shape[:2]
    x = np.clip(x, 0, width - 1)
    y = np.clip(y, 0, height - 1)
    left, top = x.astype(np.int32), y.astype(np.int32)
    # int32 mixed with float32 would make everything after it float64, at twice the time
    dx, dy = x - left.astype(np.float32), y - top.astype(np.float32)
    right, bottom = np.minimum(left + 1, width - 1), np.minimum(top + 1, height - 1)
    flat = picture.reshape(height * width, *picture.shape[2:])
    if picture.ndim == 3:
        dx, dy = dx[..., None], dy[..., None]
    above, below = top * width, bottom * width
    upper = _between(flat[above + left], flat[above + right], dx)
    lower = _between(flat[below + left], flat[below + right], dx)
    return _between(upper, lower, dy)


def _between(one: npt.NDArray[Any], other: npt.NDArray[Any], share: Floats) -> Floats:
    first = one.astype(np.float32, copy=False)
    return first + (other.astype(np.float32, copy=False) - first) * share
