"""Accepted is stored: an event and its change are one, and a row goes only when it is safe."""

import sqlite3
from pathlib import Path

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk.demo.trial_time import MORNING, SimulatedTime, ids
from kiosk.domain.envelope import event_of
from kiosk.domain.events import MAX_EVENT_BYTES, HelpCalled, PetitionFiled
from kiosk.messaging import outbox as rules
from kiosk.messaging.outbox import Outbox, open_database

HELP = HelpCalled(at=MORNING)


def open_outbox(path: Path | str = ":memory:", time: SimulatedTime | None = None, prefix: str = "5") -> Outbox:
    time = time or SimulatedTime()
    return Outbox(
        open_database(path), source="79.26740.lobby", boot="boot-1", now=time.now, mono=time.monotonic,
        new_id=ids(prefix), clk="simulated",
    )  # fmt: skip


def fail_after_putting(outbox: Outbox, count: int) -> None:
    with outbox.transaction() as connection:
        connection.execute("CREATE TABLE change (n INTEGER)")
        for _ in range(count):
            outbox.put(HELP)
        raise ZeroDivisionError


def petition(text: str) -> PetitionFiled:
    return PetitionFiled(at=MORNING, petition="p" * 32, receipt="KN-ABCDEF", text=text)


def test_a_put_event_carries_who_when_and_what() -> None:
    outbox = open_outbox()
    with outbox.transaction():
        envelope = outbox.put(HELP, cause="before-1")
    assert envelope.id == f"{outbox.stream}-1"
    assert (envelope.source, envelope.boot, envelope.clk) == ("79.26740.lobby", "boot-1", "simulated")
    assert (envelope.type, envelope.cause, envelope.ts) == ("help.called", "before-1", MORNING)
    assert event_of(envelope) == HELP
    assert outbox.window() == [envelope]


def test_sequences_count_up_within_and_across_transactions() -> None:
    outbox = open_outbox()
    with outbox.transaction():
        first = [outbox.put(HELP).sequence for _ in range(2)]
    assert [*first, outbox.record(HELP).sequence] == [1, 2, 3]


def test_a_change_that_fails_leaves_no_event_and_no_gap() -> None:
    outbox = open_outbox()
    with pytest.raises(ZeroDivisionError):
        fail_after_putting(outbox, 1)
    assert outbox.pending() == 0
    assert outbox.record(HELP).sequence == 1
    with outbox.transaction() as connection, pytest.raises(sqlite3.OperationalError):
        connection.execute("SELECT * FROM change")


def test_a_sequence_is_never_used_twice_even_when_all_rows_are_gone(tmp_path: Path) -> None:
    time = SimulatedTime()
    outbox = open_outbox(tmp_path / "outbox.db", time)
    for _ in range(3):
        outbox.record(HELP)
    outbox.acknowledge(3)
    time.advance(hours=24 * 8)
    assert outbox.purge() == 3
    assert open_outbox(tmp_path / "outbox.db", time).record(HELP).sequence == 4


def test_a_stream_belongs_to_its_database(tmp_path: Path) -> None:
    first = open_outbox(tmp_path / "one.db", prefix="1").stream
    assert open_outbox(tmp_path / "one.db", prefix="2").stream == first
    assert open_outbox(tmp_path / "other.db", prefix="3").stream != first
    assert len(first) == 32


def test_pending_rows_outlive_a_restart(tmp_path: Path) -> None:
    outbox = open_outbox(tmp_path / "outbox.db")
    told = [outbox.record(HELP).id for _ in range(3)]
    outbox.acknowledge(1)
    again = open_outbox(tmp_path / "outbox.db")
    assert again.pending() == 2
    assert [envelope.id for envelope in again.window()] == told[1:]


def test_a_put_outside_a_transaction_is_refused() -> None:
    with pytest.raises(RuntimeError, match="inside a transaction"):
        open_outbox().put(HELP)


def test_a_transaction_inside_a_transaction_is_refused() -> None:
    outbox = open_outbox()
    with outbox.transaction():
        with pytest.raises(RuntimeError, match="open already"), outbox.transaction():
            pass
        outbox.put(HELP)
    assert outbox.pending() == 1


def test_an_event_that_no_broker_would_take_is_refused_before_it_is_stored() -> None:
    outbox = open_outbox()
    with pytest.raises(ValueError, match="bytes"):
        outbox.record(petition("ế" * MAX_EVENT_BYTES))
    assert outbox.pending() == 0
    assert len(msgspec.json.encode(outbox.record(petition("ế" * 20000)))) <= MAX_EVENT_BYTES


def test_listeners_hear_of_a_commit_only_when_it_stored_an_event() -> None:
    outbox = open_outbox()
    told: list[int] = []
    outbox.on_commit = lambda: told.append(outbox.pending())
    with outbox.transaction() as connection:
        connection.execute("CREATE TABLE change (n INTEGER)")
    assert told == []
    with outbox.transaction():
        outbox.put(HELP)
        outbox.put(HELP)
    assert told == [2]


