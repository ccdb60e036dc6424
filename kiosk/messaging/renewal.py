"""One renewal by hand, over the device's own mutual TLS, beside or without its running role."""

import threading
import uuid
from collections.abc import Callable

import msgspec

from kiosk.domain.commands import RenewIdentity
from kiosk.domain.replies import Reply
from kiosk.messaging.certificates import BadCertificate
from kiosk.messaging.client import Message, MqttTransport
from kiosk.messaging.enrolment import EnrolmentFailed, Identity
from kiosk.messaging.tls import Tls
from kiosk.messaging.topics import Topics

LIMIT_S = 15.0
_OP = "renew_identity"


def renew_once(
    identity: Identity,
    topics: Topics,
    host: str,
    port: int,
    knows_the_time: Callable[[], bool],
    limit_s: float = LIMIT_S,
) -> None:
    """Ask the hub for the next certificate and install it; a running role loses its line for a moment.

    Raises:
        EnrolmentFailed: if the hub is not reached, does not answer, or refuses.
        OSError: if the storage refuses.
    """
    answered = threading.Event()
    replies: list[Reply] = []
    request = RenewIdentity(req_id=uuid.uuid4().hex, request=identity.request().decode())
    tls = Tls(files=identity.files, is_clock_trusted=knows_the_time)
    transport = MqttTransport(host, port, identity.name, lambda act: act(), reconnect_s=(0.5, 1.0), tls=tls)

    def on_connection(is_connected: bool) -> None:
        if is_connected:
            message = Message(
                topic=topics.request(identity.name, _OP),
                payload=msgspec.json.encode(request),
                response_topic=topics.response(identity.name, _OP),
                expiry_s=int(limit_s),
            )
            transport.publish(message)

    def on_message(message: Message) -> None:
        try:
            reply = msgspec.json.decode(message.payload, type=Reply)
        except (msgspec.DecodeError, UnicodeDecodeError):
            return
        if reply.req_id == request.req_id:
            replies.append(reply)
            answered.set()

    transport.subscribe(topics.responses(identity.name))
    transport.start(on_message, on_connection)
    try:
        if not answered.wait(limit_s):
            raise EnrolmentFailed(
                f"{host}:{port} gave no answer within {limit_s:.0f} s: is the hub on, and was this device let in? "
                "A device that was thrown out asks again with kiosk enrol --again"
            )
    finally:
        transport.stop()
    if replies[0].identity is None:
        raise EnrolmentFailed(f"the hub gives no new certificate: {replies[0].error}")
    try:
        identity.install(replies[0].identity)
    except BadCertificate as error:
        raise EnrolmentFailed(f"the new certificate cannot be used: {error}") from None
