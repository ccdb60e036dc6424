"""The site's short survey on the tablet: one question at a time, every one may be skipped, nobody is asked twice.

It is offered on the thanks after a rating, to every n-th who rated, and begins only if the citizen wants it. What was
answered before somebody walks away is kept. The answers carry no ticket and no name.
"""

from datetime import datetime

from kiosk.domain.events import SurveyAnswered
from kiosk.domain.surveys import Survey, SurveyRun

SCALE = ("1", "2", "3", "4", "5")
"""Keys of the answers of a question about satisfaction: on the tablet they are the five faces."""


class SurveyRoom:
    """One citizen's answers at a time.

    Args:
        survey: what is asked; None: nothing ever.
        every: who is asked: every so-manieth who rated.
    """

    def __init__(self, survey: Survey | None, every: int = 1) -> None:
        self._survey = survey
        self._every = max(1, every)
        self._rated = 0
        self._run: SurveyRun | None = None
        self._only_options = False
        self.text = ""
        """What is being written as an answer."""

    @property
    def run(self) -> SurveyRun | None:
        """Return the citizen's way through the survey so far, None while nobody is asked."""
        return self._run

    def count(self) -> bool:
        """Note that somebody rated; tell whether this one is asked."""
        self._rated += 1
        return self._survey is not None and self._rated % self._every == 0

    def begin(self, only_options: bool = False) -> None:
        """Ask the first question.

        Args:
            only_options: leave out what would have to be written, for somebody who has five keys.
        """
        if self._survey is not None:
            self._only_options = only_options
            self._go(SurveyRun(survey=self._survey))

    def answer(self, value: str) -> None:
        """Answer the present question; a value that it does not have changes nothing."""
        if self._run is not None:
            try:
                self._go(self._run.answer(value))
            except ValueError:
                return

    def skip(self) -> None:
        """Leave the present question out."""
        if self._run is not None:
            self._go(self._run.skip())

    def back(self) -> bool:
        """Ask the last question again; False at the first one."""
        if self._run is None or not self._run.answers:
            return False
        self._go(self._run.back())
        return True

    def end(self, at: datetime, counter: int, way: str) -> SurveyAnswered | None:
        """End the survey; return what was answered, None if nothing was asked."""
        run, self._run, self.text = self._run, None, ""
        if run is None or not run.answers:
            return None
        return SurveyAnswered(
            at=at, survey=run.survey.key, answers=run.answers, complete=run.is_done, counter=counter, way=way
        )

    def _go(self, run: SurveyRun) -> None:
        while self._only_options and run.question is not None and not run.question.options:
            run = run.skip()
        self._run, self.text = run, ""
