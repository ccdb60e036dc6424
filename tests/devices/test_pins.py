"""The header's pins under gpiozero: what the kernel's interface is asked for, and what comes back."""

import inspect
import threading
from pathlib import Path

import gpiod
import pytest
from chip import HandChip, PressedRequest
from devices_support import SOON_S, Heard
from gpiod.line import Bias, Direction, Edge, Value
from gpiozero import LED, Button
from gpiozero.exc import GPIOPinInUse, PinInvalidPull, PinPWMUnsupported, PinSetInput

from kiosk.devices.pins import NoPins, pin_factory
from kiosk.devices.pins_gpiod import GpiodFactory

PI_4B = 0xB03111


def pins() -> tuple[HandChip, GpiodFactory]:
    chip = HandChip()
    return chip, GpiodFactory(chip, PI_4B)


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [(HandChip.request_lines, gpiod.Chip.request_lines)]
    + [
        (getattr(PressedRequest, name), getattr(gpiod.LineRequest, name))
        for name in ("get_value", "set_value", "reconfigure_lines", "read_edge_events", "release")
    ],
    ids=lambda method: method.__qualname__,
)
def test_the_chip_of_these_tests_is_called_as_the_library_is(ours: object, theirs: object) -> None:
    assert list(inspect.signature(ours).parameters) == list(inspect.signature(theirs).parameters)  # type: ignore[arg-type]


def test_a_button_is_heard_down_and_up_with_its_pull_and_the_kernels_debouncing() -> None:
    chip, factory = pins()
    heard = Heard()
    button = Button(17, pull_up=True, bounce_time=0.02, pin_factory=factory)
    pressed, released = (lambda: heard("down")), (lambda: heard("up"))
    button.when_pressed, button.when_released = pressed, released
    settings = chip.held[17].history[-1]
    assert (settings.direction, settings.bias, settings.edge_detection) == (Direction.INPUT, Bias.PULL_UP, Edge.BOTH)
    assert settings.debounce_period.total_seconds() == 0.02
    assert not button.is_pressed
    chip.held[17].change(Value.INACTIVE)
    heard.wait(lambda all_: all_ == ["down"])
    assert button.is_pressed
    chip.held[17].change(Value.ACTIVE)
    heard.wait(lambda all_: all_ == ["down", "up"])
    factory.close()
    assert chip.held == {}
    assert not chip.is_open


def test_a_closed_button_gives_its_line_back_and_may_be_opened_again() -> None:
    chip, factory = pins()
    for _ in range(3):
        with Button(22, pin_factory=factory):
            assert set(chip.held) == {22}
        assert chip.held == {}


def test_a_lamp_is_driven_and_one_that_is_lit_by_low_does_not_flash_at_start() -> None:
    chip, factory = pins()
    lamp = LED(27, active_high=False, initial_value=False, pin_factory=factory)
    assert [settings.output_value for settings in chip.held[27].history] == [Value.ACTIVE]
    lamp.on()
    assert chip.held[27].level is Value.INACTIVE
    lamp.off()
    assert chip.held[27].level is Value.ACTIVE
    factory.close()


def test_a_pin_refuses_what_it_cannot_do() -> None:
    _, factory = pins()
    pin = factory.pin(17)
    pin.function = "input"
    with pytest.raises(PinSetInput):
        pin.state = 1
    with pytest.raises(PinInvalidPull):
        pin.pull = "sideways"
    with pytest.raises(PinPWMUnsupported):
        pin.frequency = 100
    button = Button(5, pin_factory=factory)
    with pytest.raises(GPIOPinInUse):
        Button(5, pin_factory=factory)
    button.close()
    factory.close()


def test_a_line_that_somebody_else_holds_is_said_to_be_busy() -> None:
    chip, factory = pins()
    lamp = LED(17, pin_factory=factory)
    with pytest.raises(OSError, match="busy"):
        LED(17, pin_factory=GpiodFactory(chip, PI_4B))
    lamp.close()
    assert chip.held == {}


def test_the_watching_thread_ends_with_the_last_button() -> None:
    _, factory = pins()
    buttons = [Button(number, pin_factory=factory) for number in (5, 6, 13, 19, 26)]
    watcher = next(thread for thread in threading.enumerate() if thread.name == "pins")
    for button in buttons:
        button.close()
    watcher.join(SOON_S)
    assert not watcher.is_alive()


def test_a_machine_without_a_header_says_so(tmp_path: Path) -> None:
    with pytest.raises(NoPins, match="no chip with a pin header"):
        pin_factory(f"{tmp_path}/gpiochip*")
