"""The board's screens: every state fits, numbers only, and a figure never stands without what it rests on."""

import pytest
from msgspec.structs import replace

FULL_HD = (1920, 1080)


@pytest.fixture
def board(show):
    from kiosk.board.screens import BoardScreens
    from kiosk.ui.locales import texts_for

    def make(size=FULL_HD, **options):
        return show(BoardScreens(texts_for, **options), size)

    return make


def a_view(name: str, **changes):
    from kiosk.board.screens.gallery import gallery

    return replace(dict(gallery("vi"))[name], **changes)


@pytest.mark.parametrize(
    ("size", "contrast", "large"), [(FULL_HD, False, False), ((3840, 2160), False, False), (FULL_HD, True, True)]
)
@pytest.mark.parametrize("language", ["vi", "en"])
def test_nothing_is_cut(board, language, size, contrast, large):
    from kiosk.board.screens.gallery import gallery
    from kiosk.ui import lints

    ui = board(size)
    faults = []
    for name, view in gallery(language):
        ui.root.render(replace(view, contrast=contrast, large=large))
        ui.settle()
        found = [
            *lints.texts_that_do_not_fit(ui.root),
            *lints.outside(ui.root),
            *lints.icons_unknown(ui.root),
        ]
        faults += [f"{name}: {fault}" for fault in found]
    assert faults == []


@pytest.mark.parametrize("count", range(1, 13))
def test_one_to_twelve_counters_have_room(board, count):
    from kiosk.board.view import CounterRow
    from kiosk.ui import lints

    rows = tuple(
        CounterRow(counter=n, state="serving", number=f"A2{n:03d}", group_name="Hộ tịch") for n in range(1, count + 1)
    )
    ui = board()
    ui.root.render(a_view("calls", counters=rows))
    ui.settle()
    assert lints.texts_that_do_not_fit(ui.root) == []
    assert {row.number for row in rows} <= set(ui.words())


def test_what_must_be_read_across_the_room_is_at_least_36_units(board):
    from kiosk.ui.focus import walk
    from kiosk.ui.widgets.text import Text

    ui = board()
    ui.root.render(a_view("12-counters"))
    ui.settle()
    view = a_view("12-counters")
    must = {view.call_number, str(view.call_counter), view.notice, "MỜI SỐ", "ĐẾN QUẦY"}
    must |= {row.number for row in view.counters if row.number} | {row.name for row in view.groups}
    sizes = {text.text: text.pixels for text in walk(ui.root) if isinstance(text, Text) and text.text in must}
    assert sizes.keys() == must
    assert min(sizes.values()) >= 36


def test_figures_are_written_the_vietnamese_way(board):
    ui = board()
    ui.root.render(a_view("calls"))
    ui.settle()
    assert {"98,3\u00a0%", "4,7/5"} <= set(ui.words())
    ui.root.render(a_view("calls", language="en"))
    ui.settle()
    assert {"98.3%", "4.7/5"} <= set(ui.words())


def test_a_share_stands_with_its_n_and_interval(board):
    ui = board()
    ui.root.render(a_view("few-ratings"))
    ui.settle()
    assert "3 lượt đánh giá, độ tin cậy 95\u00a0%: 20,8–93,9\u00a0%" in ui.words()
    ui.root.render(a_view("morning"))
    ui.settle()
    assert "Chưa có lượt đánh giá nào" in ui.words()


def test_a_call_is_gold_while_fresh_and_calm_afterwards(board):
    gold = (255, 205, 0)
    ui = board()
    ui.root.render(a_view("calls"))
    assert ui.picture().getpixel((640, 190)) == gold
    ui.root.render(a_view("calm"))
    assert ui.picture().getpixel((640, 190)) != gold


def test_a_second_call_says_so(board):
    ui = board()
    ui.root.render(a_view("calls-again"))
    ui.settle()
    assert "MỜI LẠI SỐ" in ui.words()


@pytest.mark.parametrize(
    ("seconds", "words"), [(None, None), (45, "Mất kết nối 45 giây"), (60, "Mất kết nối 1 phút"), (754, "12 phút")]
)
def test_an_old_picture_says_its_age(board, seconds, words):
    ui = board()
    ui.root.render(a_view("calm", stale_seconds=seconds))
    ui.settle()
    told = [text for text in ui.words() if "Mất kết nối" in text]
    assert len(told) == (words is not None)
    assert words is None or words in told[0]


def test_the_warning_comes_and_goes_and_the_rest_makes_room(board):
    ui = board()
    ui.root.render(a_view("calm"))
    before = ui.picture().tobytes()
    ui.root.render(a_view("calm", stale_seconds=20))
    ui.settle()
    ui.root.render(a_view("calm"))
    assert ui.picture().tobytes() == before


def test_the_forecast_is_a_range_or_says_that_it_is_not_known(board):
    ui = board()
    ui.root.render(a_view("calls"))
    ui.settle()
    assert {"14–25 phút", "Gọi ngay", "8 phút", "Chưa rõ"} <= set(ui.words())


