"""zbar as a second opinion, in binary form.

pyzbar's own call lets zbar guess a character set, which turns Vietnamese names into other valid text without a word
(field notes §7.4). Binary form exists in zbar since 0.23.91 but not in pyzbar's interface, so it is switched on here.
"""

from collections.abc import Callable
from ctypes import c_void_p, cast, create_string_buffer, string_at
from typing import Any

import numpy as np

from kiosk.devices.camera import Frame

_QR_CODE, _ENABLE, _BINARY = 64, 0, 4
"""`ZBAR_QRCODE`, `ZBAR_CFG_ENABLE`, `ZBAR_CFG_BINARY` of zbar.h."""
_ALL = 0
_GREY = 0x30303859
"""The four letters Y800: one byte a pixel."""


def zbar_reader() -> Callable[[Frame], list[bytes]]:
    """Return a function that gives the raw contents of the QR codes in a frame.

    Raises:
        ImportError: if libzbar is not installed, or too old for binary form.
    """
    try:
        from pyzbar import wrapper
    except ImportError:
        raise ImportError("libzbar is not installed; apt-get install libzbar0 brings it") from None

    def read(frame: Frame) -> list[bytes]:
        return _read(wrapper, frame)

    scanner = wrapper.zbar_image_scanner_create()
    try:
        if wrapper.zbar_image_scanner_set_config(scanner, _QR_CODE, _BINARY, 1) != 0:
            raise ImportError("this libzbar cannot give raw bytes; 0.23.91 or newer can")
    finally:
        wrapper.zbar_image_scanner_destroy(scanner)
    return read


def _read(zbar: Any, frame: Frame) -> list[bytes]:
    height, width = frame.shape
    pixels = create_string_buffer(np.ascontiguousarray(frame).tobytes(), frame.size)
    scanner, image = zbar.zbar_image_scanner_create(), zbar.zbar_image_create()
    found: list[bytes] = []
    try:
        zbar.zbar_image_scanner_set_config(scanner, _ALL, _ENABLE, 0)
        zbar.zbar_image_scanner_set_config(scanner, _QR_CODE, _ENABLE, 1)
        zbar.zbar_image_scanner_set_config(scanner, _QR_CODE, _BINARY, 1)
        zbar.zbar_image_set_format(image, _GREY)
        zbar.zbar_image_set_size(image, width, height)
        zbar.zbar_image_set_data(image, cast(pixels, c_void_p), frame.size, None)
        zbar.zbar_scan_image(scanner, image)
        symbol = zbar.zbar_image_first_symbol(image)
        while symbol:
            found.append(string_at(zbar.zbar_symbol_get_data(symbol), zbar.zbar_symbol_get_data_length(symbol)))
            symbol = zbar.zbar_symbol_next(symbol)
    finally:
        zbar.zbar_image_destroy(image)
        zbar.zbar_image_scanner_destroy(scanner)
    return found
