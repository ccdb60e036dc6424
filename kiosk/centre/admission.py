"""How many events each hub may have on its way: a centre that is behind lets its hubs wait, and nobody sends in vain.

After a long outage all hubs of a country stand at the door at once (messaging notes §9). What is on its way and not
acknowledged within seconds is sent again, so it must not be more than the database takes in about one second: window x
hubs = rate x delay (Little's law). The window goes along with each acknowledgement.
"""

import math

FULL_WINDOW = 500
LEAST_WINDOW = 5
DELAY_S = 1.0
"""What an acknowledgement may take while the centre is busy: half of the hubs' patience before they send again."""
BUSY = 0.6
"""Share of the time at work above which the windows are made smaller."""
MEMORY_S = 5.0
"""Time over which work, rest and hubs are counted."""


class Admission:
    """Watches the batches and says how wide the door is."""

    def __init__(self) -> None:
        self._worked = self._passed = self._taken = 0.0
        self._last_end: float | None = None
        self._heard: dict[str, float] = {}

    def note(self, began: float, ended: float, rows: int, streams: set[str]) -> None:
        """Note one batch: its beginning and end on the monotonic clock, its rows, and whose they were."""
        passed = ended - (began if self._last_end is None else self._last_end)
        fade = math.exp(-passed / MEMORY_S)
        self._worked = self._worked * fade + (ended - began)
        self._passed = self._passed * fade + passed
        self._taken = self._taken * fade + rows
        self._last_end = ended
        self._heard.update(dict.fromkeys(streams, ended))
        if len(self._heard) > len(streams):
            self._heard = {stream: at for stream, at in self._heard.items() if ended - at < MEMORY_S}

    @property
    def busy(self) -> float:
        """Return the share of the last seconds that was work, 0..1."""
        return min(1.0, self._worked / self._passed) if self._passed > 0 else 0.0

    @property
    def rate(self) -> float:
        """Return rows per second of work."""
        return self._taken / self._worked if self._worked > 0 else 0.0

    @property
    def window(self) -> int | None:
        """Return the rows that each hub may have on its way; None: as many as usual."""
        if self.busy < BUSY or not self._heard:
            return None
        window = self.rate * DELAY_S / len(self._heard)
        return None if window >= FULL_WINDOW else max(LEAST_WINDOW, int(window))
