"""Procedures of one group, and the two questions for those who do not know what they need."""

from kiosk.lobby.screens.frame import Drawing
from kiosk.lobby.screens.page import BACK, ChoiceList, Page, heading, navigation
from kiosk.lobby.view import Home, LobbyView
from kiosk.ui.tokens import MARGIN
from kiosk.ui.widgets.boxes import Column, Slot
from kiosk.ui.widgets.part import Part
from kiosk.ui.widgets.text import Text


class ChoicesPage(Page):
    """`group` and `guide`: one question and a list of answers."""

    def __init__(self, to: Drawing, icon: str) -> None:
        super().__init__(to)
        self._icon = icon
        self._top = Slot(to.look)
        self._list = ChoiceList(to)
        self._column = Column(to.look, gap=24, pad=(MARGIN, 32, MARGIN, 24))
        self._column.add(self._top)
        self._column.add(self._list, share=1)
        self._column.add(navigation(to, back=BACK, home=Home()), 112)
        self.widget = self._column

    def show(self, view: LobbyView) -> None:
        """Draw what has changed."""
        is_new = self._top.show((view.question, view.lowered, view.step), lambda: self._question(view))
        self._list.is_low = view.lowered
        self._list.fill(view.tiles, self._icon)
        if is_new:
            self._column.replace()

    def _question(self, view: LobbyView) -> Part:
        to = self.to
        column = Column(to.look, gap=8)
        if view.lowered:
            column.space(420)
        column.add(heading(to, view.question or to.say("group.question")))
        hint = to.say("guide.hint") if view.step == "guide" else to.say("group.hint")
        column.add(Text(to.look, hint, size=30, colour=to.look.palette.ink2))
        return column
