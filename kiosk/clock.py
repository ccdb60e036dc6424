"""Time, handed in by constructor: one clock and one thread for everything that a role decides.

A role's rules run on one thread. Timers (`wake_at`) and work from other threads (`post`) are run there one at a
time, so that no flow needs a lock. The simulated twin of `RealClock` lives in `kiosk.demo`.
"""

import heapq
import itertools
import logging
import queue
import threading
import time
from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from typing import Protocol, TypeVar

VIETNAM = timezone(timedelta(hours=7), "+07")
"""Indochina Time; Vietnam has kept no summer time since 1975."""

Act = Callable[[], None]


class Wake(Protocol):
    """A pending call of `Clock.wake_at` or `Timer.wake_after`."""

    def cancel(self) -> None:
        """Forget the call; harmless when it already ran."""


class Clock(Protocol):
    """The time of one role, and the thread on which its rules run."""

    def now(self) -> datetime:
        """Return the moment, timezone-aware (`VIETNAM`)."""

    def monotonic(self) -> float:
        """Return seconds since an arbitrary start; never goes back."""

    def wake_at(self, moment: datetime, act: Act) -> Wake:
        """Run `act` on the role's thread once `now()` has reached `moment`."""

    def post(self, act: Act) -> None:
        """Run `act` on the role's thread soon. Safe from any thread; keeps the order of posting."""


class Timer(Protocol):
    """Real seconds for transports (resend, reconnect, time-outs), even where the rules' time is simulated."""

    def wake_after(self, seconds: float, act: Act) -> Wake:
        """Run `act` on the role's thread after `seconds` of real time."""


Result = TypeVar("Result")


class Worker(Protocol):
    """Where slow work (printing, decoding, speech) is done so that no screen waits for it."""

    def submit(self, work: Callable[[], Result], done: Callable[[Result], None]) -> None:
        """Run `work` off the role's thread, one job at a time in order, then `done(result)` on the role's thread."""


class InlineWorker:
    """Does the work at once, on the caller's thread: simulated time and tests, where order must not depend on speed."""

    def submit(self, work: Callable[[], Result], done: Callable[[Result], None]) -> None:
        """Run `work`, then `done(result)`, before returning."""
        done(work())


class ThreadWorker:
    """One background thread that works in order and hands results to the role's thread."""

    def __init__(self, post: Callable[[Act], None], name: str) -> None:
        self._post = post
        self._jobs: queue.SimpleQueue[Act] = queue.SimpleQueue()
        threading.Thread(target=self._run, name=name, daemon=True).start()

    def submit(self, work: Callable[[], Result], done: Callable[[Result], None]) -> None:
        """Queue `work`; `done(result)` is posted to the role's thread."""

        def job() -> None:
            result = work()
            self._post(lambda: done(result))

        self._jobs.put(job)

    def _run(self) -> None:
        while True:
            job = self._jobs.get()
            try:
                job()
            except Exception:
                logging.getLogger(__name__).exception("background work failed")


class Due:
    """One entry of the agenda; also the handle that cancels it."""

    def __init__(self, act: Act) -> None:
        self.act: Act | None = act

    def cancel(self) -> None:
        """Forget the call."""
        self.act = None


class RealClock:
    """The wall clock, and the loop that runs one role's timers and posted work on the thread that calls `run`."""

    def __init__(self) -> None:
        self._posted: queue.SimpleQueue[Act | None] = queue.SimpleQueue()
        self._agenda: list[tuple[float, int, Due]] = []
        self._order = itertools.count()
        self._stopping = False

    def now(self) -> datetime:
        """Return the wall clock's moment in Vietnam."""
        return datetime.now(VIETNAM)

    def monotonic(self) -> float:
        """Return the machine's monotonic seconds."""
        return time.monotonic()

    def wake_at(self, moment: datetime, act: Act) -> Wake:
        """Run `act` on the loop's thread at `moment`; a past moment runs it soon."""
        return self.wake_after(max(0.0, (moment - self.now()).total_seconds()), act)

    def wake_after(self, seconds: float, act: Act) -> Wake:
        """Run `act` on the loop's thread after `seconds`."""
        due = Due(act)
        at = self.monotonic() + seconds
        self.post(lambda: heapq.heappush(self._agenda, (at, next(self._order), due)))
        return due

    def post(self, act: Act) -> None:
        """Run `act` on the loop's thread soon."""
        self._posted.put(act)

    def run(self) -> None:
        """Run the loop until `stop`; an error in one call is logged and does not end it."""
        while not self._stopping:
            try:
                act = self._posted.get(timeout=self._pause())
            except queue.Empty:
                act = None
            if act is not None:
                self._guard(act)
            while self._agenda and self._agenda[0][0] <= self.monotonic():
                due = heapq.heappop(self._agenda)[2]
                if due.act is not None:
                    self._guard(due.act)

    def stop(self) -> None:
        """End `run` soon. Safe from any thread."""
        self._stopping = True
        self._posted.put(None)

    def _pause(self) -> float | None:
        return max(0.0, self._agenda[0][0] - self.monotonic()) if self._agenda else None

    def _guard(self, act: Act) -> None:
        try:
            act()
        except Exception:
            logging.getLogger(__name__).exception("a role's action failed; the loop goes on")
