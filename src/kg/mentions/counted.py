"""What a figure counts, measures or prices: the noun phrase after it, before it, or shared with a neighbour."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from kg import rules
from kg.mentions import counted_after, grammar, spending
from kg.mentions.grammar import FUNCTION, MARK, NUMBER, VERB, WORD, phrases_of
from kg.mentions.reading import Reading
from kg.text.match import Phrases, phrase
from kg.text.quantities import Quantity

COUNTED = ("person", "person-tan", "occasion")
"""Units of counting that stay apart from the noun: «۳۰ نفر عضو», but «۵۰۰ خانوار» and «دو دستگاه خودرو»."""


@dataclass(frozen=True)
class Noun:
    """A noun with its wording; ``tokens`` are None where nothing is counted in words; ``part`` marks a share."""

    tokens: tuple[int, int] | None = None
    text: str = ""
    part: bool = False


def nouns(reading: Reading, quantities: Sequence[Quantity]) -> list[Noun]:
    """The noun of each quantity, in order; those of a list without one share their neighbour's."""
    found = [_noun(reading, quantity) for quantity in quantities]
    for i in range(1, len(found)):
        found[i] = _parallel(reading, quantities[i - 1], found[i - 1], quantities[i]) or found[i]
        shared = not found[i].text and not found[i].part and _shared(reading, quantities[i - 1], quantities[i])
        near = _same_sentence(reading, quantities[i - 1], quantities[i])
        if shared or (_priced(reading, quantities[i]) and near and found[i - 1].text):
            found[i] = Noun(found[i - 1].tokens, found[i - 1].text)
    for i in range(len(found) - 2, -1, -1):
        if _borrowed(quantities[i], quantities[i + 1], found[i + 1]):
            found[i] = Noun(found[i + 1].tokens, found[i + 1].text)
            continue
        alike = quantities[i].unit == quantities[i + 1].unit and quantities[i].kind == "ratio"
        alike = alike or (quantities[i].low is not None and quantities[i].low == quantities[i + 1].low)
        if not found[i].text and alike and _same_sentence(reading, quantities[i], quantities[i + 1]):
            found[i] = Noun(found[i + 1].tokens, found[i + 1].text)
    return found


def _parallel(reading: Reading, one: Quantity, noun: Noun, other: Quantity) -> Noun | None:
    """«۳۰ کیلوگرم تریاک و ۶۰ کیلوگرم حشیش شدند»: the second of two has its noun where the first has it."""
    listed = noun.tokens and noun.tokens[0] == one.last and one.unit == other.unit and one.unit is not None
    last = other.last
    if not listed or not noun.tokens or reading.words[noun.tokens[1] : other.first] != ("و",):
        return None
    if last >= reading.sentence_end(other.first) or reading.kinds[last] != WORD:
        return None
    verbal = phrases_of("figure-words.yaml", "elided").longest(reading.words, last, last + 1)
    governed = reading.light_verb(last + 1, reading.sentence_end(last))
    return _at(reading, last, last + 1) if governed and not verbal else None


def _borrowed(one: Quantity, other: Quantity, noun: Noun) -> bool:
    """«۹۴ و ۶۷ تن گندم»: a number that has its unit from the next one has the noun after it, too."""
    listed = one.unit_inferred and one.unit == other.unit and other.first - one.last == 1
    return listed and noun.tokens is not None and noun.tokens[0] >= other.last


def _shared(reading: Reading, one: Quantity, other: Quantity) -> bool:
    """Whether a number without a noun of its own counts what the one before it does."""
    tests = (_in_one_list, _further, _more_or_less)
    return _shown(reading, other) or any(test(reading, one, other) for test in tests)


def _more_or_less(reading: Reading, one: Quantity, other: Quantity) -> bool:
    """«درآمد به ۹۶۰ میلیارد تومان رسید که … ۲۱ درصد بیشتر است»: a share of growth of what was told before."""
    compared = phrases_of("figure-words.yaml", "compared-by").longest(reading.words, other.last)
    return other.kind == "ratio" and compared is not None and _same_sentence(reading, one, other)


