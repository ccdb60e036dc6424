"""What a running device shows to staff, and which orders of its office it carries out."""

from datetime import timedelta
from pathlib import Path

import msgspec
import pytest

from kiosk.clock import InlineWorker
from kiosk.config import Config
from kiosk.domain.orders import Identify
from kiosk.messaging.identity import DeviceKey
from kiosk.messaging.orders import sign_order
from kiosk.messaging.upkeep import SHOWN_S, Upkeep
from tests.hub.stage import Device, Stage
from tests.hub.test_enrolment import Office


class Box:
    """A lobby with its upkeep; the hub's page server is away, its broker is there."""

    def __init__(self, folder: Path, *, is_member: bool) -> None:
        self.stage = Stage(folder)
        self.office = Office(folder)
        storage = folder / "lobby-1"
        self.device: Device = self.stage.device("lobby-1")
        if is_member:
            self.office.let_in(self.office.device())
        config = Config.for_demo("lobby", "lobby-1", storage, 1, 1883, web_port=9)
        config = msgspec.structs.replace(config, network=msgspec.structs.replace(config.network, tls=True))
        self.notices: list[tuple[str, str]] = []
        time = self.stage.time
        self.upkeep = Upkeep(config, "lobby", self.device.link, time, time, InlineWorker)
        self.upkeep.on_notice = lambda kind, text: self.notices.append((kind, text))
        self.upkeep.start()
        time.settle()

    def order(self, counter: int, key: DeviceKey | None = None) -> None:
        expires = self.stage.time.now() + timedelta(seconds=60)
        order = Identify(device="lobby-1", counter=counter, expires=expires)
        payload = sign_order(key or self.office.authority.order_key, order)
        self.stage.hub.tell("lobby-1", "identify", payload)
        self.stage.time.settle()


@pytest.fixture
def box(tmp_path: Path) -> Box:
    return Box(tmp_path, is_member=True)


def test_a_device_that_is_asked_shows_its_name_for_a_minute_and_writes_it_down(box: Box) -> None:
    box.order(1)
    assert box.notices == [("name", "lobby-1")]
    box.stage.time.advance(SHOWN_S)
    assert box.notices[-1] == ("", "")
    assert box.stage.hub.book.ledger.counts_by_type()["device.ordered"] == 1


def test_what_the_office_did_not_sign_or_has_said_before_shows_nothing(box: Box) -> None:
    box.order(1, DeviceKey.make())
    assert box.notices == []
    box.order(2)
    box.order(2)
    box.order(1)
    assert box.notices == [("name", "lobby-1")]


def test_a_device_that_cannot_ask_goes_on_and_shows_nothing_wrong(tmp_path: Path) -> None:
    box = Box(tmp_path, is_member=False)
    box.stage.time.advance(60)
    assert box.notices == []
    box.device.put(box.stage.issued("A001"))
    box.stage.time.settle()
    assert box.stage.hub.figures().issued == 1


def test_a_stopped_upkeep_leaves_no_timer_behind(box: Box) -> None:
    before = box.stage.time.pending
    box.upkeep.stop()
    assert box.stage.time.pending < before
