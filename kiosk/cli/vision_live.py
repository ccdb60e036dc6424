"""`kiosk vision live`: what the camera of the counter sees and why a frame counts or not; in memory only."""

import argparse
import json
import os
import sys
import threading
import time
from typing import TYPE_CHECKING

from kiosk.cli.frame import BadInput, config_of

if TYPE_CHECKING:
    from kiosk.vision.live import LiveView
    from kiosk.vision.watching import NewestFrame


def watch(options: argparse.Namespace) -> int:
    """Show the camera's frames in a window, or tell them in words; ends with the window or after `--frames`."""
    from kiosk.ui.assets import FONTS
    from kiosk.vision.app import camera_and_devices, region_of
    from kiosk.vision.expressions import ExpressionReader
    from kiosk.vision.live import LiveView
    from kiosk.vision.runtime import ModelRefused
    from kiosk.vision.watching import NewestFrame

    config = config_of(options)
    if config.peripherals.camera.driver == "none":
        raise BadInput('kiosk.toml: [peripherals.camera] driver is "none". Name one, for example driver = "v4l2".')
    try:
        view = LiveView(ExpressionReader(region=region_of(config)), FONTS, time.monotonic)
    except ModelRefused as refusal:
        print(f"kiosk vision: {refusal}", file=sys.stderr)
        return 1
    newest = NewestFrame(camera_and_devices(config)[0])
    return (_in_words if options.words else _in_a_window)(view, newest, options.frames)


def _in_words(view: "LiveView", newest: "NewestFrame", count: int) -> int:
    seen = 0
    for frame in newest.frames():
        if frame is None:
            print("no frame for a second: is the camera plugged in, and kiosk@vision stopped?", file=sys.stderr)
            continue
        print(json.dumps(view.judge(frame)), flush=True)
        seen += 1
        if count and seen >= count:
            newest.stop()
    return 0


def _in_a_window(view: "LiveView", newest: "NewestFrame", count: int) -> int:
    from kiosk.ui.shell import Shell, prepare_kivy
    from kiosk.vision.live import HEIGHT, WIDTH

    prepare_kivy(WIDTH, HEIGHT, offscreen=os.environ.get("SDL_VIDEODRIVER") == "offscreen")
    from kiosk.ui.viewer import Viewer

    viewer = Viewer(WIDTH, HEIGHT)
    shell = Shell(viewer, title="kiosk vision live")
    may_draw = threading.Semaphore(1)

    def look() -> None:
        seen = 0
        for frame in newest.frames():
            if frame is None or not may_draw.acquire(timeout=1.0):
                continue
            picture = view.draw(frame)

            def put(picture: object = picture) -> None:
                viewer.show(picture)  # type: ignore[arg-type]  # the picture that was just drawn
                may_draw.release()

            shell.call(put)
            seen += 1
            if count and seen >= count:
                break
        shell.stop()

    thread = threading.Thread(target=look, name="look", daemon=True)
    thread.start()
    shell.run()
    newest.stop()
    thread.join(timeout=5)
    return 0
