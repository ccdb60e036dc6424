"""The QR decoder: zxing-cpp first, then ever slower looks at the same frame.

Only bytes that are strict UTF-8 become a text, in NFC: guessing a character set is what breaks Vietnamese names
(field notes: pyzbar's own guess was wrong in 7.1 % of clean codes, silently).
"""

import time
import unicodedata
from collections.abc import Callable, Iterator
from typing import NamedTuple

import numpy as np
import zxingcpp
from PIL import Image

from kiosk.devices.camera import Frame

FLAT_LEVELS = 12
"""A frame whose grey levels differ by less holds no code: the empty view of a closed or virtual camera."""
LARGEST_WORK = 4_000_000
"""Pixels up to which a frame is enlarged; beyond, its modules are large enough already."""


class Scan(NamedTuple):
    """A text that was read."""

    text: str
    stage: str
    """Which look found it."""
    ms: float
    """Milliseconds since the frame was handed in."""


class Sight(NamedTuple):
    """All that one frame gave."""

    scans: tuple[Scan, ...]
    """One for each different text, in order of the text."""
    is_garbled: bool
    """A code was read whose content is not UTF-8 text."""


_QR = zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode)
Look = Callable[[Frame], Frame]


class QrDecoder:
    """Reads QR codes in grey frames."""

    def __init__(self, engine: str = "zxing") -> None:
        """Choose the library.

        Raises:
            ValueError: if `engine` is neither `zxing` nor `pyzbar`.
        """
        if engine not in ("zxing", "pyzbar"):
            raise ValueError(f'no QR engine "{engine}"; there are zxing and pyzbar')
        self.engine = engine

    def decode(self, grey: Frame) -> Scan | None:
        """Return the one text in the frame; None if there is none, or more than one."""
        sight = self.look(grey)
        return sight.scans[0] if len(sight.scans) == 1 else None

    def look(self, grey: Frame) -> Sight:
        """Return everything that the frame gives, after all stages."""
        started = time.perf_counter()
        garbled = False
        for stage, raws in self._stages(grey):
            texts = sorted({text for raw in raws if (text := text_of(raw)) is not None})
            garbled = garbled or any(text_of(raw) is None for raw in raws)
            if texts:
                ms = (time.perf_counter() - started) * 1000
                return Sight(tuple(Scan(text, stage, ms) for text in texts), garbled)
            if garbled:
                break
        return Sight((), garbled)

    def _stages(self, grey: Frame) -> Iterator[tuple[str, list[bytes]]]:
        if grey.size == 0 or int(grey.max()) - int(grey.min()) < FLAT_LEVELS:
            return
        yield "zxing", _zxing(grey)
        if grey.size <= LARGEST_WORK:
            yield "zxing-2x", _zxing(_enlarged(grey, 2))


def text_of(raw: bytes) -> str | None:
    """Return the content of a code as text in NFC; None if it is not UTF-8."""
    try:
        return unicodedata.normalize("NFC", raw.decode("utf-8"))
    except UnicodeDecodeError:
        return None


def _zxing(grey: Frame) -> list[bytes]:
    found = zxingcpp.read_barcodes(np.ascontiguousarray(grey), formats=_QR)
    return [bytes(code.bytes) for code in found if code.valid]


def _enlarged(grey: Frame, times: int) -> Frame:
    height, width = grey.shape
    picture = Image.fromarray(grey).resize((width * times, height * times), Image.Resampling.BICUBIC)
    return np.asarray(picture, dtype=np.uint8)
