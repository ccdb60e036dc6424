"""Where the faces in a picture are: BlazeFace short range, with our own decoder (field note §4.2).

A face is a box and six points; nothing here can tell whose face it is. Pictures are grey (height x width) or RGB
(height x width x 3), 8 bits. Coordinates are dots of the picture from its top left corner.
"""

import math
from pathlib import Path
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from PIL import Image

from kiosk.vision.runtime import DETECTOR, MODELS, Floats, Network

Picture = npt.NDArray[np.uint8]

SIDE = 128
"""Input of the detector, dots."""
THRESHOLD = 0.5
SAME_FACE_IOU = 0.3
_LOGIT_LIMIT = 80.0
_GRIDS = ((16, 2), (8, 6))
"""Cells a side and anchors a cell, in the order of the outputs: stride 8, then stride 16."""
RIGHT_EYE, LEFT_EYE, NOSE, MOUTH = 0, 1, 2, 3
ENOUGH = 320
"""Dots of the longer side that lose nothing when the detector looks at everything."""
NEAR = 0.2
"""Share of the picture's longer side from which one look places a face well enough."""
LOOSE = 0.3
"""Border added around a picture in which no face was found: a face that fills it is larger than any that was learnt."""


class Face(NamedTuple):
    """One face: how sure, its box, and its points."""

    score: float
    left: float
    top: float
    right: float
    bottom: float
    points: tuple[tuple[float, float], ...]
    """The person's right eye, left eye, nose tip, middle of the mouth, right ear, left ear."""

    @property
    def side(self) -> float:
        """Return the longer side of the box."""
        return max(self.right - self.left, self.bottom - self.top)

    @property
    def centre(self) -> tuple[float, float]:
        """Return the middle of the box."""
        return (self.left + self.right) / 2, (self.top + self.bottom) / 2

    @property
    def roll(self) -> float:
        """Return the angle of the eyes in radians; 0 is level, positive is clockwise in the picture."""
        (x1, y1), (x2, y2) = self.points[RIGHT_EYE], self.points[LEFT_EYE]
        return math.atan2(y2 - y1, x2 - x1)

    @property
    def yaw(self) -> float:
        """Return how far the nose is off the middle of the eyes, along them, in eye distances: 0 looks ahead."""
        (x1, y1), (x2, y2) = self.points[RIGHT_EYE], self.points[LEFT_EYE]
        dx, dy = x2 - x1, y2 - y1
        distance = dx * dx + dy * dy
        if distance <= 0:
            return math.inf
        nose_x, nose_y = self.points[NOSE]
        return abs(((nose_x - (x1 + x2) / 2) * dx + (nose_y - (y1 + y2) / 2) * dy) / distance)

    def moved(self, x: float, y: float) -> "Face":
        """Return the face as seen from a picture whose corner lies `x`, `y` further up and left."""
        points = tuple((px + x, py + y) for px, py in self.points)
        return Face(self.score, self.left + x, self.top + y, self.right + x, self.bottom + y, points)

    def enlarged(self, times: int) -> "Face":
        """Return the face in a picture that is `times` as wide and high."""
        points = tuple((x * times, y * times) for x, y in self.points)
        left, top, right, bottom = (value * times for value in (self.left, self.top, self.right, self.bottom))
        return Face(self.score, left, top, right, bottom, points)

    def overlap(self, other: "Face") -> float:
        """Return the intersection of both boxes over their union."""
        width = min(self.right, other.right) - max(self.left, other.left)
        height = min(self.bottom, other.bottom) - max(self.top, other.top)
        if width <= 0 or height <= 0:
            return 0.0
        both = width * height
        return both / (self._area + other._area - both)

    @property
    def _area(self) -> float:
        return (self.right - self.left) * (self.bottom - self.top)


