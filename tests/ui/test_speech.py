import array
import io
import shutil
import wave

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.ui.numbers_spoken import HIGHEST, money_words, number_words, spell, time_words
from kiosk.ui.sound import PEAK
from kiosk.ui.speech import Manner, SpeechUnavailable, announcement, synthesise, write_wav

needs_voice = pytest.mark.skipif(shutil.which("espeak-ng") is None, reason="espeak-ng is not installed here")


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (0, "không"), (1, "một"), (4, "bốn"), (5, "năm"), (10, "mười"), (11, "mười một"), (14, "mười bốn"),
        (15, "mười lăm"), (20, "hai mươi"), (21, "hai mươi mốt"), (24, "hai mươi tư"), (25, "hai mươi lăm"),
        (55, "năm mươi lăm"), (100, "một trăm"), (104, "một trăm linh tư"), (105, "một trăm linh năm"),
        (110, "một trăm mười"), (115, "một trăm mười lăm"), (221, "hai trăm hai mươi mốt"),
        (1000, "một nghìn"), (1005, "một nghìn không trăm linh năm"), (2026, "hai nghìn không trăm hai mươi sáu"),
        (1_000_001, "một triệu không trăm linh một"), (15_300, "mười lăm nghìn ba trăm"),
    ],
)  # fmt: skip
def test_vietnamese_numbers_follow_the_grammar_of_mot_tu_lam_and_linh(number, words):
    assert number_words(number) == words


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (0, "zero"), (12, "twelve"), (21, "twenty-one"), (40, "forty"), (105, "one hundred and five"),
        (2026, "two thousand and twenty-six"), (15_300, "fifteen thousand three hundred"),
    ],
)  # fmt: skip
def test_english_numbers(number, words):
    assert number_words(number, "en") == words


@given(st.integers(0, HIGHEST), st.integers(0, HIGHEST), st.sampled_from(["vi", "en"]))
def test_two_numbers_never_sound_the_same(one, other, language):
    assert (number_words(one, language) == number_words(other, language)) == (one == other)


@pytest.mark.parametrize("number", [-1, HIGHEST + 1])
def test_a_number_out_of_range_is_refused(number):
    with pytest.raises(ValueError, match="999999999"):
        number_words(number)


def test_no_two_ticket_letters_sound_the_same():
    letters = "ABCDEFGHJKLMNPRSTUVWXYZ"  # design: A-Z without I, O, Q
    assert len({spell(letter) for letter in letters}) == len(letters)


@pytest.mark.parametrize(
    ("number", "counter", "language", "again", "words"),
    [
        ("A105", 3, "vi", False, "Mời số A một không năm, đến quầy số ba"),
        ("A105", 3, "vi", True, "Xin nhắc lại, mời số A một không năm, đến quầy số ba"),
        ("B2041", 12, "vi", False, "Mời số bê hai không bốn một, đến quầy số mười hai"),
        ("A105", 3, "en", False, "Number A one zero five, please go to counter three"),
        ("A105", 3, "en", True, "Once more, number A one zero five, please go to counter three"),
    ],
)
def test_a_call_names_the_letter_then_digit_by_digit_then_the_counter(number, counter, language, again, words):
    assert announcement(number, counter, language, again) == words


@pytest.mark.parametrize(
    ("number", "manner", "words"),
    [
        ("A105", Manner(whole=True), "Mời số A một trăm linh năm, đến quầy số ba"),
        ("A105", Manner(whole=True, dialect="south"), "Mời số A một trăm lẻ năm, đến quầy số ba"),
        ("A005", Manner(whole=True), "Mời số A năm, đến quầy số ba"),
        ("B2041", Manner(whole=True, dialect="south"), "Mời số bê hai ngàn không trăm bốn mươi mốt, đến quầy số ba"),
        ("A105", Manner(dialect="south"), "Mời số A một không năm, đến quầy số ba"),
        ("A", Manner(whole=True), "Mời số A, đến quầy số ba"),
    ],
)
def test_a_site_may_have_whole_numbers_called_and_its_own_words(number, manner, words):
    assert announcement(number, 3, manner=manner) == words


@pytest.mark.parametrize(
    ("hour", "minute", "vi", "en"),
    [
        (7, 30, "bảy giờ ba mươi phút", "seven thirty in the morning"),
        (8, 5, "tám giờ năm phút", "eight oh five in the morning"),
        (17, 0, "mười bảy giờ", "five o'clock in the afternoon"),
        (0, 15, "không giờ mười lăm phút", "twelve fifteen in the morning"),
        (21, 21, "hai mươi mốt giờ hai mươi mốt phút", "nine twenty-one in the evening"),
    ],
)
def test_times_are_told_as_people_tell_them(hour, minute, vi, en):
    assert time_words(hour, minute) == vi
    assert time_words(hour, minute, "en") == en


def test_a_time_that_does_not_exist_is_refused():
    with pytest.raises(ValueError, match="24:00"):
        time_words(24, 0)


@pytest.mark.parametrize(
    ("dong", "vi", "en"),
    [
        (2000, "hai nghìn đồng", "two thousand dong"),
        (15_300, "mười lăm nghìn ba trăm đồng", "fifteen thousand three hundred dong"),
        (200_000, "hai trăm nghìn đồng", "two hundred thousand dong"),
        (1_050_000, "một triệu không trăm năm mươi nghìn đồng", "one million fifty thousand dong"),
    ],
)
def test_money_is_told_in_dong(dong, vi, en):
    assert money_words(dong) == vi
    assert money_words(dong, "en") == en


def sound(wav: bytes) -> tuple[float, float]:
    """Return seconds and peak of a 16-bit mono WAV file."""
    with wave.open(io.BytesIO(wav)) as file:
        assert (file.getnchannels(), file.getsampwidth()) == (1, 2)
        samples = array.array("h", file.readframes(file.getnframes()))
        return len(samples) / file.getframerate(), max(map(abs, samples)) / 32768


@needs_voice
@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize("number", ["A1", "A105", "W2999"])
def test_one_call_lasts_1_5_to_8_seconds_and_does_not_clip(number, language):
    seconds, peak = sound(synthesise(announcement(number, 12, language, again=True), language))
    assert 1.5 <= seconds <= 8
    assert peak == pytest.approx(PEAK, abs=0.01)


@needs_voice
def test_the_chime_comes_before_the_words(tmp_path):
    with_chime = write_wav(tmp_path / "call.wav", "Mời số A một")
    without, _ = sound(synthesise("Mời số A một", with_chime=False))
    assert with_chime - without == pytest.approx(0.87, abs=0.01)


@needs_voice
def test_text_that_looks_like_an_option_is_said_and_not_obeyed():
    seconds, _ = sound(synthesise("--version", "en", with_chime=False))
    assert seconds > 0.3


def test_nothing_to_say_and_unknown_languages_are_refused():
    with pytest.raises(ValueError, match="empty"):
        synthesise("  ")
    with pytest.raises(ValueError, match="vi, en"):
        synthesise("Bonjour", "fr")


def test_a_box_without_espeak_says_what_to_install(monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(SpeechUnavailable, match="apt-get install espeak-ng"):
        synthesise("Xin chào")
