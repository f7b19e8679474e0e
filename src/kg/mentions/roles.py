"""Posts: a head word, its portfolio, and the institution or place it is a post of."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace

from kg.mentions import gazetteer, grammar, names
from kg.mentions.grammar import WORD, phrases_of, words_of
from kg.mentions.reading import Reading
from kg.mentions.records import OrganizationMention, PersonMention, PlaceMention, PostMention
from kg.rules import Rule

LONGEST = 12


@dataclass(frozen=True)
class Complement:
    """What follows the head word of a title: up to ``last``, with the institution or place that it governs.

    ``through`` says that it is told by another title («مشاور وزیر نیرو»), which is enough to know it by.
    """

    last: int
    organization: OrganizationMention | None = None
    place: PlaceMention | None = None
    portfolio: tuple[int, int] | None = None
    through: bool = False


def find(reading: Reading) -> None:
    """Fill ``reading.posts`` in text order. A post inside a title («معاون وزیر نفت») is part of that title."""
    after, found = 0, []
    for i in reading.tokens_of(gazetteer.heads("roles.yaml").firsts):
        if i < after or reading.in_footer(i):
            continue
        several = _joined(reading, i)
        head = head_at(reading, i)
        if several:
            found.extend(several)
            after = several[-1].last
        elif head:
            after = head[0]  # «نخست وزیر» that is no post has no «وزیر» in it
    reading.posts = found
    known = {token for person in reading.persons for token in range(person.first, person.last)}
    surnames = [
        mention
        for post in found
        if (mention := _surname_before(reading, post.first, known) or _unlisted_before(reading, post.first, known))
    ]
    reading.persons = sorted([*reading.persons, *surnames], key=lambda person: person.first)


def _joined(reading: Reading, i: int) -> list[PostMention]:
    """The title that begins at token ``i``, or two that share what they are of («عضو و رئیس شورای شهر X»)."""
    head = head_at(reading, i)
    shares = head is not None and head[1].text("bare") != "yes" and head[1].text("place") != "yes"
    if head and shares and head[0] + 1 < reading.sentence_end(i) and reading.words[head[0]] == "و":
        second = at(reading, head[0] + 1) if head_at(reading, head[0] + 1) else None
        if second and not second.bare and not (i > 0 and reading.words[i - 1] in words_of("determiner")):
            value, weak = head[1].text("value"), head[1].text("weak") == "yes"
            first = replace(second, first=i, rule=f"post-{head[1].id}", head_last=head[0], role=value, weak=weak)
            return [first, second]
    mention = at(reading, i)
    return [mention] if mention else []


def _surname_before(reading: Reading, token: int, known: set[int]) -> PersonMention | None:
    """A listed family name right before a title («نوبخت رئیس سازمان …», «موسوی» عضو …), at the head of its phrase."""
    last = token - 1 if token > 0 and reading.words[token - 1] in ("»", '"', "،") else token
    first = last - 1
    if first < reading.sentence_start(token) or first in known or reading.kinds[first] != grammar.WORD:
        return None
    family = names.family_names().longest(reading.words, first, last)
    before = reading.kinds[first - 1] if first > reading.sentence_start(token) else grammar.MARK
    if family is None or family[1] or before in (grammar.WORD, grammar.NUMBER):
        return None
    return PersonMention(first, last, "person-surname", first, first, True, (), ())


def _unlisted_before(reading: Reading, token: int, known: set[int]) -> PersonMention | None:
    """Two or three words that no list has, in quotation marks or at the head of a clause, right before a title."""
    start, last = reading.sentence_start(token), token
    while last > start and token - last < 2 and reading.words[last - 1] in ("»", '"', "،"):
        last -= 1
    quoted = last < token and reading.words[last] in ("»", '"')
    first = last
    while first > start and reading.kinds[first - 1] == WORD and last - first < 4:
        first -= 1
    words = reading.words[first:last]
    if not 2 <= len(words) <= 3 or known.intersection(range(first, last)):
        return None
    opens = reading.words[first - 1] if first > start else "."
    if not (opens in ("«", '"') if quoted else opens in (".", "،", ":", "؛")):
        return None
    if not names.may_be_unlisted(words) or any(reading.organization_at(j) for j in range(first, last)):
        return None
    return PersonMention(first, last, "person-apposed", first, last - 1, False, (), ())


def head_at(reading: Reading, i: int) -> tuple[int, Rule] | None:
    """A singular head word of a title at token ``i``."""
    if reading.kinds[i] != grammar.WORD or reading.words[i] not in gazetteer.heads("roles.yaml").firsts:
        return None
    limit = reading.sentence_end(i)
    head = gazetteer.heads("roles.yaml").longest(reading.words, i, limit)
    if head is None or (head[0] < limit and reading.words[head[0]] in grammar.words_of("plural-suffix")):
        return None
    return head


def at(reading: Reading, i: int) -> PostMention | None:
    """The post whose title begins at token ``i``; None for a pointing «این مسئول» and for heads of nothing."""
    head = head_at(reading, i)
    if head is None or (i > 0 and reading.words[i - 1] in grammar.words_of("determiner")):
        return None
    if _several(reading, i):
        return None
    after, rule = head
    if rule.text("value") in ("member", "candidate") and i > 0 and _of_many(reading.words[i - 1]):
        return None
    if after < reading.sentence_end(i) and reading.glued(after) and names.is_given_name(reading.words[after]):
        return None  # «رئیس‌علی» is a name
    limit = min(reading.sentence_end(i), after + LONGEST)
    told = _complement(reading, after, limit, rule)
    weak, bare = rule.text("weak") == "yes", rule.text("bare") == "yes"
    if bare and ((told.organization is None and told.place is None) or told.portfolio is not None):
        told = Complement(after)
    if told.last == after and not bare:
        return None
    governs = told.organization is not None or (told.place is not None and rule.text("place") == "yes") or told.through
    vague = told.portfolio is not None and (rule.text("place") == "yes" or _generic(reading, *told.portfolio))
    if told.organization is None and told.place is None and not told.through and vague:
        return None  # «مدیر جدید»; «شهردار X» of no place is no post that one could tell
    if weak and not governs and not bare:
        return None
    if bare and weak and _deed(reading, i, after):
        return None
    return PostMention(
        i,
        told.last,
        f"post-{rule.id}",
        after,
        rule.text("value"),
        told.portfolio,
        told.organization,
        told.place,
        bare and told.last == after,
        weak,
    )


def _several(reading: Reading, i: int) -> bool:
    """«سه استاندار …»: a number above one counts the holders."""
    counted = reading.counted(i) and reading.time_at(i - 1) is None
    return counted and reading.words[i - 1] not in words_of("one")


def _of_many(word: str) -> bool:
    """«کشورهای عضو …», «اعضای داوطلب …»: the adjective of a plural."""
    return word in grammar.words_of("plural-suffix") or word.endswith(("های", "اعضای"))


def _deed(reading: Reading, i: int, after: int) -> bool:
    """«رهبری خوب», «به رهبری X»: leading as a deed, or the leadership of something, and not the office."""
    before = i > 0 and reading.kinds[i - 1] == grammar.WORD
    return before or (after < reading.sentence_end(i) and reading.kinds[after] == grammar.WORD)


def _generic(reading: Reading, first: int, last: int) -> bool:
    """«مدیر جدید», «معاون سابق»: no portfolio."""
    return all(word in grammar.words_of("generic-tail") for word in reading.words[first:last])


def _person_at(reading: Reading, j: int) -> bool:
    """Whether a person's titles or name begin at a token."""
    before = reading.index(reading.persons).between(reading.sentence_start(j), j + 1)
    return bool(before) and j in (before[-1].first, before[-1].name_first)


