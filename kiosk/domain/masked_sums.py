"""Small days of several counters as one day of the office, while nobody sees the parts: masked sums.

A box whose day stayed below k says only that. The hub names who takes part; every box adds to its four counts one
mask for each other box, from a secret that only these two have, with opposite signs, so that the masks leave the sum
of all (Bonawitz et al., *Practical Secure Aggregation*, CCS 2017, §4.0, here without its recovery from drop-outs: who
is missing ends the merge, and everybody keeps the day for the week). The last of the boxes is the keeper: it gets the
masked total of the others, takes its own masks off, and so knows how many visits all had together; only if that is
`k` or more does it send its part too. Until then the hub holds nothing but evenly spread numbers.

What that keeps from whom: the hub, its ledger, its backups, the centre and every reader of them never learn counts
below k, nor which share of a sum is whose. The keeper learns how many visits the others had together, never how they
looked. Trusted: that the hub passes the boxes' keys on unchanged and names real boxes only. A hub that were rewritten
to invent keys or boxes could learn a counter's small day; so could all the other boxes of a merge together.

Pure: keys and secrets come in as arguments, the hub's and the boxes' moments as well.
"""

import hmac
from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from hashlib import sha256

import msgspec

from kiosk.domain.commands import MergeSmallDay
from kiosk.domain.expression import Counts, K, close_day

MODULUS = 1 << 64
"""Masked numbers are of this ring."""
WAIT = timedelta(hours=2)
"""From the first box that says it has a small day until those who said so are named: boxes are switched on in the
morning within an hour of each other (office hours, product notes)."""
LONGEST = timedelta(hours=10)
"""From the first word of a day to its end: a box that is off by then is not waited for."""
OLDEST = timedelta(days=8)
"""After so long a day is settled without an answer: its week has been over for a day at least."""

Masked = tuple[int, int, int, int]
"""Positive, neutral, negative, uncertain under masks, each 0 to `MODULUS` - 1."""


# a box --------------------------------------------------------------------------------------------------------------


def small_days(today: date, cells: Mapping[tuple[date, int], Counts], k: int = K) -> dict[date, dict[int, Counts]]:
    """Return the closed days that stay below `k` on this box, with their counters."""
    found: dict[date, dict[int, Counts]] = {}
    for day in sorted({day for day, _ in cells if day < today}):
        kept = close_day(day, {counter: counts for (at, counter), counts in cells.items() if at == day}, k).kept
        if kept:
            found[day] = {counter: counts for (_, counter), counts in kept.items()}
    return found


def masked(counts: Counts, device: str, day: date, keys: Mapping[str, str], secrets: Mapping[str, bytes]) -> Masked:
    """Return what `device` may send of `counts`.

    Args:
        keys: public key of every box that takes part; the masks hold for exactly these.
        secrets: what `device` shares with each of the others.
    """
    total = (counts.positive, counts.neutral, counts.negative, counts.uncertain)
    for other in sorted(keys):
        if other != device:
            sign = 1 if device < other else -1
            mask = _mask(secrets[other], day, keys, *sorted((device, other)))
            total = _sum((total, _times(sign, mask)))
    return total


def visits_with(own: Masked, total: int) -> int:
    """Return how many visits all had, from the keeper's own part and the masked `total` of the others."""
    return (sum(own) + total) % MODULUS


def is_enough(visits: int, boxes: int, k: int) -> bool:
    """Tell whether a sum of `boxes` small days may be published; more than they can have is a faulty box's doing."""
    return k <= visits <= boxes * (k - 1)


def _mask(secret: bytes, day: date, keys: Mapping[str, str], one: str, other: str) -> Masked:
    """Return four numbers for a pair: HKDF-SHA-256 (RFC 5869), whose first block of 32 bytes is all that is needed."""
    named = msgspec.json.encode((day, sorted(keys.items()), one, other))
    block = hmac.digest(hmac.digest(b"kiosk masked sums 1", secret, sha256), named + b"\x01", sha256)
    return _four(int.from_bytes(block[begin : begin + 8]) for begin in range(0, 32, 8))


# the hub ------------------------------------------------------------------------------------------------------------


