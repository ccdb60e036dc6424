"""The office's authority: accepts devices, renews and revokes their certificates, and signs orders to them.

Everything lies in one folder of the hub, readable by its owner only:

    authority.key authority.pem   signs devices (5 years); made under a root whose key is elsewhere
    root.pem root-crl.pem         the root, and its word about authorities
    chain.pem                     authority and root: what every device pins
    crl.pem                       certificates that no longer count, of both levels, for the broker
    broker.key broker.pem         the broker (365 days, renewed here)
    hub.key hub.pem               the hub as a client of its own broker (renewed here)
    orders.key orders.pem     Ed25519, under orders
    register.json                 members and revocations
    rules.acl                     who may write and read which topics
"""

import hashlib
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import msgspec
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from kiosk.domain.commands import RenewIdentity
from kiosk.domain.enrolment import Application, Standing, code_of
from kiosk.domain.replies import Reply
from kiosk.hub.applicants import Applicant, Applicants, address_of
from kiosk.hub.register import BadRegister, Issued, Member, Register
from kiosk.messaging import certificates
from kiosk.messaging.broker import Guard
from kiosk.messaging.certificates import (
    CRL_LIFE,
    RENEW_BEFORE,
    ROOT_CRL_LIFE,
    BadRequest,
    Issuer,
    PublicKey,
    issue_broker,
    issue_device,
    issue_orders,
    key_asked_for,
    key_pem,
    load_key,
    make_authority,
    name_of,
    new_key,
    pem_of,
    revocation_list,
)
from kiosk.messaging.durable import write_durably
from kiosk.messaging.identity import DeviceKey
from kiosk.messaging.tls import TlsFiles, hub_host
from kiosk.messaging.topics import Topics

FOLDER = Path("identity") / "authority"
"""Under the hub's storage."""

LONGEST_NAME = 48
"""Characters: a box's name, and the role where it has several."""
MOST_CERTIFICATES = 8
"""Of one device at a time: one a month is honest, a stream of them is a device that wants to fill the disk."""


class NoAuthority(Exception):
    """The folder holds no authority that can be used; the text says what to do."""


def found(folder: Path, root: Issuer, topics: Topics, now: datetime) -> None:
    """Make a new authority under `root` in `folder`, with all that a hub needs; the root's key is not kept there.

    Raises:
        FileExistsError: if there is one: its devices would all be strangers.
        OSError: if the folder cannot be written.
    """
    if (folder / "authority.key").exists():
        raise FileExistsError(f"{folder} holds an authority already; move the folder away to begin anew")
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    authority = make_authority(root, f"Kiosk {topics.source(topics.hub)}", now)
    signing = DeviceKey.make()
    signing.save(folder / "orders.key")
    files = {
        "root.pem": pem_of(root.certificate),
        "root-crl.pem": revocation_list(root, [], now, ROOT_CRL_LIFE),
        "authority.pem": pem_of(authority.certificate),
        "chain.pem": pem_of(authority.certificate, root.certificate),
        "orders.pem": pem_of(issue_orders(authority, signing.public_hex, now)),
        # last: with it the authority is whole
        "authority.key": key_pem(authority.key),
    }
    for name, content in files.items():
        write_durably(folder / name, content)


