"""The hub as a process of the demo: the real service on a real broker, moved over the control channel."""

import threading
from pathlib import Path

import msgspec

from kiosk.demo.control import Json
from kiosk.demo.launch import COMMUNE, PROVINCE
from kiosk.demo.surroundings import Surroundings
from kiosk.domain.envelope import Envelope
from kiosk.domain.office import model_office
from kiosk.hub.ledger import Ledger
from kiosk.hub.service import HubService, lost_will
from kiosk.messaging.outbox import open_database
from kiosk.messaging.topics import Topics


class HubRole:
    """Wires the hub of the demo."""

    def __init__(self, surroundings: Surroundings) -> None:
        spec = surroundings.spec
        self._surroundings = surroundings
        topics = Topics(PROVINCE, COMMUNE)
        boot = surroundings.new_id()
        self._service = HubService(
            model_office(spec.counters),
            Ledger(open_database(Path(spec.folder) / "hub.db")),
            surroundings.transport(surroundings.clock.post, will=lost_will(topics, boot)),
            topics,
            surroundings.clock,
            surroundings.new_id,
            boot,
            spec.public_url,
            spec.device_keys,
            clock_quality="simulated" if spec.simulated else "ntp",
        )
        if not spec.simulated:
            self._service.on_event = self._tell_event
        self._service.listen(lambda _: surroundings.is_changed())

    def start(self) -> None:
        """Open the hub, and its web pages in the live demo."""
        self._service.start()
        if self._surroundings.spec.web_port:
            self._serve_pages()

    def stop(self) -> None:
        """Close it cleanly."""
        self._service.stop()

    def perform(self, command: Json) -> None:
        """The hub has nothing to be pressed.

        Raises:
            ValueError: always.
        """
        raise ValueError(f"the hub cannot do {command.get('do')}")

    def report(self) -> Json:
        """Return the newest revision and the figures."""
        return {
            "rev": self._service.rev,
            "boot": self._service.boot,
            "totals": msgspec.to_builtins(self._service.totals()),
        }

    def _tell_event(self, envelope: Envelope) -> None:
        self._surroundings.tell({"event": msgspec.json.decode(msgspec.json.encode(envelope))})

    def _serve_pages(self) -> None:
        from kiosk.hub.web.app import serve

        spec = self._surroundings.spec
        threading.Thread(
            target=serve,
            args=(self._service, "127.0.0.1", spec.web_port, spec.leader_password),
            name="hub-web",
            daemon=True,
        ).start()
