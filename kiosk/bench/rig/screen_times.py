"""One measurement of one role's screens in a process of its own, for `kiosk bench ui`.

Run as `python -m kiosk.bench.rig.screen_times touch|first|rest ROLE|bare COUNT`; prints one JSON line.
"""

import json
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from kiosk.demo.drawn import HOME_SIZES
from kiosk.ui.assets import FONTS
from kiosk.ui.shell import prepare_kivy

DROPPED = 5
"""First touches, which build what is kept afterwards (field/ui.md §7.3)."""

QUIET_S = 0.06
"""Between two touches: Kivy's own button stays down for 35 ms (`ButtonBehavior.min_state_time`)."""


def screens_of(role: str, emit: Callable[[Any], None]) -> tuple[Any, Any]:
    """Return a role's screens and the view of its home."""
    from kiosk.ui.locales import texts_for

    root: Any
    if role == "lobby":
        from kiosk.lobby.screens import LobbyScreens
        from kiosk.lobby.screens.gallery import gallery as lobby_states

        root, states = LobbyScreens(texts_for, emit), dict(lobby_states("vi"))
        return root, states["idle"]
    if role == "counter":
        from kiosk.counter.screens import CounterScreens
        from kiosk.counter.screens.gallery import gallery as counter_states

        root, counter_views = CounterScreens(texts_for, emit), dict(counter_states("vi"))
        return root, counter_views["rating"]
    from kiosk.board.screens import BoardScreens
    from kiosk.board.screens.gallery import gallery as board_states

    return BoardScreens(texts_for), dict(board_states("vi"))["calls"]


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


def _shown(role: str, emit: Callable[[], None]) -> tuple[Any, Any]:
    """Put a role's home, or the bare window, on the screen; return the window and a button."""
    from kiosk.ui.shell import started_window

    window = started_window()
    if role == "bare":
        root, button = bare_window(emit)
        window.add_widget(root)
        return window, button
    from kiosk.ui.reading import buttons_of

    root, view = screens_of(role, lambda _intent: emit())
    window.add_widget(root)
    root.render(view)
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


def first(role: str, _count: int) -> dict[str, Any]:
    """Time from the start of the process to the first frame with everything on it."""
    from kivy.base import EventLoop

    window, _ = _shown(role, lambda: None)
    flips: list[float] = []
    window.bind(on_flip=lambda *_: flips.append(time.time()))
    while not flips:
        EventLoop.idle()
    return {"seconds": flips[0] - _started()}


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


def _started() -> float:
    """Return when this process began, seconds since 1970 (proc(5): field 22 of stat, clock ticks after boot)."""
    ticks = int(Path("/proc/self/stat").read_text().rsplit(")", 1)[1].split()[19])
    boot = time.time() - float(Path("/proc/uptime").read_text().split()[0])
    return boot + ticks / os.sysconf("SC_CLK_TCK")


def main(arguments: list[str]) -> None:
    """Measure what the command line names, and print it."""
    what, role, count = arguments[0], arguments[1], int(arguments[2])
    prepare_kivy(*HOME_SIZES.get(role, HOME_SIZES["lobby"]), offscreen=True)
    print(json.dumps({"touch": touch, "first": first, "rest": rest}[what](role, count)))


if __name__ == "__main__":
    main(sys.argv[1:])
