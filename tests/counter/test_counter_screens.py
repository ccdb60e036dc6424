"""The tablet's screens: every state fits in both languages, and a touch becomes the intent that it shows."""

import pytest
from msgspec.structs import replace

from kiosk.counter.view import (
    REASONS,
    STEPS,
    AllowExpression,
    Back,
    CounterView,
    Decline,
    DeclineExpression,
    OpenComment,
    OpenPetition,
    PickCategory,
    PickReason,
    Rate,
    Send,
    SetLanguage,
    StayHere,
    SwitchContrast,
    SwitchLarge,
    WriteText,
)

TABLET = (1280, 800)
VARIANTS = {
    "home": (TABLET, {}),
    "access": (TABLET, {"large": True, "contrast": True}),
    "fullhd": ((1920, 1080), {}),
}


@pytest.fixture
def tablet(show):
    """Put the tablet on the screen; `.did` holds what a citizen did."""
    from kiosk.counter.screens import CounterScreens
    from kiosk.ui.locales import texts_for

    def make(size=TABLET):
        did = []
        ui = show(CounterScreens(texts_for, did.append), size)
        ui.did = did
        return ui

    return make


def a_view(step: str, **changes) -> CounterView:
    from kiosk.counter.screens.gallery import gallery

    first = next(view for _name, view in gallery("vi") if view.step == step)
    return replace(first, **changes)


def test_the_gallery_shows_every_step():
    from kiosk.counter.screens.gallery import gallery

    for language in ("vi", "en"):
        states = gallery(language)
        assert {view.step for _name, view in states} == set(STEPS)
        assert len({name for name, _view in states}) == len(states)


@pytest.mark.parametrize(
    ("language", "variant"), [("vi", "home"), ("vi", "access"), ("vi", "fullhd"), ("en", "home"), ("en", "access")]
)
def test_nothing_is_cut_and_every_target_is_large_enough(tablet, language, variant):
    from kiosk.counter.screens.gallery import gallery
    from kiosk.ui import lints
    from kiosk.ui.panels import panel_of

    size, changes = VARIANTS[variant]
    ui = tablet(size)
    faults = []
    for name, view in gallery(language):
        ui.root.render(replace(view, **changes))
        ui.settle()
        found = [
            *lints.texts_that_do_not_fit(ui.root),
            *lints.targets_that_overlap(ui.root),
            *lints.outside(ui.root),
            *lints.icons_unknown(ui.root),
            *lints.targets_too_small_for(ui.root, panel_of("counter", *size)),
        ]
        if variant == "home":
            found += lints.texts_shrunk_below(ui.root, 0.85)
        faults += [f"{name}: {fault}" for fault in found]
    assert faults == []


@pytest.mark.parametrize(
    ("step", "changes", "buttons"),
    [
        ("rating", {}, ["Rất không", "Không\n", "Bình", "Hài", "Rất\n", "Không đánh giá", "Viết cho"]),
        ("rating", {"camera": "offer"}, ["Cho phép", "Từ chối", "Không đánh giá"]),
        ("serving", {"camera": "notice"}, ["Từ chối"]),
        ("serving", {"camera": "allowed"}, ["Rút lại"]),
        ("rating", {"camera": "on"}, ["Camera đang bật"]),
        ("rating", {"score": 5}, ["Gửi đánh giá", "Viết thêm"]),
        ("reasons", {}, ["Gửi đánh giá", "Bỏ qua"]),
        ("petition", {"text": "Một việc"}, ["Gửi", "Quay lại"]),
        ("thanks", {}, ["Xong", "Viết cho"]),
        ("thanks", {"is_invited": True}, ["Trả lời", "Không, cảm ơn"]),
        ("rating", {}, ["Hỏi tôi sau"]),
        ("later", {}, ["Quay lại", "Tôi đã quét"]),
        ("survey", {}, ["Rất không", "Thôi", "Bỏ qua"]),
        ("survey_text", {"text": "Ghế"}, ["Thôi", "Bỏ qua", "Gửi"]),
        ("receipt", {}, ["Xong"]),
    ],
)
def test_answers_and_send_and_decline_are_16_mm(tablet, step, changes, buttons):
    from kiosk.ui.tokens import TOUCH_TABLET

    ui = tablet()
    ui.root.render(a_view(step, **changes))
    ui.settle()
    for words in buttons:
        button = ui.button(words)
        assert button.width >= TOUCH_TABLET, words
        assert button.height >= TOUCH_TABLET, words


def test_reasons_are_at_least_78_high(tablet):
    from kiosk.ui.tokens import TOUCH_REASON

    ui = tablet()
    ui.root.render(a_view("reasons"))
    ui.settle()
    for key in REASONS:
        from kiosk.ui.locales import texts_for

        assert ui.button(texts_for("vi").get(f"counter.reason.{key}")).height >= TOUCH_REASON


