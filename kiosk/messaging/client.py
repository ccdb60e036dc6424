"""The connection to an MQTT 5 broker: paho's protocol, our own socket loop.

A connection starts with nothing of the one before: no session, no queue. What paho kept in memory over a broken
connection would be sent late, and the outbox sends again anyway (messaging notes §1). Messages are written on the
caller's thread and both sides of the delayed-ACK trap are closed (`TCP_NODELAY`, `TCP_QUICKACK`): a request and its
reply take about 1 ms and not 40.
"""

import contextlib
import logging
import os
import random
import select
import socket
import ssl
import threading
from collections.abc import Callable
from typing import Any

import paho.mqtt.client as mqtt
from paho.mqtt.enums import CallbackAPIVersion
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties

from kiosk.messaging.memory import MemoryBroker, MemoryTransport, Post
from kiosk.messaging.message import Message, Transport
from kiosk.messaging.tls import Tls

__all__ = ["MemoryBroker", "MemoryTransport", "Message", "MqttTransport", "Post", "Transport"]

IN_FLIGHT = 500
"""Messages on their way at most; paho keeps what is beyond in memory (messaging notes §7, §11)."""
LARGEST_PAYLOAD = 254 * 1024
"""A broker of ours takes packets of 256 KiB and throws out whoever sends more."""
KEEPALIVE_S = 10
"""A device that vanishes without a word is known to be lost after 1.5 times this."""
CONNECT_TIMEOUT_S = 5.0
GOODBYE_LIMIT_S = 1.0

log = logging.getLogger(__name__)


