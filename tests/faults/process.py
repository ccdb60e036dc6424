"""A child process that a test may kill as a power cut does."""

import os
import subprocess
import sys
from pathlib import Path
from types import TracebackType


class Victim:
    """`python -m MODULE ARGUMENTS...`, read line by line, killed with SIGKILL, started again as often as wanted.

    Example:
        with Victim("tests.messaging.producer", port, folder) as producer:
            first = producer.lines(10)
            producer.kill()
            rest = producer.last_words()
    """

    def __init__(self, module: str, *arguments: object) -> None:
        self._command = [sys.executable, "-m", module, *(str(argument) for argument in arguments)]
        self._process: subprocess.Popen[str] | None = None
        self.start()

    def start(self) -> None:
        """Start it (again)."""
        root = str(Path(__file__).parents[2])
        self._process = subprocess.Popen(
            self._command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=root,
            env=dict(os.environ, PYTHONPATH=root, PYTHONUNBUFFERED="1"),
        )  # fmt: skip

    def line(self) -> str:
        """Wait for its next line; empty if it ended."""
        assert self._process is not None
        assert self._process.stdout is not None
        return self._process.stdout.readline().strip()

    def lines(self, count: int) -> list[str]:
        """Wait for some lines."""
        return [self.line() for _ in range(count)]

    def kill(self) -> None:
        """Pull its plug; harmless when it has ended."""
        assert self._process is not None
        self._process.kill()
        self._process.wait()

    def last_words(self) -> list[str]:
        """Return the whole lines that it had still written when it ended; half a line was cut off with it."""
        assert self._process is not None
        assert self._process.stdout is not None
        rest = self._process.stdout.read()
        return [line.strip() for line in rest[: rest.rfind("\n") + 1].splitlines()]

    def end(self) -> int:
        """Wait until it ends by itself and return its exit status."""
        assert self._process is not None
        return self._process.wait(timeout=60)

    def __enter__(self) -> "Victim":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.kill()
        assert self._process is not None
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                pipe.close()
