"""How this box is, measured on the box itself, and told to the hub once a minute."""

import shutil
from pathlib import Path

from kiosk import __version__
from kiosk.clock import Timer
from kiosk.domain.replies import Telemetry
from kiosk.messaging.link import HubLink
from kiosk.messaging.outbox import Outbox

EVERY_S = 60.0
_TEMPERATURE = Path("/sys/class/thermal/thermal_zone0/temp")


def health_of(role: str, folder: Path, outbox: Outbox, uptime_s: float) -> Telemetry:
    """Return how the box is; what cannot be measured is None.

    Args:
        folder: where its databases lie.
        uptime_s: seconds since the role began.
    """
    return Telemetry(
        role=role,
        version=__version__,
        celsius=_celsius(),
        disk_percent=_disk_percent(folder),
        pending=outbox.pending(),
        clk=outbox.clk,
        uptime_s=int(uptime_s),
    )


def tell_health(role: str, folder: Path, outbox: Outbox, link: HubLink, timer: Timer, every_s: float = EVERY_S) -> None:
    """Tell the hub now and then how this box is, from the role's thread, for as long as the role lives."""
    told = 0

    def tell() -> None:
        nonlocal told
        told += 1
        link.tell_health(health_of(role, folder, outbox, told * every_s))
        timer.wake_after(every_s, tell)

    timer.wake_after(every_s, tell)


def _celsius() -> float | None:
    try:
        return int(_TEMPERATURE.read_text(encoding="ascii")) / 1000
    except (OSError, ValueError):
        return None


def _disk_percent(folder: Path) -> int | None:
    try:
        usage = shutil.disk_usage(folder)
    except OSError:
        return None
    return round(100 * usage.used / usage.total) if usage.total else None
