"""How many visits of a day showed which expression: counts on the box, published by the day and the week only.

A count is added after its visit, in one transaction, and stands for nobody. What a closed day or week publishes is
forgotten in the transaction that publishes it (`kiosk.domain.expression.close_before`), so a power cut neither loses
a cell nor sends it twice.
"""

from datetime import date, timedelta

from kiosk.clock import Clock, Wake
from kiosk.counter.merging import DayMerging
from kiosk.counter.store import CounterStore
from kiosk.domain.expression import close_before, event_of_window


class ExpressionCounts:
    """The counts of one counter, and the clock that closes them."""

    def __init__(
        self, store: CounterStore, counter: int, k: int, clock: Clock, merging: DayMerging | None = None
    ) -> None:
        """Prepare; nothing is published before `start`.

        Args:
            k: visits below which nothing leaves the box unmasked.
            merging: what becomes of days below `k`; None where no other counter could join: they wait for the week.
        """
        self._store = store
        self._counter = counter
        self._k = k
        self._clock = clock
        self._merging = merging
        self._closed_on: date | None = None
        self._midnight: Wake | None = None
        if merging is not None:
            merging.on_settled = self._close_now

    def start(self) -> None:
        """Publish what is due, and again after each midnight."""
        self._close()
        tomorrow = self._clock.now().replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)
        self._midnight = self._clock.wake_at(tomorrow, self.start)

    def stop(self) -> None:
        """Leave everything as it is."""
        if self._midnight is not None:
            self._midnight.cancel()
        if self._merging is not None:
            self._merging.stop()

    def add(self, outcome: str) -> None:
        """Count one visit today."""
        self._store.count_expression(self._clock.now().date(), self._counter, outcome)
        # a box without a battery clock wakes in another year and jumps: its midnight may never come
        self._close()

    def _close(self) -> None:
        if self._clock.now().date() != self._closed_on:
            self._close_now()
            if self._merging is not None:
                self._merging.ask()

    def _close_now(self) -> None:
        now = self._clock.now()
        waiting = frozenset[date]() if self._merging is None else self._merging.open_days(now.date())
        closing = close_before(now.date(), self._store.expression_cells(), self._k, waiting)
        if closing.forgotten:
            self._store.close_expression(closing.forgotten, *(event_of_window(one, now) for one in closing.windows))
        self._closed_on = now.date()
