"""The voice: in order, never in the way, as loud as the hour wants, and telling when it has no sound."""

import array
import io
import sys
import threading
import wave
from datetime import time
from pathlib import Path

import pytest
from devices_support import SOON_S, Heard

from kiosk.devices.player import RATE, LoudHours, command_of, decibels_of, trial_tone, volume_at
from kiosk.devices.speaker import MOST_WAITING, CommandSpeaker, VirtualSpeaker

LUNCH = (LoudHours(time(11, 30), time(13, 30), 40),)


def player(out: Path) -> list[str]:
    return [sys.executable, "-c", "import sys; open(sys.argv[1], 'ab').write(sys.stdin.buffer.read())", str(out)]


def said(text: str, language: str) -> bytes:
    return f"{text}/{language};".encode()


def tone_of(peak: int) -> bytes:
    file = io.BytesIO()
    with wave.open(file, "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(RATE)
        out.writeframes(array.array("h", [peak, -peak] * 50).tobytes())
    return file.getvalue()


def peak_of(sound: bytes) -> int:
    with wave.open(io.BytesIO(sound)) as file:
        return max(map(abs, array.array("h", file.readframes(file.getnframes()))))


def test_the_virtual_speaker_remembers_and_tells() -> None:
    words = Heard()
    speaker = VirtualSpeaker(words)
    speaker.say("Mời số A105 đến quầy số ba", "vi")
    assert speaker.said == [("Mời số A105 đến quầy số ba", "vi")]
    assert words.all == speaker.said


def test_calls_are_said_in_order_and_translations_after_the_calls_that_wait(tmp_path: Path) -> None:
    out, begun, go_on = tmp_path / "played", threading.Event(), threading.Event()

    def synthesise(text: str, language: str) -> bytes:
        begun.set()
        go_on.wait(SOON_S)
        return said(text, language)

    speaker = CommandSpeaker(synthesise, player(out))
    speaker.say("một", "vi", 0)
    assert begun.wait(SOON_S)
    speaker.say("one", "en", 1)
    speaker.say("hai", "vi", 0)
    speaker.say("two", "en", 1)
    go_on.set()
    speaker.stop()
    assert out.read_text(encoding="utf-8") == "một/vi;hai/vi;one/en;two/en;"
    assert speaker.state == "ready"


def test_saying_never_waits_and_what_is_stale_is_left_out_translations_first(tmp_path: Path) -> None:
    out, begun, go_on = tmp_path / "played", threading.Event(), threading.Event()

    def synthesise(text: str, language: str) -> bytes:
        begun.set()
        go_on.wait(SOON_S)
        return said(text, language)

    speaker = CommandSpeaker(synthesise, player(out))
    speaker.say("0", "vi")
    assert begun.wait(SOON_S)
    for number in range(1, 12):
        speaker.say(str(number), "vi", 0)
        speaker.say(str(number), "en", 1)
    go_on.set()
    speaker.stop()
    assert out.read_text() == "".join(f"{number}/vi;" for number in (0, *range(12 - MOST_WAITING, 12)))


def test_a_missing_player_is_absent_and_one_that_fails_is_faulty(tmp_path: Path) -> None:
    absent = CommandSpeaker(said, ["no-such-player-anywhere"])
    absent.say("một", "vi")
    absent.stop()
    assert (absent.state, absent.reason) == ("absent", "no_player")
    failing = CommandSpeaker(said, [sys.executable, "-c", "raise SystemExit(1)"])
    failing.say("một", "vi")
    failing.stop()
    assert (failing.state, failing.reason) == ("faulty", "no_sound")


def test_a_speaker_without_words_says_so_and_speaks_again(tmp_path: Path) -> None:
    def synthesise(text: str, language: str) -> bytes:
        if text == "?":
            raise RuntimeError("no voice")
        return said(text, language)

    states = Heard()
    speaker = CommandSpeaker(synthesise, player(tmp_path / "played"))
    speaker.on_state = states
    for text in ("?", "một"):
        speaker.say(text, "vi")
    speaker.stop()
    assert states.all == [("faulty", "no_words"), ("ready", "")]


@pytest.mark.parametrize(("volume", "peak"), [(100, 8000), (50, 4000), (200, 16000)])
def test_the_volume_is_in_the_sound(tmp_path: Path, volume: int, peak: int) -> None:
    out = tmp_path / "played"
    speaker = CommandSpeaker(lambda text, language: tone_of(8000), player(out), lambda: volume)
    speaker.say("một", "vi")
    speaker.stop()
    assert peak_of(out.read_bytes()) == pytest.approx(peak, abs=2)


def test_at_volume_nothing_nothing_is_played(tmp_path: Path) -> None:
    speaker = CommandSpeaker(said, player(tmp_path / "played"), lambda: 0)
    speaker.say("một", "vi")
    speaker.stop()
    assert not (tmp_path / "played").exists()


@pytest.mark.parametrize(
    ("moment", "volume"), [(time(11, 29), 80), (time(11, 30), 40), (time(13, 29), 40), (time(13, 30), 80)]
)
def test_each_hour_has_its_volume(moment: time, volume: int) -> None:
    assert volume_at(moment, 80, LUNCH) == volume
    assert decibels_of(100) == 0


def test_the_sound_card_is_named_to_each_player_in_its_own_way() -> None:
    assert command_of("aplay -q", "plughw:CARD=USB") == ["aplay", "--device=plughw:CARD=USB", "-q"]
    assert command_of("pw-play -", "alsa_output.usb") == ["pw-play", "--target=alsa_output.usb", "-"]
    assert command_of("aplay -q") == ["aplay", "-q"]
    assert command_of("my-player", "card") == ["my-player"]


def test_the_test_tone_is_a_sound_that_does_not_clip() -> None:
    tone = trial_tone()
    with wave.open(io.BytesIO(tone)) as file:
        assert (file.getnchannels(), file.getsampwidth()) == (1, 2)
        assert 2.0 < file.getnframes() / file.getframerate() < 2.5
    assert 0.45 * 32767 < peak_of(tone) < 0.55 * 32767
