"""An office behind certificates on a real mosquitto: its authority, its gate, its hub, and whoever else comes."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from kiosk.clock import VIETNAM
from kiosk.hub.authority import Authority, found
from kiosk.hub.gate import Gate
from kiosk.messaging.broker import RunningBroker, free_port, mosquitto_path
from kiosk.messaging.certificates import (
    Issuer,
    issue_device,
    key_pem,
    load_key,
    make_request,
    make_root,
    new_key,
    pem_of,
)
from kiosk.messaging.client import Message, MqttTransport
from kiosk.messaging.tls import Tls, TlsFiles, hub_host
from kiosk.messaging.topics import Topics
from tests.messaging.real_device import RECONNECT_S, RoleThread

TOPICS = Topics("79", "26740")
needs_mosquitto = pytest.mark.skipif(
    mosquitto_path() is None, reason="mosquitto is not installed: apt-get install mosquitto"
)


class Caller(RoleThread):
    """Somebody with a certificate, on a thread of its own."""

    def __init__(self, port: int, name: str, tls: Tls | None, will: Message | None = None) -> None:
        super().__init__()
        self.heard: list[Message] = []
        self.connections = 0
        self.transport = MqttTransport("127.0.0.1", port, name, self.clock.post, will, RECONNECT_S, tls=tls)

    def start(self, *filters: str) -> "Caller":
        """Begin to connect, and ask for topics."""
        self.transport.subscribe(*filters)
        self.do(lambda: self.transport.start(self._hear, self._connection))
        return self

    def connected(self) -> "Caller":
        """Wait until the broker let it in."""
        self.until(lambda: self.transport.connected)
        return self

    def say(self, topic: str, payload: bytes = b"{}") -> None:
        """Publish."""
        self.do(lambda: self.transport.publish(Message(topic=topic, payload=payload)))

    def hears(self, payload: bytes) -> None:
        """Wait until something with this payload has come."""
        self.until(lambda: any(message.payload == payload for message in self.heard))

    def leave(self) -> None:
        """Disconnect and end."""
        self.do(self.transport.stop)
        self.end()

    def _hear(self, message: Message) -> None:
        self.heard.append(message)
        self.note()

    def _connection(self, is_connected: bool) -> None:
        self.connections += is_connected
        self.note()


class GuardedOffice(RoleThread):
    """The hub's side."""

    def __init__(self, folder: Path, root: Issuer | None = None) -> None:
        super().__init__()
        self.folder = folder
        self.now = datetime.now(VIETNAM)
        self.root = root or make_root("root", self.now)
        found(folder / "authority", self.root, TOPICS, self.now)
        self.authority = Authority(folder / "authority", TOPICS, lambda: self.now)
        self.broker = RunningBroker(folder / "broker", "mosquitto", free_port(), self.authority.guard("127.0.0.1"))
        self.can_take_over = True
        """False: whoever shall take a revoked device's place at the broker finds no way there."""
        self.gate = Gate(self.authority, self.broker, self.clock, self.clock, self._connect, take_limit_s=2.0)
        self.do(self.gate.start)
        self.callers: list[Caller] = []

    @property
    def issuer(self) -> Issuer:
        """Return the authority as one who has stolen its key would have it."""
        from cryptography import x509

        folder = self.authority.folder
        return Issuer(
            x509.load_pem_x509_certificate((folder / "authority.pem").read_bytes()),
            load_key((folder / "authority.key").read_bytes()),
        )

    def files(self, name: str, chain: Path | None = None) -> TlsFiles:
        """Return where a device's files lie."""
        return TlsFiles(
            key=self.folder / f"{name}.key",
            certificate=self.folder / f"{name}.pem",
            chain=chain or self.authority.folder / "chain.pem",
            host=hub_host(TOPICS),
        )

    def member(self, name: str) -> TlsFiles:
        """Let a device in, as the leader does on the hub's page."""
        from kiosk.domain.enrolment import Application

        files, key = self.files(name), new_key()
        application = Application(
            name=name, role="lobby", request=make_request(key, name).decode(), signing_key="0" * 64
        )

        def enrol() -> str:
            self.authority.consider(application, "127.0.0.1")
            assert self.authority.accept(self.authority.waiting()[0].key)
            return self.authority.consider(application, "127.0.0.1").certificate

        files.certificate.write_text(self.do(enrol))
        files.key.write_bytes(key_pem(key))
        return files

    def forged(
        self, name: str, issuer: Issuer | None = None, now: datetime | None = None, life: timedelta = timedelta(days=90)
    ) -> TlsFiles:
        """Write a certificate that the authority's register knows nothing of."""
        files, key = self.files(f"forged-{name}"), new_key()
        certificate = issue_device(issuer or self.issuer, key.public_key(), name, now or self.now, life)
        files.certificate.write_bytes(pem_of(certificate))
        files.key.write_bytes(key_pem(key))
        return files

    def caller(self, name: str, files: TlsFiles | None, *filters: str, **options: bool) -> Caller:
        """Let somebody begin to connect."""
        tls = Tls(files=files, is_clock_trusted=lambda: options.get("knows_the_time", True)) if files else None
        caller = Caller(self.broker.port, name, tls)
        self.callers.append(caller)
        return caller.start(*filters)

    def hub(self) -> Caller:
        """Connect the hub itself, which hears everything."""
        return self.caller("hub", self.authority.hub_files, TOPICS.all_events(), TOPICS.all_states()).connected()

    def settle(self) -> None:
        """Wait until nobody is being thrown out any more."""
        while self.do(lambda: self.gate.is_busy):
            pass

    def close(self) -> None:
        """End everybody."""
        for caller in self.callers:
            caller.leave()
        self.do(self.gate.stop)
        self.end()

    def _connect(self, name: str, files: TlsFiles) -> MqttTransport:
        port = self.broker.port if self.can_take_over else free_port()
        return MqttTransport("127.0.0.1", port, name, self.clock.post, None, RECONNECT_S, tls=Tls(files=files))


@contextmanager
def guarded_office(folder: Path, root: Issuer | None = None) -> Iterator[GuardedOffice]:
    """Run an office for the length of a `with`."""
    office = GuardedOffice(folder, root)
    try:
        yield office
    finally:
        office.close()
