"""What the hub says back: replies to commands, acknowledgements, presence."""

from datetime import datetime

import msgspec

from kiosk.domain.dossiers import Appointment, Dossier
from kiosk.domain.enrolment import Standing
from kiosk.domain.masked_sums import MergeStanding


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
    `unknown_ticket`, `wrong_state` or `too_late`; to a sign-in `wrong_pin`, `too_many_tries` or `pin_needed` (this
    office opens its counters by PIN); to a question also `unknown_code`, `no_records` (the office keeps none here),
    `early`, `late`, `other_day`, `used` or `blocked`; to a device that wants its next certificate `malformed`,
    `wrong_name`, `weak_key`, `unknown_device`,
    `too_many` or `no_authority`."""
    ticket: str = ""
    number: str = ""
    offer: RatingOffer | None = None
    dossier: Dossier | None = None
    """To `AskDossier`."""
    appointment: Appointment | None = None
    """To `AskAppointment`."""
    code: str = ""
    """To `HandOver`: the one-time code."""
    identity: Standing | None = None
    """To `RenewIdentity`: the next certificate."""
    merge: MergeStanding | None = None
    """To `MergeSmallDay`: how far that day's merge is."""


class Acknowledgement(msgspec.Struct, frozen=True, kw_only=True):
    """Sent by the hub after its COMMIT: rows up to `upto` are safe there."""

    stream: str
    upto: int
    rev: int = 0
    """Snapshot revision that already shows the effect of these rows."""
    window: int | None = None
    """Rows that may be on their way at once from now on, where the receiver is busy; None: as many as usual."""
    clash: bool = False
    """Another event stands under a number of this stream: the sender's card came from an image, or has a copy. What it
    has not been acknowledged goes on in a new stream."""


class DeviceState(msgspec.Struct, frozen=True, kw_only=True):
    """Retained presence of a device or the hub; the broker sends `lost` as its will."""

    state: str
    """`init`, `ready`, `alert`, `disconnected` or `lost`."""
    boot: str = ""
    ledger: str = ""
    """Of a hub that is ready: the life of its ledger. Another one than before means that it was restored from a backup
    or made anew, and that devices send again what they still keep."""
    faults: tuple[str, ...] = ()
    stream: str = ""
    """The stream of the device's outbox, where rows of it are no longer kept."""
    kept_from: int = 1
    """Lowest sequence of `stream` that the device still has: what is lower cannot be asked for again."""
    window: int | None = None
    """Of a receiver that is ready: rows that each sender may have on their way at once; None: as many as usual."""


class Telemetry(msgspec.Struct, frozen=True, kw_only=True):
    """How a device is: sent now and then, lost without harm, rolled up by the hub."""

    role: str
    version: str
    celsius: float | None = None
    """Temperature of the processor; None where it cannot be measured."""
    disk_percent: int | None = None
    """How full the disk under the device's database is."""
    pending: int = 0
    """Events that wait in the device's outbox."""
    clk: str = "none"
    """Quality of its clock, as in `Envelope.clk`."""
    uptime_s: int = 0


class DeviceDescription(msgspec.Struct, frozen=True, kw_only=True):
    """What a device is: retained, told after each connection."""

    device: str
    boot: str
    role: str = ""
    """`lobby`, `counter`, `board`, `hub`."""
    office: str = ""
    """Of a hub that reports to a centre: the office's name."""
