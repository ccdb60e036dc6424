"""A broker inside one process, for tests and for rooms that are tried alone: a real class with no network under it.

Retained messages, wildcards, wills, lost connections and a broker that forgets everything work as over MQTT; QoS,
expiry and sessions do not exist here.
"""

from collections.abc import Callable

import msgspec

from kiosk.messaging.message import Message
from kiosk.messaging.topics import matches

Post = Callable[[Callable[[], None]], None]


class MemoryBroker:
    """Hands messages from one `MemoryTransport` to others."""

    def __init__(self) -> None:
        self.log: list[Message] = []
        """Everything that was published, oldest first."""
        self._retained: dict[str, Message] = {}
        self._clients: list[MemoryTransport] = []
        self.is_up = True

    def go_down(self) -> None:
        """Lose all connections and, as brokers do, everything that was retained."""
        self.is_up = False
        self._retained.clear()
        for client in list(self._clients):
            client.note_connection(False)

    def come_up(self) -> None:
        """Let everybody in again whose cable is plugged."""
        self.is_up = True
        for client in list(self._clients):
            client.note_connection(not client.is_cut)

    def retained(self, topic_filter: str) -> list[Message]:
        """Return the retained messages under a filter, as a new subscriber gets them."""
        return [message for topic, message in self._retained.items() if matches(topic_filter, topic)]

    def enter(self, client: "MemoryTransport") -> None:
        """Take a client in; an older one of the same name is thrown off."""
        for older in [other for other in self._clients if other.client_id == client.client_id]:
            older.die()
        self._clients.append(client)
        client.note_connection(self.is_up)

    def leave(self, client: "MemoryTransport", will: Message | None) -> None:
        """Let a client go; a will is told to the others."""
        if client in self._clients:
            self._clients.remove(client)
        if will is not None and self.is_up:
            self.spread(will)

    def spread(self, message: Message) -> None:
        """Deliver to everybody who asked for the topic, and keep it if it is to be retained."""
        self.log.append(message)
        if message.retain and message.payload:
            self._retained[message.topic] = msgspec.structs.replace(message, expiry_s=None)
        elif message.retain:
            self._retained.pop(message.topic, None)
        for client in list(self._clients):
            client.deliver(msgspec.structs.replace(message, retain=False, expiry_s=None))


class MemoryTransport:
    """A `Transport` to a `MemoryBroker` in the same process; `pull` and `plug` are its network cable."""

    def __init__(self, broker: MemoryBroker, client_id: str, post: Post, will: Message | None = None) -> None:
        self.client_id = client_id
        self.is_cut = False
        """True while the cable is pulled."""
        self._will = will
        self._broker = broker
        self._post = post
        self._filters: list[str] = []
        self._is_linked = False
        """True while the broker holds the connection; `connected` follows once the role was told."""
        self._connected = False
        self._on_message: Callable[[Message], None] | None = None
        self._on_connection: Callable[[bool], None] | None = None

    @property
    def connected(self) -> bool:
        """Tell whether messages can go out."""
        return self._connected

    def start(self, on_message: Callable[[Message], None], on_connection: Callable[[bool], None]) -> None:
        """Connect, if the broker is up."""
        self._on_message = on_message
        self._on_connection = on_connection
        self._broker.enter(self)

    def stop(self) -> None:
        """Disconnect; nobody gets the will."""
        self._end()
        self._broker.leave(self, None)

    def publish(self, message: Message) -> None:
        """Hand a message to the broker; without a connection it is dropped."""
        if self._connected and self._is_linked:
            self._broker.spread(message)

    def subscribe(self, *filters: str) -> None:
        """Ask for messages; retained ones come at once."""
        new = [wanted for wanted in filters if wanted not in self._filters]
        self._filters += new
        if self._is_linked:
            self._deliver_retained(new)

    def pull(self) -> None:
        """Pull the cable: this side loses its connection, the others get the will."""
        self.is_cut = True
        was_linked = self._is_linked
        self.note_connection(False)
        if was_linked and self._will is not None:
            self._broker.spread(self._will)

    def plug(self) -> None:
        """Plug the cable in again."""
        self.is_cut = False
        self.note_connection(self._broker.is_up)

    def die(self) -> None:
        """End as a killed process does: hear nothing more; the others get the will."""
        was_linked = self._is_linked
        self._end()
        self._broker.leave(self, self._will if was_linked else None)

    def note_connection(self, is_linked: bool) -> None:
        """Take the broker's word that the connection came or broke."""
        if is_linked == self._is_linked:
            return
        self._is_linked = is_linked
        self._post(lambda: self._tell_connection(is_linked))
        if is_linked:
            self._deliver_retained(self._filters)

    def deliver(self, message: Message) -> None:
        """Take a message if it was asked for."""
        if self._is_linked and any(matches(wanted, message.topic) for wanted in self._filters):
            self._post(lambda: self._on_message(message) if self._on_message else None)

    def _deliver_retained(self, filters: list[str]) -> None:
        for wanted in filters:
            for message in self._broker.retained(wanted):
                self.deliver(message)

    def _tell_connection(self, is_linked: bool) -> None:
        if self._on_connection is not None:
            self._connected = is_linked
            self._on_connection(is_linked)

    def _end(self) -> None:
        self._on_message = self._on_connection = None
        self._is_linked = self._connected = False
