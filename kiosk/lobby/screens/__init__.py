"""The lobby's screens: they draw a frozen `LobbyView` and emit what a citizen did; nothing is decided here."""

from collections.abc import Callable
from typing import Any

from kiosk.lobby.screens.frame import (
    BAR,
    HEADER,
    WIDE_BAR,
    WIDE_HEADER,
    Drawing,
    EndingWarning,
    bar,
    curtain,
    header,
    notice,
)
from kiosk.lobby.screens.home import GreetingPage, HomePage, RememberPage
from kiosk.lobby.screens.page import Page
from kiosk.lobby.view import HOME_STEPS, LobbyIntent, LobbyView
from kiosk.ui.locales import Texts
from kiosk.ui.stage import Stage, loaded_later
from kiosk.ui.tokens import KIOSK_TYPE, LARGE, palette_for, unit
from kiosk.ui.widgets.boxes import Column, Layers, Slot
from kiosk.ui.widgets.part import Look
from kiosk.ui.widgets.shapes import Block

AT_REST = (*HOME_STEPS, "sorry")
"""Steps at which nobody stands here."""


def _later(module: str, name: str, *arguments: object) -> Callable[[Drawing], Page]:
    return loaded_later(f"{__name__}.{module}", name, *arguments)


PAGES: dict[str, Callable[[Drawing], Page]] = {
    "idle": HomePage,
    "greeting": GreetingPage,
    "remember": RememberPage,
    "closed": _later("choices", "ClosedPage"),
    "campaign": _later("campaign", "CampaignPage"),
    "group": _later("choices", "ChoicesPage", "file-text"),
    "more": _later("choices", "ChoicesPage", ""),
    "guide": _later("choices", "ChoicesPage", ""),
    "search": _later("search", "SearchPage"),
    "papers": _later("papers", "PapersPage"),
    "fee": _later("fee", "FeePage"),
    "takeaway": _later("fee", "TakeawayPage"),
    "enquiry": _later("enquiry", "EnquiryPage"),
    "form": _later("form", "FormPage"),
    "printing": _later("ticket", "PrintingPage"),
    "ticket": _later("ticket", "TicketPage"),
    "sorry": _later("ticket", "SorryPage"),
    "staff": _later("staff", "StaffPage"),
}
"""The page of each step."""


def at_rest(view: LobbyView) -> bool:
    """Tell whether nobody's visit is on."""
    return view.step in AT_REST


class LobbyScreens(Stage[LobbyView]):
    """All screens of the lobby in one widget; a step's page is built when it is first shown.

    Args:
        texts_for: returns the texts of a language.
        emit: takes what a citizen did; called on Kivy's thread.
    """

    def __init__(self, texts_for: Callable[[str], Texts], emit: Callable[[LobbyIntent], None], **kwargs: Any) -> None:
        super().__init__(
            _look,
            lambda look, view: _Frame(Drawing(look, texts_for(view.language), emit)),
            at_rest=AT_REST,
            **kwargs,
        )


def _look(view: LobbyView, width: float, height: float) -> Look:
    is_wide = width > height
    kind = "kiosk_wide" if is_wide else "kiosk"
    return Look(
        palette_for(view.contrast), unit(kind, width, height), KIOSK_TYPE, LARGE if view.large else 1.0, is_wide
    )


class _Frame(Layers):
    """Background, identity bar, the page of the present step, the accessibility bar, and the dark of a sleep."""

    def __init__(self, to: Drawing) -> None:
        super().__init__(to.look)
        self._to = to
        self._pages: dict[str, Page] = {}
        self._header, self._notice, self._page, self._warning, self._bar = (Slot(to.look) for _ in range(5))
        self.add(Block(to.look, to.look.palette.bg))
        self._column = self.add(Column(to.look))
        self._curtain = self.add(Slot(to.look))
        self._arrangement: tuple[Slot, ...] = ()

    def show(self, view: LobbyView) -> None:
        """Draw what has changed."""
        to = self._to
        self._header.show((view.authority, view.office_name, view.clock, view.day_line), lambda: header(to, view))
        toggles = (view.large, view.contrast, view.lowered, view.read_aloud, view.notice == "help_called")
        self._bar.show(toggles, lambda: bar(to, view))
        is_moved = self._notice.show(view.notice, lambda: notice(to, view))
        told = None if view.step in ("idle", "ticket", "sorry") else view.seconds_left
        is_moved = (
            self._warning.show(told is not None, lambda: None if told is None else EndingWarning(to, told)) or is_moved
        )
        for shown in self._warning.children:
            shown.tick(told)
        page = self._pages.get(view.step)
        if page is None:
            page = self._pages[view.step] = PAGES[view.step](to)
        page.show(view)
        self._page.show((view.step, id(page)), lambda: page.widget)
        is_moved = self._arrange_around(page) or is_moved
        self._curtain.show(view.is_dim, lambda: curtain(to) if view.is_dim else None)
        if is_moved:
            self._column.replace()

    def forget(self) -> None:
        """Drop every page but those of home."""
        self._pages = {step: page for step, page in self._pages.items() if step in AT_REST}

    def _arrange_around(self, page: Page) -> bool:
        """Put the bars where this panel has room for them; return True if something moved."""
        wanted = self._around(page)
        if wanted == self._arrangement:
            return False
        self._arrangement = wanted
        is_wide = self._to.is_wide
        sizes = {self._header: WIDE_HEADER if is_wide else HEADER, self._bar: WIDE_BAR if is_wide else BAR}
        if is_wide:
            sizes |= {self._notice: WIDE_HEADER, self._warning: WIDE_BAR}
        self._column.empty()
        for slot in wanted:
            if slot is self._page:
                self._column.add(slot, share=1)
            else:
                self._column.add(slot, sizes.get(slot))
        return True

    def _around(self, page: Page) -> tuple[Slot, ...]:
        if not self._to.is_wide:
            return (self._header, self._notice, self._page, self._warning, self._bar)
        # a panel that lies has no height to spare: what has to be said takes the place of a bar
        has_notice, has_warning = bool(self._notice.children), bool(self._warning.children)
        above = self._notice if has_notice and not page.is_tall else None if page.is_tall else self._header
        below = self._warning if has_warning else self._notice if has_notice and page.is_tall else self._bar
        return tuple(slot for slot in (above, self._page, below) if slot is not None)
