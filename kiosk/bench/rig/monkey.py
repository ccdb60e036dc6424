"""A monkey before the screens of a role: touches, keys, cards and faults at random, visit after visit.

Run as `python -m kiosk.bench.rig.monkey ROLE VISITS SEED`; prints one JSON line. After each visit it sits still for a
minute, and the screen must be at home again. Time is moved by hand; the drawing is real but for the pixels
(`KIVY_GL_BACKEND=mock`), so that thousands of visits take minutes.
"""

import contextlib
import gc
import json
import logging
import random
import sqlite3
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from kiosk.demo.trial import TrialCounter, TrialLobby, TrialOffice, take_numbers
from kiosk.ui.panels import HOME_SIZES
from kiosk.ui.shell import prepare_kivy

SILENCE_S = 60.0
"""Within this time the screen must be at home again."""
SETTLED_AT = 200
"""Visits after which memory is expected to stand still."""
VISITS_A_DAY = 200
MOST_ACTS = 12
NAMES = ("Đoàn Mỹ Duyên", "Lò Văn Páo", "Hồ Thị Bích Ngọc", "Trương Công Thành")
"""Made-up people."""


class Faults(logging.Handler):
    """Counts what was logged as an error."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.heard: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        """Keep the message and the last line of its traceback."""
        error = record.exc_info[1] if record.exc_info else None
        self.heard.append(f"{record.getMessage()}: {error!r}" if error else record.getMessage())


class Monkey:
    """Plays with one role's screens.

    Args:
        role: `lobby`, `counter` or `board`.
        seed: the same seed gives the same play.
        folder: for the databases.
    """

    def __init__(self, role: str, seed: int, folder: Path) -> None:
        from kiosk.demo.trial_screen import TrialScreen
        from kiosk.ui.focus import FocusRing
        from kiosk.ui.locales import texts_for
        from kiosk.ui.shell import started_window

        self.random = random.Random(seed)
        self.office = TrialOffice(folder, show_clock=True)
        self.is_hub_here = True
        self.acts: list[Callable[[], None]]
        self.lobby: TrialLobby = self.office.lobby()
        self.counter: TrialCounter | None = None
        screens: Any
        if role == "lobby":
            from kiosk.lobby.screens import LobbyScreens, at_rest

            screens = LobbyScreens(texts_for, self._emit)
            self._is_at_rest: Callable[[Any], bool] = at_rest
            self.room: Any = self.lobby
            self._more_acts: tuple[Callable[[], None], ...] = (self._card, self._card, self._printer)
        elif role == "board":
            from kiosk.board.screens import BoardScreens

            screens = BoardScreens(texts_for)
            # nobody touches a board: it is at rest whatever it shows
            self._is_at_rest = lambda _view: True
            self.room, self.counter = self.office.board(), self.office.counter(1)
            self._more_acts = (self._verb, self._verb, self._verb, self._customer)
        else:
            from kiosk.counter.screens import CounterScreens
            from kiosk.counter.screens import at_rest as is_between_visits

            screens = CounterScreens(texts_for, self._emit)
            self._is_at_rest = is_between_visits
            self.counter = self.room = self.office.counter(1)
            self._more_acts = (self._verb, self._verb, self._verb, self._customer)
        self.ui = TrialScreen(started_window(), screens, HOME_SIZES[role])
        self.ring = FocusRing(screens)
        self._is_stale = True
        self.room.flow.listen(self._changed)
        self._draw()

    def visit(self) -> None:
        """Do a few things, then sit still until home must be back."""
        acts = (self._touch, self._touch, self._touch, self._point, self._palm, self._key, self._hold, self._wait,
                self._hub, *self._more_acts)  # fmt: skip
        for _ in range(self.random.randint(2, MOST_ACTS)):
            self.random.choice(acts)()
            self.office.time.settle()
            self._draw()
        self.office.time.advance(SILENCE_S + 1)
        self._draw()

    @property
    def is_home(self) -> bool:
        """Tell whether the screen is where it is when nobody stands before it."""
        return bool(self._is_at_rest(self.room.flow.view))

    @property
    def step(self) -> str:
        """Return the step of the screen."""
        return str(self.room.flow.view.step)

    def next_day(self) -> None:
        """Let the night pass."""
        # the broker in this process keeps every message for those who want to look; no box does
        self.office.broker.log.clear()
        self.lobby.printer.papers.clear()
        self._bring_hub()
        now = self.office.time.now()
        morning = now.replace(hour=8, minute=0, second=0, microsecond=0)
        until_morning = (24 * 3600 + (morning - now).total_seconds()) % (24 * 3600) or 24 * 3600
        for _ in range(4):
            self.office.time.advance(until_morning / 4)
            self._draw()

    def _emit(self, intent: Any) -> None:
        self.office.time.post(lambda: self.room.flow.act(intent))

    def _changed(self, _view: Any) -> None:
        self._is_stale = True

    def _draw(self) -> None:
        from kivy.base import EventLoop

        if self._is_stale:
            self._is_stale = False
            self.ui.root.render(self.room.flow.view)
        EventLoop.idle()
        self.ring.refresh()

    # what a monkey does -----------------------------------------------------------------------------------------

    def _touch(self) -> None:
        from kiosk.ui.reading import buttons_of

        buttons = buttons_of(self.ui.root)
        if buttons:
            self.office.time.advance(self.random.uniform(0.1, 2.0))
            self.ui.finger(*self.random.choice(buttons).center)(None)

    def _point(self) -> None:
        lift = self.ui.finger(*self._anywhere())
        lift(self._anywhere() if self.random.random() < 0.3 else None)

    def _palm(self) -> None:
        """Lay up to ten fingers on the glass and take them away in any order."""
        fingers = [self.ui.finger(*self._anywhere()) for _ in range(self.random.randint(2, 10))]
        self.random.shuffle(fingers)
        for lift in fingers:
            lift(None)

    def _anywhere(self) -> tuple[float, float]:
        return self.random.uniform(0, self.ui.size[0]), self.random.uniform(0, self.ui.size[1])

    def _key(self) -> None:
        key = self.random.choice((9, 13, 27, 32, 271, 273, 274, 275, 276, *range(256, 271), 97, 49))
        self.ring.key(key, [], self.office.time.monotonic())
        self.ring.key_up(key)

    def _hold(self) -> None:
        """Lean on a key."""
        key = self.random.choice((13, 32, 261, 262, 9))
        for repeat in range(200):
            self.ring.key(key, [], self.office.time.monotonic() + repeat * 0.03)
        self.ring.key_up(key)

    def _wait(self) -> None:
        self.office.time.advance(self.random.expovariate(1 / 8))

    def _hub(self) -> None:
        if self.random.random() < 0.85:
            return
        if self.is_hub_here:
            self.office.kill_hub()
            self.is_hub_here = False
        else:
            self._bring_hub()

    def _bring_hub(self) -> None:
        if not self.is_hub_here:
            self.office.start_hub()
            self.is_hub_here = True

    def _card(self) -> None:
        number = "079" + "".join(self.random.choice("0123456789") for _ in range(9))
        card = f"{number}||{self.random.choice(NAMES)}|05031949|Nữ|12 Lê Lợi, Phường Bến Nghé|15082021"
        text = self.random.choice((card, card, card[: self.random.randint(0, len(card))], "https://example.org", "|||"))
        self.random.choice((lambda: self.lobby.scanner.scan(text), self.lobby.scanner.scan_two))()

    def _printer(self) -> None:
        turn = self.random.choice((self.lobby.printer.set_paper, self.lobby.printer.set_cable))
        turn(self.random.random() < 0.7)

    def _verb(self) -> None:
        assert self.counter is not None
        verbs = ("next", "start", "finish", "finish", "recall", "no_show", "park", "pause", "transfer", "1", "2", "9")
        if self.random.random() < 0.03:
            self.counter.sign_in()
        else:
            self.counter.press(self.random.choice(verbs))

    def _customer(self) -> None:
        self.lobby.printer.set_cable(True)
        self.lobby.printer.set_paper(True)
        take_numbers(self.lobby)


def memory_mb() -> float:
    """Return the resident memory of this process as it stands after a visit, MB, with empty page caches.

    A hub, a lobby and counters share this process. What SQLite keeps of their files fills for days, up to 2 MB each.
    """
    from kiosk.ui.erasing import forget

    # a weak reference pretends to be what it refers to, so that `isinstance` would ask the dead
    for connection in [each for each in gc.get_objects() if issubclass(type(each), sqlite3.Connection)]:
        with contextlib.suppress(sqlite3.ProgrammingError):  # closed since
            connection.execute("PRAGMA shrink_memory")
    forget()
    return int(Path("/proc/self/statm").read_text().split()[1]) * 4096 / 1e6


def play(role: str, visits: int, seed: int) -> dict[str, Any]:
    """Let the monkey pay so many visits, and return what came of it."""
    faults = Faults()
    logging.getLogger().addHandler(faults)
    logging.getLogger().setLevel(logging.ERROR)
    stuck: list[str] = []
    at_first = 0.0
    with tempfile.TemporaryDirectory(prefix="kiosk-monkey-") as folder:
        monkey = Monkey(role, seed, Path(folder))
        # without a graphics card behind it, Kivy says once that its shaders do not compile
        faults.heard.clear()
        for count in range(1, visits + 1):
            try:
                monkey.visit()
            except Exception as error:
                logging.getLogger(__name__).exception("visit %d", count)
                stuck.append(f"visit {count}: {error!r}")
            if not monkey.is_home:
                stuck.append(f"visit {count}: still at {monkey.step}")
            if count % VISITS_A_DAY == 0:
                monkey.next_day()
            if count == min(SETTLED_AT, visits // 2):
                at_first = memory_mb()
        at_last = memory_mb()
    return {
        "what": f"ours: random visits, {role}",
        "visits": visits,
        "exceptions": len(faults.heard),
        "not_home_within_60_s": len(stuck),
        "memory_mb": round(at_last, 1),
        "memory_growth": round(at_last / at_first - 1, 4),
        "examples": [*faults.heard[:3], *stuck[:3]],
    }


def main(arguments: list[str]) -> None:
    """Play as the command line says, and print the outcome."""
    role, visits, seed = arguments[0], int(arguments[1]), int(arguments[2])
    prepare_kivy(*HOME_SIZES[role], offscreen=True)
    print(json.dumps(play(role, visits, seed), ensure_ascii=False))


if __name__ == "__main__":
    main(sys.argv[1:])
