"""Every state of the lobby's screens with sample data, for `kiosk screens`, the tests and a designer's eye.

People are made up; numbers, papers and waiting times are examples.
"""

from datetime import date
from importlib.resources import files
from typing import Any

import msgspec

from kiosk.domain.office import MODEL_GROUPS
from kiosk.domain.procedures import GuideQuestion, Procedure, load_catalogue
from kiosk.lobby.screens.gallery_talks import talks
from kiosk.lobby.sheets import Paper, ProcedureSheet, TicketSheet, Tile
from kiosk.lobby.view import LobbyView
from kiosk.lobby.words import GROUP_ICONS, OTHER_SERVICE, other_service

DAY = date(2026, 11, 24)
LINK = "http://192.168.1.10:8080/t/3f9c2b7e5d8a4c10"

_WORDS: dict[str, dict[str, Any]] = {
    "vi": {
        "day": "Thứ Ba, 24/11",
        "query": "khai sinh",
        "priority": (
            ("disability", "Khuyết tật nặng"),
            ("pregnant", "Phụ nữ mang thai"),
            ("small_child", "Có con nhỏ dưới 36 tháng"),
            ("merits", "Người có công"),
            ("illness", "Ốm, bệnh cần gấp"),
        ),
        "sheet": (
            "Đăng ký khai sinh",
            "Hộ tịch",
            "Trong ngày; nhận sau 15 giờ: ngày làm việc tiếp theo",
            "Miễn phí nếu đúng hạn (trong 60 ngày); quá hạn: theo mức do Hội đồng nhân dân tỉnh quy định",
            (
                "Tờ khai theo mẫu",
                "Giấy chứng sinh; nếu không có: văn bản của người làm chứng hoặc giấy cam đoan",
                "Thẻ Căn cước của người đi đăng ký",
            ),
        ),
        "long": (
            "Chứng thực giao dịch (động sản, quyền sử dụng đất, nhà)",
            "Chứng thực",
            "Trong ngày; nhận sau 15 giờ: ngày làm việc tiếp theo; hồ sơ phức tạp: thêm không quá 2 ngày làm việc",
            "2.000 đồng một trang; từ trang thứ 3: 1.000 đồng một trang; tối đa 200.000 đồng một bản",
            (
                "Dự thảo giao dịch",
                "Thẻ Căn cước, hộ chiếu hoặc giấy tờ tùy thân còn giá trị của từng người tham gia giao dịch",
                "Giấy chứng nhận quyền sử dụng đất, quyền sở hữu nhà hoặc giấy tờ thay thế được pháp luật quy định",
                "Giấy tờ chứng minh tình trạng hôn nhân của các bên",
                "Giấy ủy quyền, nếu đi thay người khác",
                "Giấy đăng ký xe hoặc giấy tờ chứng minh quyền sở hữu động sản",
                "Văn bản đồng ý của đồng sở hữu",
                "Bản dịch có chứng thực, nếu giấy tờ viết bằng tiếng nước ngoài",
            ),
        ),
        "services": ("Đăng ký khai sinh", "Đăng ký thường trú"),
    },
    "en": {
        "day": "Tuesday, 24/11",
        "query": "birth",
        "priority": (
            ("disability", "Severe disability"),
            ("pregnant", "Pregnant"),
            ("small_child", "With a child under 3"),
            ("merits", "Person with merits"),
            ("illness", "Urgent illness"),
        ),
        "sheet": (
            "Birth registration",
            "Civil status",
            "Same day; received after 15:00: next working day",
            "Free on time (within 60 days); late: set by the provincial People’s Council",
            (
                "Declaration on the form",
                "Birth notice; without one: a witness’s statement or a commitment",
                "ID card of the person who registers",
            ),
        ),
        "long": (
            "Certification of a transaction (movables, land use, housing)",
            "Certification",
            "Same day; received after 15:00: next working day; complex files: up to 2 working days more",
            "2,000 dong a page; from the third page 1,000 dong a page; at most 200,000 dong a copy",
            (
                "Draft of the transaction",
                "ID card, passport or another valid identity paper of each person in the transaction",
                "Certificate of land use or house ownership, or a paper that the law accepts instead",
                "Papers that prove the marital status of the parties",
                "Power of attorney, if you act for somebody else",
                "Vehicle registration, or proof of ownership of the movable",
                "Consent of the co-owners",
                "Certified translation of papers in a foreign language",
            ),
        ),
        "services": ("Birth registration", "Permanent residence"),
    },
}
"""Sample words by language; the office's own names stay Vietnamese, as they do on the real screen."""


