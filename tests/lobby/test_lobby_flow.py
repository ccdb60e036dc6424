"""Whole visits at the lobby kiosk: real hub, store and slips; time, broker and things with a plug are virtual."""

import sqlite3
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
import zxingcpp

from kiosk.bench.rig.printer_emulator import EmulatedPrinter, MemoryLine
from kiosk.bench.rig.printer_rounds import FAULTS, arm
from kiosk.demo.trial import TrialLobby, TrialOffice
from kiosk.devices.card_hints import HINTS
from kiosk.devices.paper_roll import PaperRoll, RollFile
from kiosk.devices.printer import PrinterStatus, PrintResult, VirtualPrinter
from kiosk.devices.printer_escpos import EscPosPrinter
from kiosk.devices.printer_metered import MeteredPrinter
from kiosk.domain import events
from kiosk.domain.priority import Priority, PriorityReason
from kiosk.lobby import view as v
from kiosk.lobby.sheets import TicketSheet

CARD = "079203004321|301234567|Nguyễn Thị Hoa|05031949|Nữ|12 Lê Lợi, Phường Bến Nghé, Thành phố Hồ Chí Minh|15082021"
"""Synthetic: 77 years old on the day of the tests."""


@pytest.fixture
def office(tmp_path: Path) -> TrialOffice:
    return TrialOffice(tmp_path)


@pytest.fixture
def lobby(office: TrialOffice) -> TrialLobby:
    return office.lobby()


def do(lobby: TrialLobby, *intents: v.LobbyIntent) -> v.LobbyView:
    for intent in intents:
        lobby.flow.act(intent)  # type: ignore[arg-type]  # every intent of the view
        lobby.office.time.settle()
    return lobby.flow.view


def take_number(lobby: TrialLobby, group: str = "tra-ket-qua") -> TicketSheet:
    lobby.office.time.advance(seconds=1)
    view = do(lobby, v.Home(), v.Choose(key=group))
    if view.step == "group":
        do(lobby, v.Choose(key=view.tiles[-1].key))
    ticket = do(lobby, v.TakeTicket()).ticket
    assert ticket is not None
    return ticket


def test_a_certified_copy_needs_three_touches_and_no_card(lobby: TrialLobby) -> None:
    assert do(lobby, v.Choose(key="chung-thuc")).step == "group"
    view = do(lobby, v.Choose(key="sao-y"))
    assert view.step == "papers"
    assert view.sheet is not None
    assert view.sheet.title == "Chứng thực bản sao từ bản chính"
    view = do(lobby, v.TakeTicket())
    assert view.step == "ticket"
    assert view.ticket is not None
    assert (view.ticket.number, view.ticket.printed, view.ticket.place) == ("A001", "paper", 1)
    assert view.ticket.link == f"http://hub.test/t/{view.ticket.ticket}"
    assert len(lobby.printer.papers) == 1


def test_a_card_greets_by_given_name_and_gives_priority_by_age(lobby: TrialLobby) -> None:
    lobby.scanner.scan(CARD)
    view = lobby.flow.view
    assert (view.step, view.citizen) == ("greeting", "N. T. Hoa")
    do(lobby, v.Choose(key="chung-thuc"), v.Choose(key="sao-y"))
    view = do(lobby, v.TakeTicket())
    assert view.ticket is not None
    assert view.ticket.priority
    issued = next(event for event in lobby.events() if isinstance(event, events.TicketIssued))
    assert (issued.priority, issued.priority_reason, issued.with_card) == (Priority.PRIORITY, PriorityReason.AGE, True)


def test_a_card_held_up_in_mid_visit_changes_no_step(lobby: TrialLobby) -> None:
    do(lobby, v.Choose(key="chung-thuc"), v.Choose(key="sao-y"))
    lobby.scanner.scan(CARD)
    assert lobby.flow.view.step == "papers"
    assert lobby.flow.view.priority_by_age


