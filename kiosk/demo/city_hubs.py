"""Many offices' hubs in one process, as their centre sees them: real outboxes and links, made-up visits.

`python -m kiosk.demo.city_hubs PORT FOLDER HUBS SPEED SECONDS` prints a JSON line every few seconds: events recorded,
acknowledged, waiting, and how long acknowledgements took. Ends with its standard input.
"""

import heapq
import itertools
import json
import os
import random
import secrets
import sys
import threading
from collections import deque
from collections.abc import Callable
from pathlib import Path

import msgspec

from kiosk.clock import RealClock
from kiosk.domain import events
from kiosk.domain.envelope import Envelope
from kiosk.messaging.client import MqttTransport
from kiosk.messaging.link import HubLink, lost_will
from kiosk.messaging.outbox import Outbox, open_database
from kiosk.messaging.topics import UplinkTopics

PROVINCE = "79"
FIRST_COMMUNE = 26734
COUNTERS = 8
DEVICES = ("lobby-1", "board-1", *(f"counter-{n}" for n in range(1, COUNTERS + 1)), "hub")
"""Eleven an office (messaging notes §9)."""
ROLL_UP_S = 300.0
PEAK_EVENTS_PER_S = 3 * 4730 / (8 * 3600)
"""An office's day of 8 hours, and three times its mean at the peak (messaging notes §9)."""
VISIT_EVENTS = 6.8
"""What one visit makes here on average."""
PEAK_TICKETS_PER_S = (PEAK_EVENTS_PER_S - len(DEVICES) / ROLL_UP_S) / VISIT_EVENTS
WARM_UP_S = 2000.0
"""Office time that is over when a hub begins, so that visits are at every stage."""
TICK_S = 0.5
REPORT_S = 5.0
RECONNECT_S = (0.5, 3.0)
WARDS = (
    "Sài Gòn", "Tân Định", "Bến Thành", "Cầu Ông Lãnh", "Bàn Cờ", "Xuân Hòa", "Nhiêu Lộc", "Xóm Chiếu", "Khánh Hội",
    "Vĩnh Hội", "Chợ Quán", "An Đông", "Chợ Lớn", "Bình Tây", "Bình Tiên", "Bình Phú", "Phú Lâm", "Tân Thuận",
    "Phú Thuận", "Tân Mỹ", "Tân Hưng", "Chánh Hưng", "Phú Định", "Bình Đông", "Diên Hồng", "Vườn Lài", "Hòa Hưng",
    "Minh Phụng", "Bình Thới", "Hòa Bình", "Phú Thọ", "Đông Hưng Thuận", "Trung Mỹ Tây", "Tân Thới Hiệp", "Thới An",
    "An Phú Đông", "An Lạc", "Bình Tân", "Tân Tạo", "Bình Trị Đông", "Bình Hưng Hòa", "Gia Định", "Bình Thạnh",
    "Bình Lợi Trung", "Thạnh Mỹ Tây", "Bình Quới", "Hạnh Thông", "An Nhơn", "Gò Vấp", "An Hội Đông",
)  # fmt: skip


Make = Callable[[float], events.Event]
"""Makes an event, given the office second at which it happens."""


