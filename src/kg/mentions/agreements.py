"""Agreements: memoranda, contracts, accords, with the parties, purpose and standing that their sentence tells."""

from __future__ import annotations

from functools import cache
from itertools import pairwise

from kg.mentions import gazetteer, grammar
from kg.mentions.grammar import phrases_of
from kg.mentions.modality import modality_of
from kg.mentions.reading import Reading
from kg.mentions.records import AgreementMention, OrganizationMention, PlaceMention
from kg.text.match import phrase

Party = OrganizationMention | PlaceMention


def find(reading: Reading) -> None:
    """Fill ``reading.agreements`` in text order; those pointed at («این تفاهم‌نامه») or merely named are anaphoric."""
    taken = {i for m in (*reading.organizations, *reading.persons) for i in range(m.first, m.last)}
    after = 0
    found: list[AgreementMention] = []
    for i in reading.tokens_of(_firsts()):
        mention = None if i < after or i in taken else _reached(reading, i, found) or at(reading, i)
        if mention:
            found.append(mention)
            after = mention.last
    reading.agreements = found


@cache
def _firsts() -> frozenset[str]:
    """Words that may be an agreement's noun, or tell one by a verb."""
    heads = gazetteer.heads("agreements.yaml")
    nouns = {phrase(text)[0] for rule in heads.values() if rule.text("part") == "noun" for text in rule.list("match")}
    return phrases_of("agreements.yaml", "reached").firsts | nouns


def at(reading: Reading, i: int) -> AgreementMention | None:
    """The agreement whose noun stands at token ``i``."""
    if reading.words[i] not in gazetteer.heads("agreements.yaml").firsts:
        return None
    limit = reading.sentence_end(i)
    head = gazetteer.heads("agreements.yaml").longest(reading.words, i, limit)
    if head is None or head[1].text("part") != "noun":
        return None
    after, rule = head
    if reading.counted(i):
        return None
    pointed = i > 0 and (reading.words[i - 1] in grammar.words_of("pointing") or _spoken_of(reading, i, after, limit))
    parties = _parties(reading, i, after, limit)
    status = _status(reading, i, limit, named=bool(parties))
    price = reading.index(reading.quantities).at(after)
    priced = price is not None and price.kind == "money"
    needed = 2 if rule.text("weak") == "yes" else 1
    told = priced or len(parties) >= needed or (status is not None and rule.text("weak") != "yes")
    if not told and (rule.text("weak") == "yes" or _plural(reading, after, limit)):
        return None
    pointed = pointed or not told
    return AgreementMention(
        i,
        after,
        f"agreement-{rule.id}",
        rule.text("value"),
        i,
        status,
        parties,
        _purpose(reading, after, limit),
        pointed,
    )


def _reached(reading: Reading, i: int, before: list[AgreementMention]) -> AgreementMention | None:
    """«A و B در خصوص … به توافق رسیدند»: an accord told by a verb, between the two that stand first in the clause or
    those of an agreement told before («سه کشور»)."""
    limit = reading.sentence_end(i)
    if reading.words[i] not in phrases_of("agreements.yaml", "reached").firsts:
        return None
    found = phrases_of("agreements.yaml", "reached").longest(reading.words, i, limit)
    if not found:
        return None
    start = reading.sentence_start(i)
    parties = _joined(reading, start, i) or _those_countries(reading, start, i, before)
    if not parties or modality_of(reading, i, found[0])[0] != "actual":
        return None
    purpose = _purpose(reading, start, i)
    return AgreementMention(i + 1, i + 2, "agreement-reached", "accord", i + 1, "signed", parties, purpose)


def _joined(reading: Reading, start: int, head: int) -> tuple[Party, ...]:
    """The two parties at the beginning of a clause, joined by «و» or «با»."""
    for j in range(start, min(start + 6, head)):
        one = _party_at(reading, j)
        if one and one[1] + 1 < head and reading.words[one[1]] in phrases_of("agreements.yaml", "joint"):
            other = _party_at(reading, one[1] + 1)
            far = other and any(reading.kinds[k] == grammar.VERB for k in range(other[1], head))
            return () if other is None or far else (one[0], other[0])
    return ()


