"""What else the lobby can do: codes, fees, lists, forms, consent, campaign; with the hub there and away."""

import random
from datetime import timedelta
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.demo.trial import TrialLobby, TrialOffice
from kiosk.domain import events
from kiosk.domain.campaigns import Campaign, load_campaigns
from kiosk.domain.hours import OpeningHours
from kiosk.domain.office import ServiceGroup
from kiosk.hub.information_desk import InformationDesk
from kiosk.lobby import view as v
from kiosk.lobby.fees import MOST_CODE_BYTES, list_text
from kiosk.lobby.sheets import Paper
from tests.lobby.test_lobby_flow import CARD, do

DOSSIERS = (
    "code,state,due,note,group,procedure\n"
    "H29-1001,ready,,,,\n"
    "H29-1002,supplement,2026-11-26,Thiếu bản gốc,ho-tich,khai-sinh\n"
)
BOOKINGS = (
    "code,at,group,procedure\nIH-900,2026-11-24T08:15:00,ho-tich,khai-sinh\nIH-901,2026-11-24T16:00:00,ho-tich,\n"
)


@pytest.fixture
def office(tmp_path: Path) -> TrialOffice:
    office = TrialOffice(tmp_path)
    records = tmp_path / "records"
    records.mkdir()
    records.joinpath("dossiers.csv").write_text(DOSSIERS, encoding="utf-8")
    records.joinpath("appointments.csv").write_text(BOOKINGS, encoding="utf-8")
    office.hub.information = InformationDesk(records, random.Random(1))
    return office


@pytest.fixture
def lobby(office: TrialOffice) -> TrialLobby:
    return office.lobby()


def restart(lobby: TrialLobby, **settings: object) -> TrialLobby:
    lobby.kill()
    lobby.config = msgspec.structs.replace(lobby.config, **settings)
    lobby.start()
    return lobby


def written(office: TrialOffice) -> bytes:
    return b"".join(file.read_bytes() for file in office.folder.rglob("*") if file.is_file())


# fees and lists ---------------------------------------------------------------------------------------------------


def test_the_calculator_adds_pages_and_copies_up_to_the_cap(lobby: TrialLobby) -> None:
    view = do(lobby, v.Choose(key="chung-thuc"), v.Choose(key="sao-y"))
    assert view.sheet is not None
    assert view.sheet.has_calculator
    view = do(lobby, v.Open(what="fee"), *[v.Step(what="pages", by=1)] * 4, v.Step(what="copies", by=1))
    assert view.fee is not None
    assert (view.fee.pages, view.fee.copies, view.fee.one, view.fee.total) == (5, 2, 7000, 14000)
    view = do(lobby, *[v.Step(what="pages", by=10)] * 60, v.Step(what="copies", by=-99))
    assert view.fee is not None
    assert (view.fee.one, view.fee.copies, view.fee.is_capped) == (200000, 1, True)
    assert do(lobby, v.Back(), v.TakeTicket()).step == "ticket"


def test_the_sum_of_the_calculator_comes_on_paper_and_a_changed_one_comes_again(lobby: TrialLobby) -> None:
    do(lobby, v.Choose(key="chung-thuc"), v.Choose(key="sao-y"), v.Open(what="fee"))
    view = do(lobby, v.Step(what="copies", by=2), v.PrintList(), v.PrintList())
    assert view.fee is not None
    assert (view.fee.printed, len(lobby.printer.papers)) == ("paper", 1)
    view = do(lobby, v.Step(what="pages", by=1))
    assert view.fee is not None
    assert view.fee.printed == ""
    do(lobby, v.PrintList())
    assert len(lobby.printer.papers) == 2
    assert [event.TYPE for event in lobby.events()] == [], "an estimate is no ticket"


def test_a_sum_that_cannot_be_printed_says_so(lobby: TrialLobby) -> None:
    lobby.printer.set_paper(False)
    view = do(lobby, v.Choose(key="chung-thuc"), v.Choose(key="sao-y"), v.Open(what="fee"), v.PrintList())
    assert view.fee is not None
    assert (view.fee.printed, view.fee.can_print) == ("failed", False)


def test_only_certified_copies_have_a_calculator(lobby: TrialLobby) -> None:
    view = do(lobby, v.Choose(key="ho-tich"), v.Choose(key="khai-sinh"), v.Open(what="fee"))
    assert view.step == "papers"


