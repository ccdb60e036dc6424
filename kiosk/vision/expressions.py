"""What expression a face shows, whether the frame is good enough to say so, and what a whole visit showed.

Frames are looked at and forgotten: a visit keeps three probabilities and a flag for each of its last frames, and until
its end how much the place of the face changed. The rules of the answer are those of `kiosk.domain.expression`.
"""

from collections import Counter, deque
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import msgspec
import numpy as np

from kiosk.domain.expression import GOOD_FRAMES, Estimate, FrameScore, visit_expression
from kiosk.vision import crops
from kiosk.vision.faces import SAME_FACE_IOU, Face, FaceDetector, Picture
from kiosk.vision.runtime import EXPRESSION, MODELS, Floats, Network
from kiosk.vision.stillness import Stillness

CLASSES = ("neutral", "happy", "sad", "angry", "fear", "disgust", "surprise")
"""In the order of the network's output; other networks have another order."""
VALENCES = ("positive", "neutral", "negative")
VALENCE_OF = {
    "happy": "positive",
    "neutral": "neutral",
    "surprise": "neutral",
    "angry": "negative",
    "disgust": "negative",
    "fear": "negative",
    "sad": "negative",
}
NEW_FACE_SCORE = 0.75
"""A face that was not there before must be surer than one that is followed (field note §12.1)."""
LOST_S = 1.0
COVERED_MOUTH = 0.28
"""Mean of `crops.mouth_to_eyes` over a visit below which a mask or a hand covers the mouth: no smile would be seen."""
LAST_FRAMES = 25
"""5 seconds at 5 frames a second: how the visit ended, not how it began."""


class QualityGate(msgspec.Struct, frozen=True, kw_only=True):
    """Which frames count (field note §12.2)."""

    smallest: float = 100.0
    """Side of the box, dots: below it the valence falls under .88."""
    score: float = 0.8
    yaw: float = 0.25
    sharpness: float = 12.0
    """Variance of the Laplacian of the 112 dots; a blur of a fortieth of the face is below it. Sites may calibrate."""
    brightness: tuple[float, float] = (40.0, 215.0)

    def why_not(self, face: Face, brightness: float, sharpness: float) -> str:
        """Return the first reason why a frame does not count; empty if it does."""
        if face.side < self.smallest:
            return "face_too_small"
        if face.score < self.score:
            return "face_unsure"
        if not face.yaw < self.yaw:
            return "face_turned_away"
        if brightness < self.brightness[0]:
            return "too_dark"
        if brightness > self.brightness[1]:
            return "too_bright"
        if sharpness < self.sharpness:
            return "blurred"
        return ""


class Region(msgspec.Struct, frozen=True, kw_only=True):
    """The part of the view where citizens sit, as shares of width and height; the officer is left out of it."""

    left: float = 0.0
    top: float = 0.0
    right: float = 1.0
    bottom: float = 1.0

    def cut(self, picture: Picture) -> Picture:
        """Return that part of a picture, without copying it."""
        height, width = picture.shape[:2]
        return picture[
            round(self.top * height) : round(self.bottom * height),
            round(self.left * width) : round(self.right * width),
        ]


class Reading(NamedTuple):
    """What one frame showed."""

    face: Face | None
    probabilities: tuple[float, ...]
    """In the order of `CLASSES`; empty without a face."""
    why_not: str
    """Why the frame does not count; empty if it does."""
    mouth: float = 1.0
    """How much is drawn around the mouth, in shares of that around the eyes."""


class ExpressionReader:
    """Both networks behind one another, with the steps between them."""

    def __init__(
        self, folder: Path = MODELS, gate: QualityGate | None = None, region: Region | None = None, mirror: bool = True
    ) -> None:
        self.detector = FaceDetector(folder)
        self.network = Network(EXPRESSION, folder)
        self.gate = gate or QualityGate()
        self.region = region or Region()
        self._mirror = mirror

    def read(self, frame: Picture, followed: Face | None = None) -> Reading:
        """Return what a frame shows of the face in front, or of the one that is `followed` if it is still there."""
        picture = self.region.cut(frame)
        face = in_front(self.detector.look(picture), picture.shape[:2], followed)
        if face is None:
            return Reading(None, (), "no_face")
        face = self.detector.closer(picture, face)
        crop = crops.levelled(picture, face)
        brightness = crops.grey(crop)
        median = float(np.median(brightness))
        why_not = self.gate.why_not(face, median, crops.sharpness(brightness))
        mouth = crops.mouth_to_eyes(brightness, face)
        return Reading(face, self.probabilities(crops.lit_evenly(crop, median)), why_not, mouth)

    def probabilities(self, crop: Floats) -> tuple[float, ...]:
        """Return the probabilities of `CLASSES` for a crop of 112x112, grey or RGB.

        The mean of the crop and of its mirror image: a face has no preferred side, and the network is 2 points better
        so on pictures from the web (field note §8.1).
        """
        colours = np.repeat(crop[..., None], 3, axis=2) if crop.ndim == 2 else crop
        batch = np.ascontiguousarray(colours[None], dtype=np.float32)
        answer = self.network.answer(batch)[0][0]
        if self._mirror:
            answer = (answer + self.network.answer(np.ascontiguousarray(batch[:, :, ::-1]))[0][0]) / 2
        return tuple(float(p) for p in answer)

    def forget(self) -> None:
        """Overwrite what the networks still hold of the last face."""
        self.detector.network.forget()
        self.network.forget()


