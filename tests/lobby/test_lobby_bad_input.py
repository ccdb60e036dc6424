"""What a lobby does to a kiosk: every fault has a designed answer, and the answer is never a dead screen."""

import contextlib
import sqlite3
from datetime import timedelta
from pathlib import Path

import msgspec
import pytest

from kiosk.demo.trial import TrialLobby, TrialOffice
from kiosk.devices.printer import VirtualPrinter
from kiosk.lobby import view as v
from tests.lobby.test_lobby_flow import CARD, do

PERSON = ("Nguyễn", "Hoa", "079203004321", "Lê Lợi")


@pytest.fixture
def lobby(tmp_path: Path) -> TrialLobby:
    return TrialOffice(tmp_path).lobby()


class TreacherousPrinter(VirtualPrinter):
    """Fails in a way that nobody foresaw, when it is asked how it is."""

    is_ill = False

    @property
    def state(self) -> str:
        if self.is_ill:
            raise RuntimeError("an error that nobody foresaw")
        return "ready"


def test_after_any_error_the_kiosk_is_at_home_says_so_and_works_on(lobby: TrialLobby) -> None:
    lobby.kill()
    printer = lobby.printer = TreacherousPrinter()
    lobby.start()
    lobby.scanner.scan(CARD)
    do(lobby, v.Choose(key="ho-tich"), v.Choose(key="khai-sinh"))
    printer.is_ill = True
    view = do(lobby, v.Open(what="takeaway"))
    assert (view.step, view.notice, view.citizen) == ("idle", "restarted", "")
    printer.is_ill = False
    view = do(lobby, v.Choose(key="tra-ket-qua"), v.TakeTicket())
    assert (view.step, view.notice) == ("ticket", "")


@pytest.mark.parametrize("cut", range(1, len(CARD), 9))
def test_a_torn_off_card_is_said_and_nothing_of_it_is_shown(lobby: TrialLobby, cut: int) -> None:
    lobby.scanner.scan(CARD[:cut])
    view = lobby.flow.view
    assert view.step == "greeting"
    if view.notice == "card_not_a_card":
        assert view.citizen == ""


def test_two_cards_one_after_the_other_leave_the_second_ones_owner(lobby: TrialLobby) -> None:
    lobby.scanner.scan(CARD)
    lobby.scanner.scan("079090999321||Trần Văn An|05031990|Nam|1 Lê Lai|15082021||||")
    view = lobby.flow.view
    assert (view.citizen, view.priority_by_age) == ("T. V. An", False)


def test_a_picture_a_second_from_the_hub_extends_no_visit_and_moves_nothing(lobby: TrialLobby) -> None:
    other = lobby.office.lobby("lobby-2", 2)
    do(lobby, v.Choose(key="chung-thuc"))
    steps: list[str] = []
    lobby.flow.listen(lambda view: steps.append(view.step))
    for _ in range(59):
        lobby.office.time.advance(1)
        do(other, v.Home(), v.Choose(key="tra-ket-qua"), v.TakeTicket())
    assert set(steps) == {"group"}
    lobby.office.time.advance(1.5)
    assert lobby.flow.view.step == "idle"
    assert lobby.flow.view.waiting == 59


def test_a_key_that_types_for_an_hour_fills_no_field_and_ends_no_life(lobby: TrialLobby) -> None:
    do(lobby, v.OpenSearch())
    for length in range(1, 3600, 7):
        lobby.flow.act(v.Query(text="a" * length))
    assert len(lobby.flow.view.query) <= 80
    do(lobby, v.Home(), v.OpenMore(), v.Choose(key="dossier"), v.Code(text="9" * 4000))
    assert lobby.flow.view.enquiry is not None
    assert len(lobby.flow.view.enquiry.code) <= 40


def test_a_touch_that_comes_after_its_screen_has_gone_does_nothing(lobby: TrialLobby) -> None:
    do(lobby, v.Choose(key="chung-thuc"))
    late = (v.Choose(key="ho-tich"), v.TakeTicket(), v.GoOn(), v.HandOver(), v.Consent(given=True), v.PrintList())
    more = (v.Open(what="fee"), v.Digit(digit="1"), v.Do(what="restart"), v.Step(what="pages", by=1))
    view = do(lobby, *late, *more)
    assert (view.step, lobby.events()) == ("group", [])


# nothing of anybody stays -----------------------------------------------------------------------------------------


def says_of_anybody(view: v.LobbyView) -> list[str]:
    text = msgspec.json.encode(view).decode()
    return [piece for piece in PERSON if piece in text]


