"""What the doctor measures on the box itself; what it means is said in `doctor`.

Nothing here raises for a fault of the box: a probe that cannot measure says so.
"""

import importlib.util
import secrets
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from kiosk.appliance.doctor import (
    Finding,
    judge_broker,
    judge_clock,
    judge_database,
    judge_disk,
    judge_fonts,
    judge_heat,
    judge_logo,
    judge_voice,
)
from kiosk.appliance.doctor_box import judge_certificate, judge_network, judge_unit
from kiosk.appliance.expression import judge_expression
from kiosk.appliance.probes_box import certificate_end, links, unit_state, units_of
from kiosk.appliance.probes_plugs import examine_plugs
from kiosk.clock import RealClock
from kiosk.config import Config
from kiosk.devices.logo import LogoFault, load_logo
from kiosk.devices.printer import Printer
from kiosk.devices.typeset import SHIPPED_FONTS, FontFault, Fonts
from kiosk.messaging.enrolment import FOLDER as IDENTITY
from kiosk.messaging.enrolment import Identity
from kiosk.messaging.outbox import Outbox, open_database
from kiosk.messaging.time_sync import TRUSTED, is_system_clock_trusted, system_clock_quality
from kiosk.messaging.tls import TlsFiles, hub_host
from kiosk.messaging.topics import Topics

PATIENCE_S = 3.0
"""A broker that is there answers within this time."""
CONNECT = b"\x10\x0d\x00\x04MQTT\x05\x02\x00\x3c\x00\x00\x00"
"""The shortest MQTT 5 CONNECT: clean start, 60 s, no properties, no client id (MQTT 5.0, §3.1)."""
_CONNACK = 0x20
AUTHORITY = Path(IDENTITY) / "authority"
"""Where a hub keeps what lets devices in, under its storage."""
DEVICE_CERTIFICATE, BROKER_CERTIFICATE = Path(IDENTITY) / "device.pem", AUTHORITY / "broker.pem"
_TEMPERATURE = Path("/sys/class/thermal/thermal_zone0/temp")
_THROTTLED = Path("/sys/devices/platform/soc/soc:firmware/get_throttled")


def examine(config: Config, printer: Printer | None) -> Iterator[Finding]:
    """Yield the findings of this box one by one, as they are made.

    Args:
        printer: that of a lobby, opened by the caller: the kernel lets only one at a time have it.
    """
    roles, network, now = config.device.roles, config.network, datetime.now(UTC)
    is_hub = "hub" in roles
    units = {unit: unit_state(unit) for unit in units_of(roles, has_own_broker=is_hub and network.tls)}
    is_running = any(state is not None and state.active == "active" for state in units.values())
    yield from examine_plugs(config, printer, is_running)
    for unit, state in units.items():
        yield judge_unit(unit, state)
    error = _trial_database(config.storage)
    yield judge_database(str(config.storage), error)
    yield judge_disk(_free_mib(config.storage))
    yield judge_heat(_celsius(), _throttled())
    quality = system_clock_quality(now)
    yield judge_clock(now.year, quality == "ntp" if quality != "none" else None)
    # the hub lets itself in: its broker's certificate is what the office hangs on
    end = certificate_end(config.storage / (BROKER_CERTIFICATE if is_hub else DEVICE_CERTIFICATE))
    yield judge_certificate(end, now, network.tls, quality in TRUSTED, is_hub=is_hub)
    yield judge_network(links(), is_needed=bool(network.hub) or is_hub)
    host = network.hub or "127.0.0.1"
    tls = _tls(config)
    is_let_in = tls is None or tls.are_there
    yield judge_broker(host, network.port, *_answer_of(host, network.port, tls, is_let_in), is_let_in=is_let_in)
    if {"counter", "vision"} & set(config.device.roles):
        yield judge_expression(config.expression, importlib.util.find_spec("kiosk.vision") is not None)
    if "board" in config.device.roles:
        yield judge_voice(shutil.which("espeak-ng"))
    yield judge_fonts(_font_fault())
    if "lobby" in roles and config.logo_file is not None:
        yield judge_logo(str(config.logo_file), _logo_fault(config.logo_file, config.peripherals.printer.width_dots))


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
    """Return the firmware's flags: from the kernel where it tells them, else from the board's own tool."""
    try:
        return int(_THROTTLED.read_text(), 16)
    except (OSError, ValueError):
        pass
    try:
        told = subprocess.run(["vcgencmd", "get_throttled"], capture_output=True, text=True, timeout=2, check=True)
        return int(told.stdout.partition("=")[2], 16)
    except (OSError, ValueError, subprocess.SubprocessError):
        return None


def _tls(config: Config) -> TlsFiles | None:
    """Return the files for an encrypted line, where one is asked for."""
    if not config.network.tls:
        return None
    topics = Topics(config.site.province, config.site.commune)
    if "hub" in config.device.roles:
        folder, host = config.storage / AUTHORITY, hub_host(topics)
        return TlsFiles(key=folder / "hub.key", certificate=folder / "hub.pem", chain=folder / "chain.pem", host=host)
    return Identity(config.storage, config.device.name, topics).files


def _answer_of(host: str, port: int, tls: TlsFiles | None, is_let_in: bool) -> tuple[float | None, str]:
    """Knock at a broker; return the milliseconds until it answers, or None and why it did not.

    Whoever is not let in yet can only ring: that somebody opens the line is then the answer.
    """
    began = time.monotonic()
    try:
        with socket.create_connection((host, port), timeout=PATIENCE_S) as plain:
            if not is_let_in:
                return (time.monotonic() - began) * 1000, ""
            context = None if tls is None else tls.context(is_system_clock_trusted())
            with plain if context is None else context.wrap_socket(plain) as line:
                line.sendall(CONNECT)
                head = line.recv(64)
    except OSError as error:
        return None, error.strerror or str(error)
    if not head or head[0] != _CONNACK:
        return None, "không phải MQTT / not MQTT"
    return (time.monotonic() - began) * 1000, ""


def _logo_fault(path: Path, width_dots: int) -> str:
    try:
        load_logo(path, width_dots)
    except LogoFault as fault:
        return str(fault)
    return ""


def _font_fault() -> str:
    try:
        Fonts(SHIPPED_FONTS).check()
    except FontFault as fault:
        return str(fault)
    return ""