def test_nothing_of_a_card_reaches_the_disk(lobby: TrialLobby) -> None:
    lobby.scanner.scan(CARD)
    do(lobby, v.Choose(key="chung-thuc"), v.Choose(key="sao-y"), v.TakeTicket(), v.Home())
    written = b"".join(file.read_bytes() for file in lobby.database.parent.iterdir())
    written += b"".join(file.read_bytes() for file in lobby.office.folder.glob("hub.db*"))
    for piece in (*CARD.split("|"), "Hoa", "Lê Lợi", "1949"):
        assert piece.encode() not in written, f"{piece} stands in a database file"
    assert lobby.flow.view.citizen == ""


@pytest.mark.parametrize("text", ["https://example.org/menu", "A105", "|||||||", "079203004321|Nguyễn"])
def test_a_code_that_is_no_card_is_said_and_the_visit_goes_on(lobby: TrialLobby, text: str) -> None:
    lobby.scanner.scan(text)
    assert (lobby.flow.view.step, lobby.flow.view.notice) == ("greeting", "card_not_a_card")
    assert do(lobby, v.Choose(key="chung-thuc")).step == "group"
    assert lobby.flow.view.notice == ""


def test_two_cards_at_once_are_said(lobby: TrialLobby) -> None:
    lobby.scanner.scan_two()
    assert lobby.flow.view.notice == "card_two"
    assert lobby.flow.view.citizen == ""


def test_a_card_that_cannot_be_read_yet_is_guided_and_the_screen_is_home_again_without_it(lobby: TrialLobby) -> None:
    home = lobby.flow.view
    for hint in HINTS:
        lobby.scanner.hint(hint)
        assert (lobby.flow.view.step, lobby.flow.view.notice) == ("idle", f"hold_{hint}")
    lobby.scanner.hint("")
    assert lobby.flow.view == home


def test_a_scanner_that_knows_only_the_number_brings_the_priority_and_no_name(lobby: TrialLobby) -> None:
    lobby.scanner.scan_number("079046999261")
    assert (lobby.flow.view.step, lobby.flow.view.citizen, lobby.flow.view.notice) == ("greeting", "", "")
    assert do(lobby, v.Choose(key="tra-ket-qua")).priority_by_age
    lobby.scanner.scan_number("0790469992")
    assert lobby.flow.view.notice == "card_not_a_card"


def test_a_card_held_up_before_a_sleeping_screen_wakes_it(tmp_path: Path) -> None:
    office = TrialOffice(tmp_path, show_clock=True)
    lobby = office.lobby()
    office.time.advance(130)
    assert lobby.flow.view.attract
    lobby.scanner.hint("closer")
    assert (lobby.flow.view.attract, lobby.flow.view.notice) == (0, "hold_closer")


def test_guidance_hides_no_other_word_and_ends_with_the_reading(lobby: TrialLobby) -> None:
    lobby.scanner.hint("closer")
    lobby.scanner.scan(CARD)
    assert (lobby.flow.view.step, lobby.flow.view.notice) == ("greeting", "")
    do(lobby, v.CallHelp())
    lobby.scanner.hint("still")
    assert lobby.flow.view.notice == "help_called"


def test_a_group_without_procedures_leads_straight_to_the_number(lobby: TrialLobby) -> None:
    assert do(lobby, v.Choose(key="tra-ket-qua")).step == "papers"


def test_search_finds_without_diacritics(lobby: TrialLobby) -> None:
    view = do(lobby, v.OpenSearch(), v.Query(text="khai sinh"))
    assert view.tiles[0].title == "Đăng ký khai sinh"
    assert do(lobby, v.Choose(key=view.tiles[0].key)).step == "papers"
    view = do(lobby, v.Back())
    assert (view.step, view.query) == ("search", "khai sinh")


