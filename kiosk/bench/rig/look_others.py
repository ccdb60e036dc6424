"""The same look by other packages, where they are installed: `fer` (Haar and TensorFlow), MediaPipe's face detection.

Neither is a dependency: `fer` asks for gigabytes, MediaPipe for an old numpy. Run the benchmark with the Python of an
environment that has them.
"""

import importlib
import importlib.util
import os
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from kiosk.bench.rig.look import figures, milliseconds
from kiosk.devices.drawn_face import drawn_face
from kiosk.vision import crops
from kiosk.vision.expressions import ExpressionReader
from kiosk.vision.faces import Face, Picture

Look = Callable[[Picture], bool]
"""Looks at an RGB frame; tells whether a face was found."""


def run(looks: int) -> Iterator[dict[str, Any]]:
    """Measure each package that is installed beside ours, in turn, on the same frame."""
    frame = np.repeat(drawn_face("smile")[..., None], 3, axis=2)
    reader = ExpressionReader()
    for name, make in (("fer", _fer), ("mediapipe", _mediapipe)):
        if importlib.util.find_spec(name) is None:
            yield {"what": f"yardstick: {name}", "not_measured": f"{name} is not installed in this environment"}
            continue
        theirs_of = make(reader)
        theirs_of(frame)
        ours, theirs, found = [], [], 0
        for _ in range(looks):
            ours.append(milliseconds(lambda: reader.read(frame)))
            began: list[bool] = []
            theirs.append(milliseconds(lambda look=theirs_of, to=began: to.append(look(frame))))  # type: ignore[misc]  # mypy cannot infer a lambda with defaults
            found += began[0]
        mine, other = figures(ours), figures(theirs)
        yield {"what": f"yardstick: {name}, colour frame", "n": looks, "found": found, **other}
        yield {
            "what": f"ours beside {name}, colour frame",
            "ratio_p50": round(mine["p50_ms"] / other["p50_ms"], 3),
            **mine,
        }


def _fer(reader: ExpressionReader) -> Look:
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    detector: Any = importlib.import_module("fer.fer").FER()
    return lambda frame: bool(detector.detect_emotions(frame))


def _mediapipe(reader: ExpressionReader) -> Look:
    """MediaPipe finds the face; as it has no expressions, our network judges its crop."""
    solutions: Any = importlib.import_module("mediapipe").solutions
    detection = solutions.face_detection.FaceDetection(model_selection=0, min_detection_confidence=0.5)

    def look(frame: Picture) -> bool:
        found = detection.process(frame).detections
        if not found:
            return False
        height, width = frame.shape[:2]
        place = found[0].location_data
        box = place.relative_bounding_box
        left, top = box.xmin * width, box.ymin * height
        points = tuple((point.x * width, point.y * height) for point in place.relative_keypoints)
        face = Face(found[0].score[0], left, top, left + box.width * width, top + box.height * height, points)
        reader.probabilities(crops.levelled(frame, face))
        return True

    return look
