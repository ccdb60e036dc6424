"""`kiosk qr live`: what the card camera sees, and what the kiosk makes of it; in memory only."""

import argparse
import json
import os
import sys
import threading
from typing import TYPE_CHECKING

from kiosk.cli.frame import BadInput, config_of

if TYPE_CHECKING:
    from kiosk.devices.camera import Camera, Frame
    from kiosk.devices.qr_live import LiveScan

SILENT_S = 5.0


def watch(options: argparse.Namespace) -> int:
    """Show the camera's frames in a window, or tell them in words; ends with the window or after `--frames`."""
    from kiosk.config import CameraSettings
    from kiosk.devices.chosen_scanner import camera_of, decoder_of
    from kiosk.devices.qr_live import LiveScan
    from kiosk.ui.locales import texts_for

    if options.play:
        settings, decoder = CameraSettings(driver="virtual", port=options.play), "zxing"
    else:
        config = config_of(options)
        settings, decoder = config.peripherals.camera, config.qr.decoder
        if settings.driver in ("none", "virtual") and not settings.port:
            raise BadInput(
                f'kiosk.toml: [peripherals.camera] driver is "{settings.driver}". Name one, for example driver = '
                '"v4l2", or let a clip be played: kiosk qr live --play card'
            )
    words = texts_for(options.locale)
    scan = LiveScan(decoder_of(decoder), lambda hint: words.get(f"lobby.notice.hold_{hint}"))
    return (_in_words if options.words else _in_a_window)(scan, camera_of(settings), options.frames)


def _in_words(scan: "LiveScan", camera: "Camera", count: int) -> int:
    seen = threading.Semaphore(0)
    lines = 0

    def look(frame: "Frame") -> None:
        nonlocal lines
        if not count or lines < count:
            print(json.dumps(scan.judge(frame), ensure_ascii=False), flush=True)
            lines += 1
        seen.release()

    camera.start(look)
    try:
        while not count or lines < count:
            if not seen.acquire(timeout=SILENT_S):
                print("no frame for five seconds: is the camera plugged in, and the lobby stopped?", file=sys.stderr)
                if count:
                    return 1
    finally:
        camera.stop()
    return 0


def _in_a_window(scan: "LiveScan", camera: "Camera", count: int) -> int:
    from kiosk.devices.qr_live import HEIGHT, WIDTH
    from kiosk.ui.shell import Shell, prepare_kivy

    prepare_kivy(WIDTH, HEIGHT, offscreen=os.environ.get("SDL_VIDEODRIVER") == "offscreen")
    from kiosk.ui.viewer import Viewer

    viewer = Viewer(WIDTH, HEIGHT)
    shell = Shell(viewer, title="kiosk qr live")
    may_draw = threading.Semaphore(1)
    shown = 0

    def look(frame: "Frame") -> None:
        picture = scan.draw(frame)
        # a window that is slow shows fewer frames; it holds up neither the camera nor the reading
        if not may_draw.acquire(blocking=False):
            return

        def put() -> None:
            nonlocal shown
            viewer.show(picture)
            may_draw.release()
            shown += 1
            if count and shown >= count:
                shell.stop()

        shell.call(put)

    camera.start(look)
    shell.run()
    camera.stop()
    return 0
