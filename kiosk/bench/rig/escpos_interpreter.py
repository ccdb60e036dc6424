"""An ESC/POS printer in memory, written from the command reference and not from our encoder: bytes in, picture out."""

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
from PIL import Image

Row = npt.NDArray[np.bool_]
RASTER_HEAD = 8
LINE_ROWS = 30
"""Rows of a line feed, as printers wake up: a sixth of an inch."""


class UnknownCommand(Exception):
    """A command that some clone would print as letters."""


@dataclass
class Interpreted:
    """What a printer has done with its bytes; takes more of them at any time."""

    width: int
    rows: list[Row] = field(default_factory=list)
    cuts: list[int] = field(default_factory=list)
    resets: int = 0
    chinese_mode: bool = True
    questions: list[int] = field(default_factory=list)
    known: set[str] = field(default_factory=set)
    """The commands that came."""
    tallest_band: int = 0
    bands: int = 0
    begun: bytearray = field(default_factory=bytearray)
    """A command of which bytes are still missing."""

    def picture(self, slip: int | None = None) -> Image.Image:
        """Return the paper up to now, or the slip that ended with the cut of this number, as a one-bit picture."""
        first, end = (0, len(self.rows)) if slip is None else ([0, *self.cuts][slip], self.cuts[slip])
        picture = Image.new("1", (self.width, end - first), 1)
        if end > first:
            dots = np.vstack(self.rows[first:end])
            picture = Image.fromarray(np.where(dots, 0, 255).astype(np.uint8)).convert("1", dither=Image.Dither.NONE)
        return picture

    def take(self, data: bytes, on_command: Callable[[], bool] = lambda: True) -> int:
        """Take bytes and return how many were used; stops after a command for which `on_command` says no.

        Raises:
            UnknownCommand: if something comes that is no command of the field notes.
        """
        at = 0
        while at < len(data):
            missing = self._length() - len(self.begun)
            self.begun += data[at : at + missing]
            at += min(missing, len(data) - at)
            if len(self.begun) == self._length():
                self._do(bytes(self.begun))
                self.begun.clear()
                if not on_command():
                    break
        return at

    def _length(self) -> int:
        """Return how many bytes the command has, as far as its beginning tells."""
        begun = bytes(self.begun[:RASTER_HEAD])
        if begun[:1] not in (b"\x10", b"\x1b", b"\x1c", b"\x1d"):
            return 1
        match begun[:2]:
            case b"\x1bJ" | b"\x1bd" | b"\x10\x04":
                return 3
            case b"\x1dV":
                return 4 if begun[2:3] in (b"A", b"B") else 3
            case b"\x1dv" if len(begun) == RASTER_HEAD:
                return RASTER_HEAD + int.from_bytes(begun[4:6], "little") * int.from_bytes(begun[6:8], "little")
            case b"\x1dv":
                return RASTER_HEAD
            case _:
                return 2

    def _do(self, command: bytes) -> None:
        match command[:2]:
            case b"\0":
                return  # outside a picture it means nothing
            case b"\x1b@":
                self.known.add("ESC @")
                self.resets += 1
            case b"\x1c.":
                self.known.add("FS .")
                self.chinese_mode = False
            case b"\x1bJ":
                self.known.add("ESC J")
                self.rows += [np.zeros(self.width, dtype=bool)] * command[2]
            case b"\x1bd":
                self.known.add("ESC d")
                self.rows += [np.zeros(self.width, dtype=bool)] * command[2] * LINE_ROWS
            case b"\x10\x04":
                self.known.add("DLE EOT")
                self.questions.append(command[2])
            case b"\x1dV" if command[2] in (0, 1, 0x30, 0x31, 0x41, 0x42):
                self.known.add("GS V")
                self.cuts.append(len(self.rows))
            case b"\x1dv" if command[2:4] == b"0\0":
                self.known.add("GS v 0")
                self._band(command)
            case _:
                raise UnknownCommand(command[:4].hex(" "))

    def _band(self, command: bytes) -> None:
        across, down = int.from_bytes(command[4:6], "little"), int.from_bytes(command[6:8], "little")
        if across * 8 > (self.width + 7) // 8 * 8:
            raise UnknownCommand(f"a band of {across} bytes on paper of {self.width} dots")
        self.tallest_band = max(self.tallest_band, down)
        self.bands += 1
        for first in range(RASTER_HEAD, len(command), max(across, 1)):
            signs = f"{int.from_bytes(command[first : first + across]):0{across * 8}b}"
            line = np.zeros(max(self.width, across * 8), dtype=bool)
            line[: across * 8] = [sign == "1" for sign in signs]
            self.rows.append(line[: self.width])


def interpret(job: bytes, width: int) -> Interpreted:
    """Run a whole job.

    Raises:
        UnknownCommand: if it has one, or ends within one.
    """
    paper = Interpreted(width)
    paper.take(job)
    if paper.begun:
        raise UnknownCommand(f"the job ends within {paper.begun[:4].hex(' ')}")
    return paper
