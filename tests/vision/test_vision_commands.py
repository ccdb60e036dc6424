"""The technician's commands of the feature."""

import json
from pathlib import Path

import pytest

from kiosk.cli import main
from kiosk.hub.ledger import Ledger
from kiosk.messaging.outbox import open_database

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def config(tmp_path: Path) -> Path:
    text = (ROOT / "firmware_config" / "vision.toml").read_text(encoding="utf-8")
    text = text.replace('driver = "auto"', 'driver = "virtual"\nport = "smile"')
    file = tmp_path / "kiosk.toml"
    file.write_text(f'{text}\n[storage]\nfolder = "{tmp_path}"\n', encoding="utf-8")
    return file


def test_live_tells_in_words_what_the_gate_says_and_writes_nothing(config, tmp_path, capsys):
    assert main(["vision", "live", "--config", str(config), "--words", "--frames", "3"]) == 0
    told = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert len(told) == 3
    assert told[0]["why_not"] == ""
    assert told[0]["valence"]["positive"] > 0.6
    assert [file.name for file in tmp_path.iterdir()] == ["kiosk.toml"]


def test_live_without_a_camera_says_which_line_to_mend(config, capsys):
    config.write_text(config.read_text(encoding="utf-8").replace('"virtual"', '"none"'), encoding="utf-8")
    assert main(["vision", "live", "--config", str(config), "--words"]) == 2
    assert "[peripherals.camera]" in capsys.readouterr().err


def test_agreement_of_a_new_office_concludes_nothing(config, tmp_path, capsys):
    Ledger(open_database(tmp_path / "hub.db")).connection.close()
    assert main(["vision", "agreement", "--config", str(config)]) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["published"], told["windows"], told["r"], told["verdict"]) == (0, 0, None, "too_few")


def test_agreement_away_from_the_hub_says_where_to_run_it(config, capsys):
    assert main(["vision", "agreement", "--config", str(config)]) == 2
    assert "on the hub" in capsys.readouterr().err
