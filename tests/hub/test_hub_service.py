from pathlib import Path

import pytest

from kiosk.domain import events
from kiosk.domain.priority import Priority
from tests.hub.stage import Stage


@pytest.fixture
def stage(tmp_path: Path) -> Stage:
    return Stage(tmp_path)


def test_a_whole_visit_passes_through_the_hub(stage: Stage) -> None:
    lobby = stage.device("lobby-1")
    counter = stage.device("counter-1")
    lobby.put(stage.issued("A001"))
    stage.time.settle()
    assert lobby.link.pending == 0, "acknowledged after the commit"
    assert [ticket.number for ticket in lobby.snapshots[-1].waiting] == ["A001"]

    stage.sign_in(1, "minh", "Trần Thị Minh")
    called = counter.ask(events.CallNext(req_id="r1", counter=1))
    assert called is not None
    assert (called.ok, called.number) == (True, "A001")
    assert counter.snapshots[-1].rev == called.rev
    assert counter.snapshots[-1].calls[-1].number == "A001"
    assert stage.verb(events.Start, 1).ok
    stage.time.advance(minutes=5)
    done = counter.ask(events.Finish(req_id="r2", counter=1))
    assert done is not None
    assert done.offer is not None
    assert done.offer.officer_name == "Trần Thị Minh"
    assert done.offer.link == f"http://hub.test/r/{done.offer.token}"
    counter.put(
        events.RatingGiven(
            at=stage.time.now(), ticket="t-A001", service=0, token=done.offer.token, score=5, counter=1, officer="minh"
        )
    )
    stage.time.settle()
    figures = stage.hub.figures()
    assert (figures.issued, figures.finished, figures.rated, figures.satisfied) == (1, 1, 1, 1)
    assert [item.type for item in stage.heard] == [
        "ticket.issued", "officer.signed_in", "ticket.called", "ticket.serving", "ticket.service_finished",
        "rating.offered", "rating.given",
    ]  # fmt: skip


def test_priority_is_called_before_an_ordinary_ticket_of_about_the_same_time(stage: Stage) -> None:
    lobby = stage.device("lobby-1")
    lobby.put(stage.issued("A001"))
    stage.time.advance(60)
    lobby.put(stage.issued("A002", "chung-thuc", Priority.PRIORITY))
    stage.time.advance(minutes=10)
    stage.sign_in(1)
    assert stage.verb(events.CallNext, 1).number == "A002"