def _complement(reading: Reading, start: int, limit: int, rule: Rule) -> Complement:
    """What follows the head, up to the institution or place that it is of."""
    ministry = _ministry(reading, start, limit) if rule.text("value") in _MINISTERS else None
    j = ministry or start
    while j < limit:
        if _person_at(reading, j):
            break
        inner = at(reading, j) if j > start or rule.text("weak") != "yes" or rule.id in _OF_HOLDERS else None
        if inner and inner.first == j and ministry is None:
            portfolio = (start, j) if j > start else inner.portfolio
            return Complement(inner.last, inner.organization, inner.place, portfolio, True)
        organization = reading.organization_at(j)
        if organization:
            return _and_place(reading, organization, start, j, limit)
        place = reading.place_at(j)
        if place and (place.rule != "place-head-unlisted" or rule.text("place") == "yes"):
            return Complement(_constituency(reading, place, limit, rule), None, place, _range(start, j))
        shown = _shown(reading, j, limit, j > start or rule.text("place") == "yes")
        if shown:
            return replace(shown, portfolio=_range(start, j))
        anywhere = j == start and rule.text("place") == "yes"
        located = _located(reading, j, limit, anywhere) if ministry is None else None
        if located:
            organization, place = located
            return Complement((organization or place).last, organization, place, _range(start, j))  # type: ignore[union-attr]
        if j == start and rule.text("place") == "yes":
            shown = _context_place(reading, j, limit)
            if shown:
                return shown
        after = _portfolio_word(reading, j, start, limit) if ministry is None else j
        if after == j or reading.time_at(j):
            break
        j = after
    while j > start and reading.words[j - 1] == "و":
        j -= 1
    return Complement(j, portfolio=_range(start, j))


_MINISTERS = ("minister", "deputy-minister")
_OF_HOLDERS = ("advisor", "assistant", "officer")
"""Rules of weak heads that may be told by the title of another («مشاور وزیر نیرو»)."""


def _portfolio_word(reading: Reading, j: int, start: int, limit: int) -> int:
    """Index after the next word or joined words of a portfolio; ``j`` where it ends."""
    quoted = reading.closing(j, limit, 5) if reading.words[j] in ("«", '"') else None
    if quoted:
        return quoted
    if j > start and reading.breaks(j):
        return j
    after = reading.joined_adjectives(j, start, limit) or reading.noun_phrase_end(j, limit, 1)
    return j + 1 if after == j and _goes_on(reading, j, start, limit) else after


