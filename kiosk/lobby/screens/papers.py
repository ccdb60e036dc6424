"""What to bring: papers, time, fee, the priority that a citizen declares, and the number."""

from kiosk.lobby.screens.frame import Drawing, strip
from kiosk.lobby.screens.page import BACK, Page, heading, line_edge, medallion, navigation, shortened, sides
from kiosk.lobby.sheets import Paper, ProcedureSheet
from kiosk.lobby.view import AddService, Back, DeclarePriority, Home, LobbyView, Open, TakeTicket
from kiosk.ui.tokens import CONTRAST, MARGIN
from kiosk.ui.widgets.boxes import Column, Grid, Row, Slot
from kiosk.ui.widgets.part import Part
from kiosk.ui.widgets.shapes import Card
from kiosk.ui.widgets.text import Icon, Text, text_height
from kiosk.ui.widgets.touch import Button, Chip, IconButton

SIZES = (36, 34, 32, 30, 28)
"""Type sizes of the checklist, u: the largest at which the whole list fits is taken, the last one for pages."""
WIDE_SIZES = (33, 31, 29, 27, 25, 23)
"""The same on a panel that lies."""
TURNED_SIZES = (25, 23, 21, 19)
"""Those of a list that is turned: the largest at which each page holds a paper."""
TURN = 140
"""Width of the button beside the list that turns its pages, u."""


