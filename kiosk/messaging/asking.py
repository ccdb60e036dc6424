"""Requests that wait for their reply: each is answered once, with the hub's words or with None."""

import hashlib
from collections.abc import Callable

from kiosk.domain.replies import Reply

OnReply = Callable[[Reply | None], None]


class _Asked:
    """One request under way."""

    def __init__(self, on_reply: OnReply) -> None:
        self.on_reply = on_reply
        self.age_s = 0.0


class OpenRequests:
    """The requests of one life of a device, by their MQTT 5 correlation."""

    def __init__(self, boot: str, limit_s: float) -> None:
        """Begin with none.

        Args:
            boot: id of this life; replies to another one are strangers.
            limit_s: age beyond which a request is given up.
        """
        self._salt = hashlib.blake2b(boot.encode(), digest_size=8).digest()
        self._limit_s = limit_s
        self._count = 0
        self._open: dict[bytes, _Asked] = {}

    def __len__(self) -> int:
        return len(self._open)

    def __contains__(self, correlation: object) -> bool:
        return correlation in self._open

    def begin(self, on_reply: OnReply) -> bytes:
        """Note a request; return the 16 bytes that its reply will carry."""
        self._count += 1
        correlation = self._salt + self._count.to_bytes(8, "big")
        self._open[correlation] = _Asked(on_reply)
        return correlation

    def answer(self, correlation: bytes, reply: Reply | None) -> None:
        """End one request; a second answer is ignored."""
        asked = self._open.pop(correlation, None)
        if asked is not None:
            asked.on_reply(reply)

    def grow_older(self, seconds: float) -> None:
        """Give up those that have waited too long."""
        for correlation, asked in list(self._open.items()):
            asked.age_s += seconds
            if asked.age_s > self._limit_s:
                self.answer(correlation, None)

    def give_up(self) -> None:
        """End all of them with None."""
        for correlation in list(self._open):
            self.answer(correlation, None)
