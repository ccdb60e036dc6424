"""What a screen says to somebody who does not see it: every visible text and button, in the order of its making.

Pages add their parts in the order in which they are meant, so the order of the tree is the order of reading; places on
the glass would mix two columns.
"""

from collections.abc import Iterator
from typing import NamedTuple

from kivy.uix.widget import Widget

from kiosk.ui.locales import Texts
from kiosk.ui.widgets.part import Part
from kiosk.ui.widgets.shapes import QrPicture
from kiosk.ui.widgets.text import Icon, Text
from kiosk.ui.widgets.touch import TouchButton
from kiosk.ui.writing import WritingField


class Line(NamedTuple):
    """One thing that is read."""

    words: str
    button: TouchButton | None = None
    """What acts when this line is chosen; None for plain text."""
    is_private: bool = False
    """True where it tells something of the citizen: said only where nobody else can hear."""


def in_order(root: Widget) -> Iterator[Widget]:
    """Yield every visible widget under `root`, as it was added; what is hidden or has no size is left out."""
    yield root
    for child in reversed(root.children):
        if child.opacity > 0:
            yield from in_order(child)


def buttons_of(root: Widget) -> list[TouchButton]:
    """Return the buttons that can be pressed now, in order."""
    return [part for part in in_order(root) if isinstance(part, TouchButton) and part.is_enabled and part.width > 1]


def lines_of(root: Widget, texts: Texts) -> list[Line]:
    """Return what the screen under `root` says, in order."""
    return list(_lines(root, texts))


def line_of(button: TouchButton, texts: Texts) -> Line:
    """Return how a button is read: its words, what it is, and how it stands."""
    parts = list(in_order(button))
    words = button.spoken or ". ".join(part.text for part in parts if isinstance(part, Text) and part.drawn)
    if texts.has(f"sign.{words}"):
        words = texts.get(f"sign.{words}")
    if not words:
        icons = [part.name for part in parts if isinstance(part, Icon)]
        named = next((f"icon.{name}" for name in icons if texts.has(f"icon.{name}")), "")
        words = texts.get(named) if named else " ".join(icons)
    state = "chosen_button" if button.is_chosen else "button" if button.is_enabled else "idle_button"
    return Line(
        texts.get(f"reading.{state}", words=words),
        button,
        any(part.is_private for part in parts if isinstance(part, Part)),
    )


def _lines(widget: Widget, texts: Texts) -> Iterator[Line]:
    if isinstance(widget, TouchButton):
        if widget.width > 1:
            yield line_of(widget, texts)
        return
    if isinstance(widget, Text) and widget.drawn:
        yield Line(widget.text, is_private=widget.is_private)
    elif isinstance(widget, WritingField) and widget.text:
        yield Line(texts.get("reading.written", words=widget.text), is_private=True)
    elif isinstance(widget, QrPicture) and widget.width > 1:
        yield Line(texts.get("reading.code"))
    for child in reversed(widget.children):
        if child.opacity > 0:
            yield from _lines(child, texts)
