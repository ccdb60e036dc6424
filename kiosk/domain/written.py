"""What people wrote in events, and what opens something: how it is taken out where it must not go, or not stay."""

import re
from collections.abc import Iterable, Mapping
from typing import TypeVar

import msgspec

from kiosk.domain import events

_KEY = re.compile(r"[a-z0-9_-]{0,32}")
"""Looks like the key of a survey's option; whatever else stands there was written by somebody."""

WORDS: Mapping[type[events.Event], tuple[str, ...]] = {
    events.RatingGiven: ("comment",),
    events.PetitionFiled: ("text",),
    events.PetitionAnswered: ("answer",),
    events.SurveyAnswered: ("answers",),
}
"""What citizens wrote, and what they were answered: forgotten where the retention ends."""

PRIVATE: Mapping[type[events.Event], tuple[str, ...]] = {
    **WORDS,
    events.RatingGiven: ("comment", "token"),
    events.PetitionFiled: ("text", "receipt"),
    events.PetitionAssigned: ("to",),
    events.OfficerSignedIn: ("name",),
    events.TicketParked: ("reason",),
    events.TicketTransferred: ("reason",),
    events.CounterPaused: ("reason",),
    events.AppointmentCheckedIn: ("appointment",),
    events.DossierAsked: ("dossier",),
}
"""Fields that never leave the office: what people wrote, what opens something, and who they are."""

Kind = TypeVar("Kind", bound=events.Event)


def without(event: Kind, fields: Iterable[str]) -> Kind:
    """Return the event with these fields emptied, or the same object if they were; a survey's chosen options stay."""
    changes = {}
    for name in fields:
        value = getattr(event, name)
        is_survey = isinstance(value, dict)
        empty = {key: said if _KEY.fullmatch(said) else "" for key, said in value.items()} if is_survey else ""
        if value != empty:
            changes[name] = empty
    return msgspec.structs.replace(event, **changes) if changes else event
