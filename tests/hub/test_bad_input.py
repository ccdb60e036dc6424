"""Whatever devices send, the hub stays up, stores what is valid, shows what it refused, acknowledges nothing else."""

from datetime import timedelta
from pathlib import Path

import msgspec
import pytest

from kiosk.bench.rig.fuzz import fuzz_hub, fuzz_orders
from kiosk.demo.trial_time import MORNING
from kiosk.domain import commands, events
from kiosk.domain.replies import Acknowledgement
from kiosk.hub.day import MOST_HELP_CALLS
from kiosk.messaging.broker import MAX_PACKET
from kiosk.messaging.message import Message
from tests.hub.stage import TOPICS, Stage, envelope

SHORT = 1_500
"""20,000 each are for `kiosk bench messaging --full`."""


@pytest.fixture
def stage(tmp_path: Path) -> Stage:
    return Stage(tmp_path)


def acknowledged(stage: Stage, stream: str = "s1") -> int:
    """Return how far the hub has acknowledged a stream."""
    acks = [
        msgspec.json.decode(message.payload, type=Acknowledgement)
        for message in stage.broker.log
        if TOPICS.kind_of(message.topic) == "ack"
    ]
    return max((ack.upto for ack in acks if ack.stream == stream), default=0)


def send(stage: Stage, number: int, **changes: object) -> None:
    raw = msgspec.json.encode(envelope(stage.issued(f"A{number:03}"), number, **changes))
    stage.send_raw("lobby-1", "ticket", raw)


def test_thousands_of_broken_events_crash_nothing_and_nothing_wrong_is_acknowledged() -> None:
    outcome = fuzz_hub(SHORT, seed=20261124)
    assert (outcome.crashes, outcome.wrong) == (0, 0), outcome.first_crash
    assert min(outcome.stored, outcome.without_effect, outcome.refused) > SHORT / 20, (
        "they are neither all good nor all bad"
    )


def test_thousands_of_broken_requests_crash_nothing() -> None:
    outcome = fuzz_hub(SHORT, seed=20261125, share_of_requests=0.7)
    assert (outcome.crashes, outcome.wrong) == (0, 0), outcome.first_crash


def test_thousands_of_broken_orders_are_not_obeyed() -> None:
    outcome = fuzz_orders(SHORT, seed=20261126)
    assert (outcome.crashes, outcome.wrong, outcome.refused) == (0, 0, SHORT), outcome.first_crash


def test_events_out_of_order_are_acknowledged_only_without_a_gap(stage: Stage) -> None:
    for number in (3, 2, 5):
        send(stage, number)
        assert acknowledged(stage) == 0
    send(stage, 1)
    assert acknowledged(stage) == 3
    send(stage, 4)
    assert acknowledged(stage) == 5
    assert stage.hub.figures().issued == 5


def test_a_replay_has_no_second_effect_and_the_same_acknowledgement(stage: Stage) -> None:
    for _ in range(3):
        send(stage, 1)
    assert stage.hub.figures().issued == 1
    assert acknowledged(stage) == 1
    assert stage.hub.book.ledger.refused() == []


@pytest.mark.parametrize("year", [2027, 2199])
def test_an_event_from_the_future_is_kept_and_stops_nothing(stage: Stage, year: int) -> None:
    ahead = MORNING.replace(year=year)
    late = events.TicketIssued(
        at=ahead, ticket="t-future", number="A900", day=ahead.date(), services=(events.ServiceItem(group="chung-thuc"),)
    )
    stage.send_raw("lobby-1", "ticket", msgspec.json.encode(envelope(late, 1)))
    send(stage, 2)
    assert acknowledged(stage) == 2
    stage.time.advance(hours=1)
    assert [ticket.number for ticket in stage.hub.snapshot.waiting] == ["A002"], "it belongs to another day"


@pytest.mark.parametrize("year", [1, 1969, 2201, 9999])
def test_a_moment_that_leaves_no_room_for_rules_has_no_effect(stage: Stage, year: int) -> None:
    bad = events.ServiceStarted(at=MORNING.replace(year=year), ticket="t", counter=1)
    stage.send_raw("counter-1", "ticket", msgspec.json.encode(envelope(bad, 1, device="counter-1", ts=MORNING)))
    assert stage.hub.book.ledger.faults() == {"bad_data": 1}
    assert acknowledged(stage) == 1, "it is kept raw, and the stream goes on"


