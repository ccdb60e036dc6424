"""What an office tells about papers in the making and booked hours: how far a dossier is, and whether one is expected.

Pure rules over rows that the office exports from its own systems; a row holds no name and no number of a person.
"""

import csv
import io
import re
from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta, tzinfo
from typing import Any, Literal, TypeVar

import msgspec

DossierState = Literal["received", "processing", "supplement", "ready", "returned"]
"""Taken in; being worked on; a paper is missing; can be fetched; was fetched."""
STATES: tuple[DossierState, ...] = ("received", "processing", "supplement", "ready", "returned")
_Kind = TypeVar("_Kind", bound=msgspec.Struct)
CODE_LETTERS = 40
"""Longest code that is looked up; receipts have some 25 characters."""
EARLY = timedelta(minutes=30)
"""So long before its hour a booking can be checked in (product notes §3.2: early and late window)."""
LATE = timedelta(minutes=15)
"""And so long after it."""


class Dossier(msgspec.Struct, frozen=True, kw_only=True):
    """One dossier, as its owner may see it by the code on the receipt."""

    code: str
    state: DossierState
    group: str = ""
    """Service group that gives the result out, where the office says so."""
    procedure: str = ""
    due: date | None = None
    note: str = ""
    """What the office adds, e.g. which paper is missing."""


class Appointment(msgspec.Struct, frozen=True, kw_only=True):
    """One booked hour."""

    code: str
    at: datetime
    group: str
    procedure: str = ""


class BadRows(ValueError):
    """A site's file cannot be used; the message names row, field and mend."""


def plain_code(typed: str) -> str:
    """Return a code as it is compared: capitals and digits only, so that blanks, dots and hyphens do not matter."""
    return re.sub(r"[^0-9A-Z]", "", typed.upper())[:CODE_LETTERS]


def standing(appointment: Appointment, now: datetime) -> Literal["open", "early", "late", "other_day"]:
    """Return whether a booking can be checked in at `now`."""
    if appointment.at.date() != now.date():
        return "other_day"
    if now < appointment.at - EARLY:
        return "early"
    return "late" if now > appointment.at + LATE else "open"


def dossiers_of(raw: bytes, name: str) -> dict[str, Dossier]:
    """Return the dossiers in a CSV or JSON file by plain code; `name` ends in `.csv` or `.json` and is told in faults.

    Raises:
        BadRows: with the first fault.
    """
    found: dict[str, Dossier] = {}
    for number, row in _rows(raw, name):
        values = {key: row[key] for key in ("code", "state", "group", "procedure", "note") if row.get(key)}
        if values.get("state") not in STATES:
            given = str(values.get("state", ""))[:30]
            raise BadRows(f'{name} row {number}: state "{given}" is none of {", ".join(STATES)}')
        if row.get("due"):
            values["due"] = row["due"]
        dossier = _made(values, Dossier, name, number)
        found[plain_code(dossier.code)] = dossier
    return found


def appointments_of(raw: bytes, name: str, zone: tzinfo) -> dict[str, Appointment]:
    """Return the bookings in a CSV or JSON file by plain code; a moment without a zone is in `zone`.

    Raises:
        BadRows: with the first fault.
    """
    found: dict[str, Appointment] = {}
    for number, row in _rows(raw, name):
        values = {key: row[key] for key in ("code", "at", "group", "procedure") if row.get(key)}
        appointment = _made(values, Appointment, name, number)
        if appointment.at.tzinfo is None:
            appointment = msgspec.structs.replace(appointment, at=appointment.at.replace(tzinfo=zone))
        found[plain_code(appointment.code)] = appointment
    return found


def _rows(raw: bytes, name: str) -> Iterable[tuple[int, Mapping[str, Any]]]:
    try:
        text = raw.decode("utf-8-sig")
        rows: object = msgspec.json.decode(text) if name.lower().endswith(".json") else list(_csv(text))
    except (UnicodeDecodeError, msgspec.DecodeError, csv.Error) as error:
        raise BadRows(f"{name}: not UTF-8 text in CSV or JSON ({error}); export it again as UTF-8") from None
    if not isinstance(rows, list) or not all(isinstance(row, Mapping) for row in rows):
        raise BadRows(f'{name}: expected a list of rows, e.g. [{{"code": "H29-1234"}}]')
    for number, row in enumerate(rows, start=1):
        if not plain_code(str(row.get("code") or "")):
            raise BadRows(f"{name} row {number}: code is missing")
        yield number, row


def _csv(text: str) -> Iterable[dict[str, str]]:
    # spreadsheets of this country write semicolons
    first = text.split("\n", 1)[0]
    reader = csv.DictReader(io.StringIO(text), delimiter=";" if first.count(";") > first.count(",") else ",")
    for row in reader:
        yield {str(key).strip(): value.strip() for key, value in row.items() if isinstance(value, str)}


def _made(values: dict[str, Any], kind: type[_Kind], name: str, number: int) -> _Kind:
    try:
        return msgspec.convert(values, kind, strict=False)
    except msgspec.ValidationError as error:
        raise BadRows(f"{name} row {number}: {error}") from None
