"""Weekdays told by their bare name: the verb of their clause says whether the last or the coming one is meant."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from kg.mentions import grammar
from kg.mentions.grammar import WORD, phrases_of
from kg.mentions.modality import clause, tense_of
from kg.mentions.reading import Reading
from kg.text.calendar import TimeExpression


def settle(reading: Reading) -> None:
    """Give «شامگاه چهارشنبه … گفت» its day: in news it is the last such day up to the day of publication, and the
    next one where the verb tells of the future. A present tense leaves it open («شنبه‌ها برگزار می‌شود»)."""
    published = reading.doc.report.published
    if published is not None:
        reading.times = [_settled(reading, time, published) for time in reading.times]


def _settled(reading: Reading, time: TimeExpression, published: date) -> TimeExpression:
    if time.weekday is None or time.first_day is not None or time.kind != "relative" or time.precision != "day":
        return time
    tense = tense_of(reading, time.last, clause(reading, time.first)[1])[0]
    if tense not in ("past", "perfect", "future") or _several(reading, time) or _doubtful(reading, time, tense):
        return time
    passed = (published.weekday() + 2 - time.weekday) % 7  # weekday() counts from Monday, ours from Saturday
    day = published - timedelta(days=passed) if tense != "future" else published + timedelta(days=-passed % 7)
    return replace(time, first_day=day, last_day=day, relative_to="published")


def _several(reading: Reading, time: TimeExpression) -> bool:
    """«روزهای دوشنبه و سه‌شنبه», «شنبه‌ها»: several days, or each such day."""
    plural = grammar.words_of("plural-suffix")
    behind = time.last < len(reading.words) and reading.words[time.last] in plural and reading.glued(time.last)
    return behind or any(word in plural or word.endswith("های") for word in reading.words[time.first : time.last])


def _doubtful(reading: Reading, time: TimeExpression, tense: str) -> bool:
    """«در دوشنبه» may be the city; in «حرکت روز چهارشنبه … خواهد کرد» the day is the noun's, not the verb's."""
    before = reading.words[time.first - 1] if time.first else ""
    alone = time.last - time.first == 1 and before in phrases_of("attribution.yaml", "in")
    return alone or (tense == "future" and bool(time.first) and reading.kinds[time.first - 1] == WORD)
