"""A code is asked for, by hand or by the scanner, and what the hub says to it."""

from kiosk.domain.dossiers import plain_code
from kiosk.lobby.screens.frame import Drawing, strip
from kiosk.lobby.screens.page import Page, foot, heading, line_edge, medallion, navigation, typed_field
from kiosk.lobby.sheets import EnquirySheet
from kiosk.lobby.view import Ask, Back, Code, GoOn, Home, LobbyView
from kiosk.ui.keyboard import Keyboard
from kiosk.ui.tokens import CONTRAST, MARGIN
from kiosk.ui.widgets.boxes import Column, Row, Slot
from kiosk.ui.widgets.part import Part
from kiosk.ui.widgets.shapes import Card
from kiosk.ui.widgets.text import Icon, Text
from kiosk.ui.widgets.touch import Button

KEYS, WIDE_KEYS = 430, 4 * 119 + 3 * 8 + 2 * 14
"""Height of the keys, u."""
LIMIT = 40
SHORTEST = 3
"""Letters and digits without which nothing is asked."""
SIGNS = {
    "received": "tray-fill",
    "processing": "hourglass-medium-fill",
    "supplement": "warning-fill",
    "ready": "check-circle-fill",
    "returned": "hand-deposit-fill",
}
"""Sign of a dossier's state."""
WAY = ("received", "processing", "ready")
"""The way of a dossier where nothing is missing."""


