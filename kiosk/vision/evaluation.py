"""How often the pipeline is right on labelled pictures, and how sure it was: what `kiosk vision evaluate` prints.

The pictures are read where they are and never copied: most research sets forbid that. Two ways: the live pipeline on
each picture as the only frame of a visit (detector, crop, light; a picture whose frame misses the gate is answered and
counted apart, as a visit without any good frame is in the field note §11.3), or `cropped` for sets of ready-cut faces.
"""

import csv
import io
import time
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from PIL import Image, ImageOps

from kiosk.devices.camera import MAX_PIXELS, NotAFrame, read_frame
from kiosk.domain.statistics import wilson
from kiosk.vision import crops
from kiosk.vision.expressions import CLASSES, VALENCE_OF, VALENCES, ExpressionReader, valence
from kiosk.vision.faces import Picture
from kiosk.vision.runtime import SHA256, runtime_name

COLUMNS = ("path", "label", "source", "licence")
LABELS = (*CLASSES, "contempt")
"""Contempt is a class of CK+ only: it counts as negative, and not among the seven (field note §7)."""
THRESHOLDS = (0.0, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9)
BINS = 10


class BadIndex(ValueError):
    """INDEX.csv cannot be used; the text names the line and the mend."""


class Row(NamedTuple):
    """One line of the index."""

    path: Path
    label: str
    source: str
    licence: str


class Answer(NamedTuple):
    """What the pipeline said of one picture."""

    row: Row
    probabilities: tuple[float, ...]
    """Empty if there is no answer."""
    why_not: str
    ms: float

    @property
    def word(self) -> str:
        """Return the likeliest class; empty without an answer."""
        if not self.probabilities:
            return ""
        return CLASSES[max(range(len(CLASSES)), key=self.probabilities.__getitem__)]

    @property
    def valence(self) -> str:
        """Return the likeliest valence; empty without an answer."""
        if not self.probabilities:
            return ""
        shares = valence(self.probabilities)
        return max(VALENCES, key=shares.__getitem__)

    @property
    def confidence(self) -> float:
        """Return the probability of the likeliest valence."""
        return max(valence(self.probabilities).values()) if self.probabilities else 0.0

    @property
    def is_right(self) -> bool:
        """Return whether the valence is that of the label."""
        return self.valence == valence_label(self.row.label)


def valence_label(label: str) -> str:
    """Return the valence of a label of the index."""
    return "negative" if label == "contempt" else VALENCE_OF[label]


def read_index(path: Path) -> list[Row]:
    """Return the rows of INDEX.csv, with paths absolute or relative to it.

    Raises:
        BadIndex: if it cannot be read, lacks a column, has no row, or has an unknown label.
    """
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise BadIndex(f"{path}: {error.strerror}") from None
    except UnicodeDecodeError:
        raise BadIndex(f"{path}: not UTF-8 text. Save it as UTF-8.") from None
    lines = csv.DictReader(io.StringIO(text))
    try:
        missing = [column for column in ("path", "label") if column not in (lines.fieldnames or ())]
        if missing:
            raise BadIndex(f"{path} line 1: no column {missing[0]}. The first line is: {','.join(COLUMNS)}")
        rows = [_row(path, lines.line_num, line) for line in lines]
    except csv.Error as error:
        raise BadIndex(f"{path} line {lines.line_num}: {error}") from None
    if not rows:
        raise BadIndex(f"{path}: no pictures. After the first line comes one line a picture.")
    return rows


def _row(index: Path, number: int, line: dict[str, str]) -> Row:
    label = (line["label"] or "").strip().lower()
    if label not in LABELS:
        raise BadIndex(f'{index} line {number}: the label "{label}" is none of {", ".join(LABELS)}')
    if not (line["path"] or "").strip() or "\0" in line["path"]:
        raise BadIndex(f"{index} line {number}: the path is missing")
    place = index.parent / line["path"].strip()
    return Row(place, label, (line.get("source") or "").strip(), (line.get("licence") or "").strip())


def read_picture(path: Path) -> Picture:
    """Return a picture file as grey or RGB dots, upright.

    Raises:
        NotAFrame: if it is no picture, damaged, or too large.
        OSError: if it cannot be read.
    """
    content = path.read_bytes()
    try:
        with Image.open(io.BytesIO(content)) as picture:
            if picture.width * picture.height <= MAX_PIXELS and picture.mode in ("RGB", "P", "CMYK", "YCbCr"):
                upright = ImageOps.exif_transpose(picture)
                return np.asarray(upright.convert("RGB"), dtype=np.uint8)
    except Exception as error:
        # Pillow's decoders raise OSError, SyntaxError, ValueError, struct.error ... on damaged files
        raise NotAFrame(f"the picture is damaged: {error}") from None
    return read_frame(content)


def answer_of(row: Row, reader: ExpressionReader, cropped: bool) -> Answer:
    """Return what the pipeline says of one picture; a file that cannot be read has no answer."""
    try:
        picture = read_picture(row.path)
    except (NotAFrame, OSError):
        return Answer(row, (), "unreadable", 0.0)
    began = time.perf_counter()
    if cropped:
        probabilities, why_not = reader.probabilities(crops.whole(picture)), ""
    else:
        _, probabilities, why_not, _ = reader.read(picture)
    return Answer(row, probabilities, why_not, (time.perf_counter() - began) * 1000)