def _further(reading: Reading, one: Quantity, other: Quantity) -> bool:
    """«۷۰ شبه‌نظامی … و ۶۰ تن دیگر»: more of what was counted before."""
    limit = reading.sentence_end(other.first)
    more = other.last < limit and reading.words[other.last] in phrases_of("figure-words.yaml", "further")
    return more and other.unit in COUNTED and reading.paragraph(one.first) == reading.paragraph(other.first)


def _same_sentence(reading: Reading, one: Quantity, other: Quantity) -> bool:
    return reading.doc.sentence_at(one.first) == reading.doc.sentence_at(other.first)


def _in_one_list(reading: Reading, one: Quantity, other: Quantity) -> bool:
    """Two numbers of one unit in one sentence, with no finite verb between them that ends a clause of its own."""
    return one.unit == other.unit and one.kind == other.kind != "count" and _same_sentence(reading, one, other)


def _priced(reading: Reading, quantity: Quantity) -> bool:
    """«… به ارزش ۵ میلیون دلار»: what is priced is what stands before."""
    worth = phrases_of("figure-words.yaml", "worth")
    return any(
        (found := worth.longest(reading.words, j, quantity.first)) and found[0] == quantity.first
        for j in range(max(0, quantity.first - 3), quantity.first)
    )


def _shown(reading: Reading, quantity: Quantity) -> bool:
    """«این رقم معادل …»: the number before is told again in another way."""
    shown, first = phrases_of("figure-words.yaml", "shown"), quantity.first
    return any(shown.longest(reading.words, j, first) for j in range(max(0, first - 4), first))


def _noun(reading: Reading, quantity: Quantity) -> Noun:
    limit = reading.sentence_end(quantity.first)
    if _distance(reading, quantity):
        return Noun()
    apart = quantity.unit in COUNTED or quantity.kind != "count"
    start = quantity.last if apart or _mere_classifier(reading, quantity) else quantity.numeral.last
    follows = start < limit and reading.kinds[start] == WORD and not reading.in_predicate(start, limit)
    if quantity.is_adjective and not (quantity.kind == "measure" and follows):
        described = _described(reading, quantity)
        if described:
            return described
    told = _told_of(reading, quantity, start, limit) if apart or quantity.classifier else None
    if told:
        return told
    start = _over(reading, start, limit, quantity)
    end = counted_after.end_of(reading, start, limit, quantity)
    whole = quantity.unit is not None or quantity.value is None or quantity.value == int(quantity.value)
    if end > start and (whole or not reading.in_predicate(start, limit)):
        return _plainly(reading, start, end, limit)
    before = _before(reading, quantity) or _spent(reading, quantity) or _earlier(reading, quantity)
    own = reading.kinds[quantity.last - 1] == WORD
    if not before.text and own and _mere_classifier(reading, quantity) and quantity.unit_span:
        return _at(reading, quantity.last - 1, quantity.last)
    return before


def _at(reading: Reading, first: int, last: int) -> Noun:
    return Noun((first, last), reading.surface(first, last))


def _plainly(reading: Reading, start: int, end: int, limit: int) -> Noun:
    """The noun after a number; «۲۳ پروژه از آن‌ها» is a share, and «۱۶۲ تختخوابی» counts «تختخواب»."""
    text = reading.surface(start, end)
    share = end < limit and phrases_of("figure-words.yaml", "antecedent").longest(reading.words, end, limit)
    if phrases_of("figure-words.yaml", "of-capacity").longest(reading.words, start, end):
        return Noun((start, start + 1), reading.surface(start, start + 1).removesuffix("ی").rstrip("\u200c"))
    return Noun((start, end), text, bool(share))


def _distance(reading: Reading, quantity: Quantity) -> bool:
    """«در ۱۶۰ کیلومتری …»: how far something is; nothing is counted."""
    far = quantity.is_adjective and quantity.unit in ("kilometre", "metre")
    return far and quantity.first > 0 and reading.words[quantity.first - 1] in phrases_of("figure-words.yaml", "at")


def _over(reading: Reading, start: int, limit: int, quantity: Quantity) -> int:
    """The token after what tells a sum's source («ریال استانی») or a foreign unit, which are no nouns."""
    if start >= limit:
        return start
    word = reading.words[start]
    fund = quantity.kind == "money" and word in phrases_of("figure-words.yaml", "fund")
    ends = start + 1 >= limit or reading.kinds[start + 1] != WORD
    foreign = not ends and word.isascii() and word.isalpha()
    return start + 1 if foreign or (fund and ends) else start