def _ministry(reading: Reading, start: int, limit: int) -> int | None:
    """Index after what a minister is minister of; a list of several only before a country («صنعت و کار برزیل»)."""
    j = start
    while j < limit and reading.words[j] in words_of("in-office"):
        j += 1
    if reading.organization_at(j):
        return None
    found = gazetteer.portfolios().longest(reading.words, j, limit)
    if found is None:
        return None
    end = last = found[0]
    while last + 1 < limit and reading.words[last] in ("،", "و"):
        further = gazetteer.portfolios().longest(reading.words, last + 1, limit)
        if further is None:
            break
        last = further[0]
        end = last if last < limit and reading.place_at(last) else end
    while end < limit and reading.words[end] in words_of("in-office") and not reading.in_predicate(end, limit):
        end += 1
    return end


def _shown(reading: Reading, j: int, limit: int, possible: bool) -> Complement | None:
    """«این اداره کل», «این کشور» after a portfolio: the institution or country named last."""
    if not possible or j + 1 >= limit or reading.words[j] not in words_of("pointing"):
        return None
    head = gazetteer.heads("organization-heads.yaml").longest(reading.words, j + 1, limit)
    if head:
        kind = head[1].text("value")
        before = [o for o in reading.organizations if o.last <= j and o.type == kind and not o.anaphoric]
        return Complement(head[0], max(before, key=lambda o: o.first)) if before else None
    pointer = gazetteer.heads("place-heads.yaml").longest(reading.words, j + 1, limit)
    if pointer is None:
        return None
    near = [p for p in reading.places if p.last <= j and p.kind == pointer[1].text("value") and p.entry]
    return Complement(pointer[0], None, max(near, key=lambda p: p.first)) if near else None


def _constituency(reading: Reading, place: PlaceMention, limit: int, rule: Rule) -> int:
    """End of the title after its place: «نماینده مردم الف، ب و پ در مجلس …» names several places and the house."""
    last = place.last
    while rule.text("value") == "member-of-parliament" and last + 1 < limit and reading.words[last] in ("،", "و"):
        further = reading.place_at(last + 1)
        if further is None:
            break
        last = further.last
    house = reading.organization_at(last + 1) if last + 1 < limit else None
    inside = last < limit and reading.words[last] in phrases_of("attribution.yaml", "in")
    return house.last if house and inside and rule.text("value") == "member-of-parliament" else last


def _goes_on(reading: Reading, j: int, start: int, limit: int) -> bool:
    """Whether a portfolio goes on after «و» up to its institution («معاون امور اقتصادی و توسعه منابع استاندار X»)."""
    if reading.words[j] != "و" or j == start or j + 1 >= limit or head_at(reading, j + 1):
        return False
    end = reading.noun_phrase_end(j + 1, limit, 5)
    for k in range(j + 2, min(end + 1, limit)):
        if reading.organization_at(k) or (k < end and head_at(reading, k) and at(reading, k)):
            return True
    return False


def _context_place(reading: Reading, j: int, limit: int) -> Complement | None:
    """«نماینده ولی فقیه در استان», «فرماندار شهرستان»: the place of that kind that the report names most."""
    at_noun = j + (reading.words[j] in phrases_of("attribution.yaml", "in"))
    at_noun += at_noun < limit and reading.words[at_noun] in words_of("pointing")
    pointer = phrases_of("place-pointers.yaml", "place").longest(reading.words, at_noun, limit)
    head = gazetteer.heads("place-heads.yaml").longest(reading.words, at_noun, limit) if pointer else None
    if pointer is None or head is None or {*reading.words[pointer[0] : pointer[0] + 1]} & words_of("plural-suffix"):
        return None
    named = [p for p in reading.places if p.kind == head[1].text("value") and p.entry]
    often = Counter(p.entry for p in named).most_common(2)
    if not often or (len(often) == 2 and often[0][1] == often[1][1]):
        return None
    return Complement(pointer[0], None, next(p for p in named if p.entry == often[0][0]))


def _and_place(
    reading: Reading, organization: OrganizationMention, start: int, j: int, limit: int
) -> Complement:
    """An institution, with «در استان …» after it where the title goes on to say where."""
    located = _located(reading, organization.last, limit, False) if organization.place is None else None
    if located and located[1] is not None and located[0] is None and located[1].name_first > located[1].first:
        return Complement(located[1].last, organization, located[1], _range(start, j))
    return Complement(organization.last, organization, None, _range(start, j))


def _range(first: int, last: int) -> tuple[int, int] | None:
    return (first, last) if last > first else None


def _located(
    reading: Reading, j: int, limit: int, anywhere: bool
) -> tuple[OrganizationMention | None, PlaceMention | None] | None:
    """«در» with a place or an institution, as in «نماینده … در استان …»; a place without a head word only if
    ``anywhere``."""
    if j + 1 >= limit or reading.words[j] not in phrases_of("attribution.yaml", "in"):
        return None
    organization = reading.organization_at(j + 1)
    if organization:
        return organization, None
    place = reading.place_at(j + 1)
    return (None, place) if place and (anywhere or place.name_first > place.first) else None
