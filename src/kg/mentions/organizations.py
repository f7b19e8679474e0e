"""Institutions: listed names with what follows them, and names that begin with a head word."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

from kg.mentions import gazetteer, grammar, names
from kg.mentions.reading import Reading
from kg.mentions.records import OrganizationMention, PlaceMention
from kg.rules import Rule

LONGEST = 9
"""Words between a head and the end of the name proper: of real names, 99 % are shorter."""


def find(reading: Reading) -> None:
    """Fill ``reading.organizations`` in text order; a parent named inside a name is listed after it."""
    found: list[OrganizationMention] = []
    after = 0
    for i in reading.tokens_of(_firsts()):
        mention = None if i < after or reading.in_footer(i) else at(reading, i)
        if mention:
            found.extend(_with_parents(mention))
            found.extend(_listed_inside(reading, mention))
            after = mention.last
    reading.organizations = found


def _with_parents(mention: OrganizationMention) -> list[OrganizationMention]:
    return [mention] + (_with_parents(mention.parent) if mention.parent else [])


def _listed_inside(reading: Reading, mention: OrganizationMention) -> list[OrganizationMention]:
    """The body above a listed institution, where the listed name ends with its name («کمیسیون … مجلس»)."""
    entry = gazetteer.organizations().get(mention.known or "")
    if entry is None or not entry.parent or entry.type == "news-agency":
        return []
    above = gazetteer.organizations().get(entry.parent)
    for j in range(mention.first + 1, mention.base_last):
        found = gazetteer.organization_names().longest(reading.words, j, mention.base_last)
        if above and found and found == (mention.base_last, entry.parent):
            return [OrganizationMention(j, found[0], "organization-listed", found[0], above.type, entry.parent)]
    return []


@cache
def _firsts() -> frozenset[str]:
    """Words with which an institution's name may begin."""
    listed = gazetteer.organization_names().firsts | gazetteer.agency_names().firsts
    return listed | gazetteer.heads("organization-heads.yaml").firsts


def at(reading: Reading, i: int, depth: int = 0) -> OrganizationMention | None:
    """The institution whose name begins at token ``i``."""
    if reading.words[i] not in _firsts() or reading.kinds[i] == grammar.VERB or depth > 3:
        return None
    limit = reading.sentence_end(i)
    known = gazetteer.organization_names().longest(reading.words, i, limit)
    head = gazetteer.heads("organization-heads.yaml").longest(reading.words, i, limit)
    if known is None and head is None and gazetteer.agency_names().longest(reading.words, i, limit) is None:
        return None  # the usual end: the word begins longer names only, and none of them stands here
    if _otherwise_named(reading, i, limit):
        return None
    if depth == 0 and i > 0 and (_shown(reading, i) or _numbered_event(reading, i, limit)):
        return None
    agency = _agency(reading, i, limit)
    if agency:
        return OrganizationMention(i, agency[0], "organization-agency", agency[0], "news-agency", agency[1])
    if known and not _plural(reading, known[0], limit):
        mention = _known(reading, i, *known, limit=limit, depth=depth)
        longer = _longer(reading, i, known[0], head, limit, depth)
        if mention and (longer is None or longer.base_last <= mention.base_last):
            return mention
        if longer:
            return longer
    if head and not _plural(reading, head[0], limit) and not (head[0] < limit and reading.glued(head[0])):
        return _headed(reading, i, *head, limit=limit, depth=depth)
    return None


def _otherwise_named(reading: Reading, i: int, limit: int) -> bool:
    """Whether the words are inside a time («هفته دولت», «هفت صبح») or a listed place of several words."""
    time = reading.time_at(i)
    place = gazetteer.place_names().longest(reading.words, i, limit)
    return time is not None or (place is not None and place[0] - i > 1)


def _longer(
    reading: Reading, i: int, after: int, head: tuple[int, Rule] | None, limit: int, depth: int
) -> OrganizationMention | None:
    """A longer name that begins with a listed one («سپاه» in «سپاه … (ع) استان …»), if a listed part, a place or an
    honorific mark shows that it is a name."""
    if head is None or head[0] != after:
        return None
    mention = _headed(reading, i, *head, limit=limit, depth=depth)
    if mention is None or mention.base_last == after:
        return None
    marked = any(reading.mark_end(j, limit) for j in range(after, mention.base_last))
    proper = _name_proper(reading, after, limit, depth)[1]
    return mention if marked or proper else None


def _shown(reading: Reading, i: int) -> bool:
    """Whether a word before shows that no name begins here: «این سازمان», «۲۴ هزار صندوق»."""
    return reading.words[i - 1] in grammar.words_of("determiner") or reading.counted(i)


