"""What a power cut may take: nothing that was accepted, on a disk that forgets what was not fsynced."""

import random
import sqlite3
from typing import cast

import pytest

from kiosk.bench.rig.power_rounds import HUB, LOBBY, Subject, cut_power
from kiosk.demo.trial_time import MORNING, SimulatedTime, ids
from kiosk.domain.events import HelpCalled
from kiosk.messaging.outbox import Outbox
from tests.faults import Disk, PowerCut

CUTS = 40


@pytest.mark.parametrize("subject", [LOBBY, HUB], ids=["lobby", "hub"])
def test_power_cuts_take_nothing_that_was_accepted(subject: Subject) -> None:
    damage = cut_power(subject, "FULL", CUTS, seed=1)
    assert damage.accepted > CUTS
    assert (damage.lost, damage.corrupt) == (0, 0)


@pytest.mark.parametrize("subject", [LOBBY, HUB], ids=["lobby", "hub"])
def test_without_a_full_fsync_the_same_cuts_take_accepted_rows(subject: Subject) -> None:
    assert cut_power(subject, "NORMAL", CUTS, seed=1).lost > 0


def test_a_disk_without_power_serves_nobody_and_what_was_fsynced_comes_back() -> None:
    disk = Disk(random.Random(1))
    connection = disk.open("a.db")
    connection.execute("CREATE TABLE line (n)")
    connection.execute("INSERT INTO line VALUES (1)")
    disk.cut_after(1)
    with pytest.raises(PowerCut):
        connection.execute("INSERT INTO line VALUES (2)")
    connection.close()
    disk.power_up()
    assert disk.open("a.db").execute("SELECT n FROM line").fetchall() in ([(1,)], [(1,), (2,)])


def test_only_what_a_person_was_promised_waits_for_the_disk() -> None:
    disk, time = Disk(random.Random(1)), SimulatedTime()
    connection = cast(sqlite3.Connection, disk.open("outbox.db"))
    outbox = Outbox(connection, source="s", boot="b", now=time.now, mono=time.monotonic, new_id=ids(), clk="ntp")
    before = disk.fsyncs
    for _ in range(5):
        outbox.record(HelpCalled(at=MORNING))
    promised = disk.fsyncs - before
    outbox.acknowledge(5)
    time.advance(hours=24 * 8)
    assert outbox.purge() == 5
    assert (promised >= 5, disk.fsyncs - before - promised) == (True, 0)
    outbox.record(HelpCalled(at=MORNING))
    assert disk.fsyncs > before + promised
