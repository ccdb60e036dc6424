"""The hub's card is lost: a new one from the backup is still the office that its devices know."""

from datetime import timedelta
from pathlib import Path

import pytest

from kiosk.demo.trial_time import MORNING
from kiosk.hub.authority import FOLDER, Authority, found
from kiosk.hub.authority_copy import META_KEY, unpack
from kiosk.hub.backup import back_up, key_of, make_key, restore
from kiosk.hub.ledger import Ledger
from kiosk.messaging.outbox import open_database
from tests.hub.stage import TOPICS, Stage
from tests.hub.test_enrolment import Office


@pytest.fixture
def office(tmp_path: Path) -> Office:
    made = Office(tmp_path / "drawer")
    stage = Stage(tmp_path)
    stage.kill_hub()
    found(tmp_path / FOLDER, made.root, TOPICS, made.now)
    made.authority = Authority(tmp_path / FOLDER, TOPICS, lambda: made.now)
    make_key(tmp_path / "backup.key")
    return made


def saved(tmp_path: Path, office: Office) -> Path:
    return Path(back_up(tmp_path / "hub.db", tmp_path, key_of(tmp_path / "backup.key"), office.now).file)


def test_a_hub_on_a_new_card_is_still_the_office_that_its_devices_know(tmp_path: Path, office: Office) -> None:
    identity = office.device()
    office.let_in(identity)
    backup = saved(tmp_path, office)
    card = tmp_path / "new-card"
    restore(backup, card / "hub.db", key_of(tmp_path / "backup.key"), office.now)
    again = Authority(card / FOLDER, TOPICS, lambda: office.now)
    assert again.fingerprint == office.authority.fingerprint
    assert [member.name for member in again.members()] == ["lobby-1"]
    office.now += timedelta(days=61)
    identity.install(again.renew("lobby-1", identity.request()))
    assert again.next_order() > office.authority.next_order() - 2
    assert (card / FOLDER / "authority.key").stat().st_mode & 0o077 == 0
    connection = open_database(card / "hub.db")
    assert Ledger(connection).meta(META_KEY) == "", "the living ledger does not carry it"
    connection.close()


def test_a_register_that_is_still_there_is_not_replaced_by_an_older_one(tmp_path: Path, office: Office) -> None:
    office.let_in(office.device())
    backup = saved(tmp_path, office)
    office.authority.revoke("lobby-1")
    restore(backup, tmp_path / "hub.db", key_of(tmp_path / "backup.key"), office.now)
    again = Authority(tmp_path / FOLDER, TOPICS, lambda: office.now)
    assert again.members() == (), "who was thrown out this morning stays outside"


def test_the_key_of_the_root_is_in_no_backup(tmp_path: Path, office: Office) -> None:
    backup = saved(tmp_path, office)
    card = tmp_path / "new-card"
    restore(backup, card / "hub.db", key_of(tmp_path / "backup.key"), office.now)
    assert not list(card.rglob("root.key"))


def test_an_office_without_certificates_is_restored_without_them(tmp_path: Path) -> None:
    Stage(tmp_path).kill_hub()
    make_key(tmp_path / "backup.key")
    key = key_of(tmp_path / "backup.key")
    backup = back_up(tmp_path / "hub.db", tmp_path, key, MORNING)
    restore(Path(backup.file), tmp_path / "new" / "hub.db", key, MORNING)
    assert not (tmp_path / "new" / FOLDER).exists()
    assert not unpack("", tmp_path / "new" / FOLDER)
