"""How many ID cards are read, at what cost: our staged decoder beside zxing-cpp alone, zxing-cpp + 2x, and pyzbar.

Frames are made-up cards with one fault each (`rig.card_faults`), cards in moving hands (`rig.bursts`), and the sample
frames of the tests where they are at hand. All readers see the same frames, in turn, on one thread. A wrong text is
worse than none: it is counted on its own. Then what the card's text and damaged files cost.
"""

import csv
import tempfile
import time
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import zxingcpp

from kiosk.bench.rig.bursts import LiveReader, Presented, presentations
from kiosk.bench.rig.card_faults import FAULTS, TODAY, Shot, empty_shot, people, shot
from kiosk.bench.rig.card_texts import card_texts
from kiosk.bench.rig.damaged_frames import damaged_files
from kiosk.devices.camera import Frame, read_frame
from kiosk.devices.frame_filters import enlarged
from kiosk.devices.qr_decoder import SLOW_STAGES, QrDecoder
from kiosk.devices.qr_files import decode_file
from kiosk.domain.citizen import NotACard, parse_card

SAMPLES = Path(__file__).parents[2] / "tests" / "data" / "qr"
"""Frames with known texts; only in a clone, not in an installed package."""
SEED = 41
PEOPLE, PEOPLE_FULL = 4, 100
"""Each with every fault: `--full` makes 2,100 frames with cards."""
EMPTY_EACH = 2
"""Frames of the same card's other side, for each person."""
BURSTS, BURSTS_FULL = 10, 200
TEXTS, TEXTS_FULL = (5_000, 1_000), (100_000, 20_000)
"""Card texts in order, and spoilt ones."""
DAMAGED, DAMAGED_FULL = 150, 5_000
HANG_S = 1.0
_OURS = "ours, all stages"
_QR = zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode)

Reader = Callable[[Frame], set[str]]


class Score:
    """What one reader made of one set of frames."""

    def __init__(self) -> None:
        self.exact = self.wrong = self.cards = self.exact_legible = 0
        self.hit_ms: list[float] = []
        self.miss_ms: list[float] = []
        self.by_fault: Counter[str] = Counter()

    def note(self, taken: Shot, texts: set[str], ms: float) -> None:
        """Count one look."""
        is_exact = texts == {taken.text}
        self.cards += bool(taken.text)
        self.exact += is_exact
        self.exact_legible += is_exact and taken.is_legible
        self.wrong += len(texts - {taken.text})
        self.by_fault[taken.fault] += is_exact
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
    """Let all readers look at the same frames and presentations; then the texts and the damaged files."""
    readers, absent = all_readers()
    if absent:
        yield {"what": "yardstick left out", "reader": "pyzbar", "why": absent}
    if (SAMPLES / "expected.csv").is_file():
        yield from compared("sample frames of the tests", sample_shots(SAMPLES), readers)
    yield from compared("made-up cards, one fault a frame", faulty_shots(PEOPLE_FULL if full else PEOPLE), readers)
    yield from _live(full)
    yield from bursts(BURSTS_FULL if full else BURSTS)
    yield from texts(*(TEXTS_FULL if full else TEXTS))
    yield damaged(DAMAGED_FULL if full else DAMAGED)


def compared(name: str, shots: Iterable[Shot], readers: dict[str, Reader]) -> Iterator[dict[str, Any]]:
    """Yield the figures of every reader over the same frames, then ours (the first) beside each yardstick."""
    scores = {reader: Score() for reader in readers}
    legible: Counter[str] = Counter()
    beyond: Counter[str] = Counter()
    for taken in shots:
        is_read = False
        for reader, read in readers.items():
            began = time.thread_time()
            found = read(taken.frame)
            scores[reader].note(taken, found, (time.thread_time() - began) * 1000)
            is_read = is_read or found == {taken.text}
        # what any reader reads was in the frame, whatever the judge of legibility says
        legible[taken.fault] += taken.is_legible
        beyond[taken.fault] += is_read and not taken.is_legible
    readable = legible.total() + beyond.total()
    for reader, score in scores.items():
        shares = {
            "legible": legible.total(),
            "share_of_legible": _ratio(score.exact_legible, legible.total()),
            "share_of_legible_or_read_by_anyone": _ratio(score.exact, readable),
        }
        yield {"what": name, "reader": reader, **score.row(), **(shares if legible.total() else {})}
    ours, *yardsticks = scores
    if legible.total():
        yield {
            "what": f"{name}: by fault",
            "ours / legible or read by anyone": {
                fault: f"{scores[ours].by_fault[fault]}/{legible[fault] + beyond[fault]}" for fault in FAULTS
            },
        }
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
        _OURS: lambda frame: {scan.text for scan in decoder.look(frame).scans},
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


def faulty_shots(number: int, seed: int = SEED) -> Iterator[Shot]:
    """Yield frames of so many people's cards, each with every fault, and of their other sides."""
    for index in range(number):
        subject = people(seed * 100_000 + index)
        for place, fault in enumerate(FAULTS):
            yield shot(subject, fault, seed * 10_000_000 + index * 100 + place)
        for extra in range(EMPTY_EACH):
            yield empty_shot(subject, seed * 10_000_000 + index * 100 + 90 + extra)


