"""The office's own small certificate authority: who may speak on the broker, for how long, and who no longer may.

Three levels (messaging notes §6.2): a root whose key lies in a drawer, an authority of the city or of the hub that
signs every day, and leaves: devices (90 days), the broker, the hub. EC P-256 throughout; a leaf is good for one side
of a connection only, so that a device's certificate never makes a broker. A device's name is its common name, which
the broker turns into user name, client id and topic level.

Pure functions on certificates: the moment comes in as an argument, files are the business of others.
"""

import ipaddress
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import NamedTuple

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, Encoding, NoEncryption, PrivateFormat
from cryptography.hazmat.primitives.serialization import load_pem_private_key as _load_pem_private_key
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

ROOT_LIFE = timedelta(days=3650)
AUTHORITY_LIFE = timedelta(days=1825)
DEVICE_LIFE = timedelta(days=90)
RENEW_BEFORE = timedelta(days=30)
"""A device asks for its next certificate from day 60 on."""
SERVER_LIFE = timedelta(days=365)
CRL_LIFE = timedelta(days=30)
"""The authority signs a new list every day, so a hub may be off for a month."""
ROOT_CRL_LIFE = AUTHORITY_LIFE
"""As long as an authority lives. The notes' 365 days would lock a whole office out when nobody fetches the root from
its drawer in time; a lost authority is put on a new list at once, whatever the old one says."""
BACKDATED = timedelta(minutes=5)
"""Clocks of an office differ a little."""
ORDERS_NAME = "orders"
"""Common name of the certificate that vouches for the key under orders; no device may be called so."""

PrivateKey = ec.EllipticCurvePrivateKey
PublicKey = ec.EllipticCurvePublicKey


class BadRequest(Exception):
    """A request for a certificate that nobody should sign; the text is a key: `malformed`, `wrong_name`, `weak_key`."""


class BadCertificate(Exception):
    """What came as a certificate is none of this office's; the text says why."""


class Issuer(NamedTuple):
    """Somebody who may sign certificates."""

    certificate: x509.Certificate
    key: PrivateKey


def new_key() -> PrivateKey:
    """Make a new P-256 key from the system's randomness."""
    return ec.generate_private_key(ec.SECP256R1())


def key_pem(key: PrivateKey, passphrase: str = "") -> bytes:
    """Return a private key as PEM (PKCS 8), encrypted where there is a passphrase."""
    lock = BestAvailableEncryption(passphrase.encode()) if passphrase else NoEncryption()
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, lock)


def load_key(pem: bytes, passphrase: str = "") -> PrivateKey:
    """Return the private key in a PEM file.

    Raises:
        ValueError: if it is no P-256 key, or the passphrase does not fit.
    """
    try:
        key = _load_pem_private_key(pem, passphrase.encode() or None)
    except TypeError as error:
        raise ValueError(str(error)) from None
    if not isinstance(key, ec.EllipticCurvePrivateKey):
        raise ValueError("not an elliptic curve key")
    return key


def pem_of(*certificates: x509.Certificate) -> bytes:
    """Return certificates as one PEM file."""
    return b"".join(certificate.public_bytes(Encoding.PEM) for certificate in certificates)


def name_of(certificate: x509.Certificate) -> str:
    """Return the common name: the device's name."""
    names = certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)
    return str(names[0].value) if names else ""


def fingerprint_of(certificate: x509.Certificate) -> str:
    """Return the SHA-256 of a certificate (hex)."""
    return certificate.fingerprint(hashes.SHA256()).hex()


# signing ------------------------------------------------------------------------------------------------------------


def make_root(name: str, now: datetime) -> Issuer:
    """Make the root of a city or of one office; its key belongs into a drawer."""
    key = new_key()
    subject = _name(name)
    draft = _draft(subject, subject, key.public_key(), now, ROOT_LIFE).add_extension(
        x509.BasicConstraints(ca=True, path_length=1), critical=True
    )
    return Issuer(_for_signing(draft, key.public_key()).sign(key, hashes.SHA256()), key)


