"""What stands beside every screen of the tablet: the counter's identity, and the parts that several screens share."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

from kiosk.counter.view import (
    CounterIntent,
    CounterView,
    OpenPetition,
    SetLanguage,
    SwitchContrast,
    SwitchLarge,
)
from kiosk.ui.digits import Digits
from kiosk.ui.locales import Texts
from kiosk.ui.tokens import CONTRAST, RADIUS_FIELD, TABLET_MARGIN
from kiosk.ui.widgets.boxes import Column, Layers, Row
from kiosk.ui.widgets.part import Gap, Look, Part
from kiosk.ui.widgets.shapes import Block, Card, QrPicture
from kiosk.ui.widgets.text import Icon, Text
from kiosk.ui.widgets.touch import Act, Button, TouchButton

IDENTITY = 300
"""Width of the identity column, u."""
PAD = (TABLET_MARGIN, 30, TABLET_MARGIN, 26)
"""Margins of the page beside it, u."""
PHONE = 168
"""Height of the card with the QR code, u: four pixels a module at 1280x800 for our addresses."""
GROUPS_SHOWN = 2
NO_BREAK, LONGEST_UNBROKEN = "\u00a0", 18
"""Lines break between services and not within one, unless its name is longer than this."""
PLATE, LOW_PLATE = 122, 100
"""Size of the officer's letters; the lower one where a warning takes from its place, u."""
ACCESS = 90
"""Height of the buttons for language, large words and contrast, u."""
LIGHT = 100
"""Height of what shows that the camera is on, u."""


@dataclass(frozen=True)
class Drawing:
    """What every screen is drawn with."""

    look: Look
    texts: Texts
    emit: Callable[[CounterIntent], None]
    new_style: bool = False
    """Write hoà, khoẻ, thuỷ instead of hòa, khỏe, thủy."""

    def does(self, intent: CounterIntent) -> Callable[[], None]:
        """Return an act that emits `intent`."""
        return lambda: self.emit(intent)

    def say(self, key: str, **values: object) -> str:
        """Return a text of the counter."""
        return self.texts.get(f"counter.{key}", **values)


class Page(Protocol):
    """One screen: its widget is built once and kept, `show` draws what a view changed."""

    widget: Part

    def show(self, view: CounterView) -> None:
        """Draw what has changed."""


@runtime_checkable
class WrittenPage(Page, Protocol):
    """A screen that somebody writes on."""

    def forget(self) -> None:
        """Let go of what was written: the page is kept, its writer has gone."""


def identity(to: Drawing, view: CounterView, light: Part | None = None) -> Part:
    """Return the left column: counter, officer, services, ticket, clock; the same on every screen that has it.

    `light` shows for its few seconds in the place of trouble and language that the camera is on.
    """
    look, p = to.look, to.look.palette
    ink, ink2 = (p.ink, p.ink2) if p is CONTRAST else (p.on_primary, p.on_primary2)
    fixed = 1 / look.large  # large type shall not push the ticket off the column
    column = Column(look, gap=0, pad=(24, 30, 24, 24))
    label = to.say("counter")
    column.add(Text(look, label, size=25 * fixed, weight="semibold", colour=ink2, halign="center", lines=1), 38)
    column.add(Digits(look, str(view.counter), 120, ink, "center"), 124)
    column.space(10)
    if view.officer_name:
        _add_officer(column, to, view, ink, ink2)
    elif view.group_names:
        column.add(_groups(to, view, ink2))
    column.space(share=1)
    if light is not None:
        column.add(light, LIGHT)
    else:
        if not view.online:
            column.add(_trouble(to, view))
            column.space(12)
        column.add(_access(to, view), ACCESS)
    column.space(12)
    column.add(_ticket(to, view) if view.number else Gap(look), 106)
    column.add(
        Text(look, view.clock, size=27 * fixed, weight="number", colour=ink2, halign="center", valign="bottom"), 42
    )
    layers = Layers(look)
    layers.add(Block(look, p.primary_dark))
    layers.add(column)
    return layers


