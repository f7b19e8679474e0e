"""The gate: what breaks a shape is taken out, with what hangs on it, until the rest conforms.

The smallest thing is taken: the fact on which a shape fails (all triples that speak of it), the links to it, and the
text spans that nothing points at any more. A tenure takes the plain links between its person and post along, and who
loses the last post is no kg:Official. A fact that fails only because of another failing fact is looked at again
after that one is gone. A failure of the report's own node takes the whole report, unless the shape names a culprit.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import NamedTuple

from kg import iris
from kg.graph.shacl import Checker, Findings, PyShacl
from kg.model import Literal, Report, Triple, Violation

__all__ = ["Checker", "Findings", "PyShacl", "Quarantined", "Verdict", "check", "surer"]

_TYPE = iris.PREFIXES["rdf"] + "type"
_CONFIDENCE = iris.expand("kg:confidence")
_SPAN = iris.NS + "TextSpan"
_TENURE, _OFFICIAL = iris.NS + "Tenure", iris.NS + "Official"
_MEMBER, _POST = iris.expand("org:member"), iris.expand("kg:tenurePost")
_HOLDS, _HELD_BY = iris.expand("org:holds"), iris.expand("org:heldBy")
_YEAR, _YEAR_BASIS = iris.expand("kg:documentYear"), iris.expand("kg:documentYearBasis")
_ROUNDS = 25
"""After so many rounds the report is taken as a whole: its facts lean on each other too much to be told apart."""


@dataclass(frozen=True)
class Quarantined:
    """What was kept back: a node, or only its values of one ``path``; why; and every triple that left with it."""

    report: str
    node: str
    path: str | None
    violations: tuple[Violation, ...]
    triples: tuple[Triple, ...]


@dataclass(frozen=True)
class Verdict:
    """What may leave, what may not, and what the shapes merely remark on (sh:Warning, sh:Info)."""

    kept: list[Triple]
    quarantined: list[Quarantined]
    remarks: list[Violation]


class _Culprit(NamedTuple):
    """What to take out: a whole node, or one value of one of its properties."""

    node: str
    path: str = ""
    value: str = ""


def check(report: Report, triples: Sequence[Triple], checker: Checker | None = None) -> Verdict:
    """Hold one report's triples against the shapes and part them. Deterministic; keeps the order of ``triples``."""
    checker = checker or PyShacl()
    whole = _Culprit(iris.report(report.sha256))
    kept = list(dict.fromkeys(triples))
    quarantined: list[Quarantined] = []
    for turn in range(_ROUNDS + 1):
        findings = checker.check(report, kept)
        if not findings.violations:
            return Verdict(kept, quarantined, findings.remarks)
        culprits = _culprits(whole, kept, findings.violations)
        if whole in culprits or turn == _ROUNDS:
            blamed = tuple(culprits.get(whole, findings.violations))
            return Verdict([], [*quarantined, Quarantined(report.id, whole.node, None, blamed, tuple(kept))], [])
        for culprit in sorted(culprits):
            kept, removed = _without(kept, culprit)
            quarantined.append(Quarantined(report.id, culprit.node, culprit.path or None, tuple(culprits[culprit]),
                                           tuple(removed)))
    raise AssertionError("the last round returns")


def surer(report: Report, verdict: Verdict, least: Decimal, checker: Checker) -> tuple[Verdict, int]:
    """The verdict without the facts whose kg:confidence is under ``least``, and without what cannot stand without them
    (a statement whose speaker has gone); and how many nodes that were. What is left conforms again."""
    kept, node = verdict.kept, iris.report(report.sha256)
    weak = sorted({s for s, p, o in kept
                   if p == _CONFIDENCE and s != node and isinstance(o, Literal) and Decimal(o.lexical) < least})
    if not weak:
        return verdict, 0
    for iri in weak:
        kept, _ = _without(kept, _Culprit(iri))
    again = check(report, kept, checker)
    return Verdict(again.kept, verdict.quarantined, again.remarks), len(weak) + len(again.quarantined)


