"""Who may be served earlier, and why."""

from enum import StrEnum


class Priority(StrEnum):
    """Claim to be served earlier (product notes §6.5)."""

    ORDINARY = "ordinary"
    SENIOR = "senior"
    """60 to 74 years."""
    PRIORITY = "priority"
    """75 and older, severe disability, pregnant or with a small child, merits, urgent illness."""


class PriorityReason(StrEnum):
    """Why a ticket has its priority; declared by the citizen or computed from the card in RAM."""

    NONE = "none"
    AGE = "age"
    DISABILITY = "disability"
    PREGNANT = "pregnant"
    SMALL_CHILD = "small_child"
    MERITS = "merits"
    ILLNESS = "illness"


SENIOR_AGE = 60
"""Law on the Elderly 39/2009: elderly from 60 (product notes §6.5)."""
PRIORITY_AGE = 75
"""Law on Medical Examination 2023, Art 3, and iHanoi (product notes §6.5)."""

WEIGHTS = {Priority.ORDINARY: 1.0, Priority.SENIOR: 1.5, Priority.PRIORITY: 3.0}
"""How fast a waiting ticket gains on others: score = weight x waiting time (product notes §4.1, §6.5)."""


def priority_of_age(age: int | None) -> tuple[Priority, PriorityReason]:
    """Return the claim that comes from age alone; an unknown age gives none."""
    if age is None or age < SENIOR_AGE:
        return Priority.ORDINARY, PriorityReason.NONE
    return (Priority.PRIORITY if age >= PRIORITY_AGE else Priority.SENIOR), PriorityReason.AGE
