"""Nothing lost, nothing twice, and how fast: kills, power cuts, backlogs and round trips, each beside its yardstick.

Short counts end within 180 s also on a busy machine; `--full` takes those of the notes (messaging notes §1, §10).
Databases lie under /var/tmp, because /tmp may be memory, where a commit costs nothing. The centre's ingest and a whole
city are `kiosk bench centre`, because they need PostgreSQL.
"""

import queue
import random
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import msgspec

from kiosk.bench.restore import run as restored
from kiosk.bench.rig import hostile, processes
from kiosk.bench.rig.processes import ANSWERS, ECHO, TOPICS, Child
from kiosk.clock import RealClock
from kiosk.domain import commands, events
from kiosk.messaging.broker import RunningBroker, mosquitto_config, mosquitto_path, start_broker
from kiosk.messaging.client import Message, MqttTransport
from kiosk.messaging.outbox import open_database

LIMIT_S = 60.0
BATCH = 500
WAITING = 5
"""Tickets that wait while calls are measured."""


def run(full: bool) -> Iterator[dict[str, Any]]:
    """Yield the rows, the quick ones first."""
    kinds = ["mosquitto", "iotcore"] if mosquitto_path() else ["iotcore"]
    with tempfile.TemporaryDirectory(prefix="kiosk-bench-", dir="/var/tmp") as name:
        folder = Path(name)
        yield from _ingest(folder, 50_000 if full else 5_000)
        yield from restored(full)
        yield from _power_cuts(300 if full else 40)
        yield from hostile.rows(full)
        for kind in kinds:
            with start_broker(folder / kind, kind) as broker:
                yield from _round_trip(folder / kind, broker, 500 if full else 100)
                yield from _drain(folder / kind, broker, 33_000 if full else 4_000)
                for role in ("device", "trusting"):
                    yield _kills(folder / f"{kind}-{role}", broker, role, 300 if full else 10)
        if mosquitto_path():
            yield _default_echo(folder, 200 if full else 40)


# hub ingest ---------------------------------------------------------------------------------------------------------


def _ingest(folder: Path, count: int) -> Iterator[dict[str, Any]]:
    from kiosk.bench.rig.power_rounds import MORNING, arrival, book_of
    from kiosk.hub.ingest import Arrival, read
    from kiosk.hub.ledger import row_of

    messages = [
        Message(topic=TOPICS.events("lobby", "help"), payload=msgspec.json.encode(arrival(number).envelope))
        for number in range(1, count + 1)
    ]
    rows = [
        row_of(item.envelope, number, "", MORNING.date(), "", item.raw)
        for number, item in enumerate((read(message, TOPICS) for message in messages), start=1)
        if isinstance(item, Arrival)
    ]
    book = book_of(open_database(folder / "ingest.db"))
    bare = open_database(folder / "bare.db")
    book_of(bare)
    ours = yardstick = 0.0
    for start in range(0, count, BATCH):
        # in turn, so that a busy disk hits both alike
        began = time.perf_counter()
        batch = [read(message, TOPICS) for message in messages[start : start + BATCH]]
        book.ingest([item for item in batch if isinstance(item, Arrival)], [], MORNING)
        between = time.perf_counter()
        bare.execute("BEGIN IMMEDIATE")
        bare.executemany(
            "INSERT INTO events VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
            rows[start : start + BATCH],
        )
        bare.execute("COMMIT")
        ours += between - began
        yardstick += time.perf_counter() - between
    yield {
        "what": "hub ingest: messages read, stored once, cursor moved, batches of 500; yardstick: bare executemany "
        "of the same rows into the same table",
        "n": count,
        "events_per_s": round(count / ours),
        "yardstick_per_s": round(count / yardstick),
        "ratio": round(yardstick / ours, 2),
    }


# power cuts ---------------------------------------------------------------------------------------------------------


def _power_cuts(cuts: int) -> Iterator[dict[str, Any]]:
    try:
        from kiosk.bench.rig.power_rounds import HUB, LOBBY, cut_power
    except ImportError:
        yield {"what": "power cuts: not measured, pip install kiosk[dev] brings apsw"}
        return
    for name, subject in (("lobby store and outbox", LOBBY), ("hub ledger", HUB)):
        full, normal = (cut_power(subject, setting, cuts, seed=20261124) for setting in ("FULL", "NORMAL"))
        yield {
            "what": f"power cuts, {name}: synchronous=FULL; yardstick: NORMAL",
            "cuts": cuts,
            "accepted": full.accepted,
            "lost": full.lost,
            "corrupt": full.corrupt,
            "yardstick_accepted": normal.accepted,
            "yardstick_lost": normal.lost,
            "yardstick_corrupt": normal.corrupt,
        }


# kill -9 ------------------------------------------------------------------------------------------------------------


