"""`kiosk run centre`: the city's server on a real clock, its broker, its PostgreSQL, and its pages."""

import secrets
import signal
import sys
import threading

import psycopg

from kiosk.centre.desk import Desk
from kiosk.centre.service import CentreService, lost_will
from kiosk.centre.store import Store
from kiosk.centre.web.app import serve
from kiosk.clock import RealClock
from kiosk.config import Config
from kiosk.messaging.client import MqttTransport
from kiosk.messaging.time_sync import is_system_clock_trusted
from kiosk.messaging.tls import Tls
from kiosk.messaging.uplink import uplink_tls

NAME = "centre"
"""The centre's name at its broker: a second centre throws the first one off, and only one takes events."""


def service_of(
    database: str, host: str, port: int, clock: RealClock, *, keep_months: int = 60, tls: Tls | None = None
) -> CentreService:
    """Return a centre on a real broker and a real database, ready to `start` on its clock's thread."""
    boot = secrets.token_hex(16)
    transport = MqttTransport(host, port, NAME, clock.post, will=lost_will(boot), tls=tls)
    return CentreService(
        lambda: Store(database, secrets.token_hex(16)), transport, clock, clock, boot, keep_months=keep_months
    )


def run(config: Config) -> int:
    """Run the centre until it is told to stop; return the exit status."""
    settings = config.centre
    clock = RealClock()
    try:
        # an address that cannot be right is told now; a server that is only away is waited for
        psycopg.conninfo.conninfo_to_dict(settings.database)
    except psycopg.ProgrammingError as error:
        print(f"[centre] database: {str(error).strip()}", file=sys.stderr)
        return 2
    service = service_of(
        settings.database,
        settings.address or "127.0.0.1",
        settings.port,
        clock,
        keep_months=settings.keep_months,
        tls=uplink_tls(config, is_system_clock_trusted),
    )
    threading.Thread(
        target=serve,
        args=(
            Desk(settings.database), clock.now, config.office.name, config.office.authority,
            config.network.listen, config.network.web_port,
        ),
        name="centre-web",
        daemon=True,
    ).start()  # fmt: skip
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: clock.stop())
    clock.post(service.start)
    clock.run()
    service.stop()
    return 0
