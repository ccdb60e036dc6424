"""The judge of the card benchmark knows what error correction can mend, and its frames are what they say."""

import numpy as np
import pytest
import segno

from kiosk.bench.rig.card_faults import FAULTS, Subject, empty_shot, people, shot
from kiosk.bench.rig.legible import is_legible
from kiosk.devices.camera import Frame
from kiosk.devices.card_scene import Points
from kiosk.devices.qr_decoder import QrDecoder

DOTS = 4


@pytest.fixture(scope="module")
def somebody() -> Subject:
    return people(3)


def a_code_and_its_places(error: str, text: str = "Một cửa " * 12) -> tuple[np.ndarray, Frame, Points]:
    matrix = segno.make(text, mode="byte", error=error, micro=False, boost_error=False).matrix
    modules = np.array([[bool(dot) for dot in row] for row in matrix])
    frame = np.pad(
        np.where(np.kron(modules, np.ones((DOTS, DOTS), bool)), 30, 220).astype(np.uint8), 20, constant_values=220
    )
    steps = 20 + (np.arange(len(modules)) + 0.5) * DOTS
    x, y = np.meshgrid(steps, steps)
    return modules, frame, np.column_stack((x.ravel(), y.ravel()))


@pytest.mark.parametrize("error", ["l", "m", "q"])
def test_what_the_judge_calls_legible_is_what_error_correction_can_mend(error: str) -> None:
    """A growing hole: the judge and a decoder that is shown the clean modules must lose the code at the same size."""
    modules, frame, places = a_code_and_its_places(error)
    middle = len(modules) // 2
    judged, read = [], []
    for reach in range(1, 16):
        torn = frame.copy()
        edge = [20 + DOTS * (middle + step) for step in (-reach, reach)]
        torn[edge[0] : edge[1], edge[0] : edge[1]] = 220
        judged.append(is_legible(torn, modules, places, error))
        read.append(QrDecoder().decode(np.pad(torn, 40, constant_values=220)) is not None)
    assert judged[0]
    assert not judged[-1]
    assert abs(sum(judged) - sum(read)) <= 1


def test_too_few_dots_a_module_and_codes_out_of_sight_are_not_legible() -> None:
    modules, frame, places = a_code_and_its_places("m")
    assert is_legible(frame, modules, places, "m")
    assert not is_legible(frame, modules, places / DOTS, "m")
    assert not is_legible(frame, modules, places + 2000, "m")


def test_the_same_seed_gives_the_same_frame(somebody: Subject) -> None:
    assert np.array_equal(shot(somebody, "glare", 5).frame, shot(somebody, "glare", 5).frame)
    assert not np.array_equal(shot(somebody, "glare", 5).frame, shot(somebody, "glare", 6).frame)


@pytest.mark.parametrize("fault", FAULTS)
def test_a_card_with_one_fault_is_read_rightly_or_not_at_all(somebody: Subject, fault: str) -> None:
    taken = shot(somebody, fault, 11)
    assert {scan.text for scan in QrDecoder().look(taken.frame).scans} <= {somebody.payload}


def test_clean_cards_are_legible_and_read_and_their_other_side_is_not(somebody: Subject) -> None:
    taken = shot(somebody, "clean", 1)
    assert taken.is_legible
    assert QrDecoder().decode(taken.frame) is not None
    assert QrDecoder().decode(empty_shot(somebody, 1).frame) is None
