"""A ticket printer on a pseudo-terminal: takes bytes, answers DLE EOT as real ones do, and can be made to fail."""

import os
import select
import threading

from devices_support import Line

READY = (0x16, 0x12, 0x12, 0x12)
NEAR_END = (0x16, 0x12, 0x12, 0x1E)
PAPER_OUT = (0x1E, 0x32, 0x12, 0x7E)
COVER_OPEN = (0x1E, 0x36, 0x12, 0x12)
CUTTER = (0x1E, 0x52, 0x1A, 0x12)
SILENT = None
State = tuple[int, int, int, int] | None


class PrinterEmulator:
    """Answers as the states of field notes §9.4; `turn_at` lets it change after so many bands."""

    def __init__(self, state: State = READY, chatter: bytes = b"") -> None:
        self.line = Line()
        self.state = state
        self.bytes = bytearray()
        self._chatter = chatter
        self._later: tuple[int, State] | None = None
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def turn_at(self, bands: int, state: State) -> None:
        """Change the state once so many bands have come."""
        self._later = (bands, state)

    def close(self) -> None:
        """Switch the printer off."""
        self._stop.set()
        self._thread.join()
        self.line.unplug()

    def job(self) -> bytes:
        """Return what was sent beside the questions."""
        return self._without_questions()

    def _run(self) -> None:
        while not self._stop.is_set():
            if not select.select([self.line.end], [], [], 0.05)[0]:
                continue
            data = os.read(self.line.end, 4096)
            for value in data:
                self.bytes.append(value)
                if self._later is not None and self.bytes.count(b"\x1dv0\x00") >= self._later[0]:
                    self.state, self._later = self._later[1], None
                # in this emulator's jobs no band holds the bytes of a question by chance: see `_without_questions`
                if self.bytes[-3:-1] == b"\x10\x04" and value in (1, 2, 3, 4) and self.state is not None:
                    os.write(self.line.end, self._chatter + bytes((self.state[value - 1],)))

    def _without_questions(self) -> bytes:
        job = bytes(self.bytes)
        for number in (1, 2, 3, 4):
            job = job.replace(bytes((0x10, 0x04, number)), b"")
        return job