class SimulatedHub:
    """One office: its way up is real, what happens in it is made up."""

    def __init__(self, number: int, port: int, folder: Path, clock: RealClock, speed: float) -> None:
        commune = str(FIRST_COMMUNE + 3 * number)
        self._topics = UplinkTopics(PROVINCE, commune)
        self._chance = random.Random(number)
        self._clock = clock
        self._speed = speed
        self._began = clock.monotonic()
        self._agenda: list[tuple[float, int, str, Make]] = []
        """What will happen: office seconds from the beginning, order, device, and the event."""
        self._order = itertools.count()
        self._sequences = dict.fromkeys(DEVICES, 0)
        boot = secrets.token_hex(8)
        self._streams = {device: secrets.token_hex(16) for device in DEVICES}
        self._outbox = Outbox(
            open_database(folder / f"{commune}.db"), source=self._topics.source("hub"), boot=boot, now=clock.now,
            mono=clock.monotonic, new_id=lambda: secrets.token_hex(16), clk="ntp",
        )  # fmt: skip
        name = f"Bộ phận Một cửa phường {WARDS[number % len(WARDS)]}"
        will = lost_will(self._topics, "hub", boot)
        transport = MqttTransport("127.0.0.1", port, self._topics.source("hub"), clock.post, will, RECONNECT_S)
        self.link = HubLink(transport, self._outbox, self._topics, "hub", clock, clock, boot, "hub", name)
        self.link.on_change = self._note_acknowledged
        self.recorded = 0
        self.lags: deque[float] = deque()
        """Seconds from an event's COMMIT to its acknowledgement, since the last report."""
        self._waiting: deque[tuple[int, float]] = deque()
        self._plan_next_visit(0.0)
        self._plan(self._chance.uniform(0, ROLL_UP_S), "hub", self._tell_fleet)
        self._due(WARM_UP_S)

    @property
    def pending(self) -> int:
        """Return how many events the centre is not known to have."""
        return self._outbox.pending()

    def tick(self, is_open: bool) -> None:
        """Record what happened since the last time."""
        due = self._due(WARM_UP_S + (self._clock.monotonic() - self._began) * self._speed) if is_open else []
        if not due:
            return
        with self._outbox.transaction():
            for device, event in due:
                self._sequences[device] += 1
                self._outbox.pass_on(
                    Envelope(
                        stream=self._streams[device], sequence=self._sequences[device],
                        source=self._topics.source(device), type=event.TYPE, ts=event.at, clk="ntp",
                        data=msgspec.Raw(b""),
                    ),
                    msgspec.json.encode(event),
                )  # fmt: skip
        now = self._clock.monotonic()
        last = self._outbox.last_sequence
        self._waiting.extend((sequence, now) for sequence in range(last - len(due) + 1, last + 1))
        self.recorded += len(due)

    def _due(self, until: float) -> list[tuple[str, events.Event]]:
        due = []
        while self._agenda[0][0] <= until:
            at, _, device, make = heapq.heappop(self._agenda)
            due.append((device, make(at)))
        return due

    def _note_acknowledged(self) -> None:
        first = self._outbox.first_pending() or self._outbox.last_sequence + 1
        now = self._clock.monotonic()
        while self._waiting and self._waiting[0][0] < first:
            self.lags.append(now - self._waiting.popleft()[1])

    # a made-up day ----------------------------------------------------------------------------------------------

    def _plan(self, at: float, device: str, make: Make) -> None:
        heapq.heappush(self._agenda, (at, next(self._order), device, make))

    def _plan_next_visit(self, now: float) -> None:
        self._plan(now + self._chance.expovariate(PEAK_TICKETS_PER_S), "lobby-1", self._arrive)

    def _arrive(self, at: float) -> events.Event:
        chance = self._chance
        self._plan_next_visit(at)
        ticket, counter = secrets.token_hex(16), chance.randint(1, COUNTERS)
        officer, desk = f"cb{counter}", f"counter-{counter}"
        moment = self._clock.now

        def plan(after: float, device: str, kind: type[events.Event], **values: object) -> None:
            self._plan(at + after, device, lambda _: kind(at=moment(), **values))

        plan(2, "lobby-1", events.TicketPrinted, ticket=ticket)
        called = 2 + chance.expovariate(1 / 400)
        if chance.random() < 0.06:
            plan(called, "hub", events.TicketCalled, ticket=ticket, counter=counter, officer=officer)
            plan(called + 90, "hub", events.TicketNoShow, ticket=ticket, counter=counter)
        else:
            done = called + 30 + chance.gammavariate(3, 150)
            plan(called, "hub", events.TicketCalled, ticket=ticket, counter=counter, officer=officer)
            plan(called + 30, "hub", events.ServiceStarted, ticket=ticket, counter=counter, officer=officer)
            plan(done, "hub", events.ServiceFinished, ticket=ticket, counter=counter, officer=officer)
            plan(done, "hub", events.RatingOffered, ticket=ticket, service=0, counter=counter, officer=officer,
                 expires=moment())  # fmt: skip
            if chance.random() < 0.55:
                score = chance.choices((1, 2, 3, 4, 5), (3, 4, 8, 30, 55))[0]
                plan(done + 15, desk, events.RatingGiven, ticket=ticket, service=0, token="", score=score,
                     counter=counter, officer=officer)  # fmt: skip
            else:
                plan(done + 30, desk, events.RatingDeclined, ticket=ticket, service=0, counter=counter, way="timeout")
        return events.TicketIssued(
            at=moment(), ticket=ticket, number=f"A{chance.randint(1, 999):03}", day=moment().date(),
            services=(events.ServiceItem(group="chung-thuc"),), with_card=chance.random() < 0.7,
        )  # fmt: skip

    def _tell_fleet(self, at: float) -> events.Event:
        for device in DEVICES[:-1]:
            self._plan(at, "hub", lambda _, device=device: self._health(device))  # type: ignore[misc]  # mypy cannot infer a lambda with a default
        self._plan(at + ROLL_UP_S, "hub", self._tell_fleet)
        return self._health("hub")

    def _health(self, device: str) -> events.FleetHealth:
        chance = self._chance
        is_out_of_paper = device == "lobby-1" and chance.random() < 0.08
        return events.FleetHealth(
            at=self._clock.now(), device=device, state="alert" if is_out_of_paper else "ready",
            role=device.partition("-")[0], version="0.1.0", faults=("paper",) if is_out_of_paper else (),
            celsius=round(chance.gauss(54, 6), 1), disk_percent=chance.randint(18, 42), clk="ntp",
        )  # fmt: skip


