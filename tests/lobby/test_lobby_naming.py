"""A name on the board: only where the site offers it, only for who asks, masked, and never on a disk."""

from pathlib import Path

import pytest

from kiosk.demo.trial import TrialLobby, TrialOffice
from kiosk.domain.names import is_masked
from kiosk.lobby import view as v
from tests.lobby.test_lobby_flow import CARD, do


def a_ticket(lobby: TrialLobby) -> v.LobbyView:
    """Return the view of who has shown the card and taken a number."""
    lobby.scanner.scan(CARD)
    lobby.office.time.settle()
    return do(lobby, v.Choose(key="tra-ket-qua"), v.TakeTicket())


@pytest.fixture
def office(tmp_path: Path) -> TrialOffice:
    return TrialOffice(tmp_path, names_on_board=True)


def test_numbers_only_is_what_every_site_has_unless_it_says_otherwise(tmp_path: Path) -> None:
    office = TrialOffice(tmp_path)
    view = a_ticket(office.lobby())
    assert (view.step, view.offered_name) == ("ticket", "")


def test_nothing_is_shown_of_who_does_not_ask(office: TrialOffice) -> None:
    lobby, counter, board = office.lobby(), office.counter(1), office.board()
    assert is_masked(a_ticket(lobby).offered_name)
    counter.press("next")
    assert board.flow.view.counters[0].number != ""
    assert board.flow.view.counters[0].name == ""


def test_who_asks_sees_the_masked_name_beside_the_number_until_the_visit_ends(office: TrialOffice) -> None:
    lobby, counter, board = office.lobby(), office.counter(1), office.board()
    name = a_ticket(lobby).offered_name
    view = do(lobby, v.ShowName())
    assert (view.name_shown, view.offered_name) == ("shown", "")
    counter.press("next")
    assert board.flow.view.counters[0].name == name
    counter.press("start", "finish")
    assert board.flow.view.counters[0].name == ""


def test_the_name_is_in_no_event_and_on_no_disk(office: TrialOffice, tmp_path: Path) -> None:
    lobby, counter = office.lobby(), office.counter(1)
    name = a_ticket(lobby).offered_name
    do(lobby, v.ShowName())
    counter.press("next")
    files = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert files
    assert not [path for path in files if name.encode() in path.read_bytes()]


def test_without_the_hub_the_board_shows_the_number_only_and_says_so(office: TrialOffice) -> None:
    lobby = office.lobby()
    a_ticket(lobby)
    office.kill_hub()
    assert do(lobby, v.ShowName()).name_shown == "failed"


@pytest.mark.parametrize("name", ["", "Minh", "Nguyễn Thị Minh", "N. Thị Minh", "N. T. M1nh", "N. T. " + "x" * 60])
def test_a_hub_shows_no_name_that_is_not_masked(name: str) -> None:
    assert not is_masked(name)
