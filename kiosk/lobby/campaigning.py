"""A campaign's guide at the kiosk, and the menu of what else can be done here."""

from datetime import datetime
from typing import Any

from kiosk.domain.campaigns import Campaign
from kiosk.domain.events import CampaignGuided
from kiosk.domain.office import RESULTS_GROUP
from kiosk.lobby import view as v
from kiosk.lobby.conversation import Here
from kiosk.lobby.sheets import Tile, campaign_sheet
from kiosk.lobby.visit import Visit
from kiosk.lobby.words import MORE, in_language


class Campaigning:
    """Guides through one campaign while its calendar says so."""

    def __init__(self, here: Here, campaign: Campaign | None) -> None:
        self._here = here
        self._campaign = campaign

    def is_on(self, now: datetime) -> bool:
        """Tell whether the kiosk is a campaign's guide now."""
        return self._campaign is not None and self._campaign.is_on(now)

    def gives_numbers_for(self, group: str, now: datetime) -> bool:
        """Tell whether the campaign gives numbers for this group now."""
        return self._campaign is not None and group == self._campaign.text.key and self._campaign.is_on(now)

    def touch(self, visit: Visit, intent: v.LobbyIntent) -> bool:
        """Take a number for the campaign, note that its code was wanted, or leave the guide for other things."""
        campaign = self._campaign
        is_here = visit.step in ("idle", "campaign") and self.is_on(self._here.clock.now())
        match intent:
            case _ if campaign is None or not is_here:
                return False
            case v.Choose(key="campaign") if campaign is not None and self._can_take(campaign):
                self._note(campaign, "number")
                visit.choose(campaign.text.key)
            case v.Choose(key="phone") if campaign is not None:
                if not visit.goes_by_phone:
                    self._note(campaign, "phone")
                visit.goes_by_phone = True
                visit.notice = "campaign_noted"
            case v.Choose(key="other"):
                visit.go("greeting")
            case _:
                return False
        return True

    def said(self, visit: Visit) -> dict[str, Any]:
        """Return the guide while it is shown."""
        campaign = self._campaign
        if campaign is None or visit.step not in ("idle", "campaign") or not self.is_on(self._here.clock.now()):
            return {}
        sheet = campaign_sheet(campaign.text, visit.language, self._can_take(campaign))
        return {"step": "campaign", "campaign": sheet}

    def _can_take(self, campaign: Campaign) -> bool:
        return self._here.painter.has_group(campaign.text.key)

    def _note(self, campaign: Campaign, outcome: str) -> None:
        guided = CampaignGuided(at=self._here.clock.now(), campaign=campaign.text.key, outcome=outcome)
        self._here.record(guided)


class More:
    """What else can be done here, beside taking a number."""

    def __init__(self, here: Here) -> None:
        self._here = here

    def touch(self, visit: Visit, intent: v.LobbyIntent) -> bool:
        """Open the menu, or look something up without taking a number."""
        match intent:
            case v.OpenMore() if visit.step in ("idle", "greeting"):
                visit.go("more")
            case v.Choose(key="lookup") if visit.step in ("more", "idle"):
                visit.only_looks = True
                visit.go("greeting")
            case _:
                return False
        return True

    def tiles(self, visit: Visit) -> tuple[Tile, ...]:
        """Return the menu's choices; what needs a number is left out while none is given."""
        is_open = self._here.gives_numbers(self._here.clock.now())
        has_results = self._here.painter.has_group(RESULTS_GROUP)
        offered = {"pickup": is_open and has_results, "appointment": is_open}
        return tuple(
            Tile(
                key=key,
                title=in_language(visit.language, *title),
                hint=in_language(visit.language, *hint),
                icon=icon,
            )
            for key, icon, title, hint in MORE
            if offered.get(key, True)
        )

    def said(self, visit: Visit) -> dict[str, Any]:
        """Return the menu where it is shown."""
        return {"tiles": self.tiles(visit)} if visit.step == "more" else {}
