"""Dates and periods in Persian text, with their exact places and their Gregorian days.

``find`` reads any text; ``find_in`` reads tokens that are there already; ``infer_year`` works out the Jalali year of
a text from what it says of this year and of a coming one. What the words mean is told in ``kg.text.periods``, how
they are read in ``kg.text.calendar_reader``; the words themselves are in ``lang/fa/calendar*.yaml``.

Nothing is guessed: what the anchor does not settle is found and left without days.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, time, timedelta
from itertools import pairwise

from kg.model import Span, Tokens
from kg.text import periods
from kg.text.calendar_days import Found
from kg.text.calendar_reader import Reader
from kg.text.calendar_words import words
from kg.text.normalize import normalize
from kg.text.periods import (
    Anchor,
    Dated,
    Edge,
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
from kg.text.segment import tokenize

__all__ = ["Anchor", "Found", "TimeExpression", "find", "find_in", "infer_year", "read"]


@dataclass(frozen=True, slots=True)
class TimeExpression:
    """A date or period at the characters ``start:end`` and tokens ``first:last`` (both half-open).

    ``first_day`` and ``last_day`` are Gregorian and inclusive; both are None where the time is not settled.
    ``precision`` is day, week, month, season, quarter, half, year, years, range or time; ``kind`` is absolute,
    relative, named, clock or duration. ``relative_to`` says what the days rest on: published, year (the document's
    year is enough), text (an earlier period in the text) or None. ``side`` is start, early, middle, late or end
    where only that part of the days is meant. ``is_exact`` is False for lunar days that may be off by one.
    ``clock`` is a time of day; ``month`` (1 to 12) and ``weekday`` (Saturday = 0) are as named in the text.
    """

    start: int
    end: int
    first: int
    last: int
    precision: str
    kind: str
    first_day: date | None = None
    last_day: date | None = None
    relative_to: str | None = None
    side: str | None = None
    is_exact: bool = True
    clock: time | None = None
    month: int | None = None
    weekday: int | None = None
    calendar: str | None = None


def find(text: str, published: date | None = None, year: int | None = None) -> list[TimeExpression]:
    """The dates and periods of a text, in order; offsets are the text's own. ``year`` is the Jalali year if known."""
    canon = normalize(text)
    return find_in(tokenize(canon), canon, Anchor(published, year))


def find_in(
    tokens: Tokens, canon: str, anchor: Anchor, told: Sequence[Found] | None = None
) -> list[TimeExpression]:
    """The dates and periods of a normalised text, in order; they do not overlap. ``told``: what ``read`` gave."""
    found = read(tokens, canon) if told is None else told
    return [_expression(item, tokens, anchor) for item in _with_models(list(found), tokens, anchor)]


def read(tokens: Tokens, canon: str) -> list[Found]:
    """What a normalised text says of days and periods, whatever its own day: read once, it can be asked for the year
    of the text, and then be settled with that."""
    found: list[Found] = []
    lowered = _lowered(tokens, canon)
    reader = Reader(lowered)
    triggers, openers, seconds = reader.triggers, reader.openers, reader.seconds
    ends = iter(_line_ends(tokens, canon))
    reader.end = after = 0
    # What sorts between "/" and ":" begins with a digit. The pairs leave out the very last word; it is added.
    places = [i for i, (word, following) in enumerate(pairwise(lowered))
              if (word in triggers or "/" < word < ":")
              and (word not in openers or following in seconds or "/" < following < ":")]
    if lowered and (lowered[-1] in triggers or "/" < lowered[-1] < ":"):
        places.append(len(lowered) - 1)
    for at in places:
        if at < after:
            continue
        while at >= reader.end:
            reader.start, reader.end = reader.end, next(ends)
        got = reader.read(at)
        if got:
            found.extend(got)
            after = got[-1].last
    return found


def _lowered(tokens: Tokens, canon: str) -> Sequence[str]:
    """The words, Latin letters in lower case."""
    lowered = canon.lower()
    return tokens.words if lowered == canon else [word.lower() for word in tokens.words]


def _line_ends(tokens: Tokens, canon: str) -> list[int]:
    """For each line, the index after its last token."""
    ends, at = [], canon.find("\n")
    while at >= 0:
        ends.append(tokens.at(at) + 1)
        at = canon.find("\n", at + 1)
    ends.append(len(tokens))
    return ends


# --- periods that lean on others --------------------------------------------------------------------------------


