"""Printers that fail in every way at every moment of a ticket, or say anything: what is claimed, and what is true.

The truth is the emulator's paper: a ticket was printed if its last slip is the picture, dot by dot, and was cut.
"""

import contextlib
import random
import time
from collections.abc import Callable, Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np
from PIL import Image

from kiosk.bench.rig.printer_emulator import (
    COVER_OPEN,
    CUTTER,
    NEAR_END,
    OFFLINE,
    PAPER_OUT,
    SILENT,
    EmulatedPrinter,
    MemoryLine,
    PrinterEmulator,
)
from kiosk.devices.escpos import encode_escpos
from kiosk.devices.printer_escpos import EscPosPrinter
from kiosk.devices.printer_ports import SerialPort

FAULTS: dict[str, Callable[[EmulatedPrinter], None]] = {
    "near end": lambda printer: printer.turn(NEAR_END),
    "paper out": lambda printer: printer.turn(PAPER_OUT),
    "cover open": lambda printer: printer.turn(COVER_OPEN),
    "cutter": lambda printer: printer.turn(CUTTER),
    "offline": lambda printer: printer.turn(OFFLINE),
    "silent": lambda printer: printer.turn(SILENT),
    "garbage": EmulatedPrinter.babble,
    "hung": EmulatedPrinter.hang,
    "power lost": EmulatedPrinter.lose_power,
}
"""What can befall a printer; near its end it still prints."""
STALL_S, BUSY_S = 0.3, 0.3
"""Shorter than in a lobby, so that hundreds of hung printers are over in minutes."""


class Round(NamedTuple):
    """One ticket at a printer that failed at one moment of it."""

    fault: str
    moment: str
    said: str
    """`printed`, `failed` or `unknown`."""
    is_true: bool
    """Whether the slip lies whole and cut in the tray."""
    said_again: str = ""
    """What is said of the slip that is printed after the mend."""
    is_reprint_exact: bool = False
    """Whether it is whole, without a dot of the one that broke off."""


def moments_of(slip: Image.Image, every: int) -> list[str | int]:
    """Return the moments of a ticket: before, in every so-manieth band, after."""
    bands = encode_escpos(slip).count(b"\x1dv0\x00")
    return ["before", *range(1, bands, every), "after"]


def rounds(slip: Image.Image, moments: Sequence[str | int], faults: Sequence[str]) -> Iterator[Round]:
    """Print a ticket for each fault and moment on a pseudo-terminal, mend the printer, and print it again."""
    for fault in faults:
        for moment in moments:
            with PrinterEmulator(width=slip.width) as emulator:
                printer = EscPosPrinter(
                    SerialPort(emulator.path, stall_s=STALL_S), mm_per_s=1e9, busy_s=BUSY_S, pause=lambda seconds: None
                )
                yield _round(printer, emulator, slip, fault, moment)
                printer.close()


def rounds_in_memory(slip: Image.Image, moments: Sequence[str | int], faults: Sequence[str]) -> Iterator[Round]:
    """Do the same at the end of a line in memory, where no busy machine can be taken for a silent printer."""
    for fault in faults:
        for moment in moments:
            emulated = EmulatedPrinter(width=slip.width)
            line = MemoryLine(emulated)
            printer = EscPosPrinter(line, pause=line.pause, monotonic=line.monotonic)
            yield _round(printer, emulated, slip, fault, moment)


def _round(
    printer: EscPosPrinter, emulated: EmulatedPrinter, slip: Image.Image, fault: str, moment: str | int
) -> Round:
    arm(emulated, fault, moment)
    said = printer.print(slip).outcome
    is_true = _lies_in_the_tray(emulated, slip)
    emulated.heal()
    again = printer.print(slip).outcome
    return Round(fault, str(moment), said, is_true, again, _lies_in_the_tray(emulated, slip))


