"""What a finger can press: pressed at once on touch-down, acts on touch-up inside, ready for keyboard focus."""

from collections.abc import Callable
from typing import Any

from kivy.uix.widget import Widget

from kiosk.ui.tokens import CONTRAST, RADIUS_FIELD, RADIUS_TILE, Palette
from kiosk.ui.widgets.boxes import Column, Pad, Row
from kiosk.ui.widgets.part import Look, Part
from kiosk.ui.widgets.shapes import Card, Plate
from kiosk.ui.widgets.text import Icon, Text, icon_codes

Act = Callable[[], None]
SECOND_STRIKE_S = 0.5
"""Trembling hands strike twice: the same button ignores a touch within this time (EN 301 549, 5.8)."""
IS_PALM = "is_palm"
"""Mark of a touch that is part of a palm: it presses nothing any more."""
Paint = tuple[str, str | None]


def paints(palette: Palette, kind: str) -> tuple[Paint, Paint, Paint]:
    """Return (fill, edge) of a kind of button at rest, pressed, and chosen."""
    p = palette
    chosen = (p.primary, p.primary)
    return {
        "plain": ((p.surface, p.edge), (p.tint, p.primary), chosen),
        "outline": ((p.surface, p.primary), (p.tint, p.primary), chosen),
        "primary": ((p.primary, p.primary), (p.primary_dark, p.primary), chosen),
        "quiet": ((p.tint, p.edge if p is CONTRAST else p.tint), (p.line, p.edge), chosen),
        "key": ((p.surface, p.line), (p.line, p.edge), chosen),
        "bar": ((p.bg, p.edge), (p.tint, p.primary), (p.tint, p.primary)),
    }[kind]


class TouchButton(Card):
    """A card that acts when it is touched.

    `kind`: `plain` (white, edge), `outline` (white, primary edge), `primary` (the one main action), `quiet`, `key`,
    `bar` (accessibility bar). `repeat` lets the same button act again at once (keys); others ignore a second strike
    within half a second (EN 301 549, 5.8).
    """

    def __init__(
        self,
        look: Look,
        act: Act,
        child: Widget | None = None,
        kind: str = "plain",
        radius: float = RADIUS_TILE,
        pad: Pad = 0,
        shadow: bool = False,
        repeat: bool = False,
        line: float | None = None,
    ) -> None:
        self._rest, self._down, self._chosen = paints(look.palette, kind)
        fill, edge = self._rest
        super().__init__(look, child, fill, edge, radius, line, pad, shadow)
        self.act = act
        self.kind = kind
        self.is_chosen = False
        self.is_enabled = True
        self.is_pressed = False
        self.has_focus = False
        self.target = "answer"
        """What it is for, as the panel's least sizes are told (`panels.TARGETS`): `answer`, `choice` or `key`."""
        self.spoken = ""
        """What is read aloud in place of the words on it; empty: those words."""
        self._repeat = repeat
        self._last = float("-inf")

    def choose(self, is_chosen: bool) -> None:
        """Show the button as chosen, or not."""
        self.is_chosen = is_chosen
        self.show_state()

    def enable(self, is_enabled: bool) -> None:
        """Let the button act, or not; a disabled one is pale."""
        self.is_enabled = is_enabled
        self.opacity = 1.0 if is_enabled else 0.45

    def hold_focus(self, has_focus: bool) -> None:
        """Show the keyboard's focus, or not."""
        self.has_focus = has_focus
        self.show_state()
        self.box.line(6 if has_focus else self.look.palette.control_line)
        self.replace()

    def activate(self) -> None:
        """Act as if touched."""
        if self.is_enabled:
            self.act()

    def show_state(self) -> None:
        """Paint what the button is now: pressed, chosen or at rest."""
        fill, edge = self._down if self.is_pressed else self._chosen if self.is_chosen else self._rest
        self.paint(fill, self.look.palette.gold if self.has_focus else edge)

    def on_touch_down(self, touch: Any) -> bool:
        """Press at once."""
        if not self.is_enabled or not self.collide_point(*touch.pos):
            return False
        touch.grab(self)
        self.is_pressed = True
        self.show_state()
        return True

    def on_touch_move(self, touch: Any) -> bool:
        """Stay pressed only while the finger is inside."""
        if touch.grab_current is not self:
            return False
        inside = bool(self.collide_point(*touch.pos))
        if inside != self.is_pressed:
            self.is_pressed = inside
            self.show_state()
        return True

    def on_touch_up(self, touch: Any) -> bool:
        """Act if the finger leaves the glass inside the button."""
        if touch.grab_current is not self:
            return False
        touch.ungrab(self)
        was_pressed, self.is_pressed = self.is_pressed, False
        self.show_state()
        is_meant = was_pressed and self.collide_point(*touch.pos) and not touch.ud.get(IS_PALM)
        if is_meant and self._may_act(touch.time_start):
            self.act()
        return True

    def _may_act(self, moment: float) -> bool:
        is_second_strike = not self._repeat and moment - self._last < SECOND_STRIKE_S
        self._last = moment
        return not is_second_strike


