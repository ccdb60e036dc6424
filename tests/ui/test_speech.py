import array
import io
import shutil
import wave

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.ui.numbers_spoken import HIGHEST, number_words, spell
from kiosk.ui.speech import PEAK, SpeechUnavailable, announcement, synthesise, write_wav

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
    without, _ = sound(synthesise("Mời số A một", chime=False))
    assert with_chime - without == pytest.approx(0.87, abs=0.01)


@needs_voice
def test_text_that_looks_like_an_option_is_said_and_not_obeyed():
    seconds, _ = sound(synthesise("--version", "en", chime=False))
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
