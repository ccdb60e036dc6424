"""What a counter's device must never forget: answers of citizens, and what was done by hand while the hub was away.

Both are written in one transaction with their events. The one row of its own table lets the device, restarted in the
middle of a service by hand, go on where it was. Beside them: who signed in here by PIN, counts of expressions by day,
and who switched the camera off.
"""

from collections.abc import Iterable, Mapping
from datetime import date, datetime

import msgspec

from kiosk.counter.post import Post
from kiosk.domain.events import Event
from kiosk.domain.expression import OUTCOMES, Counts
from kiosk.messaging.outbox import Outbox

_SCHEMA = (
    "CREATE TABLE IF NOT EXISTS by_hand (only INTEGER PRIMARY KEY CHECK (only = 1), post BLOB NOT NULL)",
    "CREATE TABLE IF NOT EXISTS expression (day TEXT NOT NULL, counter INTEGER NOT NULL, "
    + ", ".join(f"{outcome} INTEGER NOT NULL DEFAULT 0" for outcome in OUTCOMES)
    + ", PRIMARY KEY (day, counter)) WITHOUT ROWID",
    "CREATE TABLE IF NOT EXISTS small_days (day TEXT PRIMARY KEY, standing BLOB NOT NULL) WITHOUT ROWID",
    "CREATE TABLE IF NOT EXISTS officers (number TEXT PRIMARY KEY, known BLOB NOT NULL) WITHOUT ROWID",
    "CREATE TABLE IF NOT EXISTS camera_stopped (by TEXT PRIMARY KEY) WITHOUT ROWID",
)


