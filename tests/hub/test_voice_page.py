"""The recorder's page names the clips that the office needs, and takes only what can be heard."""

import array
import io
import math
import re
import wave
import zipfile
from pathlib import Path

import pytest
from argon2 import PasswordHasher
from litestar.testing import TestClient

from kiosk.hub.passwords import Passwords
from kiosk.hub.web import make_app
from kiosk.hub.web.voice import VoiceFolder
from kiosk.ui.clips import ClipVoice, needed_clips
from kiosk.ui.recordings import LOUDNESS, recorded
from kiosk.ui.sound import RATE, seconds_of, silence, wav
from kiosk.ui.speech import announcement
from tests.hub.stage import Stage

PASSWORD = "mật khẩu lãnh đạo"


def a_tone(seconds: float = 0.4, rate: int = 16_000) -> bytes:
    samples = array.array("h", (round(9000 * math.sin(at / 8)) for at in range(round(rate * seconds))))
    file = io.BytesIO()
    with wave.open(file, "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(rate)
        out.writeframes(samples.tobytes())
    return file.getvalue()


@pytest.fixture
def leader(tmp_path: Path) -> TestClient:
    """A browser in which the leader has logged in."""
    stage = Stage(tmp_path)
    trials = {"vi": announcement("A105", 3)}
    voice = VoiceFolder(tmp_path / "clips", needed_clips(["vi"], "AB", range(1, 4)), trials)
    quick = Passwords(PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
    app = make_app(stage.hub, lambda act: act(), leader_password=PASSWORD, passwords=quick, voice=voice)
    client = TestClient(app)
    client.post("/login", data={"csrf": token(client.get("/login").text), "password": PASSWORD, "back": "/leader"})
    return client


def token(page: str) -> str:
    found = re.search(r'name="csrf" value="([0-9a-f]+)"', page)
    assert found is not None
    return found[1]


def hand_in(client: TestClient, key: str, content: bytes) -> tuple[int, str]:
    fields = {"csrf": token(client.get("/leader/voice").text)}
    answer = client.post(f"/leader/voice/vi/{key}", data=fields, files={"file": ("a.wav", content, "audio/wav")})
    return answer.status_code, answer.text


def test_the_page_names_what_is_to_be_said_and_where_it_lies(leader: TestClient) -> None:
    page = leader.get("/leader/voice").text
    assert "“mời số”" in page
    assert "vi/moi-so.wav" in page
    assert "vi/chu-c.wav" not in page, "no group has this letter"
    assert "Đã có 0/" in page
    assert 'href="/leader/voice"' in leader.get("/leader").text


def test_a_clip_is_taken_heard_and_packed_for_the_board(leader: TestClient, tmp_path: Path) -> None:
    status, page = hand_in(leader, "moi-so", a_tone())
    assert status == 200
    assert "Đã có 1/" in page
    assert seconds_of(leader.get("/leader/voice/vi/moi-so").content) == pytest.approx(0.4, abs=0.02)
    with zipfile.ZipFile(io.BytesIO(leader.get("/leader/voice.zip").content)) as archive:
        assert archive.namelist() == ["vi/moi-so.wav"]


def test_what_is_kept_is_cut_to_its_word_and_as_loud_as_the_others(leader: TestClient) -> None:
    """What is listened to on the page is what the hall will hear."""
    word = recorded(a_tone())
    faint = array.array("h", (sample // 6 for sample in word))
    hand_in(leader, "so-1", wav(silence(1.0) + faint + silence(2.0)))
    sound = leader.get("/leader/voice/vi/so-1").content
    assert 0.4 <= seconds_of(sound) <= 0.52
    with wave.open(io.BytesIO(sound)) as file:
        samples = array.array("h", file.readframes(file.getnframes()))
        assert (file.getnchannels(), file.getframerate()) == (1, RATE)
    loudness = math.sqrt(sum(sample * sample for sample in samples) / len(samples)) / 32768
    assert loudness == pytest.approx(LOUDNESS, rel=0.1)


def test_a_whole_call_is_listened_to_as_soon_as_every_clip_is_there(leader: TestClient, tmp_path: Path) -> None:
    needed = [clip.key for clip in needed_clips(["vi"], "AB", range(1, 4))]
    for key in needed:
        assert leader.get("/leader/voice-trial/vi").status_code == 404
        _, page = hand_in(leader, key, a_tone())
    assert "Mời số A một không năm, đến quầy số ba" in page

    def no_machine(words: str, language: str) -> bytes:
        raise AssertionError("the board must not need the machine's voice")

    call = leader.get("/leader/voice-trial/vi").content
    assert call == ClipVoice(tmp_path / "clips", no_machine)("Mời số A một không năm, đến quầy số ba", "vi")
    assert leader.get("/leader/voice-trial/en").status_code == 404


def test_a_clip_that_was_copied_by_hand_and_is_none_is_named_with_the_mend(leader: TestClient, tmp_path: Path) -> None:
    (tmp_path / "clips" / "vi").mkdir(parents=True)
    (tmp_path / "clips" / "vi" / "so-1.wav").write_bytes(wav(silence(1.0)))
    assert "không nghe thấy tiếng" in leader.get("/leader/voice").text


def test_only_this_page_is_lent_the_microphone(leader: TestClient) -> None:
    page, other = leader.get("/leader/voice").headers, leader.get("/leader").headers
    assert "microphone=(self)" in page["permissions-policy"]
    assert "media-src 'self'" in page["content-security-policy"]
    assert "default-src 'none'" in page["content-security-policy"]
    assert "microphone=()" in other["permissions-policy"]
    assert "media-src" not in other["content-security-policy"]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"ID3", "không phải tệp âm thanh"),
        (b"", "không phải tệp âm thanh"),
        (a_tone(11, 8000), "10 giây"),
        (a_tone(4), "dài hơn tiếng cần đọc"),
        (wav(silence(1.0)), "không nghe thấy tiếng"),
    ],
)
def test_what_cannot_be_heard_is_refused_with_the_mend_and_what_was_there_stays(
    leader: TestClient, content: bytes, words: str
) -> None:
    hand_in(leader, "moi-so", a_tone())
    sound = leader.get("/leader/voice/vi/moi-so").content
    status, page = hand_in(leader, "moi-so", content)
    assert status == 400
    assert words in page
    assert leader.get("/leader/voice/vi/moi-so").content == sound


@pytest.mark.parametrize("key", ["chu-c", "..", "%2e%2e%2fkiosk", "moi-so.wav"])
def test_only_needed_clips_have_a_place(leader: TestClient, key: str, tmp_path: Path) -> None:
    status, _ = hand_in(leader, key, a_tone())
    assert status in (404, 405)
    assert not list(tmp_path.rglob("*.wav"))


def test_nobody_but_the_leader_hands_in(leader: TestClient) -> None:
    with TestClient(leader.app) as stranger:
        assert stranger.get("/leader/voice", follow_redirects=False).status_code in (303, 401)
        assert stranger.get("/leader/voice.zip", follow_redirects=False).status_code in (303, 401)
        answer = stranger.post("/leader/voice/vi/moi-so", files={"file": ("a.wav", a_tone(), "audio/wav")})
        assert answer.status_code in (401, 403)
