"""Boxes that arrange other widgets: columns, rows, grids, layers, and a slot that changes its contents."""

from collections.abc import Callable, Hashable
from typing import NamedTuple, TypeVar

from kivy.uix.widget import Widget

from kiosk.ui.widgets.part import Gap, Look, Part, height_of, place, width_of

Kind = TypeVar("Kind", bound=Widget)
Pad = float | tuple[float, float, float, float]


def pads(look: Look, pad: Pad) -> tuple[float, float, float, float]:
    """Return left, top, right, bottom padding in px from one number or four, u."""
    left, top, right, bottom = (pad, pad, pad, pad) if isinstance(pad, (int, float)) else pad
    return look.px(left), look.px(top), look.px(right), look.px(bottom)


class _Item(NamedTuple):
    widget: Widget
    size: float | None
    share: float


class _Line(Part):
    """What columns and rows share."""

    def __init__(self, look: Look, gap: float = 0, pad: Pad = 0) -> None:
        super().__init__(look)
        self._gap = look.px(gap)
        self._pad = pads(look, pad)
        self._items: list[_Item] = []

    def add(self, widget: Kind, size: float | None = None, share: float = 0) -> Kind:
        """Append a widget: `size` u along the line, or a `share` of what is left, or its natural size."""
        self._items.append(_Item(widget, size, share))
        self.add_widget(widget)
        return widget

    def space(self, size: float = 0, share: float = 0) -> None:
        """Append empty space: `size` u, or a `share` of what is left."""
        self.add(Gap(self.look), size if not share else None, share)

    def empty(self) -> None:
        """Take everything out."""
        self._items.clear()
        self.clear_widgets()

    def _lengths(self, length: float, natural: Callable[[Widget], float]) -> list[float]:
        sizes = [
            0.0 if item.share else self.look.px(item.size) if item.size is not None else natural(item.widget)
            for item in self._items
        ]
        rest = length - sum(sizes) - self._gap * max(0, len(self._items) - 1)
        if rest < 0:
            sizes = self._squeezed(sizes, -rest)
        shares = sum(item.share for item in self._items)
        return [
            max(0.0, rest) * item.share / shares if item.share else size
            for item, size in zip(self._items, sizes, strict=True)
        ]

    def _squeezed(self, sizes: list[float], excess: float) -> list[float]:
        """Take what is too much from the contents with a natural size: text then shrinks instead of leaving the box."""
        soft = [item.size is None and not item.share for item in self._items]
        room = sum(size for size, is_soft in zip(sizes, soft, strict=True) if is_soft)
        factor = max(0.0, 1 - excess / room) if room else 1.0
        return [size * factor if is_soft else size for size, is_soft in zip(sizes, soft, strict=True)]


class Column(_Line):
    """Widgets from top to bottom, each as wide as the column."""

    def natural_height(self, width: float) -> float:
        """Return the sum of the contents' heights; a shared one counts with its natural height."""
        left, top, right, bottom = self._pad
        inner = width - left - right
        heights = [
            self.look.px(item.size) if item.size is not None else height_of(item.widget, inner) for item in self._items
        ]
        return top + bottom + sum(heights) + self._gap * max(0, len(heights) - 1)

    def natural_width(self) -> float:
        """Return the widest content's width."""
        left, _, right, _ = self._pad
        return left + right + max((width_of(item.widget) for item in self._items), default=0.0)

    def arrange(self) -> None:
        """Place the contents."""
        left, top, right, bottom = self._pad
        inner = self.width - left - right
        heights = self._lengths(self.height - top - bottom, lambda widget: height_of(widget, inner))
        y = self.top - top
        for item, height in zip(self._items, heights, strict=True):
            place(item.widget, self.x + left, y - height, inner, height)
            y -= height + self._gap


