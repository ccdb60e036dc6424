"""What the right side of the board shows in turn: the queue, then a picture or the answered petitions, then the queue.

A page changes whole and only with the clock's minute, so that nothing on the board moves by itself. Every second
minute belongs to the queue: whoever waits never looks at an advertisement for longer than that.
"""

import logging
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

from PIL import Image, UnidentifiedImageError

from kiosk.clock import Worker

ENDINGS = (".png", ".jpg", ".jpeg", ".webp")
MAX_BYTES = 20 * 1024 * 1024
MAX_PIXELS = 50_000_000
MOST_PICTURES = 200


class Page(NamedTuple):
    """One page of the right side."""

    kind: str = "queue"
    """`queue`, `answers` or `picture`."""
    picture: str = ""
    """Path of the picture."""


QUEUE = Page()


def page_at(turn: int, pictures: Sequence[str], has_answers: bool) -> Page:
    """Return the page of a minute, counted from the board's start."""
    others = [Page("answers")] if has_answers else []
    others += [Page("picture", path) for path in pictures]
    return others[turn // 2 % len(others)] if turn % 2 and others else QUEUE


class MediaFolder:
    """The pictures of a site, as they lie in its folder now: one that was added or taken away counts at once.

    Args:
        folder: of the pictures; None: there are none.
        worker: looks into the folder and into new files, so that no call waits for a slow card.
    """

    def __init__(self, folder: Path | None, worker: Worker) -> None:
        self._folder, self._worker = folder, worker
        self._judged: dict[Path, tuple[int, int, bool]] = {}
        self._is_looking = False
        self.pictures: tuple[str, ...] = ()

    def look(self, done: Callable[[], None] = lambda: None) -> None:
        """Look into the folder again; `done` is called on the role's thread once `pictures` is new."""
        if self._folder is None or self._is_looking:
            return
        self._is_looking = True

        def found(pictures: tuple[str, ...] | None) -> None:
            self._is_looking = False
            if pictures is not None and pictures != self.pictures:
                self.pictures = pictures
                done()

        self._worker.submit(self._usable, found)

    def _usable(self) -> tuple[str, ...]:
        assert self._folder is not None
        try:
            files = sorted(path for path in self._folder.iterdir() if path.suffix.lower() in ENDINGS)
        except OSError as error:
            self._judge(self._folder, 0, 0, str(error))
            return ()
        self._judged = {path: known for path, known in self._judged.items() if path in files or path == self._folder}
        return tuple(str(path) for path in files[:MOST_PICTURES] if self._is_usable(path))

    def _is_usable(self, path: Path) -> bool:
        try:
            status = path.stat()
        except OSError:
            return False
        known = self._judged.get(path)
        if known is not None and known[:2] == (status.st_mtime_ns, status.st_size):
            return known[2]
        return self._judge(path, status.st_mtime_ns, status.st_size, _fault_of(path, status.st_size))

    def _judge(self, path: Path, changed: int, size: int, fault: str) -> bool:
        """Remember whether a file can be shown; a fault is told once."""
        if fault and self._judged.get(path) != (changed, size, False):
            logging.getLogger(__name__).warning("not shown on the board: %s: %s", path, fault)
        self._judged[path] = (changed, size, not fault)
        return not fault


def _fault_of(path: Path, size: int) -> str:
    if size > MAX_BYTES:
        return "larger than 20 MiB; save it smaller"
    try:
        with Image.open(path) as picture:
            if picture.width * picture.height > MAX_PIXELS:
                return "more than 50 million pixels; save it smaller"
            picture.verify()
    except (OSError, UnidentifiedImageError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
        return f"not a picture ({error}); save it as PNG or JPEG"
    return ""
