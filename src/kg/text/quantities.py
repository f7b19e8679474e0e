"""Quantities in Persian text: a number, its unit if it has one, and the noun phrase that it counts.

Units are in ``lang/fa/units.yaml``. A unit left out is filled from the next number of a list or range in the same
line («۷۱ میلیارد و ۱۶۲ میلیارد تومان», «۲.۴ و ۲.۸ درصد») and marked ``unit_inferred``. Ordinals, «یک» the article,
vague amounts and numbers that are labels («ماده ۱۰») are no quantities; years, days of a month and clock times
are found as bare numbers and left to others.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cache
from typing import NamedTuple

from kg import rules
from kg.model import Tokens
from kg.text.match import Phrases, phrase
from kg.text.normalize import normalize
from kg.text.numerals import UNIT_KEYS, UNIT_REQUIRED, Numeral, words
from kg.text.numerals import find_in as find_numerals
from kg.text.segment import tokenize

_NOUN_WORDS = 4
_NEAR = 10


class Unit(NamedTuple):
    """A unit of ``units.yaml``. ``in_rial`` is how many rials one is, where that is fixed.

    Units of one ``dimension`` add up; ``size`` is how many of its smallest unit one is.
    """

    id: str
    label: str
    en: str
    kind: str
    iso4217: str | None
    qudt: str | None
    in_rial: Decimal | None
    dimension: str
    size: Decimal


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number with its unit: characters ``start:end`` and tokens ``first:last`` of both (half-open).

    ``unit`` is the code of a unit, None for a bare or classified count; ``unit_text`` its Persian spelling, for a
    classifier («دستگاه») that word, whose code is ``classifier``. ``unit_span`` is where the unit stands.
    ``kind`` is money, ratio, measure or count. ``low`` and ``high`` are the ends of a range, on both its quantities.
    Its bound is the numeral's, also where the words of the bound follow the unit («۱۸ سال به بالا»).
    ``is_adjective`` marks forms such as «۴۰ درصدی». ``noun_span`` holds the words after it, up to four.
    """

    start: int
    end: int
    numeral: Numeral
    value: Decimal
    unit: str | None
    unit_text: str | None
    unit_span: tuple[int, int] | None
    kind: str
    first: int
    last: int
    classifier: str | None = None
    noun_span: tuple[int, int] | None = None
    unit_inferred: bool = False
    is_adjective: bool = False
    value_in_rial: Decimal | None = None
    low: Decimal | None = None
    high: Decimal | None = None

    @property
    def is_duration(self) -> bool:
        """Whether the unit is one of time («سه سال», «۴۵ دقیقه»)."""
        return self.unit is not None and units()[self.unit].dimension in ("time", "calendar")


class _When(NamedTuple):
    """Where a word means a unit: words that follow, that stand before the number, or that are near a number below."""

    follows: tuple[tuple[str, ...], ...]
    before: frozenset[str]
    near: frozenset[str]
    below: Decimal | None


class _Spelling(NamedTuple):
    unit: Unit
    is_adjective: bool
    when: _When | None


@cache
def units() -> dict[str, Unit]:
    """All units by code, classifiers too."""
    return {rule.id: _unit(rule) for rule in rules.load("units.yaml", required=UNIT_REQUIRED, keys=UNIT_KEYS)}


def _unit(rule: rules.Rule) -> Unit:
    in_rial = rule.text("in_rial")
    return Unit(rule.id, rule.text("label"), rule.text("en"), rule.text("kind"), rule.text("iso4217") or None,
                rule.text("qudt") or None, Decimal(in_rial) if in_rial else None, rule.text("dimension"),
                Decimal(rule.text("size", "1")))


class _Spellings(NamedTuple):
    after: Phrases[tuple[_Spelling, ...]]
    before: dict[str, Unit]


@cache
def _spellings() -> _Spellings:
    table: dict[str, list[_Spelling]] = {}
    before: dict[str, Unit] = {}
    for rule in rules.load("units.yaml", required=UNIT_REQUIRED, keys=UNIT_KEYS):
        unit = units()[rule.id]
        when = _when(rule)
        forms = [(text, False) for text in rule.list("match")] + [(text, True) for text in rule.list("adjective")]
        for text in rule.list("match"):
            if text[-1].isalpha() and text[-1] not in "یa":
                forms += [(text + "ی", True), (text + "‌ای", True)]
            if rule.text("before") and not text[0].isalpha():
                before[text] = unit
        for text, is_adjective in forms:
            table.setdefault(" ".join(phrase(text)), []).append(_Spelling(unit, is_adjective, when))
    # A spelling with a condition is asked before the one without.
    ordered = {text: tuple(sorted(found, key=lambda s: s.when is None)) for text, found in table.items()}
    return _Spellings(Phrases(ordered), before)


