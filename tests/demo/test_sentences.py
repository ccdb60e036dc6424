from datetime import date, datetime

import pytest

from kiosk.clock import VIETNAM
from kiosk.demo.sentences import sentence
from kiosk.domain import events

AT = datetime(2026, 11, 24, 8, 0, tzinfo=VIETNAM)


def issued(low: int | None, high: int | None) -> events.TicketIssued:
    return events.TicketIssued(
        at=AT,
        ticket="t1",
        number="A105",
        day=date(2026, 11, 24),
        services=(),
        place=3,
        low_minutes=low,
        high_minutes=high,
    )


def test_a_ticket_is_told_with_its_place_and_range() -> None:
    vi, en = sentence(issued(10, 20), {"t1": "A105"})
    assert vi == "Khách lấy số A105, đứng thứ 3 trong hàng. Được báo chờ khoảng 10–20 phút."
    assert en == "A citizen took number A105, place 3 in the queue. Told to expect 10–20 minutes."


def test_nothing_is_told_of_a_wait_that_nobody_knows_and_no_range_of_none() -> None:
    assert "phút" not in sentence(issued(None, None), {})[0]
    assert sentence(issued(0, 0), {})[0].endswith("Sắp đến lượt.")


@pytest.mark.parametrize("kind", sorted(events.EVENTS))
def test_every_event_of_the_vocabulary_has_a_sentence_of_its_own(kind: str) -> None:
    plain = {
        "str": "x", "int": 1, "float": 1.0, "bool": False, "datetime": AT, "date": AT.date(),
    }  # fmt: skip
    cls = events.EVENTS[kind]
    values = {}
    for name, annotation in cls.__annotations__.items():
        if name != "TYPE":
            values[name] = plain.get(getattr(annotation, "__name__", ""))
    values["at"] = AT
    if "ticket" in cls.__struct_fields__:
        values["ticket"] = "t1"
    if "services" in values:
        values["services"] = ()
    vi, en = sentence(cls(**values), {"t1": "A105"})
    assert vi.endswith(".")
    assert en.endswith(".")
    assert not vi.startswith("Sự kiện")
