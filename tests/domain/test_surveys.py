import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.domain.surveys import SHORT_SURVEY, Option, Question, Survey, SurveyRun, tally

YES_NO = (Option(key="yes", text="Có", text_en="Yes"), Option(key="no", text="Không", text_en="No"))
BRANCHING = Survey(
    key="s",
    title="Thử",
    title_en="Try",
    questions=(
        Question(key="came-before", text="Đã đến trước đây?", text_en="Been here before?", options=YES_NO),
        Question(
            key="better",
            text="Có tốt hơn không?",
            text_en="Is it better?",
            options=YES_NO,
            only_after=("came-before", ("yes",)),
        ),
        Question(key="wish", text="Mong muốn?", text_en="A wish?"),
    ),
)


def asked(run: SurveyRun) -> str:
    return run.question.key if run.question else ""


def test_one_question_at_a_time_until_the_end() -> None:
    run = SurveyRun(survey=BRANCHING)
    seen = []
    for value in ("yes", "no", " Thêm ghế "):
        seen.append((asked(run), run.step))
        run = run.answer(value)
    assert seen == [("came-before", (1, 3)), ("better", (2, 3)), ("wish", (3, 3))]
    assert run.is_done
    assert run.answers == {"came-before": "yes", "better": "no", "wish": "Thêm ghế"}


def test_a_question_that_does_not_apply_is_not_asked() -> None:
    run = SurveyRun(survey=BRANCHING).answer("no")
    assert (asked(run), run.step) == ("wish", (2, 2))
    assert asked(SurveyRun(survey=BRANCHING).skip()) == "wish"


def test_back_asks_the_last_question_again_and_may_open_another_branch() -> None:
    run = SurveyRun(survey=BRANCHING).answer("no").back()
    assert asked(run) == "came-before"
    assert asked(run.answer("yes")) == "better"
    assert SurveyRun(survey=BRANCHING).back().answers == {}


def test_an_answer_that_is_none_of_the_options_is_refused() -> None:
    with pytest.raises(ValueError, match="came-before"):
        SurveyRun(survey=BRANCHING).answer("maybe")
    with pytest.raises(ValueError, match="over"):
        SurveyRun(survey=BRANCHING).skip().skip().answer("x")
    with pytest.raises(ValueError, match="wish"):
        SurveyRun(survey=BRANCHING).skip().answer("   ")


def test_a_survey_whose_questions_do_not_fit_together_is_refused() -> None:
    first, second, third = BRANCHING.questions
    for questions in ((), (first, first), (second, first, third)):
        with pytest.raises(ValueError, match="question"):
            Survey(key="s", title="", title_en="", questions=questions)


def test_the_figures_know_who_was_asked_and_who_answered() -> None:
    start = SurveyRun(survey=BRANCHING)
    runs = [start.answer("yes").answer("yes"), start.answer("yes").skip(), start.answer("no"), start]
    before, better = tally(BRANCHING, runs)
    assert (before.answered.k, before.answered.n) == (3, 3)
    assert (before.options["yes"].k, before.options["yes"].n) == (2, 3)
    assert (better.answered.k, better.answered.n) == (1, 2)


@given(st.lists(st.sampled_from(["first", "skip", "back"]), max_size=40))
def test_whatever_is_touched_the_run_moves_within_its_survey(touches: list[str]) -> None:
    run = SurveyRun(survey=SHORT_SURVEY)
    for touch in touches:
        question = run.question
        if touch == "back":
            run = run.back()
        elif touch == "skip" or question is None:
            run = run.skip()
        else:
            run = run.answer(question.options[0].key if question.options else "ý kiến")
        number, of = run.step
        assert 0 < number <= of <= len(SHORT_SURVEY.questions)
        assert asked(run) not in run.answers
