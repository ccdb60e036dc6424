"""The ledger is kept: every night a day verified, an encrypted copy, the old forgotten; and a journal in between.

Slow disks are written on a thread of their own. A disk that is away is told once, shown, and tried again.
"""

import logging
import sqlite3
from collections.abc import Callable
from datetime import date, datetime, timedelta
from pathlib import Path

import msgspec

from kiosk.clock import Clock, Wake, Worker
from kiosk.config import BackupSettings, RetentionSettings
from kiosk.domain import events
from kiosk.hub.backup import KEY_FILE, SUFFIX, BadBackup, back_up, check, key_of, make_key
from kiosk.hub.book import Book
from kiosk.hub.inbox import Inbox
from kiosk.hub.journal import Journal, journals_in, new_journal
from kiosk.hub.ledger_pages import Place, forget_events, forget_words, page_after, place_of

GATHER = timedelta(seconds=2)
"""Pause before decisions go to the journal: so much of the hub's own work a broken card can cost at most."""
TRY_AGAIN = timedelta(minutes=5)
NIGHT = timedelta(hours=26)
"""A copy that is older was missed: the hub was off at midnight, or the disk was away."""
PART = "backup"
_BACKED_UP = "backed_up"
_WORDS_FORGOTTEN = "words_forgotten"

log = logging.getLogger(__name__)


class BackedUp(msgspec.Struct, frozen=True, kw_only=True):
    """The last copy that was made and read back."""

    at: datetime
    file: str
    place: Place
    """What it holds for certain."""


