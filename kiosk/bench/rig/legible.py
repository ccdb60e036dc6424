"""What a person could read: whether a frame still holds a code, judged by somebody who knows where each module stands.

The judge samples every module at its true place against the light around it and counts the codewords that came out
wrong, block by block. A frame is legible if the error correction can mend every block, one of the two copies of the
format is whole enough, the three finder patterns can be recognised, and a module has at least `LEAST_DOTS` dots. It
knows nothing of any decoder; it only asks how much of the code is left in the picture.
"""

from typing import Any

import numpy as np
import numpy.typing as npt
from segno import consts

from kiosk.devices.camera import Frame
from kiosk.devices.card_scene import Points

LEAST_DOTS = 1.3
"""Dots a module: below this no reader finds a code, however often it looks (card notes §5.2)."""
FINDER_SHARE = 0.75
"""Of a finder pattern's 49 modules, how many must be right for it to be recognised."""
FORMAT_MENDS = 3
"""Wrong bits that the format's own code mends in each of its two copies."""
MARGIN_LEVELS = 1.0
"""Grey levels by which a module must lie on its own side of the light around it."""
LIGHT_REACHES = (2, 4)
"""Half the width in modules of the neighbourhood that tells what counts as dark; a person takes whichever fits."""
_FINDER = 7

Modules = npt.NDArray[np.bool_]


def is_legible(frame: Frame, modules: Modules, places: Points, error: str) -> bool:
    """Return whether the code is still in the frame.

    Args:
        modules: the true modules of the code, square.
        places: where each of them stands in the frame, row by row.
        error: its error correction, `l`, `m`, `q` or `h`.
    """
    count = len(modules)
    grid = places.reshape(count, count, 2)
    across, down = np.asarray(np.gradient(grid, axis=1)), np.asarray(np.gradient(grid, axis=0))
    if min(np.linalg.norm(across, axis=2).min(), np.linalg.norm(down, axis=2).min()) < LEAST_DOTS:
        return False
    levels = _sampled(frame, grid, across, down)
    return any(_can_be_mended(_wrong(levels, modules, reach), error) for reach in LIGHT_REACHES)


def _can_be_mended(wrong: Modules, error: str) -> bool:
    count = len(wrong)
    far = count - _FINDER
    finders = ((0, 0), (0, far), (far, 0))
    if any(wrong[y : y + _FINDER, x : x + _FINDER].mean() > 1 - FINDER_SHARE for y, x in finders):
        return False
    if min(wrong[tuple(np.array(copy).T)].sum() for copy in _format_copies(count)) > FORMAT_MENDS:
        return False
    version = (count - 17) // 4
    spoilt = [any(wrong[y, x] for y, x in word) for word in _codewords(version)]
    return all(sum(spoilt[index] for index in block) <= mends for block, mends in _blocks(version, error, len(spoilt)))


def _sampled(frame: Frame, grid: Points, across: Points, down: Points) -> npt.NDArray[np.float64]:
    """Return the mean brightness of the inner half of each module; outside the frame: not a number."""
    total = np.zeros(grid.shape[:2])
    offsets = (-0.25, 0.0, 0.25)
    for right in offsets:
        for lower in offsets:
            total += _bilinear(frame, grid + right * across + lower * down)
    return total / len(offsets) ** 2


def _bilinear(frame: Frame, places: Points) -> npt.NDArray[np.float64]:
    height, width = frame.shape
    # a place is the middle of a dot when it lies half a dot from the dot's edge
    x, y = places[..., 0] - 0.5, places[..., 1] - 0.5
    left, top = np.floor(x).astype(int), np.floor(y).astype(int)
    inside = (left >= 0) & (top >= 0) & (left < width - 1) & (top < height - 1)
    left, top = np.clip(left, 0, width - 2), np.clip(top, 0, height - 2)
    part_x, part_y = x - left, y - top
    upper = frame[top, left] * (1 - part_x) + frame[top, left + 1] * part_x
    lower = frame[top + 1, left] * (1 - part_x) + frame[top + 1, left + 1] * part_x
    return np.where(inside, upper * (1 - part_y) + lower * part_y, np.nan)


