"""The lobby's screens: what they show, what a touch says, and that every state fits its panel in every mode."""

import msgspec
import pytest

from kiosk.lobby import view as v
from kiosk.lobby.sheets import Paper, ProcedureSheet


@pytest.fixture
def lobby(show):
    """The lobby's screens on the panel; `said` collects what a citizen did."""
    from kiosk.lobby.screens import LobbyScreens
    from kiosk.ui.locales import texts_for

    said = []
    ui = show(LobbyScreens(texts_for, said.append))
    ui.said = said
    return ui


@pytest.fixture
def states():
    """Every state of the gallery by name: `states("vi")["idle"]`."""

    def of(language="vi"):
        from kiosk.lobby.screens.gallery import gallery

        return dict(gallery(language))

    return of


def see(ui, view):
    ui.root.render(view)
    ui.settle()


def test_home_shows_seven_groups_and_the_way_for_those_who_do_not_know(lobby, states):
    see(lobby, states()["idle"])
    words = lobby.words()
    for title in ("Chứng thực", "Hộ tịch", "Đất đai", "Bảo trợ xã hội", "Kinh doanh", "Trả kết quả", "Cư trú"):
        assert title in words
    assert "Giúp tôi chọn" in words
    assert "Đang chờ 12 người. Khoảng 10–20 phút" in words


def test_a_touch_on_a_tile_chooses_its_group(lobby, states):
    see(lobby, states()["idle"])
    lobby.touch("Hộ tịch")
    assert lobby.said == [v.Choose(key="ho-tich")]


@pytest.mark.parametrize(
    ("state", "words", "intent"),
    [
        ("idle", "Giúp tôi chọn", v.OpenGuide()),
        ("idle", "Tìm thủ tục", v.OpenSearch()),
        ("idle", "English", v.SetLanguage(language="en")),
        ("idle", "Chữ to", v.Toggle(what="large")),
        ("idle", "Tương phản", v.Toggle(what="contrast")),
        ("idle", "Đọc to", v.Toggle(what="read_aloud")),
        ("idle", "Hạ thấp", v.Toggle(what="lowered")),
        ("idle", "Gọi hỗ trợ", v.CallHelp()),
        ("greeting_unreadable", "Tiếp tục không cần thẻ", v.NoCard()),
        ("group", "Trợ cấp xã hội", v.Choose(key="tro-cap-xa-hoi")),
        ("group", "Quay lại", v.Back()),
        ("group", "Trang đầu", v.Home()),
        ("guide", "Sinh, cưới", v.Choose(key="gia-dinh")),
        ("papers", "Người có công", v.DeclarePriority(reason="merits")),
        ("papers", "Lấy số", v.TakeTicket()),
        ("papers", "Thêm việc", v.AddService()),
        ("papers_ending", "Tôi cần thêm", v.StayHere()),
        ("campaign", "Tự làm", v.Choose(key="phone")),
        ("campaign", "Lấy số", v.Choose(key="campaign")),
        ("campaign", "Việc khác", v.Choose(key="other")),
        ("enquiry_early", "Lấy số thường", v.GoOn()),
        ("ticket", "Xong", v.Home()),
        ("ticket", "Giữ màn hình", v.StayHere()),
    ],
)
def test_every_button_says_what_its_words_promise(lobby, states, state, words, intent):
    see(lobby, states()[state])
    lobby.touch(words)
    assert lobby.said == [intent]


def test_keys_of_the_search_type_and_the_letters_stand_in_the_field_at_once(lobby, states):
    see(lobby, states()["search"])
    for key in ("s", "a", "o"):
        lobby.touch(key)
    assert lobby.said == [v.Query(text="s"), v.Query(text="sa"), v.Query(text="sao")]
    assert "sao" in lobby.words()


def test_a_late_echo_of_the_query_does_not_undo_later_letters(lobby, states):
    search = states()["search"]
    see(lobby, search)
    for key in ("s", "a", "o"):
        lobby.touch(key)
    see(lobby, msgspec.structs.replace(search, query="s"))
    assert "sao" in lobby.words()
    lobby.touch("y")
    assert lobby.said[-1] == v.Query(text="saoy")


