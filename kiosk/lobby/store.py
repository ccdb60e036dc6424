"""What a lobby kiosk must never forget: the business day, its number series, its tickets.

The tables live in the outbox's database, so that a number, its ticket and its event are one transaction. Nothing of a
citizen is ever written here: a ticket holds services, priority and what was told about the wait; of somebody who asked
to be remembered there is a keyed hash, and how the screen is to look.
"""

import sqlite3
from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime

import msgspec

from kiosk.domain.events import Event, TicketIssued, TicketPrinted, TicketVoided
from kiosk.messaging.outbox import Outbox

_SCHEMA = (
    """CREATE TABLE IF NOT EXISTS business_day (
        only INTEGER PRIMARY KEY CHECK (only = 1), day TEXT NOT NULL, last_issue TEXT NOT NULL)""",
    """CREATE TABLE IF NOT EXISTS series (
        day TEXT NOT NULL, letter TEXT NOT NULL, last INTEGER NOT NULL, PRIMARY KEY (day, letter)) WITHOUT ROWID""",
    """CREATE TABLE IF NOT EXISTS tickets (
        ticket TEXT PRIMARY KEY, day TEXT NOT NULL, letter TEXT NOT NULL, n INTEGER NOT NULL, number TEXT NOT NULL,
        issued TEXT NOT NULL, way TEXT NOT NULL, sequence INTEGER NOT NULL, event BLOB NOT NULL,
        UNIQUE (day, letter, n))""",
    "CREATE INDEX IF NOT EXISTS tickets_unprinted ON tickets (way) WHERE way = ''",
    """CREATE TABLE IF NOT EXISTS remembered (
        key TEXT PRIMARY KEY, language TEXT NOT NULL, switches TEXT NOT NULL, seen TEXT NOT NULL) WITHOUT ROWID""",
    "CREATE TABLE IF NOT EXISTS settings (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID",
)


class DayMark(msgspec.Struct, frozen=True):
    """The business day to which the next number belongs."""

    day: date
    last_issue: datetime
    """When the last number was taken, or when the day was begun."""


