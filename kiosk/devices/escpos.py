"""ESC/POS, as much as every clone knows: a picture in trimmed bands, feed, cut, and the real-time status.

Pure bytes; sources: the ESC/POS commands listed in field notes §9.3 and §9.5.
"""

import itertools
import re
from collections.abc import Iterator
from typing import Literal, NamedTuple

import numpy as np
import numpy.typing as npt
from PIL import Image

BAND_ROWS = 128
"""Taller pictures overrun the buffers of clones, which then print garbage (python-escpos issues 367, 628, 662)."""
INITIALISE = b"\x1b@\x1c."
"""Reset, and leave the Chinese two-byte mode in which many clones wake up."""
CUT = b"\x1dVB\x00"
MAX_FEED = 255
BAND_PRICE = 24
"""Bytes that a band of its own must save: its head of 8, and as much again twice, since every command makes the printer
stop and think."""
FEED_PRICE = 3
STATUS_QUERIES = (1, 2, 3, 4)
_QUESTION = re.compile(rb"\x10\x04[\x01-\x04]")

PrinterReason = Literal["paper_out", "cover_open", "paper_low", "offline", "cutter", "cable"]
Dots = npt.NDArray[np.bool_]
Widths = npt.NDArray[np.int64]


class PrinterStatus(NamedTuple):
    """What the printer says about itself."""

    state: Literal["ok", "bad", "unknown"]
    """`unknown`: no valid answer; many clones are deaf to the question, so it is no proof of anything."""
    reasons: tuple[PrinterReason, ...] = ()
    """Why it is bad, the most useful to a person first; `paper_low` alone is still ok."""


class Piece(NamedTuple):
    """Whole commands of a job, after which the printer may be asked how it is."""

    data: bytes
    rows: int
    """Of paper that they take, in dots."""


def encode_escpos(image: Image.Image) -> bytes:
    """Return the bytes that print `image` (black is ink) and cut the paper."""
    return b"".join(piece.data for piece in escpos_pieces(image))


def escpos_pieces(image: Image.Image) -> Iterator[Piece]:
    """Yield the job in pieces: start, stretches of at most `BAND_ROWS` rows or one longer feed, cut."""
    dots = _dots(image)
    yield Piece(INITIALISE, 0)
    data, rows = b"", 0
    for first, end in _strips(_bytes_across(dots)):
        if data and rows + end - first > BAND_ROWS:
            yield Piece(data, rows)
            data, rows = b"", 0
        strip = dots[first:end]
        data += _raster(strip) if strip.any() else _feed(end - first)
        rows += end - first
    if data:
        yield Piece(data, rows)
    yield Piece(CUT, 0)


def status_query(number: int) -> bytes:
    """Return DLE EOT `number` (1 to 4): answered at once, even while printing or out of paper."""
    return bytes((0x10, 0x04, number))


def is_status_byte(value: int) -> bool:
    """Return whether a byte can be an answer to DLE EOT; automatic status bytes fail this test."""
    return value & 0x93 == 0x12


def questions_in(data: bytes) -> int:
    """Return how many answers picture data provokes by chance: real-time questions are heard inside a raster, too."""
    return len(_QUESTION.findall(data))


class Heard(NamedTuple):
    """What came from a printer that was asked."""

    answers: tuple[int, ...]
    is_clean: bool
    """False if anything came that no printer of this kind says: then the line babbles, and nothing on it counts."""
    is_whole: bool
    """False while an automatic status of four bytes has only begun."""


def heard_in(data: bytes) -> Heard:
    """Take answers to DLE EOT out of what came, past automatic status (ASB, four bytes), XON and XOFF."""
    answers: list[int] = []
    at = 0
    while at < len(data):
        value = data[at]
        if is_status_byte(value):
            answers.append(value)
        elif value & 0x93 == 0x10:
            rest = data[at + 1 : at + 4]
            if any(byte & 0x90 for byte in rest):
                return Heard((), is_clean=False, is_whole=True)
            if len(rest) < 3:
                return Heard(tuple(answers), is_clean=True, is_whole=False)
            at += 3
        elif value not in (0x11, 0x13):
            return Heard((), is_clean=False, is_whole=True)
        at += 1
    return Heard(tuple(answers), is_clean=True, is_whole=True)