def _when(rule: rules.Rule) -> _When | None:
    follows, before, near = (rule.list(key) for key in ("when_next", "when_before", "when_near"))
    if not follows and not before and not near:
        return None
    return _When(tuple(_pattern(text) for text in follows), frozenset(w for t in before for w in phrase(t)),
                 frozenset(w for t in near for w in phrase(t)),
                 Decimal(rule.text("near_below")) if rule.text("near_below") else None)


def _pattern(text: str) -> tuple[str, ...]:
    return tuple("*" + part[1:] if part[0] == "*" else "".join(phrase(part)) for part in text.split())


class _Scan:
    def __init__(self, tokens: Tokens, canon: str, numerals: list[Numeral]) -> None:
        self._words, self._starts, self._ends = tokens.words, tokens.starts, tokens.ends
        self._canon, self._numerals = canon, numerals
        self._spellings, self._lists = _spellings(), words().lists

    def run(self) -> list[Quantity]:
        found: list[Quantity] = []
        for numeral in self._numerals:
            if not (numeral.value is None or numeral.is_ordinal or numeral.is_article or numeral.is_label):
                found.append(self._read(numeral))
        return self._spread(self._fill(self._added(found)))

    def _read(self, numeral: Numeral) -> Quantity:
        assert numeral.value is not None
        low, high = numeral.range or (None, None)
        bare = Quantity(numeral.start, numeral.end, numeral, numeral.value, None, None, None, "count", numeral.first,
                        numeral.last, low=low, high=high)
        spelling, after, span = self._unit(numeral)
        if spelling is None or span is None:
            return replace(bare, noun_span=self._noun(numeral.last, unit=False))
        quantity = replace(_with_unit(bare, spelling.unit, span), is_adjective=spelling.is_adjective,
                           start=min(bare.start, span[0]), end=max(bare.end, span[1]),
                           first=bare.first if span[0] > bare.start else bare.first - 1, last=max(after, bare.last))
        quantity = self._tail(self._and_half(quantity, spelling.unit))
        return replace(quantity, noun_span=self._noun(quantity.last, unit=True))

    def _unit(self, numeral: Numeral) -> tuple[_Spelling | None, int, tuple[int, int] | None]:
        """The unit of a number, the token after it and its characters."""
        at, count = numeral.last, len(self._words)
        if self._ends[at - 1] > numeral.end:  # written onto the number: «پنجساله»
            rest = self._canon[numeral.end:self._ends[at - 1]]
            match = self._spellings.after.longest((rest,), 0)
            spelling = self._choose(match[1], numeral, at) if match else None
            return spelling, at, (numeral.end, self._ends[at - 1]) if spelling else None
        if at < count and not self._broken(at):
            match = self._spellings.after.longest(self._words, at)
            spelling = self._choose(match[1], numeral, match[0]) if match else None
            if match and spelling:
                return spelling, match[0], (self._starts[at], self._ends[match[0] - 1])
        first = numeral.first - 1
        if first >= 0 and self._words[first] in self._spellings.before and not self._broken(first + 1):
            span = (self._starts[first], self._ends[first])
            return _Spelling(self._spellings.before[self._words[first]], False, None), at, span
        return None, at, None

    def _choose(self, spellings: tuple[_Spelling, ...], numeral: Numeral, after: int) -> _Spelling | None:
        for spelling in spellings:
            if spelling.when is None or self._holds(spelling.when, numeral, after):
                return spelling
        return None

    def _holds(self, when: _When, numeral: Numeral, after: int) -> bool:
        first = numeral.first
        if (first and self._words[first - 1] in when.before) or any(self._fits(p, after) for p in when.follows):
            return True
        if when.below is not None and numeral.value is not None and numeral.value >= when.below:
            return False
        for at in range(first - 1, max(first - _NEAR, 0) - 1, -1):
            if self._words[at] in ".؛" or self._broken(at + 1):
                break
            if self._words[at] in when.near:
                return True
        for at in range(after, min(after + _NEAR, len(self._words))):
            if self._words[at] in ".؛" or self._broken(at):
                break
            if self._words[at] in when.near:
                return True
        return False

    def _fits(self, pattern: tuple[str, ...], at: int) -> bool:
        if at + len(pattern) > len(self._words):
            return False
        return all(word.endswith(part[1:]) and len(word) > 4 if part[0] == "*" else word == part
                   for part, word in zip(pattern, self._words[at:at + len(pattern)], strict=True))

    def _and_half(self, quantity: Quantity, unit: Unit) -> Quantity:
        """«دو متر و نیم»."""
        at, table = quantity.last, words().table
        kinds = [table[w].parts[0][0] if w in table else "" for w in self._words[at:at + 2]]
        if kinds != ["and", "half"] or self._broken(at) or self._broken(at + 1):
            return quantity
        value = quantity.value + Decimal("0.5")
        rial = value * unit.in_rial if unit.in_rial is not None else None
        return replace(quantity, value=value, value_in_rial=rial, end=self._ends[at + 1], last=at + 2)

    def _tail(self, quantity: Quantity) -> Quantity:
        """«۱۸ سال به بالا»: a bound behind the unit; the quantity ends before it."""
        numeral, at = quantity.numeral, quantity.last
        if numeral.bound != "exact" or at >= len(self._words) or self._broken(at):
            return quantity
        match = words().tails.longest(self._words, at)
        if match is None:
            return quantity
        span = (self._starts[at], self._ends[match[0] - 1])
        return replace(quantity, numeral=replace(numeral, bound=match[1], bound_span=span))

    def _noun(self, at: int, *, unit: bool) -> tuple[int, int] | None:
        """The words from a token on that may be the counted noun: up to a function word, a verb or a mark."""
        stop, preverb, first = self._lists["stop"], self._lists["preverb"], at
        while at < len(self._words) and at - first < _NOUN_WORDS and not (at > 0 and self._broken(at)):
            word = self._words[at]
            if not word[0].isalpha() or word in stop or (word in preverb and (unit or at > first)):
                break
            if word in words().table or word in self._lists["vague"]:
                break
            at += 1
        return (self._starts[first], self._ends[at - 1]) if at > first else None

    def _broken(self, at: int) -> bool:
        """Whether a line ends before a token."""
        return at >= len(self._words) or self._canon.find("\n", self._ends[at - 1], self._starts[at]) >= 0

    def _added(self, found: list[Quantity]) -> list[Quantity]:
        """«یک تن و ۲۰۰ کیلوگرم» is one quantity, of 1,200 kilograms."""
        kept: list[Quantity] = []
        for quantity in found:
            total = self._sum(kept[-1], quantity) if kept else None
            if total is None:
                kept.append(quantity)
            else:
                kept[-1] = total
        return kept

    def _sum(self, large: Quantity, small: Quantity) -> Quantity | None:
        if small.first - large.last != 1 or large.unit is None or small.unit is None or small.low is not None:
            return None
        a, b = units()[large.unit], units()[small.unit]
        entry = words().table.get(self._words[large.last])
        joined = entry is not None and entry.parts[0][0] == "and" and not self._broken(small.first)
        if not joined or not a.dimension or a.dimension != b.dimension or small.value * b.size >= a.size:
            return None
        return replace(small, start=large.start, first=large.first, numeral=large.numeral,
                       value=large.value * a.size / b.size + small.value)

    def _spread(self, found: list[Quantity]) -> list[Quantity]:
        """«۵ درصد تا ۱۰ درصد»: a range of which both ends bear the unit."""
        for i in range(len(found) - 1):
            low, high = found[i], found[i + 1]
            if high.first - low.last != 1 or low.unit is None or low.unit != high.unit or low.low is not None:
                continue
            if high.low is None and low.value < high.value and self._words[low.last] in self._lists["range"]:
                found[i] = replace(low, low=low.value, high=high.value)
                found[i + 1] = replace(high, low=low.value, high=high.value)
        return found

    def _fill(self, found: list[Quantity]) -> list[Quantity]:
        """Fill units left out, from right to left so that whole lists are filled."""
        for i in range(len(found) - 2, -1, -1):
            quantity, after = found[i], found[i + 1]
            if quantity.unit_text is not None or quantity.noun_span is not None or not self._listed(quantity, after):
                continue
            if after.unit_text is None or after.unit_span is None:
                found[i] = replace(quantity, noun_span=after.noun_span)
                continue
            unit = units()[after.classifier or after.unit or ""]
            found[i] = replace(_with_unit(quantity, unit, after.unit_span), unit_inferred=True,
                               noun_span=after.noun_span, is_adjective=after.is_adjective)
        return found

    def _listed(self, quantity: Quantity, after: Quantity) -> bool:
        """Whether only a word or mark that joins a list or range stands between two numbers."""
        gap = after.first - quantity.last
        if gap == 0:
            return quantity.low is not None and quantity.low == after.low
        if gap != 1 or self._broken(quantity.last) or self._broken(after.first):
            return False
        between = self._words[quantity.last]
        in_range = quantity.low is not None and quantity.low == after.low
        return between in self._lists["joint"] or (in_range and between in self._lists["dash"])


def _with_unit(quantity: Quantity, unit: Unit, span: tuple[int, int]) -> Quantity:
    is_classifier = unit.kind == "classifier"
    rial = quantity.value * unit.in_rial if unit.in_rial is not None else None
    return replace(quantity, unit=None if is_classifier else unit.id, unit_text=unit.label, unit_span=span,
                   kind="count" if is_classifier else unit.kind, classifier=unit.id if is_classifier else None,
                   value_in_rial=rial)


def find_in(tokens: Tokens, canon: str, raw: str | None = None,
            numerals: list[Numeral] | None = None) -> list[Quantity]:
    """The quantities of a normalised text, in order; pass ``numerals`` if they have been found already."""
    if numerals is None:
        numerals = find_numerals(tokens, canon, raw)
    return _Scan(tokens, canon, numerals).run() if numerals else []


def find(text: str) -> list[Quantity]:
    """The quantities of any text, in order; offsets are the text's own."""
    canon = normalize(text)
    return find_in(tokenize(canon), canon, text)
