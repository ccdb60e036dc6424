"""How bytes reach a printer and come back: serial line, device file, network, USB.

python-escpos opens the ports; its traps (field notes §9.4) are closed here: DTR handshake that hangs, reads that wait
for 16 bytes, a close that waits for a stalled printer, a USB reset that makes the device vanish, a file without reads.
"""

import contextlib
import glob
import os
import select
import socket
import time
from collections.abc import Callable
from typing import Any, Protocol

WRITE_TIMEOUT_S = 8.0
"""A band takes at most a second to go out; a printer that takes nothing for so long has stalled."""
SERIAL_CHUNK = 1024
"""Bytes at once: a second at 9600 baud, so that a slow line is not taken for a stalled printer."""
LOOK_AT_LINE_S = 0.004
USB_PRINTERS = "/dev/usb/lp*"


class PortStalled(OSError):
    """The printer is there but takes no more bytes: out of paper, cover open, or hung."""


class BytePort(Protocol):
    """A line to a printer. Every method raises OSError when the printer is gone."""

    def open(self) -> None:
        """Open the line anew; finds a printer that came back under another path where it can."""

    def close(self) -> None:
        """Close the line at once, whatever is still under way; never raises."""

    def write(self, data: bytes) -> None:
        """Send everything.

        Raises:
            PortStalled: if the printer stops taking bytes.
        """

    def read(self, timeout_s: float) -> bytes:
        """Return the bytes that are there, waiting at most `timeout_s` for the first; empty if none come."""


class DescriptorPort:
    """A line that is a file descriptor: device files (`/dev/usb/lp0`), pseudo-terminals, anything to write bytes to."""

    def __init__(self, path: str, stall_s: float = WRITE_TIMEOUT_S) -> None:
        """Prepare.

        Args:
            path: of the device; with a star, the first that fits, looked up at each opening; empty: the first USB
                printer that the kernel's usblp knows.
            stall_s: a printer that takes nothing for so long has stalled.
        """
        self._path = path or USB_PRINTERS
        self._stall_s = stall_s
        self._descriptor: int | None = None
        self._can_read = False

    def open(self) -> None:
        """Open for reading and writing; for writing only where the device gives nothing else."""
        self.close()
        path = _first_of(self._path)
        try:
            self._descriptor = os.open(path, os.O_RDWR | os.O_NONBLOCK | os.O_NOCTTY)
            self._can_read = not os.path.isfile(path)
        except PermissionError:
            self._descriptor = os.open(path, os.O_WRONLY | os.O_NONBLOCK | os.O_NOCTTY)
            self._can_read = False

    def close(self) -> None:
        """Close."""
        if self._descriptor is not None:
            with contextlib.suppress(OSError):
                os.close(self._descriptor)
        self._descriptor = None

    def write(self, data: bytes) -> None:
        """Send everything."""
        _write_all(self._open_descriptor(), data, self._stall_s)

    def read(self, timeout_s: float) -> bytes:
        """Return what is there."""
        descriptor = self._open_descriptor()
        if not self._can_read or not select.select([descriptor], [], [], timeout_s)[0]:
            return b""
        return _some(os.read(descriptor, 64))

    def _open_descriptor(self) -> int:
        if self._descriptor is None:
            raise OSError("the port is closed")
        return self._descriptor


class SerialPort:
    """A serial line, through python-escpos and pyserial."""

    def __init__(self, path: str, baud: int = 115200, stall_s: float = WRITE_TIMEOUT_S) -> None:
        """Prepare.

        Args:
            path: of the line; with a star, the first that fits, looked up at each opening.
            baud: bits a second.
            stall_s: a printer that takes nothing for so long has stalled.
        """
        self._path = path
        self._baud = baud
        self._stall_s = stall_s
        self._printer: Any = None

    def open(self) -> None:
        """Open without any handshake: many cables do not wire DTR, and a write would wait for it for ever."""
        from escpos.printer import Serial

        self.close()
        printer = Serial(devfile=_first_of(self._path), baudrate=self._baud, timeout=0, dsrdtr=False)
        open_escpos(printer.open)
        printer.device.write_timeout = self._stall_s
        self._printer = printer

    def close(self) -> None:
        """Close without waiting for bytes that a stalled printer never takes (python-escpos would flush)."""
        if self._printer is not None:
            with contextlib.suppress(Exception):
                # pyserial raises termios.error besides OSError on a line that was pulled out
                self._printer.device.reset_output_buffer()
            with contextlib.suppress(Exception):
                self._printer.device.close()
            # else python-escpos flushes once more when the object is thrown away, and waits for ever
            self._printer.device = None
        self._printer = None

    def write(self, data: bytes) -> None:
        """Send everything, and wait until it has left: a question behind a second of dots is answered late."""
        import serial

        line = self._line()
        try:
            for first in range(0, len(data), SERIAL_CHUNK):
                line.write(data[first : first + SERIAL_CHUNK])
        except serial.SerialTimeoutException:
            raise PortStalled(f"{self._path} takes no more bytes") from None
        left, until = line.out_waiting, time.monotonic() + self._stall_s
        while left:
            time.sleep(LOOK_AT_LINE_S)
            now = line.out_waiting
            if now < left:
                left, until = now, time.monotonic() + self._stall_s
            elif time.monotonic() > until:
                raise PortStalled(f"{self._path} takes no more bytes")

    def read(self, timeout_s: float) -> bytes:
        """Return what is there."""
        line = self._line()
        line.timeout = timeout_s
        first: bytes = line.read(1)
        return first + line.read(line.in_waiting) if first else first

    def _line(self) -> Any:
        if self._printer is None:
            raise OSError("the port is closed")
        return self._printer.device


