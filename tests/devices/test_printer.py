from collections.abc import Iterator

import numpy as np
import pytest
from devices_support import FONTS, Heard, a_slip
from escpos_interpreter import interpret
from PIL import Image
from printer_emulator import COVER_OPEN, CUTTER, NEAR_END, PAPER_OUT, READY, SILENT, PrinterEmulator, State

from kiosk.devices.escpos import PrinterStatus
from kiosk.devices.printer import PrintResult, VirtualPrinter
from kiosk.devices.printer_escpos import EscPosPrinter
from kiosk.devices.printer_ports import BytePort, DescriptorPort, FirstPort, PortStalled, SerialPort
from kiosk.devices.receipt import render_slip


@pytest.fixture
def emulator() -> Iterator[PrinterEmulator]:
    printer = PrinterEmulator()
    yield printer
    printer.close()


@pytest.fixture
def slip() -> Image.Image:
    return render_slip(a_slip(), FONTS)


def a_printer(port: BytePort) -> EscPosPrinter:
    # paper comes out at once here, so that nothing is waited for
    return EscPosPrinter(port, mm_per_s=1e9, pause=lambda seconds: None)


def ports(emulator: PrinterEmulator) -> list[BytePort]:
    return [SerialPort(emulator.line.path), DescriptorPort(emulator.line.path)]


@pytest.mark.parametrize("which", [0, 1], ids=["python-escpos serial", "device file"])
def test_what_reaches_the_printer_is_the_picture(emulator: PrinterEmulator, slip: Image.Image, which: int) -> None:
    printer = a_printer(ports(emulator)[which])
    assert printer.print(slip) == PrintResult("printed")
    paper = interpret(emulator.job(), slip.width)
    assert np.array_equal(np.asarray(paper.picture()), np.asarray(slip))
    assert printer.state == "ready"
    printer.close()


@pytest.mark.parametrize(
    ("state", "status", "outcome"),
    [
        (READY, PrinterStatus("ok"), "printed"),
        (NEAR_END, PrinterStatus("ok", ("paper_low",)), "printed"),
        (PAPER_OUT, PrinterStatus("bad", ("paper_out",)), "failed"),
        (COVER_OPEN, PrinterStatus("bad", ("cover_open",)), "failed"),
        (CUTTER, PrinterStatus("bad", ("cutter",)), "failed"),
        (SILENT, PrinterStatus("unknown"), "unknown"),
    ],
    ids=["ready", "near end", "paper out", "cover open", "cutter", "silent"],
)
def test_the_printers_own_word_decides(
    emulator: PrinterEmulator, slip: Image.Image, state: State, status: PrinterStatus, outcome: str
) -> None:
    emulator.state = state
    printer = a_printer(SerialPort(emulator.line.path))
    assert printer.status() == status
    assert printer.print(slip).outcome == outcome
    if outcome == "failed":
        assert emulator.job() == b"", "nothing is sent to a printer that cannot print"
    printer.close()


@pytest.mark.parametrize("band", [1, 3])
@pytest.mark.parametrize("state", [PAPER_OUT, COVER_OPEN, CUTTER, SILENT], ids=["paper", "cover", "cutter", "silent"])
def test_never_printed_when_the_printer_stops_in_mid_ticket(
    emulator: PrinterEmulator, slip: Image.Image, band: int, state: State
) -> None:
    emulator.turn_at(band, state)
    printer = a_printer(SerialPort(emulator.line.path))
    assert printer.print(slip).outcome == ("unknown" if state is SILENT else "failed")
    printer.close()


def test_the_slip_after_half_a_slip_begins_on_cut_paper(emulator: PrinterEmulator, slip: Image.Image) -> None:
    emulator.turn_at(2, PAPER_OUT)
    printer = a_printer(SerialPort(emulator.line.path))
    assert printer.print(slip).outcome == "failed"
    emulator.bytes.clear()
    emulator.state = READY
    assert printer.print(slip).outcome == "printed"
    paper = interpret(emulator.job(), slip.width)
    assert paper.cuts == [0, slip.height]
    assert np.array_equal(np.asarray(paper.picture()), np.asarray(slip))
    printer.close()


