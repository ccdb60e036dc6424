import random
from datetime import datetime, timedelta, timezone

import pytest

from kiosk.domain.citizen import Citizen
from kiosk.domain.declarations import (
    GOOD_FOR,
    MAX_HELD,
    MAX_WRONG,
    WRONG_WINDOW,
    Declaration,
    Handover,
    NoDeclaration,
    values_of,
)

NOW = datetime(2026, 11, 24, 9, 30, tzinfo=timezone(timedelta(hours=7)))
CITIZEN = Citizen(
    id="001199000001",
    old_id="",
    name="Nguyễn Thị Thử",
    dob="1999-02-01",
    sex="F",
    address="Số 1, đường Thử, Phường Mẫu",
    issued="2021-05-10",
)


def a_declaration(ticket: str = "t1", made: datetime = NOW) -> Declaration:
    return Declaration(form="dang-ky-khai-sinh", values=values_of(CITIZEN), ticket=ticket, made=made)


def a_shelf() -> Handover:
    return Handover(random.Random(1))


def test_the_card_fills_the_form_and_typing_adds_but_does_not_overwrite() -> None:
    values = values_of(CITIZEN, {"phone": " 0900 000 000 ", "name": "Người khác", "note": "  "})
    assert values["name"] == "Nguyễn Thị Thử"
    assert values["phone"] == "0900 000 000"
    assert "note" not in values
    assert "old_id" not in values


def test_the_code_works_once() -> None:
    shelf = a_shelf()
    code = shelf.put(a_declaration())
    assert shelf.take(f" {code[:4].lower()}-{code[4:]}", NOW) == a_declaration()
    with pytest.raises(NoDeclaration, match="unknown"):
        shelf.take(code, NOW)


def test_nothing_stays_after_its_time_or_its_visit() -> None:
    shelf = a_shelf()
    old, other = shelf.put(a_declaration("t1")), shelf.put(a_declaration("t2"))
    shelf.forget_ticket("t1")
    with pytest.raises(NoDeclaration):
        shelf.take(old, NOW)
    with pytest.raises(NoDeclaration):
        shelf.take(other, NOW + GOOD_FOR)
    assert len(shelf) == 0


def test_codes_cannot_be_tried_out() -> None:
    shelf = a_shelf()
    code = shelf.put(a_declaration())
    for _ in range(MAX_WRONG):
        with pytest.raises(NoDeclaration, match="unknown"):
            shelf.take("22222222", NOW)
    with pytest.raises(NoDeclaration, match="blocked"):
        shelf.take(code, NOW)
    assert shelf.take(code, NOW + WRONG_WINDOW).ticket == "t1"


def test_the_shelf_does_not_grow_without_end() -> None:
    shelf = a_shelf()
    codes = [shelf.put(a_declaration(f"t{n}")) for n in range(MAX_HELD + 1)]
    assert len(shelf) == MAX_HELD
    with pytest.raises(NoDeclaration):
        shelf.take(codes[0], NOW)
    assert shelf.take(codes[-1], NOW).ticket == f"t{MAX_HELD}"


def test_no_value_shows_in_a_log_line() -> None:
    text = f"{a_declaration()!r} {a_shelf()!r}"
    assert not any(value in text for value in values_of(CITIZEN).values() if len(value) > 1)
