"""Remember me, only where somebody says so: language and how the screen is to look, under a keyed hash of the number.

No name, no number, no history of visits. One touch takes it back; what was not used for a year goes by itself.
"""

from datetime import date, timedelta
from typing import Any

from kiosk.domain.citizen import Citizen
from kiosk.lobby import view as v
from kiosk.lobby.conversation import Here
from kiosk.lobby.secret import KioskSecret
from kiosk.lobby.store import LobbyStore
from kiosk.lobby.visit import SWITCHES, Visit

KEPT = timedelta(days=365)


class Remembering:
    """Knows who asked to be remembered, and how they like the screen."""

    def __init__(self, here: Here, store: LobbyStore, secret: KioskSecret) -> None:
        self._here = here
        self._store = store
        self._secret = secret

    def recognise(self, visit: Visit, citizen: Citizen, today: date) -> None:
        """A card was read: if its owner is remembered, the screen is as it was last time."""
        key = self._secret.of_number(citizen.id)
        known = self._store.remembered(key)
        if known is not None:
            visit.is_remembered = True
            visit.language, switches = known
            visit.switches = set(switches) & set(SWITCHES)
            self._store.remember(key, visit.language, sorted(visit.switches), today)

    def touch(self, visit: Visit, intent: v.LobbyIntent) -> bool:
        """Explain, remember, or forget."""
        match intent:
            case v.Open(what="remember") if visit.step == "greeting" and visit.card is not None:
                visit.go("remember")
            case v.Consent(given=True) if visit.step == "remember" and visit.card is not None:
                self._keep(visit, visit.card)
                visit.is_remembered = True
                visit.go_back()
                visit.notice = "remembered"
            case v.Consent(given=False) if visit.card is not None and visit.is_remembered:
                self._store.forget(self._secret.of_number(visit.card.id))
                visit.is_remembered = False
                visit.notice = "forgotten"
            case _:
                return False
        return True

    def settled(self, visit: Visit) -> None:
        """The visit ends: keep how its owner had the screen, if that was wished."""
        if visit.is_remembered and visit.card is not None:
            self._keep(visit, visit.card)

    def forget_old(self, today: date) -> None:
        """Forget who did not come for a year."""
        self._store.forget_before(today - KEPT)

    def said(self, visit: Visit) -> dict[str, Any]:
        """Return whether somebody is remembered, or may be."""
        return {
            "can_be_remembered": visit.step == "greeting" and visit.card is not None and not visit.is_remembered,
            "is_remembered": visit.is_remembered,
        }

    def _keep(self, visit: Visit, card: Citizen) -> None:
        today = self._here.clock.now().date()
        self._store.remember(self._secret.of_number(card.id), visit.language, sorted(visit.switches), today)
