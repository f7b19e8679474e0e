"""Where the noun phrase after a number ends: what a figure counts when the noun follows it."""

from __future__ import annotations

from kg.mentions import grammar
from kg.mentions.grammar import NUMBER, WORD, phrases_of
from kg.mentions.reading import Reading
from kg.text.match import Phrases
from kg.text.quantities import Quantity

PERSONS = ("person", "person-tan")
"""Units of persons."""


def _words(name: str) -> Phrases[str]:
    return phrases_of("figure-words.yaml", name)


def end_of(reading: Reading, start: int, limit: int, quantity: Quantity) -> int:
    """End of the noun phrase after the number, ``start`` where none is. The first word of a bare count is always
    counted; a noun of a predicate («… هزینه شد») is not, but a trend is («… کاهش داشت»)."""
    if start >= limit or reading.kinds[start] != WORD:
        return start
    if start + 1 < limit and reading.words[start + 1] in grammar.words_of("reflexive"):
        return start + 1
    own = quantity.unit in PERSONS and reading.words[start] in _words("person-noun")
    if reading.breaks(start) and not own:
        return start
    if reading.in_predicate(start, limit) and not own:
        return start + 1 if _predicated(reading, start, limit, quantity) else start
    end = reading.noun_phrase_end(start + own, limit, 6)
    end = _cut(reading, start, _with_object(reading, end, limit), limit, quantity)
    return _further(reading, start, end, limit)


def _predicated(reading: Reading, start: int, limit: int, quantity: Quantity) -> bool:
    """A noun of a predicate that is measured all the same: «… کاهش داشت», «… اعتبار داده شده است»."""
    trend = quantity.kind in ("ratio", "measure") and _words("trend").longest(reading.words, start, limit)
    spent = reading.words[start] in grammar.words_of("having")
    had = not spent and start + 1 < limit and reading.words[start + 1] in grammar.forms_of("dashtan")
    granted = quantity.kind == "money" and reading.words[start] in _words("granted")
    return bool(trend or had or granted or quantity.unit is None)


def _with_object(reading: Reading, end: int, limit: int) -> int:
    """«… خواهر و برادر داشت», «شکستگی دست بوده است»: the last word belongs to the noun, not to the verb."""
    if end + 1 >= limit or reading.kinds[end] != WORD:
        return end
    following = reading.words[end + 1]
    had = following in grammar.forms_of("dashtan") and reading.words[end] not in grammar.words_of("having")
    body = following in grammar.words_of("copula") and reading.words[end] in _words("body")
    return end + 1 if had or body else end


def _cut(reading: Reading, start: int, end: int, limit: int, quantity: Quantity) -> int:
    """The end before an institution, a listed place, a scope («… کشور»), a predicate, or another number's bound."""
    end = next((j for j in range(start + 1, end) if reading.organization_at(j)), end)
    end = next((j for j in range(start + 1, end) if _listed_place(reading, j, limit)), end)
    if quantity.unit is None:
        end = next((j for j in range(start + 1, end) if _plural(reading, j, limit)), end)
    loose = _words("loose-tail")
    if loose.longest(reading.words, start, end):
        end = next((j for j in range(start + 1, end) if reading.place_at(j)), end)
    end = next((j for j in range(start + 1, end) if loose.longest(reading.words, j, end)), end)
    if (
        end - start > 1
        and end < limit
        and reading.kinds[end] == NUMBER
        and _words("bounding").longest(reading.words, end - 1, end)
    ):
        end -= 1
    return _without_predicate(reading, start, end, limit, quantity)


def _plural(reading: Reading, j: int, limit: int) -> bool:
    """«دو گروه نیروهای …»: a plural behind a counted noun, which is singular, tells whose it is."""
    following = reading.words[j + 1] if j + 1 < limit else ""
    return following in grammar.words_of("plural-suffix") or reading.words[j].endswith(("های", "هایی"))


def _listed_place(reading: Reading, j: int, limit: int) -> bool:
    """«چهار کشور ایران، عراق و …», «دو شهرستان ساری، بابل»: names of what is counted, one by one."""
    headed = reading.place_at(j - 1)
    place = headed if headed and headed.name_first == j else reading.place_at(j)
    return place is not None and place.last < limit and reading.words[place.last] in ("،", ",")


def _without_predicate(reading: Reading, start: int, end: int, limit: int, quantity: Quantity) -> int:
    """The end before an adjective that is said of the noun («… فعال است») and before a verb's noun whose verb stands
    later («۱۸ پرونده تشکیل و …»)."""
    if end >= limit:
        return end
    word = reading.words[end]
    if word == "." and end - start > 1 and reading.words[end - 1].endswith(("ند", "ید", "ست", "خت", "فت")):
        # «… چهار رهگذر انجامید.»: a sentence ends in its verb, also in one that no list holds.
        return end - 1
    several = quantity.unit in PERSONS and word != "است"
    predicate = _words("predicate").longest(reading.words, end - 1, end)
    if end - start > 1 and predicate and word in grammar.words_of("copula") and not several:
        end -= 1
    if word in ("و", "،"):
        least = start if quantity.unit in PERSONS else start + 1
        while end > least and _words("elided").longest(reading.words, end - 1, end):
            end -= 1
    return end


def _further(reading: Reading, start: int, end: int, limit: int) -> int:
    """The end after what goes on with the noun: «… همین استان», «نمونه از …», «… مشغول به تحصیل»."""
    if end <= start or end >= limit:
        return end
    if end + 1 < limit and reading.words[end - 1] in grammar.words_of("plural-suffix"):
        pointer = phrases_of("place-pointers.yaml", "place").longest(reading.words, end + 1, limit)
        if reading.words[end] in grammar.words_of("pointing") and pointer:
            return pointer[0]
    if end - start == 1 and reading.words[end] == "از" and _words("sample").longest(reading.words, start, end):
        return max(end, reading.noun_phrase_end(end + 1, limit, 5))
    linked = _words("linking").longest(reading.words, end, limit)
    linked = linked or _words("linking").longest(reading.words, end - 1, limit)
    if linked and (last := reading.noun_phrase_end(linked[0], limit, 3)) > linked[0]:
        return last
    return end
