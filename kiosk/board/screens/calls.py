"""The left of the board: the number that is called, and what every counter does."""

from kiosk.board.screens.frame import Drawing
from kiosk.board.view import BoardView, CounterRow
from kiosk.ui.digits import Digits
from kiosk.ui.tokens import RADIUS_HERO
from kiosk.ui.widgets.boxes import Column, Grid, Row
from kiosk.ui.widgets.part import Part
from kiosk.ui.widgets.shapes import Card
from kiosk.ui.widgets.text import Icon, Text

BANNER = 326
LOW_BANNER = 270
"""Height of the banner where four rows of counters or a warning take from its place, u."""

LABEL = 52


def banner(to: Drawing, view: BoardView, height: float = BANNER) -> Part:
    """Return the banner, `height` u high: gold while a call is fresh, calm afterwards, a welcome before the first."""
    if not view.call_number:
        return _welcome(to)
    look, p = to.look, to.look.palette
    if view.fresh:
        fill, edge, ink, aim, quiet = p.gold, None, p.on_gold, p.red, p.on_gold
    else:
        fill, edge, ink, aim, quiet = p.surface, p.line, p.ink, p.gold, p.ink2
    if p.bg == "#000000" and view.fresh:
        aim = p.on_gold
    key = "last_call" if not view.fresh else "call_again" if view.call_again else "call"
    size = 0.7 * height  # the digits are half as high as the banner
    number = _labelled(to, to.say(key), view.call_number, size, quiet, ink, "left")
    counter = _labelled(to, to.say("to_counter"), str(view.call_counter), size, quiet, aim, "center")
    row = Row(look, gap=16, pad=(44, 18, 36, 22))
    row.add(number, share=1)
    arrow = Column(look)
    arrow.space(LABEL)
    arrow.add(Icon(look, "arrow-right", 110, ink), share=1)
    row.add(arrow, 120)
    row.add(counter, 292)
    return Card(look, row, fill=fill, edge=edge, radius=RADIUS_HERO)


def _labelled(to: Drawing, label: str, number: str, size: float, quiet: str, ink: str, halign: str) -> Column:
    column = Column(to.look)
    column.add(Text(to.look, label, size=40, weight="bold", colour=quiet, halign=halign, lines=1), LABEL)
    column.add(Digits(to.look, number, size, ink, halign), share=1)
    return column


def _welcome(to: Drawing) -> Part:
    look, p = to.look, to.look.palette
    words = Column(look, gap=10, pad=(44, 20, 44, 20))
    words.space(share=1)
    words.add(Text(look, to.say("welcome"), size=84, weight="extrabold", lines=1))
    words.add(Text(look, to.say("welcome_how"), size=40, colour=p.ink2, lines=2))
    words.space(share=1)
    return Card(look, words, fill=p.surface, edge=p.line, radius=RADIUS_HERO)


def shape(count: int) -> tuple[int, int]:
    """Return columns and rows of the grid of counters: one column up to three, two up to eight, then three."""
    columns = 1 if count <= 3 else 2 if count <= 8 else 3
    return columns, max(1, -(-count // columns))


def counters(to: Drawing, rows: tuple[CounterRow, ...]) -> Part:
    """Return the grid of counters."""
    columns, lines = shape(len(rows))
    grid = Grid(to.look, columns, gap=18 if lines < 4 else 12)
    for row in rows:
        grid.add(_counter(to, row, columns, lines))
    return grid


def _counter(to: Drawing, row: CounterRow, columns: int, lines: int) -> Card:
    look, p = to.look, to.look.palette
    is_calling = row.state == "calling"
    is_away = row.state in ("closed", "paused")
    contents = Row(look, gap=20, pad=(8, 8, 22, 8))
    contents.add(
        Card(look, _badge(to, row, lines), fill=p.bg if is_away else p.tint, radius=22), 108 if columns < 3 else 84
    )
    if row.number:
        size = {1: 190, 2: 120}.get(lines, 84) if columns == 1 else 71
        contents.add(Digits(look, row.number, size, p.gold if is_calling else p.ink), share=1)
        aside = row.name or row.group_name
        if columns < 3 and aside:
            # beside the number there is no room for more
            fixed = (38 if columns == 1 else 27) / look.large
            name = Text(
                look, aside, size=fixed, weight="bold" if row.name else "medium", colour=p.ink2, halign="right", lines=3
            )
            contents.add(name, 172 if columns == 2 else 420)
    else:
        words = to.texts.get(f"board.state.{row.state}") if to.texts.has(f"board.state.{row.state}") else ""
        ink = p.ok if row.state == "idle" else p.ink2
        contents.add(Text(look, words, size=42 if columns < 3 else 36, weight="bold", colour=ink, lines=2), share=1)
    edge = p.gold if is_calling else p.line
    return Card(look, contents, fill=p.surface, edge=edge, radius=28, line=4 if is_calling else 2)


def _badge(to: Drawing, row: CounterRow, lines: int) -> Column:
    """Return the counter's number on its plate; four rows leave no room for the word above it."""
    look, p = to.look, to.look.palette
    ink = p.ink2 if row.state in ("closed", "paused") else p.ink
    badge = Column(look, gap=4, pad=4)
    badge.space(share=1)
    if lines < 4:
        badge.add(
            Text(look, to.say("counter"), size=24, weight="semibold", colour=p.ink2, halign="center", lines=1), 31
        )
    badge.add(Digits(look, str(row.counter), 54, ink, "center"))
    badge.space(share=1)
    return badge
