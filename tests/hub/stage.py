"""An office for the hub's tests: real SQLite files, a broker in memory, real links of devices, time moved by hand."""

import sqlite3
from datetime import date, datetime
from pathlib import Path

import msgspec

from kiosk.clock import Act, Clock, Wake
from kiosk.demo.trial_time import MORNING, SimulatedTime, ids
from kiosk.domain import commands, events
from kiosk.domain.envelope import Envelope
from kiosk.domain.office import Office, model_office
from kiosk.domain.priority import Priority
from kiosk.domain.queueing import QueuePolicy
from kiosk.domain.replies import Reply
from kiosk.domain.snapshot import Snapshot
from kiosk.hub.book import Book
from kiosk.hub.inbox import Inbox
from kiosk.hub.ledger import Ledger
from kiosk.hub.queue_desk import QueueDesk
from kiosk.hub.rating_desk import RatingDesk
from kiosk.hub.service import HubService, lost_will
from kiosk.messaging import link as device_link
from kiosk.messaging.client import MemoryBroker, MemoryTransport, Message
from kiosk.messaging.outbox import Outbox, open_database
from kiosk.messaging.topics import Topics

TOPICS = Topics("79", "26740")


class Device:
    """A lobby or a counter as the hub sees it: an outbox and a link."""

    def __init__(self, stage: "Stage", name: str, clock: Clock | None = None) -> None:
        clock = clock or stage.time
        self.name = name
        self.stage = stage
        new_id = ids(f"d{len(stage.devices)}")
        boot = new_id()
        stage.folder.joinpath(name).mkdir(exist_ok=True)
        self.outbox = Outbox(
            open_database(stage.folder / name / "outbox.db"),
            source=TOPICS.source(name),
            boot=boot,
            now=clock.now,
            mono=clock.monotonic,
            new_id=new_id,
            clk="simulated",
        )
        self.transport = MemoryTransport(stage.broker, name, stage.time.post, device_link.lost_will(TOPICS, name, boot))
        self.link = device_link.HubLink(self.transport, self.outbox, TOPICS, name, stage.time, stage.time, boot)
        self.snapshots: list[Snapshot] = []
        self.link.on_snapshot = self.snapshots.append
        self.link.start()
        stage.time.settle()

    def put(self, event: events.Event) -> None:
        """Record an event; it travels when the stage settles."""
        self.outbox.record(event)

    def ask(self, command: commands.Command | commands.Question) -> Reply | None:
        """Ask the hub over MQTT and wait for its answer."""
        replies: list[Reply | None] = []
        self.link.request(command, replies.append)
        self.stage.time.settle()
        return replies[0] if replies else None


class Life:
    """The clock of one life of the hub: what was planned dies with it."""

    def __init__(self, time: SimulatedTime) -> None:
        self._time = time
        self.is_over = False
        self.now, self.monotonic = time.now, time.monotonic

    def wake_at(self, moment: datetime, act: Act) -> Wake:
        return self._time.wake_at(moment, lambda: self._run(act))

    def post(self, act: Act) -> None:
        self._time.post(lambda: self._run(act))

    def _run(self, act: Act) -> None:
        if not self.is_over:
            act()


