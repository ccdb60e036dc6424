"""What the surveys said, on the leader's page: shares with their n, few answers never told apart, nobody known."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from kiosk.domain import events
from kiosk.domain.surveys import SHORT_SURVEY
from kiosk.hub.surveys import DAYS, LEAST, survey_figures
from tests.hub.stage import Stage
from tests.hub.test_hub_web import PASSWORD, Browser, app_of, words


@pytest.fixture
def stage(tmp_path: Path) -> Stage:
    stage = Stage(tmp_path)
    stage.seconds = 0.0
    return stage


@pytest.fixture
def browser(stage: Stage) -> Iterator[Browser]:
    with app_of(stage, leader_password=PASSWORD) as client:
        browser = Browser(client)
        browser.log_in()
        yield browser


def put(stage: Stage, *answers: dict[str, str], survey: str = SHORT_SURVEY.key) -> None:
    device = stage.device(f"counter-{len(stage.devices) + 1}")
    for one in answers:
        device.put(
            events.SurveyAnswered(at=stage.time.now(), survey=survey, answers=one, complete=len(one) == 5, counter=1)
        )
    stage.time.settle()


def shown(browser: Browser) -> str:
    page = browser.open("/leader")
    return words(page[page.index('id="survey-1"') : page.index('id="expression"')])


def test_the_leader_sees_every_question_with_n_and_share(stage: Stage, browser: Browser) -> None:
    put(stage, *[{"tiep-can": "5"}] * 9, *[{"tiep-can": "2", "thu-tuc": ""}] * 3, {"tiep-can": ""})
    section = shown(browser)
    assert "13 lượt trả lời" in section
    assert "chỗ ngồi chờ, biển báo và máy lấy số không? 12 người trả lời trong 13 người được hỏi" in section
    assert "Rất hài lòng 9 75 % (47 % – 91 %)" in section
    assert "Không hài lòng 3 25 %" in section


def test_what_few_have_answered_is_not_told_apart(stage: Stage, browser: Browser) -> None:
    put(stage, *[{"tiep-can": "1"}] * (LEAST - 1), *[{"thu-tuc": "5"}] * LEAST)
    access, papers = survey_figures(stage.hub.book.ledger, [SHORT_SURVEY], stage.today)[0].questions[:2]
    assert (access.answered.k, access.options) == (LEAST - 1, ())
    assert papers.options[0].chosen.k == LEAST
    assert "Từ 10 người mới nêu kết quả." in shown(browser)


def test_written_answers_stand_without_moment_or_order(stage: Stage, browser: Browser) -> None:
    put(stage, {"mong-doi": "Thêm ghế cho người già"}, {"mong-doi": "<b>Mở cửa sớm hơn</b>"})
    section = shown(browser)
    assert section.index("Mở cửa sớm hơn") < section.index("Thêm ghế cho người già")
    assert "<b>Mở" not in browser.text


def test_only_the_last_thirty_days_count(stage: Stage) -> None:
    put(stage, {"tiep-can": "5"})
    stage.time.advance(86_400)
    put(stage, {"tiep-can": "5"})
    stage.time.advance(86_400 * (DAYS - 1))
    (figures,) = survey_figures(stage.hub.book.ledger, [SHORT_SURVEY], stage.today)
    assert figures.runs == 1


def test_an_answer_that_the_question_does_not_have_is_no_answer(stage: Stage) -> None:
    put(stage, *[{"tiep-can": "99", "nobody-asked": "5"}] * 20)
    (figures,) = survey_figures(stage.hub.book.ledger, [SHORT_SURVEY], stage.today)
    assert (figures.questions[0].answered.k, figures.questions[0].answered.n) == (0, 20)


def test_questions_that_this_server_does_not_know_are_counted_and_the_mend_is_told(
    stage: Stage, browser: Browser
) -> None:
    put(stage, {"a": "1"}, {"a": "2"}, survey="rieng-cua-phuong")
    section = shown(browser)
    assert "2 lượt trả lời" in section
    assert "“rieng-cua-phuong”: chép mục [survey]" in section


def test_where_nobody_was_asked_nothing_stands(browser: Browser) -> None:
    assert 'id="survey-1"' not in browser.open("/leader")
