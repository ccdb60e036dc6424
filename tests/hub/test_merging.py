"""Small days of several counters as the office's day: real boxes, the hub's real desk, and a line that fails at will.

Between them stands only a line in memory; boxes are killed and switched off, the hub goes away, is restarted, and
is restored from a backup, in any order.
"""

import sqlite3
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk.config import ExpressionSettings
from kiosk.counter import view as v
from kiosk.counter.counts import ExpressionCounts
from kiosk.counter.merging import DayMerging
from kiosk.counter.store import CounterStore
from kiosk.demo.trial import TrialOffice, decode, serve, take_numbers, touch
from kiosk.demo.trial_time import MORNING, Life, SimulatedTime, ids
from kiosk.domain.commands import MergeSmallDay
from kiosk.domain.envelope import event_of
from kiosk.domain.events import ExpressionWindow
from kiosk.domain.expression import OUTCOMES, Counts, K
from kiosk.domain.masked_sums import LONGEST, OLDEST, WAIT, Merge
from kiosk.domain.replies import Reply
from kiosk.hub.expression import window_lines
from kiosk.hub.merging import MergingDesk
from kiosk.messaging.outbox import Outbox, open_database
from tests.hub.stage import new_book

TODAY = MORNING.date()
HOURS_AT_MOST = WAIT / timedelta(hours=1) + 1


class Hub:
    """The hub's desk on its database, and everything that it ever published."""

    def __init__(self, time: SimulatedTime) -> None:
        self.time = time
        self.connection = open_database(":memory:")
        self.is_up = True
        self.life = "first"
        self.published: list[ExpressionWindow] = []
        self.made_of: list[list[tuple[date, int]]] = []
        """Of each published cell: whose days are in it."""
        self.heard: list[tuple[str, MergeSmallDay]] = []
        self.backup = sqlite3.connect(":memory:")
        self.start()

    def start(self) -> None:
        self.book = new_book(self.connection)
        self.desk = MergingDesk(self.book)

    def back_up(self) -> None:
        self.backup = sqlite3.connect(":memory:")
        self.connection.backup(self.backup)

    def restore(self) -> None:
        self.backup.backup(self.connection)
        self.life += "+"
        self.start()

    def hear(self, device: str, said: MergeSmallDay) -> Reply:
        self.heard.append((device, said))
        standing, committed = self.desk.hear(device, said, self.time.now())
        for item in committed:
            assert isinstance(item.event, ExpressionWindow)
            merge = msgspec.json.decode(self.book.ledger.meta(f"merge {said.day}") or "", type=Merge)
            self.published.append(item.event)
            self.made_of.append([(said.day, int(name.removeprefix("counter-"))) for name in merge.keys])
        return Reply(req_id=said.req_id, ok=True, rev=0, merge=standing)


class Line:
    """One box's line to the hub, which loses or repeats what it carries as it is told."""

    def __init__(self, hub: Hub, device: str, life: Life) -> None:
        self.hub, self.device, self._life = hub, device, life
        self.mood = "well"

    @property
    def ledger_life(self) -> str:
        return self.hub.life

    def request(self, command: MergeSmallDay, on_reply: Callable[[Reply | None], None]) -> None:
        self._life.post(lambda: self._carry(command, on_reply))

    def _carry(self, command: MergeSmallDay, on_reply: Callable[[Reply | None], None]) -> None:
        if not self.hub.is_up or self.mood == "loses requests":
            on_reply(None)
            return
        reply = self.hub.hear(self.device, command)
        if self.mood == "repeats":
            reply = self.hub.hear(self.device, command)
            on_reply(reply)
        on_reply(None if self.mood == "loses replies" else reply)


