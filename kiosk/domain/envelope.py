"""How an event travels and is stored: the envelope around every event of `kiosk.domain.events`."""

from datetime import date, datetime

import msgspec

from kiosk.domain.events import EVENTS, MAX_EVENT_BYTES, SCHEMA_VERSION, Event


class Origin(msgspec.Struct, frozen=True, kw_only=True, rename={"stream": "st", "sequence": "seq", "source": "src"}):
    """The identity that an event had where it happened, on the copy that a hub passes on to the centre."""

    stream: str
    sequence: int
    source: str
    day: date | None = None
    """The business day to which the office counts the event: its own, where the device's clock was wrong."""


LARGEST_SEQUENCE = 2**63 - 1
"""What SQLite and PostgreSQL can count to."""


class Envelope(msgspec.Struct, frozen=True, kw_only=True, rename={"stream": "st", "sequence": "seq", "source": "src"}):
    """How one event travels and is stored (messaging notes §3.1). (stream, sequence) is its identity."""

    v: int = SCHEMA_VERSION
    stream: str
    sequence: int
    source: str
    """province.commune.device"""
    type: str
    ts: datetime
    mono: float = 0.0
    boot: str = ""
    clk: str = "none"
    """Quality of `ts`: `none`, `rtc`, `hub`, `ntp` or `simulated`."""
    off: float = 0.0
    """Known offset of `ts` from true time, seconds."""
    cause: str = ""
    origin: Origin | msgspec.UnsetType = msgspec.UNSET
    """Set on a copy that a hub passes on: whose event it is. `stream` and `sequence` are then those of the way up."""
    data: msgspec.Raw

    @property
    def id(self) -> str:
        """Return `stream-sequence`, unique for ever."""
        return f"{self.stream}-{self.sequence}"


_ENVELOPES = msgspec.json.Decoder(Envelope)


def opened(payload: bytes) -> Envelope | str:
    """Return the envelope that a message holds, or why it holds none: `too_large`, `not_utf8`, `not_an_envelope`."""
    if len(payload) > MAX_EVENT_BYTES:
        return "too_large"
    try:
        payload.decode()
    except UnicodeDecodeError:
        return "not_utf8"
    try:
        return _ENVELOPES.decode(payload)
    except (msgspec.DecodeError, RecursionError):
        return "not_an_envelope"


def event_of(envelope: Envelope) -> Event | None:
    """Return the typed event, or None where its type is unknown to this version (it is then kept raw).

    Raises:
        msgspec.ValidationError: if the data does not fit the type's struct.
    """
    kind = EVENTS.get(envelope.type)
    return None if kind is None else msgspec.json.decode(envelope.data, type=kind)
