"""The hub's card breaks, and a new one gets last night's backup: what comes back, from whom, and how fast.

Real processes on a real broker. What the device reported since the backup comes back from the device; there is no
yardstick: without the copy and the replay all of it would be gone.
"""

import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from kiosk.bench.rig.processes import Child, stored_ids
from kiosk.clock import RealClock
from kiosk.hub.backup import back_up, check, key_of, make_key, restore
from kiosk.messaging.broker import start_broker

LIMIT_S = 90.0


def run(full: bool) -> Iterator[dict[str, Any]]:
    """Yield the one row."""
    yesterday, today = (30_000, 4_000) if full else (1_000, 300)
    with (
        tempfile.TemporaryDirectory(prefix="kiosk-bench-", dir="/var/tmp") as name,
        start_broker(Path(name) / "broker") as broker,
    ):
        yield _row(Path(name), broker.port, broker.kind, yesterday, today)


def _row(folder: Path, port: int, broker: str, yesterday: int, today: int) -> dict[str, Any]:
    ledger, device_file, clock = folder / "hub.db", folder / "device.db", RealClock()
    make_key(folder / "backup.key")
    key = key_of(folder / "backup.key")
    hub = _ready(port, ledger)
    told = _report(port, device_file, yesterday)
    began = time.perf_counter()
    backup = back_up(ledger, folder, key, clock.now())
    check(Path(backup.file), key, folder / "scratch")
    copied = time.perf_counter() - began
    told += _report(port, device_file, today)
    hub.kill()
    for file in folder.glob("hub.db*"):
        file.unlink()
    began = time.perf_counter()
    restore(Path(backup.file), ledger, key, clock.now())
    hub = _ready(port, ledger)
    # it has nothing new to say; the other life of the ledger is what makes it send again
    device = Child("device", port, device_file, 0)
    stored: list[str] = []
    while time.perf_counter() - began < LIMIT_S and len(stored) < len(told):
        stored = stored_ids(ledger)
        time.sleep(0.1)
    passed = time.perf_counter() - began
    device.kill()
    hub.kill()
    stored = stored_ids(ledger)
    return {
        "what": "hub restored from last night's backup: all events of today come back by replay",
        "broker": broker,
        "in_backup": backup.events,
        "of_today": today,
        "lost": len(set(told) - set(stored)),
        "twice": len(stored) - len(set(stored)),
        "backup_and_check_s": round(copied, 2),
        "restore_and_replay_s": round(passed, 2),
    }


def _ready(port: int, ledger: Path) -> Child:
    hub = Child("hub", port, ledger)
    hub.line()
    return hub


def _report(port: int, file: Path, count: int) -> list[str]:
    device = Child("device", port, file, count)
    told = [device.line() for _ in range(count)]
    device.line()
    device.kill()
    return told
