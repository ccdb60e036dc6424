"""Thousands of broken messages into the real hub and a real device: what they stored, refused, acknowledged and did.

An acknowledgement is wrong where it covers a number whose event is not in the books: the device would then forget what
nobody has. The same seed gives the same messages.
"""

import contextlib
import itertools
import random
import tempfile
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any, get_args

import msgspec

from kiosk.bench.rig.mutation import mutated
from kiosk.demo.trial_time import MORNING, SimulatedTime, ids
from kiosk.domain import commands, events
from kiosk.domain.envelope import Envelope
from kiosk.domain.office import model_office
from kiosk.domain.orders import Restart
from kiosk.domain.replies import Acknowledgement
from kiosk.hub.ledger import Ledger
from kiosk.hub.service import HubService, lost_will
from kiosk.messaging.asyncapi import example_of
from kiosk.messaging.identity import DeviceKey
from kiosk.messaging.memory import MemoryBroker, MemoryTransport
from kiosk.messaging.message import Message
from kiosk.messaging.orders import OrderDesk, sign_order
from kiosk.messaging.outbox import open_database
from kiosk.messaging.topics import Topics

TOPICS = Topics("79", "26740")
DEVICES = ("lobby-1", "counter-1", "counter-2", "board-1")
TOGETHER = 20
"""Messages that arrive before the hub's thread comes round."""
VISITS = 60
"""Tickets that the messages are about: few, so that broken ones meet whole ones."""


class Outcome(msgspec.Struct, frozen=True, kw_only=True):
    """What became of the messages."""

    messages: int
    stored: int
    without_effect: int
    refused: int
    crashes: int
    wrong: int
    """Wrong acknowledgements; of orders: those that were obeyed although nobody should."""
    first_crash: str = ""


def fuzz_hub(count: int, seed: int, share_of_requests: float = 0.0) -> Outcome:
    """Send mutated events, and for a share of them mutated requests, to a hub; then let it start again on its books."""
    chance = random.Random(seed)
    with tempfile.TemporaryDirectory(prefix="kiosk-fuzz-") as folder:
        hub = _Hub(Path(folder) / "hub.db")
        honest = _honest(chance)
        for done in range(0, count, TOGETHER):
            for _ in range(min(TOGETHER, count - done)):
                if chance.random() < share_of_requests:
                    hub.receive(_request(chance))
                else:
                    hub.receive(_event(next(honest), chance))
            hub.settle()
        hub.start_again()
        return hub.outcome(count)


def fuzz_orders(count: int, seed: int) -> Outcome:
    """Send mutated, replayed and foreign orders to a device; none of them may be obeyed."""
    chance, office, stranger = random.Random(seed), DeviceKey.make(), DeviceKey.make()
    obeyed: list[str] = []
    crashes: list[str] = []
    with tempfile.TemporaryDirectory(prefix="kiosk-fuzz-") as folder:
        desk = OrderDesk(
            "lobby-1", Path(folder), lambda: office.public_hex, lambda: MORNING, lambda: True,
            {"restart": lambda: obeyed.append("restart")}, lambda _: None,
        )  # fmt: skip
        expires = MORNING + timedelta(seconds=60)
        desk.take("restart", sign_order(office, Restart(device="lobby-1", counter=1_000, expires=expires)))
        obeyed.clear()
        for _ in range(count):
            order = Restart(
                device=chance.choice(("lobby-1", "lobby-1", "lobby-2")),
                counter=chance.randrange(0, 2_000),
                expires=expires - timedelta(seconds=chance.choice((0, 120))),
            )
            # with the office's own key only what was used up, was for another or came too late
            is_due = order.device == "lobby-1" and order.counter > 1_000 and order.expires == expires
            payload = sign_order(stranger if is_due else office, order)
            try:
                desk.take(chance.choice(("restart", "restart", "identify", "")), mutated(payload, chance))
            except Exception as error:
                crashes.append(repr(error))
        refused = sum(desk.refused.values())
    return Outcome(
        messages=count, stored=0, without_effect=0, refused=refused, crashes=len(crashes), wrong=len(obeyed),
        first_crash=crashes[0] if crashes else "",
    )  # fmt: skip


