"""Every night a copy that was read back, the old forgotten, and in between a journal of what the hub decided."""

from datetime import timedelta
from pathlib import Path

import msgspec
import pytest

from kiosk.clock import InlineWorker
from kiosk.config import BackupSettings, RetentionSettings
from kiosk.demo.trial_time import MORNING
from kiosk.domain import commands, events
from kiosk.hub.backup import KEY_FILE, back_up, key_of, restore
from kiosk.hub.journal import Journal, journals_in, pages_of
from kiosk.hub.keeping import Keeping
from kiosk.hub.ledger_pages import Page
from tests.hub.stage import Device, Stage


class KeptOffice(Stage):
    """An office with a USB stick in its hub."""

    def __init__(self, folder: Path, retention: RetentionSettings | None = None) -> None:
        self.stick = folder / "stick"
        self.stick.mkdir()
        self.retention = retention or RetentionSettings()
        super().__init__(folder)
        self.keep()

    def keep(self) -> None:
        self.keeping = Keeping(
            self.hub.book, self.folder / "hub.db", self.life, InlineWorker(),
            BackupSettings(folder=str(self.stick), keep=3), self.retention, self.hub.record,
        )  # fmt: skip
        self.hub.on_committed, self.hub.on_day_closed = self.keeping.note_commit, self.keeping.on_day_closed
        self.keeping.start()
        self.time.settle()

    def backups(self) -> list[Path]:
        return sorted(self.stick.glob("*.kioskbackup"))

    def lose_the_card(self, journal_too: bool = False, backup: Path | None = None) -> int:
        """The card breaks; a new one gets a backup (last night's). Returns what came back from the journals."""
        self.kill_hub()
        key = key_of(self.folder / KEY_FILE)
        for file in self.folder.glob("hub.db*"):
            file.unlink()
        if journal_too:
            for file in journals_in(self.stick):
                file.unlink()
        found = restore(backup or self.backups()[-1], self.folder / "hub.db", key, self.time.now(), self.stick)
        self.start_hub()
        self.keep()
        self.time.advance(10)
        return found.from_journals


def a_morning(office: KeptOffice, lobby: Device) -> str:
    """Tickets, one of them served and rated by phone; return the token of a second one that is not yet rated."""
    for n in range(1, 6):
        lobby.put(office.issued(f"A{n:03}"))
    office.time.settle()
    office.sign_in(1)
    tokens = []
    for _ in range(2):
        for verb in (commands.CallNext, commands.Start):
            office.verb(verb, 1)
        reply = office.verb(commands.Finish, 1)
        assert reply.offer is not None
        tokens.append(reply.offer)
    rating = events.RatingGiven(
        at=office.time.now(), ticket=tokens[0].ticket, service=0, token=tokens[0].token, score=5, way="phone"
    )
    office.hub.record(rating)
    office.verb(commands.CallNext, 1)
    office.time.advance(5)
    return tokens[1].token


def test_a_hub_on_a_new_card_knows_every_decision_of_the_day(tmp_path: Path) -> None:
    office = KeptOffice(tmp_path)
    lobby = office.device("lobby-1")
    token = a_morning(office, lobby)
    before = office.hub.snapshot
    states = {ticket: visit.state for ticket, visit in office.hub.day.visits.items()}
    assert office.lose_the_card() > 5
    assert {ticket: visit.state for ticket, visit in office.hub.day.visits.items()} == states
    assert office.hub.snapshot.counters == before.counters
    assert office.hub.figures().rated == 1
    # a right to rate that was given before the card broke still counts, once
    lobby.put(events.RatingGiven(at=office.time.now(), ticket="t-A002", service=0, token=token, score=4))
    office.time.settle()
    assert office.hub.figures().rated == 2
    assert office.hub.book.ledger.faults() == {}


def test_a_copy_made_by_hand_on_another_stick_finds_the_journal_of_the_nightly_ones(tmp_path: Path) -> None:
    office = KeptOffice(tmp_path)
    pocket = tmp_path / "pocket"
    pocket.mkdir()
    made = back_up(tmp_path / "hub.db", pocket, key_of(tmp_path / KEY_FILE), office.time.now())
    a_morning(office, office.device("lobby-1"))
    states = {ticket: visit.state for ticket, visit in office.hub.day.visits.items()}
    assert office.lose_the_card(backup=Path(made.file)) > 5
    assert {ticket: visit.state for ticket, visit in office.hub.day.visits.items()} == states


def test_without_a_journal_tickets_come_back_from_the_devices_and_wait_again(tmp_path: Path) -> None:
    office = KeptOffice(tmp_path)
    a_morning(office, office.device("lobby-1"))
    assert office.lose_the_card(journal_too=True) == 0
    assert office.hub.figures().issued == 5
    assert len(office.hub.snapshot.waiting) == 5


def test_without_a_journal_a_rating_of_a_right_that_is_unknown_is_kept_without_effect_and_counters_are_closed(
    tmp_path: Path,
) -> None:
    office = KeptOffice(tmp_path)
    lobby = office.device("lobby-1")
    token = a_morning(office, lobby)
    lobby.put(events.RatingGiven(at=office.time.now(), ticket="t-A002", service=0, token=token, score=4))
    office.time.settle()
    assert office.hub.figures().rated == 2
    office.lose_the_card(journal_too=True)
    # the tablet's rating came back from the tablet; the right to it, and the one by phone, were on the hub's card only
    assert office.hub.figures().rated == 0
    assert office.hub.book.ledger.counts_by_type()["rating.given"] == 1
    assert {counter.state for counter in office.hub.snapshot.counters} == {"closed"}
    office.sign_in(1)
    assert office.verb(commands.CallNext, 1).ok, "the office goes on at once"


