"""A whole city on one machine: every part of it real but the citizens."""

import json
import urllib.request

import pytest

from kiosk.centre.cluster import postgres_programs
from kiosk.cli import main
from kiosk.demo.city import City, city_folder


@pytest.mark.skipif(postgres_programs() is None, reason="PostgreSQL is not installed")
def test_hubs_of_a_city_reach_their_centre_and_its_pages() -> None:
    with city_folder() as folder, City(folder, hubs=2, speed=60.0, seconds=2.0) as city:
        for row in city.reports():
            if row["is_over"] and not row["pending"]:
                break
        with urllib.request.urlopen(f"{city.address}/api/figures") as answer:
            days = json.loads(answer.read())
        with urllib.request.urlopen(f"{city.address}/") as answer:
            page = answer.read().decode()
    assert row["recorded"] > 0
    assert sum(day["events"] for day in days) == row["recorded"]
    assert "phường Sài Gòn" in page


@pytest.mark.parametrize("wrong", [["--hubs", "0"], ["--speed", "0"], ["--seconds", "-1"]])
def test_a_city_that_cannot_be_is_refused_in_words(wrong: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["centre", "demo", *wrong]) == 2
    assert "--hubs takes 1 to 200" in capsys.readouterr().err
