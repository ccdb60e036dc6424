"""The city's centre: how fast events become safe in PostgreSQL, and a whole city at its busiest hour.

The yardstick is COPY of the same rows into the same table, in batches of the same size, on the same server. Databases
lie under /var/tmp, because /tmp may be memory, where a commit costs nothing.
"""

import statistics
import time
from collections.abc import Iterator
from datetime import datetime
from typing import Any

import msgspec
import psycopg

from kiosk.centre.arrivals import Arrival, read
from kiosk.centre.cluster import Cluster, NoPostgres
from kiosk.centre.service import BATCH
from kiosk.centre.store import COPY_FRESH, Store, rows_of
from kiosk.clock import VIETNAM
from kiosk.demo.city import City, city_folder
from kiosk.domain import events
from kiosk.domain.envelope import Envelope, Origin
from kiosk.messaging.message import Message
from kiosk.messaging.topics import UplinkTopics

HUBS = 50
DEVICES = 11
SPEED = 20.0
HOUR_S = 3600.0
WARM_S = 20.0
"""The centre's memory is measured from here on: by then everything was used once."""


def run(full: bool) -> Iterator[dict[str, Any]]:
    """Yield the rows, the quick ones first."""
    try:
        with Cluster() as cluster:
            yield _ingest(cluster, 100_000 if full else 20_000, 5 if full else 3)
    except NoPostgres as error:
        yield {"what": f"the centre was not measured: {error}"}
        return
    yield _accidents(6 if full else 2)
    yield _busiest_hour(HOUR_S / SPEED if full else 45.0)


# ingest -------------------------------------------------------------------------------------------------------------


def _messages(count: int) -> list[Message]:
    """Return what 50 hubs send: copies of their devices' events, mixed as they come."""
    at = datetime(2026, 11, 24, 8, tzinfo=VIETNAM)
    messages = []
    for number in range(count):
        office, device = number % HUBS, number % DEVICES
        topics = UplinkTopics("79", str(26734 + office))
        event = events.TicketIssued(
            at=at, ticket=f"{number:032x}", number=f"A{number % 1000:03}", day=at.date(),
            services=(events.ServiceItem(group="chung-thuc"),),
        )  # fmt: skip
        envelope = Envelope(
            stream=f"{office:032x}", sequence=number // HUBS + 1, source=topics.source("hub"), type=event.TYPE, ts=at,
            clk="ntp", data=msgspec.Raw(msgspec.json.encode(event)),
            origin=Origin(stream=f"{office:016x}{device:016x}", sequence=number, source=topics.source("lobby-1"))
            if number else msgspec.UNSET,
        )  # fmt: skip
        messages.append(Message(topic=topics.events("hub", "ticket"), payload=msgspec.json.encode(envelope)))
    return messages


def _ingest(cluster: Cluster, count: int, rounds: int) -> dict[str, Any]:
    messages = _messages(count)
    arrivals = [item for item in map(read, messages) if isinstance(item, Arrival)]
    whole, stored, rows, blocks = [], [], [], []
    for number in range(rounds):
        whole.append(count / _whole(cluster, f"whole{number}", messages))
        stored.append(count / _stored(cluster, f"stored{number}", arrivals))
        rows.append(count / _bare_rows(cluster, f"rows{number}", arrivals))
        blocks.append(count / _bare_blocks(cluster, f"blocks{number}", arrivals))
    ours, kept, bare, bare_blocks = (statistics.median(rates) for rates in (whole, stored, rows, blocks))
    return {
        "what": f"centre ingest: messages read, stored once, cursors and sums moved, batches of {BATCH}; "
        "yardstick: bare COPY of ready rows into the same table, row by row; strictest: of ready text",
        "n": count,
        "rounds": rounds,
        "events_per_s": round(ours),
        "stored_per_s": round(kept),
        "yardstick_per_s": round(bare),
        "strictest_per_s": round(bare_blocks),
        "ratio": round(ours / bare, 2),
        "ratio_stored": round(kept / bare, 2),
        "ratio_strictest": round(ours / bare_blocks, 2),
    }


def _whole(cluster: Cluster, name: str, messages: list[Message]) -> float:
    store = Store(cluster.new_database(name), "bench")
    began = time.perf_counter()
    for first in range(0, len(messages), BATCH):
        store.take(map(read, messages[first : first + BATCH]))
    passed = time.perf_counter() - began
    store.close()
    return passed


def _stored(cluster: Cluster, name: str, arrivals: list[Arrival]) -> float:
    store = Store(cluster.new_database(name), "bench")
    began = time.perf_counter()
    for first in range(0, len(arrivals), BATCH):
        store.take(arrivals[first : first + BATCH])
    passed = time.perf_counter() - began
    store.close()
    return passed


