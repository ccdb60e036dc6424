"""Times of devices whose clock was wrong: ordered by their streams, and put right once the true time is known."""

from datetime import datetime, timedelta
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.demo.trial_time import MORNING
from kiosk.domain import events
from kiosk.domain.clocks import corrected, error_of
from kiosk.messaging.time_sync import BUILT, JUMP_S, LOOK_S, ClockWatch, system_clock_quality
from tests.faults.jumping_clock import JumpingClock
from tests.hub.stage import Stage, envelope

BEHIND = timedelta(hours=37)


@pytest.fixture
def stage(tmp_path: Path) -> Stage:
    return Stage(tmp_path)


class Board:
    """A lobby without a battery clock: its wall clock starts 37 hours behind the stage's."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage
        self.clock = JumpingClock(stage.time, stage.time, BEHIND)
        self.is_synchronised = False
        self.device = stage.device("lobby-1", self.clock)
        self.watch = ClockWatch(
            self.device.outbox, self.clock, stage.time, lambda _: "ntp" if self.is_synchronised else "none"
        )
        self.watch.start()

    def take(self, number: str) -> None:
        now = self.clock.now()
        item = events.ServiceItem(group="chung-thuc")
        self.device.put(
            events.TicketIssued(at=now, ticket=f"t-{number}", number=number, day=now.date(), services=(item,))
        )
        self.stage.time.settle()

    def arrived(self, number: str) -> datetime:
        return self.stage.hub.day.visits[f"t-{number}"].arrived

    def synchronise(self) -> None:
        self.clock.set_right()
        self.is_synchronised = True
        self.stage.time.advance(LOOK_S)


def test_stamps_from_before_the_time_server_are_put_right_once_it_is_reached(stage: Stage) -> None:
    board = Board(stage)
    true = stage.time.now()
    board.take("A001")
    assert board.arrived("A001") == true - BEHIND
    stage.time.advance(90)
    board.synchronise()
    board.take("A002")
    assert abs(board.arrived("A001") - true) < timedelta(seconds=1)
    assert board.arrived("A001") < board.arrived("A002")
    stage.kill_hub()
    stage.start_hub()
    assert abs(board.arrived("A001") - true) < timedelta(seconds=1), "also after a restart of the hub"


def test_the_hubs_own_time_is_better_than_none(stage: Stage) -> None:
    board = Board(stage)
    true = stage.time.now()
    board.take("A001")
    board.watch.hear_hub(stage.time.now())
    stage.time.settle()
    assert abs(board.arrived("A001") - true) < timedelta(seconds=1)
    assert board.watch.knows_the_time
    assert abs(board.watch.now() - stage.time.now()) < timedelta(seconds=1), "for its own certificate, too"


def test_an_old_picture_that_is_told_again_sets_no_clock_back(stage: Stage) -> None:
    board = Board(stage)
    shown = stage.time.now()
    board.watch.hear_hub(shown)
    stage.time.advance(60)
    board.watch.hear_hub(shown)
    assert abs(board.watch.now() - stage.time.now()) < timedelta(seconds=1)
    board.watch.hear_hub(stage.time.now() - timedelta(days=1))
    assert abs(board.watch.now() - stage.time.now() + timedelta(days=1)) < timedelta(seconds=1), (
        "a hub set back is heard"
    )


def test_the_correction_may_overtake_what_it_corrects(stage: Stage) -> None:
    true = stage.time.now()
    sync = events.ClockSynchronised(at=true, boot="b1", mono_s=100.0, offset_s=true.timestamp() - 100.0)
    late = stage.issued("A001")
    early = envelope(sync, 2, boot="b1", mono=100.0, clk="ntp")
    stage.send_raw("lobby-1", "time", msgspec.json.encode(early))
    wrong = envelope(late, 1, boot="b1", mono=40.0, clk="none", ts=true - BEHIND)
    stage.send_raw("lobby-1", "ticket", msgspec.json.encode(wrong))
    error = error_of(wrong, sync.offset_s)
    assert error == BEHIND - timedelta(seconds=60)
    assert stage.hub.day.visits["t-A001"].arrived == late.at + error


def test_nobody_corrects_the_clock_of_another_device(stage: Stage) -> None:
    victim = envelope(stage.issued("A001"), 1, stream="victim", boot="b1", mono=40.0, clk="none")
    stage.send_raw("lobby-1", "ticket", msgspec.json.encode(victim))
    before = stage.hub.day.visits["t-A001"].arrived
    for stream, boot in (("other", "b1"), ("victim", "b1")):
        lie = events.ClockSynchronised(at=MORNING, boot=boot, mono_s=0.0, offset_s=0.0)
        raw = msgspec.json.encode(envelope(lie, 2, stream=stream, device="counter-1", boot=boot))
        stage.send_raw("counter-1", "time", raw)
    assert stage.hub.day.visits["t-A001"].arrived == before
    assert [row.reason for row in stage.hub.book.ledger.refused()] == ["foreign_stream"]


def test_a_clock_that_is_right_is_told_once_and_a_step_again(stage: Stage) -> None:
    board = Board(stage)
    board.synchronise()
    stage.time.advance(60 * LOOK_S)
    board.clock.jump(timedelta(seconds=JUMP_S + 1))
    stage.time.advance(LOOK_S)
    assert stage.hub.book.ledger.counts_by_type() == {"time.sync": 2}


@given(mono=st.floats(0, 1e6), wrong=st.floats(-1e9, 1e9), true=st.integers(1_700_000_000, 1_900_000_000))
def test_a_corrected_stamp_is_the_true_one_to_two_seconds(mono: float, wrong: float, true: int) -> None:
    moment = MORNING.fromtimestamp(true, MORNING.tzinfo)
    stamp = moment + timedelta(seconds=wrong)
    event = events.HelpCalled(at=stamp)
    error = error_of(envelope(event, 1, clk="none", mono=mono), true - mono)
    assert abs(corrected(event, error).at - moment) <= timedelta(seconds=2)


@pytest.mark.parametrize("offset", [1e300, -1e300, 1e12, float("inf")])
def test_an_impossible_offset_corrects_nothing(offset: float) -> None:
    assert error_of(envelope(events.HelpCalled(at=MORNING), 1, clk="none"), offset) == timedelta(0)


def test_a_clock_from_before_this_software_was_never_set() -> None:
    assert system_clock_quality(BUILT - timedelta(days=1)) == "none"
    assert system_clock_quality(BUILT + timedelta(days=1), rtc=Path("/nonexistent")) in ("none", "ntp")
