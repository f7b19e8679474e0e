"""Figures: which quantities of the text are figures, what they count, and whether it is done or planned."""

from __future__ import annotations

from functools import cache

from kg import rules
from kg.mentions import grammar
from kg.mentions.grammar import FUNCTION, MARK, NUMBER, VERB, phrases_of
from kg.mentions.reading import Reading
from kg.mentions.records import FigureMention
from kg.text.match import Phrases
from kg.text.quantities import Quantity

COUNTED = ("person", "person-tan")
"""Units of counting that stay apart from the noun: «۳۰ نفر عضو», but «۵۰۰ خانوار» and «دو دستگاه خودرو»."""


def find(reading: Reading) -> None:
    """Fill ``reading.figures`` in text order."""
    named = _named_tokens(reading)
    figures = [_figure(reading, quantity) for quantity in reading.quantities if _is_figure(reading, quantity, named)]
    reading.figures = [f for f in figures if f.noun_text or f.quantity.unit or f.quantity.kind != "count"]


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
    if numeral.first in named or _article(reading, quantity):
        return False
    time = next((t for t in reading.times if t.first <= numeral.first < t.last), None)
    if time is not None:
        return False
    return not _age(reading, quantity)


def _article(reading: Reading, quantity: Quantity) -> bool:
    """«در یک واحد …»: one of a kind, not a count of one."""
    first = quantity.first
    one = quantity.numeral.last - quantity.numeral.first == 1 and quantity.value == 1 and reading.kinds[first] != NUMBER
    return (
        one and quantity.kind == "count" and first > 0 and reading.words[first - 1] in grammar.words_of("preposition")
    )


def _age(reading: Reading, quantity: Quantity) -> bool:
    """«۴۰ ساله»: an age or a term in an adjective, no count."""
    after = quantity.numeral.last
    return after < len(reading.words) and reading.words[after] in phrases_of("figure-words.yaml", "age")


def _figure(reading: Reading, quantity: Quantity) -> FigureMention:
    noun, text, part = _noun(reading, quantity)
    modality, why = modality_of(reading, quantity)
    return FigureMention(
        quantity.first,
        quantity.last,
        f"figure-{quantity.kind}",
        quantity,
        noun,
        text,
        modality,
        why,
        part,
        _beneficiary(reading, noun[1] if noun and noun[0] >= quantity.last else quantity.last),
    )


def _noun(reading: Reading, quantity: Quantity) -> tuple[tuple[int, int] | None, str, bool]:
    """What is counted: the noun phrase after the number, «از …» after it, or the measured noun before it."""
    limit = reading.sentence_end(quantity.first)
    start = quantity.last if quantity.unit in COUNTED or quantity.kind != "count" else quantity.numeral.last
    if start < limit and reading.words[start] == "از" and quantity.unit is not None:
        antecedent = phrases_of("figure-words.yaml", "antecedent").longest(reading.words, start, limit)
        if antecedent:
            shown = phrases_of("figure-words.yaml", "antecedent-noun")
            noun = next(
                (
                    (j, antecedent[0])
                    for j in range(start, antecedent[0])
                    if shown.longest(reading.words, j, antecedent[0])
                ),
                None,
            )
            return noun, reading.surface(*noun) if noun else "", True
        end = reading.noun_phrase_end(start + 1, limit, 5)
        if quantity.kind == "ratio" and end > start + 1:
            return (start + 1, end), reading.surface(start + 1, end), False
    end = _after(reading, start, limit, quantity)
    if end > start:
        return (start, end), reading.surface(start, end), False
    noun = _before(reading, quantity)
    return (noun, _stem(reading, *noun), False) if noun else (None, "", False)


def _after(reading: Reading, start: int, limit: int, quantity: Quantity) -> int:
    """End of the noun phrase after the number; «دارای X» and «متعلق به X» go on, a noun of a predicate does not count."""
    end = reading.noun_phrase_end(start, limit, 6)
    if (
        end > start
        and start < limit
        and reading.in_predicate(end - 1, limit)
        and end - start == 1
        and (quantity.unit is not None)
    ):
        return start
    if end - start > 1 and end < limit and reading.words[end] in grammar.words_of("copula"):
        end -= 1
    while end - start > 1 and reading.words[end - 1] in phrases_of("figure-words.yaml", "loose-tail"):
        end -= 1
    linking = phrases_of("figure-words.yaml", "linking")
    if start < end < limit and linking.longest(reading.words, end, limit):
        further = linking.longest(reading.words, end, limit)
        if further and (last := reading.noun_phrase_end(further[0], limit, 3)) > further[0]:
            return last
    return end


