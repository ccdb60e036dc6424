import io

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from kiosk.vision.faces import Face, FaceDetector, anchor_centres, candidates, central_square, letterbox, merged
from tests.vision.pictures import astronaut, dots

# field note §4.2, the astronaut at 512x512
BOX = (178.1, 80.9, 272.1, 175.0)
POINTS = ((203.9, 100.8), (248.0, 108.4), (222.0, 124.7), (218.9, 145.5), (177.9, 109.2), (271.1, 124.7))


@pytest.fixture(scope="module")
def detector():
    return FaceDetector()


def box(face: Face) -> tuple[float, ...]:
    return face.left, face.top, face.right, face.bottom


def test_the_decoder_gives_the_measured_face(detector):
    (face,) = detector.detect(dots(astronaut()))
    assert face.score == pytest.approx(0.9226, abs=0.002)
    assert box(face) == pytest.approx(BOX, abs=1)
    assert np.array(face.points) == pytest.approx(np.array(POINTS), abs=1)


@pytest.mark.parametrize("side", [256, 400, 640, 800, 1024])
def test_the_face_stays_where_it_is_at_every_size(detector, side):
    (face,) = detector.look(dots(astronaut().resize((side, side), Image.Resampling.BICUBIC)))
    assert [value * 512 / side for value in box(face)] == pytest.approx(BOX, abs=3)


@pytest.mark.parametrize("quality", [20, 50, 95])
def test_the_face_stays_where_it_is_in_a_jpeg(detector, quality):
    packed = io.BytesIO()
    astronaut().save(packed, "JPEG", quality=quality)
    (face,) = detector.look(dots(Image.open(packed)))
    assert box(face) == pytest.approx(BOX, abs=3)


@pytest.mark.parametrize("gamma", [0.5, 0.7, 1.5, 2.0, 2.5])
def test_the_face_stays_where_it_is_in_bad_light(detector, gamma):
    lit = (255 * (dots(astronaut()) / 255) ** gamma).astype(np.uint8)
    (face,) = detector.look(lit)
    assert box(face) == pytest.approx(BOX, abs=3)


@pytest.mark.parametrize(("degrees", "dots_off"), [(-30, 4), (-20, 3), (-10, 3), (10, 3), (20, 3), (30, 4)])
def test_the_middle_of_a_tilted_face_stays_where_it_is(detector, degrees, dots_off):
    middle = ((BOX[0] + BOX[2]) / 2, (BOX[1] + BOX[3]) / 2)
    turned = dots(astronaut().rotate(degrees, Image.Resampling.BICUBIC, center=middle))
    assert np.hypot(*np.subtract(detector.look(turned)[0].centre, middle)) <= dots_off


def test_a_face_beside_the_central_square_is_found_too(detector):
    wide = np.zeros((512, 1400, 3), np.uint8)
    wide[:, :512] = dots(astronaut())
    faces = detector.look(wide)
    assert faces == [] or faces[0].centre == pytest.approx((225, 128), abs=12)
    near = wide[:, : 512 + 300]
    assert detector.look(near)[0].centre == pytest.approx((225, 128), abs=6)


def test_a_face_that_fills_the_picture_is_found(detector):
    tight = dots(astronaut().crop((178, 81, 272, 175)).resize((200, 200)))
    assert detector.look(tight)[0].side > 150


def test_a_face_aside_in_a_large_picture_is_found_where_it_is(detector):
    large = np.full((1200, 2000), 128, np.uint8)
    large[150:1050, :900] = dots(astronaut().crop((75, 0, 375, 300)).resize((900, 900)).convert("L"))
    face = detector.look(large)[0]
    assert face.centre == pytest.approx((450, 534), abs=45)
    assert face.side == pytest.approx(285, abs=30)


@pytest.mark.parametrize("mode", ["RGB", "L"])
@pytest.mark.parametrize("scale", [1.2, 1.4, 1.6])
def test_a_second_look_places_a_small_face_better(detector, mode, scale):
    errors = []
    for x, y in ((190, 60), (300, 150), (420, 240), (505, 330)):
        scene = Image.new("RGB", (1000, 800), (140, 130, 120))
        scene.paste(astronaut().crop((130, 20, 320, 260)).resize((round(190 * scale), round(240 * scale))), (x, y))
        frame = dots(scene.convert(mode))
        truth = np.array([x + 95 * scale, y + 108 * scale])
        for face in detector.look(frame)[:1]:
            better = detector.closer(frame, face)
            errors.append([np.hypot(*(np.array(one.centre) - truth)) / (94 * scale) for one in (face, better)])
    assert errors
    once, twice = np.mean(errors, axis=0)
    assert twice < 0.06
    assert twice < once + 0.02


def test_noise_has_no_face(detector):
    draw = np.random.default_rng(4)
    assert not any(detector.look(draw.integers(0, 256, (240, 320), dtype=np.uint8)) for _ in range(20))


@pytest.mark.parametrize("shape", [(1, 1), (1, 1, 3), (0, 5), (1, 400), (400, 1, 3), (2, 3)])
def test_the_smallest_pictures_have_no_face(detector, shape):
    assert detector.look(np.full(shape, 90, np.uint8)) == []


def test_the_anchors_are_those_of_both_grids():
    anchors = anchor_centres()
    assert anchors.shape == (896, 2)
    assert anchors[0] == pytest.approx([0.5 / 16, 0.5 / 16])
    assert anchors[2] == pytest.approx([1.5 / 16, 0.5 / 16])
    assert anchors[512] == pytest.approx([0.5 / 8, 0.5 / 8])
    assert anchors[-1] == pytest.approx([7.5 / 8, 7.5 / 8])


def test_overlapping_candidates_are_averaged_by_their_scores():
    shapes = np.array([[0, 0, 10, 10] + [5] * 12, [2, 0, 12, 10] + [7] * 12, [50, 50, 60, 60] + [55] * 12], np.float32)
    first, second = merged(np.array([0.9, 0.6, 0.7], np.float32), shapes)
    assert first.score == pytest.approx(0.9)
    assert first.left == pytest.approx(0.8)
    assert first.points[0] == pytest.approx((5.8, 5.8))
    assert box(second) == (50, 50, 60, 60)


@given(logit=st.floats(-1e6, 1e6, width=32).filter(lambda logit: abs(logit) > 0.001))
def test_no_logit_overflows(logit):
    logits = np.full(896, -100, np.float32)
    logits[5] = logit
    scores, shapes = candidates(np.zeros((896, 16), np.float32), logits, 100)
    assert len(scores) == len(shapes) == (1 if logit > 0 else 0)
    assert np.isfinite(scores).all()


@given(height=st.integers(1, 60), width=st.integers(1, 60), colours=st.booleans())
@settings(max_examples=40)
def test_every_picture_fits_into_the_letter_box(height, width, colours):
    picture = np.full((height, width, 3) if colours else (height, width), 255, np.uint8)
    tensor = letterbox(picture)
    assert tensor.shape == (1, 128, 128, 3)
    assert tensor.min() >= -1
    assert tensor.max() <= 1
    left, top, side = central_square(picture)
    assert picture[top : top + side, left : left + side].shape[:2] == (side, side)
