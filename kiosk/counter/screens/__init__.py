"""The tablet's screens: they draw a frozen `CounterView` and emit what a citizen did; nothing is decided here."""

from collections.abc import Callable
from typing import Any

from kivy.uix.widget import Widget

from kiosk.counter.screens.ending import ReceiptPage, ThanksPage
from kiosk.counter.screens.frame import IDENTITY, Drawing, Page, identity
from kiosk.counter.screens.rating import RatingPage, ReasonsPage
from kiosk.counter.screens.waiting import WaitingPage
from kiosk.counter.screens.writing import CommentPage, PetitionPage
from kiosk.counter.view import CounterIntent, CounterView
from kiosk.ui.locales import Texts
from kiosk.ui.tokens import LARGE, TABLET_TYPE, palette_for, unit
from kiosk.ui.widgets.boxes import Layers, Row, Slot
from kiosk.ui.widgets.part import Look
from kiosk.ui.widgets.shapes import Block

WHOLE = ("comment", "petition")
"""Steps that take the whole tablet: the keyboard needs it."""


class CounterScreens(Widget):  # type: ignore[misc]  # Kivy ships no types
    """All screens of the tablet in one widget; `render` shows a view, `place` gives it the window.

    A step's page is built when it is first shown and kept; another theme, size or language begins anew.

    Args:
        texts_for: returns the texts of a language.
        emit: takes what a citizen did; called on Kivy's thread.
    """

    def __init__(self, texts_for: Callable[[str], Texts], emit: Callable[[CounterIntent], None], **kwargs: Any) -> None:
        super().__init__(size_hint=(None, None), **kwargs)
        self._texts_for, self._emit = texts_for, emit
        self._view: CounterView | None = None
        self._frame: _Frame | None = None
        self._drawn_with: object = None

    def render(self, view: CounterView) -> None:
        """Show `view`; only what differs from the last one is drawn anew. Call on Kivy's thread."""
        self._view = view
        if self.width <= 1 or self.height <= 1:
            return
        look = Look(
            palette_for(view.contrast),
            unit("tablet", self.width, self.height),
            TABLET_TYPE,
            LARGE if view.large else 1.0,
        )
        drawn_with = (look, view.language, self.width, self.height)
        if self._frame is None or drawn_with != self._drawn_with:
            self._drawn_with = drawn_with
            self.clear_widgets()
            self._frame = _Frame(Drawing(look, self._texts_for(view.language), self._emit))
            self.add_widget(self._frame)
            self._frame.show(view)
            self._frame.place(self.x, self.y, self.width, self.height)
        else:
            self._frame.show(view)

    def place(self, x: float, y: float, width: float, height: float) -> None:
        """Take this box of the window, px, and draw the last view into it."""
        self.pos, self.size = (x, y), (width, height)
        if self._view is not None:
            self.render(self._view)


class _Frame(Layers):
    """Background, identity column, and the page of the present step."""

    def __init__(self, to: Drawing) -> None:
        super().__init__(to.look)
        self._to = to
        self._pages: dict[str, Page] = {}
        self._beside = Row(to.look)
        self._identity, self._page = Slot(to.look), Slot(to.look)
        self._beside.add(self._identity, IDENTITY)
        self._beside.add(self._page, share=1)
        self._whole = Slot(to.look)
        self.add(Block(to.look, to.look.palette.bg))
        self._contents = self.add(Slot(to.look))

    def show(self, view: CounterView) -> None:
        """Draw what has changed."""
        to = self._to
        page = self._page_of(view.step)
        page.show(view)
        if view.step in WHOLE:
            self._contents.show("whole", lambda: self._whole)
            self._whole.show(view.step, lambda: page.widget)
            return
        told = (view.counter, view.officer_name, view.group_names, view.number, view.clock, view.language)
        self._identity.show((*told, view.online, view.manual, view.step == "calling"), lambda: identity(to, view))
        self._contents.show("beside", lambda: self._beside)
        self._page.show(type(page).__name__, lambda: page.widget)

    def _page_of(self, step: str) -> Page:
        make: dict[str, Callable[[Drawing], Page]] = {
            "rating": RatingPage,
            "reasons": ReasonsPage,
            "comment": CommentPage,
            "petition": PetitionPage,
            "receipt": ReceiptPage,
            "thanks": ThanksPage,
        }
        key = step if step in make else "waiting"
        if key not in self._pages:
            self._pages[key] = make.get(key, WaitingPage)(self._to)
        return self._pages[key]