@pytest.mark.parametrize(
    ("query", "group"),
    [
        ("sổ đỏ", "dat-dai"),
        ("so do", "dat-dai"),
        ("nhận kết quả", "tra-ket-qua"),
        ("ket qua", "tra-ket-qua"),
        ("mai tang phi", "bao-tro"),
        ("thẻ bảo hiểm y tế", "bao-tro"),
        ("người có công", "bao-tro"),
        ("làm cccd", "cu-tru"),
        ("VNeID", "cu-tru"),
    ],
)
def test_a_need_without_a_procedure_is_found_by_its_group(lobby: TrialLobby, query: str, group: str) -> None:
    view = do(lobby, v.OpenSearch(), v.Query(text=query))
    assert group in [tile.key for tile in view.tiles]
    view = do(lobby, v.Choose(key=group))
    assert view.step in ("group", "papers")
    choose = (v.Choose(key="other"),) if view.step == "group" else ()
    ticket = do(lobby, *choose, v.TakeTicket()).ticket
    assert ticket is not None
    names = {"dat-dai": "Đất đai", "tra-ket-qua": "Trả kết quả", "bao-tro": "Bảo trợ xã hội", "cu-tru": "Cư trú"}
    assert ticket.group_name == names[group]


def test_an_answer_with_one_procedure_leads_straight_to_its_papers(lobby: TrialLobby) -> None:
    view = do(lobby, v.OpenGuide(), v.Choose(key="gia-dinh"), v.Choose(key="mat"))
    assert view.step == "papers"
    assert view.services == ("Đăng ký khai tử",)
    assert do(lobby, v.Back()).step == "guide"


def test_who_does_not_know_answers_two_questions(lobby: TrialLobby) -> None:
    view = do(lobby, v.OpenGuide())
    assert view.question == "Quý khách cần làm việc gì?"
    view = do(lobby, v.Choose(key="giay-to"))
    assert view.question == "Quý khách mang gì đến?"
    view = do(lobby, v.Choose(key="ban-chinh"))
    assert view.step == "group"
    assert [tile.key for tile in view.tiles] == ["sao-y", "ban-sao-so-goc", "other"]
    assert do(lobby, v.Choose(key="sao-y")).step == "papers"
    assert do(lobby, v.Back(), v.Back()).question == "Quý khách mang gì đến?"
    assert do(lobby, v.Back()).question == "Quý khách cần làm việc gì?"
    assert do(lobby, v.Back()).step == "idle"


def test_one_ticket_carries_several_services(lobby: TrialLobby) -> None:
    do(lobby, v.Choose(key="chung-thuc"), v.Choose(key="sao-y"))
    view = do(lobby, v.AddService())
    assert (view.step, len(view.services)) == ("greeting", 1)
    do(lobby, v.Choose(key="ho-tich"), v.Choose(key="khai-sinh"), v.TakeTicket())
    issued = next(event for event in lobby.events() if isinstance(event, events.TicketIssued))
    assert [item.procedure for item in issued.services] == ["sao-y", "khai-sinh"]
    assert issued.number == "A001"


def test_a_declared_priority_can_be_taken_back(lobby: TrialLobby) -> None:
    do(lobby, v.Choose(key="tra-ket-qua"), v.DeclarePriority(reason="pregnant"))
    assert lobby.flow.view.priority_chosen == "pregnant"
    do(lobby, v.DeclarePriority(reason="pregnant"), v.DeclarePriority(reason="age"))
    assert lobby.flow.view.priority_chosen == ""


def test_two_touches_of_take_make_one_ticket(lobby: TrialLobby) -> None:
    do(lobby, v.Choose(key="tra-ket-qua"), v.TakeTicket(), v.TakeTicket())
    assert len([event for event in lobby.events() if isinstance(event, events.TicketIssued)]) == 1


def test_place_and_range_grow_with_the_queue(lobby: TrialLobby) -> None:
    lobby.office.counter(1)
    places = [take_number(lobby, "chung-thuc") for _ in range(12)]
    assert [ticket.place for ticket in places] == list(range(1, 13))
    last = places[-1]
    assert last.low_minutes is not None
    assert last.high_minutes is not None
    assert places[0].high_minutes is not None
    assert places[0].high_minutes < last.low_minutes <= last.high_minutes


