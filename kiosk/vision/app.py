"""`kiosk run vision`: the expression service of one counter, locked in before its first frame."""

import importlib.util
import os
import signal
import sys
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

from kiosk.config import Config

if TYPE_CHECKING:
    from kiosk.devices.camera import Camera
    from kiosk.vision.expressions import Region

DEFAULT_VIDEO = "/dev/video0"


def run(config: Config) -> int:
    """Serve until told to stop; return the exit status.

    Where the site has not switched the feature on, nothing is loaded and no camera opened: the process only waits.
    """
    signal.signal(signal.SIGTERM, _leave)
    if not config.expression.enabled:
        print("expression is off: nothing runs until kiosk.toml says [expression] enabled = true", file=sys.stderr)
        signal.pause()
        return 0
    # the sandbox binds the first thread and what it starts: numpy must not have started others before
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    from kiosk.vision.runtime import ModelRefused

    camera, devices = camera_and_devices(config)
    try:
        serve(config.vision_socket, camera, devices, region_of(config))
    except ModelRefused as refusal:
        print(f"kiosk run vision: {refusal}", file=sys.stderr)
        return 1
    except OSError as error:
        print(f"kiosk run vision: {config.vision_socket}: {error.strerror}", file=sys.stderr)
        return 1
    return 0


def serve(path: Path, camera: "Camera", devices: tuple[Path, ...], region: "Region | None" = None) -> None:
    """Load the networks, listen at `path`, lock the process in, and answer the counter until told to stop.

    Raises:
        ModelRefused: if a network's file is missing or has other bytes, or no runtime is installed.
        OSError: if the socket cannot be made.
    """
    import logging
    import time

    from kiosk.vision.expressions import ExpressionReader
    from kiosk.vision.sandbox import HELD, lock_down
    from kiosk.vision.service import VisionService, Watch, listen

    # the camera goes on and off with each visit: a line about it would be a diary of visits
    logging.getLogger("kiosk.devices").setLevel(logging.ERROR)
    reader = ExpressionReader(region=region)
    # once now, so that the first visit does not pay for it
    reader.forget()
    listener = listen(path)
    sandbox = lock_down(devices)
    for measure, outcome in sandbox.items():
        if outcome != HELD:
            print(f"vision: {measure} does not hold here: {outcome}", file=sys.stderr)
    VisionService(Watch(reader, camera, time.monotonic), camera, listener, sandbox).run()


def region_of(config: Config) -> "Region | None":
    """Return the part of the view that kiosk.toml leaves to the citizen, or None for all of it."""
    from kiosk.vision.expressions import Region

    if not config.expression.region:
        return None
    left, top, right, bottom = config.expression.region
    return Region(left=left, top=top, right=right, bottom=bottom)


def camera_and_devices(config: Config) -> tuple["Camera", tuple[Path, ...]]:
    """Return the camera of kiosk.toml, and the device files that it opens for writing."""
    from kiosk.devices.camera import VirtualCamera
    from kiosk.devices.camera_drawn import DrawnFaceCamera
    from kiosk.devices.camera_pi import Picamera2Camera
    from kiosk.devices.camera_v4l2 import V4l2Camera

    settings = config.peripherals.camera
    has_board_camera = importlib.util.find_spec("picamera2") is not None
    if settings.driver == "picamera2" or (settings.driver == "auto" and has_board_camera):
        return Picamera2Camera(settings.width, settings.height), tuple(Path("/dev").glob("[mv][ei]d*"))
    if settings.driver in ("auto", "v4l2"):
        port = settings.port or DEFAULT_VIDEO
        return V4l2Camera(port, settings.width, settings.height), (Path(port),)
    return DrawnFaceCamera(settings.port) if settings.driver == "virtual" else VirtualCamera(), ()


def _leave(*_: object) -> NoReturn:
    raise SystemExit(0)