def sample_shots(folder: Path) -> Iterator[Shot]:
    """Yield the frames of a folder whose `expected.csv` names each file and its text."""
    with (folder / "expected.csv").open(encoding="utf-8", newline="") as stream:
        for row in csv.DictReader(stream):
            if (folder / row["file"]).is_file():
                text = unicodedata.normalize("NFC", row["payload"])
                yield Shot(read_frame(folder / row["file"]), text, row["case"], False)


def _live(full: bool) -> Iterator[dict[str, Any]]:
    """Measure a missed frame of 1280 x 720: the plain look and one slow stage, beside the plain look alone."""
    decoder = QrDecoder()
    ours: list[float] = []
    plain: list[float] = []
    stages: dict[str, list[float]] = {}
    subject = people(SEED)
    for turn in range(240 if full else 48):
        frame = empty_shot(subject, 1000 + turn // len(SLOW_STAGES)).frame
        began = time.thread_time()
        _zxing_texts(frame)
        middle = time.thread_time()
        sight = decoder.look(frame, turn)
        ours.append((time.thread_time() - middle) * 1000)
        plain.append((middle - began) * 1000)
        for name, ms in sight.looks:
            stages.setdefault(name, []).append(ms)
    yield {
        "what": "live, 1280x720, a missed frame: the plain look and one slow stage a frame",
        "n": len(ours),
        "p50_ms": _middle(ours),
        "yardstick_zxing_alone_p50_ms": _middle(plain),
        "ratio_p50": _ratio(_middle(ours) or 0.0, _middle(plain) or 0.0),
        "p50_ms_by_look": {name: _middle(spent) for name, spent in stages.items()},
    }


def bursts(number: int, seed: int = SEED) -> Iterator[dict[str, Any]]:
    """Hold up cards in moving hands before the live pipeline and before zxing-cpp alone."""
    decoder = QrDecoder()
    readers: dict[str, LiveReader] = {
        "ours, live": lambda frame, count: {scan.text for scan in decoder.look(frame, count).scans},
        "zxing-cpp alone": lambda frame, _: _zxing_texts(frame),
    }
    results: dict[str, list[Presented]] = {name: [] for name in readers}
    for shown in presentations(readers, number, seed):
        for name, presented in shown.items():
            results[name].append(presented)
    for name, all_shown in results.items():
        waits = sorted(float("inf") if one.after_s is None else one.after_s for one in all_shown)
        read = sum(one.after_s is not None for one in all_shown)
        yield {
            "what": "a card in a moving hand, 15 frames a second",
            "reader": name,
            "presentations": len(all_shown),
            "read": read,
            "share_read": _ratio(read, len(all_shown)),
            "wrong_texts": sum(one.is_wrong for one in all_shown),
            "p50_s": _finite(waits[len(waits) // 2]),
            "p90_s": _finite(waits[int(len(waits) * 0.9)]),
        }


def texts(whole: int, spoilt: int, seed: int = SEED) -> Iterator[dict[str, Any]]:
    """Parse card texts as readers deliver them, and spoilt ones: what is refused, what crashes, what it costs."""
    for number, is_spoilt in ((whole, False), (spoilt, True)):
        cost: list[float] = []
        refused = crashes = 0
        for text in card_texts(seed, number, is_spoilt):
            began = time.thread_time()
            try:
                parse_card(text, TODAY)
            except NotACard:
                refused += 1
            except Exception:
                crashes += 1
            cost.append((time.thread_time() - began) * 1e6)
        yield {
            "what": "spoilt card texts parsed" if is_spoilt else "card texts parsed",
            "n": number,
            "refused": refused,
            "crashes": crashes,
            "p50_us": _middle(cost),
            "mean_us": round(sum(cost) / len(cost), 1),
        }


def damaged(number: int, seed: int = SEED) -> dict[str, Any]:
    """Decode damaged picture files; each must have its line, soon."""
    decoder = QrDecoder()
    payload = people(seed).payload
    crashes = hangs = wrong = 0
    slowest = 0.0
    with tempfile.TemporaryDirectory(prefix="kiosk-frames-") as folder:
        path = Path(folder) / "frame"
        for raw in damaged_files(payload, seed, number):
            path.write_bytes(raw)
            began = time.thread_time()
            try:
                line = decode_file(path, decoder)
                wrong += line["payload"] not in (None, payload)
            except Exception:
                crashes += 1
            took = time.thread_time() - began
            slowest = max(slowest, took)
            hangs += took > HANG_S
    return {
        "what": "damaged picture files",
        "n": number,
        "crashes": crashes,
        "hangs": hangs,
        "wrong_texts": wrong,
        "slowest_s": round(slowest, 3),
    }


def _middle(values: list[float]) -> float | None:
    return round(sorted(values)[len(values) // 2], 2) if values else None


def _finite(value: float) -> float | None:
    return round(value, 3) if value != float("inf") else None


def _ratio(ours: float, theirs: float) -> float | None:
    return round(ours / theirs, 3) if theirs else None
