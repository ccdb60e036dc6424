"""The line to the centre: each office's hub writes its own branch, and nobody without the city's word comes in."""

import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from kiosk.bench.rig.raw_line import RawLine
from kiosk.cli import main
from kiosk.clock import VIETNAM
from kiosk.config import Config
from kiosk.config_schema import CentreSettings
from kiosk.messaging.broker import Guard, RunningBroker, free_port
from kiosk.messaging.certificates import make_root
from kiosk.messaging.tls import TlsFiles
from kiosk.messaging.topics import UplinkTopics
from kiosk.messaging.uplink import FOLDER, make_centre, make_office, uplink_tls
from tests.hub.guarded_office import needs_mosquitto

HERE, THERE = UplinkTopics("79", "26740"), UplinkTopics("01", "00070")
NOW = datetime.now(VIETNAM)


class City:
    """A root, the centre's broker, and the files of whoever has some."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.root = make_root("city", NOW)
        centre = folder / "centre"
        make_centre(self.root, "127.0.0.1", centre, NOW)
        guard = Guard(
            listen="127.0.0.1", chain=centre / "chain.pem", certificate=centre / "broker.pem",
            key=centre / "broker.key", revoked=centre / "crl.pem", rules=centre / "rules.acl",
        )  # fmt: skip
        self.broker = RunningBroker(folder / "broker", "mosquitto", free_port(), guard)
        self.broker.start()

    def office(self, topics: tuple[str, str], moment: datetime = NOW) -> Path:
        folder = self.folder / "-".join(topics)
        make_office(self.root, *topics, folder, moment)
        return folder

    def line(self, folder: Path) -> RawLine:
        files = TlsFiles(
            key=folder / "device.key", certificate=folder / "device.pem", chain=folder / "chain.pem", host="127.0.0.1"
        )
        return RawLine("127.0.0.1", self.broker.port, files.context(), "whatever")


@pytest.fixture
def city(tmp_path: Path) -> Iterator[City]:
    made = City(tmp_path)
    yield made
    made.broker.stop()


@needs_mosquitto
def test_an_office_writes_its_own_branch_and_no_others(city: City) -> None:
    hub = city.line(city.office(("79", "26740")))
    assert hub.publish(HERE.events("hub", "ticket"), b"own")
    assert not hub.publish(THERE.events("hub", "ticket"), b"forged")
    assert not hub.publish(HERE.PRESENCE, b"I am the centre")
    assert not hub.publish(HERE.events("lobby-1", "ticket"), b"not as a hub")
    assert city.line(city.folder / "centre").publish(THERE.ack("hub"), b"the centre may")


@needs_mosquitto
def test_an_office_whose_certificate_has_ended_stays_outside(city: City) -> None:
    with pytest.raises(OSError, match=r"\w"):
        city.line(city.office(("79", "26740"), NOW - timedelta(days=400)))


@needs_mosquitto
def test_an_office_of_another_root_stays_outside(city: City, tmp_path: Path) -> None:
    make_office(make_root("stranger", NOW), "79", "26740", tmp_path / "stranger", NOW)
    (tmp_path / "stranger" / "chain.pem").write_bytes((city.folder / "centre" / "chain.pem").read_bytes())
    with pytest.raises(OSError, match=r"\w"):
        city.line(tmp_path / "stranger")


def test_a_hub_takes_its_certificates_from_its_storage(tmp_path: Path) -> None:
    import msgspec

    config = Config.for_demo("hub", "hub", tmp_path, 1, 1883)
    assert uplink_tls(config, lambda: True) is None
    centre = CentreSettings(address="10.0.0.5", port=8883, tls=True)
    tls = uplink_tls(msgspec.structs.replace(config, centre=centre), lambda: True)
    assert tls is not None
    make_office(make_root("city", NOW), "79", "26740", tmp_path / FOLDER, NOW)
    assert tls.files.context().check_hostname
    assert tls.files.host == "10.0.0.5"


def test_the_city_makes_the_files_by_one_command(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    stick, out = str(tmp_path / "root"), tmp_path / "out"
    assert main(["identity", "make-root", "--to", stick]) == 0
    capsys.readouterr()
    assert main(["identity", "make-uplink", "--root", stick, "--office", "79/26740", "--to", str(out)]) == 0
    assert json.loads(capsys.readouterr().out)["for"] == "79/26740"
    assert {path.name for path in out.iterdir()} == {"device.key", "device.pem", "chain.pem"}
    assert main(["identity", "make-uplink", "--root", stick, "--centre", "centre.test", "--to", str(out)]) == 0
    assert main(["identity", "make-uplink", "--root", stick, "--office", "a b", "--to", str(out)]) == 2
    assert main(["identity", "make-uplink", "--root", str(out), "--office", "1/2", "--to", str(out)]) == 2
