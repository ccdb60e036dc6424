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
