"""What a counter's device must never forget: answers of citizens, and what was done by hand while the hub was away.

Both are written in one transaction with their events. The one row of its own table lets the device, restarted in the
middle of a service by hand, go on where it was.
"""

import msgspec

from kiosk.counter.post import Post
from kiosk.domain.events import Event
from kiosk.messaging.outbox import Outbox

_SCHEMA = "CREATE TABLE IF NOT EXISTS by_hand (only INTEGER PRIMARY KEY CHECK (only = 1), post BLOB NOT NULL)"


class CounterStore:
    """The counter's own table, on the connection of its outbox."""

    def __init__(self, outbox: Outbox) -> None:
        self._outbox = outbox
        with outbox.transaction() as connection:
            connection.execute(_SCHEMA)

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
