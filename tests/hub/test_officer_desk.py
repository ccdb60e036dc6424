"""Officers' PINs at the hub: who is let in, who is not, and where a PIN stands: nowhere."""

from pathlib import Path

import pytest
from argon2 import PasswordHasher

from kiosk.domain import commands
from kiosk.hub.officers import OfficerDesk
from kiosk.hub.passwords import Passwords
from tests.hub.stage import Device, Stage

QUICK = Passwords(PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))


@pytest.fixture
def stage(tmp_path: Path) -> Stage:
    return with_officers(Stage(tmp_path))


def with_officers(stage: Stage) -> Stage:
    stage.hub.officers = OfficerDesk(stage.hub.book.ledger, stage.hub.book.outbox, QUICK)
    stage.hub.officers.enter("12", "Trần Thị Minh", QUICK.hash_of("4719"))
    return stage


def try_pin(counter: Device, pin: str, officer: str = "12", req_id: str = "") -> str:
    number = int(counter.name.removeprefix("counter-"))
    request = commands.SignInByPin(
        req_id=req_id or counter.stage.hub.new_id(), counter=number, officer=officer, pin=pin
    )
    reply = counter.ask(request)
    assert reply is not None
    return "in" if reply.ok else reply.error


def test_the_right_pin_opens_the_counter_under_the_officers_name(stage: Stage) -> None:
    assert try_pin(stage.device("counter-1"), "4719") == "in"
    state = stage.hub.snapshot.counters[0]
    assert (state.state, state.officer, state.officer_name) == ("idle", "12", "Trần Thị Minh")


def test_a_wrong_pin_and_an_unknown_officer_are_answered_alike(stage: Stage) -> None:
    counter = stage.device("counter-1")
    assert try_pin(counter, "4718") == try_pin(counter, "4719", officer="13") == "wrong_pin"
    assert stage.hub.snapshot.counters[0].state == "closed"


def test_guessing_shuts_the_door_even_for_the_right_pin_and_a_repeated_request_is_one_guess(stage: Stage) -> None:
    counter = stage.device("counter-1")
    for n in range(5):
        assert try_pin(counter, f"100{n}", req_id=f"{n:032x}") == "wrong_pin"
        assert try_pin(counter, f"100{n}", req_id=f"{n:032x}") == "wrong_pin"
    assert try_pin(counter, "4719") == "too_many_tries"
    stage.time.advance(minutes=5)
    assert try_pin(counter, "4719") == "in"


def test_once_somebody_is_on_the_list_a_device_cannot_open_a_counter_without_a_pin(stage: Stage) -> None:
    counter = stage.device("counter-1")
    reply = counter.ask(commands.SignIn(req_id="1" * 32, counter=1, officer="12", name="Ai đó"))
    assert reply is not None
    assert reply.error == "pin_needed"
    stage.hub.officers.remove("12")
    reply = counter.ask(commands.SignIn(req_id="2" * 32, counter=1, officer="12", name="Ai đó"))
    assert reply is not None
    assert reply.ok


def test_officers_outlive_the_hub_and_their_pins_stand_nowhere(stage: Stage) -> None:
    assert try_pin(stage.device("counter-1"), "4719") == "in"
    stage.hub.officers.enter("7", "Lê Văn An", QUICK.hash_of("83150264"))
    stage.kill_hub()
    everything = b"".join(path.read_bytes() for path in stage.folder.rglob("*") if path.is_file())
    assert b"83150264" not in everything
    assert b'"pin":"4719"' not in everything
    stage.start_hub()
    assert [(officer.number, officer.name) for officer in stage.hub.officers.all()] == [
        ("7", "Lê Văn An"),
        ("12", "Trần Thị Minh"),
    ]
    assert "4719" not in repr(commands.SignInByPin(req_id="1", counter=1, officer="12", pin="4719"))
