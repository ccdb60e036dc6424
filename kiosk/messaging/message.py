"""What travels over MQTT, and what a connection to a broker is to the rest of the product."""

from collections.abc import Callable
from typing import Protocol

import msgspec


class Message(msgspec.Struct, frozen=True, kw_only=True):
    """One MQTT message, as sent or as received."""

    topic: str
    payload: bytes
    retain: bool = False
    """Sent: the broker keeps it for later subscribers. Received: it comes from the broker's memory, not from now."""
    response_topic: str = ""
    """Where the answer is awaited (MQTT 5)."""
    correlation: bytes = b""
    """Comes back with the answer (MQTT 5)."""
    qos: int = 1
    expiry_s: int | None = None
    """Seconds after which the broker may throw it away undelivered; None: never."""


class Transport(Protocol):
    """A connection to the office's broker that mends itself.

    It promises nothing: what is published while the broker is away is gone, what was published may never arrive.
    Durability is the outbox's work, repeated presence and pictures are their senders' (`on_connection`).
    """

    def start(self, on_message: Callable[[Message], None], on_connection: Callable[[bool], None]) -> None:
        """Begin to connect; both callbacks come on the role's thread, in the order in which things happened."""

    def stop(self) -> None:
        """Disconnect cleanly (no will is sent); no callback comes afterwards."""

    def publish(self, message: Message) -> None:
        """Send a message; without a connection it is dropped."""

    def subscribe(self, *filters: str) -> None:
        """Ask for messages, now and after every reconnection."""

    @property
    def connected(self) -> bool:
        """Tell whether messages can go out; changes together with `on_connection`, on the role's thread."""
