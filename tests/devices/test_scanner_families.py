"""Scanner modules in command mode: their published frames, and a card read from each family over a line."""

import os
import select

import pytest
from devices_support import SOON_S, Heard, Line, at_once

from kiosk.devices.qr_scanner import ScanEvent
from kiosk.devices.scan_assembly import ScanAssembler
from kiosk.devices.scanner_families import (
    FAMILIES,
    GM_READ,
    GM_SAVE,
    GM_WRITE,
    SSI_ACK,
    gm65_answer,
    gm65_frame,
    newland_frame,
    ssi_frame,
)
from kiosk.devices.scanner_serial import SerialScanner

CARD = "079046999261||Trần Minh Nghĩa|16111946|Nam|Số 12 Lê Lợi, Phường Bến Nghé, Thành phố Hồ Chí Minh|08032025||||"
COMMANDED = [name for name, family in FAMILIES.items() if family.trigger]


@pytest.mark.parametrize(
    ("frame", "published"),
    [
        (gm65_frame(GM_READ, 0x002A, b"\x02"), "7E 00 07 01 00 2A 02 D8 0F"),
        (gm65_frame(GM_SAVE, 0x0000, b"\x00"), "7E 00 09 01 00 00 00 DE C8"),
        (gm65_frame(GM_WRITE, 0x002A, b"\x39\x01"), "7E 00 08 02 00 2A 39 01 A7 EA"),
        (gm65_answer(0, b"\x00"), "02 00 00 01 00 33 31"),
        (gm65_answer(1, b"\x00"), "02 00 01 01 00 04 01"),
        (gm65_answer(3, b"\x00"), "02 00 03 01 00 6A 61"),
        (FAMILIES["gm67"].trigger, "04 E4 04 00 FF 14"),
        (FAMILIES["gm67"].stop, "04 E5 04 00 FF 13"),
        (ssi_frame(SSI_ACK, source=0), "04 D0 00 00 FF 2C"),
        (ssi_frame(0xC6, b"\xff\x8a\x08"), "07 C6 04 00 FF 8A 08 FD 9E"),
        (newland_frame("SCNTRG1"), "7E 01 30 30 30 30 23 53 43 4E 54 52 47 31 3B 03"),
    ],
)
def test_frames_are_the_published_ones(frame: bytes, published: str) -> None:
    assert frame == bytes.fromhex(published)


@pytest.mark.parametrize("name", COMMANDED)
def test_an_answer_before_or_after_a_card_is_no_part_of_it(name: str) -> None:
    raw = CARD.encode()
    for answer in FAMILIES[name].answers:
        assembler = ScanAssembler(FAMILIES[name].answers)
        found = assembler.feed(answer + raw + answer) + assembler.idle()
        found += assembler.feed(answer) + assembler.idle()
        assert found == [raw]


@pytest.mark.parametrize("name", COMMANDED)
def test_a_module_in_command_mode_is_triggered_again_after_each_card_and_stopped_at_the_end(name: str) -> None:
    family = FAMILIES[name]
    line, heard = Line(), Heard()
    scanner = SerialScanner(line.path, at_once, family=family)
    scanner.start(heard)
    _told(line, family.trigger)
    line.send(family.answers[0] + CARD.encode() + b"\r\n")
    assert heard.wait(lambda seen: len(seen) == 1) == [ScanEvent("text", CARD, "serial")]
    _told(line, family.trigger)
    scanner.stop()
    _told(line, family.stop)
    line.unplug()


def _told(line: Line, command: bytes) -> None:
    """Read the line until the command has come."""
    received = b""
    while command not in received:
        assert select.select([line.end], [], [], SOON_S)[0], f"heard only {received.hex(' ')}"
        received += os.read(line.end, 64)
