"""The shell in a process of its own: a window that survives errors, is reached from threads, and ends when told."""

import io
import json
import os
import socket
import subprocess
import sys

import pytest
from PIL import Image

PROGRAM = """
import sys, threading
from kiosk.ui.shell import Shell, prepare_kivy
prepare_kivy(540, 960, offscreen=True)
from kiosk.lobby.screens import LobbyScreens
from kiosk.lobby.screens.gallery import gallery
from kiosk.ui.locales import texts_for
from kiosk.ui.mirror import Mirror

states = dict(gallery("vi"))

def emit(intent):
    print(type(intent).__name__, flush=True)
    if type(intent).__name__ == "CallHelp":
        raise RuntimeError("a fault in the role")
    screens.render(states["search"])

screens = LobbyScreens(texts_for, emit)
mirror = Mirror()
shell = Shell(screens, mirror)
screens.render(states["idle"])
print(mirror.port, flush=True)

def commands():
    for line in sys.stdin:
        if line.strip() == "fail":
            shell.call(lambda: 1 / 0)
        elif line.strip() == "stop":
            shell.stop()

threading.Thread(target=commands, daemon=True).start()
shell.run()
print("ended", flush=True)
"""


@pytest.fixture
def program():
    process = subprocess.Popen(
        [sys.executable, "-c", PROGRAM],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": os.getcwd()},
    )
    yield process
    process.kill()
    process.communicate()


def frame(stream):
    return Image.open(io.BytesIO(stream.read(int.from_bytes(stream.read(4), "big"))))


def test_a_window_is_seen_touched_survives_faults_and_ends(program):
    port = int(program.stdout.readline())
    with socket.create_connection(("127.0.0.1", port), timeout=30) as viewer:
        stream = viewer.makefile("rb")
        assert frame(stream).size == (540, 960)

        def touch(x, y):
            for kind in ("down", "up"):
                viewer.sendall(json.dumps({"kind": kind, "x": x, "y": y}).encode() + b"\n")

        touch(0.93, 0.96)  # "Gọi hỗ trợ", whose handler fails
        assert program.stdout.readline() == "CallHelp\n"
        program.stdin.write("fail\n")
        program.stdin.flush()
        touch(0.25, 0.82)  # the search field: the window still works
        assert program.stdout.readline() == "OpenSearch\n"
        assert frame(stream).size == (540, 960)
    program.stdin.write("stop\n")
    program.stdin.flush()
    assert program.stdout.readline() == "ended\n"
    assert program.wait(timeout=20) == 0
    log = program.stderr.read()
    assert "a fault in the role" in log
    assert "division by zero" in log


def test_kivy_must_be_prepared_before_it_is_imported(window):
    from kiosk.ui.shell import prepare_kivy

    with pytest.raises(RuntimeError, match="before the first import"):
        prepare_kivy(100, 100, offscreen=True)
