"""The libraries that find QR codes in a frame, behind one call: what was read, and what was only found.

zxing-cpp tells where codes stand that it cannot read; that place costs nothing and is worth a second, closer look.
"""

import math
from collections.abc import Callable
from typing import NamedTuple

import numpy as np
import zxingcpp

from kiosk.devices.camera import Frame

ENGINES = ("zxing", "pyzbar", "wechat")
"""The second and the third need libraries of their own; `wechat` is zxing-cpp with WeChat's look after a miss."""
_QR = zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCodeModel2)
"""Cards carry the ordinary kind. The library's `QRCode` would include Micro QR, whose smallest form has no error
correction at all: it is read out of mere noise (three wrong digits in the 272 hardest frames of one trial)."""
_USUAL_MODULES = 49
"""Of a card's code (version 8, card notes §5.1): taken where the code's own version could not be read."""
_LARGEST_VERSION = 15
"""Holds 400 letters and more; what is found with a higher one was found in noise."""
_MOST_SLANTED = 2.5
"""A found code whose longest side is so many times its shortest is a mistake."""

Point = tuple[float, float]


class CodePlace(NamedTuple):
    """Where a code stands in a frame."""

    corners: tuple[Point, Point, Point, Point]
    """Upper left, upper right, lower right, lower left of the code itself, in dots."""
    dots_per_module: float

    @property
    def sides(self) -> tuple[float, float, float, float]:
        """Return the lengths of its sides in dots."""
        a, b, c, d = self.corners
        return math.dist(a, b), math.dist(b, c), math.dist(c, d), math.dist(d, a)

    @property
    def is_plausible(self) -> bool:
        """Return whether it can be a code: neither a line nor a dot."""
        return min(self.sides) * _MOST_SLANTED > max(self.sides) and self.dots_per_module > 0.5

    def over(self, times: float, x: float = 0.0, y: float = 0.0) -> "CodePlace":
        """Return the same place in a frame that was `times` smaller, and whose piece from `x`, `y` on this is."""
        a, b, c, d = ((px / times + x, py / times + y) for px, py in self.corners)
        return CodePlace((a, b, c, d), self.dots_per_module / times)

    def box(self, margin: float, shape: tuple[int, ...]) -> tuple[int, int, int, int]:
        """Return left, top, right, lower edge of the code with `margin` times its width around it, inside a frame."""
        xs, ys = [x for x, _ in self.corners], [y for _, y in self.corners]
        around = margin * max(max(xs) - min(xs), max(ys) - min(ys))
        return (
            max(0, math.floor(min(xs) - around)),
            max(0, math.floor(min(ys) - around)),
            min(shape[1], math.ceil(max(xs) + around)),
            min(shape[0], math.ceil(max(ys) + around)),
        )


class Found(NamedTuple):
    """A code in a frame."""

    raw: bytes | None
    """Its content; None: found but not read."""
    place: CodePlace | None
    """None where the library does not tell."""


Engine = Callable[[Frame, bool], list[Found]]
"""Told the frame, and whether a light code on dark ground is looked for too."""


def engine_of(name: str) -> Engine:
    """Return a library by its name in `kiosk.toml`.

    Raises:
        ValueError: if there is no such engine.
        ImportError: if what the engine needs is not installed or too old; the text says what.
    """
    match name:
        case "zxing":
            return zxing_finds
        case "pyzbar":
            return _zbar()
        case "wechat":
            return _wechat()
        case _:
            raise ValueError(f'no QR engine "{name}"; there are {", ".join(ENGINES)}')


def zxing_finds(grey: Frame, also_inverted: bool) -> list[Found]:
    """Return the codes that zxing-cpp finds."""
    codes = zxingcpp.read_barcodes(
        np.ascontiguousarray(grey), formats=_QR, try_invert=also_inverted, return_errors=True
    )
    return [Found(bytes(code.bytes) if code.valid else None, _place(code)) for code in codes]


def _place(code: zxingcpp.Barcode) -> CodePlace | None:
    stands = code.position
    a, b, c, d = (
        (float(corner.x), float(corner.y))
        for corner in (stands.top_left, stands.top_right, stands.bottom_right, stands.bottom_left)
    )
    extra = code.extra if isinstance(code.extra, dict) else {}
    version = str(extra.get("Version", ""))
    if version.isdecimal() and int(version) > _LARGEST_VERSION:
        return None
    modules = 17 + 4 * int(version) if version.isdecimal() else _USUAL_MODULES
    place = CodePlace((a, b, c, d), 1.0)
    place = place._replace(dots_per_module=sum(place.sides) / 4 / modules)
    return place if place.is_plausible else None


def _zbar() -> Engine:
    from kiosk.devices.qr_zbar import zbar_reader

    read = zbar_reader()
    return lambda frame, _: [Found(raw, None) for raw in read(frame)]


def _wechat() -> Engine:
    from kiosk.devices.qr_wechat import wechat_reader

    read = wechat_reader()

    def finds(frame: Frame, also_inverted: bool) -> list[Found]:
        found = zxing_finds(frame, also_inverted)
        # once a frame, with the plain look: it brings filters of its own
        if not also_inverted or any(code.raw is not None for code in found):
            return found
        return [*found, *(Found(raw, None) for raw in read(frame))]

    return finds
