"""How many ID cards are read, at what cost: our staged decoder beside zxing-cpp alone, zxing-cpp + 2x, and pyzbar.

The frames are made-up cards of `devices.card_frames`, each with every fault, and the sample frames of the tests where
they are at hand. All readers see the same frames, in turn, on one thread. A wrong text is worse than none: it is
counted on its own.
"""

import csv
import random
import time
import unicodedata
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import zxingcpp

from kiosk.demo.cards import synthetic_card
from kiosk.devices.camera import Frame, read_frame
from kiosk.devices.card_frames import FAULTS, card_frame, empty_frame
from kiosk.devices.frame_filters import enlarged
from kiosk.devices.qr_decoder import SLOW_STAGES, QrDecoder

TODAY = date(2026, 11, 24)
SAMPLES = Path(__file__).parents[2] / "tests" / "data" / "qr"
"""Frames with known texts; only in a clone, not in an installed package."""
CARDS, CARDS_FULL = 4, 90
"""People, each with eight frames of every size; `--full` makes more than 2,000 frames."""
SIZES = ((1280, 720), (640, 360), (560, 315))
"""Frames in which a module of the code has some 3.9, 1.9 and 1.7 dots: far cards are where decoders part."""
EMPTY, EMPTY_FULL = 8, 60
_QR = zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode)

Reader = Callable[[Frame], set[str]]


class Shot(NamedTuple):
    """A frame and the text that stands in it; empty: no card."""

    frame: Frame
    text: str


class Score:
    """What one reader made of one set of frames."""

    def __init__(self) -> None:
        self.exact = self.wrong = self.cards = 0
        self.hit_ms: list[float] = []
        self.miss_ms: list[float] = []

    def note(self, shot: Shot, texts: set[str], ms: float) -> None:
        """Count one look."""
        self.cards += bool(shot.text)
        self.exact += texts == {shot.text}
        self.wrong += len(texts - {shot.text})
        (self.hit_ms if texts else self.miss_ms).append(ms)

    def row(self) -> dict[str, Any]:
        """Return the figures."""
        return {
            "cards": self.cards,
            "exact": self.exact,
            "wrong_texts": self.wrong,
            "hit_p50_ms": _middle(self.hit_ms),
            "miss_p50_ms": _middle(self.miss_ms),
        }


def run(full: bool) -> Iterator[dict[str, Any]]:
    """Let all readers look at the same frames, then measure what a missed frame costs in a live picture."""
    readers, absent = all_readers()
    if absent:
        yield {"what": "yardstick left out", "reader": "pyzbar", "why": absent}
    for size in SIZES:
        name = f"made-up cards at {size[0]}x{size[1]}, eight frames each"
        yield from compared(name, made_up_shots(full, size), readers)
    if (SAMPLES / "expected.csv").is_file():
        yield from compared("sample frames of the tests", sample_shots(SAMPLES), readers)
    yield from _live(full)


def compared(name: str, shots: Iterator[Shot], readers: dict[str, Reader]) -> Iterator[dict[str, Any]]:
    """Yield the figures of every reader over the same frames, then ours (the first) beside each yardstick."""
    scores = {reader: Score() for reader in readers}
    for shot in shots:
        for reader, read in readers.items():
            began = time.perf_counter()
            texts = read(shot.frame)
            scores[reader].note(shot, texts, (time.perf_counter() - began) * 1000)
    for reader, score in scores.items():
        yield {"what": name, "reader": reader, **score.row()}
    ours, *yardsticks = scores
    for yardstick in yardsticks:
        yield {
            "what": f"{name}: ratio ours / yardstick",
            "yardstick": yardstick,
            "ratio_exact": _ratio(scores[ours].exact, scores[yardstick].exact),
            "more_wrong_texts_than_ours": scores[yardstick].wrong - scores[ours].wrong,
        }


def all_readers() -> tuple[dict[str, Reader], str]:
    """Return ours and the yardsticks by name, and why pyzbar is missing (empty if it is not)."""
    decoder = QrDecoder()
    readers: dict[str, Reader] = {
        "ours, all stages": lambda frame: {scan.text for scan in decoder.look(frame).scans},
        "zxing-cpp alone": _zxing_texts,
        "zxing-cpp + 2x": lambda frame: _zxing_texts(frame) or _zxing_texts(enlarged(frame, 2)),
    }
    try:
        from pyzbar import pyzbar
    except ImportError as error:
        return readers, str(error)
    symbols = [pyzbar.ZBarSymbol.QRCODE]
    readers["pyzbar"] = lambda frame: {_nfc(code.data) for code in pyzbar.decode(frame, symbols=symbols)}
    return readers, ""


def _zxing_texts(frame: Frame) -> set[str]:
    found = zxingcpp.read_barcodes(np.ascontiguousarray(frame), formats=_QR)
    return {_nfc(bytes(code.bytes)) for code in found if code.valid}


def _nfc(raw: bytes) -> str:
    return unicodedata.normalize("NFC", raw.decode("utf-8", "replace"))


def made_up_shots(full: bool, size: tuple[int, int]) -> Iterator[Shot]:
    """Yield made-up cards with every fault, and empty views."""
    source = random.Random(20261124)
    faults: tuple[str | None, ...] = (None, *FAULTS)
    for seed in range(CARDS_FULL if full else CARDS):
        payload = unicodedata.normalize("NFC", synthetic_card(source, TODAY).payload)
        for fault in faults:
            yield Shot(card_frame(payload, seed, fault, size), payload)
    for seed in range(EMPTY_FULL if full else EMPTY):
        yield Shot(empty_frame(seed, size), "")


def sample_shots(folder: Path) -> Iterator[Shot]:
    """Yield the frames of a folder whose `expected.csv` names each file and its text."""
    with (folder / "expected.csv").open(encoding="utf-8", newline="") as stream:
        for row in csv.DictReader(stream):
            if (folder / row["file"]).is_file():
                yield Shot(read_frame(folder / row["file"]), unicodedata.normalize("NFC", row["payload"]))


def _live(full: bool) -> Iterator[dict[str, Any]]:
    """Measure a missed frame of 1280 x 720: the plain look and one slow stage, beside the plain look alone."""
    decoder = QrDecoder()
    ours: list[float] = []
    plain: list[float] = []
    stages: dict[str, list[float]] = {stage.name: [] for stage in SLOW_STAGES}
    for turn in range(120 if full else 24):
        frame = empty_frame(1000 + turn // len(SLOW_STAGES))
        began = time.perf_counter()
        _zxing_texts(frame)
        middle = time.perf_counter()
        decoder.look(frame, turn)
        spent = (time.perf_counter() - middle) * 1000
        plain.append((middle - began) * 1000)
        ours.append(spent)
        stages[SLOW_STAGES[turn % len(SLOW_STAGES)].name].append(spent)
    yield {
        "what": "live, 1280x720, a missed frame: the plain look and one slow stage a frame",
        "n": len(ours),
        "p50_ms": _middle(ours),
        "yardstick_zxing_alone_p50_ms": _middle(plain),
        "ratio_p50": _ratio(_middle(ours) or 0.0, _middle(plain) or 0.0),
        "p50_ms_by_stage": {name: _middle(spent) for name, spent in stages.items()},
    }


def _middle(values: list[float]) -> float | None:
    return round(sorted(values)[len(values) // 2], 2) if values else None


def _ratio(ours: float, theirs: float) -> float | None:
    return round(ours / theirs, 3) if theirs else None