class Merge(msgspec.Struct, frozen=True, kw_only=True):
    """One day's merge as the hub keeps it."""

    day: date
    opened: datetime
    """When the first box said that it has a small day."""
    k: int = K
    """The strictest of the boxes' own."""
    keys: dict[str, str] = {}
    """Public key of every box that has a small day, until they are named; then of those who take part."""
    is_named: bool = False
    parts: dict[str, Masked] = {}
    """What came; empty again when it is over."""
    outcome: str = ""
    """`published`, `kept` (everybody keeps its own for the week), or empty before."""


class MergeStanding(msgspec.Struct, frozen=True, kw_only=True):
    """What the hub answers to `MergeSmallDay`."""

    state: str
    """`waiting`, `your_turn` (send your part), `published` or `kept`."""
    keys: dict[str, str] = {}
    """With `your_turn`: the public key of every box that takes part, by device."""
    k: int = K
    total: int | None = None
    """With the keeper's turn: the sum of what the others sent, under masks."""


def keeper_of(keys: Iterable[str]) -> str:
    """Return who sends its part last, knowing whether all together are enough."""
    return max(keys)


def may_open(day: date, now: datetime) -> bool:
    """Tell whether a merge of `day` may begin: closed, and not so old that boxes gave it up."""
    return now.date() - OLDEST < day < now.date()


def heard(merge: Merge, device: str, said: MergeSmallDay, now: datetime) -> tuple[Merge, Counts | None]:
    """Return what the word of a box makes of a merge, and the sum to publish with that change, once."""
    merge = _aged(merge, now)
    if merge.outcome:
        return merge, None
    if not merge.is_named:
        keys = {**merge.keys, device: said.key}
        return msgspec.structs.replace(merge, keys=keys, k=max(merge.k, said.k)), None
    if merge.keys.get(device) != said.key or not _may_send(merge, device):
        return merge, None
    if said.too_few:
        return (_over(merge, "kept") if device == keeper_of(merge.keys) else merge), None
    if said.masked is None or not all(0 <= number < MODULUS for number in said.masked):
        return merge, None
    merge = msgspec.structs.replace(merge, parts={**merge.parts, device: said.masked})
    if len(merge.parts) < len(merge.keys):
        return merge, None
    positive, neutral, negative, uncertain = _sum(merge.parts.values())
    sums = Counts(positive=positive, neutral=neutral, negative=negative, uncertain=uncertain)
    if not is_enough(sums.visits, len(merge.keys), merge.k):
        return _over(merge, "kept"), None
    return _over(merge, "published"), sums


def standing_of(merge: Merge, device: str, key: str) -> MergeStanding:
    """Return what `device` is told."""
    takes_part = merge.keys.get(device) == key
    if merge.outcome or (merge.is_named and not takes_part):
        return MergeStanding(state=merge.outcome if merge.outcome and takes_part else "kept")
    if not merge.is_named or not _may_send(merge, device):
        return MergeStanding(state="waiting")
    total = None
    if device == keeper_of(merge.keys):
        total = sum(sum(part) for part in merge.parts.values()) % MODULUS
    return MergeStanding(state="your_turn", keys=merge.keys, k=merge.k, total=total)


def _may_send(merge: Merge, device: str) -> bool:
    """Tell whether a named box's part is due: once, and the keeper's last."""
    is_last = len(merge.parts) == len(merge.keys) - 1
    return device not in merge.parts and (is_last or device != keeper_of(merge.keys))


def _aged(merge: Merge, now: datetime) -> Merge:
    if merge.outcome or now < merge.opened + WAIT:
        return merge
    if now >= merge.opened + LONGEST or len(merge.keys) < 2:
        return _over(merge, "kept")
    return msgspec.structs.replace(merge, is_named=True)


def _over(merge: Merge, outcome: str) -> Merge:
    return msgspec.structs.replace(merge, outcome=outcome, parts={})


def _sum(parts: Iterable[Masked]) -> Masked:
    return _four(sum(column) % MODULUS for column in zip(*parts, strict=True))


def _times(sign: int, mask: Masked) -> Masked:
    return _four(sign * number % MODULUS for number in mask)


def _four(numbers: Iterable[int]) -> Masked:
    first, second, third, fourth = numbers
    return first, second, third, fourth
