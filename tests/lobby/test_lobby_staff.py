"""The staff's door and menu: behind a gesture and a PIN that cannot be tried out."""

import sqlite3
from pathlib import Path

import pytest

from kiosk.demo.trial import TrialLobby, TrialOffice
from kiosk.devices.narrator import VirtualNarrator
from kiosk.devices.paper_roll import PaperRoll
from kiosk.devices.printer import VirtualPrinter
from kiosk.domain import events
from kiosk.lobby import view as v
from kiosk.lobby.app import begin_as_staff_wish
from kiosk.lobby.secret import KEY_FILE, kiosk_secret
from kiosk.ui.locales import LANGUAGES, texts_for
from tests.lobby.test_lobby_flow import do, take_number

PIN, WRONG = "246813", "111111"


@pytest.fixture
def lobby(tmp_path: Path) -> TrialLobby:
    return TrialOffice(tmp_path).lobby()


def knock(lobby: TrialLobby) -> v.LobbyView:
    return do(lobby, *[v.Corner()] * 5)


def type_pin(lobby: TrialLobby, pin: str) -> v.LobbyView:
    return do(lobby, *(v.Digit(digit=digit) for digit in pin))


def come_in(lobby: TrialLobby) -> v.LobbyView:
    knock(lobby)
    type_pin(lobby, PIN)
    return type_pin(lobby, PIN)


def test_the_first_pin_is_chosen_at_the_kiosk_soon_after_power_on(lobby: TrialLobby) -> None:
    view = knock(lobby)
    assert view.staff is not None
    assert view.staff.stage == "new"
    view = type_pin(lobby, PIN)
    assert view.staff is not None
    assert view.staff.stage == "again"
    view = type_pin(lobby, WRONG)
    assert view.staff is not None
    assert (view.staff.stage, view.staff.error) == ("new", "differs")
    do(lobby, v.Home())
    view = come_in(lobby)
    assert view.staff is not None
    assert (view.staff.stage, view.staff.done) == ("menu", "pin")


def test_later_nobody_in_the_lobby_can_choose_one(lobby: TrialLobby) -> None:
    lobby.office.time.advance(minutes=16)
    view = knock(lobby)
    assert view.staff is not None
    assert view.staff.stage == "unset"


def test_four_touches_or_slow_ones_are_no_gesture(lobby: TrialLobby) -> None:
    assert do(lobby, *[v.Corner()] * 4).step == "idle"
    lobby.office.time.advance(5)
    for _ in range(6):
        do(lobby, v.Corner())
        lobby.office.time.advance(1.5)
    assert lobby.flow.view.step == "idle"


def test_no_digit_of_a_pin_is_in_a_view_or_on_the_disk(lobby: TrialLobby) -> None:
    seen: list[v.LobbyView] = []
    lobby.flow.listen(seen.append)
    come_in(lobby)
    assert not [view for view in seen if PIN in repr(view) or "2468" in repr(view)]
    assert [view.staff.typed for view in seen if view.staff][:4] == [0, 1, 2, 3]
    raw = b"".join(file.read_bytes() for file in lobby.office.folder.rglob("*") if file.is_file())
    assert PIN.encode() not in raw


def test_wrong_pins_close_the_door_and_a_restart_does_not_open_it(lobby: TrialLobby) -> None:
    come_in(lobby)
    do(lobby, v.Home())
    knock(lobby)
    for _ in range(3):
        view = type_pin(lobby, WRONG)
    assert view.staff is not None
    assert view.staff.stage == "locked"
    lobby.kill()
    lobby.start()
    view = knock(lobby)
    assert view.staff is not None
    assert view.staff.stage == "locked"
    lobby.office.time.advance(minutes=1.1)
    do(lobby, v.Home())
    knock(lobby)
    view = type_pin(lobby, WRONG)
    assert view.staff is not None
    assert view.staff.stage == "locked"
    assert view.staff.seconds > 60, "longer each time"
    lobby.office.time.advance(minutes=2.1)
    do(lobby, v.Home())
    knock(lobby)
    view = type_pin(lobby, PIN)
    assert view.staff is not None
    assert view.staff.stage == "menu"


