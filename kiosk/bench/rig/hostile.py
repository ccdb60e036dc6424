"""A stolen, forged or expired device before the broker, and broken input before the hub: rows for the benchmark.

The yardstick is a broker in clear, as brokers are installed: there a forged topic and a stolen name just work.
"""

import resource
import ssl
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
from cryptography import x509

from kiosk.bench.rig.fuzz import Outcome, fuzz_hub, fuzz_orders
from kiosk.bench.rig.power_rounds import MORNING, arrival, book_of
from kiosk.bench.rig.raw_line import RawLine
from kiosk.clock import VIETNAM, RealClock
from kiosk.domain.orders import Restart
from kiosk.hub.authority import Authority, found
from kiosk.hub.gate import Gate
from kiosk.hub.ingest import Arrival, read
from kiosk.messaging.broker import RunningBroker, free_port, mosquitto_path, start_broker
from kiosk.messaging.certificates import (
    DEVICE_LIFE,
    Issuer,
    issue_device,
    key_pem,
    load_key,
    make_root,
    new_key,
    pem_of,
)
from kiosk.messaging.client import MqttTransport
from kiosk.messaging.identity import DeviceKey
from kiosk.messaging.message import Message
from kiosk.messaging.orders import OrderDesk, sign_order
from kiosk.messaging.outbox import open_database
from kiosk.messaging.tls import Tls, TlsFiles, hub_host
from kiosk.messaging.topics import Topics

TOPICS = Topics("79", "26740")
LIMIT_S = 10.0
SHARE_OF_REQUESTS = 0.7
"""The rest are events: without tickets a request has nothing to be about."""


def rows(full: bool) -> Iterator[dict[str, Any]]:
    """Yield the rows: isolation, orders, fuzz, and a great backlog."""
    with tempfile.TemporaryDirectory(prefix="kiosk-hostile-", dir="/var/tmp") as name:
        if mosquitto_path():
            yield _isolation(Path(name), 200 if full else 20)
        else:
            yield {"what": "hostile device: not measured, apt-get install mosquitto"}
        yield _orders(Path(name))
        yield _backlog(Path(name), 1_000_000 if full else 10_000)
    yield from _fuzz(20_000 if full else 2_000)


# isolation ----------------------------------------------------------------------------------------------------------


