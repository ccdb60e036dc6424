"""Figures across offices: what pages and the API show comes of events, once each."""

from pathlib import Path

import pytest

from kiosk.centre.desk import Desk, totals_of
from kiosk.demo.trial_time import MORNING
from kiosk.domain import events
from tests.centre.city import City, issued, rated


@pytest.fixture
def city(database: str, tmp_path: Path) -> City:
    return City(database, tmp_path)


def closed(issued: int) -> events.DayClosed:
    return events.DayClosed(at=MORNING, day=MORNING.date(), issued=issued, finished=1, no_show=0, voided=0, rated=2,
                            satisfied=1, petitions=0)  # fmt: skip


def test_offices_stand_side_by_side_with_the_error_of_each_share(city: City) -> None:
    one, two = city.office("26740"), city.office("26743")
    one.record(issued("t1"), issued("t2"), rated(5), rated(2))
    two.record(issued("t3"), rated(4))
    city.time.settle()
    days = Desk(city.database).days(MORNING.date(), MORNING.date())
    assert [(row.office, row.issued, row.rated, row.satisfied) for row in days] == [
        ("79.26740", 2, 2, 1),
        ("79.26743", 1, 1, 1),
    ]
    share = days[0].satisfaction
    assert share.low is not None
    assert share.high is not None
    assert share.low < 0.5 < share.high
    whole = totals_of(days)
    assert (whole.issued, whole.rated, whole.satisfied) == (3, 3, 2)


def test_a_closed_day_that_tells_another_figure_is_shown_as_such(city: City) -> None:
    one, two = city.office("26740"), city.office("26743")
    one.record(issued("t1"), closed(1))
    two.record(issued("t2"), closed(5))
    city.time.settle()
    days = Desk(city.database).days(MORNING.date(), MORNING.date())
    assert [(row.is_closed, row.differs) for row in days] == [(True, False), (True, True)]


def test_the_fleet_shows_the_newest_word_of_each_device(city: City) -> None:
    office = city.office()
    for celsius in (48.0, 61.5):
        told = events.FleetHealth(
            at=city.time.now(), device="lobby-1", state="alert", role="lobby", faults=("paper",), celsius=celsius
        )
        office.record(told)
        city.time.advance(minutes=5)
    (row,) = Desk(city.database).fleet("79.26740")
    assert (row.device, row.celsius, row.faults, row.state) == ("lobby-1", 61.5, "paper", "alert")
    assert Desk(city.database).fleet("79.26743") == []


def test_problems_are_counted_by_office(city: City) -> None:
    city.office()
    city.send_raw("kq/1/79/26740/hub/ev/ticket", b"rubbish")
    problems = Desk(city.database).problems()
    assert [(row.office, row.reason, row.count) for row in problems.refused] == [("79.26740", "not_an_envelope", 1)]
    assert (problems.faulty, problems.clashes, problems.gaps) == (0, 0, ())


def test_the_desk_cannot_write_and_comes_back_after_its_connection_broke(city: City) -> None:
    import psycopg

    desk = Desk(city.database)
    assert desk.presences() == []
    assert desk._connection is not None
    with pytest.raises(psycopg.Error):
        desk._connection.execute("DELETE FROM tallies")
    desk._connection.close()
    assert desk.presences() == []
