"""The lamp over the card slot, on gpiozero's pins without hardware."""

import errno

from gpiozero.pins.mock import MockFactory

from kiosk.devices.lamp import GpioLamp
from kiosk.devices.pins import NoPins


def test_the_pin_is_high_while_the_lamp_is_lit_and_given_back_afterwards() -> None:
    header = MockFactory()
    lamp = GpioLamp(18, lambda: header)
    lamp.light(True)
    lamp.light(True)
    assert lamp.state == "ready"
    assert header.pin(18).state == 1
    lamp.light(False)
    assert lamp.state == "absent"
    lamp.light(True)
    assert lamp.state == "ready"


def test_a_box_without_pins_reads_cards_in_the_light_of_the_room() -> None:
    def none_here() -> MockFactory:
        raise NoPins("no chip with a pin header")

    lamp = GpioLamp(18, none_here)
    lamp.light(True)
    assert (lamp.state, lamp.reason) == ("faulty", "pins")
    lamp.light(False)


def test_a_lamp_that_another_program_has_is_said_to_be_in_use() -> None:
    def taken() -> MockFactory:
        raise OSError(errno.EBUSY, "Device or resource busy")

    lamp = GpioLamp(18, taken)
    lamp.light(True)
    assert (lamp.state, lamp.reason) == ("faulty", "in_use")
