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
from kiosk.ui.clips import needed_clips
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
    voice = VoiceFolder(tmp_path / "clips", needed_clips(["vi"], "AB", range(1, 4)))
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
    sound = a_tone()
    status, page = hand_in(leader, "moi-so", sound)
    assert status == 200
    assert "Đã có 1/" in page
    assert leader.get("/leader/voice/vi/moi-so").content == sound
    with zipfile.ZipFile(io.BytesIO(leader.get("/leader/voice.zip").content)) as archive:
        assert archive.namelist() == ["vi/moi-so.wav"]


@pytest.mark.parametrize(
    ("content", "words"), [(b"ID3", "không phải tệp WAV"), (a_tone(11, 8000), "10 giây"), (b"", "không phải tệp WAV")]
)
def test_what_cannot_be_heard_is_refused_with_the_mend_and_what_was_there_stays(
    leader: TestClient, content: bytes, words: str
) -> None:
    sound = a_tone()
    hand_in(leader, "moi-so", sound)
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
