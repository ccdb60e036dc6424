"""The line to the expression service: whatever is at the other end, the counter's own thread never waits."""

import contextlib
import json
import queue
import socket
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from kiosk.counter.eyes import VisionLine, estimate_of
from kiosk.domain.expression import Estimate

PATIENCE_S = 30


class Stranger:
    """A service at the other end that does what a test wants of it; one visit a connection."""

    def __init__(self, path: Path, answers: Callable[[socket.socket, bytes], None]) -> None:
        self.heard: list[bytes] = []
        self.ended = threading.Event()
        self._answers = answers
        self._listener = socket.socket(socket.AF_UNIX)
        self._listener.bind(str(path))
        self._listener.listen(4)
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        while True:
            try:
                line, _ = self._listener.accept()
            except OSError:
                return
            with line, contextlib.suppress(OSError):
                while heard := line.recv(4096):
                    self.heard.append(heard)
                    self._answers(line, heard)
            self.ended.set()

    def close(self) -> None:
        self._listener.close()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "v.sock"


@pytest.fixture
def stranger(path: Path) -> Iterator[Callable[[Callable[[socket.socket, bytes], None]], Stranger]]:
    made = []

    def make(answers: Callable[[socket.socket, bytes], None]) -> Stranger:
        made.append(Stranger(path, answers))
        return made[-1]

    yield make
    for one in made:
        one.close()


class Counter:
    """The counter's thread: what is posted waits here until it is looked at."""

    def __init__(self, path: Path, answer_s: float = PATIENCE_S) -> None:
        self._posted: queue.Queue[Callable[[], None]] = queue.Queue()
        self.line = VisionLine(path, self._posted.put, answer_s)
        self.failed: list[str] = []
        self.said: list[Estimate] = []

    def hears(self) -> None:
        self._posted.get(timeout=PATIENCE_S)()

    def looks(self) -> None:
        self.line.look(self.failed.append)

    def concludes(self) -> Estimate:
        self.line.conclude(self.said.append)
        self.hears()
        return self.said[-1]


def says(*answers: bytes) -> Callable[[socket.socket, bytes], None]:
    waiting = list(answers)

    def answer(line: socket.socket, _: bytes) -> None:
        if waiting:
            line.sendall(waiting.pop(0))

    return answer


STARTED = b'{"watching": true, "camera": "ready"}\n'
SMILE = json.dumps({"estimate": "positive", "score": 0.7, "frames_seen": 12, "frames_good": 10}).encode() + b"\n"


def test_a_visit_s_end_is_watched_and_told(path, stranger):
    service = stranger(says(STARTED, SMILE))
    counter = Counter(path)
    counter.looks()
    said = counter.concludes()
    assert (said.estimate, said.frames_good) == ("positive", 10)
    assert [json.loads(heard)["do"] for heard in service.heard] == ["start", "stop"]


def test_no_service_is_told_at_once(path):
    counter = Counter(path)
    counter.looks()
    counter.hears()
    assert counter.failed == ["service_absent"]


@pytest.mark.parametrize(
    "garbage",
    [b"\xff\xfe\x00\n", b"[]\n", b"{}\n", b'{"estimate": "angry"}\n', b'{"estimate": 7}\n', b"x" * 9000,
     b"[" * 4000 + b"\n",
     b'{"estimate": "positive", "frames_seen": 1, "frames_good": 2}\n', b'{"estimate": "none", "score": "NaN"}\n'],
)  # fmt: skip
def test_garbage_is_no_estimate(path, stranger, garbage):
    stranger(says(STARTED, garbage))
    counter = Counter(path)
    counter.looks()
    said = counter.concludes()
    assert (said.estimate, said.why_not, said.frames_seen) == ("none", "service_garbled", 0)


def test_after_garbage_the_next_visit_has_a_line_again(path, stranger):
    stranger(says(STARTED, b"[" * 4000 + b"\n", STARTED, SMILE))
    counter = Counter(path)
    counter.looks()
    assert counter.concludes().estimate == "none"
    counter.looks()
    assert counter.concludes().estimate == "positive"


def test_a_service_that_dies_in_the_middle_is_no_estimate(path, stranger):
    stranger(lambda line, heard: line.sendall(STARTED) if b"start" in heard else line.close())
    counter = Counter(path)
    counter.looks()
    assert counter.concludes().why_not == "service_absent"


def test_a_service_that_never_answers_is_no_estimate(path, stranger):
    stranger(says())
    counter = Counter(path, answer_s=0.05)
    counter.looks()
    assert counter.concludes().why_not == "service_silent"


def test_a_declined_visit_hangs_up_even_while_the_service_is_silent(path, stranger):
    service = stranger(says())
    counter = Counter(path)
    counter.looks()
    counter.line.forget()
    assert service.ended.wait(PATIENCE_S)
    assert not [heard for heard in service.heard if b"stop" in heard]
    assert counter.said == counter.failed == []


def test_a_new_visit_forgets_the_one_before(path, stranger):
    service = stranger(says(STARTED, STARTED, SMILE))
    counter = Counter(path)
    counter.looks()
    counter.looks()
    said = counter.concludes()
    assert said.estimate in ("positive", "none")
    assert service.ended.wait(PATIENCE_S)
    assert counter.failed == []


def test_nothing_is_asked_of_a_line_that_was_never_begun(path):
    counter = Counter(path)
    counter.line.conclude(counter.said.append)
    counter.line.forget()
    assert counter.said == []


def test_what_is_no_estimate_is_refused():
    with pytest.raises(ValueError, match="no estimate"):
        estimate_of(b'{"estimate": "happy"}')
