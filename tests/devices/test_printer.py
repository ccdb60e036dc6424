import random
import socket
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from devices_support import FONTS, SOON_S, a_slip
from devices_support import Heard as Collected
from hypothesis import example, given, settings
from hypothesis import strategies as st
from PIL import Image

from kiosk.bench.rig.escpos_interpreter import Interpreted, interpret
from kiosk.bench.rig.printer_emulator import (
    COVER_OPEN,
    CUTTER,
    NEAR_END,
    OFFLINE,
    PAPER_OUT,
    READY,
    SILENT,
    EmulatedPrinter,
    MemoryLine,
    PrinterEmulator,
    State,
)
from kiosk.bench.rig.printer_rounds import FAULTS, arm
from kiosk.devices.escpos import Heard, PrinterStatus, encode_escpos, heard_in
from kiosk.devices.printer import PrintResult, VirtualPrinter
from kiosk.devices.printer_escpos import EscPosPrinter
from kiosk.devices.printer_ports import BytePort, DescriptorPort, FirstPort, NetworkPort, PortStalled, SerialPort
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
    return EscPosPrinter(port, mm_per_s=1e9, busy_s=2.0, pause=lambda seconds: None)


def in_memory(emulated: EmulatedPrinter) -> EscPosPrinter:
    """Return a printer whose time passes only while nobody says anything."""
    line = MemoryLine(emulated)
    return EscPosPrinter(line, pause=line.pause, monotonic=line.monotonic)


def same(paper: Image.Image, slip: Image.Image) -> bool:
    return np.array_equal(np.asarray(paper), np.asarray(slip))


class NetworkEmulator:
    """A printer on a TCP port of loopback that is always ready."""

    def __init__(self) -> None:
        self.paper = Interpreted(576)
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._socket.getsockname()[1]
        self._thread = threading.Thread(target=self._run, daemon=True)

    def __enter__(self) -> "NetworkEmulator":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._thread.join(SOON_S)
        self._socket.close()

    def _run(self) -> None:
        line, _ = self._socket.accept()
        state = READY or ()
        with line:
            while data := line.recv(4096):
                self.paper.take(data)
                line.sendall(bytes(state[number - 1] for number in self.paper.questions))
                self.paper.questions.clear()


def ports(emulator: PrinterEmulator) -> list[BytePort]:
    return [SerialPort(emulator.path), DescriptorPort(emulator.path)]


@pytest.mark.parametrize("which", [0, 1], ids=["python-escpos serial", "device file"])
@pytest.mark.parametrize("width", [576, 384])
def test_what_reaches_the_printer_is_the_picture(which: int, width: int) -> None:
    emulator = PrinterEmulator(width=width)
    slip = render_slip(a_slip(width_dots=width), FONTS)
    printer = a_printer(ports(emulator)[which])
    assert printer.print(slip) == PrintResult("printed")
    assert same(emulator.paper.picture(), slip)
    assert printer.state == "ready"
    printer.close()
    emulator.close()


def test_a_file_takes_the_slip_and_is_never_said_to_have_printed_it(tmp_path: Path, slip: Image.Image) -> None:
    file = tmp_path / "lp0"
    file.touch()
    printer = a_printer(DescriptorPort(str(file)))
    assert printer.print(slip).outcome == "unknown"
    printer.close()
    assert same(interpret(file.read_bytes(), slip.width).picture(), slip)


def test_what_reaches_a_network_printer_through_python_escpos_is_the_picture(slip: Image.Image) -> None:
    with NetworkEmulator() as emulator:
        printer = a_printer(NetworkPort("127.0.0.1", emulator.port))
        assert printer.print(slip) == PrintResult("printed")
        assert same(emulator.paper.picture(), slip)
        printer.close()