def test_a_new_visit_finds_an_empty_search_field(lobby, states):
    search = states()["search"]
    see(lobby, search)
    lobby.touch("s")
    see(lobby, msgspec.structs.replace(search, query="s"))
    see(lobby, states()["idle"])
    see(lobby, search)
    assert "Ví dụ: khai sinh, sao y" in lobby.words()


def test_a_long_list_is_turned_page_by_page_and_shows_everything(lobby, states):
    many = states()["group_many"]
    see(lobby, many)
    seen = set(lobby.words())
    for _ in many.tiles:
        lobby.touch("Xem tiếp")
        seen.update(lobby.words())
    assert {tile.title for tile in many.tiles} <= seen


def test_the_ticket_shows_number_place_range_counters_and_code(lobby, states):
    see(lobby, states()["ticket"])
    words = lobby.words()
    for text in ("B105", "4", "Khoảng 15–30 phút", "2, 3", "Mời nhận phiếu ở khe ngay dưới màn hình."):
        assert text in words


def test_the_code_on_the_screen_can_be_read_by_a_phone(lobby, states):
    import numpy
    import zxingcpp

    view = states()["ticket"]
    see(lobby, view)
    found = zxingcpp.read_barcodes(numpy.asarray(lobby.picture().convert("L")))
    assert [code.text for code in found] == [view.ticket.link]


def test_unconfirmed_papers_are_marked_and_explained(lobby, states):
    view = states()["papers_long"]
    doubtful = next(paper.text for paper in view.sheet.papers if paper.unsure)
    see(lobby, view)
    while doubtful not in lobby.words():
        lobby.touch("Xem tiếp")
    assert any(words.startswith("Dấu hỏi") for words in lobby.words())


def test_unknown_places_are_said_to_be_unknown(lobby, states):
    see(lobby, states()["ticket_offline"])
    assert lobby.words().count("Chưa có thông tin") == 2


def test_every_answer_of_the_two_questions_has_a_sign_of_its_own():
    from importlib.resources import files

    from kiosk.domain.procedures import load_catalogue
    from kiosk.ui.widgets.text import icon_codes

    first = load_catalogue(files("kiosk.domain").joinpath("procedures.json").read_bytes()).guide()
    asked = [first, *(answer.then for answer in first.answers if answer.then)]
    assert [answer.icon for question in asked for answer in question.answers if answer.icon not in icon_codes()] == []


def test_who_does_not_find_the_own_need_among_the_answers_calls_somebody(lobby, states):
    see(lobby, states()["guide"])
    lobby.touch("Không thấy việc của tôi")
    assert lobby.said == [v.CallHelp()]


def test_the_code_of_a_form_stands_on_the_ticket(lobby, states):
    see(lobby, states()["ticket_form"])
    assert "7K3M WX9D" in lobby.words()


def test_lowered_controls_lie_within_reach(lobby, states):
    from kiosk.ui.focus import walk
    from kiosk.ui.widgets.touch import TouchButton

    for name, view in states().items():
        see(lobby, msgspec.structs.replace(view, lowered=True))
        tops = [widget.top for widget in walk(lobby.root) if isinstance(widget, TouchButton) and widget.opacity]
        assert max(tops) <= 0.62 * 1920, name


def test_pages_are_kept_and_a_repeated_view_draws_nothing_anew(lobby, states):
    from kiosk.ui.focus import walk

    idle = states()["idle"]
    see(lobby, idle)
    before = list(walk(lobby.root))
    see(lobby, idle)
    assert list(walk(lobby.root)) == before


