"""What the hub says back: replies to commands, acknowledgements, presence."""

from datetime import datetime

import msgspec


class RatingOffer(msgspec.Struct, frozen=True, kw_only=True):
    """The right to rate one finished service once."""

    token: str
    ticket: str
    number: str
    service: int
    counter: int
    officer: str
    officer_name: str
    expires: datetime
    """End of the tablet's window (30 s); by phone the token is good for 24 h."""
    link: str = ""
    """Page on which the phone may rate with the same token."""


class Reply(msgspec.Struct, frozen=True, kw_only=True):
    """The hub's answer to a command."""

    req_id: str
    ok: bool
    rev: int
    """Snapshot revision that shows the effect."""
    error: str = ""
    """Reason key for people: `nobody_waiting`, `already_serving`, `nothing_here`, `paused`, `signed_out`, `lunch`,
    `unknown_ticket`, `wrong_state` or `too_late`."""
    ticket: str = ""
    number: str = ""
    offer: RatingOffer | None = None


class Acknowledgement(msgspec.Struct, frozen=True, kw_only=True):
    """Sent by the hub after its COMMIT: rows up to `upto` are safe there."""

    stream: str
    upto: int
    rev: int = 0
    """Snapshot revision that already shows the effect of these rows."""


class DeviceState(msgspec.Struct, frozen=True, kw_only=True):
    """Retained presence of a device or the hub; the broker sends `lost` as its will."""

    state: str
    """`init`, `ready`, `alert`, `disconnected` or `lost`."""
    boot: str = ""
    ledger: str = ""
    """Of a hub that is ready: the life of its ledger. Another one than before means that it was restored from a backup
    or made anew, and that devices send again what they still keep."""
    faults: tuple[str, ...] = ()
