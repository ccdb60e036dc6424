"""The doctor's findings as people and machines read them: a table, JSON, and paper with a test pattern."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from PIL import Image

from kiosk.appliance.doctor import Finding, exit_status
from kiosk.config_check import Words
from kiosk.devices.slip_parts import Sheet
from kiosk.devices.typeset import VIETNAMESE_LETTERS, Block, Fonts

STATE_WORDS = {
    "ok": Words("TỐT", "ok"),
    "warn": Words("CHÚ Ý", "look"),
    "bad": Words("HỎNG", "bad"),
    "off": Words("KHÔNG DÙNG", "unused"),
}
_STATE_WIDTH = 12


def summary(findings: Sequence[Finding]) -> Words:
    """Return the last line: how many are bad, how many deserve a look."""
    bad = sum(finding.state == "bad" for finding in findings)
    warn = sum(finding.state == "warn" for finding in findings)
    if not bad and not warn:
        return Words("Máy sẵn sàng.", "This box is fit.")
    return Words(f"{bad} chỗ hỏng, {warn} chỗ cần chú ý.", f"{bad} bad, {warn} to look at.")


def table(findings: Sequence[Finding]) -> str:
    """Return the report for a terminal: each line in Vietnamese, English under it, then the mend."""
    lines = []
    names = 2 + max((len(name) for finding in findings for name in finding.name), default=0)
    for finding in findings:
        state = STATE_WORDS[finding.state]
        for language in (0, 1):
            lines.append(
                f"{state[language]:<{_STATE_WIDTH}}{finding.name[language]:<{names}}{finding.evidence[language]}"
            )
        lines += [f"{'':<{_STATE_WIDTH}}→ {words}" for words in finding.mend if words]
    return "\n".join([*lines, "", *summary(findings)])


def report(findings: Sequence[Finding], device: str, at: datetime) -> dict[str, Any]:
    """Return the report for machines."""
    return {
        "device": device,
        "at": at.isoformat(timespec="seconds"),
        "is_fit": exit_status(findings) == 0,
        "findings": [_told(finding) for finding in findings],
    }


def line(finding: Finding, device: str, at: datetime) -> dict[str, Any]:
    """Return one finding for machines, to stand alone."""
    return {"device": device, "at": at.isoformat(timespec="seconds"), **_told(finding)}


def _told(finding: Finding) -> dict[str, Any]:
    return {
        "key": finding.key,
        "state": finding.state,
        "name": finding.name.vi,
        "name_en": finding.name.en,
        "evidence": finding.evidence.vi,
        "evidence_en": finding.evidence.en,
        "mend": finding.mend.vi,
        "mend_en": finding.mend.en,
    }


def paper(findings: Sequence[Finding], device: str, at: datetime, width: int, folder: Path) -> Image.Image:
    """Return the report as a slip of `width` dots, with a pattern that shows dead dots and every Vietnamese letter.

    Args:
        folder: of the fonts.

    Raises:
        FontFault: if a font file is missing.
    """
    sheet = Sheet(width, "vi", Fonts(folder))
    blocks = sheet.head("Phiếu kiểm tra máy", f"{device} · {at:%d/%m/%Y %H:%M}", None)
    blocks.append(sheet.rule(12))
    for finding in findings:
        head = f"{STATE_WORDS[finding.state].vi}: {finding.name.vi}"
        blocks.append(sheet.text(head, "semibold", 26, 24))
        blocks += [sheet.text(words, "regular", 22, 22, most=4) for words in _body(finding)]
        blocks.append(sheet.gap(8))
    blocks += [sheet.text(summary(findings).vi, "bold", 28, 26), sheet.gap(14), _pattern(sheet.inner)]
    letters = " ".join(VIETNAMESE_LETTERS)
    blocks += [sheet.text(letters, "regular", size, size, most=40) for size in (22, 30)]
    return sheet.whole(blocks)


def _body(finding: Finding) -> list[str]:
    return [words for words in (finding.evidence.vi, finding.mend.vi) if words]


def _pattern(width: int) -> Block:
    """Every dot of the head once alone, once with its neighbours: a dead one is a white line through both."""
    block = Block(width, 88)
    for column in range(width):
        top = column % 8 * 5
        block.pen.line((column, top, column, top + 4), fill=0)
    block.pen.rectangle((0, 48, width, 79), fill=0)
    return block
