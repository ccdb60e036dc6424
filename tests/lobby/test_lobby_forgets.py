"""After the visit nothing of the citizen is left in the memory of the kiosk's process."""

import os
import subprocess
import sys

import pytest

from kiosk.ui.erasing import ERASING
from tests.lobby.forgetting_lobby import card_of
from tests.memory_of import found_in


class Kiosk:
    """The process of `forgetting_lobby`."""

    def __init__(self, seed: int) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.lobby.forgetting_lobby", str(seed)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            env={**os.environ, **ERASING},
        )
        assert self.process.stdout is not None
        while (line := self.process.stdout.readline()) and line.strip() != "ready":
            pass

    def do(self, command: str) -> str:
        """Send a command and return the step that the screen is at then."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(command + "\n")
        self.process.stdin.flush()
        return self.process.stdout.readline().strip()


@pytest.mark.parametrize("ending", ["end", "silence"])
def test_number_and_name_are_gone_from_memory_when_the_visit_is_over(ending: str) -> None:
    seed = 11 if ending == "end" else 12
    number, name, _ = card_of(seed)
    kiosk = Kiosk(seed)
    try:
        assert kiosk.do("card") == "greeting"
        assert kiosk.do("search") == "search"
        during = found_in(kiosk.process.pid, [number, name])
        assert min(during.values()) > 0, "the scan finds what is there"
        assert kiosk.do(ending) == "idle"
        after = found_in(kiosk.process.pid, [number, name, "T. M. Duyên", "Đ. M. Duyên"])
        assert after == dict.fromkeys(after, 0)
    finally:
        kiosk.process.kill()
        kiosk.process.communicate()
