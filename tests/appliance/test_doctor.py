"""The doctor: what a measurement means, how it is told, and a whole visit to a box."""

import json
import socket
import threading
from datetime import datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.appliance import doctor
from kiosk.appliance.doctor import Finding, exit_status
from kiosk.appliance.doctor_report import paper, report, table
from kiosk.cli import main
from kiosk.clock import VIETNAM
from kiosk.config_check import Words
from kiosk.devices.paper_roll import PaperRoll
from kiosk.devices.typeset import SHIPPED_FONTS

AT = datetime(2026, 11, 24, 7, 15, tzinfo=VIETNAM)
LOBBY = """
[device]
name = "lobby-1"
roles = ["lobby"]
[site]
province = "79"
commune = "26740"
[office]
name = "Bộ phận Một cửa phường Bến Nghé"
[[office.counter]]
number = 1
[network]
hub = "127.0.0.1"
port = {port}
[peripherals.printer]
driver = "virtual"
[peripherals.scanner]
driver = "virtual"
[storage]
folder = "{folder}"
"""


@pytest.mark.parametrize(
    ("finding", "state"),
    [
        (doctor.judge_plug("printer", "escpos-usb", "ready"), "ok"),
        (doctor.judge_plug("printer", "escpos-usb", "ready", "paper_low"), "warn"),
        (doctor.judge_plug("printer", "escpos-usb", "faulty", "paper_out"), "bad"),
        (doctor.judge_plug("printer", "escpos-file", "unknown"), "warn"),
        (doctor.judge_plug("scanner", "serial", "absent", "cable"), "bad"),
        (doctor.judge_plug("scanner", "serial", "absent"), "bad"),
        (doctor.judge_plug("keypad", "virtual", "ready"), "off"),
        (doctor.judge_plug("lamp", "gpio", "faulty", "pins"), "bad"),
        (doctor.judge_database("/var/lib/kiosk", ""), "ok"),
        (doctor.judge_database("/var/lib/kiosk", "disk I/O error"), "bad"),
        (doctor.judge_disk(20), "bad"),
        (doctor.judge_disk(300), "warn"),
        (doctor.judge_disk(9000), "ok"),
        (doctor.judge_heat(None, None), "off"),
        (doctor.judge_heat(48.3, 0), "ok"),
        (doctor.judge_heat(48.3, None), "ok"),
        (doctor.judge_heat(74.0, 0), "warn"),
        (doctor.judge_heat(84.0, None), "bad"),
        (doctor.judge_heat(50.0, 0x50005), "bad"),
        (doctor.judge_heat(50.0, 0x50000), "warn"),
        (doctor.judge_heat(50.0, 0x80000), "warn"),
        (doctor.judge_clock(2026, True), "ok"),
        (doctor.judge_clock(2026, False), "warn"),
        (doctor.judge_clock(2026, None), "warn"),
        (doctor.judge_clock(1970, None), "bad"),
        (doctor.judge_broker("192.168.1.10", 1883, 2.0), "ok"),
        (doctor.judge_broker("192.168.1.10", 1883, 900.0), "warn"),
        (doctor.judge_broker("192.168.1.10", 1883, None, "No route to host"), "bad"),
        (doctor.judge_broker("192.168.1.10", 8883, 2.0, is_let_in=False), "bad"),
        (doctor.judge_voice("/usr/bin/espeak-ng"), "ok"),
        (doctor.judge_voice(None), "bad"),
        (doctor.judge_fonts(""), "ok"),
        (doctor.judge_fonts("BeVietnamPro-Bold.ttf lacks ẵ"), "bad"),
    ],
    ids=lambda value: f"{value.key} {value.evidence.en}" if isinstance(value, Finding) else value,
)
def test_a_measurement_has_one_meaning_and_a_fault_has_its_mend_in_both_languages(finding: Finding, state: str) -> None:
    assert finding.state == state
    assert all(finding.evidence)
    assert all(finding.name)
    assert bool(finding.mend.vi) == bool(finding.mend.en) == (state in ("warn", "bad"))


@given(st.integers(0, 0xFFFFF), st.none() | st.floats(-40, 120))
def test_weak_power_now_is_always_bad_and_no_flag_is_ever_called_fine(bits: int, celsius: float | None) -> None:
    state = doctor.judge_heat(celsius, bits).state
    assert state == "bad" if bits & 1 else state != "off"
    assert state in ("warn", "bad") or not bits & 0xF000F


def test_the_exit_status_tells_only_of_what_is_bad() -> None:
    good, look = doctor.judge_disk(9000), doctor.judge_disk(300)
    assert exit_status([good, look]) == 0
    assert exit_status([good, look, doctor.judge_voice(None)]) == 1


def test_the_table_speaks_vietnamese_with_english_under_it_and_names_the_mend() -> None:
    lines = table([doctor.judge_plug("printer", "escpos-usb", "faulty", "paper_out")]).splitlines()
    assert " ".join(lines[0].split()) == "HỎNG Máy in phiếu hết giấy"
    assert " ".join(lines[1].split()) == "bad Ticket printer paper out"
    assert "→ Mở nắp, đặt cuộn giấy mới" in lines[2]
    assert lines[-2] == "1 chỗ hỏng, 0 chỗ cần chú ý."


