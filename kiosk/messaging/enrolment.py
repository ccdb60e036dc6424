"""A device's own identity: its key, made here and never told, and the certificate that the office gives it for that.

Files under `identity/` in the device's storage, written so that a power cut leaves a pair that fits:

    device.key    private key (PEM, 0600); never leaves the device
    device.pem    its certificate, 90 days
    chain.pem     authority and root of the office, pinned when the device was let in
    orders.pem  certificate of the key under which the office signs orders
    next.key      key of a certificate that is asked for; becomes device.key
    next.pem      that certificate, for the moment between the two renames

The first certificate is asked for on the hub's page server, in clear: nothing secret travels, and the code that people
compare covers everything (`domain.enrolment`). From day 60 on the next one is asked for over the device's own mutual
TLS, with a new key. A device that slept past its expiry asks like a new one.
"""

import hashlib
import urllib.error
import urllib.request
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import msgspec
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from kiosk.domain.enrolment import Application, Standing, code_of
from kiosk.messaging.certificates import (
    RENEW_BEFORE,
    BadCertificate,
    check_device,
    key_pem,
    load_chain,
    load_key,
    make_request,
    new_key,
    order_key_of,
)
from kiosk.messaging.durable import sync_folder, write_durably
from kiosk.messaging.identity import DeviceKey
from kiosk.messaging.tls import TlsFiles, hub_host
from kiosk.messaging.topics import Topics

FOLDER = "identity"
SIGNING_KEY = "device.key"
"""In the storage folder itself: the Ed25519 key of what a counter signs while the hub is away."""
ENROL_PATH = "/enrol"
"""Of the hub's page server."""
LARGEST_ANSWER = 64 * 1024
ASK_LIMIT_S = 10.0

Ask = Callable[[bytes], bytes]
"""Hands an application to the hub and returns its answer. Raises OSError where there is none."""


class EnrolmentFailed(Exception):
    """The office's answer cannot be trusted or used; the text says why and what to do."""


def signing_key(storage: Path) -> DeviceKey:
    """Return the device's own signing key, made on first use.

    Raises:
        OSError: if it can be neither read nor written.
        ValueError: if the file holds no key.
    """
    path = storage / SIGNING_KEY
    if path.exists():
        return DeviceKey.load(path)
    storage.mkdir(parents=True, exist_ok=True)
    key = DeviceKey.make()
    key.save(path)
    return key


class Identity:
    """The files of one device."""

    def __init__(self, storage: Path, name: str, topics: Topics) -> None:
        """Open the identity in `storage`, and finish what a power cut left half done.

        Raises:
            OSError: if the folder cannot be made.
        """
        self.name = name
        self.folder = storage / FOLDER
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._topics = topics
        self._finish()

    @property
    def files(self) -> TlsFiles:
        """Return what a connection needs; the files may be absent yet."""
        return TlsFiles(
            key=self.folder / "device.key",
            certificate=self.folder / "device.pem",
            chain=self.folder / "chain.pem",
            host=hub_host(self._topics),
        )

    @property
    def certificate(self) -> x509.Certificate | None:
        """Return the certificate if it is one of the pinned office for this device, whatever its dates."""
        files = self.files
        try:
            key = load_key(files.key.read_bytes())
            return check_device(files.certificate.read_bytes(), files.chain.read_bytes(), key, self.name)
        except (OSError, ValueError, BadCertificate):
            return None

    @property
    def order_key(self) -> str:
        """Return the public key (hex) under orders, or nothing where none is known."""
        try:
            return order_key_of((self.folder / "orders.pem").read_bytes(), self.files.chain.read_bytes())
        except (OSError, BadCertificate):
            return ""

    def state(self, now: datetime, is_clock_trusted: bool = True) -> str:
        """Return `none`, `valid`, `due` (valid, the next one should be asked for) or `expired`.

        Without a trusted clock nobody knows: what is there counts as valid. One that has not begun was made by a hub
        whose clock ran ahead, and helps as little as one that has ended.
        """
        certificate = self.certificate
        if certificate is None:
            return "none"
        if not is_clock_trusted:
            return "valid"
        if not certificate.not_valid_before_utc <= now <= certificate.not_valid_after_utc:
            return "expired"
        return "due" if now > certificate.not_valid_after_utc - RENEW_BEFORE else "valid"

    def request(self) -> bytes:
        """Return a request (PEM) for the next certificate; its key is made once and kept until it is answered.

        Raises:
            OSError: if the key cannot be written.
        """
        path = self.folder / "next.key"
        try:
            key = load_key(path.read_bytes())
        except (OSError, ValueError):
            key = new_key()
            write_durably(path, key_pem(key))
        return make_request(key, self.name)

    def install(self, standing: Standing) -> None:
        """Take the certificate that answers `request`, and with it the office's chain.

        Raises:
            BadCertificate: if it is not for the key that was asked for, or the parts do not fit together.
            OSError: if it cannot be written; the old one still counts then.
        """
        chain, certificate = standing.chain.encode(), standing.certificate.encode()
        try:
            key = load_key((self.folder / "next.key").read_bytes())
        except (OSError, ValueError):
            raise BadCertificate("nothing was asked for") from None
        check_device(certificate, chain, key, self.name)
        if standing.orders:
            order_key_of(standing.orders.encode(), chain)
            write_durably(self.folder / "orders.pem", standing.orders.encode())
        write_durably(self.folder / "chain.pem", chain)
        write_durably(self.folder / "next.pem", certificate)
        self._finish()

    def forget(self) -> None:
        """Throw the identity away: the device asks like a new one, with a new key."""
        for name in ("device.pem", "device.key", "next.key", "next.pem", "chain.pem", "orders.pem"):
            (self.folder / name).unlink(missing_ok=True)
        sync_folder(self.folder)

    def _finish(self) -> None:
        # next.pem is written only once the whole answer is on disk: with it the change goes through, without it nothing
        # has changed
        if not (self.folder / "next.pem").exists():
            return
        if (self.folder / "next.key").exists():
            (self.folder / "next.key").replace(self.folder / "device.key")
            sync_folder(self.folder)
        (self.folder / "next.pem").replace(self.folder / "device.pem")
        sync_folder(self.folder)


