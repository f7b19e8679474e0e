"""Places: listed names, and unlisted ones after a head word («روستای …»)."""

from __future__ import annotations

from functools import cache

from kg.mentions import gazetteer, grammar
from kg.mentions.reading import Reading
from kg.mentions.records import PlaceMention
from kg.text.normalize import fold


def find(reading: Reading) -> None:
    """Fill ``reading.places``, in text order, not overlapping."""
    after, found = 0, []
    for i in reading.tokens_of(_firsts()):
        mention = None if i < after or reading.in_footer(i) else at(reading, i)
        if mention:
            found.append(mention)
            after = mention.last
    reading.places = _one_sense(reading, _with_neighbours(reading, found))


@cache
def _firsts() -> frozenset[str]:
    """Words with which a place may begin."""
    return gazetteer.heads("place-heads.yaml").firsts | gazetteer.place_names().firsts


def at(reading: Reading, i: int) -> PlaceMention | None:
    """The place named at token ``i``: with a head word, or a listed name on its own."""
    word = reading.words[i]
    headed = word in gazetteer.heads("place-heads.yaml").firsts
    if i > 0 and word in grammar.words_of("republic") and reading.words[i - 1] in grammar.words_of("head-of-republic"):
        # «رئیس جمهوری تاجیکستان»: the republic belongs to the title, the country follows.
        return None
    if i > 0 and reading.words[i - 1] in grammar.continuous() and reading.glued(i):
        return None  # «می‌رود …» is a verb and no river
    if not headed and word not in gazetteer.place_names().firsts:
        return None
    limit = reading.sentence_end(i)
    head = gazetteer.heads("place-heads.yaml").longest(reading.words, i, limit) if headed else None
    if head:
        after, rule = head
        return _headed(reading, i, after, rule.text("value"), rule.text("weak") == "yes", limit)
    return _bare(reading, i, limit)


def _headed(reading: Reading, first: int, name: int, kind: str, weak: bool, limit: int) -> PlaceMention | None:
    if name >= limit or reading.words[name] in grammar.words_of("plural-suffix"):
        return None
    known = gazetteer.place_names().longest(reading.words, name, limit)
    if known and reading.kinds[name] != grammar.NUMBER:
        after, slugs = known
        slug = _of_kind(slugs, kind)
        if slug is None and weak:
            return None
        return PlaceMention(first, after, "place-headed", name, kind, slug)
    if weak or reading.kinds[name] != grammar.WORD or reading.in_predicate(name, limit):
        return None
    shown = first > 0 and reading.words[first - 1] in grammar.words_of("determiner")
    if shown or gazetteer.heads("place-heads.yaml").longest(reading.words, name, limit):
        return None
    if reading.words[name] in grammar.words_of("not-place"):
        return None
    if reading.words[name] in grammar.words_of("generic-tail") or (
        name + 1 < limit and (reading.words[name + 1] in grammar.words_of("plural-suffix"))
    ):
        return None
    after = min(reading.noun_phrase_end(name, limit, 2), name + 1)
    while name < after < limit and reading.glued(after) and reading.kinds[after] == grammar.WORD:
        after += 1
    return PlaceMention(first, after, "place-head-unlisted", name, kind, None) if after > name else None


def _of_kind(slugs: tuple[str, ...], kind: str) -> str | None:
    """The listed place of this kind; a city where a county of the same name is meant is not it, but close kinds are."""
    near = {
        "city": ("city", "port", "village"),
        "county": ("county",),
        "province": ("province",),
        "country": ("country",),
        "port": ("port", "city"),
        "district": ("district",),
        "village": ("village",),
    }
    for wanted in near.get(kind, (kind,)):
        for slug in slugs:
            if gazetteer.places()[slug].kind == wanted:
                return slug
    return None


