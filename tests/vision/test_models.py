import hashlib
import importlib.util
import inspect
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from kiosk.vision.runtime import DETECTOR, EXPRESSION, MODELS, RUNTIMES, SHA256, ModelRefused, Network, verified

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


class StandIn:
    """A runtime's interpreter class as both packages lay it out."""

    def __init__(self, model_content, num_threads):
        assert model_content[4:8] == b"TFL3"
        assert num_threads == 1

    def allocate_tensors(self):
        pass

    def get_input_details(self):
        return [{"index": 0, "shape": (1, 112, 112, 3)}]

    def get_output_details(self):
        return [{"index": 1}]

    def set_tensor(self, index, tensor):
        self.shape = tensor.shape

    def invoke(self):
        pass

    def get_tensor(self, index):
        return np.zeros((1, 7), np.float32)


@pytest.fixture
def installed(tmp_path):
    """Python with only the runtimes that a test lays out, in a process of its own."""

    def run(*packages: str) -> subprocess.CompletedProcess[str]:
        for package in packages:
            folder = tmp_path / package
            folder.mkdir()
            (folder / "__init__.py").touch()
            (folder / "interpreter.py").write_text(
                f"import numpy as np\n{inspect.getsource(StandIn)}\nInterpreter = StandIn\n"
            )
        hidden = [name.partition(".")[0] for name in RUNTIMES if name.partition(".")[0] not in packages]
        code = (
            "import sys\n"
            "import importlib.util\n"
            "real = importlib.util.find_spec\n"
            f"hidden = {hidden!r}\n"
            "importlib.util.find_spec = lambda name, package=None: None if name in hidden else real(name, package)\n"
            "from kiosk.vision.runtime import EXPRESSION, Network, runtime_name\n"
            "import numpy as np\n"
            "(answer,) = Network(EXPRESSION).answer(np.zeros((1, 112, 112, 3), np.float32))\n"
            "print(runtime_name(), answer.shape)\n"
        )
        environment = {**os.environ, "PYTHONPATH": os.pathsep.join((str(tmp_path), str(ROOT)))}
        return subprocess.run(
            [sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=False
        )

    return run


def test_the_runtime_of_python_3_13_is_taken_first(installed):
    assert installed("ai_edge_litert", "tflite_runtime").stdout == "ai_edge_litert (1, 7)\n"


def test_where_only_the_older_runtime_is_installed_the_same_loader_takes_it(installed):
    assert installed("tflite_runtime").stdout == "tflite_runtime (1, 7)\n"


def test_without_a_runtime_the_mend_is_told(installed):
    done = installed()
    assert "no TFLite runtime is installed" in done.stderr
