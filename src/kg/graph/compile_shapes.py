"""Shapes as checks: a shape holds its constraints, conforms or not at a node, and reports what breaks it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from kg.graph.compile_constraints import Constraint, Suspects, Test, each
from kg.graph.compile_index import Index, Key, Member, Signature, Values, signature
from kg.graph.compile_paths import Path
from kg.model import Term

_PLANS = 20_000
"""So many signatures are remembered; a corpus has a few hundred."""
_VALUES = 8_192
"""So many values that passed are remembered for each property."""


@dataclass(frozen=True)
class Site:
    """Where in the shapes a result comes from and what it says. ``severity`` is an IRI."""

    shape: str
    component: str
    severity: str
    message_fa: str
    message_en: str


class Result(NamedTuple):
    """One broken constraint at one focus node. ``path`` is None for paths that are no plain property."""

    site: Site
    focus: Term
    path: str | None
    value: Term | None


@dataclass(frozen=True)
class Targets:
    """What a shape is aimed at."""

    classes: frozenset[Term] = frozenset()
    subjects_of: frozenset[str] = frozenset()
    objects_of: frozenset[str] = frozenset()
    nodes: frozenset[Term] = frozenset()

    @property
    def by_signature(self) -> bool:
        """Whether a node's signature tells all about its being a target."""
        return not (self.objects_of or self.nodes)

    def includes(self, kind: Signature) -> bool:
        return not (self.classes.isdisjoint(kind.classes) and self.subjects_of.isdisjoint(kind.predicates))

    def focus_nodes(self, index: Index) -> set[Term]:
        found = {node for key, members in index.groups.items() if self.includes(signature(key)) for node, _ in members}
        held = (value for p in self.objects_of for _, props in index.holders(p) for value in props[p])
        return {*found, *self.nodes, *held}


@dataclass(frozen=True)
class Shape:
    """A node shape (``path`` None) or a property shape. A deactivated one has no checks and no targets."""

    path: Path | None
    checks: tuple[tuple[Site, Constraint], ...]
    properties: tuple[Shape, ...]
    targets: Targets

    @property
    def flat(self) -> bool:
        """Whether all checks are of the focus node or of what one path leads to, and none of what lies further on."""
        return not self.properties or (self.path is None and not any(inner.properties for inner in self.properties))

    @property
    def pure(self) -> bool:
        """Whether a node conforms or not whatever the graph says of it."""
        return self.path is None and not self.properties and all(constraint.pure for _, constraint in self.checks)

    def values(self, index: Index, node: Term) -> Values:
        return (node,) if self.path is None else self.path.walk(index, node)

    def conforms(self, index: Index, node: Term) -> bool:
        values = self.values(index, node)
        for _, constraint in self.checks:
            if constraint.holds is not None:
                if not constraint.holds(index, node, values):
                    return False
            elif constraint.test is not None:
                for value in values:
                    if not constraint.test(index, value):
                        return False
            elif any(True for _ in constraint.find(index, node, values)):
                return False
        for inner in self.properties:
            for value in values:
                if not inner.conforms(index, value):
                    return False
        return True

    def known(self, kind: Signature) -> bool | None:
        """Whether every node of a signature conforms; None where the signature does not tell."""
        answers = {constraint.known(kind, self.path) for _, constraint in self.checks}
        if self.path is None:
            answers.update(inner.known(kind) for inner in self.properties)
        elif self.properties and self.path.count(kind) != 0:
            answers.add(None)
        return _all(answers)

    def report(self, index: Index, node: Term, out: list[Result]) -> None:
        """Add the results of validating a node."""
        values = self.values(index, node)
        own = None if self.path is None else self.path.predicate
        for site, constraint in self.checks:
            out += [Result(site, node, path or own, value) for value, path in constraint.find(index, node, values)]
        for inner in self.properties:
            for value in values:
                inner.report(index, value, out)


def _all(answers: set[bool | None]) -> bool | None:
    return False if False in answers else (None if None in answers else True)


def _any(answers: set[bool | None]) -> bool | None:
    return True if True in answers else (None if None in answers else False)


