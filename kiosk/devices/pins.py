"""The pins of the board's 40-pin header, for gpiozero's devices: buttons, lamps, buzzers.

`lgpio`, gpiozero's usual way, has no wheel for Python 3.13, so the pins come from the kernel's GPIO character device
through `gpiod` (the `hardware` extra). Both libraries load only when somebody asks for a pin.
"""

import glob
from typing import Any

CHIPS = "/dev/gpiochip*"
HEADER_LABELS = ("pinctrl-rp1", "pinctrl-bcm")
"""Beginnings of the labels of the chip that carries the header: RP1 on a Pi 5, the SoC's own on every other Pi. On both
a line's offset is the number after "GPIO"."""


class NoPins(OSError):
    """This machine has no pin header, or it may not be used; the text says which."""


def pin_factory(chips: str = CHIPS) -> Any:
    """Return the header's pins, for `gpiozero.Button(17, pin_factory=pin_factory())`; `close()` gives them back.

    Each call opens the chip anew: lines are held one by one, so several devices of one box each have a factory.

    Args:
        chips: where the kernel's GPIO chips are.

    Raises:
        NoPins: if there is no header, its driver is missing, or it may not be opened.
    """
    try:
        import gpiod
    except ImportError as error:
        raise NoPins(f"gpiod is not installed: {error}") from None
    from kiosk.devices.pins_gpiod import GpiodFactory

    return GpiodFactory(_header_chip(gpiod, chips))


def _header_chip(gpiod: Any, chips: str) -> Any:
    refused = ""
    for path in sorted(glob.glob(chips)):
        try:
            chip = gpiod.Chip(path)
        except OSError as error:
            refused = f"{path}: {error.strerror or error}"
            continue
        if str(chip.get_info().label).startswith(HEADER_LABELS):
            return chip
        chip.close()
    raise NoPins(refused or "no chip with a pin header")
