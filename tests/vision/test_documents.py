"""The papers of the feature say what the configuration and the code say."""

import json
import re
from pathlib import Path

import msgspec
import pytest
from PIL import Image

from kiosk.cli import main
from kiosk.config import Config, ExpressionSettings, load_config
from kiosk.domain.events import ExpressionWindow
from kiosk.ui.assets import ASSETS
from kiosk.ui.locales import texts_for
from kiosk.vision.documents import PUBLISHED, TABLET_KEYS, assessment, tablet_words
from kiosk.vision.facts import accuracy_of, facts_of
from kiosk.vision.runtime import SHA256
from kiosk.vision.wall_notice import HEIGHT, WIDTH, draw_notice

CONFIG = Path(__file__).resolve().parents[2] / "firmware_config" / "vision.toml"


def site(**expression: object) -> Config:
    settings = ExpressionSettings(**{"enabled": True, **expression})
    return msgspec.structs.replace(load_config(CONFIG), expression=settings)


def words(page: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))


def test_the_assessment_states_the_site_s_settings_and_the_code_s_figures():
    text = words(assessment(facts_of(site(k=25, region=(0.1, 0.0, 0.9, 1.0)))))
    for stated in ("Bộ phận Một cửa phường Bến Nghé", "từ 25 lượt", "10%, 0%, 90%, 100%", "nhiều nhất 8 giây"):
        assert stated in text
    for name, value in SHA256.items():
        assert name in text
        assert value in text
    assert "đồng ý rõ ràng" in text


def test_a_notice_without_a_legal_basis_leaves_a_hole_that_nobody_overlooks():
    assert "PHẢI ghi căn cứ" in assessment(facts_of(site(consent="notice")))
    named = words(assessment(facts_of(site(consent="notice", legal_basis="DPIA 12/2026, Điều 13"))))
    assert "DPIA 12/2026, Điều 13" in named
    assert "PHẢI ghi" not in named


def test_every_field_that_leaves_the_box_is_explained():
    assert tuple(PUBLISHED) == ExpressionWindow.__struct_fields__


def test_the_accuracy_is_that_of_the_card():
    rows = facts_of(site()).accuracy
    assert [row[0].split()[0] for row in rows][:2] == ["JAFFE", "CK+48"]
    assert accuracy_of("no table") == ()


def test_the_tablet_s_words_are_those_of_the_tablet():
    say = texts_for("vi").get
    page = tablet_words(facts_of(site()), say)
    assert all(say(f"counter.camera.{key}") in page for key in TABLET_KEYS)


@pytest.mark.parametrize("consent", ["opt_in", "notice"])
def test_the_wall_notice_fills_an_a4_page_and_leaves_its_margins_free(consent):
    notice = draw_notice(facts_of(site(consent=consent, legal_basis="DPIA 12/2026")), ASSETS)
    assert notice.size == (WIDTH, HEIGHT)
    below = notice.crop((0, 700, WIDTH, HEIGHT)).convert("L")
    assert below.crop((WIDTH - 100, 0, WIDTH, below.height)).getextrema() == (255, 255)
    assert below.crop((0, below.height - 60, WIDTH, below.height)).getextrema() == (255, 255)


def test_the_command_writes_the_four_papers(tmp_path, capsys):
    assert main(["vision", "documents", "--config", str(CONFIG), "--out", str(tmp_path / "papers")]) == 0
    files = [Path(json.loads(line)["file"]) for line in capsys.readouterr().out.splitlines()]
    assert [file.suffix for file in files] == [".pdf", ".png", ".html", ".html"]
    assert files[0].read_bytes().startswith(b"%PDF")
    with Image.open(files[1]) as notice:
        assert notice.size == (WIDTH, HEIGHT)
    for file in files[2:]:
        text = file.read_text(encoding="utf-8")
        assert "biểu cảm" in text
        assert not re.search(r"cảm\s+xúc", text, re.IGNORECASE)
        assert not re.search(r"https?://", text)


def test_a_folder_that_cannot_be_written_is_told(tmp_path, capsys):
    (tmp_path / "file").touch()
    assert main(["vision", "documents", "--config", str(CONFIG), "--out", str(tmp_path / "file" / "x")]) == 2
    assert "--out" in capsys.readouterr().err
