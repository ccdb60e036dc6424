"""How long the kiosk waits: for a silent visit, for a paper, for anybody at all.

A visit is warned before it ends and extended by any touch; what is known of a person goes earlier than the visit. Home
that nobody touches becomes a calm loop and then dark; the touch that wakes it presses nothing.
"""

import math
from collections.abc import Callable
from datetime import datetime, timedelta

from kiosk.clock import Clock, Wake
from kiosk.lobby.visit import Visit

PERSON_KEPT_S = 30.0
"""Silence after which nothing of a person is left (privacy rule of the product)."""
LEAST_GRACE_S = 20.0
"""Time to answer a warning by one touch (accessibility notes §8)."""
ATTRACT_AFTER_S = 120.0
ATTRACT_EVERY_S = 12.0
"""Slow enough to be read twice, and calm."""
ATTRACT_PICTURES = 3


class Patience:
    """The clock of one visit after the other."""

    def __init__(
        self,
        clock: Clock,
        guard: Callable[[Callable[[], None]], None],
        *,
        warn_after_s: float,
        grace_s: float,
        is_drawn: bool,
        on_warning: Callable[[], None],
        on_end: Callable[[], None],
        show: Callable[[], None],
    ) -> None:
        """Wait for nobody yet.

        Args:
            guard: runs what a timer does, so that an error there is the flow's.
            is_drawn: False where nobody sees the seconds count down.
            on_warning: told when the warning begins.
            on_end: told when the visit's time is over.
            show: draws what has changed.
        """
        self._clock = clock
        self._guard = guard
        self._warn_after_s, self._grace_s = warn_after_s, grace_s
        self._is_drawn = is_drawn
        self._on_warning, self._on_end, self._show = on_warning, on_end, show
        self._ends_at: datetime | None = None
        self._wake: Wake | None = None

    def touched(self, visit: Visit, is_home: bool) -> None:
        """Give the visit its full time again; none is needed at home."""
        self._ends_at = None
        if is_home:
            self.stop()
            return
        quiet, grace = self._times(visit)
        self.wait(quiet, lambda: self._warn(grace))

    def wait(self, seconds: float, act: Callable[[], None]) -> None:
        """Do `act` after so long, unless something happens before."""
        self.stop()
        at = self._clock.now() + timedelta(seconds=seconds)
        self._wake = self._clock.wake_at(at, lambda: self._guard(act))

    def stop(self) -> None:
        """Wait for nothing."""
        if self._wake is not None:
            self._wake.cancel()
            self._wake = None

    @property
    def seconds_left(self) -> int | None:
        """Return the seconds until the visit ends, None while nobody was warned."""
        if self._ends_at is None:
            return None
        return max(0, math.ceil((self._ends_at - self._clock.now()).total_seconds()))

    def _times(self, visit: Visit) -> tuple[float, float]:
        """Return how long the visit may be silent before the warning, and how long the warning lasts."""
        if visit.is_personal:
            # the whole of the time is that of a person
            return PERSON_KEPT_S - LEAST_GRACE_S, LEAST_GRACE_S
        return self._warn_after_s, self._grace_s

    def _warn(self, grace_s: float) -> None:
        self._ends_at = self._clock.now() + timedelta(seconds=grace_s)
        self._on_warning()
        self._count_down()

    def _count_down(self) -> None:
        assert self._ends_at is not None
        left = (self._ends_at - self._clock.now()).total_seconds()
        if left <= 0:
            self._on_end()
            return
        self.wait(min(1.0, left) if self._is_drawn else left, self._count_down)
        self._show()


class Sleep:
    """Home that nobody touches: the calm loop, then the dark. Only where somebody could see it."""

    def __init__(
        self, clock: Clock, guard: Callable[[Callable[[], None]], None], show: Callable[[], None], dim_after_s: float
    ) -> None:
        """Be awake.

        Args:
            dim_after_s: silence at home after which the screen goes dark; 0: never.
        """
        self._clock = clock
        self._guard = guard
        self._show = show
        self._dim_after_s = dim_after_s
        self._since = clock.monotonic()
        self._wake: Wake | None = None
        self.picture = 0
        self.is_dim = False

    def touched(self, is_home: bool) -> None:
        """Somebody was there: be awake, and go to sleep again only from home."""
        self.stop()
        self.picture, self.is_dim = 0, False
        self._since = self._clock.monotonic()
        if is_home:
            self._plan(ATTRACT_AFTER_S)

    def stop(self) -> None:
        """Plan nothing."""
        if self._wake is not None:
            self._wake.cancel()
            self._wake = None

    def _plan(self, seconds: float) -> None:
        at = self._clock.now() + timedelta(seconds=seconds)
        self._wake = self._clock.wake_at(at, lambda: self._guard(self._turn))

    def _turn(self) -> None:
        self._wake = None
        if 0 < self._dim_after_s <= self._clock.monotonic() - self._since:
            self.picture, self.is_dim = 0, True
        else:
            self.picture = (self.picture + 1) % ATTRACT_PICTURES
            self._plan(ATTRACT_EVERY_S)
        self._show()
