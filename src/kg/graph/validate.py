"""The gate: what breaks a shape is taken out, with what hangs on it, until the rest conforms.

The smallest thing is taken: the fact on which a shape fails (all triples that speak of it), the links to it, and the
text spans that nothing points at any more. A tenure takes the plain links between its person and post along, and who
loses the last post is no kg:Official. A fact that fails only because of another failing fact is looked at again
after that one is gone. A failure of the report's own node takes the whole report, unless the shape names a culprit.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from kg import iris
from kg.graph.shacl import Checker, Findings, PyShacl
from kg.model import Report, Triple, Violation

__all__ = ["Checker", "Findings", "PyShacl", "Quarantined", "Verdict", "check"]

_TYPE = iris.PREFIXES["rdf"] + "type"
_SPAN = iris.NS + "TextSpan"
_TENURE, _OFFICIAL = iris.NS + "Tenure", iris.NS + "Official"
_MEMBER, _POST = iris.expand("org:member"), iris.expand("kg:tenurePost")
_HOLDS, _HELD_BY = iris.expand("org:holds"), iris.expand("org:heldBy")
_ROUNDS = 25
"""After so many rounds the report is taken as a whole: its facts lean on each other too much to be told apart."""


@dataclass(frozen=True)
class Quarantined:
    """A fact that was kept back: its node, why, and every triple that left with it."""

    report: str
    node: str
    violations: tuple[Violation, ...]
    triples: tuple[Triple, ...]


@dataclass(frozen=True)
class Verdict:
    """What may leave, what may not, and what the shapes merely remark on (sh:Warning, sh:Info)."""

    kept: list[Triple]
    quarantined: list[Quarantined]
    remarks: list[Violation]


def check(report: Report, triples: Sequence[Triple], checker: Checker | None = None) -> Verdict:
    """Hold one report's triples against the shapes and part them. Deterministic; keeps the order of ``triples``."""
    checker = checker or PyShacl()
    node = iris.report(report.sha256)
    kept = list(dict.fromkeys(triples))
    quarantined: list[Quarantined] = []
    for turn in range(_ROUNDS + 1):
        findings = checker.check(report, kept)
        if not findings.violations:
            return Verdict(kept, quarantined, findings.remarks)
        culprits = _culprits(node, kept, findings.violations)
        if node in culprits or turn == _ROUNDS:
            blamed = tuple(culprits.get(node, findings.violations))
            return Verdict([], [*quarantined, Quarantined(report.id, node, blamed, tuple(kept))], [])
        for culprit in sorted(culprits):
            kept, removed = _without(kept, culprit)
            quarantined.append(Quarantined(report.id, culprit, tuple(culprits[culprit]), tuple(removed)))
    raise AssertionError("the last round returns")


def _culprits(report: str, triples: list[Triple], violations: list[Violation]) -> dict[str, list[Violation]]:
    """The nodes to take out in this round, each with the violations that blame it."""
    subjects = {s for s, _, _ in triples}
    objects = {o for _, _, o in triples if isinstance(o, str)}
    blamed: dict[str, list[Violation]] = {}
    for violation in violations:
        blamed.setdefault(_culprit(report, subjects, objects, violation), []).append(violation)
    first = {node: why for node, why in blamed.items() if not _waits(node, why, blamed)}
    return first or blamed


def _culprit(report: str, subjects: set[str], objects: set[str], violation: Violation) -> str:
    if violation.focus == report and violation.value != report and violation.value in subjects:
        return violation.value
    if violation.focus in subjects or violation.focus in objects:
        return violation.focus
    return report  # a focus outside the graph: there is no smaller thing to take


def _waits(node: str, violations: list[Violation], blamed: dict[str, list[Violation]]) -> bool:
    """True if each failure of the node is about another node that fails itself."""
    return all(v.value is not None and v.value != node and v.value in blamed for v in violations)


def _without(triples: list[Triple], node: str) -> tuple[list[Triple], list[Triple]]:
    """The triples without a node, without what only restates it and the spans only it used; and what was taken out."""
    gone = _restated(triples, node)
    kept = [t for t in triples if t[0] != node and t[2] != node and t not in gone]
    holders = {s for s, p, _ in kept if p == _HOLDS}
    lost = {s for s, p, _ in triples if p == _HOLDS} - holders
    kept = [t for t in kept if not (t[0] in lost and t[1] == _TYPE and t[2] == _OFFICIAL)]
    used = {o for _, _, o in kept if isinstance(o, str)}
    dropped = {o for _, _, o in set(triples).difference(kept) if isinstance(o, str)} - used
    orphans = {s for s, p, o in kept if p == _TYPE and o == _SPAN and s in dropped}
    kept = [t for t in kept if t[0] not in orphans]
    left = set(kept)
    return kept, [t for t in triples if t not in left]


def _restated(triples: list[Triple], node: str) -> set[Triple]:
    """The plain links between person and post that a tenure stands behind: they go where it goes."""
    if (node, _TYPE, _TENURE) not in triples:
        return set()
    members = [str(o) for s, p, o in triples if s == node and p == _MEMBER]
    posts = [str(o) for s, p, o in triples if s == node and p == _POST]
    pairs = [(person, post) for person in members for post in posts]
    return {(person, _HOLDS, post) for person, post in pairs} | {(post, _HELD_BY, person) for person, post in pairs}
