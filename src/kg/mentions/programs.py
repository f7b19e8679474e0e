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
    if i > 0 and (reading.words[i - 1] in grammar.words_of("determiner") or reading.counted(i)):
        return None
    limit = reading.sentence_end(i)
    head = gazetteer.heads("programs.yaml").longest(reading.words, i, limit)
    if head is None or head[0] >= limit or reading.words[head[0]] in grammar.words_of("plural-suffix"):
        return None
    after, rule = head
    return _development_plan(reading, i, after, limit) or _named(reading, i, after, rule, limit)


def _development_plan(reading: Reading, first: int, after: int, limit: int) -> ProgramMention | None:
    """«برنامه ششم توسعه», «برنامه پنج‌ساله چهارم», «برنامه چهارم»: a plan of the state by its number."""
    j, number = after, None
    words = reading.words
    years = phrases_of("development-plans.yaml", "five-year")
    head = phrases_of("development-plans.yaml", "head")
    if not head.longest(words, first, limit):
        return None
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
    if words[after] in grammar.words_of("indefinite") or reading.breaks(after):
        return None
    if words[after] in ("«", '"'):
        close = reading.closing(after, limit)
        return ProgramMention(first, close, f"program-{rule.id}", rule.text("value")) if close else None
    if rule.text("weak") == "yes":
        return None
    last = reading.noun_phrase_end(after, limit, 7)
    modifiers = [
        w
        for w in words[after:last]
        if w not in grammar.words_of("generic-tail") and w not in grammar.words_of("plural-suffix")
    ]
    needed = 1 if rule.text("value") in ("law", "campaign", "bill", "system", "document") else 2
    if len(modifiers) < needed or words[after] in grammar.words_of("generic-tail"):
        return None
    return ProgramMention(first, last, f"program-{rule.id}", rule.text("value"))
