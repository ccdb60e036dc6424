"""The real ticket printer: our own bytes and our own question how it is, over any port.

The answer to that question has three values. A printer that says nothing may have printed or not, so its outcome is
`unknown`, never `printed`.
"""

import contextlib
import threading
import time
from collections.abc import Callable

from PIL import Image

from kiosk.devices.escpos import (
    CUT,
    INITIALISE,
    STATUS_QUERIES,
    PrinterReason,
    PrinterStatus,
    escpos_bands,
    is_status_byte,
    status_of,
    status_query,
)
from kiosk.devices.plug import Attendant, Plugged
from kiosk.devices.printer import PrintOutcome, PrintResult
from kiosk.devices.printer_ports import BytePort, PortStalled

ANSWER_TIMEOUT_S = 0.25
"""DLE EOT is answered within milliseconds, or not at all."""
LOOK_EVERY_S = 0.1
DOTS_PER_MM = 8
SLOWEST_MM_PER_S = 90.0
"""Printers of this kind say 150 to 250 mm/s; clones are slower. Paper must be out before the last question."""
STALE_READS = 32
"""A line that babbles on after so many reads answers nothing."""
_OUTCOMES: dict[str, PrintOutcome] = {"ok": "printed", "bad": "failed", "unknown": "unknown"}


class EscPosPrinter(Plugged):
    """A thermal printer that knows ESC/POS. Methods block; one job or question at a time, from any thread."""

    def __init__(
        self,
        port: BytePort,
        *,
        mm_per_s: float = SLOWEST_MM_PER_S,
        band_pause_s: float = 0.0,
        pause: Callable[[float], None] = time.sleep,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        """Prepare; the port is opened with the first job or question.

        Args:
            mm_per_s: how fast paper comes out at least; decides how long the printer is watched after a job.
            band_pause_s: rest after each band, for printers whose buffer is small and who cannot say so.
        """
        super().__init__("printer")
        self._port = port
        self._mm_per_s = mm_per_s
        self._band_pause_s = band_pause_s
        self._pause = pause
        self._monotonic = monotonic
        self._lock = threading.Lock()
        self._is_open = False
        self._left_half_a_slip = False
        self._watcher: Attendant | None = None

    def status(self) -> PrinterStatus:
        """Ask the printer; `cable` if it cannot be reached."""
        with self._lock:
            try:
                status = self._ask_anew()
            except OSError:
                status = self._gone()
            self._judge(status)
            return status

    def print(self, slip: Image.Image) -> PrintResult:
        """Print and cut, and say what is known of it."""
        with self._lock:
            try:
                before = self._ask_anew()
            except OSError:
                return self._ended("failed", self._gone())
            if before.state == "bad":
                return self._ended("failed", before)
            return self._job(slip, answers=before.state == "ok")

    def watch(self, every_s: float) -> None:
        """Ask the printer by itself from now on, so that an empty roll is known before a citizen stands there."""

        def look(stop: threading.Event) -> None:
            self.status()
            stop.wait(every_s)

        self._watcher = Attendant(look, lambda error: None, "printer")
        self._watcher.start()

    def close(self) -> None:
        """Stop watching and let go of the port; the next job opens it again."""
        if self._watcher is not None:
            self._watcher.stop()
        with self._lock:
            self._shut()

    def _job(self, slip: Image.Image, answers: bool) -> PrintResult:
        started = self._monotonic()
        is_heard = answers
        try:
            if self._left_half_a_slip:
                self._port.write(INITIALISE + CUT)
            self._left_half_a_slip = True
            for piece in escpos_bands(slip):
                self._port.write(piece)
                if self._band_pause_s:
                    self._pause(self._band_pause_s)
                if is_heard:
                    now = self._ask()
                    # a busy printer may call itself offline in mid-job; what stops it has a name
                    if now.state == "bad" and now.reasons != ("offline",):
                        return self._ended("failed", now)
                    is_heard = now.state != "unknown"
        except PortStalled:
            self._shut()
            return self._ended("failed", PrinterStatus("bad", ("offline",)))
        except OSError:
            return self._ended("failed", self._gone())
        self._left_half_a_slip = False
        return self._watch(started + slip.height / DOTS_PER_MM / self._mm_per_s, answers)

    def _watch(self, until: float, answers: bool) -> PrintResult:
        """Look on while the paper comes out: the printer takes bytes faster than it prints them."""
        if not answers:
            return self._ended("unknown", PrinterStatus("unknown"))
        try:
            status = self._ask()
            while self._monotonic() < until and (status.state != "bad" or status.reasons == ("offline",)):
                self._pause(LOOK_EVERY_S)
                status = self._ask()
        except OSError:
            # every byte went out before the cable did: paper may lie in the tray
            return self._ended("unknown", self._gone())
        self._left_half_a_slip = status.state == "bad"
        return self._ended(_OUTCOMES[status.state], status)

    def _ended(self, outcome: PrintOutcome, status: PrinterStatus) -> PrintResult:
        self._judge(status)
        return PrintResult(outcome, status.reasons)

    def _judge(self, status: PrinterStatus) -> None:
        if status.state != "bad":
            self._turn("ready")
        else:
            reason: PrinterReason = status.reasons[0]
            self._turn("absent" if reason == "cable" else "faulty", reason)

    def _ask_anew(self) -> PrinterStatus:
        """Ask; a line that went dead since the last job (power cycle, another USB path) is opened anew first."""
        if self._is_open:
            with contextlib.suppress(OSError):
                return self._ask()
        self._shut()
        self._port.open()
        self._is_open = True
        return self._ask()

    def _ask(self) -> PrinterStatus:
        for _ in range(STALE_READS):
            # automatic status bytes and stale answers would be taken for this one
            if not self._port.read(0.0):
                break
        answers: dict[int, int] = {}
        for number in STATUS_QUERIES:
            self._port.write(status_query(number))
            answer = self._answer()
            if answer is None:
                break
            answers[number] = answer
        return status_of(answers)

    def _answer(self) -> int | None:
        until = self._monotonic() + ANSWER_TIMEOUT_S
        while (left := until - self._monotonic()) > 0:
            valid = [value for value in self._port.read(left) if is_status_byte(value)]
            if valid:
                return valid[-1]
        return None

    def _gone(self) -> PrinterStatus:
        self._shut()
        return PrinterStatus("bad", ("cable",))

    def _shut(self) -> None:
        self._port.close()
        self._is_open = False
