"""Organizations, their branches, and news agencies."""

from __future__ import annotations

from dataclasses import dataclass

from kg import iris
from kg.builders.base import EXACT_MATCH, Context, confidence, labels, provenance, types
from kg.iris import expand
from kg.mentions import gazetteer
from kg.mentions.clusters import OrganizationCluster
from kg.model import Evidence, Triple


@dataclass(frozen=True)
class OrganizationFact:
    """An institution: what it is called, its type, what it is a part or branch of, and its area."""

    iri: str
    report: str
    label: str
    others: tuple[str, ...]
    en: str
    type: str
    branch: bool
    branch_of: str | None
    parents: tuple[str, ...]
    jurisdiction: str | None
    match: str | None
    evidence: Evidence


def find(context: Context) -> list[OrganizationFact]:
    """One fact for each institution of the report."""
    clusters = context.understanding.clusters
    return [_fact(context, cluster) for _, cluster in sorted(clusters.organizations.items())]


def _fact(context: Context, cluster: OrganizationCluster) -> OrganizationFact:
    clusters = context.understanding.clusters
    entry = gazetteer.organizations().get(cluster.known or "")
    mentions = sorted(cluster.mentions, key=lambda m: (m.first, m.last))
    forms = tuple(context.surface(m.first, m.last) for m in mentions)
    label = entry.name if entry else cluster.name
    parents = {
        context.organization(clusters.organizations[key]) for key in cluster.parents if key in clusters.organizations
    }
    if entry and entry.parent in clusters.organizations:
        parents.add(iris.known("org", entry.parent))
    branch_of = iris.known("org", cluster.branch_of) if cluster.branch_of in clusters.organizations else None
    first = mentions[0]
    pointed = all(m.anaphoric for m in mentions)
    evidence = Evidence(
        (context.span(first.first, first.last),),
        first.rule,
        "coreference" if pointed else "explicit",
        confidence(first.rule),
    )
    iri = context.organization(cluster)
    return OrganizationFact(
        iri,
        context.report,
        label,
        forms,
        entry.en if entry else "",
        cluster.type,
        branch_of is not None,
        branch_of,
        tuple(sorted(parents - {iri})),
        context.place(cluster.place) if cluster.place else None,
        entry.qid if entry else None,
        evidence,
    )


def triples(fact: OrganizationFact) -> list[Triple]:
    iri = fact.iri
    out = types(iri, "kg:Organization", "org:Organization", "prov:Agent")
    if fact.branch:
        out += types(iri, "kg:Branch", "org:OrganizationalUnit")
    if fact.type == "news-agency":
        out += types(iri, "kg:NewsAgency")
    out += labels(iri, fact.label, fact.others, fact.en)
    out.append((iri, expand("org:classification"), iris.code("orgtype", fact.type)))
    if fact.branch_of:
        out.append((iri, expand("kg:branchOf"), fact.branch_of))
    out += [
        (iri, expand("org:subOrganizationOf"), parent)
        for parent in sorted({*fact.parents, *([fact.branch_of] if fact.branch_of else [])})
    ]
    if fact.jurisdiction:
        out.append((iri, expand("kg:jurisdiction"), fact.jurisdiction))
    if fact.match:
        out.append((iri, EXACT_MATCH, expand("wd:" + fact.match)))
    return out + provenance(iri, fact.report, fact.evidence)