class KnownOfficer(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody who signed in here by PIN while the hub was there."""

    number: str
    name: str
    salt: bytes
    hash: bytes
    """Keyed with the device's own key."""
    at: datetime


class SmallDay(msgspec.Struct, frozen=True, kw_only=True):
    """A closed day below k on its way into the office's day; settled, only its date is kept, so it goes but once."""

    day: date
    key: str = ""
    """Private half (hex) of the day's key; empty once settled."""
    counters: dict[int, Counts] = {}
    """What left the week's cells when the part was made."""
    masked: tuple[int, int, int, int] | None = None
    """The part that was made of it; the same one is sent again as often as needed."""
    ledger: str = ""
    """Life of the hub's ledger for which it was made."""

    @property
    def is_settled(self) -> bool:
        """Tell whether nothing more becomes of it."""
        return not self.key


class CounterStore:
    """The counter's own table, on the connection of its outbox."""

    def __init__(self, outbox: Outbox) -> None:
        self._outbox = outbox
        with outbox.transaction() as connection:
            for table in _SCHEMA:
                connection.execute(table)

    def record(self, *happened: Event) -> None:
        """Commit events together: all or none.

        Raises:
            sqlite3.Error: if the disk refuses.
        """
        with self._outbox.transaction():
            for event in happened:
                self._outbox.put(event)

    def record_by_hand(self, post: Post, *happened: Event) -> None:
        """Commit what was done without the hub, and the state that it leaves."""
        with self._outbox.transaction() as connection:
            for event in happened:
                self._outbox.put(event)
            connection.execute(
                "INSERT INTO by_hand VALUES (1, ?) ON CONFLICT DO UPDATE SET post = excluded.post",
                (msgspec.json.encode(post),),
            )

    def by_hand(self) -> Post | None:
        """Return the state left by work without the hub that the hub has not confirmed yet."""
        with self._outbox.transaction() as connection:
            row = connection.execute("SELECT post FROM by_hand").fetchone()
        return None if row is None else msgspec.json.decode(row[0], type=Post)

    def forget_by_hand(self) -> None:
        """Note that the hub knows everything that was done by hand."""
        with self._outbox.transaction() as connection:
            connection.execute("DELETE FROM by_hand")

    # officers -----------------------------------------------------------------------------------------------------

    def know(self, officer: KnownOfficer) -> None:
        """Keep an officer for days without the hub."""
        with self._outbox.transaction() as connection:
            connection.execute(
                "INSERT INTO officers VALUES (?, ?) ON CONFLICT DO UPDATE SET known = excluded.known",
                (officer.number, msgspec.json.encode(officer)),
            )

    def know_no_more(self, number: str) -> None:
        """Forget an officer."""
        with self._outbox.transaction() as connection:
            connection.execute("DELETE FROM officers WHERE number = ?", (number,))

    def known(self, number: str) -> KnownOfficer | None:
        """Return an officer who signed in here before."""
        with self._outbox.transaction() as connection:
            row = connection.execute("SELECT known FROM officers WHERE number = ?", (number,)).fetchone()
        return None if row is None else msgspec.json.decode(row[0], type=KnownOfficer)

    # expressions --------------------------------------------------------------------------------------------------

    def count_expression(self, day: date, counter: int, outcome: str) -> None:
        """Add one visit to a day's counts.

        Raises:
            ValueError: if `outcome` is none of `kiosk.domain.expression.OUTCOMES`.
        """
        Counts().with_visit(outcome)
        with self._outbox.transaction() as connection:
            connection.execute(
                f"INSERT INTO expression (day, counter, {outcome}) VALUES (?, ?, 1) "
                f"ON CONFLICT (day, counter) DO UPDATE SET {outcome} = {outcome} + 1",
                (day.isoformat(), counter),
            )

    def expression_cells(self) -> dict[tuple[date, int], Counts]:
        """Return the counts that are not published yet, by day and counter."""
        with self._outbox.transaction() as connection:
            rows = connection.execute(f"SELECT day, counter, {', '.join(OUTCOMES)} FROM expression").fetchall()
        return {
            (date.fromisoformat(day), counter): Counts(**dict(zip(OUTCOMES, counts, strict=True)))
            for day, counter, *counts in rows
        }

    def close_expression(self, forgotten: Iterable[tuple[date, int]], *published: Event) -> None:
        """Publish windows and forget the counts that they hold: both, or neither."""
        with self._outbox.transaction() as connection:
            for event in published:
                self._outbox.put(event)
            for day, counter in forgotten:
                connection.execute("DELETE FROM expression WHERE day = ? AND counter = ?", (day.isoformat(), counter))

    def small_days(self) -> dict[date, SmallDay]:
        """Return every day that was below k when it closed."""
        with self._outbox.transaction() as connection:
            rows = connection.execute("SELECT standing FROM small_days").fetchall()
        known = [msgspec.json.decode(standing, type=SmallDay) for (standing,) in rows]
        return {small.day: small for small in known}

    def change_small_day(
        self, small: SmallDay, *, taken: Iterable[int] = (), returned: Mapping[int, Counts] | None = None
    ) -> None:
        """Keep how far a small day is, and in the same transaction take its counters out of the cells or back."""
        day = small.day.isoformat()
        with self._outbox.transaction() as connection:
            connection.execute(
                "INSERT INTO small_days VALUES (?, ?) ON CONFLICT DO UPDATE SET standing = excluded.standing",
                (day, msgspec.json.encode(small)),
            )
            for counter in taken:
                connection.execute("DELETE FROM expression WHERE day = ? AND counter = ?", (day, counter))
            for counter, counts in (returned or {}).items():
                connection.execute(
                    f"INSERT INTO expression (day, counter, {', '.join(OUTCOMES)}) VALUES (?, ?, ?, ?, ?, ?) "
                    "ON CONFLICT (day, counter) DO UPDATE SET "
                    + ", ".join(f"{outcome} = {outcome} + excluded.{outcome}" for outcome in OUTCOMES),
                    (day, counter, *(getattr(counts, outcome) for outcome in OUTCOMES)),
                )

    def camera_stopped_by(self) -> frozenset[str]:
        """Return who keeps the camera off: `hub`, `counter`, both or nobody."""
        with self._outbox.transaction() as connection:
            return frozenset(by for (by,) in connection.execute("SELECT by FROM camera_stopped"))

    def stop_camera(self, by: str, is_stopped: bool, *happened: Event) -> None:
        """Keep who wants the camera off, over a restart, with the event that tells of it."""
        words = "INSERT INTO camera_stopped VALUES (?) ON CONFLICT DO NOTHING"
        with self._outbox.transaction() as connection:
            connection.execute(words if is_stopped else "DELETE FROM camera_stopped WHERE by = ?", (by,))
            for event in happened:
                self._outbox.put(event)
