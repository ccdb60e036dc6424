"""The site's survey on the glass, and the code that takes the right to rate along."""

from pathlib import Path

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk.config import Config, ConfigErrors, SurveySettings, load_site_survey
from kiosk.counter import view as v
from kiosk.counter.rating import LATER_S
from kiosk.counter.survey import SurveyRoom
from kiosk.demo.trial import TrialCounter, TrialOffice, take_numbers, touch
from kiosk.domain import events
from kiosk.domain.surveys import SHORT_SURVEY

SHORT = SurveySettings(ask="short", every=1)


def a_rating(folder: Path, survey: SurveySettings | None = None) -> TrialCounter:
    """Return a counter at which a service was just finished."""
    office = TrialOffice(folder, survey=survey)
    counter, lobby = office.counter(1), office.lobby()
    take_numbers(lobby)
    counter.press("next", "start", "finish")
    office.time.advance(1)
    return counter


def of(counter: TrialCounter, kind: type[events.Event]) -> list[events.Event]:
    return [event for event in counter.events() if isinstance(event, kind)]


def answer(counter: TrialCounter, *intents: v.AnyCounterIntent) -> v.CounterView:
    for intent in intents:
        counter.office.time.advance(1)
        touch(counter, intent)
    return counter.flow.view


def test_one_question_at_a_time_each_may_be_skipped_and_the_last_is_written(tmp_path: Path) -> None:
    counter = a_rating(tmp_path, SHORT)
    view = answer(counter, v.Rate(score=5), v.Send())
    assert (view.step, view.is_invited) == ("thanks", True)
    view = answer(counter, v.OpenSurvey())
    assert (view.step, view.question) == ("survey", SHORT_SURVEY.questions[0].text)
    view = answer(counter, v.Answer(value="4"), v.SkipQuestion(), v.Answer(value="5"), v.Answer(value="3"))
    assert (view.step, view.question_step) == ("survey_text", (5, 5))
    view = answer(counter, v.WriteText(text="Thêm ghế cho người già"), v.Send())
    assert view.step == "thanks"
    (given_,) = of(counter, events.SurveyAnswered)
    assert isinstance(given_, events.SurveyAnswered)
    assert list(given_.answers.values()) == ["4", "", "5", "3", "Thêm ghế cho người già"]
    assert given_.complete


def test_answers_carry_neither_ticket_nor_officer(tmp_path: Path) -> None:
    counter = a_rating(tmp_path, SHORT)
    answer(counter, v.Rate(score=5), v.Send(), v.OpenSurvey(), v.Answer(value="4"), v.Decline())
    (event,) = of(counter, events.SurveyAnswered)
    assert set(msgspec.to_builtins(event)) == {"at", "survey", "answers", "complete", "counter", "way"}


def test_the_question_before_may_be_answered_anew(tmp_path: Path) -> None:
    counter = a_rating(tmp_path, SHORT)
    answer(counter, v.Rate(score=5), v.Send(), v.OpenSurvey(), v.Answer(value="1"), v.Back(), v.Answer(value="5"))
    answer(counter, v.Decline())
    (event,) = of(counter, events.SurveyAnswered)
    assert isinstance(event, events.SurveyAnswered)
    assert list(event.answers.values()) == ["5"]


def test_the_survey_speaks_the_citizen_s_language(tmp_path: Path) -> None:
    counter = a_rating(tmp_path, SHORT)
    view = answer(counter, v.SetLanguage(language="en"), v.Rate(score=5), v.Send(), v.OpenSurvey())
    assert view.question == SHORT_SURVEY.questions[0].text_en


def test_only_every_so_manieth_is_asked_and_nobody_where_the_site_asks_nothing(tmp_path: Path) -> None:
    room = SurveyRoom(SHORT_SURVEY, every=3)
    assert [room.count() for _ in range(7)] == [False, False, True, False, False, True, False]
    assert not SurveyRoom(None).count()
    counter = a_rating(tmp_path)
    assert not answer(counter, v.Rate(score=5), v.Send()).is_invited


