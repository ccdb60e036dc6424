"""Home outside office hours: when it opens again, and what can be looked up meanwhile."""

from typing import Any

from kiosk.domain.hours import OpeningHours
from kiosk.lobby import view as v
from kiosk.lobby.campaigning import More
from kiosk.lobby.conversation import Here
from kiosk.lobby.visit import Visit
from kiosk.lobby.words import day_line, hours_line


class Closed:
    """Says that the office is closed, where somebody would otherwise be offered a number."""

    def __init__(self, here: Here, more: More, hours: OpeningHours | None) -> None:
        self._here = here
        self._more = more
        self._hours = hours

    def touch(self, visit: Visit, intent: v.LobbyIntent) -> bool:
        """Leave every touch to the other subjects: what can be looked up is theirs."""
        return False

    def said(self, visit: Visit) -> dict[str, Any]:
        """Return the closed home, and when it opens."""
        now = self._here.clock.now()
        if visit.step != "idle" or self._here.gives_numbers(now):
            return {}
        opening = self._hours.next_opening(now) if self._hours is not None else None
        return {
            "step": "closed",
            "tiles": self._more.tiles(visit),
            "opens_day": "" if opening is None else day_line(opening.date(), visit.language),
            "opens_clock": "" if opening is None else f"{opening:%H:%M}",
            "hours": "" if self._hours is None else hours_line(self._hours, visit.language),
        }