def test_without_paper_the_number_stands_on_the_screen_and_is_not_claimed_as_printed(lobby: TrialLobby) -> None:
    lobby.printer.set_paper(False)
    lobby.office.time.settle()
    assert "paper" in lobby.flow.view.faults
    ticket = take_number(lobby)
    assert ticket.printed == "screen"
    printed = next(event for event in lobby.events() if isinstance(event, events.TicketPrinted))
    assert printed.way == "screen"
    lobby.office.time.advance(45)
    assert lobby.flow.view.step == "ticket", "the only copy stays longer"
    lobby.printer.set_paper(True)
    lobby.office.time.settle()
    kinds = [event.TYPE for event in lobby.events() if event.TYPE.startswith("device.")]
    assert kinds == ["device.faulted", "device.recovered"]
    assert "paper" not in lobby.flow.view.faults


def test_when_paper_is_back_the_slip_of_who_still_stands_here_comes_out(lobby: TrialLobby) -> None:
    lobby.printer.set_paper(False)
    take_number(lobby)
    lobby.printer.set_paper(True)
    lobby.office.time.settle()
    assert lobby.flow.view.ticket is not None
    assert (lobby.flow.view.ticket.printed, len(lobby.printer.papers)) == ("paper", 1)
    assert ways(lobby) == ["screen", "reprint"]
    do(lobby, v.Home())
    lobby.printer.set_paper(False)
    lobby.printer.set_paper(True)
    lobby.office.time.settle()
    assert len(lobby.printer.papers) == 1


@pytest.mark.parametrize("fault", FAULTS)
def test_whatever_befalls_the_printer_within_a_ticket_the_number_stands_somewhere_and_is_claimed_on_paper_only_there(
    lobby: TrialLobby, fault: str
) -> None:
    emulated = EmulatedPrinter()
    arm(emulated, fault, 9)
    line = MemoryLine(emulated)
    printer = EscPosPrinter(line, pause=line.pause, monotonic=line.monotonic)
    lobby.kill()
    lobby.printer = printer  # type: ignore[assignment]  # a real driver
    lobby.start()

    ticket = take_number(lobby)

    assert (ticket.printed, lobby.flow.view.step) == ("paper" if fault == "near end" else "screen", "ticket")
    assert ticket.link.endswith(ticket.ticket)
    if ticket.printed == "screen":
        lobby.office.time.advance(45)
        assert lobby.flow.view.ticket == ticket, "long enough to photograph number and code"
    emulated.heal()
    printer.status()
    lobby.office.time.settle()
    shown = lobby.flow.view.ticket
    assert shown is not None
    assert shown.number == ticket.number
    # where a slip may have come out, no second one follows by itself
    assert shown.printed == ("screen" if fault == "garbage" else "paper")
    slip = emulated.paper.picture(len(emulated.paper.cuts) - 1)
    assert [code.text for code in zxingcpp.read_barcodes(slip.convert("L"))] == [ticket.link]


def test_staff_hear_that_the_roll_runs_low_while_numbers_still_come_on_paper(lobby: TrialLobby, tmp_path: Path) -> None:
    lobby.kill()
    file = RollFile(tmp_path, 12)
    file.keep(PaperRoll(length_m=12, used_mm=7950, slips=50))
    printer = MeteredPrinter(VirtualPrinter(), file)
    lobby.printer = printer  # type: ignore[assignment]  # measures a virtual one
    lobby.start()
    assert take_number(lobby).printed == "paper"
    lobby.office.time.settle()
    assert lobby.flow.view.faults == ("paper_low",)
    printer.paper_changed()
    lobby.office.time.settle()
    assert lobby.flow.view.faults == ()
    told = [event for event in lobby.events() if isinstance(event, events.DeviceFaulted | events.DeviceRecovered)]
    assert [(event.TYPE, event.part) for event in told] == [("device.faulted", "paper"), ("device.recovered", "paper")]
    assert isinstance(told[0], events.DeviceFaulted)
    assert told[0].reason == "paper_low"


