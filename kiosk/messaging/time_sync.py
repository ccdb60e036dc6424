"""What this device knows about the time: how good its clock is, and when it was set right.

Events are ordered by (stream, sequence) and never by the clock. But people read times: so a device that learns the
true time tells it once (`time.sync`), and the hub puts the earlier stamps of the same boot right (messaging notes
§8.3).
"""

import ctypes
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from kiosk.clock import VIETNAM, Clock, Timer, Wake
from kiosk.domain.events import ClockSynchronised
from kiosk.messaging.outbox import Outbox

BUILT = datetime(2026, 11, 1, tzinfo=UTC)
"""No box runs this software before it was written: an earlier clock was never set."""
JUMP_S = 2.0
"""Steps of the clock against the monotonic one that are worth a word (NTP slews smaller ones)."""
OLDEST_PICTURE_S = 120.0
"""Twice the time after which the hub makes a new picture anyway: an older moment means that its clock was set back."""
LOOK_S = 10.0
TRUSTED = ("ntp", "rtc", "simulated")
"""Qualities by which dates may be judged."""

_STATUS_AT, _UNSYNCHRONISED = 40, 0x40
"""Offset of `status` in the kernel's `struct timex` on 64-bit systems, and STA_UNSYNC (adjtimex(2))."""


def system_clock_quality(now: datetime, rtc: Path = Path("/dev/rtc0")) -> str:
    """Return how good the machine's clock is: `ntp` (the kernel is synchronised), `rtc`, or `none`."""
    if now < BUILT:
        return "none"
    if _is_synchronised():
        return "ntp"
    return "rtc" if rtc.exists() else "none"


def is_system_clock_trusted() -> bool:
    """Tell whether certificates may be judged by their dates on this machine right now."""
    return system_clock_quality(datetime.now(UTC)) in TRUSTED


def _is_synchronised() -> bool:
    state = ctypes.create_string_buffer(512)
    try:
        # modes = 0: only look
        if ctypes.CDLL(None).adjtimex(state) < 0:
            return False
    except (OSError, AttributeError):
        return False
    return not int.from_bytes(state.raw[_STATUS_AT : _STATUS_AT + 4], "little") & _UNSYNCHRONISED


class ClockWatch:
    """Watches one device's clock on its role's thread; keeps the quality in its outbox and tells of every correction.

    The true time is the kernel's once it is synchronised, else that of the hub: each picture of the office carries it.
    """

    def __init__(
        self,
        outbox: Outbox,
        clock: Clock,
        timer: Timer,
        quality: Callable[[datetime], str] = system_clock_quality,
    ) -> None:
        """Begin with what the system says.

        Args:
            outbox: gets the quality of its stamps, and the events.
            quality: how good the machine's clock is at a moment.
        """
        self._outbox = outbox
        self._clock = clock
        self._timer = timer
        self._quality = quality
        self._told: float | None = None
        """Offset (true time minus monotonic) that was told last."""
        self._wake: Wake | None = None
        outbox.clk = quality(clock.now())

    @property
    def knows_the_time(self) -> bool:
        """Tell whether dates may be judged by `now`: the system's clock is good, or the hub has told the time."""
        return self._outbox.clk in TRUSTED or self._told is not None

    def now(self) -> datetime:
        """Return the best known moment; an office without any time server goes by its hub."""
        if self._outbox.clk in TRUSTED or self._told is None:
            return self._clock.now()
        return datetime.fromtimestamp(self._told + self._clock.monotonic(), VIETNAM)

    def start(self) -> None:
        """Begin to watch."""
        self._look()

    def stop(self) -> None:
        """Watch no more."""
        if self._wake is not None:
            self._wake.cancel()

    def hear_hub(self, at: datetime) -> None:
        """Take the hub's time from a picture that has just arrived: better than a clock that nobody vouches for.

        The stamps stay those of the wrong clock and say so (`none`); the hub corrects them by what is told here.
        """
        if self._outbox.clk != "none":
            return
        offset = at.timestamp() - self._clock.monotonic()
        # a picture may be told again when the broker comes back: it is late then, and never early
        if self._told is None or offset > self._told or offset < self._told - OLDEST_PICTURE_S:
            self._tell(offset)

    def _look(self) -> None:
        now = self._clock.now()
        quality = self._quality(now)
        self._outbox.clk = quality
        if quality != "none":
            # an own clock that was right from the start needs no correction; one that was set does
            offset = now.timestamp() - self._clock.monotonic()
            if quality == "ntp" or self._told is not None:
                self._tell(offset)
        self._wake = self._timer.wake_after(LOOK_S, self._look)

    def _tell(self, offset: float) -> None:
        if self._told is not None and abs(offset - self._told) < JUMP_S:
            return
        self._told = offset
        self._outbox.record(
            ClockSynchronised(
                at=self._clock.now(),
                boot=self._outbox.boot,
                mono_s=round(self._clock.monotonic(), 3),
                offset_s=round(offset, 3),
            )
        )
