"""An officer signs in at the keypad: number, PIN; with the hub, or from what this device remembers of earlier times.

The PIN is never shown, and forgotten as soon as it was checked. For days without the hub the device keeps a keyed hash
of each PIN with which somebody signed in here: its key is the device's own, so the database alone is worth nothing.
"""

import hashlib
import hmac
from datetime import datetime, timedelta
from typing import NamedTuple

from kiosk.counter.hand import Refused
from kiosk.counter.store import CounterStore, KnownOfficer
from kiosk.domain.officers import LONGEST_NUMBER, LONGEST_PIN, SHORTEST_PIN, Tries
from kiosk.messaging.identity import DeviceKey

ENTER = ("next", "start")
ERASE = "no_show"
"""Enter and Backspace of a number pad."""
REST_S = 20.0
"""Whoever types no further is gone: what was typed is forgotten."""
KNOWN_FOR = timedelta(days=30)
"""So long may an officer work on at a counter whose hub has never been there."""
_DOT = "•"
_SCRYPT = {"n": 2**14, "r": 8, "p": 1}
"""16 MiB and some 50 ms on the boards that we use (RFC 7914 §2; OWASP's floor for scrypt is 2^14 with p = 5)."""


class Entered(NamedTuple):
    """What was typed to its end."""

    officer: str
    """Empty: sign out."""
    pin: str


class SignInDesk:
    """What is being typed, and who is known here."""

    def __init__(self, counter: int, store: CounterStore, key: DeviceKey) -> None:
        self._counter = counter
        self._store = store
        self._key = key
        self._tries = Tries()
        self._number = ""
        self._typed = ""
        self.step = ""
        """`number`, `pin`, or empty while nobody signs in."""

    @property
    def shown(self) -> str:
        """Return what the screen may show of it: the number, but of a PIN only how long it is."""
        return _DOT * len(self._typed) if self.step == "pin" else self._typed

    def takes(self, key: str, is_free: bool) -> bool:
        """Tell whether a key belongs to a sign-in: a digit begins one while no ticket is at the counter."""
        return bool(self.step) or (is_free and key.isdecimal() and key != "0")

    def press(self, key: str, present: str) -> Entered | None:
        """Type one key; return what is complete. Any verb but Enter and Backspace ends it.

        Args:
            present: number of the officer who is signed in. Their own number signs them out; nobody else can sign in
                before.
        """
        if key.isdecimal():
            self.step = self.step or "number"
            if len(self._typed) < (LONGEST_PIN if self.step == "pin" else LONGEST_NUMBER):
                self._typed += key
            return None
        if key == ERASE and self._typed:
            self._typed = self._typed[:-1]
            return None
        if key not in ENTER:
            self.clear()
            return None
        return self._entered(present)

    def clear(self) -> None:
        """Forget what was typed."""
        self.step = self._number = self._typed = ""

    def remember(self, entered: Entered, name: str, now: datetime) -> None:
        """The hub let somebody in: the same PIN will do here while it is away."""
        salt = hashlib.sha256(self._key.sign(f"{entered.officer} {now.isoformat()}".encode())).digest()[:16]
        known = KnownOfficer(number=entered.officer, name=name, salt=salt, hash=self._hash(entered, salt), at=now)
        self._store.know(known)

    def forget(self, officer: str) -> None:
        """The hub did not let somebody in: an older PIN shall not do here either."""
        self._store.know_no_more(officer)

    def name_of(self, entered: Entered, now: datetime, monotonic: float) -> str:
        """Return the name of an officer who is known here.

        Raises:
            Refused: `too_many_tries`, `unknown_here` or `wrong_pin`.
        """
        whose = (f"officer {entered.officer}", f"counter {self._counter}")
        if self._tries.is_too_many(whose, monotonic):
            raise Refused("too_many_tries")
        known = self._store.known(entered.officer)
        if known is None or not timedelta(0) <= now - known.at < KNOWN_FOR:
            self._tries.note(whose, monotonic)
            raise Refused("unknown_here")
        if not hmac.compare_digest(known.hash, self._hash(entered, known.salt)):
            self._tries.note(whose, monotonic)
            raise Refused("wrong_pin")
        self._tries.forget(whose)
        return known.name

    def _entered(self, present: str) -> Entered | None:
        if self.step == "number" and present:
            is_own = self._typed == present
            self.clear()
            return Entered("", "") if is_own else None
        if self.step == "number" and self._typed:
            self._number, self._typed, self.step = self._typed, "", "pin"
            return None
        if self.step == "pin" and len(self._typed) >= SHORTEST_PIN:
            entered = Entered(self._number, self._typed)
            self.clear()
            return entered
        return None

    def _hash(self, entered: Entered, salt: bytes) -> bytes:
        # an Ed25519 signature is a function of key and text: nobody without the key can compute it
        pepper = self._key.sign(b"pin\0" + salt)
        return hashlib.scrypt(entered.pin.encode(), salt=salt + pepper, maxmem=64 * 1024 * 1024, **_SCRYPT)