def status_of(answers: dict[int, int]) -> PrinterStatus:
    """Return what the four answers mean; `unknown` if one is missing or impossible."""
    if any(number not in answers or not is_status_byte(answers[number]) for number in STATUS_QUERIES):
        return PrinterStatus("unknown")
    cover = bool(answers[2] & 0x04)
    # an open cover also stops at "paper end"; then only the roll's own sensor tells of paper
    paper_out = answers[4] & 0x60 != 0 or (bool(answers[2] & 0x20) and not cover)
    cutter = answers[3] & 0x28 != 0 or answers[2] & 0x40 != 0
    reasons: list[PrinterReason] = []
    if cover:
        reasons.append("cover_open")
    if paper_out:
        reasons.append("paper_out")
    if cutter:
        reasons.append("cutter")
    if answers[1] & 0x08 and not reasons:
        reasons.append("offline")
    if reasons:
        return PrinterStatus("bad", tuple(reasons))
    return PrinterStatus("ok", ("paper_low",) if answers[4] & 0x0C else ())


def _dots(image: Image.Image) -> Dots:
    one_bit = image if image.mode == "1" else image.convert("L").point(lambda value: 255 if value > 127 else 0, "1")
    return ~np.asarray(one_bit, dtype=np.bool_)


def _bytes_across(dots: Dots) -> Widths:
    """Return for each row how many bytes reach its last inked dot."""
    width = dots.shape[1]
    last: Widths = width - np.argmax(dots[:, ::-1], axis=1)
    return np.where(dots.any(axis=1), (last + 7) // 8, 0)


def _strips(widths: Widths) -> list[tuple[int, int]]:
    """Return where to cut a picture across, so that the fewest bytes print it: (first row, row after the last).

    A band costs its head and its rows at the width of the widest; a blank strip costs one feed. `widths` are bytes a
    row. The cheapest way to each row follows from the cheapest ways to the rows above it.
    """
    rows = len(widths)
    following = np.lib.stride_tricks.sliding_window_view(np.append(widths, np.zeros(BAND_ROWS, int)), BAND_ROWS)
    prices = np.maximum.accumulate(following, axis=1) * np.arange(1, BAND_ROWS + 1) + BAND_PRICE
    best = np.full(rows + BAND_ROWS + 1, np.iinfo(np.int64).max // 2)
    came_from = np.zeros(rows + BAND_ROWS + 1, int)
    best[0] = 0
    # a cut inside a run of equal rows saves nothing, unless the band or the feed is as long as it may be
    may_start = np.append(True, widths[1:] != widths[:-1])
    may_start = np.append(may_start, np.ones(BAND_ROWS + MAX_FEED, bool))
    changes = np.flatnonzero(np.append(widths[1:] != widths[:-1], True)) + 1
    blank_until = changes[np.searchsorted(changes, np.arange(rows), side="right")] if rows else changes
    for row in range(rows):
        if not may_start[row]:
            continue
        if widths[row] == 0:
            end = min(int(blank_until[row]), row + MAX_FEED)
            if best[row] + FEED_PRICE < best[end]:
                best[end], came_from[end] = best[row] + FEED_PRICE, row
            may_start[end] = True
        ends = slice(row + 1, row + BAND_ROWS + 1)
        tried = prices[row] + best[row]
        is_cheaper = tried < best[ends]
        np.copyto(best[ends], tried, where=is_cheaper)
        np.copyto(came_from[ends], row, where=is_cheaper)
        may_start[row + BAND_ROWS] = True
    cuts = [rows]
    while cuts[-1]:
        cuts.append(int(came_from[cuts[-1]]))
    return list(itertools.pairwise(reversed(cuts)))


def _feed(rows: int) -> bytes:
    full, rest = divmod(rows, MAX_FEED)
    return b"\x1bJ\xff" * full + (bytes((0x1B, 0x4A, rest)) if rest else b"")


def _raster(dots: Dots) -> bytes:
    across = int(_bytes_across(dots).max())
    packed: npt.NDArray[np.uint8] = np.packbits(dots[:, : across * 8], axis=1)
    head: bytes = b"\x1dv0\x00" + across.to_bytes(2, "little") + len(dots).to_bytes(2, "little")
    return head + bytes(packed)
