"""A virtual camera that plays: a folder of pictures, a clip, or sample cards in a moving hand. Training and tests.

Files are read and never written; what is procedural exists in memory only.
"""

import itertools
import re
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
from PIL import Image, ImageSequence

from kiosk.devices.camera import Frame, NotAFrame, read_frame
from kiosk.devices.camera_live import LiveCamera
from kiosk.devices.card_motion import cards_in_motion
from kiosk.devices.plug import Wait

FRAMES_PER_S = 15.0
CARDS = "card"
"""In place of a path: sample cards, one presentation after the other."""
SAMPLE_TEXTS = (
    "079046999261||Trần Minh Nghĩa|16111946|Nam|Số 12 Lê Lợi, Phường Bến Nghé, Thành phố Hồ Chí Minh|08032025||||",
    "079190999014||Đặng Thu Hương|02021990|Nữ|Số 7 Hai Bà Trưng, Phường Bến Nghé, Thành phố Hồ Chí Minh|09092022",
)
"""Two made-up people, one with each layout."""
_JPEG_ENDS = re.compile(rb"\xff\xd9(?=\xff\xd8)")

Play = Callable[[], Iterator[Frame]]


class PlayedCamera(LiveCamera):
    """Plays frames again and again at a steady pace, on its own thread."""

    def __init__(self, play: Play, frames_per_s: float = FRAMES_PER_S, wait: Wait = threading.Event.wait) -> None:
        """Prepare.

        Args:
            play: begins anew and yields the frames; what it raises means that there is nothing to play.
            wait: passes the time between two frames.
        """
        super().__init__(wait)
        self._play = play
        self._pause_s = 1 / frames_per_s
        self._wait = wait

    def _serve(self, stop: threading.Event) -> None:
        for frame in self._play():
            if stop.is_set():
                return
            self._give(frame)
            self._wait(stop, self._pause_s)


def play_of(what: str, size: tuple[int, int] = (1280, 720)) -> Play:
    """Return how `what` is played: `card`, a folder of pictures in order of their names, or one clip.

    A clip is an animated GIF, PNG or WebP, a TIFF of several pages, or JPEG pictures one after the other (MJPEG).
    """
    if what == CARDS:
        return lambda: cards_in_motion(itertools.cycle(SAMPLE_TEXTS), FRAMES_PER_S, size)
    path = Path(what)
    return lambda: folder_frames(path) if path.is_dir() else clip_frames(path)


def folder_frames(folder: Path) -> Iterator[Frame]:
    """Yield the pictures of a folder; files that are none are passed over.

    Raises:
        OSError: if the folder cannot be read, or holds no picture.
    """
    is_empty = True
    for path in sorted(folder.iterdir()):
        try:
            frame = read_frame(path)
        except (NotAFrame, IsADirectoryError):
            continue
        is_empty = False
        yield frame
    if is_empty:
        raise FileNotFoundError(f"{folder} holds no picture")


def clip_frames(path: Path) -> Iterator[Frame]:
    """Yield the pictures of a clip.

    Raises:
        OSError: if the file cannot be read.
        NotAFrame: if it holds no picture, or a damaged one.
    """
    raw = path.read_bytes()
    pieces = _JPEG_ENDS.split(raw)
    if len(pieces) > 1:
        yield from (read_frame(piece + b"\xff\xd9") for piece in pieces)
        return
    read_frame(raw)
    with Image.open(path) as clip:
        for picture in ImageSequence.Iterator(clip):
            yield np.asarray(picture.convert("L"), dtype=np.uint8)
