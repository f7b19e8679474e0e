"""The constraint components of SHACL Core as closures over an index.

Each constraint says three things: ``find`` names the values that break it at a focus node; ``known`` answers from a
signature alone whether all nodes of that signature conform (True, False, or None for "look at the node"). For speed
there may be a ``suspects``, which picks in one cheap pass over many nodes all values that might fail, for ``test`` to
decide on, or a ``doubtful``, which does so with whole nodes, for ``find``.
Reference: https://www.w3.org/TR/shacl/#core-components; where pySHACL reads it differently, pySHACL is followed.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from kg.graph import compile_literals as literals
from kg.graph.compile_index import MANY, NONE, TYPE, Index, Member, Properties, Signature, Values
from kg.graph.compile_paths import Path
from kg.model import Literal, Term

Found = tuple[Term | None, str | None]
"""A value that fails and the path to report in place of the shape's own."""
Find = Callable[[Index, Term, Values], Iterable[Found]]
Test = Callable[[Index, Term], bool]
Known = Callable[[Signature, Path | None], bool | None]
Suspects = Callable[[Index, Sequence[Member], str], list[tuple[str, Term]]]
Doubtful = Callable[[Index, Sequence[Member], Path], Sequence[Member]]
FAILS: tuple[Found, ...] = ((None, None),)


@dataclass(frozen=True)
class Constraint:
    """One constraint, free of the shape it stands in. ``test`` is there where each value is judged alone.

    ``pure``: the test looks at the value and not at the graph, so that a value need not be judged twice.
    ``instance_of`` is the class of an sh:class. ``holds`` is a short cut for "``find`` finds nothing", ``nodes`` one
    for all nodes that fail a ``test``.
    """

    component: str
    find: Find
    known: Known
    test: Test | None = None
    suspects: Suspects | None = None
    doubtful: Doubtful | None = None
    holds: Callable[[Index, Term, Values], bool] | None = None
    nodes: Callable[[Sequence[Member]], list[str]] | None = None
    pure: bool = False
    instance_of: Term | None = None


def none_known(signature: Signature, path: Path | None) -> bool | None:
    return None


def _without_values(signature: Signature, path: Path | None) -> bool | None:
    return True if path is not None and path.count(signature) == 0 else None


def each(component: str, test: Test, known: Known = _without_values, suspects: Suspects | None = None, *,
         pure: bool = True, instance_of: Term | None = None) -> Constraint:
    """A constraint that judges each value alone."""

    def find(index: Index, node: Term, values: Values) -> list[Found]:
        return [(value, None) for value in values if not test(index, value)]

    return Constraint(component, find, known, test, suspects, pure=pure, instance_of=instance_of)


def of_class(iri: Term) -> Constraint:
    def test(index: Index, value: Term) -> bool:
        return iri in index.classes.get(value, ())

    def known(signature: Signature, path: Path | None) -> bool | None:
        return iri in signature.classes if path is None else _without_values(signature, path)

    def suspects(index: Index, members: Sequence[Member], predicate: str) -> list[tuple[str, Term]]:
        find = index.classes.get
        return [(node, value) for node, props in members for value in props[predicate] if iri not in find(value, ())]

    return each("ClassConstraintComponent", test, known, suspects, pure=False, instance_of=iri)


def datatype(iri: str) -> Constraint:
    exact = literals.of_datatype(iri)

    def texts(index: Index, members: Sequence[Member], predicate: str) -> list[tuple[str, Term]]:
        return [(node, value) for node, props in members for value in props[predicate]
                if value.__class__ is str or value[1] != iri]

    def naturals(index: Index, members: Sequence[Member], predicate: str) -> list[tuple[str, Term]]:
        return [(node, value) for node, props in members for value in props[predicate]
                if value.__class__ is str or value[1] != iri or not value[0].isdecimal() or len(value[0]) > 18]

    cheap = {literals.STRING: texts, literals.ANY_URI: texts, literals.NATURAL: naturals}
    return each("DatatypeConstraintComponent", lambda index, value: exact(value), suspects=cheap.get(iri))


