"""How many visits of a day showed which expression: counts on the box, published by the day and the week only.

A count is added after its visit, in one transaction, and stands for nobody. What a closed day or week publishes is
forgotten in the transaction that publishes it (`kiosk.domain.expression.close_before`), so a power cut neither loses
a cell nor sends it twice.
"""

from datetime import date, timedelta

from kiosk.clock import Clock, Wake
from kiosk.counter.store import CounterStore
from kiosk.domain.expression import close_before, event_of_window


class ExpressionCounts:
    """The counts of one counter, and the clock that closes them."""

    def __init__(self, store: CounterStore, counter: int, k: int, clock: Clock) -> None:
        """Prepare; nothing is published before `start`.

        Args:
            k: visits below which nothing leaves the box.
        """
        self._store = store
        self._counter = counter
        self._k = k
        self._clock = clock
        self._closed_on: date | None = None
        self._midnight: Wake | None = None

    def start(self) -> None:
        """Publish what is due, and again after each midnight."""
        self._close()
        tomorrow = self._clock.now().replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)
        self._midnight = self._clock.wake_at(tomorrow, self.start)

    def stop(self) -> None:
        """Leave everything as it is."""
        if self._midnight is not None:
            self._midnight.cancel()

    def add(self, outcome: str) -> None:
        """Count one visit today."""
        self._store.count_expression(self._clock.now().date(), self._counter, outcome)
        # a box without a battery clock wakes in another year and jumps: its midnight may never come
        self._close()

    def _close(self) -> None:
        now = self._clock.now()
        if now.date() == self._closed_on:
            return
        closing = close_before(now.date(), self._store.expression_cells(), self._k)
        if closing.forgotten:
            self._store.close_expression(closing.forgotten, *(event_of_window(one, now) for one in closing.windows))
        self._closed_on = now.date()