def _numbered_event(reading: Reading, i: int, limit: int) -> bool:
    """«سومین مجمع …»: a head word that a gathering shares, after an ordinal."""
    return i in reading.after_ordinal and gazetteer.heads("events.yaml").longest(reading.words, i, limit) is not None


def _agency(reading: Reading, i: int, limit: int) -> tuple[int, str] | None:
    """The short name of an agency where only an agency can stand («به گزارش خبرنگار فارس»)."""
    short = gazetteer.agency_names().longest(reading.words, i, limit)
    if short is None:
        return None
    before = grammar.phrases_of("attribution.yaml", "before-agency")
    start = reading.sentence_start(i)
    quoted = before.longest(reading.words, i - 2, i) if i - 2 >= start else None
    if quoted and quoted[0] == i:
        return short
    behind = i - 1
    while (
        behind > max(start, i - 6)
        and reading.kinds[behind] == grammar.WORD
        and not before.longest(reading.words, behind, i)
    ):
        behind -= 1
    if behind < start or not before.longest(reading.words, behind, i):
        return None
    return short


def _plural(reading: Reading, after: int, limit: int) -> bool:
    return after < limit and reading.words[after] in grammar.words_of("plural-suffix")


def _known(
    reading: Reading, first: int, after: int, slug: str, *, limit: int, depth: int
) -> OrganizationMention | None:
    entry = gazetteer.organizations()[slug]
    after = reading.mark_end(after, limit) or after
    mention = OrganizationMention(
        first, after, "organization-listed", after, entry.type, (entry.parent or None) if entry.base else slug
    )
    if entry.type == "news-agency":
        return mention  # «خبرگزاری X استان تهران» is a desk of the agency
    mention = replace(_extended(reading, mention, limit, depth), base=slug)
    if _of_country(reading, mention.last, limit):
        mention = replace(mention, known=None)  # «دادگستری این کشور» is no body at home
    if mention.place and mention.place.kind == "country" and mention.place.entry != "iran":
        # «ریاست جمهوری تاجیکستان» is no branch of the body at home.
        mention = replace(mention, known=None)
    if _desk(mention):
        return None
    located = mention.place is not None or mention.parent is not None or mention.anaphoric
    field = first > 0 and (
        reading.words[first - 1] in grammar.words_of("field")
        or (not entry.standalone and not _after_head(reading, first))
    )
    if entry.base and (field or (not entry.standalone and not located)):
        return None
    return mention


def _of_country(reading: Reading, j: int, limit: int) -> bool:
    """«این کشور» behind a name: the country that is spoken of, which may be another."""
    nation = grammar.phrases_of("place-pointers.yaml", "nation")
    return (
        j + 1 < limit
        and reading.words[j] in grammar.words_of("pointing")
        and bool(nation.longest(reading.words, j + 1, limit))
    )


def _after_head(reading: Reading, first: int) -> bool:
    """Whether a head word stands right before («مدیرکل محیط زیست استان …»), or a title and its portfolio."""
    for file in ("roles.yaml", "organization-heads.yaml"):
        for start in range(max(0, first - 2), first):
            head = gazetteer.heads(file).longest(reading.words, start, first)
            if head and head[0] == first:
                return True
    floor = max(reading.sentence_start(first), first - 7)
    for start in range(first - 1, floor - 1, -1):
        if reading.words[start] in gazetteer.heads("roles.yaml").firsts:
            return True
        if reading.kinds[start] != grammar.WORD and reading.words[start] != "و":
            return False
    return False


def _headed(
    reading: Reading, first: int, after: int, rule: Rule, *, limit: int, depth: int
) -> OrganizationMention | None:
    if _other_noun(reading, first, after, limit, rule):
        return None
    base_last, proper = _name_proper(reading, after, limit, depth)
    kind, bare = f"organization-{rule.id}", rule.text("bare") == "yes"
    itself = OrganizationMention(first, after, kind, after, rule.text("value")) if bare else None
    if base_last == after and (after >= limit or not _continues(reading, after, limit, depth)):
        return itself
    if base_last > after and reading.words[after] in grammar.words_of("manner"):
        return None
    mention = OrganizationMention(first, base_last, kind, base_last, rule.text("value"))
    listed = gazetteer.organization_names().longest(reading.words, after, base_last)
    base = listed[1] if listed and listed[0] == base_last else None
    mention = replace(_extended(reading, mention, limit, depth), base=base)
    if rule.id == "embassy":
        mention = _seated(reading, mention, limit)
    if _distinct(reading, mention, after, rule, proper):
        return mention
    return itself if all(w in grammar.words_of("generic-tail") for w in reading.words[after:base_last]) else None


