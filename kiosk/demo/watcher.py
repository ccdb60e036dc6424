"""The expression service of one counter of the demo: the real process, locked in, before a drawn face.

Run as `python -m kiosk.demo.watcher SOCKET`. It ends with the counter that started it.
"""

import ctypes
import os
import signal
import subprocess
import sys
from pathlib import Path

_PR_SET_PDEATHSIG = 1


class Watcher:
    """Starts and ends the service beside a counter."""

    def __init__(self, socket: Path) -> None:
        self._socket = socket
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def is_alive(self) -> bool:
        """Tell whether the service runs."""
        return self._process is not None and self._process.poll() is None

    def start(self) -> None:
        """Start it; the counter does not wait for it."""
        with (self._socket.parent / "vision.log").open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "kiosk.demo.watcher", str(self._socket), str(os.getpid())],
                stdout=log,
                stderr=log,
            )

    def stop(self) -> None:
        """End it."""
        if self._process is not None:
            self._process.terminate()
            self._process.wait(timeout=5)


def main() -> int:
    """Be the service."""
    # a counter whose plug is pulled takes its camera with it
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM, 0, 0, 0)
    if os.getppid() != int(sys.argv[2]):
        return 0
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    from kiosk.devices.camera_drawn import DrawnFaceCamera
    from kiosk.vision.app import serve
    from kiosk.vision.runtime import ModelRefused

    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    try:
        serve(Path(sys.argv[1]), DrawnFaceCamera(), ())
    except ModelRefused as refusal:
        print(refusal, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
