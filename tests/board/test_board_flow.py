"""The board shows the hub's picture, says each call once, and never pretends that an old picture is new."""

from datetime import timedelta
from pathlib import Path

import pytest

from kiosk.counter import view as cv
from kiosk.demo.trial import TrialOffice, serve, take_numbers, touch
from kiosk.domain.hours import OpeningHours


@pytest.fixture
def office(tmp_path: Path) -> TrialOffice:
    return TrialOffice(tmp_path)


def test_before_any_picture_the_board_says_that_it_waits(tmp_path: Path) -> None:
    board = TrialOffice(tmp_path, hub=False).board()
    assert board.flow.view.step == "waiting_for_hub"
    assert board.flow.view.office_name != ""


def test_a_call_stands_in_the_banner_and_is_said_once(office: TrialOffice) -> None:
    lobby, counter, board = office.lobby(), office.counter(1), office.board()
    take_numbers(lobby, 2)
    counter.press("next")
    view = board.flow.view
    assert (view.step, view.call_number, view.call_counter, view.fresh) == ("calls", "F001", 1, True)
    assert [text for text, _ in board.speaker.said] == ["Mời số ép không không một, đến quầy số một"]
    counter.press("start")
    assert len(board.speaker.said) == 1
    assert board.flow.view.counters[0].state == "serving"


def test_a_recall_is_said_again_and_marked(office: TrialOffice) -> None:
    lobby, counter, board = office.lobby(), office.counter(1), office.board()
    take_numbers(lobby)
    counter.press("next", "recall")
    assert [text.startswith("Xin nhắc lại") for text, _ in board.speaker.said] == [False, True]
    assert board.flow.view.call_again


def test_two_counters_are_both_said(office: TrialOffice) -> None:
    lobby, first, second, board = office.lobby(), office.counter(1), office.counter(2), office.board()
    take_numbers(lobby, 2)
    first.press("next")
    second.press("next")
    assert len(board.speaker.said) == 2


def test_calls_within_seconds_of_each_other_stand_in_the_banner_together(tmp_path: Path) -> None:
    office = TrialOffice(tmp_path, show_clock=True)
    lobby, first, second, board = office.lobby(), office.counter(1), office.counter(2), office.board()
    take_numbers(lobby, 2)
    first.press("next")
    office.time.advance(3)
    second.press("next")

    def gold() -> list[tuple[str, int]]:
        view = board.flow.view
        others = [(call.number, call.counter) for call in view.others]
        return [*others, (view.call_number, view.call_counter)] if view.fresh else []

    assert gold() == [("F001", 1), ("F002", 2)]
    office.time.advance(8)
    assert gold() == [("F002", 2)]
    first.press("recall")
    first.press("recall")
    assert gold() == [("F002", 2), ("F001", 1)]
    office.time.advance(40)
    assert gold() == []


def test_of_many_calls_at_once_each_stays_in_gold_until_the_voice_has_said_it(tmp_path: Path) -> None:
    office = TrialOffice(tmp_path, 4, show_clock=True)
    lobby, board = office.lobby(), office.board()
    counters = [office.counter(number) for number in range(1, 5)]
    take_numbers(lobby, 4)
    for counter in counters:
        counter.press("next")
    office.time.advance(20)
    assert (board.flow.view.fresh, board.flow.view.call_number) == (True, "F004")


def test_a_board_that_starts_late_calls_nobody_who_was_called_long_ago(office: TrialOffice) -> None:
    lobby, counter = office.lobby(), office.counter(1)
    take_numbers(lobby)
    counter.press("next")
    office.time.advance(90)
    board = office.board()
    assert board.speaker.said == []
    assert (board.flow.view.call_number, board.flow.view.fresh) == ("F001", False)


def test_the_gold_goes_after_ten_seconds(tmp_path: Path) -> None:
    office = TrialOffice(tmp_path, show_clock=True)
    lobby, counter, board = office.lobby(), office.counter(1), office.board()
    take_numbers(lobby)
    counter.press("next")
    office.time.advance(9)
    assert board.flow.view.fresh
    office.time.advance(2)
    assert not board.flow.view.fresh


def test_without_hub_the_picture_stays_and_says_its_age(tmp_path: Path) -> None:
    office = TrialOffice(tmp_path, show_clock=True)
    lobby, counter, board = office.lobby(), office.counter(1), office.board()
    take_numbers(lobby)
    counter.press("next")
    office.kill_hub()
    office.time.advance(14)
    assert board.flow.view.stale_seconds is None
    office.time.advance(6)
    assert board.flow.view.stale_seconds == 20
    assert board.flow.view.call_number == "F001"
    office.start_hub()
    assert board.flow.view.stale_seconds is None


def test_figures_come_with_their_interval(office: TrialOffice) -> None:
    lobby, counter, board = office.lobby(), office.counter(1), office.board()
    assert board.flow.view.satisfied_percent is None
    take_numbers(lobby)
    serve(counter)
    touch(counter, cv.Rate(score=4))
    office.time.advance(4)
    view = board.flow.view
    assert (view.finished, view.rated, view.satisfied_percent, view.score_mean) == (1, 1, 100.0, 4.0)
    assert view.satisfied_low is not None
    assert view.satisfied_low < 1


def test_a_board_where_nobody_draws_sets_no_timer(office: TrialOffice) -> None:
    quiet = office.time.pending
    office.board()
    office.time.advance(6)
    assert office.time.pending == quiet


def test_out_of_hours_the_board_closes_but_not_on_people_who_wait(office: TrialOffice) -> None:
    lobby, counter, board = office.lobby(), office.counter(1), office.board()
    office.time.advance(hours=8, minutes=58)
    take_numbers(lobby)
    office.time.advance(minutes=5)
    serve(counter)
    assert board.flow.view.step == "calls"
    counter.flow.sign_out()
    office.time.settle()
    assert board.flow.view.step == "closed"


def test_a_closed_office_says_when_it_opens_again_and_a_holiday_is_no_working_day(tmp_path: Path) -> None:
    office = TrialOffice(tmp_path)
    board = office.board()
    today = office.time.now().date()
    board.flow._hours = OpeningHours(holidays=(today, today + timedelta(days=1)))
    board.flow._on_hub(True)
    assert board.flow.view.step == "closed"
    assert board.flow.view.reopens.startswith("07:30 Thứ ")
    assert board.flow.view.reopens.endswith(f"{today + timedelta(days=2):%-d/%-m}")