def test_every_night_there_is_a_copy_that_was_read_back_and_old_ones_go(tmp_path: Path) -> None:
    office = KeptOffice(tmp_path)
    lobby = office.device("lobby-1")
    for day in range(5):
        lobby.put(office.issued(f"A{day:03}"))
        office.time.advance(hours=24)
    assert len(office.backups()) == 3
    last = office.keeping.last_backup
    assert last is not None
    assert last.file == str(office.backups()[-1])
    assert office.keeping.unverified == {}
    assert len(journals_in(office.stick)) <= 4


def test_a_stick_that_is_away_is_told_once_and_the_copy_is_made_when_it_is_back(tmp_path: Path) -> None:
    office = KeptOffice(tmp_path)
    away = office.stick.rename(tmp_path / "in-a-pocket")
    office.device("lobby-1").put(office.issued("A001"))
    office.time.advance(hours=17)
    assert office.keeping.fault
    faults = [fault.part for _, fault in enumerate(office.hub.day.faults())]
    assert faults == ["backup"]
    away.rename(office.stick)
    office.time.advance(minutes=6)
    assert office.keeping.fault == ""
    assert len(office.backups()) == 2
    assert not list(office.hub.day.faults())


def test_a_night_that_was_missed_is_made_up_for_at_the_next_start(tmp_path: Path) -> None:
    office = KeptOffice(tmp_path)
    office.keeping.stop()
    office.time.jump(timedelta(hours=30))
    office.keep()
    assert len(office.backups()) == 2


def test_a_day_whose_closing_differs_from_the_ledger_is_shown(tmp_path: Path) -> None:
    office = KeptOffice(tmp_path)
    lobby = office.device("lobby-1")
    lobby.put(office.issued("A001"))
    office.time.advance(hours=24)
    yesterday = MORNING.date()
    assert office.keeping.verify(yesterday) == ()
    with office.hub.book.outbox.transaction() as connection:
        connection.execute("DELETE FROM events WHERE type = 'ticket.voided'")
    office.hub.book._past.clear()
    assert office.keeping.verify(yesterday) == ("voided",)
    assert office.keeping.verify(yesterday - timedelta(days=3)) == ("not_closed",)


def test_words_are_forgotten_in_time_and_figures_stay(tmp_path: Path) -> None:
    office = KeptOffice(tmp_path, RetentionSettings(texts_days=30, events_days=60))
    lobby = office.device("lobby-1")
    word = "Cán bộ rất tận tình"
    a_morning(office, lobby)
    office.hub.record(
        events.RatingGiven(at=MORNING, ticket="t", service=0, token="", score=5, comment=word),
        events.PetitionFiled(at=MORNING, petition="p1", receipt="AAAA", text=word),
        events.PetitionFiled(at=MORNING, petition="p2", receipt="BBBB", text=word),
        events.PetitionAnswered(at=MORNING, petition="p1", by="lanh-dao", answer=word),
    )  # fmt: skip

    def words() -> int:
        rows = office.connection.execute("SELECT envelope FROM events").fetchall()
        return sum(word.encode() in raw for (raw,) in rows)

    assert words() == 4
    office.time.jump(timedelta(days=29))
    office.time.advance(hours=24)
    office.time.jump(timedelta(days=5))
    office.time.advance(hours=24)
    # the letter that nobody answered yet keeps its words
    assert words() == 1
    assert len(office.hub.book.inbox.all()) == 2
    assert sum(figures.rated for figures in [office.hub.book.figures_of(MORNING.date())]) == 1
    office.time.jump(timedelta(days=40))
    office.time.advance(hours=24)
    assert office.connection.execute("SELECT count(*) FROM events WHERE day = '2026-11-24'").fetchone() == (0,)
    assert office.connection.execute("SELECT count(*) FROM ratings").fetchone() == (0,)


@pytest.mark.parametrize("harm", ["cut short", "changed", "records swapped", "other key", "no journal"])
def test_a_journal_that_was_harmed_is_read_up_to_the_harm(tmp_path: Path, harm: str) -> None:
    key = bytes(range(32))
    journal = Journal(tmp_path / "j.kioskjournal", key)
    pages = [Page(events=(("s", n, "help.called", "x", "", "2026-11-24", "", "", b"{}"),)) for n in range(3)]
    ends = []
    for page in pages:
        journal.write(page)
        ends.append(journal.file.stat().st_size)
    raw = journal.file.read_bytes()
    assert list(pages_of(journal.file, key)) == pages
    assert b"help.called" not in raw
    left = 2
    match harm:
        case "cut short":
            raw = raw[:-1]
        case "changed":
            raw = raw[: ends[1] + 30] + bytes([raw[ends[1] + 30] ^ 1]) + raw[ends[1] + 31 :]
        case "records swapped":
            raw, left = raw[: ends[0]] + raw[ends[1] :] + raw[ends[0] : ends[1]], 1
        case "other key":
            key, left = bytes(32), 0
        case "no journal":
            raw, left = b"hello", 0
    journal.file.write_bytes(raw)
    assert list(pages_of(journal.file, key)) == pages[:left]


def test_a_page_holds_text_and_bytes_apart() -> None:
    page = Page(events=(("s", 1, "text", "x", "", "", "", "", b"\xff\x00"),), audits=((1, "at", 2, "t", b"{}"),))
    assert msgspec.msgpack.decode(msgspec.msgpack.encode(page), type=Page) == page
