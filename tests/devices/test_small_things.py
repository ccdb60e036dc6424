"""Signs, speakers, cameras of the kernel: what can be proved without the thing itself."""

import io
import struct
from datetime import datetime
from pathlib import Path

import numpy as np
import pytest
from devices_support import Line, a_slip, at_once
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from kiosk.clock import VIETNAM
from kiosk.config import (
    CameraSettings,
    KeypadSettings,
    PrinterSettings,
    RatingPadSettings,
    ScannerSettings,
    SignSettings,
    SpeakerSettings,
)
from kiosk.devices import camera_v4l2, chosen, chosen_printer, chosen_scanner
from kiosk.devices.camera_v4l2 import GREYS, V4l2Camera
from kiosk.devices.sign import VirtualSign, matrix_of
from kiosk.devices.sign_serial import SerialSign
from kiosk.devices.typeset import SHIPPED_FONTS, Fonts

TYPE = Fonts(SHIPPED_FONTS)


def at_noon() -> datetime:
    return datetime(2026, 11, 25, 12, tzinfo=VIETNAM)


def test_a_sign_lights_dots_for_its_text_and_none_without() -> None:
    told: list[str] = []
    sign = VirtualSign(told.append)
    sign.show("A105")
    sign.show("A105")
    assert told == ["A105"]
    assert sign.picture().getbbox() is not None
    assert sign.dots().getbbox() is not None
    sign.show("")
    assert sign.dots().getbbox() is None


@pytest.mark.parametrize("size", [(64, 16), (48, 8), (128, 16), (96, 32)])
def test_a_number_is_as_high_as_the_sign_or_as_wide(size: tuple[int, int]) -> None:
    left, top, right, bottom = matrix_of("A105", TYPE, *size).getbbox()  # type: ignore[misc]  # there are dots
    assert bottom - top >= size[1] - 1 or right - left >= size[0] - 6


def test_words_that_do_not_fit_a_sign_end_with_a_whole_word() -> None:
    long = matrix_of("Quầy 3 tạm nghỉ đến 13:30", TYPE)
    assert long.tobytes() == matrix_of("Quầy 3 tạm", TYPE).tobytes()


@settings(max_examples=40, deadline=None)
@given(st.text(max_size=30))
def test_any_text_fits_the_sign(text: str) -> None:
    assert matrix_of(text, TYPE).size == (64, 16)


def test_a_serial_sign_gets_its_text_as_a_line() -> None:
    import os

    line = Line()
    sign = SerialSign(line.path)
    sign.show("A105\nx")
    received = b""
    while not received.endswith(b"A105 x\r\n"):
        received += os.read(line.end, 64)
    sign.stop()
    line.unplug()


def test_v4l2_request_numbers_are_the_kernels() -> None:
    assert camera_v4l2.SET_FORMAT == 0xC0D05605
    assert camera_v4l2.REQUEST_BUFFERS == 0xC0145608
    assert camera_v4l2.QUERY_BUFFER == 0xC0585609
    assert camera_v4l2.QUEUE == 0xC058560F
    assert camera_v4l2.DEQUEUE == 0xC0585611
    assert camera_v4l2.STREAM_ON == 0x40045612
    assert camera_v4l2.SET_CONTROL == 0xC008561C
    assert struct.calcsize("@llHHi") == 24


def test_brightness_is_taken_out_of_each_pixel_format() -> None:
    grey = np.arange(48, dtype=np.uint8).reshape(6, 8)
    line = 10
    padded = np.pad(grey, ((0, 0), (0, line - 8)))
    assert np.array_equal(GREYS[b"GREY"](padded.tobytes(), 8, 6, line), grey)
    assert np.array_equal(GREYS[b"NV12"](padded.tobytes() + bytes(30), 8, 6, line), grey)
    yuyv = np.dstack([grey, np.full_like(grey, 128)]).reshape(6, 16)
    assert np.array_equal(GREYS[b"YUYV"](yuyv.tobytes(), 8, 6, 16), grey)
    stream = io.BytesIO()
    Image.fromarray(np.full((6, 8), 90, dtype=np.uint8)).save(stream, "JPEG")
    assert GREYS[b"MJPG"](stream.getvalue(), 8, 6, 0).mean() == pytest.approx(90, abs=2)


def test_a_missing_camera_is_absent(tmp_path: object) -> None:
    camera = V4l2Camera(f"{tmp_path}/video")
    camera.start(lambda frame: None)
    camera.stop()
    assert camera.state == "absent"


@pytest.mark.parametrize(
    "driver", ["auto", "virtual", "none", "escpos-usb", "escpos-serial", "escpos-network", "escpos-file"]
)
def test_every_printer_of_the_settings_can_be_built_without_its_hardware(driver: str) -> None:
    printer = chosen_printer.printer_of(
        PrinterSettings(driver=driver, port="192.0.2.1" if "network" in driver else ""), watch_s=0
    )
    assert printer.state in ("absent", "ready")


def test_every_other_driver_of_the_settings_can_be_built_without_its_hardware() -> None:
    for driver in ("auto", "v4l2", "picamera2", "virtual", "none"):
        assert chosen_scanner.camera_of(CameraSettings(driver=driver)).state == "absent"
    assert chosen_scanner.camera_of(CameraSettings(driver="virtual", port="card")).is_live
    for driver in ("auto", "camera", "serial", "wedge", "virtual", "none"):
        settings = ScannerSettings(driver=driver, port="/dev/null", lamp=18)
        assert chosen_scanner.scanner_of(settings, CameraSettings(driver="virtual"), "zxing", at_once).state == "absent"
    for driver in ("auto", "evdev", "serial", "virtual", "none"):
        assert chosen.keypad_of(KeypadSettings(driver=driver), at_once).state == "absent"
    for driver in ("gpio", "hid", "virtual"):
        pad = chosen.rating_pad_of(RatingPadSettings(driver=driver), at_once)
        assert pad is not None
        assert pad.state == "absent"
    assert chosen.rating_pad_of(RatingPadSettings(), at_once) is None
    for driver in ("auto", "serial", "virtual", "none"):
        assert chosen.sign_of(SignSettings(driver=driver)).state in ("absent", "ready")
    for driver in ("auto", "command", "virtual", "none"):
        assert chosen.speaker_of(SpeakerSettings(driver=driver), lambda text, language: b"", at_noon).state in (
            "absent",
            "ready",
        )


def test_slips_go_without_a_logo_that_cannot_be_used_and_say_so_once(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    settings = PrinterSettings(width_dots=384)
    slip = a_slip(width_dots=384)
    plain = chosen_printer.press_of(settings, None).picture(slip)
    broken = tmp_path / "logo.png"
    broken.write_bytes(b"no picture")
    press = chosen_printer.press_of(settings, broken)
    assert press.picture(slip).tobytes() == plain.tobytes()
    assert [record.message for record in caplog.records if "logo.png" in record.message] != []
    Image.linear_gradient("L").save(broken)
    assert chosen_printer.press_of(settings, broken).picture(slip).tobytes() != plain.tobytes()
