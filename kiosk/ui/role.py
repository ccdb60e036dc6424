"""One role behind its window: the rules on a thread of their own, the pixels on the main thread, an end by SIGTERM."""

import os
import signal
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from kiosk.clock import RealClock
from kiosk.ui.shell import Shell, hurry, prepare_kivy

if TYPE_CHECKING:
    from kiosk.ui.focus import PadActs
    from kiosk.ui.read_aloud import ReadAloud, Voice


class Flow(Protocol):
    """What the window needs of a role's flow."""

    view: Any

    def start(self) -> None:
        """Begin."""

    def stop(self) -> None:
        """End cleanly."""

    def listen(self, listener: Callable[[Any], None]) -> None:
        """Tell every new view."""


class Upkeep(Protocol):
    """What looks after the device beside its role."""

    on_notice: Callable[[str, str], None] | None
    """What staff should see changed: kind (`code`, `name` or nothing), and the text."""

    def start(self) -> None:
        """Begin."""

    def stop(self) -> None:
        """Stop."""


@dataclass(frozen=True)
class Access:
    """What a role offers to people who do not see or reach the glass. The acts may be called on Kivy's thread."""

    voice: "Voice"
    switch_reading: Callable[[], None]
    """Have the screen read aloud, or no longer."""
    stir: Callable[[], None] = lambda: None
    """Somebody is there."""
    call_help: Callable[[], None] = lambda: None
    dialect: str = "north"
    """Whose words the voice uses for numbers: one of `numbers_spoken.DIALECTS`."""


def reading_of(drawn: Any, access: Access) -> "tuple[ReadAloud, PadActs]":
    """Return the reader of a role's screens, and what the pad's keys do. Kivy must be prepared."""
    from kiosk.ui.focus import PadActs
    from kiosk.ui.locales import texts_for
    from kiosk.ui.read_aloud import ReadAloud

    reader = ReadAloud(drawn, access.voice, texts_for, access.dialect)
    acts = PadActs(
        switch_reading=access.switch_reading,
        call_help=access.call_help,
        stir=access.stir,
        read_again=reader.again,
        louder=reader.louder,
        quieter=lambda: reader.louder(-1),
    )
    return reader, acts


def run_behind_window(
    flow: Flow,
    clock: RealClock,
    screens: Callable[[], Any],
    *,
    width: int,
    height: int,
    title: str,
    access: Access | None = None,
    typing: str = "telex",
    upkeep: Upkeep | None = None,
) -> int:
    """Run `flow` and draw its views until the window closes or SIGTERM comes; call on the main thread.

    Args:
        screens: makes the role's widget; called once Kivy is prepared.
        width: of the panel, px.
        height: of the panel, px.
        access: the way in for people who do not see or reach the glass; None where nobody touches anything.
        typing: what a keyboard with a plug types by, `telex` or `vni`.
        upkeep: looks after the device beside its role, on the same thread as the flow.

    Returns:
        the exit status.
    """
    offscreen = os.environ.get("SDL_VIDEODRIVER") == "offscreen"
    hurry()
    prepare_kivy(width, height, offscreen=offscreen, fullscreen=not offscreen)
    drawn = screens()
    reader, acts = reading_of(drawn, access) if access is not None else (None, None)
    shell = Shell(drawn, title=title, acts=acts, reader=reader, typing=typing)

    def draw(view: Any) -> None:
        drawn.render(view)
        shell.shown(view)

    flow.listen(lambda view: shell.call(lambda: draw(view)))
    drawn.render(flow.view)
    signal.signal(signal.SIGTERM, lambda *_: shell.stop())
    clock.post(flow.start)
    if upkeep is not None:
        _show_notices(upkeep, shell)
        clock.post(upkeep.start)
    rules = threading.Thread(target=clock.run, name="rules", daemon=True)
    shell.run(rules.start)
    if rules.ident is None:
        rules.start()  # told to stop before anything was seen

    def end() -> None:
        # the clock must end even if the flow's end fails
        clock.stop()
        if upkeep is not None:
            upkeep.stop()
        flow.stop()

    clock.post(end)
    rules.join(timeout=10)
    return 0


def _show_notices(upkeep: Upkeep, shell: Shell) -> None:
    from kivy.core.window import Window

    from kiosk.ui.staff_notice import StaffNotice

    notice = StaffNotice(Window)
    upkeep.on_notice = lambda kind, text: shell.call(lambda: notice.show(kind, text))
