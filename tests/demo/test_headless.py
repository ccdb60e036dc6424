"""A simulated day with real processes and a real broker, on a small office so that it takes seconds."""

import json
import subprocess
import sys
from typing import Any

import pytest


def a_day(*options: str, counters: int = 1, seed: int = 5) -> dict[str, Any]:
    done = subprocess.run(
        [
            sys.executable,
            "-m",
            "kiosk",
            "demo",
            "--headless",
            "--counters",
            str(counters),
            "--seed",
            str(seed),
            *options,
        ],
        capture_output=True,
        text=True,
        timeout=170,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2000:] + done.stdout
    lines = done.stdout.splitlines()
    assert len(lines) == 1, "machine output is one JSON line"
    report: dict[str, Any] = json.loads(lines[0])
    return report


def test_the_same_seed_gives_the_same_day_in_clear_and_behind_certificates() -> None:
    first, second = a_day("--broker", "guarded"), a_day("--broker", "iotcore")
    assert first.pop("wall_s") > 0
    second.pop("wall_s")
    assert first == second
    assert first["issued"] == first["finished"] + first["no_show"] + first["left"] > 15
    assert first["issued"] == first["printed"]
    assert (first["lost"], first["duplicate_numbers"], first["unacknowledged"]) == (0, 0, 0)


def test_another_seed_gives_another_day() -> None:
    one, other = a_day(seed=5), a_day(seed=6)
    assert {**one, "wall_s": 0} != {**other, "wall_s": 0}


@pytest.mark.parametrize("broker", ["mosquitto", "iotcore"])
def test_an_hour_without_the_hub_loses_nothing_and_work_goes_on(broker: str) -> None:
    report = a_day("--hub-away", "09:00-10:00", "--broker", broker, counters=2)
    assert report["issued"] == report["printed"] == report["finished"] + report["no_show"] + report["left"]
    assert (report["lost"], report["duplicate_numbers"], report["unacknowledged"]) == (0, 0, 0)


def test_two_days_in_a_row_begin_their_numbers_anew_and_keep_them_apart() -> None:
    report = a_day("--days", "2")
    assert report["days"] == 2
    assert report["issued"] == report["finished"] + report["no_show"] + report["left"]
    assert report["duplicate_numbers"] == 0