class Authority:
    """One office's authority; used on one thread. `on_change` hears that the broker must read the lists again."""

    def __init__(self, folder: Path, topics: Topics, now: Callable[[], datetime]) -> None:
        """Open the authority in `folder`.

        Raises:
            NoAuthority: if there is none, or it does not hold together.
            kiosk.hub.register.BadRegister: if the register cannot be read.
        """
        self.on_change: Callable[[tuple[str, ...]], None] | None = None
        """Called after each change with the names that are no longer let in."""
        self.signing_keys: dict[str, str] = {}
        """Public key (hex) of every member, for what it signs while the hub is away; changed in place."""
        self.folder = folder
        self._topics = topics
        self._now = now
        self._register = Register(folder / "register.json")
        self._applicants = Applicants()
        try:
            self._issuer = Issuer(
                x509.load_pem_x509_certificate((folder / "authority.pem").read_bytes()),
                load_key((folder / "authority.key").read_bytes()),
            )
            self._chain = (folder / "chain.pem").read_bytes()
            _, self._root = certificates.load_chain(self._chain)
            self.order_key = DeviceKey.load(folder / "orders.key")
            self._orders = (folder / "orders.pem").read_text(encoding="ascii")
        except (OSError, ValueError, certificates.BadCertificate) as error:
            raise NoAuthority(
                f"no authority in {folder} ({error}). Make one: kiosk identity make-authority --root FOLDER"
            ) from None
        self._ended: set[str] = set()
        """Serial numbers that are known to count no more."""
        self._stamp = self._register.stamp
        self._follow_register()
        self.keep_fresh()

    # files for others -------------------------------------------------------------------------------------------

    @property
    def guard_files(self) -> dict[str, Path]:
        """Return the broker's files, as `Guard` names them."""
        names = {"chain": "chain.pem", "certificate": "broker.pem", "key": "broker.key", "revoked": "crl.pem"}
        return {name: self.folder / file for name, file in names.items()} | {"rules": self.folder / "rules.acl"}

    def guard(self, listen: str) -> Guard:
        """Return what the broker needs."""
        return Guard(listen=listen, **self.guard_files)

    @property
    def hub_files(self) -> TlsFiles:
        """Return what the hub itself needs to connect to its broker."""
        return TlsFiles(
            key=self.folder / "hub.key",
            certificate=self.folder / "hub.pem",
            chain=self.folder / "chain.pem",
            host=hub_host(self._topics),
        )

    @property
    def fingerprint(self) -> str:
        """Return the SHA-256 of the root (hex), for `[network] root_fingerprint`."""
        return certificates.fingerprint_of(self._root)

    def keep_fresh(self) -> bool:
        """Renew what the hub itself needs: list, rules, certificates of broker and hub. Call it once a day.

        Returns:
            whether a certificate changed: the broker must be told.
        """
        now = self._now()
        changed = False
        for name, issue in (("broker", self._new_broker), ("hub", self._new_hub)):
            if not self._lasts(self.folder / f"{name}.pem", now + RENEW_BEFORE):
                issue(now)
                changed = True
        write_durably(self.folder / "rules.acl", self._topics.access_rules().encode())
        self._write_list(now)
        return changed

    # enrolment --------------------------------------------------------------------------------------------------

    def consider(self, application: Application, address: str) -> Standing:
        """Answer a device that wants to be let in, each time that it asks.

        Raises:
            BadRequest: if nobody should sign it.
        """
        now = self._now()
        if not _may_be_called(application.name, self._topics):
            raise BadRequest("wrong_name")
        if not _is_public_hex(application.signing_key) or len(application.role) > 16:
            raise BadRequest("malformed")
        public = key_asked_for(application.request.encode(), application.name)
        key = _key_hash(public)
        member = self._register.read().member(application.name)
        known = _certificate_for(member, key) if member is not None else None
        if member is not None and known is not None and known.until > now:
            self._applicants.remove(key)
            return self._standing("accepted", known.certificate)
        self._applicants.forget_silent(now)
        applicant = self._applicants.get(key)
        if applicant is None:
            if not self._applicants.has_room(address):
                return self._standing("busy")
            code = code_of(application, _der(public), self._root.public_bytes(Encoding.DER))
            applicant = Applicant(
                application=application, key=key, code=code, address=address_of(address), since=now, heard=now
            )
        self._applicants.hear(applicant, now)
        return self._standing("refused" if applicant.refused else "waiting")

    def waiting(self) -> tuple[Applicant, ...]:
        """Return who waits for a decision, longest first."""
        return self._applicants.waiting(self._now())

    def accept(self, key: str) -> bool:
        """Let a device in; a former device of its name is thrown out. False if it waits no more."""
        applicant = self._applicants.get(key)
        if applicant is None or applicant.refused is not None:
            return False
        now, asked = self._now(), applicant.application
        public = key_asked_for(asked.request.encode(), asked.name)
        issued = self._issue(asked.name, public, now)
        with self._register.changing() as change:
            member = Member(
                name=asked.name,
                role=asked.role,
                since=now,
                code=applicant.code,
                signing_key=asked.signing_key,
                certificates=(issued,),
            )
            change.contents = change.contents.without(asked.name, now).with_member(member)
        # it is told at its next question, from the register
        self._applicants.remove(key)
        self._after_change()
        return True

    def refuse(self, key: str) -> bool:
        """Do not let a device in; it is told so for an hour. False if it waits no more."""
        return self._applicants.refuse(key, self._now())

    # members ----------------------------------------------------------------------------------------------------

    def members(self) -> tuple[Member, ...]:
        """Return the office's devices by name."""
        return tuple(sorted(self._register.read().members, key=lambda member: member.name))

    def renew(self, name: str, request: bytes) -> Standing:
        """Give a member its next certificate, for the new key in `request`. It asks over its own mutual TLS.

        Raises:
            BadRequest: if it is no member, has too many already, or the request is not for its name.
        """
        public, now = key_asked_for(request, name), self._now()
        key = _key_hash(public)
        with self._register.changing() as change:
            member = change.contents.member(name)
            if member is None:
                raise BadRequest("unknown_device")
            issued = _certificate_for(member, key)
            if issued is None:
                # each of them must be revocable, so none is forgotten before its end
                kept = tuple(each for each in member.certificates if each.until > now)
                if len(kept) >= MOST_CERTIFICATES:
                    raise BadRequest("too_many")
                issued = self._issue(name, public, now)
                member = msgspec.structs.replace(member, certificates=(*kept, issued))
                change.contents = change.contents.with_member(member)
        self._stamp = self._register.stamp
        return self._standing("accepted", issued.certificate)

    def answer_renewal(self, device: str, command: RenewIdentity) -> Reply:
        """Answer a member that asks over its own line for its next certificate."""
        try:
            standing = self.renew(device, command.request.encode())
        except (BadRequest, BadRegister) as error:
            reason = str(error) if isinstance(error, BadRequest) else "no_authority"
            return Reply(req_id=command.req_id, ok=False, rev=0, error=reason)
        return Reply(req_id=command.req_id, ok=True, rev=0, identity=standing)

    def revoke(self, name: str) -> bool:
        """Throw a device out: its certificates no longer count, its line is cut. False if there is no such device."""
        with self._register.changing() as change:
            is_known = change.contents.member(name) is not None
            change.contents = change.contents.without(name, self._now())
        self._after_change()
        return is_known

    def follow(self) -> None:
        """Take up what another process changed in the register: a technician's `kiosk identity revoke`."""
        if self._register.stamp != self._stamp:
            self._after_change()

    def next_order(self) -> int:
        """Return a number above that of every earlier order; it is on disk before it is used.

        It is at least the moment in seconds, so that a hub whose register was lost is still ahead of its devices.
        """
        with self._register.changing() as change:
            counter = max(change.contents.order_counter + 1, int(self._now().timestamp()))
            change.contents = msgspec.structs.replace(change.contents, order_counter=counter)
        self._stamp = self._register.stamp
        return counter

    def passing_certificate(self, name: str, public: PublicKey) -> bytes:
        """Return a certificate (PEM) of ten minutes under a device's name, by which the hub takes its place."""
        return pem_of(issue_device(self._issuer, public, name, self._now(), timedelta(minutes=10)))

    def state_topic(self, name: str) -> str:
        """Return where a device's presence is told."""
        return self._topics.state(name)

    # inside -----------------------------------------------------------------------------------------------------

    def _standing(self, state: str, certificate: str = "") -> Standing:
        orders = self._orders if certificate else ""
        return Standing(state=state, chain=self._chain.decode("ascii"), certificate=certificate, orders=orders)

    def _issue(self, name: str, public: PublicKey, now: datetime) -> Issued:
        certificate = issue_device(self._issuer, public, name, now)
        return Issued(
            serial=f"{certificate.serial_number:x}",
            until=certificate.not_valid_after_utc,
            certificate=pem_of(certificate).decode("ascii"),
            public_key=_key_hash(public),
        )

    def _new_broker(self, now: datetime) -> None:
        key = new_key()
        certificate = issue_broker(self._issuer, key.public_key(), hub_host(self._topics), now)
        write_durably(self.folder / "broker.key", key_pem(key))
        write_durably(self.folder / "broker.pem", pem_of(certificate, self._issuer.certificate))

    def _new_hub(self, now: datetime) -> None:
        key = new_key()
        certificate = issue_device(self._issuer, key.public_key(), self._topics.hub, now, certificates.SERVER_LIFE)
        write_durably(self.folder / "hub.key", key_pem(key))
        write_durably(self.folder / "hub.pem", pem_of(certificate))

    def _lasts(self, path: Path, moment: datetime) -> bool:
        try:
            certificate = x509.load_pem_x509_certificate(path.read_bytes())
            key = load_key(path.with_suffix(".key").read_bytes())
        except (OSError, ValueError):
            return False
        # a power cut between the two writes leaves a pair that does not fit
        is_pair = certificate.public_key() == key.public_key()
        is_named = name_of(certificate) in (self._topics.hub, hub_host(self._topics))
        # a clock that ran ahead makes certificates that are not yet valid once it is set right
        has_begun = certificate.not_valid_before_utc <= self._now()
        return is_pair and is_named and has_begun and certificate.not_valid_after_utc > moment

    def _follow_register(self) -> tuple[str, ...]:
        """Take up the register; return the names of those that were thrown out since the last look."""
        contents = self._register.read()
        self._stamp = self._register.stamp
        self.signing_keys.clear()
        self.signing_keys.update({member.name: member.signing_key for member in contents.members})
        ended = {revoked.serial: revoked.name for revoked in contents.revoked}
        gone = {name for serial, name in ended.items() if serial not in self._ended}
        self._ended = set(ended)
        return tuple(sorted(gone))

    def _after_change(self) -> None:
        gone = self._follow_register()
        self._write_list(self._now())
        if gone and self.on_change is not None:
            self.on_change(gone)

    def _write_list(self, now: datetime) -> None:
        revoked = [(int(each.serial, 16), each.when) for each in self._register.read().revoked if each.until > now]
        own = revocation_list(self._issuer, revoked, now, CRL_LIFE)
        write_durably(self.folder / "crl.pem", own + (self.folder / "root-crl.pem").read_bytes())


def _may_be_called(name: str, topics: Topics) -> bool:
    try:
        topics.state(name)
    except ValueError:
        return False
    return len(name) <= LONGEST_NAME and name not in (topics.hub, certificates.ORDERS_NAME, hub_host(topics))


def _is_public_hex(text: str) -> bool:
    try:
        return len(bytes.fromhex(text)) == 32
    except ValueError:
        return False


def _certificate_for(member: Member, key: str) -> Issued | None:
    return next((issued for issued in member.certificates if issued.public_key == key), None)


def _der(public: PublicKey) -> bytes:
    return public.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)


def _key_hash(public: PublicKey) -> str:
    return hashlib.sha256(_der(public)).hexdigest()
