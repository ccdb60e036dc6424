"""A hub's line to the centre behind certificates: one office, one certificate, and nobody else's topics.

Here nobody compares codes: the city makes each office a certificate under its root and carries it there, into
`identity/centre/` of the hub's storage (`device.key`, `device.pem`, `chain.pem`). The certificate's name is the
office, `79/26740`: the broker turns it into the user name, and `Topics` into the only branch that it may write.
"""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from kiosk.config import Config
from kiosk.messaging.certificates import (
    ROOT_CRL_LIFE,
    SERVER_LIFE,
    Issuer,
    issue_broker,
    issue_device,
    key_pem,
    new_key,
    pem_of,
    revocation_list,
)
from kiosk.messaging.durable import write_durably
from kiosk.messaging.tls import Tls, TlsFiles
from kiosk.messaging.topics import UplinkTopics

FOLDER = Path("identity") / "centre"
"""Under the storage of a hub, and of the centre itself."""
CENTRE = "centre"
"""User name of the centre at its own broker."""


def uplink_tls(config: Config, knows_the_time: Callable[[], bool]) -> Tls | None:
    """Return how the line to the centre's broker is secured; None where `[centre] tls` is off."""
    if not config.centre.tls:
        return None
    folder = config.storage / FOLDER
    files = TlsFiles(
        key=folder / "device.key",
        certificate=folder / "device.pem",
        chain=folder / "chain.pem",
        host=config.centre.address or "127.0.0.1",
    )
    return Tls(files=files, is_clock_trusted=knows_the_time)


def make_office(root: Issuer, province: str, commune: str, folder: Path, now: datetime) -> None:
    """Write what one office's hub needs into `folder`; its key is made here and carried there.

    Raises:
        OSError: if the folder cannot be written.
        ValueError: if a code could not stand in a topic.
    """
    UplinkTopics(province, commune)
    _write_client(root, f"{province}/{commune}", folder, now)


def make_centre(root: Issuer, host: str, folder: Path, now: datetime) -> None:
    """Write what the centre and its broker need: certificates, an empty revocation list, the rules of access.

    Raises:
        OSError: if the folder cannot be written.
    """
    _write_client(root, CENTRE, folder, now)
    key = new_key()
    certificate = issue_broker(root, key.public_key(), host, now)
    write_durably(folder / "broker.key", key_pem(key))
    write_durably(folder / "broker.pem", pem_of(certificate, root.certificate))
    write_durably(folder / "crl.pem", revocation_list(root, [], now, ROOT_CRL_LIFE), 0o644)
    write_durably(folder / "rules.acl", UplinkTopics.rules_of_all(CENTRE).encode(), 0o644)


def _write_client(root: Issuer, name: str, folder: Path, now: datetime) -> None:
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    key = new_key()
    certificate = issue_device(root, key.public_key(), name, now, SERVER_LIFE)
    write_durably(folder / "device.key", key_pem(key))
    write_durably(folder / "device.pem", pem_of(certificate))
    write_durably(folder / "chain.pem", pem_of(root.certificate), 0o644)