def _kills(folder: Path, broker: RunningBroker, role: str, rounds: int) -> dict[str, Any]:
    """Kill the device each round, broker and hub in three of ten each; then let what is left drain."""
    folder.mkdir()
    chance = random.Random(20261124)
    accepted: list[str] = []
    kills = {"broker": 0, "hub": 0}
    hub = _ready(Child("hub", broker.port, folder / "hub.db"))
    try:
        for _ in range(rounds):
            device = Child(role, broker.port, folder / "device.db", 10**6)
            accepted += [device.line() for _ in range(chance.randint(1, 60))]
            broker_dies, hub_dies = chance.random() < 0.3, chance.random() < 0.3
            if broker_dies:
                broker.kill()
                kills["broker"] += 1
            if hub_dies:
                hub.kill()
                kills["hub"] += 1
            accepted += [device.line() for _ in range(chance.randint(1, 30))]
            accepted += device.kill()
            if broker_dies:
                broker.start()
            if hub_dies:
                hub = _ready(Child("hub", broker.port, folder / "hub.db"))
        last = Child(role, broker.port, folder / "device.db", 0)
        last.line()
        last.kill()
    finally:
        hub.kill()
    stored = processes.stored_ids(folder / "hub.db")
    told = {identity for identity in accepted if "-" in identity}
    what = "ours: kept until the hub acknowledges" if role == "device" else "yardstick: deleted on PUBACK"
    return {
        "what": f"kill -9 of device, broker and hub; {what}",
        "broker": broker.kind,
        "rounds": rounds,
        "kills": {"device": rounds, **kills},
        "accepted": len(told),
        "lost": len(told - set(stored)),
        "twice": len(stored) - len(set(stored)),
    }


def _ready(child: Child) -> Child:
    child.line()
    return child


# backlog ------------------------------------------------------------------------------------------------------------


def _drain(folder: Path, broker: RunningBroker, count: int) -> Iterator[dict[str, Any]]:
    for has_kill in (False, True):
        name = "killed" if has_kill else "calm"
        database, books = folder / f"{name}-device.db", folder / f"{name}-hub.db"
        clock = RealClock()
        outbox = processes.outbox_of(database, clock, "lobby", "past")
        with outbox.transaction():
            for _ in range(count):
                outbox.put(events.HelpCalled(at=clock.now()))
        hub = _ready(Child("hub", broker.port, books))
        began = time.perf_counter()
        device = Child("device", broker.port, database, 0)
        if has_kill:
            while processes.stored_count(books) <= count // 3:
                time.sleep(0.05)
            hub.kill()
            hub = _ready(Child("hub", broker.port, books))
        device.line()
        wall = time.perf_counter() - began
        device.kill()
        hub.kill()
        stored = processes.stored_ids(books)
        yield {
            "what": "drain of a backlog" + (", the hub killed in the middle" if has_kill else ""),
            "broker": broker.kind,
            "n": count,
            "lost": count - len(set(stored)),
            "twice": len(stored) - len(set(stored)),
            "events_per_s": round(count / wall),
            "wall_s": round(wall, 2),
        }


# round trip ---------------------------------------------------------------------------------------------------------


class _Role:
    """A device's thread; `wait` hands over what was put into `heard` there."""

    def __init__(self) -> None:
        self.clock = RealClock()
        self.heard: queue.Queue[Any] = queue.Queue()
        self._thread = threading.Thread(target=self.clock.run, daemon=True)
        self._thread.start()

    def wait_for(self, is_it: Callable[[Any], bool]) -> Any:
        while not is_it(item := self.heard.get(timeout=LIMIT_S)):
            pass
        return item

    def end(self) -> None:
        # behind what was posted: a link that was not stopped would go on under its name
        self.clock.post(self.clock.stop)
        self._thread.join(LIMIT_S)


def _round_trip(folder: Path, broker: RunningBroker, count: int) -> Iterator[dict[str, Any]]:
    echo = _Echo(broker)
    calls, echoes = _calls(folder, broker, count, echo.once)
    echo.end()
    yield {
        "what": "counter call: press -> committed -> picture on the board; yardstick: bare request/response echo, "
        "same client and broker",
        "broker": broker.kind,
        "n": count,
        **_figures(calls),
        **{f"yardstick_{name}": value for name, value in _figures(echoes).items()},
        "ratio_p50": round(_middle(calls) / _middle(echoes), 2),
    }


