"""Slow looks keep pace with the camera, on a fast box and on a slow one."""

from hypothesis import given
from hypothesis import strategies as st

from kiosk.devices.live_pace import BUDGET_MS, LivePace
from kiosk.devices.qr_decoder import PLAIN_ONLY, SLOW_STAGES


def turns_of(frames: int, plain_ms: float, slow_ms: float) -> list[int]:
    pace, turns = LivePace(), []
    for _ in range(frames):
        turns.append(pace.next_turn())
        pace.spent(plain_ms if turns[-1] == PLAIN_ONLY else plain_ms + slow_ms)
    return turns


def test_a_fast_box_takes_a_slow_look_at_every_frame_each_in_its_turn() -> None:
    assert turns_of(8, 1.0, 15.0) == list(range(8))


def test_a_slow_box_takes_them_as_often_as_it_can_and_leaves_none_out() -> None:
    turns = turns_of(24, 10.0, 110.0)
    assert turns[:5] == [0, PLAIN_ONLY, PLAIN_ONLY, 1, PLAIN_ONLY]
    assert {turn % len(SLOW_STAGES) for turn in turns if turn != PLAIN_ONLY} == set(range(len(SLOW_STAGES)))


@given(st.lists(st.floats(0, 5000), min_size=1, max_size=60))
def test_no_frame_however_slow_ends_the_slow_looks_for_longer_than_half_a_second(costs: list[float]) -> None:
    pace = LivePace()
    for ms in costs:
        pace.next_turn()
        pace.spent(ms)
    waits = 0
    while pace.next_turn() == PLAIN_ONLY:
        pace.spent(BUDGET_MS / 4)
        waits += 1
    assert waits <= 7