def _with_neighbours(reading: Reading, found: list[PlaceMention]) -> list[PlaceMention]:
    """A name that is also an ordinary word is a place in a list with places («ترکیه، چین و …»)."""
    starts, ends = {m.first for m in found}, {m.last for m in found}
    taken = {i for m in found for i in range(m.first, m.last)}
    added: list[PlaceMention] = []
    firsts = gazetteer.place_names().firsts
    for i in reading.tokens_of(firsts):
        limit = reading.sentence_end(i) if i not in taken else i
        known = gazetteer.place_names().longest(reading.words, i, limit) if i not in taken else None
        if known is None or taken.intersection(range(i, known[0])):
            continue
        after = known[0]
        before = i > 1 and reading.words[i - 1] in ("،", "و") and i - 1 in ends
        behind = after + 1 < limit and reading.words[after] in ("،", "و") and after + 1 in starts
        if before or behind:
            entry = _preferred([gazetteer.places()[slug] for slug in known[1]])
            added.append(PlaceMention(i, after, "place-coordinated", i, entry.kind, entry.slug))
            ends.add(after)
    return sorted(found + added, key=lambda m: m.first)


def _preferred(entries: list[gazetteer.Place]) -> gazetteer.Place:
    return min(entries, key=lambda e: (_ORDER.index(e.kind) if e.kind in _ORDER else len(_ORDER), e.slug))


_ORDER = ("country", "city", "province", "county", "port")


def _bare(reading: Reading, i: int, limit: int) -> PlaceMention | None:
    known = gazetteer.place_names().longest(reading.words, i, limit)
    if not known:
        return None
    after, slugs = known
    entries = [gazetteer.places()[slug] for slug in slugs]
    safe = [entry for entry in entries if not entry.homograph]
    if not safe and not any(test(reading, i) for test in (_dateline, _after_office, _after_branch)):
        return None
    if after < limit and (reading.words[after] in grammar.words_of("plural-suffix") or _adjective(reading, after)):
        return None
    entry = _preferred(safe or entries)
    return PlaceMention(i, after, "place-listed", i, entry.kind, entry.slug)


def _adjective(reading: Reading, after: int) -> bool:
    """«ترکیه‌ای»: the name with an ending is an adjective."""
    return reading.words[after] in grammar.words_of("indefinite") and reading.glued(after)


def _after_office(reading: Reading, i: int) -> bool:
    """Whether an office or title that is always of a place stands right before («استاندار گلستان»)."""
    for file in ("roles.yaml", "organization-heads.yaml"):
        for start in range(max(0, i - 2), i):
            head = gazetteer.heads(file).longest(reading.words, start, i)
            if head and head[0] == i and head[1].text("place") == "yes":
                return True
    return False


def _after_branch(reading: Reading, i: int) -> bool:
    """Whether the name of an institution that has a branch in each province stands right before («بهزیستی گلستان»),
    and a title or «اداره کل» before that."""
    for start in range(max(1, i - 5), i):
        found = gazetteer.base_names().longest(reading.words, start, i)
        if found and found[0] == i:
            return any(
                (head := gazetteer.heads(file).longest(reading.words, at, start)) and head[0] == start
                for file in ("roles.yaml", "organization-heads.yaml") for at in range(max(0, start - 3), start)
            )
    return False


def _dateline(reading: Reading, i: int) -> bool:
    """Whether the name follows «به گزارش … از», where only a place can stand."""
    words, start = reading.words, reading.sentence_start(i)
    if i - start > 8 or i == start or words[i - 1] not in grammar.phrases_of("attribution.yaml", "from"):
        return False
    prefix = grammar.phrases_of("attribution.yaml", "source-prefix")
    return any(prefix.longest(words, j, i) for j in range(start, min(start + 2, i)))


def _one_sense(reading: Reading, found: list[PlaceMention]) -> list[PlaceMention]:
    """A bare name means what the same name with a head word means elsewhere in the report."""
    headed: dict[str, PlaceMention] = {}
    for mention in found:
        if mention.name_first > mention.first:
            headed.setdefault(fold(reading.surface(mention.name_first, mention.last)), mention)
    if not headed:
        return found
    return [
        _as(mention, headed.get(fold(reading.surface(mention.first, mention.last))))
        for mention in found
    ]


def _as(mention: PlaceMention, headed: PlaceMention | None) -> PlaceMention:
    if headed is None or mention.name_first > mention.first:
        return mention
    return PlaceMention(mention.first, mention.last, mention.rule, mention.name_first, headed.kind, headed.entry)
