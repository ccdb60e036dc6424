"""What devices may send, and what becomes of it: nothing stops the hub, nothing is lost, order does not matter."""

from datetime import timedelta
from pathlib import Path

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk.demo.trial_time import MORNING
from kiosk.domain import events
from kiosk.domain.envelope import Envelope
from kiosk.hub.book import Book
from kiosk.hub.ingest import Arrival, Refusal, read
from kiosk.messaging.client import Message
from tests.hub.stage import TOPICS, Stage, envelope, new_book

LOBBY_EVENTS = TOPICS.events("lobby-1", "ticket")


@pytest.fixture
def stage(tmp_path: Path) -> Stage:
    return Stage(tmp_path)


def issued(number: str, minute: int = 0) -> events.TicketIssued:
    return events.TicketIssued(
        at=MORNING + timedelta(minutes=minute),
        ticket=f"t-{number}",
        number=number,
        day=MORNING.date(),
        services=(events.ServiceItem(group="chung-thuc"),),
    )


GOOD = msgspec.json.encode(envelope(issued("A001"), 1))


@pytest.mark.parametrize(
    ("payload", "reason"),
    [
        (b"\xff\xfe not text", "not_utf8"),
        (b"not json", "not_an_envelope"),
        (b"[]", "not_an_envelope"),
        (b'{"st":"s1","seq":1}', "not_an_envelope"),
        (GOOD.replace(b'"seq":1', b'"seq":"1"'), "not_an_envelope"),
        (GOOD.replace(b'"seq":1', b'"seq":0'), "bad_identity"),
        (GOOD.replace(b'"seq":1', b'"seq":9223372036854775808'), "bad_identity"),
        (GOOD.replace(b'"st":"s1"', b'"st":""'), "bad_identity"),
        (GOOD.replace(b"lobby-1", b"lobby-2"), "wrong_source"),
        (b" " * (64 * 1024 + 1), "too_large"),
    ],
)
def test_what_is_not_an_event_of_the_office_is_refused_counted_and_not_acknowledged(
    stage: Stage, payload: bytes, reason: str
) -> None:
    lobby = stage.device("lobby-1")
    acknowledged = lobby.link.received
    stage.send_raw("lobby-1", "ticket", payload)
    assert [(row.reason, row.source, row.count) for row in stage.hub.book.ledger.refused()] == [(reason, "lobby-1", 1)]
    assert lobby.link.received == acknowledged
    lobby.put(stage.issued("A001"))
    stage.time.settle()
    assert stage.hub.figures().issued == 1, "the hub goes on"


def test_data_that_does_not_fit_its_type_is_kept_raw_and_the_stream_goes_on(stage: Stage) -> None:
    broken = envelope(issued("A001"), 1, data=msgspec.Raw(b'{"ticket": 7}'))
    stage.send_raw("lobby-1", "ticket", msgspec.json.encode(broken))
    stage.send_raw("lobby-1", "ticket", msgspec.json.encode(envelope(issued("A002"), 2)))
    ledger = stage.hub.book.ledger
    assert ledger.cursor("s1") == 2
    assert ledger.faults() == {"bad_data": 1}
    assert ledger.envelope("s1", 1) == broken
    assert stage.hub.figures().issued == 1


@pytest.mark.parametrize(
    "data",
    [
        b'{"ticket":"t1","at":"2026-11-24T08:00:00","counter":1}',
        b'{"ticket":"t1","at":"2026-11-24T08:00:00+07:00","counter":1,"service":-3}',
        b'{"ticket":"\xed\xa0\x80","at":"2026-11-24T08:00:00+07:00","counter":1}',
    ],
    ids=["moment without offset", "negative service", "half a letter"],
)
def test_data_that_would_trip_the_rules_has_no_effect(stage: Stage, data: bytes) -> None:
    bad = envelope(events.ServiceStarted(at=MORNING, ticket="t1", counter=1), 1, data=msgspec.Raw(data))
    raw = msgspec.json.encode(bad)
    stage.send_raw("lobby-1", "ticket", raw)
    assert stage.hub.day.visits == {}
    assert stage.hub.book.ledger.faults() or stage.hub.book.ledger.refused()


