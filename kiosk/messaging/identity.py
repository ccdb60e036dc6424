"""A device's own key, and tokens that it signs while the hub is away (design, *Rating*).

Ed25519 over JSON with sorted keys: signing takes 33 µs, verifying 116 µs (messaging notes §6.4). Assume that an SD card
can be read: the key file is readable by its owner only, and the hub may drop a key at any time.
"""

import base64
import binascii
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import msgspec
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

MAX_TOKEN_CHARACTERS = 4096
"""A longer token is refused unread: the product's own have about 300."""


class BadToken(Exception):
    """The token proves nothing; the text is a key: `malformed`, `unknown_device` or `wrong_signature`."""


class DeviceKey:
    """The private key that never leaves its device."""

    def __init__(self, private: Ed25519PrivateKey) -> None:
        self._private = private

    @classmethod
    def make(cls) -> "DeviceKey":
        """Make a new key from the system's randomness."""
        return cls(Ed25519PrivateKey.generate())

    @classmethod
    def load(cls, path: Path) -> "DeviceKey":
        """Read a key that `save` wrote.

        Raises:
            OSError: if the file cannot be read.
            ValueError: if it is not a key.
        """
        text = path.read_text(encoding="ascii").strip()
        return cls(Ed25519PrivateKey.from_private_bytes(bytes.fromhex(text)))

    def save(self, path: Path) -> None:
        """Write the key, readable by its owner only (0600), or not at all."""
        draft = path.with_name(path.name + ".new")
        draft.unlink(missing_ok=True)
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="ascii") as file:
            file.write(self._private.private_bytes_raw().hex() + "\n")
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)

    @property
    def public_hex(self) -> str:
        """Return the public key as 64 hex characters, to be registered at the hub."""
        return self._private.public_key().public_bytes_raw().hex()

    def sign(self, data: bytes) -> bytes:
        """Return the signature over `data`."""
        return self._private.sign(data)


def sign_offline_token(key: DeviceKey, device: str, payload: Mapping[str, Any]) -> str:
    """Return a token by which `device` vouches for `payload` (anything that JSON can say)."""
    body = msgspec.json.encode({"dev": device, "data": payload}, order="sorted")
    return f"{_text(body)}.{_text(key.sign(body))}"


def verify_offline_token(token: str, keys: Mapping[str, str]) -> dict[str, Any]:
    """Return the payload of a token that a known device signed.

    Args:
        token: what `sign_offline_token` returned.
        keys: public key (hex) of every registered device, by its name.

    Raises:
        BadToken: if it was not signed by a registered device, or was changed.
    """
    body, signature = _parts(token)
    try:
        said = msgspec.json.decode(body, type=_Signed)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise BadToken("malformed") from None
    if said.dev not in keys:
        raise BadToken("unknown_device")
    try:
        Ed25519PublicKey.from_public_bytes(bytes.fromhex(keys[said.dev])).verify(signature, body)
    except (InvalidSignature, ValueError):
        raise BadToken("wrong_signature") from None
    return said.data


class _Signed(msgspec.Struct, frozen=True):
    """What is signed."""

    dev: str
    data: dict[str, Any]


def _text(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def _parts(token: str) -> tuple[bytes, bytes]:
    halves = token.split(".")
    if len(token) > MAX_TOKEN_CHARACTERS or len(halves) != 2 or not token.isascii():
        raise BadToken("malformed")
    try:
        body, signature = (base64.b64decode(half + "=" * (-len(half) % 4), b"-_", validate=True) for half in halves)
    except (binascii.Error, ValueError):
        raise BadToken("malformed") from None
    # base64 has several spellings of the same bytes: only one of them is a token, so that a copy is known as a copy
    if f"{_text(body)}.{_text(signature)}" != token:
        raise BadToken("malformed")
    return body, signature
