"""What makes an officer's number and PIN, and how often somebody may guess."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.domain.officers import MOST_TRIES, TRIES_WITHIN_S, Tries, is_officer_number, pin_fault


@pytest.mark.parametrize(
    ("pin", "fault"),
    [
        ("4719", ""),
        ("47190258", ""),
        ("4747", ""),
        ("471", "length"),
        ("471902586", "length"),
        ("47a9", "digits"),
        ("٤٧١٩", "digits"),
        ("", "digits"),
        ("1111", "guessable"),
        ("1234", "guessable"),
        ("7890", "guessable"),
        ("4321", "guessable"),
        ("1357", ""),
    ],
)
def test_a_pin_has_four_to_eight_digits_that_nobody_guesses_first(pin: str, fault: str) -> None:
    assert pin_fault(pin) == fault


def test_an_officers_number_does_not_begin_with_zero() -> None:
    assert [is_officer_number(text) for text in ("7", "120", "999999")] == [True] * 3
    assert not any(is_officer_number(text) for text in ("", "07", "0", "1234567", "7a", "١٢"))


def test_after_five_wrong_tries_the_door_stays_shut_for_five_minutes() -> None:
    tries = Tries()
    for moment in range(MOST_TRIES):
        assert not tries.is_too_many(["officer 7", "counter 1"], moment)
        tries.note(["officer 7", "counter 1"], moment)
    assert tries.is_too_many(["officer 7", "counter 2"], 10), "the same officer at another counter"
    assert tries.is_too_many(["officer 8", "counter 1"], 10), "another officer at the same counter"
    assert not tries.is_too_many(["officer 8", "counter 2"], 10)
    assert not tries.is_too_many(["officer 7", "counter 1"], TRIES_WITHIN_S + MOST_TRIES)


@given(st.lists(st.floats(0, 5000), min_size=1, max_size=60))
def test_nobody_guesses_more_than_five_times_in_five_minutes(moments: list[float]) -> None:
    tries, guessed = Tries(), list[float]()
    for moment in sorted(moments):
        if not tries.is_too_many(["officer 7"], moment):
            tries.note(["officer 7"], moment)
            guessed.append(moment)
    for first, last in zip(guessed, guessed[MOST_TRIES:], strict=False):
        assert last - first >= TRIES_WITHIN_S
