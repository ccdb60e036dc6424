"""Home and greeting: scan the card, choose a group, search, say "I don't know"; and the wish to be remembered."""

from kiosk.lobby.screens.frame import Drawing, queue_state, strip
from kiosk.lobby.screens.page import Page, foot, heading, line_edge, medallion, navigation, shortened, sides
from kiosk.lobby.sheets import Tile
from kiosk.lobby.view import Back, Choose, Consent, Home, LobbyView, NoCard, Open, OpenGuide, OpenMore, OpenSearch
from kiosk.ui.tokens import CONTRAST, MARGIN, RADIUS_HERO
from kiosk.ui.widgets.boxes import Column, Grid, Row, Slot
from kiosk.ui.widgets.part import Part
from kiosk.ui.widgets.shapes import Card, Picture
from kiosk.ui.widgets.text import Icon, Text
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
        self._contents, self._queue, self._hero = Slot(to.look), Slot(to.look), Slot(to.look)
        if to.is_wide:
            self.widget: Part = self._contents
            return
        column = Column(to.look, gap=24, pad=(MARGIN, 0, MARGIN, 24))
        column.add(self._contents, share=1)
        column.add(self._queue, 92)
        self.widget = column

    def show(self, view: LobbyView) -> None:
        """Draw what has changed."""
        to = self.to
        queue = (view.waiting, view.low_minutes, view.high_minutes, view.counters_open, view.counters_total)
        self._queue.show((*queue, view.online, view.faults), lambda: queue_state(to, view))
        self._hero.show(view.attract, lambda: _hero(to, view.attract))
        self._contents.show((view.tiles, view.lowered), lambda: self._build(view))

    def _build(self, view: LobbyView) -> Part:
        # slots are kept and stand in the page that is built anew
        for slot in (self._hero, self._queue) if self.to.is_wide else (self._hero,):
            if slot.parent is not None:
                slot.parent.remove_widget(slot)
        return self._wide(view) if self.to.is_wide else self._high(view)

    def _high(self, view: LobbyView) -> Part:
        to, look = self.to, self.to.look
        column = Column(look, gap=20, pad=(0, 28, 0, 0))
        column.add(heading(to, to.say("home.question")))
        column.add(self._hero, share=0.9 / look.large**2 if view.lowered else 0.5 * look.large**1.5)
        choose = to.say("home.or_choose")
        column.add(Text(look, choose, size=32, weight="semibold", colour=look.palette.ink2, lines=1), 48)
        column.add(group_tiles(to, view.tiles), share=1.15 if view.lowered else 1)
        column.add(other_ways(to), 92 if view.lowered else 104)
        return column

    def _wide(self, view: LobbyView) -> Part:
        to, look = self.to, self.to.look
        first = Column(look, gap=18)
        first.add(heading(to, to.say("home.question")))
        first.add(self._hero, share=1)
        first.add(self._queue, 96)
        return sides(to, first, group_tiles(to, view.tiles, with_ways=True), 1.35)


class GreetingPage(Page):
    """`greeting`: the card was read (or could not be): what is it about?"""

    def __init__(self, to: Drawing) -> None:
        super().__init__(to)
        self._slot = Slot(to.look)
        self.widget = self._slot

    def show(self, view: LobbyView) -> None:
        """Draw what has changed."""
        key = (view.citizen, view.tiles, view.lowered, view.notice, view.services)
        self._slot.show((*key, view.can_take, view.can_be_remembered, view.is_remembered), lambda: self._build(view))

    def _build(self, view: LobbyView) -> Part:
        to, look = self.to, self.to.look
        words = self._words(view)
        nav = self._foot(view)
        if to.is_wide:
            first = Column(look, gap=18)
            first.add(words)
            first.space(share=1)
            first.add(nav, foot(to))
            return sides(to, first, group_tiles(to, view.tiles, with_ways=True), 1.35)
        column = Column(look, gap=20, pad=(MARGIN, 28, MARGIN, 24))
        column.add(words)
        if view.lowered:
            column.space(share=0.55 / look.large**4)
        column.add(group_tiles(to, view.tiles), share=1)
        column.add(other_ways(to), 104)
        column.add(nav, 112)
        return column

    def _words(self, view: LobbyView) -> Column:
        to, look = self.to, self.to.look
        column = Column(look, gap=20)
        if view.citizen:
            hello = heading(to, to.say("greeting.hello", name=view.citizen))
            hello.is_private = True
            column.add(hello)
        else:
            column.add(heading(to, to.say("greeting.no_card")))
        question = "greeting.question" if view.can_take else "greeting.look_up"
        column.add(Text(look, to.say(question), size=34, colour=look.palette.ink2))
        if view.is_remembered and view.citizen:
            column.add(strip(to, "user-circle", to.say("greeting.known"), "ok"))
        elif view.citizen:
            column.add(strip(to, "shield-check", to.say("greeting.private"), "ok"))
        if view.services:
            column.add(
                strip(
                    to,
                    "list-checks",
                    to.say("papers.chosen", services="; ".join(map(shortened, view.services))),
                    "info",
                )
            )
        return column

    def _foot(self, view: LobbyView) -> Row:
        to, look = self.to, self.to.look
        extra = None
        if view.notice.startswith("card_"):
            extra = Button(look, to.does(NoCard()), to.say("greeting.go_on"), "quiet", size=30)
        elif view.is_remembered:
            act = to.does(Consent(given=False))
            extra = Button(look, act, to.say("greeting.forget"), "quiet", icon="x-circle", size=28)
        elif view.can_be_remembered:
            act = to.does(Open(what="remember"))
            extra = Button(look, act, to.say("greeting.remember"), "quiet", icon="user-circle", size=28)
        return navigation(to, back=None, main=extra, home=Home())


