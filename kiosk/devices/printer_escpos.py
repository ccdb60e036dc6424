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
    Heard,
    PrinterReason,
    PrinterStatus,
    escpos_pieces,
    heard_in,
    questions_in,
    status_of,
    status_query,
)
from kiosk.devices.plug import Attendant, Plugged, Wait
from kiosk.devices.printer import PrintOutcome, PrintResult, Unmetered
from kiosk.devices.printer_pace import DOTS_PER_MM, Pace
from kiosk.devices.printer_ports import BytePort, PortStalled

ANSWER_TIMEOUT_S = 0.24
"""DLE EOT is answered within milliseconds, or not at all; four questions in vain still end within a second."""
BUSY_TIMEOUT_S = 1.0
"""While they print, some clones answer only after the rows that came before the question."""
LOOK_EVERY_S = 0.1
SLOWEST_MM_PER_S = 90.0
"""Printers of this kind say 150 to 250 mm/s; clones are slower. Paper must be out before the last question."""
STALE_READS = 32
"""A line that babbles on after so many reads answers nothing."""
STRAY_ANSWER_S = 0.05
"""How long to wait for answers that picture data provoked by chance."""
TRIES = 3
"""One byte of noise must not make a ticket doubtful: who answers with more or other bytes is asked again."""
_OUTCOMES: dict[str, PrintOutcome] = {"ok": "printed", "bad": "failed", "unknown": "unknown"}


