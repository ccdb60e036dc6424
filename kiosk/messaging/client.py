"""The MQTT 5 client behind a protocol: a real one on paho in one thread, and an in-process one.

A PUBACK proves nothing (messaging notes §1): this layer only carries; what must not be lost is the outbox's matter.
Callbacks come on the role's own thread, through the injected `post`.
"""

import contextlib
import random
import socket
import threading
from collections.abc import Callable
from typing import Any, Protocol

import msgspec
import paho.mqtt.client as paho
from paho.mqtt.enums import CallbackAPIVersion
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties
from paho.mqtt.subscribeoptions import SubscribeOptions

from kiosk.clock import Act

IN_FLIGHT = 500
KEEPALIVE_S = 20
TCP_QUICKACK = getattr(socket, "TCP_QUICKACK", 12)


class Message(msgspec.Struct, frozen=True, kw_only=True):
    """One message, sent or received."""

    topic: str
    payload: bytes
    retain: bool = False
    response_topic: str = ""
    correlation: bytes = b""
    qos: int = 1
    expiry_s: int | None = None


OnMessage = Callable[[Message], None]
OnConnection = Callable[[bool], None]


class Transport(Protocol):
    """A connection to a broker that comes back by itself."""

    @property
    def connected(self) -> bool:
        """Tell whether the broker is reached now."""

    def start(self, on_message: OnMessage, on_connection: OnConnection) -> None:
        """Connect, and keep connecting; callbacks come on the role's thread."""

    def stop(self) -> None:
        """Disconnect for good; the will is not sent."""

    def publish(self, message: Message) -> None:
        """Hand a message over; without a connection it is dropped."""

    def subscribe(self, *filters: str) -> None:
        """Ask for topics, now and after every reconnect."""


