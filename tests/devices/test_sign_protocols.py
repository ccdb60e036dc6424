"""Signs: the bytes of each protocol, checked against the protocol's own description, and one sign on a line."""

import os
import select

import pytest
from devices_support import SOON_S, Line
from hypothesis import given
from hypothesis import strategies as st

from kiosk.devices.sign_protocols import LONGEST, PROTOCOLS, alpha_frame, ascii_text, plain_frame
from kiosk.devices.sign_serial import SerialSign


def text_of_alpha(frame: bytes) -> str:
    """Read a packet as a sign does: wake-up, header, checksum over STX to ETX, end."""
    assert frame.startswith(b"\x00" * 5 + b"\x01Z00\x02")
    assert frame.endswith(b"\x04")
    command, etx, checksum = frame[9:-1].rpartition(b"\x03")
    assert int(checksum, 16) == sum(command + etx) & 0xFFFF
    assert command.startswith(b"\x02AA\x1b b")
    return command[6:].decode("ascii")


def test_an_alpha_packet_is_byte_for_byte_what_the_protocol_says() -> None:
    assert alpha_frame("A105") == b"\x00\x00\x00\x00\x00\x01Z00\x02AA\x1b bA105\x0301FB\x04"


def test_a_sign_without_vietnamese_letters_shows_words_without_marks() -> None:
    assert ascii_text("Tạm nghỉ – đến 13:30") == "Tam nghi - den 13:30"
    assert plain_frame("Tạm nghỉ\n2") == "Tạm nghỉ 2\r\n".encode()


@given(st.text(max_size=80))
def test_no_text_breaks_a_frame(text: str) -> None:
    shown = text_of_alpha(alpha_frame(text))
    assert shown == ascii_text(text)
    assert len(shown) <= LONGEST
    assert plain_frame(text).count(b"\n") == 1


@pytest.mark.parametrize("name", list(PROTOCOLS))
def test_a_sign_on_a_line_gets_each_change(name: str) -> None:
    protocol = PROTOCOLS[name]
    line = Line()
    sign = SerialSign(line.path, protocol=protocol)
    for text in ("A105", "B012", ""):
        sign.show(text)
        received = b""
        while not received.endswith(protocol.frame(text)):
            assert select.select([line.end], [], [], SOON_S)[0], f"heard only {received!r}"
            received += os.read(line.end, 64)
    sign.stop()
    line.unplug()