def gallery(language: str) -> list[tuple[str, LobbyView]]:
    """Return every state of the lobby by name, in the order of a visit."""
    words = _WORDS[language]
    home = LobbyView(
        step="idle",
        language=language,
        office_name="Bộ phận Một cửa phường Bến Nghé",
        authority="Thành phố Hồ Chí Minh",
        clock="08:42",
        day_line=words["day"],
        tiles=_groups(language),
        waiting=12,
        low_minutes=10,
        high_minutes=20,
        counters_open=4,
        counters_total=5,
    )
    change = msgspec.structs.replace
    greeting = change(home, step="greeting", citizen="N. T. Minh", waiting=None)
    catalogue = load_catalogue(files("kiosk.domain").joinpath("procedures.json").read_bytes())
    many, few = (_procedures(catalogue.in_group(group, DAY), language) for group in ("chung-thuc", "bao-tro"))
    other = Tile(key=OTHER_SERVICE, title=other_service(language), icon="certificate")
    group = change(home, step="group", tiles=(*few, change(other, icon="hand-heart")))
    search = change(home, step="search", tiles=(), query="")
    found = catalogue.search(words["query"], DAY)
    hits = change(search, query=words["query"], tiles=_procedures(found, language))
    question = catalogue.guide()
    assert question is not None
    guide = change(home, step="guide", **_asked(question, language))
    second = question.answers[0].then
    assert second is not None
    papers = change(
        home,
        step="papers",
        tiles=(),
        sheet=_sheet(words["sheet"], "1.001193", unsure=False),
        priority_choices=tuple(Tile(key=key, title=title) for key, title in words["priority"]),
        services=(words["sheet"][0],),
    )
    ticket = change(papers, step="ticket", priority_choices=(), ticket=_ticket(language), seconds_left=25)
    change_ticket = change(_ticket(language), printed="screen")
    return [
        ("idle", home),
        ("idle_nobody", change(home, waiting=0, low_minutes=None, high_minutes=None)),
        ("idle_offline", change(home, online=False, faults=("hub",))),
        ("idle_paper_out", change(home, faults=("paper",))),
        ("idle_help", change(home, notice="help_called")),
        ("idle_hold_closer", change(home, notice="hold_closer")),
        ("idle_lowered", change(home, lowered=True)),
        ("idle_large", change(home, large=True)),
        ("idle_contrast", change(home, contrast=True)),
        ("greeting", greeting),
        ("greeting_unreadable", change(greeting, citizen="", notice="card_unreadable")),
        ("greeting_not_a_card", change(greeting, citizen="", notice="card_not_a_card")),
        ("greeting_second_service", change(greeting, services=(words["services"][0],))),
        ("group", group),
        ("group_many", change(group, tiles=(*many, other))),
        ("group_lowered", change(group, lowered=True)),
        ("search", search),
        ("search_hits", hits),
        ("search_none", change(hits, tiles=(), query="xyz")),
        ("guide", guide),
        ("guide_second", change(guide, **_asked(second, language))),
        ("papers", papers),
        ("papers_long", change(papers, sheet=_sheet(words["long"], "", unsure=True), services=(words["long"][0],))),
        ("papers_priority", change(papers, priority_chosen="small_child")),
        ("papers_by_age", change(papers, priority_by_age=True, priority_choices=(), citizen="N. T. Minh")),
        ("papers_two_services", change(papers, services=words["services"])),
        ("papers_group_only", change(papers, sheet=_bare(papers.sheet))),
        ("papers_ending", change(papers, seconds_left=12)),
        ("papers_large", change(papers, large=True)),
        ("papers_contrast", change(papers, contrast=True)),
        ("printing", change(ticket, step="printing", seconds_left=None)),
        ("ticket", ticket),
        ("ticket_form", change(ticket, ticket=change(_ticket(language), form_codes=("7K3MWX9D",)))),
        ("ticket_name", change(ticket, offered_name="N. T. Minh")),
        ("ticket_name_shown", change(ticket, name_shown="shown")),
        ("ticket_priority", change(ticket, ticket=change(_ticket(language), priority=True, place=2))),
        ("ticket_no_paper", change(ticket, ticket=change_ticket)),
        (
            "ticket_offline",
            change(
                ticket,
                online=False,
                ticket=change(_ticket(language), told_offline=True, low_minutes=None, high_minutes=None, place=0),
            ),
        ),
        ("ticket_large", change(ticket, large=True)),
        ("ticket_contrast", change(ticket, contrast=True)),
        ("sorry", change(home, step="sorry", tiles=(), reason="storage")),
        *talks(home, papers),
    ]


def _groups(language: str) -> tuple[Tile, ...]:
    return tuple(
        Tile(
            key=group.key,
            title=group.name if language == "vi" else group.name_en,
            hint=group.hint if language == "vi" else group.hint_en,
        )
        for group in MODEL_GROUPS
    )


def _procedures(rows: tuple[Procedure, ...], language: str) -> tuple[Tile, ...]:
    return tuple(
        Tile(key=row.key, title=row.name_in(language), hint=row.time_in(language), icon=GROUP_ICONS[row.group])
        for row in rows
    )


def _asked(question: GuideQuestion, language: str) -> dict[str, Any]:
    vi = language == "vi"
    tiles = tuple(
        Tile(key=answer.key, title=answer.text if vi else answer.text_en, icon=answer.icon)
        for answer in question.answers
    )
    return {"question": question.text if vi else question.text_en, "tiles": tiles}


def _sheet(words: tuple[str, str, str, str, tuple[str, ...]], code: str, unsure: bool) -> ProcedureSheet:
    title, group, time, fee, papers = words
    lines = tuple(Paper(text=text, unsure=unsure and n in (3, 6)) for n, text in enumerate(papers))
    return ProcedureSheet(
        title=title, code=code, group_name=group, time=time, fee=fee, papers=lines, source="", unsure=unsure
    )


def _bare(sheet: ProcedureSheet | None) -> ProcedureSheet:
    name = sheet.group_name if sheet else ""
    return ProcedureSheet(title=name, code="", group_name=name, time="", fee="", papers=(), source="", unsure=False)


def _ticket(language: str) -> TicketSheet:
    return TicketSheet(
        ticket="3f9c2b7e5d8a4c10",
        number="B105",
        group_name="Hộ tịch" if language == "vi" else "Civil status",
        place=4,
        low_minutes=15,
        high_minutes=30,
        counters=(2, 3),
        priority=False,
        link=LINK,
        printed="paper",
    )
