"""Figures: which quantities of the text are figures, and all that is told of each."""

from __future__ import annotations

from kg.mentions import counted, grammar
from kg.mentions.counted import Noun
from kg.mentions.grammar import NUMBER, WORD, phrases_of
from kg.mentions.modality import modality_of
from kg.mentions.reading import Reading
from kg.mentions.records import FigureMention
from kg.text.quantities import Quantity


def find(reading: Reading) -> None:
    """Fill ``reading.figures`` in text order. A bare number that counts nothing in words is no figure."""
    named = _named_tokens(reading)
    quantities = _with_range_ends(reading, [q for q in reading.quantities if _is_figure(reading, q, named)])
    pairs = zip(quantities, counted.nouns(reading, quantities), strict=True)
    reading.figures = [
        _figure(reading, quantity, noun)
        for quantity, noun in pairs
        if noun.text or quantity.unit in counted.COUNTED or quantity.kind != "count"
    ]


def _with_range_ends(reading: Reading, found: list[Quantity]) -> list[Quantity]:
    """«۹ تا ۱۱ روز بوده»: one end of a range that is a figure brings the other one along."""
    ranges = {(q.low, q.high, q.unit, reading.doc.sentence_at(q.first)) for q in found if q.low is not None}
    kept = {q.first for q in found}
    return [
        q for q in reading.quantities
        if q.first in kept or (q.low, q.high, q.unit, reading.doc.sentence_at(q.first)) in ranges
    ] if ranges else found


def _named_tokens(reading: Reading) -> frozenset[int]:
    """Tokens inside names, where a number names and does not count."""
    found: set[int] = set()
    for organization in reading.organizations:
        found.update(range(organization.first, organization.base_last))
    for place in reading.places:
        found.update(range(place.first, place.last))
    for program in reading.programs:
        if program.ordinal is not None:
            found.update(range(program.first, program.last))
    for person in reading.persons:
        found.update(range(person.first, person.last))
    return frozenset(found)


def _is_figure(reading: Reading, quantity: Quantity, named: frozenset[int]) -> bool:
    numeral = quantity.numeral
    if quantity.value is None or numeral.is_ordinal or numeral.is_article or numeral.is_vague or numeral.is_label:
        return False
    if numeral.first in named or _article(reading, quantity) or _age(reading, quantity):
        return False
    time = reading.time_at(numeral.first)
    if time is None and not quantity.is_duration:
        return not _once_more(reading, quantity)
    told = any(test(reading, quantity) for test in (_measures, _term, _lasts, _delay))
    return (time is None or time.kind == "duration") and told


def _once_more(reading: Reading, quantity: Quantity) -> bool:
    """«یک‌بار دیگر»: again, no count."""
    further = reading.words[quantity.last : quantity.last + 1]
    return quantity.value == 1 and quantity.unit == "occasion" and further == ("دیگر",)


def _term(reading: Reading, quantity: Quantity) -> bool:
    """«به مدت سه سال», «در مدت زمانی ۷ تا ۱۹ روز»: how long something holds or takes."""
    first, term = quantity.first, phrases_of("figure-words.yaml", "term")
    starts = range(max(0, first - 3), first)
    return any((found := term.longest(reading.words, j, first)) and found[0] == first for j in starts)


def _of_agreement(reading: Reading, quantity: Quantity) -> bool:
    """«… به مدت سه سال امضا شد»: the term of an agreement lies ahead of its signing."""
    if not quantity.is_duration or not _term(reading, quantity):
        return False
    sentence = reading.doc.sentence_at(quantity.first)
    return any(reading.doc.sentence_at(a.first) == sentence for a in reading.agreements)


def _lasts(reading: Reading, quantity: Quantity) -> bool:
    """«زمان سفر ۴۵ دقیقه است»: a duration said of something timed."""
    last, limit = quantity.last, reading.sentence_end(quantity.first)
    if last >= limit or reading.words[last] not in grammar.words_of("copula"):
        return False
    start, timed = reading.sentence_start(quantity.first), phrases_of("figure-words.yaml", "timed")
    return any(reading.words[j] in timed for j in range(max(start, quantity.first - 12), quantity.first))


