"""Events: gatherings, ceremonies and visits that the report names or points at."""

from __future__ import annotations

from functools import cache

from kg.mentions import gazetteer, grammar
from kg.mentions.grammar import phrases_of
from kg.mentions.reading import Reading
from kg.mentions.records import EventMention, PlaceMention
from kg.rules import Rule

LONGEST = 14
BARE = frozenset({"press-talk", "round"})
"""Rules whose words are the whole name."""
MEETS = frozenset({"meeting", "encounter", "visit", "inspection-visit", "press-conference"})
"""Kinds whose names may go on with «با» and «از» behind any noun."""

CONTESTS = frozenset({"election", "competition"})
"""Kinds that «این جلسه» never points at."""
GOES = frozenset({"visit", "inspection-visit", "encounter"})
"""Kinds of which one is told apart by who goes and where to."""


def find(reading: Reading) -> None:
    """Fill ``reading.events`` in text order."""
    taken = {i for o in reading.organizations for i in range(o.first, o.last)}
    # «رزمایش کمک مؤمنانه» is a campaign, though a manoeuvre by its noun.
    taken |= {p.first for p in reading.programs}
    after = 0
    found: list[EventMention] = []
    for i in sorted({*reading.tokens_of(_firsts()), *reading.ordinals}):
        mention = None if i < after or i in taken else at(reading, i)
        if mention and not _again(reading, mention, found):
            found.append(mention)
        after = mention.last if mention else after
    if all(mention.kind in CONTESTS for mention in found):
        found = found + _pointed(reading)
    reading.events = sorted(found + _named_again(reading, found, taken), key=lambda m: m.first)


def _pointed(reading: Reading) -> list[EventMention]:
    """«فرماندار در این جلسه گفت»: where no gathering is named, the one that the report only points at."""
    scene, pointing = phrases_of("attribution.yaml", "in"), grammar.words_of("pointing")
    for i in reading.tokens_of(pointing):
        if not 0 < i < len(reading.words) - 1 or reading.words[i - 1] not in scene:
            continue
        head = gazetteer.heads("events.yaml").longest(reading.words, i + 1, reading.sentence_end(i))
        if head and head[1].text("weak") != "yes":
            return [EventMention(i, head[0], "event-pointed", head[1].text("value"), i + 1, None, None)]
    return []


def _named_again(reading: Reading, found: list[EventMention], taken: set[int]) -> list[EventMention]:
    """Where the name of a gathering found stands again, maybe fuller, in a place that would not show it alone."""
    models = {reading.words[m.head : m.last]: m for m in reversed(found) if m.last - m.head > 2}
    covered = taken | {i for m in found for i in range(m.first, m.last)}
    added = []
    for name, model in models.items():
        for first in _positions(reading, name):
            if first not in covered:
                last = _fuller(reading, first, first + len(name), model.kind)
                covered |= set(range(first, last))
                place = _within(reading, first, last)
                added.append(EventMention(first, last, "event-again", model.kind, first, None, place))
    return added


def _fuller(reading: Reading, first: int, last: int, kind: str) -> int:
    """The end of a name found again, which may go on longer than before."""
    limit = reading.sentence_end(first)
    return max(last, _name_end(reading, first + 1, limit, kind)) if first + 1 < limit else last


def _positions(reading: Reading, name: tuple[str, ...]) -> list[int]:
    return [i for i in reading.positions(name[0]) if reading.words[i : i + len(name)] == name]


def _again(reading: Reading, mention: EventMention, found: list[EventMention]) -> bool:
    """«در نشست خبری در جمع خبرنگاران»: reporters who stand round at a gathering just named are none of their own."""
    near = found and found[-1].last >= max(mention.first - 1, reading.sentence_start(mention.first))
    return bool(near) and mention.rule == "event-press-talk"


@cache
def _firsts() -> frozenset[str]:
    """Words with which an event's name, or a visit told by a verb, may begin."""
    return gazetteer.heads("events.yaml").firsts | phrases_of("attribution.yaml", "from").firsts


def at(reading: Reading, i: int) -> EventMention | None:
    """The event whose name begins at token ``i``, with its ordinal («سومین همایش …») or with its head noun."""
    limit = reading.sentence_end(i)
    if reading.words[i] not in _firsts() and i not in reading.ordinals:
        return None
    visit = _visit(reading, i, limit)
    if visit:
        return visit
    ordinal = reading.ordinals.get(i)
    if ordinal and not reading.words[ordinal.last - 1].endswith("ین"):
        ordinal = None
    head_at = _after_round(reading, ordinal.last, limit) if ordinal else i
    if head_at >= limit:
        return None
    head = gazetteer.heads("events.yaml").longest(reading.words, head_at, limit)
    if head is None or (head[0] < limit and reading.words[head[0]] in grammar.words_of("plural-suffix")):
        return None
    after, rule = head
    if rule.text("weak") == "numbered" and not ordinal:
        return None
    number = int(ordinal.value) if ordinal and ordinal.value is not None else None
    indefinite = after < limit and reading.words[after] in grammar.words_of("indefinite")
    if indefinite:
        return None
    told = _told_visit(reading, i, after, limit, rule) if number is None else None
    if told:
        place = _destination(reading, told)
        return EventMention(i, told, f"event-{rule.id}-by", rule.text("value"), head_at, None, place)
    if not _definite(reading, i, rule, number, limit):
        return None
    last = after if rule.id in BARE else _name_end(reading, after, limit, rule.text("value"))
    if last == after and rule.id not in BARE:
        return None
    if number is None and last > after and _general(reading, after, last, rule):
        return None
    only = reading.ordinals.get(after)
    if only is not None and only.last == last:
        return None
    place = _within(reading, after, last) or _held_in(reading, last, limit)
    return EventMention(i, last, f"event-{rule.id}", rule.text("value"), head_at, number, place)


