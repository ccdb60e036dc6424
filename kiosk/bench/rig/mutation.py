"""Messages as no honest device sends them: cut, swollen, shuffled, with other values, other names, other bytes."""

import random
from collections.abc import Callable
from typing import Any

import msgspec

_STRANGE: tuple[Any, ...] = (
    None, True, False, 0, -1, 1, 2**31, 2**63, -(2**63), 1e308, -1e308, 0.1, "", "\x00", "a" * 5_000, "\ud7ff",
    "ngày", "2026-11-24", "9999-12-31T23:59:59+07:00", "0001-01-01T00:00:00+07:00", "2026-11-24T08:00:00", [], [[]],
    {}, {"a": {"a": {}}}, ["x"] * 200,
)  # fmt: skip
_DEEP = b"[" * 50_000
_LARGEST = 64 * 1024


def mutated(payload: bytes, chance: random.Random) -> bytes:
    """Return a variation of a message; now and then two of them at once."""
    for _ in range(chance.choice((1, 1, 1, 2, 4))):
        payload = chance.choice(_WAYS)(payload, chance)
    return payload


def _byte(payload: bytes, chance: random.Random) -> bytes:
    if not payload:
        return b"\xff"
    place = chance.randrange(len(payload))
    return payload[:place] + bytes([chance.randrange(256)]) + payload[place + 1 :]


def _cut(payload: bytes, chance: random.Random) -> bytes:
    return payload[: chance.randrange(len(payload) + 1)]


def _hole(payload: bytes, chance: random.Random) -> bytes:
    begin = chance.randrange(len(payload) + 1)
    return payload[:begin] + payload[begin + chance.randrange(1, 20) :]


def _stutter(payload: bytes, chance: random.Random) -> bytes:
    begin = chance.randrange(len(payload) + 1)
    piece = payload[begin : begin + chance.randrange(1, 40)]
    return payload[:begin] + piece * chance.randrange(2, 5) + payload[begin:]


def _insert(payload: bytes, chance: random.Random) -> bytes:
    place = chance.randrange(len(payload) + 1)
    what = chance.choice((b"\x00", b"\xff\xfe", b"\xed\xa0\x80", b'"', b"}", b"]", b"\\u0000", b"1e999", b"NaN"))
    return payload[:place] + what + payload[place:]


def _other(payload: bytes, chance: random.Random) -> bytes:
    return chance.choice((b"", b"null", b"[]", b"{}", b"0", b'""', _DEEP, b"\xff" * 100, b" " * (_LARGEST + 1)))


def _value(payload: bytes, chance: random.Random) -> bytes:
    """Put a strange value somewhere, drop a field, or add one: still JSON."""
    try:
        tree = msgspec.json.decode(payload)
        places = list(_places(tree))
        if not places:
            return payload
        container, key = chance.choice(places)
        if isinstance(container, dict) and chance.random() < 0.2:
            del container[key]
        elif isinstance(container, dict) and chance.random() < 0.1:
            container[chance.choice(("x", "", "at", "seq", "data"))] = chance.choice(_STRANGE)
        else:
            container[key] = chance.choice(_STRANGE)
        return msgspec.json.encode(tree)
    except (ValueError, RecursionError):
        return payload


def _places(tree: Any) -> list[tuple[Any, Any]]:
    found: list[tuple[Any, Any]] = []
    waiting = [tree]
    while waiting:
        item = waiting.pop()
        keys = list(item) if isinstance(item, dict) else list(range(len(item))) if isinstance(item, list) else []
        for key in keys:
            found.append((item, key))
            waiting.append(item[key])
    return found


_WAYS: tuple[Callable[[bytes, random.Random], bytes], ...] = (
    _byte, _cut, _hole, _stutter, _insert, _other, _value, _value, _value, _value,
)  # fmt: skip