@cache
def _measured() -> Phrases[str]:
    """Nouns that are measured or priced, also with the indefinite ی («اعتباری بالغ بر»), under their plain form."""
    pairs: dict[str, str] = {}
    for rule in rules.load("figure-words.yaml", required={"match"}):
        if rule.id == "measured":
            for text in rule.list("match"):
                pairs[text] = text
                pairs.setdefault(text + "ی", text)
                pairs.setdefault(text + " ای", text)
    return Phrases(pairs)


def _before(reading: Reading, quantity: Quantity) -> tuple[int, int] | None:
    """The measured noun before the number, over approximators, «به مبلغ», adverbs: «با اعتباری بالغ بر ۷ میلیارد»."""
    first = quantity.first
    start = reading.sentence_start(first)
    for j in range(first - 1, max(start, first - 10) - 1, -1):
        found = _measured().longest(reading.words, j, first)
        if found:
            end = reading.noun_phrase_end(j, first, 4)
            return (j, max(end, found[0])) if _only_small_words(reading, max(end, found[0]), first) else (j, found[0])
        if reading.kinds[j] in (VERB, NUMBER) or (reading.kinds[j] == MARK and reading.words[j] != "("):
            return None
    return None


def _only_small_words(reading: Reading, first: int, last: int) -> bool:
    return all(
        reading.kinds[j] in (FUNCTION, MARK) or reading.words[j] in phrases_of("figure-words.yaml", "filler")
        for j in range(first, last)
    )


def _stem(reading: Reading, first: int, last: int) -> str:
    found = _measured().longest(reading.words, first, last)
    return found[1] if found and found[0] == last else reading.surface(first, last)


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


@cache
def _modal_phrases() -> Phrases[str]:
    return Phrases(
        (text, rule.text("value"))
        for rule in rules.load("modality.yaml", required={"match", "value"})
        for text in rule.list("match")
    )


def modality_of(reading: Reading, quantity: Quantity) -> tuple[str, str]:
    """Modality of the clause around a quantity, and what decided it: a phrase of modality.yaml or the verb's tense."""
    first, last = clause(reading, quantity.first)
    found: dict[str, str] = {}
    for j in range(first, last):
        phrase = _modal_phrases().longest(reading.words, j, last)
        if phrase:
            found.setdefault(phrase[1], reading.surface(j, phrase[0]))
    for value in ("planned", "recommended", "conditional"):
        if value in found:
            return value, f"phrase {found[value]}"
    tense, verb = _tense(reading, quantity.last, last)
    if tense in ("future", "subjunctive"):
        return "planned", f"tense {verb}"
    return "actual", f"tense {verb}" if verb else "default"


def clause(reading: Reading, token: int) -> tuple[int, int]:
    """The clause around a token: from the last boundary (که, a colon, a finite verb) to after the next finite verb."""
    start, end = reading.sentence_start(token), reading.sentence_end(token)
    first = start
    for j in range(token - 1, start - 1, -1):
        if reading.words[j] in (":", "؛", "که") or (
            reading.kinds[j] == VERB and j + 1 < token and _clause_ends(reading, j)
        ):
            first = j + 1
            break
    last = end
    for j in range(token, end):
        if reading.words[j] in ("؛", "که") or (reading.kinds[j] == VERB and _clause_ends(reading, j)):
            last = j + 1
            break
    return first, last


def _clause_ends(reading: Reading, j: int) -> bool:
    """Whether the verb group ends here: no further verb token follows."""
    return j + 1 >= len(reading.words) or reading.kinds[j + 1] != VERB


def _tense(reading: Reading, first: int, last: int) -> tuple[str, str]:
    """Tense of the verb group that closes a clause."""
    group = [j for j in range(first, last) if reading.kinds[j] == VERB]
    if not group:
        return "", ""
    j = group[-1]
    while j - 1 in group:
        j -= 1
    words = reading.words[j : group[-1] + 1]
    verb = reading.surface(j, group[-1] + 1)
    if words[0] in grammar.future():
        return "future", verb
    if words[0] in grammar.continuous():
        return "present", verb
    return grammar.tenses().get(words[0], "copula"), verb
