"""How one citizen wants the tablet: language, larger words, high contrast, read aloud. It comes and goes with them.

It is theirs from the moment of a touch until their visit ends: through serving, faces and letters. Whoever touches an
idle tablet keeps it as long as they touch it; thirty seconds of silence, or the next number, and it is as before.
"""

from collections.abc import Callable
from datetime import timedelta

from kiosk.clock import Clock, Wake
from kiosk.counter import view as v

SILENCE_S = 30.0


class Comfort:
    """One citizen's wishes at a time.

    Args:
        changed: told when silence has ended them.
    """

    def __init__(self, clock: Clock, changed: Callable[[], None]) -> None:
        self._clock, self._changed = clock, changed
        self._owner = self._ticket = ""
        self._is_answering = False
        self._rest: Wake | None = None
        self.language = "vi"
        self.is_large = self.is_contrast = self.is_read_aloud = False

    def take(self, intent: v.CounterIntent) -> bool:
        """Do what a touch wishes; False if it wishes something else."""
        match intent:
            case v.SetLanguage():
                self.language = "en" if intent.language == "en" else "vi"
            case v.SwitchLarge():
                self.is_large = not self.is_large
            case v.SwitchContrast():
                self.is_contrast = not self.is_contrast
            case v.SwitchReading():
                self.is_read_aloud = not self.is_read_aloud
            case _:
                return False
        return True

    def touched(self) -> None:
        """Somebody is there: silence begins anew."""
        self.stop()
        if self._is_any:
            self._rest = self._clock.wake_at(self._clock.now() + timedelta(seconds=SILENCE_S), self._on_silence)

    def follow(self, ticket: str, is_answering: bool) -> None:
        """Note whose turn it is.

        Args:
            ticket: of who answers or is served; empty if nobody is, also between a finished service and its faces.
            is_answering: whether somebody answers or writes on the tablet.
        """
        has_left = self._is_answering and not is_answering
        was_served = bool(self._ticket)
        self._ticket, self._is_answering = ticket, is_answering
        if ticket and ticket != self._owner:
            self._owner = ticket
            self._forget()
        elif has_left and not ticket:
            self._forget()
        elif was_served and not ticket:
            self.touched()

    def stop(self) -> None:
        """Wait for nothing any more."""
        if self._rest is not None:
            self._rest.cancel()
            self._rest = None

    @property
    def _is_any(self) -> bool:
        return self.language != "vi" or self.is_large or self.is_contrast or self.is_read_aloud

    def _forget(self) -> None:
        self.language = "vi"
        self.is_large = self.is_contrast = self.is_read_aloud = False
        self.stop()

    def _on_silence(self) -> None:
        self._rest = None
        if not self._ticket and not self._is_answering:
            self._forget()
            self._changed()
