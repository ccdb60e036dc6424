"""The tablet's screens: they draw a frozen `CounterView` and emit what a citizen did; nothing is decided here."""

from collections.abc import Callable
from typing import Any

from kiosk.counter.screens.consent import CameraLight
from kiosk.counter.screens.frame import IDENTITY, Drawing, Page, WrittenPage, identity
from kiosk.counter.screens.waiting import WaitingPage
from kiosk.counter.view import KEYBOARD_STEPS, CounterIntent, CounterView, StayHere
from kiosk.ui.locales import Texts
from kiosk.ui.stage import Stage, loaded_later
from kiosk.ui.tokens import LARGE, TABLET_TYPE, palette_for, unit
from kiosk.ui.widgets.boxes import Layers, Row, Slot
from kiosk.ui.widgets.part import Look
from kiosk.ui.widgets.shapes import Block

AT_REST = ("closed", "idle", "paused")
"""Steps at which nobody sits here."""


def _later(module: str, name: str) -> Callable[[Drawing], Page]:
    return loaded_later(f"{__name__}.{module}", name)


PAGES: dict[str, Callable[[Drawing], Page]] = {
    "rating": _later("rating", "RatingPage"),
    "reasons": _later("rating", "ReasonsPage"),
    "comment": _later("writing", "CommentPage"),
    "petition": _later("writing", "PetitionPage"),
    "receipt": _later("ending", "ReceiptPage"),
    "later": _later("ending", "LaterPage"),
    "thanks": _later("ending", "ThanksPage"),
    "survey": _later("survey", "SurveyPage"),
    "survey_text": _later("writing", "SurveyTextPage"),
}
"""The page of each step; all others show the page between visits."""


def at_rest(view: CounterView) -> bool:
    """Tell whether no citizen is asked anything: between visits, or while the officer serves."""
    return view.step in (*AT_REST, "calling", "serving")


class CounterScreens(Stage[CounterView]):
    """All screens of the tablet in one widget; a step's page is built when it is first shown.

    Args:
        texts_for: returns the texts of a language.
        emit: takes what a citizen did; called on Kivy's thread.
        new_style: the keyboard writes hoà, khoẻ, thuỷ instead of hòa, khỏe, thủy.
    """

    def __init__(
        self,
        texts_for: Callable[[str], Texts],
        emit: Callable[[CounterIntent], None],
        new_style: bool = False,
        **kwargs: Any,
    ) -> None:
        super().__init__(
            _look,
            lambda look, view: _Frame(Drawing(look, texts_for(view.language), emit, new_style)),
            at_rest=AT_REST,
            **kwargs,
        )


def _look(view: CounterView, width: float, height: float) -> Look:
    large = LARGE if view.large else 1.0
    return Look(palette_for(view.contrast), unit("tablet", width, height), TABLET_TYPE, large)


class _Frame(Layers):
    """Background, identity column, and the page of the present step."""

    def __init__(self, to: Drawing) -> None:
        super().__init__(to.look)
        self._to = to
        self._pages: dict[str, Page] = {}
        self._is_ending = False
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
        self._is_ending = view.seconds_left is not None
        for step, kept in self._pages.items():
            if step != view.step and isinstance(kept, WrittenPage):
                kept.forget()
        page = self._page_of(view.step)
        page.show(view)
        if view.step in KEYBOARD_STEPS:
            self._contents.show("whole", lambda: self._whole)
            self._whole.show(view.step, lambda: page.widget)
            return
        told = (view.counter, view.officer_name, view.group_names, view.number, view.clock, view.language)
        looks = view.camera == "on"
        self._identity.show(
            (*told, view.online, view.manual, view.step == "calling", looks),
            lambda: identity(to, view, CameraLight(to) if looks else None),
        )
        self._contents.show("beside", lambda: self._beside)
        self._page.show(type(page).__name__, lambda: page.widget)

    def on_touch_down(self, touch: Any) -> bool:
        """Give more time to whoever touches the glass anywhere while the last seconds are shown."""
        is_pressed = bool(super().on_touch_down(touch))
        if self._is_ending and not is_pressed:
            self._to.emit(StayHere())
        return is_pressed

    def forget(self) -> None:
        """Drop the pages of the visit; the one between visits stays."""
        self._pages = {key: page for key, page in self._pages.items() if key == "waiting"}
        self._whole.show("", lambda: None)

    def _page_of(self, step: str) -> Page:
        key = step if step in PAGES else "waiting"
        if key not in self._pages:
            self._pages[key] = PAGES.get(key, WaitingPage)(self._to)
        return self._pages[key]
