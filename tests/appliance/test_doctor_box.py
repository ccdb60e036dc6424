"""The doctor on services, the certificate and the network, and the doctor who looks again and again."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID
from hypothesis import given
from hypothesis import strategies as st
from test_doctor import LOBBY

from kiosk.appliance.checkup import watch
from kiosk.appliance.doctor import Finding, judge_plug
from kiosk.appliance.doctor_box import Link, UnitState, judge_certificate, judge_network, judge_unit
from kiosk.appliance.probes_box import certificate_end, links, state_told, units_of
from kiosk.config import load_config

NOW = datetime(2026, 11, 25, tzinfo=UTC)
CABLE = Link("eth0", True, "192.168.1.21", 1000)
RADIO = Link("wlan0", True, "192.168.1.22", None, -80)
UNIT = "kiosk@lobby.service"


@pytest.mark.parametrize(
    ("finding", "state"),
    [
        (judge_unit(UNIT, None), "off"),
        (judge_unit(UNIT, UnitState("active")), "ok"),
        (judge_unit(UNIT, UnitState("active", 7)), "warn"),
        (judge_unit(UNIT, UnitState("failed", 10, "exit-code")), "bad"),
        (judge_unit(UNIT, UnitState("inactive")), "warn"),
        (judge_certificate(None, NOW, False, True), "off"),
        (judge_certificate(None, NOW, True, True), "bad"),
        (judge_certificate(NOW + timedelta(days=80), NOW, True, True), "ok"),
        (judge_certificate(NOW + timedelta(days=10), NOW, True, True), "warn"),
        (judge_certificate(NOW - timedelta(days=1), NOW, True, True), "bad"),
        (judge_certificate(NOW - timedelta(days=1), NOW, False, True), "warn"),
        (judge_certificate(NOW - timedelta(days=1), NOW, True, False), "warn"),
        (judge_certificate(None, NOW, True, True, is_hub=True), "bad"),
        (judge_certificate(NOW + timedelta(days=10), NOW, True, True, is_hub=True), "warn"),
        (judge_network([], is_needed=True), "bad"),
        (judge_network([], is_needed=False), "warn"),
        (judge_network([Link("eth0", True)], is_needed=True), "bad"),
        (judge_network([Link("eth0", False, "10.0.0.1")], is_needed=True), "bad"),
        (judge_network([CABLE], is_needed=True), "ok"),
        (judge_network([RADIO], is_needed=True), "warn"),
        (judge_network([CABLE, RADIO], is_needed=True), "ok"),
        (judge_plug("keypad", "evdev", "faulty", "in_use"), "bad"),
        (judge_plug("keypad", "evdev", "faulty", "in_use", is_running=True), "ok"),
        (judge_plug("rating_pad", "gpio", "faulty", "stuck_key"), "bad"),
        (judge_plug("sign", "serial", "faulty", "forbidden", is_running=True), "bad"),
        (judge_plug("speaker", "command", "faulty", "no_sound"), "bad"),
    ],
    ids=lambda value: f"{value.key} {value.evidence.en}" if isinstance(value, Finding) else value,
)
def test_a_measurement_has_one_meaning_and_a_fault_has_its_mend_in_both_languages(finding: Finding, state: str) -> None:
    assert finding.state == state
    assert all(finding.evidence)
    assert all(finding.name)
    assert bool(finding.mend.vi) == bool(finding.mend.en) == (state in ("warn", "bad"))


def test_what_systemd_tells_is_read() -> None:
    told = state_told("ActiveState=failed\nNRestarts=10\nResult=exit-code\n")
    assert told == UnitState("failed", 10, "exit-code")


@given(st.text(max_size=200))
def test_whatever_systemd_tells_is_no_crash(text: str) -> None:
    assert state_told(text).restarts >= 0


def test_a_box_runs_a_service_for_each_role_and_a_hub_with_encryption_its_broker() -> None:
    assert units_of(["lobby", "hub"], has_own_broker=True) == [
        "kiosk@lobby.service",
        "kiosk@hub.service",
        "mosquitto.service",
    ]


def test_the_end_of_a_certificate_is_in_its_file(tmp_path: Path) -> None:
    key = Ed25519PrivateKey.generate()
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "lobby-1")])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(NOW)
        .not_valid_after(NOW + timedelta(days=90))
        .sign(key, None)
    )
    file = tmp_path / "device.pem"
    assert certificate_end(file) is None
    file.write_bytes(b"-----BEGIN CERTIFICATE-----\nnothing\n")
    assert certificate_end(file) is None
    file.write_bytes(certificate.public_bytes(Encoding.PEM))
    assert certificate_end(file) == NOW + timedelta(days=90)


def test_interfaces_are_those_with_a_cable_or_a_radio(tmp_path: Path) -> None:
    net, wireless = tmp_path / "net", tmp_path / "wireless"
    for name, words in {
        "lo": {"operstate": "unknown"},
        "cable9": {"operstate": "down", "device": ""},
        "wlan9": {"operstate": "up", "device": "", "speed": "-1"},
    }.items():
        (net / name).mkdir(parents=True)
        for file, word in words.items():
            (net / name / file).write_text(word + "\n")
    wireless.write_text(
        "Inter-| sta-|   Quality        |   Discarded packets               | Missed | WE\n"
        " face | tus | link level noise |  nwid  crypt   frag  retry   misc | beacon | 22\n"
        "wlan9: 0000   54.  -56.  -256        0      0      0      0      0        0\n"
    )
    assert links(net, wireless) == [Link("cable9", False), Link("wlan9", True, "", None, -56)]
    assert links(tmp_path / "none", wireless) == []


def test_watching_as_json_tells_everything_once_and_then_only_what_changes(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "kiosk.toml"
    file.write_text(LOBBY.format(port=1, folder=tmp_path / "data"), encoding="utf-8")
    looks = iter([True, False])
    assert watch(load_config(file), as_json=True, go_on=lambda: next(looks)) == 1
    told = [json.loads(text) for text in capsys.readouterr().out.splitlines()]
    keys = [row["key"] for row in told]
    assert "database" in keys
    assert len(keys) == len(set(keys))


def test_watching_a_fault_come_tells_it(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file, data = tmp_path / "kiosk.toml", tmp_path / "data"
    file.write_text(LOBBY.format(port=1, folder=data), encoding="utf-8")

    def go_on() -> bool:
        if data.is_file():
            return False
        data.rmdir()
        data.touch()
        return True

    watch(load_config(file), as_json=True, go_on=go_on)
    told = [json.loads(text) for text in capsys.readouterr().out.splitlines()]
    assert [row["state"] for row in told if row["key"] == "database"] == ["ok", "bad"]


def test_watching_draws_the_table_anew(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "kiosk.toml"
    file.write_text(LOBBY.format(port=1, folder=tmp_path / "data"), encoding="utf-8")
    watch(load_config(file), as_json=False, go_on=lambda: False)
    assert "lobby-1 ·" in capsys.readouterr().out
