"""The door for staff, and their menu."""

from kiosk.lobby.screens.frame import Drawing, strip
from kiosk.lobby.screens.page import Page, foot, heading, line_edge, medallion, navigation, sides
from kiosk.lobby.sheets import StaffSheet
from kiosk.lobby.view import Digit, Do, Home, LobbyView, Step
from kiosk.ui.widgets.boxes import Column, Grid, Row, Slot
from kiosk.ui.widgets.part import Part
from kiosk.ui.widgets.shapes import Card, Dot
from kiosk.ui.widgets.text import Icon, Text
from kiosk.ui.widgets.touch import Button, IconButton

PIN_DIGITS = 6
ACTIONS = (
    ("paper", "receipt"),
    ("test", "printer"),
    ("reprint", "arrow-counter-clockwise"),
    ("language", "translate"),
    ("pin", "key"),
    ("restart", "gear"),
)
"""What the menu offers, with its icon."""


class StaffPage(Page):
    """`staff`: PIN and menu."""

    def __init__(self, to: Drawing) -> None:
        super().__init__(to)
        self._slot = Slot(to.look)
        self.widget = self._slot

    def show(self, view: LobbyView) -> None:
        """Draw what has changed."""
        sheet = view.staff
        if sheet is not None:
            self._slot.show(sheet, lambda: self._menu(sheet) if sheet.stage == "menu" else self._door(sheet))

    def _door(self, sheet: StaffSheet) -> Part:
        to, look, p = self.to, self.to.look, self.to.look.palette
        first = Column(look, gap=20)
        first.space(share=1)
        side = 130 if to.is_wide else 180
        first.add(medallion(to, "lock-fill", side), side)
        first.add(Text(look, to.say(f"staff.{sheet.stage}"), size=40, weight="extrabold", halign="center"))
        if sheet.stage == "locked":
            first.add(Text(look, to.say("staff.wait", n=max(1, -(-sheet.seconds // 60))), size=32, halign="center"))
        elif sheet.error:
            first.add(Text(look, to.say(f"staff.error.{sheet.error}"), size=30, colour=p.bad, halign="center"))
        takes_digits = sheet.stage in ("pin", "new", "again")
        if takes_digits:
            dots = Row(look, gap=20)
            dots.space(share=1)
            for place in range(PIN_DIGITS):
                dots.add(Dot(look, p.primary if place < sheet.typed else p.line, 34), 44)
            dots.space(share=1)
            first.add(dots, 60)
        first.space(share=1)
        second = Column(look, gap=20)
        if takes_digits:
            second.add(self._pad(), share=1 if to.is_wide else 0)
        elif to.is_wide:
            second.space(share=1)
        second.add(navigation(to, home=Home()), foot(to))
        return sides(to, first, second)

    def _pad(self) -> Part:
        to, look = self.to, self.to.look
        grid = Grid(look, 3, gap=14, cell=None if to.is_wide else 128)
        for digit in "123456789":
            grid.add(Button(look, to.does(Digit(digit=digit)), digit, size=46, repeat=True))
        grid.add(Column(look))
        grid.add(Button(look, to.does(Digit(digit="0")), "0", size=46, repeat=True))
        back = IconButton(look, to.does(Digit(digit="")), "backspace", kind="plain", size=44, repeat=True)
        grid.add(back)
        return grid

    def _menu(self, sheet: StaffSheet) -> Part:
        to, look, p = self.to, self.to.look, self.to.look.palette
        first = Column(look, gap=18)
        first.add(heading(to, to.say("staff.menu")))
        facts = Column(look, gap=6, pad=(32, 16, 32, 16))
        for name, value in sheet.facts:
            row = Row(look, gap=16)
            row.add(Text(look, to.say(f"staff.fact.{name}"), size=29, colour=p.ink2, lines=1), share=1)
            key = f"lobby.staff.value.{value}"
            shown = to.texts.get(key) if to.texts.has(key) else value
            bad = value in ("offline", "broken", "faulty", "absent")
            row.add(
                Text(look, shown, size=29, weight="bold", colour=p.bad if bad else p.ink, halign="right", lines=1),
                share=1,
            )
            facts.add(row, 50)
        first.add(Card(look, facts, edge=line_edge(to)))
        if sheet.done:
            kind = "bad" if sheet.done == "print_failed" else "ok"
            first.add(
                strip(to, "check-circle" if kind == "ok" else "warning", to.say(f"staff.done.{sheet.done}"), kind)
            )
        first.space(share=1)
        second = Column(look, gap=16)
        grid = Grid(look, 2, gap=14, cell=to.tall(120))
        for what, icon in ACTIONS:
            text = to.say(f"staff.do.{what}", language=self._language(sheet.language))
            button = Button(look, to.does(Do(what=what)), text, "plain", icon=icon, size=28, pad=18)
            button.enable(what != "reprint" or sheet.can_reprint)
            grid.add(button)
        second.add(grid)
        second.add(self._volume(sheet.volume), to.tall(120))
        second.space(share=1 if to.is_wide else 0.001)
        second.add(navigation(to, home=Home()), foot(to))
        return sides(to, first, second, 1.2)

    def _language(self, language: str) -> str:
        """Return a language's name; a pack that brings none is called by its code."""
        key = f"lobby.staff.language.{language}"
        return self.to.texts.get(key) if self.to.texts.has(key) else language

    def _volume(self, volume: int) -> Part:
        to, look, p = self.to, self.to.look, self.to.look.palette
        row = Row(look, gap=16)
        for by, icon in ((-1, "minus"), (1, "plus")):
            if by == 1:
                words = Row(look, gap=14)
                words.space(share=1)
                words.add(Icon(look, "speaker-high-fill", 44, p.primary), 48)
                for place in range(4):
                    words.add(Dot(look, p.primary if place <= volume else p.line, 26), 32)
                words.space(share=1)
                row.add(words, share=1)
            button = IconButton(look, to.does(Step(what="volume", by=by)), icon, kind="plain", size=44, repeat=True)
            button.spoken = to.say("staff.louder" if by > 0 else "staff.quieter")
            row.add(button, 150)
        return row
