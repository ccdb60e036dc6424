"""`kiosk run hub` with `[network] tls`, a device that enrols, renews and is thrown out: all by the commands alone."""

import http.cookiejar
import json
import re
import socket
import subprocess
import sys
import time
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from kiosk.cli import main
from tests.hub.guarded_office import needs_mosquitto

pytestmark = needs_mosquitto
PATIENCE_S = 60
FILE = """
[device]
name = "{name}"
roles = ["{role}"]
[site]
province = "79"
commune = "26740"
[network]
hub = "127.0.0.1"
listen = "127.0.0.1"
port = {port}
web_port = {web}
tls = true
[office]
name = "Bộ phận Một cửa"
[[office.counter]]
number = 1
[storage]
folder = "{folder}"
"""


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


def eventually(look: Callable[[], bool], what: str) -> None:
    """Wait for processes of the operating system."""
    end = time.monotonic() + PATIENCE_S
    while not look():
        assert time.monotonic() < end, what
        time.sleep(0.05)


class Place:
    """The files of an office with a hub process, and a leader's browser."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.port, self.web = free_port(), free_port()
        self.hub_file, self.device_file = self.write("hub", "hub"), self.write("lobby-1", "lobby")
        self.log = folder / "hub.log"
        self.process = subprocess.Popen(
            [sys.executable, "-m", "kiosk", "run", "hub", "--config", self.hub_file], stderr=self.log.open("wb")
        )
        cookies = urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar())
        self.browser = urllib.request.build_opener(cookies)
        eventually(self.answers, "the hub does not answer")

    def write(self, name: str, role: str) -> str:
        path = self.folder / f"{name}.toml"
        storage = self.folder / f"{name}-storage"
        path.write_text(FILE.format(name=name, role=role, port=self.port, web=self.web, folder=storage))
        return str(path)

    def answers(self) -> bool:
        assert self.process.poll() is None, self.log.read_text()
        try:
            return bool(json.loads(self.open("/health"))["broker"])
        except OSError:
            return False

    def open(self, path: str) -> str:
        with self.browser.open(f"http://127.0.0.1:{self.web}{path}", timeout=PATIENCE_S) as answer:
            return str(answer.read().decode())

    def send(self, path: str, page: str, **fields: str) -> str:
        token = re.search(r'name="csrf" value="([0-9a-f]+)"', page)
        assert token is not None
        data = urllib.parse.urlencode({"csrf": token[1], **fields}).encode()
        with self.browser.open(f"http://127.0.0.1:{self.web}{path}", data, timeout=PATIENCE_S) as answer:
            return str(answer.read().decode())

    def log_in(self) -> None:
        code = re.search(r"set-up code\): (\w{5}-\w{5})", self.log.read_text())
        assert code is not None
        self.send("/setup", self.open("/setup"), code=code[1], password="mat khau dai", again="mat khau dai")
        self.send("/login", self.open("/login"), password="mat khau dai", back="/leader")


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    made = Place(tmp_path)
    yield made
    made.process.terminate()
    made.process.wait(PATIENCE_S)


def test_a_device_enrols_renews_and_is_thrown_out_by_commands(place: Place, capsys: pytest.CaptureFixture[str]) -> None:
    def run(*arguments: str) -> tuple[int, list[dict[str, object]]]:
        status = main(arguments)
        return status, [json.loads(line) for line in capsys.readouterr().out.splitlines()]

    device, hub = ("--config", place.device_file), ("--config", place.hub_file)
    status, told = run("enrol", "--once", *device)
    assert (status, told[0]["state"]) == (0, "waiting")
    assert run("identity", "show", *device)[1][0]["state"] == "none"
    place.log_in()
    page = place.open("/leader/devices")
    assert str(told[0]["code"]) in page
    key = re.search(r'name="what" value="([0-9a-f]{64})"', page)
    assert key is not None
    place.send("/leader/devices/accept", page, what=key[1], same="yes")
    assert run("enrol", *device)[1][0]["state"] == "accepted"
    before = run("identity", "show", *device)[1][0]
    assert before["state"] == "valid"

    old = (place.folder / "lobby-1-storage/identity/device.pem").read_bytes()
    assert run("identity", "renew", *device)[0] == 0
    assert (place.folder / "lobby-1-storage/identity/device.pem").read_bytes() != old

    shown = run("identity", "show", *hub)[1][0]
    assert [member["name"] for member in shown["members"]] == ["lobby-1"]  # type: ignore[attr-defined]  # JSON
    assert re.fullmatch("[0-9a-f]{64}", str(shown["root_fingerprint"]))
    assert run("identity", "revoke", "lobby-1", *hub) == (0, [{"revoked": "lobby-1"}])
    assert run("enrol", "--once", "--again", *device)[1][0]["state"] == "waiting"
    assert "made the office's root by itself" in place.log.read_text()