class EscPosPrinter(Unmetered, Plugged):
    """A thermal printer that knows ESC/POS. Methods block; one job or question at a time, from any thread."""

    def __init__(
        self,
        port: BytePort,
        *,
        mm_per_s: float = SLOWEST_MM_PER_S,
        buffer_bytes: int = 0,
        busy_s: float = BUSY_TIMEOUT_S,
        pause: Callable[[float], None] = time.sleep,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        """Prepare; the port is opened with the first job or question.

        Args:
            mm_per_s: how fast paper comes out at least; decides how long the printer is watched after a job.
            buffer_bytes: for printers whose buffer is small and who cannot say when it is full; 0: they can.
            busy_s: a printer that answered before a job and then says nothing for so long is off or hung.
        """
        super().__init__("printer")
        self._port = port
        self._mm_per_s = mm_per_s
        self._buffer_bytes = buffer_bytes
        self._busy_s = busy_s
        self._pause = pause
        self._monotonic = monotonic
        self._lock = threading.Lock()
        self._is_open = False
        self._left_half_a_slip = False
        self._owed = 0
        self._strays = 0
        self._late = 0
        self._watcher: Attendant | None = None

    def status(self) -> PrinterStatus:
        """Ask the printer; `cable` if it cannot be reached."""
        with self._lock:
            status = self._ask_anew()
            self._judge(status)
            return status

    def print(self, slip: Image.Image) -> PrintResult:
        """Print and cut, and say what is known of it."""
        with self._lock:
            before = self._ask_anew()
            if before.state == "bad":
                return self._ended("failed", before)
            return self._job(slip, answers=before.state == "ok")

    def watch(self, every_s: float, wait: Wait = threading.Event.wait) -> None:
        """Ask the printer by itself from now on, so that an empty roll is known before a citizen stands there.

        Args:
            wait: passes the pauses between two questions.
        """

        def look(stop: threading.Event) -> None:
            self.status()
            wait(stop, every_s)

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
        pace = Pace(self._buffer_bytes, self._mm_per_s, started)
        try:
            self._clear_the_tray()
            self._left_half_a_slip = True
            for piece in escpos_pieces(slip):
                self._pause(pace.seconds_before(len(piece.data), self._monotonic()))
                self._send(piece.data)
                pace.sent(len(piece.data), piece.rows, self._monotonic())
                if not answers or piece.data == CUT:
                    continue
                now = self._ask(self._busy_s)
                # a busy printer may call itself offline in mid-job; what stops it has a name
                if now.state == "bad" and now.reasons != ("offline",):
                    return self._ended("failed", now)
                if self._late:
                    # off, perhaps, and what it had not printed is lost: more dots would come out as letters
                    return self._ended("failed", PrinterStatus("bad", ("offline",)))
                answers = now.state != "unknown"
        except OSError as error:
            return self._ended("failed", self._lost(error))
        self._left_half_a_slip = False
        return self._watch(started + slip.height / DOTS_PER_MM / self._mm_per_s, answers)

    def _send(self, data: bytes) -> None:
        self._owed = len(data)
        self._port.write(data)
        self._owed = 0
        self._strays += questions_in(data)

    def _clear_the_tray(self) -> None:
        """Begin on cut paper after a slip that broke off."""
        if self._left_half_a_slip:
            self._send(INITIALISE + CUT)

    def _end_the_band(self) -> None:
        """Send zeros for what a broken line owes.

        A printer that was left inside a band takes what comes next for dots of it, questions too: as many zeros end
        the band, and zeros outside a band mean nothing.
        """
        owed, self._owed = self._owed, 0
        if owed:
            self._send(bytes(owed))

    def _watch(self, until: float, answers: bool) -> PrintResult:
        """Look on while the paper comes out: the printer takes bytes faster than it prints them."""
        if not answers:
            return self._ended("unknown", PrinterStatus("unknown"))
        try:
            status = self._ask(self._busy_s)
            # whoever falls silent now may have been switched off with half the slip in its buffer
            while self._monotonic() < until and (status.state == "ok" or status.reasons == ("offline",)):
                self._pause(LOOK_EVERY_S)
                status = self._ask(self._busy_s)
        except OSError as error:
            # every byte went out before the cable did: paper may lie in the tray
            return self._ended("unknown", self._lost(error))
        self._left_half_a_slip = status.state == "bad"
        return self._ended(_OUTCOMES[status.state], status)

    def _ended(self, outcome: PrintOutcome, status: PrinterStatus) -> PrintResult:
        self._judge(status)
        return PrintResult(outcome, status.reasons)

    def _judge(self, status: PrinterStatus) -> None:
        if status.state != "bad":
            self._turn("ready", "paper_low" if "paper_low" in status.reasons else "")
        else:
            reason: PrinterReason = status.reasons[0]
            self._turn("absent" if reason == "cable" else "faulty", reason)

    def _ask_anew(self) -> PrinterStatus:
        """Ask; a line that went dead since the last job (power cycle, another USB path) is opened anew first."""
        if self._is_open:
            with contextlib.suppress(OSError):
                return self._ask()
        self._shut()
        try:
            self._port.open()
            self._is_open = True
            self._end_the_band()
            return self._ask()
        except OSError as error:
            return self._lost(error)

    def _ask(self, patience_s: float = ANSWER_TIMEOUT_S) -> PrinterStatus:
        for _ in range(TRIES):
            self._drop_stale()
            answers: dict[int, int] = {}
            is_noisy = False
            for number in STATUS_QUERIES:
                self._port.write(status_query(number))
                heard = self._answer(patience_s)
                if len(heard.answers) != 1:
                    is_noisy = not heard.is_clean or len(heard.answers) > 1
                    self._late = 0 if is_noisy else 1
                    break
                answers[number] = heard.answers[0]
            if not is_noisy:
                break
        return status_of(answers)

    def _drop_stale(self) -> None:
        """Read away what came unasked: automatic status and late answers would be taken for the next one."""
        came, expected = 0, self._strays + self._late
        wait_s = ANSWER_TIMEOUT_S if self._late else STRAY_ANSWER_S
        for _ in range(STALE_READS):
            data = self._port.read(wait_s if came < expected else 0.0)
            if not data:
                break
            came += len(data)
        self._strays = self._late = 0

    def _answer(self, patience_s: float) -> Heard:
        """Return what came after the question just sent, up to the first answer or noise."""
        until = self._monotonic() + patience_s
        data = b""
        heard = heard_in(data)
        while (left := until - self._monotonic()) > 0:
            data += self._port.read(left)
            heard = heard_in(data)
            if not heard.is_clean or (heard.answers and heard.is_whole):
                break
        return heard

    def _lost(self, error: OSError) -> PrinterStatus:
        """Let go of a line that broke: the printer is not there, or it is and takes nothing."""
        self._shut()
        return PrinterStatus("bad", ("offline" if isinstance(error, PortStalled) else "cable",))

    def _shut(self) -> None:
        self._port.close()
        self._is_open = False
