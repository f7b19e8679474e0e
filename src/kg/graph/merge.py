"""The union of several reports' graphs: a set of triples, the same whatever the order of the reports.

An entity that several reports speak of keeps one display name per language, the fullest; the others become
``skos:altLabel``. Of several confidences the surest is kept, and of other properties that an entity can have only
once, the value that most reports give (the first in sorted order among equals): each report alone conforms to the
shapes, and so must their union.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from kg import iris
from kg.model import Literal, Term, Triple

LABEL, ALT = iris.expand("rdfs:label"), iris.expand("skos:altLabel")
CONFIDENCE, BASIS = iris.expand("kg:confidence"), iris.expand("kg:basis")
SINGLE = frozenset(map(iris.expand, (
    "kg:role", "kg:portfolio", "kg:kind", "kg:jurisdiction", "kg:branchOf", "kg:period", "kg:ordinal", "kg:firstDay",
    "kg:lastDay", "kg:jalaliFirst", "kg:jalaliLast", "kg:attestedOn", "kg:attestedDuring", "kg:tenurePost",
    "org:classification", "org:member", "org:organization", "org:postIn", "skos:exactMatch",
)))
"""What the shapes allow once on the entities that reports share, besides names, basis and confidence."""
_BASES = tuple(iris.code("basis", value) for value in ("explicit", "coreference", "inference", "background"))


def union(graphs: Iterable[Iterable[Triple]]) -> list[Triple]:
    """All triples of conforming graphs, each once, sorted."""
    counts: Counter[Triple] = Counter()
    for graph in graphs:
        counts.update(set(graph))
    triples = set(counts)
    for (subject, predicate), values in _several(triples).items():
        if predicate == LABEL:
            _one_name(triples, subject, values)
        else:
            kept = _choose(predicate, {value: counts[subject, predicate, value] for value in values})
            triples.difference_update((subject, predicate, value) for value in values if value != kept)
    return sorted(triples, key=lambda t: (t[0], t[1], isinstance(t[2], Literal), str(t[2])))


def _several(triples: Iterable[Triple]) -> dict[tuple[str, str], list[Term]]:
    """The values of single-valued properties that came out with more than one value."""
    values: dict[tuple[str, str], list[Term]] = {}
    for s, p, o in triples:
        if p in SINGLE or p in (LABEL, CONFIDENCE, BASIS):
            values.setdefault((s, p), []).append(o)
    return {key: found for key, found in values.items() if len(found) > 1}


def _one_name(triples: set[Triple], subject: str, labels: list[Term]) -> None:
    by_language: dict[str, list[Literal]] = {}
    for label in labels:
        if isinstance(label, Literal):
            by_language.setdefault(label.lang or "", []).append(label)
    for names in by_language.values():
        fullest = min(names, key=lambda name: (-len(name.lexical), name.lexical))
        for name in names:
            if name != fullest:
                triples.discard((subject, LABEL, name))
                triples.add((subject, ALT, name))
        if len(names) > 1:
            triples.discard((subject, ALT, fullest))


def _choose(predicate: str, values: dict[Term, int]) -> Term:
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