def yardstick_rounds(slip: Image.Image, moments: Sequence[str | int], faults: Sequence[str]) -> Iterator[Round]:
    """Do the same with python-escpos as its users do: `image`, `cut`, no exception, and `paper_status` not 0."""
    from escpos.printer import Serial

    for fault in faults:
        for moment in moments:
            with PrinterEmulator(width=slip.width) as emulator:
                printer = Serial(devfile=emulator.path, timeout=0.1, dsrdtr=False)
                # kinder than its default, which waits for a hung printer for ever
                printer.device.write_timeout = STALL_S
                printer.profile.profile_data["media"] = {"width": {"pixels": slip.width, "mm": slip.width / 8}}
                arm(emulator, fault, moment)
                said = "failed"
                with contextlib.suppress(Exception):
                    # whatever it raises, its user knows that something went wrong
                    printer.image(slip, impl="bitImageRaster", fragment_height=128)
                    printer.cut()
                    said = "printed" if printer.paper_status() else "failed"
                is_true = _lies_in_the_tray(emulator, slip)
                yield Round(fault, str(moment), said, is_true)
                with contextlib.suppress(Exception):
                    printer.device.reset_output_buffer()
                    printer.device.close()
                printer.device = None


def arm(emulator: EmulatedPrinter, fault: str, moment: str | int) -> None:
    """Let a fault befall a printer before a ticket, after so many of its bands, or after it."""

    def strike() -> None:
        FAULTS[fault](emulator)

    if isinstance(moment, int):
        emulator.at_band(moment, strike)
    elif moment == "after":
        emulator.at_cut(strike)
    else:
        strike()


def _lies_in_the_tray(emulator: EmulatedPrinter, slip: Image.Image) -> bool:
    paper = emulator.paper
    if not paper.cuts:
        return False
    picture = paper.picture(len(paper.cuts) - 1)
    # other encoders end with a feed of their own
    rows = min(picture.height, slip.height)
    dots, meant = np.asarray(picture), np.asarray(slip)
    return bool(rows == slip.height and np.array_equal(dots[:rows], meant) and dots[rows:].all())


class Babbler:
    """A line in memory that answers every question with something else; its time passes only while it is silent."""

    def __init__(self, chance: random.Random) -> None:
        self.now = 0.0
        self._chance = chance
        self._said = bytearray(self._something())

    def open(self) -> None:
        """Be there."""

    def close(self) -> None:
        """Go."""

    def write(self, data: bytes) -> None:
        """Answer with anything: nothing, one byte, status of all kinds, or kilobytes."""
        self._said += self._something()

    def read(self, timeout_s: float) -> bytes:
        """Return a piece of it; silence lasts as long as the asker waits."""
        count = self._chance.choice((1, 2, 64))
        some, self._said = self._said[:count], self._said[count:]
        if not some:
            self.now += timeout_s
        return bytes(some)

    def _something(self) -> bytes:
        kind = self._chance.randrange(6)
        if kind == 0:
            return b""
        if kind == 1:
            return bytes((self._chance.choice((0x12, 0x16, 0x1E, 0x32, 0x7E)),))
        if kind == 2:
            return b"\x14\x00\x00\x0f" * self._chance.randrange(4)
        if kind == 3:
            return b"\x12" * self._chance.randrange(1, 9)
        return self._chance.randbytes(self._chance.choice((1, 3, 200, 4096)))


def fuzz(count: int, seed: int = 0) -> dict[str, Any]:
    """Ask so many printers that say anything; return crashes, the slowest question, and what was believed."""
    crashes, slowest_s, told = 0, 0.0, {"ok": 0, "bad": 0, "unknown": 0}
    for number in range(count):
        line = Babbler(random.Random(f"{seed}/{number}"))
        printer = EscPosPrinter(line, monotonic=lambda line=line: line.now, pause=lambda seconds: None)  # type: ignore[misc]  # mypy cannot infer a lambda with a default
        began = time.perf_counter()
        try:
            told[printer.status().state] += 1
        except Exception:
            crashes += 1
        slowest_s = max(slowest_s, line.now + time.perf_counter() - began)
    return {"streams": count, "crashes": crashes, "slowest_s": round(slowest_s, 3), "told": told}
