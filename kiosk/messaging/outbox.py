"""The outbox: an event is kept in the same transaction as the change that it tells, until the hub has stored it.

WAL and `synchronous=FULL` (messaging notes §1: 0 lost in 300 power cuts; NORMAL lost 2,291 commits). A row may go only
after the hub's own acknowledgement, never after the broker's. Acknowledged rows are kept for a while, so that a hub
restored from a backup can ask for them again.
"""

import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path

import msgspec

from kiosk.domain.events import MAX_EVENT_BYTES, Envelope, Event

KEPT = timedelta(days=7)
KEPT_BYTES = 50 * 1024 * 1024
PURGE_EVERY = 200
"""Acknowledged rows between two purges: a delete costs some 8 ms at FULL (messaging notes §10.3)."""
DISK_ALARM = 0.8

_SCHEMA = """
CREATE TABLE IF NOT EXISTS outbox (
    seq INTEGER PRIMARY KEY AUTOINCREMENT, type TEXT NOT NULL, envelope BLOB NOT NULL, acked TEXT
);
CREATE INDEX IF NOT EXISTS outbox_pending ON outbox (seq) WHERE acked IS NULL;
CREATE TABLE IF NOT EXISTS outbox_identity (one INTEGER PRIMARY KEY CHECK (one = 1), stream TEXT NOT NULL);
"""


def open_database(path: Path | str) -> sqlite3.Connection:
    """Open a role's database so that a COMMIT survives a power cut."""
    connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False, timeout=10)
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=FULL")
    connection.execute("PRAGMA foreign_keys=ON")
    return connection


class Outbox:
    """Events of one device in the order in which they happened; (stream, sequence) is their identity."""

    def __init__(
        self,
        connection: sqlite3.Connection,
        *,
        source: str,
        boot: str,
        now: Callable[[], datetime],
        mono: Callable[[], float],
        new_id: Callable[[], str],
        clk: str = "none",
    ) -> None:
        """Open the outbox on a role's own connection.

        Args:
            source: `province.commune.device`.
            boot: id of this life of the process.
            clk: quality of the clock, as in `Envelope.clk`.
        """
        self.connection = connection
        self.on_commit: Callable[[], None] | None = None
        self.clk = clk
        self._source = source
        self._boot = boot
        self._now = now
        self._mono = mono
        self._inside = False
        self._put = 0
        self._acked_since_purge = 0
        connection.executescript(_SCHEMA)
        with self.transaction():
            connection.execute(
                "INSERT INTO outbox_identity (one, stream) VALUES (1, ?) ON CONFLICT DO NOTHING", (new_id()[:16],)
            )
        self.stream: str = connection.execute("SELECT stream FROM outbox_identity").fetchone()[0]
        self._pending: int = connection.execute("SELECT count(*) FROM outbox WHERE acked IS NULL").fetchone()[0]
        self.purge()

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """Make a change and its events one: committed together or not at all.

        Raises:
            RuntimeError: if a transaction is already open.
        """
        if self._inside:
            raise RuntimeError("a transaction of this outbox is already open")
        self._inside = True
        self._put = 0
        self.connection.execute("BEGIN IMMEDIATE")
        try:
            yield self.connection
        except BaseException:
            self.connection.execute("ROLLBACK")
            self._inside = False
            raise
        self.connection.execute("COMMIT")
        self._inside = False
        self._pending += self._put
        if self._put and self.on_commit is not None:
            self.on_commit()

    def put(self, event: Event, cause: str = "") -> Envelope:
        """Keep `event`, inside a transaction; it is safe when that has committed.

        Raises:
            RuntimeError: outside a transaction.
            ValueError: if the envelope is longer than `MAX_EVENT_BYTES`; nothing is kept.
        """
        if not self._inside:
            raise RuntimeError("put an event inside outbox.transaction()")
        data = msgspec.json.encode(event)
        if len(data) > MAX_EVENT_BYTES - 1024:
            raise ValueError(f"{event.TYPE} is {len(data)} bytes long; an event takes at most {MAX_EVENT_BYTES}")
        cursor = self.connection.execute("INSERT INTO outbox (type, envelope) VALUES (?, x'')", (event.TYPE,))
        sequence = cursor.lastrowid
        assert sequence is not None
        envelope = Envelope(
            stream=self.stream,
            sequence=sequence,
            source=self._source,
            type=event.TYPE,
            ts=self._now(),
            mono=self._mono(),
            boot=self._boot,
            clk=self.clk,
            cause=cause,
            data=msgspec.Raw(data),
        )
        self.connection.execute(
            "UPDATE outbox SET envelope = ? WHERE seq = ?", (msgspec.json.encode(envelope), sequence)
        )
        self._put += 1
        return envelope

    def record(self, event: Event, cause: str = "") -> Envelope:
        """Keep `event` in a transaction of its own."""
        with self.transaction():
            return self.put(event, cause)

    def pending(self) -> int:
        """Return how many events the hub has not acknowledged."""
        return self._pending

    def window(self, after: int = 0, limit: int = 500) -> list[Envelope]:
        """Return the lowest unacknowledged events beyond sequence `after`, at most `limit`."""
        rows = self.connection.execute(
            "SELECT envelope FROM outbox WHERE acked IS NULL AND seq > ? ORDER BY seq LIMIT ?", (after, limit)
        )
        return [msgspec.json.decode(raw, type=Envelope) for (raw,) in rows]

    def acknowledge(self, upto: int) -> int:
        """Note that the hub has stored everything up to sequence `upto`; return how many rows were new to that."""
        if self._pending == 0:
            return 0
        with self.transaction():
            count = self.connection.execute(
                "UPDATE outbox SET acked = ? WHERE acked IS NULL AND seq <= ?", (self._now().isoformat(), upto)
            ).rowcount
        self._pending -= count
        self._acked_since_purge += count
        if self._acked_since_purge >= PURGE_EVERY:
            self.purge()
        return count

    def replay_from(self, sequence: int) -> int:
        """Send everything from `sequence` on again: a hub restored from a backup lacks it. Return how many rows."""
        with self.transaction():
            count = self.connection.execute(
                "UPDATE outbox SET acked = NULL WHERE acked IS NOT NULL AND seq >= ?", (sequence,)
            ).rowcount
        self._pending += count
        if count and self.on_commit is not None:
            self.on_commit()
        return count

    def purge(self) -> None:
        """Forget acknowledged rows that are older than `KEPT`, and the oldest beyond `KEPT_BYTES`."""
        self._acked_since_purge = 0
        with self.transaction():
            self.connection.execute("DELETE FROM outbox WHERE acked < ?", ((self._now() - KEPT).isoformat(),))
            size = self.connection.execute(
                "SELECT coalesce(sum(length(envelope)), 0) FROM outbox WHERE acked IS NOT NULL"
            ).fetchone()[0]
            if size > KEPT_BYTES:
                self.connection.execute(
                    "DELETE FROM outbox WHERE seq IN (SELECT seq FROM outbox WHERE acked IS NOT NULL ORDER BY seq "
                    "LIMIT (SELECT count(*) / 4 FROM outbox WHERE acked IS NOT NULL))"
                )

    @property
    def disk_is_filling(self) -> bool:
        """Tell whether the disk is more than 80 % full: an alarm for staff; tickets go on."""
        path = self.connection.execute("PRAGMA database_list").fetchone()[2]
        if not path:
            return False
        disk = os.statvfs(path)
        return disk.f_blocks > 0 and 1 - disk.f_bavail / disk.f_blocks > DISK_ALARM
