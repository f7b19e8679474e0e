"""Reads days and months: «۱۴ آذر ۱۳۹۹», «۱۴۰۰/۰۲/۱۵», «سه‌شنبه», «امروز», «مهرماه»."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from kg.text.calendar_scan import COMMAS, DASHES, Read
from kg.text.calendar_words import Word
from kg.text.calendar_years import Years
from kg.text.periods import END, Dated, MonthDay, Part, Period, Range, Today, Weekday, Year


class Days(Years):
    """Readers of days and months."""

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
        both = self._next_month(part, after)
        if both is not None:
            return both
        move = self.is_("move", after)
        if move is not None and move[0].value in ("last", "next", "this") and (marked or word.alone):
            return Dated(part, move=None if move[0].value == "this" else move[0].value), move[1]
        if marked or self._in_range(after) or (word.alone and self.guarded("before-month", at - 1)):
            return Dated(part), after
        return (Dated(part), after) if at == self.start and after == self.end else None

    def _next_month(self, part: Part, after: int) -> Read | None:
        """«مهر و آبان امسال»: two months that follow each other, with the year of both."""
        link = self.is_("and", after)
        name = None if link is None else self.month_name(link[1])
        if name is None or name[0].calendar != part.calendar or name[0].number != part.first[0] + 1:
            return None
        year = self.year_beside(name[1] + self.guarded("month-word", name[1]))
        if year is None:
            return None
        second = part._replace(first=(name[0].number, 1), last=(name[0].number, END))
        return Range(Dated(part, year[0]), Dated(second, year[0])), year[1]

    def _in_range(self, after: int) -> bool:
        link = self.is_("to", after)
        at = link[1] if link is not None else after + 1 if self.word(after) in DASHES else -1
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
        if numbers != sorted(numbers) or (listed and numbers[-1] != numbers[0] + len(numbers) - 1):
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
            elif self.is_("and", after) is not None or self.word(after) in COMMAS:
                listed, at = True, after + 1
            elif self.word(after) in DASHES:
                at = after + 1
            else:
                return numbers, after, listed
            if self.value(at) is None:
                return (numbers, after, listed) if self.word(after) in DASHES else None
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
        after += self.guarded("day-suffix", after)
        dashed = self.word(after) in DASHES
        name = self.month_name(after + dashed)
        short = self.known.short.get(self.word(after + dashed)) if name is None else None
        if name is None and short is None:
            return None
        word, end = name if name is not None else (short, after + dashed + 1)
        assert word is not None
        end += self.guarded("month-word", end)
        end += dashed and self.word(end) in DASHES
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
        if len(word) == 2 and word.isdecimal() and not self.guarded("counter", at + 1):
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
        if not word[0].isdecimal():
            return None
        named = self._dashed_month(at)
        if named is not None:
            return named
        marks = [c for c in word if not c.isdecimal()]
        if marks:
            if len(marks) != 2 or marks[0] != marks[1] or marks[0] not in "/.":
                return None
            texts, after = word.replace("/", ".").split("."), at + 1
        else:
            between = self.word(at + 1)
            if between not in ("-", "/", ".", "–") or self.word(at + 3) != between:
                return None
            texts, after = [word, self.word(at + 2), self.word(at + 4)], at + 5
            if not any(len(text) > 3 for text in texts) and between in "-–":
                return None
            if self.word(after) == between and self.word(after + 1).isdecimal():
                return None
        if not all(text.isdecimal() and len(text) < 5 for text in texts):
            return None
        numbers = [int(text) for text in texts]
        date = _ordered(numbers, any(n > 999 for n in numbers))
        if date is None:
            return None
        calendar, after = self.era(after)
        return _numeric(*date, calendar), after

    def _dashed_month(self, at: int) -> Read | None:
        """1400-فروردین-15, the month by name or short name."""
        if self.word(at + 1) not in DASHES or self.word(at + 3) not in DASHES:
            return None
        name = self.is_("month", at + 2)
        month = name[0] if name is not None and name[1] == at + 3 else self.known.short.get(self.word(at + 2))
        year, day = self.word(at), self.word(at + 4)
        if month is None or not year.isdecimal() or not day.isdecimal():
            return None
        if len(year) != 4 and len(day) == 4:
            year, day = day, year
        if len(year) != 4 or not 1 <= int(day) <= 31:
            return None
        part = Part("day", month.calendar, (month.number, int(day)), (month.number, int(day)))
        return Dated(part, Year(number=int(year), calendar=month.calendar)), at + 5

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
        apart = comma > after
        date = self._date_after(weekday[1])
        if apart and date is not None:
            return Today(offset), after
        after = weekday[1]
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
        if not word[0].isdecimal() and word not in self.number_words:
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
        last, end = self._more_weekdays(word.number, after)
        date = self._date_after(end) or self._date_after(after)
        if date is not None:
            return date
        week = self._week(end) if last > word.number else None
        if week is not None and week[0] is not None:
            return Range(Weekday(word.number, week=week[0]), Weekday(last, week=week[0])), week[1]
        day = self.after("daypart", after)
        move = self.is_("move", day)
        if move is not None and move[0].value in ("last", "next", "ago"):
            value = "last" if move[0].value == "ago" else move[0].value
            return Weekday(word.number, move=value), move[1]
        week = self._week(day)
        if week is not None:
            return Weekday(word.number, week=week[0], open=week[0] is None), week[1]
        return Weekday(word.number), day

    def _more_weekdays(self, last: int, at: int) -> tuple[int, int]:
        """Further days of the week («سه‌شنبه و چهارشنبه ۱۸ و ۱۹ شهریور»): the last one and the index after it.

        After «و» only the next day counts: «شنبه و چهارشنبه» is no stretch.
        """
        link = self.is_("and", at) or self.is_("to", at)
        other = None if link is None else self.is_("weekday", link[1])
        if link is None or other is None or (link[0].value == "and" and other[0].number != last + 1):
            return last, at
        return self._more_weekdays(other[0].number, other[1])

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


@dataclass(frozen=True, slots=True)
class Found:
    """A description at its tokens ``first:last``."""

    period: Period
    first: int
    last: int


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