class Button(TouchButton):
    """A button with words, and an icon before or after them."""

    def __init__(
        self,
        look: Look,
        act: Act,
        text: str,
        kind: str = "plain",
        icon: str = "",
        icon_after: str = "",
        size: float | None = None,
        weight: str = "bold",
        radius: float = RADIUS_FIELD,
        halign: str = "center",
        colour: str | None = None,
        shadow: bool = False,
        pad: float = 24,
        repeat: bool = False,
    ) -> None:
        p = look.palette
        ink = colour or {"primary": p.on_primary, "plain": p.ink, "outline": p.primary, "quiet": p.ink}.get(kind, p.ink)
        size = size if size is not None else look.type.title * 0.9
        self.label = Text(look, text, size=size, weight=weight, colour=ink, halign=halign)
        row = Row(look, gap=16, pad=(pad, 6, pad, 6))
        if halign == "center" and (icon or icon_after):
            row.space(share=0.001)
        if icon:
            row.add(Icon(look, icon, size * 1.25, ink))
        if halign == "center" and (icon or icon_after):
            row.add(self.label)
        else:
            row.add(self.label, share=1)
        if icon_after:
            row.add(Icon(look, icon_after, size * 1.1, ink))
        if halign == "center" and (icon or icon_after):
            row.space(share=0.001)
        super().__init__(look, act, row, kind, radius, shadow=shadow, repeat=repeat)


class TitleAndHint(Part):
    """A title over a hint, centred as a pair; the hint gives way where both would have to shrink."""

    def __init__(self, look: Look, title: Text, hint: str) -> None:
        super().__init__(look)
        self._title = title
        self._hint = Text(look, hint, size=look.type.caption, colour=look.palette.ink2, lines=2)
        self.add_widget(title)
        self.add_widget(self._hint)

    def natural_height(self, width: float) -> float:
        """Return the height of both."""
        return self._title.natural_height(width) + self._hint.natural_height(width)

    def natural_width(self) -> float:
        """Return the wider one's width."""
        return max(self._title.natural_width(), self._hint.natural_width())

    def arrange(self) -> None:
        """Place both, or the title alone."""
        title, hint = self._title.natural_height(self.width), self._hint.natural_height(self.width)
        has_room = title + hint <= self.height
        self._hint.opacity = 1.0 if has_room else 0.0
        hint = hint if has_room else 0.0
        title = min(title, self.height)
        slack = (self.height - title - hint) / 2
        self._title.place(self.x, self.y + slack + hint, self.width, title)
        self._hint.place(self.x, self.y + slack, self.width, hint)


class Tile(TouchButton):
    """A large choice: an icon on its plate, a title and a hint."""

    def __init__(
        self, look: Look, act: Act, title: str, hint: str = "", icon: str = "", kind: str = "plain", plate: float = 116
    ) -> None:
        p = look.palette
        row = Row(look, gap=24, pad=(25, 16, 20, 16))
        if icon:
            name = f"{icon}-fill" if f"{icon}-fill" in icon_codes() else icon
            plate *= 1 if look.large == 1 else 0.8
            row.add(Plate(look, Icon(look, name, plate * 0.52, p.primary), plate, p.tint), plate)
        self.title = Text(look, title, size=look.type.title, weight="bold", lines=2)
        words = TitleAndHint(look, self.title, hint)
        row.add(words, share=1)
        super().__init__(look, act, row, kind, RADIUS_TILE)


class Chip(TouchButton):
    """A pill-shaped choice that can be chosen; a tick shows it, not colour alone."""

    def __init__(
        self, look: Look, act: Act, text: str, chosen: bool = False, size: float | None = None, radius: float = 39
    ) -> None:
        self._ink = look.palette.ink
        self._tick = Icon(look, "check", 32, look.palette.on_primary)
        size = size if size is not None else look.type.hint
        self.label = Text(look, text, size=size, weight="semibold", halign="center", lines=2)
        row = Row(look, gap=8, pad=(20, 4, 20, 4))
        row.add(self._tick, 34)
        row.add(self.label, share=1)
        row.space(34)
        super().__init__(look, act, row, "plain", radius)
        self.choose(chosen)

    def show_state(self) -> None:
        """Paint fill, words and tick."""
        super().show_state()
        is_filled = self.is_chosen and not self.is_pressed
        self.label.tint(self.look.palette.on_primary if is_filled else self._ink)
        self._tick.opacity = 1.0 if is_filled else 0.0


class IconButton(TouchButton):
    """An icon over a short label: the accessibility bar, keys with symbols."""

    def __init__(
        self,
        look: Look,
        act: Act,
        icon: str,
        label: str = "",
        kind: str = "bar",
        size: float = 38,
        text_size: float | None = None,
        radius: float = RADIUS_FIELD,
        repeat: bool = False,
    ) -> None:
        p = look.palette
        column = Column(look, gap=2, pad=(6, 10, 6, 10))
        column.space(share=1)
        column.add(Icon(look, icon, size, p.primary_dark if kind == "bar" and p.bg != "#000000" else p.ink))
        if label:
            text_size = text_size if text_size is not None else look.type.caption
            column.add(Text(look, label, size=text_size, weight="semibold", halign="center", lines=1))
        column.space(share=1)
        super().__init__(look, act, column, kind, radius, repeat=repeat)
