"""Devices that wait for somebody's decision: in memory only, because each of them asks again every few seconds."""

import ipaddress
from datetime import datetime, timedelta

import msgspec

from kiosk.domain.enrolment import Application

MOST_WAITING = 20
MOST_AT_ONE_ADDRESS = 3
"""Devices that wait at once; more are told to come again. A stranger in the network cannot fill the list alone."""
FORGET_AFTER = timedelta(minutes=10)
"""A device that has not asked again for so long waits no more."""
REFUSED_FOR = timedelta(hours=1)


class Applicant(msgspec.Struct, frozen=True, kw_only=True):
    """A device that waits."""

    application: Application
    key: str
    """SHA-256 of its public key (hex)."""
    code: str
    address: str
    since: datetime
    heard: datetime
    refused: datetime | None = None


class Applicants:
    """The list, by public key."""

    def __init__(self) -> None:
        self._known: dict[str, Applicant] = {}

    def get(self, key: str) -> Applicant | None:
        """Return a device that asked before, or None."""
        return self._known.get(key)

    def has_room(self, address: str) -> bool:
        """Tell whether one more may wait that asks from `address`."""
        waiting = [other for other in self._known.values() if other.refused is None]
        beside = sum(other.address == address_of(address) for other in waiting)
        return len(waiting) < MOST_WAITING and beside < MOST_AT_ONE_ADDRESS

    def hear(self, applicant: Applicant, now: datetime) -> None:
        """Note that a device asks, for the first time or again."""
        self._known[applicant.key] = msgspec.structs.replace(applicant, heard=now)

    def refuse(self, key: str, now: datetime) -> bool:
        """Note that somebody does not want it; False if it waits no more."""
        applicant = self._known.get(key)
        if applicant is None:
            return False
        self._known[key] = msgspec.structs.replace(applicant, refused=now)
        return True

    def remove(self, key: str) -> None:
        """Take a device off the list; harmless if it is not there."""
        self._known.pop(key, None)

    def waiting(self, now: datetime) -> tuple[Applicant, ...]:
        """Return who waits for a decision, longest first."""
        self.forget_silent(now)
        return tuple(applicant for applicant in self._known.values() if applicant.refused is None)

    def forget_silent(self, now: datetime) -> None:
        """Forget who went away, and refusals that are old."""
        self._known = {
            key: applicant
            for key, applicant in self._known.items()
            if now - applicant.heard < FORGET_AFTER
            and (applicant.refused is None or now - applicant.refused < REFUSED_FOR)
        }


def address_of(text: str) -> str:
    """Return an address as it is shown and counted; empty where the network told none."""
    try:
        return str(ipaddress.ip_address(text))
    except ValueError:
        return ""