def _told_of(reading: Reading, quantity: Quantity, start: int, limit: int) -> Noun | None:
    """«… از متخلفان», «۲۰ درصد این رقم», «۷۰ درصد آنان»: what a share is of, or that it is one of something before."""
    if start >= limit:
        return None
    at = start
    if reading.words[at] in phrases_of("figure-words.yaml", "further") and at + 1 < limit:
        at += reading.words[at + 1] == "از"
    if reading.words[at] == "از":
        source = phrases_of("figure-words.yaml", "source").longest(reading.words, at + 1, limit)
        if quantity.kind == "money" and source:
            return None
        return _of(reading, at, limit)
    if phrases_of("figure-words.yaml", "pointed").longest(reading.words, start, limit):
        return Noun(part=True)
    if phrases_of("figure-words.yaml", "shown").longest(reading.words, start, limit):
        return Noun(part=quantity.unit != "times")
    if reading.words[start] in grammar.words_of("pointing") and start + 1 < limit:
        end = reading.noun_phrase_end(start + 1, limit, 5)
        return _at(reading, start + 1, end) if end > start + 1 else None
    return None


def _mere_classifier(reading: Reading, quantity: Quantity) -> bool:
    """A word that only singles out («مورد», «فقره», «سه دستگاه خودرو»); «واحد» and «قلم» are part of the noun, and so
    is «دستگاه» before an adjective («دستگاه اجرایی»)."""
    if quantity.classifier == "set":
        following = reading.words[quantity.last] if quantity.last < len(reading.words) else ""
        return not following.endswith("ی")
    return quantity.classifier is not None and quantity.classifier not in ("unit", "kind")


def _of(reading: Reading, start: int, limit: int) -> Noun | None:
    """«از این افراد» points at a figure before; «از متخلفان», «از کل صادرات» names what the share is of."""
    antecedent = phrases_of("figure-words.yaml", "antecedent").longest(reading.words, start, limit)
    if antecedent:
        shown = phrases_of("figure-words.yaml", "antecedent-noun")
        at = next((j for j in range(start, antecedent[0]) if shown.longest(reading.words, j, antecedent[0])), None)
        return (
            Noun((at, antecedent[0]), reading.surface(at, antecedent[0]), True) if at is not None else Noun(part=True)
        )
    first = start + 1
    while first < limit and reading.words[first] in grammar.words_of("demonstrative"):
        first += 1
    end = reading.noun_phrase_end(first, limit, 5)
    return Noun((first, end), reading.surface(first, end)) if end > first else None


def _described(reading: Reading, quantity: Quantity) -> Noun | None:
    """«پیشرفت ۹۵ درصدی», «قرارداد ۷ میلیارد دلاری»: the noun stands before its number."""
    first = quantity.first
    start = reading.sentence_start(first)
    if first > start and reading.words[first - 1] in phrases_of("figure-words.yaml", "timed"):
        return _at(reading, first - 1, first)
    j = _word_start(reading, first, start)
    if j < first and reading.words[first - 1].endswith("ی") and not reading.glued(first - 1):
        j = _word_start(reading, j, start)  # «پیشرفت فیزیکی ۹۵ درصدی»
    return Noun((j, first), reading.surface(j, first)) if j < first else None


def _word_start(reading: Reading, end: int, start: int) -> int:
    """The first token of the word (of one piece or several) that ends before ``end``; ``end`` if there is none."""
    j = end
    while j > start and reading.kinds[j - 1] == WORD:
        j -= 1
        if not reading.glued(j):
            break
    return j


@cache
def _measured() -> Phrases[str]:
    """Nouns that are measured or priced, also with the indefinite ی («اعتباری بالغ بر»), under their plain form."""
    pairs: dict[str, str] = {}
    for rule in rules.load("figure-words.yaml", required={"match"}):
        if rule.id == "measured":
            for text in rule.list("match"):
                pairs[text] = text
                pairs.setdefault(text + "ی", text)
    return Phrases(pairs)


def _spent(reading: Reading, quantity: Quantity) -> Noun | None:
    """What a verb of spending says that a sum is for."""
    spent = spending.purpose(reading, quantity)
    return _at(reading, *spent) if spent else None


