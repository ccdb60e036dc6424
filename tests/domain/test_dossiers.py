"""What the office's exports say: codes as people type them, states, booked hours, and files that are broken."""

import contextlib
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.clock import VIETNAM
from kiosk.domain.dossiers import (
    EARLY,
    LATE,
    Appointment,
    BadRows,
    appointments_of,
    dossiers_of,
    plain_code,
    standing,
)

CSV = "code;state;due;note\nH29.26740-241125-0001;ready;2026-11-24;\nH29.26740-241125-0002;supplement;;Thiếu bản gốc\n"
BOOKED = datetime(2026, 11, 24, 9, 0, tzinfo=VIETNAM)


def test_a_spreadsheet_of_this_country_is_read() -> None:
    found = dossiers_of(CSV.encode("utf-8-sig"), "dossiers.csv")
    assert found["H29267402411250001"].state == "ready"
    assert found["H29267402411250002"].note == "Thiếu bản gốc"


def test_json_is_read_and_a_moment_without_zone_is_the_offices() -> None:
    raw = b'[{"code": "hn-77", "at": "2026-11-24T09:00:00", "group": "ho-tich"}]'
    assert appointments_of(raw, "appointments.json", VIETNAM)["HN77"].at == BOOKED


@given(st.text(alphabet="H2907 .-_/", max_size=60), st.sampled_from((" ", "-", ".", "")))
def test_separators_and_case_of_a_typed_code_do_not_matter(code: str, separator: str) -> None:
    assert plain_code(separator.join(code.lower())) == plain_code(code)


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        (b"\xff\xfe\x00", "not UTF-8"),
        (b"code,state\n,ready\n", "row 1: code is missing"),
        (b"code,state\nA1,finished\n", "is none of received"),
        (b"code,state,due\nA1,ready,tomorrow\n", "row 1"),
    ],
)
def test_a_broken_file_names_row_and_fault(raw: bytes, said: str) -> None:
    with pytest.raises(BadRows, match=said):
        dossiers_of(raw, "dossiers.csv")


@given(st.binary(max_size=200), st.sampled_from(("a.csv", "a.json")))
def test_no_file_does_more_than_refuse(raw: bytes, name: str) -> None:
    with contextlib.suppress(BadRows):
        dossiers_of(raw, name)


@given(st.integers(-3000, 3000))
def test_a_booking_is_open_within_its_window_only(minutes: int) -> None:
    booking = Appointment(code="A", at=BOOKED, group="ho-tich")
    now = BOOKED + timedelta(minutes=minutes)
    is_open = now.date() == BOOKED.date() and -EARLY <= now - BOOKED <= LATE
    assert (standing(booking, now) == "open") == is_open