def test_a_printer_that_says_nothing_is_not_believed(lobby: TrialLobby) -> None:
    lobby.kill()
    lobby.printer = SilentPrinter()  # type: ignore[assignment]  # answers nothing, as clones do
    lobby.start()
    assert take_number(lobby).printed == "screen"
    assert ways(lobby) == ["screen"]


def test_a_printer_that_hangs_keeps_nobody(lobby: TrialLobby) -> None:
    worker = LaterWorker()
    lobby.kill()
    lobby.start(worker)
    ticket = take_number(lobby)
    assert (lobby.flow.view.step, ticket.printed) == ("printing", "printing")
    assert do(lobby, v.Home(), v.TakeTicket()).step == "printing"
    lobby.office.time.advance(26)
    assert lobby.flow.view.step == "ticket"
    assert lobby.flow.view.ticket is not None
    assert lobby.flow.view.ticket.printed == "screen"
    worker.work()
    assert lobby.flow.view.ticket.printed == "paper", "it came out after all"
    assert ways(lobby) == ["paper"]


def test_tickets_go_on_without_hub_and_arrive_when_it_is_back(lobby: TrialLobby) -> None:
    office = lobby.office
    office.counter(1)
    take_number(lobby)
    office.kill_hub()
    tickets = [take_number(lobby) for _ in range(3)]
    assert [ticket.number for ticket in tickets] == ["F002", "F003", "F004"]
    assert [ticket.place for ticket in tickets] == [2, 3, 4]
    assert all(ticket.told_offline for ticket in tickets)
    assert not lobby.flow.view.online
    office.start_hub()
    assert lobby.flow.view.online
    assert [ticket.number for ticket in office.hub.snapshot.waiting] == ["F001", "F002", "F003", "F004"]
    assert lobby.flow.link.pending == 0


def test_a_kiosk_that_never_saw_a_hub_tells_no_range(tmp_path: Path) -> None:
    lobby = TrialOffice(tmp_path, hub=False).lobby()
    ticket = take_number(lobby)
    assert (ticket.low_minutes, ticket.high_minutes, ticket.told_offline) == (None, None, True)
    assert ticket.number == "F001"


def test_silence_warns_and_then_nothing_of_the_citizen_remains(lobby: TrialLobby) -> None:
    time = lobby.office.time
    before = lobby.flow.view
    lobby.scanner.scan(CARD)
    do(lobby, v.SetLanguage(language="en"), v.Toggle(what="large"), v.Choose(key="chung-thuc"))
    time.advance(30)
    assert lobby.flow.view.seconds_left == 30
    do(lobby, v.StayHere())
    assert lobby.flow.view.seconds_left is None
    assert lobby.flow.view.step == "group"
    time.advance(60)
    assert lobby.flow.view.step == "idle"
    assert (lobby.flow.view.language, lobby.flow.view.large, lobby.flow.view.citizen) == ("vi", False, "")
    assert (lobby.flow.view.tiles, lobby.flow.view.query) == (before.tiles, "")


def test_a_kiosk_at_rest_sets_no_timer(lobby: TrialLobby) -> None:
    quiet = lobby.office.time.pending
    take_number(lobby)
    do(lobby, v.Home())
    lobby.office.time.advance(6)  # the link's own
    assert lobby.office.time.pending == quiet


def test_help_is_called_once_a_visit(lobby: TrialLobby) -> None:
    assert do(lobby, v.CallHelp(), v.CallHelp()).notice == "help_called"
    assert [event.TYPE for event in lobby.events()] == ["help.called"]


def test_with_the_hub_away_nobody_is_told_that_help_comes(lobby: TrialLobby) -> None:
    lobby.office.kill_hub()
    lobby.office.time.advance(5)
    assert do(lobby, v.CallHelp(), v.CallHelp()).notice == "help_go"
    assert [event.TYPE for event in lobby.events()] == ["help.called"], "it is told once the hub is back"