def test_an_unknown_type_is_kept_and_acknowledged(stage: Stage) -> None:
    lobby = stage.device("lobby-1")
    stream = lobby.outbox.stream
    strange = envelope(issued("A001"), 1, stream=stream, type="drone.landed")
    acks: list[int] = []
    lobby.link.on_change = lambda: acks.append(lobby.link.rev_heard)
    stage.send_raw("lobby-1", "drone", msgspec.json.encode(strange))
    assert stage.hub.book.ledger.envelope(stream, 1) == strange
    assert stage.hub.book.ledger.cursor(stream) == 1


def test_a_device_cannot_speak_under_a_name_that_stands_in_no_topic(stage: Stage) -> None:
    stage.broker.spread(Message(topic="kq/1/79/26740/böse gerät/ev/ticket", payload=GOOD))
    stage.broker.spread(Message(topic="kq/1/79/26740/böse gerät/req/recall", payload=b"{}"))
    stage.time.settle()
    assert [row.reason for row in stage.hub.book.ledger.refused()] == ["bad_topic", "not_a_command"]


def test_messages_that_wait_together_are_one_commit_and_one_picture(stage: Stage) -> None:
    lobby = stage.device("lobby-1")
    before = stage.hub.rev
    lobby.transport.pull()
    stage.time.settle()
    for n in range(1, 301):
        lobby.put(stage.issued(f"A{n:03d}"))
    lobby.transport.plug()
    stage.time.settle()
    assert stage.hub.figures().issued == 300
    assert stage.hub.rev == before + 1
    assert lobby.link.pending == 0


def test_an_acknowledgement_comes_after_the_picture_that_shows_its_rows(stage: Stage) -> None:
    lobby = stage.device("lobby-1")
    stage.broker.log.clear()
    lobby.put(stage.issued("A001"))
    stage.time.settle()
    told = [
        (message.topic, msgspec.json.decode(message.payload)["rev"])
        for message in stage.broker.log
        if message.topic in (TOPICS.snapshot(), TOPICS.ack("lobby-1"))
    ]
    assert told == [(TOPICS.snapshot(), stage.hub.rev), (TOPICS.ack("lobby-1"), stage.hub.rev)]


def test_an_event_that_the_disk_refused_is_not_acknowledged_and_comes_again(stage: Stage) -> None:
    lobby = stage.device("lobby-1")
    stage.connection.execute("CREATE TRIGGER full BEFORE INSERT ON events BEGIN SELECT RAISE(ABORT, 'disk full'); END")
    lobby.put(stage.issued("A001"))
    stage.time.settle()
    assert lobby.link.pending == 1
    assert stage.hub.figures().issued == 0
    stage.connection.execute("DROP TRIGGER full")
    stage.time.advance(3)
    assert lobby.link.pending == 0
    assert stage.hub.figures().issued == 1


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=300))
def test_no_bytes_make_reading_fail(payload: bytes) -> None:
    assert isinstance(read(Message(topic=LOBBY_EVENTS, payload=payload), TOPICS), Arrival | Refusal)


@settings(max_examples=200, deadline=None)
@given(st.integers(min_value=0, max_value=len(GOOD) - 1), st.binary(min_size=1, max_size=4))
def test_no_damaged_envelope_makes_reading_fail(place: int, damage: bytes) -> None:
    payload = GOOD[:place] + damage + GOOD[place + len(damage) :]
    assert isinstance(read(Message(topic=LOBBY_EVENTS, payload=payload), TOPICS), Arrival | Refusal)


