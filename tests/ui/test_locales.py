"""What the screens say in both languages."""

import json
import re
from pathlib import Path

import pytest

import kiosk.ui.locales as locales
from kiosk.ui.locales import LANGUAGES, Texts, texts_for

FOLDER = Path(locales.__file__).parent
FIELDS = re.compile(r"{(\w+)}")
ENGLISH = re.compile(r"\b(the|please|your|you|back|done|and|ticket|number|counter|touch|send|of|for|is)\b", re.I)


def test_both_languages_say_the_same_things():
    assert Texts("vi").all.keys() == Texts("en").all.keys()


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_key_is_told_twice(language):
    keys = [key for path in FOLDER.joinpath(language).glob("*.json") for key in json.loads(path.read_text())]
    assert len(keys) == len(set(keys))


def test_a_translation_fills_in_the_same_values():
    vietnamese, english = Texts("vi").all, Texts("en").all
    for key, text in vietnamese.items():
        assert set(FIELDS.findall(text)) == set(FIELDS.findall(english[key])), key


def test_nothing_is_left_in_english_for_vietnamese_readers():
    for key, text in Texts("vi").all.items():
        assert key == "shell.other_language" or not ENGLISH.search(FIELDS.sub("", text)), f"{key}: {text}"


def test_texts_are_composed_letters():
    import unicodedata

    for language in LANGUAGES:
        for key, text in Texts(language).all.items():
            assert unicodedata.is_normalized("NFC", text), key


def test_values_are_filled_in_and_unknown_keys_refused():
    texts = texts_for("vi")
    assert texts.get("lobby.queue.open", n=3, total=5) == "3/5 quầy đang mở"
    with pytest.raises(KeyError):
        texts.get("lobby.nothing")
    with pytest.raises(ValueError, match="vi, en"):
        Texts("fr")
