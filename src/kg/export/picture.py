"""What a picture shows of a graph: entities as nodes, all else folded into edges, short notes and evidence.

Statements become edges from who speaks to what is spoken of; tenures become edges from a person to an institution;
figures become notes; reports and periods stay as words. Nothing is dropped silently: every folded fact keeps its
evidence, and each node counts what attests it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from kg.errors import InputError
from kg.export.record import Record, Records
from kg.export.words import Name, clean, relation, word
from kg.text.normalize import fold

if TYPE_CHECKING:
    import networkx
    import rdflib

KINDS = ("Organization", "Person", "Post", "Program", "Agreement", "Event", "Place")
"""The classes that are drawn, in the order of the legend."""
GROUPS = ("speech", "post", "deal", "world")
"""The sorts of edges, each of one colour."""

_GROUP_OF = {"said-about": "speech", "said-at": "speech", "said-to": "speech", "post": "post", "holds": "post",
             "postIn": "post", "party": "deal", "signedAt": "deal", "operator": "deal", "partner": "deal",
             "actor": "deal", "participant": "deal"}
# Folded elsewhere: the inverse and the parts of tenures, and the outlet, which every statement would repeat.
_FOLDED = frozenset({"holds", "heldBy", "outlet", "speaker", "speakerPost", "about"})
_LONGEST_EDGE_LABEL = 26


@dataclass(frozen=True)
class Part:
    """One relation of an edge: how often it is told, whether it points back, and the records that tell it."""

    relation: str
    label: Name
    backward: bool
    records: tuple[str, ...]

    @property
    def group(self) -> str:
        return _GROUP_OF.get(self.relation, "world")


@dataclass(frozen=True)
class Node:
    """An entity: its names, notes of what is told of it, and how many spans and reports attest it."""

    iri: str
    kind: str
    name: Name
    names: tuple[str, ...]
    notes: tuple[Name, ...]
    spans: int
    reports: int
    degree: int


@dataclass(frozen=True)
class Edge:
    """All that joins two entities, in one line of a picture."""

    source: str
    target: str
    parts: tuple[Part, ...]


@dataclass(frozen=True)
class Picture:
    """The entities from the best attested to the least, the edges between them, and how many there were in all."""

    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]
    total: int
    reports: int
    center: str | None = None
    records: Records = field(default_factory=Records)


def read(graph: rdflib.Graph | networkx.MultiDiGraph) -> Picture:
    """The whole picture of a graph or of its network of entities."""
    return read_records(Records.of(graph))


def read_records(records: Records) -> Picture:
    """The whole picture of records."""
    folder = _Folder(records)
    folder.fold()
    shown = [r for r in records if r.kind in KINDS and r.iri not in folder.hidden]
    edges = folder.edges({r.iri for r in shown})
    degree: dict[str, int] = defaultdict(int)
    for edge in edges:
        degree[edge.source] += 1
        degree[edge.target] += 1
    attesting = _attesting(records)
    nodes = [_node(records, record, attesting[record.iri], degree[record.iri]) for record in shown]
    nodes.sort(key=lambda n: (-n.spans, -n.reports, -n.degree, n.iri))
    reports = sum(r.kind == "Report" for r in records)
    return Picture(tuple(nodes), tuple(edges), len(nodes), reports, None, records)


def best(picture: Picture, limit: int) -> Picture:
    """The part of a picture that holds its ``limit`` best attested entities."""
    return _part(picture, {node.iri for node in picture.nodes[:max(0, limit)]}, None)


def around(picture: Picture, name: str, limit: int) -> Picture:
    """An entity and those one step from it, at most ``limit``. Raises InputError if no entity goes by the name."""
    center = find(picture, name)
    found = {center}
    for edge in picture.edges:
        if center in (edge.source, edge.target):
            found |= {edge.source, edge.target}
    return near(picture, center, found, limit)


def near(picture: Picture, center: str, found: set[str], limit: int) -> Picture:
    """An entity and the best attested ``limit`` less one of those found beside it."""
    kept = [center, *(n.iri for n in picture.nodes if n.iri in found and n.iri != center)][:max(1, limit)]
    return _part(picture, set(kept), center)


def find(picture: Picture, name: str) -> str:
    """The best attested entity called ``name`` in any spelling, else one whose name holds it, else an IRI's."""
    wanted = key(name)
    if not wanted:
        raise InputError("The name to draw around is empty. Give a name, such as one that `kg query` lists.")
    for holds in (str.__eq__, str.__contains__):
        for node in picture.nodes:
            if node.iri == name or any(holds(key(text), wanted) for text in node.names):
                return node.iri
    words = set(fold(name).split())
    near = [n.name.text("fa") for n in picture.nodes if any(words & set(fold(text).split()) for text in n.names)][:5]
    hint = f" Near it: {'; '.join(near)}." if near else " Try a part of the name."
    raise InputError(f"No entity of this graph is called '{clean(name)}'.{hint}")


def key(text: str) -> str:
    """The folded name without blanks, so that a half-space, a space and none are one spelling."""
    return fold(text).replace(" ", "").casefold()


def _part(picture: Picture, kept: set[str], center: str | None) -> Picture:
    nodes = tuple(n for n in picture.nodes if n.iri in kept)
    edges = tuple(e for e in picture.edges if e.source in kept and e.target in kept)
    return Picture(nodes, edges, picture.total, picture.reports, center, picture.records)


