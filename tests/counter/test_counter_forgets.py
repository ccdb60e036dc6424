"""What somebody wrote on the tablet and did not send is in no corner of its memory once they have left."""

import os
import subprocess
import sys

import pytest

from kiosk.ui.erasing import ERASING
from tests.counter.forgetting_counter import written
from tests.memory_of import found_in


@pytest.mark.parametrize(("ending", "seed"), [("back", 21), ("silence", 22)])
def test_a_letter_that_was_not_sent_is_gone_from_memory_when_its_writer_has_left(ending: str, seed: int) -> None:
    tablet = subprocess.Popen(
        [sys.executable, "-m", "tests.counter.forgetting_counter", str(seed)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        env={**os.environ, **ERASING},
    )
    assert tablet.stdin is not None
    assert tablet.stdout is not None

    def do(command: str) -> str:
        assert tablet.stdin is not None
        assert tablet.stdout is not None
        tablet.stdin.write(command + "\n")
        tablet.stdin.flush()
        return tablet.stdout.readline().strip()

    text = written(seed)
    secrets = [text[:14], text[-12:]]
    try:
        while (line := tablet.stdout.readline()) and line.strip() != "ready":
            pass
        assert do("petition") == "petition"
        during = found_in(tablet.pid, secrets)
        assert min(during.values()) > 0, "the scan finds what is there"
        assert do(ending) == "idle"
        after = found_in(tablet.pid, secrets)
        assert after == dict.fromkeys(after, 0)
    finally:
        tablet.kill()
        tablet.communicate()
