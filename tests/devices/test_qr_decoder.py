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
from kiosk.devices.chosen_scanner import decoder_of
from kiosk.devices.qr_decoder import CLOSE_STAGES, SLOW_STAGES, QrDecoder, text_of
from kiosk.devices.qr_engines import ENGINES
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


def test_in_a_live_picture_each_frame_gets_one_slow_look_and_all_have_their_turn() -> None:
    desk = np.kron(np.indices((9, 16)).sum(axis=0) % 2, np.ones((80, 80))).astype(np.uint8) * 90 + 60
    looks = [[name for name, _ in QrDecoder().look(desk, turn).looks] for turn in range(len(SLOW_STAGES))]
    assert looks == [["zxing", f"zxing-{stage.name}"] for stage in SLOW_STAGES]


def test_a_code_that_is_found_but_not_read_is_looked_at_closely() -> None:
    torn = a_code(PAYLOAD)
    torn[110:200, 130:220] = 235
    sight = QrDecoder().look(np.pad(torn, 200, constant_values=200))
    assert sight.scans == ()
    assert sight.place is not None
    assert sight.place.dots_per_module == pytest.approx(6, rel=0.1)
    near = [name for name, _ in sight.looks if "near" in name]
    assert near == [f"zxing-{close.name}" for close in CLOSE_STAGES]


def test_the_place_of_a_code_is_told_in_dots_of_the_frame_whichever_look_found_it() -> None:
    code = Image.fromarray(a_code(PAYLOAD))
    side = round(code.width * 1.25 / 6)
    frame = np.pad(np.asarray(code.resize((side, side), Image.Resampling.BICUBIC)), 300, "edge")
    sight = QrDecoder().look(frame)
    assert [scan.stage for scan in sight.scans] != ["zxing"]
    assert sight.place is not None
    quiet = 40 * 1.25 / 6
    assert sight.place.box(0.0, frame.shape) == pytest.approx([300 + quiet] * 2 + [300 + side - quiet] * 2, abs=4)
    assert sight.place.dots_per_module == pytest.approx(1.25, rel=0.1)


def test_micro_codes_are_not_read_since_their_smallest_form_is_found_in_noise() -> None:
    matrix = np.array([[bool(dot) for dot in row] for row in segno.make_micro("12345").matrix])
    frame = np.pad(np.where(np.kron(matrix, np.ones((8, 8), bool)), 20, 235).astype(np.uint8), 60, constant_values=235)
    assert QrDecoder().decode(frame) is None


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


def test_wechat_is_asked_where_it_is_installed_and_changes_no_text() -> None:
    pytest.importorskip("cv2", reason="the extra wechat is an option of the site")
    scan = QrDecoder("wechat").decode(a_code(PAYLOAD))
    assert scan is not None
    assert scan.text == PAYLOAD


@pytest.mark.parametrize("engine", ENGINES)
def test_cards_are_read_though_the_library_of_the_settings_is_missing(engine: str) -> None:
    scan = decoder_of(engine).decode(a_code(PAYLOAD))
    assert scan is not None
    assert scan.text == PAYLOAD


def test_an_unknown_engine_is_refused() -> None:
    with pytest.raises(ValueError, match="zxing, pyzbar, wechat"):
        QrDecoder("opencv")
