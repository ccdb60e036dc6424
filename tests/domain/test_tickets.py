import itertools
import random
from datetime import date, datetime, timedelta, timezone

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk.domain import commands, events
from kiosk.domain.events import ServiceItem
from kiosk.domain.priority import Priority, PriorityReason, priority_of_age
from kiosk.domain.tickets import (
    LETTERS,
    NO_SHOW_GRACE,
    SeriesNumber,
    Visit,
    format_number,
    is_number,
    refusal,
    spoken_parts,
    visit_of,
    waiting_ticket,
)

OPENS = datetime(2026, 11, 24, 7, 30, tzinfo=timezone(timedelta(hours=7)))
TICKET = "t-105"


def at(minute: float) -> datetime:
    return OPENS + timedelta(minutes=minute)


def issued(minute: float = 0, *groups: str, ticket: str = TICKET) -> events.TicketIssued:
    services = tuple(ServiceItem(group=group) for group in groups or ("ho-tich",))
    return events.TicketIssued(at=at(minute), ticket=ticket, number="B105", day=date(2026, 11, 24), services=services)


def called(minute: float, counter: int = 1, manual: bool = False) -> events.TicketCalled:
    return events.TicketCalled(at=at(minute), ticket=TICKET, counter=counter, officer=f"cb0{counter}", manual=manual)


def recalled(minute: float, counter: int = 1) -> events.TicketRecalled:
    return events.TicketRecalled(at=at(minute), ticket=TICKET, counter=counter)


def started(minute: float, counter: int = 1, service: int = 0) -> events.ServiceStarted:
    return events.ServiceStarted(
        at=at(minute), ticket=TICKET, counter=counter, officer=f"cb0{counter}", service=service
    )


def finished(minute: float, counter: int = 1, service: int = 0) -> events.ServiceFinished:
    return events.ServiceFinished(
        at=at(minute), ticket=TICKET, counter=counter, officer=f"cb0{counter}", service=service
    )


def parked(minute: float, counter: int = 1) -> events.TicketParked:
    return events.TicketParked(at=at(minute), ticket=TICKET, counter=counter, until=at(minute + 30))


def resumed(minute: float) -> events.TicketResumed:
    return events.TicketResumed(at=at(minute), ticket=TICKET)


def transferred(minute: float, from_counter: int = 1, **target: object) -> events.TicketTransferred:
    return events.TicketTransferred(at=at(minute), ticket=TICKET, from_counter=from_counter, **target)  # type: ignore[arg-type]  # the target's names vary


def no_show(minute: float, counter: int = 1) -> events.TicketNoShow:
    return events.TicketNoShow(at=at(minute), ticket=TICKET, counter=counter)


def returned(minute: float) -> events.TicketReturned:
    return events.TicketReturned(at=at(minute), ticket=TICKET)


def voided(minute: float, reason: str = "staff") -> events.TicketVoided:
    return events.TicketVoided(at=at(minute), ticket=TICKET, reason=reason)


def the_visit(*happened: events.TicketEvent) -> Visit:
    return visit_of((f"hub-{sequence}", event) for sequence, event in enumerate(happened, 1))


# numbers ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("letter", "kiosk", "n", "label"),
    [
        ("A", None, 1, "A001"),
        ("A", None, 105, "A105"),
        ("A", 2, 105, "A2105"),
        ("B", None, 999, "B999"),
        ("B", None, 1000, "B1000"),
        ("Z", 9, 12345, "Z912345"),
    ],
)
def test_a_number_is_letter_kiosk_digit_and_at_least_three_digits(
    letter: str, kiosk: int | None, n: int, label: str
) -> None:
    assert format_number(letter, kiosk, n) == label
    assert is_number(label)


@pytest.mark.parametrize(
    ("letter", "kiosk", "n"),
    [(letter, None, 1) for letter in ("I", "O", "Q", "a", "AB", "", "Đ")]
    + [("A", kiosk, n) for kiosk, n in ((0, 1), (10, 1), (None, 0))],
)
def test_a_number_outside_the_grammar_is_never_made(letter: str, kiosk: int | None, n: int) -> None:
    with pytest.raises(ValueError, match=r"letter|digit|counts"):
        format_number(letter, kiosk, n)


@given(
    st.sampled_from(LETTERS), st.none() | st.integers(1, 9), st.lists(st.integers(1, 99_999), min_size=2, unique=True)
)
def test_one_kiosk_never_makes_the_same_label_twice(letter: str, kiosk: int | None, numbers: list[int]) -> None:
    labels = {SeriesNumber(letter=letter, kiosk=kiosk, n=n).label for n in numbers}
    assert len(labels) == len(numbers)
    assert all("-" not in label and is_number(label) for label in labels)


