"""Wires a lobby kiosk: database, link to the hub, devices, flow; and its window, when it runs for real."""

from collections.abc import Callable
from typing import NamedTuple

from kiosk.clock import Clock, Timer, Worker
from kiosk.config import Config, load_site_catalogue
from kiosk.devices.printer import Printer
from kiosk.devices.qr_scanner import QrScanner
from kiosk.domain.priority import Priority
from kiosk.domain.queueing import QueuePolicy
from kiosk.lobby.flow import LobbyFlow
from kiosk.lobby.store import LobbyStore
from kiosk.lobby.visit import AgeRule
from kiosk.messaging.client import Transport
from kiosk.messaging.link import HubLink
from kiosk.messaging.outbox import Outbox, open_database
from kiosk.messaging.topics import Topics
from kiosk.ui.assets import FONTS

GRACE_S = 30.0
"""Time to answer the warning before a forgotten visit ends, where the site's whole time allows it."""
LEAST_GRACE_S = 20.0
"""Accessibility notes §8."""


class LobbyDevices(NamedTuple):
    """The things with a plug of a lobby kiosk."""

    scanner: QrScanner
    printer: Printer


def assemble(
    config: Config,
    *,
    clock: Clock,
    timer: Timer,
    worker: Worker,
    transport: Transport,
    devices: LobbyDevices,
    new_id: Callable[[], str],
    boot: str,
    show_clock: bool = True,
    clk: str = "none",
) -> LobbyFlow:
    """Return the flow of a lobby kiosk, ready to `start`; no window is made.

    Args:
        transport: connection to the broker, made with `kiosk.messaging.link.lost_will`.
        boot: id of this life of the device.
        show_clock: False where nobody draws.
        clk: quality of the clock, as in `Envelope.clk`.

    Raises:
        kiosk.config.ConfigErrors: if the site's procedures cannot be used.
        sqlite3.Error: if the database cannot be opened.
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
    idle = float(config.screen.idle_seconds)
    grace = max(LEAST_GRACE_S, min(GRACE_S, idle / 2))
    return LobbyFlow(
        config.office,
        load_site_catalogue(config),
        LobbyStore(outbox),
        HubLink(transport, outbox, topics, name, clock, timer, boot, {"role": "lobby"}),
        clock,
        worker,
        devices.scanner,
        devices.printer,
        new_id,
        config.public_url,
        config.device.kiosk_digit,
        FONTS,
        show_clock,
        ages=AgeRule(senior_from=settings.senior_from_age, priority_from=settings.priority_from_age),
        policy=policy,
        warn_after_s=max(5.0, idle - grace),
        grace_s=grace,
        width_dots=config.peripherals.printer.width_dots,
    )
