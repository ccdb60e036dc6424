"""The window that a role's screens live in: how Kivy is started, how other threads reach it, and its failsafe.

Nothing moves at rest, so that an idle screen draws no frames; work comes in by `call`. An exception while drawing or
handling a touch is logged and the window stays: a kiosk in a lobby has nobody to restart it.
"""

import gc
import logging
import os
import sys
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from kiosk.ui.focus import PadActs
    from kiosk.ui.mirror import Mirror
    from kiosk.ui.read_aloud import ReadAloud

Act = Callable[[], None]
_LOG = logging.getLogger(__name__)


class Placed(Protocol):
    """What the shell needs of a root widget: a Kivy widget that takes a box and lays out at once."""

    def place(self, x: float, y: float, width: float, height: float) -> None:
        """Take this box, px."""


def hurry() -> None:
    """Keep Python's garbage collector away until the first frame, which `Shell` or `hurried` ends.

    It went eighty times through what was being loaded: 20 ms of a board's 365 to its first frame.
    """
    gc.disable()


def hurried() -> None:
    """Let the garbage collector work again, but not look for ever at what was loaded for good."""
    gc.freeze()
    gc.enable()


def prepare_kivy(width: int, height: int, offscreen: bool, fullscreen: bool = False) -> None:
    """Set Kivy up for a window of this many pixels; must run before anything imports Kivy.

    Offscreen gives real pixels with no display. llvmpipe then queues work without limit unless it has no threads of
    its own (field/ui.md §4.3); multisampling makes some drivers black (kivy #8048), so it is off everywhere.

    Raises:
        RuntimeError: if Kivy was imported before, when this could no longer have an effect.
    """
    if "kivy" in sys.modules:
        raise RuntimeError("prepare_kivy must run before the first import of Kivy")
    if offscreen:
        os.environ.pop("DISPLAY", None)
        os.environ["SDL_VIDEODRIVER"] = "offscreen"
        os.environ.setdefault("LP_NUM_THREADS", "0")
    os.environ.update(
        KIVY_NO_ARGS="1",
        KIVY_NO_FILELOG="1",
        KIVY_NO_CONFIG="1",
        KIVY_LOG_MODE="PYTHON",
        KIVY_DPI="96",
        KIVY_METRICS_DENSITY="1",
        KIVY_METRICS_FONTSCALE="1",
    )
    logging.getLogger("kivy").setLevel(logging.WARNING)
    # that the optional mtdev library is absent is no news for anybody
    logging.getLogger("kivy").addFilter(lambda record: "MTDev" not in record.getMessage())
    from kivy.config import Config

    settings: dict[str, object] = {
        "width": width,
        "height": height,
        "multisamples": 0,
        "vsync": 0,
        "maxfps": 60,
        "resizable": 0,
        "fullscreen": "auto" if fullscreen else 0,
        "show_cursor": 0 if fullscreen else 1,
    }
    for key, value in settings.items():
        Config.set("graphics", key, str(value))
    Config.set("kivy", "exit_on_escape", "0")
    # SDL brings every finger, with and without a desktop; a second provider would press each button twice
    for provider, _ in Config.items("input"):
        Config.remove_option("input", provider)
    Config.set("input", "mouse", "mouse,disable_multitouch")


def started_window() -> Any:
    """Return the process's one window, started without a loop of its own."""
    from kivy.base import EventLoop, runTouchApp
    from kivy.uix.widget import Widget

    if EventLoop.status != "started":
        runTouchApp(Widget(), embedded=True)
    return EventLoop.window


class Shell:
    """One window with one root widget.

    Args:
        root: the role's screens.
        mirror: sends frames to viewers and brings their touches (demo only), or None.
        title: of the window, for a desktop.
        acts: what the number pad's keys beside the focus do, or None.
        reader: reads the screens aloud, or None where nothing speaks.
        typing: what a keyboard with a plug types by, `telex` or `vni`.
    """

    def __init__(
        self,
        root: Any,
        mirror: "Mirror | None" = None,
        title: str = "Kiosk",
        acts: "PadActs | None" = None,
        reader: "ReadAloud | None" = None,
        typing: str = "telex",
    ) -> None:
        from kivy.core.window import Window

        from kiosk.ui.focus import FocusRing
        from kiosk.ui.physical import PhysicalKeys

        self._root = root
        self._mirror = mirror
        self._window = Window
        self._reader = reader
        self._focus = FocusRing(root, acts, reader.focused if reader is not None else None)
        self._typing = PhysicalKeys(root, typing, time.monotonic)
        Window.set_title(title)
        Window.clearcolor = (0, 0, 0, 1)
        Window.bind(
            size=lambda *_: self._fit(), on_key_down=self._key, on_key_up=self._key_up, on_touch_down=self._touched
        )

    def run(self, begin: Act = lambda: None) -> None:
        """Show the window and work until `stop`; call on the main thread.

        Args:
            begin: called once the first frame is out; what it sets going takes nothing from that frame.
        """
        from kivy.base import ExceptionManager, runTouchApp
        from kivy.clock import Clock

        def shown(_seconds: float) -> None:
            hurried()
            begin()

        ExceptionManager.add_handler(_failsafe())
        self._fit()
        if self._mirror is not None:
            self._mirror.attach(self._window, self.call)
        # a frame is drawn at the end of each round of Kivy's loop
        Clock.schedule_once(lambda _seconds: Clock.schedule_once(shown, 0), 0)
        try:
            runTouchApp(self._root)
        finally:
            if self._mirror is not None:
                self._mirror.close()

    def shown(self, view: Any) -> None:
        """Bring focus and voice to what was just drawn; call on Kivy's thread."""
        self._focus.refresh()
        if self._reader is not None:
            self._reader.shown(view)

    def call(self, act: Act) -> None:
        """Run `act` on Kivy's thread before the next frame. Safe from any thread; keeps the order of calls."""
        from kivy.clock import Clock

        Clock.schedule_once(lambda _seconds: _guarded(act), 0)

    def stop(self) -> None:
        """Close the window soon. Safe from any thread."""
        from kivy.base import stopTouchApp

        self.call(stopTouchApp)

    def _fit(self) -> None:
        width, height = self._window.size
        self._root.size_hint = (None, None)
        _guarded(lambda: self._root.place(0, 0, width, height))

    def _key(self, _window: object, key: int, _scan: int, _text: str | None, modifiers: list[str]) -> bool:
        is_text = self._typing.key(key, modifiers, self._focus.is_held)
        return is_text or self._focus.key(key, modifiers, time.monotonic())

    def _key_up(self, _window: object, key: int, *_rest: object) -> None:
        self._typing.key_up(key)
        self._focus.key_up(key)

    def _touched(self, *_: object) -> None:
        self._focus.touched()
        if self._reader is not None:
            self._reader.hush()


def _guarded(act: Act) -> None:
    try:
        act()
    except Exception:
        _LOG.exception("drawing failed; the screen stays as it was")


def _failsafe() -> Any:
    from kivy.base import ExceptionHandler, ExceptionManager

    class Failsafe(ExceptionHandler):  # type: ignore[misc]  # Kivy ships no types
        """Logs and goes on: a lobby has nobody to restart a window."""

        def handle_exception(self, inst: BaseException) -> Any:
            """Keep Kivy's loop running."""
            if not isinstance(inst, Exception):
                return ExceptionManager.RAISE
            _LOG.error("the window goes on after an error", exc_info=inst)
            return ExceptionManager.PASS

    return Failsafe()
