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
