"""Who may do what on the hub's pages: sessions, one-form tokens, slow doors.

Moments are monotonic seconds, handed in, so that tests wait for nobody.
"""

import hashlib
import hmac
import secrets
from collections.abc import Callable

SESSION_S = 8 * 3600.0
"""A working day; then the password is asked again."""
SHORTEST_PASSWORD = 10
LEADER, STAFF = "leader", "staff"

HEADERS = {
    "content-security-policy": (
        "default-src 'none'; img-src 'self'; style-src 'self'; font-src 'self'; script-src 'self'; "
        "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "x-content-type-options": "nosniff",
    # an address holds the right to rate: it is told to nobody
    "referrer-policy": "no-referrer",
    "permissions-policy": "camera=(), microphone=(), geolocation=()",
    "cross-origin-opener-policy": "same-origin",
}
MICROPHONE_HEADERS = {
    "content-security-policy": HEADERS["content-security-policy"] + "; media-src 'self'",
    "permissions-policy": "camera=(), microphone=(self), geolocation=()",
}
"""In place of those above on the one page that records and plays."""


class Sessions:
    """Who is logged in, in memory only: a restart of the hub logs everybody out."""

    def __init__(self, monotonic: Callable[[], float]) -> None:
        self._monotonic = monotonic
        self._open: dict[str, tuple[str, float]] = {}

    def open(self, role: str) -> str:
        """Start a session and return its id."""
        now = self._monotonic()
        self._open = {key: entry for key, entry in self._open.items() if entry[1] > now}
        session = secrets.token_urlsafe(32)
        self._open[session] = (role, now + SESSION_S)
        return session

    def role_of(self, session: str) -> str:
        """Return `leader`, `staff` or nothing."""
        role, until = self._open.get(session, ("", 0.0))
        return role if until > self._monotonic() else ""

    def close(self, session: str) -> None:
        """End a session."""
        self._open.pop(session, None)


class Forms:
    """One-form tokens: a form is only taken from a page that this hub gave to this browser."""

    def __init__(self, secret: bytes | None = None) -> None:
        self._secret = secret or secrets.token_bytes(32)

    def token_for(self, browser: str) -> str:
        """Return the hidden field for the pages of a browser (its cookie)."""
        return hmac.new(self._secret, browser.encode(), hashlib.sha256).hexdigest()

    def fits(self, browser: str, token: str) -> bool:
        """Tell whether the field came from one of our pages in that browser."""
        return bool(browser) and hmac.compare_digest(self.token_for(browser).encode(), token.encode())


class SlowDoor:
    """Lets so many through in a while, for each caller and for all together."""

    def __init__(self, monotonic: Callable[[], float], each: int, everybody: int, seconds: float) -> None:
        self._monotonic = monotonic
        self._each = each
        self._everybody = everybody
        self._seconds = seconds
        self._passed: list[tuple[float, str]] = []

    def lets_through(self, caller: str) -> bool:
        """Count one try of `caller`; False if it was one too many."""
        now = self._monotonic()
        self._passed = [entry for entry in self._passed if entry[0] > now - self._seconds]
        if len(self._passed) >= self._everybody or sum(who == caller for _, who in self._passed) >= self._each:
            return False
        self._passed.append((now, caller))
        return True