class MqttTransport:
    """A `Transport` over TCP. The callbacks of `start` run where `post` puts them: on the role's thread."""

    def __init__(
        self,
        host: str,
        port: int,
        client_id: str,
        post: Post,
        will: Message | None = None,
        reconnect_s: tuple[float, float] = (1.0, 30.0),
        quickack: bool = True,
        *,
        jitter: Callable[[float, float], float] = random.uniform,
        tls: Tls | None = None,
    ) -> None:
        """Set up; nothing is sent before `start`.

        Args:
            host: the broker's name or address.
            port: its TCP port.
            client_id: unique at the broker: a second client of the same name throws the first one off.
            post: runs something on the role's thread, in order.
            will: what the broker says when the connection breaks.
            reconnect_s: shortest and longest pause before a new attempt; jittered, so that an office (or a city) that
                comes back does not knock at one moment.
            quickack: acknowledge TCP segments at once; needed where the broker has no `TCP_NODELAY`.
            jitter: picks a number between two others.
            tls: own certificate and pinned chain; None: in clear, for a broker on this very machine.
        """
        self._address = (host, port)
        self._client_id = client_id
        self._post = post
        self._will = will
        self._reconnect_s = reconnect_s
        self._quickack = quickack and hasattr(socket, "TCP_QUICKACK")
        self._jitter = jitter
        self._tls = tls
        self._filters: list[str] = []
        self._lock = threading.Lock()
        """Guards the filters; `_writing` guards the socket's writing side."""
        self._writing = threading.Lock()
        self._stopping = threading.Event()
        self._current: mqtt.Client | None = None
        """The connection in use, as the role knows it."""
        self._accepted: mqtt.Client | None = None
        """The connection that the broker accepted, as the socket loop knows it."""
        self._on_message: Callable[[Message], None] | None = None
        self._on_connection: Callable[[bool], None] | None = None
        self._thread: threading.Thread | None = None
        self._line: socket.socket | None = None
        self._refusal = ""
        """The broker's last reason to refuse, so that it is logged once."""
        self._wake_in, self._wake_out = socket.socketpair()
        self._wake_in.setblocking(False)
        self._wake_out.setblocking(False)

    # role's thread ----------------------------------------------------------------------------------------------

    @property
    def connected(self) -> bool:
        """Tell whether messages can go out."""
        return self._current is not None

    def start(self, on_message: Callable[[Message], None], on_connection: Callable[[bool], None]) -> None:
        """Begin to connect, in a thread of its own."""
        self._on_message = on_message
        self._on_connection = on_connection
        self._thread = threading.Thread(target=self._run, name=f"mqtt-{self._client_id}", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Say goodbye to the broker and end the thread."""
        self._stopping.set()
        self._on_message = self._on_connection = None
        client, self._current = self._current, None
        if client is not None:
            client.disconnect()
            self._write(client)
        self._wake()
        if self._thread is not None and self._thread is not threading.current_thread():
            self._thread.join(timeout=2 * GOODBYE_LIMIT_S)

    def publish(self, message: Message) -> None:
        """Write a message to the broker now; without a connection it is dropped, and so is one of more than 254 KiB.

        The broker would break the line over it, and so it would go at the next publication. What must not get lost is
        smaller: the outbox refuses events of more than 64 KiB.
        """
        client = self._current
        if client is None:
            return
        if len(message.payload) > LARGEST_PAYLOAD:
            log.error("a message of %d bytes to %s is too large to be sent", len(message.payload), message.topic)
            return
        client.publish(message.topic, message.payload, message.qos, message.retain, _properties_of(message))
        self._write(client)

    def subscribe(self, *filters: str) -> None:
        """Ask for messages with QoS 1, now and after every reconnection."""
        with self._lock:
            new = [wanted for wanted in filters if wanted not in self._filters]
            self._filters += new
            client = self._accepted
        if client is not None and new:
            client.subscribe([(wanted, 1) for wanted in new])
            self._write(client)

    def _become(self, client: mqtt.Client | None) -> None:
        if self._on_connection is not None and client is not self._current:
            self._current = client
            self._on_connection(client is not None)

    def _take(self, client: mqtt.Client, received: mqtt.MQTTMessage) -> None:
        try:
            if self._on_message is not None:
                self._on_message(_message_of(received))
        finally:
            # only now may the broker send more: a role that is busy slows its senders down and loses nothing
            if received.qos and client is self._current:
                client.ack(received.mid, received.qos)
                self._write(client)

    # socket loop ------------------------------------------------------------------------------------------------

    def _run(self) -> None:
        shortest, longest = self._reconnect_s
        first = min(longest, shortest * 4)
        pause = first
        while not self._stopping.is_set():
            if self._tls is not None and not self._tls.files.are_there:
                # a device that waits to be let in comes soon after it is
                self._stopping.wait(shortest)
                continue
            was_accepted = self._live()
            pause = first if was_accepted else min(longest, pause * 2)
            self._stopping.wait(self._jitter(shortest, pause))
        self._wake_in.close()
        self._wake_out.close()

    def _live(self) -> bool:
        """Hold one connection from its beginning to its end; return whether the broker accepted it."""
        client = self._new_client()
        try:
            if self._tls is not None:
                # made anew each time: a renewed certificate counts from the next connection on
                client.tls_set_context(self._tls.files.context(self._tls.is_clock_trusted()))
            client.connect(*self._address, keepalive=KEEPALIVE_S, clean_start=True)
            self._serve(client)
            if self._tls is not None and self._accepted is not client and not self._stopping.is_set():
                # under TLS 1.3 a refused certificate shows only by the line that is closed
                self._note_refusal("the broker closed the line", "is the certificate revoked, or of another office?")
        except (OSError, ValueError) as error:
            self._note_refusal(f"no line to {self._address[0]}:{self._address[1]}", error)
        finally:
            _close(client)
        with self._lock:
            was_accepted, self._accepted = self._accepted is client, None
        if was_accepted:
            self._post(lambda: self._become(None))
        return was_accepted

    def _serve(self, client: mqtt.Client) -> None:
        opened: Any = client.socket()
        # a second handle: paho may close its own on any thread, and the number must not become another file's meanwhile
        with socket.socket(fileno=os.dup(opened.fileno())) as line:
            self._line = line
            self._exchange(client, line)
            if self._stopping.is_set():
                _wait_for_goodbye(line)

    def _exchange(self, client: mqtt.Client, line: socket.socket) -> None:
        self._write(client)
        poll = select.poll()
        poll.register(self._wake_in, select.POLLIN)
        while client.socket() is not None:
            poll.register(line, select.POLLIN | (select.POLLOUT if client.want_write() else 0))
            ready = dict(poll.poll(1000))
            if self._wake_in.fileno() in ready:
                with contextlib.suppress(BlockingIOError):
                    self._wake_in.recv(4096)
                if self._stopping.is_set() and not client.want_write():
                    return
            if ready.get(line.fileno(), 0) & ~select.POLLOUT:
                if not _read_all(client):
                    return
                self._answer_quickly()
            if client.want_write():
                self._write(client)
            if client.loop_misc() != mqtt.MQTT_ERR_SUCCESS:
                return

    def _new_client(self) -> mqtt.Client:
        client = mqtt.Client(
            CallbackAPIVersion.VERSION2,
            client_id=self._client_id,
            protocol=mqtt.MQTTv5,
            reconnect_on_failure=False,
            manual_ack=True,
        )
        client.connect_timeout = CONNECT_TIMEOUT_S
        client.max_inflight_messages_set(IN_FLIGHT)
        if self._will is not None:
            client.will_set(self._will.topic, self._will.payload, self._will.qos, self._will.retain)
        client.on_socket_open = _hurry
        # with this callback in place paho leaves writing to `_write`, where a lock keeps two threads apart
        client.on_socket_register_write = lambda *_: self._wake()
        client.on_connect = self._note_accepted
        client.on_message = lambda _, __, received: self._post(lambda: self._take(client, received))
        return client

    def _note_accepted(
        self, client: mqtt.Client, _data: object, _flags: mqtt.ConnectFlags, reason: Any, _properties: object
    ) -> None:
        if reason.is_failure:
            self._note_refusal("the broker refuses it", reason)
            return
        self._refusal = ""
        with self._lock:
            self._accepted = client
            filters = list(self._filters)
        if filters:
            client.subscribe([(wanted, 1) for wanted in filters])
        self._post(lambda: self._become(client))

    def _note_refusal(self, what: str, reason: object) -> None:
        # a broker that is away is the link's to tell; one that turns this device away is told once
        if not isinstance(reason, OSError) or isinstance(reason, ssl.SSLError):
            if str(reason) != self._refusal:
                self._refusal = str(reason)
                log.warning("%s: %s (%s)", self._client_id, what, reason)
        else:
            log.debug("%s: %s (%s)", self._client_id, what, reason)

    def _write(self, client: mqtt.Client) -> None:
        with self._writing:
            client.loop_write()
        self._answer_quickly()

    def _answer_quickly(self) -> None:
        # the kernel falls back to delayed acknowledgements after every receive, and after every send too, where it
        # hopes to spare one; a broker without TCP_NODELAY then holds its next message back for 40 ms
        if self._quickack and self._line is not None:
            with contextlib.suppress(OSError):
                self._line.setsockopt(socket.IPPROTO_TCP, socket.TCP_QUICKACK, 1)

    def _wake(self) -> None:
        with contextlib.suppress(OSError):
            self._wake_out.send(b"w")


def _read_all(client: mqtt.Client) -> bool:
    """Read what is there; False if the line broke. TLS may hold whole messages that the socket no longer shows."""
    while True:
        if client.loop_read() != mqtt.MQTT_ERR_SUCCESS:
            return False
        line: Any = client.socket()
        if not isinstance(line, ssl.SSLSocket) or not line.pending():
            return True


def _hurry(_client: mqtt.Client, _data: object, sock: Any) -> None:
    sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)


def _wait_for_goodbye(line: socket.socket) -> None:
    # closing with something unread makes the kernel reset the connection, and the broker would tell the will
    with contextlib.suppress(OSError):
        line.shutdown(socket.SHUT_WR)
        line.settimeout(GOODBYE_LIMIT_S)
        while line.recv(65536):
            pass


def _close(client: mqtt.Client) -> None:
    # paho has no public way to close without a goodbye; after `shutdown` the broker knows and garbage does the rest
    sock: Any = client.socket()
    if sock is not None:
        with contextlib.suppress(OSError):
            sock.shutdown(socket.SHUT_RDWR)
        with contextlib.suppress(OSError):
            sock.close()


def _properties_of(message: Message) -> Properties | None:
    if not message.response_topic and not message.correlation and message.expiry_s is None:
        return None
    properties: Any = Properties(PacketTypes.PUBLISH)  # type: ignore[no-untyped-call]  # paho left it untyped
    if message.response_topic:
        properties.ResponseTopic = message.response_topic
    if message.correlation:
        properties.CorrelationData = message.correlation
    if message.expiry_s is not None:
        properties.MessageExpiryInterval = message.expiry_s
    return properties  # type: ignore[no-any-return]  # paho sets its attributes at run time, so it is Any above


def _message_of(received: mqtt.MQTTMessage) -> Message:
    properties = received.properties
    return Message(
        topic=received.topic,
        payload=bytes(received.payload),
        retain=received.retain,
        response_topic=getattr(properties, "ResponseTopic", ""),
        correlation=getattr(properties, "CorrelationData", b""),
        qos=received.qos,
        expiry_s=getattr(properties, "MessageExpiryInterval", None),
    )