def _within(reading: Reading, first: int, last: int) -> PlaceMention | None:
    """The first place named between two tokens."""
    return next((p for p in reading.index(reading.places).between(first, last) if p.last <= last), None)


def _goer(reading: Reading, after: int, limit: int) -> int | None:
    """The index behind who goes: an official, an institution, or «اعضای …» of one."""
    if after >= limit:
        return None
    members = phrases_of("event-scenes.yaml", "members").longest(reading.words, after, limit)
    organization = reading.organization_at(members[0] if members else after)
    return reading.official_at(after) or (organization.last if organization else None)


def _destination(reading: Reading, last: int) -> PlaceMention | None:
    """The place that ends a visit's name."""
    return next(iter(reading.index(reading.places).ending(last)), None)


def _told_visit(reading: Reading, i: int, after: int, limit: int, rule: Rule) -> int | None:
    """«سفر وزیر نیرو به ارومیه», «دیدار استاندار با …»: the end of a visit that names who goes and where to or whom."""
    linking = phrases_of("event-scenes.yaml", "destination")
    if rule.text("value") not in GOES or (i and reading.words[i - 1] in grammar.words_of("determiner")):
        return None
    goer = _goer(reading, after, limit)
    if goer is None or goer + 1 >= limit or reading.words[goer] not in linking.firsts:
        return None
    place, organization = reading.place_at(goer + 1), reading.organization_at(goer + 1)
    ends = [reading.official_at(goer + 1) or 0, place.last if place else 0, organization.last if organization else 0]
    return max(ends) or None


def _after_round(reading: Reading, j: int, limit: int) -> int:
    """«هشتمین دوره [از] نمایشگاه …»: the index behind the word for one round of a series."""
    series = phrases_of("event-scenes.yaml", "series").longest(reading.words, j, limit)
    return series[0] if series else j


def _held_in(reading: Reading, last: int, limit: int) -> PlaceMention | None:
    """«همایش «آب و خاک» آذر سال گذشته در شاهرود برگزار شد»: the place between the name and the verb of holding."""
    time = reading.time_at(last) if last < limit else None
    j = time.last if time else last
    if j + 1 >= limit or reading.words[j] not in phrases_of("attribution.yaml", "in"):
        return None
    place = reading.place_at(j + 1)
    held = phrases_of("event-scenes.yaml", "held")
    return place if place and place.last < limit and held.longest(reading.words, place.last, limit) else None


def _general(reading: Reading, after: int, last: int, rule: Rule) -> bool:
    """«مسابقات ورزشی», «همایش مزبور»: one adjective makes no competition definite, a pointing one no gathering."""
    if reading.words[after] in phrases_of("event-scenes.yaml", "pointing-adjective"):
        return True
    return last == after + 1 and rule.text("value") == "competition" and reading.words[after].endswith("ی")


def _visit(reading: Reading, i: int, limit: int) -> EventMention | None:
    """«از … بازدید کرد»: a visit told by a verb; its name is the place visited and the noun of the verb."""
    if reading.words[i] not in phrases_of("attribution.yaml", "from") or reading.paragraph(i) > 1:
        return None
    organization = reading.organization_at(i + 1) if i + 1 < limit else None
    last = organization.last if organization else reading.noun_phrase_end(i + 1, limit, 8)
    visit, visited = (phrases_of("event-scenes.yaml", name) for name in ("visit", "visited"))
    for end in range(i + 2, min(last + 1, limit)):
        noun = visit.longest(reading.words, end, limit)
        if noun and visited.longest(reading.words, noun[0], limit):
            place = _within(reading, i + 1, end)
            return EventMention(i, noun[0], "event-visit-told", "inspection-visit", end, None, place)
    return None


