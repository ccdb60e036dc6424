"""What people are told about a card that cannot be read yet, and when."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageFilter
from test_qr_decoder import PAYLOAD, a_code

from kiosk.devices.camera import Frame
from kiosk.devices.card_guidance import MOST, SHOW_AFTER, CardGuide, Measures, hint_for, measured
from kiosk.devices.card_hints import HINTS
from kiosk.devices.qr_decoder import QrDecoder, Scan, Sight
from kiosk.devices.qr_engines import CodePlace

GOOD = Measures(3.0, 1.05, False, 0.0, 220.0, 180.0, 0.45)
NOTHING = Sight((), False)
EMPTY = np.full((360, 640), 90, dtype=np.uint8)


def a_sight(dots: float) -> Sight:
    side = 49 * dots
    return Sight((), False, CodePlace(((50, 50), (50 + side, 50), (50 + side, 50 + side), (50, 50 + side)), dots))


def read() -> Sight:
    return Sight((Scan("a", "zxing", 1.0),), False)


@pytest.mark.parametrize(
    ("changed", "hint"),
    [
        ({}, ""),
        ({"dots_per_module": 1.5}, "closer"),
        ({"is_cut": True}, "further"),
        ({"slant": 2.0}, "flat"),
        ({"shining": 0.2}, "tilt"),
        ({"sharpness": 0.2}, "still"),
        ({"shining": 0.7}, "too_bright"),
        ({"white": 30.0, "contrast": 20.0}, "too_dark"),
    ],
)
def test_each_fault_has_its_hint(changed: dict[str, float], hint: str) -> None:
    assert hint_for(GOOD._replace(**changed)) == hint  # type: ignore[arg-type]  # one field a case


def test_a_real_code_measures_as_it_was_drawn() -> None:
    code = np.pad(a_code(PAYLOAD), 60, constant_values=235)
    soft = np.asarray(Image.fromarray(code).filter(ImageFilter.GaussianBlur(4)))
    place = QrDecoder().look(code).place
    assert place is not None
    sharp, blurred = measured(code, place), measured(soft, place)
    assert sharp.dots_per_module == pytest.approx(6, rel=0.05)
    assert sharp.contrast == pytest.approx(215)
    assert hint_for(sharp) == ""
    assert hint_for(blurred) == "still"
    assert hint_for(measured((code * 0.15).astype(np.uint8), place)) == "too_dark"
    lit = code.copy()
    lit[200:300, 200:300] = 255
    assert hint_for(measured(lit, place)) == "tilt"


def test_a_hint_is_told_once_it_has_lasted_and_taken_back_when_the_card_is_read() -> None:
    guide = CardGuide()
    told = [guide.see(EMPTY, a_sight(1.2)) for _ in range(MOST + 3)]
    assert told == [None] * (MOST - 1) + ["closer"] + [None] * 3
    assert guide.see(EMPTY, read()) == ""
    assert guide.see(EMPTY, read()) is None


def test_one_bad_frame_is_no_reason_to_speak() -> None:
    guide = CardGuide()
    for _ in range(20):
        assert guide.see(EMPTY, NOTHING) is None
        assert guide.see(EMPTY, a_sight(1.2)) is None


def test_a_card_that_went_away_takes_its_hint_along() -> None:
    guide = CardGuide()
    for _ in range(10):
        guide.see(EMPTY, a_sight(1.2))
    assert [hint for _ in range(10) if (hint := guide.see(EMPTY, NOTHING)) is not None] == [""]


def test_something_without_a_code_is_asked_for_its_other_side() -> None:
    guide = CardGuide()
    held = EMPTY.copy()
    held[80:300, 150:500] = 210
    guide.see(EMPTY, NOTHING)
    told = [guide.see(held, NOTHING) for _ in range(SHOW_AFTER + MOST)]
    assert [hint for hint in told if hint is not None] == ["other_side"]
    assert "other_side" not in told[:SHOW_AFTER]


def test_a_lamp_that_is_switched_on_is_no_card() -> None:
    guide = CardGuide()
    guide.see(EMPTY, NOTHING)
    assert {guide.see(EMPTY + np.uint8(60), NOTHING) for _ in range(60)} == {None}


@given(
    st.lists(st.tuples(st.floats(-50, 900), st.floats(-50, 900)), min_size=4, max_size=4),
    st.floats(0, 30),
    st.tuples(st.integers(1, 40), st.integers(1, 40)),
)
def test_no_place_in_any_frame_is_too_odd_to_measure(
    corners: list[tuple[float, float]], dots: float, size: tuple[int, int]
) -> None:
    frame: Frame = np.zeros(size, dtype=np.uint8)
    a, b, c, d = corners
    assert hint_for(measured(frame, CodePlace((a, b, c, d), dots))) in (*HINTS, "")
