"""Events: the gatherings and visits at which statements are made and agreements signed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from kg import iris, rules
from kg.builders import periods
from kg.builders.base import Context, confidence, labels, optional, provenance, types
from kg.iris import expand
from kg.mentions import grammar
from kg.mentions.grammar import phrases_of
from kg.mentions.records import AgreementMention, EventMention
from kg.model import Evidence, Literal, Triple
from kg.text.normalize import fold


@dataclass(frozen=True)
class EventFact:
    """An event with its kind, ordinal, place, day and what it is a part of."""

    iri: str
    report: str
    label: str
    others: tuple[str, ...]
    kind: str
    ordinal: int | None
    place: str | None
    period: str | None
    part_of: str | None
    evidence: Evidence


def find(context: Context) -> list[EventFact]:
    """One fact for each named gathering, and one for each signing that the report tells of."""
    groups: dict[str, list[EventMention]] = {}
    for mention in context.understanding.reading.events:
        groups.setdefault(_key(context, mention, groups), []).append(mention)
    facts = [_fact(context, mentions) for mentions in groups.values()]
    return facts + [
        _signing(context, facts, a) for a in context.understanding.reading.agreements if _is_signing(context, facts, a)
    ]


def _key(context: Context, mention: EventMention, groups: dict[str, list[EventMention]]) -> str:
    name = _without_ezafe(fold(context.surface(mention.head, mention.last)))
    for key, others in groups.items():
        numbers = {m.ordinal for m in (*others, mention) if m.ordinal is not None}
        if len(numbers) > 1:
            continue
        if f"{key} ".startswith(f"{name} ") or f"{name} ".startswith(f"{key} "):
            return key
    return f"{mention.ordinal} {name}" if name in groups else name


def _without_ezafe(name: str) -> str:
    """«رزمایش خاتم‌الانبیای این شهرستان»: a name that ends in ا takes a ی before what follows."""
    return name[:-1] if name.endswith("ای") else name


def _fact(context: Context, mentions: list[EventMention]) -> EventFact:
    first = min(mentions, key=lambda m: m.first)
    forms = [context.surface(m.first, m.last) for m in mentions]
    forms = sorted(forms, key=lambda form: (-len(form.split()), form))
    place = next((m.place for m in mentions if m.place), None)
    clusters = context.understanding.clusters
    ordinal = next((m.ordinal for m in mentions if m.ordinal is not None), None)
    evidence = Evidence((context.span(first.first, first.last),), first.rule, "explicit", confidence(first.rule))
    return EventFact(
        iris.part(context.report, "event", context.span(first.first, first.last).start),
        context.report,
        forms[0],
        tuple(forms[1:]),
        first.kind,
        ordinal,
        context.place(clusters.of_place[place]) if place and place in clusters.of_place else None,
        _day(context, first),
        None,
        evidence,
    )


def _day(context: Context, mention: EventMention) -> str | None:
    """The day told in the same clause before or after the event's name («ظهر امروز در نشست …»); right behind it, a
    month will do («همایش … آذر سال گذشته در شاهرود برگزار شد»)."""
    reading = context.understanding.reading
    start, end = reading.sentence_start(mention.first), reading.sentence_end(mention.first)
    near = [
        t
        for t in reading.index(reading.times).between(start, end)
        if (t.precision == "day" or (t.precision == "month" and t.first == mention.last))
        and (mention.first - 8 <= t.last <= mention.first or mention.last <= t.first <= mention.last + 3)
    ]
    return periods.of_time(near[0]) if near else None


def at_token(context: Context, facts: list[EventFact], token: int) -> str | None:
    """The event that a sentence stands in: named before the token, or pointed at («این مراسم»)."""
    reading = context.understanding.reading
    start, end = reading.sentence_start(token), reading.sentence_end(token)
    if not facts:
        return None
    inside = reading.index(reading.events).between(start, min(end, token))
    if inside:
        return _first_of(context, facts, inside)
    pointing = grammar.words_of("pointing")
    anaphor = phrases_of("event-scenes.yaml", "anaphor")
    for j in [j for j, word in enumerate(reading.words[start:token], start) if word in pointing]:
        if j + 1 < token and anaphor.longest(reading.words, j + 1, token):
            before = reading.index(reading.events).between(0, j)
            gatherings = [fact for fact in facts if fact.kind != "signing"]
            only = gatherings[0].iri if len(gatherings) == 1 else None
            return _first_of(context, facts, before[-1:]) or only
    return None


def _first_of(context: Context, facts: list[EventFact], mentions: Sequence[EventMention]) -> str | None:
    """The first gathering that has the wording of one of the mentions."""
    forms = context.once(facts, lambda: _forms(facts))
    surfaces = [fold(context.surface(mention.first, mention.last)) for mention in mentions]
    found = [forms[surface] for surface in surfaces if surface in forms]
    return min(found)[1] if found else None


def _forms(facts: list[EventFact]) -> dict[str, tuple[int, str]]:
    """From each folded wording of a gathering to the number and IRI of the first fact that has it."""
    table: dict[str, tuple[int, str]] = {}
    for number, fact in enumerate(facts):
        for form in (fact.label, *fact.others) if fact.kind != "signing" else ():
            table.setdefault(fold(form), (number, fact.iri))
    return table


def _is_signing(context: Context, facts: list[EventFact], agreement: AgreementMention) -> bool:
    """Whether two parties sign at a gathering that the body names, which is no ceremony of signing itself."""
    told = agreement.status == "signed" and not agreement.anaphoric and len(agreement.parties) > 1
    told = told and context.understanding.reading.paragraph(agreement.first) >= 0
    return told and _ceremony(facts) is None and at_token(context, facts, agreement.first) is not None


def _ceremony(facts: list[EventFact]) -> EventFact | None:
    """A named ceremony of signing («آیین امضای …»)."""
    return next((fact for fact in facts if _signing_word() in fact.label.split()), None)


def signed_at(context: Context, facts: list[EventFact], agreement: AgreementMention) -> str | None:
    """The event at which an agreement was signed: its own signing, or the named ceremony."""
    own = signing_iri(context, agreement)
    if any(fact.iri == own for fact in facts):
        return own
    ceremony = _ceremony([fact for fact in facts if fact.kind != "signing"])
    return ceremony.iri if ceremony else None


def signing_iri(context: Context, agreement: AgreementMention) -> str:
    """The IRI of the signing of an agreement."""
    return iris.part(context.report, "event", context.span(agreement.first, agreement.last).start)


def _signing(context: Context, facts: list[EventFact], agreement: AgreementMention) -> EventFact:
    reading = context.understanding.reading
    last = reading.noun_phrase_end(agreement.last, reading.sentence_end(agreement.first), 6)
    name = context.surface(agreement.first, last)
    span = context.span(agreement.first, last)
    rule = "event-signing"
    return EventFact(
        signing_iri(context, agreement),
        context.report,
        f"{_signing_word()} {name}",
        (),
        "signing",
        None,
        None,
        None,
        at_token(context, facts, agreement.first),
        Evidence((span,), rule, "explicit", confidence(rule)),
    )


@cache
def _signing_word() -> str:
    """The noun with which a signing is labelled."""
    return next(
        rule.list("match")[0]
        for rule in rules.load("event-scenes.yaml", required={"match"})
        if rule.id == "signing-label"
    )


def triples(fact: EventFact) -> list[Triple]:
    iri = fact.iri
    out = types(iri, "kg:Event", "sem:Event", "schema:Event") + labels(iri, fact.label, fact.others)
    out.append((iri, expand("kg:kind"), iris.code("event", fact.kind)))
    if fact.ordinal is not None:
        out.append((iri, expand("kg:ordinal"), Literal(str(fact.ordinal), expand("xsd:integer"))))
    out += optional(iri, "kg:place", fact.place) + optional(iri, "kg:period", fact.period)
    out += optional(iri, "kg:subEventOf", fact.part_of if fact.part_of != iri else None)
    return out + provenance(iri, fact.report, fact.evidence)