def _judged(component: str, test: Test, known: Callable[[Signature], bool | None], shapes: Sequence[Shape],
            suspects: Suspects | None = None) -> Constraint:
    def of(kind: Signature, path: Path | None) -> bool | None:
        if path is None:
            return known(kind)
        return True if path.count(kind) == 0 else None

    return each(component, test, of, suspects, pure=all(shape.pure for shape in shapes))


def negation(shape: Shape) -> Constraint:
    def known(kind: Signature) -> bool | None:
        answer = shape.known(kind)
        return None if answer is None else not answer

    return _judged("NotConstraintComponent", lambda index, value: not shape.conforms(index, value), known, [shape])


def conjunction(component: str, shapes: Sequence[Shape]) -> Constraint:
    """sh:and, and sh:node with a single shape."""
    return _judged(component, lambda index, value: all(shape.conforms(index, value) for shape in shapes),
                   lambda kind: _all({shape.known(kind) for shape in shapes}), shapes)


def disjunction(shapes: Sequence[Shape]) -> Constraint:
    return _judged("OrConstraintComponent", lambda index, value: any(shape.conforms(index, value) for shape in shapes),
                   lambda kind: _any({shape.known(kind) for shape in shapes}), shapes, _classes(shapes))


def _classes(shapes: Sequence[Shape]) -> Suspects | None:
    """For a choice between classes: the values that have none of them."""
    wanted = {shape.checks[0][1].instance_of for shape in shapes
              if shape.path is None and not shape.properties and len(shape.checks) == 1}
    if None in wanted or len(wanted) != len(shapes):
        return None

    def suspects(index: Index, members: Sequence[Member], predicate: str) -> list[tuple[str, Term]]:
        find = index.classes.get
        return [(node, value) for node, props in members for value in props[predicate]
                if wanted.isdisjoint(find(value, ()))]

    return suspects


def exactly_one(shapes: Sequence[Shape]) -> Constraint:
    def known(kind: Signature) -> bool | None:
        answers = [shape.known(kind) for shape in shapes]
        return None if None in answers else answers.count(True) == 1

    return _judged("XoneConstraintComponent",
                   lambda index, value: sum(shape.conforms(index, value) for shape in shapes) == 1, known, shapes)


def qualified(shape: Shape, fits: Callable[[int], bool], component: str) -> Constraint:
    """One of the two counts of sh:qualifiedValueShape; ``fits`` judges how many values conform."""

    alone = shape.checks[0][1].test if shape.pure and len(shape.checks) == 1 else None
    conforms = alone or shape.conforms

    def find(index: Index, node: Term, values: Values) -> Sequence[tuple[None, None]]:
        return () if fits([conforms(index, value) for value in values].count(True)) else ((None, None),)

    def known(kind: Signature, path: Path | None) -> bool | None:
        return fits(0) if path is not None and path.count(kind) == 0 else None

    return Constraint(component, find, known)


Run = Callable[[Index, Sequence[Member], list[Result]], None]
Check = tuple[Site, Constraint, "Path | None"]