def test_a_number_is_spoken_letter_first_then_digit_by_digit() -> None:
    assert spoken_parts("A2105") == ("A", "2", "1", "0", "5")


def test_priority_of_age_begins_at_60_and_75_and_an_unknown_age_gives_none() -> None:
    assert [priority_of_age(age)[0] for age in (None, 59, 60, 74, 75, 101)] == [
        Priority.ORDINARY,
        Priority.ORDINARY,
        Priority.SENIOR,
        Priority.SENIOR,
        Priority.PRIORITY,
        Priority.PRIORITY,
    ]
    assert priority_of_age(80)[1] is PriorityReason.AGE
    assert priority_of_age(None)[1] is PriorityReason.NONE


# the ordinary course ------------------------------------------------------------------------------------------------


def test_a_visit_goes_from_issue_to_finish() -> None:
    happened = [issued(0), called(20, 2), recalled(21, 2), started(22, 2), finished(36, 2)]
    states = [the_visit(*happened[: n + 1]).state for n in range(len(happened))]
    assert states == ["issued", "called", "called", "serving", "finished"]
    end = the_visit(*happened)
    assert (end.counter, end.officer, end.calls) == (None, "cb02", 2)
    assert (end.called_at, end.started_at, end.finished_at) == (at(20), at(22), at(36))
    assert not end.is_open


def test_a_ticket_with_several_services_waits_again_with_its_original_arrival_time() -> None:
    after_first = the_visit(issued(0, "ho-tich", "dat-dai"), called(20), started(21), finished(30))
    assert after_first.state == "issued"
    assert (after_first.service, after_first.group, after_first.finished_services) == (1, "dat-dai", (0,))
    assert after_first.arrived == at(0)
    assert after_first.waiting_since == at(30)

    done = the_visit(issued(0, "ho-tich", "dat-dai"), finished(30), started(40, 4, 1), finished(50, 4, 1))
    assert (done.state, done.finished_services) == ("finished", (0, 1))


def test_a_parked_ticket_comes_back_to_the_front_of_its_class() -> None:
    away = the_visit(issued(0), called(10), started(11), parked(15))
    assert (away.state, away.parked_until, away.counter) == ("parked", at(45), None)
    back = the_visit(issued(0), called(10), started(11), parked(15), resumed(25))
    assert (back.state, back.front, back.arrived, back.parked_until) == ("issued", True, at(0), None)


def test_a_transferred_ticket_keeps_its_arrival_time() -> None:
    visit = the_visit(issued(5), called(10), transferred(12, group="dat-dai", counter=4, officer="cb04"))
    assert (visit.state, visit.group, visit.only_counter, visit.only_officer) == ("issued", "dat-dai", 4, "cb04")
    assert visit.arrived == at(5)
    assert waiting_ticket(visit) is not None


def test_the_target_of_a_transfer_ends_with_the_service_that_was_handed_on() -> None:
    visit = the_visit(
        issued(0, "ho-tich", "chung-thuc"), called(10), transferred(12, counter=3), started(20, 3), finished(30, 3)
    )
    assert (visit.group, visit.only_counter, visit.only_officer) == ("chung-thuc", None, "")


def test_a_no_show_that_returns_loses_half_of_the_time_that_it_waited() -> None:
    gone = the_visit(issued(0), called(30), recalled(31), no_show(32))
    assert (gone.state, gone.may_return_until) == ("no_show", at(32) + NO_SHOW_GRACE)
    back = the_visit(issued(0), called(30), recalled(31), no_show(32), returned(40))
    assert (back.state, back.penalty_minutes, back.arrived) == ("issued", 16.0, at(0))
    twice = the_visit(issued(0), called(30), no_show(32), returned(40), called(50), no_show(52), returned(55))
    assert twice.penalty_minutes == 16.0 + (52 - 16) / 2


def test_an_unprinted_ticket_that_was_voided_says_why() -> None:
    visit = the_visit(issued(0), voided(1, "not_printed"))
    assert (visit.state, visit.void_reason, visit.is_open) == ("void", "not_printed", False)


def test_a_ticket_whose_issue_is_not_known_yet_does_not_wait() -> None:
    visit = the_visit(called(10), resumed(11))
    assert (visit.number, visit.arrived) == ("", None)
    assert not visit.is_waiting
    assert waiting_ticket(the_visit(resumed(11))) is None


# what devices with odd clocks, and hands that crossed, may do -------------------------------------------------------


def test_a_lobby_whose_clock_is_ahead_does_not_send_a_called_ticket_back() -> None:
    assert the_visit(called(3), issued(5)).state == "called"


def test_finished_beats_void_whichever_came_first() -> None:
    assert the_visit(issued(0), started(5), voided(8), finished(9)).state == "finished"
    assert the_visit(issued(0), started(5), finished(8), voided(9)).state == "finished"


