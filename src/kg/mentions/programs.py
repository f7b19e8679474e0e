"""Programs: plans, projects, laws and systems with a name; bare generic plurals are none."""

from __future__ import annotations

from functools import cache

from kg.mentions import gazetteer, grammar
from kg.mentions.grammar import phrases_of
from kg.mentions.reading import Reading
from kg.mentions.records import ProgramMention
from kg.rules import Rule


def find(reading: Reading) -> None:
    """Fill ``reading.programs``: names outside institutions' names, in text order."""
    taken = {i for o in reading.organizations for i in range(o.first, o.last)}
    after, found = 0, []
    for i in reading.tokens_of(_firsts()):
        mention = None if i < after or i in taken else at(reading, i)
        if mention:
            found.append(mention)
            after = mention.last
    laws = [range(p.first, p.last) for p in found if p.kind in ("law", "bill")]
    # A law is no program, but what stands in its name («قانون تأمین اجتماعی») is no institution either.
    reading.organizations = [
        o for o in reading.organizations if not any(o.first in law and o.last - 1 in law for law in laws)
    ]
    reading.programs = [p for p in found if p.kind not in ("law", "bill")]


@cache
def _firsts() -> frozenset[str]:
    """Words with which a program's name may begin."""
    return gazetteer.program_names().firsts | gazetteer.heads("programs.yaml").firsts


def at(reading: Reading, i: int) -> ProgramMention | None:
    """The program named at token ``i``."""
    known = _known(reading, i)
    if known:
        return known
    if reading.words[i] not in gazetteer.heads("programs.yaml").firsts:
        return None
    if i > 0 and (reading.words[i - 1] in grammar.words_of("determiner") or _counted(reading, i)):
        return None
    limit = reading.sentence_end(i)
    head = gazetteer.heads("programs.yaml").longest(reading.words, i, limit)
    if head is None or head[0] >= limit or reading.words[head[0]] in grammar.words_of("plural-suffix"):
        return None
    after, rule = head
    if _known(reading, after):
        # «مسئول برنامه شبکه شاد»: the name begins behind the head.
        return None
    if reading.glued(after) and reading.words[after] != "ی":
        # «برنامه‌ریزی»: the head is the first half of another word.
        return None
    return _development_plan(reading, i, after, limit) or _named(reading, i, after, rule, limit)


def _known(reading: Reading, i: int) -> ProgramMention | None:
    """A listed program, unless the words go on as part of a longer one («پزشک خانواده‌ها»)."""
    if reading.words[i] not in gazetteer.program_names().firsts:
        return None
    limit = reading.sentence_end(i)
    found = gazetteer.program_names().longest(reading.words, i, limit)
    if found is None or (found[0] < limit and reading.glued(found[0])):
        return None
    after, program = found
    return ProgramMention(i, after, "program-known", program.kind, program.slug)


def _counted(reading: Reading, i: int) -> bool:
    """Whether a number counts the head; a sum of money before it does not («قرارداد ۷ میلیارد دلاری خط لوله …»)."""
    if not reading.counted(i):
        return False
    return not any(q.kind == "money" for q in reading.index(reading.quantities).ending(i))


def _holds_name(reading: Reading, first: int, last: int) -> bool:
    """Whether a phrase names a place or an institution, so that one program is meant («برنامه هسته‌ای ایران»)."""
    named = (reading.organization_at(j) for j in range(first, last))
    return any(o and (o.last - o.first > 1 or o.known) for o in named) or any(map(reading.place_at, range(first, last)))


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
    scheme = _after_scheme(reading, after, limit)
    if words[after] in grammar.words_of("indefinite") or (scheme == after and reading.breaks(after)):
        return None
    if scheme < limit and words[scheme] in ("«", '"'):
        close = reading.closing(scheme, limit)
        return ProgramMention(first, close, f"program-{rule.id}", rule.text("value")) if close else None
    last = _extended(reading, scheme, reading.noun_phrase_end(scheme, limit, 7), limit)
    last = _asked(reading, scheme, _made(reading, scheme, last, limit), limit)
    modifiers = [
        word
        for word in words[after:last]
        if word not in grammar.words_of("generic-tail") and word not in grammar.words_of("plural-suffix")
    ]
    needed = {"law": 1, "campaign": 1, "bill": 1, "system": 1, "budget": 1, "document": 0}.get(rule.text("value"), 2)
    needed = min(needed, 1) if _numbered(reading, first) or scheme > after else needed
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


def _after_scheme(reading: Reading, j: int, limit: int) -> int:
    """The index behind adjectives between head and name («طرح ملی …»), if a name follows."""
    scheme, start = phrases_of("program-words.yaml", "scheme"), j
    while j < limit and reading.words[j] in scheme:
        j += 1
    names = j < limit and (reading.kinds[j] == grammar.WORD or reading.words[j] in ("«", '"'))
    return j if names and not reading.breaks(j) and not reading.in_predicate(j, limit) else start


def _numbered(reading: Reading, first: int) -> bool:
    """«سومین طرح …»: the head behind an ordinal in ین."""
    return any(
        n.is_ordinal and n.value is not None and reading.words[first - 1].endswith("ین")
        for n in reading.index(reading.numerals).ending(first)
    )


def _made(reading: Reading, start: int, last: int, limit: int) -> int:
    """«پروژه ساخت ۲ هزار واحد مسکونی»: the end behind how much is made."""
    if last >= limit or reading.kinds[last] != grammar.NUMBER or last != start + 1:
        return last
    quantity = reading.index(reading.quantities).at(last)
    if quantity is None or reading.words[start] not in phrases_of("program-words.yaml", "making"):
        return last
    return max(reading.noun_phrase_end(quantity.last, limit, 4), quantity.last)


def _asked(reading: Reading, start: int, last: int, limit: int) -> int:
    """«طرح بازدید و سرکشی از مراکز خدماتی»: the end behind what a noun of a verb asks for."""
    asks, joins = phrases_of("program-words.yaml", "asks"), phrases_of("program-words.yaml", "joins")
    j = last
    if j + 1 < limit and reading.words[j] == "و" and reading.words[j - 1] in asks and reading.words[j + 1] in asks:
        j += 2
    if j + 1 >= limit or reading.words[j] not in joins or reading.words[j - 1] not in asks:
        return last
    end = reading.noun_phrase_end(j + 1, limit, 6)
    return end if end > j + 1 else last


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
    ends_in_place = any(p.first >= after for p in reading.index(reading.places).ending(last))
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
