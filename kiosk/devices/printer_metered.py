"""A ticket printer that knows how much paper is left, whatever its own sensors tell."""

import logging
import threading
from collections.abc import Callable

from PIL import Image

from kiosk.devices.paper_roll import PaperRoll, RollFile
from kiosk.devices.plug import StateListener
from kiosk.devices.printer import Printer, PrinterReason, PrinterStatus, PrintResult

log = logging.getLogger(__name__)


class MeteredPrinter:
    """Measures each slip that another printer prints; tells `ready` with reason `paper_low` when a roll is due."""

    def __init__(self, printer: Printer, file: RollFile) -> None:
        """Go on with the roll that the file knows."""
        self._printer = printer
        self._file = file
        self._roll = file.load()
        self._lock = threading.Lock()
        self._heard_last = self._told = (printer.state, "")
        self._was_out = False
        self.on_state: StateListener | None = None
        printer.on_state = self._heard

    @property
    def state(self) -> str:
        """Return `absent`, `ready` or `faulty`."""
        return self._printer.state

    @property
    def roll(self) -> PaperRoll:
        """Return the roll as it is now."""
        return self._roll

    def print(self, slip: Image.Image) -> PrintResult:
        """Print; paper is counted wherever some may have come out."""
        result = self._printer.print(slip)
        if result.outcome != "failed":
            self._turn_roll(lambda roll: roll.after(slip.height))
        reasons = self._with_low(result.reasons) if result.outcome == "printed" else result.reasons
        return PrintResult(result.outcome, reasons)

    def status(self) -> PrinterStatus:
        """Ask the printer; `paper_low` comes from its sensor or from what is left by measure."""
        status = self._printer.status()
        return PrinterStatus("ok", self._with_low(status.reasons)) if status.state == "ok" else status

    def paper_changed(self) -> None:
        """Begin a new roll."""
        self._turn_roll(PaperRoll.renewed)

    def _with_low(self, reasons: tuple[PrinterReason, ...]) -> tuple[PrinterReason, ...]:
        return (*reasons, "paper_low") if self._roll.is_low and "paper_low" not in reasons else reasons

    def _turn_roll(self, change: Callable[[PaperRoll], PaperRoll]) -> None:
        with self._lock:
            self._roll = change(self._roll)
            self._file.keep(self._roll)
        self._tell()

    def _heard(self, state: str, reason: str) -> None:
        self._heard_last = (state, reason)
        if state == "ready" and self._was_out:
            # an end of paper was mended: nobody puts in the roll that had ended
            self._was_out = False
            self._turn_roll(PaperRoll.renewed)
            return
        self._was_out = self._was_out or reason == "paper_out"
        self._tell()

    def _tell(self) -> None:
        state, reason = self._heard_last
        if state == "ready" and not reason and self._roll.is_low:
            reason = "paper_low"
        if (state, reason) == self._told:
            return
        self._told = (state, reason)
        if reason == "paper_low":
            log.warning("the roll has %.1f m left", self._roll.left_m)
        if self.on_state is not None:
            self.on_state(state, reason)
