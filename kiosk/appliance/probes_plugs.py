"""The peripherals of a box's roles, each tried through its own driver, so that "ready" means what it does all day."""

import errno
import glob
import os
import shutil
import subprocess
import threading
from collections.abc import Callable, Iterator
from typing import Protocol

from kiosk.appliance.doctor import Finding, judge_plug, judge_roll
from kiosk.config import Config, PrinterSettings
from kiosk.devices.chosen import keypad_of, rating_pad_of, sign_of
from kiosk.devices.chosen_scanner import camera_of, scanner_of
from kiosk.devices.lamp import GpioLamp
from kiosk.devices.player import command_of, play_wave, silence
from kiosk.devices.plug import StateListener
from kiosk.devices.printer import Printer
from kiosk.devices.qr_scanner import CameraScanner

PATIENCE_S = 3.0
"""A device that is there is open within this time."""
LINE_PRINTERS = "/dev/usb/lp*"
SOUND_S = 5.0
"""A sound card that works has played a moment of silence within this time."""


class Startable(Protocol):
    """A device that is opened by a thread of its own and tells when it is ready."""

    on_state: StateListener | None

    @property
    def state(self) -> str:
        """Return `absent`, `ready` or `faulty`."""


def examine_plugs(config: Config, printer: Printer | None, is_running: bool) -> Iterator[Finding]:
    """Yield a finding for each peripheral.

    Args:
        printer: that of a lobby, opened by the caller: the kernel lets only one at a time have it.
        is_running: whether the kiosk's own service has the devices right now.
    """
    plugs, roles = config.peripherals, config.device.roles
    if printer is not None:
        asked = ("faulty", "in_use") if _is_held(plugs.printer) else _asked(printer)
        yield judge_plug("printer", plugs.printer.driver, *asked, is_running=is_running)
        if printer.roll is not None:
            yield judge_roll(printer.roll)
    if "lobby" in roles:
        scanner = scanner_of(plugs.scanner, plugs.camera, config.qr.decoder, _now)
        driver = plugs.scanner.driver
        if isinstance(scanner, CameraScanner) and plugs.camera.driver in ("none", "virtual"):
            driver = plugs.camera.driver
        tried = _tried(scanner, lambda: scanner.start(_ignore), scanner.stop)
        yield judge_plug("scanner", driver, *tried, is_running=is_running)
        if plugs.scanner.lamp is not None:
            yield judge_plug("lamp", "gpio", *_lit(GpioLamp(plugs.scanner.lamp)), is_running=is_running)
    if "counter" in roles:
        yield from _counter(config, is_running)
    if "board" in roles:
        yield judge_plug("speaker", plugs.speaker.driver, *_heard(command_of(plugs.speaker.play, plugs.speaker.device)))
    if {"lobby", "counter"} & set(roles):
        yield judge_plug("narrator", plugs.narrator.driver, *_heard(command_of(plugs.narrator.play)))


def _counter(config: Config, is_running: bool) -> Iterator[Finding]:
    plugs = config.peripherals
    keypad = keypad_of(plugs.keypad, _now)
    tried = _tried(keypad, lambda: keypad.start(_ignore), keypad.stop)
    yield judge_plug("keypad", plugs.keypad.driver, *tried, is_running=is_running)
    pad = rating_pad_of(plugs.rating_pad, _now)
    tried = ("absent", "") if pad is None else _tried(pad, lambda: pad.start(_ignore), pad.stop)
    yield judge_plug("rating_pad", plugs.rating_pad.driver, *tried, is_running=is_running)
    sign = sign_of(plugs.sign)
    driver = "none" if plugs.sign.driver == "auto" and not plugs.sign.port else plugs.sign.driver
    tried = _tried(sign, lambda: sign.show(""), getattr(sign, "stop", _nothing))
    yield judge_plug("sign", driver, *tried, is_running=is_running)
    if config.expression.enabled:
        camera = camera_of(plugs.camera)
        tried = _tried(camera, lambda: camera.start(_ignore), camera.stop)
        yield judge_plug("camera", plugs.camera.driver, *tried, is_running=is_running)


def _is_held(printer: PrinterSettings) -> bool:
    """Tell whether somebody has the printer's device file: the kernel lends it to one program at a time."""
    named = [printer.port] if printer.port.startswith("/dev/") else []
    for path in named or (sorted(glob.glob(LINE_PRINTERS)) if printer.driver == "auto" else []):
        try:
            os.close(os.open(path, os.O_WRONLY | os.O_NONBLOCK | os.O_NOCTTY))
        except OSError as error:
            return error.errno == errno.EBUSY
    return False


def _asked(printer: Printer) -> tuple[str, str]:
    status = printer.status()
    if status.state == "unknown":
        return "unknown", ""
    reason = status.reasons[0] if status.reasons else ""
    return "ready" if status.state == "ok" else printer.state, reason


def _tried(device: Startable, start: Callable[[], None], stop: Callable[[], None]) -> tuple[str, str]:
    """Start a device, wait until it is ready, stop it; return its state and reason."""
    is_told = threading.Event()
    last = {"state": "", "reason": ""}

    def hear(state: str, reason: str) -> None:
        last.update(state=state, reason=reason)
        # what is there but faulty will not mend itself while we look
        if state != "absent":
            is_told.set()

    device.on_state = hear
    start()
    if device.state != "ready":
        is_told.wait(PATIENCE_S)
    state = device.state
    reason = "" if state == "ready" else last["reason"]
    device.on_state = None
    stop()
    return state, reason


def _lit(lamp: GpioLamp) -> tuple[str, str]:
    """Let a lamp flash; return its state and reason while it was on."""
    lamp.light(True)
    told = lamp.state, lamp.reason
    lamp.light(False)
    return told


def _heard(command: list[str]) -> tuple[str, str]:
    """Play a moment of silence: whether anybody would hear more than that, only ears can tell."""
    if not command or shutil.which(command[0]) is None:
        return "absent", "no_player"
    try:
        play_wave(command, silence(), SOUND_S)
    except (OSError, subprocess.SubprocessError):
        return "faulty", "no_sound"
    return "ready", ""


def _now(act: Callable[[], None]) -> None:
    act()


def _ignore(_: object) -> None:
    return


def _nothing() -> None:
    return
