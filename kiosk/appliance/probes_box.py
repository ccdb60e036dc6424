"""What the doctor measures around the devices: services, the certificate's file, network interfaces.

Nothing here raises for a fault of the box: a probe that cannot measure says so.
"""

import fcntl
import socket
import struct
import subprocess
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from cryptography import x509

from kiosk.appliance.doctor_box import Link, UnitState

NET = Path("/sys/class/net")
WIRELESS = Path("/proc/net/wireless")
SYSTEMD = Path("/run/systemd/system")
_GET_ADDRESS = 0x8915
"""`SIOCGIFADDR` of linux/sockios.h."""
_ASK_LIMIT_S = 5.0


def units_of(roles: Sequence[str], has_own_broker: bool) -> list[str]:
    """Return the services that a box of these roles runs."""
    return [f"kiosk@{role}.service" for role in roles] + (["mosquitto.service"] if has_own_broker else [])


def unit_state(unit: str) -> UnitState | None:
    """Ask systemd for a service; None where there is no systemd."""
    if not SYSTEMD.is_dir():
        return None
    try:
        told = subprocess.run(
            ["systemctl", "show", unit, "--property=ActiveState,NRestarts,Result"],
            capture_output=True, text=True, timeout=_ASK_LIMIT_S, check=True,
        ).stdout  # fmt: skip
    except (OSError, subprocess.SubprocessError):
        return None
    return state_told(told)


def state_told(told: str) -> UnitState:
    """Read what `systemctl show` printed; properties that it does not know stay empty."""
    properties = dict(line.split("=", 1) for line in told.splitlines() if "=" in line)
    restarts = properties.get("NRestarts", "")
    return UnitState(
        active=properties.get("ActiveState", "unknown"),
        restarts=int(restarts) if restarts.isascii() and restarts.isdigit() else 0,
        result=properties.get("Result", ""),
    )


def certificate_end(file: Path) -> datetime | None:
    """Return when the certificate in a PEM file ends to be valid; None if there is none that can be read."""
    try:
        return x509.load_pem_x509_certificate(file.read_bytes()).not_valid_after_utc
    except (OSError, ValueError):
        return None


def links(net: Path = NET, wireless: Path = WIRELESS) -> list[Link]:
    """Return the interfaces with a cable or a radio.

    Args:
        net: where the kernel lists its interfaces.
        wireless: where it tells the strength of radios.
    """
    signals = _signals(wireless)
    found = []
    for folder in sorted(net.iterdir()) if net.is_dir() else []:
        # bridges, tunnels and the loopback have no device under them
        if not (folder / "device").exists():
            continue
        is_radio = (folder / "wireless").exists() or folder.name in signals
        found.append(
            Link(
                name=folder.name,
                is_up=_word(folder / "operstate") == "up",
                address=_address(folder.name),
                megabits=None if is_radio else _number(folder / "speed"),
                dbm=signals.get(folder.name),
            )
        )
    return found


def _word(file: Path) -> str:
    try:
        return file.read_text().strip()
    except OSError:
        return ""


def _number(file: Path) -> int | None:
    word = _word(file)
    return int(word) if word.isascii() and word.isdigit() else None


def _address(name: str) -> str:
    """Return the IPv4 address of an interface; empty if it has none."""
    request = struct.pack("256s", name.encode()[:15])
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asker:
        try:
            answer = fcntl.ioctl(asker.fileno(), _GET_ADDRESS, request)
        except OSError:
            return ""
    return socket.inet_ntoa(answer[20:24])


def _signals(wireless: Path) -> dict[str, int]:
    """Read `/proc/net/wireless`: two lines of head, then `wlan0: 0000  54.  -56.  -256 ...`, the third in dBm."""
    signals = {}
    for line in _word(wireless).splitlines()[2:]:
        name, _, rest = line.partition(":")
        figures = rest.split()
        if len(figures) >= 3:
            strength = figures[2].rstrip(".")
            if strength.lstrip("-").isascii() and strength.lstrip("-").isdigit():
                signals[name.strip()] = int(strength)
    return signals
