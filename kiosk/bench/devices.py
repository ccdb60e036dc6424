"""Everything with a plug: a day in which plugs are pulled at random, and streams of rubbish on every serial line.

The drivers are the real ones over pseudo-terminals; their pauses pass on a simulated clock, so that a day takes
seconds. Tickets go through the lobby's own store and printer driver all the while.
"""

import heapq
import os
import random
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from PIL import Image

from kiosk.bench.rig import plugged
from kiosk.bench.rig.plugged import Station
from kiosk.clock import VIETNAM
from kiosk.devices.input_events import EVENT, strokes
from kiosk.devices.keypad_evdev import KEY_CODES
from kiosk.devices.printer_escpos import EscPosPrinter
from kiosk.devices.rating_pad_hid import KEY_CODES as PAD_CODES
from kiosk.domain.events import ServiceItem, TicketIssued
from kiosk.lobby.store import LobbyStore
from kiosk.messaging.outbox import Outbox, open_database

SEED = 20261125
MEAN_PULL_S, LONGEST_OUT_S = 900.0, 90.0
STRIP_SHARE = 0.1
"""Of all pulls: somebody trips over the power strip and everything is out at once."""
TICKET_EVERY_S = 240.0
BACK_BAR_S = 2.0
MORNING = datetime(2026, 11, 25, tzinfo=VIETNAM)
LONGEST_STREAM = 400
HANG_S = 1.0


def run(full: bool) -> Iterator[dict[str, Any]]:
    """Pull plugs for a simulated day (short: 3 h), then send rubbish down every line (5,000 streams; short: 500)."""
    yield unplugging(24.0 if full else 3.0)
    yield from rubbish(5000 if full else 500)


def unplugging(hours: float, seed: int = SEED) -> dict[str, Any]:
    """Return what a day of pulled plugs did: how soon each was back, what was lost, what grew."""
    with tempfile.TemporaryDirectory(prefix="kiosk-plugs-") as folder:
        return _Day(Path(folder), hours * 3600.0, random.Random(seed)).pass_()