class Box:
    """One counter's box over many lives."""

    def __init__(self, office: "Office", counter: int) -> None:
        self.office, self.counter = office, counter
        self.connection = open_database(":memory:")
        self.mood = "well"
        self.life: Life | None = None
        self.start()

    def start(self) -> None:
        self.kill()
        self.life = life = Life(self.office.time)
        outbox = Outbox(
            self.connection, source=f"79.26740.counter-{self.counter}", boot="b", now=life.now, mono=life.monotonic,
            new_id=ids(), clk="none",
        )  # fmt: skip
        self.store = CounterStore(outbox)
        self.line = Line(self.office.hub, f"counter-{self.counter}", life)
        self.line.mood = self.mood
        merging = DayMerging(self.store, self.line, f"counter-{self.counter}", K, life, ids())
        self.counts = ExpressionCounts(self.store, self.counter, K, life, merging)
        self.counts.start()

    def kill(self) -> None:
        if self.life is not None:
            self.life.end()
        self.life = None

    def visits(self, count: int, outcome: str = "positive") -> None:
        if self.life is not None:
            day = self.office.time.now().date()
            for _ in range(count):
                self.counts.add(outcome)
                key = (day, self.counter)
                self.office.seen[key] = self.office.seen.get(key, Counts()).with_visit(outcome)

    def published(self) -> list[ExpressionWindow]:
        rows = self.connection.execute("SELECT envelope FROM outbox ORDER BY seq").fetchall()
        return [event for row in rows if isinstance(event := event_of(decode(row[0])), ExpressionWindow)]


class Office:
    """Boxes, hub and time."""

    def __init__(self, boxes: int) -> None:
        self.time = SimulatedTime()
        self.seen: dict[tuple[date, int], Counts] = {}
        """Every visit that there was, as nobody in the office knows it."""
        self.hub = Hub(self.time)
        self.boxes = [Box(self, number) for number in range(1, boxes + 1)]

    def sleep(self, hours: float) -> None:
        self.time.advance(hours=hours)

    def to_next_morning(self) -> None:
        self.sleep(24)


def of(event: ExpressionWindow) -> Counts:
    return Counts(**{outcome: getattr(event, outcome) for outcome in OUTCOMES})


def test_two_small_days_are_published_as_one_day_of_the_office() -> None:
    office = Office(2)
    office.boxes[0].visits(4)
    office.boxes[1].visits(5, "neutral")
    office.boxes[1].visits(2, "uncertain")
    office.to_next_morning()
    (day,) = office.hub.published
    assert (day.day, day.days, day.counter, day.visits) == (TODAY, 1, None, 11)
    assert of(day) == Counts(positive=4, neutral=5, uncertain=2)
    assert [box.store.expression_cells() for box in office.boxes] == [{}, {}]
    (line,) = window_lines(office.hub.book.ledger)
    assert (line.counter, line.visits) == (None, 11)
    # a week later nothing is told a second time
    office.sleep(24 * 8)
    assert [box.published() for box in office.boxes] == [[], []]
    assert len(office.hub.published) == 1


def test_a_day_that_stays_small_for_the_whole_office_waits_for_each_counter_s_week() -> None:
    office = Office(3)
    for _ in range(3):
        office.boxes[0].visits(4)
        office.boxes[1].visits(4)
        office.boxes[2].visits(0)
        office.to_next_morning()
    assert office.hub.published == []
    office.sleep(24 * 7)
    assert [[(week.days, week.visits) for week in box.published()] for box in office.boxes] == [
        [(7, 12)],
        [(7, 12)],
        [],
    ]


def test_the_hub_hears_nothing_of_a_sum_below_k() -> None:
    office = Office(2)
    office.boxes[0].visits(4)
    office.boxes[1].visits(4, "negative")
    office.to_next_morning()
    parts = {device for device, said in office.hub.heard if said.masked is not None}
    assert parts == {"counter-1"}, "without the keeper's part the sum stays under the keeper's masks"
    told = [said.too_few for device, said in office.hub.heard if device == "counter-2"]
    assert told.count(True) == 1, "a keeper answers once, whatever totals it is asked with"
    assert told[-1]


def test_a_large_counter_stands_for_itself_beside_the_office_s_day() -> None:
    office = Office(3)
    for box, count in zip(office.boxes, (12, 6, 6), strict=True):
        box.visits(count)
    office.to_next_morning()
    assert [(window.counter, window.visits) for window in office.boxes[0].published()] == [(1, 12)]
    assert [(window.counter, window.visits) for window in office.hub.published] == [(None, 12)]


