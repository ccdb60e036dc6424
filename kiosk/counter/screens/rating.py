"""Rating: five faces after a finished service, and why it was not good. The QR code is in sight on both."""

from kiosk.counter.screens.consent import camera_and_phone
from kiosk.counter.screens.frame import PAD, PHONE, ChoiceChip, Drawing, heading, petition_button, phone_card
from kiosk.counter.view import (
    REASONS,
    AskLater,
    CounterView,
    Decline,
    OpenComment,
    PickReason,
    Rate,
    Send,
)
from kiosk.ui.tokens import CONTRAST, FACE_FILLS, TOUCH_REASON
from kiosk.ui.widgets.boxes import Column, Grid, Row, Slot
from kiosk.ui.widgets.part import Look, Part
from kiosk.ui.widgets.shapes import Card, Face, QrPicture
from kiosk.ui.widgets.text import Icon, Text
from kiosk.ui.widgets.touch import Act, Button, TouchButton

PAD_KEYS = 5
FOOT = 98
"""Height of the buttons that send, skip or decline, u: at least 94 (16 mm)."""


class FaceButton(TouchButton):
    """One face with its word; the chosen one has its colour for an edge, the others step back."""

    def __init__(self, look: Look, act: Act, score: int, label: str, chosen: int, face: float, text: float) -> None:
        p = look.palette
        is_chosen = chosen == score
        column = Column(look, gap=4, pad=(8, 10, 8, 10))
        picture = column.add(Face(look, score, face), share=1)
        picture.dim(bool(chosen) and not is_chosen)
        ink = p.ink if not chosen or is_chosen else p.ink2
        words = Text(look, label, size=text, weight="bold" if is_chosen else "semibold", colour=ink, halign="center")
        column.add(words, text * look.large * 2.7)
        super().__init__(look, act, column, "plain", 28, shadow=is_chosen and p is not CONTRAST)
        if is_chosen:
            self.box.line(6)
            self._rest = self._chosen = (p.surface, p.primary if p is CONTRAST else FACE_FILLS[score - 1])
            self.choose(True)


class RatingPage:
    """`rating`: how was it? One tap is an answer; another one within a moment changes it."""

    def __init__(self, to: Drawing) -> None:
        self.to = to
        self.widget = Slot(to.look)
        self._time = TimeLeft(to, 0)

    def show(self, view: CounterView) -> None:
        """Draw what has changed."""
        key = (view.score, view.seconds_left is None, view.link, view.hotline, view.camera)
        self.widget.show(key, lambda: self._build(view))
        self._time.tick(view.seconds_left)

    def _build(self, view: CounterView) -> Part:
        to, look = self.to, self.to.look
        column = Column(look, gap=16, pad=PAD)
        # a good mark is thanked for at once; the moment in which it may still be changed costs nobody a touch
        column.add(heading(to, to.say("rating.thanks" if view.score else "rating.title")))
        hint = Row(look, gap=20)
        words = "rating.chosen" if view.score else "rating.hint" if view.seconds_left is None else "stay"
        hint.add(Text(look, to.say(words), size=24, colour=look.palette.ink2, lines=1), share=1)
        if view.seconds_left is not None:
            self._time = hint.add(TimeLeft(to, view.seconds_left))
        column.add(hint, 36)
        column.add(_faces(to, view.score, 142, 23), share=1)
        column.add(camera_and_phone(to, view) if view.camera else phone_card(to, view), PHONE)
        column.add(self._foot(view), FOOT)
        return column

    def _foot(self, view: CounterView) -> Row:
        to, look = self.to, self.to.look
        row = Row(look, gap=18)
        if view.score:
            row.add(
                Button(look, to.does(OpenComment()), to.say("rating.comment"), "outline", "pencil-simple", size=26), 360
            )
            send = Button(look, to.does(Send()), to.say("rating.send"), "primary", size=32, shadow=_casts(look))
            row.add(send, share=1)
        else:
            row.add(Button(look, to.does(Decline()), to.say("rating.skip"), "plain", size=25, pad=12), share=0.82)
            if view.link:
                row.add(later_button(to), share=0.8)
            row.add(petition_button(to), share=1.2)
        return row


