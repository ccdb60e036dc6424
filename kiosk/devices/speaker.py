"""The voice: says calls aloud, one after the other, without ever making the caller wait."""

import threading
from collections.abc import Callable, Sequence
from typing import NamedTuple, Protocol

from kiosk.devices.narrator import amplified
from kiosk.devices.player import decibels_of, play_wave, state_after
from kiosk.devices.plug import Plugged, StateListener

LONGEST_S = 20.0
"""No announcement takes longer: a player that hangs (sound card pulled out) is ended."""
MOST_WAITING = 8
"""Calls that wait to be spoken; with more, the oldest are stale and would only confuse."""
FULL = 100
"""Percent: the sound as it was made."""


class Speaker(Protocol):
    """Says texts aloud."""

    on_state: StateListener | None

    @property
    def state(self) -> str:
        """Return `absent`, `ready` or `faulty`."""

    def say(self, text: str, language: str, rank: int = 0) -> None:
        """Say `text` after what is being said; returns at once.

        Args:
            rank: 0 before 1 before 2, whoever came first: a call in its second language waits for the other calls.
        """


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

    def say(self, text: str, language: str, rank: int = 0) -> None:
        """Remember it."""
        self.said.append((text, language))
        if self._on_words is not None:
            self._on_words(text, language)


class _Words(NamedTuple):
    """Something that waits to be said; sorts in the order of speaking."""

    rank: int
    number: int
    text: str
    language: str


class CommandSpeaker(Plugged):
    """A speaker behind a command that plays a WAV from its standard input, such as `aplay -q`."""

    def __init__(
        self,
        synthesise: Callable[[str, str], bytes],
        command: Sequence[str],
        volume: Callable[[], int] = lambda: FULL,
    ) -> None:
        """Prepare; the speaking thread starts with the first words.

        Args:
            synthesise: makes a WAV of a text in a language; may take its time.
            command: the player's program and arguments, run without a shell.
            volume: how loud it shall be now, in percent; 0: it is silent.
        """
        super().__init__("speaker")
        self._synthesise = synthesise
        self._command = tuple(command)
        self._volume = volume
        self._waiting: list[_Words] = []
        self._changed = threading.Condition()
        self._count = 0
        self._is_ending = False
        self._thread: threading.Thread | None = None

    def say(self, text: str, language: str, rank: int = 0) -> None:
        """Queue the words; returns at once."""
        with self._changed:
            self._count += 1
            self._waiting.append(_Words(rank, self._count, text, language))
            if len(self._waiting) > MOST_WAITING:
                # of those that matter least, the oldest is the most stale
                least = max(words.rank for words in self._waiting)
                self._waiting.remove(min(words for words in self._waiting if words.rank == least))
            self._changed.notify()
        if self._thread is None:
            self._is_ending = False
            self._thread = threading.Thread(target=self._speak, name="speaker", daemon=True)
            self._thread.start()

    def stop(self) -> None:
        """Say what is waiting, then end the thread."""
        if self._thread is not None:
            with self._changed:
                self._is_ending = True
                self._changed.notify()
            self._thread.join(LONGEST_S)
            self._thread = None

    def _next(self) -> _Words | None:
        with self._changed:
            self._changed.wait_for(lambda: self._waiting or self._is_ending)
            if not self._waiting:
                return None
            words = min(self._waiting)
            self._waiting.remove(words)
            return words

    def _speak(self) -> None:
        while (words := self._next()) is not None:
            volume = self._volume()
            if volume <= 0:
                continue
            try:
                sound = self._synthesise(words.text, words.language)
                if volume != FULL:
                    sound = amplified(sound, decibels_of(volume))
                play_wave(self._command, sound, LONGEST_S)
                self._turn("ready")
            except Exception as error:
                self._turn(*state_after(error))
