"""A card that wakes up on another board, or under another name: a stream of its own, nothing lost, nothing twice."""

import sqlite3
from contextlib import closing
from pathlib import Path

import msgspec
import pytest

from kiosk.demo.trial_time import MORNING, ids
from kiosk.domain import commands
from kiosk.domain.events import HelpCalled
from kiosk.messaging.machine import machine_id
from kiosk.messaging.outbox import Outbox, open_database
from tests.hub.stage import TOPICS, Stage, envelope


def outbox_of(folder: Path, machine: str, name: str = "lobby-1", new: str = "a") -> Outbox:
    return Outbox(
        open_database(folder / "outbox.db"), source=TOPICS.source(name), boot="b", now=lambda: MORNING,
        mono=lambda: 0.0, new_id=ids(new), clk="ntp", machine=machine,
    )  # fmt: skip


def test_on_its_own_board_a_card_keeps_its_stream(tmp_path: Path) -> None:
    first = outbox_of(tmp_path, "board-1")
    first.record(HelpCalled(at=MORNING))
    again = outbox_of(tmp_path, "board-1", new="b")
    assert (again.stream, again.pending()) == (first.stream, 1)


def test_a_database_from_before_boards_were_noted_is_adopted(tmp_path: Path) -> None:
    first = outbox_of(tmp_path, "")
    assert outbox_of(tmp_path, "board-1", new="b").stream == first.stream
    assert outbox_of(tmp_path, "board-2", new="c").stream != first.stream


@pytest.mark.parametrize(("machine", "name"), [("board-2", "lobby-1"), ("board-1", "lobby-2")])
def test_a_moved_card_takes_what_is_pending_into_a_stream_of_its_own(tmp_path: Path, machine: str, name: str) -> None:
    first = outbox_of(tmp_path, "board-1")
    ids_before = [first.record(HelpCalled(at=MORNING)).id for _ in range(5)]
    first.acknowledge(2)
    moved = outbox_of(tmp_path, machine, name, new="b")
    assert moved.stream != first.stream
    window = moved.window()
    assert [envelope.sequence for envelope in window] == [1, 2, 3]
    assert [envelope.cause for envelope in window] == ids_before[2:]
    assert {envelope.source for envelope in window} == {TOPICS.source(name)}
    assert moved.record(HelpCalled(at=MORNING)).sequence == 4


def test_a_copied_card_has_no_second_effect_and_clashes_with_nobody(tmp_path: Path) -> None:
    stage = Stage(tmp_path)
    original = outbox_of(tmp_path, "board-1")
    original.record(stage.issued("A001"))
    original.record(stage.issued("A002"))
    copy_folder = tmp_path / "copy"
    copy_folder.mkdir()
    with (
        closing(sqlite3.connect(tmp_path / "outbox.db")) as source,
        closing(sqlite3.connect(copy_folder / "outbox.db")) as target,
    ):
        source.backup(target)
    copy = outbox_of(copy_folder, "board-2", new="c")
    # both send what was pending on the card, and each goes on by itself
    original.record(stage.issued("A003"))
    copy.record(stage.issued("A004"))
    for outbox in (original, copy):
        for row in outbox.rows_after(0):
            stage.send_raw("lobby-1", "ticket", row.payload)
    assert stage.hub.figures().issued == 4
    assert stage.hub.book.ledger.clashes() == 0
    assert stage.hub.book.ledger.faults() == {"copy": 2}


def test_two_cards_in_one_stream_are_raised_as_an_alarm(tmp_path: Path) -> None:
    stage = Stage(tmp_path)
    for number in ("A001", "A002"):
        stage.send_raw("lobby-1", "ticket", msgspec.json.encode(envelope(stage.issued(number), 1)))
    assert stage.hub.book.ledger.clashes() == 1
    assert [(row.reason, row.source) for row in stage.hub.book.ledger.refused()] == [("clash", "lobby-1")]


def test_a_machine_is_known_by_installation_and_board(tmp_path: Path) -> None:
    (tmp_path / "etc").mkdir()
    (tmp_path / "etc/machine-id").write_text("f" * 32 + "\n")
    image = machine_id(tmp_path)
    (tmp_path / "proc/device-tree").mkdir(parents=True)
    (tmp_path / "proc/device-tree/serial-number").write_bytes(b"10000000deadbeef\x00")
    board = machine_id(tmp_path)
    assert len({image, board, machine_id(tmp_path / "nothing")}) == 3
    assert machine_id(tmp_path / "nothing") == ""


def test_tickets_of_a_card_restored_from_an_older_image_count_once_and_raise_an_alarm(tmp_path: Path) -> None:
    stage = Stage(tmp_path)
    lobby = stage.device("lobby-1")
    lobby.put(stage.issued("A001"))
    stage.time.settle()
    card = tmp_path / "lobby-1" / "outbox.db"
    with closing(sqlite3.connect(tmp_path / "image.db")) as image, closing(sqlite3.connect(card)) as source:
        source.backup(image)
    for number in ("A002", "A003"):
        lobby.put(stage.issued(number))
    stage.time.settle()
    lobby.transport.die()
    for file in card.parent.glob("outbox.db*"):
        file.unlink()
    (tmp_path / "image.db").rename(card)
    restored = stage.device("lobby-1")
    for number in ("A004", "A005"):
        restored.put(stage.issued(number))
    stage.time.advance(10)
    assert restored.link.pending == 0
    assert stage.hub.figures().issued == 5
    assert stage.hub.book.ledger.clashes() == 2


def test_a_hub_whose_card_was_copied_numbers_its_decisions_in_a_new_stream(tmp_path: Path) -> None:
    stage = Stage(tmp_path, machine="board-1")
    lobby = stage.device("lobby-1")
    lobby.put(stage.issued("A001"))
    stage.time.settle()
    stage.sign_in(1)
    before = {(row.stream, row.sequence) for row in stage.heard}
    stream = stage.hub.book.outbox.stream
    stage.kill_hub()
    stage.options["machine"] = "board-2"
    stage.start_hub()
    assert stage.verb(commands.CallNext, 1).ok, "it knows the ticket and the officer"
    assert stage.hub.book.outbox.stream != stream
    after = {(row.stream, row.sequence) for row in stage.heard} - before
    assert stream not in {of for of, _ in after}
    assert stage.state("t-A001") == "called"
    assert stage.hub.book.ledger.gaps() == []
    stage.kill_hub()
    stage.start_hub()
    assert stage.state("t-A001") == "called"