def test_void_yields_to_a_service_that_began_but_not_to_a_call() -> None:
    assert the_visit(issued(0), voided(5), called(6, manual=True)).state == "void"
    assert the_visit(issued(0), voided(5), called(6, manual=True), started(7)).state == "serving"


def test_two_counters_that_call_by_hand_are_shown_as_a_conflict() -> None:
    visit = the_visit(issued(0), called(10, 1, manual=True), called(11, 2, manual=True))
    assert (visit.state, visit.counter) == ("called", 2)
    assert [(clash.counter, clash.other) for clash in visit.conflicts] == [(2, 1)]


def test_a_call_does_not_take_a_citizen_from_the_counter_that_serves() -> None:
    visit = the_visit(issued(0), called(10, 1, manual=True), started(11, 1), called(12, 2, manual=True))
    assert (visit.state, visit.counter) == ("serving", 1)
    assert [(clash.counter, clash.other) for clash in visit.conflicts] == [(2, 1)]


def test_a_no_show_at_one_counter_leaves_the_call_of_another() -> None:
    visit = the_visit(issued(0), called(10, 1, manual=True), called(11, 2, manual=True), no_show(12, 1))
    assert (visit.state, visit.counter) == ("called", 2)


def test_events_of_one_moment_keep_the_order_of_their_writer() -> None:
    visit = the_visit(issued(0), called(10, 1), transferred(10, 1, group="dat-dai"), called(10, 4))
    assert (visit.state, visit.counter, visit.conflicts) == ("called", 4, ())


def test_a_tenth_event_of_a_stream_comes_after_its_ninth() -> None:
    visit = visit_of([("hub-10", transferred(10, 1)), ("hub-9", called(10, 1)), ("lobby-1", issued(0))])
    assert (visit.state, visit.waiting_since) == ("issued", at(10))


def test_events_of_two_tickets_are_no_visit() -> None:
    with pytest.raises(ValueError, match="one ticket"):
        visit_of([("a-1", issued(0)), ("a-2", issued(0, ticket="other"))])
    with pytest.raises(ValueError, match="one ticket"):
        visit_of([])


# rules --------------------------------------------------------------------------------------------------------------

_minutes = st.integers(0, 6)
_counters = st.integers(1, 3)
_services = st.integers(0, 2)
_one_event = st.one_of(
    st.builds(lambda m, groups: issued(m, *groups), _minutes, st.lists(st.sampled_from(["a", "b"]), max_size=3)),
    st.builds(lambda m: events.TicketPrinted(at=at(m), ticket=TICKET), _minutes),
    st.builds(called, _minutes, _counters),
    st.builds(recalled, _minutes, _counters),
    st.builds(started, _minutes, _counters, _services),
    st.builds(parked, _minutes, _counters),
    st.builds(resumed, _minutes),
    st.builds(lambda m, c, g: transferred(m, c, group=g), _minutes, _counters, st.sampled_from(["", "a", "c"])),
    st.builds(finished, _minutes, _counters, _services),
    st.builds(no_show, _minutes, _counters),
    st.builds(returned, _minutes),
    st.builds(voided, _minutes),
)


def _known(happened: list[events.TicketEvent]) -> list[tuple[str, events.TicketEvent]]:
    writers = ("hub", "counter-1", "counter-2")
    return [(f"{writers[number % 3]}-{number // 3 + 1}", event) for number, event in enumerate(happened)]


@settings(max_examples=60, deadline=None)
@given(st.lists(_one_event, min_size=1, max_size=6))
def test_every_permutation_of_the_events_gives_the_same_visit(happened: list[events.TicketEvent]) -> None:
    known = _known(happened)
    visit = visit_of(known)
    assert all(visit_of(order) == visit for order in itertools.permutations(known))


@settings(max_examples=6, deadline=None)
@given(st.lists(_one_event, min_size=7, max_size=7))
def test_every_permutation_of_seven_events_gives_the_same_visit(happened: list[events.TicketEvent]) -> None:
    known = _known(happened)
    visit = visit_of(known)
    assert all(visit_of(order) == visit for order in itertools.permutations(known))


@settings(max_examples=150, deadline=None)
@given(st.lists(_one_event, min_size=8, max_size=30), st.randoms(use_true_random=False))
def test_long_visits_survive_shuffling_splitting_and_doubling(
    happened: list[events.TicketEvent], chance: random.Random
) -> None:
    known = _known(happened)
    visit = visit_of(known)
    for _ in range(10):
        mixed = [*known, *chance.choices(known, k=len(known))]
        chance.shuffle(mixed)
        cut = chance.randrange(len(mixed))
        assert visit_of([*mixed[cut:], *mixed[:cut]]) == visit


