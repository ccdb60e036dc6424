"""Languages as data: a template, a check, and Vietnamese in place of what a pack does not have."""

import json
import logging
from pathlib import Path

import pytest

from kiosk.cli import main
from kiosk.ui.language_packs import findings_of, write_template
from kiosk.ui.locales import Texts


@pytest.fixture
def pack(tmp_path: Path) -> Path:
    """A pack called `tay` whose texts are the English ones, room by room."""
    folder = tmp_path / "tay"
    folder.mkdir()
    for key, text in Texts("en").all.items():
        path = folder / f"{key.split('.', 1)[0]}.json"
        table = json.loads(path.read_text()) if path.exists() else {}
        path.write_text(json.dumps({**table, key: text}))
    return folder


def change(pack: Path, key: str, text: str | None) -> None:
    path = pack / f"{key.split('.', 1)[0]}.json"
    table = json.loads(path.read_text())
    table.pop(key, None)
    if text is not None:
        table[key] = text
    path.write_text(json.dumps(table), encoding="utf-8")


def kinds(pack: Path) -> dict[str, str]:
    return {finding.key: finding.kind for finding in findings_of(pack) if finding.kind != "long"}


def test_a_complete_pack_has_no_findings(pack: Path) -> None:
    assert kinds(pack) == {}


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        (None, "missing"),
        ("", "missing"),
        ("  ", "empty"),
        ("Still seconds", "values"),
        ("Still {seconds} s", "values"),
        ("Still {n s", "values"),
        ("Still {n} \u4e09", "letters"),
        ("Co\u0300n {n}", "composed"),
    ],
)
def test_what_a_reader_would_notice_is_found(pack: Path, text: str | None, kind: str) -> None:
    change(pack, "counter.seconds", text)
    assert kinds(pack) == {"counter.seconds": kind}


def test_a_key_that_no_screen_asks_for_is_found(pack: Path) -> None:
    change(pack, "counter.secnds", "x")
    assert kinds(pack) == {"counter.secnds": "unknown"}


def test_the_template_holds_every_text_and_checks_as_missing_only(tmp_path: Path) -> None:
    folder = tmp_path / "hmn"
    count = write_template(folder)
    assert count == len(Texts("vi").all)
    assert set(kinds(folder).values()) == {"missing"}
    assert len(kinds(folder)) == count


def test_what_a_pack_lacks_is_said_in_vietnamese_and_logged_once(pack: Path, caplog: pytest.LogCaptureFixture) -> None:
    change(pack, "counter.back", None)
    change(pack, "counter.seconds", "Still {x}")
    texts = Texts("tay", pack.parent)
    with caplog.at_level(logging.WARNING):
        for _ in range(3):
            assert texts.get("counter.back") == "Quay lại"
            assert texts.get("counter.seconds", n=4) == "Còn 4 giây"
    assert texts.has("counter.back")
    assert len(caplog.messages) == 2
    with pytest.raises(KeyError):
        texts.get("counter.nothing_like_this")


def test_a_pack_with_a_missing_text_still_draws(pack: Path, show) -> None:  # type: ignore[no-untyped-def]  # the drawing fixture
    from kiosk.counter.screens import CounterScreens
    from kiosk.counter.view import CounterView

    change(pack, "counter.idle.title", None)
    texts = Texts("tay", pack.parent)
    ui = show(CounterScreens(lambda language: texts, lambda intent: None), (1280, 800))
    ui.root.render(CounterView(step="idle", language="tay", group_names=("Chứng thực",)))
    ui.settle()
    assert Texts("vi").get("counter.idle.title") in ui.words()


def test_template_and_check_as_commands(tmp_path: Path, pack: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = str(tmp_path / "nung")
    assert main(["language", "template", "--out", out]) == 0
    assert main(["language", "template", "--out", out]) == 2
    assert "exists already" in capsys.readouterr().err
    assert main(["language", "check", str(pack)]) == 0
    change(pack, "counter.seconds", "x")
    assert main(["language", "check", str(pack)]) == 1
    assert '"kind": "values"' in capsys.readouterr().out
    assert main(["language", "check", str(tmp_path / "nothing")]) == 2


def a_filled_template(folder: Path) -> Texts:
    """Return a pack as a translator fills the template in, each text in brackets."""
    write_template(folder / "nun")
    for path in (folder / "nun").glob("*.json"):
        table = json.loads(path.read_text())
        filled = {key: f"[{table[f'{key} (vi)']}]" for key in table if not key.endswith((" (vi)", " (en)"))}
        path.write_text(json.dumps(filled))
    return Texts("nun", folder)


@pytest.mark.parametrize("role", ["lobby", "counter", "board"])
def test_every_screen_of_a_role_speaks_the_language_of_a_pack(tmp_path: Path, show, role: str) -> None:  # type: ignore[no-untyped-def]  # the drawing fixture
    from msgspec.structs import replace

    from kiosk.board.screens import BoardScreens
    from kiosk.counter.screens import CounterScreens
    from kiosk.demo.screenshots import rooms
    from kiosk.lobby.screens import LobbyScreens
    from kiosk.ui import lints

    texts, vietnamese = a_filled_template(tmp_path), Texts("vi")
    assert kinds(tmp_path / "nun") == {}
    screens = {
        "lobby": lambda: LobbyScreens(lambda language: texts, print),
        "counter": lambda: CounterScreens(lambda language: texts, print),
        "board": lambda: BoardScreens(lambda language: texts),
    }
    [room] = rooms(role)
    ui = show(screens[role](), room.size)
    found = []
    for name, view in room.gallery("vi"):
        ui.root.render(replace(view, language="nun"))
        ui.settle()
        data = repr(view)
        found += [
            f"{name}: {fault}"
            for fault in lints.words_of_another_language(ui.root, texts, vietnamese)
            if fault.split('"')[1] not in data
        ]
        assert any(words.startswith("[") for words in ui.words()), name
    assert found == []
