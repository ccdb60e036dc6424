"""Search for a procedure by name, with or without diacritics."""

from kiosk.lobby.screens.frame import Drawing
from kiosk.lobby.screens.page import BACK, ChoiceList, Page, heading, navigation
from kiosk.lobby.view import Home, LobbyView, OpenGuide, Query
from kiosk.ui.keyboard import Keyboard
from kiosk.ui.tokens import MARGIN, RADIUS_FIELD
from kiosk.ui.widgets.boxes import Column, Row, Slot
from kiosk.ui.widgets.part import Part
from kiosk.ui.widgets.shapes import Block, Card
from kiosk.ui.widgets.text import Icon, Text
from kiosk.ui.widgets.touch import Button

KEYBOARD = {"vi": 500, "en": 420}
"""Height of the keyboard by language, u: Vietnamese has a row of marks and tones more."""
LOWERED = 390
"""Empty space above the field while the controls are lowered, u."""
LIMIT = 60
"""Letters of a query."""


class SearchPage(Page):
    """`search`: the field, the hits, the keyboard."""

    def __init__(self, to: Drawing) -> None:
        super().__init__(to)
        look = to.look
        self._field = Slot(look)
        self._hits = ChoiceList(to, row=104, gap=12)
        self._none = Slot(look)
        self._keyboard = Keyboard(look, self._typed, to.texts, kind=to.texts.language, limit=LIMIT, capitals=False)
        self._sent: list[str] = []
        self._above = Slot(look)
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
        whole.add(self._keyboard, KEYBOARD[to.texts.language])
        self.widget = whole

    def show(self, view: LobbyView) -> None:
        """Draw what has changed.

        A query that is an echo of what was typed a moment ago must not undo the letters that came after it.
        """
        if view.query in self._sent:
            del self._sent[: self._sent.index(view.query) + 1]
        elif not self._sent:
            self._keyboard.set_text(view.query)
        self._show_field()
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
        text = self._keyboard.text
        self._field.show(text, lambda: self._make_field(text))

    def _make_field(self, query: str) -> Part:
        look, p = self.to.look, self.to.look.palette
        row = Row(look, gap=20, pad=(32, 8, 32, 8))
        row.add(Icon(look, "magnifying-glass", 44, p.primary), 48)
        if query:
            words = Row(look, gap=4)
            words.add(Text(look, query, size=36, weight="semibold", lines=1))
            caret = Column(look)
            caret.space(share=1)
            caret.add(Block(look, p.primary), 44)
            caret.space(share=1)
            words.add(caret, 4)
            row.add(words, share=1)
        else:
            row.add(Text(look, self.to.say("search.hint"), size=32, colour=p.ink2, lines=1), share=1)
        return Card(look, row, edge=p.primary, radius=RADIUS_FIELD, line=3.5)

    def _make_above(self, is_lowered: bool) -> Part:
        column = Column(self.to.look)
        column.space(LOWERED if is_lowered else 1)
        return column

    def _make_none(self, view: LobbyView) -> Part:
        to, look = self.to, self.to.look
        column = Column(look, gap=20, pad=(0, 12, 0, 0))
        key = "search.none" if view.query else "search.how"
        column.add(Text(look, to.say(key), size=30, colour=look.palette.ink2))
        column.add(Button(look, to.does(OpenGuide()), to.say("home.guide"), "quiet", icon="question", size=32), 96)
        return column