def test_a_device_cannot_write_into_another_devices_stream(stage: Stage) -> None:
    send(stage, 1)
    forged = envelope(events.HelpCalled(at=MORNING), 2, device="counter-1")
    stage.send_raw("counter-1", "help", msgspec.json.encode(forged))
    assert [(row.reason, row.source) for row in stage.hub.book.ledger.refused()] == [("foreign_stream", "counter-1")]
    send(stage, 2)
    assert (acknowledged(stage), stage.hub.figures().issued) == (2, 2), "the owner's own event has its place"


def test_a_refusal_inside_a_batch_harms_no_neighbour(stage: Stage) -> None:
    good = [msgspec.json.encode(envelope(stage.issued(f"A{n:03}"), n)) for n in (1, 2, 3)]
    for payload in (good[0], b"\xff", good[1], b"{}", b"x" * 70_000, good[2]):
        stage.broker.spread(stage_message(payload))
    stage.time.settle()
    assert acknowledged(stage) == 3
    assert {row.reason: row.count for row in stage.hub.book.ledger.refused()} == {
        "not_utf8": 1, "not_an_envelope": 1, "too_large": 1,
    }  # fmt: skip


def test_a_device_that_calls_for_help_without_end_does_not_fill_the_memory(stage: Stage) -> None:
    for number in range(1, 3 * MOST_HELP_CALLS):
        event = events.HelpCalled(at=MORNING + timedelta(seconds=number))
        stage.broker.spread(stage_message(msgspec.json.encode(envelope(event, number))))
    stage.time.settle()
    calls = [call.at for _, call in stage.hub.day.latest_help()]
    assert (len(calls), calls[0]) == (MOST_HELP_CALLS, event.at)


@pytest.mark.parametrize("event", [
    events.DeviceFaulted(at=MORNING, part="x" * 101, reason=""),
    events.ServiceStarted(at=MORNING, ticket="x" * 101, counter=1),
    events.OfficerSignedIn(at=MORNING, counter=1, officer="cb1", name="x" * 101),
    events.TicketIssued(at=MORNING, ticket="t", number="A" * 101, day=MORNING.date(), services=()),
    events.TicketIssued(
        at=MORNING, ticket="t", number="A001", day=MORNING.date(), services=(events.ServiceItem(group="x" * 101),)
    ),
])  # fmt: skip
def test_a_name_that_no_device_of_ours_has_is_kept_without_effect(stage: Stage, event: events.Event) -> None:
    stage.send_raw("lobby-1", "device", msgspec.json.encode(envelope(event, 1)))
    assert stage.hub.book.ledger.faults() == {"bad_data": 1}


def test_a_lobby_that_issues_without_end_does_not_make_a_picture_that_the_broker_refuses(stage: Stage) -> None:
    stage.sign_in(1)
    lobby, count = stage.device("lobby-1"), 1_500
    with lobby.outbox.transaction():
        for number in range(1, count + 1):
            lobby.outbox.put(msgspec.structs.replace(stage.issued(f"A{number:04}"), ticket=f"{number:032x}"))
    stage.time.advance(10)
    assert lobby.link.pending == 0
    picture = stage.hub.snapshot
    assert len(msgspec.json.encode(picture)) < MAX_PACKET
    assert 300 < len(picture.waiting) < count
    assert sum(group.waiting for group in picture.groups) == stage.hub.figures().waiting == count
    reply = stage.verb(commands.CallNext, 1)
    assert reply.ok
    assert stage.state(f"{1:032x}") == "called", "the picture holds the next ones"


def test_a_great_backlog_at_once_is_taken_in_portions(stage: Stage) -> None:
    count = 3_000
    event = events.HelpCalled(at=MORNING)
    for number in range(1, count + 1):
        stage.broker.spread(stage_message(msgspec.json.encode(envelope(event, number))))
    stage.time.settle()
    assert acknowledged(stage) == count
    stage.time.advance(timedelta(minutes=1).total_seconds())


def stage_message(payload: bytes) -> Message:
    return Message(topic=TOPICS.events("lobby-1", "ticket"), payload=payload)
