"""What reads cards and what sees, as `kiosk.toml` names it; hardware libraries load only with their drivers."""

import importlib.util
import logging
from collections.abc import Callable

from kiosk.clock import Act
from kiosk.config import CameraSettings, ScannerSettings
from kiosk.devices.camera import Camera, VirtualCamera
from kiosk.devices.camera_pi import Picamera2Camera
from kiosk.devices.camera_played import PlayedCamera, play_of
from kiosk.devices.camera_v4l2 import V4l2Camera
from kiosk.devices.lamp import GpioLamp
from kiosk.devices.qr_scanner import CameraScanner, QrDecoder, QrScanner, VirtualScanner
from kiosk.devices.scanner_families import FAMILIES
from kiosk.devices.scanner_serial import SerialScanner, plugged_in_line
from kiosk.devices.scanner_wedge import WedgeScanner

Post = Callable[[Act], None]
DEFAULT_VIDEO = "/dev/video0"


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
