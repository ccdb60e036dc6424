"""What the right side of the board shows in turn: the queue, then a picture, a film or the answered petitions.

A page changes whole and only with the clock's minute; nothing else on the board moves, a film apart. Every second
minute belongs to the queue: whoever waits never looks at an advertisement for longer than that.
"""

import logging
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

from PIL import Image, UnidentifiedImageError

from kiosk.board import film
from kiosk.clock import Worker

ENDINGS = (".png", ".jpg", ".jpeg", ".webp")
MAX_BYTES = 20 * 1024 * 1024
MAX_PIXELS = 50_000_000
MOST_FILES = 200


class Page(NamedTuple):
    """One page of the right side."""

    kind: str = "queue"
    """`queue`, `answers`, `picture` or `film`."""
    path: str = ""
    """Of the picture or film."""


QUEUE = Page()


def page_at(turn: int, media: Sequence[str], has_answers: bool) -> Page:
    """Return the page of a minute, counted from the board's start."""
    others = [Page("answers")] if has_answers else []
    others += [Page("film" if is_film(path) else "picture", path) for path in media]
    return others[turn // 2 % len(others)] if turn % 2 and others else QUEUE


def is_film(path: str) -> bool:
    """Tell films from pictures by how their files' names end."""
    return path.lower().endswith(film.ENDINGS)


class MediaFolder:
    """The pictures and films of a site, as they lie in its folder now: one added or taken away counts at once.

    Args:
        folder: of the pictures and films; None: there are none.
        worker: looks into the folder and into new files, so that no call waits for a slow card.
    """

    def __init__(self, folder: Path | None, worker: Worker) -> None:
        self._folder, self._worker = folder, worker
        self._judged: dict[Path, tuple[int, int, str]] = {}
        self._is_looking = False
        self._film_sizes: dict[str, film.Size] = {}
        self.media: tuple[str, ...] = ()
        """Paths of what can be shown, in the order of their names."""
        self.fault = ""
        """What cannot be shown and why, in a sentence for staff; empty where everything can."""

    def look(self, done: Callable[[], None] = lambda: None) -> None:
        """Look into the folder again; `done` is called on the role's thread once `media` or `fault` is new."""
        if self._folder is None or self._is_looking:
            return
        self._is_looking = True

        def found(seen: tuple[tuple[str, ...], str] | None) -> None:
            self._is_looking = False
            if seen is not None and seen != (self.media, self.fault):
                self.media, self.fault = seen
                done()

        self._worker.submit(self._look, found)

    def film_size(self, path: str) -> film.Size:
        """Return width and height of a film among `media`, px."""
        return self._film_sizes[path]

    def _look(self) -> tuple[tuple[str, ...], str]:
        assert self._folder is not None
        try:
            files = sorted(
                path for path in self._folder.iterdir() if path.suffix.lower() in ENDINGS or is_film(path.name)
            )
        except OSError as error:
            return (), self._judge(self._folder, 0, 0, str(error))
        self._judged = {path: known for path, known in self._judged.items() if path in files or path == self._folder}
        faults = {path: self._fault_of(path) for path in files[:MOST_FILES]}
        bad = [f"{path.name}: {fault}" for path, fault in faults.items() if fault]
        more = f" (and {len(bad) - 1} more)" if len(bad) > 1 else ""
        return tuple(str(path) for path, fault in faults.items() if not fault), f"{bad[0]}{more}" if bad else ""

    def _fault_of(self, path: Path) -> str:
        try:
            status = path.stat()
        except OSError as error:
            return error.strerror or str(error)
        known = self._judged.get(path)
        if known is not None and known[:2] == (status.st_mtime_ns, status.st_size):
            return known[2]
        fault = self._fault_of_film(path) if is_film(path.name) else _fault_of_picture(path, status.st_size)
        return self._judge(path, status.st_mtime_ns, status.st_size, fault)

    def _fault_of_film(self, path: Path) -> str:
        try:
            self._film_sizes[str(path)] = film.size_of(path)
        except film.BadFilm as error:
            return str(error)
        return ""

    def _judge(self, path: Path, changed: int, size: int, fault: str) -> str:
        """Remember whether a file can be shown; a fault is logged once."""
        if fault and self._judged.get(path) != (changed, size, fault):
            logging.getLogger(__name__).warning("not shown on the board: %s: %s", path, fault)
        self._judged[path] = (changed, size, fault)
        return fault


def _fault_of_picture(path: Path, size: int) -> str:
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
