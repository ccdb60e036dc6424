"""Stamps of a clock that was wrong, put right once its device has learnt the true time (messaging notes §8.3).

A board without a battery clock starts hours or years behind. Its monotonic seconds are right all the same: when it
learns the true time it says how far both are apart, and every earlier stamp of the same boot follows from that.
"""

from datetime import datetime, timedelta

import msgspec

from kiosk.domain.envelope import Envelope
from kiosk.domain.events import Event

WORTH = timedelta(seconds=2)
"""Smaller errors are left alone: a step of that size is what time servers do."""
TRUE_CLOCKS = ("ntp", "simulated")
"""Qualities whose stamps are right as they are."""
_SANE_S = 8e9
"""Unix seconds beyond which no offset can lie (the year 2223)."""


def error_of(envelope: Envelope, offset_s: float) -> timedelta:
    """Return how much must be added to the stamps of an envelope; nothing where they are right.

    Args:
        envelope: of the boot whose offset is known.
        offset_s: true time (Unix seconds) minus the monotonic clock of that boot.
    """
    if envelope.clk in TRUE_CLOCKS or not is_sane(offset_s) or not is_sane(envelope.mono) or envelope.ts.tzinfo is None:
        return timedelta(0)
    error = timedelta(seconds=offset_s + envelope.mono - envelope.ts.timestamp())
    return error if abs(error) >= WORTH else timedelta(0)


def corrected(event: Event, error: timedelta) -> Event:
    """Return an event with each of its moments put right."""
    if not error:
        return event
    moments = {
        name: value + error
        for name in event.__struct_fields__
        if isinstance(value := getattr(event, name), datetime) and value.tzinfo is not None
    }
    return msgspec.structs.replace(event, **moments)


def is_sane(seconds: float) -> bool:
    """Tell whether a number of seconds can be a moment at all."""
    return abs(seconds) < _SANE_S
