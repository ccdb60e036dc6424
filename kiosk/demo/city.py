"""A whole city on one machine: a broker, a PostgreSQL of its own, the real centre, and many simulated hubs."""

import contextlib
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from kiosk.centre.cluster import PARENT, Cluster
from kiosk.messaging.broker import free_port, start_broker

START_LIMIT_S = 30.0

# the centre does not notice that its starter is gone; the shell's standard input does
_WATCHDOG = '"$@" </dev/null >/dev/null & echo $!; read _; kill -TERM $! 2>/dev/null; wait $!'


class NoCity(Exception):
    """Something did not start; the text says what, and where its words are."""


class City:
    """The running parts. `hubs` tells how they fare, as JSON lines."""

    def __init__(self, folder: Path, hubs: int, speed: float, seconds: float, port: int = 0) -> None:
        """Start everything.

        Args:
            folder: for databases and logs.
            hubs: how many offices.
            speed: office seconds in a second; 1 is an office's busiest hour.
            seconds: after this time nothing new happens; 0: it goes on.
            port: of the page; 0: a free one.

        Raises:
            NoCity, kiosk.centre.cluster.NoPostgres, kiosk.messaging.broker.NoBroker: if something does not start.
        """
        self.port = port or free_port()
        self.address = f"http://127.0.0.1:{self.port}"
        self.centre_pid = 0
        self._folder = folder
        self._parts = contextlib.ExitStack()
        try:
            self.broker = self._parts.enter_context(start_broker(folder / "broker"))
            self.cluster = self._parts.enter_context(Cluster())
            self.database = self.cluster.new_database("kiosk")
            self._start_centre()
            self.hubs = self._start_hubs(hubs, speed, seconds)
        except BaseException:
            self._parts.close()
            raise

    def close(self) -> None:
        """Stop everything and remove what it stored."""
        self._parts.close()

    def __enter__(self) -> "City":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def reports(self) -> Iterator[dict[str, Any]]:
        """Yield how the hubs fare, every few seconds, until they end."""
        assert self.hubs.stdout is not None
        for line in self.hubs.stdout:
            yield json.loads(line)

    def kill_centre(self) -> None:
        """Pull the centre's plug, and start it again."""
        os.kill(self.centre_pid, signal.SIGKILL)
        self._start_centre()

    def centre_rss_mib(self) -> float:
        """Return the memory of the centre's process."""
        told = Path(f"/proc/{self.centre_pid}/status").read_text(encoding="ascii", errors="replace")
        return int(told.partition("VmRSS:")[2].split()[0]) / 1024

    def _start_centre(self) -> None:
        config = self._folder / "kiosk.toml"
        config.write_text(
            '[device]\nname = "centre"\nroles = ["centre"]\n'
            '[site]\nprovince = "79"\ncommune = "00000"\n'
            f'[network]\nlisten = "127.0.0.1"\nweb_port = {self.port}\n'
            '[office]\nname = "Trung tâm điều hành một cửa"\nauthority = "Thành phố Hồ Chí Minh (mô phỏng)"\n'
            f'[centre]\naddress = "127.0.0.1"\nport = {self.broker.port}\ndatabase = "{self.database}"\n',
            encoding="utf-8",
        )
        with (self._folder / "centre.log").open("ab") as log:
            process = subprocess.Popen(
                ["/bin/sh", "-c", _WATCHDOG, "sh", sys.executable, "-m", "kiosk", "run", "centre", "--config",
                 str(config)],
                stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=log,
            )  # fmt: skip
        self._parts.callback(_end, process)
        assert process.stdout is not None
        self.centre_pid = int(process.stdout.readline())
        self._wait("the centre", "centre.log", self._answers)

    def _start_hubs(self, hubs: int, speed: float, seconds: float) -> "subprocess.Popen[str]":
        arguments = (self.broker.port, self._folder / "hubs", hubs, speed, seconds)
        with (self._folder / "hubs.log").open("ab") as log:
            process = subprocess.Popen(
                [sys.executable, "-m", "kiosk.demo.city_hubs", *map(str, arguments)],
                stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=log, text=True,
            )  # fmt: skip
        self._parts.callback(_end, process)
        return process

    def _answers(self) -> bool:
        try:
            with urllib.request.urlopen(f"{self.address}/api/offices", timeout=2) as answer:
                return bool(answer.status == 200)
        except OSError:
            return False

    def _wait(self, what: str, log: str, is_there: Callable[[], bool]) -> None:
        deadline = time.monotonic() + START_LIMIT_S
        while not is_there():
            if time.monotonic() > deadline or not Path(f"/proc/{self.centre_pid}").exists():
                words = (self._folder / log).read_text(encoding="utf-8", errors="replace")[-1000:]
                raise NoCity(f"{what} did not start: {words}")
            time.sleep(0.1)


@contextlib.contextmanager
def city_folder() -> Iterator[Path]:
    """Give a folder on a disk, and remove it in the end."""
    folder = Path(tempfile.mkdtemp(prefix="kiosk-city-", dir=PARENT))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def run_city(hubs: int, speed: float, seconds: float, port: int) -> int:
    """Run a city until it is interrupted, or for `seconds`; return the exit status."""
    print(f"starting a broker, PostgreSQL, the centre and {hubs} hubs ...", file=sys.stderr, flush=True)
    with city_folder() as folder, City(folder, hubs, speed, seconds, port) as city:
        print(f"{city.address}/  (Ctrl-C ends it)", file=sys.stderr, flush=True)
        for row in city.reports():
            print(json.dumps(row), flush=True)
            if row["is_over"] and not row["pending"]:
                return 0
    return 1


def _end(process: "subprocess.Popen[Any]") -> None:
    for pipe in (process.stdin, process.stdout):
        if pipe is not None:
            pipe.close()
    process.wait()