def _with_models(found: list[Found], tokens: Tokens, anchor: Anchor) -> list[Found]:
    """Give «مدت مشابه سال قبل» the period before it, and «سه ماه گذشته» the first three months spoken of before."""
    model: Period | None = None
    months = False
    for i, item in enumerate(found):
        period = item.period
        months = months or (isinstance(period, Dated) and period.part.precision == "month")
        if isinstance(period, Unit) and period.pointed and period.unit == "month" and months:
            # «این ماه» after «ماه رمضان» may be that month.
            found[i] = replace(item, period=Vague("month"))
            continue
        if isinstance(period, Similar):
            near = model if model is not None else _next_in_sentence(found, i, tokens)
            found[i] = replace(item, period=replace(period, model=near))
            continue
        if isinstance(period, Rolling) and isinstance(model, Dated) and _is_same_stretch(period, model, anchor):
            found[i] = replace(item, period=model)
        elif _is_model(period):
            model = period
    return found


def _next_in_sentence(found: Sequence[Found], at: int, tokens: Tokens) -> Period | None:
    for item in found[at + 1:]:
        if _sentence_ends(found[at], item, tokens):
            return None
        if _is_model(item.period):
            return item.period
    return None


def _is_model(period: Period) -> bool:
    """Whether another year may have the like of a period: not a mere day, nor a year."""
    if isinstance(period, Dated):
        return not period.open and period.part.precision not in ("day", "year")
    return isinstance(period, Since | Range | Rolling)


def _is_same_stretch(rolling: Rolling, model: Dated, anchor: Anchor) -> bool:
    """Whether N months gone by are the first N months of the year that the text has spoken of."""
    if rolling.unit != "month" or not rolling.back or anchor.published is None:
        return False
    first, last = model.part.first, model.part.last
    if last[0] - first[0] + 1 != rolling.count or first[1] != 1 or last[1] != periods.END:
        return False
    days = model.days(anchor)
    return days is not None and timedelta(0) <= anchor.published - days[1] <= timedelta(days=45)


# --- results ------------------------------------------------------------------------------------------------------


def _expression(found: Found, tokens: Tokens, anchor: Anchor) -> TimeExpression:
    period = found.period
    days = period.days(anchor)
    inner = period.of if isinstance(period, Timed) else period
    clock = period.clock if isinstance(period, Timed) else period if isinstance(period, periods.Clock) else None
    dated = inner if isinstance(inner, Dated) else None
    edge = period.of if isinstance(period, Since | Until) else period
    return TimeExpression(
        tokens.starts[found.first], tokens.ends[found.last - 1], found.first, found.last,
        periods.precision(period), periods.kind(period),
        None if days is None else days[0], None if days is None else days[1],
        period.relative_to(), period.side if isinstance(edge, Edge) and isinstance(period, Edge) else None,
        period.is_exact(anchor),
        None if clock is None else time(clock.hour % 24, clock.minute, clock.second),
        dated.part.first[0] if dated is not None and dated.part.precision in ("day", "month") else None,
        inner.weekday if isinstance(inner, Weekday | Today) else None,
        dated.part.calendar if dated is not None else None)


# --- the year of a text -------------------------------------------------------------------------------------------


def infer_year(
    tokens: Tokens, canon: str, told: Sequence[Found] | None = None
) -> tuple[int, tuple[Span, ...]] | None:
    """The Jalali year in which a text was written, if it shows it, and the places that do.

    Three kinds of evidence count: the date of the text itself (a line that is hardly more than a full date, or
    «امروز» beside one); this, last or next year named together with its number («امسال (۱۳۹۹)»); and a sentence that
    speaks of this year and then, in the future tense, of what will be in a stated year («امسال … و در سال ۱۴۰۰ …
    خواهد شد»), which puts the text in the year before. None if there is no evidence, if two differ, if a year later
    than that is spoken of as over, or if the last kind stands alone and the latest stated year gone by is long past.
    ``told``: what ``read`` gave.
    """
    found = _with_models(list(read(tokens, canon) if told is None else told), tokens, Anchor())
    stated = _stated_years(found)
    direct = _stamped_years(found, tokens, canon) + _numbered_years(found, stated, tokens)
    evidence = direct + _bounded_years(found, stated, tokens)
    years = {year for year, _ in evidence}
    if len(years) != 1:
        return None
    year = years.pop()
    over = [number for item, number in stated if _future(item.last, tokens) is None]
    if any(number > year for number in over):
        return None
    if not direct and any(number < year for number in over) and year - max(n for n in over if n <= year) > _FAR:
        return None
    return year, tuple(sorted({span for _, places in evidence for span in places}))