class MeasuredPrinter(VirtualPrinter):
    """A printer whose paper is measured, as the real ones' is."""

    @property
    def roll(self) -> PaperRoll:
        return PaperRoll(length_m=50, used_mm=13_000)


def test_the_menu_tells_the_paper_that_is_left_and_has_words_for_all_that_it_tells(lobby: TrialLobby) -> None:
    lobby.kill()
    lobby.printer = MeasuredPrinter()
    lobby.start()
    view = come_in(lobby)
    assert view.staff is not None
    assert dict(view.staff.facts)["paper"] == "37 m"
    for language in LANGUAGES:
        assert [name for name, _ in view.staff.facts if not texts_for(language).has(f"lobby.staff.fact.{name}")] == []


def test_the_menu_prints_reprints_notes_the_roll_and_tells_the_state(lobby: TrialLobby) -> None:
    take_number(lobby)
    do(lobby, v.Home())
    view = come_in(lobby)
    assert view.staff is not None
    assert dict(view.staff.facts)["issued"] == "1"
    assert dict(view.staff.facts)["reader"] == "ready"
    for what, done in (("test", "test"), ("reprint", "reprint"), ("paper", "paper")):
        view = do(lobby, v.Do(what=what))
        assert view.staff is not None
        assert view.staff.done == done
    assert len(lobby.printer.papers) == 3
    kinds = [event.TYPE for event in lobby.events()]
    assert kinds == ["ticket.issued", "ticket.printed", "ticket.printed", "device.paper_changed"]
    ways = [event.way for event in lobby.events() if isinstance(event, events.TicketPrinted)]
    assert ways == ["paper", "reprint"]
    lobby.printer.set_paper(False)
    view = do(lobby, v.Do(what="test"))
    assert view.staff is not None
    assert view.staff.done == "print_failed"


def test_volume_and_language_are_kept_and_home_begins_in_them(lobby: TrialLobby) -> None:
    come_in(lobby)
    do(lobby, v.Step(what="volume", by=1), v.Do(what="language"), v.Home())
    assert (lobby.flow.view.step, lobby.flow.view.language) == ("idle", "en")
    lobby.kill()
    lobby.start()
    assert (lobby.flow.view.volume, lobby.flow.view.language) == (1, "en")


def test_reading_aloud_begins_with_the_volume_that_staff_set(lobby: TrialLobby) -> None:
    narrator = VirtualNarrator()
    begin_as_staff_wish(lobby.flow, narrator.begin_at)
    come_in(lobby)
    do(lobby, v.Step(what="volume", by=1), v.Step(what="volume", by=1), v.Home())
    narrator.louder(1)
    narrator.reset()
    assert narrator.volume == 2


def test_restart_ends_this_process_once(lobby: TrialLobby) -> None:
    ended: list[int] = []
    lobby.flow.on_restart = lambda: ended.append(1)
    come_in(lobby)
    do(lobby, v.Do(what="restart"))
    assert (ended, lobby.flow.view.step) == ([1], "idle")


def test_an_unwatched_menu_closes_by_itself(lobby: TrialLobby) -> None:
    come_in(lobby)
    lobby.office.time.advance(61)
    assert lobby.flow.view.step == "idle"


def test_a_torn_key_file_is_made_anew_and_only_its_owner_reads_it(tmp_path: Path) -> None:
    first = kiosk_secret(tmp_path).of_number("079203004321")
    assert kiosk_secret(tmp_path).of_number("079203004321") == first
    file = tmp_path / KEY_FILE
    assert file.stat().st_mode & 0o077 == 0
    file.write_bytes(b"torn")
    assert kiosk_secret(tmp_path).of_number("079203004321") != first
    assert "079203004321" not in first


def test_the_pin_is_stored_only_keyed_and_salted(lobby: TrialLobby) -> None:
    come_in(lobby)
    rows = dict(sqlite3.connect(lobby.database).execute("SELECT name, value FROM settings").fetchall())
    secret = kiosk_secret(lobby.database.parent)
    assert secret.is_pin(PIN, rows["pin"])
    assert not secret.is_pin(WRONG, rows["pin"])
