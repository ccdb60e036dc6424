#!/usr/bin/env python3
"""Make the two neural networks of models/ again, from pinned packages.

Run by hand when a model changes; the results are kept in the repository, so that no box needs the network or the
converter. Needs npm and a Python 3.11-3.13 with numpy and venv. Packages and files taken from them are checked by their
SHA-256 first, the conversion runs twice and must give the same bytes, and nothing is written before all of that holds.

    python3 scripts/build_models.py            # fetch, convert, write
    python3 scripts/build_models.py --check    # the same, but only compare with what models/ holds

The npm package also holds a network that recognises persons. It is never unpacked.
"""

import argparse
import hashlib
import json
import shutil
import subprocess
import sys
import tarfile
import tempfile
import venv
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

ROOT = Path(__file__).resolve().parent.parent
MODELS = ROOT / "models"
TEST_DATA = ROOT / "tests" / "vision" / "data"
EXPRESSION, DETECTOR = "face_expression_f16.tflite", "face_detection_short_range.tflite"
WEIGHTS, MANIFEST = "face_expression_model.bin", "face_expression_model-weights_manifest.json"
NPM = ("@vladmandic/face-api@1.7.15", "0d77fffeef362ef9c0939cf6c567f3a2e8e177f114fa257a3270cbd2e509b031")
WHEEL = ("mediapipe==0.10.21", "05dc4a9e593655a79558d05d6227d31018c2537a4bd3362b51e230cf22aecfe3")
TAKEN = {  # file in models or test data -> (place in its package, SHA-256)
    WEIGHTS: (f"package/model/{WEIGHTS}", "9a9840f2cf1f4c7eab95f197512569345c00d2426754d4608b92af30e0300f3d"),
    MANIFEST: (f"package/model/{MANIFEST}", "5b349c17c7836da506e03422cd6461c74085d8bb2713ad4114647dc5d28174c8"),
    "LICENSE-face-api-MIT.txt": ("package/LICENSE", None),
    DETECTOR: (
        f"mediapipe/modules/face_detection/{DETECTOR}",
        "bbff11cebd1eb27a1e004cae0b0e63ec8c551cbf34a4451148b4908b8db3eca8",
    ),
    "LICENSE-mediapipe-Apache-2.0.txt": ("mediapipe-0.10.21.dist-info/LICENSE", None),
}
TOOLS = ("tensorflow-cpu==2.21.0", "keras==3.15.1", "numpy==2.4.6")
MEAN = (122.782, 117.001, 104.298)
BLOCKS = 4
GOLDEN = 20

Floats = npt.NDArray[np.float32]
Tensors = dict[str, Floats]