class MqttTransport:
    """`Transport` on paho-mqtt: MQTT 5, manual acknowledgement, TCP_NODELAY, TCP_QUICKACK, jittered reconnect."""

    def __init__(
        self,
        host: str,
        port: int,
        client_id: str,
        post: Callable[[Act], None],
        will: Message | None = None,
        reconnect_s: tuple[float, float] = (1.0, 30.0),
        quickack: bool = True,
    ) -> None:
        """Prepare the connection; nothing moves before `start`.

        Args:
            will: what the broker says when the connection breaks.
            reconnect_s: bounds of the random pause between two attempts.
            quickack: answer TCP at once; needed with brokers that do not set TCP_NODELAY (messaging notes §4.3).
        """
        self._address = (host, port)
        self._post = post
        self._reconnect_s = reconnect_s
        self._quickack = quickack
        self._filters: list[str] = []
        self._on_message: OnMessage = lambda message: None
        self._on_connection: OnConnection = lambda connected: None
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None
        self.connected = False
        self._client = paho.Client(
            CallbackAPIVersion.VERSION2, client_id=client_id, protocol=paho.MQTTv5, manual_ack=True,
            reconnect_on_failure=False,
        )  # fmt: skip
        self._client.max_inflight_messages_set(IN_FLIGHT)
        self._client.on_connect = self._connected
        self._client.on_disconnect = self._disconnected
        self._client.on_message = self._received
        self._client.on_socket_open = self._opened
        if will is not None:
            self._client.will_set(will.topic, will.payload, qos=1, retain=will.retain)

    def start(self, on_message: OnMessage, on_connection: OnConnection) -> None:
        """Connect in a thread of its own."""
        self._on_message, self._on_connection = on_message, on_connection
        self._thread = threading.Thread(target=self._run, name="mqtt", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Disconnect and end the thread."""
        self._stopping.set()
        self._client.disconnect()
        if self._thread is not None and self._thread is not threading.current_thread():
            self._thread.join(timeout=5)

    def publish(self, message: Message) -> None:
        """Publish; dropped without a connection, since whoever needs it sends it again."""
        if not self.connected:
            return
        properties = Properties(PacketTypes.PUBLISH)  # type: ignore[no-untyped-call]  # paho leaves it untyped
        if message.response_topic:
            properties.ResponseTopic = message.response_topic
        if message.correlation:
            properties.CorrelationData = message.correlation
        if message.expiry_s is not None:
            properties.MessageExpiryInterval = message.expiry_s
        self._client.publish(message.topic, message.payload, message.qos, message.retain, properties)

    def subscribe(self, *filters: str) -> None:
        """Subscribe now and after every reconnect."""
        self._filters += filters
        if self.connected:
            self._subscribe(filters)

    def _subscribe(self, filters: tuple[str, ...] | list[str]) -> None:
        if filters:
            self._client.subscribe([(topic, SubscribeOptions(qos=1)) for topic in filters])

    def _run(self) -> None:
        while not self._stopping.is_set():
            try:
                self._client.connect(*self._address, keepalive=KEEPALIVE_S, clean_start=True)
                while not self._stopping.is_set() and self._client.loop(timeout=1.0) == paho.MQTT_ERR_SUCCESS:
                    # whatever was read, a PUBACK too, lets the kernel delay its next answer again
                    self._arm()
            except OSError:
                pass
            if self.connected:
                self._lost()
            self._stopping.wait(random.uniform(*self._reconnect_s))

    def _opened(self, _client: paho.Client, _data: Any, opened: Any) -> None:
        with contextlib.suppress(OSError):
            opened.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._arm()

    def _arm(self) -> None:
        if not self._quickack:
            return
        opened = self._client.socket()
        if opened is not None:
            with contextlib.suppress(OSError, AttributeError):
                opened.setsockopt(socket.IPPROTO_TCP, TCP_QUICKACK, 1)  # type: ignore[attr-defined]  # paho's type includes websockets

    def _connected(self, _client: paho.Client, _data: Any, _flags: Any, reason: Any, _properties: Any) -> None:
        if reason.is_failure:
            return
        self.connected = True
        self._subscribe(self._filters)
        self._post(lambda: self._on_connection(True))

    def _disconnected(self, *_: Any) -> None:
        if self.connected:
            self._lost()

    def _lost(self) -> None:
        self.connected = False
        self._post(lambda: self._on_connection(False))

    def _received(self, client: paho.Client, _data: Any, received: paho.MQTTMessage) -> None:
        self._arm()
        properties = received.properties
        message = Message(
            topic=received.topic,
            payload=bytes(received.payload),
            retain=received.retain,
            response_topic=getattr(properties, "ResponseTopic", ""),
            correlation=getattr(properties, "CorrelationData", b""),
            qos=received.qos,
        )
        self._post(lambda: self._on_message(message))
        client.ack(received.mid, received.qos)
        self._arm()


def topic_fits(topic_filter: str, topic: str) -> bool:
    """Tell whether `topic` is covered by `topic_filter` with MQTT's `+` and `#`."""
    return paho.topic_matches_sub(topic_filter, topic)


class MemoryBroker:
    """An in-process broker: retained messages, wildcards and wills, without a network."""

    def __init__(self) -> None:
        self._retained: dict[str, Message] = {}
        self._clients: list[MemoryTransport] = []

    def attach(self, client: "MemoryTransport") -> None:
        """Let a client in."""
        if client not in self._clients:
            self._clients.append(client)

    def detach(self, client: "MemoryTransport", will: Message | None) -> None:
        """Let a client go; its will is told if it went without a word."""
        if client in self._clients:
            self._clients.remove(client)
            if will is not None:
                self.route(will)

    def route(self, message: Message) -> None:
        """Deliver to everybody who asked."""
        if message.retain:
            if message.payload:
                self._retained[message.topic] = message
            else:
                self._retained.pop(message.topic, None)
        for client in list(self._clients):
            client.deliver(msgspec.structs.replace(message, retain=False))

    def retained(self, topic_filter: str) -> list[Message]:
        """Return the retained messages under a filter."""
        return [message for topic, message in self._retained.items() if topic_fits(topic_filter, topic)]


class MemoryTransport:
    """`Transport` to a `MemoryBroker`; `pull` and `plug` are its network cable."""

    def __init__(
        self, broker: MemoryBroker, client_id: str, post: Callable[[Act], None], will: Message | None = None
    ) -> None:
        self._broker = broker
        self._post = post
        self._will = will
        self._filters: list[str] = []
        self._on_message: OnMessage = lambda message: None
        self._on_connection: OnConnection = lambda connected: None
        self.client_id = client_id
        self.connected = False

    def start(self, on_message: OnMessage, on_connection: OnConnection) -> None:
        """Connect."""
        self._on_message, self._on_connection = on_message, on_connection
        self.plug()

    def stop(self) -> None:
        """Disconnect cleanly."""
        self.connected = False
        self._broker.detach(self, None)

    def plug(self) -> None:
        """Put the cable in."""
        self._broker.attach(self)
        self.connected = True
        self._post(lambda: self._on_connection(True))
        for topic_filter in self._filters:
            self._show_retained(topic_filter)

    def pull(self) -> None:
        """Pull the cable: the broker tells the will."""
        self.connected = False
        self._broker.detach(self, self._will)
        self._post(lambda: self._on_connection(False))

    def publish(self, message: Message) -> None:
        """Publish to everybody who asked."""
        if self.connected:
            self._broker.route(message)

    def subscribe(self, *filters: str) -> None:
        """Ask for topics; retained messages come at once."""
        for topic_filter in filters:
            self._filters.append(topic_filter)
            if self.connected:
                self._show_retained(topic_filter)

    def deliver(self, message: Message) -> None:
        """Take a message from the broker."""
        if any(topic_fits(topic_filter, message.topic) for topic_filter in self._filters):
            self._post(lambda: self._on_message(message))

    def _show_retained(self, topic_filter: str) -> None:
        for message in self._broker.retained(topic_filter):
            self._post(lambda message=message: self._on_message(message))  # type: ignore[misc]  # mypy cannot infer a lambda with a default
