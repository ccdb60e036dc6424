"""What a counter's camera may meet: no answer or an uncertain one with its reason, never a guess."""

import shutil

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFilter

from kiosk.devices.drawn_face import MOODS, drawn_face
from kiosk.domain.expression import GOOD_FRAMES
from kiosk.vision import crops
from kiosk.vision.expressions import COVERED_MOUTH, ExpressionReader, Region, Visit
from kiosk.vision.faces import NOSE, FaceDetector
from kiosk.vision.runtime import EXPRESSION, MODELS, ModelRefused
from kiosk.vision.stillness import Stillness
from tests.vision.pictures import at_the_counter, swaying

NOISE = np.random.default_rng(7)


@pytest.fixture(scope="module")
def reader():
    return ExpressionReader()


def after(reader, frames):
    visit = Visit(reader)
    for number, frame in enumerate(frames):
        visit.see(frame, number * 0.2)
    return visit.estimate()


def grained(frame: np.ndarray, sigma: float) -> np.ndarray:
    """The frame as a sensor gives it: grain and flicker."""
    seen = frame * NOISE.normal(1, 0.03) + NOISE.normal(0, sigma, frame.shape)
    return np.clip(seen, 0, 255).astype(np.uint8)


@pytest.mark.parametrize("sigma", [0, 8])
@pytest.mark.parametrize("poster", ["photograph", "smile"])
def test_a_poster_of_a_face_is_uncertain(reader, poster, sigma):
    still = at_the_counter() if poster == "photograph" else drawn_face(poster)
    said = after(reader, [grained(still, sigma) for _ in range(12)])
    assert said.estimate in ("uncertain", "none")
    assert said.frames_good < GOOD_FRAMES or said.why_not == "face_does_not_move"


def test_who_moves_by_a_millimetre_is_no_poster(reader):
    said = after(reader, [grained(swaying(at_the_counter(), number), 4) for number in range(12)])
    assert said.estimate == "positive"


@pytest.mark.parametrize(("mood", "estimate"), list(zip(MOODS, ("positive", "neutral", "negative"), strict=True)))
def test_a_drawn_face_that_moves_shows_what_it_was_drawn_for(reader, mood, estimate):
    assert after(reader, [swaying(drawn_face(mood), number) for number in range(10)]).estimate == estimate


def masked(frame: np.ndarray, shade: int) -> np.ndarray:
    """The face with a plain mask from the nose to the chin."""
    face = FaceDetector().look(frame)[0]
    picture = Image.fromarray(frame)
    width, (x, y) = face.right - face.left, face.points[NOSE]
    corners = [
        (face.left + width * 0.05, y - width * 0.08),
        (x, y - width * 0.12),
        (face.right - width * 0.05, y - width * 0.08),
        (face.right - width * 0.1, face.bottom - width * 0.05),
        (x, face.bottom + width * 0.05),
        (face.left + width * 0.1, face.bottom - width * 0.05),
    ]
    ImageDraw.Draw(picture).polygon(corners, fill=shade)
    return np.asarray(picture.filter(ImageFilter.GaussianBlur(0.8)))


@pytest.mark.parametrize("shade", [235, 40])
@pytest.mark.parametrize("whose", ["photograph", "smile"])
def test_under_a_plain_mask_nothing_is_guessed(reader, whose, shade):
    bare = at_the_counter() if whose == "photograph" else drawn_face(whose)
    said = after(reader, [grained(swaying(masked(bare, shade), number), 3) for number in range(12)])
    assert said.estimate in ("uncertain", "none")
    assert said.frames_good < GOOD_FRAMES or said.why_not in ("mouth_covered", "unsure")


def test_bare_mouths_are_not_taken_for_masks(reader):
    from skimage import data

    drawn = [
        crops.mouth_to_eyes(crops.grey(crops.levelled(view, face)), face)
        for view in (at_the_counter(), *map(drawn_face, MOODS), *small_faces(data.lfw_subset()[:100]))
        for face in reader.detector.look(view)[:1]
    ]
    assert len(drawn) > 80
    assert sum(share < COVERED_MOUTH for share in drawn) == 0


def small_faces(faces: np.ndarray) -> list[np.ndarray]:
    """Faces of 25 dots as a camera would bring them."""
    large = [
        Image.fromarray((face * 255).astype(np.uint8)).resize((200, 200), Image.Resampling.BICUBIC) for face in faces
    ]
    return [np.pad(np.asarray(face), 100, mode="edge") for face in large]


def test_of_ten_faces_the_one_in_front_counts_and_stays_the_one(reader):
    crowd = np.full((720, 1280), 128, np.uint8)
    small = np.asarray(Image.fromarray(drawn_face("frown")).crop((200, 60, 440, 400)).resize((127, 180)))
    for place in range(9):
        crowd[:180, place * 140 : place * 140 + 127] = small
    crowd[240:720, 320:960] = at_the_counter()
    said = after(reader, [swaying(crowd, number) for number in range(12)])
    assert said.estimate in ("positive", "uncertain")
    assert said.frames_good <= said.frames_seen


def test_an_officer_beside_the_region_is_never_followed():
    view = np.full((480, 1280), 128, np.uint8)
    view[:, 640:] = at_the_counter()
    masked = ExpressionReader(region=Region(right=0.5))
    said = after(masked, [swaying(view, number) for number in range(12)])
    assert (said.estimate, said.why_not) == ("none", "no_face")
    seen = after(ExpressionReader(region=Region(left=0.5)), [swaying(view, number) for number in range(12)])
    assert seen.estimate == "positive"


@pytest.mark.parametrize(
    ("view", "reason"),
    [
        (np.zeros((480, 640), np.uint8), "no_face"),
        (np.full((480, 640), 255, np.uint8), "no_face"),
        (np.zeros((1, 1), np.uint8), "no_face"),
        ((at_the_counter() // 9), "too_dark"),
        (np.random.default_rng(1).integers(0, 256, (480, 640), dtype=np.uint8), "no_face"),
    ],
    ids=["covered lens", "blinding light", "one dot", "darkness", "noise"],
)
def test_what_shows_no_face_well_enough_is_none_with_its_reason(reader, view, reason):
    said = after(reader, [view] * 12)
    assert (said.estimate, said.why_not) == ("none", reason)


def test_a_camera_that_hangs_after_a_moment_is_none(reader):
    said = after(reader, [swaying(at_the_counter(), number) for number in range(4)])
    assert (said.estimate, said.why_not, said.frames_seen) == ("none", "too_few_frames", 4)


def test_a_camera_that_gives_one_frame_for_ever_is_uncertain(reader):
    said = after(reader, [at_the_counter()] * 20)
    assert (said.estimate, said.why_not) == ("uncertain", "face_does_not_move")


def test_a_reader_with_one_flipped_bit_in_a_model_does_not_start(tmp_path):
    shutil.copytree(MODELS, tmp_path / "models")
    file = tmp_path / "models" / EXPRESSION
    content = bytearray(file.read_bytes())
    content[-1000] ^= 4
    file.write_bytes(content)
    with pytest.raises(ModelRefused):
        ExpressionReader(tmp_path / "models")


def test_nothing_of_a_face_is_left_in_what_watches_for_movement(reader):
    stillness = Stillness()
    frame = at_the_counter()
    face = reader.read(frame).face
    for number in range(3):
        stillness.see(swaying(frame, number), face)
    assert not stillness.is_still
    stillness.forget()
    assert not any(np.any(value) for value in vars(stillness).values() if isinstance(value, np.ndarray))
