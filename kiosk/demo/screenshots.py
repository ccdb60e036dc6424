"""`kiosk screens`: every screen of every role in every state as pictures, in one process and with no display."""

import sys
from itertools import product
from pathlib import Path

from kiosk.ui.screenshots import Room, Variant, render_all
from kiosk.ui.shell import prepare_kivy

ROLES = ("lobby", "counter", "board")


def render_screens(
    out: Path,
    *,
    role: str | None = None,
    locale: str = "vi",
    large: bool = False,
    contrast: bool = False,
    size: tuple[int, int] | None = None,
    everything: bool = False,
) -> int:
    """Render into `out` and return the exit status: 1 when a picture has only one colour.

    `everything` takes both languages, with and without large type and contrast, at `size` or each role's home size.

    Raises:
        OSError: if `out` cannot be written.
    """
    prepare_kivy(320, 200, offscreen=True)
    variants = [Variant(locale, large, contrast, size)]
    if everything:
        switches = product(("vi", "en"), (False, True), (False, True))
        variants = [Variant(language, big, sharp, size) for language, big, sharp in switches]
    rooms = [room for room in _rooms() if role in (None, room.role)]
    shots = render_all(out, rooms, variants, lambda line: print(line, file=sys.stderr))
    for path in shots.flat:
        print(f"{path}: one colour only, nothing was drawn", file=sys.stderr)
    print(f"{len(shots.paths)} pictures and index.html in {out}", file=sys.stderr)
    return 1 if shots.flat else 0


def _rooms() -> list[Room]:
    from kiosk.board.screens import BoardScreens
    from kiosk.board.screens.gallery import gallery as board
    from kiosk.counter.screens import CounterScreens
    from kiosk.counter.screens.gallery import gallery as counter
    from kiosk.lobby.screens import LobbyScreens
    from kiosk.lobby.screens.gallery import gallery as lobby
    from kiosk.ui.locales import texts_for

    def ignore(_intent: object) -> None:
        """Nobody touches a picture."""

    return [
        Room("lobby", (1080, 1920), lambda: LobbyScreens(texts_for, ignore), lobby),
        Room("counter", (1280, 800), lambda: CounterScreens(texts_for, ignore), counter),
        Room("board", (1920, 1080), lambda: BoardScreens(texts_for), board),
    ]
