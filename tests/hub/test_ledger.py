from datetime import date, datetime
from pathlib import Path

import pytest

from kiosk.clock import VIETNAM
from kiosk.domain import events
from kiosk.hub.ledger import Ledger, Stored
from kiosk.messaging.outbox import open_database
from tests.hub.stage import envelope

AT = datetime(2026, 11, 24, 8, 0, tzinfo=VIETNAM)
DAY = date(2026, 11, 24)


@pytest.fixture
def ledger(tmp_path: Path) -> Ledger:
    return Ledger(open_database(tmp_path / "hub.db"))


def recalled(ticket: str = "t1", counter: int = 1) -> events.TicketRecalled:
    return events.TicketRecalled(at=AT, ticket=ticket, counter=counter)


def test_the_same_event_again_is_known_and_changes_nothing(ledger: Ledger) -> None:
    first = envelope(recalled(), 1)
    assert ledger.store(first, ticket="t1", day=DAY) is Stored.NEW
    assert ledger.store(first, ticket="t1", day=DAY) is Stored.KNOWN
    assert len(ledger.events_of_ticket("t1")) == 1


def test_another_event_under_a_taken_identity_is_kept_beside_it_and_told(ledger: Ledger) -> None:
    ledger.store(envelope(recalled(counter=1), 1), ticket="t1", day=DAY)
    assert ledger.store(envelope(recalled(counter=2), 1), ticket="t1", day=DAY) is Stored.CLASH
    assert ledger.store(envelope(recalled(counter=2), 1), ticket="t1", day=DAY) is Stored.CLASH
    assert ledger.clashes() == 1
    assert [bytes(item.data) for item in ledger.events_of_ticket("t1")] == [bytes(envelope(recalled(), 1).data)]


def test_the_cursor_stops_before_a_gap_and_goes_on_when_it_is_filled(ledger: Ledger) -> None:
    for sequence in (1, 2, 4, 5):
        ledger.store(envelope(recalled(), sequence), ticket="t1", day=DAY)
    assert ledger.advance("s1", "79.26740.lobby-1") == 2
    ledger.store(envelope(recalled(), 3), ticket="t1", day=DAY)
    assert ledger.advance("s1", "79.26740.lobby-1") == 5
    assert ledger.cursor("s1") == 5
    assert ledger.cursor("another stream") == 0


def test_a_stream_that_begins_in_the_middle_is_never_acknowledged(ledger: Ledger) -> None:
    ledger.store(envelope(recalled(), 57), ticket="t1", day=DAY)
    assert ledger.advance("s1", "79.26740.lobby-1") == 0


def test_an_unknown_type_comes_back_as_it_was_sent(ledger: Ledger) -> None:
    strange = envelope(recalled(), 1, type="drone.landed")
    ledger.store(strange, ticket="", day=DAY)
    assert ledger.envelope("s1", 1) == strange


def test_the_revision_grows_across_openings(tmp_path: Path) -> None:
    revisions = []
    for _ in range(3):
        ledger = Ledger(open_database(tmp_path / "hub.db"))
        revisions += [ledger.next_rev(), ledger.next_rev()]
        ledger.connection.close()
    assert revisions == [1, 2, 3, 4, 5, 6]


def test_refusals_are_counted_by_reason_and_source(ledger: Ledger) -> None:
    for _ in range(3):
        ledger.refuse("not_utf8", "lobby-1", AT)
    ledger.refuse("wrong_source", "counter-1", AT)
    assert [(row.reason, row.source, row.count) for row in ledger.refused()] == [
        ("not_utf8", "lobby-1", 3),
        ("wrong_source", "counter-1", 1),
    ]


def test_only_the_newest_replies_are_remembered(ledger: Ledger) -> None:
    for n in range(5):
        ledger.keep_reply(f"r{n}", b"{}")
    ledger.forget_old_replies(keep=2)
    assert [ledger.reply(f"r{n}") is not None for n in range(5)] == [False, False, False, True, True]