@pytest.mark.parametrize(
    ("state", "status", "outcome"),
    [
        (READY, PrinterStatus("ok"), "printed"),
        (NEAR_END, PrinterStatus("ok", ("paper_low",)), "printed"),
        (PAPER_OUT, PrinterStatus("bad", ("paper_out",)), "failed"),
        (COVER_OPEN, PrinterStatus("bad", ("cover_open",)), "failed"),
        (CUTTER, PrinterStatus("bad", ("cutter",)), "failed"),
        (OFFLINE, PrinterStatus("bad", ("offline",)), "failed"),
        (SILENT, PrinterStatus("unknown"), "unknown"),
    ],
    ids=["ready", "near end", "paper out", "cover open", "cutter", "offline", "silent"],
)
def test_the_printers_own_word_decides(slip: Image.Image, state: State, status: PrinterStatus, outcome: str) -> None:
    emulated = EmulatedPrinter(state)
    printer = in_memory(emulated)
    assert printer.status() == status
    assert printer.print(slip).outcome == outcome
    if outcome == "failed":
        emulated.turn(READY)
        printer.status()
        assert emulated.paper.resets == 0, "nothing is sent to a printer that cannot print"


MOMENTS = ["before", *range(1, 64, 9), 64, "after"]


@pytest.mark.parametrize("fault", [fault for fault in FAULTS if fault != "near end"])
def test_never_printed_when_it_is_not_and_the_next_slip_is_whole(slip: Image.Image, fault: str) -> None:
    for moment in MOMENTS:
        emulated = EmulatedPrinter()
        arm(emulated, fault, moment)
        printer = in_memory(emulated)

        result = printer.print(slip)

        # nobody can say "printed" of a printer that is not well at the end
        assert result.outcome in ("failed", "unknown"), moment
        if fault == "garbage" or (fault == "silent" and moment in ("before", "after")):
            assert result.outcome == "unknown", moment
        emulated.heal()
        assert printer.print(slip).outcome == "printed", moment
        assert same(emulated.paper.picture(len(emulated.paper.cuts) - 1), slip), moment


@pytest.mark.parametrize("fault", ["paper out", "hung", "power lost"])
def test_the_same_holds_on_a_real_line(emulator: PrinterEmulator, slip: Image.Image, fault: str) -> None:
    arm(emulator, fault, 20)
    printer = a_printer(SerialPort(emulator.path, stall_s=0.2))
    assert printer.print(slip).outcome == "failed"
    emulator.heal()
    assert printer.print(slip).outcome != "failed"
    assert same(emulator.paper.picture(len(emulator.paper.cuts) - 1), slip)
    printer.close()


def test_a_printer_that_comes_near_its_papers_end_in_mid_ticket_has_printed_it(slip: Image.Image) -> None:
    emulated = EmulatedPrinter()
    arm(emulated, "near end", 5)
    assert in_memory(emulated).print(slip) == PrintResult("printed", ("paper_low",))


def test_a_printer_that_was_off_and_on_again_within_a_ticket_has_not_printed_it(slip: Image.Image) -> None:
    port = ScriptedPort(answering=lambda ask: READY if not 20 < ask < 24 else None)
    assert on(port).print(slip).outcome == "failed"


@pytest.mark.parametrize("which", [0, 1], ids=["python-escpos serial", "device file"])
def test_a_printer_that_comes_back_under_another_path_is_found(tmp_path: Path, slip: Image.Image, which: int) -> None:
    first, second = PrinterEmulator(), PrinterEmulator()
    pattern = str(tmp_path / "printer-*")
    plug = tmp_path / "printer-0"
    plug.symlink_to(first.path)
    printer = a_printer([SerialPort(pattern), DescriptorPort(pattern)][which])
    pulled = threading.Event()
    first.at_band(5, lambda: (plug.unlink(), first.hang(), pulled.set()))  # type: ignore[func-returns-value]  # in turn
    ended: list[PrintResult] = []
    job = threading.Thread(target=lambda: ended.append(printer.print(slip)))
    job.start()
    assert pulled.wait(SOON_S)
    first.close()
    job.join(SOON_S)
    assert ended == [PrintResult("failed", ("cable",))]
    assert printer.print(slip).outcome == "failed"

    (tmp_path / "printer-1").symlink_to(second.path)
    assert printer.print(slip).outcome == "printed"
    assert same(second.paper.picture(len(second.paper.cuts) - 1), slip)
    printer.close()
    second.close()


