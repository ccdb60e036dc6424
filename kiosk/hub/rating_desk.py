"""Which rating counts: one for each finished service, with a token that proves it, the first one only.

A rating without a right is kept as an event, without effect and with its reason; it is never deleted silently.
"""

import hashlib
from collections.abc import Mapping
from datetime import date, datetime, timedelta

import msgspec

from kiosk.domain import events, ratings
from kiosk.hub.ledger import Ledger, RatingRow, TokenRow
from kiosk.messaging.identity import BadToken, verify_offline_token


def hash_of(token: str) -> str:
    """Return what is stored of a token: enough to know it again, not enough to use it."""
    return hashlib.sha256(token.encode()).hexdigest()


class Right(msgspec.Struct, frozen=True, kw_only=True):
    """The right to rate one finished service, from the hub's own token or a counter's signed one."""

    ticket: str
    number: str
    service: int
    counter: int
    officer: str
    officer_name: str
    issued: datetime
    used: bool
    is_offline: bool


class RatingDesk:
    """Judges ratings against the ledger; writes only inside the caller's transaction."""

    def __init__(self, ledger: Ledger, device_keys: Mapping[str, str]) -> None:
        self._ledger = ledger
        self._device_keys = device_keys
