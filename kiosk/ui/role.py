"""One role behind its window: the rules on a thread of their own, the pixels on the main thread, an end by SIGTERM."""

import os
import signal
import threading
from collections.abc import Callable
from typing import Any, Protocol

from kiosk.clock import RealClock
from kiosk.ui.shell import Shell, prepare_kivy


class Flow(Protocol):
    """What the window needs of a role's flow."""

    view: Any

    def start(self) -> None:
        """Begin."""

    def stop(self) -> None:
        """End cleanly."""

    def listen(self, listener: Callable[[Any], None]) -> None:
        """Tell every new view."""


def run_behind_window(
    flow: Flow, clock: RealClock, screens: Callable[[], Any], *, width: int, height: int, title: str
) -> int:
    """Run `flow` and draw its views until the window closes or SIGTERM comes; call on the main thread.

    Args:
        screens: makes the role's widget; called once Kivy is prepared.
        width: of the panel, px.
        height: of the panel, px.

    Returns:
        the exit status.
    """
    offscreen = os.environ.get("SDL_VIDEODRIVER") == "offscreen"
    prepare_kivy(width, height, offscreen=offscreen, fullscreen=not offscreen)
    drawn = screens()
    shell = Shell(drawn, title=title)
    flow.listen(lambda view: shell.call(lambda: drawn.render(view)))
    drawn.render(flow.view)
    signal.signal(signal.SIGTERM, lambda *_: shell.stop())
    clock.post(flow.start)
    rules = threading.Thread(target=clock.run, name="rules", daemon=True)
    rules.start()
    shell.run()

    def end() -> None:
        # the clock must end even if the flow's end fails
        clock.stop()
        flow.stop()

    clock.post(end)
    rules.join(timeout=10)
    return 0
