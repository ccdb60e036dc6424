"""A ticket printer that prints its bytes, answers DLE EOT as real ones do, and fails on command.

On a pseudo-terminal for drivers as they are, or at the end of a line in memory, where no time is lost.
"""

import os
import select
import threading
import tty
from collections.abc import Callable

from kiosk.bench.rig.escpos_interpreter import Interpreted
from kiosk.devices.printer_ports import PortStalled

State = tuple[int, int, int, int] | None
"""Answers to DLE EOT 1 to 4; None: none."""
READY: State = (0x16, 0x12, 0x12, 0x12)
NEAR_END: State = (0x16, 0x12, 0x12, 0x1E)
PAPER_OUT: State = (0x1E, 0x32, 0x12, 0x7E)
COVER_OPEN: State = (0x1E, 0x36, 0x12, 0x12)
CUTTER: State = (0x1E, 0x52, 0x1A, 0x12)
OFFLINE: State = (0x1E, 0x12, 0x12, 0x12)
SILENT: State = None
PRINTING = (READY, NEAR_END, SILENT)
"""States in which paper comes out; in all others the bytes wait, until there are too many."""
BUFFER = 16 * 1024
CHUNK = 256
"""Bytes that reach a printer at once: it can fail within a band."""


class EmulatedPrinter:
    """Answers as the states of field notes §9.4; `at_band` and `at_cut` let something happen in mid-job."""

    def __init__(self, state: State = READY, chatter: bytes = b"", width: int = 576) -> None:
        self.state = state
        self.paper = Interpreted(width)
        self.garbage: Callable[[], bytes] | None = None
        """Says this in place of each answer."""
        self.is_stuck = False
        """Takes no more bytes and says nothing: hung."""
        self._is_off = False
        self._chatter = chatter
        self._waiting = bytearray()
        self._tail = b""
        self._at_band: tuple[int, Callable[[], None]] | None = None
        self._at_cut: Callable[[], None] | None = None

    @property
    def takes_bytes(self) -> bool:
        """Tell whether more bytes can be sent now."""
        return not self.is_stuck and len(self._waiting) <= BUFFER

    def at_band(self, bands: int, act: Callable[[], None]) -> None:
        """Do something once, when so many more bands have been printed."""
        self._at_band = (self.paper.bands + bands, act)

    def at_cut(self, act: Callable[[], None]) -> None:
        """Do something once, after the next cut."""
        self._at_cut = act

    def turn(self, state: State) -> None:
        """Change the state; what waits is printed as soon as it can be."""
        self.state = state

    def babble(self) -> None:
        """Answer with what no printer says."""
        self.garbage = lambda: b"\x5a\x99"

    def hang(self) -> None:
        """Take nothing more."""
        self.is_stuck = True

    def lose_power(self) -> None:
        """Lose everything that was not printed and everything that comes, until `heal`."""
        self._waiting.clear()
        self.paper.begun.clear()
        self._is_off = True

    def heal(self) -> None:
        """Be ready again, and print what waits."""
        self._be_ready()
        self.print()

    def _be_ready(self) -> None:
        self.garbage = None
        self.is_stuck = self._is_off = False
        self.state = READY

    def hear(self, data: bytes) -> bytes:
        """Take bytes, print what can be printed, and return the answers to the questions among them."""
        if self._is_off:
            self._tail = b""
            return b""
        answers = b""
        whole = self._tail + data
        taken = len(self._tail)
        at = whole.find(b"\x10\x04")
        while 0 <= at < len(whole) - 2:
            if 1 <= whole[at + 2] <= 4:
                # a question is heard at once, wherever it stands
                self._waiting += whole[taken : at + 3]
                taken = max(taken, at + 3)
                self.print()
                answers += self._answer(whole[at + 2])
            at = whole.find(b"\x10\x04", at + 1)
            if self._is_off:
                return answers
        self._waiting += whole[taken:]
        self._tail = whole[-2:] if taken <= len(whole) - 2 else whole[taken:]
        self.print()
        return answers

    def print(self) -> None:
        """Print what waits, where the state allows it."""
        while self._waiting and self.state in PRINTING and not self.is_stuck:
            bands, cuts = self.paper.bands, len(self.paper.cuts)
            used = self.paper.take(bytes(self._waiting), lambda: False)
            del self._waiting[:used]
            if self._at_band is not None and bands < self.paper.bands == self._at_band[0]:
                act, self._at_band = self._at_band[1], None
                act()
            if self._at_cut is not None and cuts < len(self.paper.cuts):
                act, self._at_cut = self._at_cut, None
                act()

    def _answer(self, number: int) -> bytes:
        if self.is_stuck or self._is_off:
            return b""
        if self.garbage is not None:
            return self.garbage()
        return b"" if self.state is None else self._chatter + bytes((self.state[number - 1],))


class PrinterEmulator(EmulatedPrinter):
    """The printer on a pseudo-terminal, with a thread of its own."""

    def __init__(self, state: State = READY, chatter: bytes = b"", width: int = 576) -> None:
        super().__init__(state, chatter, width)
        self._end, self._device = os.openpty()
        tty.setraw(self._device)
        self.path = os.ttyname(self._device)
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def heal(self) -> None:
        """Be ready again, once everything that was sent to a dead printer is lost."""
        while self._is_off and select.select([self._end], [], [], 0.02)[0]:
            self._stop.wait(0.005)
        self._be_ready()

    def close(self) -> None:
        """Switch the printer off and pull its cable."""
        self._stop.set()
        self._thread.join()
        if self._end >= 0:
            os.close(self._device)
            os.close(self._end)
        self._end = self._device = -1

    def __enter__(self) -> "PrinterEmulator":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _run(self) -> None:
        while not self._stop.is_set():
            if not self.takes_bytes:
                self._stop.wait(0.002)
            elif select.select([self._end], [], [], 0.005)[0]:
                answers = self.hear(os.read(self._end, 1024))
                if answers:
                    os.write(self._end, answers)
            self.print()


class MemoryLine:
    """A line to an emulated printer without a thread; its time passes only while nobody says anything."""

    def __init__(self, printer: EmulatedPrinter) -> None:
        self._printer = printer
        self._answers = bytearray()
        self._now = 0.0

    def open(self) -> None:
        """Be there."""

    def close(self) -> None:
        """Lose what was said meanwhile."""
        self._answers.clear()

    def write(self, data: bytes) -> None:
        """Send everything.

        Raises:
            PortStalled: once the printer takes no more.
        """
        for first in range(0, len(data), CHUNK):
            if not self._printer.takes_bytes:
                raise PortStalled("the printer takes no more bytes")
            self._answers += self._printer.hear(data[first : first + CHUNK])

    def read(self, timeout_s: float) -> bytes:
        """Return what was said."""
        some = bytes(self._answers)
        self._answers.clear()
        if not some:
            self._now += timeout_s
        return some

    def monotonic(self) -> float:
        """Return the seconds that passed."""
        return self._now

    def pause(self, seconds: float) -> None:
        """Let time pass."""
        self._now += seconds
