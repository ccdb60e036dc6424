"""Wires a counter: database, link to the hub, devices, flow; and the tablet's window, when it runs for real."""

from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from kiosk.clock import Clock, Timer, Worker
from kiosk.config import Config
from kiosk.counter.flow import CounterFlow
from kiosk.counter.store import CounterStore
from kiosk.devices.keypad import Keypad
from kiosk.devices.sign import Sign
from kiosk.domain.priority import Priority
from kiosk.domain.queueing import QueuePolicy
from kiosk.messaging.client import Transport
from kiosk.messaging.identity import DeviceKey
from kiosk.messaging.link import HubLink
from kiosk.messaging.outbox import Outbox, open_database
from kiosk.messaging.topics import Topics


class CounterDevices(NamedTuple):
    """The things with a plug of a counter."""

    keypad: Keypad
    sign: Sign


def device_key(folder: Path) -> DeviceKey:
    """Return the device's own key, made on first use.

    Raises:
        OSError: if it can be neither read nor written.
        ValueError: if the file holds no key.
    """
    path = folder / "device.key"
    if path.exists():
        return DeviceKey.load(path)
    folder.mkdir(parents=True, exist_ok=True)
    key = DeviceKey.make()
    key.save(path)
    return key


def assemble(
    config: Config,
    *,
    clock: Clock,
    timer: Timer,
    worker: Worker,
    transport: Transport,
    devices: CounterDevices,
    new_id: Callable[[], str],
    boot: str,
    show_clock: bool = True,
    clk: str = "none",
) -> CounterFlow:
    """Return the flow of a counter, ready to `start`; no window is made.

    Args:
        worker: not used by a counter; the same for every role.
        transport: connection to the broker, made with `kiosk.messaging.link.lost_will`.
        boot: id of this life of the device.
        show_clock: False where nobody draws.
        clk: quality of the clock, as in `Envelope.clk`.

    Raises:
        ValueError: if the settings name no counter of the office.
        sqlite3.Error: if the database cannot be opened.
        OSError: if the device's key can be neither read nor made.
    """
    topics = Topics(config.site.province, config.site.commune)
    name = config.device.name
    config.storage.mkdir(parents=True, exist_ok=True)
    outbox = Outbox(
        open_database(config.storage / "outbox.db"),
        source=topics.source(name),
        boot=boot,
        now=clock.now,
        mono=clock.monotonic,
        new_id=new_id,
        clk=clk,
    )
    settings = config.policy
    policy = QueuePolicy(
        weights={
            Priority.ORDINARY: settings.weight_ordinary,
            Priority.SENIOR: settings.weight_senior,
            Priority.PRIORITY: settings.weight_priority,
        }
    )
    return CounterFlow(
        config.office,
        config.device.counter or 0,
        CounterStore(outbox),
        HubLink(transport, outbox, topics, name, clock, timer, boot, {"role": "counter"}),
        clock,
        devices.keypad,
        devices.sign,
        device_key(config.storage),
        new_id,
        config.public_url,
        show_clock,
        device=name,
        policy=policy,
        park_minutes=settings.park_minutes,
    )
