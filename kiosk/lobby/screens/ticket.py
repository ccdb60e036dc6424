"""The end of a visit: printing, the ticket, and the words for a machine that cannot serve."""

from kiosk.lobby.screens.frame import Drawing, minutes, strip
from kiosk.lobby.screens.page import Page, line_edge, medallion
from kiosk.lobby.sheets import TicketSheet
from kiosk.lobby.view import Home, LobbyView, ShowName, StayHere
from kiosk.ui.tokens import CONTRAST, MARGIN
from kiosk.ui.widgets.boxes import Column, Row, Slot
from kiosk.ui.widgets.part import Part
from kiosk.ui.widgets.shapes import Card, QrPicture
from kiosk.ui.widgets.text import Icon, Text
from kiosk.ui.widgets.touch import Button


class PrintingPage(Page):
    """`printing`: the number exists already; the paper is on its way."""

    def __init__(self, to: Drawing) -> None:
        super().__init__(to)
        self.widget = Slot(to.look)

    def show(self, view: LobbyView) -> None:
        """Draw what has changed."""
        number = view.ticket.number if view.ticket else ""
        self.widget.show(number, lambda: self._build(number))

    def _build(self, number: str) -> Part:
        to, look, p = self.to, self.to.look, self.to.look.palette
        column = Column(look, gap=18 if to.is_wide else 28, pad=(MARGIN, 0, MARGIN, 0))
        column.space(share=1)
        side = 170 if to.is_wide else 260
        column.add(medallion(to, "printer-fill", side), side)
        column.add(Text(look, to.say("printing.title"), size=56, weight="extrabold", halign="center"))
        if number:
            column.add(Text(look, number, size=150, weight="number", colour=p.primary, halign="center"))
        column.add(Text(look, to.say("printing.hint"), size=34, colour=p.ink2, halign="center"))
        column.space(share=1.3)
        return column


