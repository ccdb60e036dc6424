"""A key of one box for one day's masked sum: two boxes get the same secret from each other's public halves (X25519).

Made anew for each day and deleted with it, so that a card read later opens no earlier sum (as far as the disk has
written over what was deleted). The hub passes the public
halves on; what that trusts it with stands in `kiosk.domain.masked_sums`.
"""

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey


class OneDayKey:
    """The private half, and what is made of it."""

    def __init__(self, private: X25519PrivateKey) -> None:
        self._private = private

    @classmethod
    def make(cls) -> "OneDayKey":
        """Make a new key from the system's randomness."""
        return cls(X25519PrivateKey.generate())

    @classmethod
    def of(cls, private_hex: str) -> "OneDayKey":
        """Return the key that `private_hex` kept.

        Raises:
            ValueError: if it is none.
        """
        return cls(X25519PrivateKey.from_private_bytes(bytes.fromhex(private_hex)))

    @property
    def private_hex(self) -> str:
        """Return the private half (64 hex characters), to be kept on this box only."""
        return self._private.private_bytes_raw().hex()

    @property
    def public_hex(self) -> str:
        """Return the public half (64 hex characters)."""
        return self._private.public_key().public_bytes_raw().hex()

    def shared_with(self, public_hex: str) -> bytes:
        """Return the secret that only the holders of both private halves can make.

        Raises:
            ValueError: if `public_hex` is no public half, or one that makes no secret.
        """
        return self._private.exchange(X25519PublicKey.from_public_bytes(bytes.fromhex(public_hex)))
