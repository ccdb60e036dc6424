"""An image that was built without face expression: everything else works, and the feature says that it is not there."""

import os
import subprocess
import sys
import sysconfig
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
CONFIG = ROOT / "firmware_config" / "vision.toml"


@pytest.fixture(scope="module")
def lean(tmp_path_factory) -> Path:
    """The package as `scripts/setup --without-expression` leaves it: no vision, no models, no runtime."""
    folder = tmp_path_factory.mktemp("lean")
    (folder / "kiosk").mkdir()
    for part in (ROOT / "kiosk").iterdir():
        if part.name not in ("vision", "__pycache__"):
            (folder / "kiosk" / part.name).symlink_to(part)
    runtime = folder / "ai_edge_litert"
    runtime.mkdir()
    (runtime / "__init__.py").write_text('raise ImportError("not in this image")')
    return folder


def run(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    # -S: the checkout's own link in site-packages would bring the module back
    paths = os.pathsep.join((str(folder), sysconfig.get_paths()["purelib"]))
    return subprocess.run(
        [sys.executable, "-S", *arguments],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": paths, "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
        check=False,
    )


def test_every_role_is_there_without_the_module(lean):
    modules = "kiosk.lobby.app, kiosk.counter.app, kiosk.board.app, kiosk.hub.app, kiosk.appliance.probes, kiosk.bench"
    tried = f"import {modules}, importlib.util; assert importlib.util.find_spec('kiosk.vision') is None; print('there')"
    done = run(lean, "-c", tried)
    assert done.stdout == "there\n", done.stderr


def test_the_other_benchmarks_are_there(lean):
    done = run(lean, "-c", "from kiosk.bench import benchmarks; print(sorted(benchmarks()))")
    assert "'qr'" in done.stdout, done.stderr


@pytest.mark.parametrize(
    "arguments",
    [
        ("run", "vision", "--config", str(CONFIG)),
        ("vision", "evaluate", "INDEX.csv"),
        ("vision", "live", "--config", str(CONFIG)),
        ("vision", "documents", "--config", str(CONFIG), "--out", "papers"),
    ],
)
def test_what_needs_the_module_says_that_it_is_not_there_and_how_to_have_it(lean, arguments):
    done = run(lean, "-m", "kiosk", *arguments)
    assert done.returncode == 2
    assert "built without face expression" in done.stderr
    assert "Traceback" not in done.stderr


def test_the_script_leaves_out_what_only_the_feature_asks_for():
    lock = (ROOT / "requirements-demo.txt").read_text(encoding="utf-8")
    script = (ROOT / "scripts" / "setup").read_text(encoding="utf-8")
    assert "ai-edge-litert==" in lock
    for package in ("ai-edge-litert", "backports-strenum", "flatbuffers", "ml-dtypes", "protobuf", "tqdm"):
        assert f"\n{package}==" in f"\n{lock}"
        assert package in script
