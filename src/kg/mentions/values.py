"""Values: dates and periods, numbers and quantities, from the text layer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from kg.mentions import weekdays
from kg.mentions.grammar import NUMBER
from kg.mentions.reading import Reading
from kg.text import calendar, jalali, numerals, quantities
from kg.text.jalali import from_gregorian


def find(reading: Reading) -> None:
    """Fill ``times``, ``numerals`` and ``quantities``."""
    tokens, canon, report = reading.doc.tokens, reading.doc.canon, reading.doc.report
    told = calendar.read(tokens, canon)
    reading.year = None
    if not report.published:
        reading.year = calendar.infer_year(tokens, canon, told) or _dated_opening(reading, told)
    year = reading.year[0] if reading.year else None
    found = calendar.find_in(tokens, canon, calendar.Anchor(report.published, year), told)
    reading.times = [_within_calendars(time) for time in found]
    reading.numerals = numerals.find_in(tokens, canon, report.text)
    reading.quantities = quantities.find_in(tokens, canon, report.text, reading.numerals)
    for numeral in reading.numerals:
        if not numeral.is_ordinal:
            for token in range(numeral.first, numeral.last):
                reading.kinds[token] = NUMBER
    weekdays.settle(reading)
    reading.valued()


def _within_calendars(time: calendar.TimeExpression) -> calendar.TimeExpression:
    """A time whose days both calendars have, else unsettled («سال ۱۷۰۰ میلادی»): periods are named in Jalali."""
    days = [day for day in (time.first_day, time.last_day) if day is not None]
    return time if all(map(jalali.covers, days)) else replace(time, first_day=None, last_day=None)


def _dated_opening(
    reading: Reading, told: Sequence[calendar.Found]
) -> tuple[int, tuple[tuple[int, int], ...]] | None:
    """The year of a full date in the first sentence of the body: what the report tells happened on that day."""
    first = next((s for s in reading.doc.sentences if s.paragraph == 0), None)
    if first is None:
        return None
    for time in calendar.find_in(reading.doc.tokens, reading.doc.canon, calendar.Anchor(None, None), told):
        if first.first <= time.first < first.last and time.precision == "day" and time.first_day:
            return from_gregorian(time.first_day)[0], ((time.start, time.end),)
    return None
