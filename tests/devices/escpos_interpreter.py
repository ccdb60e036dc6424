"""An ESC/POS printer in memory, written from the command reference and not from our encoder: bytes in, picture out."""

from dataclasses import dataclass, field

import numpy as np
from PIL import Image


@dataclass
class Interpreted:
    """What a printer would have done."""

    width: int
    rows: list[np.ndarray] = field(default_factory=list)
    cuts: list[int] = field(default_factory=list)
    resets: int = 0
    chinese_mode: bool = True
    status_queries: list[int] = field(default_factory=list)
    tallest_band: int = 0

    def picture(self) -> Image.Image:
        """Return the paper up to now, as Pillow's one-bit picture."""
        dots = np.vstack(self.rows) if self.rows else np.zeros((0, self.width), dtype=bool)
        return Image.fromarray(np.where(dots, 0, 255).astype(np.uint8)).convert("1", dither=Image.Dither.NONE)


def interpret(job: bytes, width: int) -> Interpreted:
    """Run `job`; an unknown command is an error, since some clone would print it as letters."""
    paper = Interpreted(width)
    at = 0
    while at < len(job):
        head, rest = job[at : at + 2], job[at + 2 :]
        if head == b"\x1b@":
            paper.resets += 1
            at += 2
        elif head == b"\x1c.":
            paper.chinese_mode = False
            at += 2
        elif head == b"\x1bJ":
            paper.rows += [np.zeros(width, dtype=bool)] * rest[0]
            at += 3
        elif head == b"\x10\x04":
            paper.status_queries.append(rest[0])
            at += 3
        elif job[at : at + 4] == b"\x1dv0\x00":
            across, down = (
                int.from_bytes(job[at + 4 : at + 6], "little"),
                int.from_bytes(job[at + 6 : at + 8], "little"),
            )
            data = job[at + 8 : at + 8 + across * down]
            assert len(data) == across * down, "the band is cut off"
            assert across * 8 <= (width + 7) // 8 * 8, "the band is wider than the paper"
            paper.tallest_band = max(paper.tallest_band, down)
            for row in range(down):
                line = np.zeros(width, dtype=bool)
                for place, value in enumerate(data[row * across : (row + 1) * across]):
                    for bit in range(8):
                        if value & (0x80 >> bit):
                            line[place * 8 + bit] = True
                paper.rows.append(line)
            at += 8 + across * down
        elif job[at : at + 3] == b"\x1dVB":
            paper.cuts.append(len(paper.rows))
            at += 4
        else:
            raise AssertionError(f"unknown command {job[at : at + 4].hex(' ')} at byte {at}")
    return paper