class Program:
    """All shapes with targets, ready to check any number of graphs.

    For each signature there is a plan: what is left to ask of its nodes once the signature has answered what it can.
    What several signatures ask alike is asked once, of the nodes of all of them.
    """

    def __init__(self, shapes: Sequence[Shape]) -> None:
        self._planned = [shape for shape in shapes if shape.targets.by_signature and shape.flat]
        self._loose = [shape for shape in shapes if not (shape.targets.by_signature and shape.flat)]
        self._plans: dict[Signature, list[Run]] = {}
        self._by_key: dict[Key, list[Run]] = {}
        self._runs: dict[tuple[object, ...], Run] = {}

    def results(self, index: Index) -> list[Result]:
        """Every broken constraint, in no particular order."""
        out: list[Result] = []
        plans, asked = self._by_key, dict[Run, list[Member]]()
        for key, members in index.groups.items():
            plan = plans.get(key)
            for run in self._plan(key) if plan is None else plan:
                asked[run] = asked[run] + members if run in asked else members
        for run, members in asked.items():
            run(index, members, out)
        for shape in self._loose:
            for node in shape.targets.focus_nodes(index):
                shape.report(index, node, out)
        return out

    def _plan(self, key: Key) -> list[Run]:
        if len(self._by_key) >= _PLANS:
            self._by_key.clear()
            self._plans.clear()
        kind = signature(key)
        if kind not in self._plans:
            self._plans[kind] = self._runs_for(kind)
        self._by_key[key] = self._plans[kind]
        return self._by_key[key]

    def _runs_for(self, kind: Signature) -> list[Run]:
        left = [check for shape in self._planned if shape.targets.includes(kind) for check in _left(shape, kind)]
        memorable = [check for check in left if _memorable(check)]
        runs = [self._once(tuple(map(id, check)), _runner, *check) for check in left if not _memorable(check)]
        for predicate in dict.fromkeys(path.predicate for _, _, path in memorable if path is not None):
            checks = [(site, constraint) for site, constraint, path in memorable
                      if path is not None and path.predicate == predicate]
            runs.append(self._once((predicate, *(id(part) for check in checks for part in check)), _Memory, predicate,
                                   checks))
        return runs

    def _once(self, key: tuple[object, ...], make: Callable[..., Run], *parts: Any) -> Run:
        """One object for each thing to ask. The ids in the key stay taken: the shapes live as long as the program."""
        if key not in self._runs:
            self._runs[key] = make(*parts)
        return self._runs[key]


def _left(shape: Shape, kind: Signature) -> list[Check]:
    """The checks of a flat shape that a signature leaves open."""
    left: list[Check] = [(site, constraint, shape.path) for site, constraint in shape.checks
                         if constraint.known(kind, shape.path) is not True]
    return left + [check for inner in shape.properties for check in _left(inner, kind)]


def _memorable(check: Check) -> bool:
    """Whether to remember the values that passed: where the value alone decides and there is no cheaper way."""
    _, constraint, path = check
    return constraint.pure and constraint.suspects is None and path is not None and path.predicate is not None


class _Memory:
    """All checks of one property whose verdict depends on the value alone; what passed once is not asked again."""

    def __init__(self, predicate: str, checks: Sequence[tuple[Site, Constraint]]) -> None:
        self._predicate, self._checks = predicate, checks
        self._passed: set[Term] = set()

    def __call__(self, index: Index, members: Sequence[Member], out: list[Result]) -> None:
        passed, predicate = self._passed, self._predicate
        for node, value in [(node, value) for node, props in members for value in props[predicate]
                            if value not in passed]:
            before = len(out)
            out += [Result(site, node, predicate, value) for site, constraint in self._checks
                    if constraint.test is not None and not constraint.test(index, value)]
            if len(out) == before:
                if len(passed) >= _VALUES:
                    passed.clear()
                passed.add(value)


def _runner(site: Site, constraint: Constraint, path: Path | None) -> Run:
    predicate = None if path is None else path.predicate
    test, suspects, find, doubtful = constraint.test, constraint.suspects, constraint.find, constraint.doubtful
    nodes = constraint.nodes

    def on_nodes(index: Index, members: Sequence[Member], out: list[Result]) -> None:
        assert test is not None
        found = [node for node, _ in members if not test(index, node)] if nodes is None else nodes(members)
        if found:
            out += [Result(site, node, None, node) for node in found]

    def on_values(index: Index, members: Sequence[Member], out: list[Result]) -> None:
        assert test is not None and predicate is not None and suspects is not None
        found = suspects(index, members, predicate)
        if found:
            out += [Result(site, node, predicate, value) for node, value in found if not test(index, value)]

    def anyhow(index: Index, members: Sequence[Member], out: list[Result]) -> None:
        if doubtful is not None and path is not None:
            members = doubtful(index, members, path)
        for node, _ in members:
            values = (node,) if path is None else path.walk(index, node)
            for value, other in find(index, node, values):
                out.append(Result(site, node, other or predicate, value))

    if test is not None and path is None:
        return on_nodes
    return anyhow if suspects is None or predicate is None else on_values