class TicketPage(Page):
    """`ticket`: the number, the place, the honest range, the counters, and the code for the phone."""

    def __init__(self, to: Drawing) -> None:
        super().__init__(to)
        self._sheet = Slot(to.look)
        self._foot = Slot(to.look)
        column = Column(to.look, gap=16 if to.is_wide else 24, pad=(MARGIN, 20 if to.is_wide else 28, MARGIN, 20))
        column.add(self._sheet, share=1)
        column.add(self._foot)
        self._column = column
        self._told = ("", "")
        self.widget = column

    def show(self, view: LobbyView) -> None:
        """Draw what has changed."""
        ticket = view.ticket
        if ticket is None:
            return
        self._sheet.show(ticket, lambda: self._build(ticket))
        wish = (view.offered_name, view.name_shown)
        self._foot.show((view.seconds_left, wish), lambda: self._build_foot(view.seconds_left, self._wish(*wish)))
        if wish != self._told:
            self._told = wish
            self._column.replace()

    def _wish(self, name: str, shown: str) -> Part | None:
        """Return the offer of the name on the board, what became of it, or nothing."""
        to = self.to
        if name:
            size = 24 if to.is_wide else 30
            words = to.say("ticket.name", name=name)
            return Button(to.look, to.does(ShowName()), words, "outline", icon="desktop", size=size, pad=12)
        kind = {"shown": ("ok", "check-circle"), "failed": ("warn", "warning-circle")}.get(shown)
        return strip(to, kind[1], to.say(f"ticket.name_{shown}"), kind[0]) if kind is not None else None

    def _build(self, ticket: TicketSheet) -> Part:
        to, look = self.to, self.to.look
        column = Column(look, gap=24)
        kind, icon = {"paper": ("ok", "check-circle"), "printing": ("info", "printer")}.get(
            ticket.printed, ("warn", "device-mobile")
        )
        told = strip(to, icon, to.say(f"ticket.{ticket.printed}"), kind)
        if to.is_wide:
            column.add(self._waiting(ticket), share=1)
            column.add(self._code(ticket), 220)
            first = Column(look, gap=16)
            first.add(told)
            first.add(self._number(ticket), share=1)
            row = Row(look, gap=28)
            row.add(first, share=1)
            row.add(column, share=1)
            return row
        column.add(told)
        column.add(self._number(ticket), share=1)
        column.add(self._waiting(ticket), share=0.72)
        column.add(self._code(ticket), 300)
        return column

    def _number(self, ticket: TicketSheet) -> Part:
        to, look, p = self.to, self.to.look, self.to.look.palette
        is_dark = p is CONTRAST
        column = Column(look, gap=0, pad=(32, 12, 32, 12) if to.is_wide else (32, 28, 32, 32))
        column.space(share=1)
        column.add(
            Text(look, to.say("ticket.yours"), size=36, weight="semibold", colour=p.on_primary2, halign="center")
        )
        column.add(
            Text(
                look,
                ticket.number,
                size=(190 if to.is_wide else 230) / look.large,
                weight="number",
                colour=p.on_primary,
                halign="center",
                lines=1,
            )
        )
        column.add(Text(look, ticket.group_name, size=44, weight="bold", colour=p.on_primary, halign="center", lines=2))
        if ticket.priority:
            column.space(16)
            column.add(
                Text(
                    look,
                    to.say("ticket.priority"),
                    size=30,
                    weight="bold",
                    colour=p.gold if not is_dark else p.on_primary,
                    halign="center",
                )
            )
        column.space(share=1)
        return Card(look, column, fill=p.primary, radius=34, shadow=not is_dark)

    def _waiting(self, ticket: TicketSheet) -> Part:
        to, look, p = self.to, self.to.look, self.to.look.palette
        counters = ", ".join(map(str, ticket.counters))
        facts = [
            ("users-three", "ticket.place", str(ticket.place) if ticket.place else to.say("unknown")),
            ("clock", "ticket.wait", minutes(to, ticket.low_minutes, ticket.high_minutes) or to.say("unknown")),
            ("desk", "ticket.counters", counters or to.say("unknown")),
        ]
        if ticket.form_codes:
            codes = ", ".join(f"{code[:4]} {code[4:]}" for code in ticket.form_codes)
            facts.append(("note-pencil", "ticket.form_code", codes))
        column = Column(look, gap=0, pad=(36, 16, 36, 16))
        for icon, name, text in facts:
            row = Row(look, gap=24)
            row.add(Icon(look, icon, 48, p.primary), 56)
            small = 0.8 / look.large**0.6 if to.is_wide else 1
            row.add(Text(look, to.say(name), size=32 * small, colour=p.ink2, lines=1), share=0.8)
            row.add(Text(look, text, size=40 * small, weight="bold", halign="right", lines=1), share=1)
            column.add(row, share=1)
        if ticket.told_offline:
            column.add(Text(look, to.say("ticket.old"), size=26, weight="semibold", colour=p.warn))
        return Card(look, column, edge=line_edge(to))

    def _code(self, ticket: TicketSheet) -> Part:
        to, look, p = self.to, self.to.look, self.to.look.palette
        words = Column(look, gap=10)
        words.space(share=1)
        words.add(Text(look, to.say("ticket.follow"), size=36, weight="bold"))
        words.add(Text(look, to.say("ticket.follow_hint"), size=28, colour=p.ink2))
        words.space(share=1)
        side = 200 if to.is_wide else 260
        row = Row(look, gap=24, pad=(10, 10, 24, 10)) if to.is_wide else Row(look, gap=36, pad=(20, 20, 36, 20))
        row.add(QrPicture(look, ticket.link, pad=14, edge=p.line), side)
        row.add(words, share=1)
        return Card(look, row, edge=line_edge(to))

    def _build_foot(self, seconds: int | None, wish: Part | None) -> Part:
        to, look = self.to, self.to.look
        row = Row(look, gap=20)
        if wish is not None and to.is_wide:
            row.add(wish, share=1.2)
        if seconds is not None:
            row.add(
                Button(look, to.does(StayHere()), to.say("ticket.keep", n=seconds), "plain", icon="timer", size=29),
                share=1,
            )
        row.add(
            Button(look, to.does(Home()), to.say("ticket.done"), "primary", icon="check", size=38, radius=28), share=1
        )
        # an upright panel has room for a line above
        foot = Column(look, gap=24)
        if wish is not None and not to.is_wide:
            foot.add(wish, to.tall(96))
        foot.add(row, 124)
        return foot


class SorryPage(Page):
    """`sorry`: out of service, why, and what to do now."""

    def __init__(self, to: Drawing) -> None:
        super().__init__(to)
        self.widget = Slot(to.look)

    def show(self, view: LobbyView) -> None:
        """Draw what has changed."""
        self.widget.show(view.reason, lambda: self._build(view.reason))

    def _build(self, reason: str) -> Part:
        to, look, p = self.to, self.to.look, self.to.look.palette
        key = f"lobby.sorry.{reason}"
        text = to.texts.get(key) if reason and to.texts.has(key) else to.say("sorry.other")
        column = Column(look, gap=18 if to.is_wide else 28, pad=(MARGIN + 24, 0, MARGIN + 24, 0))
        column.space(share=1)
        side = 160 if to.is_wide else 240
        column.add(medallion(to, "wrench-fill", side), side)
        column.add(Text(look, to.say("sorry.title"), size=56, weight="extrabold", halign="center"))
        column.add(Text(look, text, size=36, colour=p.ink2, halign="center"))
        column.space(8 if to.is_wide else 20)
        column.add(strip(to, "hand-waving", to.say("sorry.go_to_counter"), "info"))
        column.space(share=1.4)
        return column
