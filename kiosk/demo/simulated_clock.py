"""The clock of simulated time: stands still until it is told to move, and runs what falls due only when asked."""

import heapq
import itertools
import queue
import threading
from collections.abc import Callable
from datetime import datetime

from kiosk.clock import Act, Due, Wake


class SimulatedClock:
    """A `kiosk.clock.Clock` whose moment the conductor sets.

    Posted work runs on the thread that calls `run`, in the order of posting. Timers run only inside `run_due`, so that
    between two moves of time nothing happens by itself.
    """

    def __init__(self, start: datetime) -> None:
        self._now = start
        self._start = start
        self._agenda: list[tuple[datetime, int, Due]] = []
        self._order = itertools.count()
        self._posted: queue.SimpleQueue[Act] = queue.SimpleQueue()
        self._stopping = False

    def now(self) -> datetime:
        """Return the simulated moment."""
        return self._now

    def monotonic(self) -> float:
        """Return simulated seconds since the clock was made."""
        return (self._now - self._start).total_seconds()

    def wake_at(self, moment: datetime, act: Act) -> Wake:
        """Note `act` for `moment`; it runs in the first `run_due` at or after it."""
        due = Due(act)
        heapq.heappush(self._agenda, (moment, next(self._order), due))
        return due

    def post(self, act: Act) -> None:
        """Run `act` on the loop's thread soon. Safe from any thread."""
        self._posted.put(act)

    def move_to(self, moment: datetime) -> None:
        """Set the moment; never back."""
        self._now = max(self._now, moment)

    def next_due(self) -> datetime | None:
        """Return the moment of the earliest timer, or None."""
        while self._agenda and self._agenda[0][2].act is None:
            heapq.heappop(self._agenda)
        return self._agenda[0][0] if self._agenda else None

    def run_due(self) -> None:
        """Run every timer that is due now, earliest first; timers that they set for now run too."""
        while (due := self.next_due()) is not None and due <= self._now:
            act = heapq.heappop(self._agenda)[2].act
            if act is not None:
                act()

    def run(self, after_each: Callable[[], None]) -> None:
        """Run posted work until `stop`, calling `after_each` whenever nothing more is waiting."""
        while not self._stopping:
            self._posted.get()()
            if self._posted.empty():
                after_each()

    def stop(self) -> None:
        """End `run` after the present piece of work."""
        self._stopping = True
        self.post(lambda: None)


class RealTimer:
    """Real seconds for transports while the rules' time is simulated; what falls due is posted to the role's thread."""

    def __init__(self, post: Callable[[Act], None]) -> None:
        self._post = post

    def wake_after(self, seconds: float, act: Act) -> Wake:
        """Post `act` after `seconds` of real time."""
        due = Due(act)
        timer = threading.Timer(seconds, lambda: self._post(lambda: due.act() if due.act else None))
        timer.daemon = True
        timer.start()
        return due
