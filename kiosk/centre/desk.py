"""What pages and the API read: figures of all offices, the fleet, what was refused. The connection only reads."""

import threading
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, LiteralString

import msgspec
import psycopg
from psycopg.rows import class_row

from kiosk.clock import VIETNAM
from kiosk.domain.statistics import Share, share_of


class OfficeDay(msgspec.Struct, frozen=True, kw_only=True):
    """One office on one day, from its events as they came; `closed` once the office has closed its day."""

    office: str
    day: date
    issued: int = 0
    called: int = 0
    finished: int = 0
    """Finished services."""
    no_show: int = 0
    rated: int = 0
    satisfied: int = 0
    petitions: int = 0
    events: int = 0
    is_closed: bool = False
    differs: bool = False
    """The closed day tells other figures than the events here: something is still on its way, or lost."""

    @property
    def satisfaction(self) -> Share:
        """Return the share of satisfied citizens with its interval."""
        return share_of(self.satisfied, self.rated)


class Presence(msgspec.Struct, frozen=True, kw_only=True):
    """Whether an office's hub is there."""

    office: str
    name: str
    state: str
    since: datetime
    last_event: datetime | None


class FleetRow(msgspec.Struct, frozen=True, kw_only=True):
    """How one device was when it was last told of."""

    office: str
    device: str
    at: datetime
    state: str
    role: str
    version: str
    faults: str
    celsius: float | None
    disk_percent: int | None
    pending: int
    clk: str


class RefusedRow(msgspec.Struct, frozen=True, kw_only=True):
    """What was refused from an office, and why."""

    office: str
    reason: str
    count: int
    last: datetime


class Problems(msgspec.Struct, frozen=True, kw_only=True):
    """What is not as it should be."""

    refused: tuple[RefusedRow, ...]
    faulty: int
    """Events that are kept raw, because this version cannot read them."""
    clashes: int
    gaps: tuple[tuple[str, int], ...]
    """Office, and how many events of its way up are lost for good."""


_DAYS: LiteralString = """
SELECT t.office, t.day,
    coalesce(sum(n) FILTER (WHERE type = 'ticket.issued'), 0)::int AS issued,
    coalesce(sum(n) FILTER (WHERE type = 'ticket.called'), 0)::int AS called,
    coalesce(sum(n) FILTER (WHERE type = 'ticket.service_finished'), 0)::int AS finished,
    coalesce(sum(n) FILTER (WHERE type = 'ticket.no_show'), 0)::int AS no_show,
    coalesce(sum(n - faulty) FILTER (WHERE type = 'rating.given'), 0)::int AS rated,
    coalesce(sum(t.satisfied) FILTER (WHERE type = 'rating.given'), 0)::int AS satisfied,
    coalesce(sum(n) FILTER (WHERE type = 'petition.filed'), 0)::int AS petitions,
    sum(n)::int AS events,
    bool_or(c.day IS NOT NULL) AS is_closed,
    coalesce(min(c.issued) <> sum(n) FILTER (WHERE type = 'ticket.issued'), false) AS differs
FROM tallies t LEFT JOIN closed_days c ON c.office = t.office AND c.day = t.day
WHERE t.day BETWEEN %s AND %s AND t.day > '1970-01-01'
GROUP BY t.office, t.day ORDER BY t.day DESC, t.office
"""


class Desk:
    """Reads on a connection of its own, from any thread; asks anew when the connection broke."""

    def __init__(self, address: str) -> None:
        self._address = address
        self._connection: psycopg.Connection[Any] | None = None
        self._lock = threading.Lock()

    def days(self, first: date, last: date) -> list[OfficeDay]:
        """Return every office's days, newest first.

        Raises:
            psycopg.Error: if the database is away.
        """
        return self._rows(OfficeDay, _DAYS, first, last)

    def presences(self) -> list[Presence]:
        """Return which hubs are there, by office."""
        return self._rows(
            Presence,
            "SELECT o.office, o.name, o.state, o.since, s.last_event FROM offices o LEFT JOIN "
            "(SELECT office, max(received) AS last_event FROM streams GROUP BY office) s USING (office) "
            "ORDER BY office",
        )

    def fleet(self, office: str = "") -> list[FleetRow]:
        """Return how all devices are, or those of one office."""
        return self._rows(
            FleetRow, "SELECT * FROM fleet WHERE %s = '' OR office = %s ORDER BY office, device", office, office
        )

    def problems(self) -> Problems:
        """Return what was refused, kept raw, lost or contradicted."""
        refused = self._rows(RefusedRow, "SELECT * FROM refused ORDER BY office, reason")
        (counts,) = self._rows(
            _Counts,
            "SELECT (SELECT coalesce(sum(faulty), 0)::bigint FROM tallies) AS faulty, "
            "(SELECT count(*) FROM clashes) AS clashes",
        )
        gaps = self._rows(
            _Gap, "SELECT office, sum(last - first + 1)::bigint AS events FROM gaps GROUP BY office ORDER BY office"
        )
        return Problems(
            refused=tuple(refused),
            faulty=counts.faulty,
            clashes=counts.clashes,
            gaps=tuple((gap.office, gap.events) for gap in gaps),
        )

    def _rows(self, kind: type[Any], query: LiteralString, *values: object) -> list[Any]:
        with self._lock:
            connection = self._connection
            if connection is None or connection.closed or connection.broken:
                connection = self._connection = psycopg.connect(
                    self._address, autocommit=True, connect_timeout=5,
                    options="-c default_transaction_read_only=on -c timezone=Asia/Ho_Chi_Minh",
                )  # fmt: skip
            with connection.cursor(row_factory=class_row(kind)) as cursor:
                return cursor.execute(query, values).fetchall()


class _Counts(msgspec.Struct, frozen=True, kw_only=True):
    faulty: int
    clashes: int


class _Gap(msgspec.Struct, frozen=True, kw_only=True):
    office: str
    events: int


def totals_of(days: Sequence[OfficeDay]) -> OfficeDay:
    """Return the sums of some days as if they were one office's."""
    names = ("issued", "called", "finished", "no_show", "rated", "satisfied", "petitions", "events")
    day = max((row.day for row in days), default=datetime.now(VIETNAM).date())
    return OfficeDay(office="", day=day, **{name: sum(getattr(row, name) for row in days) for name in names})
