"""A board that hangs on the wall for 30 days: its memory, its calls, and what a call costs while pictures change.

Yardstick of the same run: a bare Kivy window with one label whose text changes as often. Each side is a process of
its own, so that neither grows in the other's memory.
"""

import json
import subprocess
import sys
from collections.abc import Iterator
from typing import Any


def run(full: bool) -> Iterator[dict[str, Any]]:
    """Hang the board up for 30 days, or for two hours."""
    for side in ("ours", "bare"):
        command = [sys.executable, "-m", "kiosk.bench.rig.wall", side, "30" if full else "0"]
        done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
        yield json.loads(done.stdout.splitlines()[-1])
