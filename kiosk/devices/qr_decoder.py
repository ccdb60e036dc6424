"""The QR decoder: a plain look first, then ever slower looks at the same frame, at last at the code's own place.

Only bytes that are strict UTF-8 become a text, in NFC: guessing a character set is what breaks Vietnamese names
(field notes: pyzbar's own guess was wrong in 7.1 % of clean codes, silently).
"""

import time
import unicodedata
from collections.abc import Callable, Iterator
from functools import cached_property
from typing import NamedTuple

from kiosk.devices.camera import Frame
from kiosk.devices.frame_filters import doubled, enlarged, evened, reduced, sharpened, smoothed, softened, unblurred
from kiosk.devices.qr_engines import CodePlace, Found, engine_of

PLAIN_ONLY = -1
"""The turn of a frame that is looked at once."""
FLAT_LEVELS = 12
"""A frame whose grey levels differ by less holds no code: the empty view of a closed or virtual camera."""
LARGEST_DOUBLED = 4_000_000
"""Pixels up to which a frame is doubled for the slower looks; larger frames are taken as they are, or reduced."""
LARGEST_FILTERED = 10_000_000
"""Pixels up to which a frame is filtered whole; a larger one is reduced to it first."""
NEAR_MARGIN = 0.25
"""Of the code's width, kept around it in a close look: its quiet zone and the error of its place."""
LARGEST_NEAR = 300_000
"""Pixels of a close look before it is enlarged; a larger code has enough dots and is reduced to it."""


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
    place: CodePlace | None = None
    """Where a code stands, read or not; None if none was found, or the engine does not tell."""
    looks: tuple[tuple[str, float], ...] = ()
    """The looks that were taken, in order, with what each cost in milliseconds."""

    @property
    def ms(self) -> float:
        """Return what all looks cost together, in milliseconds."""
        return sum(ms for _, ms in self.looks)


class _Views:
    """One frame and what the slow looks make of it, each made once."""

    def __init__(self, frame: Frame) -> None:
        self.frame = reduced(frame, LARGEST_FILTERED)

    @cached_property
    def even(self) -> Frame:
        return evened(self.frame)


class Stage(NamedTuple):
    """One slow look at a whole frame."""

    name: str
    prepare: Callable[[_Views], Frame]


class Close(NamedTuple):
    """One look at the surroundings of a code that was found and not read."""

    name: str
    prepare: Callable[[Frame, float], Frame]
    """Told the piece of the frame and how many times it may be enlarged."""
    dots: float
    """Dots that a module has after enlarging."""


SLOW_STAGES = (
    Stage("double", lambda views: _doubled(views.frame)),
    Stage("even-soft-sharp", lambda views: _doubled(sharpened(softened(views.even), 4.0))),
    Stage("sharp", lambda views: _doubled(sharpened(views.frame, 4.0))),
    Stage("even-sharp", lambda views: _doubled(sharpened(views.even, 4.0))),
)
"""In order of what they add: few dots a module; uneven light with blur and grain; blur; uneven light with blur.

Chosen from 30 filters by what they add on made-up cards with faults that the public frames lack (`bench.rig`): of 272
frames that a plain look misses these four read 199, all 30 together 205.
"""
CLOSE_STAGES = (
    Close("near-sharp", lambda piece, times: unblurred(enlarged(piece, times), 8.0, times), 9.0),
    Close("near-even", lambda piece, times: enlarged(smoothed(evened(piece), 0.8), times), 11.0),
    Close("near-even-sharp", lambda piece, times: enlarged(unblurred(evened(piece), 4.0, 2.5), times), 6.0),
)
"""Of 28 frames of that trial that no slow look read though a code was found in them, these read 13."""
_MOST_ENLARGED = 4.0