def _those_countries(reading: Reading, start: int, head: int, before: list[AgreementMention]) -> tuple[Party, ...]:
    """«سه کشور»: as many countries as an agreement told before has parties."""
    noun = phrases_of("agreements.yaml", "those")
    for number in reading.index(reading.numerals).between(start, min(start + 4, head)):
        if noun.longest(reading.words, number.last, head):
            return next((m.parties for m in reversed(before) if len(m.parties) == number.value), ())
    return ()


def _spoken_of(reading: Reading, i: int, after: int, limit: int) -> bool:
    """«ارزش قرارداد»: a bare noun behind one of its own measures is the agreement told before."""
    about = phrases_of("agreements.yaml", "aspect").longest(reading.words, i - 1, i)
    return about is not None and reading.noun_phrase_end(after, limit, 1) == after


def _plural(reading: Reading, after: int, limit: int) -> bool:
    return after < limit and reading.words[after] in grammar.words_of("plural-suffix")


def _status(reading: Reading, i: int, limit: int, *, named: bool) -> str | None:
    """Signed, planned or ended, by the verb of the sentence nearest after the noun; a verb as noun tells it only where
    parties are named, and in a clause of what is to come it is planned."""
    heads = gazetteer.heads("agreements.yaml")
    start = reading.sentence_start(i)
    # «نشست با امضای تفاهم‌نامه به پایان رسید»: the gathering ends, the memorandum is signed.
    signing = any(
        (found := heads.longest(reading.words, j, i)) and found[1].text("part") == "nominal" and found[0] == i
        for j in range(max(start, i - 3), i)
    )
    for j in (*range(i, limit), *range(i - 1, start - 1, -1)):
        found = heads.longest(reading.words, j, limit)
        part = found[1].text("part") if found else ""
        if found and found[1].id == "ended-over" and signing:
            continue
        if found and (part == "verb" or (part == "nominal" and named)):
            coming = modality_of(reading, j, found[0])[0] != "actual"
            return "planned" if coming and found[1].text("value") == "signed" else found[1].text("value")
    return None


def _parties(reading: Reading, head: int, after: int, limit: int) -> tuple[Party, ...]:
    """«بین A و B», or the institution of the clause and the one after «با»."""
    between = phrases_of("agreements.yaml", "between")
    for _, behind, _ in between.within(reading.words, after, limit):
        return _coordinated(reading, behind, limit)
    signers = _signers(reading, after, limit)
    if signers:
        return signers
    named = _inside(reading, after, limit)
    if len(named) > 1:
        return named
    partners = _partners(reading, after, limit)
    if not partners:
        return _subjects(reading, head)
    start = reading.sentence_start(head)
    before = reading.index(reading.organizations).between(start, head)
    subject = next((o for o in before if o.last <= head and _may_sign(o)), None)
    return (subject, *partners) if subject else partners


def _signers(reading: Reading, after: int, limit: int) -> tuple[Party, ...]:
    """«به امضای رئیس A و مدیرعامل B رسید»: the bodies of two who sign."""
    by = phrases_of("agreements.yaml", "signed-by")
    j = next((behind for _, behind, _ in by.within(reading.words, after, limit)), limit)
    signers: list[Party] = []
    while j < limit:
        post = reading.index(reading.posts).at(j)
        if post is None or post.organization is None:
            break
        signers.append(post.organization)
        person = reading.index(reading.persons).at(post.last)
        j = person.last if person else post.last
        j += 1 if j < limit and reading.words[j] == "و" else 0
    return tuple(signers) if len(signers) > 1 else ()


def _may_sign(organization: OrganizationMention) -> bool:
    """An agency in the dateline is no party."""
    return organization.type not in ("news-agency", "media")


def _subjects(reading: Reading, head: int) -> tuple[Party, ...]:
    """«A و B قرارداد امضا کردند», «A با B تفاهم‌نامه امضا کرد»: the parties stand before the noun."""
    start = reading.sentence_start(head)
    before = reading.index(reading.organizations).between(start, head)
    found = [o for o in before if o.last <= head and _may_sign(o)]
    found = [o for o in found if not any(p is not o and p.first <= o.first and o.last <= p.last for p in found)]
    joins = phrases_of("agreements.yaml", "inner")
    for one, other in pairwise(found):
        between = reading.words[one.last : other.first]
        near = head - other.last <= 10 and not any(
            reading.kinds[j] in (grammar.VERB, grammar.MARK) for j in range(other.last, head)
        )
        if near and len(between) == 1 and between[0] in joins:
            return (one, other)
    return ()