def evaluate(
    rows: Sequence[Row], reader: ExpressionReader, cropped: bool, progress: Callable[[int, int], None]
) -> list[Answer]:
    """Return the answers to all rows; `progress` is called with done and all."""
    answers: list[Answer] = []
    for row in rows:
        answers.append(answer_of(row, reader, cropped))
        progress(len(answers), len(rows))
    return answers


def report(answers: Sequence[Answer], cropped: bool) -> dict[str, Any]:
    """Return the JSON object: figures of all pictures, of those with an answer, and of those that passed the gate."""
    answered = [answer for answer in answers if answer.probabilities]
    everything = figures(answers, len(answers))
    times = sorted(answer.ms for answer in answers if answer.why_not != "unreadable")
    return {
        "mode": "cropped" if cropped else "live",
        "pictures": len(answers),
        "accuracy": everything["seven"]["accuracy"],
        "uar": everything["seven"]["uar"],
        "valence_accuracy": everything["valence"]["accuracy"],
        "coverage": everything["coverage"],
        "all_pictures": everything,
        "answered": figures(answered, len(answers)),
        "passed_gate": figures([answer for answer in answered if not answer.why_not], len(answers)),
        "why_not": dict(sorted(Counter(answer.why_not for answer in answers if answer.why_not).items())),
        "confusion": confusion(((a.row.label, a.word) for a in answers), LABELS, CLASSES),
        "valence_confusion": confusion(((valence_label(a.row.label), a.valence) for a in answers), VALENCES, VALENCES),
        "reliability": reliability(answered),
        "abstention": abstention(answers),
        "sources": {
            source: figures([answer for answer in answers if answer.row.source == source], None)
            | {"licence": sorted({answer.row.licence for answer in answers if answer.row.source == source})}
            for source in sorted({answer.row.source for answer in answers})
        },
        "ms": {"p50": _share(times, 0.5), "p95": _share(times, 0.95)},
        "memory_mb": memory_mb(),
        "runtime": runtime_name(),
        "models": dict(SHA256),
    }


def figures(answers: Sequence[Answer], of: int | None) -> dict[str, Any]:
    """Return 7-class and valence figures; a picture without an answer is wrong. `of`: pictures for the coverage."""
    seven = [(answer.row.label, answer.word) for answer in answers if answer.row.label in CLASSES]
    three = [(valence_label(answer.row.label), answer.valence) for answer in answers]
    with_answer = sum(bool(answer.probabilities) for answer in answers)
    every = len(answers) if of is None else of
    return {
        "coverage": round(with_answer / every, 4) if every else None,
        "seven": _agreement(seven, CLASSES),
        "valence": _agreement(three, VALENCES),
    }


def _agreement(pairs: Sequence[tuple[str, str]], names: Sequence[str]) -> dict[str, Any]:
    right = sum(label == said for label, said in pairs)
    recall = {}
    for name in names:
        of_class = [said == name for label, said in pairs if label == name]
        if of_class:
            recall[name] = round(sum(of_class) / len(of_class), 4)
    interval = wilson(right, len(pairs)) if pairs else None
    return {
        "n": len(pairs),
        "right": right,
        "accuracy": round(right / len(pairs), 4) if pairs else None,
        "wilson_95": [round(interval[0], 4), round(interval[1], 4)] if interval else None,
        "uar": round(sum(recall.values()) / len(recall), 4) if recall else None,
        "recall": recall,
    }


def confusion(pairs: Iterable[tuple[str, str]], labels: Sequence[str], answers: Sequence[str]) -> dict[str, Any]:
    """Return counts: a row for each label that occurs, a column for each answer, the last one for no answer."""
    counted = Counter(pairs)
    present = [label for label in labels if any(label == seen for seen, _ in counted)]
    return {
        "labels": present,
        "answers": [*answers, "none"],
        "counts": [[counted[label, said] for said in (*answers, "")] for label in present],
    }


def reliability(answered: Sequence[Answer]) -> list[dict[str, Any]]:
    """Return, for each tenth of stated confidence, how often the valence was right."""
    bins: list[list[Answer]] = [[] for _ in range(BINS)]
    for answer in answered:
        bins[min(int(answer.confidence * BINS), BINS - 1)].append(answer)
    return [
        {
            "from": number / BINS,
            "to": (number + 1) / BINS,
            "n": len(members),
            "confidence": round(sum(member.confidence for member in members) / len(members), 4),
            "accuracy": round(sum(member.is_right for member in members) / len(members), 4),
        }
        for number, members in enumerate(bins)
        if members
    ]


def abstention(answers: Sequence[Answer]) -> list[dict[str, Any]]:
    """Return what is answered, and how often rightly, if only answers from a threshold on are given."""
    rows = []
    for threshold in THRESHOLDS:
        given = [answer for answer in answers if answer.probabilities and answer.confidence >= threshold]
        three = _agreement([(valence_label(answer.row.label), answer.valence) for answer in given], VALENCES)
        rows.append(
            {"threshold": threshold, "coverage": round(len(given) / len(answers), 4) if answers else None} | three
        )
    return rows


def memory_mb() -> float:
    """Return what the process holds in memory now."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return round(pages * 4096 / 1e6, 1)


def _share(ordered: Sequence[float], share: float) -> float | None:
    return round(ordered[min(int(len(ordered) * share), len(ordered) - 1)], 2) if ordered else None
