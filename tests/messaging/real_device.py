"""A device or a hub on a real broker, with a role's thread of its own; tests wait for conditions and never sleep."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

from kiosk.clock import RealClock
from kiosk.demo.trial_time import ids
from kiosk.domain.events import HelpCalled
from kiosk.messaging.client import MqttTransport
from kiosk.messaging.link import HubLink, lost_will
from kiosk.messaging.outbox import Outbox, open_database
from tests.messaging.stand_in_hub import TOPICS, StandInHub

LIMIT_S = 30.0
RECONNECT_S = (0.02, 0.1)
Result = TypeVar("Result")


class RoleThread:
    """A real clock on a thread; `do` acts there, `until` waits for something that happens there."""

    def __init__(self) -> None:
        self.clock = RealClock()
        self._happened = threading.Condition()
        self._thread = threading.Thread(target=self.clock.run, daemon=True)
        self._thread.start()

    def do(self, act: Callable[[], Result]) -> Result:
        """Run `act` on the role's thread and return its result."""
        results: list[Result] = []
        self.clock.post(lambda: (results.append(act()), self.note()))
        self.until(lambda: bool(results))
        return results[0]

    def note(self) -> None:
        """Say that something happened."""
        with self._happened:
            self._happened.notify_all()

    def until(self, is_true: Callable[[], bool]) -> None:
        """Wait until `is_true`, looked at whenever something happened."""
        with self._happened:
            assert self._happened.wait_for(is_true, timeout=LIMIT_S), "it never happened"

    def end(self) -> None:
        """Stop the thread."""
        self.clock.stop()
        self._thread.join(LIMIT_S)


class RealDevice(RoleThread):
    """A device named `lobby` over TCP."""

    def __init__(self, port: int, folder: Path, boot: str = "boot-1") -> None:
        super().__init__()
        self.revs: list[int] = []
        self.outbox = Outbox(
            open_database(folder / "lobby.db"), source=TOPICS.source("lobby"), boot=boot, now=self.clock.now,
            mono=self.clock.monotonic, new_id=ids("d"), clk="ntp",
        )  # fmt: skip
        transport = MqttTransport(
            "127.0.0.1", port, "lobby", self.clock.post, lost_will(TOPICS, "lobby", boot), RECONNECT_S
        )
        self.link = HubLink(transport, self.outbox, TOPICS, "lobby", self.clock, self.clock, boot)
        self.link.on_change = self.note
        self.link.on_snapshot = lambda snapshot: self.revs.append(snapshot.rev)
        self.do(self.link.start)

    def record(self, count: int) -> list[str]:
        """Record events in one transaction and return their ids."""

        def act() -> list[str]:
            with self.outbox.transaction():
                return [self.outbox.put(HelpCalled(at=self.clock.now())).id for _ in range(count)]

        return self.do(act)


class RealHub(RoleThread):
    """The stand-in hub over TCP."""

    def __init__(self, port: int, database: Path, boot: str = "hub-1") -> None:
        super().__init__()
        transport = MqttTransport(
            "127.0.0.1", port, "hub", self.clock.post, lost_will(TOPICS, "hub", boot), RECONNECT_S
        )
        self.hub = StandInHub(transport, self.clock.post, database, boot)
        self.hub.on_heard = self.note
        self.do(self.hub.start)


@contextmanager
def a_device(port: int, folder: Path, boot: str = "boot-1") -> Iterator[RealDevice]:
    """Run a device for the length of a `with`."""
    device = RealDevice(port, folder, boot)
    try:
        yield device
    finally:
        device.do(device.link.stop)
        device.end()


@contextmanager
def a_hub(port: int, folder: Path, boot: str = "hub-1") -> Iterator[RealHub]:
    """Run a stand-in hub for the length of a `with`."""
    hub = RealHub(port, folder / "hub.db", boot)
    try:
        yield hub
    finally:
        hub.do(hub.hub.stop)
        hub.end()