class Keeping:
    """Looks after one ledger; everything but the copying runs on the role's thread."""

    def __init__(
        self,
        book: Book,
        database: Path,
        clock: Clock,
        worker: Worker,
        backup: BackupSettings,
        retention: RetentionSettings,
        record: Callable[[events.Event], object],
    ) -> None:
        """Wire up; nothing happens before `start`.

        Args:
            book: the office's books.
            database: the file of the ledger.
            worker: where slow disks are written.
            backup: where copies go; an empty folder: none are made by itself.
            retention: what is forgotten when.
            record: puts an event of the hub into the books: the leader's page shows a fault.
        """
        self.fault = ""
        """Why there is no copy or no journal, or empty."""
        self.unverified: dict[date, tuple[str, ...]] = {}
        """Closed days whose figures differ from those of the ledger, and in what."""
        self._book = book
        self._database = database
        self._clock = clock
        self._worker = worker
        self._backup = backup
        self._retention = retention
        self._record = record
        self._folder = Path(backup.folder) if backup.folder else None
        self._key = b""
        self._journal: Journal | None = None
        self._place = Place()
        self._is_writing = False
        self._is_copying = False
        self._wakes: dict[str, Wake] = {}

    @property
    def last_backup(self) -> BackedUp | None:
        """Return the newest copy."""
        stored = self._book.ledger.meta(_BACKED_UP)
        return None if stored is None else msgspec.json.decode(stored, type=BackedUp)

    def report(self) -> dict[str, object]:
        """Return how the ledger is kept, for a technician and for monitoring."""
        last = self.last_backup
        return {
            "folder": self._backup.folder,
            "last": None if last is None else last.at.isoformat(),
            "fault": self.fault,
            "unverified_days": {day.isoformat(): list(names) for day, names in self.unverified.items()},
        }

    def start(self) -> None:
        """Begin the journal, and make up for a night that was missed."""
        if self._folder is None:
            return
        key_file = self._database.with_name(KEY_FILE)
        try:
            if make_key(key_file):
                log.warning("new key in %s: keep a copy of it away from this box; without it no backup opens", key_file)
            self._key = key_of(key_file)
        except (BadBackup, OSError) as error:
            self._tell(str(error))
            return
        last = self.last_backup
        self._place = last.place if last is not None else Place()
        self._journal = new_journal(self._folder, self._key, self._clock.now())
        self.note_commit()
        if last is None or self._clock.now() - last.at > NIGHT:
            self.back_up()

    def stop(self) -> None:
        """End; what was not yet written goes to the next journal."""
        for wake in self._wakes.values():
            wake.cancel()

    def on_day_closed(self, day: date) -> None:
        """Verify the day that was closed, copy the ledger, and forget what is old."""
        differing = self.verify(day)
        if differing:
            self.unverified[day] = differing
            log.error("the closed day %s differs from the ledger in: %s", day, ", ".join(differing))
        if self._folder is not None and self._key:
            self.back_up()
        self._forget_words()
        self._forget_events()

    # day --------------------------------------------------------------------------------------------------------

    def verify(self, day: date) -> tuple[str, ...]:
        """Return in which figures a closed day differs from the ledger folded anew (`not_closed`: it never was)."""
        closed = None
        for envelope, _ in self._book.ledger.events_of_day(day):
            if envelope.type == events.DayClosed.TYPE:
                told = msgspec.json.decode(envelope.data, type=events.DayClosed)
                closed = told if told.day == day else closed
        if closed is None:
            # the closing itself counts to the day that was open when it was written
            return ("not_closed",)
        found = self._book.figures_of(day)
        names = ("issued", "finished", "no_show", "voided", "rated", "satisfied", "petitions")
        return tuple(name for name in names if getattr(found, name) != getattr(closed, name))

    # journal ----------------------------------------------------------------------------------------------------

    def note_commit(self) -> None:
        """Something was decided: it goes to the journal within seconds."""
        if self._journal is not None:
            self._plan("journal", GATHER, self._write_journal)

    def _write_journal(self) -> None:
        journal = self._journal
        if journal is None or self._is_writing:
            return
        ledger = self._book.ledger
        page, end = page_after(ledger.connection, self._place, self._book.source)
        if end == self._place:
            return
        if page.is_empty:
            self._place = end
            self.note_commit()
            return
        self._is_writing = True
        self._worker.submit(lambda: _failure_of(lambda: journal.write(page)), lambda error: self._written(error, end))

    def _written(self, error: str, end: Place) -> None:
        self._is_writing = False
        if error:
            self._tell(error)
            self._plan("journal", TRY_AGAIN, self._write_journal)
            return
        self._tell("")
        self._place = end
        self.note_commit()

    # copies -----------------------------------------------------------------------------------------------------

    def back_up(self) -> None:
        """Copy the ledger now, read the copy back, and begin a new journal."""
        if self._is_copying or self._folder is None:
            return
        self._is_copying = True
        folder, key, now = self._folder, self._key, self._clock.now()
        place = place_of(self._book.ledger.connection)
        made: list[str] = []

        def work() -> str:
            return _failure_of(lambda: made.append(_copy(self._database, folder, key, now, self._backup.keep)))

        self._worker.submit(work, lambda error: self._copied(error, now, made, place))

    def _copied(self, error: str, at: datetime, made: list[str], place: Place) -> None:
        self._is_copying = False
        self._tell(error)
        if error or self._folder is None:
            self._plan("backup", TRY_AGAIN, self.back_up)
            return
        self._journal = new_journal(self._folder, self._key, self._clock.now())
        if self._place.received < place.received:
            # the copy holds what the journal had not come to yet
            self._place = place
        done = BackedUp(at=at, file=made[0], place=place)
        with self._book.outbox.transaction():
            self._book.ledger.set_meta(_BACKED_UP, msgspec.json.encode(done).decode())
        log.info("the ledger was copied to %s", made[0])

    # retention --------------------------------------------------------------------------------------------------

    def _forget_words(self) -> None:
        before = self._clock.now().date() - timedelta(days=self._retention.texts_days)
        inbox: Inbox = self._book.inbox
        waiting = {petition.petition for petition in inbox.all() if petition.answered is None}
        ledger = self._book.ledger
        try:
            with self._book.outbox.transaction():
                changed = forget_words(ledger.connection, before, ledger.meta(_WORDS_FORGOTTEN) or "", waiting)
                ledger.set_meta(_WORDS_FORGOTTEN, before.isoformat())
        except sqlite3.Error as error:
            log.error("what citizens wrote could not be forgotten: %s", error)
            return
        if changed:
            self._book.read_inbox_again()
            log.info("the words of %d events before %s were forgotten", changed, before)

    def _forget_events(self) -> None:
        before = self._clock.now().date() - timedelta(days=self._retention.events_days)
        try:
            with self._book.outbox.transaction():
                gone = forget_events(self._book.ledger.connection, before)
        except sqlite3.Error as error:
            log.error("old events could not be deleted: %s", error)
            return
        if gone:
            # in small bites, so that no call waits
            self._clock.post(self._forget_events)

    # inside -----------------------------------------------------------------------------------------------------

    def _plan(self, what: str, after: timedelta, act: Callable[[], None]) -> None:
        if what in self._wakes:
            return

        def run() -> None:
            self._wakes.pop(what, None)
            act()

        self._wakes[what] = self._clock.wake_at(self._clock.now() + after, run)

    def _tell(self, error: str) -> None:
        if error and not self.fault:
            log.error("no copy of the ledger can be written: %s", error)
        elif self.fault and not error:
            log.warning("copies of the ledger can be written again")
        had_fault, self.fault = bool(self.fault), error
        now = self._clock.now()
        if error and not had_fault:
            self._record(events.DeviceFaulted(at=now, part=PART, reason="no_copy"))
        elif had_fault and not error:
            self._record(events.DeviceRecovered(at=now, part=PART))


def _failure_of(act: Callable[[], object]) -> str:
    """Run `act` off the role's thread; return why it failed, or nothing."""
    try:
        act()
    except (OSError, BadBackup, sqlite3.Error) as error:
        return str(error)
    return ""


def _copy(database: Path, folder: Path, key: bytes, now: datetime, keep: int) -> str:
    """Make a copy, read it back, and delete what is superseded; return the file.

    Raises:
        BadBackup, OSError, sqlite3.Error: if any of it fails.
    """
    if not folder.is_dir():
        raise BadBackup(f"{folder} is not there: plug in the stick, or mend [backup] folder in kiosk.toml")
    made = back_up(database, folder, key, now)
    check(Path(made.file), key, database.with_suffix(".checking"))
    copies = sorted(folder.glob(f"hub-*{SUFFIX}"))
    for old in copies[:-keep]:
        old.unlink(missing_ok=True)
    if len(copies) >= 2:
        # the copy before this one may still be wanted, with the journals since then
        oldest = copies[-2].name.removesuffix(SUFFIX)
        for journal in journals_in(folder):
            if journal.name[: len(oldest)] < oldest and journal.stat().st_mtime < copies[-2].stat().st_mtime:
                journal.unlink(missing_ok=True)
    return made.file
