"""Places."""

from __future__ import annotations

from dataclasses import dataclass

from kg import iris
from kg.builders.base import EXACT_MATCH, Context, confidence, labels, provenance, types
from kg.iris import expand
from kg.mentions import gazetteer
from kg.mentions.clusters import PlaceCluster
from kg.model import Evidence, Triple


@dataclass(frozen=True)
class PlaceFact:
    """A place with its kind and what it lies within."""

    iri: str
    report: str
    label: str
    others: tuple[str, ...]
    en: str
    kind: str
    within: str | None
    match: str | None
    evidence: Evidence


def find(context: Context) -> list[PlaceFact]:
    """One fact for each place of the report."""
    clusters = context.understanding.clusters
    return [_fact(context, cluster) for _, cluster in sorted(clusters.places.items()) if cluster.mentions]


def _fact(context: Context, cluster: PlaceCluster) -> PlaceFact:
    entry = gazetteer.places().get(cluster.entry or "")
    first = min(cluster.mentions, key=lambda m: (m.name_first == m.first, m.first))  # «استان …» shows the kind
    forms = [context.surface(m.first, m.last) for m in sorted(cluster.mentions, key=lambda m: m.first)]
    within = entry.within if entry and entry.within in clusters_of(context) else ""
    evidence = Evidence((context.span(first.first, first.last),), first.rule, "explicit", confidence(first.rule))
    return PlaceFact(
        context.place(cluster),
        context.report,
        entry.name if entry else cluster.name,
        tuple(forms),
        entry.en if entry else "",
        cluster.kind,
        iris.known("place", within) if within else None,
        entry.qid if entry else None,
        evidence,
    )


def clusters_of(context: Context) -> set[str]:
    """The listed places that the report mentions: only those are nodes of its graph."""
    return {
        cluster.entry
        for cluster in context.understanding.clusters.places.values()
        if cluster.entry and cluster.mentions
    }


def triples(fact: PlaceFact) -> list[Triple]:
    iri = fact.iri
    out = types(iri, "kg:Place", "dcterms:Location") + labels(iri, fact.label, fact.others, fact.en)
    out.append((iri, expand("kg:kind"), iris.code("place", fact.kind)))
    if fact.within:
        out.append((iri, expand("kg:within"), fact.within))
    if fact.match:
        out.append((iri, EXACT_MATCH, expand("wd:" + fact.match)))
    return out + provenance(iri, fact.report, fact.evidence)
