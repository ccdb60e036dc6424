"""The QR decoder: zxing-cpp first, then ever slower looks at the same frame.

Only bytes that are strict UTF-8 become a text, in NFC: guessing a character set is what breaks Vietnamese names
(field notes: pyzbar's own guess was wrong in 7.1 % of clean codes, silently).
"""

import time
import unicodedata
from collections.abc import Callable, Iterator
from functools import cached_property
from typing import NamedTuple

import numpy as np
import zxingcpp

from kiosk.devices.camera import Frame
from kiosk.devices.frame_filters import enlarged, evened, reduced, sharpened

FLAT_LEVELS = 12
"""A frame whose grey levels differ by less holds no code: the empty view of a closed or virtual camera."""
LARGEST_DOUBLED = 4_000_000
"""Pixels up to which a frame is doubled for the slower looks; larger frames are taken as they are, or reduced."""
LARGEST_TRIPLED = 1_000_000
LARGEST_FILTERED = 10_000_000
"""Pixels up to which a frame is filtered whole; a larger one is reduced to it first."""

Reader = Callable[[Frame], list[bytes]]


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


class _Views:
    """One frame and what the slow looks make of it, each made once."""

    def __init__(self, frame: Frame) -> None:
        self.frame = reduced(frame, LARGEST_FILTERED)

    @cached_property
    def even(self) -> Frame:
        return evened(self.frame)


class Stage(NamedTuple):
    """One slow look at a frame."""

    name: str
    prepare: Callable[[_Views], Frame]


SLOW_STAGES = (
    Stage("double", lambda views: _doubled(views.frame)),
    Stage("even-sharp", lambda views: _doubled(sharpened(views.even, 2.0))),
    Stage("sharp", lambda views: _doubled(sharpened(views.frame, 4.0))),
    Stage("even-triple", lambda views: _tripled(views.even)),
)
"""In order of what they add: few dots a module; uneven light with blur; blur; uneven light with few dots.

Order and strengths come from synthetic cards with faults that the public frames lack (barrel distortion, banding,
shadow edges, over-exposure): of the 90 among 130 such frames that any of ten filters could read, these read 89. zbar
in binary form as a last stage was measured too: it reads none of the public frames that these miss.
"""


class QrDecoder:
    """Reads QR codes in grey frames."""

    def __init__(self, engine: str = "zxing") -> None:
        """Choose the library.

        Raises:
            ValueError: if `engine` is neither `zxing` nor `pyzbar`.
            ImportError: if `pyzbar` is chosen and its library (libzbar0) is not installed or too old.
        """
        if engine not in ("zxing", "pyzbar"):
            raise ValueError(f'no QR engine "{engine}"; there are zxing and pyzbar')
        self.engine = engine
        self._read: Reader = _zxing if engine == "zxing" else _zbar()

    def decode(self, grey: Frame) -> Scan | None:
        """Return the one text in the frame; None if there is none, or more than one."""
        sight = self.look(grey)
        return sight.scans[0] if len(sight.scans) == 1 else None

    def look(self, grey: Frame, turn: int | None = None) -> Sight:
        """Return what the frame gives: after all stages, or after the plain look and one slow stage.

        Args:
            turn: count of the frame in a live picture, where the slow stages are spread over consecutive frames.
        """
        started = time.perf_counter()
        is_garbled = False
        for name, raws in self._looks(grey, turn):
            texts = [text_of(raw) for raw in raws]
            is_garbled = is_garbled or None in texts
            found = sorted({text for text in texts if text is not None})
            if found:
                ms = (time.perf_counter() - started) * 1000
                return Sight(tuple(Scan(text, name, ms) for text in found), is_garbled)
            if is_garbled:
                break
        return Sight((), is_garbled)

    def _looks(self, grey: Frame, turn: int | None) -> Iterator[tuple[str, list[bytes]]]:
        if grey.size == 0 or int(grey.max()) - int(grey.min()) < FLAT_LEVELS:
            return
        yield self.engine, self._read(grey)
        views = _Views(grey)
        for stage in SLOW_STAGES if turn is None else (SLOW_STAGES[turn % len(SLOW_STAGES)],):
            yield f"{self.engine}-{stage.name}", self._read(stage.prepare(views))


def text_of(raw: bytes) -> str | None:
    """Return the content of a code as text in NFC; None if it is not UTF-8."""
    try:
        return unicodedata.normalize("NFC", raw.decode("utf-8"))
    except UnicodeDecodeError:
        return None


_QR = zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode)


def _zxing(grey: Frame) -> list[bytes]:
    found = zxingcpp.read_barcodes(np.ascontiguousarray(grey), formats=_QR)
    return [bytes(code.bytes) for code in found if code.valid]


def _zbar() -> Reader:
    from kiosk.devices.qr_zbar import zbar_reader

    return zbar_reader()


def _doubled(frame: Frame) -> Frame:
    return enlarged(frame, 2) if frame.size <= LARGEST_DOUBLED else frame


def _tripled(frame: Frame) -> Frame:
    return enlarged(frame, 3) if frame.size <= LARGEST_TRIPLED else _doubled(frame)