def test_nothing_moves_at_rest(board):
    from kivy.base import EventLoop
    from kivy.core.window import Window

    ui = board()
    ui.root.render(a_view("calls"))
    ui.settle()
    drawn = []
    Window.bind(on_flip=lambda *_: drawn.append(1))
    for _ in range(20):
        EventLoop.idle()
    assert len(drawn) <= 1


def test_names_of_three_hundred_letters_stay_inside_their_places(board):
    from kiosk.ui import lints

    name = ("Xác nhận tình trạng hôn nhân và đăng ký " * 8)[:300]
    view = a_view("8-counters", office_name=name, authority=name, notice=name)
    view = replace(
        view,
        counters=tuple(replace(row, group_name=name) for row in view.counters),
        groups=tuple(replace(row, name=name) for row in view.groups),
    )
    ui = board()
    ui.root.render(view)
    ui.settle()
    assert lints.outside(ui.root) == []


def test_a_hub_that_speaks_once_a_second_draws_only_what_it_changed(board):
    ui = board()
    view = a_view("calls")
    ui.root.render(view)
    ui.settle()
    frame = ui.root._frame
    banner, counters = frame._banner.children[0], frame._counters.children[0]
    for waiting in range(1, 11):
        ui.root.render(replace(view, waiting=waiting))
    assert (frame._banner.children[0], frame._counters.children[0]) == (banner, counters)


@pytest.mark.parametrize("name", ["two-calls", "three-calls", "six-calls"])
def test_everybody_who_is_called_at_the_same_time_is_read_across_the_room(board, name):
    from kiosk.ui.focus import walk
    from kiosk.ui.widgets.text import Text

    view = a_view(name)
    ui = board()
    ui.root.render(view)
    ui.settle()
    banner = ui.root._frame._banner
    sizes = {text.text: text.pixels for text in walk(banner) if isinstance(text, Text)}
    called = {(view.call_number, view.call_counter), *((call.number, call.counter) for call in view.others)}
    for number, counter in called:
        assert min(sizes[number], sizes[str(counter)]) >= 50


@pytest.mark.parametrize("count", [5, 7, 10, 11])
def test_the_last_counter_leaves_no_hole_at_the_end_of_the_grid(board, count):
    from kiosk.board.screens.gallery import _counters

    ui = board()
    ui.root.render(a_view("calls", counters=_counters(count, "vi")))
    ui.settle()
    grid = ui.root._frame._counters.children[0]
    assert grid.children[0].right == grid.right


def test_nothing_on_the_board_is_smaller_than_a_caption(board):
    """26 u is 14 mm on a 65-inch panel; only a service's name that is far too long for its row may shrink."""
    from kiosk.board.screens.gallery import gallery
    from kiosk.ui.focus import walk
    from kiosk.ui.widgets.text import Text

    ui = board()
    small = []
    for name, view in gallery("vi"):
        ui.root.render(view)
        ui.settle()
        long = {row.name for row in view.groups} if name == "long-names" else set()
        small += [
            f"{name}: {text.text} {text.pixels}"
            for text in walk(ui.root)
            if isinstance(text, Text) and text.drawn and text.pixels < 26 and text.text not in long
        ]
    assert small == [], "\n".join(small)


def test_services_stand_beside_their_numbers_where_all_of_them_can_be_read(board):
    ui = board()
    ui.root.render(a_view("calls"))
    ui.settle()
    assert ui.words().count("Hộ tịch") == 2  # at its counter and in the queue
    ui.root.render(a_view("long-names"))
    ui.settle()
    assert ui.words().count("Đăng ký kinh doanh, hợp tác xã") == 5  # in the queue alone


def test_a_closed_office_says_when_it_opens_again(board):
    ui = board()
    ui.root.render(a_view("closed"))
    ui.settle()
    assert "Mở cửa lại lúc 07:30 Thứ Tư, 25/11" in ui.words()


def test_the_clear_corners_of_a_logo_take_the_panel_s_colour(board, tmp_path):
    from PIL import Image

    logo = tmp_path / "logo.png"
    Image.new("RGBA", (400, 600), (0, 0, 0, 0)).save(logo)
    ui = board()
    ui.root.render(a_view("picture", picture=str(logo)))
    ui.settle()
    assert ui.picture().getpixel((1500, 500)) == (0x0E, 0x2A, 0x4F)


@pytest.mark.parametrize(("size", "stays"), [((160, 90), True), ((90, 160), False)])
def test_today_s_figures_stay_under_a_wide_picture(board, tmp_path, size, stays):
    from PIL import Image

    path = tmp_path / "poster.png"
    Image.new("RGB", size, "#C8102E").save(path)
    ui = board()
    for page in ("picture", "queue", "picture"):
        ui.root.render(a_view("picture", picture=str(path), page=page))
        ui.settle()
    assert ("4,7/5" in ui.words()) == stays
