"""The hub's own broker behind certificates: kept alive, told of every revocation, and cleared of whom it threw out.

mosquitto reads a new revocation list on SIGHUP, which stops new connections but leaves an open one alone (messaging
notes §6.1). So the hub then connects under the revoked name itself, with a certificate of ten minutes: the broker
takes the client id from the certificate, gives the newcomer the place and closes the old line. Where that fails within
ten seconds the broker is started anew, which closes every line; the office's devices are back within seconds.
"""

import logging
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import msgspec

from kiosk.clock import Clock, Timer, Wake
from kiosk.hub.authority import Authority
from kiosk.messaging.broker import RunningBroker
from kiosk.messaging.certificates import key_pem, new_key
from kiosk.messaging.durable import write_durably
from kiosk.messaging.message import Message, Transport
from kiosk.messaging.tls import TlsFiles

LOOK_S = 2.0
"""How often the hub looks whether the broker lives and whether a technician changed the register."""
TAKE_LIMIT_S = 10.0
FRESHEN_EVERY = timedelta(hours=12)
JUMP_S = 60.0
"""A wall clock that was set by more than this makes lists and certificates of the wrong days."""

log = logging.getLogger(__name__)


class Gate:
    """Keeps the broker and its lists; everything here runs on the role's thread."""

    def __init__(
        self,
        authority: Authority,
        broker: RunningBroker,
        clock: Clock,
        timer: Timer,
        connect: Callable[[str, TlsFiles], Transport],
        take_limit_s: float = TAKE_LIMIT_S,
    ) -> None:
        """Wire up; nothing runs before `start`.

        Args:
            broker: made with the authority's `guard`, not yet started.
            timer: real seconds.
            connect: makes a connection to the broker under a name with these files.
            take_limit_s: after which the broker is started anew, because a line could not be taken over.
        """
        self._authority = authority
        self._broker = broker
        self._clock = clock
        self._timer = timer
        self._connect = connect
        self._take_limit_s = take_limit_s
        self._wake: Wake | None = None
        self._freshened = clock.monotonic()
        self._offset = self._clock_offset()
        self._takers: dict[str, _Taker] = {}
        self._failure = ""
        self._is_away = False
        authority.on_change = self._throw_out

    @property
    def is_busy(self) -> bool:
        """Tell whether somebody is being thrown out right now."""
        return bool(self._takers)

    def start(self) -> None:
        """Start the broker, and begin to look after it.

        Raises:
            kiosk.messaging.broker.NoBroker: if it does not come up.
        """
        self._broker.start()
        self._plan()

    def stop(self) -> None:
        """End the broker."""
        if self._wake is not None:
            self._wake.cancel()
        for taker in list(self._takers.values()):
            taker.end()
        self._broker.stop()

    def _plan(self) -> None:
        self._wake = self._timer.wake_after(LOOK_S, self._look)

    def _look(self) -> None:
        try:
            if not self._broker.is_running:
                self._bring_back()
            self._authority.follow()
            was_set = abs(self._clock_offset() - self._offset) > JUMP_S
            if was_set or self._clock.monotonic() - self._freshened > FRESHEN_EVERY.total_seconds():
                self._freshened, self._offset = self._clock.monotonic(), self._clock_offset()
                self._authority.keep_fresh()
                self._broker.reload()
        except Exception as error:
            # a full disk or a damaged register stops no office: what is let in stays, and it is tried again
            if str(error) != self._failure:
                log.exception("the gate could not be looked after")
            self._failure = str(error)
        else:
            self._failure = ""
        self._plan()

    def _clock_offset(self) -> float:
        return self._clock.now().timestamp() - self._clock.monotonic()

    def _bring_back(self) -> None:
        if not self._is_away:
            log.warning("the broker ended; it is started again")
        self._is_away = True
        self._broker.stop()
        self._broker.start()
        self._is_away = False

    def _throw_out(self, names: tuple[str, ...]) -> None:
        self._broker.reload()
        for name in names:
            log.warning("%s is no longer let in; its line is cut", name)
            if name in self._takers:
                self._takers.pop(name).end()
            try:
                self._takers[name] = _Taker(
                    self._authority, name, self._connect, self._timer, self._take_limit_s, self._on_thrown_out
                )
            except OSError as error:
                log.error("no certificate to take the place of %s with (%s)", name, error)
                self._on_thrown_out(name, False)

    def _on_thrown_out(self, name: str, done: bool) -> None:
        self._takers.pop(name, None)
        if not done:
            log.warning("the line of %s could not be taken over; the broker is started anew", name)
            self._broker.stop()
            # `_look` starts it, and again if it does not come up


class _Taker:
    """Takes the place of one device at the broker, and leaves."""

    def __init__(
        self,
        authority: Authority,
        name: str,
        connect: Callable[[str, TlsFiles], Transport],
        timer: Timer,
        limit_s: float,
        done: Callable[[str, bool], None],
    ) -> None:
        self._name = name
        self._done = done
        self._state_topic = authority.state_topic(name)
        key = new_key()
        self._files: tuple[Path, Path] = (
            authority.folder / f"passing-{name}.key",
            authority.folder / f"passing-{name}.pem",
        )
        write_durably(self._files[0], key_pem(key))
        write_durably(self._files[1], authority.passing_certificate(name, key.public_key()))
        files = msgspec.structs.replace(authority.hub_files, key=self._files[0], certificate=self._files[1])
        self._transport = connect(name, files)
        self._wake = timer.wake_after(limit_s, lambda: self._finish(False))
        self._transport.start(lambda _: None, self._on_connection)

    def _on_connection(self, is_connected: bool) -> None:
        if is_connected:
            # nobody waits any more for the one who was thrown out: its presence is forgotten
            self._transport.publish(Message(topic=self._state_topic, payload=b"", retain=True))
            self._finish(True)

    def _finish(self, done: bool) -> None:
        self.end()
        self._done(self._name, done)

    def end(self) -> None:
        """Leave, and keep nothing."""
        self._wake.cancel()
        self._transport.stop()
        for path in self._files:
            path.unlink(missing_ok=True)
