"""The voice: says calls aloud, one after the other, without ever making the caller wait."""

import logging
import queue
import shlex
import subprocess
import threading
from collections.abc import Callable
from typing import Protocol

from kiosk.devices.plug import Plugged, StateListener

LONGEST_S = 20.0
"""No announcement takes longer: a player that hangs (sound card pulled out) is ended."""
MOST_WAITING = 8
"""Calls that wait to be spoken; with more, the oldest are stale and would only confuse."""


class Speaker(Protocol):
    """Says texts aloud."""

    on_state: StateListener | None

    @property
    def state(self) -> str:
        """Return `absent`, `ready` or `faulty`."""

    def say(self, text: str, language: str) -> None:
        """Say `text` after what is being said; returns at once."""


class VirtualSpeaker(Plugged):
    """A speaker that remembers what it was told to say."""

    def __init__(self, on_words: Callable[[str, str], None] | None = None) -> None:
        """Prepare.

        Args:
            on_words: told text and language of everything that is said, at once.
        """
        super().__init__("speaker", "ready")
        self.said: list[tuple[str, str]] = []
        self._on_words = on_words

    def say(self, text: str, language: str) -> None:
        """Remember it."""
        self.said.append((text, language))
        if self._on_words is not None:
            self._on_words(text, language)


class CommandSpeaker(Plugged):
    """A speaker behind a command that plays a WAV from its standard input, such as `aplay -q`."""

    def __init__(self, synthesise: Callable[[str, str], bytes], play_command: str) -> None:
        """Prepare; the speaking thread starts with the first words.

        Args:
            synthesise: makes a WAV of a text in a language; may take its time.
            play_command: program and arguments, split as a shell would, run without a shell.
        """
        super().__init__("speaker")
        self._synthesise = synthesise
        self._command = shlex.split(play_command)
        self._waiting: queue.Queue[tuple[str, str] | None] = queue.Queue()
        self._thread: threading.Thread | None = None

    def say(self, text: str, language: str) -> None:
        """Queue the words; returns at once."""
        if self._thread is None:
            self._thread = threading.Thread(target=self._speak, name="speaker", daemon=True)
            self._thread.start()
        self._waiting.put((text, language))

    def stop(self) -> None:
        """Say what is waiting, then end the thread."""
        if self._thread is not None:
            self._waiting.put(None)
            self._thread.join(LONGEST_S)
            self._thread = None

    def _speak(self) -> None:
        while (words := self._waiting.get()) is not None:
            if self._waiting.qsize() > MOST_WAITING:
                continue
            try:
                self._play(self._synthesise(*words))
                self._turn("ready")
            except FileNotFoundError:
                self._turn("absent", "no_player")
            except (OSError, subprocess.SubprocessError) as error:
                logging.getLogger(__name__).debug("player: %s", error)
                self._turn("faulty", "no_sound")
            except Exception:
                logging.getLogger(__name__).exception("no words for an announcement")
                self._turn("faulty", "no_words")

    def _play(self, wave: bytes) -> None:
        subprocess.run(
            self._command, input=wave, check=True, timeout=LONGEST_S, stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )  # fmt: skip
