"""Films of a site's playlist, without sound: Debian's `ffmpeg` decodes them in a process of its own.

A call comes before any film. So the decoder runs at the lowest priority and on one core, a film is drawn into its own
small texture twelve times a second, a frame that comes late is dropped, and while somebody is called the film holds
still. `kiosk bench board` measures calls with and without a film. No Kivy here.
"""

import json
import subprocess
import threading
import time
from collections.abc import Callable
from pathlib import Path

ENDINGS = (".mp4", ".m4v", ".mov", ".webm", ".mkv")
RATE = 12
"""Frames a second: enough for a film of an office, a fifth of what the window could draw."""
WIDEST = 960
"""Widest picture that is decoded, px; a 4K panel enlarges it."""
MOST_PIXELS = 1920 * 1080
"""Of the film itself: decoding more by software takes a small board's whole time."""
LOOK_S = 20.0
"""Patience with a file on a slow card."""
_BESIDE = ("nice", "-n", "19")
_FFMPEG = ("ffmpeg", "-v", "error", "-nostdin", "-protocol_whitelist", "file", "-threads", "1")

Size = tuple[int, int]


class BadFilm(Exception):
    """A film that cannot be shown: the reason, and the mend."""


def size_of(path: Path) -> Size:
    """Return width and height of a film as it is seen, px; its first picture has then been decoded.

    Raises:
        BadFilm: if it cannot be shown here.
    """
    probe = ("ffprobe", "-v", "error", "-protocol_whitelist", "file", "-select_streams", "v:0", "-of", "json")
    entries = "stream=width,height:stream_side_data=rotation"
    told = json.loads(_output((*probe, "-show_entries", entries, str(path))) or b"{}")
    if not told.get("streams"):
        raise BadFilm("no film in it; save it as MP4 (H.264)")
    stream = told["streams"][0]
    width, height = int(stream.get("width", 0)), int(stream.get("height", 0))
    if any(round(side.get("rotation", 0)) % 180 for side in stream.get("side_data_list", ())):
        width, height = height, width
    if min(width, height) < 16 or width * height > MOST_PIXELS:
        raise BadFilm(f"{width} x {height} pixels; save it as 1280 x 720")
    _output((*_FFMPEG, "-i", str(path), "-an", "-frames:v", "1", "-f", "null", "-"))
    return width, height


def _output(command: tuple[str, ...]) -> bytes:
    try:
        done = subprocess.run((*_BESIDE, *command), capture_output=True, timeout=LOOK_S, check=False)
    except subprocess.TimeoutExpired:
        raise BadFilm(f"not readable within {LOOK_S:.0f} s; save it as MP4 (H.264)") from None
    if done.returncode == 127:
        raise BadFilm("films need ffmpeg: apt install ffmpeg")
    if done.returncode or done.stderr.strip():
        reason = done.stderr.decode(errors="replace").strip().splitlines()
        raise BadFilm(f"not a film ({reason[-1] if reason else 'unknown'}); save it as MP4 (H.264)")
    return done.stdout


def fitted(film: Size, box: Size) -> Size:
    """Return the size in which a film is decoded for a box, px: its shape kept, whole multiples of four."""
    scale = min(box[0] / film[0], box[1] / film[1], WIDEST / film[0])
    return max(4, int(film[0] * scale) // 4 * 4), max(4, int(film[1] * scale) // 4 * 4)


class Projector:
    """Plays a film again and again, from a thread of its own.

    Args:
        path: the film.
        size: of the pictures, px, as `fitted` gives it.
        show: takes a picture, its rows from the bottom, three bytes a pixel; called on the projector's thread.
        begin_s: where in the film to begin, seconds.
    """

    def __init__(self, path: str, size: Size, show: Callable[[bytes], None], begin_s: float = 0.0) -> None:
        self._path, self._size, self._show = path, size, show
        self.position_s = begin_s
        """Where in the film it is, seconds."""
        self._plays = threading.Event()
        self._plays.set()
        self._is_over = False
        self._decoder: subprocess.Popen[bytes] | None = None
        self._thread = threading.Thread(target=self._run, name="film", daemon=True)
        self._thread.start()

    def hold(self, holds: bool) -> None:
        """Hold the film still, or let it go on; a decoder whose pictures nobody takes waits, too."""
        (self._plays.clear if holds else self._plays.set)()

    def stop(self) -> None:
        """End the film and its decoder."""
        self._is_over = True
        self._plays.set()
        if self._decoder is not None:
            self._decoder.kill()

    def join(self) -> None:
        """Wait until the thread has ended."""
        self._thread.join()

    def _run(self) -> None:
        while not self._is_over:
            shown = self._play_through()
            if not shown and self.position_s == 0.0:
                return  # it was taken away or broke since it was looked at; the folder will be looked into again
            self.position_s = 0.0

    def _play_through(self) -> int:
        """Play to the end; return how many pictures there were."""
        width, height = self._size
        command = (
            *_BESIDE, *_FFMPEG, "-ss", f"{self.position_s:.2f}", "-i", self._path, "-an", "-sn",
            "-filter_threads", "1", "-vf", f"fps={RATE},scale={width}:{height}:flags=bilinear,vflip",
            "-pix_fmt", "rgb24", "-f", "rawvideo", "-",
        )  # fmt: skip
        shown = 0
        with subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
        ) as self._decoder:
            assert self._decoder.stdout is not None
            due = time.monotonic()
            while not self._is_over:
                self._plays.wait()
                picture = self._decoder.stdout.read(3 * width * height)
                if len(picture) < 3 * width * height or self._is_over:
                    break
                now = time.monotonic()
                # after a hold or a slow moment the film goes on from where it is, and hurries after nothing
                due = max(due + 1 / RATE, now)
                time.sleep(due - now)
                self._show(picture)
                self.position_s += 1 / RATE
                shown += 1
            self._decoder.kill()
        return shown
