"""Who may open a counter at its keypad: officers' numbers and the hashes of their PINs, in the ledger."""

import msgspec

from kiosk.domain import commands
from kiosk.domain.officers import Officer, Tries
from kiosk.hub.ledger import Ledger
from kiosk.hub.passwords import Passwords
from kiosk.messaging.outbox import Outbox

_KEY = "officers"
_ANSWERS_KEPT = 200


class _Row(msgspec.Struct, frozen=True, kw_only=True):
    """One officer as stored."""

    number: str
    name: str
    pin: str
    """argon2id hash."""


class NotLetIn(Exception):
    """A PIN opens nothing; `key` is the reason as in `Reply.error`."""

    def __init__(self, key: str) -> None:
        super().__init__(key)
        self.key = key


class OfficerDesk:
    """Keeps officers, and says who may sign in."""

    def __init__(self, ledger: Ledger, outbox: Outbox, passwords: Passwords | None = None) -> None:
        """Open the list.

        Args:
            passwords: checks hashes; a slow one on purpose.
        """
        self._ledger = ledger
        self._outbox = outbox
        self._passwords = passwords or Passwords()
        self._tries = Tries()
        self._refused: dict[str, str] = {}
        """Answers by request, so that one that is sent twice is one try."""

    def all(self) -> tuple[Officer, ...]:
        """Return everybody, by number."""
        return tuple(Officer(number=row.number, name=row.name) for row in self._rows().values())

    @property
    def want_pins(self) -> bool:
        """Tell whether counters are opened by PIN only: once the leader has named an officer."""
        return bool(self._rows())

    def enter(self, number: str, name: str, pin_hash: str) -> None:
        """Name an officer, or give one a new name and PIN."""
        self._keep({**self._rows(), number: _Row(number=number, name=name, pin=pin_hash)})

    def remove(self, number: str) -> None:
        """Strike an officer off the list."""
        self._keep({key: row for key, row in self._rows().items() if key != number})

    def officer_of(self, request: commands.SignInByPin, now: float) -> Officer:
        """Return who typed this number and this PIN.

        An unknown number is answered like a wrong PIN, and as slowly.

        Args:
            now: monotonic seconds.

        Raises:
            NotLetIn: `wrong_pin` or `too_many_tries`.
        """
        if request.req_id in self._refused:
            raise NotLetIn(self._refused[request.req_id])
        whose = (f"officer {request.officer}", f"counter {request.counter}")
        if self._tries.is_too_many(whose, now):
            raise self._refusal(request, "too_many_tries")
        row = self._rows().get(request.officer)
        is_right = self._passwords.fits(row.pin if row is not None else _NOBODYS_PIN, request.pin)
        if row is None or not is_right:
            self._tries.note(whose, now)
            raise self._refusal(request, "wrong_pin")
        self._tries.forget(whose)
        return Officer(number=row.number, name=row.name)

    def _refusal(self, request: commands.SignInByPin, why: str) -> NotLetIn:
        self._refused[request.req_id] = why
        while len(self._refused) > _ANSWERS_KEPT:
            del self._refused[next(iter(self._refused))]
        return NotLetIn(why)

    def _rows(self) -> dict[str, _Row]:
        stored = self._ledger.meta(_KEY)
        rows = msgspec.json.decode(stored, type=list[_Row]) if stored else []
        return {row.number: row for row in rows}

    def _keep(self, rows: dict[str, _Row]) -> None:
        ordered = sorted(rows.values(), key=lambda row: (len(row.number), row.number))
        with self._outbox.transaction():
            self._ledger.set_meta(_KEY, msgspec.json.encode(ordered).decode())


_NOBODYS_PIN = "$argon2id$v=19$m=65536,t=3,p=4$MDAwMDAwMDAwMDAwMDAwMA$MDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDA"
"""A hash that no PIN has: checking it takes as long as checking a true one."""
