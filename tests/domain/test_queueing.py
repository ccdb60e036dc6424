import random
from datetime import datetime, timedelta, timezone

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk.domain import events
from kiosk.domain.office import CounterPlan
from kiosk.domain.priority import Priority
from kiosk.domain.queueing import QueuePolicy, can_call, candidates_hash, choose, order
from kiosk.domain.snapshot import CounterState, WaitingTicket
from kiosk.domain.tickets import visit_of, waiting_ticket

NOW = datetime(2026, 11, 24, 9, 30, tzinfo=timezone(timedelta(hours=7)))
POLICY = QueuePolicy()
ANY = CounterPlan(number=1, groups=("a", "b"))


def ticket(name: str, waited: float, **more: object) -> WaitingTicket:
    arrived = NOW - timedelta(minutes=waited)
    fields = {"number": name.upper(), "group": "a", "arrived": arrived, **more}
    return WaitingTicket(ticket=name, **fields)  # type: ignore[arg-type]  # the fields' names vary


def names(tickets: list[WaitingTicket]) -> list[str]:
    return [one.ticket for one in tickets]


def test_the_claim_grows_with_waiting_times_weight() -> None:
    waiting = [
        ticket("ordinary", 31),
        ticket("senior", 20, priority=Priority.SENIOR),
        ticket("priority", 10, priority=Priority.PRIORITY),
    ]
    assert names(order(waiting, NOW, POLICY)) == ["ordinary", "senior", "priority"]
    assert names(order(waiting, NOW + timedelta(minutes=10), POLICY)) == ["priority", "senior", "ordinary"]


def test_back_from_parking_stands_at_the_front_of_the_own_class_only() -> None:
    waiting = [
        ticket("first", 40),
        ticket("parked", 5, front=True),
        ticket("claim", 20, priority=Priority.PRIORITY),
    ]
    assert names(order(waiting, NOW, POLICY)) == ["claim", "parked", "first"]


def test_a_returned_no_show_loses_its_penalty() -> None:
    assert names(order([ticket("late", 40, penalty_minutes=20), ticket("other", 30)], NOW, POLICY)) == ["other", "late"]


def test_ties_go_by_arrival_then_by_ticket_id() -> None:
    same = [ticket("y", 10), ticket("x", 10), ticket("front", 10, front=True)]
    assert names(order(same, NOW, POLICY)) == ["front", "x", "y"]


def test_a_counter_calls_only_its_own_groups() -> None:
    waiting = [ticket("land", 60, group="c"), ticket("copy", 1)]
    choice = choose(waiting, ANY, NOW, POLICY)
    assert choice is not None
    assert choice.ticket == "copy"
    assert choose(waiting, CounterPlan(number=2, groups=("d",)), NOW, POLICY) is None


def test_a_ticket_handed_to_a_counter_or_an_officer_waits_for_that_one() -> None:
    to_counter = ticket("x", 10, only_counter=3, group="z")
    assert can_call(to_counter, CounterPlan(number=3, groups=()))
    assert not can_call(to_counter, ANY)
    to_officer = ticket("y", 10, only_officer="cb07")
    assert can_call(to_officer, ANY, "cb07")
    assert not can_call(to_officer, ANY, "cb01")


def test_a_ticket_handed_to_somebody_who_went_home_belongs_to_its_group_again() -> None:
    to_officer = ticket("y", 10, only_officer="cb07")
    present = [CounterState(counter=1, state="idle", officer="cb01"), CounterState(counter=2, state="closed")]
    assert can_call(to_officer, ANY, "cb01", present)
    assert can_call(ticket("x", 10, only_counter=2), ANY, "cb01", present)
    assert not can_call(ticket("x", 10, only_counter=2), ANY, "cb01", [CounterState(counter=2, state="paused")])


def test_the_audit_says_on_what_the_call_was_decided() -> None:
    waiting = [ticket("first", 30), ticket("second", 20), ticket("other", 50, group="c")]
    choice = choose(waiting, ANY, NOW, POLICY, officer="cb01")
    assert choice is not None
    audit = choice.audit
    assert (audit.top, audit.chosen, audit.place, audit.candidates) == ("first", "first", 1, 2)
    assert (audit.policy, audit.officer, audit.score, audit.reason) == (POLICY.version, "cb01", 30.0, "")
    assert audit.candidates_hash == candidates_hash(waiting[1::-1], NOW, POLICY)
    assert audit.candidates_hash != candidates_hash(waiting[:1], NOW, POLICY)