@pytest.mark.parametrize(
    ("step", "changes", "words", "intent"),
    [
        ("rating", {}, "Rất không", Rate(score=1)),
        ("rating", {}, "Hài", Rate(score=4)),
        ("rating", {}, "Không đánh giá", Decline()),
        ("rating", {}, "Viết cho lãnh đạo", OpenPetition()),
        ("rating", {"camera": "offer"}, "Cho phép", AllowExpression()),
        ("serving", {"camera": "offer"}, "Từ chối", DeclineExpression()),
        ("serving", {"camera": "notice"}, "Từ chối", DeclineExpression()),
        ("rating", {"camera": "done"}, "Rút lại", DeclineExpression()),
        ("reasons", {"camera": "on"}, "Camera đang bật", DeclineExpression()),
        ("rating", {"score": 5}, "Viết thêm góp ý", OpenComment()),
        ("rating", {"score": 5}, "Gửi đánh giá", Send()),
        ("rating", {}, "English", SetLanguage(language="en")),
        ("reasons", {}, "Chờ quá lâu", PickReason(key="wait")),
        ("reasons", {}, "Viết thêm", OpenComment()),
        ("reasons", {}, "Bỏ qua", Decline()),
        ("reasons", {}, "Gửi đánh giá", Send()),
        ("comment", {}, "Xong", Back()),
        ("petition", {}, "Chậm trễ", PickCategory(key="delay")),
        ("petition", {"text": "Một việc"}, "Gửi", Send()),
        ("petition", {}, "Quay lại", Back()),
        ("receipt", {}, "Xong", Back()),
        ("serving", {}, "Viết cho lãnh đạo", OpenPetition()),
    ],
)
def test_a_touch_is_what_it_says(tablet, step, changes, words, intent):
    ui = tablet()
    ui.root.render(a_view(step, **changes))
    ui.settle()
    ui.touch(words)
    assert ui.did == [intent]


def test_typing_emits_the_text_and_the_flow_s_echo_does_not_disturb_it(tablet):
    ui = tablet()
    view = a_view("comment", text="")
    ui.root.render(view)
    ui.settle()
    for key in ("G", "h", "ê", "sắc"):
        ui.touch(key)
        ui.root.render(replace(view, text=ui.did[-1].text))
    assert ui.did[-1] == WriteText(text="Ghế")
    ui.touch("Làm việc nhanh")
    assert ui.did[-1] == WriteText(text="Ghế, làm việc nhanh")
    assert "19/300" in ui.words()


def test_a_text_of_another_visit_does_not_stay_on_the_keyboard(tablet):
    ui = tablet()
    ui.root.render(a_view("comment", text="Của người trước"))
    ui.root.render(a_view("idle"))
    ui.root.render(a_view("comment", text=""))
    ui.settle()
    ui.touch("A")
    assert ui.did == [WriteText(text="A")]


def test_an_empty_petition_cannot_be_sent(tablet):
    ui = tablet()
    ui.root.render(a_view("petition", text="  "))
    ui.settle()
    ui.touch("Gửi")
    assert ui.did == []


def test_the_last_seconds_are_shown_and_can_be_extended_while_writing(tablet):
    ui = tablet()
    ui.root.render(a_view("comment", text="Chờ lâu", seconds_left=7))
    ui.settle()
    assert "Còn 7 giây" in ui.words()
    ui.touch("Viết tiếp")
    assert ui.did == [WriteText(text="Chờ lâu")]


@pytest.mark.parametrize("step", ["rating", "reasons"])
def test_a_phone_reads_the_code_on_every_rating_screen(tablet, step):
    import numpy
    import zxingcpp

    ui = tablet()
    view = a_view(step)
    ui.root.render(view)
    codes = zxingcpp.read_barcodes(numpy.asarray(ui.picture().convert("L")))
    assert [code.text for code in codes] == [view.link]


def test_the_camera_is_mentioned_only_where_it_is_offered(tablet):
    ui = tablet()
    ui.root.render(a_view("rating"))
    ui.settle()
    assert not any("biểu cảm" in words for words in ui.words())
    ui.root.render(a_view("rating", camera="offer"))
    ui.settle()
    assert any("biểu cảm" in words for words in ui.words())


def test_another_language_changes_every_word_but_names(tablet):
    ui = tablet()
    ui.root.render(a_view("rating", language="en"))
    ui.settle()
    assert "Tiếng Việt" in ui.words()
    assert "COUNTER" in ui.words()


@pytest.mark.parametrize(("name", "letters"), [("Trần Thị Minh", "TM"), ("An", "A"), ("", ""), ("Đỗ Ý", "ĐÝ")])
def test_initials_are_of_family_and_given_name(window, name, letters):
    from kiosk.counter.screens.frame import initials

    assert initials(name) == letters


def test_a_palm_presses_nothing_and_the_screen_stays_alive(tablet):
    ui = tablet()
    ui.root.render(a_view("rating"))
    ui.settle()
    fingers = [ui.press_at(*ui.button(words).center) for words in ("Rất không", "Bình", "Rất\nhài", "Không đánh giá")]
    for lift in fingers:
        lift()
    assert ui.did == []
    ui.touch("Hài")
    assert ui.did == [Rate(score=4)]


