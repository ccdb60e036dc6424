"""How devices come to the hub: through a broker of this machine in clear, or through its own behind certificates."""

import logging
from pathlib import Path
from typing import NamedTuple

from kiosk.clock import RealClock
from kiosk.config import Config
from kiosk.hub.authority import FOLDER, Authority, found
from kiosk.hub.gate import Gate
from kiosk.messaging.broker import RunningBroker
from kiosk.messaging.certificates import Issuer, key_pem, make_root, pem_of
from kiosk.messaging.client import Message, MqttTransport, Transport
from kiosk.messaging.durable import write_durably
from kiosk.messaging.time_sync import is_system_clock_trusted
from kiosk.messaging.tls import Tls, TlsFiles
from kiosk.messaging.topics import Topics

ROOT_FOLDER = Path("identity") / "root"
"""Under the hub's storage, where the hub had to make a root by itself; its place is a drawer."""
QUICK_S = (0.2, 1.0)
"""Pauses of a connection on this very machine."""

log = logging.getLogger(__name__)


class Entrance(NamedTuple):
    """The hub's own line, and who watches the door."""

    transport: Transport
    signing_keys: dict[str, str]
    """Public key (hex) of every member; follows the register."""
    authority: Authority | None = None
    """None: everybody on this network may speak."""
    gate: Gate | None = None

    def close(self) -> None:
        """End the broker, if it is ours."""
        if self.gate is not None:
            self.gate.stop()


def open_entrance(config: Config, topics: Topics, clock: RealClock, will: Message) -> Entrance:
    """Open the hub's line; with `[network] tls` also its own broker, and at the first start an authority.

    Raises:
        kiosk.hub.authority.NoAuthority: if the authority cannot be used.
        kiosk.hub.register.BadRegister: if the register cannot be read.
        kiosk.messaging.broker.NoBroker: if mosquitto does not start.
        OSError: if the storage cannot be written.
    """
    network = config.network
    if not network.tls:
        host = network.hub or "127.0.0.1"
        return Entrance(MqttTransport(host, network.port, topics.hub, clock.post, will=will), {})
    folder = config.storage / FOLDER
    if not (folder / "authority.key").exists():
        _found_alone(config.storage, topics, clock)
    authority = Authority(folder, topics, clock.now)
    broker = RunningBroker(config.storage / "broker", "mosquitto", network.port, authority.guard(network.listen))

    def connect(name: str, files: TlsFiles, will: Message | None = None) -> MqttTransport:
        tls = Tls(files=files, is_clock_trusted=is_system_clock_trusted)
        return MqttTransport(broker.host, broker.port, name, clock.post, will, QUICK_S, tls=tls)

    gate = Gate(authority, broker, clock, clock, connect)
    gate.start()
    return Entrance(connect(topics.hub, authority.hub_files, will), authority.signing_keys, authority, gate)


def _found_alone(storage: Path, topics: Topics, clock: RealClock) -> None:
    """Make a root and an authority for an office that has no city above it."""
    now = clock.now()
    root = make_root(f"Kiosk {topics.source(topics.hub)} root", now)
    write_root(storage / ROOT_FOLDER, root)
    found(storage / FOLDER, root, topics, now)
    log.warning(
        "this hub made the office's root by itself; carry %s to a USB stick in a drawer: it is needed only to make "
        "another authority", storage / ROOT_FOLDER,
    )  # fmt: skip


def write_root(folder: Path, root: Issuer, passphrase: str = "") -> None:
    """Write a root's key and certificate.

    Raises:
        FileExistsError: if a root is there: who pinned it would be lost.
        OSError: if the folder cannot be written.
    """
    if (folder / "root.key").exists():
        raise FileExistsError(f"{folder} holds a root already")
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    write_durably(folder / "root.pem", pem_of(root.certificate), 0o644)
    write_durably(folder / "root.key", key_pem(root.key, passphrase))
