"""How signs want their text: plain lines, or the Alpha Sign Communications Protocol. Pure.

Alpha is the public protocol of Alpha, BetaBrite and compatible LED signs (Adaptive Micro Systems, document 9708-8061:
§5.1 transmission packet, §6.1 TEXT file). Only what every such sign knows is used: one TEXT file, held in the middle.
"""

import unicodedata
from collections.abc import Callable
from typing import Literal, NamedTuple

LONGEST = 32
_NUL, _SOH, _STX, _ETX, _EOT, _ESC = b"\x00", b"\x01", b"\x02", b"\x03", b"\x04", b"\x1b"
_WAKE = _NUL * 5
"""From these a sign finds the line's speed."""
_EVERY_SIGN = b"Z00"
"""Type: all; address: broadcast."""
_WRITE_TEXT, _FILE = b"A", b"A"
_MIDDLE, _HOLD = b" ", b"b"
_WITHOUT_MARKS = str.maketrans("đĐ–—“”‘’", "dD--\"\"''")


class SignProtocol(NamedTuple):
    """One way to tell a sign its text."""

    name: str
    frame: Callable[[str], bytes]
    """Makes the bytes that show a text; an empty one darkens the sign."""
    data_bits: Literal[7, 8]
    parity: Literal["N", "E"]


def plain_frame(text: str) -> bytes:
    """Return one line in UTF-8, ended by CR LF."""
    return _one_line(text).encode() + b"\r\n"


def alpha_frame(text: str) -> bytes:
    """Return an Alpha packet that writes `text` and holds it, with its checksum.

    The packet is seven-bit: marks are taken off Vietnamese letters, and what is still no ASCII letter is left out.
    """
    command = _STX + _WRITE_TEXT + _FILE + _ESC + _MIDDLE + _HOLD + ascii_text(text).encode("ascii") + _ETX
    checksum = f"{sum(command) & 0xFFFF:04X}".encode("ascii")
    return _WAKE + _SOH + _EVERY_SIGN + command + checksum + _EOT


def ascii_text(text: str) -> str:
    """Return one line of printable ASCII: "Tạm nghỉ" becomes "Tam nghi"; at most `LONGEST` letters."""
    bare = unicodedata.normalize("NFD", _one_line(text).translate(_WITHOUT_MARKS))
    return "".join(letter for letter in bare if " " <= letter <= "~")[:LONGEST]


def _one_line(text: str) -> str:
    return " ".join(text.split())[:LONGEST]


PROTOCOLS = {
    "text": SignProtocol("text", plain_frame, 8, "N"),
    "alpha": SignProtocol("alpha", alpha_frame, 7, "E"),
}
"""By the name in `kiosk.toml`."""
