"""A USB bus in memory, as pyusb's backend: printers that can be plugged in and pulled out, and what they were told."""

from array import array
from types import SimpleNamespace

import usb.core
from usb.backend import IBackend

from kiosk.bench.rig.escpos_interpreter import Interpreted
from kiosk.bench.rig.printer_emulator import READY, State

PRINTER_CLASS = 7
BULK = 2


class UsbPrinter:
    """A printer on the bus, with the endpoints of its make."""

    def __init__(self, ids: tuple[int, int] = (0x0416, 0x5011), endpoints: tuple[int, int] = (0x03, 0x81)) -> None:
        self.ids = ids
        self.endpoints = endpoints
        self.paper = Interpreted(576)
        self.state: State = READY
        self.is_stuck = False
        self.answers = bytearray()
        self.resets = 0


class UsbBus(IBackend):  # type: ignore[misc]  # pyusb has no types
    """Finds what is plugged in, in the order in which it came."""

    def __init__(self) -> None:
        super().__init__()
        self.plugged: list[UsbPrinter] = []

    def enumerate_devices(self) -> object:
        return iter(self.plugged)

    def get_parent(self, dev: UsbPrinter) -> None:
        return None

    def get_device_descriptor(self, dev: UsbPrinter) -> SimpleNamespace:
        return SimpleNamespace(
            bLength=18, bDescriptorType=1, bcdUSB=0x200, bDeviceClass=0, bDeviceSubClass=0, bDeviceProtocol=0,
            bMaxPacketSize0=64, idVendor=dev.ids[0], idProduct=dev.ids[1], bcdDevice=0, iManufacturer=0, iProduct=0,
            iSerialNumber=0, bNumConfigurations=1, address=1, bus=1, port_number=1, port_numbers=(1,), speed=2,
        )  # fmt: skip

    def get_configuration_descriptor(self, dev: UsbPrinter, config: int) -> SimpleNamespace:
        return SimpleNamespace(
            bLength=9, bDescriptorType=2, wTotalLength=32, bNumInterfaces=1, bConfigurationValue=1, iConfiguration=0,
            bmAttributes=0xC0, bMaxPower=1,
            extra_descriptors=[],
        )  # fmt: skip

    def get_interface_descriptor(self, dev: UsbPrinter, intf: int, alt: int, config: int) -> SimpleNamespace:
        if intf or alt:
            raise IndexError
        return SimpleNamespace(
            bLength=9, bDescriptorType=4, bInterfaceNumber=0, bAlternateSetting=0, bNumEndpoints=2,
            bInterfaceClass=PRINTER_CLASS, bInterfaceSubClass=1, bInterfaceProtocol=2, iInterface=0,
            extra_descriptors=[],
        )  # fmt: skip

    def get_endpoint_descriptor(self, dev: UsbPrinter, ep: int, intf: int, alt: int, config: int) -> SimpleNamespace:
        return SimpleNamespace(
            bLength=7, bDescriptorType=5, bEndpointAddress=dev.endpoints[ep], bmAttributes=BULK, wMaxPacketSize=64,
            bInterval=0, bRefresh=0, bSynchAddress=0,
            extra_descriptors=[],
        )  # fmt: skip

    def open_device(self, dev: UsbPrinter) -> UsbPrinter:
        return self._there(dev)

    def close_device(self, dev_handle: UsbPrinter) -> None: ...

    def set_configuration(self, dev_handle: UsbPrinter, config_value: int) -> None:
        self._there(dev_handle)

    def get_configuration(self, dev_handle: UsbPrinter) -> int:
        return 1

    def claim_interface(self, dev_handle: UsbPrinter, intf: int) -> None: ...

    def release_interface(self, dev_handle: UsbPrinter, intf: int) -> None: ...

    def reset_device(self, dev_handle: UsbPrinter) -> None:
        dev_handle.resets += 1

    def bulk_write(self, dev_handle: UsbPrinter, ep: int, intf: int, data: bytearray, timeout: int) -> int:
        printer = self._there(dev_handle)
        if ep != printer.endpoints[0]:
            raise usb.core.USBError("no such endpoint", None, 2)
        if printer.is_stuck:
            raise usb.core.USBTimeoutError("timed out", None, 110)
        asked = len(printer.paper.questions)
        printer.paper.take(bytes(data))
        if printer.state is not None:
            printer.answers += bytes(printer.state[number - 1] for number in printer.paper.questions[asked:])
        return len(data)

    def bulk_read(self, dev_handle: UsbPrinter, ep: int, intf: int, buff: bytearray, timeout: int) -> int:
        printer = self._there(dev_handle)
        if ep != printer.endpoints[1]:
            raise usb.core.USBError("no such endpoint", None, 2)
        if not printer.answers:
            raise usb.core.USBTimeoutError("timed out", None, 110)
        count = min(len(buff), len(printer.answers))
        buff[:count] = array("B", printer.answers[:count])
        del printer.answers[:count]
        return count

    def _there(self, printer: UsbPrinter) -> UsbPrinter:
        if printer not in self.plugged:
            raise usb.core.USBError("no such device", None, 19)
        return printer
