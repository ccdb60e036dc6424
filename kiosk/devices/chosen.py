"""The drivers that `kiosk.toml` names, built: one function a kind; hardware libraries load only with their drivers."""

import importlib.util
import logging
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from PIL import Image

from kiosk.clock import Act
from kiosk.config import (
    CameraSettings,
    KeypadSettings,
    NarratorSettings,
    PrinterSettings,
    RatingPadSettings,
    ScannerSettings,
    SignSettings,
    SpeakerSettings,
)
from kiosk.devices.camera import Camera, VirtualCamera
from kiosk.devices.camera_pi import Picamera2Camera
from kiosk.devices.camera_played import PlayedCamera, play_of
from kiosk.devices.camera_v4l2 import V4l2Camera
from kiosk.devices.escpos import PrinterStatus
from kiosk.devices.keypad import Keypad, VirtualKeypad
from kiosk.devices.keypad_evdev import EvdevKeypad
from kiosk.devices.keypad_serial import SerialKeypad
from kiosk.devices.lamp import GpioLamp
from kiosk.devices.logo import LogoFault, load_logo
from kiosk.devices.narrator import CommandNarrator, Narrator, VirtualNarrator
from kiosk.devices.paper_roll import RollFile
from kiosk.devices.player import LoudHours, command_of, volume_at
from kiosk.devices.plug import Plugged
from kiosk.devices.printer import Printer, PrintResult, Unmetered, VirtualPrinter
from kiosk.devices.printer_escpos import EscPosPrinter
from kiosk.devices.printer_metered import MeteredPrinter
from kiosk.devices.printer_ports import BytePort, DescriptorPort, FirstPort, NetworkPort, SerialPort
from kiosk.devices.printer_usb import UsbPort
from kiosk.devices.qr_scanner import CameraScanner, QrDecoder, QrScanner, VirtualScanner
from kiosk.devices.rating_pad import RatingPad, VirtualRatingPad
from kiosk.devices.rating_pad_gpio import GpioRatingPad
from kiosk.devices.rating_pad_hid import HidRatingPad
from kiosk.devices.receipt import SlipPress
from kiosk.devices.scanner_families import FAMILIES
from kiosk.devices.scanner_serial import SerialScanner, plugged_in_line
from kiosk.devices.scanner_wedge import WedgeScanner
from kiosk.devices.sign import Sign, VirtualSign
from kiosk.devices.sign_protocols import PROTOCOLS, SignPlace
from kiosk.devices.sign_serial import SerialSign
from kiosk.devices.speaker import CommandSpeaker, Speaker, VirtualSpeaker
from kiosk.devices.typeset import SHIPPED_FONTS

Post = Callable[[Act], None]
DEFAULT_VIDEO = "/dev/video0"
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


def camera_of(settings: CameraSettings) -> Camera:
    """Return the camera; `auto` is the board's own where picamera2 is installed, else the first webcam."""
    driver = settings.driver
    if driver == "auto":
        driver = "picamera2" if importlib.util.find_spec("picamera2") is not None else "v4l2"
    match driver:
        case "picamera2":
            return Picamera2Camera(settings.width, settings.height)
        case "v4l2":
            return V4l2Camera(settings.port or DEFAULT_VIDEO, settings.width, settings.height)
        case "virtual" if settings.port:
            return PlayedCamera(play_of(settings.port))
        case _:
            return VirtualCamera()


def scanner_of(settings: ScannerSettings, camera: CameraSettings, decoder: str, post: Post) -> QrScanner:
    """Return what reads cards; `auto` is a serial module where one is named or plugged in, else the camera."""
    driver = settings.driver
    if driver == "auto":
        driver = "serial" if settings.port or plugged_in_line() else "camera"
    match driver:
        case "serial":
            return SerialScanner(settings.port, post, settings.baud, family=FAMILIES[settings.family])
        case "wedge":
            return WedgeScanner(settings.port, post)
        case "camera":
            lamp = GpioLamp(settings.lamp) if settings.lamp is not None else None
            return CameraScanner(camera_of(camera), decoder_of(decoder), post, lamp)
        case _:
            return VirtualScanner()


def decoder_of(engine: str) -> QrDecoder:
    """Return the decoder of a library; zxing-cpp where that is not installed: cards must be read all the same."""
    try:
        return QrDecoder(engine)
    except ImportError as error:
        logging.getLogger(__name__).warning('decoder = "%s": %s; zxing reads the cards instead', engine, error)
        return QrDecoder()


def keypad_of(settings: KeypadSettings, post: Post) -> Keypad:
    """Return the officer's keypad; `auto` is the first USB pad."""
    match settings.driver:
        case "serial":
            return SerialKeypad(settings.port, post, settings.baud)
        case "auto" | "evdev":
            return EvdevKeypad(settings.port, post)
        case _:
            return VirtualKeypad()


def rating_pad_of(settings: RatingPadSettings, post: Post) -> RatingPad | None:
    """Return the citizens' five keys, or None where only the tablet asks."""
    match settings.driver:
        case "gpio":
            return GpioRatingPad(settings.keys, settings.lamp, settings.beeper, post)
        case "hid":
            return HidRatingPad(settings.port, post)
        case "virtual":
            return VirtualRatingPad()
        case _:
            return None


def sign_of(settings: SignSettings) -> Sign:
    """Return the counter's sign; `auto` is a serial one where a port is named."""
    if settings.driver == "serial" or (settings.driver == "auto" and settings.port):
        place = SignPlace(settings.columns, settings.address)
        return SerialSign(settings.port, settings.baud, PROTOCOLS[settings.protocol], place)
    return VirtualSign(columns=settings.columns, rows=settings.rows)


def speaker_of(
    settings: SpeakerSettings, synthesise: Callable[[str, str], bytes], now: Callable[[], datetime]
) -> Speaker:
    """Return the voice.

    Args:
        synthesise: makes a WAV of a text in a language.
        now: the time of the day, for its loudness.
    """
    if settings.driver in ("auto", "command"):
        return command_speaker_of(settings, synthesise, now)
    return VirtualSpeaker()


def command_speaker_of(
    settings: SpeakerSettings, synthesise: Callable[[str, str], bytes], now: Callable[[], datetime]
) -> CommandSpeaker:
    """Return the voice behind the settings' player; arguments as in `speaker_of`."""
    hours = [LoudHours(part.begins, part.ends, part.volume) for part in settings.hours]
    return CommandSpeaker(
        synthesise,
        command_of(settings.play, settings.device),
        lambda: volume_at(now().time(), settings.volume, hours),
    )


def narrator_of(settings: NarratorSettings, synthesise: Callable[[str, str], bytes]) -> Narrator:
    """Return the voice that reads the screen to one person.

    Args:
        synthesise: makes a WAV of a text in a language, without a chime.
    """
    if settings.driver in ("auto", "command"):
        return CommandNarrator(synthesise, settings.play, settings.headphone)
    return VirtualNarrator(settings.headphone)


def _usb_ids(port: str) -> tuple[int | None, int | None]:
    vendor, _, product = port.partition(":")
    return (int(vendor, 16), int(product, 16)) if vendor and product else (None, None)