def test_the_list_goes_to_the_phone_without_a_network_and_to_paper(lobby: TrialLobby) -> None:
    view = do(lobby, v.Choose(key="ho-tich"), v.Choose(key="khai-sinh"), v.Open(what="takeaway"))
    assert view.takeaway is not None
    assert view.takeaway.code.startswith("Đăng ký khai sinh\nCần mang:\n- ")
    view = do(lobby, v.PrintList(), v.PrintList())
    assert view.takeaway is not None
    assert view.takeaway.printed == "paper"
    assert len(lobby.printer.papers) == 1
    assert [event.TYPE for event in lobby.events()] == [], "a list is no ticket"


def test_a_list_that_cannot_be_printed_says_so(lobby: TrialLobby) -> None:
    lobby.printer.set_paper(False)
    view = do(lobby, v.Choose(key="ho-tich"), v.Choose(key="khai-sinh"), v.Open(what="takeaway"), v.PrintList())
    assert view.takeaway is not None
    assert (view.takeaway.printed, view.takeaway.can_print) == ("failed", False)


@given(st.lists(st.builds(Paper, text=st.text(max_size=300), unsure=st.booleans()), max_size=30))
def test_a_code_never_holds_more_than_an_old_phone_reads(papers: list[Paper]) -> None:
    assert len(list_text("Cần mang", "Đăng ký khai sinh", tuple(papers)).encode()) <= MOST_CODE_BYTES + 4


# codes ------------------------------------------------------------------------------------------------------------


def ask(lobby: TrialLobby, purpose: str, code: str) -> v.LobbyView:
    return do(lobby, v.Home(), v.OpenMore(), v.Choose(key=purpose), v.Code(text=code), v.Ask())


def test_a_finished_dossier_leads_to_a_number_that_names_it(lobby: TrialLobby) -> None:
    view = ask(lobby, "dossier", "h29 1001")
    assert view.enquiry is not None
    assert (view.enquiry.state, view.enquiry.status, view.enquiry.can_go_on) == ("found", "ready", True)
    view = do(lobby, v.GoOn(), v.TakeTicket())
    assert view.ticket is not None
    assert view.ticket.number == "F001"
    asked = next(event for event in lobby.events() if isinstance(event, events.DossierAsked))
    assert asked.dossier == "h29 1001"
    assert lobby.office.hub.day.visits[view.ticket.ticket].dossier == "h29 1001"


def test_a_missing_paper_is_told_and_whoever_has_it_along_takes_a_number_for_the_same_thing(lobby: TrialLobby) -> None:
    view = ask(lobby, "dossier", "H29-1002")
    assert view.enquiry is not None
    assert (view.enquiry.status, view.enquiry.note, view.enquiry.can_go_on) == ("supplement", "Thiếu bản gốc", True)
    title = view.enquiry.title
    view = do(lobby, v.GoOn())
    assert (view.step, view.services) == ("papers", (title,))
    do(lobby, v.TakeTicket())
    assert not [event for event in lobby.events() if isinstance(event, events.DossierAsked)], "nothing is fetched"


def test_a_code_that_is_held_up_is_asked_about_at_once(lobby: TrialLobby) -> None:
    do(lobby, v.OpenMore(), v.Choose(key="dossier"))
    lobby.scanner.scan("H29-1001")
    lobby.office.time.settle()
    view = lobby.flow.view
    assert view.enquiry is not None
    assert view.enquiry.state == "found"


def test_a_booking_is_checked_in_once(lobby: TrialLobby) -> None:
    view = ask(lobby, "appointment", "IH-900")
    assert view.enquiry is not None
    assert view.enquiry.title == "Đăng ký khai sinh"
    do(lobby, v.GoOn(), v.TakeTicket(), v.Home())
    assert [event.appointment for event in lobby.events() if isinstance(event, events.AppointmentCheckedIn)] == [
        "IH-900"
    ]
    view = ask(lobby, "appointment", "ih900")
    assert view.enquiry is not None
    assert view.enquiry.error == "used"
    view = ask(lobby, "appointment", "IH-901")
    assert view.enquiry is not None
    assert (view.enquiry.error, view.enquiry.can_go_on) == ("early", True)
    assert view.enquiry.moment, "people are told when to come"
    assert do(lobby, v.GoOn(), v.TakeTicket()).step == "ticket"
    checked_in = [event for event in lobby.events() if isinstance(event, events.AppointmentCheckedIn)]
    assert len(checked_in) == 1, "the booking itself is still open"


