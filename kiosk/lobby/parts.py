"""What is wrong with the kiosk's own parts: told to staff once when it goes, and once when it comes back."""

from collections.abc import Callable
from datetime import datetime

from kiosk.domain.events import DeviceFaulted, DeviceRecovered, Event

_PART = {"paper_low": "paper"}
"""The part of which an event tells, where the view has a key of its own for it."""


class Parts:
    """The parts that do not work at present."""

    def __init__(
        self, now: Callable[[], datetime], record: Callable[[Event], None], changed: Callable[[], None]
    ) -> None:
        self._now = now
        self._record = record
        self._changed = changed
        self._ill: list[str] = []

    @property
    def ill(self) -> tuple[str, ...]:
        """Return them by name."""
        return tuple(sorted(self._ill))

    def faulted(self, part: str, reason: str) -> None:
        """Note that a part stopped working."""
        if part not in self._ill:
            self._ill.append(part)
            self._record(DeviceFaulted(at=self._now(), part=_PART.get(part, part), reason=reason))
            self._changed()

    def recovered(self, *parts: str) -> None:
        """Note that parts work (again)."""
        for part in [part for part in parts if part in self._ill]:
            self._ill.remove(part)
            self._record(DeviceRecovered(at=self._now(), part=_PART.get(part, part)))
            self._changed()
