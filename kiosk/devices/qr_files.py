"""Frames from files: what `kiosk qr decode` prints for each."""

import time
from pathlib import Path
from typing import Any

from kiosk.devices.camera import NotAFrame, read_frame
from kiosk.devices.qr_decoder import QrDecoder


def decode_file(path: Path | str, decoder: QrDecoder) -> dict[str, Any]:
    """Return the line of one file: `file`, `payload` (None if nothing was read), `ms` and `stage`.

    A file that cannot be read, holds two codes, or a code that is no text, has an `error` beside `payload: null`;
    a picture without a code has none. Never raises for anything that a file may hold.
    """
    started = time.perf_counter()
    answer: dict[str, Any] = {"file": str(path), "payload": None}
    stage: str | None = None
    error = ""
    try:
        sight = decoder.look(read_frame(Path(path)))
        if len(sight.scans) == 1:
            answer["payload"] = sight.scans[0].text
            stage = sight.scans[0].stage
        elif sight.scans:
            error = f"{len(sight.scans)} different codes in one frame"
        elif sight.is_garbled:
            error = "a code whose content is not UTF-8 text"
    except (NotAFrame, OSError) as problem:
        error = problem.strerror if isinstance(problem, OSError) and problem.strerror else str(problem)
    answer["ms"] = round((time.perf_counter() - started) * 1000, 2)
    answer["stage"] = stage
    if error:
        answer["error"] = error
    return answer
