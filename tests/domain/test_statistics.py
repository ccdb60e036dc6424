import random
from datetime import datetime, time, timedelta, timezone
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.domain.statistics import (
    RatingMark,
    integrity_flags,
    is_clearly_different,
    official_score,
    response_rate,
    runs_test,
    satisfied_share,
    share_of,
    streak_p,
    wilson,
    without_flagged,
)

MORNING = datetime(2026, 11, 24, 8, 0, tzinfo=timezone(timedelta(hours=7)))
OPENS, CLOSES = time(7, 30), time(17, 0)


def marks(scores: list[int], counter: int = 1, apart: float = 600.0) -> list[RatingMark]:
    return [
        RatingMark(rating=f"r{counter}-{n}", at=MORNING + timedelta(seconds=n * apart), score=score, counter=counter)
        for n, score in enumerate(scores)
    ]


@pytest.mark.parametrize(("k", "n", "low", "high"), [(9, 10, 60, 98), (27, 30, 74, 97), (90, 100, 83, 94)])
def test_wilson_gives_the_worked_examples_of_the_notes(k: int, n: int, low: int, high: int) -> None:
    interval = wilson(k, n)
    assert (round(interval.low * 100), round(interval.high * 100)) == (low, high)


@given(st.integers(1, 2000), st.data())
def test_the_interval_holds_the_share_and_stays_within_0_and_1(n: int, data: st.DataObject) -> None:
    k = data.draw(st.integers(0, n))
    low, high = wilson(k, n)
    assert 0 <= low <= k / n <= high <= 1
    mirrored = wilson(n - k, n)
    assert mirrored.low == pytest.approx(1 - high)


@given(st.integers(1, 100), st.integers(2, 50))
def test_more_ratings_make_the_interval_narrower(n: int, times: int) -> None:
    narrow, wide = wilson(n * times, 2 * n * times), wilson(n, 2 * n)
    assert narrow.high - narrow.low < wide.high - wide.low


@pytest.mark.parametrize(("k", "n"), [(0, 0), (-1, 5), (6, 5)])
def test_there_is_no_share_of_nothing(k: int, n: int) -> None:
    with pytest.raises(ValueError, match="share"):
        wilson(k, n)
    assert share_of(0, 0).share is None


def test_four_and_five_are_satisfied() -> None:
    share = satisfied_share([5, 4, 3, 2, 1, 5])
    assert (share.k, share.n, share.share) == (3, 6, 0.5)
    assert not share.is_enough


def test_the_response_rate_never_passes_100_percent() -> None:
    assert response_rate(30, 60).share == 0.5
    assert response_rate(3, 2).share == 1.0
    assert response_rate(0, 0).share is None


def test_two_officers_are_ordered_only_if_their_intervals_do_not_touch_and_n_suffices() -> None:
    assert is_clearly_different(share_of(99, 100), share_of(60, 100))
    assert not is_clearly_different(share_of(90, 100), share_of(85, 100))
    assert not is_clearly_different(share_of(10, 10), share_of(0, 10))


def test_ratings_that_follow_within_three_seconds_are_flagged_and_left_out_of_the_filtered_figures() -> None:
    rows = marks([5, 4, 5], apart=2.0)
    flags = integrity_flags(rows, OPENS, CLOSES)
    assert [flag.ratings for flag in flags if flag.kind == "too_fast"] == [("r1-1",), ("r1-2",)]
    assert [mark.rating for mark in without_flagged(rows, flags)] == ["r1-0"]
    assert not integrity_flags(marks([5, 4, 5], apart=60.0), OPENS, CLOSES)


def test_ratings_at_night_are_flagged_and_those_of_the_last_citizens_are_not() -> None:
    late = [
        RatingMark(rating=str(hour), at=MORNING.replace(hour=hour, minute=30), score=5, counter=1)
        for hour in (6, 12, 17, 20)
    ]
    flags = integrity_flags(late, OPENS, CLOSES)
    assert [(flag.kind, flag.ratings) for flag in flags] == [("out_of_hours", ("6", "20"))]


def test_a_streak_that_the_rest_of_the_office_makes_unlikely_is_flagged_with_its_p() -> None:
    office = marks([5, 4, 3, 4, 5, 2, 4, 4, 3, 5] * 6, counter=1)
    flags = integrity_flags([*office, *marks([5] * 25, counter=2)], OPENS, CLOSES, grace=timedelta(days=1))
    streaks = [flag for flag in flags if flag.kind == "streak"]
    assert [(flag.counter, len(flag.ratings)) for flag in streaks] == [(2, 25)]
    assert streaks[0].p is not None
    assert streaks[0].p < 0.001
    # a statistical sign condemns no single rating
    assert len(without_flagged(office, streaks)) == len(office)


def test_honest_ratings_raise_hardly_any_flag() -> None:
    chance = random.Random(5)
    flagged = 0
    for _ in range(100):
        rows = marks(chance.choices([1, 2, 3, 4, 5], weights=[2, 4, 10, 34, 50], k=50))
        flagged += bool(integrity_flags(rows, OPENS, CLOSES, grace=timedelta(days=1)))
    assert flagged <= 2


def test_blocks_and_strict_alternation_are_not_random() -> None:
    blocks, alternating = [True] * 20 + [False] * 20, [True, False] * 20
    for outcomes in (blocks, alternating):
        p = runs_test(outcomes)
        assert p is not None
        assert p < 0.001
    mixed = runs_test([random.Random(2).random() < 0.5 for _ in range(3)] * 2)
    assert mixed is None


@given(st.integers(1, 5), st.integers(1, 9))
def test_the_probability_of_a_streak_is_that_of_counting_all_sequences(length: int, n: int) -> None:
    with_streak = sum("1" * length in "".join(bits) for bits in product("01", repeat=n))
    assert streak_p(length, n, 0.5) == pytest.approx(with_streak / 2**n)


def test_the_official_score_needs_all_its_indicators() -> None:
    assert official_score({1: 2, 2: 2, 3: 1, 4: 1}, for_officer=True).missing == (7,)
    assert official_score({1: 2, 2: 2, 3: 1, 4: 1}, for_officer=True).grade == ""
    officer = official_score({1: 1, 2: 1, 3: 1, 4: 1, 7: 1}, for_officer=True)
    assert (officer.points, officer.grade) == (5, "full")
    assert official_score({1: 1, 2: 1, 3: 1, 4: 0.5, 7: 0}, for_officer=True).grade == "most"
    agency = official_score(dict.fromkeys(range(1, 10), 1.5), for_officer=False)
    assert (agency.points, agency.grade) == (13.5, "good")
    with pytest.raises(ValueError, match="0 to 2"):
        official_score({1: 3}, for_officer=True)
