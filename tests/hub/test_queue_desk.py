"""Every verb at the only authority for calling, as an officer would notice it."""

from pathlib import Path

import msgspec
import pytest

from kiosk.domain import commands, events
from kiosk.domain.office import model_office
from kiosk.domain.priority import Priority
from tests.hub.stage import Stage


@pytest.fixture
def stage(tmp_path: Path) -> Stage:
    stage = Stage(tmp_path)
    stage.lobby = stage.device("lobby-1")
    stage.sign_in(1, "minh", "Trần Thị Minh")
    return stage


def wait(stage: Stage, *numbers: str) -> None:
    for number in numbers:
        stage.lobby.put(stage.issued(number))
        stage.time.advance(60)


def test_two_counters_that_ask_at_once_get_two_different_tickets(stage: Stage) -> None:
    stage.sign_in(2)
    wait(stage, "A001", "A002")
    one, two = stage.verb(commands.CallNext, 1), stage.verb(commands.CallNext, 2)
    assert {one.number, two.number} == {"A001", "A002"}


def test_a_request_that_comes_twice_has_one_effect(stage: Stage) -> None:
    wait(stage, "A001", "A002")
    command = commands.CallNext(req_id="same", counter=1)
    first, second = stage.do(command), stage.do(command)
    assert first == second
    assert stage.hub.figures().waiting == 1


def test_a_request_that_comes_twice_has_one_effect_even_if_the_hub_died_in_between(stage: Stage) -> None:
    wait(stage, "A001", "A002")
    command = commands.CallNext(req_id="same", counter=1)
    first = stage.do(command)
    stage.kill_hub()
    stage.start_hub()
    again = stage.do(command)
    assert (again.ok, again.number) == (first.ok, first.number)
    assert stage.hub.figures().waiting == 1


def test_a_finish_repeated_after_a_restart_brings_a_token_that_works(stage: Stage) -> None:
    wait(stage, "A001")
    stage.verb(commands.CallNext, 1)
    stage.verb(commands.Start, 1)
    command = commands.Finish(req_id="finish", counter=1)
    stage.do(command)
    stage.kill_hub()
    stage.start_hub()
    offer = stage.do(command).offer
    assert offer is not None
    stage.hub.record(
        events.RatingGiven(at=stage.time.now(), ticket=offer.ticket, service=0, token=offer.token, score=4)
    )
    assert stage.hub.figures().rated == 1


def test_no_token_is_stored_in_clear(stage: Stage, tmp_path: Path) -> None:
    wait(stage, "A001")
    stage.verb(commands.CallNext, 1)
    stage.verb(commands.Start, 1)
    offer = stage.verb(commands.Finish, 1).offer
    assert offer is not None
    stage.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    assert offer.token.encode() not in (tmp_path / "hub.db").read_bytes()


@pytest.mark.parametrize(
    ("kind", "values", "error"),
    [
        (commands.CallNext, {}, "nobody_waiting"),
        (commands.Recall, {}, "nothing_here"),
        (commands.Start, {}, "nothing_here"),
        (commands.Finish, {}, "nothing_here"),
        (commands.NoShow, {}, "nothing_here"),
        (commands.Park, {}, "nothing_here"),
        (commands.Transfer, {"group": "ho-tich"}, "nothing_here"),
        (commands.CallTicket, {"ticket": "nobody"}, "unknown_ticket"),
        (commands.Resume, {"ticket": "nobody"}, "unknown_ticket"),
        (commands.Return, {"ticket": "nobody"}, "unknown_ticket"),
        (commands.Void, {"ticket": "nobody"}, "unknown_ticket"),
    ],
)
def test_a_verb_without_its_ticket_is_refused_with_a_reason_for_people(
    stage: Stage, kind: type[commands.Command], values: dict[str, object], error: str
) -> None:
    rev = stage.hub.rev
    reply = stage.verb(kind, 1, **values)
    assert (reply.ok, reply.error) == (False, error)
    assert stage.hub.rev == rev, "nothing changed"


