"""The site's survey on the tablet: one question, its answers to touch; skipping and stopping are always in sight."""

from kiosk.counter.screens.frame import PAD, Drawing, heading
from kiosk.counter.screens.rating import FOOT, FaceButton, TimeLeft
from kiosk.counter.survey import SCALE
from kiosk.counter.view import Answer, Back, CounterView, Decline, SkipQuestion
from kiosk.ui.tokens import RADIUS_TILE
from kiosk.ui.widgets.boxes import Column, Grid, Row, Slot
from kiosk.ui.widgets.part import Part
from kiosk.ui.widgets.text import Text
from kiosk.ui.widgets.touch import Button, TouchButton


class SurveyPage:
    """`survey`: a question about satisfaction with the five faces, any other with its answers as a list."""

    def __init__(self, to: Drawing) -> None:
        self.to = to
        self.widget = Slot(to.look)
        self._time = TimeLeft(to, 0)

    def show(self, view: CounterView) -> None:
        """Draw what has changed."""
        key = (view.question, view.options, view.question_step, view.seconds_left is None, view.by_keys)
        self.widget.show(key, lambda: self._build(view))
        self._time.tick(view.seconds_left)

    def _build(self, view: CounterView) -> Part:
        to, look = self.to, self.to.look
        column = Column(look, gap=18, pad=PAD)
        line = column.add(step_line(to, view), 36)
        if view.seconds_left is not None:
            self._time = line.add(TimeLeft(to, view.seconds_left))
        column.add(heading(to, view.question, 38, lines=3))
        if tuple(key for key, _ in view.options) == SCALE:
            column.space(share=0.7)
            column.add(self._faces(view), 330)
            column.space(share=1)
        else:
            column.add(self._list(view), share=1)
        column.add(self._foot(view), FOOT)
        return column

    def _faces(self, view: CounterView) -> Row:
        look = self.to.look
        row = Row(look, gap=16)
        for score, (key, text) in enumerate(view.options, 1):
            label = self.to.say(f"face.{score}")
            # the rating's own words break where the rating breaks them, so that all five stand alike
            text = label if label.replace("\n", " ") == text else text
            row.add(FaceButton(look, self.to.does(Answer(value=key)), score, text, 0, 142, 23), share=1)
        return row

    def _list(self, view: CounterView) -> Grid:
        look = self.to.look
        grid = Grid(look, 1 if len(view.options) <= 4 else 2, gap=14)
        for place, (key, text) in enumerate(view.options, 1):
            label = f"{place}.  {text}" if view.by_keys else text
            words = Text(look, label, size=29, weight="semibold", lines=2)
            answer = TouchButton(look, self.to.does(Answer(value=key)), words, "plain", RADIUS_TILE, pad=(32, 6, 24, 6))
            grid.add(answer)
        return grid

    def _foot(self, view: CounterView) -> Row:
        to, look = self.to, self.to.look
        row = Row(look, gap=18)
        if view.question_step[0] > 1:
            row.add(Button(look, to.does(Back()), to.say("back"), "plain", "arrow-left", size=25, pad=8), 220)
        row.add(Button(look, to.does(Decline()), to.say("survey.stop"), "plain", size=26), share=1)
        row.add(Button(look, to.does(SkipQuestion()), to.say("survey.skip"), "outline", size=26), share=1)
        return row


def step_line(to: Drawing, view: CounterView) -> Row:
    """Return which question this is, and that nobody learns who answers, or in the last seconds how to get more."""
    look, p = to.look, to.look.palette
    number, total = view.question_step
    row = Row(look, gap=20)
    row.add(Text(look, to.say("survey.step", n=number, total=total), size=25, weight="bold", colour=p.primary, lines=1))
    words = to.say("survey.private" if view.seconds_left is None else "stay")
    row.add(Text(look, words, size=24, colour=p.ink2, lines=1), share=1)
    return row
