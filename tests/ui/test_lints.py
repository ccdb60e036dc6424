"""Faults of a drawn screen, each shown once."""

import pytest


@pytest.fixture
def look(window):
    from kiosk.ui.tokens import LIGHT
    from kiosk.ui.widgets.part import Look

    return Look(LIGHT, 1.0)


def texts(language):
    from kiosk.ui.locales import texts_for

    return texts_for(language)


def test_a_button_smaller_than_a_finger_is_told_in_millimetres(look):
    from kiosk.ui.lints import targets_too_small_for
    from kiosk.ui.panels import panel_of
    from kiosk.ui.widgets.touch import Button

    button = Button(look, print, "Gửi")
    button.place(0, 0, 400, 80)
    [fault] = targets_too_small_for(button, panel_of("counter", 1280, 800))
    assert "at least 94 x 94 = 16.0 x 16.0 mm" in fault
    assert targets_too_small_for(button, panel_of("lobby", 1080, 1920)) == []
    button.target = "key"
    assert targets_too_small_for(button, panel_of("counter", 1280, 800)) == []


@pytest.mark.parametrize(
    ("role", "width", "height", "px_per_mm"),
    [("lobby", 1080, 1920, 4.03), ("counter", 1280, 800, 5.88), ("lobby", 1024, 600, 4.63)],
)
def test_a_panel_knows_its_millimetres(role, width, height, px_per_mm):
    from kiosk.ui.panels import panel_of

    assert panel_of(role, width, height).px_per_mm == pytest.approx(px_per_mm, abs=0.01)


def test_words_drawn_over_words_are_found(look):
    from kiosk.ui.lints import contents_that_overlap
    from kiosk.ui.widgets.boxes import Layers
    from kiosk.ui.widgets.text import Text

    layers = Layers(look)
    layers.add(Text(look, "Hộ tịch"))
    layers.add(Text(look, "Cư trú"))
    layers.place(0, 0, 300, 80)
    assert contents_that_overlap(layers) == ["Text 'Cư trú' is drawn over Text 'Hộ tịch'"]


def test_a_letter_that_the_font_lacks_is_found(look):
    from kiosk.ui.lints import letters_without_glyph
    from kiosk.ui.widgets.text import Text

    assert letters_without_glyph(Text(look, "Ầ ễ ợ 漢")) == ["\"Ầ ễ ợ 漢\": '漢' is not in BeVietnamPro-Medium.ttf"]


def test_a_vietnamese_word_on_an_english_screen_is_found(look):
    from kiosk.ui.lints import words_of_another_language
    from kiosk.ui.widgets.text import Text

    text = Text(look, texts("vi").get("shell.help"))
    text.place(0, 0, 400, 80)
    [fault] = words_of_another_language(text, texts("en"), texts("vi"))
    assert "is vi, not en" in fault
    assert words_of_another_language(text, texts("vi"), texts("en")) == []


def test_a_filled_in_text_of_another_language_is_found(look):
    from kiosk.ui.lints import words_of_another_language
    from kiosk.ui.widgets.text import Text

    text = Text(look, texts("vi").get("board.people", n=23))
    [fault] = words_of_another_language(text, texts("en"), texts("vi"))
    assert fault == '"23 người" is vi, not en'
    assert words_of_another_language(text, texts("vi"), texts("en")) == []


@pytest.mark.parametrize(
    ("words", "box", "fault"),
    [
        ("Chứng thực bản sao", (60, 40), 'is cut to "'),
        ("Chứng thực", (0, 0), "has no room"),
        ("Chứng thực", (400, 20), "is cut to"),
        ("Chứng thực", (400, 60), None),
    ],
)
def test_words_that_do_not_fit_their_box_are_found(look, words, box, fault):
    from kiosk.ui.lints import texts_that_do_not_fit
    from kiosk.ui.widgets.text import Text

    text = Text(look, words, size=30)
    text.place(0, 0, *box)
    found = texts_that_do_not_fit(text)
    assert len(found) == (fault is not None)
    assert fault is None or fault in found[0]


def test_what_leaves_the_window_or_its_button_is_found(look):
    from kiosk.ui.lints import outside
    from kiosk.ui.widgets.boxes import Layers
    from kiosk.ui.widgets.text import Text
    from kiosk.ui.widgets.touch import TouchButton

    layers = Layers(look)
    button = layers.add(TouchButton(look, print))
    layers.place(0, 0, 300, 80)
    assert outside(layers) == []
    inside = Text(look, "Gửi")
    button.add_widget(inside)
    inside.place(200, 0, 120, 80)
    assert outside(layers) == [
        "Text 'Gửi' leaves its button TouchButton 'Gửi'",
        "Text 'Gửi' leaves the window: 200,0 120 x 80 in 0,0 300 x 80",
    ]


def test_buttons_that_lie_over_each_other_are_found(look):
    from kiosk.ui.lints import targets_that_overlap
    from kiosk.ui.widgets.boxes import Layers
    from kiosk.ui.widgets.touch import Button

    layers = Layers(look)
    for words in ("Gửi", "Bỏ qua"):
        layers.add(Button(look, print, words))
    layers.place(0, 0, 300, 100)
    assert targets_that_overlap(layers) == ["Button 'Bỏ qua' lies over Button 'Gửi'"]


def test_an_icon_that_the_font_lacks_is_found(look):
    from kiosk.ui.lints import icons_unknown
    from kiosk.ui.widgets.text import Icon

    assert icons_unknown(Icon(look, "unicorn")) == ["there is no icon 'unicorn'"]


@pytest.mark.parametrize(
    ("ink", "fill", "size", "fault"),
    [
        ("#8C96A8", "#F3F6FA", 30, '"Chứng thực" is #8C96A8 on #F3F6FA: 2.8, at least 4.5'),
        ("#F3F6FA", "#F3F6FA", 30, '"Chứng thực" is #F3F6FA on #F3F6FA: 1.0, at least 4.5'),
        ("#44546A", "#F3F6FA", 30, None),
        ("#C8102E", "#FFCD00", 80, None),
        ("#C8102E", "#FFCD00", 30, '"Chứng thực" is #C8102E on #FFCD00: 3.9, at least 4.5'),
    ],
)
def test_words_that_do_not_stand_out_from_what_is_behind_them_are_found(show, look, ink, fill, size, fault):
    from kiosk.ui.lints import faint_words
    from kiosk.ui.widgets.boxes import Layers
    from kiosk.ui.widgets.shapes import Block
    from kiosk.ui.widgets.text import Text

    layers = Layers(look)
    layers.add(Block(look, fill))
    layers.add(Text(look, "Chứng thực", size=size, colour=ink))
    ui = show(layers, (800, 1280))
    ui.settle()
    assert faint_words(layers, ui.picture()) == ([fault] if fault else [])
