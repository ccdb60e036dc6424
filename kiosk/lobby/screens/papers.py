"""What to bring: papers, time, fee, the priority that a citizen declares, and the number."""

from kiosk.lobby.screens.frame import Drawing, strip
from kiosk.lobby.screens.page import BACK, Page, heading, navigation
from kiosk.lobby.sheets import Paper, ProcedureSheet
from kiosk.lobby.view import AddService, DeclarePriority, LobbyView, TakeTicket
from kiosk.ui.tokens import CONTRAST, MARGIN
from kiosk.ui.widgets.boxes import Column, Grid, Row, Slot
from kiosk.ui.widgets.part import Part
from kiosk.ui.widgets.shapes import Card, Plate
from kiosk.ui.widgets.text import Icon, Text, text_height
from kiosk.ui.widgets.touch import Button, Chip

SIZES = (36, 34, 32, 30, 28, 26, 24)
"""Type sizes of the checklist, u: the largest that fits is taken."""


class PapersPage(Page):
    """`papers`: the sheet above, the decisions below, within reach."""

    def __init__(self, to: Drawing) -> None:
        super().__init__(to)
        look = to.look
        self._sheet = Slot(look)
        self._claims = Slot(look)
        self._column = Column(look, gap=20, pad=(MARGIN, 28, MARGIN, 24))
        self._column.add(self._sheet, share=1)
        self._column.add(self._claims)
        take = Button(
            look,
            to.does(TakeTicket()),
            to.say("papers.take"),
            "primary",
            icon="ticket-fill",
            size=44,
            weight="extrabold",
            radius=28,
            shadow=look.palette is not CONTRAST,
        )
        self._column.add(take, 132)
        add = Button(look, to.does(AddService()), to.say("papers.add"), "plain", icon="plus", size=30)
        self._column.add(navigation(to, back=BACK, main=add), 104)
        self.widget = self._column

    def show(self, view: LobbyView) -> None:
        """Draw what has changed."""
        claims = (view.priority_choices, view.priority_chosen, view.priority_by_age)
        is_new = self._claims.show(claims, lambda: self._build_claims(view))
        is_new = self._sheet.show((view.sheet, view.services), lambda: self._build_sheet(view)) or is_new
        if is_new:
            self._column.replace()

    def _build_claims(self, view: LobbyView) -> Part | None:
        to, look = self.to, self.to.look
        if view.priority_by_age:
            return strip(to, "seal-check", to.say("papers.by_age"), "ok")
        if not view.priority_choices:
            return None
        grid = Grid(look, 2, gap=14, cell=82 * (1 + (look.large - 1) * 0.5))
        grid.add(Text(look, to.say("papers.priority"), size=30, weight="bold", lines=2))
        for tile in view.priority_choices:
            act = to.does(DeclarePriority(reason=tile.key))
            grid.add(Chip(look, act, tile.title, tile.key == view.priority_chosen, size=27))
        return grid

    def _build_sheet(self, view: LobbyView) -> Part:
        to, look, p = self.to, self.to.look, self.to.look.palette
        column = Column(look, gap=18)
        if len(view.services) > 1:
            column.add(strip(to, "list-checks", to.say("papers.chosen", services="; ".join(view.services)), "info"))
        sheet = view.sheet
        if sheet is None or not (sheet.code or sheet.papers or sheet.time or sheet.fee):
            title = sheet.title if sheet else view.services[-1] if view.services else to.say("papers.ready")
            column.add(heading(to, title))
            column.space(share=1)
            column.add(Plate(look, Icon(look, "chat-circle-text-fill", 110, p.primary), 220, p.tint, radius=110))
            column.space(20)
            column.add(Text(look, to.say("papers.no_sheet"), size=36, colour=p.ink2, halign="center"))
            column.space(share=1)
            return column
        column.add(heading(to, sheet.title))
        about = to.say("papers.about", group=sheet.group_name, code=sheet.code) if sheet.code else sheet.group_name
        column.add(Text(look, about, size=27, colour=p.ink2, lines=2))
        column.add(_facts(to, sheet))
        column.add(Card(look, Checklist(to, sheet), pad=(32, 24, 32, 24), edge=_edge(to)), share=1)
        return column