class _Office:
    """An authority and its broker, with whose keys anything can be forged."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.now = datetime.now(VIETNAM)
        found(folder / "authority", make_root("root", self.now), TOPICS, self.now)
        self.authority = Authority(folder / "authority", TOPICS, lambda: self.now)
        self.broker = RunningBroker(folder / "broker", "mosquitto", free_port(), self.authority.guard("127.0.0.1"))
        self.clock = RealClock()
        self.gate = Gate(self.authority, self.broker, self.clock, self.clock, self._connect)
        self._thread = threading.Thread(target=self.clock.run, daemon=True)
        self._thread.start()
        self.do(self.gate.start)
        authority = self.authority.folder
        self.issuer = Issuer(
            x509.load_pem_x509_certificate((authority / "authority.pem").read_bytes()),
            load_key((authority / "authority.key").read_bytes()),
        )

    def do(self, act: Callable[[], object]) -> None:
        done = threading.Event()

        def run() -> None:
            act()
            done.set()

        self.clock.post(run)
        if not done.wait(LIMIT_S):
            raise RuntimeError("the gate did not come up")

    def files(self, name: str, issuer: Issuer | None = None, begins: timedelta = timedelta(0)) -> TlsFiles:
        key, path = new_key(), self.folder / f"{name}-{time.monotonic_ns()}"
        made = issue_device(issuer or self.issuer, key.public_key(), name, self.now + begins, DEVICE_LIFE)
        path.with_suffix(".pem").write_bytes(pem_of(made))
        path.with_suffix(".key").write_bytes(key_pem(key))
        return TlsFiles(
            key=path.with_suffix(".key"), certificate=path.with_suffix(".pem"),
            chain=self.authority.folder / "chain.pem", host=hub_host(TOPICS),
        )  # fmt: skip

    def member(self, name: str) -> TlsFiles:
        from kiosk.domain.enrolment import Application
        from kiosk.messaging.certificates import make_request

        key = new_key()
        asked = Application(name=name, role="lobby", request=make_request(key, name).decode(), signing_key="0" * 64)
        self.do(lambda: self.authority.consider(asked, "127.0.0.1"))
        self.do(lambda: self.authority.accept(self.authority.waiting()[-1].key))
        files = self.files(name)
        files.key.write_bytes(key_pem(key))
        files.certificate.write_text(self.authority.consider(asked, "127.0.0.1").certificate)
        return files

    def line(self, files: TlsFiles | None, client_id: str) -> RawLine:
        if files is None:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
            context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        else:
            context = files.context()
        return RawLine("127.0.0.1", self.broker.port, context, client_id)

    def close(self) -> None:
        self.do(self.gate.stop)
        self.clock.stop()
        self._thread.join(LIMIT_S)

    def _connect(self, name: str, files: TlsFiles) -> MqttTransport:
        return MqttTransport(
            "127.0.0.1", self.broker.port, name, self.clock.post, None, (0.05, 0.2), tls=Tls(files=files)
        )


def _isolation(folder: Path, handshakes: int) -> dict[str, Any]:
    office = _Office(folder / "office")
    try:
        thief = office.member("lobby-1")
        office.member("counter-1")
        refused = {
            "no certificate": _is_refused(lambda: office.line(None, "lobby-1")),
            "another root": _is_refused(lambda: office.line(office.files("lobby-1", make_root("x", office.now)), "a")),
            "expired": _is_refused(lambda: office.line(office.files("lobby-1", begins=timedelta(days=-91)), "a")),
            "not yet valid": _is_refused(lambda: office.line(office.files("lobby-1", begins=timedelta(days=1)), "a")),
        }
        victim = office.line(office.files("counter-1"), "counter-1")
        line = office.line(thief, "counter-1")
        refused["forged topic"] = not line.publish(TOPICS.events("counter-1", "ticket"), b"forged")
        refused["snapshot of the hub"] = not line.publish(TOPICS.snapshot(), b"forged")
        refused["order to another"] = not line.publish(TOPICS.command("counter-1", "restart"), b"forged")
        refused["stolen client id"] = victim.publish(TOPICS.events("counter-1", "ticket"), b"still here")
        own = line.publish(TOPICS.events("lobby-1", "ticket"), b"own")
        began = time.perf_counter()
        office.do(lambda: office.authority.revoke("lobby-1"))
        refused["revoked, open line"] = line.wait_until_closed(LIMIT_S)
        cut_ms = (time.perf_counter() - began) * 1000
        refused["revoked, new line"] = _is_refused(lambda: office.line(thief, "lobby-1"))
        times = [_handshake(office, office.files("counter-2")) for _ in range(handshakes)]
        victim.close()
    finally:
        office.close()
    times.sort()
    return {
        "what": "hostile device before mosquitto with mutual TLS and the generated rules; yardstick: a broker in clear",
        "attempts": len(refused),
        "refused": sum(refused.values()),
        "came_through": [name for name, is_refused in refused.items() if not is_refused],
        "own_job_works": own,
        "revoked_line_cut_ms": round(cut_ms),
        "handshakes": handshakes,
        "handshake_p50_ms": round(times[len(times) // 2], 1),
        "yardstick_attempts": 2,
        "yardstick_refused": _open_broker(folder / "open"),
    }


def _is_refused(attempt: Callable[[], RawLine]) -> bool:
    try:
        attempt().close()
    except OSError:
        return True
    return False


def _handshake(office: _Office, files: TlsFiles) -> float:
    context = files.context()
    began = time.perf_counter()
    RawLine("127.0.0.1", office.broker.port, context, "x").close()
    return (time.perf_counter() - began) * 1000


def _open_broker(folder: Path) -> int:
    """Return how many of a forged topic and a stolen client id a broker in clear refuses."""
    with start_broker(folder, "mosquitto") as broker:
        victim = RawLine(broker.host, broker.port, None, "counter-1")
        thief = RawLine(broker.host, broker.port, None, "lobby-1")
        forged = not thief.publish(TOPICS.events("counter-1", "ticket"), b"forged")
        impostor = RawLine(broker.host, broker.port, None, "counter-1")
        stolen = not victim.wait_until_closed(2.0)
        for line in (victim, thief, impostor):
            line.close()
    return forged + stolen


# orders -------------------------------------------------------------------------------------------------------------


def _orders(folder: Path) -> dict[str, Any]:
    """Try what must not be obeyed; the yardstick obeys whatever its broker delivers."""
    office, done = DeviceKey.make(), list[str]()
    soon = MORNING + timedelta(seconds=60)

    def desk() -> OrderDesk:
        acts = {"restart": lambda: done.append("restart")}
        return OrderDesk(
            "lobby-1", folder, lambda: office.public_hex, lambda: MORNING, lambda: True, acts, lambda _: None
        )

    def order(counter: int = 8, device: str = "lobby-1", expires: datetime = soon, key: DeviceKey = office) -> bytes:
        return sign_order(key, Restart(device=device, counter=counter, expires=expires))

    first = order(7)
    box = desk()
    obeyed = box.take("restart", first)
    attempts = {
        "replayed": (box, first),
        "replayed after a restart": (desk(), first),
        "lower counter": (box, order(6)),
        "other target": (box, order(device="lobby-2")),
        "changed byte": (box, order().replace(b"lobby-1", b"lobby-7")),
        "other key": (box, order(key=DeviceKey.make())),
        "expired": (box, order(expires=MORNING - timedelta(seconds=1))),
    }
    through = [name for name, (at, payload) in attempts.items() if at.take("restart", payload)]
    return {
        "what": "orders that must not be obeyed; yardstick: a device that obeys its broker",
        "attempts": len(attempts),
        "refused": len(attempts) - len(through),
        "came_through": through,
        "honest_obeyed_once": obeyed and done == ["restart"],
        "yardstick_refused": 0,
    }


# broken input -------------------------------------------------------------------------------------------------------


def _fuzz(count: int) -> Iterator[dict[str, Any]]:
    runs: tuple[tuple[str, Outcome], ...] = (
        ("mutated events into the hub", fuzz_hub(count, seed=20261124)),
        (
            f"{count} mutated requests, with events that they are about, into the hub",
            fuzz_hub(round(count / SHARE_OF_REQUESTS), seed=20261125, share_of_requests=SHARE_OF_REQUESTS),
        ),
        ("mutated orders into a device", fuzz_orders(count, seed=20261126)),
    )
    for what, outcome in runs:
        yield {"what": f"fuzz: {what}", **msgspec.to_builtins(outcome)}


def _backlog(folder: Path, count: int) -> dict[str, Any]:
    """Let one device bring a backlog that grew for years; the hub's memory must not follow it."""
    book = book_of(open_database(folder / "backlog.db"))
    began, before, upto, wrong = time.perf_counter(), 0, 0, 0
    for start in range(1, count + 1, 500):
        batch = [
            read(
                Message(topic=TOPICS.events("lobby", "help"), payload=msgspec.json.encode(arrival(n).envelope)), TOPICS
            )
            for n in range(start, min(start + 500, count + 1))
        ]
        outcome = book.ingest([item for item in batch if isinstance(item, Arrival)], [], MORNING)
        upto = max(ack.upto for ack in outcome.acks)
        wrong += upto != start + len(batch) - 1
        if start == 5_001:
            before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return {
        "what": "a backlog of one device, read and stored in batches of 500",
        "n": count,
        "events_per_s": round(count / (time.perf_counter() - began)),
        "acknowledged": upto,
        "wrong_acknowledgements": wrong,
        "memory_growth_mb": round((resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024, 1),
    }
