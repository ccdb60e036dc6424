"""What the doctor measures on the box itself; what it means is said in `doctor`.

Nothing here raises for a fault of the box: a probe that cannot measure says so. The peripherals are those of the box's
roles, tried through their own drivers, so that "ready" means what it means in the day's work.
"""

import importlib.util
import secrets
import shutil
import socket
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Protocol

from kiosk.appliance.doctor import (
    Finding,
    judge_broker,
    judge_clock,
    judge_database,
    judge_disk,
    judge_fonts,
    judge_heat,
    judge_plug,
    judge_voice,
)
from kiosk.appliance.expression import judge_expression
from kiosk.clock import RealClock
from kiosk.config import Config
from kiosk.devices.chosen import camera_of, keypad_of, scanner_of, sign_of
from kiosk.devices.plug import StateListener
from kiosk.devices.printer import Printer
from kiosk.devices.typeset import SHIPPED_FONTS, FontFault, Fonts
from kiosk.messaging.outbox import Outbox, open_database

PATIENCE_S = 3.0
"""A device that is there is open within this time."""
CONNECT = b"\x10\x0d\x00\x04MQTT\x05\x02\x00\x3c\x00\x00\x00"
"""The shortest MQTT 5 CONNECT: clean start, 60 s, no properties, no client id (MQTT 5.0, §3.1)."""
_CONNACK = 0x20
_TEMPERATURE = Path("/sys/class/thermal/thermal_zone0/temp")
_SYNCHRONISED = Path("/run/systemd/timesync/synchronized")


class Startable(Protocol):
    """A device that is opened by a thread of its own and tells when it is ready."""

    on_state: StateListener | None

    @property
    def state(self) -> str:
        """Return `absent`, `ready` or `faulty`."""


def examine(config: Config, printer: Printer | None) -> Iterator[Finding]:
    """Yield the findings of this box one by one, as they are made.

    Args:
        printer: that of a lobby, opened by the caller: the kernel lets only one at a time have it.
    """
    if printer is not None:
        yield judge_plug("printer", config.peripherals.printer.driver, *_asked(printer))
    yield from _peripherals(config)
    error = _trial_database(config.storage)
    yield judge_database(str(config.storage), error)
    yield judge_disk(_free_mib(config.storage))
    yield judge_heat(_celsius(), _throttled())
    yield judge_clock(datetime.now().year, _SYNCHRONISED.exists() if _SYNCHRONISED.parent.exists() else None)
    host = config.network.hub or "127.0.0.1"
    yield judge_broker(host, config.network.port, *_answer_of(host, config.network.port))
    if {"counter", "vision"} & set(config.device.roles):
        yield judge_expression(config.expression, importlib.util.find_spec("kiosk.vision") is not None)
    if "board" in config.device.roles:
        yield judge_voice(shutil.which("espeak-ng"))
    yield judge_fonts(_font_fault())


def _peripherals(config: Config) -> Iterator[Finding]:
    plugs, roles = config.peripherals, config.device.roles
    if "lobby" in roles:
        scanner = scanner_of(plugs.scanner, plugs.camera, config.qr.decoder, _now)
        driver = plugs.scanner.driver
        if driver in ("camera", "auto") and not plugs.scanner.port and plugs.camera.driver in ("none", "virtual"):
            driver = plugs.camera.driver
        yield judge_plug("scanner", driver, *_tried(scanner, lambda: scanner.start(_ignore), scanner.stop))
    if "counter" in roles:
        keypad = keypad_of(plugs.keypad, _now)
        yield judge_plug("keypad", plugs.keypad.driver, *_tried(keypad, lambda: keypad.start(_ignore), keypad.stop))
        sign = sign_of(plugs.sign)
        driver = "none" if plugs.sign.driver == "auto" and not plugs.sign.port else plugs.sign.driver
        yield judge_plug("sign", driver, *_tried(sign, lambda: sign.show(""), getattr(sign, "stop", _nothing)))
        if config.expression.enabled:
            camera = camera_of(plugs.camera)
            yield judge_plug("camera", plugs.camera.driver, *_tried(camera, lambda: camera.start(_ignore), camera.stop))
    if "board" in roles:
        player = shutil.which(plugs.speaker.play.split(" ")[0])
        yield judge_plug("speaker", plugs.speaker.driver, *(("ready", "") if player else ("absent", "no_player")))


def _asked(printer: Printer) -> tuple[str, str]:
    status = printer.status()
    if status.state == "unknown":
        return "unknown", ""
    reason = status.reasons[0] if status.reasons else ""
    return "ready" if status.state == "ok" else printer.state, reason


def _tried(device: Startable, start: Callable[[], None], stop: Callable[[], None]) -> tuple[str, str]:
    """Start a device, wait until it is ready, stop it; return its state and reason."""
    is_ready = threading.Event()
    last = {"reason": ""}

    def hear(state: str, reason: str) -> None:
        last["reason"] = reason
        if state == "ready":
            is_ready.set()

    device.on_state = hear
    start()
    if device.state != "ready":
        is_ready.wait(PATIENCE_S)
    state = "ready" if is_ready.is_set() else device.state
    reason = "" if state == "ready" else last["reason"]
    device.on_state = None
    stop()
    return state, reason


def _trial_database(folder: Path) -> str:
    """Write what a device writes, into a database of its own beside the real one; return the error, empty if none."""
    clock = RealClock()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix="doctor-", dir=folder) as trial:
            connection = open_database(Path(trial) / "trial.db")
            try:
                Outbox(
                    connection,
                    source="doctor",
                    boot=secrets.token_hex(16),
                    now=clock.now,
                    mono=clock.monotonic,
                    new_id=lambda: secrets.token_hex(16),
                    clk="none",
                )
            finally:
                connection.close()
    except Exception as error:
        # a full, worn or read-only card shows itself in many ways; all mean the same to the technician
        return str(error)
    return ""


def _free_mib(folder: Path) -> int:
    there = next((place for place in (folder, *folder.parents) if place.exists()), Path("/"))
    return shutil.disk_usage(there).free // (1024 * 1024)


def _celsius() -> float | None:
    try:
        return int(_TEMPERATURE.read_text()) / 1000
    except (OSError, ValueError):
        return None


def _throttled() -> int | None:
    try:
        told = subprocess.run(["vcgencmd", "get_throttled"], capture_output=True, text=True, timeout=2, check=True)
        return int(told.stdout.partition("=")[2], 16)
    except (OSError, ValueError, subprocess.SubprocessError):
        return None


def _answer_of(host: str, port: int) -> tuple[float | None, str]:
    """Knock at a broker; return the milliseconds until it answers, or None and why it did not."""
    began = time.monotonic()
    try:
        with socket.create_connection((host, port), timeout=PATIENCE_S) as line:
            line.sendall(CONNECT)
            head = line.recv(64)
    except OSError as error:
        return None, error.strerror or str(error)
    if not head or head[0] != _CONNACK:
        return None, "không phải MQTT / not MQTT"
    return (time.monotonic() - began) * 1000, ""


def _font_fault() -> str:
    try:
        Fonts(SHIPPED_FONTS).check()
    except FontFault as fault:
        return str(fault)
    return ""


def _now(act: Callable[[], None]) -> None:
    act()


def _ignore(_: object) -> None:
    return


def _nothing() -> None:
    return
