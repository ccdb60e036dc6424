"""What the lobby's pages share: how they are shown, their heading, their list of choices, their foot."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence

from kivy.uix.widget import Widget

from kiosk.lobby.screens.frame import Drawing
from kiosk.lobby.sheets import Tile
from kiosk.lobby.view import Back, Choose, LobbyIntent, LobbyView
from kiosk.ui.tokens import CONTRAST, MARGIN, RADIUS_FIELD, RADIUS_TILE
from kiosk.ui.widgets.boxes import Column, Row, Slot
from kiosk.ui.widgets.part import Part
from kiosk.ui.widgets.shapes import Block, Card, Plate
from kiosk.ui.widgets.text import Icon, Text, icon_codes
from kiosk.ui.widgets.touch import Button, TouchButton

BACK = Back()
ROW_TITLE, GROWN_TITLE, GROWN_ROW = 32, 38, 164
"""Title of a row in a list, that of a row with room to spare, and how high such a row becomes, u."""


class Page(ABC):
    """One screen: its widget is built once and kept, `show` draws what a view changed."""

    widget: Part
    is_tall = False
    """True where a panel that lies has no room for the identity bar: there is a keyboard."""

    def __init__(self, to: Drawing) -> None:
        self.to = to

    @abstractmethod
    def show(self, view: LobbyView) -> None:
        """Draw what has changed."""


def heading(to: Drawing, text: str) -> Text:
    """Return the one question of a page; a very long one is set smaller."""
    size = (
        to.look.type.question
        * (0.86 if to.is_wide else 1.0)
        * (1.0 if len(text) < 90 else 0.8 if len(text) < 160 else 0.62)
    )
    return Text(to.look, text, size=size, weight="extrabold", lines=3 if len(text) < 160 else 0)


def shortened(title: str, letters: int = 70) -> str:
    """Return a title where it stands among others: a very long one ends after a whole word in "…"."""
    return title if len(title) <= letters else title[:letters].rsplit(" ", 1)[0] + "…"


def line_edge(to: Drawing) -> str:
    """Return the colour of a quiet edge: none is quiet in high contrast."""
    return to.look.palette.edge if to.look.palette is CONTRAST else to.look.palette.line


def medallion(to: Drawing, icon: str, size: float) -> Part:
    """Return a large sign in a circle, in the middle."""
    look, p = to.look, to.look.palette
    row = Row(look)
    row.space(share=1)
    row.add(Card(look, Icon(look, icon, size * 0.5, p.primary), fill=p.tint, radius=size / 2), size)
    row.space(share=1)
    return row


def sides(to: Drawing, first: Part, second: Part, share: float = 1.0, *, low: bool = True) -> Part:
    """Return two parts under each other, or side by side on a panel that lies.

    Args:
        share: of the width, for the second part; the first one has 1.
        low: in a column the second part has its natural height; False shares what there is.
    """
    look = to.look
    if to.is_wide:
        row = Row(look, gap=28, pad=(MARGIN, 20, MARGIN, 20))
        row.add(first, share=1)
        row.add(second, share=share)
        return row
    column = Column(look, gap=24, pad=(MARGIN, 28, MARGIN, 24))
    column.add(first, share=1)
    column.add(second, share=0 if low else share)
    return column


def navigation(
    to: Drawing, back: LobbyIntent | None = None, main: Widget | None = None, home: LobbyIntent | None = None
) -> Row:
    """Return the foot of a page: the way back and out on the left, the main action on the right."""
    look = to.look
    row = Row(look, gap=20)
    for intent, key, icon in ((back, "back", "arrow-left"), (home, "end", "house")):
        if intent is not None:
            small = to.is_wide
            button = Button(look, to.does(intent), to.say(key), "plain", icon=icon, size=28 if small else 30,
                            pad=12 if small else 24)  # fmt: skip
            row.add(button, size=(260 if small else 330) if main else None, share=0 if main else 1)
    if main is not None:
        row.add(main, share=1)
    return row


def foot(to: Drawing) -> float:
    """Return the height of a page's foot, u."""
    return to.tall(112)


def typed_field(to: Drawing, icon: str, typed: str, hint: str, size: float, weight: str, hint_size: float) -> Part:
    """Return the field above a keyboard: what was typed, with the caret behind it, or what may be typed."""
    look, p = to.look, to.look.palette
    row = Row(look, gap=20, pad=(32, 8, 32, 8))
    row.add(Icon(look, icon, 44, p.primary), 48)
    if typed:
        words = Row(look, gap=4)
        words.add(Text(look, typed, size=size, weight=weight, lines=1))
        caret = Column(look)
        caret.space(share=1)
        caret.add(Block(look, p.primary), 44)
        caret.space(share=1)
        words.add(caret, 4)
        row.add(words, share=1)
    else:
        row.add(Text(look, hint, size=hint_size, colour=p.ink2, lines=1), share=1)
    return Card(look, row, edge=p.primary, radius=RADIUS_FIELD, line=3.5)


