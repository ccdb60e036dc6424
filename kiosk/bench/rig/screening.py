"""One process of the board's benchmark: what a call costs while a film runs beside the queue, in real seconds.

Calls come at random moments, in turn on a board at rest and on one with a film, so that both meet the same machine.
A call's time runs from the moment when it came in, also where a picture of the film was just being drawn.
"""

import json
import random
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import msgspec

from kiosk.board.film import RATE
from kiosk.config import BoardSettings
from kiosk.demo.trial import TrialOffice
from kiosk.domain.snapshot import Call

SIZE = (960, 540)
"""Px: half of the panel's sides, as in `wall`, because a software renderer draws what on a board its GPU does."""
CALLS_A_PAGE = 5


def main() -> None:
    """Measure so many calls on each of the two pages and print the figures as JSON."""
    from kiosk.ui.shell import prepare_kivy

    prepare_kivy(*SIZE, offscreen=True)
    with tempfile.TemporaryDirectory(prefix="kiosk-bench-") as folder:
        print(json.dumps(_measured(Path(folder), int(sys.argv[1]))))


def _measured(folder: Path, calls: int) -> dict[str, Any]:
    from kivy.base import EventLoop, runTouchApp
    from kivy.graphics.opengl import glFinish
    from kivy.uix.widget import Widget

    from kiosk.board.screens import BoardScreens
    from kiosk.ui.locales import texts_for

    media = folder / "media"
    media.mkdir(parents=True)
    _make_film(media / "film.mp4")
    office = TrialOffice(folder, 5, show_clock=True, board=BoardSettings(media=str(media)))
    board = office.board()
    flow = board.flow
    runTouchApp(Widget(), embedded=True)
    screens = BoardScreens(texts_for)
    EventLoop.window.add_widget(screens)
    # a software renderer queues frames and pays for all of them in a later one; so each is paid for by itself
    EventLoop.window.bind(on_flip=lambda *_: glFinish())
    screens.place(0, 0, *SIZE)
    flow.listen(screens.render)
    screens.render(flow.view)
    chance = random.Random(11)
    seconds: dict[str, list[float]] = {"queue": [], "film": []}
    dropped = 0
    number = 0
    pictures = 0
    played_s = 0.0
    while min(len(each) for each in seconds.values()) < calls:
        # a second after the minute: the page turns here and not between its calls
        office.time.advance(61 - office.time.now().second)
        page = flow.view.page
        for _ in range(CALLS_A_PAGE):
            began, before = time.monotonic(), _position(screens)
            due = began + chance.uniform(0.3, 0.9)
            while time.monotonic() < due:
                EventLoop.idle()
            if page == "film":
                pictures += max(0, round((_position(screens) - before) * RATE))
                played_s += time.monotonic() - began
            number += 1
            said = len(board.speaker.said)
            _call(office, flow, number)
            EventLoop.idle()
            seconds[page].append(time.monotonic() - due)
            is_shown = flow.view.call_number == f"A{number:03d}" and flow.view.fresh
            dropped += not (is_shown and len(board.speaker.said) == said + 1)
            office.time.advance(10.5)
            EventLoop.idle()
    flow.stop()
    EventLoop.window.remove_widget(screens)
    return {
        "what": f"a call while a film of 1280x720 runs on a board of {SIZE[0]}x{SIZE[1]}; yardstick: the same board "
        "with nothing moving, in turn",
        "calls": sum(map(len, seconds.values())),
        "dropped": dropped,
        "film_pictures_a_second": round(pictures / played_s, 1),
        **{f"call_to_frame_ms_{name}": _milliseconds(seconds["film"], share) for name, share in _SHARES.items()},
        **{f"still_ms_{name}": _milliseconds(seconds["queue"], share) for name, share in _SHARES.items()},
    }


_SHARES = {"p50": 0.5, "p95": 0.95, "max": 1.0}


def _milliseconds(seconds: list[float], share: float) -> int:
    if share == 0.5:
        return round(1000 * statistics.median(seconds))
    return round(1000 * sorted(seconds)[max(0, round(share * len(seconds)) - 1)])


def _position(screens: Any) -> float:
    film = screens._frame._film
    return film[1].position_s if film is not None else 0.0


def _call(office: TrialOffice, flow: Any, number: int) -> None:
    first = office.hub.snapshot
    call = Call(call=number, number=f"A{number:03d}", counter=1 + number % 5, at=office.time.now())
    flow.link.on_snapshot(msgspec.structs.replace(first, rev=first.rev + number, at=call.at, calls=(call,)))


def _make_film(path: Path) -> None:
    command = ("ffmpeg", "-v", "error", "-f", "lavfi", "-i", "testsrc2=size=1280x720:rate=25:duration=20")
    subprocess.run((*command, "-pix_fmt", "yuv420p", str(path)), check=True)


if __name__ == "__main__":
    main()