def test_automatic_status_bytes_between_answers_do_not_confuse() -> None:
    emulator = PrinterEmulator(chatter=b"\x14\x00\x00\x0f")
    printer = a_printer(SerialPort(emulator.line.path))
    assert printer.status() == PrinterStatus("ok")
    printer.close()
    emulator.close()


def test_a_missing_printer_is_told_once_and_found_again(tmp_path: object) -> None:
    emulator = PrinterEmulator()
    path = emulator.line.path
    printer = a_printer(SerialPort(path))
    states = Heard()
    printer.on_state = states
    assert printer.status().state == "ok"
    emulator.close()
    assert printer.status() == PrinterStatus("bad", ("cable",))
    assert printer.status() == PrinterStatus("bad", ("cable",))
    assert states.all == [("ready", ""), ("absent", "cable")]


def test_a_watched_printer_tells_by_itself_that_its_paper_is_out(emulator: PrinterEmulator) -> None:
    states = Heard()
    printer = a_printer(FirstPort(DescriptorPort("/nowhere/lp0"), DescriptorPort(emulator.line.path)))
    printer.on_state = states
    printer.watch(0.01)
    states.wait(lambda seen: ("ready", "") in seen)
    emulator.state = PAPER_OUT
    states.wait(lambda seen: seen[-1] == ("faulty", "paper_out"))
    emulator.state = READY
    states.wait(lambda seen: seen[-1] == ("ready", ""))
    printer.close()


class ScriptedPort:
    """A port in memory that answers ready, and fails at a chosen write."""

    def __init__(self, fails_at: int, error: OSError) -> None:
        self.written: list[bytes] = []
        self._bands = 0
        self._fails_at = fails_at
        self._error = error
        self._answers: list[int] = []

    def open(self) -> None: ...

    def close(self) -> None: ...

    def write(self, data: bytes) -> None:
        if data[:2] == b"\x10\x04":
            self._answers.append(READY[data[2] - 1])
            return
        self._bands += 1
        if self._bands > self._fails_at:
            raise self._error
        self.written.append(data)

    def read(self, timeout_s: float) -> bytes:
        answers, self._answers = self._answers, []
        return bytes(answers)


def test_a_stalled_or_pulled_printer_never_claims_a_ticket(slip: Image.Image) -> None:
    for moment in range(6):
        stalled = a_printer(ScriptedPort(moment, PortStalled("stalled"))).print(slip)
        assert (stalled.outcome, stalled.reasons) == ("failed", ("offline",))
        pulled = a_printer(ScriptedPort(moment, OSError("gone"))).print(slip)
        assert (pulled.outcome, pulled.reasons) == ("failed", ("cable",))


def test_the_virtual_printer_gives_picture_and_bytes(slip: Image.Image) -> None:
    papers = Heard()
    printer = VirtualPrinter(papers)
    assert printer.print(slip).outcome == "printed"
    png, escpos = papers.all[0]  # type: ignore[misc]  # Heard collects anything
    assert png == printer.papers[0].png
    assert np.array_equal(np.asarray(interpret(escpos, slip.width).picture()), np.asarray(slip))


def test_paper_and_cable_can_be_pulled_out_of_the_virtual_printer(slip: Image.Image) -> None:
    printer = VirtualPrinter()
    states = Heard()
    printer.on_state = states
    printer.set_paper(False)
    assert printer.print(slip) == PrintResult("failed", ("paper_out",))
    printer.set_cable(False)
    assert printer.print(slip) == PrintResult("failed", ("cable",))
    printer.set_cable(True)
    printer.set_paper(True)
    assert printer.print(slip).outcome == "printed"
    assert states.all == [("faulty", "paper_out"), ("absent", "cable"), ("faulty", "paper_out"), ("ready", "")]
