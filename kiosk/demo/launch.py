"""Starting and stopping the processes of the demo's office: a broker, a hub, and one process a device."""

import json
import os
import signal
import subprocess
import sys
from datetime import datetime
from pathlib import Path

import msgspec

from kiosk.messaging.identity import DeviceKey
from kiosk.ui.erasing import ERASING

PROVINCE, COMMUNE = "79", "26740"
"""Codes of the demo's office."""
LOBBY, BOARD = "lobby-1", "board-1"
"""Names of the demo's lobby kiosk and of its board."""


class ProcessSpec(msgspec.Struct, frozen=True, kw_only=True):
    """Everything that one process of the demo needs to know; handed over as JSON on its standard input."""

    role: str
    """`hub`, `lobby`, `counter` or `board`."""
    name: str
    folder: str
    broker_port: int
    counters: int
    seed: int
    incarnation: int = 0
    """Grows with every restart, so that a restarted process makes new ids."""
    simulated: bool = False
    start: datetime | None = None
    counter: int | None = None
    kiosk_digit: int | None = None
    public_url: str = ""
    web_port: int = 0
    device_keys: dict[str, str] = {}
    leader_password: str = ""
    draw: bool = False
    window: bool = False
    identities: str = ""
    """Folder of certificates for a guarded broker; empty: in clear."""
    expression: bool = False
    """A counter asks for its camera, which sees a drawn face; off unless told, as in an office."""


class Started(msgspec.Struct, frozen=True):
    """What a process says on its first line of output."""

    control: int
    mirror: int = 0


class Running:
    """One started process."""

    def __init__(self, spec: ProcessSpec, process: "subprocess.Popen[bytes]", started: Started) -> None:
        self.spec = spec
        self.started = started
        self._process = process

    @property
    def is_alive(self) -> bool:
        """Tell whether the process still runs."""
        return self._process.poll() is None

    def kill(self) -> None:
        """Pull the plug: SIGKILL, nothing is flushed."""
        if self.is_alive:
            self._process.send_signal(signal.SIGKILL)
        self._process.wait()

    def stop(self) -> None:
        """Ask it to end, and insist after 5 s."""
        if self.is_alive:
            self._process.terminate()
        try:
            self._process.wait(timeout=5)
        except subprocess.TimeoutExpired:
            self.kill()


class StartFailed(Exception):
    """A process of the demo ended before it was ready; the text holds the end of its log."""


def start_process(spec: ProcessSpec) -> Running:
    """Start one process and wait until it says that it is ready.

    Raises:
        StartFailed: if it ends before that.
    """
    log = Path(spec.folder) / f"{spec.name}.log"
    environment = dict(os.environ, PYTHONUNBUFFERED="1")
    if spec.draw and not spec.window:
        environment.pop("DISPLAY", None)
        environment.update(SDL_VIDEODRIVER="offscreen", LP_NUM_THREADS="0")
    if spec.draw and spec.role in ("lobby", "counter"):
        environment.update(ERASING)
    with log.open("ab") as sink:
        process = subprocess.Popen(
            [sys.executable, "-m", "kiosk.demo.process"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=sink,
            env=environment,
            start_new_session=True,
        )
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write(msgspec.json.encode(spec) + b"\n")
    process.stdin.flush()
    line = process.stdout.readline()
    if not line:
        process.wait()
        tail = log.read_text(errors="replace")[-1500:]
        raise StartFailed(f"{spec.name} ended with status {process.returncode} before it was ready:\n{tail}")
    return Running(spec, process, msgspec.json.decode(line, type=Started))


def counter_names(counters: int) -> list[str]:
    """Return the names of the demo's counters."""
    return [f"counter-{number}" for number in range(1, counters + 1)]


class OfficePlan:
    """The cast of one demo office: names, folders, keys; makes the spec of each process."""

    def __init__(
        self,
        *,
        folder: Path,
        counters: int,
        seed: int,
        broker_port: int,
        simulated: bool,
        start: datetime | None,
        identities: str = "",
    ) -> None:
        self.folder = folder
        self.counters = counters
        self._seed = seed
        self._broker_port = broker_port
        self._simulated = simulated
        self._start = start
        self._identities = identities
        self._incarnations: dict[str, int] = {}
        self.counter_names = counter_names(counters)
        self.device_keys = {name: self._key(name).public_hex for name in self.counter_names}

    def _key(self, name: str) -> DeviceKey:
        path = self.folder / name / "device.key"
        path.parent.mkdir(parents=True, exist_ok=True)
        if path.exists():
            return DeviceKey.load(path)
        key = DeviceKey.make()
        key.save(path)
        return key

    def spec(
        self,
        role: str,
        name: str,
        *,
        start: datetime | None = None,
        counter: int | None = None,
        public_url: str = "",
        web_port: int = 0,
        leader_password: str = "",
        broker_port: int | None = None,
        draw: bool = False,
        window: bool = False,
        expression: bool = False,
    ) -> ProcessSpec:
        """Return what the process `name` needs; each call counts as one more start of it."""
        folder = self.folder / name
        folder.mkdir(parents=True, exist_ok=True)
        self._incarnations[name] = self._incarnations.get(name, -1) + 1
        return ProcessSpec(
            role=role,
            name=name,
            folder=str(folder),
            broker_port=broker_port if broker_port is not None else self._broker_port,
            counters=self.counters,
            seed=self._seed,
            incarnation=self._incarnations[name],
            simulated=self._simulated,
            start=start if start is not None else self._start,
            counter=counter,
            public_url=public_url,
            web_port=web_port,
            device_keys=self.device_keys if role == "hub" else {},
            leader_password=leader_password,
            draw=draw,
            window=window,
            expression=expression,
            identities=self._identities,
        )


def progress(text: str, *, done: bool = False) -> None:
    """Show one changing line on a terminal, plain lines elsewhere; never on stdout."""
    if sys.stderr.isatty():
        sys.stderr.write(f"\r\x1b[K{text}" + ("\n" if done else ""))
    else:
        sys.stderr.write(text + "\n")
    sys.stderr.flush()


def result_line(values: dict[str, object]) -> None:
    """Print the machine's one line of output."""
    print(json.dumps(values), flush=True)
