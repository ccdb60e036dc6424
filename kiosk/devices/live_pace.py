"""How often a live picture is looked at slowly: as often as the box can without falling behind its camera. Pure."""

from kiosk.devices.qr_decoder import PLAIN_ONLY

BUDGET_MS = 60.0
"""What a frame may cost on average: fifteen frames a second, with some room for everything else on the box."""
_MOST_OWED = 5.0
"""Budgets: after one frame that took very long (a box that woke up), slow looks come back within half a second."""


class LivePace:
    """Gives each frame its turn of the slow looks, or the plain one alone until the time spent is paid back."""

    def __init__(self, budget_ms: float = BUDGET_MS) -> None:
        self._budget_ms = budget_ms
        self._owed_ms = 0.0
        self._turn = -1

    def next_turn(self) -> int:
        """Return the turn of the next frame, for `QrDecoder.look`."""
        if self._owed_ms > 0:
            return PLAIN_ONLY
        self._turn += 1
        return self._turn

    def spent(self, ms: float) -> None:
        """Note what that frame has cost."""
        owed = self._owed_ms + ms - self._budget_ms
        self._owed_ms = min(max(0.0, owed), _MOST_OWED * self._budget_ms)
