"""A technician's view: boxes, region and reasons, in memory only."""

import itertools
import sys

import numpy as np
import pytest

from kiosk.devices.drawn_face import drawn_face
from kiosk.ui.assets import FONTS
from kiosk.vision.expressions import ExpressionReader, QualityGate, Region
from kiosk.vision.live import HEIGHT, REASONS, WIDTH, LiveView


def view_of(region: Region | None = None) -> LiveView:
    seconds = itertools.count()
    return LiveView(ExpressionReader(region=region), FONTS, lambda: next(seconds) * 0.004)


@pytest.fixture(scope="module")
def view() -> LiveView:
    return view_of()


def test_a_face_that_counts_is_boxed_in_green_with_its_figures(view):
    told = view.judge(drawn_face("smile"))
    assert (told["why_not"], told["ms"]) == ("", 4.0)
    assert told["valence"]["positive"] > 0.6
    picture = np.asarray(view.draw(drawn_face("smile")))
    assert picture.shape == (HEIGHT, WIDTH, 3)
    assert (picture == (47, 191, 113)).all(axis=2).sum() > 400


def test_every_reason_of_the_gate_has_words():
    gate = QualityGate()
    consts = {const for const in gate.why_not.__code__.co_consts if isinstance(const, str) and " " not in const}
    assert consts - {""} <= set(REASONS)
    assert "no_face" in REASONS


def test_what_lies_outside_the_region_is_darkened_and_not_followed():
    right = view_of(Region(left=0.7))
    assert right.judge(drawn_face())["why_not"] == "no_face"
    picture = np.asarray(right.draw(drawn_face()).convert("L"))
    assert picture[270, 300] < 80 < picture[270, 800]


@pytest.mark.parametrize("shape", [(1, 1), (480, 640), (1080, 1920), (640, 480)])
def test_every_frame_can_be_drawn(view, shape):
    assert view.draw(np.zeros(shape, np.uint8)).size == (WIDTH, HEIGHT)


def test_nothing_is_written(view):
    written = []
    watching = True

    def hook(event: str, arguments: tuple) -> None:
        if watching and event == "open" and isinstance(arguments[1], str) and set(arguments[1]) & set("wax+"):
            written.append(arguments[0])

    sys.addaudithook(hook)
    view.draw(drawn_face("frown"))
    watching = False
    assert written == []


def test_the_window_shows_the_picture(show, view):
    from kiosk.ui.viewer import Viewer

    ui = show(Viewer(WIDTH, HEIGHT), (WIDTH, HEIGHT))
    drawn = view.draw(drawn_face("smile"))
    ui.root.show(drawn)
    ui.settle()
    shown = np.asarray(ui.picture().convert("RGB")).astype(int)
    assert np.abs(shown - np.asarray(drawn).astype(int)).mean() < 3
