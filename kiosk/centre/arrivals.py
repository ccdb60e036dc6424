"""What a message of an office's hub holds: an event to be kept, or a reason to refuse it; nothing raises.

A hub sends its own events and copies of its devices' events. A copy names its origin; the origin is the identity under
which the centre keeps the event, so that a hub that was restored and sends its days again changes nothing.
"""

import re
from datetime import date, datetime
from functools import lru_cache

import msgspec

from kiosk.clock import VIETNAM
from kiosk.domain import events
from kiosk.domain.envelope import LARGEST_SEQUENCE, Envelope, Origin, opened
from kiosk.messaging.message import Message
from kiosk.messaging.topics import UplinkTopics, office_of

STRAYS = date(1970, 1, 1)
"""The month of events whose device did not know the year: they are kept apart and counted to no day of an office."""
FIRST_YEAR, LAST_YEAR = 2024, 2099
"""Months outside are strays: a device from the future must not make the database grow a partition for each century."""
WORD = r"[!-\[\]-~]{1,64}"
"""Printable ASCII without spaces and backslash: stands in a COPY as it is."""
_WORDS = re.compile(" ".join([WORD] * 4))
_CLOCKS = frozenset(("none", "rtc", "hub", "ntp", "simulated"))
_DECODERS: dict[str, msgspec.json.Decoder[events.Event]] = {
    name: msgspec.json.Decoder(kind) for name, kind in events.EVENTS.items()
}


class Arrival(msgspec.Struct, frozen=True, gc=False):
    """One event, readable or not, as it goes into the database."""

    office: str
    """`province.commune`."""
    hub: str
    """The device that sent it."""
    way: str
    """Stream of the hub's outbox, and `step` its sequence: what is acknowledged."""
    step: int
    stream: str
    sequence: int
    device: str
    type: str
    at: datetime
    day: date
    month: date
    clk: str
    fault: str
    """`bad_data` (does not fit its type), `unknown_type`, `odd_time`, or empty."""
    score: int | None
    """Of a rating."""
    data: bytes
    event: events.Event | None


class Refusal(msgspec.Struct, frozen=True, kw_only=True):
    """A message that is no event of the office under whose name it came; only counted."""

    office: str
    reason: str
    """`bad_topic`, `too_large`, `not_utf8`, `not_an_envelope`, `bad_identity`, `wrong_source` or `foreign_stream`."""


class _Sender(msgspec.Struct, frozen=True):
    """Who speaks on a topic."""

    office: str
    hub: str
    source: str


@lru_cache(maxsize=8192)
def topics_of(province: str, commune: str) -> UplinkTopics:
    """Return the topic tree of one office.

    Raises:
        ValueError: if the codes could not stand in a topic.
    """
    return UplinkTopics(province, commune)


def read(message: Message) -> Arrival | Refusal:
    """Return what a message on an event topic holds; never raises."""
    sender = _sender_of(message.topic)
    if sender is None:
        return Refusal(office=ascii(".".join(office_of(message.topic)))[1:40], reason="bad_topic")
    office = sender.office
    envelope = opened(message.payload)
    if isinstance(envelope, str):
        return Refusal(office=office, reason=envelope)
    if envelope.source != sender.source:
        return Refusal(office=office, reason="wrong_source")
    origin = envelope.origin or Origin(stream=envelope.stream, sequence=envelope.sequence, source=envelope.source)
    if not origin.source.startswith(office + "."):
        return Refusal(office=office, reason="wrong_source")
    device = origin.source[len(office) + 1 :]
    # the database knows no text with a NUL; nothing of ours has one
    if (
        not _WORDS.fullmatch(f"{envelope.stream} {origin.stream} {device} {envelope.type}")
        or not 0 < envelope.sequence <= LARGEST_SEQUENCE
        or not 0 < origin.sequence <= LARGEST_SEQUENCE
        or b"\x00" in message.payload
    ):
        return Refusal(office=office, reason="bad_identity")
    return _arrival(office, sender.hub, device, envelope, origin)


@lru_cache(maxsize=65536)
def _sender_of(topic: str) -> _Sender | None:
    """Return whose topic it is, or None if it is nobody's; asked again for every message, so it is remembered."""
    province, commune = office_of(topic)
    try:
        topics = topics_of(province, commune)
        hub = topics.device_of(topic)
        topics.ack(hub)
    except ValueError:
        return None
    return _Sender(f"{province}.{commune}", hub, topics.source(hub))


def _arrival(office: str, hub: str, device: str, envelope: Envelope, origin: Origin) -> Arrival:
    event, fault = _understood(envelope)
    at = _in_vietnam(envelope.ts)
    if at is None:
        at, day, month = datetime(1970, 1, 1, tzinfo=VIETNAM), STRAYS, STRAYS
        fault = fault or "odd_time"
    else:
        day = at.date()
        month = _month_of(day)
    if origin.day is not None and FIRST_YEAR <= origin.day.year <= LAST_YEAR:
        # the office knows better; the month stays, by which the event is known again
        day = origin.day
    # by place and not by name: half of the time, and this is done for every event of a country
    return Arrival(
        office, hub, envelope.stream, envelope.sequence, origin.stream, origin.sequence, device, envelope.type, at, day,
        month, envelope.clk if envelope.clk in _CLOCKS else "none", fault,
        event.score if isinstance(event, events.RatingGiven) and not fault else None, bytes(envelope.data), event,
    )  # fmt: skip


@lru_cache(maxsize=4096)
def _month_of(day: date) -> date:
    return day.replace(day=1)


def _understood(envelope: Envelope) -> tuple[events.Event | None, str]:
    decoder = _DECODERS.get(envelope.type)
    if decoder is None:
        return None, "unknown_type"
    try:
        event = decoder.decode(envelope.data)
    except (msgspec.DecodeError, RecursionError):
        return None, "bad_data"
    if event.at.tzinfo is None or (isinstance(event, events.RatingGiven) and not 1 <= event.score <= 5):
        return None, "bad_data"
    return event, ""


def _in_vietnam(moment: datetime) -> datetime | None:
    """Return the moment in Vietnam, or None if its year cannot be true."""
    if not FIRST_YEAR <= moment.year <= LAST_YEAR:
        return None
    return moment.replace(tzinfo=VIETNAM) if moment.tzinfo is None else moment.astimezone(VIETNAM)
