"""Recorded lines: nobody is in them, their times are kept, and a fault in the field plays again."""

import json
import os
import threading
from datetime import datetime
from pathlib import Path

import pytest
from devices_support import SOON_S, Heard, Line, at_once
from hypothesis import given
from hypothesis import strategies as st

from kiosk.cli import main
from kiosk.clock import VIETNAM
from kiosk.devices.input_events import EVENT, strokes
from kiosk.devices.keypad_evdev import KEY_CODES
from kiosk.devices.masking import NOBODY, masked, tells_somebody
from kiosk.devices.qr_scanner import ScanEvent
from kiosk.devices.recording import BadRecording, Head, load, played, recorded, save
from kiosk.devices.scanner_families import FAMILIES
from kiosk.devices.scanner_serial import SerialScanner
from kiosk.domain.citizen import parse_card

FAULT = Path(__file__).parents[1] / "data" / "devices" / "scanner_one_byte_at_a_time.jsonl"
CASES = Path(__file__).parents[1] / "data" / "payload_cases.jsonl"
CASE_LINES = [line for line in CASES.read_text(encoding="utf-8").split("\n") if line]
CARD = "001199012345|123456789|Nguyễn Thị Ánh Nguyệt|05031999|Nữ|Số 5 ngõ 12, Hà Nội|10072022"
AT = datetime(2026, 11, 25, 9, tzinfo=VIETNAM)
HEAD = Head(device="scanner", baud=9600, at=AT)


def test_a_card_becomes_nobodys_card_of_the_same_length_and_is_still_a_card() -> None:
    bare = masked(CARD.encode() + b"\r")
    assert len(bare) == len(CARD.encode()) + 1
    for secret in ("001199012345", "123456789", "Nguyễn", "Nguyệt", "05031999", "ngõ", "Hà"):
        assert secret.encode() not in bare
    citizen = parse_card(bare.decode(), AT.date())
    assert (citizen.id, citizen.dob, citizen.sex) == (NOBODY.decode(), "1999-01-01", "F")


@pytest.mark.parametrize("line", CASE_LINES, ids=[json.loads(line)["case"] for line in CASE_LINES])
def test_no_card_of_any_kind_is_kept_in_any_encoding(line: str) -> None:
    raw = json.loads(line)["raw"]
    for encoding in ("utf-8", "utf-16-le"):
        bare = masked(raw.encode(encoding, "surrogatepass"))
        for secret in ("001199012345", "040088004321", "123456789", "Nguyệt", "Hưng", "29021988"):
            assert secret.encode(encoding) not in bare


def test_what_tells_nobody_is_kept_as_it_is() -> None:
    for data in (
        b"next\r\nfinish\r\n",
        b"\x02\x00\x00\x01\x00\x33\x31",
        b"A105\r",
        "Tạm nghỉ\r\n".encode(),
        b"12345678",
    ):
        assert masked(data) == data
        assert not tells_somebody(data)


def test_the_digits_of_a_pin_are_not_kept() -> None:
    assert masked(b"4\r\n7\r\n1\r\n9\r\nnext\r\n") == b"0\r\n0\r\n0\r\n0\r\nnext\r\n"


@given(st.binary(max_size=300) | st.text(alphabet="0123456789|Nễữ \r-", max_size=200).map(str.encode))
def test_whatever_comes_its_length_stays_and_what_was_masked_once_tells_nobody(data: bytes) -> None:
    bare = masked(data)
    assert len(bare) == len(data)
    assert masked(bare) == bare


def test_a_number_that_comes_byte_by_byte_is_seen_in_the_whole_and_the_times_stay() -> None:
    heard = [(10.0 + n / 100, bytes((value,))) for n, value in enumerate(CARD.encode())]
    recording = recorded(HEAD, heard)
    assert b"001199012345" not in recording.data
    assert [piece.t for piece in recording.pieces[:3]] == [0.0, 0.01, 0.02]
    assert len(recording.pieces) == len(heard)


def test_typed_digits_of_an_input_device_become_zeros() -> None:
    events = b"".join(EVENT.pack(1, 2, 4, 4, 458782) + EVENT.pack(1, 2, 1, code, 1) for code in (79, 80, 28))
    recording = recorded(Head(device="input keypad", at=AT), [(0.0, events)])
    assert [stroke.key for stroke in strokes(recording.data, KEY_CODES)] == ["0", "0", "next"]
    assert EVENT.unpack_from(recording.data)[4] == 0


def test_a_recording_is_written_and_read_again(tmp_path: Path) -> None:
    recording = recorded(HEAD, [(1.0, b"next\r"), (1.5, b"\n")])
    save(recording, tmp_path / "a.jsonl")
    assert load(tmp_path / "a.jsonl") == recording


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ("", "empty"),
        ("{}", "line 1"),
        ('{"format":"other/1","device":"x","at":"2026-11-25T09:00:00+07:00"}', "line 1"),
        ('{"format":"kiosk-bytes/1","device":"x","at":"2026-11-25T09:00:00+07:00"}\n{"t":0,"hex":"zz"}', "line 2"),
        ('{"format":"kiosk-bytes/1","device":"x","at":"2026-11-25T09:00:00+07:00"}\n{"t":-1,"hex":"00"}', "line 2"),
    ],
)
def test_a_file_that_is_no_recording_names_its_line(tmp_path: Path, text: str, where: str) -> None:
    file = tmp_path / "a.jsonl"
    file.write_text(text)
    with pytest.raises(BadRecording, match=where):
        load(file)
    assert main(["devices", "replay", str(file)]) == 2


def test_a_fault_from_the_field_plays_again_and_the_scanner_reads_one_card_for_each_presentation() -> None:
    recording = load(FAULT)
    assert not tells_somebody(recording.data)
    seen = Heard()
    clock = iter(range(0, 1000, 10))
    with played(recording) as (path, is_over):
        scanner = SerialScanner(path, at_once, 9600, lambda: float(next(clock)), FAMILIES["gm65"])
        scanner.start(lambda event: seen(event))
        events = seen.wait(lambda all_: len(all_) == 2)
        assert is_over.wait(SOON_S)
        scanner.stop()
    texts = [event.text for event in events if isinstance(event, ScanEvent)]
    assert texts[0] == texts[1]
    assert texts[0].startswith(NOBODY.decode() + "|")


def test_a_line_is_recorded_from_the_command_line_and_the_card_on_it_is_masked(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    line, out = Line(), tmp_path / "fault.jsonl"

    def answer() -> None:
        if os.read(line.end, 16):
            line.send(CARD.encode() + b"\r")

    device = threading.Thread(target=answer)
    device.start()
    record = ["devices", "record", "--port", line.path, "--out", str(out), "--seconds", "0.3", "--ask", "7e00"]
    assert main(record) == 0
    device.join()
    line.unplug()
    told = json.loads(capsys.readouterr().out)
    assert (told["bytes"], told["masked"]) == (len(CARD.encode()) + 1, True)
    assert b"Nguy" not in bytes.fromhex("".join(piece.hex for piece in load(out).pieces))


def test_a_line_that_is_not_there_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = str(tmp_path / "x.jsonl")
    assert main(["devices", "record", "--port", f"{tmp_path}/none", "--out", out]) == 2
    assert "plug it in" in capsys.readouterr().err
    assert main(["devices", "record", "--port", "/dev/null", "--out", out, "--ask", "xyz"]) == 2