def main() -> int:
    """Fetch and check; convert twice inside a venv with the converter; compare; write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true", help="write nothing; exit 1 if models/ holds other bytes")
    parser.add_argument("--tools", metavar="PYTHON", help="a Python that has the converter already")
    parser.add_argument("--convert", nargs=2, metavar=("FOLDER", "OUT"), help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.convert:
        convert(Path(options.convert[0]), Path(options.convert[1]))
        return 0
    with tempfile.TemporaryDirectory() as work:
        folder = Path(work)
        fetch(folder)
        python = options.tools or converter(folder)
        built = []
        for turn in ("first", "second"):
            subprocess.run([python, __file__, "--convert", folder, folder / turn], check=True)
            built.append((folder / turn).read_bytes())
        if built[0] != built[1]:
            raise SystemExit("two conversions gave different bytes. Nothing was changed.")
        (folder / EXPRESSION).write_bytes(built[0])
        golden(folder)
        sums(folder)
        return compare(folder) if options.check else keep(folder)


def results() -> dict[str, Path]:
    """Return where each built file belongs."""
    models = (EXPRESSION, DETECTOR, "LICENSE-face-api-MIT.txt", "LICENSE-mediapipe-Apache-2.0.txt", "SHA256SUMS")
    tests = (WEIGHTS, MANIFEST, "golden_expression.json")
    return {name: MODELS / name for name in models} | {name: TEST_DATA / name for name in tests}


def keep(folder: Path) -> int:
    """Write what was built."""
    for name, target in results().items():
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(folder / name, target)
        print(f"{target.relative_to(ROOT)}  {target.stat().st_size} bytes", file=sys.stderr)
    return 0


def compare(folder: Path) -> int:
    """Return 0 if the repository holds exactly what was built."""
    other = [
        name
        for name, target in results().items()
        if not target.is_file() or target.read_bytes() != (folder / name).read_bytes()
    ]
    print("models/ holds " + (f"other bytes in {', '.join(other)}" if other else "what was built"), file=sys.stderr)
    return 1 if other else 0


def fetch(folder: Path) -> None:
    """Download both packages through their own clients and take the named files out of them, by hash."""
    packed = subprocess.run(
        ["npm", "pack", "--silent", NPM[0]], cwd=folder, check=True, capture_output=True, text=True
    ).stdout.split()[-1]
    platform = [
        "--python-version",
        "3.11",
        "--implementation",
        "cp",
        "--abi",
        "cp311",
        "--platform",
        "manylinux_2_28_x86_64",
    ]
    pip = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--only-binary", ":all:"]
    subprocess.run([*pip, *platform, "--dest", folder, WHEEL[0]], check=True)
    tarball, wheel = folder / packed, next(folder.glob("mediapipe-*.whl"))
    check(NPM[0], tarball.read_bytes(), NPM[1])
    check(WHEEL[0], wheel.read_bytes(), WHEEL[1])
    with tarfile.open(tarball) as archive, zipfile.ZipFile(wheel) as zipped:
        for name, (place, expected) in TAKEN.items():
            member = archive.extractfile(place) if place.startswith("package/") else zipped.open(place)
            assert member is not None
            content = member.read()
            if expected:
                check(name, content, expected)
            (folder / name).write_bytes(content)


def check(name: str, content: bytes, expected: str) -> None:
    """Refuse `content` whose SHA-256 is not `expected`."""
    found = hashlib.sha256(content).hexdigest()
    if found != expected:
        raise SystemExit(f"{name}: SHA-256 is {found}, expected {expected}. Nothing was changed.")


def converter(folder: Path) -> Path:
    """Return the Python of a new venv with the pinned converter."""
    venv.create(folder / "venv", with_pip=True)
    python = folder / "venv" / "bin" / "python"
    subprocess.run([python, "-m", "pip", "install", "--quiet", *TOOLS], check=True)
    return python


def read_weights(manifest: bytes, binary: bytes) -> Tensors:
    """Return the tensors of a tfjs weights manifest: bytes back to back, uint8 scaled or float32 little-endian.

    Raises:
        ValueError: if the binary does not end where the last tensor ends.
    """
    tensors: Tensors = {}
    at = 0
    for group in json.loads(manifest):
        for entry in group["weights"]:
            count = int(np.prod(entry["shape"]))
            if "quantization" in entry:
                scale, low = entry["quantization"]["scale"], entry["quantization"]["min"]
                flat = np.frombuffer(binary, np.uint8, count, at).astype(np.float32) * np.float32(scale)
                flat = flat + np.float32(low)
                at += count
            else:
                flat = np.frombuffer(binary, "<f4", count, at).astype(np.float32)
                at += 4 * count
            tensors[entry["name"]] = flat.reshape(entry["shape"])
    if at != len(binary):
        raise ValueError(f"the tensors take {at} bytes, the file has {len(binary)}")
    return tensors


class PlainNumpy:
    """The operators of the network written out, as the yardstick of the converted file."""

    def __init__(self) -> None:
        self.relu = lambda x: np.maximum(x, 0)

    def convolution(self, x: Floats, kernel: Floats, stride: int) -> Floats:
        """Return an ordinary 2-D convolution of one picture, height x width x channels, padding SAME."""
        return sum(  # type: ignore[no-any-return]  # sum() of arrays is typed Any
            shifted @ kernel[row, column] for row, column, shifted in self._shifted(x, kernel.shape[0], stride)
        )

    def depthwise(self, x: Floats, kernel: Floats, stride: int) -> Floats:
        """Return the convolution of each channel with its own kernel."""
        return sum(  # type: ignore[no-any-return]  # sum() of arrays is typed Any
            shifted * kernel[row, column, :, 0] for row, column, shifted in self._shifted(x, kernel.shape[0], stride)
        )

    def head(self, x: Floats, weights: Floats, bias: Floats) -> Floats:
        """Return the probabilities: mean over the map, fully connected, softmax."""
        logits = x.mean(axis=(0, 1)) @ weights + bias
        powers = np.exp(logits - logits.max())
        return powers / powers.sum()  # type: ignore[no-any-return]  # numpy types division as Any

    @staticmethod
    def _shifted(x: Floats, size: int, stride: int) -> list[tuple[int, int, Floats]]:
        out = -(-x.shape[0] // stride)
        pad = max((out - 1) * stride + size - x.shape[0], 0)
        # TensorFlow's SAME: the odd line goes below and to the right
        around = (pad // 2, pad - pad // 2)
        padded = np.pad(x, (around, around, (0, 0)))
        last = (out - 1) * stride + 1
        return [
            (row, column, padded[row : row + last : stride, column : column + last : stride])
            for row in range(size)
            for column in range(size)
        ]


def network(operators: Any, tensors: Tensors, picture: Any) -> Any:
    """Return the face-api expression net over a 112x112x3 picture, 0..255 RGB, in the given operators.

    Four blocks; in each the inputs of a convolution are the sum of all before it (field note §6.3).
    """
    x = (picture - np.array(MEAN, np.float32)) / np.float32(255)
    for block in range(BLOCKS):
        first = _layer(operators, tensors, f"dense{block}/conv0", operators.relu, x, 2)
        outputs = [first]
        for number in range(1, 4):
            summed = operators.relu(sum(outputs[1:], outputs[0]))
            outputs.append(_layer(operators, tensors, f"dense{block}/conv{number}", None, summed, 1))
        x = operators.relu(sum(outputs[1:], outputs[0]))
    return operators.head(x, tensors["fc/weights"], tensors["fc/bias"])


def _layer(operators: Any, tensors: Tensors, name: str, relu: Any, x: Any, stride: int) -> Any:
    if f"{name}/filters" in tensors:
        y = operators.convolution(x, tensors[f"{name}/filters"], stride)
    else:
        y = operators.depthwise(x, tensors[f"{name}/depthwise_filter"], stride)
        y = operators.convolution(y, tensors[f"{name}/pointwise_filter"], 1)
    y = y + tensors[f"{name}/bias"]
    return relu(y) if relu else y


def convert(folder: Path, out: Path) -> None:
    """Write the TFLite file with float16 weights; runs where the converter is installed."""
    import tensorflow as tf

    class Operators:
        relu = staticmethod(tf.nn.relu)

        @staticmethod
        def convolution(x: Any, kernel: Floats, stride: int) -> Any:
            return tf.nn.conv2d(x, kernel, stride, "SAME")

        @staticmethod
        def depthwise(x: Any, kernel: Floats, stride: int) -> Any:
            return tf.nn.depthwise_conv2d(x, kernel, [1, stride, stride, 1], "SAME")

        @staticmethod
        def head(x: Any, weights: Floats, bias: Floats) -> Any:
            pooled = tf.reshape(tf.nn.avg_pool2d(x, 7, 1, "VALID"), [1, 256])
            return tf.nn.softmax(tf.matmul(pooled, weights) + bias)

    tensors = read_weights((folder / MANIFEST).read_bytes(), (folder / WEIGHTS).read_bytes())
    holder = tf.Module()

    @tf.function(input_signature=[tf.TensorSpec([1, 112, 112, 3], tf.float32)])  # type: ignore[untyped-decorator]  # TensorFlow ships no types
    def expression(picture: Any) -> Any:
        return network(Operators, tensors, picture)

    graph = expression.get_concrete_function()
    turn = tf.lite.TFLiteConverter.from_concrete_functions([graph], holder)
    turn.optimizations = [tf.lite.Optimize.DEFAULT]
    turn.target_spec.supported_types = [tf.float16]
    out.write_bytes(turn.convert())


def golden_picture(seed: int) -> Floats:
    """Return a made-up 112x112x3 picture: coarse blobs of light, the same for the same seed everywhere."""
    draw = np.random.default_rng(seed)
    blobs = draw.integers(0, 256, (7, 7, 3)).repeat(16, axis=0).repeat(16, axis=1)
    grain = draw.integers(-20, 21, (112, 112, 3))
    return np.clip(blobs // (1 + seed % 3) + grain, 0, 255).astype(np.float32)


def golden(folder: Path) -> None:
    """Write what the original weights answer, in plain numpy, to the golden pictures."""
    tensors = read_weights((folder / MANIFEST).read_bytes(), (folder / WEIGHTS).read_bytes())
    rows = {
        str(seed): [round(float(p), 6) for p in network(PlainNumpy(), tensors, golden_picture(seed))]
        for seed in range(GOLDEN)
    }
    (folder / "golden_expression.json").write_text(json.dumps(rows, indent=1) + "\n")


def sums(folder: Path) -> None:
    """Write SHA256SUMS of the two models."""
    lines = [f"{hashlib.sha256((folder / name).read_bytes()).hexdigest()}  {name}\n" for name in (DETECTOR, EXPRESSION)]
    (folder / "SHA256SUMS").write_text("".join(lines))


if __name__ == "__main__":
    sys.exit(main())
