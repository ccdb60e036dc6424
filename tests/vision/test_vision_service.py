import json
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from kiosk.devices.camera import VirtualCamera
from kiosk.domain.expression import LONGEST_S
from kiosk.vision.documents import MEASURES
from kiosk.vision.expressions import ExpressionReader
from kiosk.vision.service import VisionService, Watch
from tests.vision.pictures import at_the_counter, swaying


@pytest.fixture(scope="module")
def reader():
    return ExpressionReader()


class Table:
    """A counter and its service in one thread, with a clock that the test moves."""

    def __init__(self, reader: ExpressionReader) -> None:
        self.now = 100.0
        self.camera = VirtualCamera()
        self.watch = Watch(reader, self.camera, lambda: self.now)
        listener = socket.socket()
        self.service = VisionService(self.watch, self.camera, listener, {"no_core_dump": "held"})
        listener.close()

    def says(self, line: str | bytes) -> dict:
        reply, is_over = self.service.answer(line if isinstance(line, bytes) else json.dumps({"do": line}).encode())
        if is_over:
            self.watch.rest()
        return reply

    def sits(self, frames: int, frame: np.ndarray | None = None, every_s: float = 0.2) -> None:
        for number in range(frames):
            self.camera.hold(swaying(at_the_counter() if frame is None else frame, number))
            self.now += every_s + 1e-6


@pytest.fixture
def table(reader):
    return Table(reader)


def test_a_smile_at_the_end_of_a_visit(table):
    assert table.says("start") == {"watching": True, "camera": "ready"}
    table.sits(10)
    said = table.says("stop")
    assert (said["estimate"], said["frames_seen"], said["frames_good"]) == ("positive", 10, 10)
    assert table.camera.state == "absent"


def test_a_decline_forgets_everything(table):
    table.says("start")
    table.sits(10)
    assert table.says("cancel")["watching"] is False
    assert table.says("stop")["why_not"] == "not_started"


def test_a_counter_that_never_says_stop_has_its_camera_put_away(table):
    table.says("start")
    table.sits(50)
    assert table.watch.seconds_left() == 0.0
    table.watch.rest()
    assert table.camera.state == "absent"
    said = table.says("stop")
    assert said["estimate"] == "positive"
    assert said["frames_seen"] <= LONGEST_S / 0.2
    assert table.says("stop")["why_not"] == "not_started"


def test_frames_that_come_faster_are_left_out(table):
    table.says("start")
    table.sits(30, every_s=1 / 30)
    assert table.says("stop")["frames_seen"] <= 6


def test_a_camera_that_gives_nothing_is_no_estimate(table):
    table.says("start")
    said = table.says("stop")
    assert (said["estimate"], said["why_not"]) == ("none", "no_frames")


def test_a_covered_lens_is_no_estimate(table):
    table.says("start")
    table.sits(12, np.zeros((480, 640), np.uint8))
    assert table.says("stop")["why_not"] == "no_face"


@pytest.mark.parametrize("line", [b"", b"{", b"[]", b"7", b'{"do": "dance"}', b'{"do": ["start"]}', b"\xff\xfe"])
def test_what_is_no_request_is_told_so(table, line):
    assert "expected" in table.says(line)["error"]


def test_a_new_visit_knows_nothing_of_one_that_nobody_ended(table):
    table.says("start")
    table.sits(10)
    table.says("start")
    assert table.says("stop")["frames_seen"] == 0
    assert table.says("health")["visits"] == 2


class Process:
    """The service in a process of its own, and the line to it."""

    def __init__(self, folder: Path, *flags: str) -> None:
        at_the_counter().tofile(folder / "frame.raw")
        (folder / "spare").touch()
        child = Path(__file__).with_name("service_child.py")
        self.child = subprocess.Popen(
            [sys.executable, child, folder / "frame.raw", folder / "v.sock", "10", *flags],
            stdout=subprocess.PIPE,
            cwd=child.parents[2],
        )
        assert self.child.stdout is not None
        assert self.child.stdout.readline() == b"ready\n"
        self.path = str(folder / "v.sock")
        self.line = socket.socket(socket.AF_UNIX)
        self.line.connect(self.path)
        self.answers = self.line.makefile("rb")

    def says(self, verb: str, key: str = "do") -> dict:
        self.line.sendall(json.dumps({key: verb}).encode() + b"\n")
        return json.loads(self.answers.readline())

    def holds(self, rows: list[bytes]) -> int:
        """How many of the rows stand somewhere in the process's memory."""
        found = set()
        with Path(f"/proc/{self.child.pid}/mem").open("rb", buffering=0) as memory:
            for area in Path(f"/proc/{self.child.pid}/maps").read_text().splitlines():
                span, flags = area.split()[:2]
                if "r" not in flags or "[v" in area:
                    continue
                start, end = (int(edge, 16) for edge in span.split("-"))
                memory.seek(start)
                try:
                    content = memory.read(end - start)
                except OSError:
                    continue
                found |= {row for row in rows if row in content}
        return len(found)

    def call_again(self) -> None:
        self.answers.close()
        self.line.close()
        self.line = socket.socket(socket.AF_UNIX)
        self.line.connect(self.path)
        self.answers = self.line.makefile("rb")

    def end(self) -> None:
        self.answers.close()
        self.line.close()
        self.child.kill()
        self.child.wait()
        assert self.child.stdout is not None
        self.child.stdout.close()


@pytest.fixture
def locked(tmp_path) -> Iterator[Process]:
    process = Process(tmp_path)
    yield process
    process.end()


@pytest.fixture
def unlocked(tmp_path) -> Iterator[Process]:
    process = Process(tmp_path, "open")
    yield process
    process.end()


def test_the_locked_process_answers_and_can_neither_write_nor_speak_to_a_network(locked):
    sandbox = locked.says("health")["sandbox"]
    assert set(sandbox) == set(MEASURES), "each measure has words in the assessment"
    assert sandbox["no_core_dump"] == sandbox["no_new_privileges"] == sandbox["not_traceable"] == "held"
    locked.says("start")
    assert locked.says("stop")["estimate"] == "positive"
    can = locked.says("everything", key="try")
    assert can["read"]
    if sandbox["seccomp_no_network"] == "held":
        assert not any(can[name] for name in ("socket", "unix", "start_a_program"))
    if sandbox["landlock_no_writes"] == "held":
        assert not any(can[name] for name in ("create", "append", "remove"))


def test_without_the_lock_all_of_it_is_possible(unlocked):
    assert all(unlocked.says("everything", key="try").values())


def test_a_counter_that_goes_away_takes_its_visit_with_it(unlocked):
    unlocked.says("start")
    unlocked.call_again()
    health = unlocked.says("health")
    assert (health["watching"], health["visits"]) == (False, 1)
    assert unlocked.says("stop")["why_not"] == "not_started"


def test_a_line_without_an_end_is_cut_off_and_the_next_counter_served(unlocked):
    unlocked.line.sendall(b"x" * 5000)
    assert unlocked.answers.read() == b""
    unlocked.call_again()
    assert unlocked.says("health")["visits"] == 0


def test_no_row_of_a_frame_outlives_the_visit(locked):
    rows = [row.tobytes() for row in at_the_counter()[40:440:20]]
    pieces = [row[200:264] for row in rows]
    locked.says("start")
    try:
        during = locked.holds(rows)
    except PermissionError:
        pytest.skip("only root may read the memory of a process that is not traceable")
    assert during == len(set(rows))
    locked.says("stop")
    locked.says("health")
    assert locked.holds(rows) == 0
    assert locked.holds(pieces) == 0
