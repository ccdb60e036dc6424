"""The calculator for certified copies, and the checklist to take along."""

from kiosk.lobby.screens.frame import Drawing, strip
from kiosk.lobby.screens.page import BACK, Page, foot, heading, line_edge, navigation, sides
from kiosk.lobby.screens.papers import Checklist
from kiosk.lobby.sheets import FeeSheet, ProcedureSheet, TakeawaySheet
from kiosk.lobby.view import Home, LobbyView, PrintList, Step
from kiosk.ui.tokens import CONTRAST, MARGIN
from kiosk.ui.widgets.boxes import Column, Row, Slot
from kiosk.ui.widgets.part import Part
from kiosk.ui.widgets.shapes import Card, QrPicture
from kiosk.ui.widgets.text import Text
from kiosk.ui.widgets.touch import Button, IconButton, TouchButton

SLIP_HEIGHT = 124


def dong(amount: int) -> str:
    """Return an amount as it is written here: `12.000 đ`."""
    return f"{amount:,}".replace(",", ".") + " đ"


def slip_line(to: Drawing, page: str, printed: str, can_print: bool) -> Part:
    """Return the button that prints what a page shows, or how that stands.

    Args:
        page: beginning of the words' keys.
        printed: empty, `printing`, `paper` or `failed`.
    """
    if printed == "paper":
        return strip(to, "check-circle", to.say(f"{page}.printed"), "ok")
    if printed == "printing":
        return strip(to, "printer", to.say(f"{page}.printing"), "info")
    if printed == "failed" or not can_print:
        return strip(to, "device-mobile", to.say(f"{page}.failed"), "warn")
    return Button(to.look, to.does(PrintList()), to.say(f"{page}.print"), "primary", icon="printer-fill", size=36)


class FeePage(Page):
    """`fee`: how many pages, how many copies, and what it costs."""

    def __init__(self, to: Drawing) -> None:
        super().__init__(to)
        look = to.look
        self._pages, self._copies, self._sum, self._print = Slot(look), Slot(look), Slot(look), Slot(look)
        question = heading(to, to.say("fee.question"))
        nav = navigation(to, back=BACK, home=Home())
        if to.is_wide:
            first = Column(look, gap=24)
            first.add(question)
            first.add(self._pages, 246)
            first.add(self._copies, 246)
            first.space(share=1)
            second = Column(look, gap=20)
            second.add(self._sum, share=1)
            second.add(self._print, to.tall(SLIP_HEIGHT))
            second.add(nav, foot(to))
            self.widget = sides(to, first, second)
            return
        # what is touched lies low, what is only read above it; a wide panel has no room for the rule, which the page
        # before this one tells, too
        column = Column(look, gap=24, pad=(MARGIN, 28, MARGIN, 24))
        column.add(question)
        column.add(Text(look, to.say("fee.rule"), size=30, colour=look.palette.ink2))
        column.add(self._sum, share=1)
        column.add(self._pages, 290)
        column.add(self._copies, 290)
        column.add(self._print, to.tall(SLIP_HEIGHT))
        column.add(nav, foot(to))
        self.widget = column

    def show(self, view: LobbyView) -> None:
        """Draw what has changed."""
        sheet = view.fee
        if sheet is None:
            return
        self._pages.show(sheet.pages, lambda: self._figure("pages", sheet.pages, (-10, -1, 1, 10)))
        self._copies.show(sheet.copies, lambda: self._figure("copies", sheet.copies, (-1, 1)))
        is_new = self._sum.show((sheet.pages, sheet.copies), lambda: self._build_sum(sheet))
        slip = (sheet.printed, sheet.can_print)
        is_new = self._print.show(slip, lambda: slip_line(self.to, "fee", *slip)) or is_new
        if is_new:
            self.widget.replace()

    def _figure(self, what: str, value: int, steps: tuple[int, ...]) -> Part:
        to, look = self.to, self.to.look
        column = Column(look, gap=10, pad=(16, 14, 16, 18))
        column.add(Text(look, to.say(f"fee.{what}"), size=32, weight="semibold", halign="center", lines=1))
        row = Row(look, gap=12)
        for step in steps:
            if step == 1:
                row.add(Text(look, str(value), size=84 / look.large, weight="number", halign="center"), share=1.2)
            act = to.does(Step(what=what, by=step))
            sign = "minus" if step < 0 else "plus"
            button: TouchButton
            if abs(step) > 1:
                size = (28 if to.is_wide else 34) / look.large
                button = Button(look, act, f"{abs(step)}", "plain", icon=sign, size=size, pad=2, repeat=True)
            else:
                button = IconButton(look, act, sign, "", "plain", size=52, repeat=True)
            button.spoken = to.say(f"fee.step.{'less' if step < 0 else 'more'}", n=abs(step))
            row.add(button, share=1)
        column.add(row, share=1)
        return Card(look, column, edge=line_edge(to))

    def _build_sum(self, sheet: FeeSheet) -> Part:
        to, look, p = self.to, self.to.look, self.to.look.palette
        ink2 = p.on_primary2 if p is not CONTRAST else p.on_primary
        around = 12 if to.is_wide else 28
        column = Column(look, gap=8, pad=(36, around, 36, around))
        column.space(share=1)
        one = to.say("fee.one", amount=dong(sheet.one))
        column.add(Text(look, one, size=32, colour=ink2, halign="center"))
        if sheet.is_capped:
            column.add(Text(look, to.say("fee.capped"), size=27, colour=ink2, halign="center"))
        column.add(Text(look, to.say("fee.total", n=sheet.copies), size=34, colour=p.on_primary, halign="center"))
        total = Text(look, dong(sheet.total), size=92 / look.large, weight="extrabold", colour=p.on_primary)
        row = Row(look)
        row.space(share=1)
        row.add(total)
        row.space(share=1)
        column.add(row)
        column.add(Text(look, to.say("fee.pay"), size=27, colour=ink2, halign="center"))
        column.space(share=1)
        return Card(look, column, fill=p.primary, radius=34)


