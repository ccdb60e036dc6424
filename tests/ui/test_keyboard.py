"""The touch keyboard: what a key shows is what it does, to the word being typed."""

import unicodedata

import pytest

TABLET = (1280, 440)
LOBBY = (1080, 560)


@pytest.fixture
def keyboard(show):
    """Make a keyboard on the screen; `.said` holds the texts that it emitted."""
    from kiosk.ui.keyboard import Keyboard
    from kiosk.ui.locales import texts_for
    from kiosk.ui.tokens import LIGHT, TABLET_TYPE
    from kiosk.ui.widgets.part import Look

    def make(kind="vi", size=TABLET, palette=LIGHT, done=None, **options):
        said = []
        keys = Keyboard(
            Look(palette, 1.0, TABLET_TYPE), said.append, texts_for("vi"), kind, done=done or (lambda: None), **options
        )
        ui = show(keys, size)
        ui.said, ui.keys = said, keys
        return ui

    return make


def touch_all(ui, keys):
    for key in keys:
        ui.touch({" ": "Dấu cách"}.get(key, key))


def test_a_sentence_is_written_by_touching_what_the_keys_show(keyboard):
    ui = keyboard()
    touch_all(ui, ["C", "h", "ơ", "huyền", " ", "l", "â", "u", " ", "q", "u", "a", "sắc", "."])
    assert ui.keys.text == "Chờ lâu quá."
    assert ui.said[-1] == "Chờ lâu quá."
    assert ui.said[0] == "C"


def test_telex_letters_work_on_the_same_keys(keyboard):
    ui = keyboard()
    touch_all(ui, ["T", *"ieengs"])
    assert ui.keys.text == "Tiếng"


def test_what_is_emitted_is_composed(keyboard):
    ui = keyboard()
    touch_all(ui, ["Ư", "nặng"])
    assert all(unicodedata.is_normalized("NFC", text) for text in ui.said)


def test_a_key_changes_its_face_at_the_moment_it_is_touched(keyboard):
    ui = keyboard()
    for label in ("Q", "Ă", "sắc", "?123", "Xong"):
        key = ui.button(label)
        at_rest = tuple(key.box._fill_colour.rgba)
        release = ui.press(label)
        assert tuple(key.box._fill_colour.rgba) != at_rest
        release(at=(-50, -50))
        assert tuple(key.box._fill_colour.rgba) == at_rest
    assert ui.said == []


def test_backspace_takes_back_letter_by_letter(keyboard):
    ui = keyboard()
    ui.keys.set_text("Hồ sơ")
    for expected in ("Hồ s", "Hồ ", "Hồ", "H", "", ""):
        ui.keys.press("backspace")
        assert ui.keys.text == expected
    assert ui.said == ["Hồ s", "Hồ ", "Hồ", "H", ""]


def test_typing_goes_on_in_a_text_that_was_set_from_outside(keyboard):
    ui = keyboard()
    ui.keys.set_text("Mong có thêm ghê")
    ui.touch("sắc")
    assert ui.keys.text == "Mong có thêm ghế"
    assert ui.keys.word_length == 3


def test_no_more_than_the_limit_is_taken(keyboard):
    ui = keyboard(limit=5)
    touch_all(ui, ["C", *"hao", "huyền", " ", "b"])
    assert ui.keys.text == "Chào "
    assert ui.keys.is_full
    ui.keys.press("backspace")
    ui.touch("huyền")
    assert ui.keys.text == "Chao", "a tone that goes away needs no room"


def test_sentences_begin_with_a_capital_and_shift_holds_for_one_letter(keyboard):
    ui = keyboard()
    touch_all(ui, ["A", "n", ".", " ", "B"])
    ui.keys.press("shift")
    touch_all(ui, ["C", "d"])
    assert ui.keys.text == "An. BCd"


def test_shift_twice_is_capitals_until_it_is_touched_again(keyboard):
    ui = keyboard(capitals=False)
    ui.keys.press("shift")
    ui.keys.press("shift")
    touch_all(ui, ["V", "I", "Ê", "nặng", "T"])
    ui.keys.press("shift")
    ui.touch("a")
    assert ui.keys.text == "VIỆTa"


