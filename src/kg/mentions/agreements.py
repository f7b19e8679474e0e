"""Agreements: memoranda, contracts, accords, with the parties, purpose and standing that their sentence tells."""

from __future__ import annotations

from itertools import pairwise

from kg.mentions import gazetteer, grammar
from kg.mentions.grammar import phrases_of
from kg.mentions.modality import modality_of
from kg.mentions.reading import Reading
from kg.mentions.records import AgreementMention, OrganizationMention, PlaceMention

Party = OrganizationMention | PlaceMention


def find(reading: Reading) -> None:
    """Fill ``reading.agreements`` in text order; those pointed at («این تفاهم‌نامه») or merely named are anaphoric."""
    taken = {i for m in (*reading.organizations, *reading.persons) for i in range(m.first, m.last)}
    i, found = 0, []
    while i < len(reading.words):
        mention = None if i in taken else at(reading, i)
        if mention:
            found.append(mention)
        i = mention.last if mention else i + 1
    reading.agreements = found


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
    priced = any(q.first == after and q.kind == "money" for q in reading.quantities)
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
    for j in range(after, limit):
        found = between.longest(reading.words, j, limit)
        if found:
            return _coordinated(reading, found[0], limit)
    named = _inside(reading, after, limit)
    if len(named) > 1:
        return named
    partners = _partners(reading, after, limit)
    if not partners:
        return _subjects(reading, head)
    start = reading.sentence_start(head)
    subject = next((o for o in reading.organizations if start <= o.first and o.last <= head and _may_sign(o)), None)
    return (subject, *partners) if subject else partners


def _may_sign(organization: OrganizationMention) -> bool:
    """An agency in the dateline is no party."""
    return organization.type not in ("news-agency", "media")


def _subjects(reading: Reading, head: int) -> tuple[Party, ...]:
    """«A و B قرارداد امضا کردند», «A با B تفاهم‌نامه امضا کرد»: the parties stand before the noun."""
    start = reading.sentence_start(head)
    found = [o for o in reading.organizations if start <= o.first and o.last <= head and _may_sign(o)]
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
        party = _party_at(reading, j)
        if party and (isinstance(party, OrganizationMention) or party.kind == "country"):
            found.append(party)
            j = party.last
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
        return (partner,)
    such = phrases_of("agreements.yaml", "such-as")
    for j in range(at, min(limit, at + 6)):
        found = such.longest(reading.words, j, limit)
        if found:
            return _coordinated(reading, found[0], limit)
    return ()


def _coordinated(reading: Reading, j: int, limit: int) -> tuple[Party, ...]:
    found: list[Party] = []
    while j < limit:
        party = _party_at(reading, j)
        if party is None:
            break
        found.append(party)
        j = party.last
        if (j < limit and reading.words[j] in ("و", "،")) or (
            j + 1 < limit and reading.words[j] in phrases_of("agreements.yaml", "with")
        ):
            j += 1
        else:
            break
    return tuple(found)


def _party_at(reading: Reading, j: int) -> Party | None:
    for organization in reading.organizations:
        if organization.first == j:
            return organization
    return next((p for p in reading.places if p.first == j), None)


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
