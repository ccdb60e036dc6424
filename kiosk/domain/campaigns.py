"""Campaigns: a weekend's work for which the kiosk turns into a guide, e.g. signing people up for digital signatures.

Pure data and rules. What a campaign says is written in a file; when it runs, the site says in its configuration.
"""

from datetime import date, datetime, time

import msgspec


class Said(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One sentence in both languages."""

    vi: str
    en: str

    def in_language(self, language: str) -> str:
        """Return the sentence."""
        return self.en if language == "en" else self.vi


class CampaignText(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a campaign's guide says."""

    key: str
    """Also the key of its own service group, so that its queue and its counts are its own."""
    name: Said
    lead: Said
    """One sentence: what it is and what it costs."""
    bring: tuple[Said, ...]
    steps: tuple[Said, ...]
    link: str
    """The provider's page, for the phone."""
    link_note: Said


class Campaign(msgspec.Struct, frozen=True, kw_only=True):
    """A campaign with its calendar."""

    text: CampaignText
    weekdays: tuple[int, ...] = (5, 6)
    """0 = Monday ... 6 = Sunday."""
    first: date | None = None
    last: date | None = None
    opens: time = time(8, 0)
    closes: time = time(17, 0)

    def is_on(self, moment: datetime) -> bool:
        """Tell whether the kiosk is this campaign's guide at `moment`."""
        day = moment.date()
        return (
            day.weekday() in self.weekdays
            and (self.first is None or self.first <= day)
            and (self.last is None or day <= self.last)
            and self.opens <= moment.time() < self.closes
        )


class BadCampaign(ValueError):
    """A campaign's file cannot be used; the message says why."""


def load_campaigns(raw: bytes) -> dict[str, CampaignText]:
    """Return the campaigns in a JSON list by key.

    Raises:
        BadCampaign: if it is no such list.
    """
    try:
        return {text.key: text for text in msgspec.json.decode(raw, type=list[CampaignText])}
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise BadCampaign(str(error)) from None