class ReasonsPage:
    """`reasons`: what was not good? Any number of reasons, a comment, or nothing."""

    def __init__(self, to: Drawing) -> None:
        self.to = to
        self.widget = Slot(to.look)
        self._time = TimeLeft(to, 0)

    def show(self, view: CounterView) -> None:
        """Draw what has changed."""
        key = (view.score, view.reasons, view.text[:60], view.seconds_left is None, view.link, view.by_keys)
        self.widget.show(key, lambda: self._build(view))
        self._time.tick(view.seconds_left)

    def _build(self, view: CounterView) -> Part:
        to, look = self.to, self.to.look
        column = Column(look, gap=14, pad=PAD)
        head = Row(look, gap=20)
        title = "reasons.title_keys" if view.by_keys else "reasons.title"
        head.add(heading(to, to.say(title), 34, lines=1), share=1)
        if view.seconds_left is not None:
            self._time = head.add(TimeLeft(to, view.seconds_left))
        column.add(head, 46)
        column.add(_faces(to, view.score, 104, 21), share=1)
        chips = Grid(look, 3, gap=14, cell=TOUCH_REASON)
        for place, key in enumerate(REASONS, 1):
            chips.add(self._reason(key, key in view.reasons, place if view.by_keys and place <= PAD_KEYS else 0))
        column.add(chips)
        column.add(self._more(view), 170)
        column.add(self._foot(view), FOOT)
        return column

    def _reason(self, key: str, is_chosen: bool, place: int) -> ChoiceChip:
        to = self.to
        label = f"{place}.  {to.say(f'reason.{key}')}" if place else to.say(f"reason.{key}")
        return ChoiceChip(to.look, to.does(PickReason(key=key)), label, is_chosen, TOUCH_REASON)

    def _more(self, view: CounterView) -> Row:
        """Return the ways to say more: here, to the leader, or by phone."""
        to, look, p = self.to, self.to.look, self.to.look.palette
        words = Row(look, gap=18, pad=(26, 4, 24, 4))
        words.add(Icon(look, "pencil-simple", 32, p.ink2), 34)
        written = view.text.replace("\n", " ")
        fitting = int((28 if view.link else 52) / look.large)
        shown = written[:fitting].rstrip() + "…" if len(written) > fitting else written or to.say("reasons.comment")
        comment_words = words.add(Text(look, shown, size=24, colour=p.ink if written else p.ink2, lines=1), share=1)
        comment_words.is_private = bool(written)
        words.add(Icon(look, "keyboard", 36, p.primary), 38)
        ways = Column(look, gap=14)
        comment = ways.add(TouchButton(look, to.does(OpenComment()), words, "plain", 22), TOUCH_REASON)
        comment.target = "choice"
        ways.add(petition_button(to), TOUCH_REASON)
        row = Row(look, gap=16)
        row.add(ways, share=1)
        if view.link:
            row.add(_phone_square(to, view), 330)
        return row

    def _foot(self, view: CounterView) -> Row:
        to, look = self.to, self.to.look
        row = Row(look, gap=18)
        row.add(Button(look, to.does(Decline()), to.say("reasons.skip"), "plain", size=28), 180)
        if view.link:
            row.add(later_button(to), 250)
        row.add(Button(look, to.does(Send()), to.say("rating.send"), "primary", size=32, shadow=_casts(look)), share=1)
        return row


def later_button(to: Drawing) -> Button:
    """Return the way to be asked again later: the same right to rate, taken along on the phone."""
    return Button(to.look, to.does(AskLater()), to.say("later.button"), "outline", "device-mobile", size=25, pad=10)


class TimeLeft(Row):
    """How long the screen stays, shown in the last seconds only.

    The seconds go by without drawing the page anew: a finger that is on a button must find it when it lifts.
    """

    def __init__(self, to: Drawing, seconds: int) -> None:
        super().__init__(to.look, gap=8)
        self._to = to
        p = to.look.palette
        self.add(Icon(to.look, "timer", 30, p.warn), 32)
        words = to.say("seconds", n=seconds)
        self._words = self.add(Text(to.look, words, size=24, weight="semibold", colour=p.warn, lines=1))

    def tick(self, seconds: int | None) -> None:
        """Show how many seconds are left now."""
        if seconds is not None:
            self._words.set(self._to.say("seconds", n=seconds))


def _faces(to: Drawing, chosen: int, face: float, text: float) -> Row:
    row = Row(to.look, gap=16)
    for score in range(1, 6):
        label = to.say(f"face.{score}")
        row.add(FaceButton(to.look, to.does(Rate(score=score)), score, label, chosen, face, text), share=1)
    return row


def _phone_square(to: Drawing, view: CounterView) -> Card:
    look, p = to.look, to.look.palette
    row = Row(look, gap=14, pad=(22, 10, 10, 10))
    row.add(Text(look, to.say("qr.short"), size=23, weight="bold", lines=4), share=1)
    row.add(QrPicture(look, view.link, pad=8, edge=p.line), 148)
    return Card(look, row, edge=p.line, radius=28)


def _casts(look: Look) -> bool:
    """Tell whether the main action casts its shadow: black has none."""
    return look.palette is not CONTRAST
