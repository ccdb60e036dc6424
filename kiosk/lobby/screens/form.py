"""A form that is filled before the turn comes: its fields, one field at a time, and the code for the officer."""

from kiosk.lobby.screens.frame import Drawing, strip
from kiosk.lobby.screens.page import Page, foot, heading, line_edge, medallion, navigation, turner
from kiosk.lobby.sheets import FieldLine, FormSheet
from kiosk.lobby.view import Answer, Back, HandOver, Home, LobbyView, OpenField
from kiosk.ui.keyboard import Keyboard
from kiosk.ui.tokens import MARGIN, RADIUS_TILE
from kiosk.ui.widgets.boxes import Column, Grid, Row, Slot
from kiosk.ui.widgets.part import Part
from kiosk.ui.widgets.shapes import Card
from kiosk.ui.widgets.text import Icon, Text
from kiosk.ui.widgets.touch import Button, TouchButton
from kiosk.ui.writing import WritingField

KINDS = {"phone": "number", "date": "number"}
"""Keyboard of a field's kind; words have the language's own."""
LIMIT = 120


class FormPage(Page):
    """`form`: the list of fields, a field that is being answered, or the one-time code."""

    is_tall = True

    def __init__(self, to: Drawing) -> None:
        super().__init__(to)
        self._contents = Slot(to.look)
        self._page = 0
        self._is_lowered = False
        self._sheet: FormSheet | None = None
        self._keyboard: Keyboard | None = None
        self._field: WritingField | None = None
        self._sent: list[str] = []
        self.widget = self._contents

    def show(self, view: LobbyView) -> None:
        """Draw what has changed; while a field is typed in, only its text changes."""
        sheet = view.form
        if sheet is None:
            return
        self._sheet, self._is_lowered = sheet, view.lowered
        if sheet.open and sheet.kind != "choice":
            self._contents.show((sheet.open, view.lowered), lambda: self._typing(sheet, view.lowered))
            self._follow(sheet.text)
        elif sheet.open:
            self._contents.show(sheet, lambda: self._choosing(sheet))
        elif sheet.code:
            self._contents.show((sheet, view.can_take), lambda: self._handed(sheet, view.can_take))
        else:
            self._contents.show((sheet, self._page, view.lowered), lambda: self._list(sheet, view.lowered))

    def _follow(self, text: str) -> None:
        if text in self._sent:
            del self._sent[: self._sent.index(text) + 1]
        elif not self._sent and self._keyboard is not None:
            self._keyboard.set_text(text)
            self._show_text()

    # the list ---------------------------------------------------------------------------------------------------

    def _list(self, sheet: FormSheet, is_lowered: bool) -> Part:
        to, look = self.to, self.to.look
        card = [line for line in sheet.fields if line.from_card]
        asked = [line for line in sheet.fields if not line.from_card]
        is_tight = sheet.state == "away" or look.large > 1
        rows = 2 + (not is_tight) if to.is_wide else 3 if is_lowered else 8 - is_tight
        most = rows * 2 if to.is_wide else rows
        pages = max(1, -(-len(asked) // most))
        seen = max(1, -(-len(asked) // pages))
        self._page = min(self._page, pages - 1)
        column = Column(look, gap=14 if to.is_wide else 18, pad=(MARGIN, 20 if to.is_wide else 28, MARGIN, 20))
        if is_lowered and not to.is_wide:
            column.space(370)
        column.add(heading(to, to.say("form.question", title=sheet.title)))
        if sheet.state == "away":
            column.add(strip(to, "cloud-slash", to.say("form.away"), "warn"))
        elif card and not to.is_wide:
            known = ", ".join(line.label for line in card)
            column.add(strip(to, "identification-card", to.say("form.from_card", fields=known), "ok"))
        else:
            column.add(Text(look, to.say("form.hint"), size=28, colour=look.palette.ink2))
        # few fields take the room of many
        cell = to.tall(116) if to.is_wide or is_lowered else min(148, 940 / seen)
        grid = Grid(look, 2 if to.is_wide else 1, gap=12 if to.is_wide else 16, cell=cell)
        for line in asked[self._page * seen : (self._page + 1) * seen]:
            grid.add(self._row(line))
        column.add(grid)
        if pages > 1:
            column.add(turner(to, self._page, pages, self._turn), to.tall(100))
        column.space(share=1)
        sending = sheet.state == "sending"
        words = to.say("form.sending" if sending else "form.hand_over")
        main = Button(look, to.does(HandOver()), words, "primary", icon="paper-plane-tilt-fill", size=34)
        main.enable(not sending and any(line.text for line in sheet.fields))
        column.add(navigation(to, back=Back(), main=main), to.tall(124))
        return column

    def _turn(self, by: int) -> None:
        self._page = max(0, self._page + by)
        sheet, is_lowered = self._sheet, self._is_lowered
        if sheet is not None:
            self._contents.show((sheet, self._page, is_lowered), lambda: self._list(sheet, is_lowered))

    def _row(self, line: FieldLine) -> TouchButton:
        to, look, p = self.to, self.to.look, self.to.look.palette
        words = Column(look, gap=2)
        words.space(share=1)
        label = line.label if not line.is_wrong else to.say(f"form.wrong.{line.kind}", field=line.label)
        words.add(Text(look, label, size=26, colour=p.warn if line.is_wrong else p.ink2, lines=1))
        shown = Text(
            look, line.text or to.say("form.empty"), size=32, weight="semibold" if line.text else "medium", lines=1
        )
        shown.tint(p.ink if line.text else p.ink2)
        shown.is_private = True
        words.add(shown)
        words.space(share=1)
        row = Row(look, gap=20, pad=(28, 8, 24, 8))
        row.add(words, share=1)
        if line.is_wrong:
            row.add(Icon(look, "warning-fill", 40, p.warn), 44)
        row.add(
            Icon(look, "check-circle-fill" if line.text and not line.is_wrong else "pencil-simple", 40, p.primary), 44
        )
        return TouchButton(look, to.does(OpenField(key=line.key)), row, "plain", RADIUS_TILE)

    # one field --------------------------------------------------------------------------------------------------

    def _choosing(self, sheet: FormSheet) -> Part:
        to, look = self.to, self.to.look
        column = Column(look, gap=20, pad=(MARGIN, 24, MARGIN, 24))
        column.space(share=1)
        column.add(heading(to, sheet.label))
        grid = Grid(look, 2 if to.is_wide or len(sheet.choices) == 2 else 1, gap=20, cell=to.tall(164))
        for tile in sheet.choices:
            grid.add(Button(look, to.does(Answer(text=tile.key)), tile.title, "outline", size=42, radius=28))
        column.add(grid)
        column.space(share=1)
        column.add(navigation(to, back=OpenField(key="")), foot(to))
        return column

    def _typing(self, sheet: FormSheet, is_lowered: bool) -> Part:
        to, look = self.to, self.to.look
        kind = KINDS.get(sheet.kind, to.spelling)
        self._keyboard = Keyboard(look, self._typed, to.texts, kind=kind, done=to.does(OpenField(key="")), limit=LIMIT)
        self._field = WritingField(look, to.say("form.type"), 34, self._move)
        self._keyboard.set_text(sheet.text)
        self._sent = []
        self._show_text()
        title = heading(to, sheet.label)
        how = to.say(f"form.how.{sheet.kind}") if sheet.kind in KINDS else to.say("form.done")
        whole = Column(look)
        if to.is_wide:
            words = Column(look, gap=8)
            words.space(share=1)
            words.add(title)
            if sheet.kind in KINDS:  # keys of digits leave room for it
                words.add(Text(look, how, size=25 / look.large**0.5, colour=look.palette.ink2, lines=2))
            words.space(share=1)
            top = Row(look, gap=20, pad=(MARGIN, 12, MARGIN, 12))
            top.add(words, share=0.8)
            top.add(self._field, share=1)
            whole.add(top, share=1)
            whole.add(self._keyboard, 5 * 119 + 4 * 8 + 28 if kind == "vi" else 4 * 119 + 3 * 8 + 28)
            return whole
        column = Column(look, gap=20, pad=(MARGIN, 28, MARGIN, 20))
        if is_lowered:
            column.space(440)
        column.add(title)
        column.add(self._field, 150)
        column.add(Text(look, how, size=32, colour=look.palette.ink2))
        column.space(share=1)
        column.add(navigation(to, back=OpenField(key=""), home=Home()), 104)
        whole.add(column, share=1)
        whole.add(self._keyboard, 500 if kind == "vi" else 430)
        return whole

    def _typed(self, text: str) -> None:
        self._sent.append(text)
        self._show_text()
        self.to.emit(Answer(text=text))

    def _move(self, caret: int) -> None:
        if self._keyboard is not None:
            self._keyboard.move_to(caret)

    def _show_text(self) -> None:
        if self._field is not None and self._keyboard is not None:
            self._field.show(self._keyboard.text, self._keyboard.word_length)

    # handed over ------------------------------------------------------------------------------------------------

    def _handed(self, sheet: FormSheet, can_take: bool) -> Part:
        to, look, p = self.to, self.to.look, self.to.look.palette
        card = Column(look, gap=16, pad=(40, 24, 40, 24))
        card.space(share=1)
        if not to.is_wide:
            card.add(medallion(to, "check-circle-fill", 200), 200)
        card.add(Text(look, to.say("form.handed"), size=44, weight="extrabold", halign="center"))
        code = f"{sheet.code[:4]} {sheet.code[4:]}"
        card.add(Text(look, code, size=110 / look.large, weight="number", colour=p.primary, halign="center", lines=1))
        words = to.say("form.code" if can_take else "form.code_only")
        card.add(Text(look, words, size=32, colour=p.ink2, halign="center"))
        card.space(share=1)
        column = Column(look, gap=20, pad=(MARGIN, 28, MARGIN, 24))
        column.add(Card(look, card, edge=line_edge(to), radius=34), share=1)
        if can_take:
            on = Button(look, to.does(Back()), to.say("form.go_on"), "primary", icon="ticket-fill", size=36)
        else:
            on = Button(look, to.does(Back()), to.say("back"), "primary", icon="arrow-left", size=36)
        column.add(navigation(to, main=on, home=Home()), to.tall(124))
        return column
