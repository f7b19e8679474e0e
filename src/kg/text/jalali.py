"""Jalali (Iranian solar) calendar arithmetic: years 1178 to 1600, as whole days, in both directions.

Leap years follow the 33-year cycle, which gives the official calendar of Iran for all these years but one
(1502 is ordinary and 1503 leap). A year is cut into months of 31 (first six), 30 (next five) and 29 or 30 days.
"""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import NamedTuple

FIRST_YEAR, LAST_YEAR = 1178, 1600
_MOVED_LEAP = 1502
_EPOCH = date(1996, 3, 20).toordinal() - 365 * 1374 - (8 * 1375 + 21) // 33
"""Ordinal from which a year's first day is counted; 1 Farvardin 1375 was 20 March 1996."""


class Jalali(NamedTuple):
    """A Jalali day."""

    year: int
    month: int
    day: int

    def isoformat(self) -> str:
        """``1399-07-16``."""
        return f"{self.year:04}-{self.month:02}-{self.day:02}"


def is_leap(year: int) -> bool:
    """Whether Esfand of the year has 30 days."""
    if year in (_MOVED_LEAP, _MOVED_LEAP + 1):
        return year != _MOVED_LEAP
    return (25 * year + 11) % 33 < 8


def month_days(year: int, month: int) -> int:
    """Days of a month, 29 to 31."""
    if month <= 6:
        return 31
    return 30 if month < 12 or is_leap(year) else 29


def _first_ordinal(year: int) -> int:
    leaps = (8 * year + 21) // 33 - (year == _MOVED_LEAP + 1)
    return _EPOCH + 365 * (year - 1) + leaps


def valid(year: int, month: int, day: int) -> bool:
    """Whether such a day exists in the supported years."""
    return FIRST_YEAR <= year <= LAST_YEAR and 1 <= month <= 12 and 1 <= day <= month_days(year, month)


def to_gregorian(year: int, month: int, day: int) -> date:
    """The Gregorian date of a Jalali day. Raises ValueError for a day that does not exist."""
    if not valid(year, month, day):
        raise ValueError(f"{year}-{month}-{day} is no Jalali day between the years {FIRST_YEAR} and {LAST_YEAR}.")
    before = 31 * (month - 1) if month <= 7 else 186 + 30 * (month - 7)
    return date.fromordinal(_first_ordinal(year) + before + day - 1)


def from_gregorian(day: date) -> Jalali:
    """The Jalali day of a Gregorian date. Raises ValueError outside the supported years."""
    ordinal, year = day.toordinal(), day.year - 621
    if ordinal < _first_ordinal(year):
        year -= 1
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise ValueError(f"{day} lies outside the Jalali years {FIRST_YEAR} to {LAST_YEAR}.")
    offset = ordinal - _first_ordinal(year)
    month, rest = divmod(offset, 31) if offset < 186 else divmod(offset - 186, 30)
    return Jalali(year, month + (1 if offset < 186 else 7), rest + 1)


def covers(day: date) -> bool:
    """Whether a Gregorian date has a Jalali day in the supported years."""
    return to_gregorian(FIRST_YEAR, 1, 1) <= day < to_gregorian(LAST_YEAR, 12, 29)


def months_range(year: int, first: int, last: int) -> tuple[date, date]:
    """First day of month ``first`` and last day of month ``last`` of a year."""
    return to_gregorian(year, first, 1), to_gregorian(year, last, month_days(year, last))


def year_range(year: int) -> tuple[date, date]:
    """First and last day of a year."""
    return months_range(year, 1, 12)


def add_months(day: date, months: int) -> date:
    """The same day of the month some Jalali months later (earlier if negative), or that month's last day."""
    jalali = from_gregorian(day)
    year, month = divmod(jalali.year * 12 + jalali.month - 1 + months, 12)
    return to_gregorian(year, month + 1, min(jalali.day, month_days(year, month + 1)))


def add_years(day: date, years: int) -> date:
    """The same Jalali day some years later (earlier if negative); 30 Esfand becomes 29 in an ordinary year."""
    return add_months(day, 12 * years)


def week_range(day: date) -> tuple[date, date]:
    """Saturday and Friday of the week that holds a day."""
    saturday = day - timedelta(days=(day.weekday() + 2) % 7)
    return saturday, saturday + timedelta(days=6)


def parse_iso(text: str) -> date:
    """The Gregorian date of ``1399-07-16`` or ``1399/7/16``. Raises ValueError if it is no Jalali day."""
    match = re.fullmatch(r"(\d{4})[-/](\d{1,2})[-/](\d{1,2})", text.strip())
    if match is None:
        raise ValueError(f"'{text}' is no Jalali day; write it like 1399-07-16.")
    year, month, day = (int(group) for group in match.groups())
    return to_gregorian(year, month, day)
