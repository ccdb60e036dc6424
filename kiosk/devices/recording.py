"""What came over a peripheral's line and when, as JSON lines, so that a fault in the field becomes a test at home.

The first line says what was recorded; each further one holds a piece: `t` seconds after the first byte, `hex` its
bytes. People are taken out before anything is written (`masking`): what was heard is in memory only until then.
"""

import os
import select
import threading
import time
import tty
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Literal

import msgspec

from kiosk.devices.input_events import EV_KEY, EVENT
from kiosk.devices.masking import masked

FORMAT: Literal["kiosk-bytes/1"] = "kiosk-bytes/1"
MOST_BYTES = 4 * 1024 * 1024
"""A line that never rests is cut here: a day of a scanner is less."""
LOOK_S = 0.2
DIGIT_CODES = {*range(2, 12), 71, 72, 73, 75, 76, 77, 79, 80, 81, 82}
"""Digits of linux/input-event-codes.h: a card's number, or somebody's PIN."""
ZERO_CODE = 11
_EV_MSC = 0x04


class Head(msgspec.Struct, frozen=True, kw_only=True):
    """The first line: what was recorded."""

    format: Literal["kiosk-bytes/1"] = FORMAT
    device: str
    """The kind, such as `scanner`."""
    baud: int = 0
    """0: no serial line."""
    at: datetime
    note: str = ""


class Piece(msgspec.Struct, frozen=True, kw_only=True):
    """Bytes that came together."""

    t: float
    hex: str

    @property
    def data(self) -> bytes:
        """Return the bytes.

        Raises:
            ValueError: if `hex` is none.
        """
        return bytes.fromhex(self.hex)


class Recording(msgspec.Struct, frozen=True):
    """A whole recording."""

    head: Head
    pieces: tuple[Piece, ...]

    @property
    def data(self) -> bytes:
        """Return everything that came, without its times."""
        return b"".join(piece.data for piece in self.pieces)


class BadRecording(ValueError):
    """The file is no recording; the text says which line and why."""


def recorded(head: Head, heard: Iterable[tuple[float, bytes]]) -> Recording:
    """Return what was heard with nobody in it, each piece at its time.

    Args:
        heard: moments (monotonic seconds) and bytes, in order.

    Raises:
        kiosk.devices.masking.Unmasked: if somebody may still be in it; then nothing may be written.
    """
    pieces = list(heard)
    whole = b"".join(data for _, data in pieces)
    # a card's number comes in pieces: only the whole stream shows it
    bare = _without_digit_keys(whole) if head.device.startswith("input") else masked(whole)
    began = pieces[0][0] if pieces else 0.0
    kept, at = [], 0
    for moment, data in pieces:
        kept.append(Piece(t=round(moment - began, 4), hex=bare[at : at + len(data)].hex()))
        at += len(data)
    return Recording(head, tuple(kept))


def save(recording: Recording, path: Path) -> None:
    """Write a recording.

    Raises:
        OSError: if it cannot be written.
    """
    lines = [msgspec.json.encode(recording.head), *(msgspec.json.encode(piece) for piece in recording.pieces)]
    path.write_bytes(b"\n".join(lines) + b"\n")


def load(path: Path) -> Recording:
    """Read a recording.

    Raises:
        BadRecording: if it is none.
        OSError: if the file cannot be read.
    """
    lines = path.read_bytes().splitlines()
    if not lines:
        raise BadRecording(f"{path}: the file is empty")
    pieces: list[Piece] = []
    number = 1
    try:
        head = msgspec.json.decode(lines[0], type=Head)
        while number < len(lines):
            number += 1
            piece = msgspec.json.decode(lines[number - 1], type=Piece)
            if not piece.data or piece.t < 0 or (pieces and piece.t < pieces[-1].t):
                raise ValueError("expected bytes, and a time not before the line above")
            pieces.append(piece)
    except (ValueError, RecursionError) as error:
        raise BadRecording(f"{path} line {number}: {error}") from None
    return Recording(head, tuple(pieces))


def listen(
    descriptor: int, until: Callable[[], bool], monotonic: Callable[[], float] = time.monotonic
) -> Iterator[tuple[float, bytes]]:
    """Yield what comes over an open line, with its moments, until `until` is true, the line is gone, or it is too much.

    Args:
        descriptor: open for reading.
    """
    left = MOST_BYTES
    while left > 0 and not until():
        if not select.select([descriptor], [], [], LOOK_S)[0]:
            continue
        try:
            data = os.read(descriptor, min(left, 4096))
        except OSError:
            return
        if not data:
            return
        left -= len(data)
        yield monotonic(), data


@contextmanager
def played(
    recording: Recording, speed: float = 1.0, pause: Callable[[float], object] = time.sleep
) -> Iterator[tuple[str, threading.Event]]:
    """Play a recording to whoever opens the line; yields its path and what is set once everything was sent.

    Args:
        speed: 2: twice as fast.
        pause: passes the time between two pieces.
    """
    end, device = os.openpty()
    tty.setraw(device)
    is_over, is_closing = threading.Event(), threading.Event()

    def play() -> None:
        _wait_for_reader(end, is_closing)
        before = 0.0
        for piece in recording.pieces:
            if is_closing.is_set():
                return
            if piece.t > before:
                pause((piece.t - before) / speed)
                before = piece.t
            os.write(end, piece.data)
        is_over.set()

    path = os.ttyname(device)
    # with our own hold on the device gone, the line tells when somebody opens it
    os.close(device)
    player = threading.Thread(target=play, name="replay", daemon=True)
    player.start()
    try:
        yield path, is_over
    finally:
        is_closing.set()
        player.join()
        os.close(end)


def _wait_for_reader(end: int, is_closing: threading.Event) -> None:
    poll = select.poll()
    poll.register(end, 0)
    while any(state & select.POLLHUP for _, state in poll.poll(0)):
        if is_closing.wait(0.01):
            return


def _without_digit_keys(events: bytes) -> bytes:
    """Return input events in which every digit is a zero: they may be a card's number or a PIN."""
    whole = len(events) // EVENT.size * EVENT.size
    bare = bytearray()
    for seconds, micros, kind, code, value in EVENT.iter_unpack(events[:whole]):
        if kind == EV_KEY and code in DIGIT_CODES:
            code = ZERO_CODE
        elif kind == _EV_MSC:
            # the scan code names the key once more
            value = 0
        bare += EVENT.pack(seconds, micros, kind, code, value)
    return bytes(bare) + bytes(len(events) - whole)
