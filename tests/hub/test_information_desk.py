"""What a kiosk can ask the hub: dossiers, bookings and forms; nothing of a form is ever written down."""

import os
from datetime import timedelta
from pathlib import Path

import pytest

from kiosk.domain import commands, events
from kiosk.domain.replies import Reply
from tests.hub.stage import Device, Stage


@pytest.fixture
def stage(tmp_path: Path) -> Stage:
    records = tmp_path / "records"
    records.mkdir()
    records.joinpath("dossiers.csv").write_text("code,state\nH29-241125-1,ready\n", encoding="utf-8")
    records.joinpath("appointments.json").write_text(
        '[{"code": "IH-900", "at": "2026-11-24T08:20:00", "group": "ho-tich"},'
        ' {"code": "IH-901", "at": "2026-11-24T15:00:00", "group": "ho-tich"},'
        ' {"code": "IH-902", "at": "2026-11-25T08:00:00", "group": "ho-tich"}]'
    )
    return Stage(tmp_path, records=records)


@pytest.fixture
def lobby(stage: Stage) -> Device:
    return stage.device("lobby-1")


def ask(stage: Stage, kind: type[commands.Question], **values: object) -> Reply:
    reply = stage.devices[0].ask(kind(req_id=stage.numbers(), **values))  # type: ignore[arg-type]  # some question
    assert reply is not None
    return reply


def test_a_dossier_is_found_however_its_code_is_typed(stage: Stage, lobby: Device) -> None:
    reply = ask(stage, commands.AskDossier, code="h29 241125 1")
    assert reply.ok
    assert reply.dossier is not None
    assert reply.dossier.state == "ready"
    assert ask(stage, commands.AskDossier, code="H29-2").error == "unknown_code"


def test_a_new_export_is_read_and_a_broken_one_changes_nothing(stage: Stage, lobby: Device) -> None:
    file = stage.folder / "records" / "dossiers.csv"
    for text, state in (("code,state\nH29-241125-1,returned\n", "returned"), ("code,state\nH29,gone\n", "returned")):
        ask(stage, commands.AskDossier, code="warm")
        file.write_text(text, encoding="utf-8")
        os.utime(file, ns=(file.stat().st_mtime_ns + 10**9,) * 2)
        reply = ask(stage, commands.AskDossier, code="H29-241125-1")
        assert reply.dossier is not None
        assert reply.dossier.state == state


def test_an_office_without_exports_says_so(tmp_path: Path) -> None:
    stage = Stage(tmp_path)
    stage.device("lobby-1")
    assert ask(stage, commands.AskDossier, code="A").error == "no_records"
    assert ask(stage, commands.AskAppointment, code="A").error == "no_records"


def test_a_booking_is_checked_in_once_and_only_within_its_window(stage: Stage, lobby: Device) -> None:
    told = {code: ask(stage, commands.AskAppointment, code=code).error for code in ("IH-901", "IH-902", "IH-9")}
    assert told == {"IH-901": "early", "IH-902": "other_day", "IH-9": "unknown_code"}
    assert ask(stage, commands.AskAppointment, code="ih900").ok
    lobby.put(stage.issued("B001", "ho-tich"))
    lobby.put(events.AppointmentCheckedIn(at=stage.time.now(), ticket="t-B001", appointment="IH-900"))
    stage.time.settle()
    assert ask(stage, commands.AskAppointment, code="IH-900").error == "used"
    assert stage.hub.day.visits["t-B001"].appointment == "IH-900"


def test_a_form_is_fetched_once_and_stands_in_no_file(stage: Stage, lobby: Device) -> None:
    reply = ask(stage, commands.HandOver, form="khai-sinh", values={"name": "Nguyễn Thị Hoa", "id": "079303999321"})
    assert stage.hub.information.form_under(reply.code.lower(), stage.time.now()).values["name"] == "Nguyễn Thị Hoa"
    with pytest.raises(Exception, match="unknown"):
        stage.hub.information.form_under(reply.code, stage.time.now())
    stage.hub.stop()
    written = b"".join(file.read_bytes() for file in stage.folder.rglob("*") if file.is_file())
    assert b"079303999321" not in written
    assert reply.code.encode() not in written


def test_a_form_that_nobody_fetches_is_forgotten(stage: Stage, lobby: Device) -> None:
    reply = ask(stage, commands.HandOver, form="khai-sinh", values={"name": "Hoa"})
    stage.time.jump(timedelta(minutes=91))
    with pytest.raises(Exception, match="unknown"):
        stage.hub.information.form_under(reply.code, stage.time.now())


def test_a_question_asked_twice_has_one_answer(stage: Stage, lobby: Device) -> None:
    question = commands.HandOver(req_id="same", form="khai-sinh", values={"name": "Hoa"})
    first, second = (lobby.ask(question) for _ in range(2))
    assert first == second
