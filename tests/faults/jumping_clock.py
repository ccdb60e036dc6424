"""A clock whose wall time is wrong and jumps, over any other clock: a board without a battery, a time server's step."""

from datetime import datetime, timedelta

from kiosk.clock import Act, Clock, Timer, Wake


class JumpingClock:
    """A whole `kiosk.clock.Clock`: the monotonic seconds are right, the date is not.

    Example:
        clock = JumpingClock(time, time, behind=timedelta(hours=37))
        clock.set_right()
        clock.jump(timedelta(seconds=-2))
    """

    def __init__(self, inner: Clock, timer: Timer, behind: timedelta = timedelta(0)) -> None:
        self._inner = inner
        self._timer = timer
        self.behind = behind
        """How much is missing to the true time."""

    def now(self) -> datetime:
        """Return the wrong moment."""
        return self._inner.now() - self.behind

    def monotonic(self) -> float:
        """Return the right seconds."""
        return self._inner.monotonic()

    def wake_at(self, moment: datetime, act: Act) -> Wake:
        """Run `act` when the wall clock, as it goes now, reaches `moment`."""
        return self._timer.wake_after(max(0.0, (moment - self.now()).total_seconds()), act)

    def post(self, act: Act) -> None:
        """Run `act` soon."""
        self._inner.post(act)

    def jump(self, by: timedelta) -> None:
        """Set the wall clock forward, or back where `by` is negative."""
        self.behind -= by

    def set_right(self) -> None:
        """Let the time server in."""
        self.behind = timedelta(0)
