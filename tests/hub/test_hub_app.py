"""`kiosk run hub` as it stands in an office: its own process, a real broker, a lobby over MQTT, a phone over HTTP."""

import json
import re
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from kiosk.clock import RealClock
from kiosk.demo.trial_time import ids
from kiosk.domain import events
from kiosk.messaging.broker import RunningBroker, start_broker
from kiosk.messaging.client import MqttTransport
from kiosk.messaging.link import HubLink, lost_will
from kiosk.messaging.outbox import Outbox, open_database
from kiosk.messaging.topics import Topics

START = """
import sys
from kiosk.config import Config
from kiosk.hub.app import run
folder, port, web_port = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
sys.exit(run(Config.for_demo("hub", "hub", folder, 2, port, web_port=web_port)))
"""
PATIENCE_S = 30


def eventually(look: Callable[[], bool]) -> None:
    """Wait for processes of the operating system; everything inside a role is tested with time moved by hand."""
    end = time.monotonic() + PATIENCE_S
    while not look():
        assert time.monotonic() < end, "nothing happened"
        time.sleep(0.05)


class HubProcess:
    def __init__(self, folder: Path, broker: RunningBroker) -> None:
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port: int = free.getsockname()[1]
        arguments = [sys.executable, "-c", START, str(folder), str(broker.port), str(self.port)]
        self.log = (folder / "hub.log").open("wb")
        self.process = subprocess.Popen(arguments, stderr=self.log)
        self.log_path = folder / "hub.log"
        eventually(self.answers)

    def get(self, path: str) -> bytes:
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=PATIENCE_S) as answer:
            return bytes(answer.read())

    def answers(self) -> bool:
        assert self.process.poll() is None, self.log_path.read_text()
        try:
            return bool(json.loads(self.get("/health"))["broker"])
        except OSError:
            return False

    def figures(self) -> dict[str, int]:
        figures: dict[str, int] = json.loads(self.get("/api/snapshot"))["figures"]
        return figures

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()
        self.log.close()


@pytest.fixture
def broker(tmp_path: Path) -> Iterator[RunningBroker]:
    running = start_broker(tmp_path / "broker")
    yield running
    running.stop()


def test_a_ticket_reaches_the_phone_and_survives_a_kill_of_the_hub(tmp_path: Path, broker: RunningBroker) -> None:
    topics, clock = Topics("79", "26740"), RealClock()
    outbox = Outbox(
        open_database(tmp_path / "outbox.db"),
        source=topics.source("lobby-1"),
        boot="b",
        now=clock.now,
        mono=clock.monotonic,
        new_id=ids("d"),
        clk="ntp",
    )
    transport = MqttTransport(
        "127.0.0.1",
        broker.port,
        "lobby-1",
        clock.post,
        will=lost_will(topics, "lobby-1", "b"),
        reconnect_s=(0.05, 0.2),
    )
    link = HubLink(transport, outbox, topics, "lobby-1", clock, clock, "b")
    thread = threading.Thread(target=clock.run, daemon=True)
    thread.start()
    clock.post(link.start)

    def take(number: str) -> None:
        now = clock.now()
        item = events.ServiceItem(group="chung-thuc")
        event = events.TicketIssued(at=now, ticket=f"t-{number}", number=number, day=now.date(), services=(item,))
        clock.post(lambda: outbox.record(event) and None)

    hub = HubProcess(tmp_path, broker)
    try:
        assert re.search(r"set-up code\): \w{5}-\w{5}", hub.log_path.read_text())
        with urllib.request.urlopen(f"http://127.0.0.1:{hub.port}/live", timeout=PATIENCE_S) as stream:
            take("A001")
            lines = iter(stream.readline, b"")
            assert any(line.startswith(b"event: rev") for line in lines), "the open page is told"
        eventually(lambda: hub.figures()["issued"] == 1 and link.pending == 0)
        assert b"A001" in hub.get("/t/t-A001")
        hub.kill()
        take("A002")
        hub = HubProcess(tmp_path, broker)
        eventually(lambda: hub.figures()["issued"] == 2 and link.pending == 0)
        hub.process.terminate()
        assert hub.process.wait(timeout=PATIENCE_S) == 0, "stops cleanly when told to"
    finally:
        hub.kill()
        clock.post(link.stop)
        clock.stop()
        thread.join(timeout=PATIENCE_S)
