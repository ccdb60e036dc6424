"""How a batch of events is written: what is surely new in one go, anything else by itself and compared."""

from datetime import date

from kiosk.domain.envelope import Envelope
from kiosk.hub.ledger import Ledger, Stored, row_of


class Intake:
    """The events of one batch: what is surely new waits, so that a backlog is written in one go.

    An event with a higher number than any other of its stream cannot be here yet, so nothing has to be asked; any other
    is stored by itself, and compared. Row by row, the asking cost three times the writing.
    """

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._rows: list[tuple[object, ...]] = []
        self._tickets: set[str] = set()
        self._highest: dict[str, int] = {}
        self._received = ledger.last_received

    def store(self, envelope: Envelope, *, ticket: str, day: date, fault: str = "", raw: bytes = b"") -> Stored:
        """Keep `envelope` once, as `Ledger.store` does."""
        stream = envelope.stream
        highest = self._highest.get(stream)
        if highest is None:
            highest = self._highest[stream] = self._ledger.highest(stream)
        if envelope.sequence <= highest:
            self.flush()
            stored = self._ledger.store(envelope, ticket=ticket, day=day, fault=fault, raw=raw)
            self._received += stored is Stored.NEW
            return stored
        self._highest[stream] = envelope.sequence
        self._received += 1
        self._rows.append(row_of(envelope, self._received, ticket, day, fault, raw))
        if ticket:
            self._tickets.add(ticket)
        return Stored.NEW

    def day_of_ticket(self, ticket: str) -> date | None:
        """Return the business day to which the ticket's events count so far, those that wait here among them."""
        if ticket in self._tickets:
            self.flush()
        return self._ledger.day_of_ticket(ticket)

    def flush(self) -> None:
        """Write what waits: before anything else looks at the events, and before the transaction ends."""
        if self._rows:
            self._ledger.store_new(self._rows)
            self._rows = []
            self._tickets = set()