def _definite(reading: Reading, i: int, rule: Rule, number: int | None, limit: int) -> bool:
    """Whether one gathering is meant: numbered, or where the report puts its scene («در …», «در حاشیه …»)."""
    previous = reading.words[i - 1] if i > reading.sentence_start(i) else ""
    if previous in grammar.words_of("determiner"):
        return False
    if number is not None or rule.id == "round":
        return True
    scene = phrases_of("event-scenes.yaml", "scene")
    starts = range(max(reading.sentence_start(i), i - 3), i)
    if any((found := scene.longest(reading.words, s, i)) and found[0] == i for s in starts):
        course = phrases_of("event-scenes.yaml", "course")
        in_course = any((found := course.longest(reading.words, s, i)) and found[0] == i for s in starts)
        return reading.paragraph(i) <= 1 or in_course or rule.text("weak") != "yes"
    held = phrases_of("event-scenes.yaml", "held")
    return rule.text("weak") != "yes" and any(held.longest(reading.words, j, limit) for j in range(i, limit))


def _name_end(reading: Reading, after: int, limit: int, kind: str) -> int:
    """The name runs through noun phrases, also over «و», «از», «با», a quotation and a place with «در»."""
    number = reading.index(reading.numerals).at(after)
    start = number.last if number and number.last < limit else after
    j, linked = reading.noun_phrase_end(start, limit, 9), False
    if number and j == start:
        # «سه و چهارجانبه»: a number and an adjective made of one.
        j = reading.noun_phrase_end(start + 1, limit, 9) if start < limit and reading.words[start] == "و" else after
        if j <= start + 1:
            return after
    while j < limit - 1 and j - after < LONGEST:
        step = _quoted(reading, j, limit) or _and_more(reading, after, j, limit)
        if step:
            j = step
            continue
        last = _place_after(reading, j) or _shown_thing(reading, j, limit)
        if last:
            return last
        step = None if linked else _linked(reading, after, j, limit, visit=kind == "visit", meets=kind in MEETS)
        if step is None:
            break
        j, linked = step, True
    return j


def _quoted(reading: Reading, j: int, limit: int) -> int | None:
    """«همایش «آب و خاک» استان سمنان»: the quotation and the place or institution behind it."""
    close = reading.closing(j, limit) if reading.words[j] in ("«", '"') else None
    if close is None or close >= limit:
        return close
    behind = reading.organization_at(close) or reading.place_at(close)
    return behind.last if behind else close


def _and_more(reading: Reading, after: int, j: int, limit: int) -> int | None:
    """«نشست با مسئولان و مردم شبانکاره»: what is joined to the end of the name, unless it is a gathering itself."""
    first = _listed(reading, j, limit) or j
    if j == after or reading.words[first] != "و" or first + 1 >= limit:
        return None
    ordinal = reading.ordinals.get(first + 1)
    head = ordinal.last if ordinal else first + 1
    if head >= limit or gazetteer.heads("events.yaml").longest(reading.words, head, limit):
        return None
    organization = reading.organization_at(first + 1)
    end = organization.last if organization else reading.noun_phrase_end(first + 1, limit, 6)
    return end if end > first + 1 else None


def _listed(reading: Reading, j: int, limit: int) -> int | None:
    """«صوتی، تصویری، سینمایی و …»: index of the «و» that ends a list of adjectives in ی."""
    k = j
    while k + 1 < limit and reading.words[k] == "،" and reading.words[k - 1].endswith("ی"):
        if reading.kinds[k + 1] != grammar.WORD or not reading.words[k + 1].endswith("ی"):
            return None
        k += 2
    return k if j < k < limit and reading.words[k] == "و" else None


def _linked(reading: Reading, after: int, j: int, limit: int, *, visit: bool, meets: bool) -> int | None:
    """What «با» and «از» bring into the name, behind a noun that asks for them («دیدار با …», «تجلیل از …»)."""
    words = reading.words
    linking = phrases_of("event-scenes.yaml", "linking-visit" if visit else "linking")
    if not linking.longest(words, j, limit) or phrases_of("attribution.yaml", "lead-in-content").longest(
        words, j, limit
    ):
        return None
    asks = phrases_of("event-scenes.yaml", "asks")
    asked = any((found := asks.longest(words, s, j)) and found[0] == j for s in (j - 1, j - 2))
    if not (asked or meets or j == after):
        return None
    organization = reading.organization_at(j + 1)
    end = organization.last if organization else reading.noun_phrase_end(j + 1, limit, 6)
    return None if end == j + 1 or words[j + 1] in phrases_of("event-scenes.yaml", "attendance") else end


def _shown_thing(reading: Reading, j: int, limit: int) -> int | None:
    """«آیین امضای این قرارداد»: a thing that the report points at, as the end of the name."""
    if reading.words[j] not in grammar.words_of("pointing") or j + 1 >= limit:
        return None
    for file in ("agreements.yaml", "programs.yaml"):
        head = gazetteer.heads(file).longest(reading.words, j + 1, limit)
        if head and head[1].text("part") in ("", "noun"):
            return head[0]
    return None


def _place_after(reading: Reading, j: int) -> int | None:
    if reading.words[j] not in phrases_of("attribution.yaml", "in"):
        return None
    place = reading.place_at(j + 1)
    return place.last if place and place.name_first > place.first else None