class Row(_Line):
    """Widgets from left to right, each as high as the row."""

    def natural_height(self, width: float) -> float:
        """Return the highest content's height at the widths that the row would give."""
        left, top, right, bottom = self._pad
        widths = self._lengths(width - left - right, width_of)
        return (
            top
            + bottom
            + max((height_of(item.widget, w) for item, w in zip(self._items, widths, strict=True)), default=0.0)
        )

    def natural_width(self) -> float:
        """Return the sum of the contents' widths."""
        left, _, right, _ = self._pad
        widths = [self.look.px(item.size) if item.size is not None else width_of(item.widget) for item in self._items]
        return left + right + sum(widths) + self._gap * max(0, len(widths) - 1)

    def arrange(self) -> None:
        """Place the contents."""
        left, top, right, bottom = self._pad
        x = self.x + left
        for item, width in zip(self._items, self._lengths(self.width - left - right, width_of), strict=True):
            place(item.widget, x, self.y + bottom, width, self.height - top - bottom)
            x += width + self._gap


class Grid(Part):
    """Equal cells, row by row; cells are `cell` u high, or share the height."""

    def __init__(self, look: Look, columns: int, gap: float = 16, cell: float | None = None) -> None:
        super().__init__(look)
        self._columns, self._gap, self._cell = columns, look.px(gap), cell
        self._cells: list[Widget] = []

    def add(self, widget: Kind) -> Kind:
        """Append a widget to the next cell."""
        self._cells.append(widget)
        self.add_widget(widget)
        return widget

    def natural_height(self, width: float) -> float:
        """Return the height of all rows; without `cell`, rows are as high as the highest content."""
        rows = -(-len(self._cells) // self._columns)
        return rows * self._row(width) + self._gap * max(0, rows - 1)

    def natural_width(self) -> float:
        """Return the width that shows every cell at its natural width."""
        widest = max((width_of(cell) for cell in self._cells), default=0.0)
        return self._columns * widest + self._gap * (self._columns - 1)

    def arrange(self) -> None:
        """Place the cells."""
        rows = -(-len(self._cells) // self._columns)
        if not rows:
            return
        width = self._width(self.width)
        height = self.look.px(self._cell) if self._cell else (self.height - self._gap * (rows - 1)) / rows
        for index, cell in enumerate(self._cells):
            row, column = divmod(index, self._columns)
            x = self.x + column * (width + self._gap)
            place(cell, x, self.top - (row + 1) * height - row * self._gap, width, height)

    def _width(self, width: float) -> float:
        return (width - self._gap * (self._columns - 1)) / self._columns

    def _row(self, width: float) -> float:
        if self._cell:
            return self.look.px(self._cell)
        return max((height_of(cell, self._width(width)) for cell in self._cells), default=0.0)


class Layers(Part):
    """Widgets on top of each other, each filling the box; the first lies lowest."""

    def add(self, widget: Kind) -> Kind:
        """Put a widget on top."""
        self.add_widget(widget)
        return widget

    def natural_height(self, width: float) -> float:
        """Return the highest layer's height."""
        return max((height_of(child, width) for child in self.children), default=0.0)

    def natural_width(self) -> float:
        """Return the widest layer's width."""
        return max((width_of(child) for child in self.children), default=0.0)

    def arrange(self) -> None:
        """Place every layer in the whole box."""
        for child in self.children:
            place(child, self.x, self.y, self.width, self.height)


class Slot(Part):
    """A place whose contents are built anew only when what they show has changed."""

    def __init__(self, look: Look) -> None:
        super().__init__(look)
        self._key: Hashable = object()

    def show(self, key: Hashable, build: Callable[[], Widget | None]) -> bool:
        """Show what `build` makes for `key`; the same key keeps what stands there. Return True if it was built.

        The caller lays out again where the new contents' size may move its neighbours.
        """
        if key == self._key:
            return False
        self._key = key
        self.clear_widgets()
        widget = build()
        if widget is not None:
            self.add_widget(widget)
        self.replace()
        return True

    def natural_height(self, width: float) -> float:
        """Return the contents' height."""
        return max((height_of(child, width) for child in self.children), default=0.0)

    def natural_width(self) -> float:
        """Return the contents' width."""
        return max((width_of(child) for child in self.children), default=0.0)

    def arrange(self) -> None:
        """Place the contents in the whole box."""
        for child in self.children:
            place(child, self.x, self.y, self.width, self.height)
