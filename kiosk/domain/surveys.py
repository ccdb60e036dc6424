"""Short surveys on the tablet or the phone: one question at a time, each may be skipped, nothing is asked twice.

A skipped question is an answer of its own kind, so that the response rate of every question is known. Who leaves in
the middle keeps what was answered so far (product notes §3.2: partial answers are saved after 30 s).
"""

from collections.abc import Iterable

import msgspec

from kiosk.domain.statistics import Share, share_of

MAX_TEXT = 1000
"""Letters of a written answer."""


class Option(msgspec.Struct, frozen=True, kw_only=True):
    """One answer that can be touched."""

    key: str
    text: str
    text_en: str


class Question(msgspec.Struct, frozen=True, kw_only=True):
    """One screen of a survey. Without options the answer is written."""

    key: str
    text: str
    text_en: str
    options: tuple[Option, ...] = ()
    only_after: tuple[str, tuple[str, ...]] | None = None
    """Asked only if the question of that key got one of these answers."""


class Survey(msgspec.Struct, frozen=True, kw_only=True):
    """Questions in the order in which they are asked."""

    key: str
    title: str
    title_en: str
    questions: tuple[Question, ...]

    def __post_init__(self) -> None:
        keys = [question.key for question in self.questions]
        if not keys or len(set(keys)) != len(keys):
            raise ValueError(f"survey {self.key!r} needs questions with different keys")
        for place, question in enumerate(self.questions):
            if question.only_after and question.only_after[0] not in keys[:place]:
                raise ValueError(f"question {question.key!r} depends on one that does not come before it")


class SurveyRun(msgspec.Struct, frozen=True, kw_only=True):
    """One citizen's way through a survey."""

    survey: Survey
    answers: dict[str, str] = {}
    """By question key; an empty text means skipped."""

    @property
    def question(self) -> Question | None:
        """Return the question that is asked now, or None at the end."""
        return next((q for q in self.survey.questions if q.key not in self.answers and self._is_asked(q)), None)

    @property
    def is_done(self) -> bool:
        """Tell whether nothing is left to ask."""
        return self.question is None

    @property
    def step(self) -> tuple[int, int]:
        """Return (number of the present question, at most so many): `2 of 5` on the screen."""
        left = sum(q.key not in self.answers and self._may_be_asked(q) for q in self.survey.questions)
        return len(self.answers) + (not self.is_done), len(self.answers) + left

    def answer(self, value: str) -> "SurveyRun":
        """Return the run with the present question answered.

        Raises:
            ValueError: if nothing is asked any more, or `value` is empty or none of the options.
        """
        question = self.question
        if question is None:
            raise ValueError("the survey is over")
        text = value.strip()[:MAX_TEXT]
        if not text or (question.options and text not in {option.key for option in question.options}):
            raise ValueError(f"{question.key!r} has no answer {value!r}")
        return self._with(question.key, text)

    def skip(self) -> "SurveyRun":
        """Return the run with the present question skipped; at the end it stays as it is."""
        question = self.question
        return self if question is None else self._with(question.key, "")

    def back(self) -> "SurveyRun":
        """Return the run with the last answered question asked again; at the start it stays as it is."""
        if not self.answers:
            return self
        return SurveyRun(survey=self.survey, answers=dict(list(self.answers.items())[:-1]))

    def _with(self, key: str, value: str) -> "SurveyRun":
        return SurveyRun(survey=self.survey, answers={**self.answers, key: value})

    def _is_asked(self, question: Question) -> bool:
        return question.only_after is None or self.answers.get(question.only_after[0]) in question.only_after[1]

    def _may_be_asked(self, question: Question) -> bool:
        return question.only_after is None or question.only_after[0] not in self.answers or self._is_asked(question)


class Tally(msgspec.Struct, frozen=True, kw_only=True):
    """What was answered to one question of touched answers."""

    question: str
    options: dict[str, Share]
    """By option: its share among those who answered."""
    answered: Share
    """Share of those who were asked."""


def tally(survey: Survey, runs: Iterable[SurveyRun]) -> list[Tally]:
    """Return the figures of `survey`, question by question; written answers are not counted."""
    given = [run.answers for run in runs if run.survey.key == survey.key]
    result: list[Tally] = []
    for question in survey.questions:
        if not question.options:
            continue
        values = [answers[question.key] for answers in given if question.key in answers]
        keys = {option.key for option in question.options}
        real = [value for value in values if value in keys]
        result.append(
            Tally(
                question=question.key,
                options={option.key: share_of(real.count(option.key), len(real)) for option in question.options},
                answered=share_of(len(real), len(values)),
            )
        )
    return result


_AGREE = (
    Option(key="5", text="Rất hài lòng", text_en="Very satisfied"),
    Option(key="4", text="Hài lòng", text_en="Satisfied"),
    Option(key="3", text="Bình thường", text_en="Neutral"),
    Option(key="2", text="Không hài lòng", text_en="Dissatisfied"),
    Option(key="1", text="Rất không hài lòng", text_en="Very dissatisfied"),
)

SHORT_SURVEY = Survey(
    key="hai-long-ngan",
    title="Ý kiến của ông/bà",
    title_en="Your opinion",
    questions=(
        Question(
            key="tiep-can",
            text="Ông/bà có hài lòng về chỗ ngồi chờ, biển báo và máy lấy số không?",
            text_en="How satisfied are you with the seats, signs and ticket machine?",
            options=_AGREE,
        ),
        Question(
            key="thu-tuc",
            text="Ông/bà có hài lòng về việc giấy tờ phải nộp được hướng dẫn rõ ràng không?",
            text_en="How satisfied are you with the guidance on the papers to bring?",
            options=_AGREE,
        ),
        Question(
            key="cong-chuc",
            text="Ông/bà có hài lòng về thái độ và cách giải thích của công chức không?",
            text_en="How satisfied are you with the officer's manner and explanations?",
            options=_AGREE,
        ),
        Question(
            key="ket-qua",
            text="Ông/bà có hài lòng về thời gian giải quyết không?",
            text_en="How satisfied are you with the time it took?",
            options=_AGREE,
        ),
        Question(
            key="mong-doi",
            text="Ông/bà mong văn phòng cải thiện điều gì?",
            text_en="What should the office improve?",
        ),
    ),
)
"""The four sides of service that SIPAS asks about, in short, and one wish (product notes §2, row 22)."""
