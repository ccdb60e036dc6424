"""Recorded clips: which are needed, how they are joined, and that a missing one never leaves a call unsaid."""

import array
import io
import logging
import math
import random
import wave

import pytest

from kiosk.ui.clips import ClipVoice, clips_of, known_clips, needed_clips
from kiosk.ui.recordings import LONGEST_FILE_S, LOUDNESS, recorded
from kiosk.ui.sound import PEAK, RATE, NotASound, seconds_of, wav
from kiosk.ui.speech import Manner, announcement


def a_tone(seconds: float, rate: int = 16_000, channels: int = 1, quiet: float = 0.2) -> bytes:
    """Return a WAV of a tone with silence around it, as a phone records a word."""
    edge = [0] * round(rate * quiet)
    tone = [round(9_000 * math.sin(2 * math.pi * 300 * at / rate)) for at in range(round(rate * seconds))]
    samples = array.array("h", [sample for sample in (*edge, *tone, *edge) for _ in range(channels)])
    file = io.BytesIO()
    with wave.open(file, "wb") as out:
        out.setnchannels(channels)
        out.setsampwidth(2)
        out.setframerate(rate)
        out.writeframes(samples.tobytes())
    return file.getvalue()


def record(folder, clips, **how):
    for clip in clips:
        path = folder / clip.path
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(a_tone(0.3, **how))


@pytest.fixture
def espeak():
    """A voice that remembers what it was asked for."""
    said = []

    def say(text, language):
        said.append(text)
        return b"espeak"

    say.said = said
    return say


MANNERS = [Manner(), Manner(whole=True), Manner(whole=True, dialect="south")]


@pytest.mark.parametrize("manner", MANNERS)
@pytest.mark.parametrize("language", ["vi", "en"])
def test_the_needed_clips_are_enough_for_every_call_of_the_office(language, manner):
    needed = set(needed_clips([language], "ABCG", range(1, 100), manner))
    for letter in "ABCG":
        for number in (1, 5, 21, 104, 110, 111, 215, 555, 999):
            for counter in (1, 4, 10, 15, 21, 44, 99):
                for again in (False, True):
                    made = clips_of(announcement(f"{letter}{number:03d}", counter, language, again, manner), language)
                    assert made is not None
                    assert {clip for clip in made if clip.key} <= needed


def test_digit_by_digit_needs_no_words_for_hundreds():
    keys = {clip.key for clip in needed_clips(["vi"], "AB", range(1, 6))}
    assert "tram" not in keys
    assert {"moi-so", "den-quay-so", "chu-a", "chu-b", "so-0", "so-9"} <= keys
    assert "chu-c" not in keys


def test_no_two_clips_share_a_file_or_their_words():
    for language in ("vi", "en"):
        clips = known_clips(language)
        assert len({clip.path for clip in clips}) == len(clips)
        assert len({clip.text.lower() for clip in clips}) == len(clips)


def test_a_call_is_joined_from_clips_behind_the_chime(tmp_path, espeak):
    record(tmp_path, needed_clips(["vi"], "A", range(1, 4)))
    sound = ClipVoice(tmp_path, espeak)("Mời số A một không năm, đến quầy số ba", "vi")
    assert espeak.said == []
    with wave.open(io.BytesIO(sound)) as file:
        assert (file.getnchannels(), file.getsampwidth(), file.getframerate()) == (1, 2, RATE)
        samples = array.array("h", file.readframes(file.getnframes()))
    assert 1.5 <= seconds_of(sound) <= 8
    assert max(map(abs, samples)) / 32768 == pytest.approx(PEAK, abs=0.01)


@pytest.mark.parametrize("fault", ["missing", "not a wav", "silent", "too long"])
def test_one_clip_that_cannot_be_used_leaves_the_whole_call_to_the_other_voice(tmp_path, espeak, fault, caplog):
    record(tmp_path, needed_clips(["vi"], "A", range(1, 4)))
    broken = tmp_path / "vi" / "so-5.wav"
    if fault == "missing":
        broken.unlink()
    else:
        broken.write_bytes(
            {"not a wav": b"ID3 mp3", "silent": a_tone(0), "too long": a_tone(LONGEST_FILE_S + 1, 8000)}[fault]
        )
    voice = ClipVoice(tmp_path, espeak)
    with caplog.at_level(logging.WARNING):
        for _ in range(3):
            assert voice("Mời số A một không năm, đến quầy số ba", "vi") == b"espeak"
        assert voice("Mời số A một, đến quầy số ba", "vi") != b"espeak"
    assert espeak.said == ["Mời số A một không năm, đến quầy số ba"] * 3
    assert len([line for line in caplog.messages if "so-5.wav" in line]) == 1


def test_what_has_no_clips_is_said_by_the_other_voice(tmp_path, espeak):
    assert ClipVoice(tmp_path, espeak)("Kính mời quý khách", "vi") == b"espeak"