class _Folder:
    """Gathers edges from records; ``hidden`` are the posts that an edge stands for."""

    def __init__(self, records: Records) -> None:
        self.records = records
        self.hidden: set[str] = set()
        self.found: dict[tuple[str, str, str], list[str]] = defaultdict(list)
        self.titles: dict[tuple[str, str, str], Name] = {}

    def fold(self) -> None:
        records = self.records
        speaking = {speaker for r in records if r.kind == "Statement" for speaker in r.targets("speaker")}
        tenured = set()
        for record in records:
            if record.kind == "Tenure":
                tenured |= self._tenure(record)
        for record in records:
            if record.kind == "Person":
                for post in sorted(set(record.targets("holds")) - {p for m, p in tenured if m == record.iri}):
                    self._held(record, post, record.iri)
        for record in records:
            if record.kind == "Statement":
                self._statement(record)
            elif record.kind == "Report":
                for outlet in record.targets("outlet"):
                    for place in record.targets("reportedFrom"):
                        self.found[outlet, place, "reports-from"].append(record.iri)
            elif record.kind in KINDS:
                self._direct(record)
        self.hidden -= speaking
        for (source, target, key) in sorted(self.found):
            if key == "holds" and target in self.hidden:
                del self.found[source, target, key]

    def _tenure(self, tenure: Record) -> set[tuple[str, str]]:
        pairs = set()
        for member in tenure.targets("member"):
            for post in tenure.targets("tenurePost"):
                pairs.add((member, post))
                self._held(self.records[member], post, tenure.iri, tenure.targets("organization"))
        return pairs

    def _held(self, person: Record, post: str, why: str, institutions: Iterable[str] = ()) -> None:
        """An edge from a person to the institution of a post, which then needs no node of its own."""
        if post not in self.records:
            return
        record = self.records[post]
        at = [*institutions] or [*record.targets("postIn")]
        self.found[person.iri, post, "holds"].append(why)
        for institution in at:
            if institution in self.records:
                key = f"post {post}"
                self.found[person.iri, institution, key].append(why)
                self.titles[person.iri, institution, key] = self._title(record, self.records[institution])
                self.hidden.add(post)

    def _title(self, post: Record, institution: Record) -> Name:
        """A post's title without the name of its institution; in English the name of its role."""
        title = post.name.fa
        for name in sorted((institution.name.fa, *institution.names), key=lambda n: (-len(n), n)):
            if name and title.endswith(name) and title != name:
                title = title[: -len(name)].strip(" \u200c")
                break
        role = next((role for role in post.codes("role")), Name())
        return Name(_short(title) or role.fa, role.en or _short(post.name.en))

    def _statement(self, statement: Record) -> None:
        for speaker in statement.targets("speaker"):
            for relation_, key in (("about", "said-about"), ("madeAt", "said-at"), ("addressee", "said-to")):
                for target in statement.targets(relation_):
                    if target != speaker:
                        self.found[speaker, target, key].append(statement.iri)

    def _direct(self, record: Record) -> None:
        branches = set(record.targets("branchOf"))
        for name, target in record.links:
            twice = name == "subOrganizationOf" and target in branches
            if name not in _FOLDED and target != record.iri and not twice:
                self.found[record.iri, target, name].append(record.iri)

    def edges(self, shown: set[str]) -> list[Edge]:
        """One edge for each pair that has a relation, its first relation giving the direction."""
        pairs: dict[tuple[str, str], list[tuple[str, str, str]]] = defaultdict(list)
        for source, target, key in sorted(self.found):
            if source in shown and target in shown:
                pairs[min(source, target), max(source, target)].append((source, target, key))
        return [self._edge(found) for _, found in sorted(pairs.items())]

    def _edge(self, found: list[tuple[str, str, str]]) -> Edge:
        found = sorted(found, key=lambda f: (GROUPS.index(_GROUP_OF.get(f[2].split()[0], "world")), f))
        source, target, _ = found[0]
        parts = []
        for one in found:
            records = tuple(dict.fromkeys(self.found[one]))
            key = one[2].split()[0]
            label = self.titles.get(one) or relation(key, len(records))
            parts.append(Part(key, label, one[0] != source, records))
        return Edge(source, target, tuple(parts))


def _attesting(records: Records) -> dict[str, set[str]]:
    """For each entity the records that tell of it: itself and what links to it, not each outlet's statement."""
    found: dict[str, set[str]] = defaultdict(set)
    for record in records:
        found[record.iri].add(record.iri)
        for name, target in record.links:
            if name != "outlet" or record.kind == "Report":
                found[target].add(record.iri)
    return found


def _node(records: Records, record: Record, attesting: set[str], degree: int) -> Node:
    proofs = {proof for iri in attesting for proof in records[iri].evidence}
    reports = {report for iri in attesting for report in records[iri].reports}
    names = tuple(dict.fromkeys(clean(n) for n in (record.name.fa, record.name.en, *record.names) if n))
    name = record.name or Name(en=record.iri.rpartition("/")[2])
    return Node(record.iri, record.kind, name, names or (name.en,), _notes(records, record, attesting),
                len(proofs), len(reports), degree)


def _notes(records: Records, record: Record, attesting: set[str]) -> tuple[Name, ...]:
    """What stands under a name: what an agreement is worth, how much somebody said."""
    figures = [records[f] for f in dict.fromkeys((*record.targets("amount"), *record.targets("hasFigure")))
               if f in records]
    told = [iri for iri in attesting if record.iri in records[iri].targets("speaker")]
    notes: list[Name] = []
    if told:
        notes.append(word("note-statement") if len(told) == 1 else word("note-statements", n=len(told)))
    if (count := next(iter(record.texts("agreementCount")), "")).isdecimal():
        notes.append(word("note-count", n=int(count)))
    if len(figures) == 1:
        notes.append(figures[0].amount)
    elif figures:
        notes.append(word("note-figures", n=len(figures)))
    return tuple(notes)


def _short(text: str) -> str:
    if len(text) <= _LONGEST_EDGE_LABEL:
        return text
    return text[:_LONGEST_EDGE_LABEL].rsplit(" ", 1)[0] + "…"
