"""Ticket printers: a picture onto paper, and an honest word about whether it came out."""

import io
from collections.abc import Callable
from typing import Literal, NamedTuple, Protocol

from PIL import Image

from kiosk.devices.escpos import PrinterReason, PrinterStatus, encode_escpos
from kiosk.devices.paper_roll import PaperRoll
from kiosk.devices.plug import Plugged, StateListener

__all__ = [
    "Paper",
    "PrintOutcome",
    "PrintResult",
    "Printer",
    "PrinterReason",
    "PrinterStatus",
    "Unmetered",
    "VirtualPrinter",
]

PrintOutcome = Literal["printed", "failed", "unknown"]
KEPT_PAPERS = 50


class PrintResult(NamedTuple):
    """How a job ended."""

    outcome: PrintOutcome
    """`printed`: the printer itself says that all is well after the job; `unknown`: it says nothing."""
    reasons: tuple[PrinterReason, ...] = ()


class Paper(NamedTuple):
    """A slip that came out of the virtual printer."""

    png: bytes
    escpos: bytes


class Printer(Protocol):
    """Puts pictures on paper."""

    on_state: StateListener | None

    @property
    def state(self) -> str:
        """Return `absent`, `ready` or `faulty`."""

    def print(self, slip: Image.Image) -> PrintResult:
        """Print and cut; blocks for seconds, so call it through a worker. Never raises for a printer's fault."""

    def status(self) -> PrinterStatus:
        """Ask the printer how it is; blocks for some milliseconds."""

    @property
    def roll(self) -> PaperRoll | None:
        """Return the roll that is in it; None where nobody measures."""

    def paper_changed(self) -> None:
        """Hear from staff that a new roll is in."""


class Unmetered:
    """A printer whose paper nobody measures."""

    @property
    def roll(self) -> PaperRoll | None:
        """Return None."""
        return None

    def paper_changed(self) -> None:
        """Do nothing."""


class VirtualPrinter(Unmetered, Plugged):
    """A printer whose paper is a picture, with a roll and a cable that can be pulled out."""

    def __init__(self, on_paper: Callable[[bytes, bytes], None] | None = None) -> None:
        """Prepare, with paper and cable.

        Args:
            on_paper: told PNG and ESC/POS bytes of each slip, on the thread that prints.
        """
        super().__init__("printer", "ready")
        self.paper = True
        self.cable = True
        self.papers: list[Paper] = []
        """The latest slips, oldest first."""
        self._on_paper = on_paper

    def print(self, slip: Image.Image) -> PrintResult:
        """Let a slip come out, unless paper or cable are missing."""
        status = self.status()
        if status.state != "ok":
            return PrintResult("failed", status.reasons)
        stream = io.BytesIO()
        slip.save(stream, "PNG")
        paper = Paper(stream.getvalue(), encode_escpos(slip))
        self.papers = [*self.papers, paper][-KEPT_PAPERS:]
        if self._on_paper is not None:
            self._on_paper(*paper)
        return PrintResult("printed")

    def status(self) -> PrinterStatus:
        """Return `bad` while paper or cable are out."""
        if not self.cable:
            return PrinterStatus("bad", ("cable",))
        if not self.paper:
            return PrinterStatus("bad", ("paper_out",))
        return PrinterStatus("ok")

    def set_paper(self, is_in: bool) -> None:
        """Take the roll out or put one in."""
        self.paper = is_in
        self._tell()

    def set_cable(self, is_in: bool) -> None:
        """Pull the cable or plug it in."""
        self.cable = is_in
        self._tell()

    def _tell(self) -> None:
        reasons = self.status().reasons
        if not reasons:
            self._turn("ready")
        else:
            self._turn("absent" if reasons[0] == "cable" else "faulty", reasons[0])