class FaceDetector:
    """Finds faces; about 1.3 ms a look on one core of the measured machine (field note §9)."""

    def __init__(self, folder: Path = MODELS) -> None:
        self.network = Network(DETECTOR, folder)

    def detect(self, picture: Picture) -> list[Face]:
        """Return the faces of the whole picture, surest first.

        A face narrower than an eighth of the picture's longer side is not found (field note §4.3).
        """
        if picture.size == 0:
            return []
        outputs = self.network.answer(letterbox(picture))
        regressors = next(output for output in outputs if output.shape[-1] == 16)
        logits = next(output for output in outputs if output.shape[-1] == 1)
        height, width = picture.shape[:2]
        longer = max(height, width)
        left, top = (longer - width) // 2, (longer - height) // 2
        return [face.moved(-left, -top) for face in merged(*candidates(regressors[0], logits[0, :, 0], longer))]

    def look(self, picture: Picture) -> list[Face]:
        """Return the faces in front: of the central square; if it holds none, of the whole; at last of a wide border.

        The square comes first because the detector sees 128 dots however large the picture is: in the square of a
        wide frame a face is up to 1.8 times as many of them.
        """
        if picture.size == 0:
            return []
        left, top, side = central_square(picture)
        faces = [face.moved(left, top) for face in self.detect(picture[top : top + side, left : left + side])]
        if faces:
            return faces
        # the detector sees 128 dots: a border around millions of them costs more than the look
        fine = max(1, max(picture.shape[:2]) // ENOUGH)
        small = np.asarray(Image.fromarray(np.ascontiguousarray(picture)).reduce(fine)) if fine > 1 else picture
        for border in (0, round(LOOSE * max(small.shape[:2]))):
            if border == 0 and small.shape[0] == small.shape[1]:
                continue
            around = ((border, border), (border, border), (0, 0))[: picture.ndim]
            found = self.detect(np.pad(small, around, mode="edge"))
            if found:
                return [face.moved(-border, -border).enlarged(fine) for face in found]
        return []

    def closer(self, picture: Picture, face: Face) -> Face:
        """Return `face` as a second look at its surroundings alone shows it, if it is small in the picture.

        Near the smallest faces that are found, the box is off by a tenth of its side and a fifth too large (measured
        on the astronaut pasted at 11-29 % of a frame, colour and grey); a crop that is off by a twentieth costs six
        points of valence (field note §8.2). The second look leaves 4 % and a size that is the same at all distances.
        """
        if face.side >= NEAR * max(picture.shape[:2]):
            return face
        height, width = picture.shape[:2]
        reach = face.side * 1.25
        left, top = max(0, round(face.centre[0] - reach)), max(0, round(face.centre[1] - reach))
        right, bottom = min(width, round(face.centre[0] + reach)), min(height, round(face.centre[1] + reach))
        found = [near.moved(left, top) for near in self.detect(picture[top:bottom, left:right])]
        best = max(found, key=face.overlap, default=None)
        if best is None or face.overlap(best) <= SAME_FACE_IOU:
            return face
        return best._replace(score=max(best.score, face.score))


def central_square(picture: Picture) -> tuple[int, int, int]:
    """Return left, top and side of the largest square in the middle."""
    height, width = picture.shape[:2]
    side = min(height, width)
    return (width - side) // 2, (height - side) // 2, side


def letterbox(picture: Picture) -> Floats:
    """Return the picture as the detector's input: padded to a square with black, 128x128 RGB, -1..1."""
    height, width = picture.shape[:2]
    longer = max(height, width)
    if height != width:
        top, left = (longer - height) // 2, (longer - width) // 2
        around = ((top, longer - height - top), (left, longer - width - left), (0, 0))[: picture.ndim]
        picture = np.pad(picture, around)
    if longer != SIDE:
        # averaging over areas keeps small faces; between dots there is nothing to average
        kernel = Image.Resampling.BOX if longer > SIDE else Image.Resampling.BILINEAR
        picture = np.asarray(Image.fromarray(picture).resize((SIDE, SIDE), kernel))
    scaled = picture.astype(np.float32) / np.float32(127.5) - np.float32(1)
    if scaled.ndim == 2:
        return np.broadcast_to(scaled[None, :, :, None], (1, SIDE, SIDE, 3)).copy()
    return scaled[None]


def anchor_centres() -> Floats:
    """Return the centres of the 896 anchors, 0..1, in the order of the outputs."""
    centres = [
        ((column + 0.5) / cells, (row + 0.5) / cells)
        for cells, each in _GRIDS
        for row in range(cells)
        for column in range(cells)
        for _ in range(each)
    ]
    return np.array(centres, np.float32)


_ANCHORS = anchor_centres()


def candidates(regressors: Floats, logits: Floats, scale: float) -> tuple[Floats, Floats]:
    """Return scores above the threshold, and for each box corners and points as 16 numbers in dots of `scale`."""
    scores = 1 / (1 + np.exp(-np.clip(logits, -_LOGIT_LIMIT, _LOGIT_LIMIT)))
    kept = np.flatnonzero(scores >= THRESHOLD)
    pairs = regressors[kept].reshape(-1, 8, 2) / np.float32(SIDE)
    half = pairs[:, 1] / 2
    # the centre and the points are offsets from the anchor, width and height are not
    placed = pairs + _ANCHORS[kept, None, :]
    corners = np.stack([placed[:, 0] - half, placed[:, 0] + half], axis=1)
    shapes = np.concatenate([corners, placed[:, 2:]], axis=1).reshape(-1, 16) * np.float32(scale)
    return scores[kept].astype(np.float32), shapes


def merged(scores: Floats, shapes: Floats) -> list[Face]:
    """Return one face for each cluster of candidates: the score-weighted mean of all that overlap the best one."""
    faces: list[Face] = []
    left = list(np.argsort(-scores, kind="stable"))
    while left:
        best = _face(float(scores[left[0]]), shapes[left[0]])
        cluster = [index for index in left if best.overlap(_face(0.0, shapes[index])) > SAME_FACE_IOU] or left[:1]
        weights = scores[cluster]
        faces.append(_face(best.score, (shapes[cluster] * weights[:, None]).sum(axis=0) / weights.sum()))
        taken = set(cluster)
        left = [index for index in left if index not in taken]
    return faces


def _face(score: float, shape: Floats) -> Face:
    left, top, right, bottom, *points = (float(value) for value in shape)
    return Face(score, left, top, right, bottom, tuple(zip(points[::2], points[1::2], strict=True)))
