import itertools
from datetime import date, datetime, timedelta, timezone

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk.domain.expression import (
    GOOD_FRAMES,
    OUTCOMES,
    Counts,
    FrameScore,
    K,
    close_day,
    close_week,
    event_of_window,
    visit_expression,
    windows_of,
)

MONDAY = date(2026, 11, 23)
Cell = tuple[date, int]


def smiles(count: int) -> Counts:
    return Counts(positive=count)


def frames(count: int, positive: float, neutral: float, negative: float, is_good: bool = True) -> list[FrameScore]:
    return [FrameScore(positive=positive, neutral=neutral, negative=negative, is_good=is_good)] * count


def test_a_visit_is_one_word_if_the_model_is_sure_enough() -> None:
    assert visit_expression(frames(8, 0.7, 0.2, 0.1)).outcome == "positive"
    assert visit_expression(frames(8, 0.1, 0.2, 0.7)).outcome == "negative"
    assert visit_expression(frames(8, 0.5, 0.4, 0.1)).outcome == "uncertain"
    assert visit_expression(frames(8, 0.7, 0.2, 0.1)).valence == pytest.approx(0.6)


def test_too_few_usable_frames_say_nothing() -> None:
    seen = [*frames(GOOD_FRAMES - 1, 0.9, 0.1, 0.0), *frames(50, 0.0, 0.0, 1.0, is_good=False)]
    visit = visit_expression(seen)
    assert (visit.outcome, visit.valence, visit.good_frames) == ("uncertain", 0.0, GOOD_FRAMES - 1)


def test_counts_grow_by_one_visit_of_a_known_outcome() -> None:
    counts = Counts()
    for outcome in OUTCOMES:
        counts = counts.with_visit(outcome)
    assert counts == Counts(positive=1, neutral=1, negative=1, uncertain=1)
    with pytest.raises(ValueError, match="angry"):
        counts.with_visit("angry")


def test_a_counter_with_ten_visits_stands_for_itself_and_the_small_ones_stand_together() -> None:
    closing = close_day(MONDAY, {1: smiles(10), 2: smiles(6), 3: smiles(4), 4: Counts()})
    assert [(window.counter, window.counts.visits) for window in closing.windows] == [(1, 10), (None, 10)]
    assert not closing.kept


def test_what_is_too_little_for_a_day_is_gathered_over_the_week() -> None:
    days = [MONDAY + timedelta(days=n) for n in range(5)]
    kept: dict[Cell, Counts] = {}
    for day in days:
        closing = close_day(day, {1: smiles(30), 2: smiles(3)})
        assert [window.counter for window in closing.windows] == [1]
        kept.update(closing.kept)
    (week,) = close_week(kept)
    assert (week.first, week.days, week.counter, week.counts.visits) == (MONDAY, 7, None, 15)
    assert close_week({(MONDAY, 2): smiles(9)}) == ()
    assert close_week({}) == ()


def test_only_the_days_of_one_week_are_closed_together() -> None:
    with pytest.raises(ValueError, match="one week"):
        close_week({(MONDAY, 1): smiles(5), (MONDAY + timedelta(days=7), 1): smiles(5)})


def test_a_window_becomes_an_event() -> None:
    (window,) = windows_of({(MONDAY, 2): Counts(positive=7, neutral=2, negative=1, uncertain=2)})
    event = event_of_window(window, datetime(2026, 11, 23, 17, 30, tzinfo=timezone(timedelta(hours=7))))
    assert (event.day, event.days, event.counter, event.visits) == (MONDAY, 1, 2, 12)
    assert (event.positive, event.neutral, event.negative, event.uncertain) == (7, 2, 1, 2)


_cells = st.dictionaries(
    st.tuples(st.sampled_from([MONDAY + timedelta(days=n) for n in (0, 1, 4, 7)]), st.integers(1, 4)),
    st.builds(
        Counts,
        positive=st.integers(0, 8),
        neutral=st.integers(0, 5),
        negative=st.integers(0, 3),
        uncertain=st.integers(0, 2),
    ),
    max_size=12,
)


@settings(max_examples=200, deadline=None)
@given(_cells)
def test_no_sum_or_difference_of_what_is_published_is_about_fewer_than_k_visits(cells: dict[Cell, Counts]) -> None:
    windows = windows_of(cells)
    names = sorted(cells)
    vectors = [tuple(name in window.cells for name in names) for window in windows]
    visits = [cells[name].visits for name in names]
    for signs in itertools.product((-1, 0, 1), repeat=min(len(windows), 6)):
        signed = list(zip(signs, vectors, strict=False))
        combined = [sum(sign * vector[n] for sign, vector in signed) for n in range(len(names))]
        if any(combined) and all(value in (0, 1) for value in combined):
            # it is the figure of a group of visits
            assert sum(count for value, count in zip(combined, visits, strict=True) if value) >= K


@settings(max_examples=200, deadline=None)
@given(_cells)
def test_published_windows_are_right_apart_and_never_small(cells: dict[Cell, Counts]) -> None:
    windows = windows_of(cells)
    published = [name for window in windows for name in window.cells]
    assert len(published) == len(set(published))
    for window in windows:
        assert window.counts.visits >= K
        assert window.counts.visits == sum(cells[name].visits for name in window.cells)
        assert window.counts.negative == sum(cells[name].negative for name in window.cells)
    # what a counter reaches on its own is never hidden in a sum
    alone = {window.cells[0] for window in windows if window.counter is not None}
    assert alone == {name for name, counts in cells.items() if counts.visits >= K}
