"""The rating pad alone: five keys lead through the whole flow, and nothing that was said is lost without one."""

from pathlib import Path

import pytest

from kiosk.config import SurveySettings
from kiosk.counter.rating import CHANGE_OF_MIND_S, INVITATION_S, PAD_REASONS_S, SURVEY_S, THANKS_S
from kiosk.demo.trial import TrialCounter, TrialOffice, take_numbers
from kiosk.domain import events


def a_rating(folder: Path, survey: SurveySettings | None = None) -> TrialCounter:
    """Return a counter at which a service was just finished."""
    office = TrialOffice(folder, survey=survey)
    lobby = office.lobby()
    counter = office.counter(1)
    take_numbers(lobby)
    counter.press("next", "start", "finish")
    office.time.advance(1)
    return counter


@pytest.fixture
def rating(tmp_path: Path) -> TrialCounter:
    return a_rating(tmp_path)


def press(counter: TrialCounter, *keys: int, pause: float = 1.0) -> list[bool]:
    """Press keys of the pad, each a moment after the other; return how they were answered."""
    for key in keys:
        counter.rating_pad.press(key)
        counter.office.time.advance(pause)
    return counter.rating_pad.answers[-len(keys) :]


def given(counter: TrialCounter) -> events.RatingGiven:
    (event,) = [event for event in counter.events() if isinstance(event, events.RatingGiven)]
    return event


def test_a_good_mark_sends_itself_and_is_thanked_for(rating: TrialCounter) -> None:
    assert press(rating, 4, pause=CHANGE_OF_MIND_S) == [True]
    assert rating.flow.view.step == "thanks"
    rating.office.time.advance(THANKS_S)
    assert rating.flow.view.step == "idle"
    assert (given(rating).score, given(rating).way) == (4, "pad")


def test_after_a_low_mark_the_keys_are_the_reasons_by_their_place(rating: TrialCounter) -> None:
    press(rating, 2)
    assert (rating.flow.view.step, rating.flow.view.by_keys) == ("reasons", True)
    rating.office.time.advance(CHANGE_OF_MIND_S)
    assert press(rating, 1, 3) == [True, True]
    assert rating.flow.view.reasons == ("wait", "unclear")
    press(rating, 3)
    assert rating.flow.view.reasons == ("wait",), "the same key takes it back"
    rating.office.time.advance(PAD_REASONS_S)
    assert rating.flow.view.step == "thanks"
    assert (given(rating).score, given(rating).reasons, given(rating).way) == (2, ("wait",), "pad")


def test_within_three_seconds_another_key_is_another_mark(rating: TrialCounter) -> None:
    press(rating, 1, 5)
    rating.office.time.advance(CHANGE_OF_MIND_S)
    assert given(rating).score == 5


def test_a_low_mark_without_any_further_key_sends_itself(rating: TrialCounter) -> None:
    press(rating, 3)
    rating.office.time.advance(PAD_REASONS_S)
    assert (given(rating).score, given(rating).reasons) == (3, ())


def test_a_trembling_finger_is_one_press_on_the_pad_too(rating: TrialCounter) -> None:
    press(rating, 2)
    rating.office.time.advance(CHANGE_OF_MIND_S)
    press(rating, 1, 1, pause=0.2)
    assert rating.flow.view.reasons == ("wait",)


def test_nobody_who_touched_the_glass_gets_reasons_by_key(rating: TrialCounter) -> None:
    from kiosk.counter import view as v
    from kiosk.demo.trial import touch

    touch(rating, v.Rate(score=2))
    rating.office.time.advance(10)
    press(rating, 4)
    assert (rating.flow.view.step, rating.flow.view.score, rating.flow.view.by_keys) == ("rating", 4, True)


def test_keys_that_mean_nothing_here_are_refused(rating: TrialCounter) -> None:
    press(rating, 5, pause=CHANGE_OF_MIND_S)
    assert press(rating, 1, 2, 3) == [False] * 3, "thanks, without an invitation"


def test_a_survey_is_answered_with_five_keys_and_what_would_be_written_is_left_out(tmp_path: Path) -> None:
    counter = a_rating(tmp_path, SurveySettings(ask="short", every=1))
    press(counter, 5, pause=CHANGE_OF_MIND_S)
    assert counter.flow.view.is_invited
    assert press(counter, 5) == [True]
    assert (counter.flow.view.step, counter.flow.view.question_step) == ("survey", (1, 5))
    assert [key for key, _ in counter.flow.view.options] == ["1", "2", "3", "4", "5"]
    assert press(counter, 4, 5, 2, 3) == [True] * 4
    assert counter.flow.view.step == "thanks"
    (answered,) = [event for event in counter.events() if isinstance(event, events.SurveyAnswered)]
    assert list(answered.answers.values()) == ["4", "5", "2", "3", ""]
    assert (answered.way, answered.complete) == ("pad", True)


def test_an_invitation_is_declined_by_a_key_or_by_doing_nothing(tmp_path: Path) -> None:
    counter = a_rating(tmp_path, SurveySettings(ask="short", every=1))
    press(counter, 5, pause=CHANGE_OF_MIND_S)
    assert press(counter, 1) == [True]
    assert counter.flow.view.step == "idle"
    take_numbers(counter.office.lobby("lobby-2", 2))
    counter.press("next", "start", "finish")
    counter.office.time.advance(1)
    press(counter, 5, pause=CHANGE_OF_MIND_S)
    counter.office.time.advance(INVITATION_S)
    assert counter.flow.view.step == "idle"
    assert not [event for event in counter.events() if isinstance(event, events.SurveyAnswered)]


def test_what_was_answered_before_walking_away_is_kept(tmp_path: Path) -> None:
    counter = a_rating(tmp_path, SurveySettings(ask="short", every=1))
    press(counter, 5, pause=CHANGE_OF_MIND_S)
    press(counter, 5, 4)
    counter.office.time.advance(SURVEY_S)
    (answered,) = [event for event in counter.events() if isinstance(event, events.SurveyAnswered)]
    assert (list(answered.answers.values()), answered.complete) == (["4"], False)
    assert counter.flow.view.step == "idle"
