"""A week without network, and a power cut of the hub while what waited comes in: nothing is lost, nothing is twice."""

import random
import sqlite3
from pathlib import Path
from typing import cast

import pytest

from kiosk.domain import events
from kiosk.messaging.outbox import WINDOW
from tests.faults import Disk
from tests.hub.stage import Stage

WEEK = 3 * WINDOW
"""Events that wait; a real week has 33,000 (`kiosk bench messaging --full`)."""


class DarkOffice(Stage):
    """An office whose hub writes to a disk that can lose its power."""

    def __init__(self, folder: Path, seed: int) -> None:
        self.disk = Disk(random.Random(seed))
        super().__init__(folder)

    def open_ledger(self) -> sqlite3.Connection:
        return cast(sqlite3.Connection, self.disk.open("hub.db"))

    def pull_the_plug(self) -> None:
        """The hub's box goes dark in the middle of a write, and gets its power back."""
        self.kill_hub()
        self.disk.power_up()
        self.start_hub()


@pytest.mark.parametrize("seed", range(6))
def test_a_week_offline_and_a_power_cut_of_the_hub_while_it_drains_lose_nothing(tmp_path: Path, seed: int) -> None:
    office = DarkOffice(tmp_path, seed)
    lobby = office.device("lobby-1")
    office.kill_hub()
    told: list[str] = []
    with lobby.outbox.transaction():
        told += [lobby.outbox.put(events.HelpCalled(at=office.time.now())).id for _ in range(WEEK)]
    office.disk.cut_after(random.Random(seed).randint(20, 150))
    try:
        office.start_hub()
        office.time.advance(5)
    except Exception:
        # SQLite wraps the cut in errors of its own, which a dying program does not tell apart
        if not office.disk.is_dark:
            raise
    assert office.disk.is_dark
    office.pull_the_plug()
    office.time.advance(10)

    assert lobby.link.pending == 0
    rows = office.connection.execute("SELECT stream, sequence FROM events WHERE type = 'help.called'").fetchall()
    assert sorted(f"{stream}-{sequence}" for stream, sequence in rows) == sorted(told)
    assert office.connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
