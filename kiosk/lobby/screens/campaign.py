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
from kiosk.ui.widgets.text import Icon, Text
from kiosk.ui.widgets.touch import Button


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
        lists = Column(look, gap=3, pad=(28, 8, 28, 6)) if to.is_wide else Column(look, gap=10, pad=(32, 16, 32, 12))
        # the lists are long: in large type they grow only as far as the page allows
        size = 22.5 / look.large if to.is_wide else 28 / look.large**0.6
        for key, lines in (("bring", sheet.bring), ("steps", sheet.steps)):
            lists.add(Text(look, to.say(f"campaign.{key}"), size=size * 1.12, weight="bold", lines=1))
            _lines(lists, to, lines, size, numbered=key == "steps")
        lists.space(share=1)
        first.add(Card(look, lists, edge=line_edge(to)), share=1)
        second = Column(look, gap=16)
        second.add(self._code(sheet, is_lowered), share=1 if to.is_wide else 0)
        if sheet.can_take:
            take = Button(
                look, to.does(Choose(key="campaign")), to.say("campaign.take"), "primary", icon="ticket-fill", size=34
            )
            second.add(take, 120)
        other = Button(
            look, to.does(Choose(key="other")), to.say("campaign.other"), "plain", icon="list-checks", size=30
        )
        second.add(other, to.tall(104))
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