def _distinct(reading: Reading, mention: OrganizationMention, after: int, rule: Rule, proper: bool) -> bool:
    """Whether what follows the head word makes one institution of it: a name of its own, a place, a body above."""
    weak, base_last = rule.text("weak") == "yes", mention.base_last
    nameless = grammar.words_of("generic-tail") | grammar.words_of("nameless")
    modifiers = [w for w in reading.words[after:base_last] if w not in nameless]
    located = mention.place is not None or mention.parent is not None
    if _desk(mention) or (rule.id == "university" and not (located or proper or _university(reading, after))):
        return False
    if rule.id == "management" and not proper:
        return False  # «مدیریت شهرها» is what somebody does
    if not modifiers:
        sent = rule.id == "embassy" and mention.national
        return sent or (located and (not weak or mention.parent is not None or rule.text("bare") == "yes"))
    shown = mention.anaphoric and rule.text("shown") == "yes"
    return not weak or located or proper or shown


def _seated(reading: Reading, mention: OrganizationMention, limit: int) -> OrganizationMention:
    """«سفارت ایران در اتریش»: where the one who is sent resides."""
    j = mention.last
    if j + 1 >= limit or reading.words[j] not in grammar.phrases_of("attribution.yaml", "in"):
        return mention
    place = reading.place_at(j + 1)
    return replace(mention, last=place.last, place=mention.place or place) if place else mention


def _desk(mention: OrganizationMention) -> bool:
    """«مجلس خبرگزاری …», «بورس خبرگزاری …»: the section of an agency that reports on the body."""
    within = mention.parent is not None and mention.parent.type == "news-agency"
    desks = ("government", "parliament", "news-agency", "company", "court", "police", "association", "university")
    return within and mention.type in desks


def _university(reading: Reading, after: int) -> bool:
    """Whether the name of a university that no list has may begin so: with its kind, or with a human name."""
    word = reading.words[after]
    return word in grammar.words_of("university-kind") or names.looks_like_name(word)


def _other_noun(reading: Reading, first: int, after: int, limit: int, rule: Rule) -> bool:
    """Whether what follows makes the head word another noun: «شرکت کننده», «شرکت مردم در …», «کارخانه ساخت.»."""
    if after >= limit:
        return False
    word = reading.words[after]
    if word in grammar.words_of("compound-tail") or (rule.id == "board" and word in grammar.words_of("scholarly")):
        return True
    if after + 1 < limit and reading.words[after + 1] in grammar.words_of("maker") and reading.glued(after + 1):
        return True
    if word.endswith(tuple(grammar.words_of("maker"))):
        return True  # «مؤسسه تولیدکننده …»
    if rule.id == "company" and after - first == 1 and word in grammar.words_of("taking-part"):
        return True
    ends = after + 1 >= limit or reading.words[after + 1] in (".", "؛", "!")
    return ends and grammar.tenses().get(word) == "past"


def _continues(reading: Reading, j: int, limit: int, depth: int) -> bool:
    return (
        reading.place_at(j) is not None
        or at(reading, j, depth + 1) is not None
        or _pointed(reading, j, limit) is not None
    )


def _name_proper(reading: Reading, start: int, limit: int, depth: int) -> tuple[int, bool]:
    """Where the name proper ends: before a place, a further institution, or the end of the noun phrase.

    Also says whether the name holds a listed part or a quotation, which sets it apart from common nouns.
    """
    words, proper, j = reading.words, False, start
    while j < limit and j - start < LONGEST:
        listed = grammar.coordinations().longest(words, j, limit)
        if listed and listed[1] == "provinces":
            break
        if listed is None:
            listed = gazetteer.organization_names().longest(words, j, limit)
            if listed and _stands_alone(reading, j, limit):
                break
        if listed:
            j, proper = listed[0], True
            continue
        time = reading.time_at(j) if j == start else None
        if time and time.first == j and time.precision == "day" and time.kind != "relative":
            j, proper = time.last, True
            continue
        if words[j] in ("«", '"') and j == start:
            close = reading.closing(j, limit)
            return (close, True) if close else (j, proper)
        if (
            j > start
            and gazetteer.heads("organization-heads.yaml").longest(words, j, limit)
            and at(reading, j, depth + 1)
        ):
            break
        if _place_after(reading, j, limit) or reading.place_at(j) or _pointed(reading, j, limit):
            break
        if j - start >= 2 and _person_begins(reading, j, limit):
            break
        joined = reading.joined_adjectives(j, start, limit)
        if joined:
            j, proper = joined, True
            continue
        if j + 1 < limit and words[j] in grammar.words_of("article") and reading.kinds[j + 1] == grammar.NUMBER:
            j, proper = j + 2, True
            continue
        after = reading.noun_phrase_end(j, limit, 1)
        if after == j or reading.breaks(j) or (j > start and _outside(reading, after, limit)):
            break
        j = after
    return j, proper


