"""The parts of the messaging benchmark that need no broker say what they must say; the rest is run by `kiosk bench`."""

from pathlib import Path

from kiosk.bench import benchmarks
from kiosk.bench.messaging import _ingest, _kills, _power_cuts
from kiosk.messaging.broker import start_broker


def test_power_cuts_are_counted_beside_their_yardstick() -> None:
    rows = list(_power_cuts(20))
    assert [(row["lost"], row["corrupt"]) for row in rows] == [(0, 0), (0, 0)]
    assert sum(row["yardstick_lost"] for row in rows) > 0


def test_ingest_is_measured_against_the_bare_database(tmp_path: Path) -> None:
    (row,) = _ingest(tmp_path, 1000)
    assert row["n"] == 1000
    assert row["ratio"] > 0


def test_killed_devices_brokers_and_hubs_lose_nothing(tmp_path: Path) -> None:
    with start_broker(tmp_path / "broker") as broker:
        row = _kills(tmp_path / "rounds", broker, "device", 3)
    assert row["accepted"] > 0
    assert (row["lost"], row["twice"]) == (0, 0)


def test_it_can_be_asked_for_by_name() -> None:
    assert "messaging" in benchmarks()
