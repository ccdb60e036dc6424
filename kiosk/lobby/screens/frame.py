"""What stands around every screen of the lobby: identity bar, notice, queue state, time warning, accessibility bar."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from kiosk.devices.card_hints import HINTS
from kiosk.lobby.view import CallHelp, Corner, LobbyIntent, LobbyView, SetLanguage, StayHere, Toggle, Wake
from kiosk.ui.locales import Texts
from kiosk.ui.tokens import CONTRAST, MARGIN
from kiosk.ui.widgets.boxes import Column, Layers, Row
from kiosk.ui.widgets.part import Look, Part
from kiosk.ui.widgets.shapes import Block, Card, Curtain, Dot, Emblem
from kiosk.ui.widgets.text import Icon, Text
from kiosk.ui.widgets.touch import Button, IconButton

HEADER, BAR = 176, 152
WIDE_HEADER, WIDE_BAR = 96, 136
WIDE_TOUCH = 120
"""Least height of a target on a panel that lies, u: 16 mm on 10.1 inch (`kiosk.ui.panels`)."""
NOTICES = {
    "card_unreadable": ("warn", "scan"),
    "card_two": ("warn", "identification-card"),
    "card_not_a_card": ("warn", "identification-card"),
    "help_called": ("ok", "hand-waving"),
    "help_go": ("warn", "hand-waving"),
    **{f"hold_{hint}": ("info", "scan") for hint in HINTS},
    "restarted": ("info", "arrow-counter-clockwise"),
    "remembered": ("ok", "shield-check"),
    "forgotten": ("ok", "shield-check"),
    "campaign_noted": ("ok", "device-mobile"),
}
"""Kind and icon of each notice."""


@dataclass(frozen=True)
class Drawing:
    """What every screen is drawn with."""

    look: Look
    texts: Texts
    emit: Callable[[LobbyIntent], None]

    @property
    def is_wide(self) -> bool:
        """Tell whether the panel lies on its side."""
        return self.look.is_wide

    def tall(self, height: float) -> float:
        """Return the height of a target, u: as wanted, or what a finger needs on this panel."""
        return max(height, WIDE_TOUCH) if self.is_wide else height

    @property
    def spelling(self) -> str:
        """Return the keyboard that writes this language: languages of this country use its letters and tones."""
        return "en" if self.texts.language == "en" else "vi"

    def does(self, intent: LobbyIntent) -> Callable[[], None]:
        """Return an act that emits `intent`."""
        return lambda: self.emit(intent)

    def say(self, key: str, **values: object) -> str:
        """Return a text of the lobby."""
        return self.texts.get(f"lobby.{key}", **values)


class EmblemCorner(Emblem):
    """The emblem; touched five times in a row it is the way in for staff, and no button for anybody else."""

    def __init__(self, look: Look, size: float, act: Callable[[], None]) -> None:
        super().__init__(look, size)
        self._act = act

    def on_touch_down(self, touch: Any) -> bool:
        """Tell of a touch, and let it pass."""
        if self.collide_point(*touch.pos):
            self._act()
        return False


def header(to: Drawing, view: LobbyView) -> Part:
    """Return the identity bar: emblem, authority, office, clock and day."""
    look, p = to.look, to.look.palette
    row = Row(look, gap=24, pad=(MARGIN, 8, MARGIN, 8) if to.is_wide else (MARGIN, 20, MARGIN, 20))
    side = 72 if to.is_wide else 92
    row.add(EmblemCorner(look, side, to.does(Corner())), side)
    ink, ink2 = (p.ink, p.ink2) if p is CONTRAST else (p.on_primary, p.on_primary2)
    small = 24 if to.is_wide else 27
    names = Column(look)
    names.space(share=1)
    names.add(Text(look, view.authority, size=small / look.large, colour=ink2, lines=1))
    names.add(Text(look, view.office_name, size=(small + 7) / look.large, weight="bold", colour=ink, lines=2))
    names.space(share=1)
    row.add(names, share=1)
    day = Text(look, view.day_line, size=26 / look.large, colour=ink2, halign="right", lines=1)
    if to.is_wide:
        row.add(day, 260)
        row.add(Text(look, view.clock, size=48 / look.large, weight="number", colour=ink, halign="right"), 150)
    else:
        time = Column(look)
        time.space(share=1)
        size = look.type.clock / look.large
        time.add(Text(look, view.clock, size=size, weight="number", colour=ink, halign="right"), 70)
        time.add(day, 36)
        time.space(share=1)
        row.add(time, 200)
    layers = Layers(look)
    layers.add(Block(look, p.primary_dark))
    layers.add(row)
    return layers


def bar(to: Drawing, view: LobbyView) -> Part:
    """Return the accessibility bar at the foot of every screen."""
    look, p = to.look, to.look.palette
    other = "en" if view.language == "vi" else "vi"
    row = Row(look, gap=14, pad=(36, 8, 36, 8) if to.is_wide else (36, 20, 36, 20))
    buttons: list[tuple[str, str, LobbyIntent, bool]] = [
        ("translate", to.texts.get("shell.other_language"), SetLanguage(language=other), False),
        ("text-aa", to.texts.get("shell.large"), Toggle(what="large"), view.large),
        ("circle-half", to.texts.get("shell.contrast"), Toggle(what="contrast"), view.contrast),
        ("speaker-high", to.texts.get("shell.read_aloud"), Toggle(what="read_aloud"), view.read_aloud),
        ("arrow-line-down", to.texts.get("shell.lowered"), Toggle(what="lowered"), view.lowered),
        ("hand-waving", to.texts.get("shell.help"), CallHelp(), view.notice == "help_called"),
    ]
    if to.is_wide:
        # a panel that lies is low enough as it is
        buttons = [button for button in buttons if button[0] != "arrow-line-down"]
    for icon, label, intent, is_on in buttons:
        button = IconButton(look, to.does(intent), f"{icon}-fill" if is_on else icon, label, text_size=23 / look.large)
        button.choose(is_on)
        row.add(button, share=1)
    layers = Layers(look)
    layers.add(Block(look, p.surface))
    layers.add(row)
    return layers


def strip(to: Drawing, icon: str, text: str, kind: str, around: float = 16) -> Card:
    """Return a one-line message: kind is `ok`, `warn`, `bad` or `info`; `around`: space above and below, u."""
    look, p = to.look, to.look.palette
    ink, fill = {
        "ok": (p.ok, p.ok_tint),
        "warn": (p.warn, p.warn_tint),
        "bad": (p.bad, p.bad_tint),
        "info": (p.primary if p is CONTRAST else p.primary_dark, p.tint),
    }[kind]
    row = Row(look, gap=20, pad=(28, around, 28, around))
    row.add(Icon(look, icon, 40, ink), 44)
    size = 28 / look.large**0.5 if to.is_wide else 28
    row.add(Text(look, text, size=size, weight="semibold", colour=ink), share=1)
    return Card(look, row, fill=fill, edge=ink if p is CONTRAST else None, radius=22)


def notice(to: Drawing, view: LobbyView) -> Part | None:
    """Return the present notice, or None."""
    if view.notice not in NOTICES:
        return None
    kind, icon = NOTICES[view.notice]
    told = strip(to, icon, to.say(f"notice.{view.notice}"), kind)
    column = Column(to.look, pad=(MARGIN, 8, MARGIN, 8) if to.is_wide else (MARGIN, 20, MARGIN, 0))
    column.add(told, share=1 if to.is_wide else 0)
    return column


def minutes(to: Drawing, low: int | None, high: int | None) -> str:
    """Return the range of waiting as people say it, or an empty text where none is known."""
    if low is None or high is None:
        return ""
    if high <= 2:
        return to.say("minutes.soon")
    if low == high:
        return to.say("minutes.one", n=high)
    return to.say("minutes.range", low=low, high=high)


def queue_state(to: Drawing, view: LobbyView) -> Part:
    """Return the pill that says how many wait, for how long, and how many counters are open."""
    look, p = to.look, to.look.palette
    broken = [part for part in ("paper", "printer", "camera") if part in view.faults]
    around = 6 if to.is_wide else 16  # on a panel that lies two lines have little height
    if broken:
        return strip(to, "wrench", to.say(f"fault.{broken[0]}"), "warn", around)
    if not view.online:
        return strip(to, "cloud-slash", to.say("queue.offline"), "warn", around)
    if view.waiting is None:
        return strip(to, "users-three", to.say("queue.unknown"), "info")
    text = to.say("queue.nobody") if view.waiting == 0 else to.say("queue.waiting", n=view.waiting)
    range_text = minutes(to, view.low_minutes, view.high_minutes) if view.waiting else ""
    if range_text:
        text = to.say("queue.both", waiting=text, minutes=range_text)
    open_text = to.say("queue.open", n=view.counters_open, total=view.counters_total)
    row = Row(look, gap=18, pad=(28, 4, 28, 4))
    row.add(Icon(look, "users-three-fill", 40, p.ok), 48)
    if to.is_wide:
        lines = Column(look)
        lines.space(share=1)
        for said, colour in ((text, p.ink), (open_text, p.ok)):
            lines.add(Text(look, said, size=25 / look.large**0.8, weight="semibold", colour=colour, lines=1))
        lines.space(share=1)
        row.add(lines, share=1)
    else:
        row.add(Text(look, text, size=28, lines=2), share=1)
        row.add(Dot(look, p.ok, 18), 18)
        row.add(Text(look, open_text, size=26, weight="semibold", colour=p.ok, lines=1))
    return Card(look, row, fill=p.ok_tint, edge=p.ok if p is CONTRAST else None, radius=22)


class EndingWarning(Column):
    """The warning that the visit is about to end, with the button that extends it.

    The seconds go by without drawing it anew: a finger that is on the button must find it when it lifts.
    """

    def __init__(self, to: Drawing, seconds: int) -> None:
        look, p = to.look, to.look.palette
        super().__init__(look, pad=(MARGIN, 0, MARGIN, 0) if to.is_wide else (MARGIN, 0, MARGIN, 20))
        self._to = to
        row = Row(look, gap=20, pad=(28, 6, 6, 6) if to.is_wide else (28, 14, 14, 14))
        row.add(Icon(look, "timer", 44, p.warn), 48)
        words = Text(look, to.say("ending", n=seconds), size=28, weight="semibold", colour=p.warn, lines=2)
        self._words = row.add(words, share=1)
        row.add(Button(look, to.does(StayHere()), to.say("stay"), "primary", size=28), 380)
        card = Card(look, row, fill=p.warn_tint, edge=p.warn, radius=28, line=2)
        if to.is_wide:
            self.add(card, share=1)
        else:
            self.add(card, 120)

    def tick(self, seconds: int) -> None:
        """Show how many seconds are left now."""
        self._words.set(self._to.say("ending", n=seconds))


def curtain(to: Drawing) -> Part:
    """Return the dark of a sleeping screen; a touch anywhere wakes it and presses nothing."""
    return Curtain(to.look, to.does(Wake()))
