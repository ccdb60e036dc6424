"""Every file gets its line, whatever it holds."""

import struct
import zlib
from pathlib import Path

import numpy as np
import pytest
from devices_support import QR_DATA
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image
from test_qr_decoder import PAYLOAD, a_code

from kiosk.devices.camera import NotAFrame, read_frame
from kiosk.devices.qr_decoder import QrDecoder
from kiosk.devices.qr_files import decode_file

JPEG = (QR_DATA / "p0182_clean.jpg").read_bytes()


def line_of(path: Path) -> dict[str, object]:
    line = decode_file(path, QrDecoder())
    assert set(line) - {"error"} == {"file", "payload", "ms", "stage"}
    return line


@pytest.mark.parametrize(
    "raw", [b"", b"not a picture", JPEG[: len(JPEG) // 2], JPEG[:20], b"\x89PNG\r\n\x1a\n"],
    ids=["empty", "text", "half", "head", "png head"],
)  # fmt: skip
def test_a_damaged_file_has_an_error_and_no_payload(raw: bytes, tmp_path: Path) -> None:
    path = tmp_path / "frame.jpg"
    path.write_bytes(raw)
    line = line_of(path)
    assert line["payload"] is None
    assert line["error"]


def test_a_missing_file_has_an_error(tmp_path: Path) -> None:
    assert "error" in line_of(tmp_path / "none.jpg")
    assert "error" in line_of(tmp_path)


def test_a_picture_without_a_code_has_no_error(tmp_path: Path) -> None:
    Image.new("L", (1, 1)).save(tmp_path / "dot.png")
    line = line_of(tmp_path / "dot.png")
    assert (line["payload"], line["stage"]) == (None, None)
    assert "error" not in line


def test_depth_and_colour_do_not_matter(tmp_path: Path) -> None:
    grey = a_code(PAYLOAD)
    pictures = {
        "colour.png": Image.merge("RGB", [Image.fromarray(grey)] * 3),
        "deep.png": Image.fromarray(grey.astype(np.uint16) * 257),
        "clear.png": Image.fromarray(np.dstack([np.zeros_like(grey)] * 3 + [255 - grey])),
        "palette.gif": Image.fromarray(grey),
        "one_bit.png": Image.fromarray(grey).convert("1"),
        "cmyk.tiff": Image.merge("RGB", [Image.fromarray(grey)] * 3).convert("CMYK"),
    }
    for name, picture in pictures.items():
        picture.save(tmp_path / name)
        assert line_of(tmp_path / name)["payload"] == PAYLOAD, name


def test_a_huge_picture_is_read_and_a_monstrous_one_refused(tmp_path: Path) -> None:
    code = a_code(PAYLOAD)
    huge = np.full((6000, 8000), 235, dtype=np.uint8)
    huge[2000 : 2000 + code.shape[0], 3000 : 3000 + code.shape[1]] = code
    Image.fromarray(huge).save(tmp_path / "huge.png", compress_level=1)
    assert line_of(tmp_path / "huge.png")["payload"] == PAYLOAD
    Image.new("1", (1, 1)).save(tmp_path / "monster.png")
    raw = bytearray((tmp_path / "monster.png").read_bytes())
    raw[16:24] = struct.pack(">2I", 9_000, 9_000)
    raw[29:33] = struct.pack(">I", zlib.crc32(raw[12:29]))
    (tmp_path / "monster.png").write_bytes(raw)
    assert "pixels" in str(line_of(tmp_path / "monster.png")["error"])


def test_a_code_that_is_no_text_says_so(tmp_path: Path) -> None:
    Image.fromarray(a_code(b"\xff\xfe\xfd binary")).save(tmp_path / "binary.png")
    assert "UTF-8" in str(line_of(tmp_path / "binary.png")["error"])


@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow])
@given(st.integers(0, len(JPEG) - 1), st.binary(min_size=1, max_size=40), st.integers(0, len(JPEG)))
def test_no_damage_crashes_the_reader(at: int, junk: bytes, length: int) -> None:
    damaged = (JPEG[:at] + junk + JPEG[at + len(junk) :])[:length]
    try:
        frame = read_frame(damaged)
    except NotAFrame:
        return
    QrDecoder().look(frame, 0)