def test_results_can_be_fetched_without_a_code(lobby: TrialLobby) -> None:
    view = do(lobby, v.OpenMore(), v.Choose(key="pickup"), v.GoOn(), v.TakeTicket())
    assert view.ticket is not None
    assert view.ticket.number == "F001"


def test_with_the_hub_away_it_is_said_and_numbers_go_on(lobby: TrialLobby) -> None:
    lobby.office.kill_hub()
    view = ask(lobby, "dossier", "H29-1001")
    assert view.enquiry is not None
    assert (view.enquiry.state, view.enquiry.error) == ("refused", "away")
    view = do(lobby, v.Home(), v.OpenMore(), v.Choose(key="pickup"), v.GoOn(), v.TakeTicket())
    assert view.step == "ticket"


def test_an_answer_for_somebody_who_has_gone_is_told_to_nobody(lobby: TrialLobby) -> None:
    for intent in (v.OpenMore(), v.Choose(key="dossier"), v.Code(text="H29-1001"), v.Ask(), v.Home()):
        lobby.flow.act(intent)
    lobby.office.time.settle()
    assert (lobby.flow.view.step, lobby.flow.view.enquiry) == ("idle", None)


# forms ------------------------------------------------------------------------------------------------------------


def fill(lobby: TrialLobby) -> v.LobbyView:
    do(lobby, v.Choose(key="ho-tich"), v.Choose(key="khai-sinh"), v.Open(what="form"))
    do(lobby, v.OpenField(key="child_name"), v.Answer(text="Lê Minh An"), v.OpenField(key=""))
    return do(lobby, v.OpenField(key="child_sex"), v.Answer(text="nu"))


def test_a_form_comes_from_the_card_and_reaches_the_officer_by_its_code(lobby: TrialLobby) -> None:
    lobby.scanner.scan(CARD)
    view = fill(lobby)
    assert view.form is not None
    shown = {line.key: line.text for line in view.form.fields}
    assert (shown["name"], shown["dob"], shown["child_sex"]) == ("Nguyễn Thị Hoa", "05/03/1949", "Nữ")
    view = do(lobby, v.HandOver())
    assert view.form is not None
    assert view.form.state == "handed"
    held = lobby.office.hub.information.form_under(view.form.code, lobby.office.time.now())
    assert (held.values["id"], held.values["child_name"]) == ("079203004321", "Lê Minh An")
    assert [event.TYPE for event in lobby.events()] == ["declaration.handed_over"]
    code = view.form.code
    ticket = do(lobby, v.Back(), v.TakeTicket()).ticket
    assert ticket is not None
    assert ticket.form_codes == (code,), "nobody has to write it down"
    for secret in ("Lê Minh An", "079203004321", view.form.code):
        assert secret.encode() not in written(lobby.office)


def test_without_a_card_the_form_asks_for_what_the_card_would_say(lobby: TrialLobby) -> None:
    view = fill(lobby)
    assert view.form is not None
    assert [line.key for line in view.form.fields][:4] == ["name", "dob", "id", "address"]


def test_a_form_with_the_hub_away_is_kept_on_the_screen_to_try_again(lobby: TrialLobby) -> None:
    fill(lobby)
    lobby.office.kill_hub()
    view = do(lobby, v.HandOver())
    assert view.form is not None
    assert view.form.state == "away"
    assert any(line.text == "Lê Minh An" for line in view.form.fields)


def test_an_answer_of_the_wrong_form_is_marked_and_not_refused(lobby: TrialLobby) -> None:
    fill(lobby)
    view = do(lobby, v.OpenField(key="phone"), v.Answer(text="không có"), v.OpenField(key=""))
    assert view.form is not None
    assert [line.key for line in view.form.fields if line.is_wrong] == ["phone"]


# remembering ------------------------------------------------------------------------------------------------------


def test_nobody_is_remembered_without_saying_so(lobby: TrialLobby) -> None:
    lobby.scanner.scan(CARD)
    do(lobby, v.Toggle(what="large"), v.Open(what="remember"), v.Back(), v.Home())
    lobby.scanner.scan(CARD)
    assert (lobby.flow.view.large, lobby.flow.view.is_remembered) == (False, False)


