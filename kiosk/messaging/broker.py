"""A broker of one's own: in clear on a loopback port for the demo and for tests, behind certificates for an office.

It runs in a child process, so that it can be killed, and ends with the process that started it. Nothing relies on its
memory (messaging notes §1), so it keeps nothing on disk. An office's broker is mosquitto: iotcore knows neither
certificates as names nor access rules, and never leaves the loopback address.
"""

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from contextlib import nullcontext
from pathlib import Path

import msgspec

HOST = "127.0.0.1"
START_LIMIT_S = 15.0
MAX_PACKET = 262144

# mosquitto does not notice that its starter is gone; the shell's standard input does
# and where a unit sets no limit, the soft one of 1,024 files would be the first thing to break (messaging notes §12.3)
_WATCHDOG = 'ulimit -S -n "$(ulimit -H -n)"; "$@" </dev/null >/dev/null & echo $!; read _; kill -9 $! 2>/dev/null'


class NoBroker(Exception):
    """No broker could be started; the text says why and how to mend it."""


class Guard(msgspec.Struct, frozen=True, kw_only=True):
    """What an office's broker needs to let in only whom the office knows: PEM files and the access list."""

    listen: str
    """Own address on which devices are served."""
    chain: Path
    """Authority and root."""
    certificate: Path
    """The broker's own, with its authority."""
    key: Path
    revoked: Path
    """The lists of both levels in one file; an issuer without a list here is a stranger."""
    rules: Path
    """`Topics.access_rules`."""


def mosquitto_path() -> str | None:
    """Return the installed mosquitto, also where Debian hides it from ordinary users' PATH."""
    return shutil.which("mosquitto") or shutil.which("mosquitto", path="/usr/sbin:/usr/local/sbin")


def start_broker(folder: Path, kind: str = "auto") -> "RunningBroker":
    """Start a broker and wait until it takes connections.

    Args:
        folder: for its configuration; made if absent.
        kind: `mosquitto`, `iotcore`, or `auto`: the first of them that is there.

    Raises:
        NoBroker: if it is not installed or does not start.
        ValueError: if `kind` is none of the three.
    """
    if kind not in ("auto", "mosquitto", "iotcore"):
        raise ValueError(f'no broker "{kind}": use auto, mosquitto or iotcore')
    if kind == "auto":
        kind = "mosquitto" if mosquitto_path() else "iotcore"
    folder.mkdir(parents=True, exist_ok=True)
    broker = RunningBroker(folder, kind, free_port())
    for _ in range(3):
        try:
            broker.start()
            return broker
        except NoBroker as error:
            # somebody may have taken the port between the look and the start
            failure = error
            broker = RunningBroker(folder, kind, free_port())
    raise failure


class RunningBroker:
    """One broker in a child process; it can be stopped, killed and started again on the same port."""

    def __init__(self, folder: Path, kind: str, port: int, guard: Guard | None = None) -> None:
        """Set up; nothing runs before `start`.

        Args:
            folder: for its configuration.
            kind: `mosquitto` or `iotcore`.
            port: where it listens.
            guard: lets only the office's devices in (mosquitto only); None: in clear, for this machine alone.

        Raises:
            ValueError: if iotcore shall guard.
        """
        if guard is not None and kind != "mosquitto":
            raise ValueError(f"{kind} cannot tell devices apart: an office's broker is mosquitto")
        # where this machine itself reaches it
        self.host = guard.listen if guard is not None and guard.listen not in ("0.0.0.0", "::") else HOST
        self._guard = guard
        self.port = port
        self.kind = kind
        self._folder = folder
        self._process: subprocess.Popen[bytes] | None = None
        self._pid = 0

    def start(self) -> None:
        """Start it on its port; nothing of its former life is left.

        Raises:
            NoBroker: if it does not come up.
        """
        if _is_taken(self.host, self.port):
            raise NoBroker(f"port {self.port} is taken by another program")
        self._folder.mkdir(parents=True, exist_ok=True)
        command = self._mosquitto() if self.kind == "mosquitto" else self._iotcore()
        # an office's broker speaks into the journal, which keeps within bounds whatever strangers provoke
        with (self._folder / f"{self.kind}.log").open("ab") if self._guard is None else nullcontext() as log:
            self._process = subprocess.Popen(
                ["/bin/sh", "-c", _WATCHDOG, "sh", *command],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                start_new_session=True,
            )
        assert self._process.stdout is not None
        self._pid = int(self._process.stdout.readline())
        deadline = time.monotonic() + START_LIMIT_S
        while not _answers(self.host, self.port):
            if not _lives(self._pid) or time.monotonic() > deadline:
                self.stop()
                words = "the journal" if self._guard else self._folder / f"{self.kind}.log"
                raise NoBroker(f"{self.kind} did not start; its words are in {words}")
            time.sleep(0.02)

    @property
    def is_running(self) -> bool:
        """Tell whether it is there; it may have been killed from outside."""
        return self._process is not None and _lives(self._pid)

    def reload(self) -> None:
        """Let it read certificates, revocations and rules again; open connections go on, also revoked ones."""
        if self.is_running:
            os.kill(self._pid, signal.SIGHUP)

    def kill(self) -> None:
        """Pull its plug: SIGKILL; wait until the port is closed."""
        self._end(signal.SIGKILL)

    def stop(self) -> None:
        """End it; harmless when it already ended."""
        self._end(signal.SIGTERM)

    def __enter__(self) -> "RunningBroker":
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def _end(self, how: signal.Signals) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        with contextlib.suppress(ProcessLookupError):
            os.kill(self._pid, how)
        deadline = time.monotonic() + 5
        while _answers(self.host, self.port) and time.monotonic() < deadline:
            time.sleep(0.01)
        # the shell wakes up, kills what is left and ends
        for pipe in (process.stdin, process.stdout):
            if pipe is not None:
                pipe.close()
        process.wait()

    def _mosquitto(self) -> list[str]:
        path = mosquitto_path()
        if path is None:
            other = "" if self._guard else ", or use iotcore"
            raise NoBroker(f"mosquitto is not installed: apt-get install mosquitto{other}")
        config = self._folder / "mosquitto.conf"
        config.write_text(mosquitto_config(self.port, self._guard), encoding="utf-8")
        return [path, "-c", str(config)]

    def _iotcore(self) -> list[str]:
        config = self._folder / "iotcore.toml"
        config.write_text(iotcore_config(self.port, free_port(), free_port()), encoding="ascii")
        return [sys.executable, "-m", "kiosk.messaging.broker", str(config)]


