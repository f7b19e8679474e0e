"""Reads dates and periods at the tokens of a text: small readers, each fired by the words of one class.

A reader gets the index of a token and returns a description and the index after its last token, or None.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cache
from typing import NamedTuple

from kg.text import numerals
from kg.text.calendar_words import Word, Words, words
from kg.text.periods import (
    END,
    Ago,
    Clock,
    Dated,
    Edge,
    Ending,
    Length,
    MonthDay,
    Part,
    Period,
    Plan,
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
    Year,
    whole_year,
)

Read = tuple[Period, int]
_SIZES = ("second", "minute", "hour", "day", "night", "week", "month", "season", "year", "decade", "century")
_COMMAS = frozenset("،,")
_DASHES = frozenset("-–−ـ")
_YEAR = whole_year(Year())
_LUNAR_YEAR = Part("year", "hijri", (1, 1), (12, END))
_GREGORIAN_YEAR = Part("year", "gregorian", (1, 1), (12, END))


class Number(NamedTuple):
    """A number in digits or words: its value, whether it is an ordinal, and the index after it."""

    value: Decimal
    is_ordinal: bool
    after: int

    def whole(self) -> int:
        """The value as an integer, -1 if it is none."""
        return int(self.value) if self.value == self.value.to_integral_value() else -1


@dataclass(frozen=True, slots=True)
class Found:
    """A description at its tokens ``first:last``."""

    period: Period
    first: int
    last: int


@cache
def _number_words() -> dict[str, tuple[tuple[str, Decimal], ...]]:
    return {word: entry.parts for word, entry in numerals.words().table.items() if entry.cut < 0}


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
    for word, parts in _number_words().items():
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
    return frozenset(found | set(known.short) | known.guards["month-word"] | _COMMAS | _DASHES | set(":./"))


_FIRES = {
    "named": "named", "weekday": "weekday", "number": "number", "today": "today", "year": "year_word",
    "month": "month", "from": "since", "between": "between", "to": "until", "similar": "similar", "every": "every",
    "clock": "clock", "half": "half", "term": "term", "daypart": "daypart", "boundary": "edge", "day-word": "day_word",
    "season": "season", "season-word": "season_word", "units": "several", "unit": "unit", "this": "this",
    "that": "that", "some": "some", "plan": "plan",
}


class Reader:
    """The readers over one text. ``end`` is where the line ends that is being read."""

    def __init__(self, tokens: Sequence[str]) -> None:
        self.words = tokens
        self.start, self.end = 0, len(tokens)
        self._known: Words = words()
        self._firsts = self._known.firsts
        self._numbers = _number_words()
        self._beside_numbers = _beside_numbers()
        self.openers, self.seconds = _openers()
        self._values: dict[int, Number | None] = {}
        self.triggers = _triggers()

    # --- the words of a class ---------------------------------------------------------------------------------

    def is_(self, name: str, at: int) -> tuple[Word, int] | None:
        """The phrase of a class that begins at a token, and the index after it."""
        if at >= self.end or name not in self._firsts.get(self.words[at], ()):
            return None
        got = self._known.classes[name].longest(self.words, at, self.end)
        return None if got is None else (got[1], got[0])

    def after(self, name: str, at: int) -> int:
        """The index after a phrase of a class, or ``at`` itself if none is there."""
        got = self.is_(name, at)
        return at if got is None else got[1]

    def word(self, at: int) -> str:
        return self.words[at] if 0 <= at < self.end else ""

    def unit_at(self, name: str, at: int) -> int:
        """The index after a word for a unit, 0 if none is there."""
        got = self.is_("unit", at)
        return got[1] if got is not None and got[0].value == name else 0

    def guarded(self, name: str, at: int) -> bool:
        """Whether the word at ``at`` is one of a list of guard words."""
        return self.word(at) in self._known.guards[name]

    def comma(self, at: int) -> int:
        """The index after a comma, or ``at``."""
        return at + 1 if self.word(at) in _COMMAS else at

    # --- the way through the text -----------------------------------------------------------------------------

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
        if isinstance(period, Clock | Length | Vague) and not isinstance(period, Length):
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
        at = link[1] if link is not None else after + 1 if self.word(after) in _DASHES else -1
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
        names = self.triggers.get(word, ("number",) if word[0].isdigit() else ())
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
        if self.word(at) in _COMMAS or self.word(at) in _DASHES:
            at += 1
        at = self.after("daypart", at)
        clock = self.clock(at) or self.clock_digits(at)
        if clock is None or not isinstance(clock[0], Clock):
            part = self.is_("daypart", after)
            return (period, part[1]) if part is not None else (period, after)
        return Timed(period, clock[0]), clock[1]

    # --- numbers ----------------------------------------------------------------------------------------------

    def number(self, at: int) -> Read | None:
        """Whatever begins with a number."""
        return (self.digits_date(at) or self.clock_digits(at) or self.day_of_month(at) or self.months_of_year(at)
                or self.length(at) or self.clock_to(at) or self.bare_year(at))

    def value(self, at: int) -> Number | None:
        """The number that begins at a token, in digits, in words or in both («۲ هزار», «بیست و سوم»)."""
        if at not in self._values:
            self._values[at] = self._value(at)
        return self._values[at]

    def _value(self, at: int) -> Number | None:
        total, group, slot, after, linked, found = Decimal(0), Decimal(0), Decimal(10) ** 12, at, False, False
        best: Number | None = None
        while after < self.end:
            word = self.words[after]
            parts = (("lit", Decimal(word)),) if word.isdigit() else self._numbers.get(word)
            if parts is None:
                break
            for kind, value in parts:
                if kind == "and" and best is not None and not linked:
                    linked = True
                    continue
                if kind in ("ord", "th"):
                    if kind == "ord" and (not found or (linked and value < slot)):
                        return Number(total + group + value, True, after + 1)
                    return Number(total + group, True, after + 1) if kind == "th" and found and not linked else best
                if kind == "half" and (not found or linked):
                    return Number(total + group + value, False, after + 1)
                if kind in ("card", "lit") and value < slot and (linked or not group) and (linked or not total):
                    group += value
                    slot = Decimal(1 if kind == "lit" or value < 20 else 10 if value < 100 else 100)
                elif kind == "mag" and not linked and (group or not found):
                    total, group, slot = total + (group or 1) * value, Decimal(0), value
                else:
                    return best
                linked, found = False, True
            after += 1
            if not linked:
                best = Number(total + group, False, after)
        return best

    def year_number(self, at: int, *, loose: bool) -> tuple[int, int] | None:
        """A year in digits or words: four digits, or (not ``loose``) two. ``loose``: no word announces a year."""
        got = self.value(at)
        if got is None or got.is_ordinal:
            return None
        year, digits = got.whole(), self.word(at)
        if got.after == at + 1 and digits.isdigit():
            full = len(digits) == 4 and _is_plausible(year)
            short = len(digits) == 2 and (not loose or year >= 40 or digits[0] == "0")
            if not full and not short:
                return None
            counted = self.guarded("counter", got.after) or (short and self._is_counted(got.after))
            return None if counted else (year, got.after)
        spelled = _is_plausible(year) or (not loose and 10 < year < 100 and not digits.isdigit())
        return (year, got.after) if spelled and not self.guarded("counter", got.after) else None

    def _is_counted(self, at: int) -> bool:
        """Whether a unit of time follows a number that is not the clock («۹۴ ساعت», not «۹۴ ساعت ۱۱»)."""
        return self.is_("unit", at) is not None and (self.is_("clock", at) is None or self.clock(at) is None)

    # --- years ------------------------------------------------------------------------------------------------

    def era(self, at: int) -> tuple[str | None, int]:
        """The era after a year, with or without brackets."""
        got = self.is_("era", at)
        if got is not None:
            return got[0].calendar, got[1]
        if self.word(at) == "(":
            got = self.is_("era", at + 1)
            if got is not None and self.word(got[1]) == ")":
                return got[0].calendar, got[1] + 1
        return None, at

    def year_word(self, at: int) -> Read | None:
        """امسال, پارسال."""
        got = self.is_("year", at)
        return None if got is None else (Dated(_YEAR, Year(offset=got[0].number)), got[1])

    def year_phrase(self, at: int, *, bare: bool = False, firm: bool = False) -> tuple[Year, int] | None:
        """«سال …» or «امسال»; ``bare``: a mere «سال» is this year; ``firm``: «سال قبل» stays so before «از»."""
        got = self.is_("year", at)
        if got is not None:
            return Year(offset=got[0].number), got[1]
        for name, offset in (("this", 0), ("that", None)):
            pointer = self.is_(name, at)
            after = 0 if pointer is None else self.unit_at("year", pointer[1])
            if after:
                return Year(offset=offset), after
        unit = self.is_("unit", at)
        if unit is None or unit[0].value != "year":
            return None
        found = self._year_rest(unit[1], firm=firm)
        if found is not None or not bare:
            return found
        if self.is_("move", unit[1]) is not None or self.value(unit[1]) is not None:
            return None
        return Year(offset=0), unit[1]

    def _year_rest(self, at: int, *, firm: bool = False) -> tuple[Year, int] | None:
        """What follows «سال»: a kind of year, a move, a number, an era."""
        kind = self.is_("year-type", at)
        base = 7 if kind is not None and kind[0].value in ("school", "farm") else 1
        at = at if kind is None else kind[1]
        calendar, at = self.era(at)
        move = self.is_("move", at)
        if move is not None:
            return self._year_moved(move[0].value, move[1], base, calendar, firm=firm)
        at += self.word(at) == "("
        number = self.year_number(at, loose=False)
        if number is None:
            return (Year(offset=0, calendar=calendar, base=base), at) if calendar or kind is not None else None
        year, after = number
        if self.word(after) in _DASHES or self.word(after) == "/":
            other = self.year_number(after + 1, loose=False)
            if other is not None and (other[0] - year) % 100 in (1, 99):
                year, after = _earlier(year, other[0]), other[1]
        after += self.word(after) == ")" and self.word(at - 1) == "("
        named, after = self.era(after)
        return Year(number=year, calendar=named or calendar, base=base), after

    def _is_before(self, at: int) -> bool:
        """Whether «از» makes «قبل», «بعد» a preposition («سال قبل از انقلاب», not «سال قبل از نظر وزن»)."""
        link = self.is_("from", at)
        return link is not None and not self.guarded("aspect", link[1])

    def _year_moved(self, move: str, after: int, base: int, calendar: str | None, *,
                    firm: bool) -> tuple[Year, int] | None:
        offset = {"last": -1, "ago": -1, "this": 0, "next": 1}.get(move)
        if move == "ago" and not firm and self._is_before(after):
            return None
        kind = self.is_("year-type", after)
        if kind is not None:
            base, after = (7 if kind[0].value in ("school", "farm") else 1), kind[1]
        named, after = self.era(after)
        calendar = named if named is not None else calendar
        if move == "new":
            return Year(base=base, new=True), after
        if move == "later":
            return Year(), after
        return None if offset is None else (Year(offset=offset, calendar=calendar, base=base), after)

    def year_beside(self, at: int) -> tuple[Year, int] | None:
        """The year after a month, season or part of a year."""
        got = self.year_phrase(at)
        if got is not None:
            return got
        number = self.year_number(at, loose=True)
        if number is None:
            return None
        calendar, after = self.era(number[1])
        return Year(number=number[0], calendar=calendar), after

    def loose_year(self, at: int) -> Read | None:
        """A bare year where a range has shown that years are meant."""
        number = self.year_number(at, loose=False)
        if number is None:
            return None
        calendar, after = self.era(number[1])
        return _dated_year(Year(number=number[0], calendar=calendar)), after

    def bare_year(self, at: int) -> Read | None:
        """A year without «سال»: with an era, after certain words («بودجه ۹۹»), or in a range of years."""
        number = self.year_number(at, loose=True)
        if number is None or number[0] < 100:
            return self._short_after_head(at)
        calendar, after = self.era(number[1])
        year = Year(number=number[0], calendar=calendar)
        if calendar is not None:
            return _dated_year(year), after
        if number[0] >= 1000 and (self.guarded("year-head", at - 1) or self.guarded("year-head", at - 2)):
            return _dated_year(year), after
        link = self.is_("to", after)
        if number[0] >= 1000 and link is not None:
            other = self.year_number(link[1], loose=True)
            if other is not None and other[0] >= 1000 and other[0] > number[0]:
                return _dated_year(year), after
        if number[0] >= 1000 and self.word(at - 1) == "(" and self.word(after) == ")":
            return _dated_year(year), after
        return None

    def _short_after_head(self, at: int) -> Read | None:
        word = self.word(at)
        if len(word) != 2 or not word.isdigit() or not self.guarded("year-head", at - 1):
            return None
        return None if self.guarded("counter", at + 1) else (_dated_year(Year(number=int(word))), at + 1)

    # --- months and days --------------------------------------------------------------------------------------

    def month_name(self, at: int) -> tuple[Word, int] | None:
        """The name of a month; «می» of verbs is told apart by those who ask."""
        return self.is_("month", at)

    def month(self, at: int) -> Read | None:
        """A month that no day precedes."""
        got = self.month_name(at)
        if got is None or self.guarded("agency", at - 1):
            return None
        word, after = got
        part = Part("month", word.calendar, (word.number, 1), (word.number, END))
        marked = self.guarded("month-word", after) or (self.guarded("month-word", at - 1) and word.calendar != "jalali")
        marked = marked or (word.marked and not self.guarded("before-name", at - 1))
        after += self.guarded("month-word", after)
        year = self.year_beside(after)
        if year is not None:
            return Dated(part, year[0]), year[1]
        move = self.is_("move", after)
        if move is not None and move[0].value in ("last", "next", "this") and (marked or word.alone):
            return Dated(part, move=None if move[0].value == "this" else move[0].value), move[1]
        if marked or self._in_range(after) or (word.alone and self.guarded("before-month", at - 1)):
            return Dated(part), after
        return (Dated(part), after) if at == self.start and after == self.end else None

    def _in_range(self, after: int) -> bool:
        link = self.is_("to", after)
        at = link[1] if link is not None else after + 1 if self.word(after) in _DASHES else -1
        at = self.after("boundary", at) if at > 0 else -1
        return at > 0 and self.month_name(at) is not None

    def month_of_edge(self, at: int) -> Read | None:
        """A month after «ابتدای», «پایان», «نیمه اول» …, where its name is enough."""
        at += self.guarded("month-word", at) and self.month_name(at + 1) is not None
        got = self.month(at)
        if got is not None:
            return got
        name = self.month_name(at)
        if name is None or (not name[0].alone and name[0].calendar == "gregorian"):
            return None
        return Dated(Part("month", name[0].calendar, (name[0].number, 1), (name[0].number, END))), name[1]

    def month_reference(self, at: int) -> tuple[int, int] | None:
        """«همین ماه», «ماه جاری», «ماه آینده» as months from now."""
        pointer = self.is_("this", at)
        if pointer is not None:
            after = self.unit_at("month", pointer[1])
            return (0, after) if after else None
        after = self.unit_at("month", at)
        move = self.is_("move", after) if after else None
        offset = None if move is None else {"this": 0, "last": -1, "next": 1}.get(move[0].value)
        return None if move is None or offset is None else (offset, move[1])

    def day_of_month(self, at: int) -> Read | None:
        """«۱۴ آذر ۱۳۹۹», «سوم تا پنجم همین ماه», «هجدهم و نوزدهم بهمن»."""
        days = self._days(at)
        if days is None:
            return None
        numbers, after, listed = days
        got = self._dated(numbers[0], after, at)
        if got is None or (isinstance(got[0], MonthDay) and not self._is_ordinal(at, after)):
            return None
        first, end = got
        if len(numbers) == 1:
            return first, end
        if listed and numbers[-1] != numbers[0] + len(numbers) - 1:
            return None
        return _day_range(first, numbers[0], numbers[-1]), end

    def days_apart(self, at: int) -> list[Found]:
        """Days that are listed and do not follow each other: each by itself («۲۵ و ۲۹ آبان»)."""
        days = self._days(at)
        if days is None or len(days[0]) < 2 or not days[2] or days[0][-1] == days[0][0] + len(days[0]) - 1:
            return []
        got = self._dated(days[0][0], days[1], at)
        if got is None:
            return []
        found, place = [], at
        for number in days[0]:
            value = self.value(place)
            after = place + 1 if value is None else value.after
            last = got[1] if number == days[0][-1] else after
            found.append(Found(_day_range(got[0], number, number), place, last))
            place = after + 1
        return found

    def _days(self, at: int) -> tuple[list[int], int, bool] | None:
        """Numbers from 1 to 31 with «و», «،», «تا» between them; whether it is a list rather than a range."""
        numbers: list[int] = []
        listed = False
        while len(numbers) < 6:
            got = self.value(at)
            if got is None or not 1 <= got.whole() <= 31:
                break
            numbers.append(got.whole())
            after = got.after
            link = self.is_("to", after)
            if link is not None:
                at = link[1]
            elif self.is_("and", after) is not None or self.word(after) in _COMMAS:
                listed, at = True, after + 1
            elif self.word(after) in _DASHES:
                at = after + 1
            else:
                return numbers, after, listed
            if self.value(at) is None:
                return (numbers, after, listed) if self.word(after) in _DASHES else None
        return None

    def _is_ordinal(self, at: int, after: int) -> bool:
        """Whether days are numbered («سوم ماه جاری»), not counted («سه ماه گذشته»), or «این ماه» follows."""
        number = self.value(at)
        return (number is not None and number.is_ordinal) or self.is_("this", after) is not None

    def _dated(self, day: int, after: int, at: int) -> Read | None:
        """The day with the month and year that follow."""
        reference = self.month_reference(after)
        if reference is not None:
            return MonthDay(day, day, reference[0]), reference[1]
        after += self.guarded("month-word", after) and self.month_name(after + 1) is not None
        dashed = self.word(after) in _DASHES
        name = self.month_name(after + dashed)
        short = self._known.short.get(self.word(after + dashed)) if name is None else None
        if name is None and short is None:
            return None
        word, end = name if name is not None else (short, after + dashed + 1)
        assert word is not None
        end += self.guarded("month-word", end)
        end += dashed and self.word(end) in _DASHES
        year = self.year_beside(self.comma(end)) or self.year_number_after(end)
        if (short is not None or dashed) and year is None:
            return None
        if year is None and (self._is_verb(after, end) or (self.guarded("article", at) and end == after + 1)):
            return None
        place = self.guarded("name-head", at - 1)
        event = self._is_event(at)
        part = Part("day", word.calendar, (word.number, day), (word.number, day))
        period = Dated(part, None if year is None else year[0], named=place, open=(event or place) and year is None)
        if year is None:
            move = self.is_("move", end)
            if move is not None and move[0].value in ("last", "next", "this"):
                return replace(period, move=None if move[0].value == "this" else move[0].value), move[1]
            return period, end
        return period, year[1]

    def _is_event(self, at: int) -> bool:
        """Whether a day names what happened on it («حادثه ۱۱ سپتامبر»)."""
        head = at - 2 if self.guarded("day-of", at - 1) else at - 1
        return self.guarded("event-head", head) and not self.guarded("anniversary", head - 1)

    def year_number_after(self, at: int) -> tuple[Year, int] | None:
        """A two-digit year after a day and its month, where no counted noun follows."""
        word = self.word(at)
        if len(word) == 2 and word.isdigit() and not self.guarded("counter", at + 1):
            got = self.value(at)
            follows = self.word(at + 1)
            if got is not None and got.after == at + 1 and (not follows or not follows[0].isalpha()):
                return Year(number=int(word)), at + 1
        return None

    def _is_verb(self, at: int, end: int) -> bool:
        """Whether «می» after a number is the prefix of a verb («۳ می‌شود»)."""
        return self.guarded("verb-prefix", at) and self.word(end)[:1].isalpha()

    def digits_date(self, at: int) -> Read | None:
        """1400/02/15, 15/2/1400, ۲۳-۱۲-۱۳۹۹, 12.11.1375, 95 . 9 . 6, 1400-فروردین-15."""
        word = self.words[at]
        if not word[0].isdigit():
            return None
        named = self._dashed_month(at)
        if named is not None:
            return named
        marks = [c for c in word if not c.isdigit()]
        if marks:
            if len(marks) != 2 or marks[0] != marks[1] or marks[0] not in "/.":
                return None
            numbers, after = [int(n) for n in word.replace("/", ".").split(".")], at + 1
            four = any(n > 999 for n in numbers)
        else:
            between = self.word(at + 1)
            if between not in ("-", "/", ".", "–") or self.word(at + 3) != between:
                return None
            texts = (word, self.word(at + 2), self.word(at + 4))
            if not all(text.isdigit() for text in texts):
                return None
            numbers, after = [int(text) for text in texts], at + 5
            four = any(n > 999 for n in numbers)
            if not four and between in "-–":
                return None
            if self.word(after) == between and self.word(after + 1).isdigit():
                return None
        date = _ordered(numbers, four)
        if date is None:
            return None
        calendar, after = self.era(after)
        return _numeric(*date, calendar), after

    def _dashed_month(self, at: int) -> Read | None:
        """1400-فروردین-15, the month by name or short name."""
        if self.word(at + 1) not in _DASHES or self.word(at + 3) not in _DASHES:
            return None
        name = self.is_("month", at + 2)
        month = name[0] if name is not None and name[1] == at + 3 else self._known.short.get(self.word(at + 2))
        year, day = self.word(at), self.word(at + 4)
        if month is None or not year.isdigit() or not day.isdigit():
            return None
        if len(year) != 4 and len(day) == 4:
            year, day = day, year
        if len(year) != 4 or not 1 <= int(day) <= 31:
            return None
        part = Part("day", month.calendar, (month.number, int(day)), (month.number, int(day)))
        return Dated(part, Year(number=int(year), calendar=month.calendar)), at + 5

    # --- days of the week and days from today -----------------------------------------------------------------

    def today(self, at: int) -> Read | None:
        """امروز, with a day of the week or a part of the day beside it."""
        got = self.is_("today", at)
        if got is None or self.guarded("newspaper", at - 1) or (got[0].value == "0" and self.guarded("age", at - 1)):
            return None
        offset, after = got[0].number, got[1]
        after = self.after("daypart", after)
        bracket = self.word(after) == "("
        comma = self.comma(after)
        weekday = self.is_("weekday", self.after("day-word", comma + bracket))
        if weekday is None or (bracket and self.word(weekday[1]) != ")" and self._date_after(weekday[1]) is None):
            return Today(offset), after
        after = weekday[1]
        date = None if comma > got[1] + bracket else self._date_after(after)
        if date is not None:
            after = date[1]
            return date[0], after + (bracket and self.word(after) == ")")
        return Today(offset, weekday[0].number), after + bracket

    def _date_after(self, at: int) -> Read | None:
        """A date after a day of the week, over a comma or «روز», «مورخ»."""
        at = self.comma(at)
        at = self.after("day-word", at)
        if at >= self.end:
            return None
        word = self.words[at]
        if not word[0].isdigit() and word not in self._numbers:
            return None
        return self.digits_date(at) or self.day_of_month(at)

    def weekday(self, at: int) -> Read | None:
        """A day of the week and what it belongs to."""
        got = self.is_("weekday", at)
        if got is None:
            return None
        word, after = got
        if self.guarded("no-day-before", at - 1) or self.guarded("no-day-after", after):
            return None
        date = self._date_after(self._more_weekdays(after)) or self._date_after(after)
        if date is not None:
            return date
        day = self.after("daypart", after)
        move = self.is_("move", day)
        if move is not None and move[0].value in ("last", "next", "ago"):
            value = "last" if move[0].value == "ago" else move[0].value
            return Weekday(word.number, move=value), move[1]
        week = self._week(day)
        if week is not None:
            return Weekday(word.number, week=week[0], open=week[0] is None), week[1]
        return Weekday(word.number), day

    def _more_weekdays(self, at: int) -> int:
        """The index after further days of the week («سه‌شنبه و چهارشنبه ۱۸ و ۱۹ شهریور»)."""
        link = self.is_("and", at) or self.is_("to", at)
        other = None if link is None else self.is_("weekday", link[1])
        return at if other is None else self._more_weekdays(other[1])

    def _week(self, at: int) -> tuple[int | None, int] | None:
        """«هفته آینده», «این هفته», «دو هفته آینده» after a day of the week."""
        pointer = self.is_("this", at)
        if pointer is not None:
            after = self.unit_at("week", pointer[1])
            return (0, after) if after else None
        number, count = self.value(at), 1
        if number is not None and not number.is_ordinal:
            count, at = number.whole(), number.after
        after = self.unit_at("week", at)
        move = self.is_("move", after) if after else None
        if move is None or move[0].value not in ("last", "next", "this", "ago", "later"):
            return None
        offset = {"last": -count, "ago": -count, "this": 0, "next": count}.get(move[0].value)
        return offset, move[1]

    def day_word(self, at: int) -> Read | None:
        """روز, مورخ, تاریخ before a day."""
        got = self.is_("day-word", at)
        if got is None:
            return None
        after = got[1]
        if self.unit_at("day", at) == after and (move := self.is_("move", after)) is not None:
            offset = {"last": -1, "this": 0}.get(move[0].value)
            return None if offset is None else (Unit("day", offset), move[1])
        number = self.value(after)
        if number is not None and self.is_("weekday", after) is None:
            return self.digits_date(after) or self.day_of_month(after)
        return self.weekday(after) or self.named(after) or (self.today(after) if after > at else None)

    def daypart(self, at: int) -> Read | None:
        """«صبح امروز», «عصر روز گذشته», «شامگاه دهم مرداد»: the part of the day goes with the day."""
        got = self.is_("daypart", at)
        if got is None:
            return None
        after = got[1]
        move = self.is_("move", after)
        if move is not None and move[0].value == "last" and got[0].value == "pm":
            return Unit("night", -1), move[1]
        clock = self.clock(after)
        after = after if clock is None else clock[1]
        found = self.today(after) or self.weekday(after) or self.day_word(after)
        if found is None and self.value(after) is not None:
            found = self.digits_date(after) or self.day_of_month(after)
        return found if found is not None or not got[0].alone else (Vague("time"), got[1])

    # --- parts of a year --------------------------------------------------------------------------------------

    def months_of_year(self, at: int) -> Read | None:
        """«پنج ماه اول سال ۸۷», «۹ ماهه نخست امسال», «شش ماهه دوم سال», «۱۰ ماهه سال ۹۴», «۴ ماه منتهی به تیر»."""
        count = self.value(at)
        if count is None or not 1 <= count.whole() <= 12 or count.is_ordinal:
            return None
        n, after = count.whole(), count.after
        unit = self.is_("unit", after) or self.is_("adjective", after)
        if unit is None or unit[0].value not in ("month", "day", "week"):
            return None
        after = unit[1]
        if unit[0].value != "month":
            return self._days_of_month(n * (7 if unit[0].value == "week" else 1), after)
        ending = self.is_("ending", after)
        if ending is not None:
            end = self.month_of_edge(ending[1])
            return None if end is None else (Ending(end[0], n), end[1])
        rank = self.is_("rank", after)
        if rank is not None:
            return self._ranked_months(n, rank[0].number, rank[1])
        year = self.year_phrase(after)
        if year is None or (n == 12 and year[0].number is None and year[0].offset is None):
            return None
        return Dated(_months(1, n, n), year[0]), year[1]

    def _ranked_months(self, n: int, rank: int, after: int) -> Read | None:
        first = 13 - n if rank < 0 else (rank - 1) * n + 1
        if first + n > 13 or first < 1:
            return None
        part = _months(first, first + n - 1, n)
        year = self.year_phrase(after, bare=True) or self.year_beside(after)
        if year is not None:
            return Dated(part, year[0]), year[1]
        return Dated(part, running=True), after

    def _days_of_month(self, days: int, after: int) -> Read | None:
        """«۱۵ روز نخست مهر»."""
        rank = self.is_("rank", after)
        if rank is None or rank[0].value != "1" or days > 29:
            return None
        month = self.month_of_edge(rank[1])
        if month is None or not isinstance(month[0], Dated):
            return None
        number = month[0].part.first[0]
        return replace(month[0], part=month[0].part._replace(precision="range", last=(number, days))), month[1]

    def half(self, at: int) -> Read | None:
        """«نیمه اول امسال», «نیمه دوم مهر»."""
        got = self.is_("half", at)
        if got is None:
            return None
        rank = self.is_("rank", got[1])
        if rank is None or rank[0].value not in ("1", "2"):
            month = self.month_of_edge(got[1])
            return None if month is None else (Edge(month[0], "middle"), month[1])
        second = rank[0].value == "2"
        month = self.month_of_edge(rank[1])
        if month is not None and isinstance(month[0], Dated):
            number = month[0].part.first[0]
            stretch = ((number, 16), (number, END)) if second else ((number, 1), (number, 15))
            part = month[0].part._replace(precision="half", first=stretch[0], last=stretch[1])
            return replace(month[0], part=part), month[1]
        year = self.year_phrase(rank[1], bare=True)
        if year is None:
            return None
        part = _months(7, 12, 6) if second else _months(1, 6, 6)
        return Dated(part, year[0]), year[1]

    def term(self, at: int) -> Read | None:
        """«نیمسال اول سال تحصیلی ۹۹-۹۸»: found; universities set its days."""
        got = self.is_("term", at)
        rank = None if got is None else self.is_("rank", got[1])
        if rank is None:
            return None
        after = self.after("year-type", rank[1])
        year = self.year_phrase(after)
        if year is None:
            pair = self._year_rest(after) if self.word(after)[:1].isdigit() else None
            return Vague("half"), after if pair is None else pair[1]
        return Vague("half"), year[1]

    def season(self, at: int) -> Read | None:
        """«تابستان امسال», «پاییز گذشته», «بهار ۹۸»."""
        got = self.is_("season", at)
        if got is None:
            return None
        part = _season(got[0].number)
        year = self.year_beside(got[1])
        if year is not None:
            return Dated(part, year[0]), year[1]
        move = self.is_("move", got[1])
        if move is not None and move[0].value in ("last", "next", "this", "ago"):
            value = {"ago": "last", "this": None}.get(move[0].value, move[0].value)
            return Dated(part, move=value), move[1]
        return None

    def season_word(self, at: int) -> Read | None:
        """«فصل بهار», «فصل زراعی جاری», «فصل اول سال»."""
        got = self.is_("season-word", at)
        if got is None:
            return None
        found = self.season(got[1])
        if found is not None:
            return found
        name = self.is_("season", got[1])
        if name is not None:
            return Dated(_season(name[0].number), open=True), name[1]
        kind = self.is_("year-type", got[1])
        if kind is not None and kind[0].value == "farm":
            year = self._year_rest(got[1])
            return None if year is None else (_dated_year(year[0]), year[1])
        move = self.is_("move", got[1])
        offset = None if move is None else {"this": 0, "last": -1, "next": 1}.get(move[0].value)
        return None if move is None or offset is None else (Unit("season", offset), move[1])

    def edge(self, at: int) -> Read | None:
        """«ابتدای سال», «پایان امسال», «اواخر مهر», «اوایل هفته جاری»."""
        got = self.is_("boundary", at)
        if got is None:
            return None
        whole = self.whole(got[1])
        return None if whole is None else (Edge(whole[0], got[0].value), whole[1])

    def whole(self, at: int) -> Read | None:
        """A period that has a start and an end: year, month, week, season, plan, named period."""
        year = self.year_phrase(at, bare=True)
        if year is not None:
            return _dated_year(year[0]), year[1]
        got = (self.half(at) or self.month_of_edge(at) or self.season(at) or self.season_word(at) or self.named(at)
               or self.plan(at, scoped=True) or self.unit(at) or self.this(at))
        if got is not None:
            return got
        unit = self.is_("unit", at)
        if unit is not None and unit[0].value in ("month", "week") and self.is_("move", unit[1]) is None:
            return Unit(unit[0].value, 0), unit[1]
        return self.months_of_year(at)

    def unit(self, at: int) -> Read | None:
        """«سال …», «ماه آینده», «هفته گذشته», «دهه ۶۰», «قرن هفتم»."""
        got = self.is_("unit", at)
        if got is None:
            return None
        unit, after = got[0].value, got[1]
        if unit == "year":
            year = self.year_phrase(at)
            return None if year is None else self._year_list(year[0], year[1])
        if unit in ("decade", "century"):
            return self._decade(unit, after)
        if unit == "month":
            name = self.month_name(after)
            if name is not None:
                return self._named_month(after)
        if unit == "day" and after > at + 1 and (move := self.is_("move", after)) is not None:
            return Vague("day"), move[1]
        if unit not in ("month", "week"):
            return None
        ordinal = self._ranked_week(after) if unit == "week" else None
        if ordinal is not None:
            return ordinal
        move = self.is_("move", after)
        if move is None:
            return None
        if move[0].value in ("ago", "later") and self._is_before(move[1]):
            return None
        calendar, end = self.era(move[1])
        offset = {"this": 0, "last": -1, "ago": -1, "next": 1}.get(move[0].value)
        return (Vague(unit), end) if offset is None else (Unit(unit, offset, calendar or "jalali"), end)

    def _named_month(self, at: int) -> Read | None:
        """«ماه مهر», «ماه مبارک رمضان»: the word before makes the name sure."""
        name = self.month_name(at)
        if name is None:
            return None
        found = self.month(at)
        if found is not None:
            return found
        part = Part("month", name[0].calendar, (name[0].number, 1), (name[0].number, END))
        return Dated(part, named=name[0].calendar == "hijri"), name[1]

    def _ranked_week(self, at: int) -> Read | None:
        """«هفته اول مهر»: its days 1 to 7."""
        rank = self.is_("rank", at)
        month = None if rank is None else self.month_of_edge(rank[1])
        if rank is None or month is None or not isinstance(month[0], Dated):
            return None
        number, index = month[0].part.first[0], rank[0].number
        if index < 1:
            return None
        stretch = ((number, 7 * index - 6), (number, 7 * index if index < 4 else END))
        part = month[0].part._replace(precision="week", first=stretch[0], last=stretch[1])
        return replace(month[0], part=part), month[1]

    def _year_list(self, year: Year, after: int) -> Read:
        """«سال ۱۳۹۱ و ۱۳۹۲»: years that follow each other."""
        first = _dated_year(year)
        if year.number is None or self.is_("and", after) is None:
            return first, after
        other = self.year_number(after + 1, loose=False)
        if other is None:
            again = self.year_phrase(after + 1)
            other = None if again is None or again[0].number is None else (again[0].number, again[1])
        if other is None or (other[0] - year.number) not in (1,) or other[0] < 10:
            return first, after
        calendar, end = self.era(other[1])
        return Range(first, _dated_year(Year(number=other[0], calendar=calendar or year.calendar))), end

    def _decade(self, unit: str, after: int) -> Read | None:
        """«دهه ۶۰», «دهه اول محرم», «قرن هفتم هجری»."""
        rank = self.is_("rank", after)
        month = None if rank is None or unit == "century" else self.month_of_edge(rank[1])
        if rank is not None and month is not None and isinstance(month[0], Dated) and 1 <= rank[0].number <= 3:
            number, index = month[0].part.first[0], rank[0].number
            stretch = ((number, 10 * index - 9), (number, 10 * index if index < 3 else END))
            part = month[0].part._replace(precision="range", first=stretch[0], last=stretch[1])
            return replace(month[0], part=part), month[1]
        got = self.value(after)
        if got is None:
            return None
        calendar, end = self.era(got.after)
        if unit == "century":
            other = self.value(end + 1) if self.is_("and", end) is not None else None
            end = end if other is None or not other.is_ordinal else self.era(other.after)[1]
            return (Vague("years"), end) if got.is_ordinal or got.whole() > 0 else None
        if got.is_ordinal or got.whole() % 10 or not 10 <= got.whole() < 2100:
            return None
        year = Year(number=got.whole(), calendar=calendar)
        last = Year(number=got.whole() + 9, calendar=calendar)
        return Range(_dated_year(year), _dated_year(last)), end

    # --- lengths and what lies so far from now ----------------------------------------------------------------

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
        if value in ("ago", "later") and self._is_before(end):
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
            year = self._year_rest(after)
            if year is not None and year[0].number is not None:
                return self._year_list(*year)
        if unit == "decade":
            return self._decade(unit, after)
        if unit == "day":
            day = self.day_word(at)
            if day is not None:
                return day
        move = self.is_("move", after)
        if move is None or move[0].value in ("later", "new"):
            return None
        return Vague({"year": "years", "hour": "time"}.get(unit, "range")), move[1]

    def this(self, at: int) -> Read | None:
        """«این هفته», «همین ماه», «این سال», «این روزها»."""
        got = self.is_("this", at)
        several = None if got is None else self.is_("units", got[1])
        if several is not None and several[0].alone:
            return Vague("range"), several[1]
        unit = None if got is None else self.is_("unit", got[1])
        if unit is None or unit[0].value not in ("week", "month", "year"):
            return None
        if unit[0].value == "year":
            return (Dated(_YEAR, Year(offset=0)), unit[1]) if self.guarded("sure", at) else None
        if self.is_("move", unit[1]) is not None:
            return None
        return Unit(unit[0].value, 0, pointed=True), unit[1]

    def that(self, at: int) -> Read | None:
        """«همان سال», «آن روز»: found, and left open."""
        got = self.is_("that", at)
        unit = None if got is None else self.is_("unit", got[1])
        if unit is None or unit[0].value not in ("day", "week", "month", "year") or not self.guarded("sure", at):
            return None
        return Vague(unit[0].value), unit[1]

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

    # --- ranges -----------------------------------------------------------------------------------------------

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

    # --- named days, plans ------------------------------------------------------------------------------------

    def named(self, at: int) -> Read | None:
        """A named day or week, with its year if one is given."""
        if at >= self.end or self.guarded("name-head", at - 1):
            return None
        got = self._known.named.longest(self.words, at, self.end)
        if got is None:
            return None
        after, part = got
        year = self.year_beside(after)
        if year is not None:
            return Dated(part, year[0], named=True), year[1]
        event = self._is_event(at)
        return Dated(part, named=True, open=event), after

    def plan(self, at: int, *, scoped: bool = False) -> Read | None:
        """«(در طول) برنامه ششم توسعه»: only where words around it take it as a period."""
        got = self.is_("plan", at)
        if got is None or not (scoped or self.guarded("plan-scope", at - 1)):
            return None
        after = self._five_years(got[1])
        number = self.value(after)
        if number is None or not number.is_ordinal:
            return None
        after = self._five_years(number.after)
        years = self._known.plans.get(number.whole())
        if years is None or not (self.guarded("plan-tail", after) or after > number.after):
            return None
        after += self.guarded("plan-tail", after)
        return Plan(*years), after

    def _five_years(self, at: int) -> int:
        number = self.value(at)
        if number is None or number.is_ordinal or number.whole() != 5:
            return at
        return self.after("adjective", number.after)

    # --- time of day ------------------------------------------------------------------------------------------

    def clock(self, at: int) -> Read | None:
        """«ساعت ۱۰:۳۰», «ساعت ۹ صبح روز شنبه», «ساعت ۱۸ و ۲۱ دقیقه»."""
        got = self.is_("clock", at)
        if got is None:
            return None
        digits = self.clock_digits(got[1])
        if digits is not None:
            return self._on_day(*digits)
        number = self._hour(got[1])
        if number is None:
            return self.clock_to(got[1])
        hour, after = number
        clock = Clock(hour)
        past = self.is_("past", after)
        if past is not None:
            clock, after = Clock(hour, past[0].number), past[1]
        for unit in ("minute", "second"):
            amount = self._and_unit(after, unit)
            if amount is not None:
                clock, after = replace(clock, **{unit: amount[0]}), amount[1]
        return self._on_day(*self._half_of_day(clock, after))

    def _hour(self, at: int) -> tuple[int, int] | None:
        """An hour, which unlike a number leaves a following «و» alone («۱۰ و ۵۸ دقیقه»)."""
        number = self.value(at)
        if number is None:
            return None
        unit = self.is_("unit", number.after)
        if 0 <= number.whole() <= 24 and (unit is None or unit[0].value in ("day", "night")):
            return number.whole(), number.after
        word = self.word(at)
        first = int(word) if word.isdigit() else None
        if first is None and (parts := self._numbers.get(word)) is not None and parts[0][0] == "card":
            first = int(parts[0][1])
        return None if first is None or first > 24 or self.is_("and", at + 1) is None else (first, at + 1)

    def _and_unit(self, at: int, unit: str) -> tuple[int, int] | None:
        """«و ۵۸ دقیقه»."""
        if self.is_("and", at) is None:
            return None
        number = self.value(at + 1)
        if number is None or not 0 <= number.whole() < 60:
            return None
        name = self.is_("unit", number.after)
        return (number.whole(), name[1]) if name is not None and name[0].value == unit else None

    def clock_digits(self, at: int) -> Read | None:
        """10:20, 10 : 20 : 05, with «صبح», «ب.ظ» after it."""
        if self.word(at + 1) != ":" or not self.word(at).isdigit() or not self.word(at + 2).isdigit():
            return None
        if self.word(at - 1) == ":":
            return None
        hour, minute, after, second = int(self.words[at]), int(self.words[at + 2]), at + 3, 0
        if self.word(after) == ":" and self.word(after + 1).isdigit():
            second, after = int(self.words[after + 1]), after + 2
        if hour > 24 or minute > 59 or second > 59:
            return None
        if len(self.words[at + 2]) < 2 and self.is_("clock", at - 1) is None:
            return None
        return self._half_of_day(Clock(hour, minute, second), after)

    def _half_of_day(self, clock: Clock, after: int) -> tuple[Clock, int]:
        part = self.is_("daypart", after)
        if part is None:
            return clock, after
        late = part[0].value == "pm" or (part[0].value == "noon" and clock.hour < 5)
        hour = clock.hour + 12 if late and clock.hour < 12 else clock.hour
        return Clock(hour, clock.minute, clock.second), part[1]

    def _on_day(self, clock: Period, after: int) -> Read:
        """The day that follows a time of day («ساعت ۹ صبح روز شنبه»)."""
        at = self.comma(after)
        day = self.today(at) or self.weekday(at) or self.day_word(at)
        if day is None and self.value(at) is not None and at == after:
            day = self.digits_date(at) or self.day_of_month(at)
        if day is None or not isinstance(clock, Clock) or isinstance(day[0], Vague):
            return clock, after
        return Timed(day[0], clock), day[1]

    def clock_to(self, at: int) -> Read | None:
        """«یک ربع به هفت», «۱۰ دقیقه به ۸»."""
        number = self.value(at)
        if number is None:
            return None
        quarter = self.is_("quarter", number.after)
        after = self.unit_at("minute", number.after) if quarter is None else quarter[1]
        toward = self.is_("toward", after) if after else None
        hour = None if toward is None else self.value(toward[1])
        if hour is None or not 1 <= hour.whole() <= 24:
            return None
        minutes = number.whole() if quarter is None else 15
        return self._half_of_day(Clock(hour.whole() - 1, (60 - minutes) % 60), hour.after)


# --- helpers --------------------------------------------------------------------------------------------------------


def _is_plausible(year: int) -> bool:
    return 1200 <= year <= 1500 or 1700 <= year <= 2100


def _is_year(period: Period) -> bool:
    if isinstance(period, Edge):
        return _is_year(period.of)
    return isinstance(period, Dated) and period.part.precision == "year"


def _bounded(period: Period) -> bool:
    return not isinstance(period, Clock | Length | Vague | Until | Since | Similar | Rolling)


def _dated_year(year: Year) -> Dated:
    if year.calendar == "hijri":
        return Dated(_LUNAR_YEAR, year)
    number = year.number or 0
    if year.calendar == "gregorian" or number >= 1700:
        return Dated(_GREGORIAN_YEAR, year)
    return Dated(whole_year(year), year)


def _earlier(first: int, second: int) -> int:
    """The year that a pair begins with («۹۹-۹۸», «98-1397», «1398-99»)."""
    low = min(first % 100, second % 100) if {first % 100, second % 100} != {0, 99} else 99
    century = max(first, second) // 100 * 100
    if not century:
        return low
    full = max(first, second)
    return full if full % 100 == low else full - 1


def _months(first: int, last: int, count: int) -> Part:
    size = {1: "month", 3: "quarter", 6: "half", 12: "year"}.get(count, "range")
    return Part(size, "jalali", (first, 1), (last, END))


def _season(number: int) -> Part:
    return Part("season", "jalali", (3 * number - 2, 1), (3 * number, END))


def _day_range(period: Period, first: int, last: int) -> Period:
    if isinstance(period, MonthDay):
        return replace(period, first=first, last=last)
    if not isinstance(period, Dated):
        return period
    month = period.part.first[0]
    size = "day" if first == last else "range"
    return replace(period, part=period.part._replace(precision=size, first=(month, first), last=(month, last)))


def _ordered(numbers: Sequence[int], four: bool) -> tuple[int, int, int] | None:
    """Year, month, day of three numbers in whatever order; None if they are no date."""
    a, b, c = numbers
    if a > 999:
        year, month, day = a, b, c
    elif c > 999:
        year, month, day = c, b, a
    elif not four and 1 <= b <= 12:
        year, month, day = (a, b, c) if c <= 31 and (a > 31 or a >= 50 or c <= 31) else (c, b, a)
    else:
        return None
    if month > 12 >= day:
        month, day = day, month
    if not 1 <= month <= 12 or not 1 <= day <= 31 or (year > 999 and not 1000 <= year <= 2200):
        return None
    return year, month, day


def _numeric(year: int, month: int, day: int, calendar: str | None) -> Dated:
    calendar = calendar or ("gregorian" if year >= 1700 else "jalali")
    part = Part("day", calendar, (month, day), (month, day))
    return Dated(part, Year(number=year, calendar=calendar))