def test_nobody_calls_at_a_counter_that_is_closed_or_paused_or_busy(stage: Stage) -> None:
    wait(stage, "A001", "A002")
    assert stage.verb(commands.CallNext, 2).error == "signed_out"
    assert stage.verb(commands.CallNext, 77).error == "signed_out"
    stage.verb(commands.Pause, 1)
    assert stage.verb(commands.CallNext, 1).error == "paused"
    stage.verb(commands.Reopen, 1)
    assert stage.verb(commands.CallNext, 1).ok
    assert stage.verb(commands.CallNext, 1).error == "already_serving"
    assert stage.verb(commands.SignOut, 1).error == "already_serving"
    assert stage.verb(commands.Pause, 1).error == "already_serving"


def test_calls_go_on_at_lunch_because_officers_decide_when_they_eat(stage: Stage) -> None:
    wait(stage, "A001")
    stage.time.advance(hours=4)
    assert stage.verb(commands.CallNext, 1).ok


def test_a_parked_ticket_waits_again_by_itself_when_its_time_is_up(stage: Stage) -> None:
    wait(stage, "A001", "A002")
    stage.verb(commands.CallNext, 1)
    assert stage.verb(commands.Park, 1, minutes=10).ok
    assert [ticket.number for ticket in stage.hub.snapshot.parked] == ["A001"]
    stage.time.advance(minutes=9)
    assert stage.state("t-A001") == "parked"
    stage.time.advance(minutes=1)
    assert stage.state("t-A001") == "issued"
    assert stage.hub.snapshot.waiting[0].number == "A001", "at the front of its class"


def test_a_parked_ticket_waits_again_even_if_the_hub_was_away_when_its_time_was_up(stage: Stage) -> None:
    wait(stage, "A001")
    stage.verb(commands.CallNext, 1)
    stage.verb(commands.Park, 1, minutes=10)
    stage.kill_hub()
    stage.time.advance(minutes=30)
    stage.start_hub()
    stage.time.advance(1)
    assert stage.state("t-A001") == "issued"


def test_a_ticket_resumed_by_hand_is_not_resumed_again_by_its_timer(stage: Stage) -> None:
    wait(stage, "A001")
    stage.verb(commands.CallNext, 1)
    stage.verb(commands.Park, 1, minutes=10)
    stage.verb(commands.Resume, 1, ticket="t-A001")
    stage.verb(commands.CallNext, 1)
    stage.time.advance(minutes=20)
    assert stage.state("t-A001") == "called"
    assert [item.type for item in stage.heard].count("ticket.resumed") == 1


def test_a_no_show_may_return_within_the_grace_and_not_after(stage: Stage) -> None:
    wait(stage, "A001", "A002")
    stage.verb(commands.CallNext, 1)
    stage.verb(commands.NoShow, 1)
    stage.time.advance(minutes=15)
    assert stage.verb(commands.Return, 1, ticket="t-A001").ok
    stage.verb(commands.CallNext, 1)
    missed = stage.hub.day.at_counter(1)
    assert missed is not None
    stage.verb(commands.NoShow, 1)
    stage.time.advance(minutes=16)
    assert stage.verb(commands.Return, 1, ticket=missed.ticket).error == "too_late"


def test_a_transferred_ticket_keeps_its_arrival_and_waits_for_its_counter(tmp_path: Path) -> None:
    stage = Stage(tmp_path, model_office(5))
    stage.lobby = stage.device("lobby-1")
    for counter in (1, 2, 3):
        stage.sign_in(counter)
    wait(stage, "A001")
    stage.verb(commands.CallNext, 1)
    stage.verb(commands.Start, 1)
    arrived = stage.hub.day.visits["t-A001"].arrived
    assert stage.verb(commands.Transfer, 1, group="ho-tich", to_counter=3, reason="sai quầy").ok
    assert stage.verb(commands.CallNext, 2).error == "nobody_waiting"
    assert stage.verb(commands.CallNext, 3).number == "A001"
    assert stage.hub.day.visits["t-A001"].arrived == arrived