def test_digits_and_signs_are_one_touch_away_and_letters_come_back(keyboard):
    ui = keyboard(capitals=False)
    ui.touch("?123")
    touch_all(ui, ["1", "0", "%"])
    ui.touch("ABC")
    ui.touch("a")
    assert ui.keys.text == "10%a"


def test_a_phrase_becomes_part_of_the_sentence(keyboard):
    ui = keyboard()
    ui.keys.insert("Mở thêm quầy")
    ui.keys.insert("Cần thêm ghế ngồi")
    assert ui.keys.text == "Mở thêm quầy, cần thêm ghế ngồi"
    touch_all(ui, ["."])
    ui.keys.insert("Cảm ơn")
    assert ui.keys.text == "Mở thêm quầy, cần thêm ghế ngồi. Cảm ơn"


def test_the_english_keyboard_leaves_letters_alone(keyboard):
    ui = keyboard("en", capitals=False)
    touch_all(ui, "ass aww")
    assert ui.keys.text == "ass aww"
    assert "sắc" not in ui.words()


def test_an_unknown_kind_is_refused(keyboard):
    with pytest.raises(ValueError, match="vi, en"):
        keyboard("fr")


def test_done_does_what_it_was_given(keyboard):
    done = []
    ui = keyboard(done=lambda: done.append(1))
    ui.touch("Xong")
    assert done == [1]


def test_a_touch_in_the_row_of_digits_is_a_digit_and_never_a_tone(keyboard):
    ui = keyboard(capitals=False)
    ui.touch("a")
    ui.touch("?123")
    touch_all(ui, ["1", "0", "5"])
    assert ui.keys.text == "a105"


def test_the_caret_moves_and_letters_go_where_it_stands(keyboard):
    ui = keyboard(capitals=False)
    ui.keys.set_text("Hồ sơ")
    for _ in range(3):
        ui.keys.press("left")
    touch_all(ui, [" ", "s", "ô", "sắc"])
    assert ui.keys.text == "Hồ số sơ"
    assert ui.keys.caret == 5
    for _ in range(20):
        ui.keys.press("left")
    assert ui.keys.caret == 0
    for _ in range(20):
        ui.keys.press("right")
    assert ui.keys.caret == 8


def test_undo_takes_back_key_by_key_also_a_phrase_and_an_erased_letter(keyboard):
    ui = keyboard(capitals=False)
    touch_all(ui, ["a", "sắc"])
    ui.keys.insert("Cảm ơn")
    ui.keys.press("backspace")
    for expected in ("á, cảm ơn", "á", "a", "", ""):
        ui.keys.press("undo")
        assert ui.keys.text == expected
    assert ui.said[-1] == ""


def test_undo_forgets_what_the_one_before_has_written(keyboard):
    ui = keyboard()
    touch_all(ui, ["A", "n"])
    ui.keys.set_text("")
    ui.keys.press("undo")
    assert ui.keys.text == ""


def test_a_suggested_phrase_takes_the_place_of_its_beginning(keyboard):
    ui = keyboard()
    ui.keys.set_text("Cảm ơn cán bộ, hướng d")
    ui.keys.complete("Hướng dẫn rõ ràng")
    assert ui.keys.text == "Cảm ơn cán bộ, hướng dẫn rõ ràng"


def test_backspace_repeats_only_after_two_seconds_and_stops_at_the_end_of_the_text(keyboard):
    from kiosk.ui.focus import walk
    from kiosk.ui.keyboard import REPEAT_AFTER_S, REPEAT_EVERY_S, RepeatingKey

    ui = keyboard(capitals=False)
    ui.keys.set_text("abc")
    key = next(widget for widget in walk(ui.root) if isinstance(widget, RepeatingKey))
    release = ui.press_at(*key.center)
    assert REPEAT_AFTER_S >= 2
    assert REPEAT_EVERY_S >= 0.5
    assert ui.keys.text == "abc"
    for expected in ("ab", "a", "", ""):
        key.repeat()
        assert ui.keys.text == expected
    ui.keys.set_text("xyz")
    release()
    key.repeat()
    assert ui.keys.text == "xyz", "nothing more once the finger is gone"


def test_hoa_is_written_the_new_way_where_a_site_wants_it(keyboard):
    ui = keyboard(capitals=False, new_style=True)
    touch_all(ui, ["h", "o", "a", "huyền"])
    assert ui.keys.text == "hoà"


