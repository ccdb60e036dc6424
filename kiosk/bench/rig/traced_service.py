"""The expression service as a process to be traced: `python -m ... SOCKET locked|open`; its id on the first line.

As in an office, except that the camera shows ten drawn frames at once when it goes on, that looks are 0.21 s apart by
a clock of their own, and that it does two more things when asked: `try` what it must not be able to do, `hold` a marked
frame before the camera.
"""

import itertools
import os
import resource
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import numpy as np

from kiosk.devices.camera import Frame, VirtualCamera
from kiosk.devices.drawn_face import drawn_face
from kiosk.vision.expressions import ExpressionReader
from kiosk.vision.sandbox import lock_down
from kiosk.vision.service import VisionService, Watch, listen

FRAMES = 10
ROWS = range(40, 440, 20)


def marked_rows() -> list[bytes]:
    """Return rows that stand in the marked frame and nowhere else: made by chance from one seed."""
    return [row.tobytes() for row in _marks()]


def _marks() -> Frame:
    return np.random.default_rng(2026).integers(0, 256, (len(ROWS), 640), dtype=np.uint8)


class _Camera(VirtualCamera):
    """Sees a drawn face, or once the marked frame."""

    def __init__(self) -> None:
        super().__init__()
        self.is_marked = False

    def start(self, on_frame: Callable[[Frame], None]) -> None:
        super().start(on_frame)
        for frame in self._marked() if self.is_marked else _swaying():
            on_frame(frame)
        self.is_marked = False

    @staticmethod
    def _marked() -> Iterator[Frame]:
        frame = np.array(drawn_face("smile"))
        # made here and gone with this frame: neither the process nor its files hold them otherwise
        frame[list(ROWS)] = _marks()
        yield frame


def _swaying() -> Iterator[Frame]:
    for number in range(FRAMES):
        yield np.roll(drawn_face("smile"), (number * 7 % 5 - 2, number * 3 % 5 - 2), axis=(0, 1))


class _Service(VisionService):
    """The real one, and two more words."""

    camera: _Camera

    def answer(self, line: bytes) -> tuple[dict[str, Any], bool]:
        if b'"try"' in line:
            return _tried(Path(sys.argv[1]).parent), False
        if b'"hold"' in line:
            self.camera.is_marked = True
            return super().answer(b'{"do": "start"}')
        return super().answer(line)


def _tried(folder: Path) -> dict[str, Any]:
    def works(act: Callable[[], object]) -> bool:
        try:
            act()
        except OSError:
            return False
        return True

    return {
        "network": works(lambda: socket.socket(socket.AF_INET, socket.SOCK_STREAM).close()),
        "make_a_file": works(lambda: (folder / "made").touch()),
        "write_to_a_file": works(lambda: (folder / "made").write_bytes(b"x")),
        "start_a_program": works(lambda: subprocess.run(["true"], check=True)),
        "core_dump_bytes": resource.getrlimit(resource.RLIMIT_CORE)[0],
    }


def main() -> None:
    """Serve until ended."""
    reader = ExpressionReader()
    reader.forget()
    camera = _Camera()
    drawn_face("smile")
    listener = listen(Path(sys.argv[1]))
    if sys.argv[2] == "open":
        # as a desktop would have it
        limit = resource.getrlimit(resource.RLIMIT_CORE)[1]
        resource.setrlimit(resource.RLIMIT_CORE, (limit, limit))
        sandbox: dict[str, str] = {}
    else:
        sandbox = lock_down()
    steps = itertools.count()
    watch = Watch(reader, camera, lambda: next(steps) * 0.21)
    print(os.getpid(), flush=True)
    service = _Service(watch, camera, listener, sandbox)
    service.camera = camera
    service.run()


if __name__ == "__main__":
    main()
