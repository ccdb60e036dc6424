"""How much paper is left on the roll: most printers notice its end only, and staff must know before.

The rule is pure: a roll is as long as `kiosk.toml` says, each slip takes its dots and the way to the cutter, and staff
(or an end of paper that was mended) tell of a new one. It is kept in a small file beside the databases, because the
doctor reads it, too; losing it costs a forecast and nothing else.
"""

import contextlib
import logging
import os
from pathlib import Path
from typing import Annotated

import msgspec
from msgspec import Meta

DOTS_PER_MM = 8
"""203 dots an inch."""
CUT_FEED_MM = 12.0
"""From the heated line to the cutter; paper that every slip takes beside its dots. Makers say 10 to 15 mm."""
LOW_M = 4.0
"""Below it staff are told: some 25 everyday slips, an hour of a busy morning."""
FILE = "paper_roll.json"
log = logging.getLogger(__name__)


class PaperRoll(msgspec.Struct, frozen=True, kw_only=True):
    """The roll in the printer."""

    length_m: Annotated[float, Meta(gt=0, le=1000)]
    """When it was new."""
    used_mm: Annotated[float, Meta(ge=0, le=10_000_000)] = 0.0
    slips: Annotated[int, Meta(ge=0)] = 0

    @property
    def left_m(self) -> float:
        """Return the metres left, never below 0."""
        return max(0.0, self.length_m - self.used_mm / 1000)

    @property
    def slips_left(self) -> int | None:
        """Return how many slips like those before are left; None before the first."""
        return int(self.left_m * 1000 / (self.used_mm / self.slips)) if self.slips and self.used_mm else None

    @property
    def is_low(self) -> bool:
        """Tell whether somebody should fetch a new roll."""
        return self.left_m < LOW_M

    def after(self, rows: int) -> "PaperRoll":
        """Return the roll after a slip of so many rows of dots."""
        used = self.used_mm + rows / DOTS_PER_MM + CUT_FEED_MM
        return msgspec.structs.replace(self, used_mm=used, slips=self.slips + 1)

    def renewed(self) -> "PaperRoll":
        """Return a new roll of the same length."""
        return PaperRoll(length_m=self.length_m)


class RollFile:
    """Where the roll is kept over a restart."""

    def __init__(self, folder: Path, length_m: float) -> None:
        self._path = folder / FILE
        self._length_m = length_m
        self._is_told = False

    def load(self) -> PaperRoll:
        """Return the roll as it was; a new one where nothing is kept or it cannot be read."""
        new = PaperRoll(length_m=self._length_m)
        try:
            kept = msgspec.json.decode(self._path.read_bytes(), type=PaperRoll)
        except (OSError, msgspec.DecodeError, UnicodeDecodeError):
            return new
        return msgspec.structs.replace(kept, length_m=self._length_m)

    def keep(self, roll: PaperRoll) -> None:
        """Keep the roll, whole or not at all; a card that cannot be written is told once."""
        fresh = self._path.with_suffix(".new")
        try:
            fresh.write_bytes(msgspec.json.encode(roll))
            os.replace(fresh, self._path)
        except OSError as error:
            with contextlib.suppress(OSError):
                fresh.unlink()
            if not self._is_told:
                log.warning("the paper that is left is not kept over a restart: %s", error)
            self._is_told = True