@pytest.mark.parametrize(("kind", "keys", "text"), [("number", "1905", "1905"), ("code", "KN-7R34PM", "KN-7R34PM")])
def test_numbers_and_codes_have_keys_of_their_own_and_nothing_else(keyboard, kind, keys, text):
    ui = keyboard(kind)
    touch_all(ui, keys)
    assert ui.keys.text == text
    assert "Dấu cách" not in ui.words()


@pytest.mark.parametrize("kind", ["vi", "en"])
@pytest.mark.parametrize("layer", ["letters", "symbols"])
@pytest.mark.parametrize(("size", "least"), [(TABLET, (94, 74)), (LOBBY, (65, 65))])
def test_every_key_is_large_enough_and_its_label_fits(keyboard, kind, layer, size, least):
    from kiosk.ui import lints

    ui = keyboard(kind, size)
    if layer == "symbols":
        ui.touch("?123")
    assert lints.targets_too_small(ui.root, *least) == []
    assert lints.texts_that_do_not_fit(ui.root) == []
    assert lints.targets_that_overlap(ui.root) == []
    assert lints.outside(ui.root) == []
    assert lints.icons_unknown(ui.root) == []


@pytest.mark.parametrize("kind", ["number", "code"])
@pytest.mark.parametrize(("size", "least"), [(TABLET, (94, 74)), (LOBBY, (65, 65))])
def test_keys_of_numbers_and_codes_are_large_enough(keyboard, kind, size, least):
    from kiosk.ui import lints

    ui = keyboard(kind, size)
    assert lints.targets_too_small(ui.root, *least) == []
    assert lints.texts_that_do_not_fit(ui.root) == []
    assert lints.targets_that_overlap(ui.root) == []
    assert lints.icons_unknown(ui.root) == []


def test_the_fonts_have_every_character_of_every_layer_in_both_cases():
    from PIL import ImageFont

    from kiosk.ui.layouts import characters
    from kiosk.ui.tokens import WEIGHTS

    for weight in ("medium", "semibold", "bold"):
        font = ImageFont.truetype(WEIGHTS[weight], 40)
        missing = bytes(font.getmask("\uffff"))
        for character in characters():
            for form in (character, character.upper()):
                assert bytes(font.getmask(form)) != missing, f"{weight} has no {form}"


class TestField:
    @pytest.fixture
    def field(self, show):
        from kiosk.ui.tokens import LIGHT, TABLET_TYPE
        from kiosk.ui.widgets.part import Look
        from kiosk.ui.writing import WritingField

        return show(WritingField(Look(LIGHT, 1.0, TABLET_TYPE), "Viết ở đây"), (600, 160)).root

    def test_lines_break_where_they_are_full_and_do_not_move_while_typing(self, field):
        text = "Hồ sơ của gia đình tôi đã hẹn ba lần mà chưa trả nên rất mong được trả sớm"
        before = []
        for end in range(1, len(text)):
            field.show(text[:end])
            assert field.drawn[: len(before) - 1] == before[: len(before) - 1]
            before = field.drawn

    def test_no_character_is_lost_between_lines(self, field):
        for text in ("Một hai  ba bốn năm sáu bảy tám chín mười mười một", "a" * 80, " ", "hai dòng\nở đây"):
            field.show(text)
            assert "".join(field.drawn) == text.replace("\n", "")

    def test_the_end_of_a_long_text_is_seen(self, field):
        field.show("Chờ lâu. " * 33 + "Hết")
        assert field.drawn[-1].endswith("Hết")
        assert len(field.drawn) <= 4

    def test_the_caret_stands_where_the_text_is_touched(self, field):
        text = "Hồ sơ của gia đình tôi đã hẹn ba lần mà chưa trả"
        field.show(text)
        side, top, line = 24, 16, field._line
        for at in (0, 3, 10, len(text)):
            field.show(text, caret=at)
            x, y = field._caret.pos
            assert field.character_at(x, y + line / 2) == at
        assert field.character_at(side, field.top - top - 1) == 0

    def test_the_caret_is_seen_also_at_the_beginning_of_a_long_text(self, field):
        text = "Bắt đầu. " + "Chờ lâu. " * 33
        field.show(text)
        field.show(text, caret=0)
        assert field.drawn[0].startswith("Bắt đầu")
