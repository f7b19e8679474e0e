"""The gate at corpus speed: the shapes compiled once, checked against plain triples, with pySHACL's very verdicts.

The way: Turtle (``compile_turtle``) to constraints and shapes (``compile_program``, ``compile_constraints``,
``compile_shapes``), SPARQL through twins (``compile_twins``), one report's triples in groups of nodes that look alike
(``compile_index``), values out of the ordinary as rdflib and pySHACL judge them (``compile_reference``).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cached_property
from pathlib import Path

from kg import iris, resources
from kg.graph.compile_index import Index
from kg.graph.compile_program import SH, program
from kg.graph.compile_shapes import Program, Result
from kg.graph.shacl import IS_STRING, Checker, Findings, PyShacl, _order
from kg.model import Literal, Report, Term, Triple, Violation

__all__ = ["CHECKERS", "CompiledChecker", "checker"]

_VIOLATION = SH + "Violation"


class CompiledChecker:
    """Checks as ``PyShacl`` does, hundreds of times faster. ``shapes`` are Turtle files; by default the project's own.

    Raises RuleError at the first check if a shape holds what cannot be compiled.
    """

    def __init__(self, shapes: Sequence[Path] | None = None) -> None:
        self._files = shapes

    @cached_property
    def program(self) -> Program:
        """The compiled shapes."""
        return program(resources.turtle_files("shapes") if self._files is None else self._files)

    def check(self, report: Report | None, triples: Sequence[Triple]) -> Findings:
        results = self.results(report, triples)
        if not results:
            return Findings([], [])
        found: dict[bool, set[Violation]] = {True: set(), False: set()}
        for result in results:
            found[result.site.severity == _VIOLATION].add(_violation(report, result))
        return Findings(sorted(found[True], key=_order), sorted(found[False], key=_order))

    def results(self, report: Report | None, triples: Sequence[Triple]) -> list[Result]:
        """The broken constraints, one by one and in no particular order."""
        text: list[Triple] = []
        if report is not None:
            text.append((iris.report(report.sha256), IS_STRING, Literal(report.text)))
        return self.program.results(Index([*triples, *text]))


def _violation(report: Report | None, result: Result) -> Violation:
    site = result.site
    return Violation(
        report="" if report is None else report.id, focus=_text(result.focus), path=result.path,
        component=site.component, shape=site.shape, value=None if result.value is None else _text(result.value),
        message_fa=site.message_fa, message_en=site.message_en,
    )


def _text(term: Term) -> str:
    return term.lexical if isinstance(term, Literal) else term


CHECKERS: dict[str, Callable[[], Checker]] = {"compiled": CompiledChecker, "pyshacl": PyShacl}
"""The checkers by the names that a user gives them."""


def checker(name: str = "compiled") -> Checker:
    """A checker by name. Raises KeyError for a name that is not in CHECKERS."""
    return CHECKERS[name]()