def test_a_clip_that_was_recorded_again_is_heard_at_the_next_call(tmp_path, espeak):
    record(tmp_path, needed_clips(["vi"], "A", range(1, 4)))
    voice = ClipVoice(tmp_path, espeak)
    before = seconds_of(voice("Mời số A một, đến quầy số ba", "vi"))
    path = tmp_path / "vi" / "so-1.wav"
    path.write_bytes(a_tone(0.9))
    import os

    os.utime(path, ns=(1, 1))
    assert seconds_of(voice("Mời số A một, đến quầy số ba", "vi")) == pytest.approx(before + 0.6, abs=0.05)


@pytest.mark.parametrize(("rate", "channels"), [(8_000, 1), (22_050, 1), (44_100, 2), (48_000, 1)])
def test_any_rate_and_stereo_come_out_as_the_same_length_without_silent_edges(rate, channels):
    assert len(recorded(a_tone(0.5, rate, channels))) / RATE == pytest.approx(0.58, abs=0.02)


def test_what_is_no_recording_says_what_to_do():
    with pytest.raises(NotASound, match="WAV"):
        recorded(b"")
    file = io.BytesIO()
    with wave.open(file, "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(1)
        out.setframerate(8000)
        out.writeframes(b"\x80" * 800)
    with pytest.raises(NotASound, match="16-bit"):
        recorded(file.getvalue())


def a_word_in_a_room(quiet_s: float = 0.7, loud: float = 0.5, noise: float = 0.003, click: float = 0.0) -> bytes:
    """Return a syllable that swells and fades, in a room that hums, after a finger on the button."""
    chance = random.Random(5)
    edge = round(quiet_s * RATE)
    word = [
        math.sin(2 * math.pi * 220 * at / RATE) * math.sin(math.pi * at / (0.4 * RATE)) for at in range(RATE * 2 // 5)
    ]
    shape = [0.0] * edge + [loud * sample for sample in word] + [0.0] * edge
    shape[RATE // 50 : RATE // 25] = [click * (-1) ** at for at in range(RATE // 50)]
    return wav(array.array("h", (round(32767 * max(-1, min(1, s + chance.gauss(0, noise)))) for s in shape)))


def loudness_of(samples: "array.array[int]") -> float:
    return math.sqrt(sum(sample * sample for sample in samples) / len(samples)) / 32768


@pytest.mark.parametrize("click", [0.0, 0.4])
def test_a_clip_is_cut_to_its_word_also_in_a_room_that_hums_and_after_a_click(click):
    assert 0.4 <= len(recorded(a_word_in_a_room(click=click))) / RATE <= 0.5


def test_words_recorded_near_and_far_are_equally_loud():
    near, far = (recorded(a_word_in_a_room(loud=loud, noise=0.0005)) for loud in (0.9, 0.06))
    assert loudness_of(near) == pytest.approx(loudness_of(far), rel=0.1)
    assert max(map(abs, near)) <= PEAK * 32767 + 1
    assert 0.5 * LOUDNESS < loudness_of(near) < 1.2 * LOUDNESS


def test_a_clip_that_was_cut_and_matched_stays_as_it_is():
    once = recorded(a_word_in_a_room())
    again = recorded(wav(once))
    assert abs(len(again) - len(once)) < RATE / 25
    assert loudness_of(again) == pytest.approx(loudness_of(once), rel=0.1)


@pytest.mark.parametrize(
    ("file", "reason"),
    [
        (a_word_in_a_room(loud=0.0, noise=0.0005), "silent"),
        (a_word_in_a_room(loud=0.02, noise=0.0005), "quiet"),
        (a_word_in_a_room(loud=1.6), "clipped"),
        (a_word_in_a_room(loud=0.0, click=0.5), "short"),
        (a_word_in_a_room(noise=0.2, quiet_s=1.0), "wordy"),
    ],
)
def test_what_nobody_would_understand_is_refused_with_the_reason(file, reason):
    with pytest.raises(NotASound) as fault:
        recorded(file, words=1)
    assert fault.value.reason == reason


def test_soft_sounds_at_the_edge_of_a_word_are_kept():
    """The s of "sáu" is a tenth as loud as its vowel: it must not be taken for noise."""
    chance = random.Random(2)
    hiss = [chance.gauss(0, 0.03) for _ in range(RATE // 10)]
    vowel = [0.5 * math.sin(2 * math.pi * 200 * at / RATE) for at in range(RATE // 4)]
    room = [chance.gauss(0, 0.001) for _ in range(RATE // 2)]
    file = wav(array.array("h", (round(32767 * sample) for sample in (*room, *hiss, *vowel, *room))))
    assert 0.35 <= len(recorded(file)) / RATE <= 0.46
