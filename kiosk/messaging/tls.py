"""How a device opens its line to the office's broker: its own certificate, and nobody's word but the pinned chain's.

The broker is known by one name under the office's chain (`hub_host`), not by its address: an address may change with
every router. A board without a battery clock starts years behind; while nobody vouches for its clock, dates are not
looked at, which weakens nothing but expiry, since only the pinned chain is trusted (messaging notes §8.3).
"""

import ssl
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec

from kiosk.messaging.topics import Topics

NO_CHECK_TIME = 0x200000
"""X509_V_FLAG_NO_CHECK_TIME of OpenSSL, which Python's `ssl` does not name."""


def hub_host(topics: Topics) -> str:
    """Return the name in the certificate of an office's broker; it stands in no DNS (`.internal`: ICANN 2024)."""
    province, commune = topics.source("").split(".")[:2]
    return f"{topics.hub}.c{commune}.p{province}.internal"


class TlsFiles(msgspec.Struct, frozen=True, kw_only=True):
    """What a client needs for mutual TLS: files, so that a renewed certificate is taken at the next connection."""

    key: Path
    """PEM, readable by its owner only."""
    certificate: Path
    chain: Path
    """Authority and root: what the client shows with its certificate, and all that it trusts."""
    host: str
    """The one name of the broker: `hub_host`."""

    @property
    def are_there(self) -> bool:
        """Tell whether the device was let in: all three files are there."""
        return all(path.exists() for path in (self.key, self.certificate, self.chain))

    def context(self, is_clock_trusted: bool = True) -> ssl.SSLContext:
        """Return the settings of a new connection.

        Args:
            is_clock_trusted: False while this device does not know the date: no certificate is refused for its dates.

        Raises:
            OSError: if a file is missing or holds nothing usable.
        """
        context = _OneHost(ssl.PROTOCOL_TLS_CLIENT)
        context.host = self.host
        context.minimum_version = ssl.TLSVersion.TLSv1_3
        context.load_verify_locations(self.chain)
        context.load_cert_chain(self.certificate, self.key)
        if not is_clock_trusted:
            context.verify_flags |= ssl.VerifyFlags(NO_CHECK_TIME)
        return context


class Tls(msgspec.Struct, frozen=True, kw_only=True):
    """The files, and who says whether the clock can be trusted at the moment of a connection."""

    files: TlsFiles
    is_clock_trusted: Callable[[], bool] = lambda: True


class _OneHost(ssl.SSLContext):
    """Asks the other side for one name, whatever address was dialled."""

    host = ""

    def wrap_socket(self, sock: Any, *arguments: Any, **options: Any) -> ssl.SSLSocket:
        """Wrap a socket; the address that the caller names as host is not looked at."""
        options["server_hostname"] = self.host
        return super().wrap_socket(sock, *arguments, **options)
