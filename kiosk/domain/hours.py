"""When the office serves, and when its kiosk gives numbers: hours, lunch, closed weekdays, holidays.

Pure: moments come in as arguments. A number is a promise to be called the same day, so none is given for a closed day.
"""

from datetime import date, datetime, time, timedelta

import msgspec

FAR_DAYS = 400
"""How far ahead the next opening is looked for: longer than any row of holidays."""


class OpeningHours(msgspec.Struct, frozen=True, kw_only=True):
    """The office's calendar."""

    opens: time = time(7, 30)
    closes: time = time(17, 0)
    closed_weekdays: tuple[int, ...] = (5, 6)
    """0 = Monday ... 6 = Sunday."""
    holidays: tuple[date, ...] = ()
    early_minutes: int = 0
    """So long before opening the kiosk already gives numbers: people who came early need not guard a place."""

    def is_working_day(self, day: date) -> bool:
        """Tell whether the office serves at all on `day`."""
        return day.weekday() not in self.closed_weekdays and day not in self.holidays

    def gives_numbers(self, moment: datetime) -> bool:
        """Tell whether the kiosk gives numbers at `moment`: from a little before opening until closing."""
        if not self.is_working_day(moment.date()):
            return False
        first = datetime.combine(moment.date(), self.opens, moment.tzinfo) - timedelta(minutes=self.early_minutes)
        return max(first, _midnight(moment)) <= moment < datetime.combine(moment.date(), self.closes, moment.tzinfo)

    def next_opening(self, moment: datetime) -> datetime | None:
        """Return when the office opens next after `moment`; None if no working day is in sight."""
        for ahead in range(FAR_DAYS):
            day = moment.date() + timedelta(days=ahead)
            opening = datetime.combine(day, self.opens, moment.tzinfo)
            if self.is_working_day(day) and opening > moment:
                return opening
        return None


def _midnight(moment: datetime) -> datetime:
    return moment.replace(hour=0, minute=0, second=0, microsecond=0)
