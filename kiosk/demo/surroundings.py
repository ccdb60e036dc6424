"""What a process of the demo gives to the role that it hosts."""

import base64
import io
from collections.abc import Callable
from typing import Any

import msgspec

from kiosk.clock import Act
from kiosk.demo.control import Json
from kiosk.demo.launch import ProcessSpec
from kiosk.messaging.client import MqttTransport

DEMO_RECONNECT_S = (0.05, 0.5)
"""The demo reconnects at once: time stands until a device is back (design, *Simulated time*)."""


class Surroundings(msgspec.Struct, frozen=True, kw_only=True):
    """What the host gives to a role."""

    spec: ProcessSpec
    clock: Any
    timer: Any
    worker: Any
    new_id: Callable[[], str]
    tell: Callable[[Json], None]
    """Sends something to the control room."""
    is_changed: Callable[[], None]
    """Says that a new report is due."""

    def transport(self, will_post: Callable[[Act], None], will: Any = None) -> MqttTransport:
        """Return the connection to the demo's broker (or to the cable that leads there)."""
        return MqttTransport(
            "127.0.0.1",
            self.spec.broker_port,
            self.spec.name,
            will_post,
            will=will,
            reconnect_s=DEMO_RECONNECT_S,
        )


def png_text(picture: bytes) -> str:
    """Return picture bytes as base64 text for the control channel."""
    return base64.b64encode(picture).decode()


def picture_bytes(text: str) -> io.BytesIO:
    """Return the picture that a control command carries."""
    return io.BytesIO(base64.b64decode(text))