class PapersPage(Page):
    """`papers`: the sheet above, the decisions below, within reach; side by side on a panel that lies."""

    def __init__(self, to: Drawing) -> None:
        super().__init__(to)
        self._sheet, self._claims, self._extras, self._take = (Slot(to.look) for _ in range(4))
        if to.is_wide:
            first = Column(to.look, gap=16)
            first.add(self._sheet, share=1)
            first.add(self._extras, to.tall(112))
            second = Column(to.look, gap=14)
            second.add(self._claims)
            second.space(share=1)
            second.add(self._take)
            self._columns: tuple[Column, ...] = (first, second)
            self.widget: Part = sides(to, first, second, 0.86)
        else:
            column = Column(to.look, gap=18, pad=(MARGIN, 28, MARGIN, 24))
            column.add(self._sheet, share=1)
            column.add(self._extras)
            column.add(self._claims)
            column.add(self._take)
            self._columns = (column,)
            self.widget = column

    def show(self, view: LobbyView) -> None:
        """Draw what has changed."""
        claims = (view.priority_choices, view.priority_chosen, view.priority_by_age, view.can_take)
        is_new = self._claims.show(claims, lambda: self._build_claims(view))
        is_new = self._sheet.show((view.sheet, view.services), lambda: self._build_sheet(view)) or is_new
        is_new = self._extras.show(view.sheet, lambda: self._build_extras(view)) or is_new
        is_new = self._take.show(view.can_take, lambda: self._build_take(view)) or is_new
        if is_new:
            for column in self._columns:
                column.replace()

    def _build_claims(self, view: LobbyView) -> Part | None:
        to, look = self.to, self.to.look
        if not view.can_take:
            return strip(to, "info", to.say("papers.only_looks"), "info")
        if view.priority_by_age:
            return strip(to, "seal-check", to.say("papers.by_age"), "ok")
        if not view.priority_choices:
            return None
        cell = 119 if to.is_wide else 82 * (1 + (look.large - 1) * 0.5)
        grid = Grid(look, 2, gap=10 if to.is_wide else 14, cell=cell)
        grid.add(Text(look, to.say("papers.priority"), size=30, weight="bold", lines=2))
        for tile in view.priority_choices:
            act = to.does(DeclarePriority(reason=tile.key))
            grid.add(Chip(look, act, tile.title, tile.key == view.priority_chosen, size=27))
        return grid

    def _build_extras(self, view: LobbyView) -> Part | None:
        """Return what else can be done with the sheet; on a panel that lies the way back stands with it."""
        to, look, sheet = self.to, self.to.look, view.sheet
        row = Row(look, gap=16)
        if to.is_wide:
            row.add(Button(look, to.does(Back()), to.say("back"), "plain", icon="arrow-left", size=28, pad=8), 220)
        offered = [("takeaway", "qr-code", sheet is not None and bool(sheet.papers))]
        offered += [("fee", "coins", sheet is not None and sheet.has_calculator)]
        offered += [("form", "note-pencil", sheet is not None and sheet.has_form)]
        for what, icon, is_there in offered:
            if is_there:
                act = to.does(Open(what=what))
                shown = "" if to.is_wide and look.large > 1 else icon
                button = Button(look, act, to.say(f"papers.open.{what}"), "quiet", icon=shown, size=27, pad=16)
                row.add(button, share=1)
        if not any(is_there for *_, is_there in offered):
            if not to.is_wide:
                return None
            row.space(share=1)
        column = Column(look)
        column.add(row, to.tall(92))
        return column

    def _build_take(self, view: LobbyView) -> Part:
        to, look = self.to, self.to.look
        column = Column(look, gap=14 if to.is_wide else 18)
        if view.can_take:
            take = Button(
                look,
                to.does(TakeTicket()),
                to.say("papers.take"),
                "primary",
                icon="ticket-fill",
                size=38 if to.is_wide else 44,
                weight="extrabold",
                radius=28,
                shadow=look.palette is not CONTRAST,
            )
            column.add(take, 150 if to.is_wide else 132)
            other = Button(look, to.does(AddService()), to.say("papers.add"), "plain", icon="plus", size=30)
        else:
            other = Button(look, to.does(Home()), to.say("end"), "plain", icon="house", size=30)
        column.add(other if to.is_wide else navigation(to, back=BACK, main=other), to.tall(104))
        return column

    def _build_sheet(self, view: LobbyView) -> Part:
        to, look, p = self.to, self.to.look, self.to.look.palette
        column = Column(look, gap=12 if to.is_wide else 18)
        if len(view.services) > 1:
            chosen = to.say(
                "papers.chosen",
                services="; ".join(shortened(title, 36 if to.is_wide else 70) for title in view.services),
            )
            if to.is_wide:
                column.add(Text(look, chosen, size=25 / look.large, weight="semibold", colour=p.primary, lines=2))
            else:
                column.add(strip(to, "list-checks", chosen, "info"))
        sheet = view.sheet
        if sheet is None or not (sheet.code or sheet.papers or sheet.time or sheet.fee):
            title = sheet.title if sheet else view.services[-1] if view.services else to.say("papers.ready")
            column.add(heading(to, title))
            column.space(share=1)
            column.add(medallion(to, "chat-circle-text-fill", 170 if to.is_wide else 220), 170 if to.is_wide else 220)
            column.space(20)
            column.add(Text(look, to.say("papers.no_sheet"), size=36, colour=p.ink2, halign="center"))
            column.space(share=1)
            return column
        letters = 300 if not to.is_wide else 60 if len(view.services) > 1 else 110
        column.add(heading(to, shortened(sheet.title, letters)))
        about = to.say("papers.about", group=sheet.group_name, code=sheet.code) if sheet.code else sheet.group_name
        if not to.is_wide:
            column.add(Text(look, about, size=27, colour=p.ink2, lines=2))
        column.add(_facts(to, sheet))
        pad = (28, 12, 28, 12) if to.is_wide else (32, 24, 32, 24)
        column.add(Card(look, Checklist(to, sheet), pad=pad, edge=line_edge(to)), share=1)
        return column


def _facts(to: Drawing, sheet: ProcedureSheet) -> Part:
    look, p = to.look, to.look.palette
    column = Column(look, gap=6 if to.is_wide else 14, pad=(28, 10, 28, 10) if to.is_wide else (28, 20, 28, 20))
    for icon, name, text in (("clock", "papers.time", sheet.time), ("coins", "papers.fee", sheet.fee)):
        row = Row(look, gap=20)
        row.add(Icon(look, icon, 40, p.primary), 44)
        # a panel that lies keeps its height for the papers, in large type too
        size = 25 / look.large if to.is_wide else 28
        row.add(
            Text(look, to.say(name), size=size if to.is_wide else 27, colour=p.ink2, lines=2), 190 - 40 * to.is_wide
        )
        row.add(Text(look, text or to.say("unknown"), size=size, weight="semibold"), share=1)
        column.add(row)
    return Card(look, column, fill=p.surface, edge=line_edge(to), radius=22)