def node_kind(kinds: Collection[str]) -> Constraint:
    """``kinds`` may hold "IRI" and "Literal"; our graphs have no blank nodes."""
    iris, texts = "IRI" in kinds, "Literal" in kinds

    def known(signature: Signature, path: Path | None) -> bool | None:
        return iris if path is None else _without_values(signature, path)

    return each("NodeKindConstraintComponent",
                lambda index, value: texts if isinstance(value, Literal) else iris, known)


def minimum(count: int) -> Constraint:
    def known(signature: Signature, path: Path | None) -> bool | None:
        there = None if path is None else path.count(signature)
        if there is None:
            return None
        return True if there >= count else (False if there < MANY else None)

    return Constraint("MinCountConstraintComponent",
                      lambda index, node, values: FAILS if len(values) < count else (), known,
                      holds=lambda index, node, values: len(values) >= count)


def maximum(count: int) -> Constraint:
    def known(signature: Signature, path: Path | None) -> bool | None:
        there = None if path is None else path.count(signature)
        if there is None:
            return None
        return there <= count if there < MANY else (False if count < MANY else None)

    return Constraint("MaxCountConstraintComponent",
                      lambda index, node, values: FAILS if len(values) > count else (), known,
                      holds=lambda index, node, values: len(values) <= count)


def bounded(component: str, sign: str, bound: Literal) -> Constraint:
    test = literals.within(sign, bound)
    return each(component, lambda index, value: test(value))


def length(component: str, fits: Callable[[int], bool]) -> Constraint:
    def suspects(index: Index, members: Sequence[Member], predicate: str) -> list[tuple[str, Term]]:
        return [(node, value) for node, props in members for value in props[predicate]
                if value.__class__ is str or not fits(len(value[0]))]

    return each(component, lambda index, value: fits(len(value.lexical if isinstance(value, Literal) else value)),
                suspects=suspects)


def pattern(expression: re.Pattern[str]) -> Constraint:
    search = expression.search
    constraint = each("PatternConstraintComponent",
                      lambda index, value: search(value.lexical if isinstance(value, Literal) else value) is not None)
    return replace(constraint, nodes=lambda members: [node for node, _ in members if not search(node)])


def language_in(tags: frozenset[str]) -> Constraint:
    """``tags`` in lower case; "*" stands for any language."""

    def test(index: Index, value: Term) -> bool:
        if not isinstance(value, Literal) or not value.lang:
            return False
        return value.lang in tags or "*" in tags or value.lang.split("-")[0] in tags

    def suspects(index: Index, members: Sequence[Member], predicate: str) -> list[tuple[str, Term]]:
        return [(node, value) for node, props in members for value in props[predicate]
                if value.__class__ is str or value[2] not in tags]

    return each("LanguageInConstraintComponent", test, suspects=suspects)


def unique_language() -> Constraint:
    def find(index: Index, node: Term, values: Values) -> list[Found]:
        if len(values) < 2:
            return []
        tags = [value.lang for value in values if isinstance(value, Literal) and value.lang]
        return [(None, None) for tag in set(tags) if tags.count(tag) > 1] if len(tags) > len(set(tags)) else []

    def known(signature: Signature, path: Path | None) -> bool | None:
        there = None if path is None else path.count(signature)
        return True if there is not None and there < 2 else None

    def doubtful(index: Index, members: Sequence[Member], path: Path) -> Sequence[Member]:
        predicate = path.predicate
        return members if predicate is None else [m for m in members if len(m[1][predicate]) > 1]

    return Constraint("UniqueLangConstraintComponent", find, known, doubtful=doubtful)


