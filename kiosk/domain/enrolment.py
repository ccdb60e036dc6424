"""How a new device asks to be let in: what it says, what the hub answers, and the code that people compare.

The code stands on the device's screen and on the hub's page. It is drawn from everything that matters: the device's
name, both of its keys, and the root that the office showed the device. So it proves the device to the office and the
office to the device: somebody in between would have to show another root, and the codes would differ.

Eight characters hold 40 bits. The hash behind them is slow on purpose (scrypt, some 50 ms): finding a second key with
the same code takes 2^40 tries, over a thousand years of one core. Who wants to be sure even against a laboratory that
sits in the office's network during those minutes writes the root's fingerprint into `kiosk.toml`.
"""

import hashlib

import msgspec

ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
"""32 characters that are not mistaken for each other: without 0, 1, I and O."""
CODE_LENGTH = 8
LARGEST_REQUEST = 8192
"""Bytes; a longer one is refused unread."""


class Application(msgspec.Struct, frozen=True, kw_only=True):
    """A device asks for its first certificate. Nothing in it is secret; sent again until somebody has decided."""

    name: str
    role: str
    request: str
    """Certificate request (PEM) with the device's public key."""
    signing_key: str
    """Public Ed25519 key (hex) of what the device signs while the hub is away."""


class Standing(msgspec.Struct, frozen=True, kw_only=True):
    """The hub's answer to an application."""

    state: str
    """`waiting`, `accepted`, `refused` or `busy` (too many ask at once)."""
    chain: str = ""
    """Authority and root of the office (PEM)."""
    certificate: str = ""
    """Once accepted (PEM)."""
    orders: str = ""
    """Certificate of the key that signs orders (PEM)."""


def code_of(application: Application, public_key: bytes, root: bytes) -> str:
    """Return the code, e.g. `K7MX-29QF`.

    Args:
        application: what the device says.
        public_key: the key in its request (DER).
        root: the office's root certificate (DER).
    """
    parts = (application.name.encode(), application.role.encode(), application.signing_key.encode(), public_key, root)
    said = b"".join(hashlib.sha256(part).digest() for part in parts)
    drawn = int.from_bytes(hashlib.scrypt(said, salt=b"kiosk enrolment", n=2**14, r=8, p=1, dklen=5), "big")
    letters = "".join(ALPHABET[drawn >> (5 * place) & 31] for place in reversed(range(CODE_LENGTH)))
    return f"{letters[:4]}-{letters[4:]}"
