"""Which mentions of a report name one thing: places, institutions and posts that are the same."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache

from kg.mentions import gazetteer
from kg.mentions.grammar import phrases_of, words_of
from kg.mentions.reading import Reading
from kg.mentions.records import OrganizationMention, PlaceMention, PostMention
from kg.text.match import Phrases
from kg.text.normalize import fold


@dataclass
class PlaceCluster:
    """One place: a listed slug, or a folded name with its kind."""

    key: str
    kind: str
    entry: str | None
    name: str
    mentions: list[PlaceMention] = field(default_factory=list)


@dataclass
class OrganizationCluster:
    """One institution. ``known`` is its slug if listed; ``branch_of`` the key of the body it is a branch of."""

    key: str
    type: str
    known: str | None
    name: str
    mentions: list[OrganizationMention] = field(default_factory=list)
    place: PlaceCluster | None = None
    branch_of: str | None = None
    parents: list[str] = field(default_factory=list)
    core: str = ""
    base: str | None = None


@dataclass
class PostCluster:
    """One post: a role in an institution or place."""

    key: str
    role: str
    mentions: list[PostMention] = field(default_factory=list)
    organization: OrganizationCluster | None = None
    place: PlaceCluster | None = None
    portfolio: str = ""
    name: str = ""


@dataclass
class Clusters:
    """All clusters of a report, with the way from a mention to its cluster."""

    places: dict[str, PlaceCluster] = field(default_factory=dict)
    organizations: dict[str, OrganizationCluster] = field(default_factory=dict)
    posts: dict[str, PostCluster] = field(default_factory=dict)
    of_place: dict[PlaceMention, PlaceCluster] = field(default_factory=dict)
    of_organization: dict[OrganizationMention, OrganizationCluster] = field(default_factory=dict)
    of_post: dict[PostMention, PostCluster] = field(default_factory=dict)


def find(reading: Reading) -> Clusters:
    """Cluster the places, institutions and posts of a report."""
    clusters = Clusters()
    for place in reading.places:
        _add_place(reading, clusters, place)
    context = _context(reading, clusters)
    for organization in sorted(reading.organizations, key=lambda o: (o.first - o.last, o.first)):
        _organization(reading, clusters, organization, context)
    _join_unplaced(clusters)
    _join_short_bases(reading, clusters)
    for post in reading.posts:
        add_post(reading, clusters, post)
    return clusters


def _add_place(reading: Reading, clusters: Clusters, mention: PlaceMention) -> PlaceCluster:
    name = reading.surface(mention.name_first, mention.last)
    key = mention.entry or f"{mention.kind}|{fold(name)}"
    cluster = clusters.places.setdefault(key, PlaceCluster(key, mention.kind, mention.entry, name))
    if mention not in clusters.of_place:
        cluster.mentions.append(mention)
        clusters.of_place[mention] = cluster
    return cluster


def _context(reading: Reading, clusters: Clusters) -> dict[str, PlaceCluster]:
    """The place that «استان», «شهرستان», «شهر» without a name point at: the first one of that kind in the report."""
    found: dict[str, PlaceCluster] = {}
    for mention in reading.places:
        cluster = clusters.of_place[mention]
        found.setdefault(cluster.kind, cluster)
        if cluster.entry and "province" not in found:
            above = _province(cluster.entry)
            if above and above in clusters.places:
                found["province"] = clusters.places[above]
    return found


def _province(slug: str) -> str | None:
    seen: set[str] = set()
    while slug and slug not in seen:
        seen.add(slug)
        place = gazetteer.places().get(slug)
        if place is None:
            return None
        if place.kind == "province":
            return slug
        slug = place.within
    return None


@cache
def _shells() -> Phrases[str]:
    """Head words that may be left out of a name («سازمان بسیج سازندگی» = «بسیج سازندگی»)."""
    return phrases_of("place-pointers.yaml", "shell")


def core(reading: Reading, mention: OrganizationMention) -> str:
    """The folded name proper without a shell head and without «کشور»."""
    first = mention.first
    shell = _shells().longest(reading.words, first, mention.base_last)
    if shell and shell[0] < mention.base_last:
        first = shell[0]
    if mention.rule == "organization-public-relations" and mention.parent:
        return mention.rule  # «روابط عمومی و امور بین‌الملل X» is also «روابط عمومی X»
    council = phrases_of("place-pointers.yaml", "council").longest(reading.words, first, mention.base_last)
    if council and council[0] < mention.base_last:
        return fold(f"{reading.words[first]} {reading.surface(council[0], mention.base_last)}")
    return fold(reading.surface(first, mention.base_last)) or fold(reading.surface(mention.first, mention.last))


def _organization(
    reading: Reading, clusters: Clusters, mention: OrganizationMention, context: dict[str, PlaceCluster]
) -> OrganizationCluster:
    if mention in clusters.of_organization:
        return clusters.of_organization[mention]
    parent = _organization(reading, clusters, mention.parent, context) if mention.parent else None
    place = _add_place(reading, clusters, mention.place) if mention.place else None
    if mention.anaphoric and place is None:
        place = _pointed_place(reading, mention, context)
    if parent:
        place = None
    national = mention.known if place is None and parent is None else None
    name = mention.known or core(reading, mention)
    key = national or "|".join((name, parent.key if parent else "", place.key if place else ""))
    found = OrganizationCluster(key, mention.type, national, "", core=name)
    cluster = clusters.organizations.setdefault(key, found)
    cluster.mentions.append(mention)
    clusters.of_organization[mention] = cluster
    cluster.place = cluster.place or place
    cluster.base = cluster.base or mention.base
    if parent and parent.key not in cluster.parents:
        cluster.parents.append(parent.key)
    if mention.known and national is None:
        cluster.branch_of = mention.known
    name = reading.surface(mention.first, mention.last)
    if (not (mention.anaphoric and cluster.name) and len(name) > len(cluster.name)) or _only_pointed(cluster):
        cluster.name = name
    return cluster


def _only_pointed(cluster: OrganizationCluster) -> bool:
    return all(m.anaphoric for m in cluster.mentions[:-1]) and not cluster.mentions[-1].anaphoric


def _pointed_place(
    reading: Reading, mention: OrganizationMention, context: dict[str, PlaceCluster]
) -> PlaceCluster | None:
    for word in reversed(reading.words[mention.base_last : mention.last]):
        kind = pointer_kind(word)
        if kind in context:
            return context[kind]
    return None


def pointer_kind(word: str) -> str | None:
    """The kind of place that a bare head word points at."""
    head = gazetteer.heads("place-heads.yaml").longest((word,), 0, 1)
    return head[1].text("value") if head else None


def _join_unplaced(clusters: Clusters) -> None:
    """An unlisted institution told once with its place and once without is one, if only one place is in question."""
    by_core: dict[str, list[OrganizationCluster]] = {}
    for cluster in clusters.organizations.values():
        if cluster.known is None and not cluster.parents:
            by_core.setdefault(cluster.core, []).append(cluster)
    for group in by_core.values():
        bare = [c for c in group if c.place is None]
        placed = [c for c in group if c.place is not None and c.branch_of is None]
        if len(bare) == 1 and len(placed) == 1:
            merge_organizations(clusters, placed[0], bare[0])
    _join_branches(clusters)
    _join_heads(clusters)
    _join_shortened(clusters)


def _join_branches(clusters: Clusters) -> None:
    """A branch told once with its head word and once without («اداره کل شیلات گلستان», «شیلات گلستان») is one, if
    only one such office of the place is in question."""
    by_base: dict[tuple[str, str], list[OrganizationCluster]] = {}
    for cluster in clusters.organizations.values():
        if cluster.base and cluster.place and not cluster.parents:
            by_base.setdefault((cluster.base, cluster.place.key), []).append(cluster)
    for group in by_base.values():
        bare = [c for c in group if c.branch_of or _headless(c)]
        headed = [c for c in group if c not in bare and all(m.rule in _OFFICES for m in c.mentions)]
        if len(bare) == 1 and len(headed) == 1:
            headed[0].branch_of = bare[0].branch_of
            name = headed[0].name
            merge_organizations(clusters, headed[0], bare[0])
            headed[0].name = name


_OFFICES = tuple(
    f"organization-{head}" for head in ("directorate-general", "department", "management", "organization", "company")
)
"""Rules of head words that a branch may be told with or without."""


def _headless(cluster: OrganizationCluster) -> bool:
    return all(mention.rule == "organization-listed" for mention in cluster.mentions)


def _join_short_bases(reading: Reading, clusters: Clusters) -> None:
    """A base name alone («شیلات») in a report on one branch («شیلات گلستان») means that branch, unless the report names
    the body above with its head word."""
    heads = gazetteer.heads("organization-heads.yaml").firsts
    for cluster in list(clusters.organizations.values()):
        if cluster.known is None or cluster.place or cluster.parents:
            continue
        if any(m.national or reading.words[m.first] in heads for m in cluster.mentions):
            continue
        if any(m.first and reading.words[m.first - 1] in words_of("minister") for m in cluster.mentions):
            continue
        branches = [c for c in clusters.organizations.values() if c.branch_of == cluster.known and c.place]
        if len(branches) == 1:
            name = branches[0].name
            merge_organizations(clusters, branches[0], cluster)
            branches[0].name = name


def _join_heads(clusters: Clusters) -> None:
    """A head word alone («ارتش») is the one body of the report whose name begins with it, if there is only one."""
    for cluster in list(clusters.organizations.values()):
        if cluster.type != "military" or cluster.known or cluster.parents or cluster.place:
            continue
        longer = [
            other
            for other in clusters.organizations.values()
            if other is not cluster and other.type == cluster.type and other.name.startswith(cluster.name + " ")
        ]
        if len(longer) == 1:
            merge_organizations(clusters, longer[0], cluster)


def _join_shortened(clusters: Clusters) -> None:
    """A body told once with the one above it and once without («کمیته X شورای شهر», «کمیته X») is one."""
    by_core: dict[str, list[OrganizationCluster]] = {}
    for cluster in clusters.organizations.values():
        if cluster.known is None and cluster.place is None and cluster.branch_of is None:
            by_core.setdefault(cluster.core, []).append(cluster)
    for group in by_core.values():
        bare, full = [c for c in group if not c.parents], [c for c in group if c.parents]
        if len(bare) == 1 and len(full) == 1:
            merge_organizations(clusters, full[0], bare[0])


def merge_organizations(clusters: Clusters, into: OrganizationCluster, other: OrganizationCluster) -> None:
    """Move all mentions of one cluster to another."""
    for mention in other.mentions:
        clusters.of_organization[mention] = into
    into.mentions = sorted(into.mentions + other.mentions, key=lambda m: (m.first, m.last))
    if len(other.name) > len(into.name):
        into.name = other.name
    del clusters.organizations[other.key]


def add_post(reading: Reading, clusters: Clusters, mention: PostMention) -> PostCluster:
    """Put a post into its cluster and return that."""
    organization = clusters.of_organization.get(mention.organization) if mention.organization else None
    if mention.organization and organization is None:
        organization = _same_span(clusters, mention.organization)
    place = _add_place(reading, clusters, mention.place) if mention.place else None
    portfolio = _portfolio(reading, mention)
    key = "|".join(
        (mention.role, organization.key if organization else "", place.key if place else "", _told_as(portfolio))
    )
    key = _told_by_parent(clusters, mention.role, organization, portfolio) or key
    cluster = clusters.posts.setdefault(key, PostCluster(key, mention.role, [], organization, place, portfolio))
    cluster.mentions.append(mention)
    clusters.of_post[mention] = cluster
    name = reading.surface(mention.first, mention.last)
    if len(name) > len(cluster.name):
        cluster.name = name
    return cluster


def _portfolio(reading: Reading, mention: PostMention) -> str:
    """The words of the portfolio, without «جدید», «محترم» at its ends: the post is the same."""
    if mention.portfolio is None:
        return ""
    first, last = mention.portfolio
    words = words_of("of-today")
    while first < last and reading.words[first] in words:
        first += 1
    while first < last and reading.words[last - 1] in words:
        last -= 1
    return reading.surface(first, last) if first < last else ""


def _told_as(portfolio: str) -> str:
    """The portfolio folded, with one word for «سابق» and «پیشین»."""
    former = words_of("former")
    return " ".join("-" if word in former else word for word in fold(portfolio).split())


def _told_by_parent(
    clusters: Clusters, role: str, organization: OrganizationCluster | None, portfolio: str
) -> str | None:
    """A post told once of a department and once of the body above it («مدیرکل X معاونت Y وزارت Z», «… وزارت Z»)."""
    if organization is None or not portfolio:
        return None
    for key, post in clusters.posts.items():
        other = post.organization
        if other is None or post.role != role or fold(post.portfolio) != fold(portfolio):
            continue
        if organization.key in other.parents or other.key in organization.parents:
            return key
    return None


def _same_span(clusters: Clusters, mention: OrganizationMention) -> OrganizationCluster | None:
    for other, cluster in clusters.of_organization.items():
        if other.first == mention.first and other.last == mention.last:
            return cluster
    return None