def _culprits(whole: _Culprit, triples: list[Triple], violations: list[Violation]) -> dict[_Culprit, list[Violation]]:
    """What to take out in this round, each with the violations that blame it."""
    nodes = {s for s, _, _ in triples} | {o for _, _, o in triples if isinstance(o, str)}
    values = {(s, p, o.lexical if isinstance(o, Literal) else o) for s, p, o in triples}
    blamed: dict[_Culprit, list[Violation]] = {}
    for violation in violations:
        blamed.setdefault(_culprit(whole, nodes, values, violation), []).append(violation)
    failing = {culprit.node for culprit in blamed if not culprit.path}
    first = {culprit: why for culprit, why in blamed.items() if not _waits(culprit, why, failing)}
    return first or blamed


def _culprit(whole: _Culprit, nodes: set[str], values: set[tuple[str, str, str]], violation: Violation) -> _Culprit:
    focus, value = violation.focus, violation.value or ""
    if focus == whole.node:
        if violation.component == "SPARQLConstraintComponent":
            return _Culprit(value) if value in nodes else whole
        link = (focus, violation.path or "", value)
        return _Culprit(*link) if link in values else whole
    if violation.component == "EqualsConstraintComponent" and (focus, _HOLDS, value) in values:
        return _Culprit(focus, _HOLDS, value)  # a post held without its tenure: the person stays
    # A focus outside the graph: there is no smaller thing to take than the report.
    return _Culprit(focus) if focus in nodes else whole


def _waits(culprit: _Culprit, violations: list[Violation], failing: set[str]) -> bool:
    """True if each failure is about another node that fails itself."""
    return all(v.value is not None and v.value != culprit.node and v.value in failing for v in violations)


def _without(triples: list[Triple], culprit: _Culprit) -> tuple[list[Triple], list[Triple]]:
    """The triples without a culprit, without what only restates it and the spans only it used; and the rest."""
    gone = _held(triples, culprit) if culprit.path else _described(triples, culprit.node)
    kept = [t for t in triples if t not in gone]
    kept = [t for t in kept if not _hollow(t, gone, kept)]
    used = {o for _, _, o in kept if isinstance(o, str)}
    dropped = {o for _, _, o in set(triples).difference(kept) if isinstance(o, str)} - used
    orphans = {s for s, p, o in kept if p == _TYPE and o == _SPAN and s in dropped}
    kept = [t for t in kept if t[0] not in orphans]
    left = set(kept)
    return kept, [t for t in triples if t not in left]


def _held(triples: list[Triple], culprit: _Culprit) -> set[Triple]:
    """The triples of one value, and the inverse of ``org:holds``."""
    node, path, value = culprit
    found = {(s, p, o) for s, p, o in triples
             if s == node and p == path and (o.lexical if isinstance(o, Literal) else o) == value}
    return found | ({(value, _HELD_BY, node)} if path == _HOLDS else set())


def _described(triples: list[Triple], node: str) -> set[Triple]:
    """All triples of a node and to it; a tenure takes the plain links along that it stands behind."""
    gone = {t for t in triples if t[0] == node or t[2] == node}
    if (node, _TYPE, _TENURE) in gone:
        people = [str(o) for s, p, o in gone if s == node and p == _MEMBER]
        posts = [str(o) for s, p, o in gone if s == node and p == _POST]
        for person in people:
            gone |= {(person, _HOLDS, post) for post in posts} | {(post, _HELD_BY, person) for post in posts}
    return gone


def _hollow(triple: Triple, gone: set[Triple], kept: list[Triple]) -> bool:
    """What says nothing once its ground is gone: an official without posts, the ground of a year not named."""
    if triple[1] == _TYPE and triple[2] == _OFFICIAL:
        needed = _HOLDS
    elif triple[1] == _YEAR_BASIS:
        needed = _YEAR
    else:
        return False
    lost = any(s == triple[0] and p == needed for s, p, _ in gone)
    return lost and not any(s == triple[0] and p == needed for s, p, _ in kept)
