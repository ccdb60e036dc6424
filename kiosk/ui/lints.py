"""Faults of a drawn screen that an eye misses: text that does not fit, targets too small, widgets outside the window.

Each lint takes the root of a laid-out widget tree and returns one sentence a fault; tests want an empty list.
"""

from collections.abc import Iterator
from itertools import combinations

from kivy.uix.widget import Widget

from kiosk.ui.focus import walk
from kiosk.ui.widgets.text import Icon, Text, icon_codes
from kiosk.ui.widgets.touch import TouchButton


def texts_that_do_not_fit(root: Widget) -> list[str]:
    """Return the texts whose lines are larger than their box even at the smallest size, or have no box at all."""
    faults = []
    for text in _visible(root):
        if not isinstance(text, Text) or not text.text:
            continue
        wide, high = text.content
        if not text.drawn:
            faults.append(f'"{text.text}" has no room: its box is {text.width:.0f} x {text.height:.0f} px')
        elif wide > text.width + 1 or high > text.height + 2:
            faults.append(f'"{text.text}" is {wide:.0f} x {high:.0f} px in {text.width:.0f} x {text.height:.0f}')
    return faults


def texts_shrunk_below(root: Widget, share: float) -> list[str]:
    """Return the texts that had to be drawn smaller than `share` of their wanted size."""
    return [
        f'"{text.text}" shrank from {text.wanted} to {text.pixels} px'
        for text in _visible(root)
        if isinstance(text, Text) and text.drawn and text.pixels < text.wanted * share
    ]


def targets_too_small(root: Widget, width: float, height: float | None = None) -> list[str]:
    """Return the buttons narrower than `width` or lower than `height` px (`width` where None)."""
    height = width if height is None else height
    return [
        f"{name_of(button)} is {button.width:.0f} x {button.height:.0f} px, at least {width:.0f} x {height:.0f}"
        for button in _visible(root)
        if isinstance(button, TouchButton) and (button.width < width - 1 or button.height < height - 1)
    ]


def targets_that_overlap(root: Widget) -> list[str]:
    """Return pairs of buttons that lie over each other."""
    buttons = [widget for widget in _visible(root) if isinstance(widget, TouchButton)]
    return [
        f"{name_of(one)} lies over {name_of(other)}"
        for one, other in combinations(buttons, 2)
        if min(one.right, other.right) - max(one.x, other.x) > 1 and min(one.top, other.top) - max(one.y, other.y) > 1
    ]


def outside(root: Widget) -> list[str]:
    """Return the widgets that leave the root's box, or their own button's."""
    faults = []
    for widget in _visible(root):
        if not _within(widget, root):
            faults.append(f"{name_of(widget)} leaves the window: {_box(widget)} in {_box(root)}")
        if isinstance(widget, TouchButton):
            faults += [
                f"{name_of(part)} leaves its button {name_of(widget)}"
                for part in _visible(widget)
                if part.width > 1 and part.height > 1 and not _within(part, widget)
            ]
    return faults


def icons_unknown(root: Widget) -> list[str]:
    """Return the icons that the icon font does not have; a question mark stands in their place."""
    return [
        f"there is no icon {icon.name!r}"
        for icon in _visible(root)
        if isinstance(icon, Icon) and icon.name not in icon_codes()
    ]


def words_of(root: Widget) -> list[str]:
    """Return every visible text, in reading order."""
    texts = [widget for widget in _visible(root) if isinstance(widget, Text) and widget.text]
    return [text.text for text in sorted(texts, key=lambda text: (-round(text.top), round(text.x)))]


def name_of(widget: Widget) -> str:
    """Return how a fault names a widget: its words if it has any."""
    words = [part.text for part in walk(widget) if isinstance(part, Text) and part.text]
    return f"{type(widget).__name__} {words[-1]!r}" if words else type(widget).__name__


def _visible(root: Widget) -> Iterator[Widget]:
    yield root
    for child in root.children:
        if child.opacity > 0:
            yield from _visible(child)


def _within(widget: Widget, box: Widget) -> bool:
    return bool(
        widget.x >= box.x - 1 and widget.y >= box.y - 1 and widget.right <= box.right + 1 and widget.top <= box.top + 1
    )


def _box(widget: Widget) -> str:
    return f"{widget.x:.0f},{widget.y:.0f} {widget.width:.0f} x {widget.height:.0f}"