class RememberPage(Page):
    """`remember`: what is kept, what is not, and the question; nothing is ticked beforehand."""

    def __init__(self, to: Drawing) -> None:
        super().__init__(to)
        look = to.look
        points = Column(look, gap=26 if to.is_wide else 44, pad=(40, 32, 40, 32))
        points.space(share=1)
        for icon, key in (("check-circle-fill", "kept"), ("prohibit", "not_kept"), ("arrow-u-up-left", "back")):
            row = Row(look, gap=24)
            mark = Column(look)
            mark.add(Icon(look, icon, 48, look.palette.primary), 52)
            mark.space(share=1)
            row.add(mark, 56)
            row.add(Text(look, to.say(f"remember.{key}"), size=32 if to.is_wide else 38, valign="top"), share=1)
            points.add(row)
        points.space(share=1)
        first = Column(look, gap=20)
        first.add(heading(to, to.say("remember.question")))
        first.add(Card(look, points, edge=line_edge(to)), share=1)
        second = Column(look, gap=20)
        if to.is_wide:
            second.add(medallion(to, "user-circle-fill", 200), 200)
            second.space(share=1)
        agree = Button(look, to.does(Consent(given=True)), to.say("remember.yes"), "primary", icon="check", size=38)
        second.add(agree, to.tall(124))
        second.add(Button(look, to.does(Back()), to.say("remember.no"), "plain", size=34), to.tall(112))
        self.widget = sides(to, first, second, 0.7)

    def show(self, view: LobbyView) -> None:
        """Nothing here changes."""


def _hero(to: Drawing, picture: int) -> Part:
    """Return the blue card: how to scan; in the calm loop in its turn another thing that can be done here."""
    look, p = to.look, to.look.palette
    is_dark = p is CONTRAST
    name = ("home", "attract.1", "attract.2")[picture]
    words = Column(look, gap=8)
    words.space(share=1)
    if look.large == 1:
        gold = p.on_primary if is_dark else p.gold
        words.add(Text(look, to.say(f"{name}.fastest"), size=26, weight="bold", colour=gold))
    size = look.type.hero / look.large**0.5 * (0.82 if to.is_wide else 1)
    words.add(Text(look, to.say(f"{name}.scan"), size=size, weight="extrabold", colour=p.on_primary, lines=3))
    words.add(Text(look, to.say(f"{name}.scan_how"), size=30, colour=p.on_primary2, lines=4))
    words.space(share=1)
    if picture == 0:
        side: Part = Picture(look, "id-card")
    else:
        side = Icon(look, ("", "list-checks-fill", "path-fill")[picture], 200 if not to.is_wide else 150, p.on_primary)
    if to.is_wide:
        row = Row(look, gap=20, pad=(36, 12, 28, 12))
        row.add(words, share=1)
        row.add(side, 190)
    else:
        row = Row(look, gap=32, pad=(48, 20, 44, 20))
        row.add(words, share=1)
        row.add(side, 320 if look.large > 1 else 340)
    return Card(look, row, fill=p.primary, radius=RADIUS_HERO, shadow=not is_dark)


def group_tiles(to: Drawing, tiles: tuple[Tile, ...], *, with_ways: bool = False) -> Part:
    """Return the groups in two columns, and the way for those who do not know; last the other ways, if wanted."""
    look = to.look
    grid = Grid(look, 2, gap=14 if to.is_wide else 20)
    plate = 80 if to.is_wide else 108
    for tile in tiles:
        icon = tile.icon or GROUP_ICONS.get(tile.key, "file-text")
        grid.add(TileButton(look, to.does(Choose(key=tile.key)), tile.title, tile.hint, icon, plate=plate))
    grid.add(
        TileButton(look, to.does(OpenGuide()), to.say("home.guide"), to.say("home.guide_hint"), "question", plate=plate)
    )
    if with_ways:
        for button in _ways(to):
            grid.add(button)
    return grid


def other_ways(to: Drawing) -> Row:
    """Return the field that opens the search, and the menu of what else can be done."""
    row = Row(to.look, gap=20)
    for button in _ways(to):
        row.add(button, share=1)
    return row


def _ways(to: Drawing) -> list[Button]:
    look = to.look
    search, more = to.does(OpenSearch()), to.does(OpenMore())
    named = ((search, "home.search", "magnifying-glass"), (more, "home.more", "path"))
    return [
        Button(look, act, to.say(key), "outline", icon=icon, halign="left", radius=28, pad=28, size=31)
        for act, key, icon in named
    ]
