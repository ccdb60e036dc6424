"""How long one expression takes, from a camera's frame to seven probabilities, and what the process weighs.

Yardstick of the same run: the bare `invoke()` of both networks, on the same core, in turn with ours. The face is NASA's
astronaut of scikit-image (the dev extra): no picture of a person is part of the product.
"""

import importlib
import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from kiosk.vision.evaluation import memory_mb
from kiosk.vision.expressions import ExpressionReader
from kiosk.vision.faces import Picture

WIDTH, HEIGHT = 640, 480


def run(full: bool) -> Iterator[dict[str, Any]]:
    """Measure looks beside bare invocations, then cold starts of fresh processes."""
    frame = _frame()
    if frame is None:
        yield {"what": "not measured", "why": "needs the picture of scikit-image: install the dev extra"}
        return
    count = 3000 if full else 300
    reader = ExpressionReader()
    if reader.read(frame).face is None:
        raise RuntimeError("the detector does not find the astronaut: run the tests of vision")
    ours, yardstick = [], []
    for _ in range(count):
        # in turn, so that a busy machine hits both alike
        ours.append(_ms(lambda: reader.read(frame)))
        yardstick.append(_ms(reader.detector.network.invoke) + _ms(reader.network.invoke))
    mine, theirs = _figures(ours), _figures(yardstick)
    yield {"what": f"ours: {WIDTH}x{HEIGHT} grey frame to probabilities, one face, one thread", "n": count, **mine}
    yield {"what": "yardstick: bare invoke() of detector and classifier, one each", "n": count, **theirs}
    yield {"what": "ratio ours / yardstick", "ratio_p50": round(mine["p50_ms"] / theirs["p50_ms"], 2)}
    starts = [_cold(frame) for _ in range(10 if full else 3)]
    yield {
        "what": "ours: fresh process, from imports done to the first answer",
        "n": len(starts),
        "worst_ms": max(start["ms"] for start in starts),
        "memory_mb": max(start["memory_mb"] for start in starts),
    }


def _frame() -> Picture | None:
    try:
        data: Any = importlib.import_module("skimage.data")
    except ImportError:
        return None
    from PIL import Image

    face = Image.fromarray(data.astronaut()).crop((60, 0, 380, 240))
    return np.asarray(face.resize((WIDTH, HEIGHT), Image.Resampling.BICUBIC).convert("L"), dtype=np.uint8)


def _cold(frame: Picture) -> dict[str, float]:
    child = subprocess.run(
        [sys.executable, "-m", "kiosk.bench.vision"], input=frame.tobytes(), capture_output=True, check=True
    )
    started: dict[str, float] = json.loads(child.stdout)
    return started


def _first_answer() -> None:
    """Be the fresh process: a frame on stdin, what it took on stdout."""
    from ai_edge_litert import interpreter  # noqa: F401  # the import is not part of the start that is measured

    frame = np.frombuffer(sys.stdin.buffer.read(), np.uint8).reshape(HEIGHT, WIDTH)
    began = time.perf_counter()
    ExpressionReader().read(frame)
    print(json.dumps({"ms": round((time.perf_counter() - began) * 1000, 1), "memory_mb": memory_mb()}))


def _ms(act: Callable[[], object]) -> float:
    began = time.perf_counter()
    act()
    return (time.perf_counter() - began) * 1000


def _figures(ms: list[float]) -> dict[str, float]:
    ordered = sorted(ms)
    return {
        "p50_ms": round(ordered[len(ordered) // 2], 2),
        "p95_ms": round(ordered[len(ordered) * 95 // 100], 2),
    }


if __name__ == "__main__":
    _first_answer()
