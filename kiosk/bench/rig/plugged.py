"""The serial and input devices of an office on sockets, each with a proof that it does its work again."""

import contextlib
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Protocol

from kiosk.bench.rig.sockets import PATIENCE_S, Hang, Pause, Socket
from kiosk.clock import Act
from kiosk.devices.input_events import EV_KEY, EVENT
from kiosk.devices.keypad_evdev import EvdevKeypad
from kiosk.devices.keypad_serial import SerialKeypad
from kiosk.devices.plug import StateListener
from kiosk.devices.printer_escpos import EscPosPrinter
from kiosk.devices.printer_ports import SerialPort
from kiosk.devices.qr_scanner import ScanEvent
from kiosk.devices.rating_pad_hid import HidRatingPad
from kiosk.devices.scanner_serial import SerialScanner
from kiosk.devices.sign_protocols import ALONE, PROTOCOLS
from kiosk.devices.sign_serial import SerialSign

READY_ANSWERS = {1: 0x16, 2: 0x12, 3: 0x12, 4: 0x12}
"""What a printer that is well answers to DLE EOT 1 to 4 (card notes §9.4)."""
ENTER, KEY_4 = 96, 5
PRINTER_WATCH_S = 1.5
PRESS_APART_S = 60.0
"""Between two proofs of one key, so that the second is no double press."""


class Driver(Protocol):
    """What the bench needs of any driver."""

    on_state: StateListener | None

    @property
    def state(self) -> str:
        """Return `absent`, `ready` or `faulty`."""


class Station:
    """One device: its socket, its driver, and the pauses of the driver."""

    def __init__(self, name: str, folder: Path, now: Callable[[], float]) -> None:
        self.name = name
        self.socket = Socket(folder / name)
        self.pause = Pause(now)
        self.plugged_at: float | None = None
        """When it was plugged in, until it is back."""
        self.prove: Callable[[], None] = lambda: None
        """Lets the device do its work once; raises `Hang` if nothing comes of it."""
        self.stop: Callable[[], None] = lambda: None
        self.losses = 0
        """How often the driver lost its device."""
        self._driver: Driver | None = None
        self._heard: list[object] = []

    def follow(self, driver: Driver, stop: Callable[[], None], prove: Callable[[], None]) -> None:
        """Take over a driver that is about to start."""
        self._driver, self.stop, self.prove = driver, stop, prove
        driver.on_state = self._note

    def _note(self, state: str, _reason: str) -> None:
        self.losses += state != "ready"
        self.pause.stir()

    @property
    def is_ready(self) -> bool:
        """Tell whether the driver has its device."""
        return self._driver is not None and self._driver.state == "ready"

    def settle(self) -> None:
        """Wait in real time until the driver rests, or is at work with its device.

        Raises:
            Hang: if it does neither.
        """
        is_in = self.socket.is_plugged
        if not self.pause.reached(lambda: self.pause.is_resting or (is_in and self.is_ready)):
            raise Hang(f"{self.name} neither rests nor is at work; its plug is {'in' if is_in else 'out'}")

    def hear(self, what: object) -> None:
        """Note what the driver reports."""
        self._heard.append(what)
        self.pause.stir()

    def expect(self, what: object, act: Callable[[], None]) -> None:
        """Do `act` and wait until the driver reports `what`.

        Raises:
            Hang: if it does not.
        """
        self._heard.clear()
        act()
        if not self.pause.reached(lambda: what in self._heard):
            raise Hang(f"{self.name} did not report {what!r}, only {self._heard!r}")


class Presses:
    """A clock for key ports that makes each proof a press of its own."""

    def __init__(self) -> None:
        self._now = 0.0

    def __call__(self) -> float:
        """Return seconds that go on with every look."""
        self._now += PRESS_APART_S
        return self._now


def at_once(act: Act) -> None:
    """Post by calling: reports go straight to the station."""
    act()


def ungrabbed(_: int) -> None:
    """Grab nothing: a pseudo-terminal is no input device."""


def serial_keypad(folder: Path, now: Callable[[], float]) -> Station:
    """Return the officer's keypad on a serial line."""
    station = Station("serial-keypad", folder, now)
    driver = SerialKeypad(station.socket.path, at_once, 9600, Presses(), station.pause.wait)
    station.follow(driver, driver.stop, lambda: station.expect("next", lambda: station.socket.send(b"\r\nnext\r\n")))
    driver.start(station.hear)
    return station


