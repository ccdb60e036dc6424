"""A card scanner on a serial line: every way in which its bytes come, and how soon it is back after each unplugging.

On a pseudo-terminal, in real time, with the real driver. The yardstick is what most programs do: pyserial's
`readline()`, decoded and stripped.
"""

import contextlib
import tempfile
import threading
import time
import unicodedata
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from kiosk.bench.rig.card_texts import card_texts
from kiosk.bench.rig.sockets import PATIENCE_S, Socket
from kiosk.devices.qr_scanner import ScanEvent
from kiosk.devices.scanner_serial import SerialScanner

SEED = 43
SCANS = 300
PULLS, PULLS_FULL = 6, 50
GAP_S, PAUSE_S = 0.3, 0.05
"""Between two scans without an end, and inside one scan."""
_GM65 = b"\x02\x00\x00\x01\x00\x33\x31"
_ONE = "079046999261||Trần Minh Nghĩa|16111946|Nam|Số 12 Lê Lợi, Phường Bến Nghé|08032025||||"
_TWO = "079190999014||Đặng Thu Hương|02021990|Nữ|Số 7 Hai Bà Trưng, Phường Bến Nghé|09092025||||"
_RAW, _RAW_TWO = _ONE.encode(), _TWO.encode()

Piece = bytes | float
"""Bytes to send, or seconds to wait."""
CASES: dict[str, tuple[list[Piece], list[str]]] = {
    "one burst with CRLF": ([_RAW + b"\r\n"], [_ONE]),
    "CR only": ([_RAW + b"\r"], [_ONE]),
    "no end at all": ([_RAW, GAP_S], [_ONE]),
    "one byte at a time": ([bytes((value,)) for value in _RAW + b"\r\n"], [_ONE]),
    "two scans back to back": ([_RAW + b"\r\n" + _RAW_TWO + b"\r\n"], [_ONE, _TWO]),
    "two without an end, 0.3 s apart": ([_RAW, GAP_S, _RAW_TWO, GAP_S], [_ONE, _TWO]),
    "a pause of 50 ms inside": ([_RAW[:60], PAUSE_S, _RAW[60:] + b"\r\n"], [_ONE]),
    "GM65's answer before the data": ([_GM65 + _RAW + b"\r\n"], [_ONE]),
}
"""The eight cases of the card notes §8.2."""


def run(full: bool) -> Iterator[dict[str, Any]]:
    """Play the eight cases, 300 scans byte by byte, and 6 unpluggings (`--full`: 50)."""
    yield from eight_cases()
    yield byte_by_byte(SCANS)
    yield unplugged(PULLS_FULL if full else PULLS)


class _Listening:
    """A scanner's driver on a line of its own, and what it told."""

    def __init__(self, folder: str) -> None:
        self.socket = Socket(Path(folder) / "scanner")
        self.texts: list[str] = []
        self._changed = threading.Condition()
        self._driver = SerialScanner(self.socket.path, lambda act: act())
        self._driver.on_state = lambda *_: self._stir()
        self.socket.plug()
        self._driver.start(self._hear)
        self.wait(lambda: self.is_ready)

    @property
    def is_ready(self) -> bool:
        """Tell whether the driver has its line."""
        return self._driver.state == "ready"

    def _hear(self, event: ScanEvent) -> None:
        self.texts.append(event.text)
        self._stir()

    def _stir(self) -> None:
        with self._changed:
            self._changed.notify_all()

    def wait(self, until: Callable[[], bool]) -> bool:
        """Wait until `until` is true; return whether it became so."""
        with self._changed:
            return self._changed.wait_for(until, PATIENCE_S)

    def wait_for_scans(self, number: int) -> bool:
        """Wait until so many scans were told; return whether they were."""
        return self.wait(lambda: len(self.texts) >= number)

    def close(self) -> None:
        """End the driver and take the line away."""
        self._driver.stop()
        if self.socket.is_plugged:
            self.socket.pull()


