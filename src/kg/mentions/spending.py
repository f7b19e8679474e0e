"""What money is for, where the clause says it with a verb: «… هزینه دارد», «… هزینه شد», «صرف … شد»."""

from __future__ import annotations

from kg.mentions import grammar
from kg.mentions.grammar import FUNCTION, MARK, NUMBER, VERB, phrases_of
from kg.mentions.modality import clause
from kg.mentions.reading import Reading
from kg.text.quantities import Quantity

_NEAR = 9


def purpose(reading: Reading, quantity: Quantity) -> tuple[int, int] | None:
    """The tokens of what a sum is spent on, None if no verb of spending governs it."""
    if quantity.kind != "money":
        return None
    limit, last = reading.sentence_end(quantity.first), quantity.last
    for j in range(last, min(limit - 1, last + _NEAR)):
        allotted = _allotted(reading, j, limit)
        if allotted:
            return allotted
        if reading.kinds[j] in (NUMBER, MARK) or reading.words[j] == "که":
            return None
        if reading.words[j] in phrases_of("figure-words.yaml", "spent-on"):
            end = reading.noun_phrase_end(j + 1, limit, 6)
            return (j + 1, end) if end > j + 1 else None
        if reading.words[j] in phrases_of("figure-words.yaml", "cost") and reading.kinds[j + 1] == VERB:
            first = clause(reading, quantity.first)[0]
            owns = any(word in grammar.forms_of("dashtan") for word in reading.words[j + 1 : j + 3])
            return _subject(reading, first, quantity) if owns else _for(reading, first, j, quantity)
    return None


def _allotted(reading: Reading, j: int, limit: int) -> tuple[int, int] | None:
    """«به ۱۲ طرح مشترک اختصاص یافت»: what a sum goes to, right behind it."""
    if reading.words[j] != "به" or j + 1 >= limit:
        return None
    number = reading.index(reading.numerals).at(j + 1)
    start = number.last if number else j + 1
    end = reading.noun_phrase_end(start, limit, 6)
    given = phrases_of("figure-words.yaml", "allotted").longest(reading.words, end, limit) if end > start else None
    return (start, end) if given else None


def _subject(reading: Reading, first: int, quantity: Quantity) -> tuple[int, int] | None:
    """«ایجاد شغل برای دولت … هزینه دارد»: what stands before the sum."""
    end = _start(reading, quantity)
    while first < end and reading.kinds[first] in (FUNCTION, MARK):
        first += 1
    while end > first and reading.kinds[end - 1] in (FUNCTION, MARK):
        end -= 1
    plain = not any(reading.kinds[j] in (MARK, NUMBER, VERB) for j in range(first, end))
    return (first, end) if plain and 0 < end - first <= _NEAR else None


def _for(reading: Reading, first: int, verb: int, quantity: Quantity) -> tuple[int, int] | None:
    """«برای … هزینه شد»: the phrase before the sum, up to a comma, or after it."""
    limit = reading.sentence_end(quantity.first)
    for j in range(first, verb):
        if reading.words[j] == "برای":
            end, stop = reading.noun_phrase_end(j + 1, limit, 6), _start(reading, quantity) - 1
            if j < stop and reading.words[stop] == "،" and stop - j <= _NEAR:
                end = stop
            return (j + 1, end) if end > j + 1 else None
    return None


def _start(reading: Reading, quantity: Quantity) -> int:
    """The first token of a quantity, or of the words of its bound."""
    span = quantity.numeral.bound_span
    return quantity.first if span is None else min(quantity.first, reading.doc.tokens.at(span[0]))
