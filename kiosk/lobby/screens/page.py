"""What the lobby's pages share: how they are shown, their heading, their list of choices, their foot."""

from collections.abc import Sequence
from typing import Protocol

from kivy.uix.widget import Widget

from kiosk.lobby.screens.frame import Drawing
from kiosk.lobby.view import Back, Choose, LobbyIntent, LobbyView, Tile
from kiosk.ui.tokens import RADIUS_TILE
from kiosk.ui.widgets.boxes import Column, Row, Slot
from kiosk.ui.widgets.part import Part
from kiosk.ui.widgets.shapes import Card
from kiosk.ui.widgets.text import Icon, Text, icon_codes
from kiosk.ui.widgets.touch import Button, TouchButton


class Page:
    """One screen: its widget is built once and kept, `show` draws what a view changed."""

    widget: Part

    def __init__(self, to: Drawing) -> None:
        self.to = to

    def show(self, view: LobbyView) -> None:
        """Draw what has changed."""
        raise NotImplementedError


class TypeInto(Protocol):
    """A touch keyboard."""

    def set_text(self, text: str) -> None:
        """Take over a text that was changed elsewhere."""


def heading(to: Drawing, text: str) -> Text:
    """Return the one question of a page."""
    return Text(to.look, text, size=to.look.type.question, weight="extrabold", lines=3)


def navigation(
    to: Drawing, back: LobbyIntent | None = None, main: Widget | None = None, home: LobbyIntent | None = None
) -> Row:
    """Return the foot of a page: the way back (or out) on the left, the main action on the right."""
    look = to.look
    row = Row(look, gap=20)
    if home is not None:
        row.add(
            Button(look, to.does(home), to.say("end"), "plain", icon="house", size=30),
            share=0 if main else 1,
            size=None if not main else 330,
        )
    if back is not None:
        row.add(
            Button(look, to.does(back), to.say("back"), "plain", icon="arrow-left", size=30),
            share=0 if main else 1,
            size=None if not main else 330,
        )
    if main is not None:
        row.add(main, share=1)
    return row


def choice(to: Drawing, tile: Tile, icon: str = "") -> TouchButton:
    """Return one line of a list of choices."""
    look, p = to.look, to.look.palette
    row = Row(look, gap=24, pad=(28, 12, 24, 12))
    name = tile.icon or icon
    if name:
        filled = f"{name}-fill" if f"{name}-fill" in icon_codes() else name
        holder = Column(look)
        holder.space(share=1)
        holder.add(Card(look, Icon(look, filled, 40, p.primary), fill=p.tint, radius=20), 72)
        holder.space(share=1)
        row.add(holder, 72)
    words = Column(look, gap=2)
    words.space(share=1)
    words.add(Text(look, tile.title, size=32, weight="semibold", lines=2))
    if tile.hint:
        words.add(Text(look, tile.hint, size=25, colour=p.ink2, lines=2))
    words.space(share=1)
    row.add(words, share=1)
    row.add(Icon(look, "caret-right", 36, p.primary), 40)
    return TouchButton(look, to.does(Choose(key=tile.key)), row, "plain", RADIUS_TILE)


class ChoiceList(Slot):
    """A list of choices, page by page: nothing scrolls, so that nobody has to know that it could."""

    def __init__(self, to: Drawing, row: float = 116, gap: float = 16) -> None:
        super().__init__(to.look)
        self.to = to
        self._row, self._between = to.look.px(row * (1 + (to.look.large - 1) * 0.7)), to.look.px(gap)
        self._gap = gap
        self._tiles: Sequence[Tile] = ()
        self._icon = ""
        self._first = 0
        self.is_low = False
        """True lets the list stand at the foot of its box."""

    def fill(self, tiles: Sequence[Tile], icon: str = "") -> None:
        """Show these choices, from the first one on."""
        if tiles != self._tiles or icon != self._icon:
            self._tiles, self._icon, self._first = tiles, icon, 0
            self.replace()

    def arrange(self) -> None:
        """Build as many rows as the box holds."""
        fitting = max(1, int((self.height + self._between) // (self._row + self._between)))
        is_paged = len(self._tiles) > fitting
        page = max(1, fitting - 1) if is_paged else fitting
        key = (tuple(self._tiles), self._icon, self._first, page, self.is_low)
        if key != self._key:
            self._key = key
            self.clear_widgets()
            self.add_widget(self._column(page, is_paged))
        super().arrange()

    def _column(self, page: int, is_paged: bool) -> Part:
        look = self.to.look
        column = Column(look, gap=self._gap)
        if self.is_low:
            column.space(share=1)
        row = self._row / look.u
        for tile in self._tiles[self._first : self._first + page]:
            column.add(choice(self.to, tile, self._icon), row)
        if is_paged:
            turn = Row(look, gap=20)
            before = Button(
                look, lambda: self._turn(-page), self.to.say("page.before"), "quiet", icon="arrow-up", size=30
            )
            after = Button(
                look, lambda: self._turn(page), self.to.say("page.after"), "quiet", icon="arrow-down", size=30
            )
            before.enable(self._first > 0)
            after.enable(self._first + page < len(self._tiles))
            turn.add(before, share=1)
            turn.add(after, share=1)
            column.add(turn, min(row, 104))
        if not self.is_low:
            column.space(share=1)
        return column

    def _turn(self, step: int) -> None:
        self._first = max(0, min(self._first + step, len(self._tiles) - 1))
        self.replace()


BACK = Back()
