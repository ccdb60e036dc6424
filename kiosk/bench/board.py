"""A board that hangs on the wall for 30 days: its memory, its calls, and what a call costs while pictures change.

Yardstick of the same run: a bare Kivy window with one label whose text changes as often; for calls while a film runs,
the same board without it. Each side is a process of its own, so that neither grows in the other's memory.
"""

import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from typing import Any


def run(full: bool) -> Iterator[dict[str, Any]]:
    """Hang the board up for 30 days, or for two hours."""
    rigs: list[tuple[str, ...]] = [("wall", "ours", "30" if full else "0"), ("wall", "bare", "30" if full else "0")]
    if shutil.which("ffmpeg"):
        rigs.insert(0, ("screening", "200" if full else "30"))
    for rig, *arguments in rigs:
        command = [sys.executable, "-m", f"kiosk.bench.rig.{rig}", *arguments]
        done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
        yield json.loads(done.stdout.splitlines()[-1])
