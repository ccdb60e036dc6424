"""The lobby's store and the hub's books on a disk that loses power again and again: what was accepted, what is left."""

import itertools
import random
import sqlite3
from collections.abc import Callable
from datetime import datetime
from typing import NamedTuple, cast

import msgspec

from kiosk.bench.rig.power_cut import Disk
from kiosk.clock import VIETNAM
from kiosk.domain.envelope import Envelope
from kiosk.domain.events import HelpCalled, ServiceItem, TicketIssued
from kiosk.domain.office import model_office
from kiosk.domain.queueing import QueuePolicy
from kiosk.hub.book import Book
from kiosk.hub.inbox import Inbox
from kiosk.hub.ingest import Arrival
from kiosk.hub.ledger import Ledger
from kiosk.hub.queue_desk import QueueDesk
from kiosk.hub.rating_desk import RatingDesk
from kiosk.lobby.store import LobbyStore
from kiosk.messaging.outbox import Outbox

MORNING = datetime(2026, 11, 24, 8, 0, tzinfo=VIETNAM)
STREAM = "s1"
LONGEST_LIFE = 1500
"""Writes and fsyncs of a life at most: some 100 commits, with a checkpoint in many lives."""


class Damage(NamedTuple):
    """What some power cuts did."""

    accepted: int
    lost: int
    corrupt: int


class Subject(NamedTuple):
    """A part of the product that has a database."""

    use: Callable[[sqlite3.Connection, str, list[int]], None]
    """Work with a setting of `synchronous` until the power fails; note the running number of what was accepted."""
    kept: Callable[[sqlite3.Connection], int]
    """Return the highest running number that is there, without a gap below it; -1 if the tables contradict."""


def cut_power(subject: Subject, synchronous: str, cuts: int, seed: int) -> Damage:
    """Give a device `cuts` short lives and count what each took with it."""
    chance = random.Random(seed)
    disk = Disk(chance)
    total = lost = corrupt = 0
    before = 0
    for _ in range(cuts):
        accepted: list[int] = []
        disk.cut_after(chance.randint(1, LONGEST_LIFE))
        connection = disk.open("device.db")
        try:
            subject.use(cast(sqlite3.Connection, connection), synchronous, accepted)
        except Exception:
            # SQLite wraps the cut in errors of its own, which a dying program does not tell apart
            if not disk.is_dark:
                raise
        connection.close()
        disk.power_up()
        again = disk.open("device.db")
        kept = subject.kept(cast(sqlite3.Connection, again))
        if again.execute("PRAGMA integrity_check").fetchone() != ("ok",) or kept < 0:
            corrupt += 1
        total += len(accepted)
        lost += max(0, max(accepted, default=before) - kept)
        before = kept
        again.close()
    return Damage(total, lost, corrupt)


def _outbox(connection: sqlite3.Connection, name: str) -> Outbox:
    return Outbox(
        connection, source=f"79.26740.{name}", boot="boot", now=lambda: MORNING, mono=lambda: 0.0,
        new_id=lambda: "0" * 32, clk="ntp",
    )  # fmt: skip


def _issue(connection: sqlite3.Connection, synchronous: str, accepted: list[int]) -> None:
    outbox = _outbox(connection, "lobby")
    store = LobbyStore(outbox)
    connection.execute(f"PRAGMA synchronous={synchronous}")

    def ticket(position: int) -> TicketIssued:
        return TicketIssued(
            at=MORNING,
            ticket=f"t{position}",
            number=f"A{position:03}",
            day=MORNING.date(),
            services=(ServiceItem(group="chung-thuc"),),
        )

    for turn in itertools.count():
        accepted.append(int(store.issue(MORNING.date(), "A", ticket).number[1:]))
        if turn % 4 == 0:
            # acknowledgements are not fsynced, and must not drag a ticket along
            outbox.acknowledge(outbox.last_sequence - 2)
            connection.execute(f"PRAGMA synchronous={synchronous}")


def _tickets_kept(connection: sqlite3.Connection) -> int:
    LobbyStore(_outbox(connection, "lobby"))
    rows = connection.execute(
        "SELECT n, envelope FROM tickets JOIN outbox ON outbox.seq = tickets.sequence ORDER BY n"
    ).fetchall()
    last = connection.execute("SELECT coalesce(max(last), 0) FROM series").fetchone()[0]
    numbers = [number for number, _ in rows]
    told = [msgspec.json.decode(raw, type=Envelope).type for _, raw in rows]
    sound = numbers == list(range(1, last + 1)) and all(kind == TicketIssued.TYPE for kind in told)
    return len(numbers) if sound else -1


def book_of(connection: sqlite3.Connection) -> Book:
    """Return the hub's books on a database, without a hub around them."""
    ledger = Ledger(connection)
    office = model_office(2)
    desk = QueueDesk(office, QueuePolicy(), lambda: "0" * 32, "")
    outbox = _outbox(connection, "hub")
    return Book(office, ledger, outbox, desk, RatingDesk(ledger, {}), Inbox(), MORNING.date())


def arrival(sequence: int) -> Arrival:
    """Return an event of a device as the hub's mailbox hands it on."""
    event = HelpCalled(at=MORNING)
    envelope = Envelope(
        stream=STREAM,
        sequence=sequence,
        source="79.26740.lobby",
        type=event.TYPE,
        ts=MORNING,
        clk="ntp",
        data=msgspec.Raw(msgspec.json.encode(event)),
    )
    return Arrival(device="lobby", envelope=envelope, event=event)


def _take_in(connection: sqlite3.Connection, synchronous: str, accepted: list[int]) -> None:
    book = book_of(connection)
    connection.execute(f"PRAGMA synchronous={synchronous}")
    for sequence in itertools.count(book.ledger.cursor(STREAM) + 1):
        accepted.append(book.ingest([arrival(sequence)], [], MORNING).acks[0].upto)


def _events_kept(connection: sqlite3.Connection) -> int:
    ledger = Ledger(connection)
    count = ledger.counts_by_type().get(HelpCalled.TYPE, 0)
    return count if ledger.cursor(STREAM) == count else -1


LOBBY = Subject(_issue, _tickets_kept)
HUB = Subject(_take_in, _events_kept)
