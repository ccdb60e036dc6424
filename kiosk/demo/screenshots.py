"""`kiosk screens`: every screen of every role as a picture, and all of them together as one picture of the office."""

import itertools
import json
import time
from pathlib import Path
from typing import Any

from PIL import Image

from kiosk.demo.drawn import HOME_SIZES
from kiosk.demo.launch import progress
from kiosk.ui.screenshots import Room, Variant, render_all
from kiosk.ui.shell import prepare_kivy

OTHER_SIZES: dict[str, tuple[tuple[int, int], ...]] = {
    "lobby": ((1280, 800), (1024, 600), (1920, 1080)),
    "counter": ((1920, 1080),),
    "board": ((3840, 2160),),
}
"""Other panels that `--all` draws (screens' issue, *Lobby*, *Counter tablet*, *Board*)."""

OFFICE = (("lobby", "idle"), ("board", "calls"), ("counter", "rating"))
"""Screens in the picture of the office, by role and beginning of the state's name."""


def rooms(role: str | None) -> list[Room]:
    """Return the roles' screens, or those of one role. Kivy must be prepared."""
    from kiosk.board.screens import BoardScreens
    from kiosk.board.screens.gallery import gallery as board_gallery
    from kiosk.counter.screens import CounterScreens
    from kiosk.counter.screens.gallery import gallery as counter_gallery
    from kiosk.lobby.screens import LobbyScreens
    from kiosk.lobby.screens.gallery import gallery as lobby_gallery
    from kiosk.ui.locales import texts_for

    def nothing(_intent: Any) -> None:
        """A picture is touched by nobody."""

    every = [
        Room("lobby", HOME_SIZES["lobby"], lambda: LobbyScreens(texts_for, nothing), lobby_gallery),
        Room("counter", HOME_SIZES["counter"], lambda: CounterScreens(texts_for, nothing), counter_gallery),
        Room("board", HOME_SIZES["board"], lambda: BoardScreens(texts_for), board_gallery),
    ]
    return [room for room in every if role in (None, room.role)]


def render_screens(
    out: Path,
    *,
    role: str | None,
    locale: str,
    large: bool,
    contrast: bool,
    size: tuple[int, int] | None,
    everything: bool,
) -> int:
    """Write the pictures and an index page to `out`; return the exit status."""
    began = time.monotonic()
    # one window serves all sizes: pictures are taken of the widget, not of the window
    prepare_kivy(1280, 800, offscreen=True)
    count, flat = 0, []
    for room in rooms(role):
        variants = [Variant(locale, large, contrast, size)]
        if everything:
            variants = [
                Variant(language, is_large, is_contrast, other)
                for language, is_large, is_contrast, other in itertools.product(
                    ("vi", "en"), (False, True), (False, True), (None, *OTHER_SIZES[room.role])
                )
            ]
        shots = render_all(out / room.role, [room], variants, progress)
        count += len(shots.paths)
        flat += [path.name for path in shots.flat]
    if role is None and not everything and size is None:
        office_picture(out, locale)
    line = {"pictures": count, "flat": flat, "seconds": round(time.monotonic() - began, 1), "out": str(out)}
    print(json.dumps(line, ensure_ascii=False))
    return 1 if flat or not count else 0


def office_picture(out: Path, locale: str) -> Path:
    """Put lobby, board and tablet side by side, as they stand in the office; return the picture's path."""
    canvas = Image.new("RGB", (2000, 1160), "#dfe6ef")
    frames = {"lobby": (60, 60, 585, 1040), "board": (705, 60, 1235, 695), "counter": (1000, 815, 460, 288)}
    for (role, state), name in zip(OFFICE, frames, strict=True):
        found = sorted((out / role).glob(f"{role}_{locale}_{state}*.png"))
        if not found:
            continue
        x, y, width, height = frames[name]
        screen = Image.open(found[0]).resize((width, height), Image.Resampling.LANCZOS)
        canvas.paste("#16233a", (x - 12, y - 12, x + width + 12, y + height + 12))
        canvas.paste(screen, (x, y))
    path = out / "office.png"
    canvas.save(path, optimize=True)
    return path
