"""The union of several reports' graphs: a set of triples, the same whatever the order of the reports.

An entity that several reports speak of keeps one display name per language, the fullest; the others become
``skos:altLabel``. Of several confidences the surest is kept, and of other properties that an entity can have only
once, the value that most reports give (the first in sorted order among equals): each report alone conforms to the
shapes, and so must their union.

All this is decided subject by subject (``united``), so that no more than one subject need be in memory.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import chain
from typing import TypeVar

from kg import iris
from kg.model import Literal, Term, Triple

LABEL, ALT = iris.expand("rdfs:label"), iris.expand("skos:altLabel")
CONFIDENCE, BASIS = iris.expand("kg:confidence"), iris.expand("kg:basis")
SINGLE = frozenset(map(iris.expand, (
    "kg:role", "kg:portfolio", "kg:kind", "kg:jurisdiction", "kg:branchOf", "kg:period", "kg:ordinal", "kg:firstDay",
    "kg:lastDay", "kg:jalaliFirst", "kg:jalaliLast", "kg:attestedOn", "kg:attestedDuring", "kg:tenurePost",
    "kg:firstAttested", "kg:lastAttested",
    "kg:purpose", "kg:status", "kg:signedAt", "kg:partiesUnknown", "org:classification", "org:member",
    "org:organization", "org:postIn", "skos:exactMatch",
)))
"""What the shapes allow once on the entities that reports share, besides names, basis and confidence."""
ONCE = SINGLE | {LABEL, CONFIDENCE, BASIS}
"""Where it matters how many reports give a value."""
TYPE = iris.expand("rdf:type")
_BASES = tuple(iris.code("basis", value) for value in ("explicit", "coreference", "inference", "background"))


Counted = Mapping[Term, int]
"""Values, each with the number of reports that give it (which is 1 for all where it does not matter)."""
Values = Iterable[Term]
"""A collection; or an iterator, of a node that too many reports speak of to be in memory."""
Rows = Iterable[tuple[str, Values]]
"""The properties of one subject: rdf:type first, then by IRI."""
V = TypeVar("V")
Table = dict[str, dict[str, dict[Term, int]]]
"""Subject, predicate, value, number of reports."""


def union(graphs: Iterable[Iterable[Triple]]) -> list[Triple]:
    """All triples of conforming graphs, each once, sorted."""
    found = tabled(enumerate(graphs))
    triples = [(s, p, o) for s, properties in found.items() for p, values in united(ordered(properties))
               for o in values]
    return sorted(triples, key=lambda t: (t[0], t[1], isinstance(t[2], Literal), str(t[2])))


def tabled(graphs: Iterable[tuple[object, Iterable[Triple]]]) -> Table:
    """Triples by subject and predicate, counted by origin. The graphs of one origin follow one another."""
    table: Table = {}
    seen: set[Triple] = set()
    before: object = None
    for origin, triples in graphs:
        if origin != before:
            before, seen = origin, set()
        for s, p, o in triples:
            properties = table.get(s)
            if properties is None:
                properties = table[s] = {}
            values = properties.get(p)
            if values is None:
                values = properties[p] = {}
            if p not in ONCE:
                values[o] = 1
            elif (s, p, o) not in seen:
                seen.add((s, p, o))
                values[o] = values.get(o, 0) + 1
    return table


def ordered(properties: Mapping[str, V]) -> list[tuple[str, V]]:
    """The properties as ``Rows`` have them."""
    rows = sorted(properties.items())  # by IRI alone, for none comes twice
    if TYPE in properties:
        rows.remove((TYPE, properties[TYPE]))
        rows.insert(0, (TYPE, properties[TYPE]))
    return rows


def united(rows: Iterable[tuple[str, Counted | Iterator[Term]]]) -> Iterator[tuple[str, Values]]:
    """One subject's properties, in order, with those that it can have once made so."""
    fullest: set[Literal] = set()
    others: set[Literal] = set()
    for predicate, values in chain(rows, ((_LAST, {}),)):
        if others and predicate > ALT:
            yield ALT, others
            others = set()
        if predicate == LABEL:
            fullest, others = _names(values)
            yield LABEL, [name for name in values if name not in others]
        elif predicate == ALT and others:
            yield ALT, others.union(values) - fullest
            others = set()
        elif predicate in ONCE and isinstance(values, Mapping) and len(values) > 1:
            yield predicate, [_choose(predicate, values)]
        elif predicate != _LAST:
            yield predicate, values


_LAST = "\U0010ffff"
"""After every IRI."""


def _names(labels: Iterable[Term]) -> tuple[set[Literal], set[Literal]]:
    """Of the names in one language the fullest, where there are several; and all others."""
    by_language: dict[str, list[Literal]] = {}
    for label in labels:
        if isinstance(label, Literal):
            by_language.setdefault(label.lang or "", []).append(label)
    several = [names for names in by_language.values() if len(names) > 1]
    fullest = {min(names, key=lambda name: (-len(name.lexical), name.lexical)) for names in several}
    return fullest, {name for names in several for name in names} - fullest


def _choose(predicate: str, values: Counted) -> Term:
    """The surest confidence or basis, else the value of most reports."""
    if predicate == CONFIDENCE:
        return max(values, key=lambda value: (_decimal(value), str(value)))
    if predicate == BASIS:
        return min(values, key=lambda value: (_BASES.index(str(value)) if value in _BASES else len(_BASES), str(value)))
    return min(values, key=lambda value: (-values[value], str(value)))


def _decimal(value: Term) -> float:
    try:
        return float(value.lexical) if isinstance(value, Literal) else 0.0
    except ValueError:
        return 0.0
