"""The centre's pages and API, over a real database; what stands on them comes of events."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from litestar import Litestar
from litestar.testing import TestClient

from kiosk.centre.cluster import Cluster
from kiosk.centre.desk import Desk
from kiosk.centre.web.app import make_app
from kiosk.centre.web.words import Words
from kiosk.domain import events
from tests.centre.city import City, issued, rated


@pytest.fixture
def city(database: str, tmp_path: Path) -> City:
    return City(database, tmp_path)


@pytest.fixture
def client(city: City) -> Iterator[TestClient[Litestar]]:
    app = make_app(Desk(city.database), city.time.now, "Trung tâm thử", "Thành phố thử")
    with TestClient(app) as client:
        yield client


def a_day(city: City) -> None:
    office = city.office()
    faulty = events.FleetHealth(at=city.time.now(), device="lobby-1", state="alert", faults=("paper",), celsius=61.0)
    office.record(*[issued(f"t{n}") for n in range(1234)], *[rated(5)] * 8, *[rated(2)] * 2, faulty)
    city.send_raw("kq/1/79/26740/hub/ev/ticket", b"rubbish")
    city.time.advance(5)


def test_an_empty_centre_says_what_to_do(client: TestClient[Litestar]) -> None:
    answer = client.get("/")
    assert answer.status_code == 200
    assert "[centre] address" in answer.text
    assert client.get("/fleet").status_code == 200
    assert "Không có gì bị từ chối" in client.get("/problems").text


def test_the_first_page_shows_each_office_with_its_error(city: City, client: TestClient[Litestar]) -> None:
    a_day(city)
    text = client.get("/").text
    assert "1.234" in text
    assert re.search(r"80\s%", text)
    assert "n = 10" in text
    assert "1 lỗi / 1" in text
    assert "1,234" in client.get("/?lang=en").text


def test_the_fleet_the_office_and_the_problems_have_pages(city: City, client: TestClient[Litestar]) -> None:
    a_day(city)
    assert "hết giấy" in client.get("/fleet").text
    assert "1.234" in client.get("/offices/79.26740").text
    assert "không phải sự kiện" in client.get("/problems").text
    assert client.get("/offices/79.99999").status_code == 404


def test_the_api_tells_the_same_figures_as_json(city: City, client: TestClient[Litestar]) -> None:
    a_day(city)
    (day,) = client.get("/api/figures").json()
    assert (day["office"], day["issued"], day["rated"], day["satisfied"]) == ("79.26740", 1234, 10, 8)
    assert client.get("/api/figures?from=2026-11-01&to=2026-11-02").json() == []
    assert client.get("/api/offices").json()[0]["state"] == "ready"
    assert client.get("/api/fleet?office=79.26740").json()[0]["device"] == "lobby-1"
    assert client.get("/api/problems").json()["refused"][0]["reason"] == "not_an_envelope"
    told = client.get("/api/figures?from=yesterday")
    assert told.status_code == 400
    assert "Traceback" not in told.text


def test_the_api_describes_itself(client: TestClient[Litestar]) -> None:
    paths = json.loads(client.get("/schema/openapi.json").text)["paths"]
    assert set(paths) == {"/api/figures", "/api/offices", "/api/fleet", "/api/problems"}


def test_nothing_can_be_changed_and_nothing_comes_from_elsewhere(client: TestClient[Litestar]) -> None:
    for path in ("/", "/api/figures", "/fleet"):
        assert client.post(path).status_code == 405
    answer = client.get("/")
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    assert not re.search(r'(src|href)="(https?:)?//', answer.text)
    for path in re.findall(r'(?:src|href)="(/(?:assets|static)/[^"]+)"', answer.text):
        assert client.get(path).status_code == 200
    assert client.get("/static/../app.py").status_code == 404


def test_a_database_that_is_away_is_told_in_words(cluster: Cluster, client: TestClient[Litestar]) -> None:
    cluster.kill()
    try:
        answer = client.get("/")
        assert answer.status_code == 503
        assert "Cơ sở dữ liệu" in answer.text
        assert client.get("/api/figures").json() == {"error": "database"}
    finally:
        cluster.start()
    assert client.get("/").status_code == 200


def test_both_languages_say_the_same_things() -> None:
    vi, en = Words("vi").texts, Words("en").texts
    assert vi.keys() == en.keys()

    def fields(texts: dict[str, str]) -> dict[str, Any]:
        return {key: sorted(re.findall(r"{(\w+)}", text)) for key, text in texts.items()}

    assert fields(vi) == fields(en)
