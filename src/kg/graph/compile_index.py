"""One report's triples laid out for checking: by subject, and subjects in groups that look alike.

Nodes of one group have the same types and the same properties, each as many times. What the shapes ask of types and
counts is therefore asked once per kind of group for the whole run of the program, not once per node.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from kg.graph.compile_literals import USUAL, USUAL_TAGS, canonical
from kg.iris import expand
from kg.model import Term, Triple

TYPE, SUBCLASS = expand("rdf:type"), expand("rdfs:subClassOf")
MANY = 4
"""Counts in a signature stop here: 4 stands for "4 or more"."""
_LONG = 16

Values = Collection[Term]
Properties = dict[str, tuple[Term, ...] | dict[Term, None]]
"""The values of each property of a node: a tuple, or the keys of a dict where there are many."""
Member = tuple[str, Properties]
NONE: Properties = {}


@dataclass(frozen=True)
class Signature:
    """What the nodes of one group have in common. ``classes`` includes superclasses named in the graph."""

    predicates: tuple[str, ...]
    lengths: tuple[int, ...]
    types: tuple[Term, ...]
    classes: frozenset[Term]

    @cached_property
    def counts(self) -> dict[str, int]:
        return dict(zip(self.predicates, self.lengths, strict=True))


Key = tuple[tuple[str, ...], tuple[int, ...], tuple[Term, ...], frozenset[Term] | None]


class Index:
    """The triples by subject and property; literals in canonical form, repeated triples once."""

    def __init__(self, triples: Iterable[Triple]) -> None:
        self.nodes = _by_subject(triples)
        self.classes: dict[Term, Values] = {node: props[TYPE] for node, props in self.nodes.items() if TYPE in props}
        self.kept: dict[object, Any] = {}  # what twins of SPARQL queries work out once for a graph
        self._inverse: dict[str, dict[Term, list[str]]] = {}
        self._pointing: dict[tuple[str, ...], dict[Term, list[Member]]] = {}
        self._holders: dict[tuple[str, ...], list[Member]] = {}
        above = self._superclasses()
        if above:
            self.classes = {node: {c for t in types for c in (t, *above.get(t, ()))}
                            for node, types in self.classes.items()}
        self.groups = self._grouped(bool(above))

    def _grouped(self, hierarchy: bool) -> dict[Key, list[Member]]:
        groups: dict[Key, list[Member]] = {}
        for member in self.nodes.items():
            node, props = member
            key = (tuple(props), tuple(map(len, props.values())), tuple(props.get(TYPE, ())),
                   frozenset(self.classes.get(node, ())) if hierarchy else None)
            group = groups.get(key)
            if group is None:
                groups[key] = [member]
            else:
                group.append(member)
        return groups

    def _superclasses(self) -> dict[Term, set[Term]]:
        if not any(SUBCLASS in props for props in self.nodes.values()):
            return {}
        return {node: reach(node, lambda n: self.values(n, SUBCLASS)) for node in self.nodes}

    def values(self, node: Term, predicate: str) -> Values:
        """The objects of a node's property, each once."""
        return self.nodes.get(node, NONE).get(predicate, ())  # type: ignore[arg-type]

    def holders(self, *predicates: str) -> Sequence[Member]:
        """The nodes that have all of these properties; give the rarest first."""
        found = self._holders.get(predicates)
        if found is None:
            first, wanted = predicates[0], set(predicates)
            found = self._holders[predicates] = [
                member for there, members in self._kinds if first in there and wanted <= there for member in members]
        return found

    @cached_property
    def _kinds(self) -> list[tuple[frozenset[str], list[Member]]]:
        return [(frozenset(key[0]), members) for key, members in self.groups.items()]

    def pointing(self, link: str, target: Term, *predicates: str) -> Sequence[Member]:
        """The nodes with this target of a link that have all of these properties, too; give the rarest first."""
        table = self._pointing.get((link, *predicates))
        if table is None:
            table = self._pointing[link, *predicates] = {}
            for member in self.holders(*predicates, link):
                for value in member[1][link]:
                    table.setdefault(value, []).append(member)
        return table.get(target, ())

    def subjects(self, predicate: str, value: Term) -> Sequence[str]:
        """The nodes whose property has this value."""
        table = self._inverse.get(predicate)
        if table is None:
            table = self._inverse[predicate] = {}
            for node, props in self.holders(predicate):
                for found in props[predicate]:
                    table.setdefault(found, []).append(node)
        return table.get(value, ())


def reach(start: Term, step: Callable[[Term], Iterable[Term]]) -> set[Term]:
    """All terms that one or more steps lead to; the start only if a step leads back to it."""
    found: set[Term] = set()
    ahead = list(step(start))
    while ahead:
        term = ahead.pop()
        if term not in found:
            found.add(term)
            ahead.extend(step(term))
    return found


def signature(key: Key) -> Signature:
    """The signature behind a group's key."""
    predicates, lengths, types, classes = key
    capped = tuple(min(length, MANY) for length in lengths)
    return Signature(predicates, capped, types, frozenset(types) if classes is None else classes)


def _by_subject(triples: Iterable[Triple]) -> dict[str, Properties]:
    nodes: dict[str, Properties] = {}
    last: str | None = None
    props: Properties = {}
    for subject, predicate, value in triples:
        if subject is not last:
            last = subject
            found = nodes.get(subject)
            props = nodes.setdefault(subject, {}) if found is None else found
        if value.__class__ is not str and value[1] not in USUAL and (value[1] or value[2] not in USUAL_TAGS):
            value = canonical(value)
        if predicate not in props:
            props[predicate] = (value,)
            continue
        values = props[predicate]
        if value in values:
            continue
        if isinstance(values, dict):
            values[value] = None
        elif len(values) < _LONG:
            props[predicate] = (*values, value)
        else:  # a long tuple is searched too often
            props[predicate] = dict.fromkeys((*values, value))
    return nodes