def initials(name: str) -> str:
    """Return the first letters of family and given name: Trần Thị Minh is TM."""
    words = name.split()
    return "".join(word[0] for word in ([words[0], words[-1]] if len(words) > 1 else words)).upper()


def _add_officer(column: Column, to: Drawing, view: CounterView, ink: str, ink2: str) -> None:
    look, p = to.look, to.look.palette
    letters = Text(
        look,
        initials(view.officer_name),
        size=50 / look.large,
        weight="bold",
        colour=p.ink if p is CONTRAST else p.primary_dark,
        halign="center",
        lines=1,
    )
    plate = PLATE if view.online else LOW_PLATE
    row = Row(look)
    row.space(share=1)
    row.add(Card(look, letters, fill=p.tint, radius=plate / 2), plate)
    row.space(share=1)
    column.add(row, plate)
    column.space(10)
    name_size = 27 * min(look.large, 1.1) / look.large
    column.add(Text(look, view.officer_name, size=name_size, weight="bold", colour=ink, halign="center", lines=2))
    column.space(2)
    column.add(_groups(to, view, ink2))


def _groups(to: Drawing, view: CounterView, ink: str) -> Text:
    """Return the services of the counter in at most two lines."""
    names = view.group_names
    # "and one other" would take the place of the other
    shown = names[:GROUPS_SHOWN] if len(names) > GROUPS_SHOWN + 1 else names
    words = ", ".join(name.replace(" ", NO_BREAK) if len(name) <= LONGEST_UNBROKEN else name for name in shown)
    if len(names) > GROUPS_SHOWN + 1:
        words = f"{words} {to.say('more_groups', n=len(names) - GROUPS_SHOWN)}"
    size = 22 * min(to.look.large, 1.05) / to.look.large  # the column is narrow: large type grows in the page
    return Text(to.look, words, size=size, colour=ink, halign="center", lines=3)


def _trouble(to: Drawing, view: CounterView) -> Card:
    look, p = to.look, to.look.palette
    row = Row(look, gap=10, pad=(14, 8, 12, 8))
    row.add(Icon(look, "cloud-slash", 30, p.warn), 30)
    words = to.say("manual") if view.manual and view.step == "calling" else to.say("offline")
    row.add(Text(look, words, size=20 / look.large, weight="semibold", colour=p.warn, lines=2), share=1)
    return Card(look, row, fill=p.warn_tint, edge=p.warn if p is CONTRAST else None, radius=18)


def _access(to: Drawing, view: CounterView) -> Row:
    """Return what makes the tablet easier for this citizen: the other language, larger words, high contrast."""
    other = "en" if view.language == "vi" else "vi"
    row = Row(to.look, gap=9)
    row.add(_AccessButton(to, SetLanguage(language=other), "translate", "other_language", False), share=1)
    row.add(_AccessButton(to, SwitchLarge(), "text-aa", "large", view.large), share=1)
    row.add(_AccessButton(to, SwitchContrast(), "circle-half", "contrast", view.contrast), share=1)
    return row


class _AccessButton(TouchButton):
    """An icon over its word, on the dark column."""

    def __init__(self, to: Drawing, intent: CounterIntent, icon: str, key: str, is_on: bool) -> None:
        look, p = to.look, to.look.palette
        is_contrast = p is CONTRAST
        ink = p.on_primary if is_on and is_contrast else p.ink if is_contrast else p.on_primary
        column = Column(look, gap=0, pad=(3, 8, 3, 4))
        column.add(Icon(look, icon, 30, ink), 32)
        words = to.texts.get(f"shell.{key}")
        column.add(Text(look, words, size=17 / look.large, weight="semibold", colour=ink, halign="center"), share=1)
        super().__init__(look, to.does(intent), column, "plain", 18)
        self.target = "choice"
        if not is_contrast:
            self._rest = (p.primary_dark, p.on_primary2)
            self._down = self._chosen = (p.primary, p.on_primary)
        self.choose(is_on)