def make_authority(root: Issuer, name: str, now: datetime) -> Issuer:
    """Make the authority that signs devices, under `root`; it can make no authority of its own."""
    key = new_key()
    draft = _draft(_name(name), root.certificate.subject, key.public_key(), now, AUTHORITY_LIFE).add_extension(
        x509.BasicConstraints(ca=True, path_length=0), critical=True
    )
    return Issuer(_for_signing(draft, key.public_key()).sign(root.key, hashes.SHA256()), key)


def issue_device(
    authority: Issuer, public: PublicKey, name: str, now: datetime, life: timedelta = DEVICE_LIFE
) -> x509.Certificate:
    """Return a certificate by which the holder of the key may speak as the device `name`."""
    draft = _leaf(authority, name, public, now, life).add_extension(
        x509.ExtendedKeyUsage([ExtendedKeyUsageOID.CLIENT_AUTH]), critical=False
    )
    return draft.sign(authority.key, hashes.SHA256())


def issue_broker(authority: Issuer, public: PublicKey, host: str, now: datetime) -> x509.Certificate:
    """Return the broker's certificate for the one name, or address, by which its clients know it."""
    draft = (
        _leaf(authority, host, public, now, SERVER_LIFE)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .add_extension(x509.SubjectAlternativeName([_host(host)]), critical=False)
    )
    return draft.sign(authority.key, hashes.SHA256())


def issue_orders(authority: Issuer, public_hex: str, now: datetime) -> x509.Certificate:
    """Return the certificate of the Ed25519 key that signs orders; it opens no connection."""
    public = Ed25519PublicKey.from_public_bytes(bytes.fromhex(public_hex))
    draft = _draft(_name(ORDERS_NAME), authority.certificate.subject, public, now, AUTHORITY_LIFE).add_extension(
        x509.ExtendedKeyUsage([ExtendedKeyUsageOID.CODE_SIGNING]), critical=True
    )
    return draft.sign(authority.key, hashes.SHA256())


def revocation_list(
    issuer: Issuer, revoked: Iterable[tuple[int, datetime]], now: datetime, life: timedelta = CRL_LIFE
) -> bytes:
    """Return the list (PEM) of the serial numbers that `issuer` no longer stands for, with the moments of their ends.

    The broker needs the lists of both levels; a certificate whose issuer has no list there is refused, so devices of
    other offices under the same root stay outside.
    """
    draft = x509.CertificateRevocationListBuilder(
        issuer_name=issuer.certificate.subject, last_update=now - BACKDATED, next_update=now + life
    )
    for serial, when in revoked:
        draft = draft.add_revoked_certificate(
            x509.RevokedCertificateBuilder(serial_number=serial, revocation_date=when).build()
        )
    draft = draft.add_extension(x509.CRLNumber(int(now.timestamp())), critical=False)
    return draft.sign(issuer.key, hashes.SHA256()).public_bytes(Encoding.PEM)


# asking -------------------------------------------------------------------------------------------------------------


def make_request(key: PrivateKey, name: str) -> bytes:
    """Return a request (PEM) for a certificate: it proves that the asker has the key."""
    return (
        x509.CertificateSigningRequestBuilder()
        .subject_name(_name(name))
        .sign(key, hashes.SHA256())
        .public_bytes(Encoding.PEM)
    )


def key_asked_for(request: bytes, name: str) -> PublicKey:
    """Return the public key of a request by the device `name`; nothing else in a request is looked at.

    Raises:
        BadRequest: if it is no request, does not hold together, is for another name, or has another kind of key.
    """
    try:
        asked = x509.load_pem_x509_csr(request)
        names = [str(item.value) for item in asked.subject.get_attributes_for_oid(NameOID.COMMON_NAME)]
        public, holds = asked.public_key(), asked.is_signature_valid
    except Exception as error:
        # the parser's errors are many (ValueError, UnsupportedAlgorithm ...): a stranger's bytes are refused
        raise BadRequest("malformed") from error
    if not holds:
        raise BadRequest("malformed")
    if names != [name]:
        raise BadRequest("wrong_name")
    if not isinstance(public, ec.EllipticCurvePublicKey) or not isinstance(public.curve, ec.SECP256R1):
        raise BadRequest("weak_key")
    return public