Evidence = list[tuple[int, tuple[Span, ...]]]
_FAR = 3
"""Years: if a text's latest past year lies further back, its «next» year may as well be a distant goal."""


def _span(item: Found, tokens: Tokens) -> Span:
    return Span(tokens.starts[item.first], tokens.ends[item.last - 1])


def _stated_years(found: Sequence[Found]) -> list[tuple[Found, int]]:
    """Jalali years given with all their digits."""
    stated = []
    for item in found:
        period = item.period.of if isinstance(item.period, Timed) else item.period
        if isinstance(period, Dated) and period.year is not None and period.part.calendar == "jalali":
            number = period.year.number or 0
            if 1300 <= number <= 1500:
                stated.append((item, number))
    return stated


def _offset(item: Found) -> int | None:
    """How many years from now a period says it lies, if it is a whole calendar year."""
    period = item.period
    if isinstance(period, Dated) and period.year is not None and period.year.base == 1 \
            and period.year.calendar in (None, "jalali") and period.part.precision == "year":
        return period.year.offset
    return None


def _stamped_years(found: Sequence[Found], tokens: Tokens, canon: str) -> Evidence:
    """A line that is a date with at most a label («تاریخ انتشار: ۱۱ اسفند ۱۴۰۳»), or «امروز» with its date."""
    evidence: Evidence = []
    ends = _line_ends(tokens, canon)
    stamps = words().classes["today"]
    for item, year in _stated_years(found):
        if periods.precision(item.period) != "day":
            continue
        line = bisect_right(ends, item.first)
        rest = ends[line] - (ends[line - 1] if line else 0) - (item.last - item.first)
        today = stamps.longest(tokens.words, item.first)
        before = [other for other in found if isinstance(other.period, Today) and not other.period.offset
                  and item.first - other.last in (0, 1)]
        if rest <= 3 or (today is not None and today[1].number == 0) or before:
            evidence.append((year, (_span(item, tokens),)))
    return evidence


def _numbered_years(found: Sequence[Found], stated: Sequence[tuple[Found, int]], tokens: Tokens) -> Evidence:
    """«امسال (۱۳۹۹)», «سال گذشته یعنی سال ۱۳۹۸»: a year counted from now beside its number."""
    evidence: Evidence = []
    numbers = {item.first: (item, year) for item, year in stated}
    link = words().guards["that-is"]
    for item in found:
        offset = _offset(item)
        after = item.last
        if offset is None or after >= len(tokens) or tokens.words[after] not in link:
            continue
        if after + 1 in numbers:
            other, year = numbers[after + 1]
            evidence.append((year - offset, (_span(item, tokens), _span(other, tokens))))
    return evidence


def _bounded_years(found: Sequence[Found], stated: Sequence[tuple[Found, int]], tokens: Tokens) -> Evidence:
    """«امسال … و در سال ۱۴۰۰ … خواهد شد» in one sentence: the stated year is the next."""
    evidence: Evidence = []
    for item in found:
        if _offset(item) != 0:
            continue
        end = next((i for i in range(item.last, len(tokens)) if tokens.words[i] in _STOPS), len(tokens))
        for other, year in stated[bisect_left(stated, item.last, key=lambda pair: pair[0].first) :]:
            if other.first > end:
                break  # in another sentence, as all that follow
            if periods.precision(other.period) != "year":
                continue
            future = _future(other.last, tokens)
            if future is not None and tokens.words[other.first - 1] in words().guards["stated-in"]:
                verb = Span(tokens.starts[future], tokens.ends[future])
                evidence.append((year - 1, (_span(item, tokens), _span(other, tokens), verb)))
    return evidence


_STOPS = frozenset(".!؟؛:")


def _sentence_ends(item: Found, other: Found, tokens: Tokens) -> bool:
    """Whether a sentence ends between two periods."""
    return any(word in _STOPS for word in tokens.words[item.last:other.first])


def _future(at: int, tokens: Tokens) -> int | None:
    """The first future verb from a token to the end of its sentence."""
    for i in range(at, len(tokens)):
        word = tokens.words[i]
        if word in _STOPS:
            return None
        if word in words().guards["future"]:
            return i
    return None
