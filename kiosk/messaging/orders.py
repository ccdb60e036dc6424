"""Orders between hub and device: signing them, and the device's desk that obeys each of them at most once."""

import logging
from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path

import msgspec
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from kiosk.domain.orders import AnyOrder, SignedOrder, refusal_of
from kiosk.messaging.durable import write_durably
from kiosk.messaging.identity import DeviceKey

LONGEST = 4096
"""Bytes; a longer order is refused unread."""
COUNTER_FILE = "order.counter"
_LARGEST_COUNTER = 2**63 - 1

log = logging.getLogger(__name__)


def sign_order(key: DeviceKey, order: AnyOrder) -> bytes:
    """Return an order as it travels."""
    said = msgspec.json.encode(order, order="sorted")
    return msgspec.json.encode(SignedOrder(order=msgspec.Raw(said), signature=key.sign(said).hex()))


class BadOrder(Exception):
    """Nobody of this office signed that; the text is a key: `malformed` or `wrong_signature`."""


def open_order(payload: bytes, public_hex: str) -> AnyOrder:
    """Return what the holder of the key ordered.

    Raises:
        BadOrder: if it was changed, or signed by somebody else, or is no order that this version knows.
    """
    if len(payload) > LONGEST:
        raise BadOrder("malformed")
    try:
        signed = msgspec.json.decode(payload, type=SignedOrder)
        signature = bytes.fromhex(signed.signature)
    except (ValueError, RecursionError):
        raise BadOrder("malformed") from None
    said = bytes(signed.order)
    try:
        Ed25519PublicKey.from_public_bytes(bytes.fromhex(public_hex)).verify(signature, said)
    except (InvalidSignature, ValueError):
        raise BadOrder("wrong_signature") from None
    try:
        order: AnyOrder = msgspec.json.decode(said, type=AnyOrder)
    except (ValueError, RecursionError):
        raise BadOrder("malformed") from None
    if order.counter > _LARGEST_COUNTER:
        raise BadOrder("malformed")
    return order


class OrderDesk:
    """Where a device receives orders; everything here runs on the role's thread."""

    def __init__(
        self,
        device: str,
        folder: Path,
        public_key: Callable[[], str],
        now: Callable[[], datetime],
        knows_the_time: Callable[[], bool],
        acts: Mapping[str, Callable[[], None]],
        done: Callable[[AnyOrder], None],
    ) -> None:
        """Begin.

        Args:
            device: own name.
            folder: where the highest counter is kept.
            public_key: key (hex) under the office's orders, or nothing while none is known.
            now: the clock's moment.
            knows_the_time: False while nobody vouches for the clock.
            acts: what is done, by the order's `op`.
            done: hears of every order that is about to be carried out, for the books.
        """
        self.refused: dict[str, int] = {}
        """How many orders were not obeyed, by reason."""
        self._device = device
        self._file = folder / COUNTER_FILE
        self._public_key = public_key
        self._now = now
        self._knows_the_time = knows_the_time
        self._acts = acts
        self._done = done

    def take(self, op: str, payload: bytes) -> bool:
        """Take what came as an order `op`; tell whether it was carried out. Never raises for what a stranger sent."""
        try:
            order = open_order(payload, self._public_key())
        except BadOrder as error:
            return self._refuse(str(error))
        if order.__struct_config__.tag != op or op not in self._acts:
            return self._refuse("other_order")
        try:
            last = self._last()
        except (OSError, ValueError):
            # nobody knows any more what was done already: better no order than one twice
            return self._refuse("no_counter")
        refusal = refusal_of(order, self._device, self._now(), last, self._knows_the_time())
        if refusal:
            return self._refuse(refusal)
        try:
            write_durably(self._file, str(order.counter).encode())
        except OSError as error:
            log.error("an order cannot be carried out: its number cannot be kept (%s)", error)
            return self._refuse("no_counter")
        log.warning("order %d of the office: %s", order.counter, op)
        self._done(order)
        self._acts[op]()
        return True

    def _last(self) -> int:
        try:
            return int(self._file.read_text(encoding="ascii"))
        except FileNotFoundError:
            return 0

    def _refuse(self, reason: str) -> bool:
        if reason not in self.refused:
            log.warning("an order was refused: %s", reason)
        self.refused[reason] = self.refused.get(reason, 0) + 1
        return False