def _inside(reading: Reading, after: int, limit: int) -> tuple[Party, ...]:
    """Countries and institutions in the noun phrase itself: «قرارداد گاز ایران به هند و پاکستان»."""
    found: list[Party] = []
    j = after
    while j < limit and j - after < 14:
        party, last = _party_at(reading, j) or (None, j)
        if party and (isinstance(party, OrganizationMention) or party.kind == "country"):
            found.append(party)
            j = last
        elif (reading.kinds[j] in (grammar.WORD, grammar.NUMBER) and not reading.in_predicate(j, limit)) or (
            reading.words[j] in phrases_of("agreements.yaml", "inner") and found
        ):
            j += 1
        else:
            break
    return tuple(found)


def _partners(reading: Reading, after: int, limit: int) -> tuple[Party, ...]:
    """What stands after «با»: one institution, or the list after «با سازمان‌هایی چون …»."""
    with_ = phrases_of("agreements.yaml", "with")
    at = next((j + 1 for j in range(after, min(limit, after + 12)) if with_.longest(reading.words, j, limit)), None)
    if at is None:
        return ()
    partner = _party_at(reading, at)
    if partner:
        return (partner[0],)
    such = phrases_of("agreements.yaml", "such-as")
    for j in range(at, min(limit, at + 6)):
        found = such.longest(reading.words, j, limit)
        if found:
            return _coordinated(reading, _first_party(reading, found[0], limit), limit)
    return ()


def _first_party(reading: Reading, j: int, limit: int) -> int:
    """«سازمان‌هایی چون فنی و حرفه‌ای و سازمان بهزیستی»: the first party behind a name that is read as none."""
    near = range(j, min(limit, j + 7))
    return next((k for k in near if reading.words[k - 1] in ("و", "،") and _party_at(reading, k)), j)


def _coordinated(reading: Reading, j: int, limit: int) -> tuple[Party, ...]:
    found: list[Party] = []
    while j < limit:
        party = _party_at(reading, j)
        if party is None:
            break
        found.append(party[0])
        j = party[1]
        if (j < limit and reading.words[j] in ("و", "،")) or (
            j + 1 < limit and reading.words[j] in phrases_of("agreements.yaml", "with")
        ):
            j += 1
        else:
            break
    return tuple(found)


def _party_at(reading: Reading, j: int) -> tuple[Party, int] | None:
    """The institution or place named or pointed at («این دانشگاه») at a token, and the index after it."""
    organization = reading.organization_at(j)
    if organization:
        return organization, organization.last
    place = reading.place_at(j)
    if place:
        return place, place.last
    if reading.words[j] in grammar.words_of("pointing") and j + 1 < len(reading.words):
        head = reading.words[j + 1]
        before = [o for o in reading.organizations if o.last <= j and reading.words[o.first] == head]
        return (before[-1], j + 2) if before else None
    return None


def _purpose(reading: Reading, after: int, limit: int) -> tuple[int, int] | None:
    """The noun phrases after «به منظور …», up to the verb, in the clause of the agreement."""
    marks = phrases_of("agreements.yaml", "purpose")
    for j in range(after, limit):
        if reading.words[j] == ":" or reading.kinds[j] == grammar.VERB:
            return None
        found = marks.longest(reading.words, j, limit)
        if not found:
            continue
        end = start = found[0]
        while end < limit:
            further = reading.noun_phrase_end(end, limit, 8)
            joins = (
                further + 1 < limit
                and reading.words[further] in ("و", "،")
                and reading.kinds[further + 1] == grammar.WORD
            )
            if further == end:
                break
            end = further
            if not joins or reading.noun_phrase_end(further + 1, limit, 8) == further + 1:
                break
            end = further + 1
        while end > start and reading.words[end - 1] in ("و", "،"):
            end -= 1
        return (start, end) if end > start else None
    return None
