"""The parts of the messaging benchmark that need no broker say what they must say; the rest is run by `kiosk bench`."""

from pathlib import Path

import pytest

from kiosk.bench import benchmarks
from kiosk.bench.messaging import _ingest, _kills, _power_cuts
from kiosk.bench.rig.hostile import _isolation, _orders
from kiosk.messaging.broker import mosquitto_path, start_broker


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


@pytest.mark.skipif(mosquitto_path() is None, reason="mosquitto is not installed: apt-get install mosquitto")
def test_a_hostile_device_is_counted_beside_an_open_broker(tmp_path: Path) -> None:
    row = _isolation(tmp_path, 2)
    assert (row["refused"], row["came_through"], row["own_job_works"]) == (row["attempts"], [], True)
    assert row["yardstick_refused"] == 0


def test_orders_are_refused_beside_a_device_that_obeys_its_broker(tmp_path: Path) -> None:
    row = _orders(tmp_path)
    assert (row["refused"], row["honest_obeyed_once"]) == (row["attempts"], True)


def test_it_can_be_asked_for_by_name() -> None:
    assert "messaging" in benchmarks()