def test_boxes_that_are_switched_on_in_the_morning_are_not_missed() -> None:
    office = Office(2)
    for box in office.boxes:
        box.visits(6)
        box.kill()
    office.to_next_morning()
    office.boxes[0].start()
    office.sleep(0.5)
    office.boxes[1].start()
    office.sleep(HOURS_AT_MOST)
    assert [window.visits for window in office.hub.published] == [12]


def test_a_box_that_is_missing_at_the_deadline_leaves_all_counts_for_the_weeks() -> None:
    office = Office(3)
    for box in office.boxes:
        box.visits(6)
    office.sleep(16.5)
    office.boxes[2].kill()
    office.sleep(LONGEST / timedelta(hours=1) + 1)
    assert office.hub.published == []
    cells = [box.store.expression_cells() for box in office.boxes]
    assert cells == [{(TODAY, number): Counts(positive=6)} for number in (1, 2, 3)]
    office.boxes[2].start()
    office.sleep(24 * 7)
    assert office.hub.published == []


def test_the_week_waits_until_its_last_day_is_settled() -> None:
    office = Office(2)
    office.hub.is_up = False
    for box in office.boxes:
        box.visits(6)
        office.sleep(24)
        box.visits(6)
    office.sleep(24 * 5.5)
    assert [box.published() for box in office.boxes] == [[], []]
    # nobody answered for so long that the counters publish their own weeks
    office.sleep(24 * OLDEST.days)
    assert [[window.visits for window in box.published()] for box in office.boxes] == [[12], [12]]


@pytest.mark.parametrize("mood", ["loses requests", "loses replies", "repeats"])
def test_a_line_that_fails_for_an_hour_costs_nothing(mood: str) -> None:
    office = Office(2)
    for box in office.boxes:
        box.visits(6)
    office.sleep(17.9)
    for box in office.boxes:
        box.line.mood = mood
    office.sleep(1)
    for box in office.boxes:
        box.line.mood = "well"
    office.sleep(5)
    assert [window.visits for window in office.hub.published] == [12]
    assert [box.store.expression_cells() for box in office.boxes] == [{}, {}]


def test_a_part_that_was_sent_is_the_same_after_every_restart() -> None:
    office = Office(3)
    for box in office.boxes:
        box.visits(6)
    office.sleep(16.5)
    office.boxes[2].kill()
    for _ in range(20):
        office.sleep(0.3)
        office.boxes[0].start()
    parts = {said.masked for device, said in office.hub.heard if device == "counter-1" and said.masked is not None}
    assert len(parts) == 1


def test_nothing_below_k_and_no_secret_stands_in_a_settled_box_or_hub() -> None:
    office = Office(2)
    for box in office.boxes:
        box.visits(6)
    office.to_next_morning()
    for box in office.boxes:
        assert [small.is_settled and not small.counters for small in box.store.small_days().values()] == [True]
    (stored,) = office.hub.connection.execute("SELECT value FROM meta WHERE key LIKE 'merge %'").fetchall()
    assert '"parts":{}' in stored[0]


def test_a_hub_restored_from_before_the_publication_publishes_no_visit_again() -> None:
    office = Office(2)
    for box in office.boxes:
        box.visits(6)
    office.sleep(16.5)
    office.hub.back_up()
    office.sleep(1.6)
    # the first counter has sent its part, and does not hear how it ended
    office.boxes[0].line.mood = "loses replies"
    office.sleep(0.4)
    assert len(office.hub.published) == 1
    assert [any(small.masked for small in box.store.small_days().values()) for box in office.boxes] == [True, False]
    office.hub.restore()
    office.boxes[0].line.mood = "well"
    # with the day that nobody knows any more, the first counter's week would be large enough
    office.boxes[0].visits(6)
    office.sleep(24 * 20)
    assert len(office.hub.published) == 1
    assert [box.published() for box in office.boxes] == [[], []]


numbers = st.integers(0, 2)


@pytest.mark.parametrize("counters", [1, 2])
def test_visits_at_real_counters_reach_the_leader_s_table_by_the_office_s_broker(tmp_path: Path, counters: int) -> None:
    notice = ExpressionSettings(enabled=True, consent="notice", legal_basis="DPIA 12/2026")
    office = TrialOffice(tmp_path, counters, expression=notice)
    lobby = office.lobby()
    for counter in [office.counter(number) for number in range(1, counters + 1)]:
        for _ in range(5):
            take_numbers(lobby)
            serve(counter)
            touch(counter, v.Rate(score=5))
            office.time.advance(60)
    office.time.advance(hours=24)
    lines = window_lines(office.hub.book.ledger)
    assert [(line.day, line.counter, line.visits) for line in lines] == ([(TODAY, None, 10)] if counters == 2 else [])


