"""The business day of the number series: whole even when the clock is not.

A board without a battery clock may start years behind and be set right while people hold numbers of "yesterday". The
day therefore is a stored word that only a new day replaces, and not whatever the calendar says at the moment.
"""

from datetime import date, timedelta

QUIET = timedelta(hours=3)
"""Without a ticket for so long nobody can hold a number that a new series would repeat: longer than a lunch closure."""


def business_day(stored: date | None, today: date, hub_day: date | None, quiet: timedelta) -> date:
    """Return the day to which the next number belongs.

    Args:
        stored: the day of the last number; None if there was none yet.
        today: the date on this device's clock, which may be wrong.
        hub_day: the day in the hub's snapshot, None if there never was one.
        quiet: time since the last number, by a clock that does not jump.
    """
    if stored is None:
        return hub_day or today
    if hub_day is not None and hub_day > stored:
        return hub_day
    if today > stored and quiet >= QUIET:
        return today
    return stored
