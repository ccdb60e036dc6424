"""What leaves a counter's box of its counts: never a cell below k, never a visit twice, whatever the clock does."""

import itertools
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk.counter.counts import ExpressionCounts
from kiosk.counter.store import CounterStore
from kiosk.demo.trial import decode
from kiosk.demo.trial_time import MORNING, SimulatedTime, ids
from kiosk.domain.envelope import event_of
from kiosk.domain.events import ExpressionWindow, PetitionFiled
from kiosk.domain.expression import OUTCOMES, Counts, K, close_before, event_of_window
from kiosk.messaging.outbox import Outbox, open_database


class Box:
    """A counter's database and its counts, over many lives."""

    def __init__(self) -> None:
        self.time = SimulatedTime()
        self.connection = open_database(":memory:")
        self.start()

    def start(self) -> None:
        outbox = Outbox(
            self.connection, source="79.26740.counter-3", boot="b", now=self.time.now, mono=self.time.monotonic,
            new_id=ids(), clk="none",
        )  # fmt: skip
        self.store = CounterStore(outbox)
        self.counts = ExpressionCounts(self.store, 3, K, self.time)
        self.counts.start()

    def kill(self) -> None:
        self.time.forget()
        self.start()

    def published(self) -> list[ExpressionWindow]:
        rows = self.connection.execute("SELECT envelope FROM outbox ORDER BY seq").fetchall()
        found = [event_of(decode(row[0])) for row in rows]
        return [event for event in found if isinstance(event, ExpressionWindow)]

    def visits(self, count: int, outcome: str = "positive") -> None:
        for _ in range(count):
            self.counts.add(outcome)


def test_a_small_day_waits_for_its_week_and_is_then_named_by_its_counter() -> None:
    box = Box()
    for _ in range(3):
        box.visits(4)
        box.time.advance(hours=24)
    assert box.published() == []
    box.time.advance(hours=24 * 4)
    (week,) = box.published()
    assert (week.day.weekday(), week.days, week.counter, week.visits) == (0, 7, 3, 12)
    assert box.store.expression_cells() == {}


def test_a_week_below_k_is_forgotten_and_never_told() -> None:
    box = Box()
    box.visits(K - 1)
    box.time.advance(hours=24 * 7)
    assert (box.published(), box.store.expression_cells()) == ([], {})


def test_a_box_that_was_off_over_midnight_publishes_when_it_starts() -> None:
    box = Box()
    box.visits(12)
    box.time.forget()
    box.time.jump(timedelta(days=2))
    box.start()
    assert [window.visits for window in box.published()] == [12]


def test_a_day_that_is_still_open_is_never_told() -> None:
    box = Box()
    box.visits(40)
    box.kill()
    assert box.published() == []
    assert box.store.expression_cells() == {(MORNING.date(), 3): Counts(positive=40)}


happenings = st.one_of(
    st.tuples(st.just("visits"), st.integers(1, 14), st.sampled_from(OUTCOMES)),
    st.tuples(st.just("time"), st.sampled_from((1.0, 9.0, 16.0, 24.0, 60.0, 24.0 * 7))),
    st.tuples(st.just("jump"), st.sampled_from((-24 * 400, -24 * 7, -30, -1, 5, 48, 24 * 400))),
    st.tuples(st.just("kill")),
)


@settings(max_examples=80, deadline=None)
@given(st.lists(happenings, max_size=25))
def test_no_history_publishes_a_cell_below_k_or_one_that_subtracting_makes(history: list[tuple]) -> None:
    box = Box()
    added = 0
    for what, *how in history:
        if what == "visits":
            box.visits(*how)
            added += how[0]
        elif what == "time":
            box.time.advance(hours=how[0])
        elif what == "jump":
            box.time.jump(timedelta(hours=how[0]))
        else:
            box.kill()
    published = box.published()
    kept = sum(counts.visits for counts in box.store.expression_cells().values())
    for window in published:
        assert window.visits >= K
        assert window.visits == window.positive + window.neutral + window.negative + window.uncertain
    # every visit is in one published cell, in one that waits, or forgotten: so cells share no visit, and what any
    # sum minus any other sum of them says is about whole cells, each of k or more
    assert sum(window.visits for window in published) + kept <= added
    for size in range(1, min(4, len(published)) + 1):
        for some in itertools.combinations(published, size):
            assert sum(window.visits for window in some) >= K * size
    days = [(window.day, window.days) for window in published]
    if not any(what == "jump" and how[0] < 0 for what, *how in history):
        assert len(days) == len(set(days)), "a clock that only goes forward publishes each day and week once"


def test_a_failure_between_publishing_and_forgetting_undoes_both() -> None:
    box = Box()
    box.visits(12)
    box.time.forget()
    box.time.jump(timedelta(days=1))
    cells = box.store.expression_cells()
    now = box.time.now()
    (window,) = close_before(now.date(), cells).windows
    too_large = PetitionFiled(at=now, petition="p", receipt="r", text="x" * 70_000)
    with pytest.raises(ValueError, match="bytes"):
        box.store.close_expression(cells, event_of_window(window, now), too_large)
    assert (box.store.expression_cells(), box.published()) == (cells, [])
    box.start()
    assert [window.visits for window in box.published()] == [12]


def test_the_moment_of_a_visit_is_nowhere_in_the_counts() -> None:
    box = Box()
    box.visits(1)
    columns = [row[1] for row in box.connection.execute("PRAGMA table_info(expression)")]
    assert columns == ["day", "counter", *OUTCOMES]
