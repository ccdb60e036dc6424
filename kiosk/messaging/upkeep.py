"""What a running device looks after beside its role: its clock, its disk, its certificate, the office's orders."""

import os
import signal
from collections.abc import Callable

from kiosk.clock import Clock, Timer, Wake, Worker
from kiosk.config import Config
from kiosk.domain.events import DeviceOrdered
from kiosk.domain.orders import AnyOrder
from kiosk.messaging.disk_watch import DiskWatch
from kiosk.messaging.enrolment import Enrolment, Identity, ask_over_http, signing_key
from kiosk.messaging.keeper import IdentityKeeper
from kiosk.messaging.link import HubLink
from kiosk.messaging.orders import OrderDesk
from kiosk.messaging.time_sync import ClockWatch
from kiosk.messaging.topics import Topics

SHOWN_S = 60.0
"""How long a device shows its name when it is asked which one it is."""


class Upkeep:
    """One device's upkeep; works on the role's thread."""

    def __init__(
        self, config: Config, role: str, link: HubLink, clock: Clock, timer: Timer, worker: Callable[[], Worker]
    ) -> None:
        """Wire up; nothing happens before `start`.

        Args:
            config: with `[network] tls` the certificate is kept and orders are obeyed; the clock is watched anyway.
            role: what the device is, for the person who lets it in.
            link: the role's line to the hub.
            clock: the role's clock and its thread.
            timer: real seconds.
            worker: makes one for what takes its time; only asked for where certificates are kept.

        Raises:
            OSError: if the storage cannot be used.
        """
        self.on_notice: Callable[[str, str], None] | None = None
        """What staff should see on the device's screen changed: kind (`code`, `name` or nothing), and the text."""
        self._name = config.device.name
        self._link = link
        self._clock = clock
        self._timer = timer
        self._code = ""
        self._naming: Wake | None = None
        self._watch = ClockWatch(link.outbox, clock, timer)
        self._disk = DiskWatch(link.outbox, clock, timer, link.outbox.record)
        self._keeper = self._keeper_of(config, role, worker()) if config.network.tls else None

    def start(self) -> None:
        """Begin."""
        self._watch.start()
        self._disk.start()
        self._link.on_time = self._watch.hear_hub
        if self._keeper is not None:
            self._keeper.on_code = self._on_code
            self._keeper.start()

    def stop(self) -> None:
        """Stop."""
        self._watch.stop()
        self._disk.stop()
        if self._keeper is not None:
            self._keeper.stop()

    def _keeper_of(self, config: Config, role: str, worker: Worker) -> IdentityKeeper:
        identity = identity_of(config)
        public = signing_key(config.storage).public_hex
        network = config.network
        ask = ask_over_http(network.hub or "127.0.0.1", network.web_port)
        keeper = IdentityKeeper(
            identity,
            lambda: Enrolment(identity, role, public, ask, network.root_fingerprint),
            self._link,
            self._watch.now,
            self._timer,
            worker,
            lambda: self._watch.knows_the_time,
        )
        desk = OrderDesk(
            config.device.name,
            identity.folder,
            lambda: identity.order_key,
            self._watch.now,
            lambda: self._watch.knows_the_time,
            {"restart": _restart, "identify": self._show_name, "renew": keeper.renew},
            self._keep_order,
        )
        self._link.on_command = desk.take
        return keeper

    def _keep_order(self, order: AnyOrder) -> None:
        op = str(order.__struct_config__.tag)
        self._link.outbox.record(DeviceOrdered(at=self._clock.now(), order=op, counter=order.counter))

    def _on_code(self, code: str) -> None:
        self._code = code
        self._notify()

    def _show_name(self) -> None:
        if self._naming is not None:
            self._naming.cancel()
        self._naming = self._timer.wake_after(SHOWN_S, self._end_naming)
        self._notify()

    def _end_naming(self) -> None:
        self._naming = None
        self._notify()

    def _notify(self) -> None:
        if self.on_notice is not None:
            kind = "name" if self._naming is not None else "code" if self._code else ""
            self.on_notice(kind, self._name if kind == "name" else self._code)


def _restart() -> None:
    # the way in which everybody else ends a role; the unit starts it again
    os.kill(os.getpid(), signal.SIGTERM)


def identity_of(config: Config) -> Identity:
    """Return the files of the device that `config` describes.

    Raises:
        OSError: if the storage cannot be used.
    """
    topics = Topics(config.site.province, config.site.commune)
    return Identity(config.storage, config.device.name, topics)
