"""The root of a role's screens: one widget that draws the last view into whatever box it is given."""

from collections.abc import Callable
from typing import Any, Generic, Protocol, TypeVar

from kivy.uix.widget import Widget

from kiosk.ui.widgets.part import Look


class View(Protocol):
    """What the stage itself needs to know of a view."""

    @property
    def language(self) -> str:
        """Return the language of the texts."""


Shown = TypeVar("Shown", bound=View)
Seen = TypeVar("Seen", bound=View, contravariant=True)


class Frame(Protocol[Seen]):
    """A role's screens in one look and language."""

    def show(self, view: Seen) -> None:
        """Draw what has changed."""


class Stage(Widget, Generic[Shown]):  # type: ignore[misc]  # Kivy ships no types
    """All screens of a role in one widget; `render` shows a view, `place` gives it the window.

    Screens are kept once built; another theme, size or language begins anew.

    Args:
        look_of: returns how a view is drawn in a box of this width and height, px.
        frame_of: builds the screens in a look; it is also a part that can be placed.
    """

    def __init__(
        self,
        look_of: Callable[[Shown, float, float], Look],
        frame_of: Callable[[Look, Shown], "Frame[Shown]"],
        **kwargs: Any,
    ) -> None:
        super().__init__(size_hint=(None, None), **kwargs)
        self._look_of, self._frame_of = look_of, frame_of
        self._view: Shown | None = None
        self._frame: Any = None
        self._drawn_with: object = None

    def render(self, view: Shown) -> None:
        """Show `view`; only what differs from the last one is drawn anew. Call on Kivy's thread."""
        self._view = view
        if self.width <= 1 or self.height <= 1:
            return
        look = self._look_of(view, self.width, self.height)
        drawn_with = (look, view.language, self.width, self.height)
        if self._frame is not None and drawn_with == self._drawn_with:
            self._frame.show(view)
            return
        self._drawn_with = drawn_with
        self.clear_widgets()
        self._frame = self._frame_of(look, view)
        self.add_widget(self._frame)
        self._frame.show(view)
        self._frame.place(self.x, self.y, self.width, self.height)

    def place(self, x: float, y: float, width: float, height: float) -> None:
        """Take this box of the window, px, and draw the last view into it."""
        self.pos, self.size = (x, y), (width, height)
        if self._view is not None:
            self.render(self._view)
