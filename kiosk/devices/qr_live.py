"""What a technician sees of card reading: the frame, where the code is, what was done and what people are told.

Frames and texts live in memory only; of a card no more is shown than the last four digits of its number.
"""

import re
from collections.abc import Callable
from typing import Any

from PIL import Image, ImageDraw

from kiosk.devices.camera import Frame
from kiosk.devices.card_guidance import CardGuide, measured
from kiosk.devices.live_pace import LivePace
from kiosk.devices.qr_decoder import QrDecoder, Sight
from kiosk.devices.typeset import SHIPPED_FONTS, Fonts

WIDTH, HEIGHT = 1280, 840
_PICTURE_HEIGHT = 720
_READ, _FOUND, _INK, _PAPER = (34, 160, 84), (230, 140, 30), (20, 32, 46), (246, 248, 251)
_NUMBER = re.compile(r"(?<!\d)\d{8}(\d{4})(?!\d)")


class LiveScan:
    """Looks at the frames of a live picture as the lobby does."""

    def __init__(self, decoder: QrDecoder, say: Callable[[str], str]) -> None:
        """Prepare.

        Args:
            say: the words of a hint, as people at the kiosk read them.
        """
        self._decoder = decoder
        self._say = say
        self._guide = CardGuide()
        self._pace = LivePace()
        self._count = 0
        self._fonts = Fonts(SHIPPED_FONTS)

    def judge(self, frame: Frame) -> dict[str, Any]:
        """Return what the next frame gave, for a line of JSON."""
        return self._row(frame, self._look(frame))

    def draw(self, frame: Frame) -> Image.Image:
        """Return the next frame as a picture of `WIDTH` x `HEIGHT`: the code boxed, below it what was made of it."""
        sight = self._look(frame)
        row = self._row(frame, sight)
        scale = min(WIDTH / frame.shape[1], _PICTURE_HEIGHT / frame.shape[0])
        shown = Image.fromarray(frame).resize((round(frame.shape[1] * scale), round(frame.shape[0] * scale)))
        canvas = Image.new("RGB", (WIDTH, HEIGHT), _PAPER)
        left = (WIDTH - shown.width) // 2
        canvas.paste(shown.convert("RGB"), (left, 0))
        pen = ImageDraw.Draw(canvas)
        colour = _READ if sight.scans else _FOUND
        if sight.place is not None:
            corners = [(left + x * scale, y * scale) for x, y in sight.place.corners]
            pen.line([*corners, corners[0]], fill=colour, width=6, joint="curve")
        words = self._say(row["hint"]) if row["hint"] else row["card"] or ""
        pen.text((32, _PICTURE_HEIGHT + 36), words, font=self._fonts.font("semibold", 36), fill=_INK, anchor="lm")
        pen.text((32, HEIGHT - 36), _figures(row), font=self._fonts.font("medium", 24), fill=_INK, anchor="lm")
        return canvas

    def _look(self, frame: Frame) -> Sight:
        sight = self._decoder.look(frame, self._pace.next_turn())
        self._pace.spent(sight.ms)
        self._count += 1
        self._guide.see(frame, sight)
        return sight

    def _row(self, frame: Frame, sight: Sight) -> dict[str, Any]:
        row: dict[str, Any] = {
            "frame": self._count,
            "stage": sight.scans[0].stage if sight.scans else None,
            "ms": round(sight.ms, 1),
            "looks": [name for name, _ in sight.looks],
            "card": " + ".join(masked(scan.text) for scan in sight.scans) or None,
            "hint": self._guide.told,
        }
        if sight.place is not None:
            measures = measured(frame, sight.place)
            row |= {name: round(value, 2) for name, value in measures._asdict().items() if not isinstance(value, bool)}
        return row


def masked(text: str) -> str:
    """Return of a code's text what a screen in an office may show: four digits of the number, or its length."""
    number = _NUMBER.search(text)
    return f"********{number[1]}" if number else f"{len(text)} letters"


def _figures(row: dict[str, Any]) -> str:
    parts = [f"{row['ms']:.0f} ms", row["stage"] or " · ".join(row["looks"])]
    if "dots_per_module" in row:
        parts += [
            f"{row['dots_per_module']:.1f} dots a module",
            f"sharpness {row['sharpness']:.2f}",
            f"shining {row['shining']:.0%}",
        ]
    return "    ".join(parts)
