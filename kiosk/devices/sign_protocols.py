"""How signs want their text: plain lines, Alpha for LED signs, CD5220 for two-line character displays. Pure.

Alpha is the public protocol of Alpha, BetaBrite and compatible LED signs (Adaptive Micro Systems, document 9708-8061:
§5.1 transmission packet, §6.1 TEXT file). Only what every such sign knows is used: one TEXT file, held in the middle.

CD5220 is the command set that nearly every two-line customer display has, by itself or beside its own (in the manuals
of CD5220, CD6220, Epson DM-D and of their clones: "CD5220 standard mode command list"): CLR, and ESC Q A / ESC Q B,
which write the upper and the lower line of twenty letters.
"""

import unicodedata
from collections.abc import Callable
from typing import Literal, NamedTuple

LONGEST = 32
DOTS_A_LETTER = 6
"""A sign's own letters are five dots wide, with one between."""
_NUL, _SOH, _STX, _ETX, _EOT, _ESC = b"\x00", b"\x01", b"\x02", b"\x03", b"\x04", b"\x1b"
_WAKE = _NUL * 5
"""From these a sign finds the line's speed."""
_ANY_TYPE = b"Z"
_WRITE_TEXT, _FILE = b"A", b"A"
_MIDDLE, _HOLD, _ROTATE = b" ", b"b", b"a"
_CLEAR, _UPPER, _LOWER, _RETURN = b"\x0c", _ESC + b"QA", _ESC + b"QB", b"\r"
CD5220_LETTERS = 20
_WITHOUT_MARKS = str.maketrans("đĐ–—“”‘’", "dD--\"\"''")


class SignPlace(NamedTuple):
    """What the protocol must know of one sign."""

    columns: int = 64
    """Width of its matrix, dots."""
    address: int = 0
    """Number on an RS-485 line with several signs, 1 to 255; 0: all."""


ALONE = SignPlace()


class SignProtocol(NamedTuple):
    """One way to tell a sign its text."""

    name: str
    frame: Callable[[str, SignPlace], bytes]
    """Makes the bytes that show a text; an empty one darkens the sign."""
    data_bits: Literal[7, 8]
    parity: Literal["N", "E"]


def plain_frame(text: str, place: SignPlace = ALONE) -> bytes:
    """Return one line in UTF-8, ended by CR LF."""
    return _one_line(text).encode() + b"\r\n"


def alpha_frame(text: str, place: SignPlace = ALONE) -> bytes:
    """Return an Alpha packet that writes `text`, with its checksum.

    What fits the matrix stands still; what is wider runs through it. The packet is seven-bit: marks are taken off
    Vietnamese letters, and what is still no ASCII letter is left out.
    """
    words = ascii_text(text)
    mode = _HOLD if len(words) * DOTS_A_LETTER <= place.columns else _ROTATE
    command = _STX + _WRITE_TEXT + _FILE + _ESC + _MIDDLE + mode + words.encode("ascii") + _ETX
    checksum = f"{sum(command) & 0xFFFF:04X}".encode("ascii")
    address = f"{place.address:02X}".encode("ascii")
    return _WAKE + _SOH + _ANY_TYPE + address + command + checksum + _EOT


def cd5220_frame(text: str, place: SignPlace = ALONE) -> bytes:
    """Return the commands that clear the display and write `text`, centred: short on the upper line, longer on both.

    Letters as in `alpha_frame`: the code pages of these displays differ.
    """
    upper, lower = two_lines(ascii_text(text, 2 * CD5220_LETTERS), CD5220_LETTERS)
    return b"".join(
        [_CLEAR, *(
            command + line.center(CD5220_LETTERS).encode("ascii") + _RETURN
            for command, line in ((_UPPER, upper), (_LOWER, lower))
            if line
        )]
    )  # fmt: skip


def two_lines(text: str, letters: int) -> tuple[str, str]:
    """Return `text` on at most two lines of `letters` each, broken between words where that is possible."""
    if len(text) <= letters:
        return text, ""
    at = text.rfind(" ", 0, letters + 1)
    if at <= 0:
        at = letters
    return text[:at].strip(), text[at:].strip()[:letters].strip()


def ascii_text(text: str, longest: int = LONGEST) -> str:
    """Return one line of printable ASCII: "Tạm nghỉ" becomes "Tam nghi"; at most `longest` letters."""
    bare = unicodedata.normalize("NFD", " ".join(text.split()).translate(_WITHOUT_MARKS))
    return "".join(letter for letter in bare if " " <= letter <= "~")[:longest]


def _one_line(text: str) -> str:
    return " ".join(text.split())[:LONGEST]


PROTOCOLS = {
    "text": SignProtocol("text", plain_frame, 8, "N"),
    "alpha": SignProtocol("alpha", alpha_frame, 7, "E"),
    "cd5220": SignProtocol("cd5220", cd5220_frame, 8, "N"),
}
"""By the name in `kiosk.toml`."""
