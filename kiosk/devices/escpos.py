"""ESC/POS, as much as every clone knows: a picture in trimmed bands, feed, cut, and the real-time status.

Pure bytes; sources: the ESC/POS commands listed in field notes §9.3 and §9.5.
"""

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
STATUS_QUERIES = (1, 2, 3, 4)

PrinterReason = Literal["paper_out", "cover_open", "paper_low", "offline", "cutter", "cable"]
Dots = npt.NDArray[np.bool_]


class PrinterStatus(NamedTuple):
    """What the printer says about itself."""

    state: Literal["ok", "bad", "unknown"]
    """`unknown`: no valid answer; many clones are deaf to the question, so it is no proof of anything."""
    reasons: tuple[PrinterReason, ...] = ()
    """Why it is bad, the most useful to a person first; `paper_low` alone is still ok."""


def encode_escpos(image: Image.Image) -> bytes:
    """Return the bytes that print `image` (black is ink) and cut the paper."""
    return b"".join(escpos_bands(image))


def escpos_bands(image: Image.Image) -> Iterator[bytes]:
    """Yield the job in pieces between which the printer may be asked how it is: start, each band, cut."""
    dots = _dots(image)
    yield INITIALISE
    row, height = 0, len(dots)
    inked: Dots = np.asarray(dots.any(axis=1))
    while row < height:
        if not inked[row]:
            blank = int(np.argmax(inked[row:])) if inked[row:].any() else height - row
            yield _feed(blank)
            row += blank
            continue
        # a gap of a few rows costs fewer bytes inside a band than a command of its own would
        end = row + 1
        while end < min(row + BAND_ROWS, height) and inked[end : end + 4].any():
            end += 1
        yield _raster(dots[row:end])
        row = end
    yield CUT


def status_query(number: int) -> bytes:
    """Return DLE EOT `number` (1 to 4): answered at once, even while printing or out of paper."""
    return bytes((0x10, 0x04, number))


def is_status_byte(value: int) -> bool:
    """Return whether a byte can be an answer to DLE EOT; automatic status bytes fail this test."""
    return value & 0x93 == 0x12


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


def _feed(rows: int) -> bytes:
    full, rest = divmod(rows, MAX_FEED)
    return b"\x1bJ\xff" * full + (bytes((0x1B, 0x4A, rest)) if rest else b"")


def _raster(dots: Dots) -> bytes:
    inked: Dots = np.asarray(dots.any(axis=0))
    width = int(len(inked) - np.argmax(inked[::-1]))
    packed: npt.NDArray[np.uint8] = np.packbits(dots[:, : (width + 7) // 8 * 8], axis=1)
    rows, across = packed.shape
    head: bytes = b"\x1dv0\x00" + across.to_bytes(2, "little") + rows.to_bytes(2, "little")
    return head + bytes(packed)