def _person_begins(reading: Reading, j: int, limit: int) -> bool:
    """Whether a person's full name follows up to a mark or a function word, so that the institution's has ended."""
    given = names.given_names().longest(reading.words, j, limit)
    if given is None or given[1]:
        return False
    person = names.at(reading, j)
    if person is None or person.surname_only:
        return False
    return person.last >= limit or reading.kinds[person.last] in (grammar.MARK, grammar.FUNCTION)


def _outside(reading: Reading, after: int, limit: int) -> bool:
    """Whether the word before ``after`` is a predicate («… تعطیل است») or another object («… سیاست خود را»)."""
    head = gazetteer.heads("agreements.yaml").longest(reading.words, after - 1, limit)
    if head and head[1].text("part") == "noun":
        return True
    if after >= limit:
        return False
    if grammar.phrases_of("words.yaml", "object-of").longest(reading.words, after, limit):
        return True
    return reading.words[after] in grammar.words_of("copula") or reading.words[after] in grammar.words_of("reflexive")


def _stands_alone(reading: Reading, j: int, limit: int) -> bool:
    """Whether a listed name begins with a head word, so that it names a parent and not a field of work."""
    return gazetteer.heads("organization-heads.yaml").longest(reading.words, j, limit) is not None


def _pointed(reading: Reading, j: int, limit: int) -> tuple[int, str] | None:
    """«استان», «این شهرستان», «کشور» after a name: a place that only the context tells."""
    if j >= limit:
        return None
    at_noun = j + 1 if reading.words[j] in grammar.words_of("pointing") and j + 1 < limit else j
    found = grammar.phrases_of("place-pointers.yaml", "place").longest(reading.words, at_noun, limit)
    if not found or _plural(reading, found[0], limit):
        return None
    return found[0], reading.words[at_noun]


def _extended(reading: Reading, mention: OrganizationMention, limit: int, depth: int) -> OrganizationMention:
    """The mention with the place, the pointed-at place, or the parent institution that follows its name proper."""
    j = mention.last
    if j >= limit:
        return mention
    nation = grammar.phrases_of("place-pointers.yaml", "nation").longest(reading.words, j, limit)
    if nation and not _plural(reading, nation[0], limit):
        return replace(mention, last=nation[0], national=True)
    parent = at(reading, j, depth + 1)
    if parent and parent.first == j and _may_have_parent(parent):
        return replace(mention, last=parent.last, parent=parent, place=parent.place, anaphoric=parent.anaphoric)
    place = _place_after(reading, j, limit) or _town(reading, mention)
    if place:
        return replace(mention, last=_several(reading, mention, place.last, limit), place=place)
    pointed = _pointed(reading, j, limit)
    if pointed and not reading.in_predicate(pointed[0] - 1, limit):
        return replace(mention, last=pointed[0], anaphoric=True)
    return mention


def _town(reading: Reading, mention: OrganizationMention) -> PlaceMention | None:
    """«شورای شهر زنجان»: the last word of the name is the head word of its place."""
    place = reading.place_at(mention.last - 1)
    return place if place and place.name_first == mention.last and place.rule == "place-headed" else None


def _several(reading: Reading, mention: OrganizationMention, last: int, limit: int) -> int:
    """Where «گمرکات الف، ب و پ» ends: the plural goes on through the places it names."""
    if reading.words[mention.first] not in grammar.words_of("plural-body"):
        return last
    while last + 1 < limit and reading.words[last] in ("،", "و"):
        place = reading.place_at(last + 1)
        if place is None:
            break
        last = place.last
    return last


def _place_after(reading: Reading, j: int, limit: int) -> PlaceMention | None:
    """A place right after the name, or after «در» with a head word («… در شهرستان …»)."""
    seat = grammar.phrases_of("place-pointers.yaml", "seat").longest(reading.words, j, limit)
    place = reading.place_at(seat[0] if seat and seat[0] < limit else j)
    if place and place.rule != "place-head-unlisted":
        return place
    return None


def _may_have_parent(parent: OrganizationMention) -> bool:
    """«مجلس دولت …» are two institutions: the government in one word is the parent of none."""
    return parent.type != "government" or parent.last - parent.first > 1
