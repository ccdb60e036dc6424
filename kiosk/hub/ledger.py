"""The office's memory: every event that any device reported, once, and what the hub decided on top of it.

One SQLite file (WAL, `synchronous=FULL`), shared with the hub's own outbox so that a decision, its events, the reply
and the new snapshot revision are one transaction. (stream, sequence) identifies an event; a second copy changes
nothing, a different event under the same identity is kept beside it and raises an alarm (a cloned SD card).
Methods that write expect to be called inside `Outbox.transaction()`.
"""

import sqlite3
from collections.abc import Iterator
from datetime import date, datetime
from enum import StrEnum

import msgspec

from kiosk.domain.envelope import Envelope
from kiosk.domain.ratings import RatingToken
from kiosk.hub.ledger_tables import SCHEMA

_LIFE = "life"
"""Key of the name of this ledger's life."""
_RESTORED_AT = "restored_at"
REPLIES_KEPT = 20_000
"""Replies remembered for retries: some four weeks of a large office; a retry comes within seconds."""


_INSERT = (
    "INSERT INTO events (stream, sequence, received, type, source, ticket, day, at, fault, envelope) "
    "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING"
)
"""One event, unless its identity is known."""


class Stored(StrEnum):
    """What became of an envelope."""

    NEW = "new"
    KNOWN = "known"
    CLASH = "clash"


class RatingRow(msgspec.Struct, frozen=True, kw_only=True):
    """One rating that counts."""

    ticket: str
    service: int
    score: int
    counter: int
    officer: str
    offline: bool
    way: str
    """`tablet`, `pad` or `phone`."""
    day: date
    at: datetime
    event: str
    """Id of the `rating.given` event."""


class RefusedRow(msgspec.Struct, frozen=True):
    """How often something was refused from one source, and why."""

    reason: str
    source: str
    count: int
    last: datetime


class Kept(msgspec.Struct, frozen=True):
    """One stored event in the order of receipt."""

    received: int
    envelope: Envelope
    fault: str
    day: date


class Gap(msgspec.Struct, frozen=True):
    """Events of a stream that are nowhere any more: the device has deleted them, and this ledger lacks them."""

    stream: str
    first: int
    last: int
    source: str
    at: datetime


