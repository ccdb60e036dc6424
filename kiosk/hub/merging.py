"""The desk where counters' small days become one day of the office: who takes part, what came, how it ended.

A day's merge stands in the ledger and moves only when a box asks, so nothing here wakes by itself. The published cell
and the end of its merge are one transaction: a hub that is killed in between publishes it neither twice nor not at
all. The rules: `kiosk.domain.masked_sums`.
"""

from datetime import datetime

import msgspec

from kiosk.domain.commands import MergeSmallDay
from kiosk.domain.expression import Window, event_of_window
from kiosk.domain.masked_sums import Merge, MergeStanding, heard, may_open, standing_of
from kiosk.hub.book import Book, Committed


class MergingDesk:
    """Answers the boxes that have a small day."""

    def __init__(self, book: Book) -> None:
        self._book = book

    def hear(self, device: str, said: MergeSmallDay, now: datetime) -> tuple[MergeStanding, tuple[Committed, ...]]:
        """Take a box's word, and return what it is told with what was published.

        Raises:
            sqlite3.Error: if the disk refuses; nothing happened then.
        """
        place = f"merge {said.day.isoformat()}"
        stored = self._book.ledger.meta(place)
        if stored is None and not may_open(said.day, now):
            return MergeStanding(state="kept"), ()
        before = Merge(day=said.day, opened=now) if stored is None else msgspec.json.decode(stored, type=Merge)
        merge, sums = heard(before, device, said, now)
        happened = []
        if sums is not None:
            window = Window(first=merge.day, days=1, counter=None, counts=sums, cells=())
            happened.append(event_of_window(window, now))
        committed: tuple[Committed, ...] = ()
        if stored is None or merge != before:
            noted = {place: msgspec.json.encode(merge).decode()}
            committed = self._book.record(*happened, now=now, noted=noted)
        return standing_of(merge, device, said.key), committed
