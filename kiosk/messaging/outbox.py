"""The outbox: an event is accepted in one transaction with the change that it tells of, and goes only when it is safe.

Rows are kept until the hub says, after its own COMMIT, that it has them; the broker's word proves nothing (messaging
notes §1). (stream, seq) is the identity of a row: the stream is a random id kept in the same database, the sequence is
never used twice.
"""

import contextlib
import logging
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from pathlib import Path

import msgspec

from kiosk.domain.envelope import Envelope, Origin
from kiosk.domain.events import MAX_EVENT_BYTES, Event

WINDOW = 500
"""Rows that may be under way at once (backlog: 4,075 events/s against 799 with 100; messaging notes §10.3)."""
KEEP = timedelta(days=7)
"""How long acknowledged rows stay, so that a hub restored from a backup can be given them again."""
KEEP_BYTES = 50 * 1024 * 1024
PURGE_BATCH = 500
_ALL = 2**62
FULL_DISK = 0.8
"""Share of the disk at which to raise the alarm; tickets are never dropped."""

_SCHEMA = """
CREATE TABLE IF NOT EXISTS outbox_meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS outbox (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    stream TEXT NOT NULL,
    envelope BLOB NOT NULL,
    acked TEXT
);
CREATE INDEX IF NOT EXISTS outbox_pending ON outbox (seq) WHERE acked IS NULL;
"""

log = logging.getLogger(__name__)


class Row(msgspec.Struct, frozen=True):
    """One pending row, as it goes to the broker."""

    sequence: int
    payload: bytes


def open_database(path: Path | str) -> sqlite3.Connection:
    """Open (or make) a role's database so that a COMMIT survives a power cut: WAL, `synchronous=FULL`.

    Raises:
        sqlite3.Error: if the file cannot be opened or is not a database.
    """
    connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=FULL")
    return connection


def forget_stream(connection: sqlite3.Connection) -> None:
    """Let the outbox in a database begin a new stream, with none of the old rows.

    For the hub's own outbox after a restore: what it numbered since the backup is lost, and no number is used twice.
    The rows themselves stand in its ledger.
    """
    connection.executescript(_SCHEMA)
    connection.execute("BEGIN IMMEDIATE")
    connection.execute("DELETE FROM outbox")
    connection.execute("DELETE FROM sqlite_sequence WHERE name = 'outbox'")
    connection.execute("DELETE FROM outbox_meta WHERE key = 'stream'")
    connection.execute("COMMIT")