faults = st.one_of(
    st.tuples(st.just("kill"), numbers),
    st.tuples(st.just("start"), numbers),
    st.tuples(st.just("hub"), st.booleans()),
    st.tuples(st.just("line"), numbers, st.sampled_from(("well", "loses requests", "loses replies", "repeats"))),
    st.tuples(st.just("back up")),
    st.tuples(st.just("restore")),
)
# what happens in the night while a day is merged: each fault some hours after the one before
nights = st.lists(st.tuples(st.sampled_from((0.0, 0.1, 0.3, 1.0, 1.9, 9.0)), faults), max_size=5)
days = st.tuples(
    st.lists(st.one_of(st.integers(2, 7), st.sampled_from((0, 12))), min_size=3, max_size=3),
    st.sampled_from(OUTCOMES),
    st.sampled_from(OUTCOMES),
    nights,
    st.sampled_from((1, 1, 1, 3, 6)),
)


def live(office: Office, history: list[tuple]) -> None:
    for visits, outcome, other, night, length in history:
        for box, count in zip(office.boxes, visits, strict=True):
            box.visits(count // 2, outcome)
            box.visits(count - count // 2, other)
        morning = office.time.now() + timedelta(days=length)
        midnight = morning.replace(hour=0) - timedelta(days=length - 1)
        office.time.advance(seconds=max(0.0, (midnight - office.time.now()).total_seconds()))
        for hours, fault in night:
            office.sleep(hours)
            strike(office, *fault)
        office.time.advance(seconds=max(0.0, (morning - office.time.now()).total_seconds()))


def strike(office: Office, what: str, *how: Any) -> None:
    if what == "kill":
        office.boxes[how[0]].kill()
    elif what == "start":
        office.boxes[how[0]].start()
    elif what == "hub":
        office.hub.is_up = bool(how[0])
        office.hub.start()
    elif what == "line":
        office.boxes[how[0]].mood = office.boxes[how[0]].line.mood = str(how[1])
    elif what == "back up":
        office.hub.back_up()
    elif office.hub.backup.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]:
        office.hub.restore()


@settings(max_examples=50, deadline=None)
@given(st.lists(days, max_size=6))
def test_no_history_publishes_a_cell_below_k_or_a_visit_twice(history: list[tuple]) -> None:
    office = Office(3)
    live(office, history)
    for box in office.boxes:
        box.mood = "well"
        box.start()
    office.hub.is_up = True
    office.sleep(24 * 18)
    left = dict(office.seen)
    # every published cell is made of whole counter-days that are in no other: whatever is added and subtracted of
    # such cells is about whole cells again, each of k visits or more
    for window, cells in zip(office.hub.published, office.hub.made_of, strict=True):
        assert len(cells) > 1
        assert window.visits >= K
        assert of(window) == total(left.pop(cell) for cell in cells)
    for box in office.boxes:
        for window in sorted(box.published(), key=lambda window: window.days):
            assert window.visits >= K
            own = [cell for cell in left if cell[1] == box.counter and within(cell[0], window)]
            (cells, *_) = [some for some in subsets(own) if total(left[cell] for cell in some) == of(window)]
            for cell in cells:
                del left[cell]
        assert box.store.expression_cells() == {}, "every day is published or forgotten in the end"
        assert all(small.is_settled for small in box.store.small_days().values())


def within(day: date, window: ExpressionWindow) -> bool:
    return window.day <= day < window.day + timedelta(days=window.days)


def total(parts: object) -> Counts:
    result = Counts()
    for part in parts:  # type: ignore[attr-defined]
        result = result.plus(part)
    return result


def subsets(cells: list[tuple[date, int]]) -> list[list[tuple[date, int]]]:
    return [[cell for n, cell in enumerate(cells) if bits >> n & 1] for bits in range(1 << len(cells))]
