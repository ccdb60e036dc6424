"""What a disk that runs full may do: raise an alarm in time, and never take or double a number."""

import sqlite3
from collections.abc import Iterator
from datetime import timedelta

import pytest

from kiosk.demo.trial_time import MORNING, SimulatedTime, ids
from kiosk.domain.events import DeviceFaulted, DeviceRecovered, HelpCalled, ServiceItem, TicketIssued
from kiosk.lobby.store import LobbyStore
from kiosk.messaging.disk_watch import LOOK_S, DiskWatch
from kiosk.messaging.outbox import FULL_DISK, Outbox
from tests.faults.full_disk import SmallDisk

CAPACITY = 2_000_000


class Lobby:
    """A lobby's database on a small disk."""

    def __init__(self) -> None:
        self.disk = SmallDisk(CAPACITY)
        self.time = SimulatedTime()
        self.connection = self.disk.open("outbox.db")
        self.outbox = Outbox(
            self.connection, source="79.26740.lobby-1", boot="b", now=self.time.now,
            mono=self.time.monotonic, new_id=ids(), clk="ntp", disk_usage=self.disk.usage,
        )  # fmt: skip
        self.store = LobbyStore(self.outbox)
        self.told: list[str] = []
        self.watch = DiskWatch(self.outbox, self.time, self.time, self.record)
        self.watch.start()

    def record(self, event: object) -> None:
        assert isinstance(event, DeviceFaulted | DeviceRecovered)
        self.outbox.record(event)
        self.told.append(event.TYPE)

    def issue(self) -> str:
        def ticket(position: int) -> TicketIssued:
            return TicketIssued(
                at=MORNING, ticket=f"t{position}", number=f"A{position:03}", day=MORNING.date(),
                services=(ServiceItem(group="chung-thuc"),),
            )  # fmt: skip

        return self.store.issue(MORNING.date(), "A", ticket).number

    def issue_until_full(self) -> list[str]:
        numbers: list[str] = []
        while len(numbers) < 20_000:
            try:
                numbers.append(self.issue())
            except sqlite3.OperationalError:
                break
        return numbers

    def switch_off(self) -> None:
        self.disk.fill(0)
        self.connection.close()


@pytest.fixture
def lobby() -> Iterator[Lobby]:
    made = Lobby()
    yield made
    made.switch_off()


def test_at_four_fifths_of_the_disk_the_alarm_is_raised_once_and_taken_back_once(lobby: Lobby) -> None:
    lobby.disk.fill(FULL_DISK - 0.05)
    lobby.time.advance(2 * LOOK_S)
    assert lobby.told == []
    lobby.disk.fill(FULL_DISK + 0.05)
    lobby.time.advance(5 * LOOK_S)
    assert lobby.told == ["device.faulted"]
    lobby.issue()
    lobby.disk.fill(0.5)
    lobby.time.advance(5 * LOOK_S)
    assert lobby.told == ["device.faulted", "device.recovered"]


def test_a_full_disk_takes_no_ticket_and_doubles_no_number(lobby: Lobby) -> None:
    lobby.disk.fill(0.97)
    numbers = lobby.issue_until_full()
    assert numbers == [f"A{position:03}" for position in range(1, len(numbers) + 1)]
    assert lobby.outbox.pending() == len(numbers) == len(lobby.outbox.window(10**6))
    lobby.disk.fill(0.5)
    assert lobby.issue() == f"A{len(numbers) + 1:03}", "it goes on by itself, with the very next number"


def test_what_the_hub_has_makes_room_for_tickets(lobby: Lobby) -> None:
    with lobby.outbox.transaction():
        for _ in range(400):
            lobby.outbox.put(HelpCalled(at=MORNING))
    lobby.outbox.acknowledge(400)
    assert lobby.outbox.purge() == 0, "with room they are kept for a hub that is restored"
    lobby.disk.fill(FULL_DISK + 0.01)
    lobby.time.advance(LOOK_S)
    assert lobby.outbox.replay_from(1) == 0
    assert lobby.issue() == "A001"


def test_an_alarm_that_finds_no_room_is_told_later(lobby: Lobby) -> None:
    lobby.disk.fill(0.97)
    lobby.issue_until_full()
    lobby.time.advance(2 * LOOK_S)
    lobby.outbox.acknowledge(lobby.outbox.last_sequence)
    lobby.time.advance(3 * LOOK_S)
    assert lobby.told == ["device.faulted"]


def test_acknowledged_rows_are_kept_a_week_where_there_is_room(lobby: Lobby) -> None:
    lobby.issue()
    lobby.outbox.acknowledge(1)
    lobby.time.jump(timedelta(days=6))
    assert lobby.outbox.purge() == 0
    lobby.time.jump(timedelta(days=2))
    assert lobby.outbox.purge() == 1
