"""A device of the live demo with its real Kivy screens, mirrored to the control room."""

from collections.abc import Callable
from typing import Any

import msgspec

from kiosk.clock import Act
from kiosk.demo.launch import ProcessSpec
from kiosk.devices.narrator import VirtualNarrator
from kiosk.ui.panels import HOME_SIZES
from kiosk.ui.role import Access, reading_of
from kiosk.ui.shell import Shell, prepare_kivy


class DrawnRole:
    """Window, screens and mirror of one role; the role itself runs on another thread."""

    def __init__(self, spec: ProcessSpec, role: Any, post: Callable[[Act], None]) -> None:
        prepare_kivy(*HOME_SIZES[spec.role], offscreen=not spec.window)
        from kiosk.ui.locales import texts_for
        from kiosk.ui.mirror import Mirror

        flow = role.flow
        self._mirror = Mirror()

        def emit(intent: msgspec.Struct) -> None:
            post(lambda: flow.act(intent))

        def say(text: str, language: str) -> None:
            role.surroundings.tell({"said": {"text": text, "language": language}})

        screens: Any
        access: Access | None = None
        voice = VirtualNarrator(on_words=say)
        if spec.role == "lobby":
            from kiosk.lobby import view as lobby
            from kiosk.lobby.screens import LobbyScreens

            screens = LobbyScreens(texts_for, emit)
            access = Access(
                voice=voice,
                switch_reading=lambda: emit(lobby.Toggle(what="read_aloud")),
                stir=lambda: emit(lobby.StayHere()),
                call_help=lambda: emit(lobby.CallHelp()),
            )
        elif spec.role == "counter":
            from kiosk.counter import view as counter
            from kiosk.counter.screens import CounterScreens

            screens = CounterScreens(texts_for, emit)
            access = Access(
                voice=voice,
                switch_reading=lambda: emit(counter.SwitchReading()),
                stir=lambda: emit(counter.StayHere()),
            )
        else:
            from kiosk.board.screens import BoardScreens

            screens = BoardScreens(texts_for)
        reader, acts = reading_of(screens, access) if access is not None else (None, None)
        self._shell = shell = Shell(screens, self._mirror, title=spec.name, acts=acts, reader=reader)

        def draw(view: Any) -> None:
            screens.render(view)
            shell.shown(view)

        flow.listen(lambda view: shell.call(lambda: draw(view)))
        screens.render(flow.view)

    @property
    def mirror_port(self) -> int:
        """Return the loopback port of the mirror."""
        port: int = self._mirror.port
        return port

    def run(self) -> None:
        """Draw until `stop`; call on the main thread."""
        self._shell.run()

    def stop(self) -> None:
        """Close the window."""
        self._shell.stop()
