"""A monkey before the screens: whatever it does, nothing falls over, and home comes back."""

import json
import os
import subprocess
import sys

import pytest


@pytest.mark.parametrize("role", ["lobby", "counter", "board"])
def test_random_visits_end_at_home_without_an_error(role):
    done = subprocess.run(
        [sys.executable, "-m", "kiosk.bench.rig.monkey", role, "5", "20261125"],
        capture_output=True,
        text=True,
        env={**os.environ, "KIVY_GL_BACKEND": "mock"},
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    outcome = json.loads(done.stdout.splitlines()[-1])
    assert (outcome["exceptions"], outcome["not_home_within_60_s"]) == (0, 0), outcome["examples"]
