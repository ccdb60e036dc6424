"""Search for a procedure by name, with or without diacritics."""

import msgspec

from kiosk.lobby.screens.frame import Drawing
from kiosk.lobby.screens.page import BACK, ChoiceList, Page, choice, heading, navigation, typed_field
from kiosk.lobby.sheets import Tile
from kiosk.lobby.view import Home, LobbyView, OpenGuide, Query
from kiosk.ui.keyboard import Keyboard
from kiosk.ui.tokens import MARGIN
from kiosk.ui.widgets.boxes import Column, Layers, Row, Slot
from kiosk.ui.widgets.part import Part
from kiosk.ui.widgets.text import Text
from kiosk.ui.widgets.touch import Button

KEYBOARD = {"vi": 500, "en": 420}
"""Height of the keyboard by language, u: Vietnamese has a row of marks and tones more."""
LOWERED = 390
"""Empty space above the field while the controls are lowered, u."""
LIMIT = 60
"""Letters of a query."""


class SearchPage(Page):
    """`search`: the field, the hits, the keyboard."""

    is_tall = True

    def __init__(self, to: Drawing) -> None:
        super().__init__(to)
        look = to.look
        self._field = Slot(look)
        self._hits: ChoiceList | HitRow = HitRow(to) if to.is_wide else ChoiceList(to, row=104, gap=12)
        self._none = Slot(look)
        # names are found without marks: a panel that lies spends its height on hits instead of a row of tones
        kind = "en" if to.is_wide else to.spelling
        self._keyboard = Keyboard(look, self._typed, to.texts, kind=kind, limit=LIMIT, capitals=False)
        self._sent: list[str] = []
        self._above = Slot(look)
        if to.is_wide:
            self._column: Column = self._lying()
            self.widget: Part = self._column
            return
        column = Column(look, gap=16, pad=(MARGIN, 8, MARGIN, 20))
        column.add(self._above)
        column.add(heading(to, to.say("search.question")))
        column.add(self._field, 100)
        column.add(self._none)
        column.add(self._hits, share=1)
        column.add(navigation(to, back=BACK, home=Home()), 96)
        self._column = column
        whole = Column(look)
        whole.add(column, share=1)
        whole.add(self._keyboard, KEYBOARD[to.spelling])
        self.widget = whole

    def _lying(self) -> Column:
        to = self.to
        top = Row(to.look, gap=16)
        top.add(navigation(to, back=BACK, home=Home()), 480)
        top.add(self._field, share=1)
        hits = Layers(to.look)
        hits.add(self._hits)
        hits.add(self._none)
        column = Column(to.look, gap=10, pad=(0, 10, 0, 0))
        for part, height in ((top, 120.0), (hits, None)):
            box = Row(to.look, pad=(MARGIN, 0, MARGIN, 0))
            box.add(part, share=1)
            column.add(box, height, share=0 if height else 1)
        column.add(self._keyboard, 4 * 120 + 3 * 8 + 2 * 14)
        return column

    def show(self, view: LobbyView) -> None:
        """Draw what has changed.

        A query that is an echo of what was typed a moment ago must not undo the letters that came after it.
        """
        if view.query in self._sent:
            del self._sent[: self._sent.index(view.query) + 1]
        elif not self._sent:
            self._keyboard.set_text(view.query)
        self._show_field()
        is_new = False
        if not self.to.is_wide:
            is_new = self._above.show(view.lowered, lambda: self._make_above(view.lowered))
        is_new |= self._none.show(
            (bool(view.query), bool(view.tiles)), lambda: self._make_none(view) if not view.tiles else None
        )
        self._hits.fill(view.tiles, "file-text")
        if is_new:
            self._column.replace()

    def _typed(self, text: str) -> None:
        self._sent.append(text)
        self._show_field()
        self.to.emit(Query(text=text))

    def _show_field(self) -> None:
        text, hint = self._keyboard.text, self.to.say("search.hint")
        self._field.show(text, lambda: typed_field(self.to, "magnifying-glass", text, hint, 36, "semibold", 32))

    def _make_above(self, is_lowered: bool) -> Part:
        column = Column(self.to.look)
        column.space(LOWERED if is_lowered else 1)
        return column

    def _make_none(self, view: LobbyView) -> Part:
        to, look = self.to, self.to.look
        key = "search.none" if view.query else "search.how"
        text = Text(look, to.say(key), size=30, colour=look.palette.ink2)
        guide = Button(look, to.does(OpenGuide()), to.say("home.guide"), "quiet", icon="question", size=32)
        if to.is_wide:
            row = Row(look, gap=24)
            row.add(text, share=1)
            row.add(guide, 460)
            return row
        column = Column(look, gap=20, pad=(0, 12, 0, 0))
        column.add(text)
        column.add(guide, 96)
        return column


class HitRow(Slot):
    """Hits side by side, three at a time, where there is no height for a list."""

    SEEN = 3

    def __init__(self, to: Drawing) -> None:
        super().__init__(to.look)
        self.to = to
        self._first = 0
        self._tiles: tuple[Tile, ...] = ()

    def fill(self, tiles: tuple[Tile, ...], _icon: str) -> None:
        """Show these hits, from the first one on."""
        if tiles != self._tiles:
            self._tiles, self._first = tiles, 0
        self.show((tiles, self._first), lambda: self._build() if tiles else None)

    def _build(self) -> Part:
        look = self.to.look
        row = Row(look, gap=14)
        shown = self._tiles[self._first : self._first + self.SEEN]
        for tile in shown:
            row.add(choice(self.to, msgspec.structs.replace(tile, hint="", icon=""), size=27), share=1)
        for _ in range(self.SEEN - len(shown)):
            row.space(share=1)
        if len(self._tiles) > self.SEEN:
            row.add(
                Button(look, self._turn, self.to.say("page.more"), "quiet", icon="caret-right", size=26, repeat=True),
                190,
            )
        return row

    def _turn(self) -> None:
        self._first = (self._first + self.SEEN) % (-(-len(self._tiles) // self.SEEN) * self.SEEN)
        self.fill(self._tiles, "")