@pytest.mark.parametrize(
    "steps",
    [
        (),
        (v.Choose(key="chung-thuc"), v.Choose(key="sao-y")),
        (v.OpenSearch(), v.Query(text="Nguyễn Thị Hoa")),
        (v.OpenMore(), v.Choose(key="dossier"), v.Code(text="079203004321")),
        (v.Open(what="remember"),),
        (v.Choose(key="ho-tich"), v.Choose(key="khai-sinh"), v.Open(what="form"), v.OpenField(key="child_name"),
         v.Answer(text="Nguyễn Hoa")),
    ],
)  # fmt: skip
def test_after_30_seconds_of_silence_nothing_of_the_citizen_is_in_the_view(
    lobby: TrialLobby, steps: tuple[v.LobbyIntent, ...]
) -> None:
    lobby.scanner.scan(CARD)
    do(lobby, *steps)
    lobby.office.time.advance(30)
    assert says_of_anybody(lobby.flow.view) == []
    lobby.office.time.advance(31)
    assert lobby.flow.view.step == "idle"


@pytest.mark.parametrize("has_paper", [True, False])
def test_30_seconds_after_the_last_touch_a_ticket_knows_nobody(lobby: TrialLobby, has_paper: bool) -> None:
    lobby.printer.set_paper(has_paper)
    lobby.scanner.scan(CARD)
    view = do(lobby, v.Choose(key="ho-tich"), v.Choose(key="khai-sinh"), v.TakeTicket())
    assert (view.step, view.citizen) == ("ticket", "N. T. Hoa")
    lobby.office.time.advance(30)
    assert says_of_anybody(lobby.flow.view) == []
    assert lobby.flow.view.step == ("idle" if has_paper else "ticket"), "a number without paper stands longer"


def test_the_code_of_a_form_stands_for_a_minute_and_the_form_does_not(lobby: TrialLobby) -> None:
    lobby.scanner.scan(CARD)
    do(lobby, v.Choose(key="ho-tich"), v.Choose(key="khai-sinh"), v.Open(what="form"), v.OpenField(key="child_name"))
    view = do(lobby, v.Answer(text="Nguyễn Hoa"), v.OpenField(key=""), v.HandOver())
    assert view.form is not None
    lobby.office.time.advance(30)
    later = lobby.flow.view
    assert (says_of_anybody(later), later.form.code if later.form else "") == ([], view.form.code)
    lobby.office.time.advance(31)
    assert lobby.flow.view.step == "idle"


def test_a_kiosk_out_of_service_still_speaks_english_and_says_where_help_is(
    lobby: TrialLobby,
) -> None:
    with contextlib.closing(sqlite3.connect(lobby.database)) as disk:
        disk.execute("CREATE TRIGGER is_full BEFORE INSERT ON outbox BEGIN SELECT RAISE(ABORT, 'disk is full'); END")
        disk.commit()
    view = do(lobby, v.Choose(key="tra-ket-qua"), v.TakeTicket())
    assert (view.step, view.reason) == ("sorry", "storage")
    view = do(lobby, v.SetLanguage(language="en"), v.Toggle(what="large"), v.CallHelp())
    assert (view.step, view.language, view.large, view.notice) == ("sorry", "en", True, "help_go")


def test_a_form_warns_in_time_and_one_touch_keeps_it(lobby: TrialLobby) -> None:
    do(lobby, v.Choose(key="ho-tich"), v.Choose(key="khai-sinh"), v.Open(what="form"), v.OpenField(key="child_name"))
    do(lobby, v.Answer(text="An"))
    lobby.office.time.advance(10)
    assert lobby.flow.view.seconds_left == 20, "at least 20 s to answer"
    lobby.office.time.advance(19)
    do(lobby, v.StayHere())
    lobby.office.time.advance(9)
    assert lobby.flow.view.form is not None
    assert lobby.flow.view.form.text == "An"


# sleep ------------------------------------------------------------------------------------------------------------


@pytest.fixture
def drawn(tmp_path: Path) -> TrialLobby:
    return TrialOffice(tmp_path, show_clock=True).lobby()


def test_home_is_calm_then_dark_and_the_waking_touch_presses_nothing(drawn: TrialLobby) -> None:
    assert drawn.flow.view.attract == 0
    drawn.office.time.advance(minutes=3)
    assert not drawn.flow.view.is_dim
    seen = set()
    for _ in range(4):
        drawn.office.time.advance(12)
        seen.add(drawn.flow.view.attract)
    assert seen == {0, 1, 2}
    drawn.office.time.advance(minutes=8)
    assert (drawn.flow.view.is_dim, drawn.flow.view.attract) == (True, 0)
    view = do(drawn, v.Choose(key="chung-thuc"))
    assert (view.step, view.is_dim) == ("idle", False)
    assert do(drawn, v.Choose(key="chung-thuc")).step == "group"


def test_a_card_wakes_the_screen_and_is_read(drawn: TrialLobby) -> None:
    drawn.office.time.advance(minutes=12)
    drawn.scanner.scan(CARD)
    assert (drawn.flow.view.step, drawn.flow.view.is_dim) == ("greeting", False)


def test_a_clock_that_jumps_does_not_wake_or_blind_anybody(drawn: TrialLobby) -> None:
    drawn.office.time.jump(timedelta(days=300))
    do(drawn, v.Choose(key="chung-thuc"))
    drawn.office.time.jump(timedelta(days=-400))
    drawn.office.time.advance(90)
    assert (drawn.flow.view.step, drawn.flow.view.is_dim) == ("idle", False)