class QrDecoder:
    """Reads QR codes in grey frames."""

    def __init__(self, engine: str = "zxing") -> None:
        """Choose the library.

        Raises:
            ValueError: if `engine` is none of `qr_engines.ENGINES`.
            ImportError: if what the engine needs is not installed or too old.
        """
        self._find = engine_of(engine)
        self.engine = engine

    def decode(self, grey: Frame) -> Scan | None:
        """Return the one text in the frame; None if there is none, or more than one."""
        sight = self.look(grey)
        return sight.scans[0] if len(sight.scans) == 1 else None

    def look(self, grey: Frame, turn: int | None = None) -> Sight:
        """Return what the frame gives: after all stages, or after the plain look, one slow and one close one.

        Args:
            turn: count of the frame in a live picture, where the slow stages are spread over consecutive frames;
                `PLAIN_ONLY`: there is no time for a slow one.
        """
        started = before = time.perf_counter()
        looks: list[tuple[str, float]] = []
        places: list[list[CodePlace]] = []
        for name, found in self._looks(grey, turn, places):
            now = time.perf_counter()
            looks.append((name, (now - before) * 1000))
            before = now
            places.append([code.place for code in found if code.place is not None])
            texts = [text_of(code.raw) for code in found if code.raw is not None]
            readable = sorted({text for text in texts if text is not None})
            if texts:
                ms = (now - started) * 1000
                scans = tuple(Scan(text, name, ms) for text in readable)
                return Sight(scans, None in texts, _best(places), tuple(looks))
        return Sight((), False, _best(places), tuple(looks))

    def _looks(self, grey: Frame, turn: int | None, places: list[list[CodePlace]]) -> Iterator[tuple[str, list[Found]]]:
        """Yield one look after the other; `places` grows between them."""
        if grey.size == 0 or int(grey.max()) - int(grey.min()) < FLAT_LEVELS:
            return
        yield self.engine, self._find(grey, True)
        if turn == PLAIN_ONLY:
            return
        # cards are dark on light; looking for the inverse takes a third of a slow look
        views = _Views(grey)
        for stage in SLOW_STAGES if turn is None else (SLOW_STAGES[turn % len(SLOW_STAGES)],):
            seen = stage.prepare(views)
            times = seen.shape[1] / grey.shape[1]
            yield f"{self.engine}-{stage.name}", _moved(self._find(seen, False), times)
        place = _best(places)
        if place is None:
            return
        left, top, right, low = place.box(NEAR_MARGIN, grey.shape)
        piece = reduced(grey[top:low, left:right], LARGEST_NEAR)
        if piece.size == 0:
            return
        shrunk = (right - left) / piece.shape[1]
        # another one than the slow look's turn: in time each slow look meets each close one
        other = None if turn is None else (turn + turn // len(SLOW_STAGES)) % len(CLOSE_STAGES)
        for close in CLOSE_STAGES if other is None else (CLOSE_STAGES[other],):
            times = min(_MOST_ENLARGED, max(1.0, close.dots / place.dots_per_module * shrunk))
            found = self._find(close.prepare(piece, times), False)
            yield f"{self.engine}-{close.name}", _moved(found, times / shrunk, left, top)


def text_of(raw: bytes) -> str | None:
    """Return the content of a code as text in NFC; None if it is not UTF-8."""
    try:
        return unicodedata.normalize("NFC", raw.decode("utf-8"))
    except UnicodeDecodeError:
        return None


def _best(places: list[list[CodePlace]]) -> CodePlace | None:
    """Return the most trusted place: of the plainest look that found any, the one whose shortest side is longest.

    Looks that even out the light also find codes in mere noise; and what is only a part of a code is smaller.
    """
    for found in places:
        if found:
            return max(found, key=lambda place: min(place.sides))
    return None


def _moved(found: list[Found], times: float, x: float = 0.0, y: float = 0.0) -> list[Found]:
    return [Found(code.raw, code.place and code.place.over(times, x, y)) for code in found]


def _doubled(frame: Frame) -> Frame:
    return doubled(frame) if frame.size <= LARGEST_DOUBLED else frame