def test_ten_fingers_on_ten_keys_write_nothing(tablet):
    ui = tablet()
    ui.root.render(a_view("comment", text=""))
    ui.settle()
    fingers = [ui.press_at(*ui.button(letter).center) for letter in "QWERTYUIOP"]
    for lift in fingers:
        lift()
    assert ui.did == []


def test_a_touch_in_the_text_moves_the_caret(tablet):
    ui = tablet()
    ui.root.render(a_view("comment", text="ho so"))
    ui.settle()
    page = ui.root._frame._pages["comment"]
    ui.press_at(page.field.x + 26, page.field.top - 30)()
    ui.touch("C")
    assert ui.did[-1] == WriteText(text="Cho so")


def test_what_was_written_leaves_the_keyboard_with_its_writer(tablet):
    ui = tablet()
    ui.root.render(a_view("comment", text="Chờ lâu"))
    ui.settle()
    page = ui.root._frame._pages["comment"]
    ui.root.render(a_view("idle"))
    ui.settle()
    assert (page.keyboard.text, page.field.text, page.field.drawn) == ("", "", [""])


@pytest.mark.parametrize("step", STEPS)
def test_names_of_three_hundred_letters_stay_inside_their_places(tablet, step):
    from kiosk.ui import lints

    name = "Xác nhận tình trạng hôn nhân và đăng ký " * 8
    ui = tablet()
    view = a_view(step, officer_name=name[:300], group_names=(name[:300],) * 7, question=name[:300])
    ui.root.render(replace(view, options=tuple((key, name[:300]) for key, _ in view.options), number="A12345678"))
    ui.settle()
    assert lints.outside(ui.root) == []
    assert lints.targets_that_overlap(ui.root) == []


def test_large_words_and_contrast_are_one_touch_away(tablet):
    ui = tablet()
    ui.root.render(a_view("rating"))
    ui.settle()
    ui.touch("Chữ to")
    ui.touch("Tương")
    assert ui.did == [SwitchLarge(), SwitchContrast()]


@pytest.mark.parametrize(
    ("step", "words"),
    [("rating", "Hài"), ("reasons", "Gửi đánh giá"), ("comment", "Viết tiếp"), ("later", "Quay lại")],
)
def test_a_finger_finds_its_button_again_when_a_second_has_passed(tablet, step, words):
    ui = tablet()
    ui.root.render(a_view(step, text="Chờ lâu", score=0 if step == "rating" else 2, seconds_left=8))
    ui.settle()
    lift = ui.press(words)
    ui.root.render(a_view(step, text="Chờ lâu", score=0 if step == "rating" else 2, seconds_left=7))
    ui.settle()
    assert "Còn 7 giây" in ui.words()
    lift()
    assert len(ui.did) == 1


@pytest.mark.parametrize("step", ["rating", "reasons", "survey", "comment"])
def test_a_touch_anywhere_in_the_last_seconds_asks_for_more_time(tablet, step):
    ui = tablet()
    extra = {"question": "Có hài lòng không?", "options": (("1", "Có"), ("2", "Không"))} if step == "survey" else {}
    for seconds, did in ((None, []), (7, [StayHere()])):
        ui.root.render(a_view(step, score=2, seconds_left=seconds, **extra))
        ui.settle()
        ui.press_at(6, 400)()
        assert ui.did == did


def test_a_letter_s_category_offers_sentences_that_are_often_written_about_it(tablet):
    ui = tablet()
    ui.root.render(a_view("petition", category="facilities", text=""))
    ui.settle()
    ui.touch("Cần thêm ghế cho người già")
    assert ui.did == [WriteText(text="Cần thêm ghế cho người già")]
    ui.root.render(a_view("petition", category="facilities", text="Cần thêm ghế cho người già"))
    ui.settle()
    assert "Cần thêm ghế cho người già" not in ui.words(), "what stands in the letter is not offered again"
    assert "Nhà vệ sinh chưa sạch" in ui.words()


def test_the_chosen_category_can_be_changed(tablet):
    ui = tablet()
    ui.root.render(a_view("petition", category="facilities", text=""))
    ui.settle()
    ui.touch("Cơ sở vật chất")
    ui.touch("Chậm trễ")
    assert ui.did == [PickCategory(key="delay")]


def test_a_full_comment_says_so_and_offers_nothing_that_does_not_fit(tablet):
    ui = tablet()
    ui.root.render(a_view("comment", score=2, text="x" * 300))
    ui.settle()
    assert any("Đã đủ 300 chữ" in text for text in ui.words())


def test_a_receipt_without_the_network_does_not_say_that_the_leader_has_read_it(tablet):
    ui = tablet()
    for online, title in ((True, "Lãnh đạo đã nhận được ý kiến"), (False, "Đã ghi nhận ý kiến của quý khách")):
        ui.root.render(a_view("receipt", online=online))
        ui.settle()
        assert title in ui.words()


def test_an_idle_counter_shows_its_services_behind_the_letters_of_their_numbers(tablet):
    ui = tablet()
    ui.root.render(a_view("idle"))
    ui.settle()
    assert {"A", "B", "C", "Chứng thực", "Hộ tịch", "Trả kết quả"} <= set(ui.words())
