"""What stands around every screen of the board: identity bar, warning of an old picture, notice; and its figures."""

from dataclasses import dataclass

from kiosk.board.view import BoardView
from kiosk.ui.locales import Texts
from kiosk.ui.tokens import CONTRAST, MARGIN
from kiosk.ui.widgets.boxes import Column, Layers, Row
from kiosk.ui.widgets.part import Look, Part
from kiosk.ui.widgets.shapes import Block, Card, Emblem
from kiosk.ui.widgets.text import Icon, Text

HEADER = 130
NOTICE = 84
LONG_NOTICE = 116
"""Height of a notice that takes two lines, u."""
WARNING = 76


@dataclass(frozen=True)
class Drawing:
    """What every part is drawn with."""

    look: Look
    texts: Texts

    def say(self, key: str, **values: object) -> str:
        """Return a text of the board."""
        return self.texts.get(f"board.{key}", **values)

    def decimal(self, value: float, digits: int = 1) -> str:
        """Return a number as people here write it: 98,3 in Vietnamese, 98.3 in English."""
        text = f"{value:.{digits}f}"
        return text.replace(".", ",") if self.texts.language == "vi" else text

    def percent(self, value: float) -> str:
        """Return a percentage as people here write it: 98,3 % in Vietnamese, kept on one line, 98.3% in English."""
        return f"{self.decimal(value)}\u00a0%" if self.texts.language == "vi" else f"{self.decimal(value)}%"


def panel(to: Drawing, contents: Part) -> Card:
    """Return a panel of the right side; black on black needs an edge."""
    p = to.look.palette
    return Card(to.look, contents, fill=p.surface, edge=p.line if p is CONTRAST else None, radius=28, line=2)


def header(to: Drawing, view: BoardView) -> Part:
    """Return the identity bar: emblem, authority, office, clock and day."""
    look, p = to.look, to.look.palette
    row = Row(look, gap=24, pad=(MARGIN, 14, MARGIN, 14))
    row.add(Emblem(look, 82), 82)
    names = Column(look)
    names.space(share=1)
    names.add(Text(look, view.authority, size=27, colour=p.ink2, lines=1), 36)
    names.add(Text(look, view.office_name, size=40, weight="bold", lines=1), 54)
    names.space(share=1)
    row.add(names, share=1)
    row.add(Text(look, view.clock, size=66, weight="number", halign="right", lines=1), 240)
    day = Column(look)
    day.space(share=1)
    day.add(Text(look, view.weekday, size=27, colour=p.ink2, halign="right", lines=1), 36)
    day.add(Text(look, view.day, size=27, weight="number", colour=p.ink2, halign="right", lines=1), 40)
    day.space(share=1)
    row.add(day, 176)
    layers = Layers(look)
    layers.add(Block(look, p.surface))
    layers.add(row)
    return layers


def notice(to: Drawing, view: BoardView) -> Part:
    """Return the notice at the foot; it stands still, so that it can be read."""
    look, p = to.look, to.look.palette
    words = Text(look, view.notice or to.say("notice"), size=36, weight="semibold", lines=2)
    row = Row(look, gap=22, pad=(MARGIN, 6, MARGIN, 6))
    row.add(Icon(look, "info-fill", 42, p.gold), 46)
    row.add(words, share=1)
    layers = Layers(look)
    layers.add(Block(look, p.primary_dark))
    layers.add(row)
    is_long = words.natural_width() > look.px(1920 - 2 * MARGIN - 46 - 22)
    return Tall(layers, LONG_NOTICE if is_long else NOTICE)


class Tall(Column):
    """A part with a fixed height of its own, u."""

    def __init__(self, part: Part, height: float) -> None:
        super().__init__(part.look)
        self.add(part, height)


def warning(to: Drawing, seconds: int) -> Part:
    """Return the line that says how old the picture is."""
    look, p = to.look, to.look.palette
    age = to.say("stale_seconds", n=seconds) if seconds < 60 else to.say("stale_minutes", n=seconds // 60)
    fill, ink = (p.gold, p.on_gold) if p is CONTRAST else (p.warn_tint, p.warn)
    row = Row(look, gap=22, pad=(MARGIN, 6, MARGIN, 6))
    row.add(Icon(look, "wifi-slash", 42, ink), 46)
    row.add(Text(look, age, size=36, weight="bold", colour=ink, lines=1), share=1)
    layers = Layers(look)
    layers.add(Block(look, fill))
    layers.add(row)
    return layers