class Stage:
    """The hub and everybody around it."""

    def __init__(self, folder: Path, office: Office | None = None, **options: object) -> None:
        self.folder = folder
        self.office = office or model_office(2)
        self.time = SimulatedTime()
        self.broker = MemoryBroker()
        self.devices: list[Device] = []
        self.options = options
        self.lives = 0
        self.numbers = ids("e")
        self.heard: list[Envelope] = []
        self.hub = self._new_hub()
        self.hub.start()
        self.time.settle()

    def _new_hub(self) -> HubService:
        self.lives += 1
        new_id = ids(f"{self.lives}a")
        boot = new_id()
        self.life = Life(self.time)
        self.transport = MemoryTransport(self.broker, "hub", self.life.post, lost_will(TOPICS, boot))
        self.connection = self.open_ledger()
        hub = HubService(
            self.office,
            Ledger(self.connection),
            self.transport,
            TOPICS,
            self.life,
            new_id,
            boot,
            "http://hub.test",
            clock_quality="simulated",
            **self.options,  # type: ignore[arg-type]  # handed through
        )
        hub.on_event = self.heard.append
        return hub

    def open_ledger(self) -> sqlite3.Connection:
        """Open the hub's database: on a disk that misbehaves, where a test wants that."""
        return open_database(self.folder / "hub.db")

    def kill_hub(self) -> None:
        """Pull the hub's plug: what is not committed is gone, and the broker tells its will."""
        self.life.is_over = True
        self.transport.die()
        self.time.settle()
        self.connection.close()

    def start_hub(self) -> None:
        """Give it power again."""
        self.hub = self._new_hub()
        self.hub.start()
        self.time.settle()

    def device(self, name: str, clock: Clock | None = None) -> Device:
        """Add a device; its own clock may be wrong."""
        device = Device(self, name, clock)
        self.devices.append(device)
        return device

    def issued(
        self, number: str, group: str = "chung-thuc", priority: Priority = Priority.ORDINARY, *more: str
    ) -> events.TicketIssued:
        """Return the issue of a ticket that is named after its number."""
        return events.TicketIssued(
            at=self.time.now(),
            ticket=f"t-{number}",
            number=number,
            day=self.time.now().date(),
            services=tuple(events.ServiceItem(group=key) for key in (group, *more)),
            priority=priority,
        )

    def sign_in(self, counter: int, officer: str = "", name: str = "") -> Reply:
        """Open a counter."""
        return self.do(
            commands.SignIn(
                req_id=self.numbers(),
                counter=counter,
                officer=officer or f"cb{counter}",
                name=name or f"Cán bộ {counter}",
            )
        )

    def do(self, command: commands.AnyCommand) -> Reply:
        """Let the hub decide a command."""
        reply = self.hub.handle(command)
        self.time.settle()
        return reply

    def verb(self, kind: type[commands.Command], counter: int, **values: object) -> Reply:
        """Let the hub decide a new command of `kind`."""
        return self.do(kind(req_id=self.numbers(), counter=counter, **values))  # type: ignore[arg-type]  # some command

    def state(self, ticket: str) -> str:
        """Return the state of a ticket."""
        return self.hub.day.visits[ticket].state

    @property
    def today(self) -> date:
        """Return the business day."""
        return self.time.now().date()

    def send_raw(self, device: str, domain: str, payload: bytes) -> None:
        """Publish anything on a device's event topic."""
        self.broker.spread(Message(topic=TOPICS.events(device, domain), payload=payload))
        self.time.settle()


def envelope(
    event: events.Event, sequence: int, stream: str = "s1", device: str = "lobby-1", **changes: object
) -> Envelope:
    """Return an envelope as a device would send it."""
    made = Envelope(
        stream=stream,
        sequence=sequence,
        source=TOPICS.source(device),
        type=event.TYPE,
        ts=event.at,
        clk="simulated",
        data=msgspec.Raw(msgspec.json.encode(event)),
    )
    return msgspec.structs.replace(made, **changes)


def new_book(connection: sqlite3.Connection | None = None) -> Book:
    """Return the books of an office, new or on what an earlier hub left."""
    ledger = Ledger(connection or open_database(":memory:"))
    new_id = ids("b")
    outbox = Outbox(
        ledger.connection,
        source=TOPICS.source("hub"),
        boot="boot",
        now=lambda: MORNING,
        mono=lambda: 0.0,
        new_id=new_id,
        clk="simulated",
    )
    office = model_office(2)
    desk = QueueDesk(office, QueuePolicy(), new_id, "")
    return Book(office, ledger, outbox, desk, RatingDesk(ledger, {}), Inbox(), MORNING.date())
