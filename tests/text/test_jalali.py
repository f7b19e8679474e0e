"""Calendar arithmetic against independent implementations and published days."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from persiantools import jdatetime

from kg.text import jalali, lunar

JalaliDate: Any = jdatetime.JalaliDate


def test_every_day_of_1200_to_1500_agrees_with_persiantools() -> None:
    day, end, count = jalali.to_gregorian(1200, 1, 1), jalali.to_gregorian(1501, 1, 1), 0
    while day < end:
        ours = jalali.from_gregorian(day)
        theirs = JalaliDate(day)
        assert ours == (theirs.year, theirs.month, theirs.day)
        assert jalali.to_gregorian(*ours) == day
        day += timedelta(days=1)
        count += 1
    assert count == 109_938


def test_years_begin_and_leap_as_in_persiantools() -> None:
    for year in range(jalali.FIRST_YEAR, jalali.LAST_YEAR + 1):
        assert jalali.is_leap(year) == JalaliDate.is_leap(year)
        assert jalali.to_gregorian(year, 1, 1) == JalaliDate(year, 1, 1).to_gregorian()


@pytest.mark.parametrize(("text", "expected"), [
    ("1399-07-16", date(2020, 10, 7)), ("1357/11/22", date(1979, 2, 11)), ("1400-1-1", date(2021, 3, 21)),
    ("1399-12-30", date(2021, 3, 20)),
])
def test_parse_iso(text: str, expected: date) -> None:
    assert jalali.parse_iso(text) == expected
    assert jalali.parse_iso(jalali.from_gregorian(expected).isoformat()) == expected


@pytest.mark.parametrize("text", ["1400-12-30", "1399-13-01", "1399-00-10", "99-01-01", "2020-01-01", "1399-07"])
def test_parse_iso_refuses_what_is_no_day(text: str) -> None:
    with pytest.raises(ValueError, match="no Jalali day"):
        jalali.parse_iso(text)


def test_days_outside_the_supported_years_are_refused() -> None:
    with pytest.raises(ValueError, match="1178 to 1600"):
        jalali.from_gregorian(date(1700, 1, 1))
    with pytest.raises(ValueError, match="no Jalali day"):
        jalali.to_gregorian(1601, 1, 1)


def test_ranges() -> None:
    assert jalali.year_range(1399) == (date(2020, 3, 20), date(2021, 3, 20))
    assert jalali.months_range(1397, 4, 6) == (date(2018, 6, 22), date(2018, 9, 22))
    assert jalali.week_range(date(2020, 5, 25)) == (date(2020, 5, 23), date(2020, 5, 29))
    assert jalali.week_range(date(2020, 5, 23))[0] == date(2020, 5, 23)
    assert jalali.week_range(date(2020, 5, 29))[1] == date(2020, 5, 29)


def test_months_and_years_are_added_by_the_jalali_calendar() -> None:
    leap_day = jalali.to_gregorian(1399, 12, 30)
    assert jalali.from_gregorian(jalali.add_years(leap_day, 1)) == (1400, 12, 29)
    assert jalali.from_gregorian(jalali.add_years(leap_day, -4)) == (1395, 12, 30)
    assert jalali.from_gregorian(jalali.add_months(jalali.to_gregorian(1398, 6, 31), 1)) == (1398, 7, 30)
    assert jalali.from_gregorian(jalali.add_months(jalali.to_gregorian(1398, 1, 5), -1)) == (1397, 12, 5)


# Days as the official calendar of Iran had them.
@pytest.mark.parametrize(("lunar_day", "jalali_day"), [
    ((1440, 10, 1), (1398, 3, 15)), ((1441, 9, 1), (1399, 2, 6)), ((1438, 12, 10), (1396, 6, 10)),
    ((1441, 1, 10), (1398, 6, 19)), ((1436, 2, 20), (1393, 9, 22)), ((1399, 1, 10), (1357, 9, 20)),
])
def test_listed_lunar_months_are_those_of_iran(lunar_day: tuple[int, int, int],
                                               jalali_day: tuple[int, int, int]) -> None:
    day = jalali.to_gregorian(*jalali_day)
    assert lunar.to_gregorian(*lunar_day) == day
    assert lunar.from_gregorian(day) == lunar_day
    assert lunar.is_official(*lunar_day[:2])


def test_lunar_days_go_both_ways_and_months_have_29_or_30_days() -> None:
    day = date(1850, 1, 1)
    while day < date(2120, 1, 1):
        assert lunar.to_gregorian(*lunar.from_gregorian(day)) == day
        day += timedelta(days=7)
    lengths = {lunar.month_days(year, month) for year in range(1, 1600) for month in range(1, 13)}
    assert lengths == {29, 30}


def test_reckoned_lunar_months_say_that_they_are() -> None:
    assert not lunar.is_official(61, 1)
    assert lunar.to_gregorian(61, 1, 10) == date(680, 10, 13)
    assert not lunar.is_official(1460, 1)
    with pytest.raises(ValueError, match="no day of the lunar"):
        lunar.to_gregorian(1441, 2, 31)
