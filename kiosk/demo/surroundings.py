"""What a process of the demo gives to the role that it hosts."""

import base64
import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec

from kiosk.clock import Act
from kiosk.demo.control import Json
from kiosk.demo.launch import COMMUNE, PROVINCE, ProcessSpec
from kiosk.messaging.client import MqttTransport
from kiosk.messaging.tls import Tls, TlsFiles, hub_host
from kiosk.messaging.topics import Topics

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
        folder = self.spec.identities
        return MqttTransport(
            "127.0.0.1",
            self.spec.broker_port,
            self.spec.name,
            will_post,
            will=will,
            reconnect_s=DEMO_RECONNECT_S,
            tls=Tls(files=files_of(folder, self.spec.name)) if folder else None,
        )


def files_of(folder: str, name: str) -> TlsFiles:
    """Return the certificate of one process of a guarded demo."""
    place = Path(folder)
    return TlsFiles(
        key=place / f"{name}.key",
        certificate=place / f"{name}.pem",
        chain=place / "chain.pem",
        host=hub_host(Topics(PROVINCE, COMMUNE)),
    )


def png_text(picture: bytes) -> str:
    """Return picture bytes as base64 text for the control channel."""
    return base64.b64encode(picture).decode()


def picture_bytes(text: str) -> io.BytesIO:
    """Return the picture that a control command carries."""
    return io.BytesIO(base64.b64decode(text))
