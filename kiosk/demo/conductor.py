"""The conductor of simulated time: one conservative clock for all processes of the demo's office.

Time jumps to the earliest due moment only when the office is quiet: every connected device's outbox is empty (the hub
has acknowledged after its commit), no request is open, and every device has seen the newest snapshot that anybody has
heard of. Acknowledgements and replies carry the snapshot revision that shows their effect, and the hub publishes the
snapshot before them, so a report can be old but never hide work that is still under way. Then one due process acts
at a time, ties in a fixed order: the same seed gives the same day on any machine.
"""

import itertools
import threading
import time
from collections.abc import Callable
from datetime import datetime
from typing import Any

from kiosk.demo.control import ControlClient, Json

SETTLE_LIMIT_S = 60.0
"""Real seconds after which an office that does not become quiet is a fault of ours, not of a slow machine."""


class Stuck(Exception):
    """The office did not become quiet; the text says who is waiting for what."""


class Peer:
    """One process as the conductor sees it: its channel and its last report."""

    def __init__(self, name: str, is_hub: bool) -> None:
        self.name = name
        self.is_hub = is_hub
        self.alive = False
        self.on_network = True
        self.client: ControlClient | None = None
        self.report: Json = {}
        self.asked = 0
        self.has_ended = False
        """True if the process went away although nobody killed it."""

    @property
    def due(self) -> datetime | None:
        """Return when the process wants to act next."""
        text = self.report.get("due")
        return datetime.fromisoformat(text) if self.alive and text else None

    @property
    def view(self) -> Json:
        """Return the last view that the process reported."""
        view: Json = self.report.get("view", {})
        return view

    def waits_for(self, hub: "Peer | None", newest: int) -> str:
        """Return what keeps this device from being quiet, or nothing."""
        report = self.report
        if report.get("n", 0) < self.asked:
            return "a command to be done"
        if self.is_hub:
            return ""
        reachable = hub is not None and hub.alive and self.on_network
        if not reachable:
            return "the loss of the hub to be noticed" if report.get("hub_ready", False) else ""
        assert hub is not None
        if not report.get("hub_ready") or report.get("hub_boot") != hub.report.get("boot"):
            return "the hub to be back"
        if report.get("pending"):
            return f"{report['pending']} events to be acknowledged"
        if report.get("in_flight"):
            return f"{report['in_flight']} replies"
        if report.get("rev_seen", -1) < newest:
            return f"snapshot {newest} (has {report.get('rev_seen')})"
        return ""


class Conductor:
    """Owns simulated time; asks processes to act and waits until the office is quiet again."""

    def __init__(self, start: datetime, speed: float) -> None:
        self.now = start
        self.peers: dict[str, Peer] = {}
        self._speed = speed
        self._began = time.monotonic()
        self._start = start
        self._order = itertools.count(1)
        self._changed = threading.Condition()

    def attach(self, peer: Peer, port: int) -> None:
        """Connect to a process's control port and wait for its first report."""
        peer.report = {}
        peer.asked = 0
        peer.alive = True
        peer.has_ended = False

        def receive(message: Json) -> None:
            with self._changed:
                peer.report.update(message)
                self._changed.notify_all()

        def ended() -> None:
            with self._changed:
                peer.has_ended = peer.client is client
                self._changed.notify_all()

        client = ControlClient(port, receive, ended)
        peer.client = client
        self.peers[peer.name] = peer
        with self._changed:
            self._wait_for(lambda: bool(peer.report), lambda: f"{peer.name} never reported")

    def lose(self, name: str) -> None:
        """Note that a process was killed; it holds nobody up from now on."""
        peer = self.peers[name]
        peer.alive = False
        client, peer.client = peer.client, None
        if client is not None:
            client.close()

    def move_to(self, moment: datetime) -> None:
        """Let every living process know the new moment before anybody acts in it; not faster than the ceiling."""
        ahead = (moment - self._start).total_seconds() / self._speed - (time.monotonic() - self._began)
        if ahead > 0:
            time.sleep(ahead)
        self.now = max(self.now, moment)
        self._tell_all({"do": "now"})

    def act(self, name: str, command: Json) -> None:
        """Let one process do something, and wait until the office is quiet."""
        self._tell(self.peers[name], command)
        self.settle()

    def settle(self) -> None:
        """Wait until nothing is under way between living, connected processes.

        Raises:
            Stuck: if that takes longer than `SETTLE_LIMIT_S`.
        """
        with self._changed:
            self._wait_for(self._is_quiet, lambda: "; ".join(self._waiting()))

    def run_due(self) -> None:
        """Let each process whose timer is due act, one at a time, in the order of names."""
        while True:
            due = [peer for peer in self._in_order() if (at := peer.due) is not None and at <= self.now]
            if not due:
                return
            self.act(due[0].name, {"do": "due"})

    def next_due(self) -> datetime | None:
        """Return the earliest moment at which a process wants to act."""
        return min((at for peer in self.peers.values() if (at := peer.due) is not None), default=None)

    def _in_order(self) -> list[Peer]:
        return [self.peers[name] for name in sorted(self.peers)]

    def _tell(self, peer: Peer, command: Json) -> None:
        with self._changed:
            peer.asked = next(self._order)
        assert peer.client is not None
        peer.client.send({**command, "n": peer.asked, "at": self.now.isoformat()})

    def _tell_all(self, command: Json) -> None:
        living = [peer for peer in self.peers.values() if peer.alive]
        for peer in living:
            self._tell(peer, command)
        with self._changed:
            self._wait_for(
                lambda: all(peer.report.get("n", 0) >= peer.asked for peer in living),
                lambda: "not everybody took the time",
            )

    def _wait_for(self, done: Callable[[], bool], why: Callable[[], str]) -> None:
        """Wait, holding the lock, for what reports will tell; whoever ends by itself is told at once."""

        def ended() -> list[str]:
            return [peer.name for peer in self.peers.values() if peer.alive and peer.has_ended]

        if not self._changed.wait_for(lambda: bool(ended()) or done(), timeout=SETTLE_LIMIT_S):
            raise Stuck(f"at {self.now:%H:%M:%S}: {why()}")
        if gone := ended():
            raise Stuck(f"at {self.now:%H:%M:%S}: {', '.join(gone)} ended by itself")

    def _waiting(self) -> list[str]:
        hub = next((peer for peer in self.peers.values() if peer.is_hub), None)
        reports = [peer.report for peer in self.peers.values() if peer.alive]
        heard = [int(report.get(key, 0)) for report in reports for key in ("rev", "rev_heard")]
        newest = max(heard, default=0)
        return [
            f"{peer.name} waits for {what}"
            for peer in self.peers.values()
            if peer.alive and (what := peer.waits_for(hub, newest))
        ]

    def _is_quiet(self) -> bool:
        return not self._waiting()


View = dict[str, Any]