def test_a_call_out_of_order_is_allowed_and_leaves_its_reason() -> None:
    waiting = [ticket("first", 30), ticket("second", 20), ticket("other", 50, group="c")]
    silent = choose(waiting, ANY, NOW, POLICY, wanted="second")
    assert silent is not None
    assert (silent.ticket, silent.audit.place, silent.audit.reason) == ("second", 2, "out_of_order")
    told = choose(waiting, ANY, NOW, POLICY, wanted="other", reason="đã hẹn")
    assert told is not None
    assert (told.audit.place, told.audit.reason, told.audit.score) == (0, "đã hẹn", 50.0)
    assert choose(waiting, ANY, NOW, POLICY, wanted="nobody") is None


def test_the_audit_travels_as_json() -> None:
    choice = choose([ticket("first", 30)], ANY, NOW, POLICY)
    assert choice is not None
    assert msgspec.json.decode(msgspec.json.encode(choice), type=type(choice)) == choice


def test_a_weight_of_zero_would_starve_a_class_and_is_refused() -> None:
    with pytest.raises(ValueError, match="weight"):
        QueuePolicy(weights={Priority.ORDINARY: 0.0, Priority.SENIOR: 1.5, Priority.PRIORITY: 3.0})


_tickets = st.lists(
    st.builds(
        lambda name, waited, priority, front, penalty: ticket(
            f"t{name}", waited, priority=priority, front=front, penalty_minutes=penalty
        ),
        st.integers(0, 99),
        st.integers(-2, 90),
        st.sampled_from(list(Priority)),
        st.booleans(),
        st.sampled_from([0.0, 5.0, 40.0]),
    ),
    max_size=15,
    unique_by=lambda one: one.ticket,
)


@given(_tickets, st.randoms(use_true_random=False))
def test_the_order_does_not_depend_on_how_the_tickets_come(waiting: list[WaitingTicket], chance: random.Random) -> None:
    mixed = list(waiting)
    chance.shuffle(mixed)
    assert order(mixed, NOW, POLICY) == order(waiting, NOW, POLICY)


@given(_tickets)
def test_within_a_class_nobody_overtakes_but_those_from_parking_and_those_who_were_late(
    waiting: list[WaitingTicket],
) -> None:
    ordered = order(waiting, NOW + timedelta(minutes=5), POLICY)
    for priority in Priority:
        plain = [
            one.arrived for one in ordered if one.priority is priority and not one.front and not one.penalty_minutes
        ]
        assert plain == sorted(plain)
        fronts = [one.front for one in ordered if one.priority is priority]
        assert fronts == sorted(fronts, reverse=True)


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 2**32 - 1), st.floats(0.3, 0.98))
def test_ordinary_tickets_never_starve(seed: int, priority_share: float) -> None:
    # a counter at the limit of its strength, flooded by tickets with a claim
    chance = random.Random(seed)
    policy = POLICY
    waiting: list[WaitingTicket] = []
    calls: list[tuple[float, WaitingTicket]] = []
    for minute in range(240):
        claim = Priority.PRIORITY if chance.random() < priority_share else Priority.ORDINARY
        waiting.append(ticket(f"{minute:03d}", -minute, priority=claim))
        if minute < 20:
            continue  # twenty wait before the first call
        now = NOW + timedelta(minutes=minute)
        choice = choose(waiting, ANY, now, policy)
        assert choice is not None
        called = next(one for one in waiting if one.ticket == choice.ticket)
        waiting.remove(called)
        calls.append((minute, called))
    ratio = policy.weights[Priority.PRIORITY] / policy.weights[Priority.ORDINARY]
    for minute, called in calls:
        # whoever is called left nobody behind who had waited longer than weight times that long
        waited = minute + (NOW - called.arrived).total_seconds() / 60
        left_behind = [
            minute + (NOW - one.arrived).total_seconds() / 60
            for later, one in calls
            if later > minute and one.arrived <= NOW + timedelta(minutes=minute)
        ]
        assert all(other <= ratio * waited for other in left_behind)


@given(st.integers(4, 60), st.integers(1, 60))
def test_a_transferred_ticket_is_called_as_if_it_had_waited_here_all_the_time(waited: int, other_waited: int) -> None:
    issued = events.TicketIssued(
        at=NOW - timedelta(minutes=waited),
        ticket="moved",
        number="B001",
        day=NOW.date(),
        services=(events.ServiceItem(group="a"),),
    )
    called = events.TicketCalled(at=NOW - timedelta(minutes=3), ticket="moved", counter=2)
    handed_on = events.TicketTransferred(at=NOW, ticket="moved", from_counter=2, group="b")
    moved = waiting_ticket(visit_of([("lobby-1", issued), ("hub-1", called), ("hub-2", handed_on)]))
    assert moved is not None
    choice = choose(
        [moved, ticket("other", other_waited, group="b")], CounterPlan(number=5, groups=("b",)), NOW, POLICY
    )
    assert choice is not None
    assert choice.ticket == ("other" if other_waited > waited else "moved")