def test_the_slip_after_half_a_slip_begins_on_cut_paper(slip: Image.Image) -> None:
    emulated = EmulatedPrinter()
    arm(emulated, "paper out", 2)
    printer = in_memory(emulated)
    assert printer.print(slip).outcome == "failed"
    emulated.heal()
    assert printer.print(slip).outcome == "printed"
    assert len(emulated.paper.cuts) == 2
    assert same(emulated.paper.picture(1), slip)


def test_automatic_status_bytes_between_answers_do_not_confuse() -> None:
    emulated = EmulatedPrinter(chatter=b"\x14\x00\x00\x0f")
    assert in_memory(emulated).status() == PrinterStatus("ok")


def test_dots_that_look_like_a_question_do_not_confuse() -> None:
    emulated = EmulatedPrinter()
    dots = np.zeros((40, 576), bool)
    for row in range(40):
        for place, value in enumerate(b"\x10\x04" + bytes((1 + row % 4,))):
            dots[row, place * 8 : place * 8 + 8] = [bool(value & (0x80 >> bit)) for bit in range(8)]
    slip = Image.fromarray(np.where(dots, 0, 255).astype(np.uint8)).convert("1")
    assert in_memory(emulated).print(slip) == PrintResult("printed")
    assert same(emulated.paper.picture(), slip)


def test_a_missing_printer_is_told_once_and_found_again(tmp_path: object) -> None:
    emulator = PrinterEmulator()
    path = emulator.path
    printer = a_printer(SerialPort(path))
    states = Collected()
    printer.on_state = states
    assert printer.status().state == "ok"
    emulator.close()
    assert printer.status() == PrinterStatus("bad", ("cable",))
    assert printer.status() == PrinterStatus("bad", ("cable",))
    assert states.all == [("ready", ""), ("absent", "cable")]


def test_a_watched_printer_tells_by_itself_that_its_paper_is_out(emulator: PrinterEmulator) -> None:
    states = Collected()
    printer = a_printer(FirstPort(DescriptorPort("/nowhere/lp0"), DescriptorPort(emulator.path)))
    printer.on_state = states
    printer.watch(0.01)
    states.wait(lambda seen: ("ready", "") in seen)
    emulator.state = PAPER_OUT
    states.wait(lambda seen: seen[-1] == ("faulty", "paper_out"))
    emulator.state = READY
    states.wait(lambda seen: seen[-1] == ("ready", ""))
    printer.close()


class ScriptedPort:
    """A port in memory that answers as it is told, and may fail at a chosen write."""

    def __init__(
        self,
        fails_at: int = 10**9,
        error: OSError | None = None,
        answering: Callable[[int], State] = lambda ask: READY,
        babble: bytes = b"",
    ) -> None:
        self.written: list[bytes] = []
        self.now = 0.0
        self._asks = 0
        self._fails_at = fails_at
        self._error = error or OSError()
        self._answering = answering
        self._answers = bytearray(babble)

    def open(self) -> None: ...

    def close(self) -> None: ...

    def write(self, data: bytes) -> None:
        if data[:2] == b"\x10\x04":
            state = self._answering(self._asks)
            self._asks += 1
            if state is not None:
                self._answers.append(state[data[2] - 1])
            return
        if len(self.written) >= self._fails_at:
            raise self._error
        self.written.append(data)

    def read(self, timeout_s: float) -> bytes:
        answers, self._answers = self._answers[:64], self._answers[64:]
        if not answers:
            self.now += timeout_s
        return bytes(answers)

    def monotonic(self) -> float:
        return self.now

    def pause(self, seconds: float) -> None:
        self.now += seconds


