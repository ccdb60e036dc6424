"""A hub and one device on a broker in memory, with time moved by hand."""

from pathlib import Path

from kiosk.demo.trial_time import SimulatedTime, ids
from kiosk.domain.events import HelpCalled
from kiosk.domain.replies import Reply
from kiosk.domain.snapshot import Snapshot
from kiosk.messaging.client import MemoryBroker, MemoryTransport
from kiosk.messaging.link import HubLink, lost_will
from kiosk.messaging.outbox import Outbox, open_database
from tests.messaging.stand_in_hub import TOPICS, StandInHub


class SmallDevice:
    """A device named `lobby`: its outbox, its link, and what the link told."""

    def __init__(self, office: "SmallOffice", boot: str) -> None:
        self.time = office.time
        self.outbox = Outbox(
            open_database(office.folder / "lobby.db"), source=TOPICS.source("lobby"), boot=boot, now=self.time.now,
            mono=self.time.monotonic, new_id=ids(f"{office.lives}d"), clk="simulated",
        )  # fmt: skip
        self.transport = MemoryTransport(office.broker, "lobby", self.time.post, lost_will(TOPICS, "lobby", boot))
        self.link = HubLink(self.transport, self.outbox, TOPICS, "lobby", self.time, self.time, boot, "lobby")
        self.snapshots: list[Snapshot] = []
        self.hub_news: list[bool] = []
        self.replies: list[Reply | None] = []
        self.changes = 0
        self.link.on_snapshot = self.snapshots.append
        self.link.on_hub = self.hub_news.append
        self.link.on_change = self._count

    def record(self, count: int = 1) -> list[str]:
        """Record some events and return their ids."""
        with self.outbox.transaction():
            return [self.outbox.put(HelpCalled(at=self.time.now())).id for _ in range(count)]

    def _count(self) -> None:
        self.changes += 1


class SmallOffice:
    """Starts with the hub ready and the device connected."""

    def __init__(self, folder: Path, *, with_hub: bool = True) -> None:
        self.folder = folder
        self.time = SimulatedTime()
        self.broker = MemoryBroker()
        self.lives = 0
        if with_hub:
            self.start_hub()
        self.device = self.new_device()
        self.device.link.start()
        self.time.settle()

    def start_hub(self, database: str = "hub.db") -> None:
        """Give the hub power (again), in a new life."""
        self.lives += 1
        boot = f"hub-life-{self.lives}"
        self.hub_transport = MemoryTransport(self.broker, "hub", self.time.post, lost_will(TOPICS, "hub", boot))
        self.hub = StandInHub(self.hub_transport, self.time.post, self.folder / database, boot)
        self.hub.start()
        self.time.settle()

    def kill_hub(self) -> None:
        """Pull its plug."""
        self.hub_transport.die()
        self.time.settle()

    def new_device(self) -> SmallDevice:
        """Return the device in a new life, on its old database; not started."""
        self.lives += 1
        return SmallDevice(self, f"device-life-{self.lives}")
