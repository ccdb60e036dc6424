"""How quick and how quiet the screens are, and whether a monkey can break them.

Each measurement runs in a process of its own, in turn with its yardstick: a bare Kivy window with the same fonts and
one bare Kivy button. Touches are timed without pixels (`KIVY_GL_BACKEND=mock`, field/ui.md §7.3): a software renderer
would measure itself.
"""

import compileall
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import kiosk

ROLES = ("lobby", "counter", "board")
TOUCHED = ("lobby", "counter")


def run(full: bool) -> Iterator[dict[str, Any]]:
    """Measure touch to frame, first frame, rest, and the monkey's visits."""
    # as on a board, where nothing is compiled at start (field/ui.md §7.2): Kivy is compiled when it is installed
    compileall.compile_dir(Path(kiosk.__file__).parent, quiet=2)
    touches = 1000 if full else 200
    for role in TOUCHED:
        ours = _best("kiosk.bench.rig.screen_times", "touch", role, str(touches), mock=True)
        bare = _best("kiosk.bench.rig.screen_times", "touch", "bare", str(touches), mock=True)
        yield {"what": f"ours: touch to frame, {role}, mock GL", **ours}
        yield {"what": "yardstick: touch to frame, bare Kivy button, mock GL", **bare}
        yield {"what": f"ratio touch, {role}", "ratio_p50": round(ours["p50_ms"] / bare["p50_ms"], 2)}
    with tempfile.TemporaryDirectory() as folder:
        for role in ROLES:
            yield _first_frame(role, Path(folder) / f"{role}.view", 9 if full else 3)
    for role in ROLES:
        yield {"what": f"ours: at rest, {role}", **_measured("kiosk.bench.rig.screen_times", "rest", role, "8")}
    for role in ROLES:
        row = _measured("kiosk.bench.rig.screen_times", "still", role, "1000" if full else "150")
        yield {"what": f"ours: every screen at rest, {role}: those that draw a frame", **row}
    for role in ROLES:
        visits = "2000" if full else "12"
        yield _measured("kiosk.bench.rig.monkey", role, visits, "20261125", mock=True)


def _best(module: str, *arguments: str, mock: bool) -> dict[str, Any]:
    return min((_measured(module, *arguments, mock=mock) for _ in range(3)), key=lambda row: row["p50_ms"])


def _first_frame(role: str, view: Path, rounds: int) -> dict[str, Any]:
    _measured("kiosk.bench.rig.screen_times", "view", role, str(view))
    ours, bare = [], []
    for _ in range(rounds):  # in turn, so that a busy machine hits both alike
        ours.append(_measured("kiosk.bench.rig.screen_times", "first", role, str(view)))
        bare.append(_measured("kiosk.bench.rig.screen_times", "first", "bare", str(view)))
    row: dict[str, Any] = {
        "what": f"first useful frame, {role}, from process start, beside a bare window with the same fonts"
    }
    for key, of in (("seconds", ""), ("cpu_seconds", "cpu_")):
        best, yardstick = (min(float(one[key]) for one in side) for side in (ours, bare))
        row |= {
            f"ours_{of}s": round(best, 3),
            f"yardstick_{of}s": round(yardstick, 3),
            f"{of}ratio": round(best / yardstick, 2),
        }
    return row


def _measured(module: str, *arguments: str, mock: bool = False) -> dict[str, Any]:
    environment = {**os.environ, "SDL_VIDEODRIVER": "offscreen", "LP_NUM_THREADS": "0"}
    if mock:
        environment["KIVY_GL_BACKEND"] = "mock"
    done = subprocess.run(
        [sys.executable, "-m", module, *arguments], capture_output=True, text=True, env=environment, check=False
    )
    if done.returncode:
        raise RuntimeError(f"{module} {' '.join(arguments)} ended with {done.returncode}:\n{done.stderr[-1500:]}")
    return dict(json.loads(done.stdout.splitlines()[-1]))
