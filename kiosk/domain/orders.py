"""What the hub may tell a device to do, and when the device obeys: signed, to this device, in time, and only once.

A broker alone is no reason to obey: whoever took it over could restart every kiosk of a city. So an order carries the
signature of the office's key, and a number that only grows. The order of the checks is that of the messaging notes
(§6.4): signature, target, expiry, counter; the counter is kept on disk before anything is done.
"""

from datetime import datetime, timedelta

import msgspec

ORDER_LIFE = timedelta(seconds=60)
"""An order that comes later than this helps nobody any more."""


class Order(msgspec.Struct, frozen=True, kw_only=True, tag_field="op"):
    """One order to one device."""

    device: str
    counter: int
    """Above that of every earlier order of this office."""
    expires: datetime


class Restart(Order, frozen=True, kw_only=True, tag="restart"):
    """End the role; whoever looks after it starts it again."""


class Identify(Order, frozen=True, kw_only=True, tag="identify"):
    """Show the device's name on its screen for a minute: which of the boxes is it?"""


class RenewNow(Order, frozen=True, kw_only=True, tag="renew"):
    """Ask for the next certificate now, with a new key."""


AnyOrder = Restart | Identify | RenewNow
ORDERS: dict[str, type[Restart] | type[Identify] | type[RenewNow]] = {
    "restart": Restart,
    "identify": Identify,
    "renew": RenewNow,
}


class SignedOrder(msgspec.Struct, frozen=True, kw_only=True):
    """How an order travels: the very bytes that were signed, so that nobody has to write them again the same way."""

    order: msgspec.Raw
    signature: str
    """Ed25519, hex."""


def refusal_of(order: AnyOrder, device: str, now: datetime, last: int, knows_the_time: bool = True) -> str:
    """Return why a well-signed order is not obeyed, or an empty text.

    Args:
        order: what was signed.
        device: who is asked to obey.
        now: the device's moment.
        last: highest counter that this device ever accepted.
        knows_the_time: False while nobody vouches for the device's clock: expiry then proves nothing.

    Returns:
        `other_device`, `expired`, `replayed` or nothing.
    """
    if order.device != device:
        return "other_device"
    if knows_the_time and (order.expires.tzinfo is None or now > order.expires):
        return "expired"
    if order.counter <= last:
        return "replayed"
    return ""
