"""The left of the board: the numbers that are called, and what every counter does."""

from kiosk.board.screens.frame import Drawing
from kiosk.board.view import BoardView, CallRow, CounterRow
from kiosk.ui.digits import Digits
from kiosk.ui.tokens import CONTRAST, RADIUS_HERO, WEIGHTS
from kiosk.ui.widgets.boxes import Column, Grid, Row
from kiosk.ui.widgets.part import Look, Part, place
from kiosk.ui.widgets.shapes import Card
from kiosk.ui.widgets.text import Icon, Text, wrap

BANNER = 326
LOW_BANNER = 270
"""Height of the banner where four rows of counters or a warning take from its place, u."""
LABEL = 52
MOST_CALLS = 6
"""So many calls have room in the banner; whoever is called at the same time as six others finds the gold counter."""
CALLS_A_COLUMN = 3


def banner(to: Drawing, view: BoardView, height: float = BANNER) -> Part:
    """Return the banner, `height` u high: gold while a call is fresh, calm afterwards, a welcome before the first.

    Counters that call within seconds of each other stand under each other in the order in which the voice says them.
    """
    if not view.call_number:
        return _welcome(to)
    look, p = to.look, to.look.palette
    newest = CallRow(number=view.call_number, counter=view.call_counter, again=view.call_again)
    rows = (*view.others, newest)[-MOST_CALLS:]
    fill, edge = (p.gold, None) if view.fresh else (p.surface, p.line)
    contents = _one_call(to, newest, height, view.fresh) if len(rows) == 1 else _calls(to, rows, height)
    return Card(look, contents, fill=fill, edge=edge, radius=RADIUS_HERO)


def _one_call(to: Drawing, call: CallRow, height: float, is_fresh: bool) -> Part:
    look, p = to.look, to.look.palette
    ink, aim, quiet = (p.on_gold, _aim(to), p.on_gold) if is_fresh else (p.ink, p.gold, p.ink2)
    key = "last_call" if not is_fresh else "call_again" if call.again else "call"
    size = 0.7 * height  # the digits are half as high as the banner
    row = Row(look, gap=16, pad=(44, 18, 36, 22))
    row.add(_labelled(to, to.say(key), call.number, size, quiet, ink, "left"), share=1)
    arrow = Column(look)
    arrow.space(LABEL)
    arrow.add(Icon(look, "arrow-right", 110, ink), share=1)
    row.add(arrow, 120)
    row.add(_labelled(to, to.say("to_counter"), str(call.counter), size, quiet, aim, "center"), 292)
    return row


def _calls(to: Drawing, rows: tuple[CallRow, ...], height: float) -> Part:
    """Return several calls: two under each other, three side by side, more in two columns."""
    if len(rows) == CALLS_A_COLUMN:
        return _three_calls(to, rows, height)
    above, below, label = 14, 12, 46
    columns = Row(to.look, gap=48, pad=(44, above, 44, below))
    lines = min(len(rows), CALLS_A_COLUMN)
    is_narrow = len(rows) > CALLS_A_COLUMN
    size = min(150.0, (height - above - below - label) / lines)
    for first in range(0, len(rows), CALLS_A_COLUMN):
        column = _call_column(to, rows[first : first + CALLS_A_COLUMN], min(size, 86) if is_narrow else size, is_narrow)
        column.space(share=CALLS_A_COLUMN - min(len(rows) - first, CALLS_A_COLUMN) if is_narrow else 0)
        columns.add(column, share=1)
    return columns


def _three_calls(to: Drawing, rows: tuple[CallRow, ...], height: float) -> Part:
    """Return three calls side by side: under each other their digits would be half as large."""
    look, p = to.look, to.look.palette
    columns = Row(look, gap=36, pad=(44, 22, 36, 22))
    size = 0.41 * height
    for call in rows:
        column = Column(look, gap=10)
        column.add(Digits(look, call.number, size, p.on_gold), share=1)
        goal = Row(look, gap=14)
        goal.add(Text(look, to.say("counter"), size=40 / look.large, weight="bold", colour=p.on_gold, lines=1))
        goal.add(Digits(look, str(call.counter), 0.36 * height, _aim(to)), share=1)
        column.add(goal, share=1)
        columns.add(column, share=1)
    return columns


def _call_column(to: Drawing, rows: tuple[CallRow, ...], size: float, is_narrow: bool) -> Column:
    look, p = to.look, to.look.palette
    column = Column(look)
    words, arrow, aim_width, halign = (32.0, 46, 124, "right") if is_narrow else (40.0, 66, 284, "center")
    head = Row(look, gap=16)
    words = words / look.large  # the banner has no room to grow
    head.add(Text(look, to.say("call"), size=words, weight="bold", colour=p.on_gold, lines=1), share=1)
    goal = Text(look, to.say("to_counter"), size=words, weight="bold", colour=p.on_gold, halign=halign, lines=1)
    head.add(goal, 220 if is_narrow else aim_width)
    column.add(head, 46)
    for call in rows:
        line = Row(look, gap=14)
        line.add(Digits(look, call.number, size, p.on_gold), share=1)
        line.add(Icon(look, "arrow-right", arrow, p.on_gold), arrow + 4)
        line.add(Digits(look, str(call.counter), size, _aim(to), halign), aim_width)
        column.add(line, share=1)
    return column


