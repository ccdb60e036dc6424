"""The end of a visit at the tablet: the receipt of a petition, the code for later, and thanks."""

from kiosk.counter.screens.frame import PAD, Drawing, heading, petition_button
from kiosk.counter.screens.rating import FOOT, TimeLeft
from kiosk.counter.view import Back, CounterView, OpenSurvey, Send
from kiosk.ui.tokens import RADIUS_HERO
from kiosk.ui.widgets.boxes import Column, Row, Slot
from kiosk.ui.widgets.part import Part
from kiosk.ui.widgets.shapes import Card, Face, Plate, QrPicture
from kiosk.ui.widgets.text import Icon, Text
from kiosk.ui.widgets.touch import Button


class ReceiptPage:
    """`receipt`: the code under which the answer is found."""

    def __init__(self, to: Drawing) -> None:
        self.to = to
        self.widget = Slot(to.look)

    def show(self, view: CounterView) -> None:
        """Draw what has changed."""
        self.widget.show((view.receipt, view.link, view.online), lambda: self._build(view))

    def _build(self, view: CounterView) -> Part:
        to, look, p = self.to, self.to.look, self.to.look.palette
        column = Column(look, gap=18, pad=PAD)
        title = Row(look, gap=20)
        title.add(Icon(look, "check-circle-fill", 56, p.ok), 60)
        # without the network nobody has read it yet: nothing is promised that is not so
        title.add(heading(to, to.say("receipt.title" if view.online else "receipt.title_offline")), share=1)
        column.add(title)
        words = Column(look, gap=10)
        words.space(share=1)
        words.add(Text(look, to.say("receipt.code"), size=27, weight="semibold", colour=p.ink2, lines=1))
        code = words.add(Text(look, view.receipt, size=70 / look.large, weight="number", lines=1))
        code.is_private = True
        hint = "receipt.offline" if not view.online else "receipt.text" if view.link else "receipt.no_code"
        words.add(Text(look, to.say(hint), size=27, colour=p.ink2, lines=4))
        words.space(share=1)
        row = Row(look, gap=32, pad=(40, 28, 28, 28))
        row.add(words, share=1)
        if view.link:
            row.add(QrPicture(look, view.link, pad=18, edge=p.line), 340)
        column.add(Card(look, row, edge=p.line, radius=RADIUS_HERO), share=1)
        column.add(Button(look, to.does(Back()), to.say("done"), "primary", size=32), FOOT)
        return column


class LaterPage:
    """`later`: the code that takes the right to rate along, for a day."""

    def __init__(self, to: Drawing) -> None:
        self.to = to
        self.widget = Slot(to.look)
        self._time = TimeLeft(to, 0)

    def show(self, view: CounterView) -> None:
        """Draw what has changed."""
        self.widget.show((view.link, view.seconds_left is None), lambda: self._build(view))
        self._time.tick(view.seconds_left)

    def _build(self, view: CounterView) -> Part:
        to, look, p = self.to, self.to.look, self.to.look.palette
        column = Column(look, gap=18, pad=PAD)
        head = Row(look, gap=20)
        head.add(heading(to, to.say("later.title")), share=1)
        if view.seconds_left is not None:
            self._time = head.add(TimeLeft(to, view.seconds_left))
        column.add(head)
        words = Column(look, gap=16)
        words.space(share=1)
        for number in (1, 2, 3):
            step = Row(look, gap=18)
            digit = Text(look, str(number), size=27, weight="number", colour=p.primary, halign="center", lines=1)
            step.add(Plate(look, digit, 52, p.tint, radius=26), 52)
            step.add(Text(look, to.say(f"later.step.{number}"), size=27, lines=3), share=1)
            words.add(step)
        words.space(share=1)
        row = Row(look, gap=32, pad=(40, 28, 28, 28))
        row.add(words, share=1)
        row.add(QrPicture(look, view.link, pad=18, edge=p.line), 360)
        column.add(Card(look, row, edge=p.line, radius=RADIUS_HERO), share=1)
        foot = Row(look, gap=18)
        foot.add(Button(look, to.does(Back()), to.say("back"), "plain", "arrow-left", size=26), 280)
        foot.add(Button(look, to.does(Send()), to.say("later.done"), "primary", size=32), share=1)
        column.add(foot, FOOT)
        return column


class ThanksPage:
    """`thanks`: it was heard."""

    def __init__(self, to: Drawing) -> None:
        self.to = to
        self.widget = Slot(to.look)

    def show(self, view: CounterView) -> None:
        """Draw what has changed."""
        self.widget.show((view.score, view.is_invited, view.by_keys), lambda: self._build(view))

    def _build(self, view: CounterView) -> Part:
        to, look, p = self.to, self.to.look, self.to.look.palette
        column = Column(look, gap=18, pad=PAD)
        column.space(share=1)
        if view.score:
            column.add(Face(look, view.score, 220), 220)
        else:
            plate = Row(look)
            plate.space(share=1)
            plate.add(Card(look, Icon(look, "hand-heart", 104, p.primary), fill=p.tint, radius=100), 200)
            plate.space(share=1)
            column.add(plate, 200)
        column.space(8)
        column.add(Text(look, to.say("thanks.title"), size=60, weight="extrabold", halign="center", lines=1))
        words = to.say("survey.invitation" if view.is_invited else "thanks.text")
        column.add(Text(look, words, size=30, colour=p.ink2, halign="center", lines=2))
        column.space(share=1)
        foot = Row(look, gap=18)
        if view.is_invited:
            no, yes = ("survey.no_key", "survey.yes_key") if view.by_keys else ("survey.no", "survey.yes")
            foot.add(Button(look, to.does(Back()), to.say(no), "plain", size=28), share=0.8)
            foot.add(Button(look, to.does(OpenSurvey()), to.say(yes), "primary", size=32), share=1)
        else:
            foot.add(petition_button(to), share=1)
            foot.add(Button(look, to.does(Back()), to.say("done"), "primary", size=32), share=1)
        column.add(foot, FOOT)
        return column
