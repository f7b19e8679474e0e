"""Events: gatherings, ceremonies and visits that the report names or points at."""

from __future__ import annotations

from functools import cache

from kg.mentions import gazetteer, grammar
from kg.mentions.grammar import phrases_of
from kg.mentions.reading import Reading
from kg.mentions.records import EventMention, PlaceMention
from kg.rules import Rule

LONGEST = 14


def find(reading: Reading) -> None:
    """Fill ``reading.events`` in text order."""
    taken = {i for o in reading.organizations for i in range(o.first, o.last)}
    i, found = 0, []
    while i < len(reading.words):
        mention = None if i in taken else at(reading, i)
        if mention:
            found.append(mention)
            i = mention.last
        else:
            i += 1
    reading.events = found


@cache
def _firsts() -> frozenset[str]:
    """Words with which an event's name, or a visit told by a verb, may begin."""
    return gazetteer.heads("events.yaml").firsts | phrases_of("attribution.yaml", "from").firsts


def at(reading: Reading, i: int) -> EventMention | None:
    """The event whose name begins at token ``i``, with its ordinal («سومین همایش …») or with its head noun."""
    limit = reading.sentence_end(i)
    if reading.words[i] not in _firsts() and i not in reading.ordinals:
        return None
    ordinal = reading.ordinals.get(i)
    if ordinal and not reading.words[ordinal.last - 1].endswith("ین"):
        ordinal = None
    head_at = ordinal.last if ordinal else i
    if head_at >= limit:
        return None
    head = gazetteer.heads("events.yaml").longest(reading.words, head_at, limit)
    if head is None or (head[0] < limit and reading.words[head[0]] in grammar.words_of("plural-suffix")):
        return None
    after, rule = head
    number = int(ordinal.value) if ordinal and ordinal.value is not None else None
    indefinite = after < limit and reading.words[after] in grammar.words_of("indefinite")
    if indefinite or not _definite(reading, i, rule, number, limit):
        return None
    last = after if rule.id == "press-talk" else _name_end(reading, after, limit, visit=rule.text("value") == "visit")
    if last == after and rule.id != "press-talk":
        return None
    only = reading.ordinals.get(after)
    if only is not None and only.last == last:
        return None
    place = next((p for p in reading.places if after <= p.first and p.last <= last), None)
    return EventMention(i, last, f"event-{rule.id}", rule.text("value"), head_at, number, place)


def _visit(reading: Reading, i: int, limit: int) -> EventMention | None:
    """«از … بازدید کرد»: a visit told by a verb; its name is the place visited and the noun of the verb."""
    if reading.words[i] not in phrases_of("attribution.yaml", "from") or reading.paragraph(i) > 1:
        return None
    organization, place = reading.organization_at(i + 1) if i + 1 < limit else None, None
    end = organization.last if organization else reading.noun_phrase_end(i + 1, limit, 8)
    if end == i + 1 or end >= limit:
        return None
    noun = phrases_of("event-scenes.yaml", "visit").longest(reading.words, end, limit)
    done = noun and phrases_of("event-scenes.yaml", "visited").longest(reading.words, noun[0], limit)
    if not noun or not done:
        return None
    place = next((p for p in reading.places if i < p.first and p.last <= end), None)
    return EventMention(i, noun[0], "event-visit-told", "inspection-visit", end, None, place)


def _definite(reading: Reading, i: int, rule: Rule, number: int | None, limit: int) -> bool:
    """Whether one gathering is meant: numbered, or where the report puts its scene («در …», «در حاشیه …»)."""
    previous = reading.words[i - 1] if i > reading.sentence_start(i) else ""
    if previous in grammar.words_of("determiner"):
        return False
    if number is not None:
        return True
    scene = phrases_of("event-scenes.yaml", "scene")
    starts = range(max(reading.sentence_start(i), i - 3), i)
    if any((found := scene.longest(reading.words, s, i)) and found[0] == i for s in starts):
        course = phrases_of("event-scenes.yaml", "course")
        in_course = any((found := course.longest(reading.words, s, i)) and found[0] == i for s in starts)
        return reading.paragraph(i) <= 1 or in_course or rule.text("weak") != "yes"
    held = phrases_of("event-scenes.yaml", "held")
    return rule.text("weak") != "yes" and any(held.longest(reading.words, j, limit) for j in range(i, limit))


def _name_end(reading: Reading, after: int, limit: int, *, visit: bool) -> int:
    """The name runs through noun phrases, also over «از», «با» and a place with «در»."""
    number = next((n for n in reading.numerals if n.first == after), None)
    start = number.last if number and number.last < limit else after
    j, linked = reading.noun_phrase_end(start, limit, 9), False
    linking = phrases_of("event-scenes.yaml", "linking-visit" if visit else "linking")
    while j < limit - 1 and j - after < LONGEST:
        if reading.words[j] in ("«", '"') and (close := reading.closing(j, limit)):
            j = close
            continue
        place = _place_after(reading, j)
        if place:
            return place.last
        shown = _shown_thing(reading, j, limit)
        if shown:
            return shown
        lead = phrases_of("attribution.yaml", "lead-in-content").longest(reading.words, j, limit)
        if linking.longest(reading.words, j, limit) and not linked and not lead:
            organization = reading.organization_at(j + 1)
            end = organization.last if organization else reading.noun_phrase_end(j + 1, limit, 6)
            if end == j + 1 or reading.words[j + 1] in phrases_of("event-scenes.yaml", "attendance"):
                break
            j, linked = end, True
            continue
        break
    return j


def _shown_thing(reading: Reading, j: int, limit: int) -> int | None:
    """«آیین امضای این قرارداد»: a thing that the report points at, as the end of the name."""
    if reading.words[j] not in grammar.words_of("pointing") or j + 1 >= limit:
        return None
    for file in ("agreements.yaml", "programs.yaml"):
        head = gazetteer.heads(file).longest(reading.words, j + 1, limit)
        if head and head[1].text("part") in ("", "noun"):
            return head[0]
    return None


def _place_after(reading: Reading, j: int) -> PlaceMention | None:
    if reading.words[j] not in phrases_of("attribution.yaml", "in"):
        return None
    return next((p for p in reading.places if p.first == j + 1 and p.name_first > p.first), None)
