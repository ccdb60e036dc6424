"""Procedures of one group, the two questions for those who do not know, what else can be done, and home when closed."""

from kiosk.lobby.screens.frame import Drawing, strip
from kiosk.lobby.screens.page import BACK, ChoiceList, Page, foot, heading, line_edge, medallion, navigation, sides
from kiosk.lobby.view import CallHelp, Home, LobbyView
from kiosk.ui.tokens import MARGIN
from kiosk.ui.widgets.boxes import Column, Slot
from kiosk.ui.widgets.part import Part
from kiosk.ui.widgets.shapes import Card
from kiosk.ui.widgets.text import Text
from kiosk.ui.widgets.touch import Button


class ChoicesPage(Page):
    """`group`, `guide` and `more`: one question and a list of answers."""

    def __init__(self, to: Drawing, icon: str) -> None:
        super().__init__(to)
        self._icon = icon
        self._top = Slot(to.look)
        self._list = ChoiceList(to)
        self._ask = Slot(to.look)
        nav = navigation(to, back=BACK, home=Home())
        if to.is_wide:
            first = Column(to.look, gap=20)
            first.add(self._top, share=1)
            first.add(self._ask)
            first.add(nav, foot(to))
            self._column: Part = sides(to, first, self._list, 1.5)
        else:
            column = Column(to.look, gap=24, pad=(MARGIN, 32, MARGIN, 24))
            column.add(self._top)
            column.add(self._list, share=1)
            column.add(self._ask)
            column.add(nav, foot(to))
            self._column = column
        self.widget = self._column

    def show(self, view: LobbyView) -> None:
        """Draw what has changed."""
        is_new = self._top.show((view.question, view.lowered, view.step), lambda: self._question(view))
        is_new = self._ask.show(view.step, lambda: self._way_out() if view.step == "guide" else None) or is_new
        self._list.is_low = view.lowered and not self.to.is_wide
        self._list.fill(view.tiles, self._icon)
        if is_new:
            self._column.replace()

    def _way_out(self) -> Part:
        """Return the way for a need that no answer names: somebody comes."""
        to = self.to
        column = Column(to.look)
        words = to.say("guide.none")
        column.add(Button(to.look, to.does(CallHelp()), words, "quiet", icon="hand-waving", size=30), to.tall(104))
        return column

    def _question(self, view: LobbyView) -> Part:
        to = self.to
        column = Column(to.look, gap=8)
        if view.lowered and not to.is_wide:
            column.space(420)
        column.add(heading(to, view.question or to.say(f"{view.step}.question")))
        column.add(Text(to.look, to.say(f"{view.step}.hint"), size=30, colour=to.look.palette.ink2))
        if to.is_wide:
            column.space(share=1)
        return column


class ClosedPage(Page):
    """`closed`: home outside office hours: when it opens, and what can be looked up meanwhile."""

    def __init__(self, to: Drawing) -> None:
        super().__init__(to)
        self._opening = Slot(to.look)
        self._list = ChoiceList(to)
        second = Column(to.look, gap=20)
        second.add(Text(to.look, to.say("closed.meanwhile"), size=34, weight="bold"))
        second.add(self._list, share=1)
        if to.is_wide:
            self.widget = sides(to, self._opening, second, 1.1)
            return
        column = Column(to.look, gap=32, pad=(MARGIN, 36, MARGIN, 28))
        column.add(self._opening, share=1.2)
        column.add(second, 420)
        self.widget = column

    def show(self, view: LobbyView) -> None:
        """Draw what has changed."""
        key = (view.opens_day, view.opens_clock, view.hours, view.lowered)
        self._opening.show(key, lambda: self._build(view))
        self._list.fill(view.tiles, "book-open")

    def _build(self, view: LobbyView) -> Part:
        to, look, p = self.to, self.to.look, self.to.look.palette
        column = Column(look, gap=18, pad=(48, 32, 48, 32))
        column.space(share=1)
        side = 150 if to.is_wide else 220
        column.add(medallion(to, "moon-fill", side), side)
        column.add(Text(look, to.say("closed.title"), size=46, weight="extrabold", halign="center"))
        if view.opens_day:
            column.add(Text(look, to.say("closed.opens"), size=32, colour=p.ink2, halign="center"))
            column.add(Text(look, view.opens_day, size=44, weight="bold", colour=p.primary, halign="center"))
            size = (96 if to.is_wide else 150) / look.large
            column.add(Text(look, view.opens_clock, size=size, weight="number", colour=p.primary, halign="center"))
        column.space(share=1)
        if view.hours:
            words = to.say("closed.hours", hours=view.hours)
            column.add(Text(look, words, size=24 if to.is_wide else 30, colour=p.ink2, halign="center", lines=2))
        if not to.is_wide:
            column.add(strip(to, "info", to.say("closed.no_numbers"), "info"))
        return Card(look, column, edge=line_edge(to), radius=34)
