"""A disk that fills up, and gets room again."""

import random
import sqlite3
from typing import cast

from kiosk.bench.rig.power_cut import Disk


class SmallDisk:
    """A disk of a given size, with other people's files on it.

    Example:
        disk = SmallDisk(2_000_000)
        connection = disk.open("outbox.db")
        disk.fill(0.85)
    """

    def __init__(self, capacity: int) -> None:
        self._disk = Disk(random.Random(1), capacity)
        self._capacity = capacity

    def open(self, name: str) -> sqlite3.Connection:
        """Open a database on it as the product opens one."""
        return cast(sqlite3.Connection, self._disk.open(name))

    def usage(self, _folder: object = None) -> tuple[int, int, int]:
        """Return total, used and free bytes: hand it to `Outbox` in the place of `shutil.disk_usage`."""
        return self._capacity, self._capacity - self._free, self._free

    def fill(self, share: float) -> None:
        """Let other files take so much that `share` of the disk is used; 1: nothing more can be written."""
        own = sum(len(file.seen) for file in self._disk.files.values())
        others = max(0, int(share * self._capacity) - own)
        self._disk.capacity = self._capacity - others

    @property
    def _free(self) -> int:
        return self._disk.usage()[2]