def _aim(to: Drawing) -> str:
    """Return the colour of the counter on gold; red on yellow would be too little in high contrast."""
    p = to.look.palette
    return p.on_gold if p is CONTRAST else p.red


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


class _Sizes:
    """How large things are on the plate of a counter, u: the fewer counters, the larger."""

    def __init__(self, columns: int, lines: int) -> None:
        self.plate, self.word, self.counter, self.number = {
            (1, 1): (240, 46, 150, 170),
            (1, 2): (190, 40, 104, 150),
            (1, 3): (136, 28, 58, 100),
        }.get((columns, lines), (108, 27, 54, 80) if columns == 2 else (84, 27, 54, 80))
        self.name = {1: 56, 2: 48, 3: 44}[lines] if columns == 1 else 29
        self.name_width = 150 if columns == 2 else 300 if lines == 1 else 430
        self.name_lines = 2 if lines > 3 else 3
        self.state = {1: 96, 2: 72, 3: 56}[lines] if columns == 1 else 44 if columns == 2 else 38


def counters(to: Drawing, rows: tuple[CounterRow, ...]) -> Part:
    """Return the grid of counters.

    Beside the number stands its service. Where one of the names would have to be written too small to be read, none
    is shown: the number's letter says the same, and its size counts more.
    """
    columns, lines = shape(len(rows))
    sizes = _Sizes(columns, lines)
    named = columns < 3 and all(_has_room(to.look, row.name or row.group_name, sizes) for row in rows)
    grid = _CounterGrid(to.look, columns, gap=18 if lines < 4 else 12)
    for row in rows:
        grid.add(_counter(to, row, sizes, named, lines < 4))
    return grid


class _CounterGrid(Grid):
    """Equal cells; the last one takes what is left of its row, so that no hole stays at the end."""

    def arrange(self) -> None:
        """Place the cells."""
        super().arrange()
        if self._cells:
            last = self._cells[-1]
            place(last, last.x, last.y, self.right - last.x, last.height)


def _has_room(look: Look, name: str, sizes: _Sizes) -> bool:
    """Tell whether a name can be written beside the number at its full size."""
    wide, pixels = look.px(sizes.name_width), round(sizes.name * look.u)
    lines = wrap(name, WEIGHTS["bold"], pixels, wide)
    widest = max(Text(look, line, size=sizes.name / look.large, weight="bold").natural_width() for line in lines)
    return len(lines) <= sizes.name_lines and widest <= wide


def _counter(to: Drawing, row: CounterRow, sizes: _Sizes, named: bool, worded: bool) -> Card:
    look, p = to.look, to.look.palette
    is_calling = row.state == "calling"
    is_away = row.state in ("closed", "paused")
    contents = Row(look, gap=20, pad=(8, 8, 22, 8))
    plate = Card(look, _badge(to, row, sizes, worded), fill=p.bg if is_away else p.tint, radius=22)
    contents.add(plate, sizes.plate)
    if row.number:
        contents.add(Digits(look, row.number, sizes.number, p.gold if is_calling else p.ink), share=1)
        aside = row.name or row.group_name
        if named and aside:
            # beside the number there is no room for more in large type
            weight = "bold" if row.name else "medium"
            fixed = sizes.name / look.large
            name = Text(look, aside, size=fixed, weight=weight, colour=p.ink2, halign="right", lines=sizes.name_lines)
            contents.add(name, sizes.name_width)
    else:
        words = to.texts.get(f"board.state.{row.state}") if to.texts.has(f"board.state.{row.state}") else ""
        ink = p.ok if row.state == "idle" else p.ink2
        contents.add(Text(look, words, size=sizes.state, weight="bold", colour=ink, lines=2), share=1)
    edge = p.gold if is_calling else p.line
    return Card(look, contents, fill=p.surface, edge=edge, radius=28, line=4 if is_calling else 2)


def _badge(to: Drawing, row: CounterRow, sizes: _Sizes, worded: bool) -> Column:
    """Return the counter's number on its plate; four rows leave no room for the word above it."""
    look, p = to.look, to.look.palette
    ink = p.ink2 if row.state in ("closed", "paused") else p.ink
    badge = Column(look, gap=2, pad=4)
    badge.space(share=1)
    if worded:
        fixed = sizes.word / look.large
        word = Text(look, to.say("counter"), size=fixed, weight="semibold", colour=p.ink2, halign="center", lines=1)
        badge.add(word, 1.36 * sizes.word)
    badge.add(Digits(look, str(row.counter), sizes.counter, ink, "center"))
    badge.space(share=1)
    return badge