def _before(reading: Reading, quantity: Quantity) -> Noun | None:
    """The measured noun phrase before the number, over «بالغ بر», «به مبلغ», adverbs and a finite «است»."""
    start, end = reading.sentence_start(quantity.first), quantity.first
    if quantity.numeral.bound_span is not None:
        end = max(start, min(end, reading.doc.tokens.at(quantity.numeral.bound_span[0])))
    while end > start and quantity.first - end < 9 and _small(reading, end - 1):
        end -= 1
    first = end
    while first > start and end - first < 7 and reading.kinds[first - 1] == WORD:
        first -= 1
    for j in range(first, end):
        found = _measured().longest(reading.words, j, end)
        if found and (reading.words[j : found[0]] == _plain(found[1]) or found[0] == end):
            text = found[1] if found[0] == end else reading.surface(j, end)
            return Noun((j, end), text)
    return None


@cache
def _plain(text: str) -> tuple[str, ...]:
    return phrase(text)


def _earlier(reading: Reading, quantity: Quantity) -> Noun:
    """The first measured noun or «تعداد …» of the clause before the number: «متوسط قیمت هر تن … تا دی‌ماه ۷۶۵ دلار»."""
    floor, start = reading.sentence_start(quantity.first), quantity.first
    while start > floor and not _clause_edge(reading, start - 1):
        start -= 1
    noun = _measured_in(reading, start, quantity)
    if noun.text or quantity.kind == "ratio" or not quantity.unit:
        return noun
    while start > floor and not _clause_edge(reading, start - 1, numbers=False):
        start -= 1
    return _measured_in(reading, start, quantity)


def _measured_in(reading: Reading, start: int, quantity: Quantity) -> Noun:
    """The first measured noun or counted «تعداد …» from ``start`` to a quantity; money is no growth."""
    amount, trend = phrases_of("figure-words.yaml", "amount"), phrases_of("figure-words.yaml", "trend")
    for j in range(start, quantity.first):
        counted = amount.longest(reading.words, j, quantity.first)
        if counted:
            end = _with_participle(reading, counted[0], quantity.first)
            return Noun((counted[0], end), reading.surface(counted[0], end)) if end > counted[0] else Noun()
        found = _measured().longest(reading.words, j, quantity.first) if quantity.unit else None
        found = found or _timed(reading, j, quantity)
        if quantity.kind != "ratio" and trend.longest(reading.words, j, quantity.first):
            continue
        if found and reading.words[j : found[0]] == _plain(found[1]):
            end = reading.noun_phrase_end(j, quantity.first, 5)
            return Noun((j, end), reading.surface(j, end)) if end > j else Noun()
    return Noun()


def _timed(reading: Reading, j: int, quantity: Quantity) -> tuple[int, str] | None:
    """«مدت زمان سفر … ۴۵ دقیقه»: a noun that is measured in time, before a duration."""
    if not quantity.is_duration:
        return None
    found = phrases_of("figure-words.yaml", "timed").longest(reading.words, j, quantity.first)
    return (found[0], reading.surface(j, found[0])) if found else None


def _clause_edge(reading: Reading, j: int, *, numbers: bool = True) -> bool:
    if reading.kinds[j] == VERB:
        return reading.words[j] not in grammar.words_of("participle")
    return (numbers and reading.kinds[j] == NUMBER) or bool(
        phrases_of("words.yaml", "clause-boundary").longest(reading.words, j, j + 1)
    )


def _with_participle(reading: Reading, start: int, limit: int) -> int:
    """A noun phrase with «شده» after it: «طیور کشتار شده»."""
    end = reading.noun_phrase_end(start, limit, 6)
    for last in (end, end + 1):
        if last < limit and reading.words[last] in grammar.words_of("participle"):
            return last + 1
    return end


def _small(reading: Reading, j: int) -> bool:
    """A word that may stand between a measured noun and its number."""
    if reading.kinds[j] == MARK:
        return False
    if reading.kinds[j] == FUNCTION:
        return reading.words[j] not in ("و", "که")
    return reading.words[j] in phrases_of("figure-words.yaml", "filler") or (
        reading.kinds[j] == VERB and reading.words[j] in grammar.words_of("copula")
    )
