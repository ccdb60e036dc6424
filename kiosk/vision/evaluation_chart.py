"""The figures of an evaluation as one picture: confusion, reliability, and accuracy against coverage."""

from pathlib import Path
from typing import Any

from PIL import Image, ImageDraw, ImageFont

WIDTH, HEIGHT = 1480, 820
_INK, _FAINT, _LINE, _PAPER = "#1B2433", "#667085", "#D0D5DD", "#FFFFFF"
_DEEP = (31, 94, 168)


class _Sheet:
    """A page with the product's letters."""

    def __init__(self, fonts: Path) -> None:
        self.image = Image.new("RGB", (WIDTH, HEIGHT), _PAPER)
        self.draw = ImageDraw.Draw(self.image)
        self._fonts = fonts

    def write(self, x: float, y: float, text: str, size: int = 17, ink: str = _INK, anchor: str = "lm") -> None:
        """Write one line; `anchor` is Pillow's."""
        font = ImageFont.truetype(self._fonts / "BeVietnamPro-Medium.ttf", size)
        self.draw.text((x, y), text, fill=ink, font=font, anchor=anchor)


def draw_report(report: dict[str, Any], fonts: Path) -> Image.Image:
    """Return the chart of `kiosk.vision.evaluation.report`; `fonts` is the folder with Be Vietnam Pro."""
    sheet = _Sheet(fonts)
    everything = report["all_pictures"]
    sheet.write(40, 44, f"Facial expression, {report['pictures']} pictures, {report['mode']}", 28)
    sheet.write(
        40,
        82,
        f"7 classes {_words(everything['seven'])}    valence {_words(everything['valence'])}    "
        f"answered {_percent(report['coverage'])}    {report['ms']['p50']} ms a face",
        ink=_FAINT,
    )
    _confusion(sheet, report["confusion"], 150, 170)
    _reliability(sheet, report["reliability"], (930, 170, 500, 240))
    _coverage(sheet, report["abstention"], (930, 520, 500, 220))
    return sheet.image


def _words(agreement: dict[str, Any]) -> str:
    if agreement["accuracy"] is None:
        return "-"
    low, high = agreement["wilson_95"]
    return f"{_percent(agreement['accuracy'])} ({_percent(low)}-{_percent(high)})"


def _percent(share: float | None) -> str:
    return "-" if share is None else f"{100 * share:.1f} %"


def _confusion(sheet: _Sheet, confusion: dict[str, Any], left: int, top: int) -> None:
    side = 72
    sheet.write(left, top - 50, "Label (rows) and answer (columns)", 19)
    for column, name in enumerate(confusion["answers"]):
        sheet.write(left + (column + 0.5) * side, top - 16, name, 14, _FAINT, "mm")
    for row, (name, counts) in enumerate(zip(confusion["labels"], confusion["counts"], strict=True)):
        y = top + row * side
        sheet.write(left - 12, y + side / 2, name, 14, _FAINT, "rm")
        for column, count in enumerate(counts):
            x = left + column * side
            share = count / max(sum(counts), 1)
            fill = tuple(round(255 + (deep - 255) * share) for deep in _DEEP)
            sheet.draw.rectangle((x, y, x + side - 2, y + side - 2), fill=fill, outline=_LINE)
            sheet.write(x + side / 2, y + side / 2, str(count), 17, _PAPER if share > 0.5 else _INK, "mm")


def _reliability(sheet: _Sheet, bins: list[dict[str, Any]], place: tuple[int, int, int, int]) -> None:
    _axes(sheet, "Valence right, by stated confidence", place)
    left, top, width, height = place
    sheet.draw.line((left, top + height, left + width, top), fill=_LINE, width=2)
    _curve(sheet, [(one["confidence"], one["accuracy"]) for one in bins], place)


def _coverage(sheet: _Sheet, rows: list[dict[str, Any]], place: tuple[int, int, int, int]) -> None:
    _axes(sheet, "Valence right, by share of pictures answered", place)
    _curve(sheet, [(row["coverage"], row["accuracy"]) for row in rows if row["accuracy"] is not None], place)


def _axes(sheet: _Sheet, title: str, place: tuple[int, int, int, int]) -> None:
    left, top, width, height = place
    sheet.write(left, top - 50, title, 19)
    for step in range(0, 11, 2):
        x, y = left + width * step / 10, top + height - height * step / 10
        sheet.draw.line((left, y, left + width, y), fill=_LINE)
        sheet.write(left - 10, y, f"{step * 10}", 14, _FAINT, "rm")
        sheet.write(x, top + height + 18, f"{step * 10} %", 14, _FAINT, "mm")


def _curve(sheet: _Sheet, points: list[tuple[float, float]], place: tuple[int, int, int, int]) -> None:
    left, top, width, height = place
    dots = [(left + width * x, top + height - height * y) for x, y in points]
    if len(dots) > 1:
        sheet.draw.line(dots, fill=_DEEP, width=3)
    for x, y in dots:
        sheet.draw.ellipse((x - 5, y - 5, x + 5, y + 5), fill=_DEEP)
