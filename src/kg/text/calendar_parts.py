"""Reads parts of years, named days, plans and units of the calendar: «نیمه دوم امسال», «هفته دولت», «ماه آینده»."""

from __future__ import annotations

from dataclasses import replace

from kg.text.calendar_days import Days
from kg.text.calendar_scan import Read
from kg.text.calendar_years import YEAR, dated_year
from kg.text.periods import END, Dated, Edge, Ending, Part, Plan, Range, Unit, Vague, Year


class Parts(Days):
    """Readers of parts of a year and of units of the calendar."""

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
            pair = self.year_rest(after) if self.word(after)[:1].isdecimal() else None
            return Vague("half"), after if pair is None else pair[1]
        return Vague("half"), year[1]

    def season(self, at: int) -> Read | None:
        """«تابستان امسال», «پاییز گذشته», «بهار ۹۸»."""
        got = self.is_("season", at)
        if got is None:
            return None
        part = _season(got[0].number)
        link = self.is_("and", got[1])
        second = None if link is None else self.is_("season", link[1])
        if second is not None and second[0].number == got[0].number + 1:
            both = self.year_beside(second[1])
            if both is not None:
                return Range(Dated(part, both[0]), Dated(_season(second[0].number), both[0])), both[1]
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
            year = self.year_rest(got[1])
            return None if year is None else (dated_year(year[0]), year[1])
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
            return dated_year(year[0]), year[1]
        got = (self.half(at) or self.month_of_edge(at) or self.season(at) or self.season_word(at) or self.named(at)
               or self.plan(at, scoped=True) or self.unit(at) or self.this(at))
        if got is not None:
            return got
        season = self.is_("season", at)
        if season is not None:
            return Dated(_season(season[0].number)), season[1]
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
            return None if year is None else self.year_list(year[0], year[1])
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
        if move[0].value in ("ago", "later") and self.is_before(move[1]):
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
        return Range(dated_year(year), dated_year(last)), end

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
            return (Dated(YEAR, Year(offset=0)), unit[1]) if self.guarded("sure", at) else None
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

    def named(self, at: int) -> Read | None:
        """A named day or week, with its year if one is given."""
        if at >= self.end or self.guarded("name-head", at - 1):
            return None
        got = self.known.named.longest(self.words, at, self.end)
        if got is None:
            return None
        after, (part, weak) = got
        year = self.year_beside(after)
        if year is not None:
            return Dated(part, year[0], named=True), year[1]
        unsure = weak and at > self.start and not self.guarded("time-cue", at - 1)
        return Dated(part, named=True, open=unsure or self._is_event(at)), after

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
        years = self.known.plans.get(number.whole())
        if years is None or not (self.guarded("plan-tail", after) or after > number.after):
            return None
        after += self.guarded("plan-tail", after)
        return Plan(*years), after

    def _five_years(self, at: int) -> int:
        number = self.value(at)
        if number is None or number.is_ordinal or number.whole() != 5:
            return at
        return self.after("adjective", number.after)


def _months(first: int, last: int, count: int) -> Part:
    size = {1: "month", 3: "quarter", 6: "half", 12: "year"}.get(count, "range")
    return Part(size, "jalali", (first, 1), (last, END))


def _season(number: int) -> Part:
    return Part("season", "jalali", (3 * number - 2, 1), (3 * number, END))