def _edge(to: Drawing) -> str:
    return to.look.palette.edge if to.look.palette is CONTRAST else to.look.palette.line


def _facts(to: Drawing, sheet: ProcedureSheet) -> Part:
    look, p = to.look, to.look.palette
    column = Column(look, gap=14, pad=(28, 20, 28, 20))
    for icon, name, text in (("clock", "papers.time", sheet.time), ("coins", "papers.fee", sheet.fee)):
        row = Row(look, gap=20)
        row.add(Icon(look, icon, 40, p.primary), 44)
        row.add(Text(look, to.say(name), size=27, colour=p.ink2, lines=2), 190)
        row.add(Text(look, text or to.say("unknown"), size=28, weight="semibold"), share=1)
        column.add(row)
    return Card(look, column, fill=p.surface, edge=_edge(to), radius=22)


class Checklist(Slot):
    """The papers to bring, as large as fits; a long list says how many more stand on the leaflet at the counter."""

    def __init__(self, to: Drawing, sheet: ProcedureSheet) -> None:
        super().__init__(to.look)
        self.to, self._sheet = to, sheet

    def natural_height(self, width: float) -> float:
        """Return the height at the largest type."""
        return self._measure(SIZES[0], len(self._sheet.papers), width)

    def arrange(self) -> None:
        """Choose the largest type, then the most lines, that the box holds; build them once."""
        count = len(self._sheet.papers)
        for size, lines in [*((size, count) for size in SIZES), *((SIZES[-1], n) for n in range(count - 1, 0, -1))]:
            if self._measure(size, lines, self.width) <= self.height:
                break
        self.show((size, lines), lambda: self._build(size, lines))
        super().arrange()

    def _measure(self, size: float, lines: int, width: float) -> float:
        to, look, papers = self.to, self.to.look, self._sheet.papers
        gap = look.px(size * 0.45)
        beside = width - look.px(size * 1.2) - look.px(16)
        heights = [text_height(look, to.say("papers.bring"), size + 4, width, "bold", 1)]
        heights += [text_height(look, paper.text, size, beside) for paper in papers[:lines]]
        if lines < len(papers):
            heights.append(text_height(look, to.say("papers.more", n=len(papers) - lines), size, width, "semibold"))
        if not papers:
            heights.append(text_height(look, to.say("papers.none"), size, width))
        if self._is_unsure():
            heights.append(text_height(look, to.say("papers.unsure"), size - 3, beside))
        return sum(heights) + gap * len(heights)

    def _is_unsure(self) -> bool:
        return self._sheet.unsure or any(paper.unsure for paper in self._sheet.papers)

    def _build(self, size: float, lines: int) -> Column:
        to, look, p = self.to, self.to.look, self.to.look.palette
        papers = self._sheet.papers
        column = Column(look, gap=size * 0.45)
        column.add(Text(look, to.say("papers.bring"), size=size + 4, weight="bold", lines=1))
        for paper in papers[:lines]:
            column.add(_line(to, paper, size))
        if lines < len(papers):
            column.add(Text(look, to.say("papers.more", n=len(papers) - lines), size=size, weight="semibold"))
        if not papers:
            column.add(Text(look, to.say("papers.none"), size=size, colour=p.ink2))
        if self._is_unsure():
            note = Row(look, gap=16)
            note.add(Icon(look, "question", size * 1.2, p.warn), size * 1.2)
            note.add(Text(look, to.say("papers.unsure"), size=size - 3, colour=p.warn), share=1)
            column.add(note)
        column.space(share=1)
        return column


def _line(to: Drawing, paper: Paper, size: float) -> Row:
    look, p = to.look, to.look.palette
    row = Row(look, gap=16)
    mark = Column(look)
    icon = ("question", p.warn) if paper.unsure else ("check-circle", p.ok)
    mark.add(Icon(look, icon[0], size * 1.2, icon[1]), size * 1.27 * look.large)
    mark.space(share=1)
    row.add(mark, size * 1.2)
    row.add(Text(look, paper.text, size=size, valign="top"), share=1)
    return row
