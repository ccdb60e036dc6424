"""What a power cut may take: nothing that was accepted, on a disk that forgets what was not fsynced."""

import random

import pytest

from kiosk.bench.rig.power_cut import Disk, PowerCut
from kiosk.bench.rig.power_rounds import HUB, LOBBY, Subject, cut_power

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
