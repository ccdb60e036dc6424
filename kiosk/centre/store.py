"""The centre's PostgreSQL: every event once, how far each hub's stream is safe, and the sums that pages show.

Events lie in monthly partitions, so that old months go in one step. A batch is copied into a temporary table and
inserted from there with ON CONFLICT DO NOTHING; sums are made of what was really new, in the same transaction, so that
an event counts once however often it comes. A batch in which everything looks new is tried without that detour first:
the primary key tells if it is not. Data is kept as text, as it was sent: what this version cannot read, or
PostgreSQL's JSON types would refuse, stops nobody.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from functools import lru_cache
from itertools import islice

import msgspec
import psycopg

from kiosk.centre.arrivals import STRAYS, Arrival, Refusal
from kiosk.domain import events
from kiosk.domain.ratings import SATISFIED

_SCHEMA = """
CREATE TABLE IF NOT EXISTS events (
    stream text NOT NULL, sequence bigint NOT NULL, month date NOT NULL, office text NOT NULL, device text NOT NULL,
    type text NOT NULL, at timestamptz NOT NULL, day date NOT NULL, clk text NOT NULL, fault text NOT NULL,
    score smallint, data text NOT NULL, received timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (stream, sequence, month)
) PARTITION BY RANGE (month);
CREATE TABLE IF NOT EXISTS streams (
    stream text PRIMARY KEY, office text NOT NULL, upto bigint NOT NULL, received timestamptz NOT NULL DEFAULT now()
);
CREATE TABLE IF NOT EXISTS gaps (
    stream text, first bigint, last bigint NOT NULL, office text NOT NULL, at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (stream, first)
);
CREATE TABLE IF NOT EXISTS clashes (
    stream text, sequence bigint, digest text, office text NOT NULL, data text NOT NULL,
    at timestamptz NOT NULL DEFAULT now(), PRIMARY KEY (stream, sequence, digest)
);
CREATE TABLE IF NOT EXISTS refused (
    office text, reason text, count bigint NOT NULL, last timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (office, reason)
);
CREATE TABLE IF NOT EXISTS tallies (
    office text, day date, type text, n bigint NOT NULL, satisfied bigint NOT NULL, faulty bigint NOT NULL,
    PRIMARY KEY (day, office, type)
);
CREATE TABLE IF NOT EXISTS closed_days (
    office text, day date, at timestamptz NOT NULL, issued int NOT NULL, finished int NOT NULL, no_show int NOT NULL,
    voided int NOT NULL, rated int NOT NULL, satisfied int NOT NULL, petitions int NOT NULL, PRIMARY KEY (day, office)
);
CREATE TABLE IF NOT EXISTS fleet (
    office text, device text, at timestamptz NOT NULL, state text NOT NULL, role text NOT NULL, version text NOT NULL,
    faults text NOT NULL, celsius real, disk_percent int, pending bigint NOT NULL, clk text NOT NULL,
    PRIMARY KEY (office, device)
);
CREATE TABLE IF NOT EXISTS offices (
    office text PRIMARY KEY, name text NOT NULL, state text NOT NULL, since timestamptz NOT NULL
);
CREATE TABLE IF NOT EXISTS meta (key text PRIMARY KEY, value text NOT NULL);
CREATE TABLE IF NOT EXISTS events_strays PARTITION OF events FOR VALUES FROM ('1970-01-01') TO ('1970-02-01');
"""
_INCOMING = """
CREATE TEMPORARY TABLE incoming (
    stream text, sequence bigint, month date, office text, device text, type text, at timestamptz, day date, clk text,
    fault text, score smallint, data text
) ON COMMIT DELETE ROWS
"""
_COLUMNS = "(stream, sequence, month, office, device, type, at, day, clk, fault, score, data)"
COPY_FRESH = f"COPY events {_COLUMNS} FROM STDIN"
_COPY_INCOMING = f"COPY incoming {_COLUMNS} FROM STDIN"
_SUM = """
INSERT INTO tallies AS known (office, day, type, n, satisfied, faulty)
SELECT * FROM unnest(%s::text[], %s::date[], %s::text[], %s::bigint[], %s::bigint[], %s::bigint[])
ON CONFLICT (day, office, type) DO UPDATE
SET n = known.n + excluded.n, satisfied = known.satisfied + excluded.satisfied, faulty = known.faulty + excluded.faulty
"""
_ADVANCE = """
INSERT INTO streams AS known (stream, office, upto) SELECT * FROM unnest(%s::text[], %s::text[], %s::bigint[])
ON CONFLICT (stream) DO UPDATE SET upto = greatest(known.upto, excluded.upto), received = now()
"""
_TAKE = """
WITH fresh AS (
    INSERT INTO events (stream, sequence, month, office, device, type, at, day, clk, fault, score, data)
    SELECT * FROM incoming ON CONFLICT DO NOTHING RETURNING office, day, type, fault, score
), summed AS (
    INSERT INTO tallies AS known (office, day, type, n, satisfied, faulty)
    SELECT office, day, type, count(*), count(*) FILTER (WHERE score >= %s), count(*) FILTER (WHERE fault <> '')
    FROM fresh GROUP BY office, day, type ORDER BY day, office, type
    ON CONFLICT (day, office, type) DO UPDATE
    SET n = known.n + excluded.n, satisfied = known.satisfied + excluded.satisfied,
        faulty = known.faulty + excluded.faulty
)
SELECT count(*) FROM fresh
"""
# what was there already must be the same; a clash means a copied card or a hub with another's database
_CLASHES = """
WITH other AS (
    SELECT DISTINCT ON (i.stream, i.sequence, md5(i.data)) i.* FROM incoming i
    JOIN events e ON e.stream = i.stream AND e.sequence = i.sequence
    WHERE (e.month, e.type, e.office, e.data) <> (i.month, i.type, i.office, i.data)
)
INSERT INTO clashes (stream, sequence, digest, office, data)
SELECT stream, sequence, md5(data), office, data FROM other ON CONFLICT DO NOTHING
"""


PIECE = 200
NULL = "\\N"
_ESCAPES = ((b"\\", b"\\\\"), (b"\n", b"\\n"), (b"\t", b"\\t"), (b"\r", b"\\r"))
LOWEST_SATISFIED = min(SATISFIED)


class _NotFresh(Exception):
    """Something in a batch is not new: the batch goes the other way."""


class Taken(msgspec.Struct, frozen=True, kw_only=True):
    """What became of a batch."""

    rows: int
    """Events of the batch, without those that were refused."""
    fresh: int
    """Those of them that were new."""
    acks: tuple[tuple[str, str, str, int], ...]
    """Office, hub, stream of the way up, and how far that stream is safe here."""


class Store:
    """The writing side, on one connection; each batch is one transaction."""

    def __init__(self, address: str, life: str) -> None:
        """Open the database and make what is missing in it.

        Args:
            address: `postgresql://...`.
            life: names this database's life, if it is new.

        Raises:
            psycopg.Error: if it cannot be reached or used.
        """
        self._connection = psycopg.connect(address, autocommit=True, connect_timeout=5)
        try:
            with self._connection.transaction():
                # two centres that start at one moment must not make the same tables
                self._connection.execute("SELECT pg_advisory_xact_lock(20261124)")
                self._connection.execute(_SCHEMA)
                self._connection.execute("INSERT INTO meta VALUES ('life', %s) ON CONFLICT DO NOTHING", (life,))
            row = self._connection.execute("SELECT value FROM meta WHERE key = 'life'").fetchone()
            assert row is not None
            self.life = str(row[0])
            self._connection.execute(_INCOMING)
            self._months = {STRAYS} | set(self._known_months())
            self._streams: dict[str, tuple[str, int]] = {
                stream: (office, upto)
                for stream, office, upto in self._connection.execute("SELECT stream, office, upto FROM streams")
            }
        except BaseException:
            self._connection.close()
            raise

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()

    @property
    def is_broken(self) -> bool:
        """Tell whether the connection is lost."""
        return self._connection.broken or self._connection.closed

    def take(self, items: Iterable[Arrival | Refusal]) -> Taken:
        """Store a batch, once each, and say how far each stream is safe.

        Args:
            items: read one by one while the server already stores the first of them.

        Raises:
            psycopg.Error: if nothing was stored.
        """
        source, own, refused = iter(items), list[Arrival](), list[Refusal]()
        with self._connection.transaction():
            if self._copy_fresh(source, own, refused):
                fresh = len(own)
                if own:
                    self._connection.execute(_SUM, _sums_of(own))
            else:
                self._sort(source, own, refused)
                for month in sorted({arrival.month for arrival in own} - self._months):
                    self._add_month(month)
                fresh = self._insert(own)
            offices = {arrival.way: (arrival.office, arrival.hub) for arrival in own}
            ahead = _contiguous(own, {way: self._upto(way) for way in offices if way in self._streams})
            if ahead:
                ways = sorted(ahead)
                self._connection.execute(
                    _ADVANCE, (ways, [offices[way][0] for way in ways], [ahead[way] for way in ways])
                )
            self._note_special(own)
            self._count_refused(refused)
        # memory follows only after the COMMIT
        self._months |= {arrival.month for arrival in own}
        for way, upto in ahead.items():
            self._streams[way] = (offices[way][0], upto)
        acks = tuple((*offices[way], way, self._upto(way)) for way in offices if way in self._streams)
        return Taken(rows=len(own), fresh=fresh, acks=acks)

    def skip_to(self, office: str, stream: str, kept_from: int) -> bool:
        """Note that a hub no longer keeps what is below `kept_from`; return whether something is missing here.

        Nothing in the gap can come any more on this way; the cursor goes on behind it and the gap stays visible.
        """
        owner, upto = self._streams.get(stream, (office, 0))
        if owner != office:
            self.take([Refusal(office=office, reason="foreign_stream")])
            return False
        if upto >= kept_from - 1:
            return False
        with self._connection.transaction():
            self._connection.execute(
                "INSERT INTO gaps (stream, first, last, office) VALUES (%s, %s, %s, %s) ON CONFLICT DO NOTHING",
                (stream, upto + 1, kept_from - 1, office),
            )
            self._connection.execute(
                "INSERT INTO streams (stream, office, upto) VALUES (%s, %s, %s) ON CONFLICT (stream) "
                "DO UPDATE SET upto = excluded.upto",
                (stream, office, kept_from - 1),
            )
        self._streams[stream] = (office, kept_from - 1)
        return True

    def note_presence(self, office: str, state: str, at: datetime) -> None:
        """Keep whether an office's hub is there."""
        self._connection.execute(
            "INSERT INTO offices AS known VALUES (%s, '', %s, %s) ON CONFLICT (office) DO UPDATE "
            "SET state = excluded.state, since = CASE WHEN known.state = excluded.state THEN known.since "
            "ELSE excluded.since END",
            (office, state, at),
        )

    def note_name(self, office: str, name: str) -> None:
        """Keep what an office is called."""
        self._connection.execute(
            "INSERT INTO offices VALUES (%s, %s, 'init', now()) "
            "ON CONFLICT (office) DO UPDATE SET name = excluded.name",
            (office, _plain(name)),
        )

    def drop_months_before(self, month: date) -> list[date]:
        """Drop whole months that are older than `month`; return which."""
        old = [known for known in self._known_months() if known < month and known != STRAYS]
        for each in old:
            self._connection.execute(f"DROP TABLE {_partition(each)}")
            self._months.discard(each)
        return old

    # inside a transaction ---------------------------------------------------------------------------------------

    def _upto(self, way: str) -> int:
        known = self._streams.get(way)
        return 0 if known is None else known[1]

    def _sort(self, items: Iterable[Arrival | Refusal], own: list[Arrival], refused: list[Refusal]) -> None:
        for item in items:
            if isinstance(item, Refusal):
                refused.append(item)
            elif self._streams.get(item.way, (item.office, 0))[0] != item.office:
                refused.append(Refusal(office=item.office, reason="foreign_stream"))
            else:
                own.append(item)

    def _copy_fresh(self, source: Iterator[Arrival | Refusal], own: list[Arrival], refused: list[Refusal]) -> bool:
        """Copy a batch straight into its place; return False, with nothing copied, if not everything is new."""
        try:
            with self._connection.transaction(), self._connection.cursor().copy(COPY_FRESH) as copy:
                # in pieces: the server stores one while the next is read
                while piece := list(islice(source, PIECE)):
                    before = len(own)
                    self._sort(piece, own, refused)
                    arrivals = own[before:]
                    if any(a.step <= self._upto(a.way) or a.month not in self._months for a in arrivals):
                        raise _NotFresh
                    copy.write(rows_of(arrivals))
        except (_NotFresh, psycopg.errors.UniqueViolation):
            # sent again, known by another way, twice in this batch, or the first of a month
            return False
        return True

    def _insert(self, arrivals: Sequence[Arrival]) -> int:
        """Insert what is new of a batch and count it; return how many were."""
        with self._connection.cursor().copy(_COPY_INCOMING) as copy:
            copy.write(rows_of(arrivals))
        row = self._connection.execute(_TAKE, (LOWEST_SATISFIED,)).fetchone()
        assert row is not None
        if row[0] < len(arrivals):
            self._connection.execute(_CLASHES)
        return int(row[0])

    def _note_special(self, arrivals: Sequence[Arrival]) -> None:
        """Keep what a row of its own is made of: closed days, and how devices are."""
        health = [(a.office, a.event) for a in arrivals if isinstance(a.event, events.FleetHealth)]
        closed = [(a.office, a.event) for a in arrivals if isinstance(a.event, events.DayClosed)]
        cursor = self._connection.cursor()
        if health:
            newest = {(office, e.device): (office, e) for office, e in sorted(health, key=lambda row: row[1].at)}
            cursor.executemany(
                "INSERT INTO fleet AS known VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s) "
                "ON CONFLICT (office, device) DO UPDATE SET at = excluded.at, state = excluded.state, "
                "role = excluded.role, version = excluded.version, faults = excluded.faults, "
                "celsius = excluded.celsius, disk_percent = excluded.disk_percent, pending = excluded.pending, "
                "clk = excluded.clk WHERE known.at <= excluded.at",
                [
                    (office, *map(_plain, (e.device, e.at, e.state, e.role, e.version, " ".join(e.faults), e.celsius,
                                           e.disk_percent, e.pending, e.clk)))
                    for office, e in newest.values()
                ],
            )  # fmt: skip
        if closed:
            cursor.executemany(
                "INSERT INTO closed_days AS known VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s) "
                "ON CONFLICT (day, office) DO UPDATE SET at = excluded.at, issued = excluded.issued, "
                "finished = excluded.finished, no_show = excluded.no_show, voided = excluded.voided, "
                "rated = excluded.rated, satisfied = excluded.satisfied, petitions = excluded.petitions "
                "WHERE known.at <= excluded.at",
                [
                    (office, e.day, e.at, *map(_plain, (e.issued, e.finished, e.no_show, e.voided, e.rated,
                                                        e.satisfied, e.petitions)))
                    for office, e in closed
                ],
            )  # fmt: skip

    def _count_refused(self, refused: Iterable[Refusal]) -> None:
        counts: dict[tuple[str, str], int] = {}
        for refusal in refused:
            key = (refusal.office, refusal.reason)
            counts[key] = counts.get(key, 0) + 1
        if counts:
            self._connection.cursor().executemany(
                "INSERT INTO refused AS known (office, reason, count) VALUES (%s, %s, %s) "
                "ON CONFLICT (office, reason) DO UPDATE SET count = known.count + excluded.count, last = now()",
                [(*key, count) for key, count in sorted(counts.items())],
            )

    def _add_month(self, month: date) -> None:
        following = (month.replace(day=28) + (date(2000, 1, 5) - date(2000, 1, 1))).replace(day=1)
        self._connection.execute(
            f"CREATE TABLE IF NOT EXISTS {_partition(month)} PARTITION OF events "
            f"FOR VALUES FROM ('{month.isoformat()}') TO ('{following.isoformat()}')"
        )

    def _known_months(self) -> list[date]:
        rows = self._connection.execute(
            "SELECT c.relname FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid "
            "WHERE i.inhparent = 'events'::regclass"
        )
        names = [str(name).removeprefix("events_") for (name,) in rows]
        return [date.fromisoformat(f"{name.replace('_', '-')}-01") for name in names if name != "strays"]