def test_english_is_english(lobby: TrialLobby) -> None:
    view = do(lobby, v.SetLanguage(language="en"), v.Choose(key="chung-thuc"))
    assert view.tiles[-1].title == "Another service of this group"
    assert do(lobby, v.Back()).tiles[0].title == "Certification"


# a power cut between commit and print -----------------------------------------------------------------------------


class PowerCut(BaseException):
    """The plug is pulled in the middle of a print."""


class DyingPrinter:
    """Dies with the whole kiosk when it is asked to print."""

    on_state = None
    state = "ready"

    def print(self, slip: object) -> object:
        raise PowerCut

    def status(self) -> object:
        raise PowerCut


class SilentPrinter:
    """Takes every byte and says nothing."""

    on_state = None
    state = "ready"

    def print(self, slip: object) -> PrintResult:
        return PrintResult("unknown")

    def status(self) -> PrinterStatus:
        return PrinterStatus("unknown")


class LaterWorker:
    """Does its work when the test says so."""

    def __init__(self) -> None:
        self._jobs: list[Callable[[], None]] = []

    def submit(self, work: Callable[[], str], done: Callable[[str], None]) -> None:
        self._jobs.append(lambda: done(work()))

    def work(self) -> None:
        while self._jobs:
            self._jobs.pop(0)()


def cut_in_mid_print(lobby: TrialLobby) -> None:
    whole = lobby.printer
    lobby.kill()
    lobby.printer = DyingPrinter()  # type: ignore[assignment]  # a printer that takes the kiosk with it
    lobby.start()
    with pytest.raises(PowerCut):
        take_number(lobby)
    lobby.kill()
    lobby.printer = whole


def ways(lobby: TrialLobby) -> list[str]:
    return [
        event.way if isinstance(event, events.TicketPrinted) else event.TYPE
        for event in lobby.events()
        if isinstance(event, events.TicketPrinted | events.TicketVoided)
    ]


def test_after_a_cut_the_citizen_who_still_stands_here_gets_the_paper(lobby: TrialLobby) -> None:
    cut_in_mid_print(lobby)
    lobby.office.time.advance(70)
    lobby.start()
    assert ways(lobby) == ["reprint"]
    assert len(lobby.printer.papers) == 1
    assert take_number(lobby).number == "F002"


def test_after_a_long_cut_the_unprinted_number_is_void_and_not_used_again(lobby: TrialLobby) -> None:
    cut_in_mid_print(lobby)
    lobby.office.time.advance(minutes=5)
    lobby.start()
    assert ways(lobby) == ["ticket.voided"]
    assert lobby.printer.papers == []
    ticket = take_number(lobby)
    assert (ticket.number, ticket.place) == ("F002", 1)


# the business day -------------------------------------------------------------------------------------------------


def test_a_jump_of_the_clock_does_not_begin_a_new_series(lobby: TrialLobby) -> None:
    take_number(lobby)
    lobby.office.time.jump(timedelta(days=3))
    assert take_number(lobby).number == "F002"
    rows = sqlite3.connect(lobby.database).execute("SELECT DISTINCT day FROM tickets").fetchall()
    assert rows == [("2026-11-24",)]


def test_the_next_morning_begins_at_one(lobby: TrialLobby) -> None:
    take_number(lobby)
    lobby.office.time.advance(hours=24)
    assert take_number(lobby).number == "F001"


def test_a_restart_in_mid_day_goes_on_with_the_series(lobby: TrialLobby) -> None:
    take_number(lobby)
    lobby.kill()
    lobby.start()
    assert take_number(lobby).number == "F002"


def test_two_kiosks_never_give_the_same_number(office: TrialOffice) -> None:
    kiosks = [office.lobby("lobby-1", 1), office.lobby("lobby-2", 2)]
    numbers = [take_number(kiosks[n % 2], ("tra-ket-qua", "chung-thuc")[n % 3 == 0]).number for n in range(40)]
    assert len(set(numbers)) == 40
    assert {"F1001", "F2001", "A1001", "A2001"} <= set(numbers)
