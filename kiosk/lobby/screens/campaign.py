"""The guide of a campaign: what it is, what to bring, the steps, the provider's code, and help."""

from collections.abc import Sequence

from kiosk.lobby.screens.frame import Drawing
from kiosk.lobby.screens.page import Page, line_edge, sides
from kiosk.lobby.sheets import CampaignSheet
from kiosk.lobby.view import Choose, LobbyView
from kiosk.ui.tokens import CONTRAST, RADIUS_HERO
from kiosk.ui.widgets.boxes import Column, Row, Slot
from kiosk.ui.widgets.part import Part
from kiosk.ui.widgets.shapes import Card, QrPicture
from kiosk.ui.widgets.text import Icon, Text, text_height
from kiosk.ui.widgets.touch import Button

KEYS = ("bring", "steps")
"""The two lists of the guide."""
SIZES, WIDE_SIZES = (40, 38, 36, 34, 32, 30, 28, 26, 24, 22), (30, 28, 26, 24, 22.5, 21, 19)
"""Type sizes of its lists, u: the largest that fits is taken."""


class CampaignPage(Page):
    """`campaign`: home while a campaign is on."""

    def __init__(self, to: Drawing) -> None:
        super().__init__(to)
        self._slot = Slot(to.look)
        self.widget = self._slot

    def show(self, view: LobbyView) -> None:
        """Draw what has changed."""
        sheet = view.campaign
        if sheet is not None:
            self._slot.show((sheet, view.lowered), lambda: self._build(sheet, view.lowered))

    def _build(self, sheet: CampaignSheet, is_lowered: bool) -> Part:
        to, look = self.to, self.to.look
        first = Column(look, gap=20 if not to.is_wide else 14)
        first.add(self._hero(sheet))
        pad = (28, 8, 28, 6) if to.is_wide else (32, 16, 32, 12)
        first.add(Card(look, Guide(to, sheet), pad=pad, edge=line_edge(to)), share=1)
        second = Column(look, gap=16)
        second.add(self._code(sheet, is_lowered), share=1 if to.is_wide else 0)
        if sheet.can_take:
            take = Button(
                look, to.does(Choose(key="campaign")), to.say("campaign.take"), "primary", icon="ticket-fill", size=34
            )
            second.add(take, 120)
        ways = Row(look, gap=16)
        for key, icon in (("phone", "device-mobile"), ("other", "list-checks")):
            button = Button(
                look, to.does(Choose(key=key)), to.say(f"campaign.{key}"), "plain", icon=icon, size=28, pad=12
            )
            ways.add(button, share=1.3 if key == "phone" else 1)
        second.add(ways, to.tall(104))
        return sides(to, first, second, 0.8)

    def _hero(self, sheet: CampaignSheet) -> Part:
        to, look, p = self.to, self.to.look, self.to.look.palette
        column = Column(look, gap=8, pad=(36, 22, 36, 22) if not to.is_wide else (30, 12, 30, 12))
        gold = p.on_primary if p is CONTRAST else p.gold
        column.add(Text(look, to.say("campaign.today"), size=26, weight="bold", colour=gold, lines=1))
        size = 50 if not to.is_wide else 36
        column.add(
            Text(look, sheet.name, size=size / look.large**0.5, weight="extrabold", colour=p.on_primary, lines=3)
        )
        column.add(Text(look, sheet.lead, size=(25 if to.is_wide else 29) / look.large**0.5, colour=p.on_primary2))
        return Card(look, column, fill=p.primary, radius=RADIUS_HERO)

    def _code(self, sheet: CampaignSheet, is_lowered: bool) -> Part:
        to, look = self.to, self.to.look
        words = Column(look, gap=10)
        words.space(share=1)
        words.add(Text(look, to.say("campaign.scan"), size=32 if not to.is_wide else 28, weight="bold"))
        words.add(Text(look, sheet.link_note, size=26, colour=look.palette.ink2))
        words.space(share=1)
        side = 210 if is_lowered else 240
        if to.is_wide:
            column = Column(look, gap=8, pad=(20, 14, 20, 14))
            column.add(QrPicture(look, sheet.link, pad=12, edge=look.palette.line), share=1)
            column.add(words)
            return Card(look, column, edge=line_edge(to))
        row = Row(look, gap=32, pad=(20, 18, 32, 18))
        row.add(QrPicture(look, sheet.link, pad=12, edge=look.palette.line), side)
        row.add(words, share=1)
        whole = Column(look)
        whole.add(row, side + 36)
        return Card(look, whole, edge=line_edge(to))


class Guide(Slot):
    """What to bring and what to do, in the largest type at which both stand in the box."""

    def __init__(self, to: Drawing, sheet: CampaignSheet) -> None:
        super().__init__(to.look)
        self.to, self._sheet = to, sheet
        # in large type the lists grow only as far as the page allows
        self._sizes = [size / to.look.large for size in (WIDE_SIZES if to.is_wide else SIZES)]
        self._gap = 3 if to.is_wide else 12

    def natural_height(self, width: float) -> float:
        """Return the height at the smallest type."""
        return self._height(self._sizes[-1], width)

    def arrange(self) -> None:
        """Choose the type and build the lists once."""
        fitting = (size for size in self._sizes if self._height(size, self.width) <= self.height)
        size = next(fitting, self._sizes[-1])
        self.show(size, lambda: self._build(size))
        super().arrange()

    def _height(self, size: float, width: float) -> float:
        look, sheet = self.look, self._sheet
        beside = width - look.px(size * 1.3 + 18)
        heads = [text_height(look, self.to.say(f"campaign.{key}"), size * 1.12, width, "bold", 1) for key in KEYS]
        lines = [text_height(look, line, size, beside) for line in (*sheet.bring, *sheet.steps)]
        return sum(heads) + sum(lines) + look.px(self._gap) * (len(heads) + len(lines))

    def _build(self, size: float) -> Part:
        column = Column(self.look, gap=self._gap)
        for key, lines in zip(KEYS, (self._sheet.bring, self._sheet.steps), strict=True):
            words = self.to.say(f"campaign.{key}")
            column.add(Text(self.look, words, size=size * 1.12, weight="bold", lines=1))
            _lines(column, self.to, lines, size, numbered=key == "steps")
        column.space(share=1)
        return column


def _lines(column: Column, to: Drawing, lines: Sequence[str], size: float, *, numbered: bool) -> None:
    look, p = to.look, to.look.palette
    for number, line in enumerate(lines, start=1):
        row = Row(look, gap=18)
        mark = Column(look)
        if numbered:
            mark.add(Text(look, f"{number}", size=size, weight="number", colour=p.primary, halign="center"))
        else:
            mark.add(Icon(look, "check-circle", size * 1.15, p.ok), size * 1.27 * look.large)
        mark.space(share=1)
        row.add(mark, size * 1.3)
        row.add(Text(look, line, size=size, valign="top"), share=1)
        column.add(row)
