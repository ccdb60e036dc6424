"""Signs: the bytes of each protocol, checked against the protocol's own description, and one sign on a line."""

import os
import select

import pytest
from devices_support import SOON_S, Heard, Line
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk.devices.sign_protocols import (
    CD5220_LETTERS,
    LONGEST,
    PROTOCOLS,
    SignPlace,
    alpha_frame,
    ascii_text,
    cd5220_frame,
    plain_frame,
    two_lines,
)
from kiosk.devices.sign_serial import SerialSign


def text_of_alpha(frame: bytes) -> str:
    """Read a packet as a sign does: wake-up, header, checksum over STX to ETX, end."""
    assert frame.startswith(b"\x00" * 5 + b"\x01Z00\x02")
    assert frame.endswith(b"\x04")
    command, etx, checksum = frame[9:-1].rpartition(b"\x03")
    assert int(checksum, 16) == sum(command + etx) & 0xFFFF
    assert command[:6] in (b"\x02AA\x1b b", b"\x02AA\x1b a")
    return command[6:].decode("ascii")


def test_an_alpha_packet_is_byte_for_byte_what_the_protocol_says() -> None:
    assert alpha_frame("A105") == b"\x00\x00\x00\x00\x00\x01Z00\x02AA\x1b bA105\x0301FB\x04"


def test_a_sign_without_vietnamese_letters_shows_words_without_marks() -> None:
    assert ascii_text("Tạm nghỉ – đến 13:30") == "Tam nghi - den 13:30"
    assert plain_frame("Tạm nghỉ\n2") == "Tạm nghỉ 2\r\n".encode()


class LineDisplay:
    """A CD5220 display, as its manual describes it: what stands on its two lines."""

    def __init__(self) -> None:
        self.lines = ["", ""]

    def take(self, data: bytes) -> None:
        """Do what the commands say; anything else is a fault of the sender."""
        while data:
            if data.startswith(b"\x0c"):
                self.lines, data = ["", ""], data[1:]
                continue
            assert data[:3] in (b"\x1bQA", b"\x1bQB"), data
            line, _, rest = data[3:].partition(b"\r")
            assert len(line) == CD5220_LETTERS, "the string mode takes a whole line"
            assert all(32 <= letter < 127 for letter in line)
            self.lines[data[2:3] == b"B"], data = line.decode("ascii"), rest


def test_a_line_display_shows_a_number_in_the_middle_and_longer_words_on_both_lines() -> None:
    display = LineDisplay()
    display.take(cd5220_frame("A105"))
    assert display.lines == ["        A105        ", ""]
    display.take(cd5220_frame("Quầy 3 tạm nghỉ đến 13:30"))
    assert [line.strip() for line in display.lines] == ["Quay 3 tam nghi den", "13:30"]
    display.take(cd5220_frame(""))
    assert display.lines == ["", ""]


def test_a_sign_on_a_shared_line_is_called_by_its_number() -> None:
    packet = alpha_frame("A105", SignPlace(address=26))
    assert packet[5:9] == b"\x01Z1A"
    assert packet[9:] == alpha_frame("A105")[9:]


def test_what_is_wider_than_the_matrix_runs_through_it_and_a_number_stands_still() -> None:
    assert alpha_frame("A105", SignPlace(columns=24))[9:15].endswith(b"b")
    assert alpha_frame("A2105", SignPlace(columns=24))[9:15].endswith(b"a")


@given(st.text(max_size=60), st.integers(1, 30))
def test_two_lines_lose_nothing_but_spaces_until_they_are_full(text: str, letters: int) -> None:
    words = ascii_text(text, 2 * letters).strip()
    upper, lower = two_lines(words, letters)
    assert len(upper) <= letters
    assert len(lower) <= letters
    assert words.replace(" ", "").startswith((upper + lower).replace(" ", ""))


@given(st.text(max_size=80))
def test_no_text_breaks_a_frame(text: str) -> None:
    shown = text_of_alpha(alpha_frame(text))
    assert shown == ascii_text(text)
    assert len(shown) <= LONGEST
    assert plain_frame(text).count(b"\n") == 1
    LineDisplay().take(cd5220_frame(text))


@pytest.mark.parametrize("name", list(PROTOCOLS))
def test_a_sign_on_a_line_gets_each_change(name: str) -> None:
    protocol = PROTOCOLS[name]
    line = Line()
    sign = SerialSign(line.path, protocol=protocol)
    for text in ("A105", "B012", ""):
        sign.show(text)
        received = b""
        while not received.endswith(protocol.frame(text, SignPlace())):
            assert select.select([line.end], [], [], SOON_S)[0], f"heard only {received!r}"
            received += os.read(line.end, 64)
    sign.stop()
    line.unplug()


def test_a_sign_that_is_pulled_out_while_nothing_changes_is_missed_at_once() -> None:
    line, states = Line(), Heard()
    sign = SerialSign(line.path)
    sign.on_state = states
    sign.show("A105")
    states.wait(lambda seen: seen == [("ready", "")])
    line.unplug()
    states.wait(lambda seen: seen[-1] == ("absent", "cable"))
    sign.stop()


@settings(max_examples=3, deadline=None)
@given(st.lists(st.binary(min_size=1, max_size=300), min_size=10, max_size=30))
def test_whatever_a_sign_answers_it_gets_its_next_text(answers: list[bytes]) -> None:
    line = Line()
    sign = SerialSign(line.path)
    sign.show("A105")
    assert os.read(line.end, 64)
    for answer in answers:
        line.send(answer)
    sign.show("B012")
    received = b""
    while not received.endswith(b"B012\r\n"):
        assert select.select([line.end], [], [], SOON_S)[0], f"heard only {received!r}"
        received += os.read(line.end, 64)
    sign.stop()
    line.unplug()
