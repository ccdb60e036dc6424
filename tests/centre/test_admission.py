from hypothesis import given
from hypothesis import strategies as st

from kiosk.centre.admission import DELAY_S, FULL_WINDOW, LEAST_WINDOW, Admission


def worked(admission: Admission, hubs: int, rows: int, seconds: float, rest: float, batches: int = 200) -> None:
    now = 0.0
    for number in range(batches):
        admission.note(now, now + seconds, rows, {f"s{(number * 7 + k) % hubs}" for k in range(min(hubs, 50))})
        now += seconds + rest


def test_a_centre_that_rests_lets_everybody_send_as_usual() -> None:
    admission = Admission()
    assert admission.window is None
    worked(admission, hubs=50, rows=20, seconds=0.01, rest=0.09)
    assert admission.window is None


def test_a_centre_that_is_behind_asks_for_no_more_than_it_takes_in_a_second() -> None:
    admission = Admission()
    worked(admission, hubs=3300, rows=2000, seconds=0.1, rest=0.0)
    window = admission.window
    assert window is not None
    assert 5 <= window <= 100


def test_the_door_opens_again_when_the_rush_is_over() -> None:
    admission = Admission()
    worked(admission, hubs=400, rows=2000, seconds=0.1, rest=0.0)
    assert admission.window is not None
    for second in range(30):
        admission.note(100.0 + second, 100.01 + second, 5, {"s1"})
    assert admission.window is None


@given(st.lists(st.tuples(st.floats(0, 5), st.floats(0, 60), st.integers(0, 5000), st.integers(1, 40)), max_size=60))
def test_a_window_is_never_shut_and_never_wider_than_usual(batches: list[tuple[float, float, int, int]]) -> None:
    admission, now = Admission(), 0.0
    for seconds, rest, rows, hubs in batches:
        admission.note(now, now + seconds, rows, {f"s{n}" for n in range(hubs)})
        now += seconds + rest
        assert 0.0 <= admission.busy <= 1.0
        window = admission.window
        assert window is None or LEAST_WINDOW <= window < FULL_WINDOW
        if window is not None and window > LEAST_WINDOW:
            assert window * len(admission._heard) <= admission.rate * DELAY_S + len(admission._heard)
