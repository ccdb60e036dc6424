"""What the centre's pages show: plain frozen data, made of what the desk reads."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

import msgspec

from kiosk.centre.desk import Desk, FleetRow, OfficeDay, Presence, totals_of
from kiosk.domain.statistics import Share

DAYS = 14
HOT_C = 80.0
"""From here on a Raspberry Pi slows itself down (its own documentation)."""
FULL_PERCENT = 80
"""The outbox's alarm."""


class DeviceLine(msgspec.Struct, frozen=True, kw_only=True):
    """One device in the fleet table."""

    row: FleetRow
    office_name: str
    parts: tuple[str, ...]
    """What does not work."""
    is_bad: bool


class OfficeLine(msgspec.Struct, frozen=True, kw_only=True):
    """One office in the table of today."""

    office: str
    name: str
    state: str
    is_there: bool
    last: datetime | None
    today: OfficeDay
    share: Share
    devices: int
    bad_devices: int


class Bar(msgspec.Struct, frozen=True, kw_only=True):
    """One day in the chart, in per cent of its height and width."""

    day: date
    issued: int
    left: float
    width: float
    height: float
    is_today: bool


class Overview(msgspec.Struct, frozen=True, kw_only=True):
    """The first page."""

    at: datetime
    offices: tuple[OfficeLine, ...]
    total: OfficeDay
    share: Share
    there: int
    devices: int
    bad_devices: int
    bars: tuple[Bar, ...]


def is_bad(row: FleetRow) -> bool:
    """Tell whether a technician should look at a device."""
    return (
        row.state != "ready"
        or bool(row.faults)
        or (row.celsius is not None and row.celsius >= HOT_C)
        or (row.disk_percent is not None and row.disk_percent >= FULL_PERCENT)
    )


def overview_of(desk: Desk, now: datetime) -> Overview:
    """Return the first page.

    Raises:
        psycopg.Error: if the database is away.
    """
    today = now.date()
    days = desk.days(today - timedelta(days=DAYS - 1), today)
    presences, fleet = desk.presences(), desk.fleet()
    lines = tuple(_line(presence, today, days, fleet) for presence in presences)
    total = totals_of([row for row in days if row.day == today])
    return Overview(
        at=now,
        offices=lines,
        total=total,
        share=total.satisfaction,
        there=sum(line.is_there for line in lines),
        devices=len(fleet),
        bad_devices=sum(map(is_bad, fleet)),
        bars=bars_of(days, today),
    )


def fleet_of(desk: Desk) -> tuple[DeviceLine, ...]:
    """Return every device, those with a fault first."""
    names = {presence.office: presence.name for presence in desk.presences()}
    lines = [
        DeviceLine(row=row, office_name=names.get(row.office, ""), parts=tuple(row.faults.split()), is_bad=is_bad(row))
        for row in desk.fleet()
    ]
    return tuple(sorted(lines, key=lambda line: (not line.is_bad, line.row.office, line.row.device)))


def bars_of(days: Sequence[OfficeDay], today: date) -> tuple[Bar, ...]:
    """Return the tickets of the last days as bars; the highest fills the height."""
    sums = {today - timedelta(days=ago): 0 for ago in reversed(range(DAYS))}
    for row in days:
        if row.day in sums:
            sums[row.day] += row.issued
    highest = max(sums.values(), default=0) or 1
    step = 100 / DAYS
    return tuple(
        Bar(
            day=day,
            issued=issued,
            left=place * step + step * 0.14,
            width=step * 0.72,
            height=100 * issued / highest,
            is_today=day == today,
        )
        for place, (day, issued) in enumerate(sums.items())
    )


def _line(presence: Presence, today: date, days: Sequence[OfficeDay], fleet: Sequence[FleetRow]) -> OfficeLine:
    empty = OfficeDay(office=presence.office, day=today)
    day = next((row for row in days if (row.office, row.day) == (presence.office, today)), empty)
    devices = [row for row in fleet if row.office == presence.office]
    return OfficeLine(
        office=presence.office,
        name=presence.name,
        state=presence.state,
        is_there=presence.state in ("ready", "alert"),
        last=presence.last_event,
        today=day,
        share=day.satisfaction,
        devices=len(devices),
        bad_devices=sum(map(is_bad, devices)),
    )