class _Day:
    """One simulated day of pulled plugs."""

    def __init__(self, folder: Path, length_s: float, dice: random.Random) -> None:
        self._folder = folder
        self._length_s = length_s
        self._dice = dice
        self._now = 0.0
        self._agenda: list[tuple[float, int, Callable[[], None]]] = []
        self._entries = 0
        self._back: list[float] = []
        self._pulls = 0
        self._tickets: dict[str, int] = {"paper": 0, "screen": 0}
        self._sizes: list[tuple[int, int]] = []

    def pass_(self) -> dict[str, Any]:
        """Let it pass and return its figures."""
        began = time.monotonic()
        connection = open_database(self._folder / "lobby.db")
        ids = iter(range(1 << 30))
        outbox = Outbox(
            connection,
            source="bench",
            boot="b",
            now=self._moment,
            mono=lambda: self._now,
            new_id=lambda: f"{next(ids):032x}",
            clk="simulated",
        )
        store = LobbyStore(outbox)
        with plugged.an_office(self._folder, lambda: self._now) as (stations, printer, tray):
            self._stations = stations
            for station in stations:
                self._plug(station)
            self._at(MEAN_PULL_S * self._dice.random(), self._pull)
            self._at(TICKET_EVERY_S, lambda: self._ticket(store, printer))
            for quarter in range(1, 5):
                self._at(self._length_s * (quarter / 4 - 0.05), self._measure)
            while self._step():
                pass
            issued = self._tickets["paper"] + self._tickets["screen"]
            figures = {
                "what": f"{self._length_s / 3600:g} h of random unplugging, {len(stations)} devices",
                "pulled": self._pulls,
                "back": len(self._back) - len(stations),
                "back_p50_s": round(sorted(self._back)[len(self._back) // 2], 2),
                "back_max_s": round(max(self._back), 2),
                "bar_s": BACK_BAR_S,
                "tickets": issued,
                "on_paper": self._tickets["paper"],
                "on_screen": self._tickets["screen"],
                "lost_tickets": len(store.unprinted()),
                "said_printed_but_not_cut": max(0, self._tickets["paper"] - tray.cut),
                "handles_first_quarter": self._sizes[0][0],
                "handles_end": self._sizes[-1][0],
                "memory_mib_first_quarter": self._sizes[0][1],
                "memory_mib_end": self._sizes[-1][1],
                "wall_s": round(time.monotonic() - began, 1),
            }
        connection.close()
        return figures

    def _moment(self) -> datetime:
        return MORNING + timedelta(seconds=self._now)

    def _at(self, moment: float, act: Callable[[], None]) -> None:
        self._entries += 1
        heapq.heappush(self._agenda, (moment, self._entries, act))

    def _step(self) -> bool:
        """Let time jump to whatever comes first: an entry of the agenda, or the end of a driver's pause."""
        dues = [(due, station) for station in self._stations if (due := station.pause.due) is not None]
        due, resting = min(dues, key=lambda pair: pair[0], default=(float("inf"), None))
        if resting is not None and (not self._agenda or due <= self._agenda[0][0]):
            self._now = due
            resting.pause.end()
            resting.settle()
            self._look(resting)
            return due < self._length_s
        if not self._agenda or self._agenda[0][0] >= self._length_s:
            return False
        self._now, _, act = heapq.heappop(self._agenda)
        act()
        return True

    def _look(self, station: Station) -> None:
        """A driver had its turn: if its device has been plugged in, it must be back and at work."""
        if station.plugged_at is not None and station.is_ready:
            self._back.append(self._now - station.plugged_at)
            station.plugged_at = None
            station.prove()

    def _pull(self) -> None:
        inside = [station for station in self._stations if station.socket.is_plugged]
        chosen = inside if self._dice.random() < STRIP_SHARE else inside and [self._dice.choice(inside)]
        for station in chosen:
            self._pulls += 1
            station.plugged_at = None
            station.socket.pull()
            station.settle()
            self._at(self._now + self._dice.uniform(0.5, LONGEST_OUT_S), lambda station=station: self._plug(station))  # type: ignore[misc]  # mypy cannot infer a lambda with a default
        self._at(self._now + self._dice.expovariate(len(self._stations) / MEAN_PULL_S), self._pull)

    def _plug(self, station: Station) -> None:
        station.socket.plug()
        station.plugged_at = self._now
        station.settle()
        self._look(station)

    def _ticket(self, store: LobbyStore, printer: EscPosPrinter) -> None:
        self._at(self._now + TICKET_EVERY_S, lambda: self._ticket(store, printer))
        now = self._moment()

        def event(position: int) -> TicketIssued:
            return TicketIssued(
                at=now,
                ticket=f"{position:032x}",
                number=f"A{position:03}",
                day=now.date(),
                services=(ServiceItem(group="chung-thuc"),),
            )

        issued = store.issue(now.date(), "A", event)
        outcome = printer.print(Image.new("1", (384, 40), 0)).outcome
        way = "paper" if outcome == "printed" else "screen"
        store.record_printed(issued.ticket, way, now)
        self._tickets[way] += 1

    def _measure(self) -> None:
        if not all(station.is_ready and station.socket.is_plugged for station in self._stations):
            # a plug that is out takes its handles along: compare like with like
            self._at(self._now + 1, self._measure)
            return
        pages = int(Path("/proc/self/statm").read_text().split()[1])
        size = pages * os.sysconf("SC_PAGE_SIZE") // (1024 * 1024)
        self._sizes.append((len(os.listdir("/proc/self/fd")), size))


def rubbish(streams: int, seed: int = SEED) -> Iterator[dict[str, Any]]:
    """Send so many random streams down each line; after each the device must do its work at once."""
    dice = random.Random(seed)
    with tempfile.TemporaryDirectory(prefix="kiosk-plugs-") as folder:
        for make in (plugged.serial_keypad, plugged.scanner, plugged.sign):
            station = make(Path(folder), lambda: 0.0)
            station.socket.plug()
            while not station.is_ready:
                station.settle()
                station.pause.end()
            station.losses = 0
            times = []
            for _ in range(streams):
                station.socket.send(_stream(dice))
                began = time.monotonic()
                station.prove()
                times.append(time.monotonic() - began)
            losses = station.losses
            station.stop()
            station.socket.pull()
            yield {
                "what": f"{streams} random streams into the {station.name}",
                "crashes": losses,
                "hangs": sum(took > HANG_S for took in times),
                "worst_answer_s": round(max(times), 3),
            }
    for name, codes in (("usb-keypad", KEY_CODES), ("rating-pad", PAD_CODES)):
        told = sum(stroke.key in codes.values() for _ in range(streams) for stroke in strokes(_events(dice), codes))
        yield {"what": f"{streams} random streams as events of the {name}", "strokes": told}


def _events(dice: random.Random) -> bytes:
    """Return random input events, some of them of keys, and a torn one at the end."""
    events = [
        EVENT.pack(
            dice.getrandbits(62), dice.getrandbits(62), dice.randrange(4), dice.randrange(768), dice.randrange(4)
        )
        for _ in range(dice.randint(0, 16))
    ]
    return b"".join(events) + dice.randbytes(dice.randrange(EVENT.size))


def _stream(dice: random.Random) -> bytes:
    return dice.randbytes(dice.randint(1, LONGEST_STREAM))