@contextlib.contextmanager
def _listening() -> Iterator[_Listening]:
    with tempfile.TemporaryDirectory(prefix="kiosk-scanner-") as folder:
        listening = _Listening(folder)
        try:
            yield listening
        finally:
            listening.close()


def eight_cases() -> Iterator[dict[str, Any]]:
    """Yield for each case whether the driver, and whether the yardstick, told just the cards that were held up."""
    right = theirs_right = 0
    for name, (pieces, expected) in CASES.items():
        with _listening() as listening:
            _send(listening.socket, pieces)
            listening.wait_for_scans(len(expected))
            ours = listening.texts == expected
        theirs = _lines(pieces) == expected
        right, theirs_right = right + ours, theirs_right + theirs
        yield {"what": "serial scanner", "case": name, "ours_right": ours, "yardstick_readline_right": theirs}
    yield {
        "what": "serial scanner, all cases",
        "cases": len(CASES),
        "ours_right": right,
        "yardstick_readline_right": theirs_right,
        "ratio": round(right / theirs_right, 2) if theirs_right else None,
    }


def byte_by_byte(number: int) -> dict[str, Any]:
    """Return how many of so many cards, each sent one byte at a time, were told exactly."""
    texts = ["".join(text.splitlines()).strip("\0\ufeff ") for text in card_texts(SEED, number, False)]
    texts = [text.removeprefix("]Q1").removeprefix("\x02\0\0\x01\x0031") for text in texts]
    exact = 0
    waits = []
    with _listening() as listening:
        for text in texts:
            listening.texts.clear()
            for value in f"{text}\r\n".encode():
                listening.socket.send(bytes((value,)))
            began = time.perf_counter()
            if listening.wait_for_scans(1):
                waits.append(time.perf_counter() - began)
                exact += _same(listening.texts[-1], text)
    waits.sort()
    return {
        "what": "serial scanner, cards sent one byte at a time",
        "n": number,
        "exact": exact,
        "told_after_last_byte_p50_ms": round(waits[len(waits) // 2] * 1000, 2) if waits else None,
    }


def unplugged(pulls: int) -> dict[str, Any]:
    """Return how soon the scanner was back after each plugging in, and whether it then read a card."""
    waits = []
    read = 0
    with _listening() as listening:
        for index in range(pulls):
            listening.socket.pull()
            listening.wait(lambda: not listening.is_ready)
            # out for another time each round, so that it comes back at every point of the driver's pauses
            time.sleep(0.13 * (index % 8))
            listening.socket.plug()
            began = time.perf_counter()
            if listening.wait(lambda: listening.is_ready):
                waits.append(time.perf_counter() - began)
            listening.texts.clear()
            # another card each time: the same one within a second is one that was held on
            card = (_ONE, _TWO)[index % 2]
            listening.socket.send(card.encode() + b"\r\n")
            read += listening.wait_for_scans(1) and listening.texts == [card]
    return {
        "what": "serial scanner, pulled out and plugged in again",
        "times": pulls,
        "back": len(waits),
        "read_a_card_then": read,
        "worst_back_s": round(max(waits), 2) if waits else None,
    }


def _same(told: str, text: str) -> bool:
    return told == unicodedata.normalize("NFC", text)


def _send(socket: Socket, pieces: list[Piece]) -> None:
    for piece in pieces:
        if isinstance(piece, bytes):
            socket.send(piece)
        else:
            time.sleep(piece)


def _lines(pieces: list[Piece]) -> list[str]:
    """Return what `readline()` makes of the same bytes."""
    import serial

    with tempfile.TemporaryDirectory(prefix="kiosk-scanner-") as folder:
        socket = Socket(Path(folder) / "scanner")
        socket.plug()
        told = []
        with serial.Serial(socket.path, timeout=GAP_S) as line:
            sender = threading.Thread(target=_send, args=(socket, pieces))
            sender.start()
            while sender.is_alive() or line.in_waiting:
                raw = line.readline()
                if raw.strip():
                    told.append(raw.decode("utf-8", "replace").strip())
            sender.join()
        socket.pull()
    return told
