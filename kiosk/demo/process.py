"""One process of the demo's office: a real role with virtual peripherals, moved over the control channel.

Run as `python -m kiosk.demo.process` with a `ProcessSpec` on standard input. In simulated time the conductor moves the
clock; in the live demo the clock is real and a Kivy window (offscreen unless asked otherwise) is mirrored.
"""

import random
import signal
import sys
import threading
from datetime import datetime
from typing import Protocol

import msgspec

from kiosk.clock import Clock, InlineWorker, RealClock, ThreadWorker, Timer, Worker
from kiosk.demo.control import ControlServer, Json
from kiosk.demo.launch import ProcessSpec, Started
from kiosk.demo.simulated_clock import RealTimer, SimulatedClock
from kiosk.demo.surroundings import Surroundings


class Role(Protocol):
    """What the host needs of a role: to start it, to do things to it, and to know how it is."""

    def start(self) -> None:
        """Begin."""

    def stop(self) -> None:
        """End cleanly."""

    def perform(self, command: Json) -> None:
        """Do one command of the control channel.

        Raises:
            ValueError: if the command is unknown to this role.
        """

    def report(self) -> Json:
        """Return the state for the conductor and the control room."""


class Host:
    """Runs one role on the right clock and reports after everything that happened."""

    def __init__(self, spec: ProcessSpec) -> None:
        self._spec = spec
        self._simulated = SimulatedClock(spec.start) if spec.simulated and spec.start else None
        self._real = None if self._simulated else RealClock()
        self._done = 0
        self._sent: Json = {}
        self._due_report = False
        self.clock: Clock = self._simulated or self._real  # type: ignore[assignment]  # one of the two is there
        timer: Timer = RealTimer(self.clock.post) if self._simulated else self._real  # type: ignore[assignment]  # as above
        worker: Worker = InlineWorker() if self._simulated else ThreadWorker(self.clock.post, "work")
        # a restarted process must not make the ids of its former life again
        ids = random.Random(f"{spec.seed}/{spec.name}/{spec.incarnation}")
        self.control = ControlServer(lambda message: self.clock.post(lambda: self._receive(message)))
        surroundings = Surroundings(
            spec=spec,
            clock=self.clock,
            timer=timer,
            worker=worker,
            new_id=lambda: (
                f"{ids.getrandbits(128):032x}" if spec.simulated else f"{random.SystemRandom().getrandbits(128):032x}"
            ),
            tell=self.control.send,
            is_changed=self._changed,
        )
        self.role = _make_role(surroundings)

    def run(self) -> None:
        """Run the role until it is told to stop."""
        self.clock.post(self.role.start)
        if self._simulated is not None:
            self._simulated.run(self._report)
        elif self._real is not None:
            self._real.run()

    def stop(self) -> None:
        """End the loop."""
        if self._simulated is not None:
            self._simulated.stop()
        elif self._real is not None:
            self._real.post(self.role.stop)
            self._real.stop()

    def _changed(self) -> None:
        # many changes of one moment make one report
        if self._real is not None and not self._due_report:
            self._due_report = True
            self._real.post(self._report)

    def _receive(self, message: Json) -> None:
        do = message.get("do")
        if "at" in message and self._simulated is not None:
            self._simulated.move_to(datetime.fromisoformat(message["at"]))
        if do == "hello":
            self._sent = {}
        elif do == "due":
            if self._simulated is not None:
                self._simulated.run_due()
        elif do != "now":
            self.role.perform(message)
        if "n" in message:
            self._done = message["n"]
        self._changed()

    def _report(self) -> None:
        self._due_report = False
        report = {"n": self._done, **self.role.report()}
        if self._simulated is not None:
            due = self._simulated.next_due()
            report["due"] = due.isoformat() if due else None
        changes = {key: value for key, value in report.items() if self._sent.get(key, self) != value}
        if changes:
            self._sent = report
            self.control.send(changes)


def _make_role(surroundings: Surroundings) -> Role:
    match surroundings.spec.role:
        case "hub":
            from kiosk.demo.hub_role import HubRole

            return HubRole(surroundings)
        case "lobby":
            from kiosk.demo.device_roles import LobbyRole

            return LobbyRole(surroundings)
        case "counter":
            from kiosk.demo.device_roles import CounterRole

            return CounterRole(surroundings)
        case "board":
            from kiosk.demo.device_roles import BoardRole

            return BoardRole(surroundings)
        case other:
            raise ValueError(f"the demo has no role {other}")


def main() -> None:
    """Read the spec, start the role, say that it is ready, and run."""
    spec = msgspec.json.decode(sys.stdin.buffer.readline(), type=ProcessSpec)
    host = Host(spec)
    if not spec.draw:
        signal.signal(signal.SIGTERM, lambda *_: host.stop())
        _say(Started(control=host.control.port))
        host.run()
        return
    from kiosk.demo.drawn import DrawnRole

    drawn = DrawnRole(spec, host.role, host.clock.post)
    signal.signal(signal.SIGTERM, lambda *_: drawn.stop())
    threading.Thread(target=host.run, name="role", daemon=True).start()
    _say(Started(control=host.control.port, mirror=drawn.mirror_port))
    drawn.run()
    host.stop()


def _say(started: Started) -> None:
    sys.stdout.buffer.write(msgspec.json.encode(started) + b"\n")
    sys.stdout.buffer.flush()


if __name__ == "__main__":
    main()
