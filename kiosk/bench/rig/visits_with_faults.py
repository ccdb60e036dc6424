"""Visits whose expression service misbehaves: how long does any of it hold the counter's rules up?

The real rating room, consent, counts and line run against `strange_service`, whose faults are drawn by chance; now and
then there is no service at all. Time of the rules is simulated, time of the line is real. Yardstick: the same visits
without a camera.
"""

import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from kiosk.clock import Act
from kiosk.counter import view as v
from kiosk.counter.camera import CounterCamera
from kiosk.counter.eyes import VisionLine
from kiosk.counter.post import Post, Work
from kiosk.counter.rating import RatingRoom
from kiosk.counter.store import CounterStore
from kiosk.demo.trial_time import SimulatedTime
from kiosk.domain.events import Event
from kiosk.domain.replies import RatingOffer
from kiosk.messaging.outbox import Outbox, open_database

BAR_MS = 50.0
PAUSE_S = 0.003
"""Real time after each step, in which the service hears and misbehaves; not counted."""
PATIENT = 200
"""Every so many visits somebody stays until the line's own patience with a silent service is at an end."""
PATIENCE_S = 2.3
ABSENT = 0.05
"""Share of visits for which nobody listens at the socket."""


class _Counter:
    """A counter's rating room and camera with a clock for each call."""

    def __init__(self, socket: Path | None) -> None:
        self.time = SimulatedTime()
        self.ratings = 0
        self.by_vision: list[float] = []
        self.whole: list[float] = []
        ids = iter(range(10**9))
        outbox = Outbox(
            open_database(":memory:"), source="79.26740.counter-1", boot="b", now=self.time.now,
            mono=self.time.monotonic, new_id=lambda: f"{next(ids):032x}", clk="simulated",
        )  # fmt: skip
        store = self.store = CounterStore(outbox)
        self.camera: CounterCamera | None = None
        if socket is not None:
            self.camera = CounterCamera("opt_in", 10, VisionLine(socket, self.time.post), store, 1, self.time)
            self.camera.start(lambda: None, lambda state, reason: None)
        self.room = RatingRoom(
            1, self.time, lambda: f"{next(ids):032x}", lambda: "KN-1", self._commit, lambda: None, "", False
        )

    def visit(self, number: int, chance: random.Random) -> None:
        """One citizen: sits down, allows or not, is served, rates or not, leaves."""
        ticket = f"{number:032x}"
        post = Post(officer="cb01", work=Work(ticket=ticket, number="A001", is_serving=True))
        self._do(lambda: None, post)
        if chance.random() < 0.8:
            self._hear(chance.random() < 0.9)
        offer = RatingOffer(
            token=ticket, ticket=ticket, number="A001", service=0, counter=1, officer="cb01", officer_name="",
            expires=self.time.now(),
        )  # fmt: skip
        self._do(lambda: self.room.open(offer, is_offline=False), Post(officer="cb01"))
        if chance.random() < 0.1:
            self._hear(False)
        for intent in (v.Rate(score=chance.randint(1, 5)), v.Send()):
            self.time.advance(1.0)
            self._do(lambda intent=intent: self.room.act(intent), Post(officer="cb01"))  # type: ignore[misc]  # mypy cannot infer a lambda with defaults
        if self.camera is not None and number % PATIENT == PATIENT - 1:
            time.sleep(PATIENCE_S)
        self._do(lambda: self.time.advance(60.0), Post(officer="cb01"))

    def _hear(self, is_allowed: bool) -> None:
        if self.camera is not None:
            self.by_vision.append(_ms(lambda: self.camera.hear(is_allowed)))  # type: ignore[union-attr]  # checked above

    def _do(self, act: Callable[[], None], post: Post) -> None:
        began = time.perf_counter()
        act()
        if self.camera is not None:
            self.by_vision.append(_ms(lambda: self.camera.follow(post, self.room)))  # type: ignore[union-attr]  # checked above
            self.by_vision.append(_ms(self.time.settle))
        self.whole.append((time.perf_counter() - began) * 1000)
        if self.camera is not None:
            time.sleep(PAUSE_S)

    def _commit(self, *happened: Event) -> None:
        self.ratings += sum(event.TYPE == "rating.given" for event in happened)


def run(visits: int) -> Iterator[dict[str, Any]]:
    """Run `visits` visits with faults, and the same without a camera."""
    with tempfile.TemporaryDirectory() as folder:
        socket = Path(folder) / "v.sock"
        service = subprocess.Popen(
            [sys.executable, "-m", "kiosk.bench.rig.strange_service", str(socket), "13"], stdout=subprocess.PIPE
        )
        try:
            assert service.stdout is not None
            service.stdout.readline()
            chance = random.Random(7)
            ours, without = _Counter(socket), _Counter(None)
            for number in range(visits):
                hidden = socket.with_suffix(".away")
                is_absent = chance.random() < ABSENT
                if is_absent:
                    socket.rename(hidden)
                seed = chance.random()
                ours.visit(number, random.Random(seed))
                without.visit(number, random.Random(seed))
                if is_absent:
                    hidden.rename(socket)
        finally:
            service.kill()
            service.wait()
            if service.stdout is not None:
                service.stdout.close()
    held = sorted(ours.by_vision)
    yield {
        "what": "visits with a misbehaving service: how long any call of the camera's part held the rules up",
        "n": visits,
        "calls": len(held),
        "p50_ms": round(held[len(held) // 2], 4),
        "p999_ms": round(held[len(held) * 999 // 1000], 3),
        "worst_ms": round(held[-1], 2),
        "over_50_ms": sum(ms > BAR_MS for ms in held),
        "ratings": ours.ratings,
        "visits_counted": sum(counts.visits for counts in ours.store.expression_cells().values()),
    }
    yield {
        "what": "yardstick: the same visits without a camera, longest step of the rating",
        "n": visits,
        "worst_ms": round(max(without.whole), 2),
        "ratings": without.ratings,
        "ratings_are_the_same": ours.ratings == without.ratings,
    }


def _ms(act: Act) -> float:
    began = time.perf_counter()
    act()
    return (time.perf_counter() - began) * 1000
