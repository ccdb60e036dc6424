"""The voice that reads a screen to one person: interruptible, louder or quieter by steps, and back after each visit.

It is another thing than the announcements' speaker: nothing queues, a new sentence takes the place of the old one, and
where a headphone is plugged in nobody else hears it.
"""

import array
import io
import queue
import shlex
import subprocess
import sys
import threading
import wave
from collections.abc import Callable, Sequence
from typing import Protocol

from kiosk.devices.player import state_after
from kiosk.devices.plug import Plugged, StateListener

STEP_DB = 6.0
MOST_STEPS = 3
"""Volume goes up by 18 dB in steps of 6 dB, so that there is one at 12 dB (EN 301 549, 8.2.1)."""
QUIET_DB = -18.0
"""Where a visit begins, so that all steps fit below full scale."""
LONGEST_S = 60.0
"""No sentence takes longer: a player that hangs is ended."""


class Narrator(Protocol):
    """Reads sentences to one person."""

    on_state: StateListener | None

    @property
    def state(self) -> str:
        """Return `absent`, `ready` or `faulty`."""

    @property
    def is_private(self) -> bool:
        """Tell whether only that person hears it."""

    def read(self, sentences: Sequence[str], language: str) -> None:
        """Say these sentences in place of what is being said; returns at once."""

    def hush(self) -> None:
        """Stop at once."""

    def louder(self, steps: int) -> None:
        """Change the volume by steps of `STEP_DB`, within 0 to `MOST_STEPS`."""

    def begin_at(self, steps: int) -> None:
        """Let every visit begin so many steps louder, as staff have set it for this place."""

    def reset(self) -> None:
        """Go back to the volume of the beginning."""


class VirtualNarrator(Plugged):
    """A narrator that remembers what it was told to read."""

    def __init__(self, is_private: bool = True, on_words: Callable[[str, str], None] | None = None) -> None:
        """Prepare.

        Args:
            on_words: told text and language of everything that is read, at once.
        """
        super().__init__("narrator", "ready")
        self._on_words = on_words
        self.is_private = is_private
        self.read_out: list[str] = []
        self.volume = 0
        self.beginning = 0
        self.hushed = 0

    def read(self, sentences: Sequence[str], language: str) -> None:
        """Remember the sentences."""
        self.read_out += sentences
        if self._on_words is not None:
            self._on_words(". ".join(sentences), language)

    def hush(self) -> None:
        """Count it."""
        self.hushed += 1

    def louder(self, steps: int) -> None:
        """Change the volume."""
        self.volume = _within(self.volume + steps)

    def begin_at(self, steps: int) -> None:
        """Take another beginning, from now on."""
        self.beginning = self.volume = _within(steps)

    def reset(self) -> None:
        """Go back to the beginning's volume."""
        self.volume = self.beginning


class CommandNarrator(Plugged):
    """A narrator behind a command that plays a WAV from its standard input, such as `aplay -q -D plughw:Headphones`."""

    def __init__(self, synthesise: Callable[[str, str], bytes], play_command: str, is_private: bool) -> None:
        """Prepare; the reading thread starts with the first sentence.

        Args:
            synthesise: makes a 16-bit WAV of a text in a language; may take its time.
            play_command: program and arguments, split as a shell would, run without a shell.
            is_private: True where the command plays to a headphone.
        """
        super().__init__("narrator")
        self.is_private = is_private
        self._synthesise = synthesise
        self._command = shlex.split(play_command)
        self._jobs: queue.Queue[tuple[int, tuple[str, ...], str] | None] = queue.Queue()
        self._lock = threading.Lock()
        self._turn_of = 0
        self._steps = self._beginning = 0
        self._player: subprocess.Popen[bytes] | None = None
        self._thread: threading.Thread | None = None

    def read(self, sentences: Sequence[str], language: str) -> None:
        """Say these sentences in place of what is being said; returns at once."""
        if self._thread is None:
            self._thread = threading.Thread(target=self._work, name="narrator", daemon=True)
            self._thread.start()
        self._jobs.put((self._interrupt(), tuple(sentences), language))

    def hush(self) -> None:
        """Stop at once."""
        self._interrupt()

    def louder(self, steps: int) -> None:
        """Change the volume from the next sentence on."""
        self._steps = _within(self._steps + steps)

    def begin_at(self, steps: int) -> None:
        """Take another beginning, from the next sentence on."""
        self._beginning = self._steps = _within(steps)

    def reset(self) -> None:
        """Go back to the beginning's volume."""
        self._steps = self._beginning

    def stop(self) -> None:
        """Be silent and end the thread."""
        self._interrupt()
        if self._thread is not None:
            self._jobs.put(None)
            self._thread.join(LONGEST_S)
            self._thread = None

    def _interrupt(self) -> int:
        with self._lock:
            self._turn_of += 1
            if self._player is not None:
                self._player.kill()
            return self._turn_of

    def _work(self) -> None:
        while (job := self._jobs.get()) is not None:
            turn, sentences, language = job
            for sentence in sentences:
                if turn != self._turn_of:
                    break
                self._say(turn, sentence, language)

    def _say(self, turn: int, sentence: str, language: str) -> None:
        try:
            sound = amplified(self._synthesise(sentence, language), QUIET_DB + STEP_DB * self._steps)
            if self._play(turn, sound):
                self._turn("ready")
        except Exception as error:
            self._turn(*state_after(error))

    def _play(self, turn: int, sound: bytes) -> bool:
        """Play one sentence; return False if it was interrupted."""
        with self._lock:
            if turn != self._turn_of:
                return False
            self._player = player = subprocess.Popen(
                self._command, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
            )
        try:
            player.communicate(sound, timeout=LONGEST_S)
        finally:
            player.kill()
            player.wait()
            with self._lock:
                self._player = None
                is_interrupted = turn != self._turn_of
        if player.returncode and not is_interrupted:
            raise OSError(f"the player ended with {player.returncode}")
        return not is_interrupted


def amplified(sound: bytes, decibels: float) -> bytes:
    """Return a 16-bit WAV louder or quieter by `decibels`; what would clip is held at full scale.

    Raises:
        ValueError: if it is not a 16-bit WAV.
    """
    try:
        with wave.open(io.BytesIO(sound)) as file:
            settings, frames = file.getparams(), file.readframes(file.getnframes())
    except (wave.Error, EOFError) as error:
        raise ValueError(f"not a WAV: {error}") from None
    if settings.sampwidth != 2:
        raise ValueError(f"expected 16 bits a sample, not {8 * settings.sampwidth}")
    samples = array.array("h", frames)
    if sys.byteorder == "big":
        samples.byteswap()
    factor = 10 ** (decibels / 20)
    samples = array.array("h", (max(-32768, min(32767, round(sample * factor))) for sample in samples))
    if sys.byteorder == "big":
        samples.byteswap()
    out = io.BytesIO()
    with wave.open(out, "wb") as file:
        file.setparams(settings)
        file.writeframes(samples.tobytes())
    return out.getvalue()


def _within(steps: int) -> int:
    return max(0, min(MOST_STEPS, steps))
