"""The ledger is lost, and comes back: from a backup of yesterday, and from what the devices still keep."""

import json
import os
from datetime import timedelta
from pathlib import Path

import msgspec
import pytest

from kiosk.cli import main
from kiosk.demo.trial_time import MORNING
from kiosk.domain import events
from kiosk.domain.replies import DeviceState
from kiosk.hub.backup import BadBackup, back_up, check, key_of, make_key, restore
from kiosk.hub.ledger import Ledger
from kiosk.messaging.message import Message
from kiosk.messaging.outbox import open_database
from tests.hub.stage import TOPICS, Stage, envelope


@pytest.fixture
def key(tmp_path: Path) -> bytes:
    make_key(tmp_path / "backup.key")
    return key_of(tmp_path / "backup.key")


def stored_from(stage: Stage, *devices: str) -> list[str]:
    rows = stage.connection.execute("SELECT stream, sequence, source FROM events ORDER BY stream, sequence")
    return [f"{stream}-{sequence}" for stream, sequence, source in rows if source.rpartition(".")[2] in devices]


def test_a_hub_restored_from_yesterdays_backup_gets_all_events_of_today_once(tmp_path: Path, key: bytes) -> None:
    stage = Stage(tmp_path)
    lobby, counter = stage.device("lobby-1"), stage.device("counter-1")
    told: list[str] = []

    def a_morning(letter: str) -> None:
        for n in range(1, 41):
            told.append(lobby.outbox.record(stage.issued(f"{letter}{n:03}")).id)
            told.append(counter.outbox.record(events.HelpCalled(at=stage.time.now())).id)
        stage.time.settle()

    a_morning("A")
    backup = back_up(tmp_path / "hub.db", tmp_path, key, stage.time.now())
    stage.time.advance(hours=24)
    a_morning("B")
    # a device that is new since the backup, and has nothing to say when the hub comes back
    tablet = stage.device("counter-2")
    told.append(tablet.outbox.record(events.HelpCalled(at=stage.time.now())).id)
    stage.time.settle()
    assert [device.link.pending for device in stage.devices] == [0, 0, 0]

    stage.kill_hub()
    (tmp_path / "hub.db").write_bytes(b"the card is broken")
    restore(Path(backup.file), tmp_path / "hub.db", key, stage.time.now())
    stage.start_hub()
    stage.time.advance(10)

    assert stored_from(stage, "lobby-1", "counter-1", "counter-2") == sorted(
        told, key=lambda identity: (identity.split("-")[0], int(identity.split("-")[1]))
    )
    assert [device.link.pending for device in stage.devices] == [0, 0, 0]
    assert stage.hub.figures().issued == 40
    assert len(stage.hub.snapshot.waiting) == 40


def test_a_hub_that_was_only_restarted_is_sent_nothing_again(tmp_path: Path) -> None:
    stage = Stage(tmp_path)
    lobby = stage.device("lobby-1")
    lobby.put(stage.issued("A001"))
    stage.time.settle()
    stage.kill_hub()
    stage.start_hub()
    assert len([message for message in stage.broker.log if "/ev/" in message.topic]) == 1


def test_a_restored_hub_numbers_its_own_events_in_a_new_stream(tmp_path: Path, key: bytes) -> None:
    stage = Stage(tmp_path)
    backup = back_up(tmp_path / "hub.db", tmp_path, key, stage.time.now())
    stage.sign_in(1, "cb1")
    before = set(stored_from(stage, "hub"))
    stage.kill_hub()
    restore(Path(backup.file), tmp_path / "hub.db", key, stage.time.now())
    stage.start_hub()
    stage.sign_in(1, "cb9")
    assert before
    assert not before & set(stored_from(stage, "hub"))


def a_ledger(file: Path, count: int = 3) -> Ledger:
    ledger = Ledger(open_database(file))
    ledger.connection.execute("BEGIN IMMEDIATE")
    for number in range(1, count + 1):
        event = events.HelpCalled(at=MORNING + timedelta(seconds=number))
        ledger.store(envelope(event, number), ticket="", day=MORNING.date())
    ledger.connection.execute("COMMIT")
    return ledger


def test_a_backup_shows_nothing_to_a_stranger_and_is_whole_while_the_hub_writes(tmp_path: Path, key: bytes) -> None:
    ledger = a_ledger(tmp_path / "hub.db", 4000)
    ledger.connection.execute("BEGIN IMMEDIATE")
    ledger.set_meta("half", "done")
    found = back_up(tmp_path / "hub.db", tmp_path / "copy", key, MORNING)
    ledger.connection.execute("COMMIT")
    assert found.events == 4000
    raw = (tmp_path / "copy").read_bytes()
    assert len(raw) > 1024 * 1024
    assert b"SQLite" not in raw
    assert b"help.called" not in raw
    assert check(tmp_path / "copy", key, tmp_path / "scratch").events == 4000
    assert sorted(os.listdir(tmp_path)) == ["backup.key", "copy", "hub.db", "hub.db-shm", "hub.db-wal"]