class TakeawayPage(Page):
    """`takeaway`: the checklist for the phone, without a network, and for the hand."""

    def __init__(self, to: Drawing) -> None:
        super().__init__(to)
        look = to.look
        self._list, self._code, self._print = Slot(look), Slot(look), Slot(look)
        first = Column(look, gap=18)
        first.add(heading(to, to.say("takeaway.question")))
        first.add(self._list, share=1)
        second = Column(look, gap=18)
        second.add(self._code, 0 if to.is_wide else 560, share=1 if to.is_wide else 0)
        second.add(self._print, to.tall(SLIP_HEIGHT))
        second.add(navigation(to, back=BACK, home=Home()), foot(to))
        self._second = second
        self.widget = sides(to, first, second, 0.9)

    def show(self, view: LobbyView) -> None:
        """Draw what has changed."""
        sheet = view.takeaway
        if sheet is None:
            return
        self._list.show((sheet.title, sheet.papers), lambda: self._build_list(sheet))
        is_new = self._code.show(sheet.code, lambda: self._build_code(sheet))
        slip = (sheet.printed, sheet.can_print)
        is_new = self._print.show(slip, lambda: slip_line(self.to, "takeaway", *slip)) or is_new
        if is_new:
            self._second.replace()

    def _build_list(self, sheet: TakeawaySheet) -> Part:
        to = self.to
        listed = ProcedureSheet(
            title=sheet.title, code="", group_name="", time="", fee="", papers=sheet.papers, source="", unsure=False
        )
        column = Column(to.look, gap=12, pad=(32, 20, 32, 20))
        column.add(Text(to.look, sheet.title, size=32, weight="bold", colour=to.look.palette.primary))
        column.add(Checklist(to, listed), share=1)
        return Card(to.look, column, edge=line_edge(to))

    def _build_code(self, sheet: TakeawaySheet) -> Part:
        to, look = self.to, self.to.look
        column = Column(look, gap=10, pad=(24, 20, 24, 20))
        column.add(QrPicture(look, sheet.code, pad=14, edge=look.palette.line), share=1)
        column.add(Text(look, to.say("takeaway.phone"), size=28, halign="center", lines=2))
        return Card(look, column, edge=line_edge(to))
