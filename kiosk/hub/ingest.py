"""The hub's mailbox for events: gathers what the devices send and hands it on in batches.

Whatever is already waiting when the role's thread comes round is one batch of at most 500 and one COMMIT (messaging
notes §13): at once when the office is quiet, together when a device drains its backlog. Nothing that a device can
send stops the hub: what is not an event of this office is refused with a reason, an event that this version cannot
read is kept raw so that the stream goes on.
"""

from collections.abc import Callable
from datetime import datetime

import msgspec

from kiosk.domain import events
from kiosk.domain.envelope import LARGEST_SEQUENCE, Envelope, event_of, opened
from kiosk.domain.expression import is_publishable
from kiosk.messaging.client import Message
from kiosk.messaging.topics import Topics, is_level

BATCH = 500
"""Rows of one transaction (messaging notes §10.1)."""
LONGEST_STREAM = 64
LONGEST_KEY = 100
"""Characters of a name by which things are found in memory, or which stands in the picture of the office."""
_KEYS = frozenset({"ticket", "part", "officer", "petition", "number", "name", "group"})


class Arrival(msgspec.Struct, frozen=True, kw_only=True):
    """One envelope of a device, readable or not."""

    device: str
    envelope: Envelope
    event: events.Event | None
    """None where the type is unknown to this version or the data does not fit it."""
    fault: str = ""
    """`bad_data` where the data does not fit the type: kept raw, without effect."""
    raw: bytes = b""
    """The envelope as it came; empty where it did not come as bytes."""


class Refusal(msgspec.Struct, frozen=True, kw_only=True):
    """A message that is not an event of this office."""

    device: str
    reason: str
    """`bad_topic`, `too_large`, `not_utf8`, `not_an_envelope`, `bad_identity` or `wrong_source`; of the books also
    `clash` and `foreign_stream`."""


def read(message: Message, topics: Topics) -> Arrival | Refusal:
    """Return what a message on an event topic holds; never raises."""
    device = topics.device_of(message.topic)
    if not is_level(device):
        return Refusal(device=repr(device)[:40], reason="bad_topic")
    envelope = opened(message.payload)
    if isinstance(envelope, str):
        return Refusal(device=device, reason=envelope)
    if not (0 < envelope.sequence <= LARGEST_SEQUENCE and 0 < len(envelope.stream) <= LONGEST_STREAM):
        return Refusal(device=device, reason="bad_identity")
    if envelope.source != topics.source(device):
        return Refusal(device=device, reason="wrong_source")
    event, fault = understood(envelope)
    return Arrival(device=device, envelope=envelope, event=event, fault=fault, raw=message.payload)


def understood(envelope: Envelope) -> tuple[events.Event | None, str]:
    """Return the event of an envelope and why it has no effect, if so."""
    try:
        event = event_of(envelope)
    except (msgspec.DecodeError, RecursionError):
        return None, "bad_data"
    if event is None:
        return None, ""
    for name in event.__struct_fields__:
        value = getattr(event, name)
        if isinstance(value, datetime) and not is_usable(value):
            return None, "bad_data"
        if name in _KEYS and len(value or "") > LONGEST_KEY:
            return None, "bad_data"
        if name == "services" and any(len(item.group) > LONGEST_KEY for item in value):
            return None, "bad_data"
        if name == "service" and value < 0:
            return None, "bad_data"
    if isinstance(event, events.ExpressionWindow) and not is_publishable(event):
        return None, "bad_data"
    return event, ""


def is_usable(moment: datetime) -> bool:
    """Tell whether rules can work with a moment.

    One without an offset cannot be compared with any other; one at the ends of the calendar leaves no room for a
    period of grace. Before 1970 no clock of a computer stands, however long it lay in a drawer.
    """
    return moment.tzinfo is not None and 1970 <= moment.year <= 2200


class Ingest:
    """Gathers messages on the role's thread and hands them to `commit`, oldest first."""

    def __init__(
        self,
        topics: Topics,
        post: Callable[[Callable[[], None]], None],
        commit: Callable[[list[Arrival], list[Refusal]], None],
    ) -> None:
        self._topics = topics
        self._post = post
        self._commit = commit
        self._waiting: list[Message] = []
        self._is_posted = False

    def take(self, message: Message) -> None:
        """Put a message into the next batch."""
        self._waiting.append(message)
        if not self._is_posted:
            self._is_posted = True
            self._post(self._on_turn)

    def flush(self) -> None:
        """Commit everything that is waiting now: before a command is decided, so that it sees what came before it."""
        while self._waiting:
            batch, self._waiting = self._waiting[:BATCH], self._waiting[BATCH:]
            read_batch = [read(message, self._topics) for message in batch]
            self._commit(
                [item for item in read_batch if isinstance(item, Arrival)],
                [item for item in read_batch if isinstance(item, Refusal)],
            )

    def _on_turn(self) -> None:
        self._is_posted = False
        self.flush()