class Enrolment:
    """A device that asks to be let in; call `step` every few seconds, off the role's thread."""

    def __init__(
        self, identity: Identity, role: str, signing_public: str, ask: Ask, root_fingerprint: str = ""
    ) -> None:
        """Begin.

        Args:
            identity: the device's files.
            role: what it is, for the person who decides.
            signing_public: public key (hex) of `signing_key`.
            ask: reaches the hub.
            root_fingerprint: SHA-256 (hex) of the root, where the technician wrote it down; another is refused.
        """
        self.code = ""
        """What stands on the screen; known once the hub has shown its root."""
        self._identity = identity
        self._role = role
        self._signing_public = signing_public
        self._ask = ask
        self._pinned = root_fingerprint.replace(":", "").lower()
        self._root = b""

    def step(self) -> str:
        """Ask once; return `waiting`, `accepted`, `refused` or `busy`.

        Raises:
            OSError: if the hub does not answer, or the disk refuses.
            EnrolmentFailed: if the answer cannot be used.
        """
        request = self._identity.request()
        application = Application(
            name=self._identity.name, role=self._role, request=request.decode(), signing_key=self._signing_public
        )
        answer = self._ask(msgspec.json.encode(application))
        try:
            standing = msgspec.json.decode(answer, type=Standing)
            _, root = load_chain(standing.chain.encode())
        except (msgspec.DecodeError, UnicodeDecodeError, BadCertificate) as error:
            raise EnrolmentFailed(f"the hub answers something else ({error}): is its address right?") from None
        self._pin(application, request, root.public_bytes(Encoding.DER))
        if standing.state == "accepted":
            try:
                self._identity.install(standing)
            except BadCertificate as error:
                raise EnrolmentFailed(f"the office's certificate cannot be used: {error}") from None
        return standing.state

    def _pin(self, application: Application, request: bytes, root: bytes) -> None:
        if self._pinned and hashlib.sha256(root).hexdigest() != self._pinned:
            raise EnrolmentFailed(
                "the hub shows another root than [network] root_fingerprint names: somebody may stand in between, "
                "or the office has a new root (kiosk identity show on the hub prints its fingerprint)"
            )
        if root == self._root:
            return
        # another root is another office: people must compare again, whatever was decided before
        self._root = root
        key = x509.load_pem_x509_csr(request).public_key()
        self.code = code_of(application, key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo), root)


def ask_over_http(host: str, port: int) -> Ask:
    """Return a way to the hub's page server."""

    def ask(application: bytes) -> bytes:
        request = urllib.request.Request(
            f"http://{f'[{host}]' if ':' in host else host}:{port}{ENROL_PATH}",
            data=application,
            headers={"content-type": "application/json"},
        )
        try:
            with urllib.request.urlopen(request, timeout=ASK_LIMIT_S) as answer:
                return bytes(answer.read(LARGEST_ANSWER))
        except urllib.error.HTTPError as error:
            words = error.read(500).decode("utf-8", "replace")
            raise EnrolmentFailed(f"the hub refuses this device ({error.code}): {words}") from None

    return ask
