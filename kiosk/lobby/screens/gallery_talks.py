"""States of the lobby's conversations with sample data: what else can be done, codes, fees, forms, campaign, staff."""

from importlib.resources import files

import msgspec

from kiosk.domain.campaigns import load_campaigns
from kiosk.domain.hours import OpeningHours
from kiosk.lobby.sheets import (
    CampaignSheet,
    EnquirySheet,
    FeeSheet,
    FieldLine,
    FormSheet,
    StaffSheet,
    TakeawaySheet,
    Tile,
    campaign_sheet,
)
from kiosk.lobby.view import LobbyView
from kiosk.lobby.words import MORE, hours_line, in_language

CODE = "H29-241125-0001"


def talks(home: LobbyView, papers: LobbyView) -> list[tuple[str, LobbyView]]:
    """Return the states by name; `home` and `papers` are the views from which they begin."""
    change, language = msgspec.structs.replace, home.language
    greeting = change(home, step="greeting", citizen="N. T. Minh", can_be_remembered=True)
    offered = change(papers, sheet=change(papers.sheet, has_form=True) if papers.sheet else None)
    copies = change(papers, sheet=change(papers.sheet, has_calculator=True) if papers.sheet else None)
    return [
        ("idle_attract_1", change(home, attract=1)),
        ("idle_attract_2", change(home, attract=2)),
        ("idle_asleep", change(home, is_dim=True)),
        ("idle_restarted", change(home, notice="restarted")),
        ("closed", _closed(home)),
        ("closed_for_good", change(_closed(home), opens_day="", opens_clock="")),
        ("campaign", change(home, step="campaign", campaign=_campaign(language))),
        ("campaign_alone", change(home, step="campaign", campaign=change(_campaign(language), can_take=False))),
        ("more", change(home, step="more", tiles=_more(language))),
        ("greeting_remember", greeting),
        ("greeting_known", change(greeting, is_remembered=True, can_be_remembered=False)),
        ("greeting_lookup", change(greeting, citizen="", can_be_remembered=False, can_take=False)),
        ("remember", change(greeting, step="remember")),
        ("papers_form", offered),
        ("papers_fee", copies),
        ("papers_lookup", change(offered, can_take=False, priority_choices=())),
        ("fee", change(papers, step="fee", fee=FeeSheet(pages=5, copies=3, one=7000, total=21000, is_capped=False))),
        (
            "fee_capped",
            change(papers, step="fee", fee=FeeSheet(pages=320, copies=2, one=200000, total=400000, is_capped=True)),
        ),
        *(
            (
                f"fee_{how}",
                change(
                    papers,
                    step="fee",
                    fee=FeeSheet(pages=5, copies=3, one=7000, total=21000, is_capped=False, printed=how),
                ),
            )
            for how in ("printing", "paper", "failed")
        ),
        *_takeaways(papers),
        *_enquiries(home),
        *_forms(home, papers),
        *_staff(home),
    ]


def _closed(home: LobbyView) -> LobbyView:
    day = "Thứ Tư, 25/11" if home.language == "vi" else "Wednesday, 25/11"
    tiles = tuple(tile for tile in _more(home.language) if tile.key in ("dossier", "lookup"))
    return msgspec.structs.replace(
        home,
        step="closed",
        tiles=tiles,
        opens_day=day,
        opens_clock="07:30",
        clock="18:20",
        can_take=False,
        hours=hours_line(OpeningHours(), home.language),
    )


def _more(language: str) -> tuple[Tile, ...]:
    return tuple(
        Tile(key=key, title=in_language(language, *title), hint=in_language(language, *hint), icon=icon)
        for key, icon, title, hint in MORE
    )


def _campaign(language: str) -> CampaignSheet:
    text = load_campaigns(files("kiosk.domain").joinpath("campaigns.json").read_bytes())["chu-ky-so"]
    return campaign_sheet(text, language, True)


def _takeaways(papers: LobbyView) -> list[tuple[str, LobbyView]]:
    change, sheet = msgspec.structs.replace, papers.sheet
    lines = sheet.papers if sheet else ()
    title = sheet.title if sheet else ""
    code = "\n".join((title, *(f"- {paper.text}" for paper in lines)))
    view = change(papers, step="takeaway", takeaway=TakeawaySheet(title=title, papers=lines, code=code))

    def printed(how: str) -> LobbyView:
        return change(view, takeaway=TakeawaySheet(title=title, papers=lines, code=code, printed=how))

    return [("takeaway", view), *((f"takeaway_{how}", printed(how)) for how in ("printing", "paper", "failed"))]


