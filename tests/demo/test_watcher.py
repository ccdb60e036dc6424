"""The demo's expression service: the real one, locked in, before a drawn face."""

import queue
import socket
from collections.abc import Callable
from pathlib import Path

from kiosk.counter.eyes import VisionLine
from kiosk.demo.watcher import Watcher
from kiosk.domain.expression import GOOD_FRAMES, Estimate

PATIENCE_S = 60


def test_the_drawn_citizen_is_seen_smiling_and_the_service_ends_when_told(tmp_path: Path) -> None:
    path = tmp_path / "vision.sock"
    watcher = Watcher(path)
    watcher.start()
    try:
        with socket.socket(socket.AF_UNIX) as probe:
            while probe.connect_ex(str(path)) != 0:
                assert watcher.is_alive, (tmp_path / "vision.log").read_text()
        posted: queue.Queue[Callable[[], None]] = queue.Queue()
        said: list[Estimate] = []
        line = VisionLine(path, posted.put)
        line.look(lambda reason: said.append(Estimate(estimate="none", why_not=reason)))
        # the camera looks five times a second: two seconds of it are the shortest visit that says something
        try:
            posted.get(timeout=(GOOD_FRAMES + 3) / 5)()
        except queue.Empty:
            line.conclude(said.append)
            posted.get(timeout=PATIENCE_S)()
        assert [estimate.estimate for estimate in said] == ["positive"], said
    finally:
        watcher.stop()
    assert not watcher.is_alive
