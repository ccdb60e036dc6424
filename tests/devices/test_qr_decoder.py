import csv
import unicodedata
from datetime import date

import numpy as np
import pytest
import segno
from devices_support import QR_DATA
from PIL import Image

from kiosk.devices.camera import Frame
from kiosk.devices.card_frames import FAULTS, card_frame, empty_frame
from kiosk.devices.qr_decoder import QrDecoder, text_of
from kiosk.devices.qr_files import decode_file
from kiosk.domain.citizen import parse_card

PAYLOAD = "079046999261||Trần Minh Nghĩa|16111946|Nam|Số 12 Lê Lợi, Phường Bến Nghé, Thành phố Hồ Chí Minh|08032025||||"


def a_code(content: bytes | str) -> Frame:
    matrix = segno.make(content, mode="byte", encoding=None if isinstance(content, bytes) else "utf-8", micro=False)
    rows = np.array([[bool(dot) for dot in row] for row in matrix.matrix])
    return np.pad(np.where(np.kron(rows, np.ones((6, 6), bool)), 20, 235).astype(np.uint8), 40, constant_values=235)


def public_frames() -> list[dict[str, str]]:
    with (QR_DATA / "expected.csv").open(encoding="utf-8") as stream:
        return list(csv.DictReader(stream))


@pytest.mark.parametrize("row", public_frames(), ids=lambda row: row["case"])
def test_public_frames_read_exactly_and_empty_ones_not_at_all(row: dict[str, str]) -> None:
    line = decode_file(QR_DATA / row["file"], QrDecoder())
    assert line["payload"] == (row["payload"] or None)
    assert "error" not in line


def test_every_letter_survives_in_composed_form() -> None:
    decomposed = unicodedata.normalize("NFD", PAYLOAD)
    scan = QrDecoder().decode(a_code(decomposed))
    assert scan is not None
    assert scan.text == PAYLOAD


def test_bytes_that_are_not_utf_8_are_never_guessed() -> None:
    shift_jis = "ニッポン".encode("shift_jis")
    assert text_of(shift_jis) is None
    sight = QrDecoder().look(a_code(shift_jis))
    assert sight.is_garbled
    assert sight.scans == ()


def test_two_different_codes_are_both_reported_and_neither_is_taken() -> None:
    frame = np.hstack([np.pad(a_code(text)[:300, :300], 10, constant_values=235) for text in ("mot", "hai")])
    sight = QrDecoder().look(frame)
    assert [scan.text for scan in sight.scans] == ["hai", "mot"]
    assert QrDecoder().decode(frame) is None


def test_a_flat_view_costs_nothing_and_holds_nothing() -> None:
    assert QrDecoder().decode(np.full((720, 1280), 128, dtype=np.uint8)) is None
    assert QrDecoder().decode(np.zeros((0, 0), dtype=np.uint8)) is None
    assert QrDecoder().decode(np.zeros((1, 1), dtype=np.uint8)) is None


def test_in_a_live_picture_each_frame_gets_one_slow_look() -> None:
    blurred = next(row for row in public_frames() if row["case"] == "defocus")
    frame = np.asarray(Image.open(QR_DATA / blurred["file"]).convert("L"))
    read = [QrDecoder().look(frame, turn).scans for turn in range(4)]
    assert any(read)
    assert not all(read)


@pytest.mark.parametrize("fault", [None, *FAULTS])
def test_synthetic_cards_read_in_both_layouts(fault: str | None) -> None:
    for seed, payload in enumerate((PAYLOAD, PAYLOAD.removesuffix("||||"))):
        scan = QrDecoder().decode(card_frame(payload, seed, fault))
        assert scan is not None, (fault, seed)
        assert scan.text == payload
        assert parse_card(scan.text, date(2026, 11, 24)).name == "Trần Minh Nghĩa"


def test_the_same_seed_gives_the_same_frame() -> None:
    assert np.array_equal(card_frame(PAYLOAD, 7, "noise"), card_frame(PAYLOAD, 7, "noise"))
    assert not np.array_equal(card_frame(PAYLOAD, 7), card_frame(PAYLOAD, 8))


def test_nothing_is_read_where_nobody_holds_a_card() -> None:
    assert QrDecoder().decode(empty_frame(3)) is None


def test_the_other_engine_reads_vietnamese_in_binary_form() -> None:
    pytest.importorskip("pyzbar.wrapper", reason="libzbar0 is an option of the site", exc_type=ImportError)
    scan = QrDecoder("pyzbar").decode(a_code(PAYLOAD))
    assert scan is not None
    assert scan.text == PAYLOAD


def test_an_unknown_engine_is_refused() -> None:
    with pytest.raises(ValueError, match="zxing and pyzbar"):
        QrDecoder("opencv")
