"""What the lobby's conversations have in common: each holds one subject with the citizen, in a module of its own.

A conversation changes nothing but the visit and what its subject needs (a question to the hub, a paper, a row in the
store); the flow tells it of touches and paints what it says.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from kiosk.clock import Clock
from kiosk.domain.events import Event
from kiosk.domain.office import Office
from kiosk.lobby.picture import Painter
from kiosk.lobby.view import LobbyIntent
from kiosk.lobby.visit import Visit
from kiosk.messaging.link import HubLink


@dataclass(frozen=True)
class Here:
    """What conversations work with."""

    office: Office
    painter: Painter
    clock: Clock
    link: HubLink
    new_id: Callable[[], str]
    record: Callable[[Event], None]
    """Commits an event."""
    visit: Callable[[], Visit]
    """The visit of this moment."""
    changed: Callable[[], None]
    """Something changed by itself (an answer, a print): show it, and give the visit its time again."""
    gives_numbers: Callable[[datetime], bool]

    def is_current(self, visit: Visit) -> bool:
        """Tell whether whoever began `visit` still stands here."""
        return self.visit() is visit


class Conversation(Protocol):
    """One subject."""

    def touch(self, visit: Visit, intent: LobbyIntent) -> bool:
        """Do what a touch means here; True if it was about this subject."""

    def said(self, visit: Visit) -> dict[str, Any]:
        """Return the fields of the view that this subject fills now."""
