"""The kiosk's own secret: what is kept of a citizen's number or of the staff's PIN means nothing without it.

A number has few enough digits to be tried out, so a plain hash of it would be the number; keyed with 32 bytes that
never leave this box it is not.
"""

import hashlib
import hmac
import os
import secrets
from pathlib import Path

KEY_FILE = "kiosk.key"
KEY_BYTES = 32


class KioskSecret:
    """32 bytes in a file of their own, and what is made with them."""

    def __init__(self, key: bytes) -> None:
        self._key = key

    def of_number(self, number: str) -> str:
        """Return the keyed hash of a card's number."""
        return hashlib.blake2b(number.encode(), key=self._key, person=b"remember", digest_size=16).hexdigest()

    def of_pin(self, pin: str, salt: bytes) -> bytes:
        """Return the keyed, slow hash of a PIN."""
        return hashlib.scrypt(pin.encode() + self._key, salt=salt, n=2**13, r=8, p=1, dklen=32)

    def is_pin(self, pin: str, stored: str) -> bool:
        """Tell whether `pin` is the one of which `stored` was kept."""
        salt, _, digest = stored.partition(":")
        return hmac.compare_digest(self.of_pin(pin, bytes.fromhex(salt)).hex(), digest)

    def kept_pin(self, pin: str, salt: bytes) -> str:
        """Return what to store of a PIN."""
        return f"{salt.hex()}:{self.of_pin(pin, salt).hex()}"


def kiosk_secret(folder: Path) -> KioskSecret:
    """Return the secret of the box whose data are in `folder`, made on the first call; only its owner can read it.

    Raises:
        OSError: if the file can neither be read nor made.
    """
    path = folder / KEY_FILE
    try:
        key = path.read_bytes()
    except FileNotFoundError:
        key = b""
    if len(key) != KEY_BYTES:
        # a torn file means nothing any more: what was kept under it is forgotten with it
        key = secrets.token_bytes(KEY_BYTES)
        folder.mkdir(parents=True, exist_ok=True)
        half = path.with_suffix(".new")
        descriptor = os.open(half, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(key)
            file.flush()
            os.fsync(file.fileno())
        half.replace(path)
    return KioskSecret(key)
