"""The voice that reads to one person: interruptible, by steps louder, and never in the way of the screen."""

import array
import io
import threading
import wave
from pathlib import Path

import pytest

from kiosk.devices.narrator import MOST_STEPS, CommandNarrator, VirtualNarrator, amplified


def a_sound(*samples: int) -> bytes:
    out = io.BytesIO()
    with wave.open(out, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(22_050)
        file.writeframes(array.array("h", samples).tobytes())
    return out.getvalue()


def samples_of(sound: bytes) -> list[int]:
    with wave.open(io.BytesIO(sound)) as file:
        return list(array.array("h", file.readframes(file.getnframes())))


def test_six_decibels_are_about_twice_as_loud():
    assert samples_of(amplified(a_sound(1000, -1000), 6.0)) == [1995, -1995]


def test_what_would_clip_is_held_at_full_scale():
    assert samples_of(amplified(a_sound(30_000, -30_000), 12.0)) == [32_767, -32_768]


@pytest.mark.parametrize("sound", [b"", b"RIFF", b"no sound at all"])
def test_what_is_no_sound_is_refused(sound):
    with pytest.raises(ValueError, match="not a WAV"):
        amplified(sound, 0.0)


def test_volume_stays_within_its_steps_and_goes_back():
    narrator = VirtualNarrator()
    narrator.louder(99)
    assert narrator.volume == MOST_STEPS
    narrator.louder(-99)
    assert narrator.volume == 0
    narrator.louder(2)
    narrator.reset()
    assert narrator.volume == 0


def test_sentences_are_played_one_after_the_other(tmp_path: Path):
    played = tmp_path / "played"
    narrator = CommandNarrator(lambda text, _: a_sound(*[len(text)] * 4), f"tee -a {played}", is_private=True)
    narrator.read(["một", "hai ba"], "vi")
    done = threading.Event()
    narrator.on_state = lambda *_: done.set()
    done.wait(10)
    narrator._jobs.put(None)
    narrator._thread.join(10)
    assert played.read_bytes().count(b"RIFF") == 2


def test_a_new_sentence_takes_the_place_of_a_long_one():
    said = []
    started = threading.Event()

    def synthesise(text: str, _language: str) -> bytes:
        said.append(text)
        started.set()
        return a_sound(1)

    narrator = CommandNarrator(synthesise, "sleep 50", is_private=False)
    narrator.read(["dài", "không ai nghe nữa"], "vi")
    assert started.wait(10)
    narrator.read(["ngắn"], "vi")
    started.clear()
    assert started.wait(10)
    narrator.stop()
    assert "không ai nghe nữa" not in said
    assert narrator.reason != "no_sound"


def test_a_missing_player_is_told_and_nothing_falls_over():
    told = threading.Event()
    narrator = CommandNarrator(lambda *_: a_sound(1), "no-such-player", is_private=False)
    narrator.on_state = lambda *_: told.set()
    narrator.read(["một"], "vi")
    # a device that was never there stays absent, so nothing changes; the thread lives on
    narrator.read(["hai"], "vi")
    narrator.stop()
    assert narrator.state == "absent"
    assert not told.is_set() or narrator.reason == "no_player"


def test_a_visit_begins_as_loud_as_staff_have_set_it_and_ends_there():
    narrator = VirtualNarrator()
    narrator.begin_at(1)
    narrator.louder(2)
    assert narrator.volume == 3
    narrator.reset()
    assert narrator.volume == 1
    narrator.begin_at(99)
    assert narrator.volume == 3, "never beyond the last step"
