"""A technician records a clip in a real browser, from the button to the call that the hall will hear."""

import array
import math
import os
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
import uvicorn
from argon2 import PasswordHasher
from selenium import webdriver
from selenium.common.exceptions import StaleElementReferenceException
from selenium.webdriver.common.by import By
from selenium.webdriver.remote.webelement import WebElement

from kiosk.hub.passwords import Passwords
from kiosk.hub.web import make_app
from kiosk.hub.web.voice import VoiceFolder
from kiosk.ui.clips import needed_clips
from kiosk.ui.recordings import recorded
from kiosk.ui.sound import RATE, seconds_of, silence, wav
from tests.hub.stage import Stage

PATIENCE_S = 40.0
PASSWORD = "mật khẩu lãnh đạo"
WORD_S = 0.5


def a_word() -> bytes:
    """Return what the fake microphone hears, over and over: a syllable and four seconds of a quiet room."""
    word = [9000 * math.sin(at / 9) * math.sin(math.pi * at / (WORD_S * RATE)) for at in range(round(WORD_S * RATE))]
    return wav(silence(0.6) + array.array("h", map(round, word)) + silence(4.0))


@pytest.fixture
def page(tmp_path: Path) -> Iterator[str]:
    """The address of a hub that needs the clips of one group and two counters."""
    quick = Passwords(PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
    voice = VoiceFolder(tmp_path / "clips", needed_clips(["vi"], "A", range(1, 3)))
    app = make_app(Stage(tmp_path).hub, lambda act: act(), leader_password=PASSWORD, passwords=quick, voice=voice)
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        server = uvicorn.Server(uvicorn.Config(app, log_level="warning", access_log=False))
        thread = threading.Thread(target=server.run, args=([door],), daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{door.getsockname()[1]}/leader/voice"
        server.should_exit = True
        thread.join(PATIENCE_S)


@pytest.fixture
def browser(tmp_path: Path, page: str) -> Iterator[webdriver.Chrome]:
    (tmp_path / "heard.wav").write_bytes(a_word())
    options = webdriver.ChromeOptions()
    options.binary_location = "/usr/bin/chromium"
    for flag in (
        "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-dev-shm-usage",
        "--disable-background-networking", "--disable-component-update", "--disable-sync", "--window-size=1240,1000",
        "--use-fake-ui-for-media-stream", "--use-fake-device-for-media-stream",
        f"--use-file-for-fake-audio-capture={tmp_path / 'heard.wav'}", f"--user-data-dir={tmp_path / 'browser'}",
    ):  # fmt: skip
        options.add_argument(flag)
    os.environ["SE_OFFLINE"] = "true"
    browser = webdriver.Chrome(options=options, service=webdriver.ChromeService("/usr/bin/chromedriver"))
    browser.get(page)
    browser.find_element(By.NAME, "password").send_keys(PASSWORD)
    browser.find_element(By.CSS_SELECTOR, "main form button").click()
    yield browser
    browser.quit()


def until(what: str, seen: Callable[[], Any]) -> Any:
    """Wait until `seen`; the page's script puts new lines in the place of old ones, so one may be gone while read."""
    limit = time.monotonic() + PATIENCE_S
    while time.monotonic() < limit:
        with suppress(StaleElementReferenceException):
            if found := seen():
                return found
        time.sleep(0.05)
    raise AssertionError(f"never: {what}")


def the(browser: webdriver.Chrome, selector: str) -> WebElement:
    return browser.find_element(By.CSS_SELECTOR, selector)


def test_a_clip_is_recorded_judged_kept_and_can_be_listened_to(browser: webdriver.Chrome, tmp_path: Path) -> None:
    until("the list", lambda: browser.find_elements(By.ID, "vi-moi-so"))
    button = "#vi-moi-so [data-act=record]"
    assert the(browser, button).text == "Thu"
    the(browser, button).click()
    until("it records", lambda: the(browser, button).text == "Dừng")
    time.sleep(2.0)
    the(browser, button).click()
    until("it is kept", lambda: the(browser, "#vi-moi-so").get_attribute("data-state") == "good")

    kept = (tmp_path / "clips" / "vi" / "moi-so.wav").read_bytes()
    assert seconds_of(kept) == pytest.approx(WORD_S, abs=0.15), "the silence around the word is cut"
    assert len(recorded(kept))
    assert "Đã có 1/" in the(browser, "#done").text
    assert the(browser, button).text == "Thu lại"

    length = (
        "const [clip, done] = arguments; clip.preload = 'auto';"
        "clip.onloadedmetadata = () => done(clip.duration); clip.onerror = () => done(-1); clip.load()"
    )
    played = browser.execute_async_script(length, the(browser, "#vi-moi-so audio"))
    assert played == pytest.approx(seconds_of(kept), abs=0.01)
    assert browser.switch_to.active_element.find_element(By.XPATH, "./..").get_attribute("data-state") == "missing"


def test_a_file_of_any_kind_is_brought_to_what_the_box_plays(browser: webdriver.Chrome, tmp_path: Path) -> None:
    """A phone's recorder gives no WAV of 16 bits; the browser opens what it can and the server says what it cannot."""
    until("the list", lambda: browser.find_elements(By.ID, "vi-so-1"))
    from PIL import Image

    picture = tmp_path / "so-1.png"
    Image.new("RGB", (4, 4)).save(picture)
    the(browser, "#vi-so-1 input[type=file]").send_keys(str(picture))
    until("refused", lambda: "không phải tệp âm thanh" in the(browser, "#vi-so-1").text)
    assert the(browser, "#vi-so-1").get_attribute("data-state") == "missing"

    floats = tmp_path / "so-1.wav"
    floats.write_bytes(a_float_wav())
    the(browser, "#vi-so-1 input[type=file]").send_keys(str(floats))
    until("kept", lambda: the(browser, "#vi-so-1").get_attribute("data-state") == "good")
    assert seconds_of((tmp_path / "clips" / "vi" / "so-1.wav").read_bytes()) == pytest.approx(0.4, abs=0.05)


def a_float_wav() -> bytes:
    """Return a WAV of 32-bit floating point numbers, two channels, 48 kHz: what a studio's recorder gives."""
    import struct

    samples = [0.4 * math.sin(at / 20) for at in range(19_200) for _ in (0, 1)]
    body = struct.pack(f"<{len(samples)}f", *samples)
    form = struct.pack("<4sIHHIIHH", b"fmt ", 16, 3, 2, 48_000, 48_000 * 8, 8, 32)
    return (
        struct.pack("<4sI4s", b"RIFF", 4 + len(form) + 8 + len(body), b"WAVE")
        + form
        + struct.pack("<4sI", b"data", len(body))
        + body
    )
