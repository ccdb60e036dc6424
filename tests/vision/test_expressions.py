import io

import numpy as np
import pytest
from PIL import Image, ImageFilter

from kiosk.vision import crops
from kiosk.vision.expressions import CLASSES, ExpressionReader, Region, Visit, in_front, valence
from kiosk.vision.faces import Face
from tests.vision.pictures import astronaut, at_the_counter, dots, swaying

FRAME_S = 0.2


@pytest.fixture(scope="module")
def reader():
    return ExpressionReader()


@pytest.fixture
def visit(reader):
    return Visit(reader)


def said(reader, picture: Image.Image) -> str:
    reading = reader.read(dots(picture))
    shares = valence(reading.probabilities)
    largest = max(shares, key=shares.__getitem__)
    return largest if shares[largest] >= 0.6 else "uncertain"


def watch(visit: Visit, *frames: np.ndarray, seconds: float = FRAME_S) -> None:
    """Show frames of somebody who sits there: nobody holds still to a dot."""
    for number, frame in enumerate(frames):
        visit.see(swaying(frame, number), number * seconds)


def a_face(left: float, side: float, score: float = 0.9) -> Face:
    return Face(score, left, 0, left + side, side, ((left, 0.0),) * 6)


def test_the_seven_classes_become_three():
    shares = valence([0.1, 0.2, 0.05, 0.15, 0.1, 0.1, 0.3])
    assert shares == pytest.approx({"positive": 0.2, "neutral": 0.4, "negative": 0.4})
    assert CLASSES[1] == "happy"


@pytest.mark.parametrize("side", [256, 400, 512, 800, 1024])
def test_a_smile_is_positive_at_every_size(reader, side):
    assert said(reader, astronaut().resize((side, side), Image.Resampling.BICUBIC)) == "positive"


@pytest.mark.parametrize("degrees", range(-30, 31, 10))
def test_a_smile_is_never_negative_in_a_tilted_head(reader, degrees):
    turned = astronaut().rotate(degrees, Image.Resampling.BICUBIC, center=(225, 128))
    assert said(reader, turned) in ("positive", "uncertain")


@pytest.mark.parametrize("gamma", [0.5, 0.7, 1.0, 1.5, 2.0, 2.5])
def test_a_smile_is_never_negative_in_bad_light(reader, gamma):
    lit = Image.fromarray((255 * (dots(astronaut()) / 255) ** gamma).astype(np.uint8))
    assert said(reader, lit) in ("positive", "uncertain")


@pytest.mark.parametrize("quality", [20, 50, 95])
def test_a_smile_is_never_negative_in_a_jpeg(reader, quality):
    packed = io.BytesIO()
    astronaut().save(packed, "JPEG", quality=quality)
    assert said(reader, Image.open(packed)) in ("positive", "uncertain")


def test_the_crop_is_level():
    face = Face(0.9, 40, 40, 160, 160, ((70.0, 70.0), (130.0, 130.0), *(((100.0, 100.0),) * 4)))
    picture = np.zeros((200, 200), np.uint8)
    for step in range(61):
        picture[68 + step : 73 + step, 70 + step] = 255
    crop = crops.levelled(picture, face)
    rows = np.flatnonzero(crop.max(axis=1) > 120)
    assert rows.max() - rows.min() <= 4


def test_good_light_is_left_alone_and_darkness_is_lifted():
    crop = np.full((112, 112), 30, np.float32)
    assert crops.lit_evenly(np.full((112, 112), 100, np.float32), 100).mean() == 100
    assert 75 < crops.lit_evenly(crop, 30).mean() < 130


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (lambda picture: picture.resize((256, 192)), "face_too_small"),
        (lambda picture: picture.filter(ImageFilter.GaussianBlur(5)), "blurred"),
        (lambda picture: picture.point(lambda dot: dot // 9), "too_dark"),
        (lambda picture: picture.point(lambda dot: 190 + dot // 4), "too_bright"),
        (lambda picture: picture.point(lambda _: 0), "no_face"),
    ],
)
def test_a_frame_that_does_not_count_says_why(reader, change, reason):
    spoilt = change(Image.fromarray(at_the_counter()))
    assert reader.read(dots(spoilt)).why_not == reason


def test_a_visit_that_ends_with_a_smile_is_positive(visit):
    watch(visit, *[at_the_counter()] * 10)
    estimate = visit.estimate()
    assert (estimate.estimate, estimate.why_not) == ("positive", "")
    assert estimate.frames_good == estimate.frames_seen == 10
    assert estimate.score > 0.9
    assert estimate.confidence > 0.9


def test_seven_good_frames_are_too_few(visit):
    watch(visit, *[at_the_counter()] * 7)
    estimate = visit.estimate()
    assert (estimate.estimate, estimate.why_not) == ("none", "too_few_frames")


def test_a_covered_lens_is_no_estimate(visit):
    watch(visit, *[np.zeros((480, 640), np.uint8)] * 12)
    estimate = visit.estimate()
    assert (estimate.estimate, estimate.why_not, estimate.frames_good) == ("none", "no_face", 0)


def test_frames_of_one_dot_are_no_estimate(visit):
    watch(visit, *[np.zeros((1, 1), np.uint8)] * 12)
    assert visit.estimate().estimate == "none"


def test_nobody_else_joins_a_visit(visit):
    here = at_the_counter()
    elsewhere = np.full_like(here, 128)
    elsewhere[:, 320:] = here[:, 140:460]
    alone = visit.see(here, 0)
    assert alone.why_not == ""
    other = visit.see(np.roll(here, 330, axis=1), 0.2)
    assert other.why_not in ("another_face", "no_face")


def test_a_second_person_begins_anew_and_the_better_seen_one_stands(visit):
    watch(visit, *[at_the_counter()] * 9)
    for number in range(4):
        visit.see(swaying(at_the_counter(), number), 60 + number * FRAME_S)
    assert visit.estimate().frames_good == 9


def test_the_largest_and_most_central_face_is_in_front():
    near, far, aside = a_face(250, 140), a_face(280, 60), a_face(0, 150)
    assert in_front([far, aside, near], (140, 640)) is near
    assert in_front([], (480, 640)) is None
    assert in_front([near, aside], (480, 640), followed=aside) is aside


def test_an_officer_outside_the_region_is_not_seen():
    reader = ExpressionReader(region=Region(left=0.7))
    assert reader.read(at_the_counter()).why_not == "no_face"
