"""Reads years: «سال ۱۳۹۹», «امسال», «سال تحصیلی ۹۸-۹۹», «بودجه ۹۹», «دهه ۶۰»."""

from __future__ import annotations

from kg.text.calendar_scan import DASHES, Read, Scan
from kg.text.periods import END, Dated, Part, Range, Year, whole_year

YEAR = whole_year(Year())


_LUNAR_YEAR = Part("year", "hijri", (1, 1), (12, END))


_GREGORIAN_YEAR = Part("year", "gregorian", (1, 1), (12, END))


class Years(Scan):
    """Readers of years."""

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
        return None if got is None else (Dated(YEAR, Year(offset=got[0].number)), got[1])

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
        found = self.year_rest(unit[1], firm=firm)
        if found is not None or not bare:
            return found
        number = self.value(unit[1])
        if self.is_("move", unit[1]) is not None or (number is not None and number.is_ordinal):
            return None
        return Year(offset=0), unit[1]

    def year_rest(self, at: int, *, firm: bool = False) -> tuple[Year, int] | None:
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
        if self.word(after) in DASHES or self.word(after) == "/":
            other = self.year_number(after + 1, loose=False)
            if other is not None and (other[0] - year) % 100 in (1, 99):
                year, after = _earlier(year, other[0]), other[1]
        after += self.word(after) == ")" and self.word(at - 1) == "("
        named, after = self.era(after)
        return Year(number=year, calendar=named or calendar, base=base), after

    def _year_moved(self, move: str, after: int, base: int, calendar: str | None, *,
                    firm: bool) -> tuple[Year, int] | None:
        offset = {"last": -1, "ago": -1, "this": 0, "next": 1}.get(move)
        if move == "ago" and not firm and self.is_before(after):
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
        return dated_year(Year(number=number[0], calendar=calendar)), after

    def bare_year(self, at: int) -> Read | None:
        """A year without «سال»: with an era, after certain words («بودجه ۹۹»), or in a range of years."""
        number = self.year_number(at, loose=True)
        if number is None or number[0] < 100:
            return self._short_after_head(at)
        calendar, after = self.era(number[1])
        year = Year(number=number[0], calendar=calendar)
        if calendar is not None:
            return dated_year(year), after
        if number[0] >= 1000 and (self.guarded("year-head", at - 1) or self.guarded("year-head", at - 2)):
            return dated_year(year), after
        link = self.is_("to", after)
        if number[0] >= 1000 and link is not None:
            other = self.year_number(link[1], loose=True)
            if other is not None and other[0] >= 1000 and other[0] > number[0]:
                return dated_year(year), after
        if number[0] >= 1000 and self.word(at - 1) == "(" and self.word(after) == ")":
            return dated_year(year), after
        return None

    def _short_after_head(self, at: int) -> Read | None:
        word = self.word(at)
        if len(word) != 2 or not word.isdecimal() or not self.guarded("year-head", at - 1):
            return None
        return None if self.guarded("counter", at + 1) else (dated_year(Year(number=int(word))), at + 1)

    def year_list(self, year: Year, after: int) -> Read:
        """«سال ۱۳۹۱ و ۱۳۹۲»: years that follow each other."""
        first = dated_year(year)
        if year.number is None or self.is_("and", after) is None:
            return first, after
        other = self.year_number(after + 1, loose=False)
        if other is None:
            again = self.year_phrase(after + 1)
            other = None if again is None or again[0].number is None else (again[0].number, again[1])
        if other is None or (other[0] - year.number) not in (1,) or other[0] < 10:
            return first, after
        calendar, end = self.era(other[1])
        return Range(first, dated_year(Year(number=other[0], calendar=calendar or year.calendar))), end


def dated_year(year: Year) -> Dated:
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