def _measures(reading: Reading, quantity: Quantity) -> bool:
    """A duration that measures something: «۲۴ ساعت نگهداری»; «سه سال گذشته» and «۱۰ روز پایانی» are times."""
    last, first = quantity.last, quantity.first
    if last >= reading.sentence_end(first) or reading.kinds[last] != WORD:
        return False
    if first and reading.words[first - 1] in phrases_of("figure-words.yaml", "within"):
        return False  # «طی ۱۰ روز …» tells when
    if reading.place_at(last) or reading.organization_at(last) or reading.words[last] in grammar.words_of("here"):
        return False  # «۲۵ سال ایران …»: somebody's name begins something new
    if phrases_of("figure-words.yaml", "each-period").longest(reading.words, last + 1):
        return True  # «۳۰۰ روز آفتابی در سال»
    if reading.words[last] in phrases_of("figure-words.yaml", "time-adjective"):
        return False
    adjective = reading.words[last].endswith("ی") or reading.words[last] in grammar.words_of("generic-tail")
    return not (adjective or reading.in_predicate(last, reading.sentence_end(last)) or reading.breaks(last))


def _article(reading: Reading, quantity: Quantity) -> bool:
    """«در یک واحد …»: one of a kind, not a count of one."""
    first = quantity.first
    bare = quantity.numeral.last - quantity.numeral.first == 1 and reading.kinds[first] != NUMBER
    one = bare and quantity.value == 1 and quantity.kind == "count"
    return one and first > 0 and reading.words[first - 1] in grammar.words_of("preposition")


def _age(reading: Reading, quantity: Quantity) -> bool:
    """«۴۰ ساله»: an age or a term in an adjective, no count; «تأخیر ۱۱ روزه» measures a delay."""
    after, first = quantity.numeral.last, reading.words[quantity.first]
    limited = quantity.unit == "year" and quantity.first and reading.words[quantity.first - 1] in phrases_of(
        "figure-words.yaml", "age-limit")
    if limited or first.endswith(("سالگی", "ساله")):
        return True  # «زیر ۲۳ سال», «یکصدسالگی»
    adjective = after < len(reading.words) and reading.words[after] in phrases_of("figure-words.yaml", "age")
    return adjective and not _delay(reading, quantity)


def _delay(reading: Reading, quantity: Quantity) -> bool:
    """«مهلت دو روزه»: an adjective of time right after a noun that is measured in time."""
    before = reading.words[quantity.first - 1] if quantity.first else ""
    return quantity.is_adjective and before in phrases_of("figure-words.yaml", "timed")


def _figure(reading: Reading, quantity: Quantity, noun: Noun) -> FigureMention:
    modality, why = modality_of(reading, quantity.first, quantity.last)
    if modality == "actual" and _of_agreement(reading, quantity):
        modality, why = "planned", "term of an agreement"
    behind = noun.tokens[1] if noun.tokens and noun.tokens[0] >= quantity.numeral.last else quantity.last
    return FigureMention(
        quantity.first,
        quantity.last,
        f"figure-{quantity.kind}",
        quantity,
        noun.tokens,
        noun.text,
        modality,
        why,
        noun.part,
        _beneficiary(reading, behind),
    )


def _beneficiary(reading: Reading, j: int) -> tuple[int, int] | None:
    """«برای …» right after the noun, possibly after one «در …»."""
    limit = reading.sentence_end(j) if j < len(reading.words) else j
    for _ in range(2):
        if j + 1 >= limit:
            return None
        if reading.words[j] == "برای":
            end = reading.noun_phrase_end(j + 1, limit, 6)
            return (j + 1, end) if end > j + 1 else None
        if reading.words[j] not in phrases_of("attribution.yaml", "in"):
            return None
        j = reading.noun_phrase_end(j + 1, limit, 5)
    return None
