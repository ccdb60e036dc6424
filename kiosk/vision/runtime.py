"""The two networks, run from bytes whose hashes are known here.

A model file with one flipped bit answers nonsense with confidence, so the bytes that were hashed are the bytes that
run. `ai-edge-litert` runs them; where only `tflite-runtime` is installed (Python 3.11, numpy 1), that does.
"""

import hashlib
import importlib
import importlib.util
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]

MODELS = Path(__file__).resolve().parents[2] / "models"
DETECTOR = "face_detection_short_range.tflite"
EXPRESSION = "face_expression_f16.tflite"
SHA256: Mapping[str, str] = {
    DETECTOR: "bbff11cebd1eb27a1e004cae0b0e63ec8c551cbf34a4451148b4908b8db3eca8",
    EXPRESSION: "449133d2375f827481177454bb24e32023cd760ebacceb201142b28c22c018a6",
}
"""The same sums as in models/SHA256SUMS, from `scripts/build_models.py`."""
RUNTIMES = ("ai_edge_litert.interpreter", "tflite_runtime.interpreter")


class ModelRefused(Exception):
    """A network cannot be run; the text says which, why, and the mend."""


class Network:
    """One loaded network with one input; single thread, so that the counter's screen keeps its core."""

    def __init__(self, name: str, folder: Path = MODELS) -> None:
        content = verified(name, folder)
        self._interpreter: Any = _interpreter_class()(model_content=content, num_threads=1)
        self._interpreter.allocate_tensors()
        self._input = self._interpreter.get_input_details()[0]["index"]
        self._outputs = [details["index"] for details in self._interpreter.get_output_details()]

    def answer(self, tensor: Floats) -> list[Floats]:
        """Return copies of all outputs for one input of the network's own shape."""
        self._interpreter.set_tensor(self._input, tensor)
        self._interpreter.invoke()
        return [self._interpreter.get_tensor(index) for index in self._outputs]

    def invoke(self) -> None:
        """Run the network on what it was last given: the bare cost, for benchmarks."""
        self._interpreter.invoke()

    def forget(self) -> None:
        """Overwrite input, inner layers and outputs with what an empty picture gives."""
        details = self._interpreter.get_input_details()[0]
        self._interpreter.set_tensor(self._input, np.zeros(details["shape"], np.float32))
        self._interpreter.invoke()


def verified(name: str, folder: Path = MODELS) -> bytes:
    """Return the bytes of the model `name` in `folder`.

    Raises:
        ModelRefused: if the file is missing, or its SHA-256 is not the known one.
    """
    path = folder / name
    try:
        content = path.read_bytes()
    except OSError as error:
        raise ModelRefused(
            f"{path}: {error.strerror}. Copy models/ of this version there, or run scripts/build_models.py."
        ) from None
    found = hashlib.sha256(content).hexdigest()
    if found != SHA256[name]:
        raise ModelRefused(
            f"{path}: SHA-256 is {found}, expected {SHA256[name]}. The file is damaged or of another version: "
            "copy models/ of this version again."
        )
    return content


def runtime_name() -> str:
    """Return the package that runs the networks here.

    Raises:
        ModelRefused: if none is installed.
    """
    for module in RUNTIMES:
        package = module.partition(".")[0]
        if importlib.util.find_spec(package):
            return package
    raise ModelRefused(
        'no TFLite runtime is installed. Install the extra: pip install "kiosk[vision]" (ai-edge-litert).'
    )


def _interpreter_class() -> Any:
    return importlib.import_module(f"{runtime_name()}.interpreter").Interpreter