def _ticket(to: Drawing, view: CounterView) -> Card:
    look, p = to.look, to.look.palette
    column = Column(look, pad=(12, 10, 12, 8))
    ink, ink2 = (p.ink, p.ink2) if p is CONTRAST else (p.on_primary, p.on_primary2)
    column.add(Text(look, to.say("ticket"), size=21 / look.large, colour=ink2, halign="center", lines=1), 32)
    column.add(
        Text(look, view.number, size=44 / look.large, weight="number", colour=ink, halign="center", lines=1), share=1
    )
    fill, edge = (p.surface, p.edge) if p is CONTRAST else (p.primary, None)
    return Card(look, column, fill=fill, edge=edge, radius=RADIUS_FIELD)


def heading(to: Drawing, text: str, size: float | None = None, lines: int = 2) -> Text:
    """Return the one question of a page."""
    size = size if size is not None else to.look.type.question
    return Text(to.look, text, size=size, weight="extrabold", lines=lines, valign="top")


def strip(to: Drawing, icon: str, text: str, kind: str) -> Card:
    """Return a one-line message: kind is `ok`, `warn` or `info`."""
    look, p = to.look, to.look.palette
    ink, fill = {
        "ok": (p.ok, p.ok_tint),
        "warn": (p.warn, p.warn_tint),
        "info": (p.primary if p is CONTRAST else p.primary_dark, p.tint),
    }[kind]
    row = Row(look, gap=16, pad=(24, 10, 24, 10))
    row.add(Icon(look, icon, 34, ink), 36)
    row.add(Text(look, text, size=look.type.body, weight="semibold", colour=ink, lines=2), share=1)
    return Card(look, row, fill=fill, edge=ink if p is CONTRAST else None, radius=RADIUS_FIELD)


def phone_card(to: Drawing, view: CounterView) -> Card:
    """Return the card that leads to the phone: words on the left, QR code on the right."""
    look, p = to.look, to.look.palette
    words = Column(look, gap=4)
    words.space(share=1)
    words.add(Text(look, to.say("qr.title"), size=27, weight="bold", lines=1))
    hint = to.say("qr.text") if view.link else to.say("qr.no_code")
    words.add(Text(look, hint, size=22, colour=p.ink2, lines=2))
    if view.hotline:
        hotline = to.say("hotline", hotline=view.hotline)
        words.add(Text(look, hotline, size=22, colour=p.ink2, lines=1))
    words.space(share=1)
    row = Row(look, gap=24, pad=(30, 10, 10, 10))
    row.add(words, share=1)
    if view.link:
        row.add(QrPicture(look, view.link, pad=8, edge=p.line), PHONE - 20)
    return Card(look, row, edge=p.line, radius=28)


class ChoiceChip(TouchButton):
    """A pill-shaped choice; a tick and its fill show that it is chosen. One line, two in large type."""

    def __init__(self, look: Look, act: Act, text: str, is_chosen: bool, height: float, size: float = 23) -> None:
        p = look.palette
        ink = p.on_primary if is_chosen else p.ink
        row = Row(look, gap=4, pad=(16 if is_chosen else 14, 4, 12, 4))
        if is_chosen:
            row.add(Icon(look, "check", 26, ink), 28)
        lines = 1 if look.large == 1 else 2
        row.add(Text(look, text, size=size, weight="semibold", colour=ink, halign="center", lines=lines), share=1)
        super().__init__(look, act, row, "primary" if is_chosen else "plain", height / 2)
        self.target = "choice"
        if is_chosen:
            self._chosen = self._rest
            self.choose(True)


def petition_button(to: Drawing) -> Button:
    """Return the way to the leader."""
    button = Button(to.look, to.does(OpenPetition()), to.say("write_leader"), "outline", "note-pencil", size=26)
    button.target = "choice"
    return button
