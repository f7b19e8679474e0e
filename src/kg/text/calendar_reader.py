"""Reads dates and periods at the tokens of a text: small readers, each fired by the words of one class.

A reader gets the index of a token and returns a description and the index after its last token, or None. They
build on each other: words and numbers (calendar_scan), years, days, parts of years, times of day, and here lengths,
ranges and the order in which all are tried.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from decimal import Decimal
from functools import cache

from kg.text.calendar_clock import Clocks
from kg.text.calendar_days import Found
from kg.text.calendar_scan import COMMAS, DASHES, Read, number_words
from kg.text.calendar_words import words
from kg.text.periods import (
    Ago,
    Clock,
    Dated,
    Edge,
    Length,
    MonthDay,
    Period,
    Range,
    Rolling,
    Similar,
    Since,
    Timed,
    Today,
    Unit,
    Until,
    Vague,
    Weekday,
)

_SIZES = ("second", "minute", "hour", "day", "night", "week", "month", "season", "year", "decade", "century")


@cache
def _triggers() -> dict[str, tuple[str, ...]]:
    """From a word to the names of the readers it fires, in their order."""
    known = words()
    order = [name for name in _FIRES if name not in ("named", "number")]
    found: dict[str, list[str]] = {}
    for word, classes in known.firsts.items():
        found[word] = [_FIRES[name] for name in order if name in classes]
    for word in known.named_firsts:
        found.setdefault(word, []).insert(0, _FIRES["named"])
    for word, parts in number_words().items():
        if parts[0][0] in ("card", "ord", "mag", "half"):
            names = found.setdefault(word, [])
            names.insert(1 if names and names[0] in ("weekday", "named") else 0, _FIRES["number"])
    return {word: tuple(dict.fromkeys(names)) for word, names in found.items() if names}


@cache
def _openers() -> tuple[frozenset[str], frozenset[str]]:
    """Common words that only begin a date if a word of dates follows («از», «این»); and those that may follow."""
    classes = {"from", "this", "that", "every", "to", "now", "between", "plan", "some", "and"}
    known = words()
    common = {word for word, names in known.firsts.items() if classes.issuperset(names)}
    inner = {words_[1] for words_ in known.phrases if len(words_) > 1 and words_[0] in common}
    verb = known.guards["verb-prefix"]
    return verb | common, frozenset(known.firsts) - verb | set(_triggers()) - verb | inner


@cache
def _beside_numbers() -> frozenset[str]:
    """Words and marks that may follow a number of a date."""
    known = words()
    classes = ("unit", "adjective", "month", "this", "to", "and", "quarter", "era", "clock")
    found = {word for word, names in known.firsts.items() if any(name in names for name in classes)}
    marks = COMMAS | DASHES | set(":./")
    return frozenset(found | set(known.short) | known.guards["month-word"] | known.guards["day-suffix"] | marks)


_FIRES = {
    "named": "named", "weekday": "weekday", "number": "number", "today": "today", "year": "year_word",
    "month": "month", "from": "since", "between": "between", "to": "until", "similar": "similar", "every": "every",
    "clock": "clock", "half": "half", "term": "term", "daypart": "daypart", "boundary": "edge", "day-word": "day_word",
    "season": "season", "season-word": "season_word", "units": "several", "unit": "unit", "this": "this",
    "that": "that", "some": "some", "plan": "plan",
}


class Reader(Clocks):
    """All readers, and the way through a text."""

    def __init__(self, tokens: Sequence[str]) -> None:
        super().__init__(tokens)
        self.triggers = _triggers()
        self.openers, self.seconds = _openers()
        self._beside_numbers = _beside_numbers()

    def read(self, at: int) -> list[Found]:
        """What begins at a token."""
        word = self.words[at]
        names = self.triggers.get(word, ("number",))
        for name in names:
            if name == "number":
                if not self._counts_time(at):
                    continue
                several = self.days_apart(at)
                if several:
                    return several
            reader: Callable[[int], Read | None] = getattr(self, name)
            got = reader(at)
            if got is not None:
                return [self.extended(at, *got)]
        return []

    def _counts_time(self, at: int) -> bool:
        """Whether what follows a number, or its own size, lets it be part of a date."""
        number = self.value(at)
        if number is None or number.after >= self.end:
            return True
        if self.words[number.after] in self._beside_numbers:
            return True
        return 1200 <= number.value <= 2100 or (number.value < 100 and self.guarded("year-head", at - 1))

    def extended(self, first: int, period: Period, after: int) -> Found:
        """Take in what follows: another end of a range, «تاکنون», a time of day, an era in brackets."""
        period, after = self._timed(period, after)
        if isinstance(period, Clock):
            return Found(*self.until_clock(period, first, after))
        if isinstance(period, Vague):
            return Found(period, first, after)
        if isinstance(period, Length):
            return Found(period, first, self._joined(period, after))
        if isinstance(period, Range | Since | Until | Similar):
            return Found(period, first, after)
        period, after = self._in_that_year(period, after)
        now = self.is_("now", after)
        if now is not None and _bounded(period):
            return Found(Since(period), first, now[1])
        link = self.is_("to", after)
        at = link[1] if link is not None else after + 1 if self.word(after) in DASHES else -1
        if at > 0:
            other = self.end_of_range(at, period)
            if other is not None:
                return Found(Range(period, other[0]), first, other[1])
        return Found(period, first, after)

    def _in_that_year(self, period: Period, after: int) -> Read:
        """«سال گذشته در روز عید قربان»: the year stands before its part."""
        link = self.is_("in", after)
        if link is None or not isinstance(period, Dated) or not _is_year(period) or period.year is None:
            return period, after
        got = self.core(link[1])
        if got is None or not isinstance(got[0], Dated) or got[0].year is not None or got[0].move is not None:
            return period, after
        return replace(got[0], year=period.year, open=False), got[1]

    def _joined(self, length: Length, after: int) -> int:
        """The end of lengths that make one («۲۳ ساعت و ۲۰ دقیقه», «پنج شب تا شش شب»)."""
        link = self.is_("and", after) or self.is_("to", after)
        other = None if link is None else self.length(link[1])
        if other is None or not isinstance(other[0], Length):
            return after
        smaller = _SIZES.index(other[0].unit) < _SIZES.index(length.unit)
        joined = smaller if self.is_("and", after) is not None else other[0] == length
        return self._joined(other[0], other[1]) if joined else after

    def end_of_range(self, at: int, start: Period) -> Read | None:
        """The other end of a range."""
        got = self.core(at)
        if got is None:
            got = self.loose_year(at) if _is_year(start) else self.month_of_edge(at)
        if got is None or isinstance(got[0], Clock | Vague | Length | Range | Rolling | Since | Until):
            return None
        return self._timed(*got) if not isinstance(start, Timed) else got

    def core(self, at: int) -> Read | None:
        """A description that begins here, without what may follow it."""
        word = self.word(at)
        if not word:
            return None
        names = self.triggers.get(word, ("number",) if word[0].isdecimal() else ())
        for name in names:
            if name in ("since", "between", "until", "every", "some"):
                continue
            got: Read | None = getattr(self, name)(at)
            if got is not None:
                return got
        return None

    def _timed(self, period: Period, after: int) -> Read:
        """A time of day right after a day."""
        if not isinstance(period, Dated | Today | Weekday | Unit | MonthDay | Ago):
            return period, after
        if isinstance(period, Dated) and period.part.precision != "day":
            return period, after
        at = after
        if self.word(at) in COMMAS or self.word(at) in DASHES:
            at += 1
        at = self.after("daypart", at)
        clock = self.clock(at) or self.clock_digits(at)
        if clock is None or not isinstance(clock[0], Clock):
            part = self.is_("daypart", after)
            return (period, part[1]) if part is not None else (period, after)
        return Timed(period, clock[0]), clock[1]

    def number(self, at: int) -> Read | None:
        """Whatever begins with a number."""
        return (self.digits_date(at) or self.clock_digits(at) or self.day_of_month(at) or self.months_of_year(at)
                or self.length(at) or self.clock_to(at) or self.bare_year(at))

    def length(self, at: int) -> Read | None:
        """«۳ سال گذشته», «ده روز قبل», «سه ماه آینده», «پنج ساعت», «۱۵ ساله»."""
        count = self.value(at)
        if count is None or count.is_ordinal:
            return None
        after = count.after
        link = self.is_("to", after)
        if link is not None or self.is_("and", after) is not None:
            other = self.value(link[1] if link is not None else after + 1)
            if other is not None and link is not None:
                count, after = other._replace(value=Decimal("0.3")), other.after
        unit = self.is_("unit", after)
        if unit is None:
            adjective = self.is_("adjective", after)
            if adjective is None:
                return None
            unit = adjective
        word, after = unit
        if word.value == "season":
            return None
        value = count.value
        half = self.is_("past", after)
        if half is not None:
            value, after = value + Decimal(half[0].value) / 60, half[1]
        about = self.guarded("about", at - 1) or self.guarded("about", at - 2)
        return self._moved(word.value, value, after, about=about) or (Length(word.value), after)

    def _moved(self, unit: str, count: Decimal, after: int, *, about: bool) -> Read | None:
        move = self.is_("move", after)
        if move is None:
            return None
        value, end = move[0].value, move[1]
        if value in ("ago", "later") and self.is_before(end):
            return None
        if value in ("this", "new") or unit in ("hour", "minute", "second"):
            return (Vague("time"), end) if value in ("ago", "later", "last", "next", "recent") else None
        if count != count.to_integral_value():
            unit, count = ("month", count * 12) if unit == "year" else (unit, count)
        if count != count.to_integral_value() or value == "later" or unit in ("decade", "century"):
            return Vague(unit if unit in ("day", "week", "month", "year") else "years"), end
        if value == "ago" and about:
            return Vague(unit), end
        if value == "ago":
            return Ago(unit, int(count)), end
        return Rolling(unit, int(count), back=value != "next"), end

    def some(self, at: int) -> Read | None:
        """«چند سال گذشته», «چندین روز»: found, and left open."""
        got = self.is_("some", at)
        unit = None if got is None else self.is_("unit", got[1])
        if unit is None:
            return None
        move = self.is_("move", unit[1])
        size = unit[0].value if unit[0].value in ("day", "week", "month", "season", "year") else "range"
        return (Vague(size), move[1]) if move is not None else (Length(unit[0].value), unit[1])

    def several(self, at: int) -> Read | None:
        """«سال‌های ۸۹ تا ۹۴», «سال‌های اخیر», «روزهای آینده», «روزهای ۲۵ و ۲۶ آبان»."""
        got = self.is_("units", at)
        if got is None:
            return None
        unit, after = got[0].value, got[1]
        if unit == "year":
            year = self.year_rest(after)
            if year is not None and year[0].number is not None:
                return self.year_list(*year)
        if unit == "decade":
            return self._decade(unit, after)
        if unit == "month" and (months := self._months(after)) is not None:
            return months
        if unit == "day":
            day = self.day_word(at)
            if day is not None:
                return day
        move = self.is_("move", after)
        if move is None or move[0].value in ("later", "new"):
            return None
        return Vague({"year": "years", "hour": "time"}.get(unit, "range")), move[1]

    def _months(self, at: int) -> Read | None:
        """«(ماه‌های) محرم و صفر», «فروردین تا تیر»: months that follow each other."""
        first = self.month_of_edge(at)
        link = None if first is None else self.is_("and", first[1]) or self.is_("to", first[1])
        second = None if link is None else self.month_of_edge(link[1])
        if first is None or link is None or second is None:
            return first if first is None or isinstance(first[0], Range) else None
        one, two = first[0], second[0]
        if not isinstance(one, Dated) or not isinstance(two, Dated):
            return None
        follows = two.part.first[0] - one.part.first[0] == 1 and two.part.calendar == one.part.calendar
        return (Range(one, two), second[1]) if follows or link[0].value == "to" else None

    def every(self, at: int) -> Read | None:
        """«هر دوشنبه», «هر سال»: what comes back has no one date."""
        got = self.is_("every", at)
        if got is None:
            return None
        day = self.weekday(got[1]) or self.named(got[1])
        if day is not None:
            return Vague("day"), day[1]
        number = self.value(got[1])
        unit = self.is_("unit", got[1] if number is None else number.after)
        return None if unit is None or unit[0].value == "season" else (Vague("range"), unit[1])

    def since(self, at: int) -> Read | None:
        """«از ابتدای سال تاکنون», «از مهر تا آبان», «از ۹۲ تا ۹۴»."""
        got = self.is_("from", at)
        if got is None:
            return None
        start = self.core(got[1]) or self._year_before_range(got[1])
        if start is None and (month := self.month_of_edge(got[1])) is not None and self._goes_on(month[1]):
            start = month
        if start is None or not _bounded(start[0]):
            return None
        found = self.extended(at, *start)
        if isinstance(found.period, Range | Since):
            return found.period, found.last
        if isinstance(start[0], Edge) and start[0].side in ("start", "early"):
            return Since(start[0]), start[1]
        return None

    def _goes_on(self, after: int) -> bool:
        return self.is_("to", after) is not None or self.is_("now", after) is not None

    def _year_before_range(self, at: int) -> Read | None:
        year = self.loose_year(at)
        return year if year is not None and self._goes_on(year[1]) else None

    def between(self, at: int) -> Read | None:
        """«بین ۲۷ اوت تا ۲۲ اکتبر», «حدفاصل سال ۹۰ تا ۹۲»."""
        got = self.is_("between", at)
        if got is None:
            return None
        start = self.core(got[1])
        if start is None or not _bounded(start[0]):
            return None
        if isinstance(start[0], Range):
            return start
        link = self.is_("to", start[1]) or self.is_("and", start[1])
        other = None if link is None else self.end_of_range(link[1], start[0])
        return None if other is None else (Range(start[0], other[0]), other[1])

    def until(self, at: int) -> Read | None:
        """«تا پایان امسال»."""
        got = self.is_("to", at)
        edge = None if got is None else self.edge(got[1])
        if edge is None or not isinstance(edge[0], Edge) or edge[0].side not in ("end", "late"):
            return None
        return Until(edge[0]), edge[1]

    def similar(self, at: int) -> Read | None:
        """«مدت مشابه سال قبل»."""
        got = self.is_("similar", at)
        if got is None:
            return None
        year = self.year_phrase(self.after("in", got[1]), firm=True)
        if year is None or year[0].offset is None or year[0].offset >= 0:
            return None
        return Similar(-year[0].offset), year[1]


def _is_year(period: Period) -> bool:
    if isinstance(period, Edge):
        return _is_year(period.of)
    return isinstance(period, Dated) and period.part.precision == "year"


def _bounded(period: Period) -> bool:
    return not isinstance(period, Clock | Length | Vague | Until | Since | Similar | Rolling)
