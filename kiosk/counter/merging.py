"""What becomes of a day below k on this box: it joins the office's day under masks, or waits for the box's own week.

Asked for after each close, and every ten minutes until the hub has said how the day ended. Counts leave the week's
cells in the transaction that writes down what is sent under masks, so that a box sends one and the same part however
often it is killed, and come back only when the hub says that the merge failed. In doubt (the hub's ledger was
restored, or a week went by without an answer) a part that was sent is forgotten: no visit is ever published twice.
The protocol and whom it trusts: `kiosk.domain.masked_sums`.
"""

from collections.abc import Callable, Mapping
from datetime import date, timedelta
from typing import Protocol

import msgspec

from kiosk.clock import Clock, Wake
from kiosk.counter.store import CounterStore, SmallDay
from kiosk.domain.commands import MergeSmallDay
from kiosk.domain.expression import Counts
from kiosk.domain.masked_sums import OLDEST, MergeStanding, is_enough, keeper_of, masked, small_days, visits_with
from kiosk.domain.replies import Reply
from kiosk.messaging.one_day_key import OneDayKey

ASK_EVERY = timedelta(minutes=10)


class HubLine(Protocol):
    """The line to the hub (`kiosk.messaging.link.HubLink`)."""

    def request(self, command: MergeSmallDay, on_reply: Callable[[Reply | None], None]) -> None:
        """Ask; None where nobody answers."""

    @property
    def ledger_life(self) -> str:
        """Return the name of the life of the hub's ledger."""


class DayMerging:
    """The small days of one box, each until it is settled."""

    def __init__(
        self, store: CounterStore, hub: HubLine, device: str, k: int, clock: Clock, new_id: Callable[[], str]
    ) -> None:
        """Prepare; nothing is asked before `ask`.

        Args:
            device: the name under which the hub knows this box.
            k: visits below which this box lets nothing be published.
        """
        self.on_settled: Callable[[], None] = lambda: None
        """A day came back for its week, or is out of it."""
        self._store = store
        self._hub = hub
        self._device = device
        self._k = k
        self._clock = clock
        self._new_id = new_id
        self._wake: Wake | None = None

    def open_days(self, today: date) -> frozenset[date]:
        """Return the days whose weeks must wait, after beginning with new ones and giving up old ones."""
        known = self._store.small_days()
        for day in small_days(today, self._store.expression_cells(), self._k):
            if day not in known:
                known[day] = SmallDay(day=day, key=OneDayKey.make().private_hex)
                self._store.change_small_day(known[day])
        for day, small in known.items():
            if not small.is_settled and day + OLDEST <= today:
                known[day] = SmallDay(day=day)
                self._store.change_small_day(known[day])
        return frozenset(day for day, small in known.items() if not small.is_settled)

    def ask(self) -> None:
        """Ask for every open day, now and in ten minutes again."""
        self.stop()
        open_days = [small for _, small in sorted(self._store.small_days().items()) if not small.is_settled]
        for small in open_days:
            self._ask(small, may_go_on=True)
        if open_days:
            self._wake = self._clock.wake_at(self._clock.now() + ASK_EVERY, self._ask_again)

    def stop(self) -> None:
        """Ask no more until the next `ask`."""
        if self._wake is not None:
            self._wake.cancel()
            self._wake = None

    def _ask_again(self) -> None:
        self.on_settled()
        self.ask()

    def _ask(self, small: SmallDay, *, may_go_on: bool, too_few: bool = False) -> None:
        question = MergeSmallDay(
            req_id=self._new_id(),
            day=small.day,
            key=OneDayKey.of(small.key).public_hex,
            k=self._k,
            masked=small.masked,
            too_few=too_few,
        )
        self._hub.request(question, lambda reply: self._hear(small.day, reply, may_go_on))

    def _hear(self, day: date, reply: Reply | None, may_go_on: bool) -> None:
        small = self._store.small_days().get(day)
        if reply is None or reply.merge is None or small is None or small.is_settled:
            return
        said = reply.merge
        is_lost = small.masked is not None and small.ledger != self._hub.ledger_life
        if is_lost or said.state == "published":
            self._settle(day, {})
        elif said.state == "kept":
            self._settle(day, small.counters)
        elif said.state == "your_turn" and small.masked is None and may_go_on:
            self._take_turn(small, said)

    def _settle(self, day: date, returned: Mapping[int, Counts]) -> None:
        self._store.change_small_day(SmallDay(day=day), returned=returned)
        self.on_settled()

    def _take_turn(self, small: SmallDay, said: MergeStanding) -> None:
        key = OneDayKey.of(small.key)
        is_keeper = said.total is not None
        if len(said.keys) < 2 or said.keys.get(self._device) != key.public_hex:
            return
        if is_keeper != (keeper_of(said.keys) == self._device):
            return
        try:
            secrets = {name: key.shared_with(public) for name, public in said.keys.items() if name != self._device}
        except ValueError:
            # another box's key is none: the merge will end without this box, and its day waits for the week
            return
        counters = small_days(
            small.day + timedelta(days=1),
            {cell: counts for cell, counts in self._store.expression_cells().items() if cell[0] == small.day},
            self._k,
        ).get(small.day, {})
        part = masked(_total(counters), self._device, small.day, said.keys, secrets)
        if is_keeper and not is_enough(visits_with(part, said.total or 0), len(said.keys), said.k):
            self._ask(small, may_go_on=False, too_few=True)
            # one answer and no more: by asking with one total after the other, a hub would find out what all had
            self._settle(small.day, {})
        elif counters:
            small = msgspec.structs.replace(small, masked=part, counters=counters, ledger=self._hub.ledger_life)
            self._store.change_small_day(small, taken=counters)
            self._ask(small, may_go_on=False)


def _total(counters: Mapping[int, Counts]) -> Counts:
    total = Counts()
    for counts in counters.values():
        total = total.plus(counts)
    return total
