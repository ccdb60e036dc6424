"""Visits of the real service under a tracer of system calls: what it asks the kernel for, locked and unlocked.

Needs `strace`. The service runs as in an office (`kiosk.vision.app.serve`) with the drawn face before its camera;
one frame in five carries a mark that no other memory holds, which is looked for in the process during and after.
"""

import contextlib
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

WATCHED = (
    "socket", "connect", "bind", "listen", "sendto", "sendmsg", "open", "openat", "openat2", "creat", "truncate",
    "ftruncate", "unlink", "unlinkat", "rename", "renameat2", "mkdir", "execve", "fork", "vfork", "prctl", "prlimit64",
)  # fmt: skip
NETWORK = re.compile(r"\bsocket\((?!AF_UNIX)|AF_INET|AF_NETLINK|AF_PACKET")
"""A socket of another family than the counter's own; what is sent on that one goes to no network."""
WRITES = re.compile(r"\b(open|openat|openat2|creat)\(.*(O_WRONLY|O_RDWR|O_CREAT|O_APPEND|O_TRUNC)|\bcreat\(")


def run(visits: int) -> Iterator[dict[str, Any]]:
    """Trace `visits` visits of the locked service, then a few of an unlocked one that is told to try everything."""
    if shutil.which("strace") is None:
        yield {"what": "traced visits", "not_measured": "strace is not installed: apt-get install strace"}
        return
    for is_locked in (True, False):
        with tempfile.TemporaryDirectory() as folder:
            count = visits if is_locked else min(visits, 20)
            traced = _Traced(Path(folder), is_locked)
            try:
                yield traced.measure(count)
            finally:
                traced.end()


class _Traced:
    """One service under `strace`."""

    def __init__(self, folder: Path, is_locked: bool) -> None:
        self._is_locked = is_locked
        self._socket = folder / "v.sock"
        self._log = folder / "calls"
        mode = "locked" if is_locked else "open"
        self._process = subprocess.Popen(
            ["strace", "-f", "--seccomp-bpf", "-qq", "-s", "64", "-o", str(self._log),
             "-e", f"trace={','.join(WATCHED)}",
             sys.executable, "-m", "kiosk.bench.rig.traced_service", str(self._socket), mode],
            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        assert self._process.stdout is not None
        self._child = int(self._process.stdout.readline())

    def measure(self, visits: int) -> dict[str, Any]:
        """Let citizens come and go, let the process try what it must not, and read the trace."""
        began = time.monotonic()
        line = socket.socket(socket.AF_UNIX)
        line.connect(str(self._socket))
        before = self._log.stat().st_size
        with line, line.makefile("rb") as answers:
            estimates: dict[str, int] = {}
            for _ in range(visits):
                _ask(line, answers, "start")
                said = _ask(line, answers, "stop")["estimate"]
                estimates[said] = estimates.get(said, 0) + 1
            calls, all_calls = self._calls_since(before), self._calls_since(0)
            tried = _ask(line, answers, "try")
            _ask(line, answers, "hold")
            during = self._marks()
            _ask(line, answers, "stop")
            _ask(line, answers, "health")
            after = self._marks()
        name = "ours, locked" if self._is_locked else "yardstick: the same without the lock"
        return {
            "what": f"traced visits, {name}",
            "n": visits,
            "estimates": estimates,
            "network_calls": sum(bool(NETWORK.search(call)) for call in all_calls),
            "files_opened_for_writing": sum(bool(WRITES.search(call)) for call in calls),
            "core_dump_bytes": tried.pop("core_dump_bytes"),
            "attempts_that_worked": sorted(name for name, worked in tried.items() if worked),
            "rows_of_the_last_frame_in_memory_during": during,
            "after": after,
            "seconds": round(time.monotonic() - began, 1),
        }

    def end(self) -> None:
        """End the service; its tracer ends with it."""
        with contextlib.suppress(ProcessLookupError):
            os.kill(self._child, signal.SIGKILL)
        try:
            self._process.wait(timeout=5)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        if self._process.stdout is not None:
            self._process.stdout.close()

    def _calls_since(self, offset: int) -> list[str]:
        with self._log.open("rb") as log:
            log.seek(offset)
            return log.read().decode(errors="replace").splitlines()

    def _marks(self) -> int | None:
        """Return how many rows of the marked frame stand in the process's memory; None where nobody may look."""
        from kiosk.bench.rig.traced_service import marked_rows

        rows = marked_rows()
        found = set()
        try:
            with Path(f"/proc/{self._child}/mem").open("rb", buffering=0) as memory:
                for area in Path(f"/proc/{self._child}/maps").read_text(encoding="utf-8").splitlines():
                    span, flags = area.split()[:2]
                    if "r" not in flags or "[v" in area:
                        continue
                    start, end = (int(edge, 16) for edge in span.split("-"))
                    with contextlib.suppress(OSError, ValueError):
                        memory.seek(start)
                        content = memory.read(end - start)
                        found |= {row for row in rows if row in content}
        except PermissionError:
            return None
        return len(found)


def _ask(line: socket.socket, answers: Any, verb: str) -> dict[str, Any]:
    line.sendall(json.dumps({"do": verb}).encode() + b"\n")
    answer: dict[str, Any] = json.loads(answers.readline())
    return answer