def test_machines_read_the_same() -> None:
    told = report([doctor.judge_voice(None)], "board", AT)
    assert told["is_fit"] is False
    assert told["findings"][0]["mend_en"] == "Install it: apt-get install espeak-ng"


@pytest.mark.parametrize("width", [576, 384])
def test_the_paper_uses_every_dot_of_its_width_but_the_margins(width: int) -> None:
    slip = paper([doctor.judge_disk(20)], "lobby-1", AT, width, SHIPPED_FONTS)
    assert (slip.mode, slip.width) == ("1", width)
    inked = slip.point(lambda value: 255 - value).getbbox()
    assert inked is not None
    margin = 12 if width == 576 else 6
    assert (inked[0], inked[2]) == (margin, width - margin)


class Broker:
    """Answers one MQTT CONNECT."""

    def __init__(self) -> None:
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        self.heard = b""
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def _serve(self) -> None:
        line, _ = self._listener.accept()
        with line:
            self.heard = line.recv(64)
            line.sendall(b"\x20\x03\x00\x00\x00")

    def close(self) -> None:
        """Stop."""
        self._thread.join()
        self._listener.close()


def test_a_fit_lobby_is_told_so_as_json_and_on_paper(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    broker = Broker()
    file = tmp_path / "kiosk.toml"
    file.write_text(LOBBY.format(port=broker.port, folder=tmp_path / "data"), encoding="utf-8")
    main(["doctor", "--config", str(file), "--json", "--print"])
    broker.close()
    told = capsys.readouterr()
    states = {finding["key"]: finding["state"] for finding in json.loads(told.out)["findings"]}
    assert broker.heard[:1] == b"\x10"
    assert {key: states[key] for key in ("printer", "scanner", "database", "broker", "fonts")} == {
        "printer": "off",
        "scanner": "off",
        "database": "ok",
        "broker": "ok",
        "fonts": "ok",
    }
    assert "Printed" in told.err
    assert list((tmp_path / "data").iterdir()) == []


def test_a_box_without_hub_and_scanner_is_bad_and_says_why(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        nobody = taken.getsockname()[1]
    file = tmp_path / "kiosk.toml"
    text = LOBBY.format(port=nobody, folder=tmp_path / "data")
    text = text.replace('[peripherals.scanner]\ndriver = "virtual"', '[peripherals.scanner]\ndriver = "none"')
    file.write_text(text, encoding="utf-8")
    assert main(["doctor", "--config", str(file)]) == 1
    told = capsys.readouterr()
    assert f"127.0.0.1:{nobody} không trả lời" in told.out
    assert "Traceback" not in told.err


def test_a_box_that_is_not_let_in_yet_is_told_to_ask_and_not_to_look_at_its_cable(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "kiosk.toml"
    with socket.create_server(("127.0.0.1", 0)) as hub:
        text = LOBBY.format(port=hub.getsockname()[1], folder=tmp_path / "data")
        file.write_text(text.replace("[network]\n", "[network]\ntls = true\n"), encoding="utf-8")
        assert main(["doctor", "--json", "--config", str(file)]) == 1
    found = {finding["key"]: finding for finding in json.loads(capsys.readouterr().out)["findings"]}
    assert found["broker"]["state"] == "bad"
    assert "kiosk enrol" in str(found["broker"])
    assert "No such file" not in str(found["broker"])


def test_a_lamp_on_a_board_without_pins_is_told_with_its_mend(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        nobody = taken.getsockname()[1]
    file = tmp_path / "kiosk.toml"
    text = LOBBY.format(port=nobody, folder=tmp_path / "data")
    file.write_text(text.replace("[storage]", "lamp = 27\n[storage]"), encoding="utf-8")
    assert main(["doctor", "--json", "--config", str(file)]) == 1
    found = {finding["key"]: finding for finding in json.loads(capsys.readouterr().out)["findings"]}
    assert found["lamp"]["state"] == "bad"
    assert "kiosk.toml" in str(found["lamp"])


def test_a_bad_file_ends_with_2(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "kiosk.toml"
    file.write_text('[device]\nname = "lobby-1"\nroles = ["lobi"]\n')
    assert main(["doctor", "--config", str(file)]) == 2
    assert "line 3" in capsys.readouterr().err


def test_paper_that_runs_low_deserves_a_look_and_a_new_roll_does_not() -> None:
    new, low = PaperRoll(length_m=50, used_mm=13_000, slips=100), PaperRoll(length_m=50, used_mm=47_000, slips=300)
    assert (doctor.judge_roll(new).state, doctor.judge_roll(low).state) == ("ok", "warn")
    assert doctor.judge_roll(new).evidence == Words(
        "còn khoảng 37 m, chừng 284 phiếu", "about 37 m left, some 284 slips"
    )
    assert all(doctor.judge_roll(low).mend)


def test_a_logo_that_cannot_be_printed_deserves_a_look() -> None:
    assert doctor.judge_logo("logo.png", "").state == "ok"
    finding = doctor.judge_logo("logo.png", "logo.png: this is no picture")
    assert (finding.state, all(finding.mend)) == ("warn", True)