class Checklist(Slot):
    """The papers to bring, as large as fits; a list too long for its box is turned page by page and hides nothing."""

    def __init__(self, to: Drawing, sheet: ProcedureSheet) -> None:
        super().__init__(to.look)
        self.to, self._sheet = to, sheet
        self._sizes = WIDE_SIZES if to.is_wide else SIZES
        self._page = 0

    def natural_height(self, width: float) -> float:
        """Return the height at the largest type."""
        return self._height(self._sizes[0], 0, len(self._sheet.papers), width)

    def arrange(self) -> None:
        """Choose the largest type at which the box holds the whole list, or turn pages of the smallest; build once."""
        pages = [(0, len(self._sheet.papers))]
        for size in self._sizes:
            if self._height(size, *pages[0], self.width) <= self.height:
                break
        else:
            for size in TURNED_SIZES:
                pages, is_whole = self._paged(size)
                if is_whole:
                    break
        self._page %= len(pages)
        first, end = pages[self._page]
        self.show((size, first, end), lambda: self._build(size, first, end))
        super().arrange()

    def _height(self, size: float, first: int, end: int, width: float) -> float:
        """Return the height in px of these papers with the words above and below them."""
        look, papers = self.look, self._sheet.papers[first:end]
        beside = width - look.px(size * 1.2 + 16)
        heights = [text_height(look, self.to.say("papers.bring"), size + 4, width, "bold", 1)]
        heights += [text_height(look, paper.text, size, beside) for paper in papers]
        if not papers:
            heights.append(text_height(look, self.to.say("papers.none"), size, width))
        if self._is_unsure(first, end):
            heights.append(text_height(look, self.to.say("papers.unsure"), size - 3, beside))
        return sum(heights) + look.px(size * 0.45) * len(heights)

    def _paged(self, size: float) -> tuple[list[tuple[int, int]], bool]:
        """Return the first paper of each page and the one after its last, and whether every page fits."""
        width = self.width - self.look.px(TURN + 16)
        count = len(self._sheet.papers)
        pages, first = [], 0
        while first < count:
            end = first + 1
            while end < count and self._height(size, first, end + 1, width) <= self.height:
                end += 1
            pages.append((first, end))
            first = end
        return pages or [(0, 0)], all(self._height(size, *page, width) <= self.height for page in pages)

    def _is_unsure(self, first: int, end: int) -> bool:
        """Tell whether these lines need the word about doubt: a mark in sight does, and the end of a doubtful sheet."""
        papers = self._sheet.papers
        return any(paper.unsure for paper in papers[first:end]) or (self._sheet.unsure and end == len(papers))

    def _build(self, size: float, first: int, end: int) -> Part:
        to, look, p = self.to, self.to.look, self.to.look.palette
        papers = self._sheet.papers
        is_paged = end - first < len(papers)
        column = Column(look, gap=size * 0.45)
        bring = to.say("papers.bring")
        if is_paged:
            shown = f"{first + 1}–{end}" if end - first > 1 else f"{end}"
            bring = to.say("papers.part", bring=bring, shown=shown, n=len(papers))
        column.add(Text(look, bring, size=size + 4, weight="bold", lines=1))
        for paper in papers[first:end]:
            column.add(_line(to, paper, size))
        if not papers:
            column.add(Text(look, to.say("papers.none"), size=size, colour=p.ink2))
        if self._is_unsure(first, end):
            note = Row(look, gap=16)
            note.add(Icon(look, "question", size * 1.2, p.warn), size * 1.2)
            note.add(Text(look, to.say("papers.unsure"), size=size - 3, colour=p.warn), share=1)
            column.add(note)
        column.space(share=1)
        if not is_paged:
            return column
        has_more = end < len(papers)
        words = to.say("page.after" if has_more else "papers.again")
        icon = "arrow-down" if has_more else "arrow-up"
        row = Row(look, gap=16)
        row.add(column, share=1)
        turn = IconButton(look, self._turn, icon, words, "quiet", size=40, text_size=25 / look.large, repeat=True)
        low = Column(look)
        if not to.is_wide:
            low.space(share=1)  # within reach where the controls are lowered
        low.add(turn, None if to.is_wide else 120, share=1 if to.is_wide else 0)
        row.add(low, TURN)
        return row

    def _turn(self) -> None:
        self._page += 1
        self.replace()


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
