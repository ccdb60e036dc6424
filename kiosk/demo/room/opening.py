"""Opens the live office with its control room, and closes it again."""

import contextlib
import os
import shutil
import signal
import sys
import tempfile
import threading
import webbrowser
from pathlib import Path
from types import FrameType

from kiosk.demo.launch import progress
from kiosk.demo.live import LiveOffice
from kiosk.demo.room.web import Pages, serve


def run_live(*, counters: int, port: int, seed: int, broker: str, windows: bool, expression: bool = False) -> int:
    """Run the live office until Ctrl-C; return the exit status.

    `expression` lets the counters ask for their cameras, which see drawn faces.
    """
    folder = Path(tempfile.mkdtemp(prefix="kiosk-demo-"))
    pages = Pages()
    office: LiveOffice | None = None
    stop = threading.Event()

    def end(_signal: int, _frame: FrameType | None) -> None:
        stop.set()

    signal.signal(signal.SIGTERM, end)
    signal.signal(signal.SIGINT, end)
    try:
        office = LiveOffice(folder, counters, seed, broker, windows, pages.push, expression)
        office.start()
        address = serve(office, pages, port)
        progress(f"the office is open: {address}", done=True)
        print(address, flush=True)
        if os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"):
            webbrowser.open(address)
        print("Ctrl-C closes the office.", file=sys.stderr)
        stop.wait()
        return 0
    finally:
        with contextlib.suppress(KeyboardInterrupt):
            if office is not None:
                office.close()
            shutil.rmtree(folder, ignore_errors=True)
