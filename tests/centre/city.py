"""Offices and their centre for tests: real hubs' outboxes and links, a broker in memory, a real PostgreSQL."""

from pathlib import Path

import msgspec

from kiosk.centre.service import CentreService, lost_will
from kiosk.centre.store import Store
from kiosk.demo.trial_time import MORNING, SimulatedTime, ids
from kiosk.domain import events
from kiosk.domain.envelope import Envelope
from kiosk.messaging import link as device_link
from kiosk.messaging.client import MemoryBroker, MemoryTransport, Message
from kiosk.messaging.outbox import Outbox, open_database
from kiosk.messaging.topics import UplinkTopics


class UplinkOfOffice:
    """The way up of one office's hub: an outbox and a link, as every device has them."""

    def __init__(self, city: "City", commune: str, folder: Path) -> None:
        self.city = city
        self.topics = UplinkTopics("79", commune)
        self.office = f"79.{commune}"
        new_id = ids(f"{folder.name}-{commune}-")
        folder.mkdir(parents=True, exist_ok=True)
        self.outbox = Outbox(
            open_database(folder / f"{commune}.db"), source=self.topics.source("hub"), boot="boot", now=city.time.now,
            mono=city.time.monotonic, new_id=new_id, clk="simulated",
        )  # fmt: skip
        will = device_link.lost_will(self.topics, "hub", "boot")
        self.transport = MemoryTransport(city.broker, f"hub-{commune}", city.time.post, will)
        self.link = device_link.HubLink(
            self.transport, self.outbox, self.topics, "hub", city.time, city.time, f"boot-{commune}"
        )
        self.link.start()
        city.time.settle()

    def record(self, *happened: events.Event) -> None:
        """Record events; they travel when time settles."""
        with self.outbox.transaction():
            for event in happened:
                self.outbox.put(event)

    def pass_on(self, envelope: Envelope) -> None:
        """Copy a device's event upwards."""
        with self.outbox.transaction():
            self.outbox.pass_on(envelope, bytes(envelope.data))


class City:
    """A centre, and whatever offices a test adds."""

    def __init__(self, database: str, folder: Path, time: SimulatedTime | None = None) -> None:
        self.database = database
        self.folder = folder
        self.time = time or SimulatedTime()
        self.broker = MemoryBroker()
        self.lives = 0
        self.life = "life-1"
        """Names the centre's database, where it is new."""
        self.start_centre()

    def start_centre(self) -> None:
        """Give the centre power (again)."""
        self.lives += 1
        boot = f"centre-{self.lives}"
        self.transport = MemoryTransport(self.broker, "centre", self.time.post, lost_will(boot))
        self.centre = CentreService(lambda: Store(self.database, self.life), self.transport, self.time, self.time, boot)
        self.centre.start()
        self.time.settle()

    def kill_centre(self) -> None:
        """Pull the centre's plug."""
        self.transport.die()
        self.time.settle()
        if self.centre._store is not None:
            self.centre._store.close()

    def office(self, commune: str = "26740", card: str = "first") -> UplinkOfOffice:
        """Add an office, or give its hub another card."""
        return UplinkOfOffice(self, commune, self.folder / card)

    def send_raw(self, topic: str, payload: bytes) -> None:
        """Publish anything."""
        self.broker.spread(Message(topic=topic, payload=payload))
        self.time.settle()


def envelope(event: events.Event, sequence: int, **changes: object) -> Envelope:
    """Return an envelope as a lobby of the office 79.26740 would send it."""
    made = Envelope(
        stream="lobby-stream", sequence=sequence, source="79.26740.lobby-1", type=event.TYPE, ts=event.at,
        clk="simulated", data=msgspec.Raw(msgspec.json.encode(event)),
    )  # fmt: skip
    return msgspec.structs.replace(made, **changes)


def rated(score: int, ticket: str = "t1") -> events.RatingGiven:
    """Return a rating."""
    return events.RatingGiven(at=MORNING, ticket=ticket, service=0, token="", score=score)


def issued(ticket: str) -> events.TicketIssued:
    """Return the issue of a ticket."""
    return events.TicketIssued(at=MORNING, ticket=ticket, number="A001", day=MORNING.date(), services=())
