"""Reads the memory of a process of ours, as somebody would who wants to know what it still knows."""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from kiosk.ui.erasing import ERASING


class Watched:
    """A room in a process of its own, which does what it is told and can be looked into.

    Args:
        module: what runs there; its `main` calls `obey`.
        seed: chooses the made-up person.
    """

    def __init__(self, module: str, seed: int) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", module, str(seed)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            env={**os.environ, **ERASING},
        )
        assert self._process.stdout is not None
        while (line := self._process.stdout.readline()) and line.strip() != "ready":
            pass

    def do(self, command: str) -> str:
        """Send a command and return the step that the screen is at then."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(command + "\n")
        self._process.stdin.flush()
        return self._process.stdout.readline().strip()

    def remembers(self, *words: str) -> dict[str, int]:
        """Return how often each of the words stands in its memory."""
        return found_in(self._process.pid, list(words))

    def end(self) -> None:
        """Kill the process."""
        self._process.kill()
        self._process.communicate()


def obey(room: Any, screens: Any, size: tuple[int, int], acts: Mapping[str, Callable[[], None]]) -> None:
    """Show a room's screens and do what standard input says, until it ends; `silence` passes two minutes."""
    from kivy.base import EventLoop, runTouchApp

    screens.place(0, 0, *size)
    room.flow.listen(screens.render)
    screens.render(room.flow.view)
    runTouchApp(screens, embedded=True)

    def draw(seconds: float) -> None:
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            EventLoop.idle()

    draw(0.2)
    print("ready", flush=True)
    for line in sys.stdin:
        if line.strip() == "silence":
            room.office.time.advance(seconds=61)
            room.office.time.advance(seconds=61)
        else:
            acts[line.strip()]()
        room.office.time.settle()
        draw(1.5)
        print(room.flow.view.step, flush=True)


def found_in(process: int, words: list[str]) -> dict[str, int]:
    """Return how often each of `words` stands in the readable memory of a process, in any of Python's encodings."""
    shapes = {word: (word.encode(), word.encode("utf-16-le"), word.encode("utf-32-le")) for word in words}
    found = dict.fromkeys(words, 0)
    with Path(f"/proc/{process}/mem").open("rb", buffering=0) as memory:
        for area in Path(f"/proc/{process}/maps").read_text().splitlines():
            span, access, *_ = area.split()
            if not access.startswith("r") or "[v" in area:
                continue
            low, high = (int(edge, 16) for edge in span.split("-"))
            try:
                memory.seek(low)
                data = memory.read(high - low)
            except OSError:
                continue
            for word, encodings in shapes.items():
                found[word] += sum(data.count(encoding) for encoding in encodings)
    return found