def mosquitto_config(port: int, guard: Guard | None = None) -> str:
    """Return the whole configuration of mosquitto (messaging notes §5.1), here and nowhere else.

    Args:
        port: where it listens.
        guard: certificates and rules of an office; None: whoever is on this machine may come in.
    """
    lines = [
        "per_listener_settings false",
        f"listener {port} {guard.listen if guard else HOST}",
        "persistence false",
        "set_tcp_nodelay true",
        "max_inflight_messages 500",
        "max_queued_messages 100000",  # a number: what 0 means has changed twice
        f"max_packet_size {MAX_PACKET}",
        "log_dest stderr",
        "log_type error",
        "log_type warning",
    ]
    if guard is None:
        lines.append("allow_anonymous true")
    else:
        lines += [
            "allow_anonymous false",
            "tls_version tlsv1.3",
            f"cafile {guard.chain}",
            f"certfile {guard.certificate}",
            f"keyfile {guard.key}",
            f"crlfile {guard.revoked}",
            "require_certificate true",
            "use_identity_as_username true",
            "use_username_as_clientid true",  # else any device could throw another one off by its id
            f"acl_file {guard.rules}",
        ]
        if os.geteuid() == 0:
            # it would step down to a user of its own, who may not read the keys
            lines.append("user root")
    return "\n".join([*lines, ""])


def iotcore_config(port: int, old_port: int, console_port: int) -> str:
    """Return the configuration of an iotcore that only this machine reaches (messaging notes §4.3).

    Args:
        port: of the MQTT 5 listener.
        old_port: of the MQTT 3.1.1 listener, which it insists on.
        console_port: of its console.
    """
    listener = """
[{name}.1]
name = "{name}-1"
listen = "{host}:{port}"
next_connection_delay_ms = 1
[{name}.1.connections]
connection_timeout_ms = 60000
max_payload_size = {size}
max_inflight_count = 1000
dynamic_filters = true
"""
    return (
        "id = 0\n[router]\nid = 0\nmax_connections = 20000\nmax_outgoing_packet_count = 200\n"
        "max_segment_size = 104857600\nmax_segment_count = 10\n"
        + listener.format(name="v4", host=HOST, port=old_port, size=MAX_PACKET)
        + listener.format(name="v5", host=HOST, port=port, size=MAX_PACKET)
        + f'[console]\nlisten = "{HOST}:{console_port}"\n'
    )


def free_port() -> int:
    """Return a loopback port that is free now."""
    with socket.create_server((HOST, 0)) as server:
        return int(server.getsockname()[1])


def _is_taken(host: str, port: int) -> bool:
    try:
        socket.create_server((host, port)).close()
    except OSError:
        return True
    return False


def _answers(host: str, port: int) -> bool:
    try:
        with socket.create_connection((host, port), timeout=1):
            return True
    except OSError:
        return False


def _lives(pid: int) -> bool:
    """Tell whether a process runs; a zombie does not."""
    try:
        return (
            Path(f"/proc/{pid}/stat").read_text(encoding="ascii", errors="replace").rpartition(")")[2].split()[0] != "Z"
        )
    except OSError:
        return False


def _serve_iotcore(config: str) -> None:
    try:
        from iotcore import IotCoreBroker
    except ImportError:
        sys.exit("iotcore is not installed: pip install kiosk[demo], or apt-get install mosquitto")
    IotCoreBroker(config_path=config).run_forever()


if __name__ == "__main__":
    _serve_iotcore(sys.argv[1])
