import json
import signal
import socket
import subprocess
import sys
from pathlib import Path

from kiosk.config import load_config
from kiosk.vision.app import region_of, run

ROOT = Path(__file__).resolve().parents[2]


def settings(folder: Path, enabled: bool) -> Path:
    text = (ROOT / "firmware_config" / "vision.toml").read_text(encoding="utf-8")
    head = text.partition("[peripherals.camera]")[0]
    file = folder / "kiosk.toml"
    tail = f'[peripherals.camera]\ndriver = "none"\n[expression]\nenabled = {str(enabled).lower()}\n'
    file.write_text(f'{head}{tail}[storage]\nfolder = "{folder}"\n', encoding="utf-8")
    return file


def started(config: Path) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "kiosk", "run", "vision", "--config", config],
        stderr=subprocess.PIPE,
        text=True,
        cwd=ROOT,
    )


def test_a_site_that_did_not_switch_it_on_runs_nothing(tmp_path):
    process = started(settings(tmp_path, enabled=False))
    assert process.stderr is not None
    assert "expression is off" in process.stderr.readline()
    assert not (tmp_path / "vision.sock").exists()
    process.send_signal(signal.SIGTERM)
    assert process.wait() == 0
    process.stderr.close()


def test_without_a_camera_the_service_says_none_and_ends_when_told(tmp_path):
    process = started(settings(tmp_path, enabled=True))
    line = socket.socket(socket.AF_UNIX)
    while line.connect_ex(str(tmp_path / "vision.sock")) != 0:
        assert process.poll() is None
    with line, line.makefile("rb") as answers:
        for verb in ("start", "stop"):
            line.sendall(json.dumps({"do": verb}).encode() + b"\n")
            answer = json.loads(answers.readline())
    assert answer["estimate"] == "none"
    process.send_signal(signal.SIGTERM)
    _, said = process.communicate()
    assert process.returncode == 0
    assert "Traceback" not in said
    assert "camera is" not in said


def test_a_socket_that_cannot_be_made_is_told(tmp_path, capsys):
    (tmp_path / "vision.sock").mkdir()
    before = signal.getsignal(signal.SIGTERM)
    try:
        assert run(load_config(settings(tmp_path, enabled=True))) == 1
    finally:
        signal.signal(signal.SIGTERM, before)
    assert "vision.sock" in capsys.readouterr().err


def test_the_region_of_kiosk_toml_is_what_the_service_looks_at(tmp_path):
    file = settings(tmp_path, enabled=True)
    assert region_of(load_config(file)) is None
    text = file.read_text(encoding="utf-8").replace("enabled = true", "enabled = true\nregion = [0.1, 0, 0.6, 1]")
    file.write_text(text, encoding="utf-8")
    region = region_of(load_config(file))
    assert (region.left, region.top, region.right, region.bottom) == (0.1, 0.0, 0.6, 1.0)
