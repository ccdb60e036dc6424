"""A USB printer that no kernel driver holds, through python-escpos and pyusb (the `hardware` extra)."""

import contextlib
from typing import Any

from kiosk.devices.printer_ports import WRITE_TIMEOUT_S, PortStalled, open_escpos


class UsbPort:
    """A USB printer without a kernel driver, through python-escpos and pyusb."""

    def __init__(self, vendor: int | None = None, product: int | None = None, backend: object | None = None) -> None:
        """Prepare.

        Args:
            vendor, product: USB ids; None: the first device with a printer interface.
            backend: pyusb's way to the bus; None: libusb.
        """
        self._ids = (vendor, product)
        self._backend = backend
        self._printer: Any = None
        self._timeout_error: type[Exception] = TimeoutError

    def open(self) -> None:
        """Find the device anew: after a power cycle the old object is dead (python-escpos issue 437)."""
        import usb.core

        self.close()
        vendor, product = self._ids
        arguments: dict[str, Any] = {} if vendor else {"custom_match": _has_printer_interface}
        if self._backend is not None:
            arguments["backend"] = self._backend
        wanted = {"idVendor": vendor, "idProduct": product} if vendor else {}
        try:
            is_there = usb.core.find(**wanted, **arguments) is not None
        except ValueError as error:
            # pyusb found no libusb
            raise OSError(str(error)) from None
        if not is_there:
            # python-escpos reads a book of all printers when it is loaded, for half a second of a lobby's start
            raise OSError("no USB printer is plugged in")
        from escpos.printer import Usb

        class UsbWithoutReset(Usb):  # type: ignore[misc]  # python-escpos has no types
            """Leaves out the bus reset after which some clones vanish (python-escpos issue 387)."""

            def _configure_usb(self) -> None:
                if self.device:
                    self.device.set_configuration()

        self._timeout_error = usb.core.USBTimeoutError
        printer = UsbWithoutReset(vendor, product, usb_args=arguments, timeout=round(WRITE_TIMEOUT_S * 1000))
        open_escpos(printer.open)
        for endpoint in _printer_endpoints(printer.device):
            if endpoint & 0x80:
                printer.in_ep = endpoint
            else:
                printer.out_ep = endpoint
        self._printer = printer

    def close(self) -> None:
        """Let go of the device."""
        if self._printer is not None:
            with contextlib.suppress(Exception):
                # pyusb raises what its backend raises
                self._printer.close()
        self._printer = None

    def write(self, data: bytes) -> None:
        """Send everything."""
        printer = self._open_printer()
        try:
            printer.device.write(printer.out_ep, data, round(WRITE_TIMEOUT_S * 1000))
        except self._timeout_error:
            raise PortStalled("the USB printer takes no more bytes") from None

    def read(self, timeout_s: float) -> bytes:
        """Return what is there."""
        printer = self._open_printer()
        try:
            return bytes(printer.device.read(printer.in_ep, 64, max(1, round(timeout_s * 1000))))
        except self._timeout_error:
            return b""

    def _open_printer(self) -> Any:
        if self._printer is None:
            raise OSError("the port is closed")
        return self._printer


def _has_printer_interface(device: Any) -> bool:
    return any(interface.bInterfaceClass == 7 for configuration in device for interface in configuration)


def _printer_endpoints(device: Any) -> list[int]:
    interfaces = [interface for interface in device.get_active_configuration() if interface.bInterfaceClass == 7]
    return [endpoint.bEndpointAddress for endpoint in interfaces[0]] if interfaces else []