def in_front(faces: Sequence[Face], shape: tuple[int, ...], followed: Face | None = None) -> Face | None:
    """Return the followed face if it is still there, else the largest and most central one; None if there is none."""
    if followed is not None:
        same = max(faces, key=followed.overlap, default=None)
        if same is not None and followed.overlap(same) > SAME_FACE_IOU:
            return same
    height, width = shape[:2]

    def prominence(face: Face) -> float:
        x, y = face.centre
        away = max(abs(x / width - 0.5), abs(y / height - 0.5))
        return face.side * (1 - away)

    return max(faces, key=prominence, default=None)


def valence(probabilities: Sequence[float]) -> dict[str, float]:
    """Return the probabilities of `VALENCES` (field note §8.1)."""
    summed = dict.fromkeys(VALENCES, 0.0)
    for name, probability in zip(CLASSES, probabilities, strict=True):
        summed[VALENCE_OF[name]] += probability
    return summed


class _Followed:
    """What a visit keeps of one face: numbers only."""

    def __init__(self) -> None:
        self.scores: deque[FrameScore] = deque(maxlen=LAST_FRAMES)
        self.mouths: deque[float] = deque(maxlen=LAST_FRAMES)
        """Of the frames that count."""
        self.stillness = Stillness()

    @property
    def good(self) -> list[FrameScore]:
        """Return the frames that count."""
        return [score for score in self.scores if score.is_good]

    @property
    def doubt(self) -> str:
        """Return why nothing can be said of this face however well it was seen; empty if something can."""
        if self.stillness.is_still:
            return "face_does_not_move"
        if self.mouths and sum(self.mouths) / len(self.mouths) < COVERED_MOUTH:
            return "mouth_covered"
        return ""


class Visit:
    """The frames of one visit's end: follows one face, keeps scores, answers at any time."""

    def __init__(self, reader: ExpressionReader) -> None:
        self._reader = reader
        self._face: Face | None = None
        self._seen_at = 0.0
        self._now = _Followed()
        self._best = _Followed()
        """Who was seen better before, if anybody."""
        self._reasons: Counter[str] = Counter()
        self._seen = 0

    def see(self, frame: Picture, at_s: float) -> Reading:
        """Look at a frame that was taken at `at_s` (monotonic seconds) and keep its three probabilities."""
        self._seen += 1
        if self._face is not None and at_s - self._seen_at > LOST_S:
            self._face = None
        reading = self._reader.read(frame, self._face)
        face, why_not = reading.face, reading.why_not
        if face is not None:
            if self._face is None or self._face.overlap(face) <= SAME_FACE_IOU:
                why_not = self._meet(face) or why_not
            if self._face is not None and (why_not != "another_face"):
                self._face, self._seen_at = face, at_s
                means = valence(reading.probabilities)
                self._now.scores.append(FrameScore(**means, is_good=not why_not))
                if not why_not:
                    self._now.mouths.append(reading.mouth)
                    self._now.stillness.see(self._reader.region.cut(frame), face)
        if why_not:
            self._reasons[why_not] += 1
        return reading._replace(why_not=why_not)

    def estimate(self) -> Estimate:
        """Return what the visit showed so far."""
        followed = max((self._best, self._now), key=lambda one: len(one.good))
        good = followed.good
        if len(good) < GOOD_FRAMES:
            reason = self._reasons.most_common(1)[0][0] if self._reasons else "too_few_frames"
            return Estimate(estimate="none", frames_seen=self._seen, frames_good=len(good), why_not=reason)
        if followed.doubt:
            return Estimate(estimate="uncertain", frames_seen=self._seen, frames_good=len(good), why_not=followed.doubt)
        said = visit_expression(good)
        confidence = max(sum(getattr(score, name) for score in good) / len(good) for name in VALENCES)
        return Estimate(
            estimate=said.outcome,
            score=round(said.valence, 3),
            confidence=round(confidence, 3),
            frames_seen=self._seen,
            frames_good=len(good),
            why_not="unsure" if said.outcome == "uncertain" else "",
        )

    def forget(self) -> None:
        """Overwrite what is left of the faces."""
        self._now.stillness.forget()
        self._best.stillness.forget()

    def _meet(self, face: Face) -> str:
        """Begin to follow a face that was not there before; return why not."""
        if self._face is not None:
            return "another_face"
        if face.score < NEW_FACE_SCORE:
            return "face_unsure"
        # two people's frames are never averaged: whoever was seen better stands for the visit
        if len(self._now.good) > len(self._best.good):
            self._best, self._now = self._now, self._best
        self._now.stillness.forget()
        self._now = _Followed()
        self._face = face
        return ""
