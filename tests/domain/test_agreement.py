import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.domain.agreement import FEW, Pair, agreement_of

shares = st.floats(0, 1)


def pairs(*values: tuple[float, float]) -> list[Pair]:
    return [Pair(positive=positive, satisfied=satisfied) for positive, satisfied in values]


def test_shares_that_rise_together_agree() -> None:
    found = agreement_of(pairs(*((n / 20, 0.5 + n / 50) for n in range(20))))
    assert found.r == pytest.approx(1.0)
    assert found.verdict == "agrees"


def test_shares_that_part_disagree() -> None:
    assert agreement_of(pairs(*((n / 20, 1 - n / 20) for n in range(20)))).verdict == "disagrees"


def test_few_windows_conclude_nothing_however_well_they_fit() -> None:
    found = agreement_of(pairs(*((n / 20, n / 20) for n in range(FEW - 1))))
    assert found.verdict == "too_few"


def test_chance_is_not_taken_for_agreement_more_often_than_the_interval_says() -> None:
    draw = random.Random(4)
    verdicts = [agreement_of(pairs(*((draw.random(), draw.random()) for _ in range(25)))).verdict for _ in range(400)]
    assert verdicts.count("nothing_shown") >= 370


def test_the_interval_of_a_known_correlation() -> None:
    # r = .5 of 28 windows: tanh(atanh(.5) +- 1.96/5)
    draw = random.Random(1)
    found = agreement_of(pairs(*((draw.random(), draw.random()) for _ in range(28))))
    assert found.r is not None
    assert found.low is not None
    assert found.low < found.r < (found.high or 0)


def test_what_never_changes_shows_nothing() -> None:
    found = agreement_of(pairs(*((0.4, n / 20) for n in range(20))))
    assert (found.r, found.verdict) == (None, "nothing_shown")


@given(st.lists(st.tuples(shares, shares), max_size=30))
def test_the_correlation_lies_in_its_interval(values: list[tuple[float, float]]) -> None:
    found = agreement_of(pairs(*values))
    if found.r is not None and found.low is not None and found.high is not None:
        assert -1 <= found.low <= found.high <= 1
        assert found.low - 1e-5 <= found.r <= found.high + 1e-5
