"""Agreements: memoranda, contracts, accords, told in one sentence or over several."""

from __future__ import annotations

from dataclasses import dataclass

from kg import iris
from kg.builders import events
from kg.builders.base import Context, confidence, labels, literal, optional, provenance, types
from kg.builders.events import EventFact
from kg.builders.figures import FigureFact
from kg.iris import expand
from kg.mentions.records import AgreementMention, OrganizationMention
from kg.model import Evidence, Literal, Triple

NAME = 6
"""Words of an agreement's name behind its noun, at most."""


@dataclass(frozen=True)
class AgreementFact:
    """An agreement with kind, parties, purpose, amount, standing and the figures told of it."""

    iri: str
    report: str
    label: str
    kind: str
    parties: tuple[str, ...]
    purpose: str
    amount: str | None
    figures: tuple[str, ...]
    status: str | None
    signed_at: str | None
    evidence: Evidence


def find(context: Context, figures: list[FigureFact], scenes: list[EventFact]) -> list[AgreementFact]:
    """One fact for each agreement; «این تفاهم‌نامه» goes on with the last one."""
    mentions = context.understanding.reading.agreements
    groups: list[list[AgreementMention]] = []
    early: list[AgreementMention] = []
    for mention in mentions:
        if mention.anaphoric or _in_title(context, mention) or (groups and _restates(context, groups[-1], mention)):
            near = next((g for g in reversed(groups) if g[0].kind == mention.kind), None)
            (near if near is not None else early).append(mention)
        else:
            groups.append([mention, *(m for m in early if m.kind == mention.kind)])
            early = [m for m in early if m.kind != mention.kind]
    groups += [[m] for m in early if not m.anaphoric]
    return [_fact(context, group, figures, scenes) for group in groups]


def _in_title(context: Context, mention: AgreementMention) -> bool:
    return context.understanding.reading.paragraph(mention.first) < 0


def _restates(context: Context, group: list[AgreementMention], mention: AgreementMention) -> bool:
    """A further naming of the same kind of agreement that adds no party, or one party of it and no signing, goes on
    with it."""
    if mention.kind != group[0].kind:
        return False
    if not mention.parties or mention.status is not None:
        return not mention.parties
    clusters = context.understanding.clusters
    known = {
        clusters.of_organization.get(p) if isinstance(p, OrganizationMention) else clusters.of_place.get(p)
        for m in group
        for p in m.parties
    }
    return all(
        (clusters.of_organization.get(p) if isinstance(p, OrganizationMention) else clusters.of_place.get(p)) in known
        for p in mention.parties
    )


def _fact(
    context: Context, mentions: list[AgreementMention], figures: list[FigureFact], scenes: list[EventFact]
) -> AgreementFact:
    reading, clusters = context.understanding.reading, context.understanding.clusters
    first = mentions[0]
    parties: dict[str, None] = {}
    for mention in mentions:
        for party in mention.parties if not parties else ():
            cluster = clusters.of_organization.get(party) if isinstance(party, OrganizationMention) else None
            if cluster:
                parties[context.organization(cluster)] = None
            elif not isinstance(party, OrganizationMention) and party in clusters.of_place:
                parties[context.place(clusters.of_place[party])] = None
    told = [
        f
        for m in mentions
        for f in figures
        if reading.sentence_start(m.first) <= f.token < reading.sentence_end(m.first)
    ]
    told = list({f.iri: f for f in told}.values())
    amount = next((f for f in told if f.kind == "money"), None)
    purpose = next((m.purpose for m in mentions if m.purpose), None)
    status = next((m.status for m in mentions if m.status), None)
    last = reading.noun_phrase_end(first.last, reading.sentence_end(first.first), NAME)
    span = context.span(first.first, last)
    spans = [span, *(context.span(m.first, m.last) for m in mentions[1:])]
    return AgreementFact(
        iris.part(context.report, "agreement", span.start),
        context.report,
        context.surface(first.first, last),
        first.kind,
        tuple(parties),
        context.surface(*purpose) if purpose else "",
        amount.iri if amount else None,
        tuple(f.iri for f in told),
        status,
        events.signed_at(context, scenes, first) if status == "signed" else None,
        Evidence(tuple(spans), first.rule, "explicit", confidence(first.rule)),
    )


def triples(fact: AgreementFact) -> list[Triple]:
    iri = fact.iri
    out = types(iri, "kg:Agreement", "prov:Entity") + labels(iri, fact.label)
    out.append((iri, expand("kg:kind"), iris.code("agreement", fact.kind)))
    out += [(iri, expand("kg:party"), party) for party in fact.parties]
    if fact.status == "signed" and len(fact.parties) < 2:
        out.append((iri, expand("kg:partiesUnknown"), Literal("The report names fewer than two parties.", None, "en")))
    if fact.purpose:
        out.append((iri, expand("kg:purpose"), literal(fact.purpose)))
    out += optional(iri, "kg:amount", fact.amount)
    out += [(iri, expand("kg:hasFigure"), figure) for figure in fact.figures]
    if fact.status:
        out.append((iri, expand("kg:status"), iris.code("status", fact.status)))
    out += optional(iri, "kg:signedAt", fact.signed_at)
    return out + provenance(iri, fact.report, fact.evidence)
