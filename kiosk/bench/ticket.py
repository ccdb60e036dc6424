"""How long a citizen's number takes to be safe, and whether two kiosks can give the same one.

Yardsticks of the same run, on the same disk: a bare FULL commit of one row, and the pattern of existing queue systems
(highest number + 1, print, then insert) from two processes (messaging notes §8.1: 8 duplicates of 400).
"""

import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any

from kiosk.clock import VIETNAM
from kiosk.domain.events import ServiceItem, TicketIssued
from kiosk.lobby.store import LobbyStore
from kiosk.messaging.outbox import Outbox, open_database

DAY = date(2026, 11, 24)
PRINT_S = 0.002
"""Kind to the old pattern: a real slip takes a second, and the race is as long as the printing."""


def run(full: bool) -> Iterator[dict[str, Any]]:
    """Measure commits, then race two processes for numbers with either pattern."""
    count = 2000 if full else 300
    race = 2000 if full else 200
    # /tmp may be memory, where a commit costs nothing
    with tempfile.TemporaryDirectory(prefix="kiosk-bench-", dir="/var/tmp") as folder:
        yield from _commits(Path(folder), count)
        for pattern, what in (
            ("max_plus_one", "yardstick: highest number + 1, print, insert; two processes"),
            ("ours", "ours: series, ticket and outbox row in one transaction; two processes on one database"),
        ):
            began = time.perf_counter()
            numbers = _race(Path(folder), pattern, race)
            yield {
                "what": what,
                "issued": len(numbers),
                "duplicate_numbers": len(numbers) - len(set(numbers)),
                "wall_s": round(time.perf_counter() - began, 2),
            }


def _commits(folder: Path, count: int) -> Iterator[dict[str, Any]]:
    store = _store(folder / "ours.db")
    bare = open_database(folder / "bare.db")
    bare.execute("CREATE TABLE line (n INTEGER PRIMARY KEY, text TEXT)")
    ours: list[float] = []
    yardstick: list[float] = []
    for n in range(count):
        # in turn, so that a busy disk hits both alike
        ours.append(_seconds(lambda: store.issue(DAY, "A", _ticket)))
        yardstick.append(_seconds(lambda n=n: bare.execute("INSERT INTO line VALUES (?, 'A105')", (n,))))  # type: ignore[misc]  # mypy cannot infer a lambda with a default
    mine, theirs = _figures(ours), _figures(yardstick)
    yield {"what": "ours: series, ticket and outbox row, one FULL commit", "n": count, **mine}
    yield {"what": "yardstick: one row, one FULL commit", "n": count, **theirs}
    yield {"what": "ratio ours / yardstick", "ratio_p50": round(mine["p50_ms"] / max(theirs["p50_ms"], 0.001), 2)}


def _race(folder: Path, pattern: str, count: int) -> list[str]:
    database = folder / f"{pattern}.db"
    _prepare(pattern, database)
    racers = [
        subprocess.Popen(
            [sys.executable, "-m", "kiosk.bench.ticket", pattern, str(database), str(count)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for _ in range(2)
    ]
    for racer in racers:
        assert racer.stdout is not None
        racer.stdout.readline()
    for racer in racers:
        assert racer.stdin is not None
        racer.stdin.write("go\n")
        racer.stdin.flush()
    return [number for racer in racers for number in racer.communicate()[0].split()]


def _prepare(pattern: str, database: Path) -> None:
    if pattern == "ours":
        _store(database)
    else:
        open_database(database).execute("CREATE TABLE tickets (number INTEGER)")


def _racer(pattern: str, database: str, count: int) -> None:
    take = _ours(database) if pattern == "ours" else _max_plus_one(database)
    print("ready", flush=True)
    sys.stdin.readline()
    for _ in range(count):
        print(take())


def _ours(database: str) -> Callable[[], str]:
    store = _store(Path(database))

    def take() -> str:
        number = store.issue(DAY, "A", _ticket).number
        time.sleep(PRINT_S)
        return number

    return take


def _max_plus_one(database: str) -> Callable[[], str]:
    connection = open_database(database)

    def take() -> str:
        number = connection.execute("SELECT coalesce(max(number), 0) + 1 FROM tickets").fetchone()[0]
        time.sleep(PRINT_S)
        connection.execute("INSERT INTO tickets VALUES (?)", (number,))
        return f"A{number:03}"

    return take


def _store(path: Path) -> LobbyStore:
    connection: sqlite3.Connection = open_database(path)
    return LobbyStore(
        Outbox(
            connection,
            source="79.26740.lobby-1",
            boot="bench",
            now=lambda: datetime.now(VIETNAM),
            mono=time.monotonic,
            new_id=lambda: "0" * 32,
            clk="ntp",
        )
    )


def _ticket(position: int) -> TicketIssued:
    return TicketIssued(
        at=datetime.now(VIETNAM),
        ticket=f"{time.perf_counter_ns():x}-{position}",
        number=f"A{position:03}",
        day=DAY,
        services=(ServiceItem(group="chung-thuc"),),
        low_minutes=5,
        high_minutes=12,
    )


def _seconds(act: Callable[[], object]) -> float:
    began = time.perf_counter()
    act()
    return time.perf_counter() - began


def _figures(seconds: list[float]) -> dict[str, float]:
    ordered = sorted(seconds)
    return {
        "p50_ms": round(ordered[len(ordered) // 2] * 1000, 2),
        "p99_ms": round(ordered[len(ordered) * 99 // 100] * 1000, 2),
    }


if __name__ == "__main__":
    _racer(sys.argv[1], sys.argv[2], int(sys.argv[3]))
