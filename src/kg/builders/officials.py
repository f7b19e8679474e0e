"""People, the posts they hold, and the tenures that a report attests."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from kg import iris
from kg.builders.base import DATE, Context, confidence, labels, literal, optional, person_name, provenance, types
from kg.iris import expand
from kg.mentions.clusters import PostCluster
from kg.mentions.coreference import Actor
from kg.model import Evidence, Literal, Triple


@dataclass(frozen=True)
class PersonFact:
    """A named human with ranks, honorifics and the posts held."""

    iri: str
    report: str
    label: str
    others: tuple[str, ...]
    ranks: tuple[str, ...]
    honorifics: tuple[str, ...]
    posts: tuple[str, ...]
    evidence: Evidence


@dataclass(frozen=True)
class PostFact:
    """A role in an institution or place, held by whom the report names."""

    iri: str
    report: str
    label: str
    others: tuple[str, ...]
    role: str
    portfolio: str
    of: str | None
    holders: tuple[str, ...]
    evidence: Evidence


@dataclass(frozen=True)
class TenureFact:
    """A person in a post, as the report attests it on its day or in its year."""

    iri: str
    report: str
    person: str
    post: str
    organization: str | None
    attested_on: str | None
    attested_during: str | None
    evidence: Evidence


Official = PersonFact | PostFact | TenureFact


def find(context: Context) -> list[Official]:
    """Facts on people, then posts, then tenures."""
    actors = [actor for actor in context.understanding.cast.actors if actor.named]
    people = [_person(context, actor) for actor in actors]
    holders: dict[str, list[str]] = {}
    for actor, person in zip(actors, people, strict=True):
        for key in actor.posts:
            holders.setdefault(key, []).append(person.iri)
    clusters = context.understanding.clusters.posts
    posts = [_post(context, cluster, holders.get(key, [])) for key, cluster in sorted(clusters.items())]
    tenures = [
        _tenure(context, actor, person.iri, clusters[key])
        for actor, person in zip(actors, people, strict=True)
        for key in actor.posts
    ]
    return [*_joined(people), *posts, *tenures]


def _joined(people: Sequence[PersonFact]) -> list[PersonFact]:
    """Two actors of one name and institution are one person of the report."""
    found: dict[str, PersonFact] = {}
    for person in people:
        one = found.get(person.iri)
        found[person.iri] = (
            person
            if one is None
            else PersonFact(
                one.iri,
                one.report,
                one.label,
                tuple(dict.fromkeys(one.others + person.others)),
                tuple(dict.fromkeys(one.ranks + person.ranks)),
                tuple(dict.fromkeys(one.honorifics + person.honorifics)),
                tuple(sorted({*one.posts, *person.posts})),
                one.evidence,
            )
        )
    return list(found.values())


def _person(context: Context, actor: Actor) -> PersonFact:
    mentions = sorted(actor.mentions, key=lambda m: m.first)
    clusters = context.understanding.clusters.posts
    first = mentions[0]
    evidence = Evidence((context.span(first.name_first, first.last),), first.rule, "explicit", confidence(first.rule))
    return PersonFact(
        context.person(actor),
        context.report,
        person_name(context, actor),
        tuple(context.surface(m.name_first, m.last) for m in mentions),
        tuple(dict.fromkeys(rank for m in mentions for rank in m.ranks)),
        tuple(dict.fromkeys(h for m in mentions for h in m.honorifics)),
        tuple(sorted({context.post(clusters[key]) for key in actor.posts})),
        evidence,
    )


def _post(context: Context, cluster: PostCluster, holders: list[str]) -> PostFact:
    mentions = sorted(cluster.mentions, key=lambda m: m.first)
    first = mentions[0]
    of = context.organization(cluster.organization) if cluster.organization else None
    if of is None and cluster.place:
        of = context.place(cluster.place)
    evidence = Evidence((context.span(first.first, first.last),), first.rule, "explicit", confidence(first.rule))
    return PostFact(
        context.post(cluster),
        context.report,
        cluster.name,
        tuple(context.surface(m.first, m.last) for m in mentions),
        cluster.role,
        cluster.portfolio,
        of,
        tuple(sorted(set(holders))),
        evidence,
    )


def _tenure(context: Context, actor: Actor, person: str, cluster: PostCluster) -> TenureFact:
    post = context.post(cluster)
    mentioned = [m for m in actor.post_mentions if context.understanding.clusters.of_post.get(m) is cluster]
    names = min(actor.mentions, key=lambda m: m.first)
    spans = [context.span(names.name_first, names.last)]
    spans += [context.span(m.first, m.last) for m in sorted(mentioned, key=lambda m: m.first)[:1]]
    basis = actor.posts[cluster.key]
    rule = "tenure-apposition" if basis == "explicit" else "tenure-chain"
    published = context.understanding.reading.doc.report.published
    year = context.understanding.reading.year
    local = "--".join(part.rpartition("/")[2] for part in (person, post))
    return TenureFact(
        f"{iris.ID}tenure/{local}",
        context.report,
        person,
        post,
        context.organization(cluster.organization) if cluster.organization else None,
        published.isoformat() if published else None,
        iris.known("period", f"jalali-{year[0]}") if year and not published else None,
        Evidence(tuple(spans), rule, basis, confidence(rule), tuple(actor.chain)),
    )


def triples(fact: Official) -> list[Triple]:
    if isinstance(fact, PersonFact):
        return _person_triples(fact)
    return _post_triples(fact) if isinstance(fact, PostFact) else _tenure_triples(fact)


def _person_triples(fact: PersonFact) -> list[Triple]:
    iri = fact.iri
    out = types(iri, "kg:Person", "foaf:Person", *(["kg:Official"] if fact.posts else []))
    out += labels(iri, fact.label, fact.others)
    out += [(iri, expand("kg:rank"), iris.code("rank", rank)) for rank in fact.ranks]
    out += [(iri, expand("schema:honorificPrefix"), literal(text)) for text in fact.honorifics]
    out += [(iri, expand("org:holds"), post) for post in fact.posts]
    return out + provenance(iri, fact.report, fact.evidence)


def _post_triples(fact: PostFact) -> list[Triple]:
    iri = fact.iri
    out = types(iri, "kg:Post", "org:Post") + labels(iri, fact.label, fact.others)
    out.append((iri, expand("kg:role"), iris.code("role", fact.role)))
    if fact.portfolio:
        out.append((iri, expand("kg:portfolio"), literal(fact.portfolio)))
    out += optional(iri, "org:postIn", fact.of)
    out += [(iri, expand("org:heldBy"), person) for person in fact.holders]
    return out + provenance(iri, fact.report, fact.evidence)


def _tenure_triples(fact: TenureFact) -> list[Triple]:
    iri = fact.iri
    out = types(iri, "kg:Tenure", "org:Membership")
    out += [(iri, expand("org:member"), fact.person), (iri, expand("kg:tenurePost"), fact.post)]
    out += optional(iri, "org:organization", fact.organization) + optional(
        iri, "kg:attestedDuring", fact.attested_during
    )
    if fact.attested_on:
        out.append((iri, expand("kg:attestedOn"), Literal(fact.attested_on, DATE)))
    return out + provenance(iri, fact.report, fact.evidence)