def _enquiries(home: LobbyView) -> list[tuple[str, LobbyView]]:
    vi = home.language == "vi"
    title = "Đăng ký khai sinh" if vi else "Birth registration"
    due = "Thứ Năm, 26/11" if vi else "Thursday, 26/11"
    missing = "Thiếu bản gốc giấy chứng sinh" if vi else "The original birth notice is missing"

    def view(**fields: object) -> LobbyView:
        sheet = EnquirySheet(**{"purpose": "dossier", "code": CODE, "state": "found", **fields})  # type: ignore[arg-type]  # fields of the sheet
        return msgspec.structs.replace(home, step="enquiry", tiles=(), enquiry=sheet)

    return [
        ("enquiry", view(code="", state="ask")),
        ("enquiry_typed", view(code="H29-24", state="ask")),
        ("enquiry_pickup", view(purpose="pickup", code="", state="ask", can_go_on=True)),
        ("enquiry_appointment", view(purpose="appointment", code="IH-90", state="ask")),
        ("enquiry_asking", view(state="asking")),
        ("enquiry_ready", view(status="ready", title=title, can_go_on=True)),
        ("enquiry_processing", view(status="processing", title=title, moment=due)),
        ("enquiry_supplement", view(status="supplement", title=title, note=missing, can_go_on=True)),
        (
            "enquiry_booked",
            view(purpose="appointment", code="IH-900", title=title, moment=f"09:00 · {home.day_line}", can_go_on=True),
        ),
        ("enquiry_unknown", view(state="refused", error="unknown_code")),
        ("enquiry_away", view(state="refused", error="away")),
        (
            "enquiry_early",
            view(
                purpose="appointment",
                code="IH-901",
                state="refused",
                error="early",
                title=title,
                moment=f"15:00 · {home.day_line}",
                can_go_on=True,
            ),
        ),
    ]


def _forms(home: LobbyView, papers: LobbyView) -> list[tuple[str, LobbyView]]:
    vi = home.language == "vi"
    title = papers.sheet.title if papers.sheet else ""
    words = (
        ("name", ("Họ và tên", "Full name"), "Nguyễn Thị Minh", True),
        ("dob", ("Ngày sinh", "Date of birth"), "05/03/1988", True),
        ("address", ("Nơi thường trú", "Permanent residence"), "12 Lê Lợi, Phường Bến Nghé", True),
        ("child_name", ("Họ và tên của trẻ", "Child’s full name"), "Lê Minh An", False),
        ("child_dob", ("Ngày sinh của trẻ", "Child’s date of birth"), "31/02/2026", False),
        ("child_sex", ("Giới tính của trẻ", "Child’s sex"), "", False),
        ("child_birthplace", ("Nơi sinh", "Place of birth"), "", False),
        ("relation", ("Quan hệ với trẻ", "Relation to the child"), "", False),
        ("phone", ("Số điện thoại", "Phone number"), "", False),
        ("more", ("Ghi thêm", "Anything else"), "", False),
    )
    fields = tuple(
        FieldLine(
            key=key,
            label=label[not vi],
            text=text,
            from_card=card,
            kind="date" if key == "child_dob" else "text",
            is_wrong=key == "child_dob",
        )
        for key, label, text, card in words
    )
    form = FormSheet(title=title, fields=fields)
    change = msgspec.structs.replace
    view = change(papers, step="form", form=form)
    choices = tuple(Tile(key=f"c{n}", title=text) for n, text in enumerate(("Nam", "Nữ") if vi else ("Male", "Female")))
    name = {"open": "child_name", "label": fields[3].label, "text": "Lê Minh An"}
    phone = {"open": "phone", "label": fields[8].label, "kind": "phone", "text": "0912"}
    born = {"open": "child_dob", "label": fields[4].label, "kind": "date", "text": "0503"}
    sex = {"open": "child_sex", "label": fields[5].label, "kind": "choice", "choices": choices}
    return [
        ("form", view),
        ("form_name", change(view, form=change(form, **name))),
        ("form_phone", change(view, form=change(form, **phone))),
        ("form_date", change(view, form=change(form, **born))),
        ("form_choice", change(view, form=change(form, **sex))),
        ("form_away", change(view, form=change(form, state="away"))),
        ("form_handed", change(view, form=change(form, state="handed", code="7K3MWX9D"))),
    ]


def _staff(home: LobbyView) -> list[tuple[str, LobbyView]]:
    names = ("hub", "broker", "pending", "reader", "printer", "paper", "issued")
    facts = tuple(zip(names, ("online", "online", "0", "ready", "ready", "37 m", "57"), strict=True))
    ill = tuple(zip(names, ("offline", "offline", "12", "broken", "faulty", "37 m", "57"), strict=True))
    menu = StaffSheet(stage="menu", facts=facts, volume=2, can_reprint=True)
    change = msgspec.structs.replace

    def view(sheet: StaffSheet) -> LobbyView:
        return change(home, step="staff", tiles=(), staff=sheet)

    return [
        ("staff_pin", view(StaffSheet(stage="pin", typed=3))),
        ("staff_wrong", view(StaffSheet(stage="pin", error="wrong"))),
        ("staff_new", view(StaffSheet(stage="new"))),
        ("staff_locked", view(StaffSheet(stage="locked", seconds=110))),
        ("staff_unset", view(StaffSheet(stage="unset"))),
        ("staff_menu", view(menu)),
        ("staff_menu_ill", view(change(menu, facts=ill, volume=0, can_reprint=False, done="print_failed"))),
    ]
