"""The right of the board: the queue of each service group, and today's figures with what they rest on."""

from kiosk.board.screens.frame import Drawing, panel
from kiosk.board.view import BoardView, GroupRow
from kiosk.ui.digits import Digits
from kiosk.ui.tokens import CONTRAST
from kiosk.ui.widgets.boxes import Column, Row
from kiosk.ui.widgets.part import Part
from kiosk.ui.widgets.shapes import Card, Plate
from kiosk.ui.widgets.text import Text

WAITING = 90
FORECAST = 210
TODAY = 252
FEW = 3
"""Up to so many groups stand on plates of their own, in larger words."""


def queue(to: Drawing, view: BoardView) -> Part:
    """Return how many wait in each group, and the honest range of minutes for somebody who joins now."""
    look, p = to.look, to.look.palette
    are_few = len(view.groups) <= FEW
    column = Column(look, gap=16 if are_few else 0, pad=(28, 16, 28, 24 if are_few else 14))
    head = Row(look, gap=12)
    total = to.say("people", n=view.waiting) if view.waiting else to.say("nobody")
    head.add(Text(look, to.say("queue"), size=38, weight="bold", lines=1), share=1)
    head.add(Text(look, total, size=38, weight="bold", colour=p.gold, halign="right", lines=1), 300)
    column.add(head, 54)
    if are_few:
        for row in view.groups:
            column.add(_large_group(to, row, len(view.groups)), share=1)
        return panel(to, column)
    captions = Row(look, gap=12)
    captions.space(share=1)
    captions.add(_caption(to, "column.waiting"), WAITING)
    captions.add(_caption(to, "column.forecast"), FORECAST + 4)
    column.add(captions, 36)
    for row in view.groups:
        column.add(_group(to, row), share=1)
    return panel(to, column)


def _caption(to: Drawing, key: str) -> Text:
    return Text(to.look, to.say(key), size=26, colour=to.look.palette.ink2, halign="right", lines=1)


def _large_group(to: Drawing, row: GroupRow, count: int) -> Part:
    """Return a group on its plate: the fewer there are, the larger its words."""
    look, p = to.look, to.look.palette
    room = {1: 1.5, 2: 1.3}.get(count, 1.0) / look.large
    line = Row(look, gap=20, pad=(20, 6, 24, 6))
    letter = Text(look, row.letter, size=42 * room, weight="number", halign="center", lines=1)
    line.add(Plate(look, letter, 64 * room * look.large, fill=p.tint, radius=16), 64 * room * look.large)
    words = Column(look, gap=2)
    words.space(share=1)
    words.add(Text(look, row.name, size=42 * room, weight="semibold", lines=2))
    words.add(Text(look, _minutes(to, row), size=36 * room, weight="medium", colour=p.ink2, lines=1))
    words.space(share=1)
    line.add(words, share=1)
    ink = p.ink if row.waiting else p.ink2
    number = str(row.waiting)
    line.add(Text(look, number, size=60 * room, weight="number", colour=ink, halign="right", lines=1), 130)
    return Card(look, line, fill=p.bg, edge=p.line if p is CONTRAST else None, radius=22, line=2)


def _group(to: Drawing, row: GroupRow) -> Row:
    look, p = to.look, to.look.palette
    line = Row(look, gap=16)
    letter = Text(look, row.letter, size=32 / look.large, weight="number", halign="center", lines=1)
    line.add(Plate(look, letter, 46, fill=p.tint, radius=13), 46)
    room = min(look.large, 1.08) / look.large  # seven groups leave no room for more
    line.add(Text(look, row.name, size=36 * room, weight="semibold", lines=2), share=1)
    ink = p.ink if row.waiting else p.ink2
    line.add(Text(look, str(row.waiting), size=40 * room, weight="number", colour=ink, halign="right", lines=1), 64)
    line.add(
        Text(look, _minutes(to, row), size=34, weight="semibold", colour=p.ink2, halign="right", lines=1), FORECAST
    )
    return line


def _minutes(to: Drawing, row: GroupRow) -> str:
    if row.low_minutes is None or row.high_minutes is None:
        return to.say("unknown")
    if row.high_minutes <= 1:
        return to.say("minutes_soon")
    if row.low_minutes == row.high_minutes:
        return to.say("minutes_one", n=row.high_minutes)
    return to.say("minutes", low=row.low_minutes, high=row.high_minutes)


def today(to: Drawing, view: BoardView) -> Part:
    """Return today's figures; a share never stands without its n and its interval."""
    look, p = to.look, to.look.palette
    column = Column(look, gap=0, pad=(28, 14, 20, 14))
    column.add(Text(look, to.say("today"), size=36, weight="bold", lines=1), 50)
    figures = Row(look, gap=20)
    satisfied = to.percent(view.satisfied_percent) if view.satisfied_percent is not None else "–"
    mean = f"{to.decimal(view.score_mean)}/5" if view.score_mean is not None else "–"
    figures.add(_figure(to, str(view.finished), "finished", p.ink), share=172)
    figures.add(_figure(to, satisfied, "satisfied", p.ok), share=213)
    figures.add(_figure(to, mean, "mean", p.gold), share=212)
    column.add(figures, share=1)
    column.space(6)
    column.add(Text(look, _evidence(to, view), size=26, colour=p.ink2, lines=1), 36)
    return panel(to, column)


def _figure(to: Drawing, number: str, key: str, ink: str) -> Column:
    column = Column(to.look)
    column.add(Digits(to.look, number, 66, ink), share=1)
    column.add(Text(to.look, to.say(key), size=26.5, weight="semibold", colour=to.look.palette.ink2, lines=1), 38)
    return column


def _evidence(to: Drawing, view: BoardView) -> str:
    if not view.rated or view.satisfied_low is None or view.satisfied_high is None:
        return to.say("evidence_none")
    low, high = to.decimal(100 * view.satisfied_low), to.decimal(100 * view.satisfied_high)
    return to.say("evidence", n=view.rated, low=low, high=high)
