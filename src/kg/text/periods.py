"""What dates and periods mean: descriptions as a text gives them, and their days once an anchor is known.

Every description has ``days(anchor)``, the first and last Gregorian day, inclusive, or None where the anchor does
not settle it. Conventions: weeks run from Saturday to Friday; a part of a year without its year («۲۲ بهمن»,
«مهرماه») is the occurrence nearest to the day of publication; «N روز گذشته» are N days that end with the day of
publication, «N ماه/سال گذشته» begin on the same day N months or years before it, «N … آینده» begin on it;
«تا پایان X» runs from the day of publication to the last day of X, and where X is already over it is that last day.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from functools import lru_cache
from typing import NamedTuple

from kg.text import jalali, lunar

Days = tuple[date, date]
_EARLIEST, _LATEST = date(1820, 1, 1), date(2200, 1, 1)
END = 0
"""As the day of a part: the last day of its month."""


@dataclass(frozen=True, slots=True)
class Anchor:
    """What is known of when a text was written: the day of publication, or at least its Jalali year."""

    published: date | None = None
    year: int | None = None

    @property
    def jalali_year(self) -> int | None:
        """The Jalali year of publication, or else the document's."""
        return self.year if self.published is None else jalali.from_gregorian(self.published).year


class Part(NamedTuple):
    """A stretch of a year, (month, day) to (month, day); if it ends before it begins, it ends in the next year.

    With ``weekday`` it is the last such day of the week in the stretch.
    """

    precision: str
    calendar: str
    first: tuple[int, int]
    last: tuple[int, int]
    weekday: int | None = None


class Year(NamedTuple):
    """A year: by ``number`` as written (two digits or four), or by ``offset`` from the year of publication.

    ``base`` is the month with which such years begin (1, or 7 for the school and the farming year). ``new`` is the
    year that begins or has just begun. With neither number nor offset it is a year that the text leaves open.
    """

    number: int | None = None
    offset: int | None = None
    calendar: str | None = None
    base: int = 1
    new: bool = False


def whole_year(year: Year) -> Part:
    """The part that is the whole of a year."""
    calendar = year.calendar or "jalali"
    if year.base > 1:
        return Part("year", calendar, (year.base, 1), (year.base - 1, END))
    return Part("year", calendar, (1, 1), (12, END))


