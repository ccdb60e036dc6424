"""What a citizen wishes of the tablet, and time for whoever needs more of it: theirs for the visit, gone after it."""

from pathlib import Path

import pytest

from kiosk.counter import view as v
from kiosk.counter.comfort import SILENCE_S
from kiosk.counter.rating import FACES_S, MOST_STAYS, READING_PACE
from kiosk.demo.trial import TrialCounter, TrialOffice, take_numbers

WISHES = (v.SetLanguage(language="en"), v.SwitchLarge(), v.SwitchContrast(), v.SwitchReading())


@pytest.fixture
def counter(tmp_path: Path) -> TrialCounter:
    office = TrialOffice(tmp_path, show_clock=True)
    counter = office.counter(1)
    counter.sign_in()
    take_numbers(office.lobby(), 3)
    return counter


def wishes(counter: TrialCounter) -> tuple[str, bool, bool, bool]:
    view = counter.flow.view
    return view.language, view.large, view.contrast, view.read_aloud


def wish(counter: TrialCounter) -> None:
    for intent in WISHES:
        counter.flow.act(intent)
    counter.office.time.settle()


NONE, ALL = ("vi", False, False, False), ("en", True, True, True)


def test_whoever_sits_down_at_an_idle_counter_may_change_it_until_thirty_seconds_of_silence(
    counter: TrialCounter,
) -> None:
    assert counter.flow.view.step == "idle"
    wish(counter)
    assert wishes(counter) == ALL
    counter.office.time.advance(SILENCE_S - 1)
    assert wishes(counter) == ALL
    counter.office.time.advance(2)
    assert wishes(counter) == NONE


def test_what_was_wished_while_being_served_holds_for_the_faces(counter: TrialCounter) -> None:
    counter.press("next", "start")
    wish(counter)
    counter.office.time.advance(minutes=20)
    assert wishes(counter) == ALL, "a long talk with the officer is no silence"
    counter.press("finish")
    assert counter.flow.view.step == "rating"
    assert wishes(counter) == ALL
    counter.flow.act(v.Decline())
    assert wishes(counter) == NONE


def test_the_next_citizen_finds_the_tablet_as_it_was(counter: TrialCounter) -> None:
    counter.press("next", "start", "finish")
    wish(counter)
    counter.press("next")
    assert (counter.flow.view.step, wishes(counter)) == ("rating", ALL)
    counter.flow.act(v.Decline())
    assert (counter.flow.view.step, wishes(counter)) == ("calling", NONE)


def test_who_is_sent_elsewhere_takes_the_wishes_along(counter: TrialCounter) -> None:
    counter.press("next", "start")
    wish(counter)
    counter.press("park")
    counter.office.time.advance(SILENCE_S + 1)
    assert wishes(counter) == NONE


def until_closed(counter: TrialCounter, stays: int) -> float:
    """Return how long the faces stay for somebody who touches the glass in the last seconds, so many times."""
    began = counter.office.time.monotonic()
    while counter.flow.view.step == "rating":
        counter.office.time.advance(1)
        left = counter.flow.view.seconds_left
        if stays and left is not None and left < 5:
            counter.flow.act(v.StayHere())
            stays -= 1
    return counter.office.time.monotonic() - began


@pytest.mark.parametrize("stays", [0, 1, 3])
def test_one_touch_in_the_last_seconds_gives_the_whole_time_anew(counter: TrialCounter, stays: int) -> None:
    counter.press("next", "start", "finish")
    assert until_closed(counter, stays) == pytest.approx(FACES_S + stays * (FACES_S - 4), abs=3 + stays)


def test_a_panel_that_touches_itself_holds_no_counter_for_ever(counter: TrialCounter) -> None:
    counter.press("next", "start", "finish")
    assert until_closed(counter, 10_000) < FACES_S * (MOST_STAYS + 2)


def test_a_touch_beside_the_faces_changes_nothing_of_what_sends_itself(counter: TrialCounter) -> None:
    counter.press("next", "start", "finish")
    counter.flow.act(v.Rate(score=5))
    for _ in range(4):
        counter.office.time.advance(1)
        counter.flow.act(v.StayHere())
    assert counter.flow.view.step == "thanks"


def test_whoever_listens_has_time_to_listen(counter: TrialCounter) -> None:
    counter.press("next", "start", "finish")
    counter.flow.act(v.SwitchReading())
    counter.office.time.advance(FACES_S * READING_PACE - 2)
    assert counter.flow.view.step == "rating"
    counter.office.time.advance(3)
    assert counter.flow.view.step == "idle"
