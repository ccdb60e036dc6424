import hashlib
import importlib.util
import json
import shutil
from pathlib import Path

import numpy as np
import pytest

from kiosk.vision.runtime import DETECTOR, EXPRESSION, MODELS, SHA256, ModelRefused, Network, verified

ROOT = Path(__file__).resolve().parents[2]
DATA = Path(__file__).parent / "data"
_spec = importlib.util.spec_from_file_location("build_models", ROOT / "scripts" / "build_models.py")
assert _spec is not None
assert _spec.loader is not None
build_models = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(build_models)


@pytest.fixture(scope="module")
def original():
    manifest, binary = (DATA / build_models.MANIFEST).read_bytes(), (DATA / build_models.WEIGHTS).read_bytes()
    return build_models.read_weights(manifest, binary)


def test_the_models_are_the_ones_that_sha256sums_names():
    named = dict(reversed(line.split()) for line in (MODELS / "SHA256SUMS").read_text().splitlines())
    assert named == dict(SHA256)
    for name in named:
        assert hashlib.sha256((MODELS / name).read_bytes()).hexdigest() == named[name]


def test_both_models_together_are_under_a_megabyte():
    assert sum((MODELS / name).stat().st_size for name in SHA256) <= 1_000_000


def test_the_original_weights_are_read_to_the_last_byte(original):
    assert sum(tensor.size for tensor in original.values()) == 323_687


def test_weights_that_go_on_after_the_last_tensor_are_refused():
    manifest, binary = (DATA / build_models.MANIFEST).read_bytes(), (DATA / build_models.WEIGHTS).read_bytes()
    with pytest.raises(ValueError, match="329468"):
        build_models.read_weights(manifest, binary + b"\0")


def test_the_converted_network_answers_as_the_original_weights_in_plain_numpy(original):
    network = Network(EXPRESSION)
    for seed in range(100, 106):
        picture = build_models.golden_picture(seed)
        plain = build_models.network(build_models.PlainNumpy(), original, picture)
        (answer,) = network.answer(picture[None])
        assert np.abs(answer[0] - plain).max() <= 0.01


def test_the_stored_golden_answers_hold():
    network = Network(EXPRESSION)
    golden = json.loads((DATA / "golden_expression.json").read_text())
    assert len(golden) == 20
    for seed, probabilities in golden.items():
        (answer,) = network.answer(build_models.golden_picture(int(seed))[None])
        assert np.abs(answer[0] - probabilities).max() <= 0.01


@pytest.mark.parametrize("name", [DETECTOR, EXPRESSION])
def test_a_model_with_one_flipped_bit_is_refused(tmp_path, name):
    content = bytearray((MODELS / name).read_bytes())
    content[len(content) // 2] ^= 1
    (tmp_path / name).write_bytes(content)
    with pytest.raises(ModelRefused, match="damaged or of another version"):
        Network(name, tmp_path)


def test_a_missing_model_is_refused_with_the_mend(tmp_path):
    shutil.copy(MODELS / DETECTOR, tmp_path)
    assert verified(DETECTOR, tmp_path)
    with pytest.raises(ModelRefused, match=r"build_models\.py"):
        Network(EXPRESSION, tmp_path)


def test_nothing_that_recognises_persons_is_among_the_models():
    assert sorted(path.name for path in MODELS.glob("*.tflite")) == [DETECTOR, EXPRESSION]
