"""Who belongs to the office, and whose certificates no longer count: one small file that only grows.

It stands beside the authority's keys and not in the ledger: a ledger that is brought back from last night's backup
must not let a device in again that was thrown out this morning.
"""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

import msgspec

from kiosk.messaging.durable import write_durably


class BadRegister(Exception):
    """The file cannot be used; the text says where it is and what to do."""


class Issued(msgspec.Struct, frozen=True, kw_only=True):
    """One certificate of a device."""

    serial: str
    """Hex."""
    until: datetime
    certificate: str
    """PEM, so that an answer that got lost is given again."""
    public_key: str
    """SHA-256 of the key (hex): the same request gets the same certificate."""


class Member(msgspec.Struct, frozen=True, kw_only=True):
    """A device of the office."""

    name: str
    role: str
    since: datetime
    code: str
    signing_key: str
    certificates: tuple[Issued, ...]
    """Oldest first."""

    @property
    def until(self) -> datetime:
        """Return when its newest certificate ends."""
        return self.certificates[-1].until


class Revoked(msgspec.Struct, frozen=True, kw_only=True):
    """A certificate that no longer counts."""

    name: str
    serial: str
    when: datetime
    until: datetime
    """After this it would not count anyway, and is taken off the list."""


class Contents(msgspec.Struct, frozen=True, kw_only=True):
    """The whole file."""

    members: tuple[Member, ...] = ()
    revoked: tuple[Revoked, ...] = ()
    order_counter: int = 0

    def member(self, name: str) -> Member | None:
        """Return the device of that name, or None."""
        return next((member for member in self.members if member.name == name), None)

    def with_member(self, member: Member) -> "Contents":
        """Return the register with a device added, or its entry replaced."""
        others = tuple(other for other in self.members if other.name != member.name)
        return msgspec.structs.replace(self, members=(*others, member))

    def without(self, name: str, when: datetime) -> "Contents":
        """Return the register without a device: each of its certificates is on the list from now on."""
        gone = self.member(name)
        if gone is None:
            return self
        ended = tuple(Revoked(name=name, serial=each.serial, when=when, until=each.until) for each in gone.certificates)
        members = tuple(member for member in self.members if member.name != name)
        return msgspec.structs.replace(self, members=members, revoked=(*self.revoked, *ended))


class Register:
    """The file; several processes may use it: the hub, and a technician's command beside it."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def read(self) -> Contents:
        """Return what stands there; an absent file is an empty register.

        Raises:
            BadRegister: if it cannot be read.
        """
        try:
            return msgspec.json.decode(self._path.read_bytes(), type=Contents)
        except FileNotFoundError:
            return Contents()
        except (OSError, msgspec.DecodeError, UnicodeDecodeError) as error:
            raise BadRegister(
                f"{self._path} cannot be read ({error}). It says whose certificates no longer count: bring it back "
                f"from a copy, or move the folder {self._path.parent} away and let every device enrol anew"
            ) from None

    @contextmanager
    def changing(self) -> Iterator["Change"]:
        """Change the register while nobody else does; it is written where the block ends well.

        Raises:
            BadRegister: if it cannot be read.
            OSError: if it cannot be written; nothing changed then.
        """
        with self._path.with_suffix(".lock").open("wb") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            change = Change(self.read())
            before = change.contents
            yield change
            if change.contents != before:
                write_durably(self._path, msgspec.json.encode(change.contents))

    @property
    def stamp(self) -> tuple[int, int]:
        """Return what changes with every change of the file, also by another process."""
        try:
            found = self._path.stat()
        except OSError:
            return (0, 0)
        return (found.st_mtime_ns, found.st_ino)


class Change:
    """A change under way: set `contents`."""

    def __init__(self, contents: Contents) -> None:
        self.contents = contents