def _wrong(levels: npt.NDArray[np.float64], modules: Modules, reach: int) -> Modules:
    """Return which modules do not lie on their own side of the light around them."""
    is_in = ~np.isnan(levels)
    known = np.where(is_in, levels, 0.0)
    middles = []
    for side in (modules & is_in, ~modules & is_in):
        middles.append(_around(known * side, reach) / np.maximum(_around(side.astype(float), reach), 1e-9))
    apart = levels - (middles[0] + middles[1]) / 2
    right: Modules = np.where(modules, apart < -MARGIN_LEVELS, apart > MARGIN_LEVELS)
    return ~right


def _around(values: npt.NDArray[np.float64], reach: int) -> npt.NDArray[np.float64]:
    """Return the sum over the neighbourhood of each module."""
    padded = np.pad(values, ((reach + 1, reach), (reach + 1, reach)))
    total = padded.cumsum(axis=0).cumsum(axis=1)
    wide = 2 * reach + 1
    return np.asarray(total[wide:, wide:] - total[:-wide, wide:] - total[wide:, :-wide] + total[:-wide, :-wide])


def _format_copies(count: int) -> tuple[list[tuple[int, int]], list[tuple[int, int]]]:
    """Return the row and column of each bit of the two copies of the format (ISO/IEC 18004, figure 25)."""
    near = [(8, x) for x in (0, 1, 2, 3, 4, 5, 7, 8)] + [(y, 8) for y in (7, 5, 4, 3, 2, 1, 0)]
    far = [(count - 1 - step, 8) for step in range(7)] + [(8, count - 8 + step) for step in range(8)]
    return near, far


def _codewords(version: int) -> list[list[tuple[int, int]]]:
    """Return the modules (row, column) of each codeword in the order of placement (ISO/IEC 18004 §7.7.3)."""
    count = 17 + 4 * version
    taken = _function_modules(version)
    cells: list[tuple[int, int]] = []
    upwards = True
    right = count - 1
    while right > 0:
        if right == 6:
            right = 5
        for step in range(count):
            y = count - 1 - step if upwards else step
            cells += [(y, x) for x in (right, right - 1) if not taken[y, x]]
        upwards = not upwards
        right -= 2
    return [cells[at : at + 8] for at in range(0, len(cells) - 7, 8)]


def _function_modules(version: int) -> Modules:
    count = 17 + 4 * version
    taken = np.zeros((count, count), dtype=bool)
    taken[:9, :9] = taken[:9, -8:] = taken[-8:, :9] = True
    taken[6] = taken[:, 6] = True
    if version >= 2:
        places = _alignment(version)
        corners = {(places[0], places[0]), (places[0], places[-1]), (places[-1], places[0])}
        for y in places:
            for x in places:
                if (y, x) not in corners:
                    taken[y - 2 : y + 3, x - 2 : x + 3] = True
    if version >= 7:
        taken[:6, -11:-8] = taken[-11:-8, :6] = True
    return taken


def _alignment(version: int) -> list[int]:
    """Return the middles of the alignment patterns (ISO/IEC 18004, annex E); exact below version 32."""
    number = version // 7 + 2
    step = (version * 4 + number * 2 + 1) // (number * 2 - 2) * 2
    return sorted([6, *(4 * version + 10 - step * index for index in range(number - 1))])


def _blocks(version: int, error: str, words: int) -> list[tuple[list[int], int]]:
    """Return for each block the places of its codewords in the stream, and how many wrong ones it mends."""
    level = getattr(consts, f"ERROR_LEVEL_{error.upper()}")
    groups: tuple[Any, ...] = consts.ECC[version][level]  # type: ignore[index]  # segno ships no types for its tables
    sizes = [(group.num_data, group.num_total - group.num_data) for group in groups for _ in range(group.num_blocks)]
    members: list[list[int]] = [[] for _ in sizes]
    at = 0
    for column in range(max(data for data, _ in sizes)):
        for block, (data, _) in enumerate(sizes):
            if column < data:
                members[block].append(at)
                at += 1
    for _ in range(sizes[0][1]):
        for block in range(len(sizes)):
            members[block].append(at)
            at += 1
    if at != words:
        raise ValueError(f"version {version} has {words} codewords, its blocks {at}")
    return [(members[block], mend // 2) for block, (_, mend) in enumerate(sizes)]