@pytest.mark.parametrize("target", [{}, {"group": "nothing"}, {"to_counter": 9}])
def test_a_ticket_is_not_transferred_into_nowhere(stage: Stage, target: dict[str, object]) -> None:
    wait(stage, "A001")
    stage.verb(commands.CallNext, 1)
    assert stage.verb(commands.Transfer, 1, **target).error == "wrong_state"
    assert stage.state("t-A001") == "called"


def test_a_ticket_with_two_services_waits_again_with_its_first_arrival(stage: Stage) -> None:
    stage.lobby.put(stage.issued("A001", "chung-thuc", Priority.ORDINARY, "ho-tich"))
    wait(stage)
    stage.time.settle()
    stage.verb(commands.CallNext, 1)
    stage.verb(commands.Start, 1)
    first = stage.verb(commands.Finish, 1).offer
    assert stage.state("t-A001") == "issued"
    assert stage.hub.snapshot.waiting[0].group == "ho-tich"
    stage.verb(commands.CallNext, 1)
    stage.verb(commands.Start, 1)
    second = stage.verb(commands.Finish, 1).offer
    assert stage.state("t-A001") == "finished"
    assert first is not None
    assert second is not None
    assert (first.service, second.service) == (0, 1)


def test_a_call_out_of_order_is_kept_with_its_reason(stage: Stage) -> None:
    wait(stage, "A001", "A002")
    assert stage.verb(commands.CallTicket, 1, ticket="t-A002", reason="người nhà cấp cứu").ok
    _, counter, ticket, record = list(stage.hub.book.ledger.audits())[-1]
    audit = msgspec.json.decode(record)
    assert (counter, ticket, audit["top"], audit["place"]) == (1, "t-A002", "t-A001", 2)
    assert audit["reason"] == "người nhà cấp cứu"


def test_every_call_has_an_audit_record(stage: Stage) -> None:
    wait(stage, "A001", "A002")
    for _ in range(2):
        stage.verb(commands.CallNext, 1)
        stage.verb(commands.NoShow, 1)
    assert [ticket for _, _, ticket, _ in stage.hub.book.ledger.audits()] == ["t-A001", "t-A002"]


def test_an_officer_sits_at_one_counter_and_a_counter_has_one_officer(stage: Stage) -> None:
    stage.sign_in(2, "minh", "Trần Thị Minh")
    assert [post.officer for post in stage.hub.day.posts()] == ["", "minh"]
    stage.sign_in(2, "lan", "Hoàng Thị Lan")
    assert [post.officer for post in stage.hub.day.posts()] == ["", "lan"]
    rev = stage.hub.rev
    assert stage.sign_in(2, "lan", "Hoàng Thị Lan").ok
    assert stage.hub.rev == rev, "signing in twice changes nothing"


def test_an_officer_does_not_leave_a_citizen_behind(stage: Stage) -> None:
    wait(stage, "A001")
    stage.verb(commands.CallNext, 1)
    assert stage.sign_in(2, "minh", "Trần Thị Minh").error == "already_serving"


def test_a_pause_ends_with_the_sign_in_during_which_it_was_made(stage: Stage) -> None:
    stage.verb(commands.Pause, 1)
    assert stage.hub.snapshot.counters[0].state == "paused"
    stage.verb(commands.SignOut, 1)
    assert stage.hub.snapshot.counters[0].state == "closed"
    stage.time.advance(1)
    stage.sign_in(1, "lan", "Hoàng Thị Lan")
    assert stage.hub.snapshot.counters[0].state == "idle"


def test_a_voided_ticket_is_out_of_the_queue(stage: Stage) -> None:
    wait(stage, "A001", "A002")
    assert stage.verb(commands.Void, 1, ticket="t-A001").ok
    assert stage.verb(commands.CallNext, 1).number == "A002"
    assert stage.hub.figures().voided == 1


def test_each_recall_is_a_new_call_for_board_and_voice(stage: Stage) -> None:
    wait(stage, "A001")
    stage.verb(commands.CallNext, 1)
    stage.time.advance(25)
    stage.verb(commands.Recall, 1)
    calls = stage.hub.snapshot.calls
    assert [(call.call, call.number) for call in calls] == [(1, "A001"), (2, "A001")]
    assert stage.hub.snapshot.counters[0].calls == 2