class EnquiryPage(Page):
    """`enquiry`: the field and the keys, or the answer."""

    is_tall = True

    def __init__(self, to: Drawing) -> None:
        super().__init__(to)
        self._keyboard = Keyboard(to.look, self._typed, to.texts, kind="code", limit=LIMIT)
        self._field = Slot(to.look)
        self._ask = Slot(to.look)
        self._contents = Slot(to.look)
        self._sent: list[str] = []
        self._example = "placeholder"
        self.widget = self._contents

    def show(self, view: LobbyView) -> None:
        """Draw what has changed; an echo of what was typed a moment ago undoes no later key."""
        sheet = view.enquiry
        if sheet is None:
            return
        if sheet.code in self._sent:
            del self._sent[: self._sent.index(sheet.code) + 1]
        elif not self._sent:
            self._keyboard.set_text(sheet.code)
        self._example = "booking_example" if sheet.purpose == "appointment" else "placeholder"
        self._show_field()
        is_asking = sheet.state == "ask"
        key = (sheet.purpose, sheet.can_go_on, view.lowered) if is_asking else (sheet, view.lowered)
        self._contents.show(key, lambda: self._question(sheet, view.lowered) if is_asking else self._answer(sheet))

    def _typed(self, text: str) -> None:
        self._sent.append(text)
        self._show_field()
        self.to.emit(Code(text=text))

    def _show_field(self) -> None:
        text = self._keyboard.text
        self._field.show((text, self._example), lambda: _field(self.to, text, self._example))
        self._ask.show(len(plain_code(text)) >= SHORTEST, lambda: self._make_ask(text))

    def _make_ask(self, text: str) -> Part:
        to = self.to
        button = Button(to.look, to.does(Ask()), to.say("enquiry.ask"), "primary", icon="magnifying-glass", size=34)
        button.enable(len(plain_code(text)) >= SHORTEST)
        return button

    def _question(self, sheet: EnquirySheet, is_lowered: bool) -> Part:
        to, look = self.to, self.to.look
        for part in (self._field, self._ask, self._keyboard):
            if part.parent is not None:
                part.parent.remove_widget(part)
        go_on = None
        if sheet.can_go_on:
            go_on = Button(look, to.does(GoOn()), to.say("enquiry.without"), "plain", icon="ticket", size=28)
        nav = navigation(to, back=Back(), home=Home(), main=go_on)
        title = heading(to, to.say(f"enquiry.{sheet.purpose}"))
        whole = Column(look)
        if to.is_wide:
            top = Column(look, gap=10, pad=(MARGIN, 10, MARGIN, 10))
            row = Row(look, gap=16)
            row.add(nav, share=1)
            row.add(self._ask, 330)
            second = Row(look, gap=24)
            second.add(title, share=1)
            second.add(self._field, share=1.3)
            top.add(row, 120)
            top.add(second, share=1)
            whole.add(top, share=1)
            whole.add(self._keyboard, WIDE_KEYS)
            return whole
        column = Column(look, gap=20, pad=(MARGIN, 28, MARGIN, 24))
        if is_lowered:
            column.space(390)
        column.add(title)
        how = "booking_hint" if sheet.purpose == "appointment" else "hint"
        column.add(Text(look, to.say(f"enquiry.{how}"), size=30, colour=look.palette.ink2))
        column.add(self._field, 110)
        column.add(self._ask, 112)
        if not is_lowered:
            column.space(share=0.4)
            column.add(medallion(to, "receipt-fill", 200), 200)
        column.space(share=1)
        column.add(nav, foot(to))
        whole.add(column, share=1)
        whole.add(self._keyboard, KEYS)
        return whole

    def _answer(self, sheet: EnquirySheet) -> Part:
        to, look, p = self.to, self.to.look, self.to.look.palette
        card = Column(look, gap=14, pad=(48, 24, 48, 24))
        card.space(share=1)
        side = 150 if to.is_wide else 220
        icon = "hourglass-fill" if sheet.state == "asking" else "question-fill"
        if sheet.state == "found":
            icon = SIGNS.get(sheet.status, "calendar-fill")
        elif sheet.error == "away":
            icon = "cloud-slash-fill"
        card.add(medallion(to, icon, side), side)
        more = 0 if to.is_wide else 6
        card.add(Text(look, self._told(sheet), size=46 + more, weight="extrabold", halign="center"))
        if sheet.title:
            card.add(Text(look, sheet.title, size=34 + more, weight="semibold", colour=p.primary, halign="center"))
        if sheet.status in WAY and not to.is_wide:
            card.space(16)
            card.add(self._way(sheet.status))
            card.space(16)
        if sheet.moment:
            key = "enquiry.due" if sheet.purpose != "appointment" else "enquiry.at"
            card.add(Text(look, to.say(key, moment=sheet.moment), size=32 + more, weight="bold", halign="center"))
        if sheet.note:
            note = to.say("enquiry.note", note=sheet.note)
            card.add(Text(look, note, size=30 + more, weight="semibold", colour=p.warn, halign="center"))
        card.add(Text(look, self._advice(sheet), size=30 + more * 0.67, colour=p.ink2, halign="center"))
        code = Text(look, sheet.code, size=28, weight="number", colour=p.ink2, halign="center", lines=1)
        code.is_private = True
        card.add(code)
        card.space(share=1)
        column = Column(look, gap=20, pad=(MARGIN, 20 if to.is_wide else 28, MARGIN, 20 if to.is_wide else 24))
        column.add(Card(look, card, edge=line_edge(to), radius=34), share=1)
        if sheet.state == "asking":
            column.add(strip(to, "hourglass", to.say("enquiry.patience"), "info"), foot(to))
            return column
        if not to.is_wide and sheet.can_go_on:
            column.add(self._go_on(sheet), 132)
        again = Button(look, to.does(Back()), to.say("enquiry.again"), "plain", icon="pencil-simple", size=30)
        row = Row(look, gap=20)
        row.add(Button(look, to.does(Home()), to.say("end"), "plain", icon="house", size=30), share=0.7)
        row.add(again, share=1)
        if to.is_wide and sheet.can_go_on:
            row.add(self._go_on(sheet), share=1.2)
        column.add(row, foot(to))
        return column

    def _go_on(self, sheet: EnquirySheet) -> Button:
        to = self.to
        key = "take" if sheet.status != "supplement" else "take_supplement"
        if sheet.state == "refused":
            key = "take_ordinary"
        return Button(to.look, to.does(GoOn()), to.say(f"enquiry.{key}"), "primary", icon="ticket-fill", size=38)

    def _way(self, status: str) -> Part:
        """Return how far a dossier has come: what is done, where it is, what is to come."""
        to, look, p = self.to, self.to.look, self.to.look.palette
        here = WAY.index(status)
        row = Row(look, gap=12)
        for number, step in enumerate(WAY):
            is_past, is_here = number < here or status == WAY[-1], number == here
            icon = "check-circle-fill" if is_past else "caret-right" if is_here else "circle"
            ink = p.ok if is_past else p.primary if is_here else p.ink2
            column = Column(look, gap=6, pad=(8, 18, 8, 18))
            column.add(Icon(look, icon, 52, ink))
            words = to.say(f"enquiry.way.{step}")
            weight = "bold" if is_here else "medium"
            column.add(
                Text(look, words, size=28 / look.large**0.5, weight=weight, colour=ink, halign="center", lines=2)
            )
            fill = p.ok_tint if is_past else p.tint if is_here else p.surface
            edge = ink if is_here or p is CONTRAST else None
            row.add(Card(look, column, fill=fill, edge=edge, radius=22), share=1)
        return row

    def _told(self, sheet: EnquirySheet) -> str:
        to = self.to
        if sheet.state == "asking":
            return to.say("enquiry.asking")
        if sheet.state == "found":
            return to.say(f"enquiry.status.{sheet.status}" if sheet.status else "enquiry.booked")
        return to.say(f"enquiry.error.{sheet.error}")

    def _advice(self, sheet: EnquirySheet) -> str:
        to = self.to
        if sheet.state == "asking":
            return ""
        if sheet.state == "found":
            return to.say(f"enquiry.advice.{sheet.status or 'booked'}")
        return to.say(f"enquiry.advice.{sheet.error}")


def _field(to: Drawing, code: str, example: str) -> Part:
    return typed_field(to, "receipt", code, to.say(f"enquiry.{example}"), 38, "number", 30)
