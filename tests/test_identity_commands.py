"""`kiosk enrol` and `kiosk identity` as a technician meets them."""

import json
from pathlib import Path

import pytest

from kiosk.cli import main
from tests.hub.test_guarded_hub_app import FILE


def file_of(folder: Path, name: str = "lobby-1", role: str = "lobby", tls: str = "true") -> str:
    path = folder / "kiosk.toml"
    text = FILE.format(name=name, role=role, port=1, web=2, folder=folder / "storage")
    path.write_text(text.replace("tls = true", f"tls = {tls}"))
    return str(path)


def test_in_an_open_office_there_is_nothing_to_enrol(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["enrol", "--config", file_of(tmp_path, tls="false")]) == 2
    assert "tls = true" in capsys.readouterr().err


def test_a_hub_that_is_away_is_told_in_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["enrol", "--once", "--config", file_of(tmp_path)]) == 1
    assert capsys.readouterr().err.startswith("kiosk enrol: ")


def test_without_a_certificate_there_is_nothing_to_renew(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["identity", "renew", "--config", file_of(tmp_path)]) == 2
    assert "kiosk enrol" in capsys.readouterr().err


def test_a_root_in_a_drawer_makes_an_authority_once(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    stick, secret = str(tmp_path / "stick"), tmp_path / "secret"
    secret.write_text("một câu thật dài\n")
    locked = ["--passphrase-file", str(secret)]
    assert main(["identity", "make-root", "--to", stick, "--name", "Thành phố", *locked]) == 0
    fingerprint = json.loads(capsys.readouterr().out)["fingerprint"]
    assert main(["identity", "make-root", "--to", stick]) == 2, "a root is never written over"
    config = ["--config", file_of(tmp_path, "hub", "hub")]
    assert main(["identity", "make-authority", "--root", stick, *config]) == 2, "the passphrase is missing"
    capsys.readouterr()
    assert main(["identity", "make-authority", "--root", stick, *config, *locked]) == 0
    assert json.loads(capsys.readouterr().out)["root_fingerprint"] == fingerprint
    assert main(["identity", "make-authority", "--root", stick, *config, *locked]) == 2
    assert main(["identity", "revoke", "nobody", *config]) == 2
    assert not list((tmp_path / "storage").rglob("root.key")), "the root's key stays on the stick"


def test_a_folder_without_a_root_is_told_with_its_mend(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    config = ["--config", file_of(tmp_path, "hub", "hub")]
    assert main(["identity", "make-authority", "--root", str(tmp_path), *config]) == 2
    assert "make-root" in capsys.readouterr().err


def test_on_a_box_with_several_roles_the_role_is_asked_for(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = file_of(tmp_path)
    text = Path(path).read_text().replace('roles = ["lobby"]', 'roles = ["lobby", "board"]')
    Path(path).write_text(text)
    assert main(["identity", "show", "--config", path]) == 2
    assert "lobby, board" in capsys.readouterr().err
    assert main(["identity", "show", "--role", "board", "--config", path]) == 0
    assert json.loads(capsys.readouterr().out)["device"] == "lobby-1-board"
