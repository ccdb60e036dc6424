"""Time that is moved by hand, to try flows out: nothing sleeps and nothing is patched.

`SimulatedTime` is a whole `kiosk.clock.Clock` and `Timer`. Posted work runs in the order of posting at the next
`settle` or move of time, so a trial reads as: do something, settle, look.
"""

import heapq
import itertools
from collections import deque
from collections.abc import Callable
from datetime import datetime, timedelta

from kiosk.clock import VIETNAM, Act, Due

MORNING = datetime(2026, 11, 24, 8, 0, tzinfo=VIETNAM)
"""A Tuesday, within opening hours."""


class SimulatedTime:
    """A clock and a timer for one or many roles of a trial, which share this one thread."""

    def __init__(self, start: datetime = MORNING) -> None:
        self._now = start
        self._mono = 0.0
        self._agenda: list[tuple[float, int, Due]] = []
        self._order = itertools.count()
        self._posted: deque[Act] = deque()

    def now(self) -> datetime:
        """Return the present moment."""
        return self._now

    def monotonic(self) -> float:
        """Return the seconds since the beginning."""
        return self._mono

    def wake_at(self, moment: datetime, act: Act) -> Due:
        """Run `act` at `moment`, at once if it is past."""
        return self.wake_after(max(0.0, (moment - self._now).total_seconds()), act)

    def wake_after(self, seconds: float, act: Act) -> Due:
        """Run `act` after so many seconds."""
        due = Due(act)
        heapq.heappush(self._agenda, (self._mono + seconds, next(self._order), due))
        return due

    def post(self, act: Act) -> None:
        """Run `act` with the next `settle`."""
        self._posted.append(act)

    def settle(self) -> None:
        """Run everything that was posted, also what that posts."""
        while self._posted:
            self._posted.popleft()()

    def advance(self, seconds: float = 0.0, *, minutes: float = 0.0, hours: float = 0.0) -> None:
        """Let time pass, running each timer at its own moment."""
        end = self._mono + seconds + 60 * minutes + 3600 * hours
        self.settle()
        while (at := self._next()) is not None and at <= end:
            self._move(at)
            due = heapq.heappop(self._agenda)[2]
            if due.act is not None:
                due.act()
            self.settle()
        self._move(end)

    def jump(self, by: timedelta) -> None:
        """Set the wall clock without letting time pass, as a time server does."""
        self._now += by

    def forget(self) -> None:
        """Drop every timer and everything posted, as a power cut does."""
        self._agenda.clear()
        self._posted.clear()

    @property
    def pending(self) -> int:
        """How many timers are set: a role at rest sets none."""
        return sum(entry[2].act is not None for entry in self._agenda)

    def _next(self) -> float | None:
        while self._agenda and self._agenda[0][2].act is None:
            heapq.heappop(self._agenda)
        return self._agenda[0][0] if self._agenda else None

    def _move(self, at: float) -> None:
        self._now += timedelta(seconds=at - self._mono)
        self._mono = at


class Life:
    """The clock of one life of one role: when its plug is pulled, nothing of it runs any more."""

    def __init__(self, time: SimulatedTime) -> None:
        self._time = time
        self._is_over = False

    def now(self) -> datetime:
        """Return the present moment."""
        return self._time.now()

    def monotonic(self) -> float:
        """Return the seconds since the beginning."""
        return self._time.monotonic()

    def wake_at(self, moment: datetime, act: Act) -> Due:
        """Run `act` at `moment`, unless the life is over by then."""
        return self._time.wake_at(moment, self._while_alive(act))

    def wake_after(self, seconds: float, act: Act) -> Due:
        """Run `act` after so many seconds, unless the life is over by then."""
        return self._time.wake_after(seconds, self._while_alive(act))

    def post(self, act: Act) -> None:
        """Run `act` with the next `settle`, unless the life is over by then."""
        self._time.post(self._while_alive(act))

    def end(self) -> None:
        """Pull the plug."""
        self._is_over = True

    def _while_alive(self, act: Act) -> Act:
        return lambda: None if self._is_over else act()


def ids(prefix: str = "0") -> Callable[[], str]:
    """Return a maker of ids: 32 hex characters, different each time, the same in every run."""
    numbers = itertools.count(1)
    return lambda: f"{prefix}{next(numbers):0{32 - len(prefix)}x}"
