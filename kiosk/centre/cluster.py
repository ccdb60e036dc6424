"""A PostgreSQL of one's own, for the centre's demo, benchmarks and tests: on a Unix socket, ends with who started it.

A city's centre uses a real server (`scripts/setup --centre`, or the address in `kiosk.toml`); this one is made of the
same programs. PostgreSQL refuses to run as root, so root starts it as the user `postgres`, or `nobody`.
"""

import contextlib
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path

import psycopg

USER = "kiosk"
"""The database's owner and its only role."""
START_LIMIT_S = 30.0
PARENT = Path("/var/tmp")
"""On a disk: /tmp may be memory, where a commit costs nothing. The path must be short: it is a socket's."""

# the server does not notice that its starter is gone; the shell's standard input does. It also takes the dead server's
# last word: a next one would take its process for alive
_WATCHDOG = '"$@" </dev/null >/dev/null & echo $!; read _; kill -9 $! 2>/dev/null; wait $!'


class NoPostgres(Exception):
    """No server can be started; the text says why and how to mend it."""


def postgres_programs() -> Path | None:
    """Return the folder with `initdb` and `postgres`, the newest where there are several; Debian hides it from PATH."""
    on_path = shutil.which("postgres")
    if on_path is not None and shutil.which("initdb") is not None:
        return Path(on_path).resolve().parent
    found = sorted(
        Path("/usr/lib/postgresql").glob("*/bin/postgres"),
        key=lambda program: float(program.parent.parent.name),
    )
    return found[-1].parent if found else None


class Cluster:
    """One server with its data in a folder of its own, which goes when it is stopped."""

    def __init__(self, *, durable: bool = True, settings: Mapping[str, str] | None = None) -> None:
        """Make and start it.

        Args:
            durable: False where nothing must outlive a power cut (tests): no fsync.
            settings: of PostgreSQL, beside our own few.

        Raises:
            NoPostgres: if it is not installed or does not start.
        """
        programs = postgres_programs()
        if programs is None:
            raise NoPostgres("PostgreSQL is not installed: apt-get install postgresql, or scripts/setup --centre")
        self._programs = programs
        self._user = _unprivileged_user()
        self._settings = {
            "listen_addresses": "",
            "fsync": "on" if durable else "off",
            "max_connections": "40",
            "log_min_messages": "warning",
            **(settings or {}),
        }
        self.folder = Path(tempfile.mkdtemp(prefix="kiosk-pg-", dir=PARENT))
        self._process: subprocess.Popen[bytes] | None = None
        self._pid = 0
        try:
            self._make()
            self.start()
        except BaseException:
            self.stop()
            raise

    def address(self, database: str = "postgres") -> str:
        """Return the connection address of a database."""
        return f"postgresql:///{database}?host={self.folder}&user={USER}"

    def new_database(self, name: str) -> str:
        """Make an empty database and return its address."""
        with psycopg.connect(self.address(), autocommit=True) as connection:
            connection.execute(psycopg.sql.SQL("CREATE DATABASE {}").format(psycopg.sql.Identifier(name)))
        return self.address(name)

    def start(self) -> None:
        """Start it (again) on its data.

        Raises:
            NoPostgres: if it does not come up.
        """
        options = [part for name, value in self._settings.items() for part in ("-c", f"{name}={value}")]
        command = [str(self._programs / "postgres"), "-D", str(self._data), "-k", str(self.folder), *options]
        with (self.folder / "postgres.log").open("ab") as log:
            self._process = subprocess.Popen(
                ["/bin/sh", "-c", _WATCHDOG, "sh", *command],
                stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=log, start_new_session=True, cwd="/",
                user=self._user, group=None if self._user is None else pwd.getpwnam(self._user).pw_gid,
            )  # fmt: skip
        assert self._process.stdout is not None
        self._pid = int(self._process.stdout.readline())
        deadline = time.monotonic() + START_LIMIT_S
        while True:
            try:
                psycopg.connect(self.address(), connect_timeout=2).close()
                return
            except psycopg.OperationalError as error:
                if time.monotonic() > deadline or not Path(f"/proc/{self._pid}").exists():
                    words = (self.folder / "postgres.log").read_text(encoding="utf-8", errors="replace")[-500:]
                    raise NoPostgres(f"PostgreSQL did not start ({error}): {words}") from None
                time.sleep(0.02)

    def kill(self) -> None:
        """Pull its plug: SIGKILL to the server; wait until its other processes have noticed and ended."""
        self._end(signal.SIGKILL)
        deadline = time.monotonic() + 10
        while _has_children(self._data) and time.monotonic() < deadline:
            time.sleep(0.01)

    def stop(self) -> None:
        """End it and remove its data; harmless when it already ended."""
        self._end(signal.SIGINT)
        shutil.rmtree(self.folder, ignore_errors=True)

    def __enter__(self) -> "Cluster":
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    @property
    def _data(self) -> Path:
        return self.folder / "data"

    def _make(self) -> None:
        if self._user is not None:
            shutil.chown(self.folder, self._user)
        made = subprocess.run(
            [str(self._programs / "initdb"), "-D", str(self._data), "-U", USER, "-A", "trust", "-E", "UTF8",
             "--locale=C", "--no-sync", "--no-instructions"],
            capture_output=True, text=True, check=False, cwd="/",
            user=self._user, group=None if self._user is None else pwd.getpwnam(self._user).pw_gid,
        )  # fmt: skip
        if made.returncode != 0:
            raise NoPostgres(f"initdb failed: {made.stderr.strip()[-500:]}")

    def _end(self, how: signal.Signals) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        with contextlib.suppress(ProcessLookupError):
            os.kill(self._pid, how)
        deadline = time.monotonic() + 10
        while Path(f"/proc/{self._pid}").exists() and time.monotonic() < deadline and how is signal.SIGINT:
            if _is_zombie(self._pid):
                break
            time.sleep(0.01)
        for pipe in (process.stdin, process.stdout):
            if pipe is not None:
                pipe.close()
        process.wait()


def _unprivileged_user() -> str | None:
    """Return as whom to start the server: nobody else, unless we are root."""
    if os.geteuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        with contextlib.suppress(KeyError):
            return pwd.getpwnam(name).pw_name
    raise NoPostgres("PostgreSQL does not run as root, and this system has neither the user postgres nor nobody")


def _has_children(data: Path) -> bool:
    """Tell whether a process still works in a data folder."""
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            with contextlib.suppress(OSError):
                if os.readlink(entry / "cwd") == str(data):
                    return True
    return False


def _is_zombie(pid: int) -> bool:
    try:
        told = Path(f"/proc/{pid}/stat").read_text(encoding="ascii", errors="replace")
    except OSError:
        return True
    return told.rpartition(")")[2].split()[0] == "Z"