def _calls(
    folder: Path, broker: RunningBroker, count: int, echo: Callable[[], float]
) -> tuple[list[float], list[float]]:
    """Return the seconds of calls and of echoes, measured in turn: a busy machine hits both alike."""
    hub = _ready(Child("hub", broker.port, folder / "calls.db"))
    counter, board, lobby = _Role(), _Role(), _Role()
    links, outboxes = {}, {}
    for name, role in (("counter-1", counter), ("board", board), ("lobby", lobby)):
        outbox = outboxes[name] = processes.outbox_of(folder / f"{name}.db", role.clock, name, name)
        link = links[name] = processes.link_of(broker.port, outbox, role.clock, name, name)
        link.on_hub = role.heard.put
        role.clock.post(link.start)
        role.wait_for(lambda item: item is True)
    links["board"].on_snapshot = lambda snapshot: board.heard.put((snapshot, time.perf_counter()))
    numbers = iter(range(1, 10**6))

    def record(event: events.Event) -> None:
        outboxes["lobby"].record(event)

    def issue() -> None:
        number = next(numbers)
        now = lobby.clock.now()
        ticket = events.TicketIssued(
            at=now, ticket=f"t{number}", number=f"A{number:03}", day=now.date(),
            services=(events.ServiceItem(group="chung-thuc"),),
        )  # fmt: skip
        lobby.clock.post(lambda: record(ticket))
        board.wait_for(lambda item: any(waiting.ticket == f"t{number}" for waiting in item[0].waiting))

    def ask(kind: type[commands.Command], **values: str) -> float:
        command = kind(req_id=f"{next(numbers):032x}", counter=1, **values)
        began = time.perf_counter()
        counter.clock.post(lambda: links["counter-1"].request(command, counter.heard.put))
        reply = counter.wait_for(lambda item: item is not True and item is not False)
        if reply is None or not reply.ok:
            raise RuntimeError(f"the hub refused {kind.__name__}: {reply}")
        seen: float = board.wait_for(lambda item: item[0].rev >= reply.rev)[1]
        return seen - began

    ask(commands.SignIn, officer="cb1", name="Cán bộ 1")
    for _ in range(WAITING):
        issue()
    times, echoes = [], []
    for _ in range(count):
        times.append(ask(commands.CallNext))
        echoes.append(echo())
        ask(commands.Start)
        ask(commands.Finish)
        issue()
    for name, role in (("counter-1", counter), ("board", board), ("lobby", lobby)):
        role.clock.post(links[name].stop)
        role.end()
    hub.kill()
    return times, echoes


class _Echo:
    """Asks somebody who says everything back: the same client and broker, and nothing else."""

    def __init__(self, broker: RunningBroker) -> None:
        self._child = _ready(Child("echo", broker.port))
        self._asker = _Role()
        self._transport = MqttTransport(broker.host, broker.port, "asker", self._asker.clock.post)
        self._transport.subscribe(ANSWERS)
        self._number = 0
        self._asker.clock.post(lambda: self._transport.start(self._asker.heard.put, self._asker.heard.put))
        self._asker.wait_for(lambda item: item is True)
        self.once()

    def once(self) -> float:
        """Return the seconds from a request to its answer."""
        self._number += 1
        correlation = self._number.to_bytes(8, "big")
        request = Message(topic=ECHO, payload=b"x" * 100, response_topic=ANSWERS, correlation=correlation)
        began = time.perf_counter()
        self._asker.clock.post(lambda: self._transport.publish(request))
        self._asker.wait_for(lambda item: isinstance(item, Message))
        return time.perf_counter() - began

    def end(self) -> None:
        """Stop both."""
        self._asker.clock.post(self._transport.stop)
        self._asker.end()
        self._child.kill()


def _default_echo(folder: Path, count: int) -> dict[str, Any]:
    """Measure what a program gets that sets nothing: default paho, mosquitto without `set_tcp_nodelay`."""
    with start_broker(folder / "port", "mosquitto") as broker:
        port = broker.port
    config = folder / "default.conf"
    config.write_text(mosquitto_config(port).replace("set_tcp_nodelay true\n", ""), encoding="ascii")
    server = subprocess.Popen([str(mosquitto_path()), "-c", str(config)], stderr=subprocess.DEVNULL)
    try:
        processes.wait_for_port(port)
        echo = _ready(Child("plain-echo", port))
        answers: queue.Queue[float] = queue.Queue()
        client = processes.plain_client(port, "asker", ANSWERS, lambda *_: answers.put(time.perf_counter()))
        times = []
        for _ in range(count + 1):
            began = time.perf_counter()
            client.publish(ECHO, b"x" * 100, 1)
            times.append(answers.get(timeout=LIMIT_S) - began)
        client.disconnect()
        client.loop_stop()
        echo.kill()
    finally:
        server.terminate()
        server.wait()
    return {
        "what": "yardstick: echo with default paho and mosquitto, no TCP_NODELAY",
        "n": count,
        **_figures(times[1:]),
    }


def _middle(seconds: list[float]) -> float:
    return sorted(seconds)[len(seconds) // 2]


def _figures(seconds: list[float]) -> dict[str, float]:
    ordered = sorted(seconds)
    return {
        "p50_ms": round(_middle(seconds) * 1000, 2),
        "p99_ms": round(ordered[len(ordered) * 99 // 100] * 1000, 2),
    }
