"""The expression service as a process of its own, with a camera that reads one frame from a file.

    python service_child.py FRAME.raw SOCKET COUNT [open]

COUNT frames are shown as soon as a visit's end is watched. `open`: without the sandbox, as a yardstick.
"""

import itertools
import os
import socket
import subprocess
import sys
from pathlib import Path

os.environ["OPENBLAS_NUM_THREADS"] = "1"

import numpy as np

from kiosk.devices.camera import VirtualCamera
from kiosk.vision.expressions import ExpressionReader
from kiosk.vision.sandbox import lock_down
from kiosk.vision.service import VisionService, Watch, listen


class FileCamera(VirtualCamera):
    """Sees what a file holds, anew each time, and keeps nothing."""

    def __init__(self, file: Path, count: int) -> None:
        super().__init__()
        self._file = file
        self._count = count

    def start(self, on_frame):
        super().start(on_frame)
        for number in range(self._count):
            # rows move up and down and stay whole, so that they can be looked for in memory
            on_frame(np.roll(np.fromfile(self._file, np.uint8).reshape(480, 640), number % 3 * 2, axis=0))


class ProbedService(VisionService):
    """Tries, when asked, what the process must not be able to do."""

    def answer(self, line):
        if line.startswith(b'{"try"'):
            return self.probe(), False
        return super().answer(line)

    @staticmethod
    def probe():
        def works(act):
            try:
                act()
            except OSError:
                return False
            return True

        return {
            "socket": works(lambda: socket.socket(socket.AF_INET, socket.SOCK_STREAM).close()),
            "unix": works(lambda: socket.socket(socket.AF_UNIX).close()),
            "create": works(lambda: (Path(sys.argv[2]).parent / "made").touch()),
            "append": works(lambda: Path(sys.argv[1]).open("ab").close()),
            "remove": works(lambda: (Path(sys.argv[2]).parent / "spare").unlink()),
            "start_a_program": works(lambda: subprocess.run(["true"], check=True)),
            "read": works(lambda: Path(sys.argv[1]).read_bytes()),
        }


def main() -> None:
    camera = FileCamera(Path(sys.argv[1]), int(sys.argv[3]))
    reader = ExpressionReader()
    reader.forget()
    listener = listen(Path(sys.argv[2]))
    sandbox = {} if "open" in sys.argv else lock_down()
    steps = itertools.count()
    # each look at the clock is 0.21 s later: a visit of ten frames takes no waiting
    watch = Watch(reader, camera, lambda: next(steps) * 0.21)
    print("ready", flush=True)
    ProbedService(watch, camera, listener, sandbox).run()


if __name__ == "__main__":
    main()
