"""One measurement of one role's screens in a process of its own, for `kiosk bench ui`.

Run as `python -m kiosk.bench.rig.screen_times touch|rest|still ROLE|bare COUNT` or `first ROLE|bare FILE`, where FILE
holds the view that is to be shown (`view ROLE FILE` writes it); prints one JSON line.
"""

import json
import os
import pickle
import sys
import time
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any

from kiosk.ui.assets import FONTS
from kiosk.ui.panels import HOME_SIZES
from kiosk.ui.shell import hurried, hurry, prepare_kivy

DROPPED = 5
"""First touches, which build what is kept afterwards (field/ui.md §7.3)."""

QUIET_S = 0.06
"""Between two touches: Kivy's own button stays down for 35 ms (`ButtonBehavior.min_state_time`)."""


def screens_of(role: str, emit: Callable[[Any], None]) -> Any:
    """Return a role's screens."""
    from kiosk.ui.locales import texts_for

    if role == "lobby":
        from kiosk.lobby.screens import LobbyScreens

        return LobbyScreens(texts_for, emit)
    if role == "counter":
        from kiosk.counter.screens import CounterScreens

        return CounterScreens(texts_for, emit)
    from kiosk.board.screens import BoardScreens

    return BoardScreens(texts_for)


def view_of(role: str) -> Any:
    """Return the view that is measured of a role: the lobby's home, the tablet's rating, the board with its calls."""
    gallery = import_module(f"kiosk.{role}.screens.gallery").gallery
    return dict(gallery("vi"))[{"lobby": "idle", "counter": "rating", "board": "calls"}[role]]


def bare_window(act: Callable[[], None]) -> tuple[Any, Any]:
    """Return a bare Kivy root with one button and a label in each of our fonts, and that button."""
    from kivy.uix.boxlayout import BoxLayout
    from kivy.uix.button import Button
    from kivy.uix.label import Label

    root = BoxLayout(orientation="vertical")
    for font in sorted(FONTS.glob("*.ttf")):
        root.add_widget(Label(text="Ầ 0", font_name=str(font)))
    button = Button(text="Xong", font_name=str(FONTS / "BeVietnamPro-Bold.ttf"))
    button.bind(on_press=lambda *_: act())
    root.add_widget(button)
    return root, button


def _shown(role: str, emit: Callable[[], None], view: Any = None) -> tuple[Any, Any]:
    """Put `view` of a role, or the bare window, on the screen; return the window and a button."""
    from kiosk.ui.shell import started_window

    window = started_window()
    if role == "bare":
        root, button = bare_window(emit)
        window.add_widget(root)
        return window, button
    from kiosk.ui.reading import buttons_of

    root = screens_of(role, lambda _intent: emit())
    window.add_widget(root)
    root.render(view if view is not None else view_of(role))
    root.place(0, 0, *window.size)
    buttons = buttons_of(root)
    return window, buttons[0] if buttons else None


def touch(role: str, count: int) -> dict[str, Any]:
    """Time touch-down to the flip of the frame that shows it."""
    from kivy.base import EventLoop
    from kivy.clock import Clock
    from kivy.tests.common import UnitTestTouch

    Clock._max_fps = 0  # the wait for the next frame's turn is Kivy's and the same for both
    window, button = _shown(role, lambda: None)
    for _ in range(10):
        EventLoop.idle()
    flips: list[float] = []
    window.bind(on_flip=lambda *_: flips.append(time.perf_counter()))
    times = []
    for _ in range(count + DROPPED):
        finger = UnitTestTouch(*button.center)
        flips.clear()
        began = time.perf_counter()
        finger.touch_down()
        while not flips:
            EventLoop.idle()
        times.append(1000 * (flips[0] - began))
        finger.touch_up()
        quiet = time.perf_counter() + QUIET_S
        while time.perf_counter() < quiet:
            EventLoop.idle()
    ordered = sorted(times[DROPPED:])
    return {
        "n": len(ordered),
        "p50_ms": round(ordered[len(ordered) // 2], 2),
        "p95_ms": round(ordered[int(len(ordered) * 0.95)], 2),
    }


def first(role: str, file: str) -> dict[str, Any]:
    """Time from the start of the process to the first frame with everything on it.

    The view is read from a file, as it comes from the flow: the gallery of all states is no part of a role.
    """
    from kivy.base import EventLoop

    window, _ = _shown(role, lambda: None, pickle.loads(Path(file).read_bytes()) if role != "bare" else None)
    flips: list[tuple[float, float]] = []
    window.bind(on_flip=lambda *_: flips.append((time.time(), time.process_time())))
    while not flips:
        EventLoop.idle()
    shown, used = flips[0]
    hurried()
    return {"seconds": shown - _started(), "cpu_seconds": used}


def rest(role: str, seconds: int) -> dict[str, Any]:
    """Count frames and processor time of a screen that nobody touches."""
    from kivy.base import EventLoop

    window, _ = _shown(role, lambda: None)
    for _ in range(30):
        EventLoop.idle()
    flips: list[float] = []
    window.bind(on_flip=lambda *_: flips.append(time.time()))
    began, used = time.monotonic(), time.process_time()
    while time.monotonic() - began < seconds:
        EventLoop.idle()
    wall = time.monotonic() - began
    return {
        "seconds": round(wall, 1),
        "frames": len(flips),
        "cpu_share": round((time.process_time() - used) / wall, 4),
    }


def still(role: str, milliseconds: int) -> dict[str, Any]:
    """Look at every screen of a role for so long after it has settled, and name those that draw a frame."""
    from kivy.base import EventLoop

    from kiosk.ui.screenshots import settle
    from kiosk.ui.shell import started_window

    window = started_window()
    flips: list[float] = []
    window.bind(on_flip=lambda *_: flips.append(time.time()))
    root = screens_of(role, lambda _intent: None)
    window.add_widget(root)
    moving: list[str] = []
    states = import_module(f"kiosk.{role}.screens.gallery").gallery("vi")
    for name, view in states:
        root.render(view)
        root.place(0, 0, *window.size)
        settle(root)
        EventLoop.idle()
        flips.clear()
        until = time.monotonic() + milliseconds / 1000
        while time.monotonic() < until:
            EventLoop.idle()
        if flips:
            moving.append(name)
    return {"screens": len(states), "milliseconds_each": milliseconds, "moving": moving}


def _started() -> float:
    """Return when this process began, seconds since 1970 (proc(5): field 22 of stat, clock ticks after boot)."""
    ticks = int(Path("/proc/self/stat").read_text().rsplit(")", 1)[1].split()[19])
    boot = time.time() - float(Path("/proc/uptime").read_text().split()[0])
    return boot + ticks / os.sysconf("SC_CLK_TCK")


def main(arguments: list[str]) -> None:
    """Measure what the command line names, and print it."""
    what, role, rest_of_it = arguments
    if what == "first" and role != "bare":
        hurry()  # as a role does
    prepare_kivy(*HOME_SIZES.get(role, HOME_SIZES["lobby"]), offscreen=True)
    if what == "view":
        Path(rest_of_it).write_bytes(pickle.dumps(view_of(role)))
        print(json.dumps({"view": role}))
    elif what == "first":
        print(json.dumps(first(role, rest_of_it)))
    else:
        print(json.dumps({"touch": touch, "rest": rest, "still": still}[what](role, int(rest_of_it))))


if __name__ == "__main__":
    main(sys.argv[1:])