class _Hub:
    """The real service on a broker in memory."""

    def __init__(self, database: Path) -> None:
        self._database = database
        self._time = SimulatedTime()
        self._broker = MemoryBroker()
        self._crashes: list[str] = []
        self._wrong = 0
        self._service = self._open("1")

    def _open(self, life: str) -> HubService:
        boot = f"boot{life}"
        transport = MemoryTransport(self._broker, "hub", self._time.post, lost_will(TOPICS, boot))
        self._ledger = Ledger(open_database(self._database))
        # a fuzz of thousands of commits is about logic and not about disks
        self._ledger.connection.execute("PRAGMA synchronous=OFF")
        service = HubService(
            model_office(2), self._ledger, transport, TOPICS, self._time, ids(life), boot, clock_quality="simulated"
        )
        service.start()
        self._time.settle()
        return service

    def receive(self, message: Message) -> None:
        self._broker.spread(message)

    def settle(self) -> None:
        heard = len(self._broker.log)
        try:
            self._time.advance(1)
        except Exception as error:
            self._crashes.append(repr(error))
        for message in self._broker.log[heard:]:
            if TOPICS.kind_of(message.topic) == "ack":
                self._wrong += not self._is_deserved(msgspec.json.decode(message.payload, type=Acknowledgement))
        self._broker.log.clear()

    def start_again(self) -> None:
        """What was stored must be readable again."""
        self._service.stop()
        self._ledger.connection.close()
        try:
            self._service = self._open("2")
            self._service.totals()
        except Exception as error:
            self._crashes.append(repr(error))

    def outcome(self, count: int) -> Outcome:
        ledger = self._ledger
        outcome = Outcome(
            messages=count,
            stored=sum(ledger.counts_by_type().values()),
            without_effect=sum(ledger.faults().values()),
            refused=sum(row.count for row in ledger.refused()),
            crashes=len(self._crashes),
            wrong=self._wrong,
            first_crash=self._crashes[0] if self._crashes else "",
        )
        with contextlib.suppress(Exception):
            self._service.stop()
        ledger.connection.close()
        return outcome

    def _is_deserved(self, ack: Acknowledgement) -> bool:
        (there,) = self._ledger.connection.execute(
            "SELECT count(*) FROM events WHERE stream = ? AND sequence <= ?", (ack.stream, ack.upto)
        ).fetchone()
        return bool(there == ack.upto)


def _honest(chance: random.Random) -> Iterator[tuple[str, bytes]]:
    """Yield whole events of some devices: visits in their order, and now and then every other type there is."""
    numbers = {device: itertools.count(1) for device in DEVICES}
    others = [kind for kind in events.EVENTS.values() if not issubclass(kind, events.TicketEvent)]
    for step in itertools.count():
        visit, stage = (step // 5) % VISITS, step % 5
        ticket, at = f"t{visit}", MORNING + timedelta(seconds=step)
        if stage == 0:
            event: events.Event = events.TicketIssued(
                at=at, ticket=ticket, number=f"A{visit:03}", day=MORNING.date(),
                services=(events.ServiceItem(group="chung-thuc"),),
            )  # fmt: skip
            device = "lobby-1"
        elif stage < 4:
            kind = (events.TicketCalled, events.ServiceStarted, events.ServiceFinished)[stage - 1]
            values = {**example_of(kind), "at": at, "ticket": ticket, "counter": 1 + visit % 2}
            event = msgspec.convert(values, type=kind, strict=False)
            device = f"counter-{1 + visit % 2}"
        else:
            kind_of_other = chance.choice(others)
            event = msgspec.convert({**example_of(kind_of_other), "at": at}, type=kind_of_other, strict=False)
            device = chance.choice(DEVICES)
        envelope = Envelope(
            stream=f"stream-{device}", sequence=next(numbers[device]), source=TOPICS.source(device), type=event.TYPE,
            ts=at, mono=float(step), boot=f"boot-{device}", clk=chance.choice(("ntp", "none", "rtc")),
            data=msgspec.Raw(msgspec.json.encode(event)),
        )  # fmt: skip
        yield device, msgspec.json.encode(envelope)


def _event(honest: tuple[str, bytes], chance: random.Random) -> Message:
    device, payload = honest
    if chance.random() < 0.1:
        device = chance.choice((*DEVICES, "hub", "unknown"))
    if chance.random() < 0.85:
        payload = mutated(payload, chance)
    topic = TOPICS.events(device, chance.choice(("ticket", "rating", "x")))
    if chance.random() < 0.02:
        topic = topic.replace(device, chance.choice(("", "ngày", "a b", "\x00", "x" * 300)))
    return Message(topic=topic, payload=payload)


def _request(chance: random.Random) -> Message:
    kind: Any = chance.choice(get_args(commands.Request))
    values = {**example_of(kind), "req_id": f"{chance.randrange(10**6):032x}"}
    if "counter" in kind.__struct_fields__:
        values["counter"] = chance.randrange(0, 4)
    if "ticket" in kind.__struct_fields__:
        values["ticket"] = f"t{chance.randrange(VISITS)}"
    payload = msgspec.json.encode(values)
    if chance.random() < 0.7:
        payload = mutated(payload, chance)
    op = str(kind.__struct_config__.tag)
    return Message(topic=TOPICS.request(chance.choice(DEVICES), op), payload=payload, correlation=b"1" * 16)
