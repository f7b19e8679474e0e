"""Programs, plans, projects, laws, systems."""

from __future__ import annotations

from dataclasses import dataclass

from kg import iris
from kg.builders.base import Context, confidence, labels, provenance, types
from kg.iris import expand
from kg.mentions import gazetteer
from kg.mentions.records import ProgramMention
from kg.model import Evidence, Triple
from kg.text.normalize import fold


@dataclass(frozen=True)
class ProgramFact:
    """A program by its name and kind; ``development`` marks a national five-year plan."""

    iri: str
    report: str
    label: str
    others: tuple[str, ...]
    en: str
    kind: str
    development: bool
    evidence: Evidence


def find(context: Context) -> list[ProgramFact]:
    """One fact for each program; a shorter form of a longer name met before or after is the same program."""
    groups: dict[str, list[ProgramMention]] = {}
    for mention in context.understanding.reading.programs:
        groups.setdefault(_key(context, mention, groups), []).append(mention)
    return [_fact(context, mentions) for mentions in groups.values()]


def _key(context: Context, mention: ProgramMention, groups: dict[str, list[ProgramMention]]) -> str:
    name = mention.known or fold(context.surface(mention.first, mention.last))
    for key in groups:
        if key == name or f"{key} ".startswith(f"{name} ") or f"{name} ".startswith(f"{key} "):
            return key
    return name


def _fact(context: Context, mentions: list[ProgramMention]) -> ProgramFact:
    first = mentions[0]
    forms = tuple(context.surface(m.first, m.last) for m in mentions)
    known = next((m.known for m in mentions if m.known), None)
    listed = gazetteer.programs().get(known or "")
    label = listed.name if listed else max(forms, key=lambda form: (len(form.split()), form))
    node = iris.known("program", known) if known else iris.mint("program", fold(label))
    evidence = Evidence((context.span(first.first, first.last),), first.rule, "explicit", confidence(first.rule))
    development = any(m.ordinal is not None for m in mentions)
    english = listed.en if listed else ""
    return ProgramFact(node, context.report, label, forms, english, first.kind, development, evidence)


def triples(fact: ProgramFact) -> list[Triple]:
    iri = fact.iri
    out = types(iri, "kg:Program", "prov:Plan", *(["kg:DevelopmentPlan"] if fact.development else []))
    out += labels(iri, fact.label, fact.others, fact.en)
    out.append((iri, expand("kg:kind"), iris.code("program", fact.kind)))
    return out + provenance(iri, fact.report, fact.evidence)
