"""The notice for the wall, A4: what the camera at the counter does, and that everybody may say no."""

import json
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

from kiosk.vision.facts import Facts

DOTS_AN_INCH = 200
WIDTH, HEIGHT = 1654, 2339
"""A4 at 200 dots an inch."""
_DEEP, _BLUE, _TINT, _INK, _INK2, _PAPER, _GOLD, _LINE = (
    "#083B7C", "#0A4EA2", "#E6EEF8", "#0F1B2D", "#44546A", "#FFFFFF", "#FFCD00", "#D3DCE8",
)  # fmt: skip
_MARGIN = 120


class _Sheet:
    """One page; text runs down from a place."""

    def __init__(self, assets: Path) -> None:
        self.image = Image.new("RGB", (WIDTH, HEIGHT), _PAPER)
        self.pen = ImageDraw.Draw(self.image)
        self._fonts = assets / "fonts"
        self._icons: dict[str, int] = json.loads((self._fonts / "icons.json").read_text(encoding="utf-8"))

    def font(self, weight: str, size: int) -> ImageFont.FreeTypeFont:
        return ImageFont.truetype(self._fonts / f"BeVietnamPro-{weight}.ttf", size)

    def write(
        self, text: str, x: int, y: int, width: int, size: int, weight: str = "Medium", ink: str = _INK,
        anchor: str = "la",
    ) -> int:  # fmt: skip
        """Write `text` in lines of at most `width` dots and return where it ends."""
        font = self.font(weight, size)
        for line in _lines(text, font, width):
            self.pen.text((x, y), line, font=font, fill=ink, anchor=anchor)
            y += round(size * 1.36)
        return y

    def icon(self, name: str, x: int, y: int, size: int, ink: str) -> None:
        """Draw an icon around a point."""
        code = self._icons[name]
        glyph = chr(code) if isinstance(code, int) else str(code)
        font = ImageFont.truetype(self._fonts / "Icons.ttf", size)
        self.pen.text((x, y), glyph, font=font, fill=ink, anchor="mm")


def draw_notice(facts: Facts, assets: Path) -> Image.Image:
    """Return the notice; `assets` is the folder of fonts and pictures."""
    sheet = _Sheet(assets)
    _head(sheet, facts, assets)
    y = 730
    for icon, title, text in _points(facts):
        y = _point(sheet, icon, title, text, y) + 58
    _choice(sheet, facts)
    return sheet.image


def _points(facts: Facts) -> list[tuple[str, str, str]]:
    first = (
        (
            "hand-tap-fill",
            "Chỉ khi quý khách cho phép",
            "Máy tính bảng hỏi trước. Không chạm “Cho phép”, camera không bật.",
        )
        if facts.asks_first
        else (
            "hand-palm-fill",
            "Một chạm là từ chối",
            "Thông báo hiện trên máy tính bảng suốt lúc làm việc; chạm “Từ chối” là camera không bật.",
        )
    )
    return [
        first,
        (
            "timer-fill",
            f"Khi xong việc, nhiều nhất {facts.longest_s} giây",
            "Đèn báo đỏ hiện trên máy tính bảng trong lúc camera nhìn.",
        ),
        (
            "shield-check-fill",
            "Không lưu ảnh, không nhận dạng",
            "Hình chỉ ở trong bộ nhớ tạm và bị xóa ngay. Máy không biết quý khách là ai.",
        ),
        (
            "users-three-fill",
            f"Chỉ giữ số đếm của từ {facts.k} lượt trở lên",
            "Mỗi ngày bao nhiêu lượt giống cười, bình thường, giống nhăn mặt. Không chấm điểm cán bộ.",
        ),
    ]


def _head(sheet: _Sheet, facts: Facts, assets: Path) -> None:
    sheet.pen.rectangle((0, 0, WIDTH, 640), fill=_DEEP)
    sheet.pen.rectangle((0, 640, WIDTH, 652), fill=_GOLD)
    with Image.open(assets / "pictures" / "emblem.png") as emblem:
        small = emblem.convert("RGBA").resize((120, 120), Image.Resampling.LANCZOS)
        sheet.image.paste(small, (_MARGIN, 84), small)
    x = _MARGIN + 152
    y = sheet.write(facts.authority.upper(), x, 92, WIDTH - x - _MARGIN, 34, "SemiBold", "#BFD6F2")
    sheet.write(facts.office, x, y, WIDTH - x - _MARGIN, 42, "Bold", _PAPER)
    sheet.pen.rounded_rectangle((_MARGIN, 290, _MARGIN + 240, 530), 60, fill=_BLUE)
    sheet.icon("camera-fill", _MARGIN + 120, 410, 150, _PAPER)
    x = _MARGIN + 296
    y = sheet.write("Camera biểu cảm\nở quầy này", x, 282, WIDTH - x - _MARGIN, 92, "ExtraBold", _PAPER)
    sheet.write("Đếm nét mặt khi ra về, không lưu ảnh ai.", x, y + 6, WIDTH - x - _MARGIN, 40, "Medium", "#BFD6F2")


def _point(sheet: _Sheet, icon: str, title: str, text: str, y: int) -> int:
    sheet.pen.rounded_rectangle((_MARGIN, y, _MARGIN + 150, y + 150), 44, fill=_TINT)
    sheet.icon(icon, _MARGIN + 75, y + 75, 90, _BLUE)
    x = _MARGIN + 200
    width = WIDTH - x - _MARGIN
    below = sheet.write(title, x, y - 4, width, 56, "Bold")
    return max(y + 150, sheet.write(text, x, below + 4, width, 40, "Medium", _INK2))


def _choice(sheet: _Sheet, facts: Facts) -> None:
    top = HEIGHT - 580
    sheet.pen.rounded_rectangle((_MARGIN, top, WIDTH - _MARGIN, top + 290), 48, fill=_TINT)
    x, width = _MARGIN + 60, WIDTH - 2 * _MARGIN - 120
    y = sheet.write("Từ chối hay rút lại: một chạm trên máy tính bảng", x, top + 42, width, 52, "Bold", _DEEP)
    sheet.write(
        "Không cần lý do. Hồ sơ vẫn được giải quyết như nhau, và lượt của quý khách không được đếm.",
        x, y + 12, width, 42, "Medium",
    )  # fmt: skip
    y = HEIGHT - 220
    sheet.pen.line((_MARGIN, y, WIDTH - _MARGIN, y), fill=_LINE, width=3)
    basis = "sự đồng ý của quý khách" if facts.asks_first else facts.legal_basis or "[cơ quan ghi căn cứ pháp lý]"
    hotline = f"Hỏi thêm: {facts.hotline}. " if facts.hotline else ""
    sheet.write(
        f"{hotline}Căn cứ: {basis}. Bản đánh giá tác động có tại cơ quan.",
        _MARGIN, y + 36, WIDTH - 2 * _MARGIN, 36, "Medium", _INK2,
    )  # fmt: skip


def _lines(text: str, font: ImageFont.FreeTypeFont, width: int) -> list[str]:
    lines = []
    for paragraph in text.split("\n"):
        line = ""
        for word in paragraph.split():
            longer = f"{line} {word}".strip()
            if line and font.getlength(longer) > width:
                lines.append(line)
                line = word
            else:
                line = longer
        lines.append(line)
    return lines