def percentile(ordered: list[float], share: float) -> float | None:
    """Return a percentile of sorted numbers; None of none."""
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))] if ordered else None


def main(port: int, folder: Path, count: int, speed: float, seconds: float) -> None:
    """Run the hubs; after `seconds` (0: never) nothing new happens and what waits drains."""
    clock = RealClock()
    folder.mkdir(parents=True, exist_ok=True)
    hubs = [SimulatedHub(number, port, folder, clock, speed) for number in range(count)]
    began = clock.monotonic()
    everything: list[float] = []

    def tick() -> None:
        is_open = not seconds or clock.monotonic() - began < seconds
        for hub in hubs:
            hub.tick(is_open)
        clock.wake_after(TICK_S, tick)

    def report() -> None:
        lags: list[float] = []
        for hub in hubs:
            lags.extend(hub.lags)
            hub.lags.clear()
        if seconds:
            everything.extend(lags)
        ordered = sorted(everything if seconds else lags)
        row = {
            "recorded": sum(hub.recorded for hub in hubs),
            "pending": sum(hub.pending for hub in hubs),
            "there": sum(hub.link.hub_ready for hub in hubs),
            "lag_p50_s": percentile(ordered, 0.5),
            "lag_p99_s": percentile(ordered, 0.99),
            "lag_max_s": ordered[-1] if ordered else None,
            "is_over": bool(seconds) and clock.monotonic() - began > seconds,
        }
        print(json.dumps(row), flush=True)
        clock.wake_after(REPORT_S, report)

    for hub in hubs:
        clock.post(hub.link.start)
    clock.post(tick)
    clock.wake_after(REPORT_S, report)
    threading.Thread(target=lambda: (sys.stdin.read(), os._exit(0)), daemon=True).start()
    clock.run()


if __name__ == "__main__":
    main(int(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3]), float(sys.argv[4]), float(sys.argv[5]))
