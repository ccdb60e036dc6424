"""The command line as a technician meets it: examples, words instead of tracebacks, exit statuses."""

import importlib.util
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image

from kiosk.cli import main

COMMANDS = (
    ["demo"], ["run"], ["doctor"], ["qr", "decode"], ["qr", "parse"], ["qr", "live"], ["ticket", "render"],
    ["screens"], ["speak"], ["schema"], ["bench"],
)  # fmt: skip
FRAMES = Path(__file__).parent / "data" / "qr"


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_every_command_helps_with_an_example(command: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main([*command, "--help"])
    assert ended.value.code == 0
    assert "example: kiosk " + " ".join(command) in capsys.readouterr().out


def test_a_technician_watches_the_reading_in_words_and_in_a_window_without_a_screen(tmp_path: Path) -> None:
    Image.open(sorted(FRAMES.glob("*rotation*"))[0]).save(tmp_path / "frame.png")
    run = [sys.executable, "-m", "kiosk", "qr", "live", "--play", str(tmp_path), "--frames", "2"]
    offscreen = {**os.environ, "SDL_VIDEODRIVER": "offscreen", "LP_NUM_THREADS": "0"}
    words = subprocess.run([*run, "--words"], capture_output=True, text=True, timeout=120, check=True)
    first, second = (json.loads(line) for line in words.stdout.splitlines())
    assert (first["stage"], first["card"], second["frame"]) == ("zxing", first["card"], 2)
    assert first["card"].startswith("********")
    assert subprocess.run(run, capture_output=True, timeout=120, check=True, env=offscreen).stdout == b""


@pytest.mark.parametrize("role", ["lobby", "counter", "board", "hub"])
def test_a_bad_file_is_told_with_line_and_mend_and_ends_with_2(
    role: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "kiosk.toml"
    file.write_text('[device]\nname = "lobby-1"\nroles = ["lobi"]\n')
    assert main(["run", role, "--config", str(file)]) == 2
    told = capsys.readouterr()
    assert told.out == ""
    assert "line 3" in told.err
    assert 'did you mean "lobby"' in told.err
    assert "Traceback" not in told.err


def test_scanner_texts_become_citizens_line_by_line(tmp_path: Path) -> None:
    lines = [
        json.dumps("001199012345||Nguyễn Thị Ánh|05031999|Nữ|Số 5, Hà Nội|10072022\r\n"),
        json.dumps("https://example.org"),
        "not json",
        json.dumps({"a": 1}),
    ]
    done = subprocess.run(
        [sys.executable, "-m", "kiosk", "qr", "parse"], input="\n".join(lines).encode(), capture_output=True, check=True
    )
    answers = [json.loads(line) for line in done.stdout.splitlines()]
    assert answers[0]["id"] == "001199012345"
    assert answers[0]["name"] == "Nguyễn Thị Ánh"
    assert all("error" in answer for answer in answers[1:])
    assert len(answers) == 4


def test_every_frame_gets_its_line_also_one_that_is_no_picture(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    empty = tmp_path / "empty.jpg"
    empty.touch()
    frame = sorted(FRAMES.glob("**/*_clean.jpg"))[0]
    assert main(["qr", "decode", str(frame), str(empty), str(tmp_path / "missing.jpg")]) == 0
    answers = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [Path(answer["file"]).name for answer in answers] == [frame.name, "empty.jpg", "missing.jpg"]
    assert answers[0]["payload"]
    assert all(answer["payload"] is None and answer["error"] for answer in answers[1:])


def test_a_decoder_that_is_not_installed_is_named_with_the_mend(capsys: pytest.CaptureFixture[str]) -> None:
    if importlib.util.find_spec("cv2"):
        pytest.skip("it is installed")
    assert main(["qr", "decode", "--decoder", "wechat", "card.jpg"]) == 2
    assert "use zxing" in capsys.readouterr().err


def test_a_ticket_becomes_a_picture_and_printer_bytes(tmp_path: Path) -> None:
    spec = Path(__file__).parents[1] / "kiosk" / "devices" / "slips" / "ticket.example.json"
    png, escpos = tmp_path / "ticket.png", tmp_path / "ticket.bin"
    assert main(["ticket", "render", str(spec), "--png", str(png), "--escpos", str(escpos)]) == 0
    assert png.read_bytes().startswith(b"\x89PNG")
    assert escpos.read_bytes().startswith(b"\x1b@")


def test_a_bad_ticket_says_what_is_wrong(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    spec = tmp_path / "spec.json"
    spec.write_text('{"number": 5}')
    assert main(["ticket", "render", str(spec), "--png", str(tmp_path / "t.png")]) == 2
    assert "spec.json" in capsys.readouterr().err


@pytest.mark.parametrize("kind", ["ticket", "checklist", "petition", "fees"])
def test_every_slip_ships_a_schema_and_an_example_that_renders(
    kind: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["ticket", "render", "--schema", kind]) == 0
    fields = json.loads(capsys.readouterr().out)["$defs"]
    assert main(["ticket", "render", "--example", kind]) == 0
    spec = tmp_path / "spec.json"
    spec.write_text(capsys.readouterr().out, encoding="utf-8")
    assert set(json.loads(spec.read_text("utf-8"))) <= {name for part in fields.values() for name in part["properties"]}
    assert main(["ticket", "render", str(spec), "--png", str(tmp_path / "slip.png")]) == 0
    assert Image.open(tmp_path / "slip.png").mode == "1"


@pytest.mark.parametrize(
    "more", [[], ["missing.json"], ["spec.json", "--logo", "missing.png"], ["spec.json", "--png", "nowhere/slip.png"]]
)
def test_a_slip_that_cannot_be_read_or_written_ends_with_2_and_names_the_file(
    more: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    main(["ticket", "render", "--example"])
    (tmp_path / "spec.json").write_text(capsys.readouterr().out, encoding="utf-8")
    assert main(["ticket", "render", *more]) == 2
    assert (more[-1] if more else "--example") in capsys.readouterr().err


def test_speech_without_words_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["speak", "--out", str(tmp_path / "call.wav")]) == 2
    assert "kiosk speak --ticket" in capsys.readouterr().err


def test_pictures_of_screens_go_nowhere_but_into_a_folder(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "file"
    file.touch()
    assert main(["screens", "--out", str(file)]) == 2
    assert str(file) in capsys.readouterr().err


def test_speech_that_cannot_be_written_ends_with_2_and_names_the_file(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "nowhere" / "tone.wav"
    assert main(["speak", "--test-tone", "--out", str(file)]) == 2
    assert str(file) in capsys.readouterr().err


def test_an_unknown_benchmark_is_answered_with_those_there_are(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["bench", "tickets"]) == 2
    assert "ticket" in capsys.readouterr().err
