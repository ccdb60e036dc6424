import numpy as np
import pytest
from devices_support import FONTS, a_slip
from PIL import Image
from usb_bus import UsbBus, UsbPrinter

from kiosk.bench.rig.printer_emulator import PAPER_OUT, SILENT
from kiosk.devices.printer import PrintResult
from kiosk.devices.printer_escpos import EscPosPrinter
from kiosk.devices.printer_usb import UsbPort
from kiosk.devices.receipt import render_slip


@pytest.fixture
def bus() -> UsbBus:
    return UsbBus()


@pytest.fixture
def slip() -> Image.Image:
    return render_slip(a_slip(), FONTS)


def on(bus: UsbBus, *ids: int) -> EscPosPrinter:
    return EscPosPrinter(UsbPort(*ids, backend=bus), mm_per_s=1e9, busy_s=0.01, pause=lambda seconds: None)


def test_the_first_printer_on_the_bus_gets_the_picture_through_its_own_endpoints(
    bus: UsbBus, slip: Image.Image
) -> None:
    device = UsbPrinter(endpoints=(0x02, 0x86))
    bus.plugged.append(device)
    assert on(bus).print(slip) == PrintResult("printed")
    assert np.array_equal(np.asarray(device.paper.picture()), np.asarray(slip))
    assert device.resets == 0, "after a bus reset some clones vanish"


def test_a_printer_is_chosen_by_its_ids(bus: UsbBus, slip: Image.Image) -> None:
    other, wanted = UsbPrinter(), UsbPrinter((0x04B8, 0x0E15))
    bus.plugged += [other, wanted]
    assert on(bus, *wanted.ids).print(slip).outcome == "printed"
    assert (other.paper.bands, wanted.paper.cuts) == (0, [slip.height])


def test_a_printer_that_was_off_comes_back_as_another_device_and_prints(bus: UsbBus, slip: Image.Image) -> None:
    bus.plugged.append(UsbPrinter())
    printer = on(bus)
    assert printer.print(slip).outcome == "printed"
    bus.plugged.clear()
    assert printer.print(slip) == PrintResult("failed", ("cable",))
    assert printer.state == "absent"
    again = UsbPrinter()
    bus.plugged.append(again)
    assert printer.print(slip).outcome == "printed"
    assert np.array_equal(np.asarray(again.paper.picture()), np.asarray(slip))


def test_the_states_of_a_usb_printer_are_told_as_they_are(bus: UsbBus, slip: Image.Image) -> None:
    device = UsbPrinter()
    bus.plugged.append(device)
    printer = on(bus)
    device.state = PAPER_OUT
    assert printer.print(slip) == PrintResult("failed", ("paper_out",))
    device.state = SILENT
    assert printer.print(slip).outcome == "unknown"
    device.is_stuck = True
    assert printer.print(slip).outcome == "failed"
