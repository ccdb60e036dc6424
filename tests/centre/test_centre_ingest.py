"""What hubs send reaches the database once, is acknowledged after its COMMIT, and nothing else is."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import msgspec
import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kiosk.centre.arrivals import Arrival, Refusal, read
from kiosk.centre.cluster import Cluster
from kiosk.clock import VIETNAM
from kiosk.demo.trial_time import MORNING
from kiosk.domain import events
from kiosk.domain.envelope import Envelope, Origin
from kiosk.messaging.message import Message
from kiosk.messaging.topics import UplinkTopics
from tests.centre.city import City, envelope, issued, rated

TOPIC = UplinkTopics("79", "26740").events("hub", "ticket")
Rows = Callable[..., list[tuple[object, ...]]]


@pytest.fixture
def city(database: str, tmp_path: Path) -> City:
    return City(database, tmp_path)


def test_an_event_is_acknowledged_when_it_is_in_the_database(city: City, rows: Rows) -> None:
    office = city.office()
    office.record(issued("t1"), rated(5))
    assert office.link.pending == 2
    city.time.settle()
    assert office.link.pending == 0
    assert rows("SELECT office, device, type FROM events ORDER BY sequence") == [
        ("79.26740", "hub", "ticket.issued"),
        ("79.26740", "hub", "rating.given"),
    ]


def test_a_devices_event_keeps_its_identity_and_counts_once_by_whatever_way_it_comes(city: City, rows: Rows) -> None:
    office = city.office()
    office.pass_on(envelope(issued("t1"), 7))
    city.time.settle()
    # the hub was restored: its way up is a new one, and it sends its days again
    again = city.office("26740", card="new")
    again.pass_on(envelope(issued("t1"), 7))
    city.time.settle()
    assert (office.link.pending, again.link.pending) == (0, 0)
    assert rows("SELECT stream, sequence, device FROM events") == [("lobby-stream", 7, "lobby-1")]
    assert rows("SELECT n FROM tallies WHERE type = 'ticket.issued'") == [(1,)]


def test_what_is_sent_twice_is_stored_and_counted_once(city: City, rows: Rows) -> None:
    office = city.office()
    office.record(rated(5), rated(1))
    city.time.settle()
    assert office.outbox.replay_from(1) == 2
    office.record(rated(4))
    city.time.settle()
    city.time.advance(10)
    assert office.link.pending == 0
    assert rows("SELECT n, satisfied FROM tallies WHERE type = 'rating.given'") == [(3, 2)]


def test_a_gap_is_not_acknowledged_and_closes_when_the_hub_sends_again(city: City, rows: Rows) -> None:
    office = city.office()
    lost = city.broker.log
    office.record(issued("t1"))
    city.time.settle()
    first = next(message for message in lost if "/ev/" in message.topic)
    third = msgspec.structs.replace(msgspec.json.decode(first.payload, type=Envelope), sequence=3)
    city.send_raw(TOPIC, msgspec.json.encode(third))
    assert rows("SELECT upto FROM streams") == [(1,)]
    second = msgspec.structs.replace(third, sequence=2)
    for row in (second, third):
        city.send_raw(TOPIC, msgspec.json.encode(row))
    assert rows("SELECT upto FROM streams") == [(3,)]
    assert rows("SELECT count(*) FROM events") == [(3,)]


def test_nothing_is_acknowledged_while_the_database_is_away(city: City, cluster: Cluster, rows: Rows) -> None:
    office = city.office()
    office.record(issued("t1"))
    city.time.settle()
    cluster.kill()
    office.record(issued("t2"))
    city.time.settle()
    assert office.link.pending == 1
    assert not office.link.hub_ready
    cluster.start()
    city.time.advance(10)
    assert office.link.hub_ready
    assert office.link.pending == 0
    assert rows("SELECT count(*) FROM events") == [(2,)]


def test_a_killed_centre_goes_on_where_it_was(city: City, rows: Rows) -> None:
    office = city.office()
    office.record(*[issued(f"t{n}") for n in range(20)])
    city.time.settle()
    city.kill_centre()
    office.record(*[issued(f"u{n}") for n in range(20)])
    city.time.settle()
    assert office.link.pending == 20
    city.start_centre()
    city.time.advance(5)
    assert office.link.pending == 0
    assert rows("SELECT count(*), count(DISTINCT (stream, sequence)) FROM events") == [(40, 40)]


def test_a_centre_with_another_database_gets_everything_that_hubs_still_keep(
    city: City, cluster: Cluster, rows: Rows
) -> None:
    office = city.office()
    office.record(*[issued(f"t{n}") for n in range(20)])
    city.time.settle()
    city.kill_centre()
    city.database = cluster.new_database("another")
    office.outbox.follow_ledger("an older life")
    city.start_centre()
    city.time.advance(5)
    assert office.link.pending == 0
    with psycopg.connect(city.database) as connection:
        assert connection.execute("SELECT count(*) FROM events").fetchone() == (20,)


# bad input ---------------------------------------------------------------------------------------------------------


def test_a_hub_that_speaks_for_another_office_is_refused_and_counted(city: City, rows: Rows) -> None:
    honest, liar = city.office("26740"), city.office("26743")
    honest.record(issued("t1"))
    city.time.settle()
    stream = honest.outbox.stream
    by_source = envelope(issued("x"), 1, stream="liar", source="79.26740.hub")
    by_stream = envelope(issued("x"), 2, stream=stream, source="79.26743.hub")
    origin = Origin(stream="s", sequence=1, source="79.26740.lobby-1")
    by_origin = envelope(issued("x"), 1, stream="liar", source="79.26743.hub", origin=origin)
    for forged in (by_source, by_stream, by_origin):
        city.send_raw(liar.topics.events("hub", "ticket"), msgspec.json.encode(forged))
    assert rows("SELECT office, reason, count FROM refused ORDER BY reason") == [
        ("79.26743", "foreign_stream", 1),
        ("79.26743", "wrong_source", 2),
    ]
    assert rows("SELECT count(*) FROM events") == [(1,)]
    assert rows("SELECT office, upto FROM streams") == [("79.26740", 1)]


def test_an_unknown_type_and_data_that_does_not_fit_are_kept_raw_and_shown(city: City, rows: Rows) -> None:
    for number, (kind, data) in enumerate(
        [("robot.danced", b'{"how":"well","x":"\\u0000"}'), ("rating.given", b'{"score":"five"}'),
         ("ticket.issued", b"[" * 90 + b"]" * 90)], start=1,
    ):  # fmt: skip
        raw = envelope(issued("t"), number, stream="s1", source="79.26740.hub", type=kind,
                       data=msgspec.Raw(data))  # fmt: skip
        city.send_raw(TOPIC, msgspec.json.encode(raw))
    assert rows("SELECT type, fault FROM events ORDER BY sequence") == [
        ("robot.danced", "unknown_type"),
        ("rating.given", "bad_data"),
        ("ticket.issued", "bad_data"),
    ]
    assert rows("SELECT upto FROM streams") == [(3,)]
    assert rows("SELECT sum(faulty)::int FROM tallies") == [(3,)]


def test_a_different_event_under_a_taken_identity_raises_an_alarm(city: City, rows: Rows) -> None:
    office = city.office()
    office.record(rated(5))
    city.time.settle()
    other = envelope(rated(1), 1, stream=office.outbox.stream, source="79.26740.hub")
    city.send_raw(TOPIC, msgspec.json.encode(other))
    assert rows("SELECT stream, sequence FROM clashes") == [(office.outbox.stream, 1)]
    assert rows("SELECT n, satisfied FROM tallies") == [(1, 1)]


def test_events_from_the_future_and_from_a_box_without_clock_are_kept_apart(city: City, rows: Rows) -> None:
    for number, year in enumerate((1970, 9999, 2031), start=1):
        at = datetime(year, 5, 1, 8, tzinfo=VIETNAM)
        odd = envelope(issued("t"), number, stream="s1", source="79.26740.hub", ts=at)
        city.send_raw(TOPIC, msgspec.json.encode(odd))
    assert rows("SELECT month::text, fault FROM events ORDER BY sequence") == [
        ("1970-01-01", "odd_time"),
        ("1970-01-01", "odd_time"),
        ("2031-05-01", ""),
    ]


@pytest.mark.parametrize(
    ("payload", "reason"),
    [
        (b"x" * (events.MAX_EVENT_BYTES + 1), "too_large"),
        (b'"\xff"', "not_utf8"),
        (b"{}", "not_an_envelope"),
        (msgspec.json.encode(envelope(issued("t"), 0, source="79.26740.hub")), "bad_identity"),
        (msgspec.json.encode(envelope(issued("t"), 1, source="79.26740.hub", type="a\x00b")), "bad_identity"),
    ],
)
def test_what_is_no_event_of_an_office_is_only_counted(city: City, rows: Rows, payload: bytes, reason: str) -> None:
    city.send_raw(TOPIC, payload)
    assert rows("SELECT office, reason, count FROM refused") == [("79.26740", reason, 1)]
    assert rows("SELECT count(*) FROM events") == [(0,)]
    assert rows("SELECT count(*) FROM streams") == [(0,)]


ENVELOPE = msgspec.json.encode(envelope(rated(5), 4, source="79.26740.hub"))


@settings(max_examples=300, deadline=None)
@given(
    st.one_of(
        st.binary(max_size=300),
        st.tuples(st.integers(0, len(ENVELOPE) - 1), st.binary(max_size=3)).map(
            lambda cut: ENVELOPE[: cut[0]] + cut[1] + ENVELOPE[cut[0] + 1 :]
        ),
    )
)
def test_no_message_stops_the_reader(payload: bytes) -> None:
    assert isinstance(read(Message(topic=TOPIC, payload=payload)), Arrival | Refusal)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.integers(0, len(ENVELOPE) - 1), st.binary(max_size=3)), min_size=5, max_size=30))
def test_no_batch_of_spoilt_messages_stops_the_centre(city: City, cuts: list[tuple[int, bytes]]) -> None:
    for place, new in cuts:
        city.broker.spread(Message(topic=TOPIC, payload=ENVELOPE[:place] + new + ENVELOPE[place + 1 :]))
    city.time.settle()
    assert city.centre.is_ready


# presence, gaps, months ---------------------------------------------------------------------------------------------


def test_whether_a_hub_is_there_is_known(city: City, rows: Rows) -> None:
    office = city.office()
    assert rows("SELECT office, state FROM offices") == [("79.26740", "ready")]
    office.transport.die()
    city.time.settle()
    assert rows("SELECT office, state FROM offices") == [("79.26740", "lost")]


def test_what_a_hub_no_longer_keeps_is_shown_as_a_gap_and_holds_nothing_up(city: City, cluster: Cluster) -> None:
    office = city.office()
    office.record(*[issued(f"t{n}") for n in range(5)])
    city.time.settle()
    city.time.advance(hours=24 * 8)
    assert office.outbox.purge() == 5
    city.kill_centre()
    city.database = cluster.new_database("fresh_start")
    city.start_centre()
    office.outbox.follow_ledger("an older life")
    office.transport.pull()
    office.transport.plug()
    office.record(issued("u"))
    city.time.advance(10)
    assert office.link.pending == 0
    with psycopg.connect(city.database) as connection:
        assert connection.execute("SELECT first, last FROM gaps").fetchall() == [(1, 5)]
        assert connection.execute("SELECT sequence FROM events").fetchall() == [(6,)]


def test_each_month_has_its_partition_and_old_months_go_whole(city: City, rows: Rows) -> None:
    old = msgspec.structs.replace(issued("t"), at=datetime(2024, 2, 29, tzinfo=VIETNAM))
    city.send_raw(TOPIC, msgspec.json.encode(
        envelope(old, 1, stream="s1", source="79.26740.hub")))  # fmt: skip
    city.send_raw(TOPIC, msgspec.json.encode(
        envelope(issued("t"), 2, stream="s1", source="79.26740.hub")))  # fmt: skip
    months = "SELECT tableoid::regclass::text FROM events ORDER BY 1"
    assert rows(months) == [("events_2024_02",), ("events_2026_11",)]
    assert city.centre._store is not None
    assert [f"{month:%Y-%m}" for month in city.centre._store.drop_months_before(MORNING.date())] == [
        "2024-02", "2026-11",
    ]  # fmt: skip
    assert rows(months) == []