@settings(max_examples=300, deadline=None)
@given(st.lists(_one_event, min_size=1, max_size=20))
def test_whatever_happens_the_visit_stays_sound(happened: list[events.TicketEvent]) -> None:
    visit = visit_of(_known(happened))
    assert visit.state in ("issued", "called", "serving", "parked", "no_show", "finished", "void")
    assert (visit.counter is not None) == (visit.state in ("called", "serving"))
    assert (visit.parked_until is not None) == (visit.state == "parked")
    services = set(range(max(1, len(visit.services))))
    assert (visit.state == "finished") == services.issubset(visit.finished_services)
    assert visit.penalty_minutes >= 0
    assert waiting_ticket(visit) is None or visit.state in ("issued", "parked")


@settings(max_examples=200, deadline=None)
@given(st.lists(_one_event, min_size=1, max_size=12), _one_event)
def test_nothing_brings_a_finished_visit_back(happened: list[events.TicketEvent], late: events.TicketEvent) -> None:
    everything = [issued(0), *happened, finished(6, 1, 0)]
    visit = visit_of(_known(everything))
    if isinstance(late, events.TicketIssued) or visit.state != "finished":
        return
    assert visit_of([*_known(everything), ("late-1", late)]).state == "finished"


_VERBS: list[commands.Command] = [
    commands.CallTicket(req_id="r", counter=1, ticket=TICKET),
    commands.Recall(req_id="r", counter=1),
    commands.Start(req_id="r", counter=1),
    commands.Park(req_id="r", counter=1),
    commands.Resume(req_id="r", counter=1, ticket=TICKET),
    commands.Transfer(req_id="r", counter=1, group="c"),
    commands.Finish(req_id="r", counter=1),
    commands.NoShow(req_id="r", counter=1),
    commands.Return(req_id="r", counter=1, ticket=TICKET),
    commands.Void(req_id="r", counter=1, ticket=TICKET),
]


def _event_of(verb: commands.Command, minute: int, visit: Visit) -> events.TicketEvent:
    made: dict[type[commands.Command], events.TicketEvent] = {
        commands.CallTicket: called(minute),
        commands.Recall: recalled(minute),
        commands.Start: started(minute, 1, visit.service),
        commands.Park: parked(minute),
        commands.Resume: resumed(minute),
        commands.Transfer: transferred(minute, 1, group="c"),
        commands.Finish: finished(minute, 1, visit.service),
        commands.NoShow: no_show(minute),
        commands.Return: returned(minute),
        commands.Void: voided(minute),
    }
    return made[type(verb)]


@settings(max_examples=150, deadline=None)
@given(st.lists(st.sampled_from(_VERBS), max_size=25), st.integers(1, 3))
def test_a_verb_that_is_not_refused_has_an_effect(verbs: list[commands.Command], services: int) -> None:
    happened: list[events.TicketEvent] = [issued(0, *["a"] * services)]
    for minute, verb in enumerate(verbs, 1):
        before = the_visit(*happened)
        if refusal(before, verb, at(minute)) is None:
            happened.append(_event_of(verb, minute, before))
            assert the_visit(*happened) != before
    assert the_visit(*happened).conflicts == ()


def test_refusals_say_why_in_the_words_of_the_reply() -> None:
    waits, at_one = the_visit(issued(0)), the_visit(issued(0), called(5, 1))
    gone = the_visit(issued(0), called(5), no_show(6))
    cases: list[tuple[Visit | None, commands.Command, float, str | None]] = [
        (None, commands.CallNext(req_id="r", counter=1), 9, "nobody_waiting"),
        (waits, commands.CallNext(req_id="r", counter=1), 9, None),
        (None, commands.CallTicket(req_id="r", counter=1, ticket="x"), 9, "unknown_ticket"),
        (at_one, commands.CallTicket(req_id="r", counter=2, ticket=TICKET), 9, "wrong_state"),
        (None, commands.Start(req_id="r", counter=1), 9, "nothing_here"),
        (at_one, commands.Start(req_id="r", counter=2), 9, "nothing_here"),
        (at_one, commands.Finish(req_id="r", counter=1), 9, "wrong_state"),
        (at_one, commands.Park(req_id="r", counter=1), 9, None),
        (gone, commands.Return(req_id="r", counter=1, ticket=TICKET), 21, None),
        (gone, commands.Return(req_id="r", counter=1, ticket=TICKET), 21.1, "too_late"),
        (waits, commands.Return(req_id="r", counter=1, ticket=TICKET), 9, "wrong_state"),
        (waits, commands.Resume(req_id="r", counter=1, ticket=TICKET), 9, "wrong_state"),
        (None, commands.SignOut(req_id="r", counter=1), 9, None),
    ]
    assert [refusal(visit, command, at(minute)) for visit, command, minute, _ in cases] == [
        expected for *_, expected in cases
    ]