def test_a_listener_that_fails_does_not_take_back_what_was_accepted() -> None:
    outbox = open_outbox()
    outbox.on_commit = lambda: (_ for _ in ()).throw(OSError("no network"))
    assert outbox.record(HELP).sequence == 1
    assert outbox.pending() == 1


def test_a_commit_waits_for_the_disk_and_an_acknowledgement_does_not_change_that(tmp_path: Path) -> None:
    connection = open_database(tmp_path / "outbox.db")
    time = SimulatedTime()
    outbox = Outbox(connection, source="s", boot="b", now=time.now, mono=time.monotonic, new_id=ids(), clk="ntp")
    full = 2
    outbox.record(HELP)
    outbox.acknowledge(1)
    assert connection.execute("PRAGMA synchronous").fetchone()[0] == full
    assert connection.execute("PRAGMA journal_mode").fetchone()[0] == "wal"


def test_acknowledged_rows_are_kept_for_seven_days() -> None:
    time = SimulatedTime()
    outbox = open_outbox(time=time)
    outbox.record(HELP)
    outbox.acknowledge(1)
    time.advance(hours=24 * 7 - 1)
    assert outbox.purge() == 0
    time.advance(hours=2)
    assert outbox.purge() == 1


def test_the_oldest_acknowledged_rows_go_when_they_take_too_much_room() -> None:
    outbox = open_outbox()
    text = "x" * 60000
    with outbox.transaction():
        for _ in range(rules.KEEP_BYTES // 60000 + 2):
            outbox.put(petition(text))
    last = outbox.window(10**6)[-1].sequence
    outbox.acknowledge(last)
    while outbox.purge():
        pass
    outbox.replay_from(1)
    kept = outbox.window(10**6)
    assert rules.KEEP_BYTES - 70000 < sum(len(msgspec.json.encode(envelope)) for envelope in kept) <= rules.KEEP_BYTES
    assert kept[-1].sequence == last


def test_pending_rows_are_never_purged() -> None:
    time = SimulatedTime()
    outbox = open_outbox(time=time)
    outbox.record(HELP)
    time.advance(hours=24 * 365)
    assert outbox.purge() == 0
    assert outbox.pending() == 1


def test_kept_rows_can_be_sent_again() -> None:
    outbox = open_outbox()
    told = [outbox.record(HELP).id for _ in range(4)]
    outbox.acknowledge(4)
    assert outbox.replay_from(3) == 2
    assert [envelope.id for envelope in outbox.window()] == told[2:]
    assert outbox.pending() == 2


@pytest.mark.parametrize(("used", "is_alarm"), [(79, False), (80, True)])
def test_a_disk_that_is_80_percent_full_raises_the_alarm_and_takes_events(
    tmp_path: Path, used: int, is_alarm: bool
) -> None:
    time = SimulatedTime()
    outbox = Outbox(
        open_database(tmp_path / "outbox.db"), source="s", boot="b", now=time.now, mono=time.monotonic, new_id=ids(),
        clk="ntp", disk_usage=lambda _: (100, used, 100 - used),
    )  # fmt: skip
    assert outbox.disk_is_nearly_full is is_alarm
    assert outbox.record(HELP).sequence == 1


@settings(max_examples=100, deadline=None)
@given(
    steps=st.lists(
        st.one_of(
            st.tuples(st.just("put"), st.integers(1, 4)),
            st.tuples(st.just("fail"), st.integers(1, 4)),
            st.tuples(st.just("acknowledge"), st.integers(0, 40)),
            st.tuples(st.just("reopen"), st.just(0)),
        ),
        max_size=25,
    )
)
def test_pending_is_what_was_put_and_not_acknowledged(
    tmp_path_factory: pytest.TempPathFactory, steps: list[tuple[str, int]]
) -> None:
    path = tmp_path_factory.mktemp("outbox") / "outbox.db"
    outbox = open_outbox(path)
    expected: list[int] = []
    put = 0
    for step, count in steps:
        match step:
            case "put":
                with outbox.transaction():
                    expected += [outbox.put(HELP).sequence for _ in range(count)]
                put += count
                assert expected[-1] == put
            case "fail":
                with pytest.raises(ZeroDivisionError):
                    fail_after_putting(outbox, count)
            case "acknowledge":
                assert outbox.acknowledge(count) == len([sequence for sequence in expected if sequence <= count])
                expected = [sequence for sequence in expected if sequence > count]
            case "reopen":
                outbox = open_outbox(path)
        assert outbox.pending() == len(expected)
        assert [envelope.sequence for envelope in outbox.window()] == expected
        assert outbox.first_pending() == (expected[0] if expected else None)


def test_another_ledger_of_the_hub_gets_every_kept_row_again_and_the_same_one_none() -> None:
    outbox = open_outbox()
    for _ in range(3):
        outbox.record(HELP)
    assert outbox.follow_ledger("first") == 0
    outbox.acknowledge(3)
    assert outbox.follow_ledger("first") == 0
    assert outbox.follow_ledger("") == 0
    assert outbox.follow_ledger("restored") == 3
    assert [envelope.sequence for envelope in outbox.window()] == [1, 2, 3]
    outbox.acknowledge(3)
    assert outbox.follow_ledger("restored") == 0
    assert outbox.pending() == 0
