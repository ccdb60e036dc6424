"""`kiosk screens`: every screen of every role as a picture, and all of them together as one picture of the office."""

import itertools
import json
import multiprocessing
import os
import time
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any

from PIL import Image

from kiosk.demo.launch import progress
from kiosk.ui.panels import HOME_SIZES, panel_of
from kiosk.ui.screenshots import Room, Shots, Variant, render_all, write_index
from kiosk.ui.shell import prepare_kivy

OTHER_SIZES: dict[str, tuple[tuple[int, int], ...]] = {
    "lobby": ((1280, 800), (1024, 600), (1920, 1080)),
    "counter": ((1920, 1080),),
    "board": ((3840, 2160),),
}
"""Other panels that offices have: `--all` draws them, too."""

OFFICE = (
    ("lobby_{}_idle", (60, 60, 585, 1040)),
    ("board_{}_calls", (705, 60, 1235, 695)),
    ("counter_{}_calling", (705, 859, 385, 241)),
    ("counter_{}_rating", (1130, 859, 385, 241)),
    ("counter_{}_reasons", (1555, 859, 385, 241)),
)
"""Screens in the picture of the office: file, and place as x, y, width, height."""


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
        Room(
            "lobby",
            HOME_SIZES["lobby"],
            lambda: LobbyScreens(texts_for, nothing),
            lobby_gallery,
            partial(panel_of, "lobby"),
        ),
        Room(
            "counter",
            HOME_SIZES["counter"],
            lambda: CounterScreens(texts_for, nothing),
            counter_gallery,
            partial(panel_of, "counter"),
        ),
        Room("board", HOME_SIZES["board"], lambda: BoardScreens(texts_for), board_gallery, partial(panel_of, "board")),
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
    roles = [role] if role else list(OTHER_SIZES)
    if everything:
        jobs = [(each, variant) for each in roles for variant in every_variant(each)]
    else:
        jobs = [(each, Variant(locale, large, contrast, size)) for each in roles]
    done = _drawn(out, jobs)
    shots = Shots(
        [path for part in done for path in part.paths],
        [path for part in done for path in part.flat],
        [fault for part in done for fault in part.faults],
    )
    if role is None and not everything and not large and not contrast and size is None:
        office_picture(out, locale)
    seconds = time.monotonic() - began
    write_index(out, shots, seconds)
    for fault in shots.faults:
        progress(f"fault: {fault}")
    line = {
        "pictures": len(shots.paths),
        "flat": [path.name for path in shots.flat],
        "faults": len(shots.faults),
        "seconds": round(seconds, 1),
        "out": str(out),
    }
    print(json.dumps(line, ensure_ascii=False))
    return 1 if shots.flat or shots.faults or not shots.paths else 0


def every_variant(role: str) -> list[Variant]:
    """Return every combination of language, type, contrast and panel of a role."""
    choices = itertools.product(("vi", "en"), (False, True), (False, True), (None, *OTHER_SIZES[role]))
    return [Variant(*choice) for choice in choices]


def _drawn(out: Path, jobs: Sequence[tuple[str, Variant]]) -> list[Shots]:
    """Draw with as many processes as there are cores: each has a window of its own, which serves all sizes."""
    workers = min(len(jobs), os.cpu_count() or 1)
    with ProcessPoolExecutor(workers, multiprocessing.get_context("spawn"), _prepare) as pool:
        return list(pool.map(partial(_draw, out), jobs))


def _prepare() -> None:
    prepare_kivy(1280, 800, offscreen=True)


def _draw(out: Path, job: tuple[str, Variant]) -> Shots:
    role, variant = job
    return render_all(out, rooms(role), [variant], progress)


def office_picture(out: Path, locale: str) -> Path:
    """Put lobby, board and tablets side by side, as they stand in the office; return the picture's path."""
    canvas = Image.new("RGB", (2000, 1160), "#dfe6ef")
    for name, (x, y, width, height) in OFFICE:
        screen = Image.open(out / f"{name.format(locale)}.png").resize((width, height), Image.Resampling.LANCZOS)
        canvas.paste("#16233a", (x - 12, y - 12, x + width + 12, y + height + 12))
        canvas.paste(screen, (x, y))
    path = out / "office.png"
    canvas.save(path, optimize=True)
    return path
