"""The ticket printer that `kiosk.toml` names, and what draws its slips; hardware libraries load only with it."""

import logging
from pathlib import Path

from PIL import Image

from kiosk.config import PrinterSettings
from kiosk.devices.escpos import PrinterStatus
from kiosk.devices.logo import LogoFault, load_logo
from kiosk.devices.paper_roll import RollFile
from kiosk.devices.plug import Plugged
from kiosk.devices.printer import Printer, PrintResult, Unmetered, VirtualPrinter
from kiosk.devices.printer_escpos import EscPosPrinter
from kiosk.devices.printer_metered import MeteredPrinter
from kiosk.devices.printer_ports import BytePort, DescriptorPort, FirstPort, NetworkPort, SerialPort
from kiosk.devices.printer_usb import UsbPort
from kiosk.devices.receipt import SlipPress
from kiosk.devices.typeset import SHIPPED_FONTS

RAW_PRINTING = 9100
WATCH_S = 1.5
"""A printer that is plugged in again, or has paper again, is known within two seconds."""


class AbsentPrinter(Unmetered, Plugged):
    """Where a lobby has no printer: tickets stand on the screen."""

    def __init__(self) -> None:
        super().__init__("printer", "absent", "none")

    def print(self, slip: Image.Image) -> PrintResult:
        """Fail at once."""
        return PrintResult("failed", ())

    def status(self) -> PrinterStatus:
        """Return `bad`: nothing will come out."""
        return PrinterStatus("bad")


def printer_of(settings: PrinterSettings, watch_s: float = WATCH_S, storage: Path | None = None) -> Printer:
    """Return the ticket printer.

    Args:
        watch_s: how often a real one is asked how it is; 0: only with each job.
        storage: folder in which it is kept how much paper is left; None: nobody measures.
    """
    if settings.driver == "virtual":
        return VirtualPrinter()
    if settings.driver == "none":
        return AbsentPrinter()
    printer = EscPosPrinter(_port_of(settings), buffer_bytes=settings.buffer_kib * 1024)
    # it must listen before anything is told
    metered = MeteredPrinter(printer, RollFile(storage, settings.roll_m)) if storage and settings.roll_m else printer
    if watch_s:
        printer.watch(watch_s)
    return metered


def press_of(settings: PrinterSettings, logo: Path | None) -> SlipPress:
    """Return what draws the slips; a logo that cannot be used is told once, and slips go without it.

    Args:
        logo: the site's picture; None: none.
    """
    picture = None
    if logo is not None:
        try:
            picture = load_logo(logo, settings.width_dots)
        except LogoFault as fault:
            logging.getLogger(__name__).warning("slips go without the logo: %s", fault)
    return SlipPress(SHIPPED_FONTS, settings.width_dots, picture)


def _port_of(settings: PrinterSettings) -> BytePort:
    match settings.driver:
        case "escpos-usb":
            return UsbPort(*_usb_ids(settings.port))
        case "escpos-serial":
            return SerialPort(settings.port, settings.baud)
        case "escpos-network":
            host, _, port = settings.port.partition(":")
            return NetworkPort(host, int(port) if port else RAW_PRINTING)
        case "auto" if not settings.port:
            return FirstPort(DescriptorPort(""), UsbPort())
        case _:
            return DescriptorPort(settings.port)


def _usb_ids(port: str) -> tuple[int | None, int | None]:
    vendor, _, product = port.partition(":")
    return (int(vendor, 16), int(product, 16)) if vendor and product else (None, None)
