"""Home and greeting: scan the card, or choose a group, or search, or say "I don't know"."""

from kiosk.lobby.screens.frame import Drawing, queue_state, strip
from kiosk.lobby.screens.page import Page, heading, navigation
from kiosk.lobby.sheets import Tile
from kiosk.lobby.view import Choose, Home, LobbyView, NoCard, OpenGuide, OpenSearch
from kiosk.ui.tokens import CONTRAST, MARGIN, RADIUS_HERO
from kiosk.ui.widgets.boxes import Column, Grid, Row, Slot
from kiosk.ui.widgets.part import Part
from kiosk.ui.widgets.shapes import Card, Picture
from kiosk.ui.widgets.text import Text
from kiosk.ui.widgets.touch import Button
from kiosk.ui.widgets.touch import Tile as TileButton

GROUP_ICONS = {
    "chung-thuc": "certificate",
    "ho-tich": "baby",
    "cu-tru": "house-line",
    "dat-dai": "map-trifold",
    "bao-tro": "heart",
    "kinh-doanh": "storefront",
    "tra-ket-qua": "tray-arrow-down",
}
"""Icons of the model office's groups, where a tile names none."""


class HomePage(Page):
    """`idle`: the hero for the card, the groups, the search field and the state of the queue."""

    def __init__(self, to: Drawing) -> None:
        super().__init__(to)
        self._contents = Slot(to.look)
        self._queue = Slot(to.look)
        column = Column(to.look, gap=24, pad=(MARGIN, 0, MARGIN, 24))
        column.add(self._contents, share=1)
        column.add(self._queue, 92)
        self.widget = column

    def show(self, view: LobbyView) -> None:
        """Draw what has changed."""
        to = self.to
        queue = (view.waiting, view.low_minutes, view.high_minutes, view.counters_open, view.counters_total)
        self._queue.show((*queue, view.online, view.faults), lambda: queue_state(to, view))
        self._contents.show((view.tiles, view.lowered, "camera" in view.faults), lambda: self._build(view))

    def _build(self, view: LobbyView) -> Part:
        to, look = self.to, self.to.look
        column = Column(look, gap=20, pad=(0, 28, 0, 0))
        column.add(heading(to, to.say("home.question")))
        column.add(_hero(to), share=0.9 / look.large**2 if view.lowered else 0.5 * look.large**1.5)
        choose = to.say("home.or_choose")
        column.add(Text(look, choose, size=32, weight="semibold", colour=look.palette.ink2, lines=1), 48)
        column.add(group_tiles(to, view.tiles), share=1.15 if view.lowered else 1)
        column.add(search_button(to), 92 if view.lowered else 104)
        return column


class GreetingPage(Page):
    """`greeting`: the card was read (or could not be): what is it about?"""

    def __init__(self, to: Drawing) -> None:
        super().__init__(to)
        self._slot = Slot(to.look)
        self.widget = self._slot

    def show(self, view: LobbyView) -> None:
        """Draw what has changed."""
        key = (view.citizen, view.tiles, view.lowered, view.notice, view.services)
        self._slot.show(key, lambda: self._build(view))

    def _build(self, view: LobbyView) -> Part:
        to, look = self.to, self.to.look
        column = Column(look, gap=20, pad=(MARGIN, 28, MARGIN, 24))
        if view.citizen:
            hello = column.add(heading(to, to.say("greeting.hello", name=view.citizen)))
            hello.is_private = True
            column.add(Text(look, to.say("greeting.question"), size=34, colour=look.palette.ink2))
            column.add(strip(to, "shield-check", to.say("greeting.private"), "ok"))
        else:
            column.add(heading(to, to.say("greeting.no_card")))
            column.add(Text(look, to.say("greeting.question"), size=34, colour=look.palette.ink2))
        if view.services:
            column.add(strip(to, "list-checks", to.say("papers.chosen", services="; ".join(view.services)), "info"))
        if view.lowered:
            column.space(share=0.55 / look.large**4)
        column.add(group_tiles(to, view.tiles), share=1)
        column.add(search_button(to), 104)
        extra = None
        if view.notice.startswith("card_"):
            extra = Button(look, to.does(NoCard()), to.say("greeting.go_on"), "primary")
        column.add(navigation(to, back=None, main=extra, home=Home()), 112)
        return column


def _hero(to: Drawing) -> Part:
    look, p = to.look, to.look.palette
    is_dark = p is CONTRAST
    words = Column(look, gap=8)
    words.space(share=1)
    if look.large == 1:
        gold = p.on_primary if is_dark else p.gold
        words.add(Text(look, to.say("home.fastest"), size=26, weight="bold", colour=gold))
    words.add(
        Text(
            look,
            to.say("home.scan"),
            size=look.type.hero / look.large**0.5,
            weight="extrabold",
            colour=p.on_primary,
            lines=3,
        )
    )
    words.add(Text(look, to.say("home.scan_how"), size=30, colour=p.on_primary2, lines=4))
    words.space(share=1)
    row = Row(look, gap=32, pad=(48, 20, 44, 20))
    row.add(words, share=1)
    row.add(Picture(look, "id-card"), 320 if look.large > 1 else 340)
    return Card(look, row, fill=p.primary, radius=RADIUS_HERO, shadow=not is_dark)


def group_tiles(to: Drawing, tiles: tuple[Tile, ...]) -> Part:
    """Return the groups in two columns, and the way for those who do not know."""
    look = to.look
    grid = Grid(look, 2, gap=20)
    for tile in tiles:
        icon = tile.icon or GROUP_ICONS.get(tile.key, "file-text")
        grid.add(TileButton(look, to.does(Choose(key=tile.key)), tile.title, tile.hint, icon, plate=108))
    grid.add(
        TileButton(look, to.does(OpenGuide()), to.say("home.guide"), to.say("home.guide_hint"), "question", plate=108)
    )
    return grid


def search_button(to: Drawing) -> Part:
    """Return the field that opens the search."""
    return Button(
        to.look,
        to.does(OpenSearch()),
        to.say("home.search"),
        "outline",
        icon="magnifying-glass",
        icon_after="caret-right",
        halign="left",
        radius=28,
        pad=40,
    )