class NetworkPort:
    """A printer on port 9100, through python-escpos."""

    def __init__(self, host: str, port: int = 9100) -> None:
        self._address = (host, port)
        self._printer: Any = None

    def open(self) -> None:
        """Connect; a second's silence means that nobody is there."""
        from escpos.printer import Network

        self.close()
        printer = Network(*self._address, timeout=2)
        open_escpos(printer.open)
        printer.device.settimeout(WRITE_TIMEOUT_S)
        self._printer = printer

    def close(self) -> None:
        """Hang up."""
        if self._printer is not None:
            with contextlib.suppress(OSError):
                self._printer.close()
        self._printer = None

    def write(self, data: bytes) -> None:
        """Send everything."""
        try:
            self._line().sendall(data)
        except TimeoutError:
            raise PortStalled(f"{self._address[0]} takes no more bytes") from None

    def read(self, timeout_s: float) -> bytes:
        """Return what is there."""
        line = self._line()
        if not select.select([line], [], [], timeout_s)[0]:
            return b""
        return _some(line.recv(64))

    def _line(self) -> socket.socket:
        if self._printer is None:
            raise OSError("the port is closed")
        line: socket.socket = self._printer.device
        return line


class FirstPort:
    """The first of several lines that can be opened, chosen anew at each opening."""

    def __init__(self, *ports: BytePort) -> None:
        self._ports = ports
        self._open: BytePort | None = None

    def open(self) -> None:
        """Open the first that is there."""
        self.close()
        for port in self._ports:
            # pyusb is an extra, so it may be missing
            with contextlib.suppress(OSError, ImportError):
                port.open()
                self._open = port
                return
        raise OSError("no printer is plugged in")

    def close(self) -> None:
        """Close it."""
        if self._open is not None:
            self._open.close()
        self._open = None

    def write(self, data: bytes) -> None:
        """Send everything."""
        self._chosen().write(data)

    def read(self, timeout_s: float) -> bytes:
        """Return what is there."""
        return self._chosen().read(timeout_s)

    def _chosen(self) -> BytePort:
        if self._open is None:
            raise OSError("the port is closed")
        return self._open


def open_escpos(opening: Callable[[], None]) -> None:
    """Open a python-escpos printer, whose own error is no OSError.

    Raises:
        OSError: if the printer cannot be reached.
    """
    from escpos.exceptions import DeviceNotFoundError

    try:
        opening()
    except (DeviceNotFoundError, ValueError) as error:
        # ValueError: pyusb found no libusb
        raise OSError(str(error)) from None


def _first_of(path: str) -> str:
    if "*" not in path:
        return path
    found = sorted(glob.glob(path))
    if not found:
        raise FileNotFoundError(f"nothing is plugged in as {path}")
    return found[0]


def _write_all(descriptor: int, data: bytes, stall_s: float) -> None:
    rest = memoryview(data)
    until = time.monotonic() + stall_s
    while rest:
        left = until - time.monotonic()
        if left <= 0 or not select.select([], [descriptor], [], left)[1]:
            raise PortStalled("the printer takes no more bytes")
        try:
            sent = os.write(descriptor, rest)
        except BlockingIOError:
            continue
        if sent:
            rest = rest[sent:]
            until = time.monotonic() + stall_s


def _some(data: bytes) -> bytes:
    if not data:
        raise OSError("the printer hung up")
    return data
