"""One process of the board's benchmark: a board that hangs on the wall for days, or a bare window beside it.

Days are simulated: a picture of the office every minute for nine and a half hours, drawn off-screen at half size, with
calls, pages that turn and pictures in between.
"""

import json
import random
import statistics
import sys
import tempfile
import time
from datetime import timedelta
from pathlib import Path
from typing import Any

import msgspec
from PIL import Image

from kiosk.config import BoardSettings
from kiosk.demo.trial import TrialOffice
from kiosk.domain.snapshot import AnsweredPetition, Call, Snapshot

STEP_S = 60
STEPS_A_DAY = 570
"""Nine and a half hours."""
SHORT = 120
"""Steps of a run over 0 days."""
PICTURES = 4
LEARNING = 0.2
"""Share of the steps after which memory is taken as the beginning: caches are full by then."""


def main() -> None:
    """Measure one side, `ours` or `bare`, over so many days, and print its figures as JSON."""
    from kiosk.ui.shell import prepare_kivy

    side, days = sys.argv[1], int(sys.argv[2])
    prepare_kivy(960, 540, offscreen=True)
    if side == "bare":
        figures = _bare(days)
    else:
        with tempfile.TemporaryDirectory(prefix="kiosk-bench-") as folder:
            figures = _wall(Path(folder), days)
    print(json.dumps(figures))


def _wall(folder: Path, days: int) -> dict[str, Any]:
    from kivy.base import EventLoop, runTouchApp
    from kivy.uix.widget import Widget

    from kiosk.board.screens import BoardScreens
    from kiosk.ui.locales import texts_for

    media = folder / "media"
    media.mkdir(parents=True)
    for number in range(PICTURES):
        Image.linear_gradient("L").resize((3000, 2000)).convert("RGB").save(media / f"{number}.jpg")
    office = TrialOffice(folder, 5, show_clock=True, board=BoardSettings(media=str(media)))
    board = office.board()
    flow = board.flow
    first = office.hub.snapshot
    runTouchApp(Widget(), embedded=True)
    screens = BoardScreens(texts_for)
    EventLoop.window.add_widget(screens)
    screens.place(0, 0, 960, 540)
    flow.listen(screens.render)
    screens.render(flow.view)
    chance = random.Random(30)
    seconds: list[float] = []
    steps = days * STEPS_A_DAY or SHORT
    start = 0.0
    for step in range(steps):
        snapshot, is_call = _moment(first, step, office, chance)
        began = time.perf_counter()
        assert flow.link.on_snapshot is not None
        flow.link.on_snapshot(snapshot)
        EventLoop.idle()
        if is_call:
            seconds.append(time.perf_counter() - began)
        office.time.advance(STEP_S)
        EventLoop.idle()
        office.broker.log.clear()
        if step == round(LEARNING * steps):
            start = _rss_mb()
        if step and step % STEPS_A_DAY == 0:
            print(f"{step // STEPS_A_DAY} days: {_rss_mb():.1f} MB", file=sys.stderr, flush=True)
    said = len(board.speaker.said)
    flow.stop()
    EventLoop.window.remove_widget(screens)
    end = _rss_mb()
    return {
        "what": f"ours: a board for {steps} minutes of office hours ({days} days), every picture drawn",
        "pictures": steps,
        "calls": len(seconds),
        "said": said,
        "call_to_frame_ms_p50": round(statistics.median(seconds) * 1000),
        "rss_mb": round(end, 1),
        "growth_percent": round(100 * (end - start) / start, 2),
    }


def _moment(first: Snapshot, step: int, office: TrialOffice, chance: random.Random) -> tuple[Snapshot, bool]:
    """Return the picture of one moment, and whether somebody is called in it."""
    now = office.time.now()
    is_call = chance.random() < 0.6
    number = f"{chance.choice('ABCDEFG')}{chance.randrange(1, 1000):03d}"
    counter = chance.randrange(1, 6)
    calls = (*first.calls, Call(call=step + 1 - (not is_call), number=number, counter=counter, at=now))
    states = tuple(
        msgspec.structs.replace(
            state,
            state=chance.choice(("serving", "calling", "idle", "paused")),
            number=f"{chance.choice('ABCDEFG')}{chance.randrange(1, 1000):03d}",
        )
        for state in first.counters
    )
    figures = msgspec.structs.replace(
        first.figures, waiting=chance.randrange(40), finished=step % 200, rated=step % 150, satisfied=step % 140
    )
    answered = AnsweredPetition(category="delay", on=now.date() - timedelta(days=step % 9), days=step % 5)
    snapshot = msgspec.structs.replace(
        first,
        rev=first.rev + step + 1,
        at=now,
        counters=states,
        calls=calls if is_call else (),
        figures=figures,
        answered=(answered,),
    )
    return snapshot, is_call


def _bare(days: int) -> dict[str, Any]:
    from kivy.base import EventLoop, runTouchApp
    from kivy.uix.label import Label
    from kivy.uix.widget import Widget

    runTouchApp(Widget(), embedded=True)
    label = Label(text="0", font_size=200)
    EventLoop.window.add_widget(label)
    steps = days * STEPS_A_DAY or SHORT
    start = 0.0
    seconds: list[float] = []
    for step in range(steps):
        began = time.perf_counter()
        label.text = str(step)
        EventLoop.idle()
        seconds.append(time.perf_counter() - began)
        if step == round(LEARNING * steps):
            start = _rss_mb()
    EventLoop.window.remove_widget(label)
    return {
        "what": "yardstick: a bare Kivy label whose text changes as often",
        "pictures": steps,
        "text_to_frame_ms_p50": round(statistics.median(seconds) * 1000),
        "rss_mb": round(_rss_mb(), 1),
        "growth_percent": round(100 * (_rss_mb() - start) / start, 2),
    }


def _rss_mb() -> float:
    """Return the resident memory of this process, MB."""
    fields = Path("/proc/self/statm").read_text(encoding="ascii").split()
    return int(fields[1]) * 4096 / 1e6


if __name__ == "__main__":
    main()