def choice(to: Drawing, tile: Tile, icon: str = "", size: float = ROW_TITLE) -> TouchButton:
    """Return one line of a list of choices; `size` of its title, u: with it grow the sign and the space around."""
    look, p = to.look, to.look.palette
    row = Row(look, gap=24, pad=(28, 12, 24, 12))
    name = tile.icon or icon
    if name:
        filled = f"{name}-fill" if f"{name}-fill" in icon_codes() else name
        side = 72 if size <= ROW_TITLE else 92
        row.add(Plate(look, Icon(look, filled, side * 0.56, p.primary), side, p.tint, radius=20), side)
    words = Column(look, gap=2)
    words.space(share=1)
    is_long = len(tile.title) > 90
    lines = 0 if is_long or size < 32 else 2
    words.add(Text(look, tile.title, size=26 if is_long else size, weight="semibold", lines=lines))
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
        self._row, self._gap = to.tall(row), gap
        self._tiles: Sequence[Tile] = ()
        self._icon = ""
        self._page = 0
        self.is_low = False
        """True lets the list stand at the foot of its box."""

    def fill(self, tiles: Sequence[Tile], icon: str = "") -> None:
        """Show these choices, from the first one on."""
        if tiles != self._tiles or icon != self._icon:
            self._tiles, self._icon, self._page = tiles, icon, 0
            self.replace()

    def arrange(self) -> None:
        """Build the present page: as many rows as the box holds."""
        key = (tuple(self._tiles), self._icon, self._page, self.width, self.height, self.is_low)
        if key != self._key:
            self._key = key
            self.clear_widgets()
            self.add_widget(self._column())
        super().arrange()

    def _column(self) -> Part:
        look = self.to.look
        rows = [choice(self.to, tile, self._icon) for tile in self._tiles]
        heights = [max(look.px(self._row), row.natural_height(self.width)) for row in rows]
        turning = self.to.tall(min(self._row, 104))
        gap = look.px(self._gap)
        pages = _paged(heights, gap, self.height)
        if len(pages) == 1 and rows:
            # few choices take the room of many: larger targets, larger words
            room = (self.height - gap * (len(rows) - 1)) / len(rows)
            full = min(room, look.px(GROWN_ROW))
            if full >= look.px(GROWN_ROW * 0.86) and not self.to.is_wide:
                rows = [choice(self.to, tile, self._icon, GROWN_TITLE) for tile in self._tiles]
            grown = [max(full, row.natural_height(self.width)) for row in rows]
            if sum(grown) + gap * (len(rows) - 1) <= self.height:
                heights = grown
        if len(pages) > 1:
            pages = _paged(heights, gap, self.height - look.px(turning) - gap)
        self._page = min(self._page, len(pages) - 1)
        column = Column(look, gap=self._gap)
        if self.is_low:
            column.space(share=1)
        for index in pages[self._page]:
            column.add(rows[index], heights[index] / look.u)
        if len(pages) > 1:
            column.add(turner(self.to, self._page, len(pages), self._turn_by), turning)
        if not self.is_low:
            column.space(share=1)
        return column

    def _turn_by(self, step: int) -> None:
        self._page += step
        self.replace()


def turner(to: Drawing, page: int, pages: int, turn: Callable[[int], None]) -> Row:
    """Return the two buttons that turn a list's pages; `turn` takes -1 or 1."""
    row = Row(to.look, gap=20)
    for step, name, icon in ((-1, "before", "arrow-up"), (1, "after", "arrow-down")):

        def act(step: int = step) -> None:
            turn(step)

        button = Button(to.look, act, to.say(f"page.{name}"), "quiet", icon=icon, size=30, repeat=True)
        button.enable(0 <= page + step < pages)
        row.add(button, share=1)
    return row


def _paged(heights: Sequence[float], gap: float, room: float) -> list[list[int]]:
    pages: list[list[int]] = [[]]
    used = 0.0
    for index, height in enumerate(heights):
        if pages[-1] and used + height > room:
            pages.append([])
            used = 0.0
        pages[-1].append(index)
        used += height + gap
    return pages
