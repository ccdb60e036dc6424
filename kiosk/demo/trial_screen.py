"""The screens of a role on trial: found and touched as a person would, by what they say.

For tests, benchmarks and training; Kivy must be prepared.
"""

from collections.abc import Callable
from typing import Any


class TrialScreen:
    """A root widget on the screen, found and touched as a person would: by what it says."""

    def __init__(self, window: Any, root: Any, size: tuple[int, int]) -> None:
        self.window, self.root, self.size = window, root, size
        if window.size != size:
            window.size = size
        window.add_widget(root)
        root.place(0, 0, *size)

    def settle(self) -> None:
        """Work until nothing moves."""
        from kiosk.ui.screenshots import settle

        settle(self.root)

    def words(self) -> list[str]:
        """Every visible text."""
        from kiosk.ui.lints import words_of

        return words_of(self.root)

    def button(self, words: str) -> Any:
        """The visible button that holds a text beginning with `words`."""
        from kiosk.ui.focus import walk
        from kiosk.ui.widgets.text import Text
        from kiosk.ui.widgets.touch import TouchButton

        for widget in walk(self.root):
            if isinstance(widget, TouchButton) and any(
                isinstance(part, Text) and part.text.startswith(words) for part in walk(widget)
            ):
                return widget
        raise AssertionError(f"no button says {words!r}; the screen says {self.words()}")

    def touch(self, words: str) -> None:
        """Press and release the button that says `words`."""
        self.press(words)()

    def press(self, words: str) -> Callable[[], None]:
        """Press the button that says `words`; the result releases it."""
        return self.press_at(*self.button(words).center)

    def press_at(self, x: float, y: float) -> Callable[..., None]:
        """Touch a point; the result lifts the finger and waits until nothing moves."""
        lift = self.finger(x, y)

        def release(at: tuple[float, float] | None = None) -> None:
            lift(at)
            self.settle()

        return release

    def finger(self, x: float, y: float) -> Callable[[tuple[float, float] | None], None]:
        """Lay a finger on a point; the result lifts it, there or elsewhere."""
        from kivy.tests.common import UnitTestTouch

        touch = UnitTestTouch(x, y)
        touch.touch_down()

        def lift(at: tuple[float, float] | None = None) -> None:
            if at is not None:
                touch.touch_move(*at)
            touch.touch_up()

        return lift

    def picture(self) -> Any:
        """The screen's pixels, as a Pillow image."""
        from kiosk.ui.screenshots import picture_of

        self.settle()
        return picture_of(self.root)

    def close(self) -> None:
        """Take the root off the screen."""
        self.window.remove_widget(self.root)
