"""A name beside the number on the board, where the site offers it and for who asks: masked, and never written down.

The wish is one touch after the ticket, with the name on the button as it will stand there. It goes to the hub as a
request, so no event and no database holds it; the hub forgets it with the visit.
"""

from typing import Any

from kiosk.domain import commands
from kiosk.domain.names import is_masked
from kiosk.domain.replies import Reply
from kiosk.lobby import view as v
from kiosk.lobby.conversation import Here
from kiosk.lobby.visit import Visit


class Naming:
    """Offers the name to who has a ticket and has shown a card."""

    def __init__(self, here: Here) -> None:
        self._here = here

    def touch(self, visit: Visit, intent: v.LobbyIntent) -> bool:
        """Send the wish on; what became of it is told on the screen."""
        if not isinstance(intent, v.ShowName):
            return False
        name, ticket = self._offered(visit), visit.ticket
        if name and ticket is not None:
            visit.name_shown = "sent"
            request = commands.ShowName(req_id=self._here.new_id(), ticket=ticket.ticket, name=name)
            self._here.link.request(request, lambda reply: self._on_reply(visit, reply))
        return True

    def said(self, visit: Visit) -> dict[str, Any]:
        """Return the name that is offered, and whether it will be shown."""
        return {"offered_name": self._offered(visit), "name_shown": visit.name_shown}

    def _offered(self, visit: Visit) -> str:
        is_open = self._here.office.names_on_board and visit.step == "ticket" and not visit.name_shown
        return visit.citizen if is_open and is_masked(visit.citizen) else ""

    def _on_reply(self, visit: Visit, reply: Reply | None) -> None:
        if self._here.is_current(visit):
            visit.name_shown = "shown" if reply is not None and reply.ok else "failed"
            self._here.changed()