def one_of(allowed: frozenset[Term]) -> Constraint:
    def known(signature: Signature, path: Path | None) -> bool | None:
        if path is not None and path.predicate == TYPE:
            return allowed.issuperset(signature.types)
        return _without_values(signature, path)

    def suspects(index: Index, members: Sequence[Member], predicate: str) -> list[tuple[str, Term]]:
        return [(node, value) for node, props in members for value in props[predicate] if value not in allowed]

    return each("InConstraintComponent", lambda index, value: value in allowed, known, suspects)


def has_value(wanted: Term) -> Constraint:
    def known(signature: Signature, path: Path | None) -> bool | None:
        if path is not None and path.predicate == TYPE:
            return wanted in signature.types
        return False if path is not None and path.count(signature) == 0 else None

    return Constraint("HasValueConstraintComponent",
                      lambda index, node, values: () if wanted in values else FAILS, known,
                      holds=lambda index, node, values: wanted in values)


def equals(other: str) -> Constraint:
    def find(index: Index, node: Term, values: Values) -> list[Found]:
        others = index.values(node, other)
        if len(values) == len(others) and all(value in others for value in values):
            return []
        return [(value, None) for value in {*values} ^ {*others}]

    def known(signature: Signature, path: Path | None) -> bool | None:
        return True if path is not None and path.count(signature) == 0 and other not in signature.counts else None

    def doubtful(index: Index, members: Sequence[Member], path: Path) -> Sequence[Member]:
        """All but the nodes where the same values stand in the same order, one step or two steps away."""
        if path.predicate is not None:
            first = path.predicate
            return [m for m in members if m[1].get(first) != m[1].get(other)]
        if path.pair is None:
            return members
        first, second = path.pair
        nodes: Callable[..., Properties] = index.nodes.get
        return [m for m in members if first not in m[1] or not all(
            nodes(step, NONE).get(second) == m[1].get(other) for step in m[1][first])]

    return Constraint("EqualsConstraintComponent", find, known, doubtful=doubtful)


def _either_empty(other: str) -> Known:
    def known(signature: Signature, path: Path | None) -> bool | None:
        return True if other not in signature.counts else _without_values(signature, path)

    return known


def disjoint(other: str) -> Constraint:
    def find(index: Index, node: Term, values: Values) -> list[Found]:
        others = index.values(node, other)
        return [(value, None) for value in values if value in others]

    return Constraint("DisjointConstraintComponent", find, _either_empty(other))


def less_than(component: str, other: str, *, or_same: bool) -> Constraint:
    def find(index: Index, node: Term, values: Values) -> list[Found]:
        return [(value, None) for value in values for limit in index.values(node, other)
                if not literals.before(value, limit, or_same=or_same)]

    def doubtful(index: Index, members: Sequence[Member], path: Path) -> Sequence[Member]:
        """All but the nodes with one number before one number."""
        predicate = path.predicate
        if predicate is None:
            return members
        return [m for m in members if not _numbers_before(m[1][predicate], m[1].get(other, ()))]

    return Constraint(component, find, _either_empty(other), doubtful=doubtful)


def _numbers_before(values: Values, limits: Values, ordinary: Any = literals.ordinary) -> bool:
    if not len(values) == len(limits) == 1:
        return False
    (value,), (limit,) = values, limits
    if value.__class__ is str or limit.__class__ is str:
        return False
    one, other = ordinary(value[0], value[1]), ordinary(limit[0], limit[1])
    return one is not None and other is not None and one[0] == other[0] and bool(one[1] < other[1])


def closed(allowed: frozenset[str], resource: str) -> Constraint:
    def find(index: Index, node: Term, values: Values) -> list[Found]:
        return [(thing, predicate) for value in values if isinstance(value, str)
                for predicate, things in index.nodes.get(value, NONE).items() if predicate not in allowed
                for thing in things if (predicate, thing) != (TYPE, resource)]

    def known(signature: Signature, path: Path | None) -> bool | None:
        return True if path is None and allowed.issuperset(signature.predicates) else None

    return Constraint("ClosedConstraintComponent", find, known)