def rows_of(arrivals: Iterable[Arrival]) -> bytes:
    """Return a batch in COPY's own text form; only `data` can hold what must be escaped there."""
    lines = []
    for a in arrivals:
        data = a.data
        if b"\\" in data or b"\n" in data or b"\t" in data or b"\r" in data:
            for plain, escaped in _ESCAPES:
                data = data.replace(plain, escaped)
        head = (
            f"{a.stream}\t{a.sequence}\t{_text_of(a.month)}\t{a.office}\t{a.device}\t{a.type}\t{a.at.isoformat()}\t"
            f"{_text_of(a.day)}\t{a.clk}\t{a.fault}\t{NULL if a.score is None else a.score}\t"
        )
        lines.append(b"%b%b\n" % (head.encode(), data))
    return b"".join(lines)


@lru_cache(maxsize=4096)
def _text_of(day: date) -> str:
    return day.isoformat()


def _sums_of(arrivals: Iterable[Arrival]) -> tuple[list[object], ...]:
    """Return the tallies of a batch in which everything is new, in columns, ordered as they are locked."""
    sums: dict[tuple[date, str, str], list[int]] = {}
    for a in arrivals:
        row = sums.setdefault((a.day, a.office, a.type), [0, 0, 0])
        row[0] += 1
        row[1] += a.score is not None and a.score >= LOWEST_SATISFIED
        row[2] += a.fault != ""
    keys = sorted(sums)
    columns = [(office, day, kind, *sums[day, office, kind]) for day, office, kind in keys]
    return tuple(list(column) for column in zip(*columns, strict=True))


def _partition(month: date) -> str:
    return f"events_{month:%Y_%m}"


def _plain(value: object) -> object:
    """Return a value that the database can hold: what a device tells is not always what it should be."""
    if isinstance(value, str):
        return value.replace("\x00", "")[:200]
    if isinstance(value, int):
        return max(-(2**31), min(value, 2**31 - 1))
    return value


def _contiguous(arrivals: Iterable[Arrival], known: dict[str, int]) -> dict[str, int]:
    """Return how far each stream reaches without a gap, where a batch moves it.

    Only this batch is looked at: a hub that hears no acknowledgement sends again from its lowest row on, so what is
    behind a gap comes once more, together with what fills it.
    """
    steps: dict[str, list[int]] = {}
    for arrival in arrivals:
        steps.setdefault(arrival.way, []).append(arrival.step)
    ahead: dict[str, int] = {}
    for way, sequence in steps.items():
        upto = before = known.get(way, 0)
        for step in sorted(sequence):
            if step == upto + 1:
                upto = step
        if upto > before or way not in known:
            ahead[way] = upto
    return ahead
