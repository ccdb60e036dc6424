"""What the survey at the counters says, question by question, for the leader: each share with its n and interval.

Answers carry no ticket, no officer and no moment of the day. A question that few have answered is not told apart:
who sat there would still know who said what.
"""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta

import msgspec

from kiosk.domain.events import SurveyAnswered
from kiosk.domain.expression import K
from kiosk.domain.statistics import Share, share_of
from kiosk.domain.surveys import Option, Question, Survey, SurveyRun, tally
from kiosk.hub.ingest import understood
from kiosk.hub.ledger import Ledger

DAYS = 30
"""Days that are taken together: one day of an office has too few answers."""
LEAST = K
"""Answers to a question below which no share of them is told, as for every other count that is nobody's own."""
WRITTEN_SHOWN = 30


class OptionFigures(msgspec.Struct, frozen=True, kw_only=True):
    """How many chose one answer, of those who answered the question."""

    option: Option
    chosen: Share


class QuestionFigures(msgspec.Struct, frozen=True, kw_only=True):
    """What was answered to one question."""

    question: Question
    answered: Share
    """Of those who were asked."""
    options: tuple[OptionFigures, ...] = ()
    """Empty while fewer than `LEAST` answered, and where the answer is written."""
    written: tuple[str, ...] = ()
    """In the order of the alphabet, which says nothing of who wrote when."""


class SurveyFigures(msgspec.Struct, frozen=True, kw_only=True):
    """What one survey said in `DAYS` days."""

    key: str
    survey: Survey | None
    """None where this server does not know the questions: another box asks its own."""
    runs: int
    """How many began it."""
    complete: Share
    questions: tuple[QuestionFigures, ...] = ()


def survey_figures(ledger: Ledger, surveys: Sequence[Survey], today: date) -> list[SurveyFigures]:
    """Return the figures of every survey that was answered in the last `DAYS` days, the most answered first."""
    known = {survey.key: survey for survey in surveys}
    by_key: dict[str, list[SurveyAnswered]] = {}
    for envelope in ledger.survey_answers((today - timedelta(days=DAYS - 1)).isoformat()):
        event, _ = understood(envelope)
        if isinstance(event, SurveyAnswered):
            by_key.setdefault(event.survey, []).append(event)
    figures = [_figures(key, known.get(key), answered) for key, answered in by_key.items()]
    return sorted(figures, key=lambda one: (-one.runs, one.key))


def _figures(key: str, survey: Survey | None, answered: Sequence[SurveyAnswered]) -> SurveyFigures:
    complete = share_of(sum(event.complete for event in answered), len(answered))
    questions = () if survey is None else tuple(_questions(survey, answered))
    return SurveyFigures(key=key, survey=survey, runs=len(answered), complete=complete, questions=questions)


def _questions(survey: Survey, answered: Sequence[SurveyAnswered]) -> Iterable[QuestionFigures]:
    tallies = {
        one.question: one for one in tally(survey, (SurveyRun(survey=survey, answers=e.answers) for e in answered))
    }
    for question in survey.questions:
        counted = tallies.get(question.key)
        if counted is None:
            yield _written(
                question, [event.answers[question.key] for event in answered if question.key in event.answers]
            )
            continue
        shares = zip(question.options, counted.options.values(), strict=True)
        options = tuple(OptionFigures(option=option, chosen=chosen) for option, chosen in shares)
        is_told = counted.answered.k >= LEAST
        yield QuestionFigures(question=question, answered=counted.answered, options=options if is_told else ())


def _written(question: Question, values: Sequence[str]) -> QuestionFigures:
    said = sorted(value for value in values if value)
    answered = share_of(len(said), len(values))
    return QuestionFigures(question=question, answered=answered, written=tuple(said[:WRITTEN_SHOWN]))