def test_who_agreed_finds_the_screen_as_it_was_and_is_forgotten_by_one_touch(lobby: TrialLobby) -> None:
    lobby.scanner.scan(CARD)
    do(lobby, v.Toggle(what="large"), v.Open(what="remember"), v.Consent(given=True), v.SetLanguage(language="en"))
    do(lobby, v.Home())
    assert not lobby.flow.view.large
    lobby.scanner.scan(CARD)
    view = lobby.flow.view
    assert (view.large, view.language, view.is_remembered) == (True, "en", True)
    assert b"079203004321" not in written(lobby.office)
    do(lobby, v.Consent(given=False), v.Home())
    lobby.scanner.scan(CARD)
    assert (lobby.flow.view.language, lobby.flow.view.is_remembered) == ("vi", False)


def test_who_does_not_come_for_a_year_is_forgotten(lobby: TrialLobby) -> None:
    lobby.scanner.scan(CARD)
    do(lobby, v.Open(what="remember"), v.Consent(given=True), v.Home())
    lobby.office.time.jump(timedelta(days=400))
    restart(lobby)
    lobby.scanner.scan(CARD)
    assert not lobby.flow.view.is_remembered


# hours and campaign -----------------------------------------------------------------------------------------------


def test_outside_its_hours_the_office_gives_no_number_and_says_when_it_opens(lobby: TrialLobby) -> None:
    restart(lobby, hours=OpeningHours(early_minutes=15))
    assert lobby.flow.view.step == "idle"
    lobby.office.time.advance(hours=10)
    lobby.flow.act(v.Home())
    view = lobby.flow.view
    assert (view.step, view.opens_day, view.opens_clock) == ("closed", "Thứ Tư, 25/11", "07:30")
    assert view.hours == "Thứ Hai – Thứ Sáu, 07:30–17:00"
    assert [tile.key for tile in view.tiles] == ["dossier", "lookup"]
    view = do(lobby, v.Choose(key="lookup"), v.Choose(key="ho-tich"), v.Choose(key="khai-sinh"), v.TakeTicket())
    assert (view.step, view.can_take) == ("papers", False)
    lobby.office.time.advance(hours=13, minutes=14)
    assert do(lobby, v.Home()).step == "closed", "07:14"
    lobby.office.time.advance(minutes=2)
    assert do(lobby, v.Home(), v.Choose(key="tra-ket-qua"), v.TakeTicket()).step == "ticket", "07:16"


def test_whoever_only_looks_something_up_takes_no_number(lobby: TrialLobby) -> None:
    view = do(lobby, v.OpenMore(), v.Choose(key="lookup"), v.Choose(key="chung-thuc"), v.Choose(key="sao-y"))
    assert not view.can_take
    assert do(lobby, v.TakeTicket()).step == "papers"
    assert do(lobby, v.Open(what="takeaway")).step == "takeaway"


def test_a_weekend_campaign_guides_and_has_a_queue_of_its_own(lobby: TrialLobby) -> None:
    raw = Path(events.__file__).with_name("campaigns.json").read_bytes()
    campaign = Campaign(text=load_campaigns(raw)["chu-ky-so"])
    own = ServiceGroup(key="chu-ky-so", letter="S", name="Chữ ký số", name_en="Digital signature")
    plan = lobby.config.office
    plan = msgspec.structs.replace(plan, groups=(*plan.groups, own))
    restart(lobby, hours=OpeningHours(), campaign=campaign, office=plan)
    assert lobby.flow.view.step == "idle", "a Tuesday"
    assert "chu-ky-so" not in [tile.key for tile in lobby.flow.view.tiles]
    lobby.office.time.advance(hours=24 * 4 + 1)
    view = do(lobby, v.Home())
    assert (view.step, view.campaign.can_take if view.campaign else None) == ("campaign", True)
    assert do(lobby, v.Choose(key="phone"), v.Choose(key="phone")).notice == "campaign_noted"
    view = do(lobby, v.Choose(key="campaign"), v.TakeTicket())
    assert view.ticket is not None
    assert view.ticket.number == "S001"
    guided = [event.outcome for event in lobby.events() if isinstance(event, events.CampaignGuided)]
    assert guided == ["phone", "number"]
    view = do(lobby, v.Home(), v.Choose(key="other"), v.Choose(key="tra-ket-qua"), v.TakeTicket())
    assert view.step == "papers", "the office itself is closed"
