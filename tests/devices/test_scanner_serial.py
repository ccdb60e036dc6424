"""The eight cases of field notes §8.2, first as bytes, then through a pseudo-terminal."""

from pathlib import Path

import pytest
from devices_support import Heard, Line, at_once
from hypothesis import given
from hypothesis import strategies as st

from kiosk.devices.qr_scanner import ScanEvent
from kiosk.devices.scan_assembly import MAX_SCAN, ScanAssembler
from kiosk.devices.scanner_serial import SerialScanner, plugged_in_line

CARD = "079046999261||Trần Minh Nghĩa|16111946|Nam|Số 12 Lê Lợi, Phường Bến Nghé, Thành phố Hồ Chí Minh|08032025||||"
OTHER = "079190999014||Đặng Thu Hương|02021990|Nữ|Số 7 Hai Bà Trưng, Phường Bến Nghé|09092025||||"
RAW = CARD.encode()
PAUSE = None
"""A pause on the line that is long enough to end a scan."""


def scans_of(*pieces: bytes | None) -> list[str]:
    assembler = ScanAssembler()
    found: list[bytes] = []
    for piece in pieces:
        found += assembler.idle() if piece is PAUSE else assembler.feed(piece)
    return [scan.decode() for scan in found]


@pytest.mark.parametrize(
    ("pieces", "expected"),
    [
        ([RAW + b"\r\n"], [CARD]),
        ([RAW + b"\r"], [CARD]),
        ([RAW, PAUSE], [CARD]),
        ([bytes((value,)) for value in RAW + b"\r\n"], [CARD]),
        ([RAW + b"\r\n" + OTHER.encode() + b"\r\n"], [CARD, OTHER]),
        ([RAW, PAUSE, OTHER.encode(), PAUSE], [CARD, OTHER]),
        ([RAW[:60], RAW[60:], b"\r\n"], [CARD]),
        ([b"\x02\x00\x00\x01\x00\x33\x31" + RAW + b"\r\n"], [CARD]),
        ([b"\x02\x00\x00\x01\x00\x33\x31", PAUSE, b"]Q1" + RAW, PAUSE], [CARD]),
    ],
    ids=[
        "CRLF",
        "CR",
        "pause",
        "byte by byte",
        "back to back",
        "two with a pause",
        "in two pieces",
        "GM65 answer",
        "AIM",
    ],
)
def test_scans_are_assembled(pieces: list[bytes | None], expected: list[str]) -> None:
    assert scans_of(*pieces) == expected


def test_endless_noise_is_dropped_and_the_next_card_is_read() -> None:
    assert scans_of(b"x" * 1_000_000, b"\r\n", RAW + b"\r\n") == [CARD]


@given(st.lists(st.binary(max_size=300), max_size=20))
def test_no_bytes_make_a_scan_longer_than_a_card_or_with_a_line_end(pieces: list[bytes]) -> None:
    assembler = ScanAssembler()
    scans = [scan for piece in pieces for scan in assembler.feed(piece)] + assembler.idle()
    assert all(0 < len(scan) <= MAX_SCAN and not set(scan) & set(b"\r\n") for scan in scans)


@given(st.integers(1, 40))
def test_the_pieces_in_which_bytes_come_do_not_matter(size: int) -> None:
    stream = RAW + b"\r\n" + OTHER.encode() + b"\r"
    assert scans_of(*(stream[at : at + size] for at in range(0, len(stream), size))) == [CARD, OTHER]


def test_a_module_that_is_plugged_in_is_known_by_its_usb_ids(tmp_path: Path) -> None:
    for name, ids in (("ttyACM0", ("2341", "0043")), ("ttyACM1", ("7777", "6666"))):
        interface = tmp_path / "usb" / name / "interface"
        interface.mkdir(parents=True)
        for file, value in zip(("idVendor", "idProduct"), ids, strict=True):
            interface.parent.joinpath(file).write_text(f"{value}\n")
        line = tmp_path / "tty" / name
        line.mkdir(parents=True)
        line.joinpath("device").symlink_to(interface)
    assert plugged_in_line(tmp_path / "tty") == "/dev/ttyACM1"
    assert plugged_in_line(tmp_path / "nothing") == ""


def test_a_module_that_shall_be_found_and_is_not_there_is_absent() -> None:
    states = Heard()
    scanner = SerialScanner("", at_once)
    scanner.on_state = states
    scanner.start(Heard())
    states.wait(lambda seen: ("absent", "cable") in seen)
    scanner.stop()


@pytest.fixture
def line() -> Line:
    return Line()


def test_a_scanner_on_a_line_tells_cards_with_and_without_line_ends(line: Line) -> None:
    heard, states = Heard(), Heard()
    scanner = SerialScanner(line.path, at_once)
    scanner.on_state = states
    scanner.start(heard)
    states.wait(lambda seen: ("ready", "") in seen)
    line.send(RAW + b"\r\n")
    heard.wait(lambda seen: len(seen) == 1)
    line.send(OTHER.encode())
    assert heard.wait(lambda seen: len(seen) == 2) == [
        ScanEvent("text", CARD, "serial"),
        ScanEvent("text", OTHER, "serial"),
    ]
    scanner.stop()
    line.unplug()


def test_a_card_held_over_a_module_in_continuous_mode_is_told_once(line: Line) -> None:
    heard, states = Heard(), Heard()
    moments = iter((10.0, 10.5, 11.0, 20.0, 30.0))
    scanner = SerialScanner(line.path, at_once, monotonic=lambda: next(moments))
    scanner.on_state = states
    scanner.start(heard)
    states.wait(lambda seen: ("ready", "") in seen)
    line.send((RAW + b"\r\n") * 4 + OTHER.encode() + b"\r\n")
    told = heard.wait(lambda seen: len(seen) == 3)
    assert [event.text for event in told] == [CARD, CARD, OTHER]  # type: ignore[attr-defined]  # Heard collects anything
    scanner.stop()
    line.unplug()


def test_bytes_that_are_not_utf_8_are_called_unreadable(line: Line) -> None:
    heard, states = Heard(), Heard()
    scanner = SerialScanner(line.path, at_once)
    scanner.on_state = states
    scanner.start(heard)
    states.wait(lambda seen: ("ready", "") in seen)
    line.send("Nguyễn".encode("cp1258", "replace") + b"\xff\xfe\r\n")
    assert heard.wait(lambda seen: len(seen) == 1) == [ScanEvent("unreadable")]
    scanner.stop()
    line.unplug()


def test_an_unplugged_scanner_is_absent_and_comes_back(line: Line, tmp_path: object) -> None:
    from pathlib import Path

    by_id = Path(str(tmp_path)) / "usb-scanner"
    by_id.symlink_to(line.path)
    heard, states = Heard(), Heard()
    scanner = SerialScanner(str(by_id), at_once)
    scanner.on_state = states
    scanner.start(heard)
    states.wait(lambda seen: ("ready", "") in seen)
    again = Line()
    by_id.unlink()
    line.unplug()
    states.wait(lambda seen: ("absent", "cable") in seen)
    by_id.symlink_to(again.path)
    states.wait(lambda seen: seen[-1] == ("ready", ""))
    again.send(RAW + b"\r\n")
    assert heard.wait(lambda seen: len(seen) == 1) == [ScanEvent("text", CARD, "serial")]
    scanner.stop()
    again.unplug()
