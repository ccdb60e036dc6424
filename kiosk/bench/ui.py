"""How quick and how quiet the screens are, and whether a monkey can break them.

Each measurement runs in a process of its own, in turn with its yardstick: a bare Kivy window with the same fonts and
one bare Kivy button. Touches are timed without pixels (`KIVY_GL_BACKEND=mock`, field/ui.md §7.3): a software renderer
would measure itself.
"""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

ROLES = ("lobby", "counter", "board")
TOUCHED = ("lobby", "counter")


def run(full: bool) -> Iterator[dict[str, Any]]:
    """Measure touch to frame, first frame, rest, and the monkey's visits."""
    touches = 1000 if full else 200
    for role in TOUCHED:
        ours = _best("kiosk.bench.rig.screen_times", "touch", role, str(touches), mock=True)
        bare = _best("kiosk.bench.rig.screen_times", "touch", "bare", str(touches), mock=True)
        yield {"what": f"ours: touch to frame, {role}, mock GL", **ours}
        yield {"what": "yardstick: touch to frame, bare Kivy button, mock GL", **bare}
        yield {"what": f"ratio touch, {role}", "ratio_p50": round(ours["p50_ms"] / bare["p50_ms"], 2)}
    for role in ROLES:
        pairs = [
            (_seconds_to_frame(role), _seconds_to_frame("bare")) for _ in range(9 if full else 3)
        ]  # in turn, so that a busy machine hits both alike
        ours_s, bare_s = (min(side) for side in zip(*pairs, strict=True))
        yield {
            "what": f"first useful frame, {role}, from process start, beside a bare window with the same fonts",
            "ours_s": round(ours_s, 2),
            "yardstick_s": round(bare_s, 2),
            "ratio": round(ours_s / bare_s, 2),
        }
    for role in ROLES:
        yield {"what": f"ours: at rest, {role}", **_measured("kiosk.bench.rig.screen_times", "rest", role, "8")}
    for role in ROLES:
        visits = "2000" if full else "12"
        yield _measured("kiosk.bench.rig.monkey", role, visits, "20261125", mock=True)


def _best(module: str, *arguments: str, mock: bool) -> dict[str, Any]:
    return min((_measured(module, *arguments, mock=mock) for _ in range(3)), key=lambda row: row["p50_ms"])


def _seconds_to_frame(role: str) -> float:
    return float(_measured("kiosk.bench.rig.screen_times", "first", role, "0")["seconds"])


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
