"""Pre-filled forms: what a card and a citizen say once is handed to the officer by a one-time code.

The values live only here, in the memory of one process, until the code is used, the visit ends or the time is up.
Nothing of them is in an event, a file, a log or an error's text.
"""

import random as random_source
from collections.abc import Mapping
from datetime import datetime, timedelta

import msgspec

from kiosk.domain.citizen import Citizen

GOOD_FOR = timedelta(minutes=90)
"""Time to be called and to sit down; a long morning's wait fits in."""
CODE_ALPHABET = "23456789ACDEFGHJKMNPRTVWXY"
"""Letters and digits that cannot be taken for one another: the code may be read from a slip and typed."""
CODE_LETTERS = 8
MAX_WRONG = 10
"""Wrong codes within `WRONG_WINDOW` after which none is taken for that long: 26^8 codes cannot be tried out."""
WRONG_WINDOW = timedelta(minutes=5)
MAX_HELD = 500
"""Declarations held at once; beyond it the oldest goes."""

FIELDS = ("name", "dob", "sex", "id", "old_id", "address", "issued")
"""Fields that a card fills, in the order of the official forms."""


class NoDeclaration(Exception):
    """There is nothing under the code: `unknown` (never was, was used, is too old) or `blocked` (too many tries)."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Declaration(msgspec.Struct, frozen=True, kw_only=True):
    """The values of one form, for one ticket."""

    form: str
    """Key of the procedure whose form it is."""
    values: dict[str, str]
    ticket: str = ""
    made: datetime

    def __repr__(self) -> str:
        """Return a text without values, so that a log line or a crash report holds none."""
        return f"Declaration(form={self.form!r}, fields={len(self.values)})"


def values_of(citizen: Citizen, typed: Mapping[str, str] | None = None) -> dict[str, str]:
    """Return a form's values: those of the card, then what the citizen typed; the card's own are not overwritten."""
    values = {name: str(getattr(citizen, name)) for name in FIELDS if getattr(citizen, name)}
    for name, text in (typed or {}).items():
        if text.strip():
            values.setdefault(name, text.strip())
    return values


class Handover:
    """The shelf between kiosk and officer, in memory."""

    def __init__(self, random: random_source.Random) -> None:
        """Take the source of chance for codes: `random.SystemRandom` on a device, since a code is a secret."""
        self._random = random
        self._shelf: dict[str, Declaration] = {}
        self._wrong: list[datetime] = []

    def __len__(self) -> int:
        return len(self._shelf)

    def put(self, declaration: Declaration) -> str:
        """Lay `declaration` down and return its one-time code."""
        self.forget_old(declaration.made)
        while len(self._shelf) >= MAX_HELD:
            del self._shelf[next(iter(self._shelf))]
        code = self._new_code()
        self._shelf[code] = declaration
        return code

    def take(self, code: str, now: datetime) -> Declaration:
        """Return what lies under `code` and forget it; case, blanks and hyphens of a typed code do not matter.

        Raises:
            NoDeclaration: if nothing lies there, or too many wrong codes came.
        """
        self.forget_old(now)
        self._wrong = [at for at in self._wrong if now - at < WRONG_WINDOW]
        if len(self._wrong) >= MAX_WRONG:
            raise NoDeclaration("blocked")
        wanted = "".join(letter for letter in code.upper() if letter.isalnum())
        declaration = self._shelf.pop(wanted, None)
        if declaration is None:
            self._wrong.append(now)
            raise NoDeclaration("unknown")
        return declaration

    def forget_ticket(self, ticket: str) -> None:
        """Forget what belongs to a ticket: its visit has ended."""
        self._shelf = {code: held for code, held in self._shelf.items() if not ticket or held.ticket != ticket}

    def forget_old(self, now: datetime) -> None:
        """Forget what nobody fetched in time."""
        self._shelf = {code: held for code, held in self._shelf.items() if now - held.made < GOOD_FOR}

    def _new_code(self) -> str:
        while True:
            code = "".join(self._random.choice(CODE_ALPHABET) for _ in range(CODE_LETTERS))
            if code not in self._shelf:
                return code
