from datetime import timedelta
from pathlib import Path

import pytest

from kiosk.domain import commands, events
from kiosk.domain.envelope import event_of
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
    called = counter.ask(commands.CallNext(req_id="r1", counter=1))
    assert called is not None
    assert (called.ok, called.number) == (True, "A001")
    assert counter.snapshots[-1].rev == called.rev
    assert counter.snapshots[-1].calls[-1].number == "A001"
    assert stage.verb(commands.Start, 1).ok
    stage.time.advance(minutes=5)
    done = counter.ask(commands.Finish(req_id="r2", counter=1))
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
    assert stage.verb(commands.CallNext, 1).number == "A002"


def test_a_restarted_hub_knows_what_its_predecessor_knew(stage: Stage) -> None:
    lobby = stage.device("lobby-1")
    for n in range(1, 6):
        lobby.put(stage.issued(f"A00{n}"))
        stage.time.advance(60)
    stage.sign_in(1, "minh", "Trần Thị Minh")
    stage.verb(commands.CallNext, 1)
    before = stage.hub.snapshot
    stage.kill_hub()
    stage.start_hub()
    after = stage.hub.snapshot
    assert after.rev > before.rev
    assert after.hub != before.hub
    for field in ("counters", "waiting", "calls", "figures", "day"):
        assert getattr(after, field) == getattr(before, field), field


def test_devices_are_told_that_the_hub_is_lost_and_that_it_is_back(stage: Stage) -> None:
    lobby = stage.device("lobby-1")
    seen: list[bool] = []
    lobby.link.on_hub = seen.append
    assert lobby.link.hub_ready
    stage.kill_hub()
    assert not lobby.link.hub_ready
    lobby.put(stage.issued("A001"))
    stage.time.settle()
    assert lobby.link.pending == 1
    stage.start_hub()
    stage.time.advance(3)
    assert seen == [False, True]
    assert lobby.link.hub_boot == stage.hub.boot
    assert lobby.link.pending == 0
    assert stage.hub.figures().issued == 1


def test_a_hub_that_stops_says_goodbye(stage: Stage) -> None:
    board = stage.device("board-1")
    stage.hub.stop()
    stage.time.settle()
    assert not board.link.hub_ready


def test_everything_retained_is_shown_again_after_the_broker_forgot_it(stage: Stage) -> None:
    stage.broker.go_down()
    stage.broker.come_up()
    stage.time.settle()
    board = stage.device("board-1")
    assert board.snapshots[-1].rev == stage.hub.rev
    assert board.link.hub_ready


def test_the_hub_knows_which_devices_are_lost(stage: Stage) -> None:
    lobby = stage.device("lobby-1")
    assert stage.hub.devices["lobby-1"].state == "ready"
    lobby.transport.pull()
    stage.time.settle()
    assert stage.hub.devices["lobby-1"].state == "lost"


def test_a_hub_at_rest_does_nothing(stage: Stage) -> None:
    stage.device("board-1")
    rev, said = stage.hub.rev, len(stage.broker.log)
    stage.time.advance(hours=3)
    assert stage.hub.rev == rev
    assert len(stage.broker.log) == said


def test_a_hub_that_is_told_to_refresh_shows_a_newer_forecast_while_nothing_happens(tmp_path: Path) -> None:
    stage = Stage(tmp_path, refresh=timedelta(seconds=60))
    rev = stage.hub.rev
    stage.time.advance(minutes=5)
    assert stage.hub.rev == rev + 5


def test_at_midnight_the_office_is_empty_and_the_day_has_its_figures(stage: Stage) -> None:
    lobby = stage.device("lobby-1")
    for number in ("A001", "A002", "A003"):
        lobby.put(stage.issued(number))
    stage.time.settle()
    stage.sign_in(1)
    stage.verb(commands.CallNext, 1)
    stage.verb(commands.Start, 1)
    stage.verb(commands.Finish, 1)
    yesterday = stage.today
    stage.time.advance(hours=17)
    snapshot = stage.hub.snapshot
    assert snapshot.day > yesterday
    assert snapshot.waiting == ()
    assert {counter.state for counter in snapshot.counters} == {"closed"}
    assert snapshot.calls == ()
    closed = event_of(next(item for item in stage.heard if item.type == "day.closed"))
    assert isinstance(closed, events.DayClosed)
    assert (closed.day, closed.issued, closed.finished, closed.voided) == (yesterday, 3, 1, 2)
    totals = stage.hub.totals()
    assert (totals.issued, totals.finished, totals.voided) == (3, 1, 2)
    assert stage.hub.figures().issued == 0


