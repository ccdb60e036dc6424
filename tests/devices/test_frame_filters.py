"""The fast filters do what their slow definitions say, on frames of any size."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from kiosk.devices.camera import Frame
from kiosk.devices.frame_filters import doubled, enlarged, evened, reduced, sharpened, softened

SIZES = st.tuples(st.integers(1, 150), st.integers(1, 40))


def grains(size: tuple[int, int], seed: int) -> Frame:
    return np.random.default_rng(seed).integers(0, 256, size, dtype=np.uint8)


def around(frame: Frame, reach: int) -> np.ndarray:
    padded = np.pad(frame.astype(float), reach, "edge")
    return np.lib.stride_tricks.sliding_window_view(padded, (2 * reach + 1, 2 * reach + 1))


@settings(max_examples=40, deadline=None)
@given(SIZES, st.integers(0, 1000))
def test_a_doubled_frame_is_the_frame_between_its_dots(size: tuple[int, int], seed: int) -> None:
    frame = grains(size, seed)
    straight = Image.fromarray(frame).resize((size[1] * 2, size[0] * 2), Image.Resampling.BILINEAR)
    assert np.abs(doubled(frame).astype(int) - np.asarray(straight)).max() <= 1


@settings(max_examples=30, deadline=None)
@given(SIZES, st.integers(0, 1000))
def test_softening_and_sharpening_are_what_they_are_by_definition(size: tuple[int, int], seed: int) -> None:
    frame = grains(size, seed)
    weights = np.outer((1, 2, 1), (1, 2, 1)) / 16
    assert np.abs(softened(frame) - (around(frame, 1) * weights).sum(axis=(2, 3))).max() <= 0.51
    keen = np.clip(frame * 3.0 - around(frame, 2).mean(axis=(2, 3)) * 2.0, 0, 255)
    assert np.abs(sharpened(frame, 2.0) - keen).max() <= 1.01


def test_evening_out_brings_a_dim_corner_to_the_contrast_of_a_bright_one() -> None:
    board = np.kron(np.indices((60, 80)).sum(axis=0) % 2, np.ones((4, 4))) * 150 + 60
    lit = (board * np.linspace(0.1, 1.0, board.shape[1])).astype(np.uint8)
    even = evened(lit)
    dim, bright = even[:, 20:60], even[:, -60:-20]
    assert lit[:, 20:60].std() < lit[:, -60:-20].std() / 3
    assert dim.std() == pytest.approx(bright.std(), rel=0.15)


@pytest.mark.parametrize("size", [(1, 1), (3, 900), (7, 7), (65, 9), (129, 131)])
def test_frames_of_any_size_keep_it(size: tuple[int, int]) -> None:
    frame = grains(size, 3)
    assert evened(frame).shape == softened(frame).shape == sharpened(frame, 4.0).shape == size
    assert enlarged(frame, 1.5).shape == (max(1, round(size[0] * 1.5)), max(1, round(size[1] * 1.5)))


def test_a_frame_that_is_small_enough_is_not_reduced() -> None:
    frame = grains((40, 50), 1)
    assert reduced(frame, 2000) is frame
    assert reduced(frame, 1999).shape == (20, 25)
