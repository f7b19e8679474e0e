"""The union of several reports' graphs: a set of triples, the same whatever the order of the reports.

An entity that several reports speak of keeps one display name per language, the fullest; the others become
``skos:altLabel``. Where two reports differ in how surely they know the same node, the surer one is believed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from kg import iris
from kg.model import Literal, Term, Triple

_LABEL = iris.expand("rdfs:label")
_ALT = iris.expand("skos:altLabel")
_CONFIDENCE = iris.expand("kg:confidence")
_BASIS = iris.expand("kg:basis")
_BASES = tuple(iris.code("basis", value) for value in ("explicit", "coreference", "inference", "background"))


def union(graphs: Iterable[Iterable[Triple]]) -> list[Triple]:
    """All triples of conforming graphs, each once, sorted."""
    triples: set[Triple] = set()
    for graph in graphs:
        triples.update(graph)
    for (subject, predicate), values in _several(triples).items():
        if predicate == _LABEL:
            _one_name(triples, subject, values)
        else:
            _keep(triples, subject, predicate, values, _surest(values))
    return sorted(triples, key=lambda t: (t[0], t[1], isinstance(t[2], Literal), str(t[2])))


def _several(triples: set[Triple]) -> Mapping[tuple[str, str], list[Term]]:
    """The values of single-valued properties that came out with more than one value."""
    values: dict[tuple[str, str], list[Term]] = {}
    for s, p, o in triples:
        if p in (_LABEL, _CONFIDENCE, _BASIS):
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
                triples.discard((subject, _LABEL, name))
                triples.add((subject, _ALT, name))
        triples.discard((subject, _ALT, fullest))


def _surest(values: list[Term]) -> Term:
    literals = [value for value in values if isinstance(value, Literal)]
    if literals:
        return max(literals, key=lambda value: (float(value.lexical), value.lexical))
    return min(values, key=lambda value: (_BASES.index(str(value)) if value in _BASES else len(_BASES), str(value)))


def _keep(triples: set[Triple], subject: str, predicate: str, values: list[Term], kept: Term) -> None:
    for value in values:
        if value != kept:
            triples.discard((subject, predicate, value))