def on(port: ScriptedPort, **settings: float) -> EscPosPrinter:
    """Return a printer whose time is the port's."""
    return EscPosPrinter(port, pause=port.pause, monotonic=port.monotonic, **settings)  # type: ignore[arg-type]  # numbers


def test_a_stalled_or_pulled_printer_never_claims_a_ticket(slip: Image.Image) -> None:
    for moment in range(6):
        stalled = on(ScriptedPort(moment, PortStalled("stalled"))).print(slip)
        assert (stalled.outcome, stalled.reasons) == ("failed", ("offline",))
        pulled = on(ScriptedPort(moment, OSError("gone"))).print(slip)
        assert (pulled.outcome, pulled.reasons) == ("failed", ("cable",))


def test_a_printer_that_takes_nothing_is_not_told_to_be_unplugged(slip: Image.Image) -> None:
    emulated = EmulatedPrinter()
    emulated.hang()
    printer = in_memory(emulated)
    assert printer.print(slip) == PrintResult("failed", ("offline",))
    assert (printer.state, printer.reason) == ("faulty", "offline")


def test_a_small_buffer_is_not_overrun(slip: Image.Image) -> None:
    held: list[int] = []

    class Watched(ScriptedPort):
        def write(self, data: bytes) -> None:
            super().write(data)
            if data[:2] != b"\x10\x04":
                self.now += len(data) / 92_000  # 921600 baud
                held.append(len(data))
                out_by = min(len(job), self.now * 8 * 100 / slip.height * len(job))
                assert sum(held) - out_by <= 16 * 1024 + 4096

    job = encode_escpos(slip)
    port = Watched()
    assert on(port, mm_per_s=100, buffer_bytes=12 * 1024).print(slip).outcome == "printed"
    assert b"".join(port.written) == job


@settings(deadline=None, max_examples=200)
@given(st.binary(max_size=400), st.integers(0, 2**31))
@example(said=b"\x1e\x18\x00\x00", seed=105)
def test_whatever_a_printer_says_it_is_understood_or_unknown_within_a_second(said: bytes, seed: int) -> None:
    source = random.Random(seed)

    class Babbling(ScriptedPort):
        def write(self, data: bytes) -> None:
            self._answers += said[: source.randrange(len(said) + 1)]

    port = Babbling(babble=said)
    status = on(port).status()
    assert status.state in ("ok", "bad", "unknown")
    assert port.now < 1.0


@settings(max_examples=300)
@given(
    st.lists(st.sampled_from([b"\x14\x00\x00\x0f", b"\x11", b"\x13"])), st.sampled_from([0x12, 0x16, 0x1E, 0x32, 0x7E])
)
def test_an_answer_is_found_among_automatic_status(around: list[bytes], answer: int) -> None:
    for place in range(len(around) + 1):
        said = b"".join(around[:place]) + bytes((answer,)) + b"".join(around[place:])
        assert heard_in(said) == Heard((answer,), is_clean=True, is_whole=True)


def test_the_virtual_printer_gives_picture_and_bytes(slip: Image.Image) -> None:
    papers = Collected()
    printer = VirtualPrinter(papers)
    assert printer.print(slip).outcome == "printed"
    png, escpos = papers.all[0]  # type: ignore[misc]  # Collected takes anything
    assert png == printer.papers[0].png
    assert same(interpret(escpos, slip.width).picture(), slip)


def test_paper_and_cable_can_be_pulled_out_of_the_virtual_printer(slip: Image.Image) -> None:
    printer = VirtualPrinter()
    states = Collected()
    printer.on_state = states
    printer.set_paper(False)
    assert printer.print(slip) == PrintResult("failed", ("paper_out",))
    printer.set_cable(False)
    assert printer.print(slip) == PrintResult("failed", ("cable",))
    printer.set_cable(True)
    printer.set_paper(True)
    assert printer.print(slip).outcome == "printed"
    assert states.all == [("faulty", "paper_out"), ("absent", "cable"), ("faulty", "paper_out"), ("ready", "")]
