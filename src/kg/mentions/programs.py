"""Programs: plans, projects, laws and systems with a name; bare generic plurals are none."""

from __future__ import annotations

from kg.mentions import gazetteer, grammar
from kg.mentions.grammar import phrases_of
from kg.mentions.reading import Reading
from kg.mentions.records import ProgramMention
from kg.rules import Rule


def find(reading: Reading) -> None:
    """Fill ``reading.programs``: names outside institutions' names, in text order."""
    taken = {i for o in reading.organizations for i in range(o.first, o.last)}
    i, found = 0, []
    while i < len(reading.words):
        mention = None if i in taken else at(reading, i)
        if mention:
            found.append(mention)
            i = mention.last
        else:
            i += 1
    laws = [range(p.first, p.last) for p in found if p.kind in ("law", "bill")]
    # A law is no program, but what stands in its name («قانون تأمین اجتماعی») is no institution either.
    reading.organizations = [
        o for o in reading.organizations if not any(o.first in law and o.last - 1 in law for law in laws)
    ]
    reading.programs = [p for p in found if p.kind not in ("law", "bill")]


def at(reading: Reading, i: int) -> ProgramMention | None:
    """The program named at token ``i``."""
    if reading.words[i] not in gazetteer.heads("programs.yaml").firsts:
        return None
    if i > 0 and (reading.words[i - 1] in grammar.words_of("determiner") or _counted(reading, i)):
        return None
    limit = reading.sentence_end(i)
    head = gazetteer.heads("programs.yaml").longest(reading.words, i, limit)
    if head is None or head[0] >= limit or reading.words[head[0]] in grammar.words_of("plural-suffix"):
        return None
    after, rule = head
    if reading.glued(after) and reading.words[after] != "ی":
        # «برنامه‌ریزی»: the head is the first half of another word.
        return None
    return _development_plan(reading, i, after, limit) or _named(reading, i, after, rule, limit)


def _counted(reading: Reading, i: int) -> bool:
    """Whether a number counts the head; a sum of money before it does not («قرارداد ۷ میلیارد دلاری خط لوله …»)."""
    if not reading.counted(i):
        return False
    return not any(q.last == i and q.kind == "money" for q in reading.quantities)


def _holds_name(reading: Reading, first: int, last: int) -> bool:
    """Whether a phrase names a place or an institution, so that one program is meant («برنامه هسته‌ای ایران»)."""
    return any(reading.place_at(j) or reading.organization_at(j) for j in range(first, last))


def _development_plan(reading: Reading, first: int, after: int, limit: int) -> ProgramMention | None:
    """«برنامه ششم توسعه», «برنامه پنج‌ساله چهارم», «برنامه چهارم»: a plan of the state by its number."""
    words, number = reading.words, None
    years = phrases_of("development-plans.yaml", "five-year")
    head = phrases_of("development-plans.yaml", "head").longest(words, first, limit)
    if not head:
        return None
    j = max(after, head[0])
    tail = phrases_of("development-plans.yaml", "tail")
    named = False
    while j < limit:
        ordinal = reading.ordinals.get(j)
        if ordinal and number is None:
            number, j = int(ordinal.value or 0), ordinal.last
        elif years.longest(words, j, limit):
            j, named = years.longest(words, j, limit)[0], True  # type: ignore[index]
        elif tail.longest(words, j, limit) and (number or named):
            j, named = tail.longest(words, j, limit)[0], True  # type: ignore[index]
        else:
            break
    if number is None or not named or not 1 <= number <= 9:
        return None
    return ProgramMention(first, j, "program-development-plan", "development-plan", f"barname-towse-{number}", number)


def _named(reading: Reading, first: int, after: int, rule: Rule, limit: int) -> ProgramMention | None:
    words = reading.words
    if rule.text("value") == "budget":
        return _budget(reading, first, after, rule, limit)
    if words[after] in grammar.words_of("indefinite") or reading.breaks(after):
        return None
    if words[after] in ("«", '"'):
        close = reading.closing(after, limit)
        return ProgramMention(first, close, f"program-{rule.id}", rule.text("value")) if close else None
    last = _extended(reading, after, reading.noun_phrase_end(after, limit, 7), limit)
    modifiers = [
        word
        for word in words[after:last]
        if word not in grammar.words_of("generic-tail") and word not in grammar.words_of("plural-suffix")
    ]
    needed = {"law": 1, "campaign": 1, "bill": 1, "system": 1, "budget": 1, "document": 0}.get(rule.text("value"), 2)
    placed = _holds_name(reading, after, last)
    short = _short_form(reading, last, limit) if last > after else None
    if short:
        return ProgramMention(first, short, f"program-{rule.id}", rule.text("value"))
    if rule.id == "program" and reading.organization_at(after):
        # «برنامه وزارت کشور»: what a body plans.
        return None
    if rule.text("weak") == "bracket" or (rule.text("weak") == "yes" and not placed):
        return None
    if len(modifiers) < (1 if placed else needed):
        return None
    general = len(modifiers) == 1 and modifiers[0].endswith("ی") and not placed
    if general and rule.text("value") in ("system", "campaign"):
        return None
    return ProgramMention(first, last, f"program-{rule.id}", rule.text("value"))


def _short_form(reading: Reading, last: int, limit: int) -> int | None:
    """«شبکه آموزشی دانش‌آموز (شاد)»: the index after a short name of one word in brackets."""
    if last + 2 >= limit or reading.words[last] != "(" or reading.words[last + 2] != ")":
        return None
    return last + 3 if reading.kinds[last + 1] == grammar.WORD else None


def _extended(reading: Reading, after: int, last: int, limit: int) -> int:
    """«خط لوله انتقال گاز ایران به هند و پاکستان», «آزادراه تهران - پردیس»: a line goes on with where it leads."""
    only = reading.place_at(after) if last == after else None
    last = only.last if only else last
    to = phrases_of("development-plans.yaml", "leading-to")
    ends_in_place = any(p.last == last and p.first >= after for p in reading.places)
    if not ends_in_place or last + 1 >= limit or reading.words[last] not in (*to.firsts, "-", "–"):
        return last
    place = reading.place_at(last + 1)
    if place and place.last + 1 < limit and reading.words[place.last] == "و":
        place = reading.place_at(place.last + 1) or place
    return place.last if place else last


def _budget(reading: Reading, first: int, after: int, rule: Rule, limit: int) -> ProgramMention | None:
    """«بودجه سال ۱۴۰۲ شهرداری زنجان», «لایحه بودجه ۱۴۰۲»: a budget by its year, with the body it belongs to."""
    year = reading.words[after]
    if not (year.isdecimal() and len(year) in (2, 4)):
        return None
    body = reading.organization_at(after + 1) if after + 1 < limit else None
    return ProgramMention(first, body.last if body else after + 1, f"program-{rule.id}", rule.text("value"))