class LobbyStore:
    """The lobby's own tables, on the connection of its outbox."""

    def __init__(self, outbox: Outbox) -> None:
        self._outbox = outbox
        with outbox.transaction() as connection:
            for statement in _SCHEMA:
                connection.execute(statement)

    def day(self) -> DayMark | None:
        """Return the stored business day; None on a card that never issued a number."""
        with self._outbox.transaction() as connection:
            row = connection.execute("SELECT day, last_issue FROM business_day").fetchone()
        return None if row is None else DayMark(date.fromisoformat(row[0]), datetime.fromisoformat(row[1]))

    def issue(
        self,
        day: date,
        letter: str,
        build: Callable[[int], TicketIssued],
        also: Callable[[TicketIssued], Iterable[Event]] = lambda _issued: (),
    ) -> TicketIssued:
        """Take the next number of a series and commit it with its ticket and its event, all or nothing.

        Args:
            day: business day of the series.
            letter: the service group's letter.
            build: makes the event from the position in the series, counted from 1.
            also: makes what is committed with it, e.g. that a booking was answered.

        Raises:
            sqlite3.Error: if the disk refuses; nothing was issued then.
        """
        with self._outbox.transaction() as connection:
            position: int = connection.execute(
                "INSERT INTO series VALUES (?, ?, 1) ON CONFLICT DO UPDATE SET last = last + 1 RETURNING last",
                (day.isoformat(), letter),
            ).fetchone()[0]
            event = build(position)
            envelope = self._outbox.put(event)
            connection.execute(
                "INSERT INTO tickets VALUES (?, ?, ?, ?, ?, ?, '', ?, ?)",
                (event.ticket, day.isoformat(), letter, position, event.number, event.at.isoformat(),
                 envelope.sequence, msgspec.json.encode(event)),
            )  # fmt: skip
            for other in also(event):
                self._outbox.put(other)
            _mark(connection, day, event.at)
        return event

    def record_printed(self, ticket: str, way: str, at: datetime) -> None:
        """Note how the number reached the citizen: `paper`, `screen` or `reprint`."""
        with self._outbox.transaction() as connection:
            connection.execute("UPDATE tickets SET way = ? WHERE ticket = ?", (way, ticket))
            self._outbox.put(TicketPrinted(at=at, ticket=ticket, way=way))

    def void(self, ticket: str, reason: str, at: datetime) -> None:
        """Take back a number that reached nobody; it is never used again."""
        with self._outbox.transaction() as connection:
            connection.execute("UPDATE tickets SET way = 'void' WHERE ticket = ?", (ticket,))
            self._outbox.put(TicketVoided(at=at, ticket=ticket, reason=reason))

    def record(self, event: Event) -> None:
        """Commit an event that changes nothing in the lobby's own tables."""
        self._outbox.record(event)

    def unprinted(self) -> list[TicketIssued]:
        """Return the tickets of which nobody knows whether they reached their citizen, oldest first."""
        return self._tickets("SELECT event FROM tickets WHERE way = '' ORDER BY sequence")

    def unacknowledged(self) -> list[TicketIssued]:
        """Return the tickets that the hub is not known to have, oldest first, without the voided ones."""
        return self._tickets(
            "SELECT event FROM tickets JOIN outbox ON outbox.seq = tickets.sequence"
            " WHERE outbox.acked IS NULL AND way != 'void' ORDER BY sequence"
        )

    def last_ticket(self) -> TicketIssued | None:
        """Return the ticket that was issued last, None if there is none or it was taken back."""
        found = self._tickets("SELECT event FROM tickets WHERE way != 'void' ORDER BY sequence DESC LIMIT 1")
        return found[0] if found else None

    def issued_on(self, day: date) -> int:
        """Return how many numbers were given on a business day, without those that were taken back."""
        with self._outbox.transaction() as connection:
            query = "SELECT COUNT(*) FROM tickets WHERE day = ? AND way != 'void'"
            return int(connection.execute(query, (day.isoformat(),)).fetchone()[0])

    def remember(self, key: str, language: str, switches: Sequence[str], seen: date) -> None:
        """Keep how somebody likes the screen, under the keyed hash of the number."""
        with self._outbox.transaction() as connection:
            connection.execute(
                "INSERT OR REPLACE INTO remembered VALUES (?, ?, ?, ?)",
                (key, language, " ".join(switches), seen.isoformat()),
            )

    def remembered(self, key: str) -> tuple[str, list[str]] | None:
        """Return language and switches of somebody who asked to be remembered, or None."""
        with self._outbox.transaction() as connection:
            row = connection.execute("SELECT language, switches FROM remembered WHERE key = ?", (key,)).fetchone()
        return None if row is None else (row[0], row[1].split())

    def forget(self, key: str) -> None:
        """Forget somebody; nothing is left of the row."""
        with self._outbox.transaction() as connection:
            connection.execute("DELETE FROM remembered WHERE key = ?", (key,))

    def forget_before(self, day: date) -> None:
        """Forget who was last here before `day`."""
        with self._outbox.transaction() as connection:
            connection.execute("DELETE FROM remembered WHERE seen < ?", (day.isoformat(),))

    def setting(self, name: str) -> str:
        """Return what staff have set on this kiosk, or an empty text."""
        with self._outbox.transaction() as connection:
            row = connection.execute("SELECT value FROM settings WHERE name = ?", (name,)).fetchone()
        return "" if row is None else str(row[0])

    def set(self, name: str, value: str) -> None:
        """Keep what staff have set."""
        with self._outbox.transaction() as connection:
            connection.execute("INSERT OR REPLACE INTO settings VALUES (?, ?)", (name, value))

    def _tickets(self, query: str) -> list[TicketIssued]:
        with self._outbox.transaction() as connection:
            rows = connection.execute(query).fetchall()
        return [msgspec.json.decode(row[0], type=TicketIssued) for row in rows]


def _mark(connection: sqlite3.Connection, day: date, at: datetime) -> None:
    connection.execute(
        "INSERT INTO business_day VALUES (1, ?, ?)"
        " ON CONFLICT DO UPDATE SET day = excluded.day, last_issue = excluded.last_issue",
        (day.isoformat(), at.isoformat()),
    )