def _bare(cluster: Cluster, name: str, arrivals: list[Arrival]) -> psycopg.Connection[Any]:
    """Return a connection to a database with the same empty tables and partition."""
    address = cluster.new_database(name)
    store = Store(address, "bench")
    store.take(arrivals[:1])
    store.close()
    connection = psycopg.connect(address, autocommit=True)
    connection.execute("DELETE FROM events")
    return connection


def _bare_rows(cluster: Cluster, name: str, arrivals: list[Arrival]) -> float:
    rows = [
        (a.stream, a.sequence, a.month, a.office, a.device, a.type, a.at, a.day, a.clk, a.fault, a.score,
         a.data.decode())
        for a in arrivals
    ]  # fmt: skip
    with _bare(cluster, name, arrivals) as connection:
        began = time.perf_counter()
        for first in range(0, len(rows), BATCH):
            with connection.transaction(), connection.cursor().copy(COPY_FRESH) as copy:
                for row in rows[first : first + BATCH]:
                    copy.write_row(row)
        return time.perf_counter() - began


def _bare_blocks(cluster: Cluster, name: str, arrivals: list[Arrival]) -> float:
    blocks = [rows_of(arrivals[first : first + BATCH]) for first in range(0, len(arrivals), BATCH)]
    with _bare(cluster, name, arrivals) as connection:
        began = time.perf_counter()
        for block in blocks:
            with connection.transaction(), connection.cursor().copy(COPY_FRESH) as copy:
                copy.write(block)
        return time.perf_counter() - began


# accidents ----------------------------------------------------------------------------------------------------------


def _accidents(rounds: int) -> dict[str, Any]:
    """Kill the centre, its database and its broker in turn while hubs report; then let what is left drain."""
    with city_folder() as folder, City(folder, 10, SPEED, seconds=16.0 * rounds) as city:
        kills = {"centre": 0, "postgresql": 0, "broker": 0}
        for number, row in enumerate(city.reports()):
            if row["is_over"]:
                if not row["pending"]:
                    break
            elif number % 3 == 0:
                city.kill_centre()
                kills["centre"] += 1
            elif number % 3 == 1:
                city.cluster.kill()
                city.cluster.start()
                kills["postgresql"] += 1
            else:
                city.broker.kill()
                city.broker.start()
                kills["broker"] += 1
        with psycopg.connect(city.database) as connection:
            found = connection.execute("SELECT count(*), count(DISTINCT (stream, sequence)) FROM events").fetchone()
            tallied = connection.execute("SELECT sum(n)::bigint FROM tallies").fetchone()
    assert found is not None
    assert tallied is not None
    return {
        "what": "10 hubs report while centre, PostgreSQL and broker are killed (-9) in turn",
        "kills": kills,
        "recorded": row["recorded"],
        "lost": row["recorded"] - found[1],
        "twice": found[0] - found[1],
        "counted_wrong": tallied[0] - found[1],
    }


# a city -------------------------------------------------------------------------------------------------------------


def _busiest_hour(seconds: float) -> dict[str, Any]:
    """Run real processes: 50 hubs' outboxes and links, mosquitto or iotcore, the centre, PostgreSQL."""
    memory: list[float] = []
    last: dict[str, Any] = {}
    with city_folder() as folder, City(folder, HUBS, SPEED, seconds) as city:
        began = time.monotonic()
        for row in city.reports():
            last = row
            if time.monotonic() - began > WARM_S:
                memory.append(city.centre_rss_mib())
            if row["is_over"] and not row["pending"]:
                break
        broker = city.broker.kind
        with psycopg.connect(city.database) as connection:
            found = connection.execute("SELECT count(*), count(DISTINCT (stream, sequence)) FROM events").fetchone()
    assert found is not None
    return {
        "what": f"{HUBS} hubs x {DEVICES} devices at three times their mean, {SPEED:.0f} times as fast",
        "broker": broker,
        "office_minutes": round(seconds * SPEED / 60),
        "recorded": last["recorded"],
        "events_per_s": round(last["recorded"] / seconds),
        "lost": last["recorded"] - found[1],
        "twice": found[0] - found[1],
        "ack_lag_p50_s": round(last["lag_p50_s"], 3),
        "ack_lag_p99_s": round(last["lag_p99_s"], 3),
        "ack_lag_max_s": round(last["lag_max_s"], 3),
        "centre_rss_mib": [round(memory[0], 1), round(memory[-1], 1)],
        "centre_rss_growth_mib": round(memory[-1] - memory[0], 1),
    }
