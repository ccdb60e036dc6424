"""What the expression service would see now, for the technician who hangs the camera: boxes and the gate's reasons.

Pictures are drawn in memory for one window and overwritten by the next; nothing here can write one, and nothing of a
citizen is counted.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from kiosk.vision import crops
from kiosk.vision.expressions import COVERED_MOUTH, ExpressionReader, in_front, valence
from kiosk.vision.faces import Face, Picture

WIDTH, HEIGHT = 960, 640
_BAR = 100
_GOOD, _POOR, _OTHER, _INK, _PAPER = "#2FBF71", "#F5A524", "#8FA3BF", "#FFFFFF", "#0B1B33"
REASONS = {
    "": ("Khung hình dùng được", "This frame counts"),
    "no_face": ("Không thấy khuôn mặt", "No face in the region"),
    "face_too_small": ("Khuôn mặt quá nhỏ: đặt camera gần hơn", "Face too small: bring the camera closer"),
    "face_unsure": ("Chưa chắc là khuôn mặt", "Not sure that it is a face"),
    "face_turned_away": ("Khuôn mặt quay đi", "Face turned away"),
    "too_dark": ("Quá tối: thêm đèn phía trước khách", "Too dark: light from the front"),
    "too_bright": ("Quá sáng", "Too bright"),
    "blurred": ("Mờ: chỉnh nét ống kính", "Blurred: focus the lens"),
}
_VALENCES = {"positive": "giống cười", "neutral": "bình thường", "negative": "giống nhăn mặt"}


class LiveView:
    """Draws one frame after the other as the gate judges it."""

    def __init__(self, reader: ExpressionReader, fonts: Path, monotonic: Callable[[], float]) -> None:
        """Prepare.

        Args:
            fonts: folder with Be Vietnam Pro.
            monotonic: seconds, for the time that a look takes.
        """
        self._reader = reader
        self._monotonic = monotonic
        self._followed: Face | None = None
        self._font = ImageFont.truetype(fonts / "BeVietnamPro-SemiBold.ttf", 26)
        self._small = ImageFont.truetype(fonts / "BeVietnamPro-Medium.ttf", 19)

    def judge(self, frame: Picture) -> dict[str, Any]:
        """Return what is said of one frame, as plain figures."""
        began = self._monotonic()
        reading = self._reader.read(frame, self._followed)
        self._followed = reading.face
        told: dict[str, Any] = {"why_not": reading.why_not, "ms": round((self._monotonic() - began) * 1000, 1)}
        face = reading.face
        if face is not None:
            crop = crops.grey(crops.levelled(self._reader.region.cut(frame), face))
            told |= {
                "score": round(face.score, 2),
                "side": round(face.side),
                "yaw": round(face.yaw, 2),
                "brightness": round(float(np.median(crop))),
                "sharpness": round(crops.sharpness(crop)),
                "mouth": round(reading.mouth, 2),
                "valence": {name: round(share, 2) for name, share in valence(reading.probabilities).items()},
            }
        return told

    def draw(self, frame: Picture) -> Image.Image:
        """Return the frame with its faces, the region, and the gate's words."""
        told = self.judge(frame)
        sheet = Image.new("RGB", (WIDTH, HEIGHT), _PAPER)
        height, width = frame.shape[:2]
        scale = min(WIDTH / width, (HEIGHT - _BAR) / height)
        left, top = (WIDTH - width * scale) / 2, (HEIGHT - _BAR - height * scale) / 2
        small = Image.fromarray(frame).convert("RGB").resize((round(width * scale), round(height * scale)))
        sheet.paste(small, (round(left), round(top)))
        pen = ImageDraw.Draw(sheet, "RGBA")
        region = self._reader.region
        # the region's own corner, from which faces are measured
        x0, y0 = left + round(region.left * width) * scale, top + round(region.top * height) * scale
        x1, y1 = left + round(region.right * width) * scale, top + round(region.bottom * height) * scale
        for shade in (
            (left, top, x0, top + height * scale),
            (x1, top, left + width * scale, top + height * scale),
            (x0, top, x1, y0),
            (x0, y1, x1, top + height * scale),
        ):
            if shade[2] > shade[0] and shade[3] > shade[1]:
                pen.rectangle(shade, fill=(11, 27, 51, 190))
        picture = region.cut(frame)
        faces = self._reader.detector.look(picture)
        chosen = self._followed or in_front(faces, picture.shape[:2])
        for face in faces:
            if chosen is None or face.overlap(chosen) < 0.5:
                _box(pen, face, x0, y0, scale, _OTHER, 2)
        if self._followed is not None:
            _box(pen, self._followed, x0, y0, scale, _POOR if told["why_not"] else _GOOD, 4)
        self._say(pen, told, len(faces))
        return sheet

    def _say(self, pen: ImageDraw.ImageDraw, told: dict[str, Any], faces: int) -> None:
        vi, en = REASONS.get(told["why_not"], (told["why_not"],) * 2)
        pen.text(
            (28, HEIGHT - _BAR + 14),
            vi if "side" in told else f"{vi}  ·  {en}",
            font=self._font,
            fill=_POOR if told["why_not"] else _GOOD,
        )
        words = [f"{faces} mặt", f"{told['ms']} ms"]
        if "side" in told:
            gate = self._reader.gate
            # what was found / what it takes
            words += [
                f"cạnh {told['side']}/{gate.smallest:.0f}",
                f"điểm {told['score']}/{gate.score}",
                f"quay {told['yaw']}/{gate.yaw}",
                f"sáng {told['brightness']}/{gate.brightness[0]:.0f}–{gate.brightness[1]:.0f}",
                f"nét {told['sharpness']}/{gate.sharpness:.0f}",
                f"miệng {told['mouth']}/{COVERED_MOUTH}",
            ]
            pen.text((WIDTH - 28, HEIGHT - _BAR + 14), self._largest(told), font=self._font, fill=_INK, anchor="ra")
        pen.text((28, HEIGHT - _BAR + 58), "  ·  ".join(words), font=self._small, fill=_INK)

    @staticmethod
    def _largest(told: dict[str, Any]) -> str:
        shares: dict[str, float] = told["valence"]
        name = max(shares, key=shares.__getitem__)
        return f"{_VALENCES[name]} {shares[name]:.0%}"


def _box(pen: ImageDraw.ImageDraw, face: Face, x: float, y: float, scale: float, ink: str, width: int) -> None:
    corners = (x + face.left * scale, y + face.top * scale, x + face.right * scale, y + face.bottom * scale)
    pen.rectangle(corners, outline=ink, width=width)
    for px, py in face.points:
        spot_x, spot_y = x + px * scale, y + py * scale
        pen.ellipse((spot_x - 3, spot_y - 3, spot_x + 3, spot_y + 3), fill=ink)
