"""Lunar Hijri calendar arithmetic as used in Iran.

Where the official month lengths are known (``lang/fa/calendar-hijri.yaml``) days are exact. Before and after them
the civil tabular calendar is used (30-year cycle, leap years 2 5 7 10 13 16 18 21 24 26 29). Over the listed years
it is right for 63 months in 100 and off by a day for nearly all others, so ``is_official`` says which days are sure.
"""

from __future__ import annotations

from bisect import bisect_right
from datetime import date
from functools import cache

from kg import rules

_EPOCH = date(622, 7, 19).toordinal()
"""1 Muharram 1 (16 July 622 of the Julian calendar)."""


@cache
def _starts() -> tuple[int, tuple[int, ...]]:
    """First listed year, and the ordinal of every listed month's first day, then of the day after the last."""
    listed = rules.load("calendar-hijri.yaml", required={"months"}, keys={"first"})
    ordinal = date.fromisoformat(listed[0].text("first")).toordinal()
    starts = [ordinal]
    for rule in listed:
        for days in rule.text("months").split():
            ordinal += int(days)
            starts.append(ordinal)
    return int(listed[0].id), tuple(starts)


def _index(year: int, month: int) -> int:
    return (year - _starts()[0]) * 12 + month - 1


def _tabular(year: int, month: int) -> int:
    return _EPOCH + (year - 1) * 354 + (3 + 11 * year) // 30 + 29 * (month - 1) + month // 2


def _first_ordinal(year: int, month: int) -> int:
    index, starts = _index(year, month), _starts()[1]
    return starts[index] if 0 <= index < len(starts) else _tabular(year, month)


def is_official(year: int, month: int) -> bool:
    """Whether the month's days are known exactly rather than reckoned to within a day."""
    return 0 <= _index(year, month) < len(_starts()[1]) - 1


def month_days(year: int, month: int) -> int:
    """Days of a month, 29 or 30 (28 or 31 may occur where the listed months meet the reckoned ones)."""
    return _first_ordinal(year + month // 12, month % 12 + 1) - _first_ordinal(year, month)


def to_gregorian(year: int, month: int, day: int) -> date:
    """The Gregorian date of a lunar Hijri day. Raises ValueError for a day that does not exist."""
    if year < 1 or not 1 <= month <= 12 or not 1 <= day <= month_days(year, month):
        raise ValueError(f"{year}-{month}-{day} is no day of the lunar Hijri calendar.")
    return date.fromordinal(_first_ordinal(year, month) + day - 1)


def month_range(year: int, month: int) -> tuple[date, date]:
    """First and last day of a month."""
    return to_gregorian(year, month, 1), to_gregorian(year, month, month_days(year, month))


def from_gregorian(day: date) -> tuple[int, int, int]:
    """Lunar year, month and day of a Gregorian date."""
    ordinal = day.toordinal()
    first, starts = _starts()
    if starts[0] <= ordinal < starts[-1]:
        index = bisect_right(starts, ordinal) - 1
        return first + index // 12, index % 12 + 1, ordinal - starts[index] + 1
    year = (30 * (ordinal - _EPOCH) + 10646) // 10631
    year += (ordinal >= _first_ordinal(year + 1, 1)) - (ordinal < _first_ordinal(year, 1))
    month = next(m for m in range(12, 0, -1) if ordinal >= _first_ordinal(year, m))
    return year, month, ordinal - _first_ordinal(year, month) + 1