def test_the_next_citizen_does_not_answer_for_the_one_before(tmp_path: Path) -> None:
    counter = a_rating(tmp_path, SHORT)
    answer(counter, v.Rate(score=5), v.Send(), v.OpenSurvey(), v.Answer(value="4"))
    take_numbers(counter.office.lobby("lobby-2", 2))
    counter.press("next", "start")
    assert counter.flow.view.step == "serving"
    assert len(of(counter, events.SurveyAnswered)) == 1


@settings(max_examples=100, deadline=None)
@given(st.lists(st.sampled_from(["1", "3", "9", "", "x" * 2000, "skip", "back"]), max_size=30))
def test_whatever_is_touched_the_survey_ends_with_answers_that_it_has(acts: list[str]) -> None:
    from datetime import UTC, datetime

    room = SurveyRoom(SHORT_SURVEY)
    room.begin()
    for act in acts:
        {"skip": room.skip, "back": room.back}.get(act, lambda act=act: room.answer(act))()
    event = room.end(datetime(2026, 11, 24, tzinfo=UTC), 1, "tablet")
    assert event is None or all(len(text) <= 1000 for text in event.answers.values())
    assert room.run is None


# later --------------------------------------------------------------------------------------------------------------


def test_who_wants_to_be_asked_later_takes_the_same_right_along(tmp_path: Path) -> None:
    counter = a_rating(tmp_path)
    link = counter.flow.view.link
    view = answer(counter, v.AskLater())
    assert (view.step, view.link) == ("later", link)
    view = answer(counter, v.Send())
    assert view.step == "idle"
    (declined,) = of(counter, events.RatingDeclined)
    assert isinstance(declined, events.RatingDeclined)
    assert declined.way == "later"
    assert not of(counter, events.RatingGiven)
    right = counter.office.hub.ratings.right_of(link.rsplit("/", 1)[-1])
    assert right is not None
    assert not right.used


def test_a_mark_that_was_begun_is_not_sent_from_here_and_may_be_gone_back_to(tmp_path: Path) -> None:
    counter = a_rating(tmp_path)
    view = answer(counter, v.Rate(score=2), v.PickReason(key="wait"), v.AskLater(), v.Back())
    assert (view.step, view.score, view.reasons) == ("reasons", 2, ("wait",))
    answer(counter, v.AskLater())
    counter.office.time.advance(LATER_S)
    assert counter.flow.view.step == "idle"
    assert not of(counter, events.RatingGiven)


def test_without_the_hub_s_pages_there_is_no_later(tmp_path: Path) -> None:
    office = TrialOffice(tmp_path)
    counter, lobby = office.counter(1), office.lobby()
    take_numbers(lobby)
    counter.press("next", "start")
    office.kill_hub()
    counter.press("finish")
    assert counter.flow.view.step == "rating"
    assert answer(counter, v.AskLater()).step == "rating"


# the office's own questions -------------------------------------------------------------------------------------


def own(folder: Path, text: str) -> Config:
    path = folder / "survey.json"
    path.write_text(text, encoding="utf-8")
    config = Config.for_demo("counter", "counter-1", folder, 2, 1883, counter=1)
    return msgspec.structs.replace(config, survey=SurveySettings(ask="own"), survey_file=path)


def test_an_office_may_ask_its_own_questions(tmp_path: Path) -> None:
    text = """{"key": "ghe", "title": "Ghế", "title_en": "Seats", "questions": [
        {"key": "ghe", "text": "Đủ ghế không?", "text_en": "Enough seats?",
         "options": [{"key": "yes", "text": "Đủ", "text_en": "Yes"}, {"key": "no", "text": "Thiếu", "text_en": "No"}
        ]}]}"""
    survey = load_site_survey(own(tmp_path, text))
    assert survey is not None
    assert survey.questions[0].text == "Đủ ghế không?"


@pytest.mark.parametrize("text", ["", "{}", '{"key":"a","title":"b","title_en":"c","questions":[]}', "\x00\xff"])
def test_questions_that_cannot_be_used_are_told_with_the_mend(tmp_path: Path, text: str) -> None:
    with pytest.raises(ConfigErrors, match="short"):
        load_site_survey(own(tmp_path, text))
