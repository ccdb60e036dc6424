"""The lobby's screens: they draw a frozen `LobbyView` and emit what a citizen did; nothing is decided here."""

from collections.abc import Callable
from typing import Any

from kiosk.lobby.screens.choices import ChoicesPage
from kiosk.lobby.screens.frame import BAR, HEADER, Drawing, bar, header, notice, warning
from kiosk.lobby.screens.home import GreetingPage, HomePage
from kiosk.lobby.screens.page import Page
from kiosk.lobby.screens.papers import PapersPage
from kiosk.lobby.screens.search import SearchPage
from kiosk.lobby.screens.ticket import PrintingPage, SorryPage, TicketPage
from kiosk.lobby.view import LobbyIntent, LobbyView
from kiosk.ui.locales import Texts
from kiosk.ui.stage import Stage
from kiosk.ui.tokens import KIOSK_TYPE, LARGE, palette_for, unit
from kiosk.ui.widgets.boxes import Column, Layers, Slot
from kiosk.ui.widgets.part import Look
from kiosk.ui.widgets.shapes import Block

AT_REST = ("idle", "closed", "campaign", "sorry")
"""Steps at which nobody stands here."""


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
            _look, lambda look, view: _Frame(Drawing(look, texts_for(view.language), emit)), at_rest=AT_REST, **kwargs
        )


def _look(view: LobbyView, width: float, height: float) -> Look:
    large = LARGE if view.large else 1.0
    return Look(palette_for(view.contrast), unit("kiosk", width, height), KIOSK_TYPE, large)


class _Frame(Layers):
    """Background, identity bar, the page of the present step, and the accessibility bar."""

    def __init__(self, to: Drawing) -> None:
        super().__init__(to.look)
        self._to = to
        self._pages: dict[str, Page] = {}
        self._header, self._notice, self._page, self._warning, self._bar = (Slot(to.look) for _ in range(5))
        self.add(Block(to.look, to.look.palette.bg))
        self._column = self.add(Column(to.look))
        self._column.add(self._header, HEADER)
        self._column.add(self._notice)
        self._column.add(self._page, share=1)
        self._column.add(self._warning)
        self._column.add(self._bar, BAR)

    def show(self, view: LobbyView) -> None:
        """Draw what has changed."""
        to = self._to
        self._header.show((view.authority, view.office_name, view.clock, view.day_line), lambda: header(to, view))
        toggles = (view.large, view.contrast, view.lowered, view.read_aloud, view.notice == "help_called")
        self._bar.show(toggles, lambda: bar(to, view))
        is_moved = self._notice.show(view.notice, lambda: notice(to, view))
        told = None if view.step in ("idle", "ticket", "sorry") else view.seconds_left
        is_moved = self._warning.show(told, lambda: warning(to, view)) or is_moved
        page = self._pages.get(view.step)
        if page is None:
            page = self._pages[view.step] = self._build(view.step)
        page.show(view)
        self._page.show(view.step, lambda: page.widget)
        if is_moved:
            self._column.replace()

    def forget(self) -> None:
        """Drop every page but the present one."""
        self._pages = {step: page for step, page in self._pages.items() if step in AT_REST}

    def _build(self, step: str) -> Page:
        to = self._to
        match step:
            case "idle":
                return HomePage(to)
            case "greeting":
                return GreetingPage(to)
            case "group":
                return ChoicesPage(to, "file-text")
            case "guide":
                return ChoicesPage(to, "")
            case "search":
                return SearchPage(to)
            case "papers":
                return PapersPage(to)
            case "printing":
                return PrintingPage(to)
            case "ticket":
                return TicketPage(to)
            case _:
                return SorryPage(to)
