"""What every device of an office has: one database with its outbox, and a link over which the outbox drains."""

from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from kiosk.clock import Act, Clock, Timer
from kiosk.config import Config, Site
from kiosk.messaging.client import MqttTransport, Transport
from kiosk.messaging.enrolment import Identity
from kiosk.messaging.health import tell_health
from kiosk.messaging.link import HubLink, lost_will
from kiosk.messaging.machine import machine_id
from kiosk.messaging.outbox import Outbox, open_database
from kiosk.messaging.time_sync import is_system_clock_trusted
from kiosk.messaging.tls import Tls
from kiosk.messaging.topics import Topics

DATABASE = "outbox.db"


class Station(NamedTuple):
    """A device's memory and its line to the hub."""

    outbox: Outbox
    link: HubLink


def open_station(
    site: Site,
    name: str,
    role: str,
    folder: Path,
    *,
    clock: Clock,
    timer: Timer,
    transport: Transport,
    new_id: Callable[[], str],
    boot: str,
    clk: str,
    tells_health: bool = False,
) -> Station:
    """Open the device's database in `folder` (made where it is missing) and put its link together.

    Args:
        transport: made with `kiosk.messaging.link.lost_will`.
        boot: id of this life of the device.
        clk: quality of the clock, as in `Envelope.clk`.
        tells_health: the hub is told once a minute how this box is.

    Raises:
        OSError: if the folder cannot be made.
        sqlite3.Error: if the database cannot be opened.
    """
    folder.mkdir(parents=True, exist_ok=True)
    topics = Topics(site.province, site.commune)
    outbox = Outbox(
        open_database(folder / DATABASE),
        source=topics.source(name),
        boot=boot,
        now=clock.now,
        mono=clock.monotonic,
        new_id=new_id,
        clk=clk,
        machine=machine_id(),
    )
    link = HubLink(transport, outbox, topics, name, clock, timer, boot, role)
    if tells_health:
        tell_health(role, folder, outbox, link, timer)
    return Station(outbox, link)


def office_transport(config: Config, boot: str, post: Callable[[Act], None]) -> MqttTransport:
    """Return a device's connection to the office's broker, with its will.

    Args:
        boot: id of this life of the device.
        post: brings callbacks to the role's thread.

    Raises:
        OSError: if certificates are wanted and the storage cannot be used.
    """
    name, network = config.device.name, config.network
    topics = Topics(config.site.province, config.site.commune)
    will = lost_will(topics, name, boot)
    tls = None
    if network.tls:
        tls = Tls(files=Identity(config.storage, name, topics).files, is_clock_trusted=is_system_clock_trusted)
    # without a hub's address the hub may be this very box, in a process of its own
    return MqttTransport(network.hub or "127.0.0.1", network.port, name, post, will=will, tls=tls)