def test_a_hub_that_was_off_at_midnight_closes_the_old_day_when_it_starts(stage: Stage) -> None:
    lobby = stage.device("lobby-1")
    lobby.put(stage.issued("A001"))
    stage.time.settle()
    stage.sign_in(1)
    stage.kill_hub()
    stage.time.advance(hours=30)
    stage.start_hub()
    assert stage.hub.day.day == stage.today
    assert stage.hub.snapshot.waiting == ()
    assert [post.officer for post in stage.hub.day.posts()] == ["", ""]
    assert stage.hub.totals().voided == 1


def test_a_service_that_was_finished_by_hand_counts_although_its_day_was_closed_before_it_became_known(
    stage: Stage,
) -> None:
    lobby, counter = stage.device("lobby-1"), stage.device("counter-1")
    lobby.put(stage.issued("A001"))
    stage.time.settle()
    counter.transport.pull()
    for event in (
        events.TicketCalled(at=stage.time.now(), ticket="t-A001", counter=1, manual=True),
        events.ServiceStarted(at=stage.time.now(), ticket="t-A001", counter=1, manual=True),
        events.ServiceFinished(at=stage.time.now(), ticket="t-A001", counter=1, manual=True),
    ):
        counter.put(event)
    stage.time.advance(hours=20)
    assert (stage.hub.totals().finished, stage.hub.totals().voided) == (0, 1)
    counter.transport.plug()
    stage.time.advance(3)
    assert (stage.hub.totals().finished, stage.hub.totals().voided) == (1, 0)


def test_a_ticket_of_today_whose_issue_becomes_known_late_is_in_the_queue(stage: Stage) -> None:
    lobby, counter = stage.device("lobby-1"), stage.device("counter-1")
    issue = stage.issued("A001")
    counter.put(events.TicketCalled(at=stage.time.now(), ticket="t-A001", counter=1, manual=True))
    stage.time.settle()
    assert stage.hub.figures().issued == 0
    lobby.put(issue)
    stage.time.settle()
    assert stage.hub.figures().issued == 1
    assert stage.hub.snapshot.counters[0].number == "A001"


def test_a_picture_of_sixty_waiting_tells_place_and_range_of_each_group(stage: Stage) -> None:
    lobby = stage.device("lobby-1")
    for n in range(1, 61):
        lobby.put(stage.issued(f"A{n:03d}"))
    stage.time.settle()
    stage.sign_in(1)
    group = stage.hub.snapshot.groups[0]
    assert group.waiting == 60
    assert group.low_minutes is not None
    assert group.high_minutes is not None
    assert 60 < group.low_minutes <= group.high_minutes


def test_nothing_is_promised_while_no_counter_is_open(stage: Stage) -> None:
    assert [(group.low_minutes, group.high_minutes) for group in stage.hub.snapshot.groups] == [(None, None)] * 7


def test_a_clock_that_jumps_in_the_middle_of_work_sends_nobody_home(stage: Stage) -> None:
    lobby = stage.device("lobby-1")
    lobby.put(stage.issued("A001"))
    stage.time.settle()
    stage.sign_in(1)
    stage.time.jump(timedelta(hours=37))
    lobby.put(stage.issued("A002"))
    stage.time.settle()
    assert [ticket.number for ticket in stage.hub.snapshot.waiting] == ["A001", "A002"]
    for _ in range(2):
        assert stage.verb(commands.CallNext, 1).ok
        stage.verb(commands.NoShow, 1)
    stage.time.advance(60)
    stage.sign_in(1)
    assert stage.hub.day.day == stage.today, "the new day is open as soon as the old one is done"


def test_a_box_that_started_with_yesterdays_date_opens_today_when_its_clock_is_set(tmp_path: Path) -> None:
    stage = Stage(tmp_path)
    stage.time.jump(timedelta(hours=23))
    lobby = stage.device("lobby-1")
    lobby.put(stage.issued("A001"))
    stage.time.settle()
    assert stage.hub.day.day == stage.today
    assert stage.hub.figures().issued == 1


def test_a_clock_that_goes_back_closes_nothing(stage: Stage) -> None:
    lobby = stage.device("lobby-1")
    lobby.put(stage.issued("A001"))
    stage.time.settle()
    stage.time.jump(timedelta(days=-400))
    stage.sign_in(1)
    assert stage.verb(commands.CallNext, 1).number == "A001"
