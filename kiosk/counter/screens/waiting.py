"""The tablet between ratings: closed, waiting for a call, calling, serving, paused."""

from kiosk.counter.screens.consent import camera_and_phone
from kiosk.counter.screens.frame import PAD, PHONE, Drawing, heading, petition_button, phone_card, strip
from kiosk.counter.view import CounterView
from kiosk.ui.digits import Digits
from kiosk.ui.tokens import CONTRAST, RADIUS_HERO
from kiosk.ui.widgets.boxes import Column, Grid, Row, Slot
from kiosk.ui.widgets.part import Part
from kiosk.ui.widgets.shapes import Card, Plate
from kiosk.ui.widgets.text import Icon, Text

SERVICE, SERVICES = 110, 370
"""Height of one service where there is room, and of all of them, u."""
STRIP = 78
"""Height of a line for everybody or for the officer, u."""
ONE_COLUMN = 3
"""So many services stand under one another; more in two columns."""
STEPS = ("closed", "idle", "calling", "serving", "paused")


class WaitingPage:
    """One of `STEPS`."""

    def __init__(self, to: Drawing) -> None:
        self.to = to
        self.widget = Slot(to.look)

    def show(self, view: CounterView) -> None:
        """Draw what has changed."""
        key = (
            view.step,
            view.number,
            view.group_names,
            view.group_letters,
            view.waiting,
            view.message,
            (view.entry, view.typed),
            view.link,
            view.manual,
            view.hotline,
            view.camera,
        )
        self.widget.show(key, lambda: self._build(view))

    def _build(self, view: CounterView) -> Part:
        match view.step:
            case "idle":
                return self._idle(view)
            case "calling":
                return self._calling(view)
            case "serving":
                return self._serving(view)
            case "paused":
                return self._away(view, "coffee", "paused")
            case _:
                return self._away(view, "moon", "closed")

    def _idle(self, view: CounterView) -> Part:
        to, look, p = self.to, self.to.look, self.to.look.palette
        column = Column(look, gap=16, pad=PAD)
        column.add(heading(to, to.say("idle.title")))
        column.add(Text(look, to.say("idle.text"), size=26, colour=p.ink2, lines=2))
        columns = 1 if len(view.group_names) <= ONE_COLUMN else 2
        rows = -(-len(view.group_names) // columns)
        # larger words around them leave less room
        high = min(SERVICE, SERVICES / look.large / max(1, rows) - 14)
        grid = Grid(look, columns, gap=14)
        for place, name in enumerate(view.group_names):
            letter = view.group_letters[place] if place < len(view.group_letters) else ""
            grid.add(self._service(letter, name, high))
        column.add(grid, high * rows + 14 * (rows - 1) if rows else 0)
        column.space(share=1)
        # what is told to the officer takes its place for a moment, and nothing else moves
        if view.waiting is not None and not self._told(view):
            key = "idle.nobody" if view.waiting == 0 else "idle.waiting"
            column.add(strip(to, "users-three-fill", to.say(key, n=view.waiting), "ok"), STRIP)
        self._add_foot(column, view)
        return column

    def _service(self, letter: str, name: str, height: float) -> Part:
        """Return a service behind the letter of its numbers: whoever holds A105 sees who serves A."""
        look, p = self.to.look, self.to.look.palette
        row = Row(look, gap=20, pad=(20, 6, 20, 6))
        if letter:
            side = min(60, height - 14)
            words = Text(look, letter, size=side / 2 / look.large, weight="number", colour=p.primary, halign="center")
            row.add(Plate(look, words, side, p.tint, radius=16), side)
        row.add(Text(look, name, size=30, weight="semibold", lines=2), share=1)
        return Card(look, row, edge=p.line, radius=22)

    def _calling(self, view: CounterView) -> Part:
        to, look, p = self.to, self.to.look, self.to.look.palette
        column = Column(look, gap=18, pad=PAD)
        words = Column(look, pad=(48, 34, 48, 34))
        words.add(
            Text(look, to.say("calling.title"), size=44, weight="bold", colour=p.on_gold, halign="center", lines=1)
        )
        words.add(Digits(look, view.number, 250, p.on_gold, "center"), share=1)
        words.add(
            Text(
                look,
                to.say("calling.text", counter=view.counter),
                size=44,
                weight="bold",
                colour=p.on_gold,
                halign="center",
                lines=2,
            )
        )
        column.add(Card(look, words, fill=p.gold, radius=RADIUS_HERO), share=1)
        self._add_message(column, view)
        return column

    def _serving(self, view: CounterView) -> Part:
        to, look, p = self.to, self.to.look, self.to.look.palette
        column = Column(look, gap=18, pad=PAD)
        words = Column(look, pad=(48, 26, 48, 26))
        ink, ink2 = (p.ink, p.ink2) if p is CONTRAST else (p.on_primary, p.on_primary2)
        words.add(
            Text(look, to.say("serving.title"), size=36, weight="semibold", colour=ink2, halign="center", lines=1)
        )
        words.add(Digits(look, view.number, 180, ink, "center"), share=1)
        if not self._told(view):
            words.add(Text(look, to.say("serving.text"), size=28, colour=ink2, halign="center", lines=2))
        fill, edge = (p.surface, p.edge) if p is CONTRAST else (p.primary, None)
        column.add(Card(look, words, fill=fill, edge=edge, radius=RADIUS_HERO), share=1)
        self._add_foot(column, view)
        return column

    def _away(self, view: CounterView, icon: str, step: str) -> Part:
        to, look, p = self.to, self.to.look, self.to.look.palette
        column = Column(look, gap=20, pad=PAD)
        column.space(share=1)
        plate = Row(look)
        plate.space(share=1)
        plate.add(Card(look, Icon(look, icon, 96, p.primary), fill=p.tint, radius=90), 180)
        plate.space(share=1)
        column.add(plate, 180)
        column.add(
            Text(look, to.say(f"{step}.title"), size=look.type.hero, weight="extrabold", halign="center", lines=2)
        )
        column.add(Text(look, to.say(f"{step}.text"), size=30, colour=p.ink2, halign="center", lines=3))
        column.space(share=1)
        if self._told(view):
            self._add_message(column, view)
        elif view.hotline:
            hotline = to.say("hotline", hotline=view.hotline)
            column.add(Text(look, hotline, size=26, weight="semibold", colour=p.ink2, halign="center", lines=1), STRIP)
        return column

    def _add_message(self, column: Column, view: CounterView) -> None:
        words = self._told(view)
        if words and view.entry:
            column.add(strip(self.to, "user", words, "info"), STRIP)
        elif words:
            kind = ("check-circle", "ok") if view.message == "sent" else ("info", "warn")
            column.add(strip(self.to, kind[0], words, kind[1]), STRIP)

    def _told(self, view: CounterView) -> str:
        """Return what is told to the officer now, or nothing."""
        if view.entry:
            return self.to.say(f"entry.{view.entry}", typed=view.typed or "…")
        key = f"message.{view.message}"
        return self.to.say(key) if view.message and self.to.texts.has(f"counter.{key}") else ""

    def _add_foot(self, column: Column, view: CounterView) -> None:
        self._add_message(column, view)
        if view.camera:
            column.add(camera_and_phone(self.to, view), PHONE)
        elif view.link:
            column.add(phone_card(self.to, view), PHONE)
        column.add(petition_button(self.to), 98)