# A morning with the hub away: two counters call by hand, once the same ticket; the lobby goes on; one rating each.
def a_morning_by_hand() -> dict[str, list[Envelope]]:
    def at(minute: float) -> dict[str, object]:
        return {"at": MORNING + timedelta(minutes=minute)}

    lobby: list[events.Event] = [issued(f"A00{n}", n) for n in range(1, 6)]
    first: list[events.Event] = [
        events.OfficerSignedIn(officer="minh", name="Minh", counter=1, **at(0)),
        events.TicketCalled(ticket="t-A001", counter=1, officer="minh", manual=True, **at(6)),
        events.ServiceStarted(ticket="t-A001", counter=1, officer="minh", manual=True, **at(7)),
        events.ServiceFinished(ticket="t-A001", counter=1, officer="minh", manual=True, **at(12)),
        events.TicketCalled(ticket="t-A003", counter=1, officer="minh", manual=True, **at(13)),
        events.TicketNoShow(ticket="t-A003", counter=1, manual=True, **at(14)),
        events.CounterPaused(counter=1, officer="minh", **at(15)),
    ]
    second: list[events.Event] = [
        events.OfficerSignedIn(officer="lan", name="Lan", counter=2, **at(1)),
        events.TicketCalled(ticket="t-A002", counter=2, officer="lan", manual=True, **at(6)),
        events.ServiceStarted(ticket="t-A002", counter=2, officer="lan", manual=True, **at(8)),
        events.TicketParked(ticket="t-A002", counter=2, until=MORNING + timedelta(hours=3), **at(9)),
        events.TicketCalled(ticket="t-A001", counter=2, officer="lan", manual=True, **at(10)),
        events.PetitionFiled(petition="p1", receipt="KN-7K3M9P", text="Chờ lâu", counter=2, **at(11)),
    ]
    return {
        name: [envelope(event, n, stream=f"stream-{name}", device=name) for n, event in enumerate(happened, start=1)]
        for name, happened in (("lobby-1", lobby), ("counter-1", first), ("counter-2", second))
    }


def picture(book: Book) -> object:
    return (
        sorted(msgspec.json.encode(visit) for visit in book.day.visits.values()),
        book.day.counter_states(),
        sorted(ticket.ticket for ticket in book.day.queue()),
        book.figures_of(MORNING.date()),
        book.day.learned().means(),
        [petition.receipt for petition in book.inbox.all()],
        {name: book.ledger.cursor(f"stream-{name}") for name in a_morning_by_hand()},
    )


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_events_merged_in_any_order_with_copies_and_in_any_batches_give_the_same_office(data: st.DataObject) -> None:
    by_device = a_morning_by_hand()
    straight = new_book()
    for name, sent in by_device.items():
        straight.ingest(_arrivals(name, sent), [], MORNING)
    everything = [(name, item) for name, sent in by_device.items() for item in sent]
    shuffled = data.draw(st.permutations(everything))
    copies = data.draw(st.lists(st.sampled_from(everything), max_size=8))
    rest = [*shuffled, *copies]
    merged = new_book()
    while rest:
        size = data.draw(st.integers(min_value=1, max_value=len(rest)))
        batch, rest = rest[:size], rest[size:]
        merged.ingest([one for name, item in batch for one in _arrivals(name, [item])], [], MORNING)
    assert picture(merged) == picture(straight)
    assert picture_after_restart(merged) == picture(straight)


def picture_after_restart(book: Book) -> object:
    return picture(new_book(book.ledger.connection))


def _arrivals(device: str, sent: list[Envelope]) -> list[Arrival]:
    read_all = [
        read(Message(topic=TOPICS.events(device, "x"), payload=msgspec.json.encode(item)), TOPICS) for item in sent
    ]
    return [item for item in read_all if isinstance(item, Arrival)]


def test_a_ticket_called_by_hand_at_two_counters_is_shown_as_a_conflict(stage: Stage) -> None:
    lobby, one, two = stage.device("lobby-1"), stage.device("counter-1"), stage.device("counter-2")
    lobby.put(stage.issued("A001"))
    stage.time.settle()
    for counter, device in ((1, one), (2, two)):
        stage.time.advance(1)
        device.put(events.TicketCalled(at=stage.time.now(), ticket="t-A001", counter=counter, manual=True))
    stage.time.settle()
    assert stage.hub.snapshot.notices == ("double_call A001 2 1",)
    assert stage.hub.figures().serving == 1


def test_calls_by_hand_that_are_over_are_not_announced_when_they_become_known(stage: Stage) -> None:
    lobby, counter = stage.device("lobby-1"), stage.device("counter-1")
    lobby.put(stage.issued("A001"))
    lobby.put(stage.issued("A002"))
    counter.put(events.TicketCalled(at=stage.time.now(), ticket="t-A001", counter=1, manual=True))
    counter.put(events.ServiceStarted(at=stage.time.now(), ticket="t-A001", counter=1, manual=True))
    counter.put(events.ServiceFinished(at=stage.time.now(), ticket="t-A001", counter=1, manual=True))
    counter.put(events.TicketCalled(at=stage.time.now(), ticket="t-A002", counter=1, manual=True))
    stage.time.settle()
    assert [(call.number, call.manual) for call in stage.hub.snapshot.calls] == [("A002", True)]