@pytest.mark.parametrize(
    ("size", "language", "mode"),
    [
        ((1080, 1920), "vi", ""),
        ((1080, 1920), "en", "large lowered"),
        ((720, 1280), "vi", "large contrast"),
        ((1280, 800), "en", "large"),
        ((1024, 600), "vi", "large contrast"),
        ((1920, 1080), "vi", ""),
    ],
)
def test_every_state_fits_its_panel(show, states, size, language, mode):
    """Here each size, mode and language once; `kiosk screens --all` looks at every combination."""
    from kiosk.lobby.screens import LobbyScreens
    from kiosk.ui import lints
    from kiosk.ui.locales import texts_for
    from kiosk.ui.panels import panel_of

    ui = show(LobbyScreens(texts_for, print), size)
    other = texts_for("en" if language == "vi" else "vi")
    for name, view in states(language).items():
        ui.root.render(msgspec.structs.replace(view, **dict.fromkeys(mode.split(), True)))
        assert lints.faults_of(ui.root, panel_of("lobby", *size), texts_for(language), other) == [], name


@pytest.mark.parametrize("mode", ["", "large"])
def test_every_procedure_of_the_catalogue_fits_its_sheet(show, states, mode):
    from importlib.resources import files

    from kiosk.domain.procedures import load_catalogue
    from kiosk.lobby.screens import LobbyScreens
    from kiosk.ui import lints
    from kiosk.ui.locales import texts_for

    catalogue = load_catalogue(files("kiosk.domain").joinpath("procedures.json").read_bytes())
    ui = show(LobbyScreens(texts_for, print))
    for language in ("vi", "en"):
        papers = states(language)["papers"]
        for procedure in catalogue.procedures:
            of = (lambda vi, en: en or vi) if language == "en" else (lambda vi, _en: vi)
            sheet = ProcedureSheet(
                title=of(procedure.name, procedure.name_en),
                code=procedure.code or "",
                group_name="Hộ tịch",
                time=of(procedure.time, procedure.time_en),
                fee=of(procedure.fee, procedure.fee_en),
                papers=tuple(Paper(text=of(line.text, line.text_en), unsure=line.unsure) for line in procedure.papers),
                source="",
                unsure=procedure.unsure,
            )
            ui.root.render(msgspec.structs.replace(papers, sheet=sheet, **dict.fromkeys(mode.split(), True)))
            assert lints.texts_that_do_not_fit(ui.root) == [], procedure.key
            shown = ui.words()
            assert {line.text for line in sheet.papers} <= set(shown), procedure.key


def test_a_finger_finds_the_button_that_extends_the_time_again_when_a_second_has_passed(lobby, states):
    view = states()["papers_ending"]
    see(lobby, view)
    lift = lobby.press("Tôi cần thêm")
    see(lobby, msgspec.structs.replace(view, seconds_left=view.seconds_left - 1))
    assert any(f"{view.seconds_left - 1} giây" in words for words in lobby.words())
    lift()
    assert lobby.said == [v.StayHere()]


@pytest.mark.parametrize("size", [(1080, 1920), (1280, 800), (1024, 600)])
@pytest.mark.parametrize("mode", ["", "large"])
def test_a_list_of_papers_too_long_for_its_box_hides_none(show, states, size, mode):
    from kiosk.lobby.screens import LobbyScreens
    from kiosk.ui import lints
    from kiosk.ui.locales import texts_for

    view = msgspec.structs.replace(states()["papers_long"], **dict.fromkeys(mode.split(), True))
    ui = show(LobbyScreens(texts_for, print), size)
    ui.root.render(view)
    seen = set(ui.words())
    for _ in view.sheet.papers:
        if "Xem tiếp" in ui.words():
            ui.touch("Xem tiếp")
        assert lints.texts_that_do_not_fit(ui.root) == []
        seen.update(ui.words())
    assert {paper.text for paper in view.sheet.papers} <= seen


def test_what_can_be_done_while_the_office_is_closed_stands_on_one_page(lobby, states):
    see(lobby, states()["closed"])
    words = lobby.words()
    assert "Xem tiếp" not in words
    assert {"Hồ sơ của tôi đến đâu rồi?", "Chỉ xem thủ tục, giấy tờ"} <= set(words)