def usb_keypad(folder: Path, now: Callable[[], float]) -> Station:
    """Return the officer's number pad."""
    station = Station("usb-keypad", folder, now)
    driver = EvdevKeypad(station.socket.path, at_once, Presses(), station.pause.wait, ungrabbed)
    tap = EVENT.pack(0, 0, EV_KEY, ENTER, 1) + EVENT.pack(0, 0, EV_KEY, ENTER, 0)
    station.follow(driver, driver.stop, lambda: station.expect("next", lambda: station.socket.send(tap)))
    driver.start(station.hear)
    return station


def rating_pad(folder: Path, now: Callable[[], float]) -> Station:
    """Return the citizens' five keys."""
    station = Station("rating-pad", folder, now)
    driver = HidRatingPad(station.socket.path, at_once, Presses(), station.pause.wait, ungrabbed)
    tap = EVENT.pack(0, 0, EV_KEY, KEY_4, 1) + EVENT.pack(0, 0, EV_KEY, KEY_4, 0)
    station.follow(driver, driver.stop, lambda: station.expect(4, lambda: station.socket.send(tap)))
    driver.start(station.hear)
    return station


def scanner(folder: Path, now: Callable[[], float]) -> Station:
    """Return the lobby's card scanner; what it reads is no card of anybody."""
    station = Station("scanner", folder, now)
    driver = SerialScanner(station.socket.path, at_once, wait=station.pause.wait)
    count = iter(range(1_000_000_000))

    def prove() -> None:
        text = f"proof {next(count)}"
        station.expect(text, lambda: station.socket.send(f"\r{text}\r".encode()))

    def hear(event: ScanEvent) -> None:
        station.hear(event.text)

    station.follow(driver, driver.stop, prove)
    driver.start(hear)
    return station


def sign(folder: Path, now: Callable[[], float]) -> Station:
    """Return the counter's sign."""
    station = Station("sign", folder, now)
    protocol = PROTOCOLS["alpha"]
    driver = SerialSign(station.socket.path, 9600, protocol, wait=station.pause.wait)
    count = iter(range(1_000_000_000))

    def prove() -> None:
        text = f"A{next(count) % 1000:03}"
        driver.show(text)
        received, wanted = b"", protocol.frame(text, ALONE)
        while wanted not in received:
            piece = station.socket.heard(PATIENCE_S)
            if not piece:
                raise Hang(f"the sign did not get {text}, only {received!r}")
            received = (received + piece)[-4096:]

    station.follow(driver, driver.stop, prove)
    driver.show("")
    return station


class PaperTray:
    """The printer at the other end of its socket: answers questions and counts the slips that it cut."""

    def __init__(self, socket: Socket) -> None:
        self._socket = socket
        self._stop = threading.Event()
        self.cut = 0
        self._thread = threading.Thread(target=self._run, name="paper-tray", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Switch it off."""
        self._stop.set()
        self._thread.join()

    def _run(self) -> None:
        tail = b""
        while not self._stop.is_set():
            piece = self._socket.heard(0.02)
            if not piece:
                if not self._socket.is_plugged:
                    self._stop.wait(0.002)
                continue
            # a question or a cut may come in two pieces
            data = tail + piece
            for at in range(len(tail), len(data)):
                command = data[max(0, at - 3) : at + 1]
                if command[1:3] == b"\x10\x04" and command[-1] in READY_ANSWERS:
                    with contextlib.suppress(OSError):
                        self._socket.send(bytes((READY_ANSWERS[command[-1]],)))
                self.cut += command == b"\x1dVB\x00"
            tail = data[-3:]


def printer(folder: Path, now: Callable[[], float]) -> tuple[Station, EscPosPrinter, PaperTray]:
    """Return the ticket printer, its driver for jobs, and what lies in its tray."""
    station = Station("printer", folder, now)
    tray = PaperTray(station.socket)
    driver = EscPosPrinter(SerialPort(station.socket.path), mm_per_s=1e6)

    def prove() -> None:
        if driver.status().state != "ok":
            raise Hang("the printer is back but does not answer")

    def stop() -> None:
        driver.close()
        tray.close()

    station.follow(driver, stop, prove)
    driver.watch(PRINTER_WATCH_S, station.pause.wait)
    return station, driver, tray


@contextlib.contextmanager
def an_office(folder: Path, now: Callable[[], float]) -> Iterator[tuple[list[Station], EscPosPrinter, PaperTray]]:
    """Yield everything that has a plug, at work, and end it all."""
    station, driver, tray = printer(folder, now)
    stations = [station, *(make(folder, now) for make in (scanner, serial_keypad, usb_keypad, rating_pad, sign))]
    try:
        yield stations, driver, tray
    finally:
        for station in stations:
            station.stop()
            if station.socket.is_plugged:
                station.socket.pull()