@pytest.mark.parametrize("harm", ["changed byte", "shortened", "a whole piece less", "other key", "no backup"])
def test_a_backup_that_cannot_be_trusted_changes_nothing(tmp_path: Path, key: bytes, harm: str) -> None:
    a_ledger(tmp_path / "hub.db", 4000).connection.close()
    back_up(tmp_path / "hub.db", tmp_path / "copy", key, MORNING)
    before = (tmp_path / "hub.db").read_bytes()
    raw = (tmp_path / "copy").read_bytes()
    piece = 15 + 1024 * 1024 + 16
    match harm:
        case "changed byte":
            raw = raw[:5000] + bytes([raw[5000] ^ 1]) + raw[5001:]
        case "shortened":
            raw = raw[:-1]
        case "a whole piece less":
            raw = raw[:piece]
        case "other key":
            key = bytes(32)
        case "no backup":
            raw = b"hello"
    (tmp_path / "copy").write_bytes(raw)
    with pytest.raises(BadBackup):
        restore(tmp_path / "copy", tmp_path / "hub.db", key, MORNING)
    assert (tmp_path / "hub.db").read_bytes() == before


def test_a_running_hub_is_not_pulled_from_under_its_own_feet(tmp_path: Path, key: bytes) -> None:
    running = a_ledger(tmp_path / "hub.db")
    back_up(tmp_path / "hub.db", tmp_path / "copy", key, MORNING)
    with pytest.raises(BadBackup, match="stop the hub"):
        restore(tmp_path / "copy", tmp_path / "hub.db", key, MORNING)
    assert running.counts_by_type() == {"help.called": 3}


def test_the_technicians_commands_keep_and_bring_back(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    storage = tmp_path / "data"
    storage.mkdir()
    example = (Path(__file__).parents[2] / "firmware_config" / "hub.toml").read_text(encoding="utf-8")
    config = tmp_path / "kiosk.toml"
    config.write_text(example.replace('"/var/lib/kiosk"', f'"{storage}"'), encoding="utf-8")
    a_ledger(storage / "hub.db").connection.close()
    assert main(["hub", "backup", "--to", str(tmp_path), "--config", str(config)]) == 0
    told = capsys.readouterr()
    assert "keep a copy" in told.err
    made = json.loads(told.out)
    assert made["events"] == 3
    (storage / "hub.db").unlink()
    assert main(["hub", "restore", made["file"], "--check", "--config", str(config)]) == 0
    assert not (storage / "hub.db").exists()
    assert main(["hub", "restore", made["file"], "--config", str(config)]) == 0
    assert Ledger(open_database(storage / "hub.db")).counts_by_type() == {"help.called": 3}
    assert main(["hub", "restore", str(config), "--config", str(config)]) == 2
    assert (storage / "backup.key").stat().st_mode & 0o077 == 0


def test_what_a_device_no_longer_keeps_is_shown_as_lost_and_holds_nothing_up(tmp_path: Path, key: bytes) -> None:
    stage = Stage(tmp_path)
    lobby = stage.device("lobby-1")
    backup = back_up(tmp_path / "hub.db", tmp_path, key, stage.time.now())
    for _ in range(5):
        lobby.put(events.HelpCalled(at=stage.time.now()))
    stage.time.settle()
    stage.time.advance(hours=24 * 8)
    assert lobby.outbox.purge() == 5
    lobby.put(events.HelpCalled(at=stage.time.now()))
    stage.time.settle()
    stage.kill_hub()
    restore(Path(backup.file), tmp_path / "hub.db", key, stage.time.now())
    stage.start_hub()
    lobby.put(events.HelpCalled(at=stage.time.now()))
    stage.time.advance(10)
    assert lobby.link.pending == 0
    ledger = stage.hub.book.ledger
    assert [(gap.first, gap.last) for gap in ledger.gaps()] == [(1, 5)]
    assert [row.rpartition("-")[2] for row in stored_from(stage, "lobby-1")] == ["6", "7"]


def test_a_device_cannot_tell_what_another_one_keeps(tmp_path: Path) -> None:
    stage = Stage(tmp_path)
    lobby, other = stage.device("lobby-1"), stage.device("lobby-2")
    lobby.put(stage.issued("A001"))
    stage.time.settle()
    claim = DeviceState(state="ready", stream=lobby.outbox.stream, kept_from=100)
    other.transport.publish(Message(topic=TOPICS.state("lobby-2"), payload=msgspec.json.encode(claim), retain=True))
    stage.time.settle()
    assert stage.hub.book.ledger.cursor(lobby.outbox.stream) == 1
    assert [row.reason for row in stage.hub.book.ledger.refused()] == ["foreign_stream"]
