"""Looks words, numbers and years up at the tokens of a text: what all readers of dates stand on."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from functools import cache
from typing import NamedTuple

from kg.text import numerals
from kg.text.calendar_words import Word, Words, words
from kg.text.periods import Period

Read = tuple[Period, int]


COMMAS = frozenset("،,")


_HALF = Decimal("0.5")
DASHES = frozenset("-–−ـ")


class Number(NamedTuple):
    """A number in digits or words: its value, whether it is an ordinal, and the index after it."""

    value: Decimal
    is_ordinal: bool
    after: int

    def whole(self) -> int:
        """The value as an integer, -1 if it is none."""
        return int(self.value) if self.value == self.value.to_integral_value() else -1


@cache
def number_words() -> dict[str, tuple[tuple[str, Decimal], ...]]:
    return {word: entry.parts for word, entry in numerals.words().table.items() if entry.cut < 0}


class Scan:
    """The words of the calendar at the tokens of a text. ``start:end`` is the line that is being read."""

    def __init__(self, tokens: Sequence[str]) -> None:
        self.words = tokens
        self.start, self.end = 0, len(tokens)
        self.known: Words = words()
        self.number_words = number_words()
        self._firsts = self.known.firsts
        self._values: dict[int, Number | None] = {}

    def is_(self, name: str, at: int) -> tuple[Word, int] | None:
        """The phrase of a class that begins at a token, and the index after it."""
        if at >= self.end or name not in self._firsts.get(self.words[at], ()):
            return None
        got = self.known.classes[name].longest(self.words, at, self.end)
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
        return self.word(at) in self.known.guards[name]

    def comma(self, at: int) -> int:
        """The index after a comma, or ``at``."""
        return at + 1 if self.word(at) in COMMAS else at

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
            parts = (("lit", Decimal(word)),) if word.isdecimal() else self.number_words.get(word)
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
                    return Number(total + group + _HALF, False, after + 1)
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
        if got.after == at + 1 and digits.isdecimal():
            full = len(digits) == 4 and _is_plausible(year)
            short = len(digits) == 2 and (not loose or year >= 40 or digits[0] == "0")
            if not full and not short:
                return None
            counted = self.guarded("counter", got.after) or (short and self._is_counted(got.after))
            return None if counted else (year, got.after)
        spelled = _is_plausible(year) or (not loose and 10 < year < 100 and not digits.isdecimal())
        return (year, got.after) if spelled and not self.guarded("counter", got.after) else None

    def _is_counted(self, at: int) -> bool:
        """Whether a unit of time follows a number that is not the clock («۹۴ ساعت», not «۹۴ ساعت ۱۱»)."""
        clock = self.is_("clock", at)
        return self.is_("unit", at) is not None and (clock is None or self.value(clock[1]) is None)

    def is_before(self, at: int) -> bool:
        """Whether «از» makes «قبل», «بعد» a preposition («سال قبل از انقلاب», not «سال قبل از نظر وزن»)."""
        link = self.is_("from", at)
        return link is not None and not self.guarded("aspect", link[1])


def _is_plausible(year: int) -> bool:
    return 1200 <= year <= 1500 or 1700 <= year <= 2100
