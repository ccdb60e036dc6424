"""The demo's broker: in clear as everything on loopback, or behind certificates as in an office."""

from collections.abc import Iterable
from pathlib import Path

from kiosk.clock import RealClock
from kiosk.demo.launch import COMMUNE, PROVINCE
from kiosk.domain.enrolment import Application
from kiosk.hub.authority import Authority, found
from kiosk.messaging.broker import RunningBroker, free_port, start_broker
from kiosk.messaging.certificates import key_pem, make_request, make_root, new_key
from kiosk.messaging.durable import write_durably
from kiosk.messaging.topics import Topics

GUARDED = "guarded"
TOPICS = Topics(PROVINCE, COMMUNE)


def start_demo_broker(folder: Path, kind: str, names: Iterable[str]) -> tuple[RunningBroker, str]:
    """Start a broker for the demo; return it, and the folder of the devices' certificates (empty: in clear).

    Args:
        kind: as for `start_broker`, or `guarded`: mosquitto behind certificates.
        names: of the devices that are let in.

    Raises:
        kiosk.messaging.broker.NoBroker: if it is not installed or does not start.
    """
    if kind != GUARDED:
        return start_broker(folder, kind=kind), ""
    now = RealClock().now()
    found(folder / "authority", make_root("Kiosk demo", now), TOPICS, now)
    authority = Authority(folder / "authority", TOPICS, RealClock().now)
    for name in names:
        _let_in(authority, name)
    broker = RunningBroker(folder, "mosquitto", free_port(), authority.guard("127.0.0.1"))
    broker.start()
    return broker, str(authority.folder)


def _let_in(authority: Authority, name: str) -> None:
    key = new_key()
    application = Application(name=name, role="demo", request=make_request(key, name).decode(), signing_key="0" * 64)
    authority.consider(application, "127.0.0.1")
    authority.accept(authority.waiting()[0].key)
    write_durably(authority.folder / f"{name}.key", key_pem(key))
    write_durably(authority.folder / f"{name}.pem", authority.consider(application, "").certificate.encode())
