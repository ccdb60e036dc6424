"""What the hub tells the lobby's kiosks without touching the queue: dossiers, booked hours, and forms for officers.

Dossiers and bookings come from files that the office exports from its own systems (`dossiers.csv` or `.json`,
`appointments.csv` or `.json` in one folder); a file is read again once it has changed. Filled forms stay in memory.
"""

import logging
import random
from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Generic, TypeVar

from kiosk.clock import VIETNAM
from kiosk.domain import commands
from kiosk.domain.declarations import Declaration, Handover
from kiosk.domain.dossiers import (
    Appointment,
    BadRows,
    Dossier,
    appointments_of,
    dossiers_of,
    plain_code,
    standing,
)
from kiosk.domain.names import is_masked
from kiosk.domain.replies import Reply
from kiosk.hub.day import Day

MAX_BYTES = 32 * 1024 * 1024
"""A larger export is not read: a year of a large commune has some 5 MB."""
MAX_FIELDS, MAX_LETTERS = 40, 300
"""Of a form; more is not from one of our kiosks."""

_Row = TypeVar("_Row")
log = logging.getLogger(__name__)


class SiteFile(Generic[_Row]):
    """Rows of one exported file, by plain code."""

    def __init__(self, folder: Path | None, stem: str, read: Callable[[bytes, str], dict[str, _Row]]) -> None:
        self._paths = [] if folder is None else [folder / f"{stem}.csv", folder / f"{stem}.json"]
        self._read = read
        self._stamp: object = None
        self._rows: dict[str, _Row] | None = None

    def rows(self) -> Mapping[str, _Row] | None:
        """Return the rows as the file has them now; None where there is no file, or none that was ever right."""
        for path in self._paths:
            try:
                stat = path.stat()
            except OSError:
                continue
            stamp = (path, stat.st_mtime_ns, stat.st_size)
            if stamp != self._stamp:
                self._stamp = stamp
                self._load(path, stat.st_size)
            return self._rows
        return None

    def _load(self, path: Path, size: int) -> None:
        # a wrong export must not take away what the office could tell a minute ago
        try:
            if size > MAX_BYTES:
                raise BadRows(f"{path.name}: larger than 32 MiB; export this year's rows only")
            self._rows = self._read(path.read_bytes(), path.name)
            log.info("%s: %d rows", path.name, len(self._rows))
        except (OSError, BadRows) as error:
            log.error("%s; the rows read before stay in use", error)


class InformationDesk:
    """Answers a kiosk's questions. Everything runs on the role's thread."""

    def __init__(self, folder: Path | None, chance: random.Random) -> None:
        """Open the desk.

        Args:
            folder: where the office's exports lie; None: nothing is known of dossiers and bookings.
            chance: source of the one-time codes, which are secrets.
        """
        self._dossiers: SiteFile[Dossier] = SiteFile(folder, "dossiers", dossiers_of)
        self._appointments: SiteFile[Appointment] = SiteFile(
            folder, "appointments", lambda raw, name: appointments_of(raw, name, VIETNAM)
        )
        self._forms = Handover(chance)
        self._answered: dict[str, Reply] = {}
        self.names: dict[str, str] = {}
        """Masked names that their owners want on the board, by ticket; in memory only."""

    def answer(self, question: commands.AnyQuestion, day: Day, now: datetime, rev: int) -> Reply:
        """Return what is known; the same `req_id` again gets the same answer."""
        known = self._answered.get(question.req_id)
        if known is not None:
            return known
        match question:
            case commands.AskDossier():
                reply = self._dossier(question, rev)
            case commands.AskAppointment():
                reply = self._appointment(question, day, now, rev)
            case commands.HandOver():
                reply = self._keep(question, now, rev)
            case commands.ShowName():
                reply = self._name(question, day, rev)
        self._answered[question.req_id] = reply
        while len(self._answered) > 100:
            del self._answered[next(iter(self._answered))]
        return reply

    def form_under(self, code: str, now: datetime) -> Declaration:
        """Return the form under a one-time code and forget it.

        Raises:
            kiosk.domain.declarations.NoDeclaration: if there is none.
        """
        return self._forms.take(code, now)

    def _dossier(self, question: commands.AskDossier, rev: int) -> Reply:
        rows = self._dossiers.rows()
        found = None if rows is None else rows.get(plain_code(question.code))
        error = "no_records" if rows is None else "" if found is not None else "unknown_code"
        return Reply(req_id=question.req_id, ok=not error, rev=rev, error=error, dossier=found)

    def _appointment(self, question: commands.AskAppointment, day: Day, now: datetime, rev: int) -> Reply:
        rows = self._appointments.rows()
        code = plain_code(question.code)
        found = None if rows is None else rows.get(code)
        if found is None:
            error = "no_records" if rows is None else "unknown_code"
        elif code in day.appointments:
            error = "used"
        else:
            error = standing(found, now).replace("open", "")
        return Reply(req_id=question.req_id, ok=not error, rev=rev, error=error, appointment=found)

    def _keep(self, question: commands.HandOver, now: datetime, rev: int) -> Reply:
        values = {key[:40]: text[:MAX_LETTERS] for key, text in list(question.values.items())[:MAX_FIELDS]}
        code = self._forms.put(Declaration(form=question.form[:60], values=values, made=now))
        return Reply(req_id=question.req_id, ok=True, rev=rev, code=code)

    def _name(self, question: commands.ShowName, day: Day, rev: int) -> Reply:
        """Keep a name while its visit lasts; the names of visits that are over are forgotten with every new one."""
        self.names = {ticket: name for ticket, name in self.names.items() if _is_open(day, ticket)}
        error = ""
        if not is_masked(question.name):
            error = "malformed"
        elif not _is_open(day, question.ticket):
            error = "unknown_ticket"
        else:
            self.names[question.ticket] = question.name
        return Reply(req_id=question.req_id, ok=not error, rev=rev, error=error)


def _is_open(day: Day, ticket: str) -> bool:
    visit = day.visits.get(ticket)
    return visit is not None and visit.is_open
