"""Widgets: words stay whole, what does not fit shrinks, a button acts where the finger leaves the glass."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st


@pytest.fixture
def look(window):
    from kiosk.ui.tokens import LIGHT
    from kiosk.ui.widgets.part import Look

    return Look(LIGHT, 1.0)


def test_text_wraps_between_words_only(look):
    from kiosk.ui.widgets.text import Text

    text = Text(look, "Quý khách có hài lòng với sự phục vụ tại quầy này không?", size=40)
    text.place(0, 0, 420, 400)
    assert " ".join(text.drawn) == text.text
    assert len(text.drawn) > 2
    assert text.content[0] <= 420


@settings(max_examples=60, deadline=None)
@given(
    words=st.lists(st.text("aăâđêôơưạảnghiêngtrường0123", min_size=1, max_size=9), min_size=1, max_size=20),
    width=st.integers(60, 900),
)
def test_wrapping_keeps_every_word_whole_and_in_order(window, words, width):
    from kiosk.ui.tokens import WEIGHTS
    from kiosk.ui.widgets.text import wrap

    lines = wrap(" ".join(words), WEIGHTS["medium"], 30, width)
    assert " ".join(lines).split(" ") == words


@settings(max_examples=60, deadline=None)
@given(
    words=st.lists(st.text("aăâđêôơưạảnghiêngtrườngVATo", min_size=1, max_size=9), min_size=2, max_size=20),
    width=st.integers(60, 900),
    size=st.integers(12, 60),
)
def test_a_line_of_several_words_is_no_wider_than_its_box_as_it_is_drawn(window, words, width, size):
    from kivy.core.text import Label

    from kiosk.ui.tokens import WEIGHTS
    from kiosk.ui.widgets.text import wrap

    font = WEIGHTS["semibold"]
    drawn = Label(font_name=font, font_size=size)
    for line in wrap(" ".join(words), font, size, width):
        assert " " not in line or drawn.get_extents(line)[0] <= width


def test_the_largest_size_that_fits_is_found_without_trying_every_size(look):
    from kiosk.ui.widgets.text import Text

    for size in (40, 90, 230):
        text = Text(look, "A105", size=size, weight="number", lines=1)
        text.place(0, 0, 300, 60)
        tried = [Text(look, "A105", size=pixels, weight="number", lines=1) for pixels in range(size, text.pixels, -1)]
        assert all(each.natural_width() - 1 > 300 or each.natural_height(300) > 61 for each in tried)


def test_a_number_keeps_the_word_that_it_counts(look):
    from kiosk.ui.tokens import WEIGHTS
    from kiosk.ui.widgets.text import wrap

    for width in range(120, 500, 10):
        lines = wrap("Trong ngày; nhận sau 15 giờ: ngày làm việc tiếp theo", WEIGHTS["medium"], 28, width)
        assert any("15 giờ" in line for line in lines)


def test_marks_above_and_below_have_room(look):
    from kiosk.ui.widgets.text import Text

    text = Text(look, "ẦẬỄ", size=100)
    assert text.natural_height(1000) >= 127


def test_of_a_text_that_nobody_foresaw_the_beginning_is_drawn_inside_its_box(look):
    from kiosk.ui.widgets.text import Text

    for words in ("Cấp bản sao trích lục " * 15, "x" * 300, "Một"):
        text = Text(look, words, size=30, lines=2)
        text.place(0, 0, 260, 80)
        assert text.content[0] <= 261
        assert text.content[1] <= 82
        assert text.is_cut == (words != "Một")
        assert text.drawn[-1].endswith("…") == text.is_cut


def test_text_shrinks_before_it_is_cut_and_the_lint_tells_what_still_does_not_fit(look):
    from kiosk.ui.lints import texts_that_do_not_fit
    from kiosk.ui.widgets.text import Text

    text = Text(look, "Giấy chứng nhận", size=40)
    text.place(0, 0, text.natural_width() * 0.8, 60)
    assert text.pixels < 40
    assert texts_that_do_not_fit(text) == []
    text.place(0, 0, 60, 30)
    assert len(texts_that_do_not_fit(text)) == 1


def test_decomposed_letters_are_composed(look):
    from kiosk.ui.widgets.text import Text

    assert Text(look, "Hộ tịch").text == "Hộ tịch"


def test_a_column_takes_what_is_too_much_from_its_texts(look):
    from kiosk.ui.widgets.boxes import Column
    from kiosk.ui.widgets.text import Text

    column = Column(look, gap=10)
    fixed = column.add(Text(look, "a"), 60)
    soft = [column.add(Text(look, "Hồ sơ", size=40)) for _ in range(2)]
    column.place(0, 0, 400, 160)
    assert fixed.height == 60
    assert [text.height for text in soft] == [40, 40]
    assert min(text.y for text in soft) == 0


def test_shares_take_what_is_left(look):
    from kiosk.ui.widgets.boxes import Row
    from kiosk.ui.widgets.part import Gap

    row = Row(look, gap=20, pad=10)
    left, right = row.add(Gap(look), share=1), row.add(Gap(look), share=3)
    fixed = row.add(Gap(look), 100)
    row.place(0, 0, 560, 50)
    assert (left.width, right.width, fixed.width) == (100, 300, 100)
    assert fixed.right == 550


def test_a_slot_builds_anew_only_for_another_key(look):
    from kiosk.ui.widgets.boxes import Slot
    from kiosk.ui.widgets.part import Gap

    slot, built = Slot(look), []

    def build():
        built.append(1)
        return Gap(look)

    assert slot.show("a", build)
    assert not slot.show("a", build)
    assert slot.show("b", build)
    assert len(built) == 2


def test_every_module_of_a_code_has_the_same_whole_number_of_pixels(look):
    import numpy
    import zxingcpp

    from kiosk.ui.screenshots import picture_of, settle
    from kiosk.ui.widgets.shapes import QrPicture

    code = QrPicture(look, "http://192.168.1.10:8080/r/3f9c2b7e5d8a4c10")
    code.place(0, 0, 157, 157)
    settle(code)
    picture = picture_of(code).convert("L")
    assert zxingcpp.read_barcodes(numpy.asarray(picture))[0].text == code.text
    x, y = (int(side) for side in code._shape.pos)
    side = int(code._shape.size[0])
    assert side % code._modules == 0
    inside = picture.crop((x, 157 - y - side, x + side, 157 - y))
    assert set(numpy.unique(numpy.asarray(inside))) == {0, 255}


class TestButton:
    @pytest.fixture
    def button(self, look, show):
        from kiosk.ui.widgets.touch import Button

        acted = []
        ui = show(Button(look, lambda: acted.append(1), "Xong", "primary"), (400, 200))
        ui.acted = acted
        return ui

    def test_is_pressed_at_once_and_acts_on_release(self, button):
        release = button.press("Xong")
        assert button.root.is_pressed
        assert button.acted == []
        release()
        assert not button.root.is_pressed
        assert button.acted == [1]

    def test_does_nothing_when_the_finger_slides_off(self, button):
        release = button.press("Xong")
        release(at=(700, 700))
        assert button.acted == []
        assert not button.root.is_pressed

    def test_ignores_the_second_strike_of_a_trembling_hand(self, button):
        button.touch("Xong")
        button.touch("Xong")
        assert button.acted == [1]

    def test_does_nothing_while_disabled(self, button):
        button.root.enable(False)
        button.touch("Xong")
        assert button.acted == []

    def test_acts_by_keyboard_once_it_has_the_focus(self, button):
        from kiosk.ui.focus import ENTER, TAB, FocusRing

        ring = FocusRing(button.root)
        assert not ring.key(ENTER, [])
        ring.key_up(ENTER)
        ring.key(TAB, [])
        assert button.root.has_focus
        ring.key(ENTER, [])
        assert button.acted == [1]


def test_a_text_in_its_natural_width_stands_on_one_line(window):
    from kiosk.ui.tokens import LIGHT
    from kiosk.ui.widgets.part import Look
    from kiosk.ui.widgets.text import Text

    for size in range(20, 60):
        text = Text(Look(LIGHT, 1.0), "Lấy số thứ tự", size=size, weight="extrabold")
        wide = text.natural_width()
        text.place(0, 0, wide, text.natural_height(wide))
        assert text.drawn == ("Lấy số thứ tự",), size
