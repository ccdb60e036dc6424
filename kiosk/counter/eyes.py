"""The counter's line to the expression service of its own box, whatever that service does.

The line has a thread of its own that talks and waits. The counter's rules only tell it to look, to conclude or to
forget, and hear the answer posted to their thread: a service that hangs, lies, dies or never answers costs them
nothing.
"""

import contextlib
import json
import logging
import queue
import socket
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Protocol

import msgspec

from kiosk.clock import Act
from kiosk.domain.expression import LONGEST_S, OUTCOMES, Estimate

CONNECT_S = 0.5
ANSWER_S = 2.0
"""How long the line's own thread waits for one answer; the camera may take a second to open."""
LONGEST_ANSWER = 4096
"""Bytes; more is no answer of ours."""

Say = Callable[[Estimate], None]


class Eyes(Protocol):
    """Watches the end of one visit at a time. No call waits for anything."""

    def look(self, failed: Callable[[str], None]) -> None:
        """Begin to watch; `failed` gets the reason, on the role's thread, if nobody watches."""

    def conclude(self, say: Say) -> None:
        """Stop watching; `say` gets what was seen, on the role's thread, once, sooner or later or never."""

    def forget(self) -> None:
        """Stop watching and say nothing: the citizen does not want it."""


class VisionLine:
    """The real service at the other end of a Unix socket."""

    def __init__(self, path: Path, post: Callable[[Act], None], answer_s: float = ANSWER_S) -> None:
        """Start the line's thread; nothing is connected before `look`.

        Args:
            path: the socket of the service.
            post: brings answers to the role's thread.
            answer_s: how long the line's own thread waits for one answer.
        """
        self._path = str(path)
        self._post = post
        self._answer_s = answer_s
        self._looks: queue.SimpleQueue[_Look] = queue.SimpleQueue()
        self._look: _Look | None = None
        self._last: _Look | None = None
        # once and for all visits: to start a thread is to wait until the machine has time for it
        threading.Thread(target=self._run, name="vision-line", daemon=True).start()

    def look(self, failed: Callable[[str], None]) -> None:
        """Begin to watch; an earlier visit that nobody ended is forgotten, one without an answer yet gets none."""
        self.forget()
        if self._last is not None:
            self._last.hang_up()
        self._look = self._last = _Look(self._path, self._post, failed, self._answer_s)
        self._looks.put(self._look)

    def conclude(self, say: Say) -> None:
        """Stop watching and ask what was seen."""
        look, self._look = self._look, None
        if look is not None:
            look.conclude(say)

    def forget(self) -> None:
        """Stop watching by hanging up: the service forgets a visit whose counter is gone."""
        look, self._look = self._look, None
        if look is not None:
            look.hang_up()

    def _run(self) -> None:
        while True:
            look = self._looks.get()
            try:
                look.run()
            except Exception:
                # whatever it was, the next visit has a line again
                logging.getLogger(__name__).exception("a visit's end could not be watched")


class _Look:
    """One visit's end, on the line's thread."""

    def __init__(self, path: str, post: Callable[[Act], None], failed: Callable[[str], None], answer_s: float) -> None:
        self._path = path
        self._post = post
        self._failed = failed
        self._answer_s = answer_s
        self._is_told = threading.Event()
        self._is_hung_up = False
        self._say: Say | None = None
        self._line = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)

    def conclude(self, say: Say) -> None:
        self._say = say
        self._is_told.set()

    def hang_up(self) -> None:
        self._is_hung_up = True
        self._is_told.set()
        # wakes whoever waits on it; the other side sees the end of the line at once
        with contextlib.suppress(OSError):
            self._line.shutdown(socket.SHUT_RDWR)

    def run(self) -> None:
        try:
            with self._line:
                self._line.settimeout(CONNECT_S)
                self._line.connect(self._path)
                if self._is_hung_up:
                    # it was hung up before there was a line to shut down
                    self._tell("service_silent")
                    return
                self._ask("start")
                self._is_told.wait(LONGEST_S + ANSWER_S)
                say = self._say
                if say is not None:
                    estimate = estimate_of(self._ask("stop"))
                    self._post(lambda: say(estimate))
        except OSError as error:
            is_silent = self._is_hung_up or isinstance(error, TimeoutError)
            self._tell("service_silent" if is_silent else "service_absent")
        except (ValueError, RecursionError):
            self._tell("service_garbled")

    def _tell(self, reason: str) -> None:
        say = self._say
        if say is not None:
            self._post(lambda: say(Estimate(estimate="none", why_not=reason)))
        elif not self._is_told.is_set():
            self._post(lambda: self._failed(reason))

    def _ask(self, verb: str) -> bytes:
        """Return the answer to one request.

        Raises:
            OSError: if the service is gone or silent.
            ValueError: if what came is no line of ours.
        """
        self._line.settimeout(self._answer_s)
        self._line.sendall(json.dumps({"do": verb}).encode() + b"\n")
        answer = b""
        until = time.monotonic() + self._answer_s
        while not answer.endswith(b"\n"):
            # a service that dribbles gets no more time than one that is silent
            self._line.settimeout(max(0.001, until - time.monotonic()))
            heard = self._line.recv(LONGEST_ANSWER)
            if not heard:
                raise ConnectionResetError("the service hung up")
            answer += heard
            if len(answer) > LONGEST_ANSWER:
                raise ValueError("no answer of ours is so long")
        return answer


def estimate_of(answer: bytes) -> Estimate:
    """Return what the service said.

    Raises:
        ValueError: if that is no estimate.
    """
    estimate = msgspec.json.decode(answer, type=Estimate)
    if estimate.estimate not in (*OUTCOMES, "none"):
        raise ValueError(f"no estimate is called {estimate.estimate[:20]!r}")
    if not 0 <= estimate.frames_good <= estimate.frames_seen:
        raise ValueError("more good frames than frames")
    return estimate


class VirtualEyes:
    """A service that sees what it is told to; for tests, training and the demo without a camera."""

    def __init__(self, sees: Estimate | None = None) -> None:
        self.sees = sees or Estimate(estimate="positive", score=0.8, confidence=0.9, frames_seen=20, frames_good=18)
        self.is_watching = False
        self.fails = ""
        """A reason why nobody watches, or empty."""
        self.is_silent = False
        """True: what was asked is never answered."""
        self.looks = 0
        """How often the camera went on."""

    def look(self, failed: Callable[[str], None]) -> None:
        """Begin to watch, unless it is to fail."""
        if self.fails:
            failed(self.fails)
            return
        self.is_watching = True
        self.looks += 1

    def conclude(self, say: Say) -> None:
        """Say what was to be seen."""
        watched, self.is_watching = self.is_watching, False
        if watched and not self.is_silent:
            say(self.sees)

    def forget(self) -> None:
        """Stop watching."""
        self.is_watching = False