class Ledger:
    """The hub's tables on one connection; knows nothing of queues and ratings but how to keep them."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self.connection = connection
        connection.executescript(SCHEMA)

    # events ---------------------------------------------------------------------------------------------------

    def store(self, envelope: Envelope, *, ticket: str, day: date, fault: str = "", raw: bytes = b"") -> Stored:
        """Keep `envelope` once.

        Args:
            ticket: the ticket that the event is about, or empty.
            day: business day to which the event counts.
            fault: why the event is kept but has no effect, or empty.
            raw: the envelope as it came; empty: it is written anew.
        """
        row = row_of(envelope, self.last_received + 1, ticket, day, fault, raw)
        if self.connection.execute(_INSERT, row).rowcount:
            return Stored.NEW
        known = self.envelope(envelope.stream, envelope.sequence)
        assert known is not None
        if _content(known) == _content(envelope):
            return Stored.KNOWN
        self.connection.execute(
            "INSERT INTO clashes (stream, sequence, envelope) VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
            (envelope.stream, envelope.sequence, msgspec.json.encode(envelope)),
        )
        return Stored.CLASH

    def highest(self, stream: str) -> int:
        """Return the highest sequence that is here of a stream, with gaps below it or not; 0: nothing yet."""
        row = self.connection.execute("SELECT max(sequence) FROM events WHERE stream = ?", (stream,)).fetchone()
        return int(row[0] or 0)

    def store_new(self, rows: list[tuple[object, ...]]) -> None:
        """Keep rows that are surely new, all at once."""
        self.connection.executemany(_INSERT, rows)

    def envelope(self, stream: str, sequence: int) -> Envelope | None:
        """Return a stored envelope, or None."""
        row = self.connection.execute(
            "SELECT envelope FROM events WHERE stream = ? AND sequence = ?", (stream, sequence)
        ).fetchone()
        return None if row is None else msgspec.json.decode(row[0], type=Envelope)

    def advance(self, stream: str, source: str) -> int:
        """Move the contiguous cursor of `stream` as far as its rows reach and return it (0: nothing yet)."""
        before = self.cursor(stream)
        upto = before
        for (sequence,) in self.connection.execute(
            "SELECT sequence FROM events WHERE stream = ? AND sequence > ? ORDER BY sequence", (stream, before)
        ):
            if sequence != upto + 1:
                break
            upto = sequence
        if upto > before:
            self.connection.execute(
                "INSERT INTO cursors (stream, upto, source) VALUES (?, ?, ?) "
                "ON CONFLICT (stream) DO UPDATE SET upto = excluded.upto, source = excluded.source",
                (stream, upto, source),
            )
        return upto

    def cursor(self, stream: str) -> int:
        """Return up to which sequence `stream` is here without a gap."""
        row = self.connection.execute("SELECT upto FROM cursors WHERE stream = ?", (stream,)).fetchone()
        return 0 if row is None else int(row[0])

    def skip_to(self, stream: str, kept_from: int, source: str, now: datetime) -> bool:
        """Note that a device no longer keeps what is below `kept_from`; return whether this ledger lacks any of it.

        The cursor goes on behind the gap, which stays visible: nothing in it can come any more.
        """
        upto = self.advance(stream, source)
        if upto >= kept_from - 1:
            return False
        first, last = upto + 1, kept_from - 1
        for (sequence,) in self.connection.execute(
            "SELECT sequence FROM events WHERE stream = ? AND sequence BETWEEN ? AND ? ORDER BY sequence",
            (stream, first, last),
        ).fetchall():
            self._add_gap(Gap(stream, first, sequence - 1, source, now))
            first = sequence + 1
        self._add_gap(Gap(stream, first, last, source, now))
        self.connection.execute(
            "INSERT INTO cursors (stream, upto, source) VALUES (?, ?, ?) "
            "ON CONFLICT (stream) DO UPDATE SET upto = excluded.upto",
            (stream, last, source),
        )
        return True

    def source_of(self, stream: str) -> str:
        """Return whose stream it is: its first sender's, or nothing while it is unknown."""
        row = self.connection.execute(
            "SELECT source FROM (SELECT source FROM cursors WHERE stream = ?1 UNION ALL "
            "SELECT * FROM (SELECT source FROM events WHERE stream = ?1 LIMIT 1)) LIMIT 1", (stream,)
        ).fetchone()  # fmt: skip
        return "" if row is None else str(row[0])

    def gaps(self) -> list[Gap]:
        """Return what is lost for good, by stream."""
        rows = self.connection.execute("SELECT stream, first, last, source, at FROM gaps ORDER BY stream, first")
        return [
            Gap(stream, first, last, source, datetime.fromisoformat(at)) for stream, first, last, source, at in rows
        ]

    def _add_gap(self, gap: Gap) -> None:
        if gap.first <= gap.last:
            self.connection.execute(
                "INSERT INTO gaps (stream, first, last, source, at) VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
                (gap.stream, gap.first, gap.last, gap.source, gap.at.isoformat()),
            )

    def day_of_ticket(self, ticket: str) -> date | None:
        """Return the business day to which the ticket's events count so far, or None for an unknown ticket."""
        row = self.connection.execute("SELECT day FROM events WHERE ticket = ? LIMIT 1", (ticket,)).fetchone()
        return None if row is None else date.fromisoformat(row[0])

    def move_ticket(self, ticket: str, day: date) -> None:
        """Count the ticket's events to `day`: its issue became known after other events of it."""
        self.connection.execute("UPDATE events SET day = ? WHERE ticket = ?", (day.isoformat(), ticket))

    def mark(self, envelope: Envelope, fault: str) -> None:
        """Note why a stored event has no effect."""
        self.connection.execute(
            "UPDATE events SET fault = ? WHERE stream = ? AND sequence = ?", (fault, envelope.stream, envelope.sequence)
        )

    def events_of_day(self, day: date) -> Iterator[tuple[Envelope, str]]:
        """Yield the day's envelopes with their faults, in the order of receipt."""
        rows = self.connection.execute(
            "SELECT envelope, fault FROM events WHERE day = ? ORDER BY received", (day.isoformat(),)
        )
        return ((msgspec.json.decode(raw, type=Envelope), fault) for raw, fault in rows)

    def events_after(self, received: int, limit: int) -> list[Kept]:
        """Return what was stored after a row, in the order of receipt."""
        rows = self.connection.execute(
            "SELECT received, envelope, fault, day FROM events WHERE received > ? ORDER BY received LIMIT ?",
            (received, limit),
        )
        return [
            Kept(number, msgspec.json.decode(raw, type=Envelope), fault, date.fromisoformat(day))
            for number, raw, fault, day in rows
        ]

    @property
    def last_received(self) -> int:
        """Return the number of the newest row."""
        return int(self.connection.execute("SELECT coalesce(max(received), 0) FROM events").fetchone()[0])

    def events_of_ticket(self, ticket: str) -> list[Envelope]:
        """Return a ticket's envelopes in the order of receipt, of whatever day."""
        rows = self.connection.execute("SELECT envelope FROM events WHERE ticket = ? ORDER BY received", (ticket,))
        return [msgspec.json.decode(raw, type=Envelope) for (raw,) in rows]

    def petition_events(self) -> Iterator[Envelope]:
        """Yield the envelopes of all petitions, in the order of receipt."""
        rows = self.connection.execute("SELECT envelope FROM events WHERE type GLOB 'petition.*' ORDER BY received")
        return (msgspec.json.decode(raw, type=Envelope) for (raw,) in rows)

    def expression_windows(self, newest: int | None = None) -> Iterator[tuple[Envelope, str]]:
        """Yield the published windows of expressions with their faults, the last received first."""
        rows = self.connection.execute(
            "SELECT envelope, fault FROM events WHERE type = 'expr.window' ORDER BY received DESC LIMIT ?",
            (-1 if newest is None else newest,),
        )
        return ((msgspec.json.decode(raw, type=Envelope), fault) for raw, fault in rows)

    def survey_answers(self, since: str) -> Iterator[Envelope]:
        """Yield what was answered to surveys from a business day (ISO) on."""
        sql = "SELECT envelope FROM events WHERE type = 'survey.answered' AND fault = '' AND day >= ?"
        return (msgspec.json.decode(raw, type=Envelope) for (raw,) in self.connection.execute(sql, (since,)))

    def days(self) -> list[date]:
        """Return the business days that have events, oldest first."""
        rows = self.connection.execute("SELECT DISTINCT day FROM events ORDER BY day")
        return [date.fromisoformat(day) for (day,) in rows]

    def counts_by_type(self) -> dict[str, int]:
        """Return how many events of each type are stored, all days together."""
        return dict(self.connection.execute("SELECT type, count(*) FROM events GROUP BY type ORDER BY type"))

    def faults(self) -> dict[str, int]:
        """Return how many stored events have no effect, by reason."""
        return dict(
            self.connection.execute(
                "SELECT fault, count(*) FROM events WHERE fault <> '' GROUP BY fault ORDER BY fault"
            )
        )

    def clashes(self) -> int:
        """Return how many different events came under an identity that was taken."""
        return int(self.connection.execute("SELECT count(*) FROM clashes").fetchone()[0])

    def has_clash(self, stream: str) -> bool:
        """Tell whether one of them came in this stream."""
        return self.connection.execute("SELECT 1 FROM clashes WHERE stream = ?", (stream,)).fetchone() is not None

    # what could not be stored ---------------------------------------------------------------------------------

    def refuse(self, reason: str, source: str, now: datetime) -> None:
        """Count a message that is not an event of this office; its content is not kept."""
        self.connection.execute(
            "INSERT INTO refused (reason, source, count, last) VALUES (?, ?, 1, ?) "
            "ON CONFLICT (reason, source) DO UPDATE SET count = count + 1, last = excluded.last",
            (reason, source, now.isoformat()),
        )

    def refused(self) -> list[RefusedRow]:
        """Return what was refused, by reason and source."""
        rows = self.connection.execute("SELECT reason, source, count, last FROM refused ORDER BY reason, source")
        return [RefusedRow(reason, source, count, datetime.fromisoformat(last)) for reason, source, count, last in rows]

    # replies --------------------------------------------------------------------------------------------------

    def reply(self, req_id: str) -> bytes | None:
        """Return the stored reply to a request, or None if the request is new."""
        row = self.connection.execute("SELECT reply FROM replies WHERE req_id = ?", (req_id,)).fetchone()
        return None if row is None else bytes(row[0])

    def keep_reply(self, req_id: str, reply: bytes) -> None:
        """Remember the reply to a request, so that a retry has no second effect."""
        self.connection.execute("INSERT INTO replies (req_id, reply) VALUES (?, ?)", (req_id, reply))

    def forget_old_replies(self, keep: int = REPLIES_KEPT) -> None:
        """Keep only the newest replies."""
        self.connection.execute("DELETE FROM replies WHERE rowid <= (SELECT max(rowid) FROM replies) - ?", (keep,))

    # ratings --------------------------------------------------------------------------------------------------

    def add_token(self, token_hash: str, right: RatingToken) -> None:
        """Keep a new right to rate; of the token itself only the hash is known here."""
        self.connection.execute(
            "INSERT INTO tokens (hash, ticket, service, number, counter, officer, officer_name, issued, used) "
            "VALUES (?, ?, ?, ?, ?, ?, ?, ?, NULL)",
            (
                token_hash,
                right.ticket,
                right.service,
                right.number,
                right.counter,
                right.officer,
                right.officer_name,
                right.issued.isoformat(),
            ),
        )

    def token(self, token_hash: str) -> RatingToken | None:
        """Return what the token with that hash gives the right to, or None."""
        row = self.connection.execute(
            "SELECT ticket, service, number, counter, officer, officer_name, issued, used FROM tokens WHERE hash = ?",
            (token_hash,),
        ).fetchone()
        return None if row is None else _right(row)

    def rights_of(self, ticket: str) -> list[RatingToken]:
        """Return the rights that were given for the services of a ticket, oldest first."""
        rows = self.connection.execute(
            "SELECT ticket, service, number, counter, officer, officer_name, issued, used FROM tokens "
            "WHERE ticket = ? ORDER BY issued, hash",
            (ticket,),
        )
        return [_right(row) for row in rows]

    def use_token(self, token_hash: str, at: datetime) -> None:
        """Note that the right was used."""
        self.connection.execute("UPDATE tokens SET used = ? WHERE hash = ?", (at.isoformat(), token_hash))

    def rating(self, ticket: str, service: int) -> RatingRow | None:
        """Return the rating that counts for this service of a ticket, or None."""
        rows = self._ratings("WHERE ticket = ? AND service = ?", (ticket, service))
        return rows[0] if rows else None

    def add_rating(self, row: RatingRow) -> None:
        """Keep a rating that counts.

        Raises:
            sqlite3.IntegrityError: if the service of this ticket is already rated.
        """
        self.connection.execute(
            "INSERT INTO ratings (ticket, service, score, counter, officer, offline, way, day, at, event) "
            "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                row.ticket,
                row.service,
                row.score,
                row.counter,
                row.officer,
                row.offline,
                row.way,
                row.day.isoformat(),
                row.at.isoformat(),
                row.event,
            ),
        )

    def ratings_of_day(self, day: date) -> list[RatingRow]:
        """Return the ratings that count for a business day."""
        return self._ratings("WHERE day = ? ORDER BY ticket, service", (day.isoformat(),))

    def _ratings(self, where: str, values: tuple[str | int, ...]) -> list[RatingRow]:
        rows = self.connection.execute(
            f"SELECT ticket, service, score, counter, officer, offline, way, day, at, event FROM ratings {where}",
            values,
        )
        return [
            RatingRow(
                ticket=ticket,
                service=service,
                score=score,
                counter=counter,
                officer=officer,
                offline=bool(offline),
                way=way,
                day=date.fromisoformat(day),
                at=datetime.fromisoformat(at),
                event=event,
            )
            for ticket, service, score, counter, officer, offline, way, day, at, event in rows
        ]

    # audit, meta ----------------------------------------------------------------------------------------------

    def keep_audit(self, at: datetime, counter: int, ticket: str, record: bytes) -> None:
        """Keep why a ticket was called (JSON)."""
        self.connection.execute(
            "INSERT INTO audits (at, counter, ticket, record) VALUES (?, ?, ?, ?)",
            (at.isoformat(), counter, ticket, record),
        )

    def audits(self) -> Iterator[tuple[datetime, int, str, bytes]]:
        """Yield the audit of all calls: moment, counter, ticket, record (JSON)."""
        rows = self.connection.execute("SELECT at, counter, ticket, record FROM audits ORDER BY id")
        return ((datetime.fromisoformat(at), counter, ticket, bytes(record)) for at, counter, ticket, record in rows)

    def meta(self, key: str) -> str | None:
        """Return a lasting value of the hub, or None."""
        row = self.connection.execute("SELECT value FROM meta WHERE key = ?", (key,)).fetchone()
        return None if row is None else str(row[0])

    def set_meta(self, key: str, value: str) -> None:
        """Keep a lasting value of the hub."""
        self.connection.execute(
            "INSERT INTO meta (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value",
            (key, value),
        )

    def life(self, first: str) -> str:
        """Return the name of this ledger's life; a new ledger is named `first`.

        A ledger that was restored from a backup has another one than before: it lacks what came after the backup.
        """
        known = self.meta(_LIFE)
        if known is None:
            self.set_meta(_LIFE, first)
        return known or first

    def begin_life(self, life: str) -> None:
        """Name the life that begins with a restore, and note where it begins."""
        self.set_meta(_LIFE, life)
        self.set_meta(_RESTORED_AT, str(self.last_received))

    @property
    def restored_at(self) -> int:
        """Return the newest row that the restored backup held; 0 where nothing was ever restored."""
        return int(self.meta(_RESTORED_AT) or 0)

    @property
    def rev(self) -> int:
        """Return the newest snapshot revision."""
        return int(self.meta("rev") or 0)

    def next_rev(self) -> int:
        """Store and return the next snapshot revision."""
        rev = self.rev + 1
        self.set_meta("rev", str(rev))
        return rev


def _content(envelope: Envelope) -> tuple[str, datetime, bytes]:
    return envelope.type, envelope.ts, bytes(envelope.data)


def _right(row: tuple[str, int, str, int, str, str, str, str | None]) -> RatingToken:
    ticket, service, number, counter, officer, officer_name, issued, used = row
    return RatingToken(
        ticket=ticket,
        service=service,
        number=number,
        counter=counter,
        officer=officer,
        officer_name=officer_name,
        issued=datetime.fromisoformat(issued),
        used=used is not None,
    )


def row_of(envelope: Envelope, received: int, ticket: str, day: date, fault: str, raw: bytes) -> tuple[object, ...]:
    """Return an event as a row of the table `events`; `raw` is the envelope as it came, or empty."""
    return (
        envelope.stream,
        envelope.sequence,
        received,
        envelope.type,
        envelope.source,
        ticket,
        day.isoformat(),
        envelope.ts.isoformat(),
        fault,
        raw or msgspec.json.encode(envelope),
    )
