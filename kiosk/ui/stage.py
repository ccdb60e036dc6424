"""The root of a role's screens: one widget that draws the last view into whatever box it is given."""

from collections.abc import Callable, Collection
from importlib import import_module
from typing import Any, Generic, Protocol, TypeVar

from kivy.clock import Clock
from kivy.uix.widget import Widget

from kiosk.ui.erasing import forget
from kiosk.ui.widgets.part import Look
from kiosk.ui.widgets.touch import IS_PALM

PALM = 3
"""So many fingers on the glass at once are a palm, a child or a cleaning cloth, and none of them presses anything."""
RESTING_S = 10.0
"""What lies on the glass for longer (a bag, a fault of the panel) takes no part any more: the screen stays alive."""


def loaded_later(module: str, name: str, *arguments: object) -> Callable[[Any], Any]:
    """Return a maker of a page whose module is loaded when the page is first shown.

    One page alone is needed for a role's first frame; loading all of them took a fifth of the time to it.
    """

    def make(to: Any) -> Any:
        return getattr(import_module(module), name)(to, *arguments)

    return make


class View(Protocol):
    """What the stage itself needs to know of a view."""

    @property
    def language(self) -> str:
        """Return the language of the texts."""

    @property
    def step(self) -> str:
        """Return which screen it is."""


Shown = TypeVar("Shown", bound=View)
Seen = TypeVar("Seen", bound=View, contravariant=True)


class Frame(Protocol[Seen]):
    """A role's screens in one look and language."""

    def show(self, view: Seen) -> None:
        """Draw what has changed."""

    def forget(self) -> None:
        """Drop every screen but the present one, with all that a visit left on them."""


FORGET_AFTER_S = 1.0
"""Soon after a visit has ended, but not in the frame in which home comes back."""


class Stage(Widget, Generic[Shown]):  # type: ignore[misc]  # Kivy ships no types
    """All screens of a role in one widget; `render` shows a view, `place` gives it the window.

    Screens are kept once built, for as long as a visit lasts; another theme, size or language begins anew.

    Args:
        look_of: returns how a view is drawn in a box of this width and height, px.
        frame_of: builds the screens in a look; it is also a part that can be placed.
        at_rest: steps at which nobody's visit is on; reaching one ends a visit, and the screens forget it.
    """

    def __init__(
        self,
        look_of: Callable[[Shown, float, float], Look],
        frame_of: Callable[[Look, Shown], "Frame[Shown]"],
        at_rest: Collection[str] = (),
        **kwargs: Any,
    ) -> None:
        super().__init__(size_hint=(None, None), size=(0, 0), **kwargs)
        self._look_of, self._frame_of, self._at_rest = look_of, frame_of, at_rest
        self._is_visited = False
        self._view: Shown | None = None
        self._frame: Any = None
        self._drawn_with: object = None
        self._touching: dict[int, Any] = {}

    def on_touch_down(self, touch: Any) -> bool:
        """Let one or two fingers through; a palm presses nothing, and takes back what its first fingers pressed."""
        self._touching[touch.uid] = touch
        together = [one for one in self._touching.values() if touch.time_start - one.time_start < RESTING_S]
        if len(together) < PALM:
            return bool(super().on_touch_down(touch))
        for finger in together:
            finger.ud[IS_PALM] = True
        return True

    def on_touch_up(self, touch: Any) -> bool:
        """Forget a finger that has left the glass."""
        self._touching.pop(touch.uid, None)
        return bool(super().on_touch_up(touch))

    def render(self, view: Shown) -> None:
        """Show `view`; only what differs from the last one is drawn anew. Call on Kivy's thread."""
        self._view = view
        if self.width <= 1 or self.height <= 1:
            return
        self._draw(view)
        was_visited, self._is_visited = self._is_visited, view.step not in self._at_rest
        if was_visited and not self._is_visited:
            self._frame.forget()
            Clock.schedule_once(lambda _seconds: forget(), FORGET_AFTER_S)

    def _draw(self, view: Shown) -> None:
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