# checking -----------------------------------------------------------------------------------------------------------


def load_chain(pem: bytes) -> tuple[x509.Certificate, x509.Certificate]:
    """Return authority and root of a chain file.

    Raises:
        BadCertificate: if it is not an authority under a root.
    """
    try:
        chain = x509.load_pem_x509_certificates(pem)
        if len(chain) != 2:
            raise BadCertificate(f"a chain is an authority and its root, not {len(chain)} certificates")
        authority, root = chain
        authority.verify_directly_issued_by(root)
        root.verify_directly_issued_by(root)
        for each in chain:
            if not each.extensions.get_extension_for_class(x509.BasicConstraints).value.ca:
                raise BadCertificate("a certificate of the chain may not sign others")
    except (ValueError, TypeError, InvalidSignature, x509.ExtensionNotFound) as error:
        raise BadCertificate(f"the chain does not hold together ({error or 'wrong signature'})") from None
    return authority, root


def check_device(pem: bytes, chain: bytes, key: PrivateKey, name: str) -> x509.Certificate:
    """Return a device's certificate if it is for this key and name and of this chain; the date is not looked at.

    Raises:
        BadCertificate: if not.
    """
    authority, _ = load_chain(chain)
    certificate = _signed_by(authority, pem)
    if name_of(certificate) != name:
        raise BadCertificate(f'it is for "{name_of(certificate)}", not for "{name}"')
    if certificate.public_key() != key.public_key():
        raise BadCertificate("it is for another key")
    return certificate


def order_key_of(pem: bytes, chain: bytes) -> str:
    """Return the public key (hex) that signs orders of this office.

    Raises:
        BadCertificate: if the certificate is none of the chain's, or not for orders.
    """
    authority, _ = load_chain(chain)
    certificate = _signed_by(authority, pem)
    public = certificate.public_key()
    if name_of(certificate) != ORDERS_NAME or not isinstance(public, Ed25519PublicKey):
        raise BadCertificate("it is not the certificate of the key under orders")
    return public.public_bytes_raw().hex()


def _signed_by(authority: x509.Certificate, pem: bytes) -> x509.Certificate:
    try:
        certificate = x509.load_pem_x509_certificate(pem)
        certificate.verify_directly_issued_by(authority)
    except (ValueError, TypeError, InvalidSignature) as error:
        raise BadCertificate(f"it is not signed by this office ({error or 'wrong signature'})") from None
    return certificate


def _name(common: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common)])


def _host(host: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(host))
    except ValueError:
        return x509.DNSName(host)


def _draft(
    subject: x509.Name, issuer: x509.Name, public: PublicKey | Ed25519PublicKey, now: datetime, life: timedelta
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(public)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - BACKDATED)
        .not_valid_after(now + life)
    )


def _leaf(authority: Issuer, name: str, public: PublicKey, now: datetime, life: timedelta) -> x509.CertificateBuilder:
    draft = _draft(_name(name), authority.certificate.subject, public, now, life)
    draft = draft.add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
    return _with_usage(draft, digital_signature=True).add_extension(
        x509.AuthorityKeyIdentifier.from_issuer_public_key(authority.key.public_key()), critical=False
    )


def _for_signing(draft: x509.CertificateBuilder, public: PublicKey) -> x509.CertificateBuilder:
    draft = _with_usage(draft, signs_others=True)
    return draft.add_extension(x509.SubjectKeyIdentifier.from_public_key(public), critical=False)


def _with_usage(
    draft: x509.CertificateBuilder, *, digital_signature: bool = False, signs_others: bool = False
) -> x509.CertificateBuilder:
    usage = x509.KeyUsage(
        digital_signature=digital_signature,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=signs_others,
        crl_sign=signs_others,
        encipher_only=False,
        decipher_only=False,
    )
    return draft.add_extension(usage, critical=True)
