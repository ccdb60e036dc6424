"""Families of scanner modules as data: how each is told to look, and what it answers in the same stream. Pure.

A module that looks by itself (continuous or sensing mode) needs none of this: family `any`. One in command mode is
triggered for as long as the kiosk listens. Sources: field notes §8.1 (GM65 frames); serial instructions in Grow's
GM72 manual §9, whose opcodes GM67 drivers use; Newland NLS-HR52 manual, "Use of Programming Command". Which mode a
module is in stays its own setting: nothing is written into its memory.
"""

from binascii import crc_hqx
from typing import NamedTuple

GM_READ, GM_WRITE, GM_SAVE = 0x07, 0x08, 0x09
_GM_TRIGGER = 0x0002
SSI_ACK, SSI_NAK, SSI_START, SSI_STOP = 0xD0, 0xD1, 0xE4, 0xE5
_FROM_MODULE, _FROM_HOST = 0x00, 0x04
_NEWLAND_ACK, _NEWLAND_NAK = b"\x06", b"\x15"


class ScannerFamily(NamedTuple):
    """What the driver must know of a kind of module."""

    name: str
    trigger: bytes = b""
    """Makes it look for a code; empty: it looks by itself."""
    stop: bytes = b""
    """Ends the look."""
    wake: bytes = b""
    """Sent `WAKE_S` before a command, which a sleeping module would otherwise miss."""
    answers: tuple[bytes, ...] = ()
    """What it says to commands, in the stream of scans: no part of any card."""


def gm65_frame(kind: int, address: int, data: bytes) -> bytes:
    """Return a command of the GM65 family with its CRC-16/XMODEM.

    Args:
        kind: `GM_READ` (data: how many bytes), `GM_WRITE` or `GM_SAVE`.
        address: of the register.
    """
    return b"\x7e\x00" + _with_crc(bytes((kind, len(data))) + address.to_bytes(2, "big") + data)


def gm65_answer(kind: int, data: bytes) -> bytes:
    """Return what a module of the GM65 family answers; kind 0 is success."""
    return b"\x02\x00" + _with_crc(bytes((kind, len(data))) + data)


def ssi_frame(opcode: int, data: bytes = b"", source: int = _FROM_HOST) -> bytes:
    """Return a packet of the GM67 family: length, opcode, source, status, data, 16-bit two's complement of the sum."""
    body = bytes((4 + len(data), opcode, source, 0)) + data
    return body + (-sum(body) & 0xFFFF).to_bytes(2, "big")


def newland_frame(command: str) -> bytes:
    """Return a Newland command that is forgotten when the power goes (`#`)."""
    return b"~\x010000#" + command.encode("ascii") + b";\x03"


def _newland_answers(command: str) -> tuple[bytes, ...]:
    return tuple(b"\x02\x010000#" + command.encode("ascii") + mark + b";\x03" for mark in (_NEWLAND_ACK, _NEWLAND_NAK))


def _with_crc(body: bytes) -> bytes:
    return body + crc_hqx(body, 0).to_bytes(2, "big")


USB_IDS = frozenset({("7777", "6666"), ("6666", "7777")})
"""Vendor and product, in hex, of the GM65 family's serial line over USB; sources disagree on the order (card notes
§8.1)."""
WAKE_S = 0.05
FAMILIES = {
    family.name: family
    for family in (
        ScannerFamily("any"),
        ScannerFamily(
            "gm65",
            trigger=gm65_frame(GM_WRITE, _GM_TRIGGER, b"\x01"),
            stop=gm65_frame(GM_WRITE, _GM_TRIGGER, b"\x00"),
            answers=tuple(gm65_answer(kind, b"\x00") for kind in (0, 1, 3)),
        ),
        ScannerFamily(
            "gm67",
            trigger=ssi_frame(SSI_START),
            stop=ssi_frame(SSI_STOP),
            wake=b"\x00",
            answers=(
                ssi_frame(SSI_ACK, source=_FROM_MODULE),
                *(ssi_frame(SSI_NAK, bytes((cause,)), _FROM_MODULE) for cause in (1, 2, 6)),
            ),
        ),
        ScannerFamily(
            "newland",
            trigger=newland_frame("SCNTRG1"),
            stop=newland_frame("SCNTRG0"),
            answers=_newland_answers("SCNTRG1") + _newland_answers("SCNTRG0"),
        ),
    )
}
"""By the name in `kiosk.toml`."""
