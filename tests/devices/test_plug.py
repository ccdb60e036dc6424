"""What every device has in common: what an error means, one line in the log a loss, and who plugs it in again."""

import errno
import logging
import threading

import pytest
from devices_support import SOON_S, Heard

from kiosk.devices.plug import FIRST_RETRY_S, LONGEST_RETRY_S, Attendant, Plugged, loss_of


class Device(Plugged):
    """A device whose line a test breaks."""

    def turn(self, state: str, reason: str = "") -> None:
        """Change the state, as a driver does."""
        self._turn(state, reason)  # type: ignore[arg-type]  # one of the states

    def lose(self, error: Exception) -> None:
        """Hear an error of the line, as a driver does."""
        self._line_lost(error)


@pytest.mark.parametrize(
    ("error", "meaning"),
    [
        (OSError(errno.EBUSY, "busy"), ("faulty", "in_use")),
        (BlockingIOError(errno.EAGAIN, "locked"), ("faulty", "in_use")),
        (PermissionError(errno.EACCES, "denied"), ("faulty", "forbidden")),
        (FileNotFoundError(errno.ENOENT, "gone"), ("absent", "cable")),
        (OSError(errno.ENODEV, "gone"), ("absent", "cable")),
        (RuntimeError("a library's own words"), ("absent", "cable")),
    ],
    ids=str,
)
def test_an_error_of_a_line_has_one_meaning(error: Exception, meaning: tuple[str, str]) -> None:
    assert loss_of(error) == meaning
    device = Device("keypad")
    device.lose(error)
    assert (device.state, device.reason) == meaning


def test_a_loss_is_told_once_and_a_return_once_and_an_orderly_end_not_at_all_however_often_the_reason_changes(
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.INFO)
    heard = Heard()
    device = Device("keypad")
    device.on_state = heard
    device.turn("ready")
    for _ in range(100):
        device.turn("absent", "cable")
        device.turn("faulty", "in_use")
    device.turn("ready")
    device.turn("ready")
    device.turn("absent")
    assert [record.message for record in caplog.records] == [
        "keypad is ready",
        "keypad is absent: cable",
        "keypad is back after 0 s",
    ]
    assert len(heard.all) == 203, "people are told of each change"


def test_somebody_looks_again_soon_and_then_never_less_often_than_once_a_second() -> None:
    pauses: list[float] = []
    is_over = threading.Event()

    def serve(stop: threading.Event) -> None:
        raise FileNotFoundError

    def wait(stop: threading.Event, seconds: float) -> None:
        pauses.append(seconds)
        if len(pauses) == 6:
            stop.set()
            is_over.set()

    attendant = Attendant(serve, lambda error: None, "test", wait)
    attendant.start()
    assert is_over.wait(SOON_S)
    attendant.stop()
    assert pauses[0] == FIRST_RETRY_S
    assert pauses == sorted(pauses)
    assert pauses[-1] == LONGEST_RETRY_S
