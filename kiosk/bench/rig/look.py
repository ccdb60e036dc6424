"""What one look costs, from a camera's frame to seven probabilities, and what a fresh process weighs and waits.

Yardstick of the same run: the bare `invoke()` of both networks, on the same core, in turn with ours.
"""

import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from typing import Any

from kiosk.devices.drawn_face import drawn_face
from kiosk.vision.evaluation import memory_mb
from kiosk.vision.expressions import ExpressionReader
from kiosk.vision.runtime import runtime_name


def run(looks: int, starts: int) -> Iterator[dict[str, Any]]:
    """Measure `looks` looks beside bare invocations, then `starts` cold starts of fresh processes."""
    frame = drawn_face("smile")
    reader = ExpressionReader()
    if reader.read(frame).face is None:
        raise RuntimeError("the detector does not find the drawn face: run the tests of vision")
    ours, yardstick = [], []
    for _ in range(looks):
        # in turn, so that a busy machine hits both alike
        ours.append(milliseconds(lambda: reader.read(frame)))
        yardstick.append(milliseconds(reader.detector.network.invoke) + milliseconds(reader.network.invoke))
    mine, theirs = figures(ours), figures(yardstick)
    what = "ours: 640x480 grey frame to probabilities, one face, one thread"
    yield {"what": what, "n": looks, "runtime": runtime_name(), **mine}
    yield {"what": "yardstick: bare invoke() of detector and classifier, one each", "n": looks, **theirs}
    yield {"what": "ratio ours / yardstick", "ratio_p50": round(mine["p50_ms"] / theirs["p50_ms"], 2)}
    cold = [_cold() for _ in range(starts)]
    yield {
        "what": "ours: fresh process, from imports done to the first answer",
        "n": starts,
        "worst_ms": max(start["ms"] for start in cold),
        "memory_mb": max(start["memory_mb"] for start in cold),
    }


def milliseconds(act: Callable[[], object]) -> float:
    """Return how long `act` takes."""
    began = time.perf_counter()
    act()
    return (time.perf_counter() - began) * 1000


def figures(ms: list[float]) -> dict[str, float]:
    """Return the middle, the 95th percentile and the worst of some times."""
    ordered = sorted(ms)
    return {
        "p50_ms": round(ordered[len(ordered) // 2], 2),
        "p95_ms": round(ordered[len(ordered) * 95 // 100], 2),
        "worst_ms": round(ordered[-1], 2),
    }


def _cold() -> dict[str, float]:
    child = subprocess.run([sys.executable, "-m", __name__], capture_output=True, check=True)
    started: dict[str, float] = json.loads(child.stdout)
    return started


def _first_answer() -> None:
    """Be the fresh process: what it took, on stdout."""
    import importlib

    # importing is not part of the start that is measured
    importlib.import_module(f"{runtime_name()}.interpreter")
    frame = drawn_face("smile")
    ms = milliseconds(lambda: ExpressionReader().read(frame))
    print(json.dumps({"ms": round(ms, 1), "memory_mb": memory_mb()}))


if __name__ == "__main__":
    _first_answer()