def _day(calendar: str, year: int, month: int, day: int) -> date:
    if calendar == "jalali":
        return jalali.to_gregorian(year, month, day or jalali.month_days(year, month))
    if calendar == "hijri":
        return lunar.to_gregorian(year, month, day or lunar.month_days(year, month))
    if day:
        return date(year, month, day)
    return date(year + month // 12, month % 12 + 1, 1) - timedelta(days=1)


def year_of(calendar: str, day: date) -> int:
    """The year of a calendar that holds a day."""
    if calendar == "jalali":
        return jalali.from_gregorian(day).year
    return lunar.from_gregorian(day)[0] if calendar == "hijri" else day.year


@lru_cache(maxsize=2048)
def occurrence(part: Part, year: int) -> Days | None:
    """The days of a part in a year of its own calendar, None where it has none (30 Esfand of an ordinary year)."""
    try:
        first = _day(part.calendar, year, *part.first)
        last = _day(part.calendar, year + (part.last[0] < part.first[0]), *part.last)
    except ValueError:
        return None
    if part.weekday is not None:
        last -= timedelta(days=(last.weekday() + 2 - part.weekday) % 7)
        first = last
    return first, last


def _distance(days: Days, day: date) -> int:
    return max((days[0] - day).days, (day - days[1]).days, 0)


def nearest(part: Part, day: date) -> Days | None:
    """The occurrence of a part that holds a day or else is the nearest to it, the earlier if two are as near."""
    year = year_of(part.calendar, day)
    found = [days for y in (year - 1, year, year + 1) if (days := occurrence(part, y))]
    return min(found, key=lambda days: (_distance(days, day), days[0]), default=None)


def _known(days: Days) -> bool:
    """Whether days lie in the years that all calendars cover."""
    return days[0] >= _EARLIEST and days[1] <= _LATEST


def _within(part: Part, calendar: str, year: int) -> Days | None:
    """The one occurrence of a part that begins within a year of another calendar."""
    whole = occurrence(whole_year(Year(calendar=calendar)), year)
    if whole is None or not _known(whole):
        return None
    own = year_of(part.calendar, whole[0])
    found = [days for y in (own - 1, own, own + 1) if (days := occurrence(part, y)) and whole[0] <= days[0] <= whole[1]]
    return found[0] if len(found) == 1 else None


def _stated(number: int, calendar: str, anchor: Anchor) -> int:
    """A stated year in full.

    Two digits are of the nearer century up to 15 years around publication, else of 1300-1399; where the year of
    publication is not known, 00 to 10 are 1400 to 1410.
    """
    if number >= 100:
        return number
    if calendar == "jalali":
        known = anchor.jalali_year
        if known is None:
            return number + (1400 if number <= 10 else 1300)
        # A year more than a plan's length ahead is not meant: «سال ۴۱» in 1392 is 1341.
        return 1400 + number if abs(1400 + number - known) <= min(abs(1300 + number - known), 15) else 1300 + number
    now = 2000 if anchor.jalali_year is None else anchor.jalali_year + 621
    if calendar == "hijri":
        now += -579
    return min((now // 100 * 100 + step + number for step in (-100, 0)), key=lambda year: abs(year - now))


def _number_calendar(number: int, part: Part | None) -> str:
    """The calendar of a year without an era: by size; beside a lunar month, lunar from 1420 on."""
    if number >= 1700:
        return "gregorian"
    own = "jalali" if part is None else part.calendar
    return own if number < 100 or (number >= 1420 and own == "hijri") else "jalali"


def resolve_year(year: Year, anchor: Anchor, part: Part | None = None) -> tuple[str, int] | None:
    """Calendar and number of a year, None where the anchor does not settle it."""
    if year.number is not None:
        calendar = year.calendar or _number_calendar(year.number, part)
        if year.calendar == "hijri":
            return calendar, year.number
        return calendar, _stated(year.number, calendar, anchor)
    calendar = year.calendar or "jalali"
    if year.new:
        return _new_year(year, anchor)
    if year.offset is None:
        return None
    if calendar == "jalali" and year.base == 1:
        known = anchor.jalali_year
        return None if known is None else (calendar, known + year.offset)
    if anchor.published is None:
        return None
    number = year_of(calendar, anchor.published)
    if year.base > 1 and jalali.from_gregorian(anchor.published).month < year.base:
        number -= 1
    return calendar, number + year.offset


def _new_year(year: Year, anchor: Anchor) -> tuple[str, int] | None:
    """«سال جدید»: the one about to begin in the last three months of a year, the running one in its first three."""
    if anchor.published is None:
        return None
    now = jalali.from_gregorian(anchor.published)
    since = (now.month - year.base) % 12
    started = now.year - (now.month < year.base)
    if since >= 9:
        return "jalali", started + 1
    return ("jalali", started) if since < 3 else None


@dataclass(frozen=True, slots=True)
class Period:
    """A description of a time."""

    def days(self, anchor: Anchor) -> Days | None:
        """First and last day, inclusive, or None."""
        return None

    def relative_to(self) -> str | None:
        """What the days depend on: published (its day), year (the document's year is enough), or nothing."""
        return None

    def is_exact(self, anchor: Anchor) -> bool:
        """Whether the days are sure; lunar days outside the official months are not."""
        return True


@dataclass(frozen=True, slots=True)
class Dated(Period):
    """A part of a year. Without ``year`` the nearest to publication; ``move`` last or next says which side."""

    part: Part
    year: Year | None = None
    move: str | None = None
    named: bool = False
    open: bool = False
    """Days are not to be given (a season in general, the date in the name of an event)."""
    running: bool = False
    """Without a year it has begun and is not long over or to come («۹ ماهه نخست»)."""

    def days(self, anchor: Anchor) -> Days | None:
        if self.open:
            return None
        if self.year is not None:
            resolved = resolve_year(self.year, anchor, self.part)
            if resolved is None:
                return None
            calendar, number = resolved
            own = calendar == self.part.calendar
            return occurrence(self.part, number) if own else _within(self.part, calendar, number)
        if anchor.published is None:
            return None
        return self._implicit(anchor.published)

    def _implicit(self, published: date) -> Days | None:
        year = year_of(self.part.calendar, published)
        found = [days for y in (year - 2, year - 1, year, year + 1, year + 2) if (days := occurrence(self.part, y))]
        if self.move == "last":
            return max((days for days in found if days[1] < published), default=None)
        if self.move == "next":
            return min((days for days in found if days[0] > published), default=None)
        if self.running:
            days = occurrence(self.part, year)
            late = days is not None and days[1] > published + timedelta(days=31)
            return None if days is None or late or days[0] > published else days
        return nearest(self.part, published)

    def relative_to(self) -> str | None:
        if self.year is None:
            return "published"
        if self.year.number is not None:
            return None
        return "year" if self.year.base == 1 and self.year.calendar in (None, "jalali") else "published"

    def is_exact(self, anchor: Anchor) -> bool:
        days = self.days(anchor) if self.part.calendar == "hijri" else None
        return days is None or all(lunar.is_official(*lunar.from_gregorian(day)[:2]) for day in days)


@dataclass(frozen=True, slots=True)
class Today(Period):
    """A day counted from the day of publication; a weekday beside it must fit, or the day is left open.

    A report published the day after it was written says «امروز» of the day before: with ``weekday`` that is seen.
    """

    offset: int
    weekday: int | None = None

    def days(self, anchor: Anchor) -> Days | None:
        if anchor.published is None:
            return None
        day = anchor.published + timedelta(days=self.offset)
        if self.weekday is not None:
            day -= timedelta(days=(day.weekday() + 2 - self.weekday) % 7)
            if (anchor.published - day).days - 1 > -self.offset:
                return None
        return day, day

    def relative_to(self) -> str | None:
        return "published"


@dataclass(frozen=True, slots=True)
class Weekday(Period):
    """A day of the week: of the week ``week`` from now, the last or next one, or (bare) the day of publication."""

    weekday: int
    move: str | None = None
    week: int | None = None
    open: bool = False

    def days(self, anchor: Anchor) -> Days | None:
        if anchor.published is None or self.open:
            return None
        saturday = jalali.week_range(anchor.published)[0]
        day = saturday + timedelta(days=self.weekday)
        if self.week is not None:
            day += timedelta(days=7 * self.week)
        elif self.move == "last":
            day -= timedelta(days=7 * (day >= anchor.published))
        elif self.move == "next":
            day += timedelta(days=7 * (day <= anchor.published))
        elif day != anchor.published:
            return None
        return day, day

    def relative_to(self) -> str | None:
        return "published"


@dataclass(frozen=True, slots=True)
class Unit(Period):
    """A unit of the calendar counted from the one that holds the day of publication («هفته آینده», «ماه جاری»)."""

    unit: str
    offset: int
    calendar: str = "jalali"
    pointed: bool = False
    """By «این» or «همین», which may also point at a month spoken of before."""

    def days(self, anchor: Anchor) -> Days | None:
        if anchor.published is None:
            return None
        day = anchor.published
        if self.unit in ("day", "night"):
            day += timedelta(days=self.offset)
            return day, day
        if self.unit == "week":
            return jalali.week_range(day + timedelta(days=7 * self.offset))
        if self.unit == "month" and self.calendar == "gregorian":
            year, month = divmod(day.year * 12 + day.month - 1 + self.offset, 12)
            return date(year, month + 1, 1), _day("gregorian", year, month + 1, END)
        size = {"month": 1, "season": 3, "year": 12, "decade": 120}.get(self.unit)
        if size is None or self.calendar != "jalali":
            return None
        now = jalali.from_gregorian(day)
        index = (now.year * 12 + now.month - 1) // size + self.offset
        year, month = divmod(index * size, 12)
        last_year, last_month = divmod(index * size + size - 1, 12)
        return jalali.to_gregorian(year, month + 1, 1), _day("jalali", last_year, last_month + 1, END)

    def relative_to(self) -> str | None:
        return "published"


@dataclass(frozen=True, slots=True)
class MonthDay(Period):
    """Days of a month counted from the month of publication («۳ تا ۵ همین ماه»)."""

    first: int
    last: int
    offset: int

    def days(self, anchor: Anchor) -> Days | None:
        month = Unit("month", self.offset).days(anchor)
        if month is None or self.last > (month[1] - month[0]).days + 1:
            return None
        return month[0] + timedelta(days=self.first - 1), month[0] + timedelta(days=self.last - 1)

    def relative_to(self) -> str | None:
        return "published"


def _shift(day: date, unit: str, count: int) -> date | None:
    """A day some whole units later, None for units that are no number of days or months."""
    if unit in ("day", "night"):
        return day + timedelta(days=count)
    if unit == "week":
        return day + timedelta(days=7 * count)
    months = {"month": 1, "season": 3, "year": 12, "decade": 120, "century": 1200}.get(unit)
    try:
        return None if months is None else jalali.add_months(day, months * count)
    except ValueError:
        return None


@dataclass(frozen=True, slots=True)
class Rolling(Period):
    """A number of units that end (``back``) or begin with the day of publication."""

    unit: str
    count: int
    back: bool

    def days(self, anchor: Anchor) -> Days | None:
        if anchor.published is None:
            return None
        other = _shift(anchor.published, self.unit, -self.count if self.back else self.count)
        if other is None:
            return None
        if not self.back:
            return anchor.published, other
        if self.unit in ("day", "night", "week"):
            other += timedelta(days=1)
        return other, anchor.published

    def relative_to(self) -> str | None:
        return "published"


@dataclass(frozen=True, slots=True)
class Ago(Period):
    """A number of units before publication: the day, week, month or year that lies there («سه سال پیش»)."""

    unit: str
    count: int

    def days(self, anchor: Anchor) -> Days | None:
        if self.unit == "year":
            known = anchor.jalali_year
            return None if known is None else occurrence(whole_year(Year()), known - self.count)
        unit = self.unit if self.unit in ("day", "night", "week", "month") else ""
        return Unit(unit, -self.count).days(anchor) if unit else None

    def relative_to(self) -> str | None:
        return "year" if self.unit == "year" else "published"


@dataclass(frozen=True, slots=True)
class Edge(Period):
    """The start, middle or end of a period: its days are those of the period, whose exact part is not said."""

    of: Period
    side: str

    def days(self, anchor: Anchor) -> Days | None:
        return self.of.days(anchor)

    def relative_to(self) -> str | None:
        return self.of.relative_to()

    def is_exact(self, anchor: Anchor) -> bool:
        return self.of.is_exact(anchor)


@dataclass(frozen=True, slots=True)
class Since(Period):
    """From the first day of a period to the day of publication («از ابتدای امسال تاکنون»)."""

    of: Period

    def days(self, anchor: Anchor) -> Days | None:
        days = self.of.days(anchor)
        if days is None or anchor.published is None or days[0] > anchor.published:
            return None
        return days[0], anchor.published

    def relative_to(self) -> str | None:
        return "published"


@dataclass(frozen=True, slots=True)
class Until(Period):
    """From the day of publication to the last day of a period; that last day alone if it is over."""

    of: Period

    def days(self, anchor: Anchor) -> Days | None:
        days = self.of.days(anchor)
        if days is None or anchor.published is None:
            return None
        return min(anchor.published, days[1]), days[1]

    def relative_to(self) -> str | None:
        return "published"


@dataclass(frozen=True, slots=True)
class Ending(Period):
    """A number of months that end with a period («۴ ماه منتهی به تیرماه ۱۳۹۴»)."""

    of: Period
    months: int

    def days(self, anchor: Anchor) -> Days | None:
        days = self.of.days(anchor)
        if days is None or not _known(days):
            return None
        now = jalali.from_gregorian(days[1])
        return jalali.add_months(jalali.to_gregorian(now.year, now.month, 1), 1 - self.months), days[1]

    def relative_to(self) -> str | None:
        return self.of.relative_to()


@dataclass(frozen=True, slots=True)
class Range(Period):
    """From one period to another; what one of them leaves out («۱۸ تا ۲۰ آذر») it has from the other."""

    of: Period
    to: Period

    def days(self, anchor: Anchor) -> Days | None:
        first, last = _complete(self.of, self.to)
        start, end = first.days(anchor), last.days(anchor)
        if start is not None and isinstance(last, Weekday) and last.move is None and last.week is None:
            end = (start[0] + timedelta(days=(last.weekday - start[0].weekday() - 2) % 7),) * 2
        if start is None or end is None:
            return None
        if start[0] > end[1] and isinstance(last, Dated) and last.year is None and anchor.published is not None:
            end = replace(last, move=None).days(Anchor(start[0] + timedelta(days=183)))
        if end is None or start[0] > end[1]:
            return None
        return start[0], end[1]

    def relative_to(self) -> str | None:
        first, last = _complete(self.of, self.to)
        return first.relative_to() or last.relative_to()

    def is_exact(self, anchor: Anchor) -> bool:
        return self.of.is_exact(anchor) and self.to.is_exact(anchor)


def _bare(period: Period) -> Period:
    return _bare(period.of) if isinstance(period, Edge) else period


def _with_year(period: Period, year: Year) -> Period:
    if isinstance(period, Edge):
        return replace(period, of=_with_year(period.of, year))
    return replace(period, year=year) if isinstance(period, Dated) else period


def _complete(first: Period, last: Period) -> tuple[Period, Period]:
    """Give the year of one end to the other if it has none."""
    a, b = _bare(first), _bare(last)
    if isinstance(a, Dated) and isinstance(b, Dated):
        if a.year is None and b.year is not None and a.part.first <= b.part.last:
            return _with_year(first, b.year), last
        if b.year is None and a.year is not None and a.part.first <= b.part.last:
            return first, _with_year(last, a.year)
    return first, last


@dataclass(frozen=True, slots=True)
class Similar(Period):
    """The same part of an earlier year as a period spoken of before («مدت مشابه سال قبل»)."""

    years: int
    model: Period | None = None

    def days(self, anchor: Anchor) -> Days | None:
        days = self.model.days(anchor) if self.model is not None else None
        if days is None or not _known(days):
            return None
        first = jalali.add_years(days[0], -self.years)
        last = jalali.from_gregorian(days[1])
        end = jalali.month_days(last.year, last.month) == last.day
        year = last.year - self.years
        day = jalali.month_days(year, last.month) if end else min(last.day, jalali.month_days(year, last.month))
        return first, jalali.to_gregorian(year, last.month, day)

    def relative_to(self) -> str | None:
        return "text"


@dataclass(frozen=True, slots=True)
class Plan(Period):
    """The years of a development plan."""

    first: int
    last: int

    def days(self, anchor: Anchor) -> Days | None:
        return jalali.year_range(self.first)[0], jalali.year_range(self.last)[1]


@dataclass(frozen=True, slots=True)
class Clock(Period):
    """A time of day."""

    hour: int
    minute: int = 0
    second: int = 0


@dataclass(frozen=True, slots=True)
class Length(Period):
    """A length of time, in a unit."""

    unit: str


@dataclass(frozen=True, slots=True)
class Vague(Period):
    """A time that no date would settle («سال‌های اخیر», «هر دوشنبه», «همان سال»)."""

    size: str


@dataclass(frozen=True, slots=True)
class Timed(Period):
    """A period with a time of day beside it."""

    of: Period
    clock: Clock = field(default_factory=lambda: Clock(0))

    def days(self, anchor: Anchor) -> Days | None:
        return self.of.days(anchor)

    def relative_to(self) -> str | None:
        return self.of.relative_to()

    def is_exact(self, anchor: Anchor) -> bool:
        return self.of.is_exact(anchor)


def precision(period: Period) -> str:
    """day, week, month, season, quarter, half, year, years, range or time."""
    match period:
        case Dated():
            return period.part.precision
        case Unit() | Ago():
            return {"night": "day", "decade": "years", "century": "years"}.get(period.unit, period.unit)
        case MonthDay():
            return "day" if period.first == period.last else "range"
        case Edge() | Timed():
            return precision(period.of)
        case Similar():
            return "range" if period.model is None else precision(period.model)
        case Range():
            sizes = {precision(period.of), precision(period.to)}
            return "years" if sizes == {"year"} else "range"
        case Plan():
            return "years"
        case Clock():
            return "time"
        case Length():
            return {"hour": "time", "minute": "time", "second": "time", "night": "day", "decade": "years",
                    "century": "years"}.get(period.unit, period.unit)
        case Vague():
            return period.size
        case Today() | Weekday():
            return "day"
    return "range"


def kind(period: Period) -> str:
    """absolute, relative, named, clock or duration."""
    match period:
        case Dated():
            if period.named:
                return "named"
            return "absolute" if period.year is not None and period.year.number is not None else "relative"
        case Edge() | Timed():
            return kind(period.of)
        case Range() | Since() | Until() | Ending():
            return "absolute" if period.relative_to() is None else "relative"
        case Plan():
            return "named"
        case Clock():
            return "clock"
        case Length():
            return "duration"
    return "relative"
