"""Passwords and PINs: what may be stored of them."""

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError, VerifyMismatchError


class Passwords:
    """argon2id with the library's defaults (RFC 9106, low memory)."""

    def __init__(self, hasher: PasswordHasher | None = None) -> None:
        self._hasher = hasher or PasswordHasher()

    def hash_of(self, password: str) -> str:
        """Return what may be stored."""
        return self._hasher.hash(password)

    def fits(self, stored: str, password: str) -> bool:
        """Tell whether `password` is the one that was hashed."""
        try:
            return self._hasher.verify(stored, password)
        except (VerifyMismatchError, VerificationError, InvalidHashError):
            return False
