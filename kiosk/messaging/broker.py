"""A broker of our own on a free loopback port: mosquitto where it is installed, else embedded iotcore.

Either runs as a child process, so that it can be killed. It needs no persistence: the outbox and the hub keep what
must not be lost.
"""

import os
import shutil
import socket
import subprocess
import sys
import time
from pathlib import Path

START_LIMIT_S = 20.0

_MOSQUITTO = """\
per_listener_settings false
listener {port} 127.0.0.1
allow_anonymous true
persistence false
max_queued_messages 100000
max_inflight_messages 500
max_packet_size 262144
set_tcp_nodelay true
log_dest stderr
log_type error
log_type warning
"""

_IOTCORE = """\
id = 0
[router]
id = 0
max_connections = 20000
max_outgoing_packet_count = 200
max_segment_size = 104857600
max_segment_count = 10
[v4.1]
name = "v4-1"
listen = "127.0.0.1:{v4}"
next_connection_delay_ms = 1
[v4.1.connections]
connection_timeout_ms = 60000
max_payload_size = 262144
max_inflight_count = 1000
dynamic_filters = true
[v5.1]
name = "v5-1"
listen = "127.0.0.1:{port}"
next_connection_delay_ms = 1
[v5.1.connections]
connection_timeout_ms = 60000
max_payload_size = 262144
max_inflight_count = 1000
dynamic_filters = true
[console]
listen = "127.0.0.1:{console}"
"""


class BrokerUnavailable(Exception):
    """No broker could be started; the text says what to install."""


class RunningBroker:
    """A broker that was started here."""

    def __init__(self, kind: str, port: int, command: list[str], folder: Path) -> None:
        self.kind = kind
        self.host = "127.0.0.1"
        self.port = port
        self._command = command
        self._folder = folder
        self._process: subprocess.Popen[bytes] | None = None
        self.start()

    def start(self) -> None:
        """Start, or start again on the same port after `kill`.

        Raises:
            BrokerUnavailable: if it does not listen within `START_LIMIT_S`.
        """
        with (self._folder / "broker.log").open("ab") as log:
            self._process = subprocess.Popen(
                self._command, cwd=self._folder, stdin=subprocess.DEVNULL, stdout=log, stderr=log
            )
        limit = time.monotonic() + START_LIMIT_S
        while time.monotonic() < limit and self._process.poll() is None:
            try:
                socket.create_connection((self.host, self.port), timeout=1).close()
                return
            except OSError:
                time.sleep(0.02)
        self.kill()
        tail = (self._folder / "broker.log").read_text(errors="replace")[-800:]
        raise BrokerUnavailable(f"{self.kind} did not start:\n{tail}")

    def kill(self) -> None:
        """Kill it with SIGKILL: what it had in memory is gone."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None

    def stop(self) -> None:
        """End it."""
        if self._process is not None:
            self._process.terminate()
            try:
                self._process.wait(timeout=3)
            except subprocess.TimeoutExpired:
                self.kill()
            self._process = None


def start_broker(folder: Path, kind: str = "auto") -> RunningBroker:
    """Start a broker of our own on a free loopback port.

    Args:
        folder: for its configuration and log; made if missing.
        kind: `mosquitto`, `iotcore`, or `auto`: mosquitto where it is installed.

    Raises:
        BrokerUnavailable: if that broker is not installed or does not start.
    """
    folder.mkdir(parents=True, exist_ok=True)
    program = shutil.which("mosquitto", path=os.environ.get("PATH", os.defpath) + ":/usr/sbin:/usr/local/sbin")
    if kind == "auto":
        kind = "mosquitto" if program else "iotcore"
    port = _free_port()
    if kind == "mosquitto":
        if not program:
            raise BrokerUnavailable("mosquitto is not installed: apt-get install mosquitto")
        (folder / "mosquitto.conf").write_text(_MOSQUITTO.format(port=port))
        return RunningBroker(kind, port, [program, "-c", str(folder / "mosquitto.conf")], folder)
    text = _IOTCORE.format(port=port, v4=_free_port(), console=_free_port())
    (folder / "iotcore.toml").write_text(text)
    command = [sys.executable, "-m", "kiosk.messaging.embedded_broker", str(folder / "iotcore.toml")]
    return RunningBroker(kind, port, command, folder)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
