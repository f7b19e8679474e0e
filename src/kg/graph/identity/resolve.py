"""Which IRIs mean one thing: block, score, decide, guard, unite. A pure function of the table and the decisions.

Institutions come first, then posts, people, tenures, and what is left: each step compares with the names of the steps
before. The result depends on neither the order of the rows nor the hash seed, and its time is bounded: what shares a
key with more than ``BLOCK`` others is compared with its ``NEAR`` neighbours in a sorted list only.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from kg import iris
from kg.errors import InputError
from kg.graph.identity import evidence, names
from kg.graph.identity.evidence import SAME, UNSURE, Evidence, World
from kg.graph.identity.records import Decision, Entity, Pair, Resolution, Signature
from kg.graph.identity.signatures import gather
from kg.text.normalize import fold

BLOCK, NEAR = 60, 12
"""A block of more entities is sorted, and each is compared with so many after it."""
VARIETY = 12
"""So many distinct posts and institutions one person, so many distinct places one institution can have; a cluster that
would have more is left apart."""


def resolve(table: Iterable[Signature], decisions: Iterable[Decision] = ()) -> Resolution:
    """The resolution of a table of signatures (as ``extract`` gives them, of any number of reports)."""
    rows, clusters = gather(table), _Clusters()
    by_kind: dict[str, list[Signature]] = defaultdict(list)
    for row in rows:
        by_kind[row.kind].append(row)
    ruled = _ruled(decisions)
    pairs: list[Pair] = []
    for step in STEPS:
        entities = _entities(by_kind[step.kind], clusters)
        world = _world(by_kind, clusters)
        pairs += _step(step, entities, world, clusters, ruled)
    return Resolution(clusters.renamings(), tuple(sorted(set(pairs))))


@dataclass(frozen=True)
class Step:
    """How one kind is resolved: its keys for blocking, its evidence, and what excludes."""

    kind: str
    keys: Callable[[Entity, World], Iterable[str]]
    compare: Callable[[Entity, Entity, World], Evidence]
    clash: Callable[[Entity, Entity, World], str] = lambda a, b, world: ""


class _Clusters:
    """Union-find whose representative is the smallest member, but a listed institution before a found one."""

    def __init__(self) -> None:
        self.parent: dict[str, str] = {}

    def of(self, iri: str) -> str:
        root = iri
        while root in self.parent:
            root = self.parent[root]
        while iri in self.parent:
            self.parent[iri], iri = root, self.parent[iri]
        return root

    def unite(self, a: str, b: str) -> None:
        a, b = self.of(a), self.of(b)
        if a != b:
            first, other = sorted((a, b), key=_rank)
            self.parent[other] = first

    def renamings(self) -> dict[str, str]:
        return {iri: self.of(iri) for iri in sorted(self.parent)}


def _rank(iri: str) -> tuple[bool, bool, str]:
    """A listed institution speaks for its cluster, of two the one with the later name; else the smallest IRI."""
    slug = evidence.listed(iri) if "/org/" in iri else ""
    return (not slug, slug in names.renamed(), iri)


def _entities(rows: list[Signature], clusters: _Clusters) -> list[Entity]:
    """The entities of a kind, sorted; what their rows point at is canonical."""
    found: dict[str, list[Signature]] = defaultdict(list)
    for row in rows:
        if row.kind == "organization" and not (row.place or row.organization or evidence.listed(row.iri)):
            slug = names.province(row.name)
            row = row._replace(place=iris.known("place", slug) if slug else "")
        found[row.iri].append(row._replace(
            organization=clusters.of(row.organization), place=clusters.of(row.place), post=clusters.of(row.post),
            others=tuple(sorted({clusters.of(o) for o in row.others}))))
    return [Entity(iri, tuple(sorted(found[iri]))) for iri in sorted(found)]


def _world(by_kind: dict[str, list[Signature]], clusters: _Clusters) -> World:
    above: dict[str, str] = {}
    seats: dict[str, set[str]] = defaultdict(set)
    for row in sorted(by_kind["place"] + by_kind["organization"]):
        iri = clusters.of(row.iri)
        if row.organization and clusters.of(row.organization) != iri:
            above.setdefault(iri, clusters.of(row.organization))
        if row.kind == "organization" and row.place:
            above.setdefault(f"@{iri}", row.place)
    places: dict[str, tuple[str, str]] = {}
    for row in by_kind["place"]:
        name = fold(row.name)
        if row.iri not in places or (len(name), name) < (len(places[row.iri][0]), places[row.iri][0]):
            places[row.iri] = (name, row.type)
    for row in by_kind["organization"]:
        if row.place:
            seats[names.organization(row.name, places.get(row.place, ("", ""))[0]).core].add(row.place)
    holders: dict[str, set[str]] = defaultdict(set)
    for row in by_kind["person"]:
        if row.organization or row.place:
            holders[names.person(row.name).key].add(clusters.of(row.organization) or row.place)
    levels = {clusters.of(row.organization): "province" for row in by_kind["post"] if row.type == "director-general"}
    return World(above, places, frozenset(core for core, found in seats.items() if len(found) > 1),
                 {key: len(found) for key, found in holders.items()}, levels)


# --- keys


def _organization_keys(entity: Entity, world: World) -> Iterator[str]:
    for row in entity.rows:
        yield names.organization(row.name, world.place(row.place)[0]).core
        if row.organization:
            yield row.organization
    yield entity.iri
    later = names.renamed()
    slug = evidence.listed(entity.iri)
    if slug:
        yield f"={later.get(slug, slug)}"


def _person_keys(entity: Entity, world: World) -> Iterator[str]:
    for name in entity.names:
        found = names.person(name)
        if len(found.words) > 1:
            yield found.key
            for post in entity.values("post"):
                yield f"{post} {found.words[0]}"


def _name_keys(entity: Entity, world: World) -> Iterator[str]:
    for name in entity.names:
        yield names.squash(names._words(name))


def _post_keys(entity: Entity, world: World) -> Iterator[str]:
    for row in entity.rows:
        if row.organization or row.place or row.type in evidence.UNIQUE:
            yield f"{row.type} {row.organization} {world.seat(row.place, evidence.LEVEL.get(row.type, ''))}"


def _tenure_keys(entity: Entity, world: World) -> Iterator[str]:
    for row in entity.rows:
        yield f"{row.organization} {row.post}"


def _agreement_keys(entity: Entity, world: World) -> Iterator[str]:
    for row in entity.rows:
        if len(row.others) > 1:
            yield f"{row.type} {' '.join(row.others)}"


STEPS = (
    Step("organization", _organization_keys, evidence.organizations),
    Step("post", _post_keys, evidence.posts),
    Step("person", _person_keys, evidence.people, evidence.clash),
    Step("tenure", _tenure_keys, evidence.tenures),
    Step("program", _name_keys, evidence.programs),
    Step("event", _name_keys, evidence.events),
    Step("agreement", _agreement_keys, evidence.agreements),
)


# --- one step


def _step(step: Step, entities: list[Entity], world: World, clusters: _Clusters,
          ruled: dict[tuple[str, str], Decision]) -> list[Pair]:
    """Unite what belongs together of one kind, the surest first; tell every pair that was united or is doubtful."""
    members = {entity.iri: entity for entity in entities}
    apart = _apart(ruled, members)
    pairs: list[Pair] = []
    merged = dict(members)
    for (left, right), decision in sorted(ruled.items()):
        if left in members and right in members:
            pairs.append(Pair(left, right, step.kind, 1.0 if decision.decision == "same" else 0.0, decision.decision,
                              "decided by hand" + (f": {decision.note}" if decision.note else "")))
            if decision.decision == "same":
                _unite(left, right, clusters, merged)
    _consistent(ruled, members, clusters)
    scored = [(step.compare(members[a], members[b], world), a, b) for a, b in _candidates(step, entities, world)
              if (a, b) not in ruled]
    for found, a, b in sorted(scored, key=lambda item: (-item[0].points, item[1], item[2])):
        if found.points < UNSURE:
            break
        if clusters.of(a) == clusters.of(b):
            continue
        stop = "" if found.points < SAME else _stop(step, a, b, clusters, merged, apart, world,
                                                          "a head before" in found.reasons[0])
        decision_of = "unsure" if found.points < SAME or stop else "same"
        if decision_of == "same":
            _unite(a, b, clusters, merged)
        why = "; ".join((*found.reasons, *([f"but {stop}"] if stop else [])))
        pairs.append(Pair(a, b, step.kind, score(found.points), decision_of, why))
    return pairs


def score(points: float) -> float:
    """Points as a number between 0 and 1: .5 where doubt ends is not certainty, and 6 points are about .94."""
    return round(points / (points + 0.4) if points > SAME else points / (SAME + 0.4), 3)


def _consistent(ruled: dict[tuple[str, str], Decision], members: dict[str, Entity], clusters: _Clusters) -> None:
    """Raise InputError if decisions unite, over others, what another decision keeps apart."""
    for (left, right), decision in ruled.items():
        if decision.decision != "same" and {left, right} <= members.keys() and clusters.of(left) == clusters.of(right):
            raise InputError(f"The decisions contradict each other: {left} and {right} are '{decision.decision}', but "
                             "other rows make them one. Change one of these rows.")


def _unite(a: str, b: str, clusters: _Clusters, merged: dict[str, Entity]) -> None:
    left, right = clusters.of(a), clusters.of(b)
    if left != right:
        rows = (*merged[left].rows, *merged[right].rows)
        clusters.unite(left, right)
        merged[clusters.of(a)] = Entity(clusters.of(a), tuple(sorted(rows)))


def _stop(step: Step, a: str, b: str, clusters: _Clusters, merged: dict[str, Entity],
          apart: dict[str, set[str]], world: World, headed: bool = False) -> str:
    """Why two clusters must not become one, or nothing."""
    left, right = clusters.of(a), clusters.of(b)
    if left == right:
        return ""
    mine = {clusters.of(other) for iri in _known(left, clusters, apart) for other in apart[iri]}
    if right in mine:
        return "a decision keeps them apart"
    if step.kind == "organization" and not headed and (left in world.chain(right) or right in world.chain(left)):
        return "one is above the other"
    rows = len({(r.organization, r.place, r.post, r.portfolio) for e in (merged[left], merged[right]) for r in e.rows})
    if rows > VARIETY and step.kind in ("person", "organization"):
        return f"{rows} distinct signatures are too many for one"
    return step.clash(merged[left], merged[right], world)


def _known(cluster: str, clusters: _Clusters, apart: dict[str, set[str]]) -> list[str]:
    return [iri for iri in apart if clusters.of(iri) == cluster]


def _apart(ruled: dict[tuple[str, str], Decision], members: dict[str, Entity]) -> dict[str, set[str]]:
    """For each IRI, those that a person keeps apart from it."""
    found: dict[str, set[str]] = defaultdict(set)
    for (left, right), decision in ruled.items():
        if decision.decision != "same" and left in members and right in members:
            found[left].add(right)
            found[right].add(left)
    return found


def _ruled(decisions: Iterable[Decision]) -> dict[tuple[str, str], Decision]:
    """Decisions by their pair, smaller IRI first."""
    table: dict[tuple[str, str], Decision] = {}
    for decision in sorted(decisions):
        left, right = sorted((decision.left, decision.right))
        table[left, right] = decision
    return table


def _candidates(step: Step, entities: list[Entity], world: World) -> list[tuple[str, str]]:
    """Pairs that share a key, each once; of a great block only near neighbours."""
    blocks: dict[str, list[str]] = defaultdict(list)
    for entity in entities:
        for key in set(step.keys(entity, world)):
            if key.strip():
                blocks[key].append(entity.iri)
    by_iri = {entity.iri: entity for entity in entities}
    found: set[tuple[str, str]] = set()
    for key in sorted(blocks):
        block = blocks[key]
        if len(block) > BLOCK:
            block = sorted(block, key=lambda iri: (_order(by_iri[iri]), iri))
        near = NEAR if len(block) > BLOCK else len(block)
        for number, left in enumerate(block):
            found.update((min(left, right), max(left, right)) for right in block[number + 1:number + 1 + near])
    return sorted(found)


def _order(entity: Entity) -> tuple[tuple[str, str, str, str], ...]:
    """What belongs together stands together: the same post, institution and place."""
    return tuple(sorted({(r.organization, r.place, r.post, r.period) for r in entity.rows}))
