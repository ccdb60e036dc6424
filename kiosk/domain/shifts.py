"""Who sat where and when: shifts from sign-in to sign-out, pauses inside them, and the timesheet that follows.

Ratings attach to the officer who was signed in; the timesheet is what the office exports. Like all states it does not
depend on the order in which events became known.
"""

from collections.abc import Iterable
from datetime import date, datetime

import msgspec

from kiosk.domain import events
from kiosk.domain.timeline import timeline

ShiftEvent = events.OfficerSignedIn | events.OfficerSignedOut | events.CounterPaused | events.CounterReopened


class Pause(msgspec.Struct, frozen=True, kw_only=True):
    """A time in which a manned counter took no calls."""

    start: datetime
    end: datetime | None
    """None while it lasts."""
    reason: str = ""


class Shift(msgspec.Struct, frozen=True, kw_only=True):
    """One officer at one counter, from sign-in to sign-out."""

    officer: str
    name: str
    counter: int
    start: datetime
    end: datetime | None = None
    """None while it lasts."""
    pauses: tuple[Pause, ...] = ()
    ended_by: str = ""
    """`signed_out`, or why it ended without it: `replaced` (another officer came) or `moved` (to another counter)."""

    def present_minutes(self, now: datetime) -> float:
        """Return the minutes from sign-in to sign-out, or to `now` while the shift lasts."""
        return _minutes(self.start, self.end or now)

    def paused_minutes(self, now: datetime) -> float:
        """Return the minutes of all its pauses."""
        return sum(_minutes(pause.start, pause.end or now) for pause in self.pauses)


class TimesheetRow(msgspec.Struct, frozen=True, kw_only=True):
    """One officer's day."""

    day: date
    officer: str
    name: str
    first_in: datetime
    last_out: datetime | None
    """None while a shift lasts."""
    counters: tuple[int, ...]
    present_minutes: float
    paused_minutes: float
    is_complete: bool
    """False if a shift lasts, or ended without a sign-out: somebody should look at the row."""

    @property
    def working_minutes(self) -> float:
        """Return the minutes present without the pauses."""
        return self.present_minutes - self.paused_minutes


def shifts_of(known: Iterable[tuple[str, ShiftEvent]]) -> list[Shift]:
    """Return all shifts by start and end; `known` holds (id, event) in whatever order, each id counts once.

    An officer sits at one counter and a counter has one officer: who signs in elsewhere, or where somebody else sits,
    ends the older shift. A second sign-in of the same officer at the same counter changes nothing, nor does a sign-out
    or a pause where nobody sits.
    """
    book = _Book()
    for event in timeline(known):
        book.enter(event)
    everything = [*book.closed, *book.open.values()]
    return sorted(
        everything, key=lambda shift: (shift.start, shift.end is None, shift.end or shift.start, shift.counter)
    )


class _Book:
    """The shifts while the events are played."""

    def __init__(self) -> None:
        self.open: dict[int, Shift] = {}
        self.closed: list[Shift] = []

    def enter(self, event: ShiftEvent) -> None:
        shift = self.open.get(event.counter)
        match event:
            case events.OfficerSignedIn():
                if shift is None or shift.officer != event.officer:
                    self._sign_in(event)
            case events.OfficerSignedOut() if shift is not None and shift.officer == event.officer:
                self._close(event.counter, event.at, "signed_out")
            case events.CounterPaused() if shift is not None and not _is_paused(shift):
                pause = Pause(start=event.at, end=None, reason=event.reason)
                self._put(shift, (*shift.pauses, pause))
            case events.CounterReopened() if shift is not None and _is_paused(shift):
                self._put(shift, _ended(shift.pauses, event.at))
            case _:
                pass

    def _sign_in(self, event: events.OfficerSignedIn) -> None:
        if event.counter in self.open:
            self._close(event.counter, event.at, "replaced")
        for counter in [number for number, other in self.open.items() if other.officer == event.officer]:
            self._close(counter, event.at, "moved")
        self.open[event.counter] = Shift(officer=event.officer, name=event.name, counter=event.counter, start=event.at)

    def _close(self, counter: int, at: datetime, why: str) -> None:
        shift = self.open.pop(counter)
        self.closed.append(msgspec.structs.replace(shift, end=at, pauses=_ended(shift.pauses, at), ended_by=why))

    def _put(self, shift: Shift, pauses: tuple[Pause, ...]) -> None:
        self.open[shift.counter] = msgspec.structs.replace(shift, pauses=pauses)


def _is_paused(shift: Shift) -> bool:
    return bool(shift.pauses) and shift.pauses[-1].end is None


def _ended(pauses: tuple[Pause, ...], at: datetime) -> tuple[Pause, ...]:
    return tuple(msgspec.structs.replace(pause, end=at) if pause.end is None else pause for pause in pauses)


def _minutes(start: datetime, end: datetime) -> float:
    return max(0.0, (end - start).total_seconds() / 60)


def officer_at(shifts: Iterable[Shift], counter: int, moment: datetime) -> str:
    """Return the officer signed in at `counter` at `moment`, or an empty text: whose service, whose rating it is."""
    return next(
        (
            shift.officer
            for shift in shifts
            if shift.counter == counter and shift.start <= moment and (shift.end is None or moment < shift.end)
        ),
        "",
    )


def timesheet(shifts: Iterable[Shift], now: datetime) -> list[TimesheetRow]:
    """Return one row an officer and day, by day and officer; a shift counts to the day on which it began."""
    by_person: dict[tuple[date, str], list[Shift]] = {}
    for shift in sorted(shifts, key=lambda shift: shift.start):
        by_person.setdefault((shift.start.date(), shift.officer), []).append(shift)
    return [
        TimesheetRow(
            day=day,
            officer=officer,
            name=rows[-1].name,
            first_in=rows[0].start,
            last_out=None if any(row.end is None for row in rows) else max(row.end for row in rows if row.end),
            counters=tuple(sorted({row.counter for row in rows})),
            present_minutes=sum(row.present_minutes(now) for row in rows),
            paused_minutes=sum(row.paused_minutes(now) for row in rows),
            is_complete=all(row.ended_by in ("signed_out", "moved") for row in rows),
        )
        for (day, officer), rows in sorted(by_person.items())
    ]
