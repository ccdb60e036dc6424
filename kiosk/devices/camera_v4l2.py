"""Cameras of the kernel's V4L2 interface (USB webcams), without OpenCV.

Structures and numbers are those of linux/videodev2.h on 64-bit Linux.
"""

import contextlib
import fcntl
import io
import mmap
import os
import select
import struct
import threading
from collections.abc import Callable

import numpy as np
from PIL import Image

from kiosk.devices.camera import Frame
from kiosk.devices.camera_live import LiveCamera
from kiosk.devices.plug import loss_of

BUFFERS = 4
SILENT_S = 3.0
"""A camera that gives no frame for so long has hung; it is opened anew."""
_CAPTURE, _MMAP, _FIELD_NONE = 1, 1, 1


def ioctl_number(direction: int, number: int, size: int) -> int:
    """Return the request number of a V4L2 ioctl; direction 1 writes, 2 reads, 3 both (asm-generic/ioctl.h)."""
    return direction << 30 | size << 16 | ord("V") << 8 | number


SET_FORMAT = ioctl_number(3, 5, 208)
REQUEST_BUFFERS = ioctl_number(3, 8, 20)
QUERY_BUFFER = ioctl_number(3, 9, 88)
QUEUE = ioctl_number(3, 15, 88)
DEQUEUE = ioctl_number(3, 17, 88)
STREAM_ON = ioctl_number(1, 18, 4)
SET_CONTROL = ioctl_number(3, 28, 8)

CARD_CONTROLS = (
    (0x009A090C, 1),  # V4L2_CID_FOCUS_AUTO: on, for lenses that can
    (0x009A091F, 2),  # V4L2_CID_AUTO_FOCUS_RANGE: macro, a card is held 10 to 20 cm away
    (0x009A0903, 0),  # V4L2_CID_EXPOSURE_AUTO_PRIORITY: rather a darker frame than one that smears
    (0x00980918, 1),  # V4L2_CID_POWER_LINE_FREQUENCY: 50 Hz, no bands under lamps
)
"""What is asked of a webcam for cards; one that has not got a control keeps its own way."""

GREYS: dict[bytes, Callable[[bytes, int, int, int], Frame]] = {
    b"GREY": lambda raw, width, height, line: _plane(raw, height, line)[:, :width],
    b"YUYV": lambda raw, width, height, line: _plane(raw, height, line)[:, : 2 * width : 2],
    b"NV12": lambda raw, width, height, line: _plane(raw, height, line)[:, :width],
    b"MJPG": lambda raw, width, height, line: _jpeg(raw),
}
"""How the brightness is taken out of each pixel format, best first: `raw, width, height, bytes a line`."""


class V4l2Camera(LiveCamera):
    """A webcam; frames come on its own thread, always the newest."""

    def __init__(self, path: str = "/dev/video0", width: int = 1920, height: int = 1080) -> None:
        super().__init__()
        self._path = path
        self._size = (width, height)

    def _serve(self, stop: threading.Event) -> None:
        device = os.open(self._path, os.O_RDWR | os.O_NONBLOCK)
        with contextlib.ExitStack() as stack:
            stack.callback(os.close, device)
            stream = _Stream(device, *self._size, stack)
            while not stop.is_set():
                frame = stream.newest()
                if frame is not None:
                    self._give(frame)

    def _lost(self, error: Exception) -> None:
        state, reason = loss_of(error)
        if state == "faulty":
            # it is there, but somebody else has it
            self._turn(state, reason)
        else:
            self._turn("faulty" if isinstance(error, (TimeoutError, ValueError)) else "absent", "camera")


class _Stream:
    """A running capture with mapped buffers."""

    def __init__(self, device: int, width: int, height: int, stack: contextlib.ExitStack) -> None:
        self._device = device
        self._grey, self._width, self._height, self._line = _format(device, width, height)
        for control, value in CARD_CONTROLS:
            with contextlib.suppress(OSError):
                fcntl.ioctl(device, SET_CONTROL, bytearray(struct.pack("<Ii", control, value)))
        request = bytearray(struct.pack("<5I", BUFFERS, _CAPTURE, _MMAP, 0, 0))
        fcntl.ioctl(device, REQUEST_BUFFERS, request)
        self._maps = [self._map(index, stack) for index in range(struct.unpack_from("<I", request)[0])]
        fcntl.ioctl(device, STREAM_ON, struct.pack("<i", _CAPTURE))

    def newest(self) -> Frame | None:
        """Wait for a frame; of several that wait, return the last, or None if that one is damaged.

        Raises:
            TimeoutError: if none comes.
        """
        if not select.select([self._device], [], [], SILENT_S)[0]:
            raise TimeoutError("the camera gives no frames")
        buffer = self._take()
        while select.select([self._device], [], [], 0)[0]:
            fcntl.ioctl(self._device, QUEUE, buffer)
            buffer = self._take()
        index, _, used = struct.unpack_from("<3I", buffer)
        raw = self._maps[index][:used]
        fcntl.ioctl(self._device, QUEUE, buffer)
        try:
            return self._grey(raw, self._width, self._height, self._line)
        except (OSError, ValueError):
            # cut-off pictures are everyday on a busy USB bus; the next is 30 ms away
            return None

    def _take(self) -> bytearray:
        buffer = _buffer(0)
        fcntl.ioctl(self._device, DEQUEUE, buffer)
        return buffer

    def _map(self, index: int, stack: contextlib.ExitStack) -> mmap.mmap:
        buffer = _buffer(index)
        fcntl.ioctl(self._device, QUERY_BUFFER, buffer)
        offset, length = struct.unpack_from("<Q", buffer, 64)[0] & 0xFFFFFFFF, struct.unpack_from("<I", buffer, 72)[0]
        memory = stack.enter_context(mmap.mmap(self._device, length, offset=offset))
        fcntl.ioctl(self._device, QUEUE, buffer)
        return memory


def _buffer(index: int) -> bytearray:
    buffer = bytearray(88)
    struct.pack_into("<2I", buffer, 0, index, _CAPTURE)
    struct.pack_into("<I", buffer, 60, _MMAP)
    return buffer


def _format(device: int, width: int, height: int) -> tuple[Callable[[bytes, int, int, int], Frame], int, int, int]:
    """Agree on the first pixel format that the camera has at the wanted size, else on any."""
    agreed = []
    for code, grey in GREYS.items():
        wanted = bytearray(208)
        struct.pack_into("<I", wanted, 0, _CAPTURE)
        struct.pack_into("<2I4sI", wanted, 8, width, height, code, _FIELD_NONE)
        with contextlib.suppress(OSError):
            fcntl.ioctl(device, SET_FORMAT, wanted)
            got_width, got_height, got_code, _, line = struct.unpack_from("<2I4s2I", wanted, 8)
            if got_code == code:
                agreed.append((got_width * got_height, grey, got_width, got_height, line, bytes(wanted)))
    if not agreed:
        raise ValueError("the camera has none of the pixel formats GREY, YUYV, NV12, MJPG")
    # many webcams give full size only as JPEG: dots decide, then the order of the formats
    best = max(agreed, key=lambda one: one[0])
    fcntl.ioctl(device, SET_FORMAT, bytearray(best[5]))
    return best[1], best[2], best[3], best[4]


def _plane(raw: bytes, height: int, line: int) -> Frame:
    return np.frombuffer(raw[: height * line], dtype=np.uint8).reshape(height, line)


def _jpeg(raw: bytes) -> Frame:
    with Image.open(io.BytesIO(raw)) as picture:
        picture.draft("L", picture.size)
        return np.asarray(picture.convert("L"), dtype=np.uint8)
