"""Signing in at the keypad: number, PIN, with the hub and without, and nothing of a PIN on any screen."""

from datetime import datetime, timedelta
from pathlib import Path

import pytest
from argon2 import PasswordHasher

from kiosk.clock import VIETNAM
from kiosk.counter.hand import Refused
from kiosk.counter.sign_in import KNOWN_FOR, REST_S, Entered, SignInDesk
from kiosk.counter.store import CounterStore
from kiosk.demo.trial import TrialCounter, TrialOffice
from kiosk.hub.officers import OfficerDesk
from kiosk.hub.passwords import Passwords
from kiosk.messaging.identity import DeviceKey
from kiosk.messaging.outbox import Outbox, open_database

QUICK = Passwords(PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))


@pytest.fixture
def office(tmp_path: Path) -> TrialOffice:
    office = TrialOffice(tmp_path, show_clock=True)
    name_officers(office)
    return office


@pytest.fixture
def counter(office: TrialOffice) -> TrialCounter:
    return office.counter(1, signed_in=False)


def name_officers(office: TrialOffice) -> None:
    office.hub.officers = OfficerDesk(office.hub.book.ledger, office.hub.book.outbox, QUICK)
    for number, name, pin in (("12", "Trần Thị Minh", "4719"), ("7", "Lê Văn An", "83150264")):
        office.hub.officers.enter(number, name, QUICK.hash_of(pin))


def sign_in(counter: TrialCounter, number: str = "12", pin: str = "4719") -> str:
    counter.press(*number, "next", *pin, "next")
    view = counter.flow.view
    return view.officer_name or view.message


def test_number_and_pin_open_the_counter_and_the_screen_shows_the_number_but_never_the_pin(
    counter: TrialCounter,
) -> None:
    shown = []
    counter.flow.listen(lambda view: shown.append((view.entry, view.typed)))
    assert sign_in(counter) == "Trần Thị Minh"
    assert counter.flow.view.step == "idle"
    assert ("number", "12") in shown
    assert ("pin", "••••") in shown
    assert not any("4" in typed or "7" in typed for entry, typed in shown if entry == "pin")
    assert (counter.flow.view.entry, counter.flow.view.typed) == ("", "")


def test_a_wrong_pin_is_told_and_after_five_the_door_is_shut_for_a_while(counter: TrialCounter) -> None:
    assert [sign_in(counter, pin="1000") for _ in range(6)] == ["wrong_pin"] * 5 + ["too_many_tries"]
    assert sign_in(counter) == "too_many_tries"
    counter.office.time.advance(minutes=6)
    assert sign_in(counter) == "Trần Thị Minh"


def test_backspace_takes_a_digit_back_and_any_verb_ends_the_typing(counter: TrialCounter) -> None:
    counter.press("1", "3", "no_show", "2")
    assert (counter.flow.view.entry, counter.flow.view.typed) == ("number", "12")
    counter.press("next", "4", "7", "pause")
    assert counter.flow.view.entry == ""
    counter.press("1", "no_show", "no_show")
    assert counter.flow.view.entry == ""
    assert counter.flow.view.step == "closed"


def test_who_types_no_further_is_forgotten(counter: TrialCounter) -> None:
    counter.press("1", "2", "next", "4", "7")
    assert counter.flow.view.typed == "••"
    counter.office.time.advance(REST_S + 1)
    assert (counter.flow.view.entry, counter.flow.view.typed) == ("", "")


def test_ones_own_number_signs_out_and_another_number_does_nothing(counter: TrialCounter) -> None:
    sign_in(counter)
    counter.press("7", "next")
    assert (counter.flow.view.step, counter.flow.view.entry) == ("idle", "")
    counter.press("1", "2", "next")
    assert counter.flow.view.step == "closed"
    assert sign_in(counter, "7", "83150264") == "Lê Văn An"


def test_the_verbs_work_as_ever_after_a_sign_in(counter: TrialCounter) -> None:
    sign_in(counter)
    counter.press("next")
    assert counter.flow.view.message == "nobody_waiting"
    counter.press("pause")
    assert counter.flow.view.step == "paused"


def test_without_hub_only_who_signed_in_here_before_is_known_and_only_by_the_same_pin(counter: TrialCounter) -> None:
    sign_in(counter)
    counter.press("1", "2", "next")
    counter.office.kill_hub()
    counter.office.time.advance(60)
    assert sign_in(counter, "7", "83150264") == "unknown_here"
    assert sign_in(counter, pin="4718") == "wrong_pin"
    assert sign_in(counter) == "Trần Thị Minh"
    assert counter.flow.view.manual
    counter.office.start_hub()
    assert counter.office.hub.snapshot.counters[0].officer == "12"


def test_guessing_without_hub_is_slow_as_well(counter: TrialCounter) -> None:
    sign_in(counter)
    counter.press("1", "2", "next")
    counter.office.kill_hub()
    assert [sign_in(counter, pin="1000") for _ in range(5)] == ["wrong_pin"] * 5
    assert sign_in(counter) == "too_many_tries"


def test_a_pin_that_the_hub_refused_opens_nothing_here_either(counter: TrialCounter) -> None:
    sign_in(counter)
    counter.press("1", "2", "next")
    counter.office.hub.officers.enter("12", "Trần Thị Minh", QUICK.hash_of("9053"))
    assert sign_in(counter) == "wrong_pin"
    counter.office.kill_hub()
    assert sign_in(counter) == "unknown_here"


def test_a_month_later_nobody_is_known_any_more(tmp_path: Path) -> None:
    now = datetime(2026, 11, 25, 8, tzinfo=VIETNAM)
    outbox = Outbox(
        open_database(tmp_path / "counter.db"), source="c", boot="b", now=lambda: now, mono=lambda: 0.0,
        new_id=lambda: "0" * 32, clk="simulated",
    )  # fmt: skip
    desk = SignInDesk(1, CounterStore(outbox), DeviceKey.make())
    desk.remember(Entered("12", "4719"), "Trần Thị Minh", now)
    assert desk.name_of(Entered("12", "4719"), now + KNOWN_FOR - timedelta(days=1), 0.0) == "Trần Thị Minh"
    with pytest.raises(Refused, match="unknown_here"):
        desk.name_of(Entered("12", "4719"), now + KNOWN_FOR, 0.0)


def test_no_pin_stands_in_any_file_of_the_counter(counter: TrialCounter) -> None:
    sign_in(counter, "7", "83150264")
    everything = b"".join(path.read_bytes() for path in counter.office.folder.rglob("*") if path.is_file())
    assert b"83150264" not in everything