class Outbox:
    """Events of one device on their way to the hub; used on the role's thread only."""

    def __init__(
        self,
        connection: sqlite3.Connection,
        *,
        source: str,
        boot: str,
        now: Callable[[], datetime],
        mono: Callable[[], float],
        new_id: Callable[[], str],
        clk: str,
        disk_usage: Callable[[Path], tuple[int, int, int]] = shutil.disk_usage,
        machine: str = "",
    ) -> None:
        """Open the outbox in a database of `open_database`.

        Args:
            connection: shared with the role's own store.
            source: `province.commune.device`.
            boot: id of this life of the device.
            now: the clock's moment.
            mono: the clock's monotonic seconds.
            new_id: makes the stream's id when the database is new.
            clk: quality of `now`: `none`, `rtc`, `hub`, `ntp` or `simulated`.
            disk_usage: total, used and free bytes of the disk under a folder.
            machine: which board this is; where the database was last opened on another one, or under another source,
                a new stream begins: a copied card must not go on in the stream of the card that it was copied from.
        """
        self.on_commit: Callable[[], None] | None = None
        """Called after each COMMIT that stored events."""
        self.clk = clk
        self._connection = connection
        self.source = source
        self.boot = boot
        self._now = now
        self._mono = mono
        self._new_id = new_id
        self._disk_usage = disk_usage
        self._put = 0
        """Events of the open transaction."""
        self._last_in_transaction: int | None = None
        connection.executescript(_SCHEMA)
        self.stream = self._known_stream()
        self._pending: int = connection.execute("SELECT count(*) FROM outbox WHERE acked IS NULL").fetchone()[0]
        self._kept_bytes: int = connection.execute(
            "SELECT coalesce(sum(length(envelope)), 0) FROM outbox WHERE acked IS NOT NULL"
        ).fetchone()[0]
        self._file = Path(connection.execute("PRAGMA database_list").fetchone()[2] or "")
        self._bind(f"{source} {machine}" if machine else "")

    # writing ----------------------------------------------------------------------------------------------------

    @contextlib.contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """Open a transaction for a change and its events: all of it is committed, or nothing.

        Raises:
            RuntimeError: if one is open already.
            sqlite3.Error: if the disk refuses; nothing was stored then.
        """
        if self._connection.in_transaction:
            raise RuntimeError("a transaction is open already: one change, one transaction")
        self._connection.execute("BEGIN IMMEDIATE")
        self._put, self._last_in_transaction = 0, None
        try:
            yield self._connection
            self._connection.execute("COMMIT")
        except BaseException:
            self._put = 0
            if self._connection.in_transaction:
                self._connection.execute("ROLLBACK")
            raise
        put, self._put = self._put, 0
        self._pending += put
        if put and self.on_commit is not None:
            try:
                self.on_commit()
            except Exception:
                # what was committed is accepted, whatever becomes of its sending
                log.exception("the outbox's listener failed after a commit")

    def put(self, event: Event, cause: str = "") -> Envelope:
        """Store an event inside the open transaction and return its envelope.

        Args:
            event: what happened.
            cause: id of the event that led to it.

        Raises:
            RuntimeError: if no transaction is open.
            ValueError: if the envelope is larger than `MAX_EVENT_BYTES`; nothing was stored.
        """
        envelope = Envelope(
            stream=self.stream,
            sequence=self._last() + 1,
            source=self.source,
            type=event.TYPE,
            ts=self._now(),
            mono=round(self._mono(), 3),
            boot=self.boot,
            clk=self.clk,
            cause=cause,
            data=msgspec.Raw(msgspec.json.encode(event)),
        )
        return self._insert(envelope)

    def pass_on(self, envelope: Envelope, data: bytes, day: date | None = None) -> Envelope:
        """Store a copy of somebody else's event inside the open transaction, to be sent in this outbox's stream.

        The copy names its origin, so that it is known again if it comes twice by different ways.

        Args:
            envelope: as it was stored here.
            data: what of the event's data may go on, as JSON.
            day: business day to which the event counts.

        Raises:
            RuntimeError: if no transaction is open.
        """
        origin = Origin(stream=envelope.stream, sequence=envelope.sequence, source=envelope.source, day=day)
        copy = msgspec.structs.replace(
            envelope,
            stream=self.stream,
            sequence=self._last() + 1,
            source=self.source,
            origin=origin,
            data=msgspec.Raw(data),
        )
        return self._insert(copy)

    def _insert(self, envelope: Envelope) -> Envelope:
        if not self._connection.in_transaction:
            raise RuntimeError("an event is put inside a transaction, together with the change that it tells of")
        payload = msgspec.json.encode(envelope)
        if len(payload) > MAX_EVENT_BYTES:
            raise ValueError(f"{envelope.type} has {len(payload)} bytes; at most {MAX_EVENT_BYTES} travel")
        self._connection.execute(
            "INSERT INTO outbox (seq, stream, envelope) VALUES (?, ?, ?)", (envelope.sequence, self.stream, payload)
        )
        self._last_in_transaction = envelope.sequence
        self._put += 1
        return envelope

    def record(self, event: Event, cause: str = "") -> Envelope:
        """Store an event in a transaction of its own."""
        with self.transaction():
            return self.put(event, cause)

    def remember(self, key: str, value: str) -> None:
        """Keep a lasting note of the sender's own, inside the open transaction.

        Raises:
            RuntimeError: if no transaction is open.
        """
        if not self._connection.in_transaction:
            raise RuntimeError("a note is kept inside a transaction, together with what it tells of")
        self._connection.execute(
            "INSERT INTO outbox_meta VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value",
            (f"note.{key}", value),
        )

    def acknowledge(self, upto: int) -> int:
        """Note that the hub has every row up to `upto`; return how many rows that were pending.

        Without its own fsync: an acknowledgement that a power cut loses is only asked for again.
        """
        if self._connection.in_transaction:
            return self._mark(upto)
        with self._without_waiting_for_the_disk():
            return self._mark(upto)

    def replay_from(self, sequence: int) -> int:
        """Make acknowledged rows from `sequence` on pending again; return how many are still kept.

        A hub that was restored from a backup lacks what came after it.
        """
        return self._count_revived(self._revive(sequence))

    def follow_ledger(self, life: str) -> int:
        """Note to which life of the hub's ledger this device reports; return how many rows became pending again.

        Another life than the one that acknowledged them: the ledger was restored from a backup, or made anew, and may
        lack any of them. All that are still kept go again; the hub drops what it has, and its first acknowledgement
        passes over it.
        """
        if not life or life == self.ledger:
            return 0
        with self.transaction() as connection:
            sizes = self._revive(0)
            connection.execute(
                "INSERT INTO outbox_meta VALUES ('ledger', ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value",
                (life,),
            )
        return self._count_revived(sizes)

    def leave_stream(self) -> None:
        """Go on under a new stream, because this one was used beyond what this database knows of.

        So it is after a card was restored from an older image: the next numbers stand for other events at the hub.
        What is pending goes along and names what it was as its cause, so that nothing of it counts twice.
        """
        with self.transaction():
            self._begin_stream()

    def purge(self) -> int:
        """Delete some acknowledged rows that are too old or too many; return how many went (0: nothing to do).

        On a disk that is nearly full all of them are too many. Without its own fsync, so that nobody's ticket waits for
        a delete: what a power cut brings back is deleted again.

        Raises:
            RuntimeError: if a transaction is open.
        """
        if self._connection.in_transaction:
            raise RuntimeError("old rows are deleted between transactions")
        too_old = (self._now() - (timedelta(0) if self.disk_is_nearly_full else KEEP)).isoformat()
        excess = self._kept_bytes - KEEP_BYTES
        doomed: list[int] = []
        for sequence, acked, size in self._connection.execute(
            "SELECT seq, acked, length(envelope) FROM outbox WHERE acked IS NOT NULL ORDER BY seq LIMIT ?",
            (PURGE_BATCH,),
        ):
            if acked > too_old and excess <= 0:
                break
            doomed.append(sequence)
            excess -= size
            self._kept_bytes -= size
        if doomed:
            with self._without_waiting_for_the_disk():
                self._connection.execute("DELETE FROM outbox WHERE seq <= ? AND acked IS NOT NULL", (doomed[-1],))
        return len(doomed)

    # reading ----------------------------------------------------------------------------------------------------

    def pending(self) -> int:
        """Return how many committed rows the hub is not known to have."""
        return self._pending

    def window(self, limit: int = WINDOW) -> list[Envelope]:
        """Return the lowest pending rows, in order."""
        return [msgspec.json.decode(row.payload, type=Envelope) for row in self.rows_after(0, limit)]

    def rows_after(self, sequence: int, limit: int = WINDOW) -> list[Row]:
        """Return pending rows above `sequence`, in order, as they go to the broker."""
        rows = self._connection.execute(
            "SELECT seq, envelope FROM outbox WHERE acked IS NULL AND seq > ? ORDER BY seq LIMIT ?", (sequence, limit)
        )
        return [Row(number, payload) for number, payload in rows]

    def first_pending(self) -> int | None:
        """Return the sequence of the lowest pending row."""
        row = self._connection.execute("SELECT min(seq) FROM outbox WHERE acked IS NULL").fetchone()
        return None if row is None else row[0]

    def remembered(self, key: str) -> str:
        """Return a note of the sender's own, or nothing."""
        return self._meta(f"note.{key}")

    @property
    def ledger(self) -> str:
        """Return the life of the hub's ledger to which this device reports; empty before the first."""
        return self._meta("ledger")

    @property
    def kept_from(self) -> int:
        """Return the lowest sequence that is still here: what is lower cannot be sent again."""
        row = self._connection.execute("SELECT min(seq) FROM outbox").fetchone()
        return self.last_sequence + 1 if row[0] is None else int(row[0])

    @property
    def last_sequence(self) -> int:
        """Return the highest sequence ever stored in this database."""
        row = self._connection.execute("SELECT seq FROM sqlite_sequence WHERE name = 'outbox'").fetchone()
        return 0 if row is None else int(row[0])

    @property
    def disk_is_nearly_full(self) -> bool:
        """Tell whether the alarm is due: the disk under the outbox is 80 % full."""
        if not self._file.name:
            return False
        total, used, _ = self._disk_usage(self._file.parent)
        return used >= FULL_DISK * total

    # inside -----------------------------------------------------------------------------------------------------

    @contextlib.contextmanager
    def _without_waiting_for_the_disk(self) -> Iterator[None]:
        self._connection.execute("PRAGMA synchronous=NORMAL")
        try:
            yield
        finally:
            self._connection.execute("PRAGMA synchronous=FULL")

    def _revive(self, sequence: int) -> list[int]:
        rows = self._connection.execute(
            "UPDATE outbox SET acked = NULL WHERE acked IS NOT NULL AND seq >= ? RETURNING length(envelope)",
            (sequence,),
        )
        return [size for (size,) in rows.fetchall()]

    def _count_revived(self, sizes: list[int]) -> int:
        self._pending += len(sizes)
        self._kept_bytes -= sum(sizes)
        return len(sizes)

    def _meta(self, key: str) -> str:
        row = self._connection.execute("SELECT value FROM outbox_meta WHERE key = ?", (key,)).fetchone()
        return "" if row is None else str(row[0])

    def _known_stream(self) -> str:
        row = self._connection.execute("SELECT value FROM outbox_meta WHERE key = 'stream'").fetchone()
        if row is not None:
            return str(row[0])
        stream = self._new_id()
        self._connection.execute("INSERT INTO outbox_meta VALUES ('stream', ?)", (stream,))
        return stream

    def _bind(self, owner: str) -> None:
        """Keep the stream where it belongs: to one device on one board."""
        if not owner:
            return
        row = self._connection.execute("SELECT value FROM outbox_meta WHERE key = 'owner'").fetchone()
        if row is not None and row[0] == owner:
            return
        with self.transaction() as connection:
            if row is not None:
                self._begin_stream()
            connection.execute(
                "INSERT INTO outbox_meta VALUES ('owner', ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value",
                (owner,),
            )
        if row is not None:
            log.warning("this database was last used as %s: stream %s begins", row[0], self.stream)

    def _begin_stream(self) -> None:
        """Go on under a new stream: what is pending goes with it, from 1 on, and names what it was as its cause."""
        pending, stream = self.rows_after(0, _ALL), self._new_id()
        self._connection.execute("DELETE FROM outbox")
        self._connection.execute("DELETE FROM sqlite_sequence WHERE name = 'outbox'")
        self._connection.execute("UPDATE outbox_meta SET value = ? WHERE key = 'stream'", (stream,))
        self.stream, self._pending, self._kept_bytes = stream, len(pending), 0
        for sequence, row in enumerate(pending, start=1):
            old = msgspec.json.decode(row.payload, type=Envelope)
            moved = msgspec.structs.replace(
                old, stream=stream, sequence=sequence, source=self.source, cause=old.cause or old.id
            )
            self._connection.execute(
                "INSERT INTO outbox (seq, stream, envelope) VALUES (?, ?, ?)",
                (sequence, stream, msgspec.json.encode(moved)),
            )

    def _last(self) -> int:
        if self._last_in_transaction is None:
            self._last_in_transaction = self.last_sequence
        return self._last_in_transaction

    def _mark(self, upto: int) -> int:
        rows = self._connection.execute(
            "UPDATE outbox SET acked = ? WHERE acked IS NULL AND seq <= ? RETURNING length(envelope)",
            (self._now().isoformat(), upto),
        ).fetchall()
        self._pending -= len(rows)
        self._kept_bytes += sum(size for (size,) in rows)
        return len(rows)
