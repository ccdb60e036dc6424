"""How long to hold back the next piece of a job, so that a printer with a small buffer is not overrun.

Pure: moments come in. A line with flow control (USB, network) needs none of this.
"""

from collections import deque

DOTS_PER_MM = 8


class Pace:
    """One job's bytes on their way through the printer's buffer, by how fast its paper comes out at least."""

    def __init__(self, buffer_bytes: int, mm_per_s: float, started: float) -> None:
        """Begin a job.

        Args:
            buffer_bytes: what the printer can hold; 0: it holds the line back itself.
            started: moment in seconds, of the clock that `seconds_before` is asked with.
        """
        self._buffer = buffer_bytes
        self._rows_per_s = DOTS_PER_MM * mm_per_s
        self._free_at = started
        self._waiting: deque[tuple[float, int]] = deque()

    def seconds_before(self, size: int, now: float) -> float:
        """Say how long to wait until `size` more bytes fit; a piece larger than the buffer waits for it to be empty."""
        if not self._buffer:
            return 0.0
        while self._waiting and self._waiting[0][0] <= now:
            self._waiting.popleft()
        held = sum(of_it for _, of_it in self._waiting)
        until = now
        for printed_at, of_it in self._waiting:
            if held + size <= self._buffer:
                break
            held -= of_it
            until = printed_at
        return until - now

    def sent(self, size: int, rows: int, now: float) -> None:
        """Note that a piece went out: its rows are printed after those before it."""
        self._free_at = max(self._free_at, now) + rows / self._rows_per_s
        if self._buffer:
            self._waiting.append((self._free_at, size))
