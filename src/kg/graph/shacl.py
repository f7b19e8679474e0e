"""pySHACL as the judge: the shapes are parsed once, and each SPARQL constraint is parsed once too."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from kg import iris, resources
from kg.errors import KgError
from kg.graph.store import exact_literals, to_rdflib
from kg.model import Literal, Report, Triple, Violation

if TYPE_CHECKING:
    import rdflib

IS_STRING = iris.PREFIXES["nif"] + "isString"
_PERSIAN, _LATIN = re.compile("[\u0620-\u06ff][\\w\u200c]*"), re.compile(r"[A-Za-z][\w:-]*")


class Findings(NamedTuple):
    """What a checker says of one report's triples: violations stop a fact, remarks (warnings, infos) do not."""

    violations: list[Violation]
    remarks: list[Violation]


class Checker(Protocol):
    """Anything that can hold one report's triples against the shapes. Must be deterministic."""

    def check(self, report: Report | None, triples: Sequence[Triple]) -> Findings:
        """Findings on the triples. The report lends its text (as ``nif:isString``) where it is known."""
        ...


class PyShacl:
    """The reference checker. ``shapes`` are Turtle files; by default the project's own."""

    def __init__(self, shapes: Sequence[Path] | None = None) -> None:
        self._files = shapes

    @property
    def _shapes(self) -> rdflib.Graph:
        return _parsed(tuple(resources.turtle_files("shapes") if self._files is None else self._files))

    def check(self, report: Report | None, triples: Sequence[Triple]) -> Findings:
        import pyshacl

        data = list(triples)
        if report is not None:
            data.append((iris.report(report.sha256), IS_STRING, Literal(report.text)))
        with _parsed_queries():
            _, results, text = pyshacl.validate(to_rdflib(data), shacl_graph=self._shapes, inference="none")
        if not hasattr(results, "objects"):
            raise KgError(f"pySHACL could not apply the shapes: {text}")
        return self._findings("" if report is None else report.id, results)

    def _findings(self, report: str, results: rdflib.Graph) -> Findings:
        from rdflib import SH

        found: dict[bool, set[Violation]] = {True: set(), False: set()}
        for node in results.objects(None, SH.result):
            severity = results.value(node, SH.resultSeverity)
            found[severity == SH.Violation].add(self._violation(report, results, node))
        return Findings(sorted(found[True], key=_order), sorted(found[False], key=_order))

    def _violation(self, report: str, results: rdflib.Graph, node: Any) -> Violation:
        from rdflib import SH, URIRef

        def text(predicate: Any) -> str | None:
            value = results.value(node, predicate)
            return None if value is None else str(value)

        path = results.value(node, SH.resultPath)
        component = (text(SH.sourceConstraintComponent) or "").rpartition("#")[2]
        shape = self._named(results.value(node, SH.sourceShape))
        fa, en = _messages(results.objects(node, SH.resultMessage))
        place = shape.rpartition("#")[2].rpartition("/")[2]
        return Violation(
            report=report, focus=text(SH.focusNode) or "", path=str(path) if isinstance(path, URIRef) else None,
            component=component, shape=shape, value=text(SH.value),
            message_fa=fa or f"این گزاره با قاعدهٔ {place} سازگار نیست.",
            message_en=en or f"This does not conform to {place} ({component}).",
        )

    def _named(self, shape: Any) -> str:
        """The IRI of a shape, or of the nearest shape with an IRI around it (property shapes are often blank)."""
        from rdflib import URIRef

        seen = set()
        while shape is not None and not isinstance(shape, URIRef) and shape not in seen:
            seen.add(shape)
            shape = next(iter(sorted(self._shapes.subjects(None, shape), key=lambda n: (not isinstance(n, URIRef), n))),
                         None)
        return str(shape) if isinstance(shape, URIRef) else ""


@cache
def _parsed(files: tuple[Path, ...]) -> rdflib.Graph:
    import rdflib

    graph = rdflib.Graph()
    for path in files:
        try:
            with exact_literals():
                graph.parse(path, format="turtle")
        except Exception as error:
            raise KgError(f"The shapes in {path} cannot be read: {error}") from error
    if not len(graph):
        raise KgError("There are no shapes to check against; nothing may leave unchecked. Reinstall khabar-kg.")
    return graph


def _messages(messages: Iterator[Any]) -> tuple[str, str]:
    """Persian and English texts, told apart by script: pySHACL loses the language tags of SPARQL constraints."""
    by_language: dict[bool, set[str]] = {True: set(), False: set()}
    for message in messages:
        text = " ".join(str(message).split())
        # Either language may quote the other (a term, a phrase of the text): the more words decide.
        by_language[len(_PERSIAN.findall(text)) > len(_LATIN.findall(text))].add(text)
    return " / ".join(sorted(by_language[True])), " / ".join(sorted(by_language[False]))


def _order(violation: Violation) -> tuple[str, ...]:
    return (violation.focus, violation.path or "", violation.component, violation.shape, violation.value or "",
            violation.message_en, violation.message_fa)


_QUERIES: dict[tuple[str, tuple[tuple[str, str], ...], str | None], Any] = {}


@contextmanager
def _parsed_queries() -> Iterator[None]:
    """Let rdflib parse each query once: pySHACL sends the same text again for every focus node."""
    from rdflib.plugins.sparql import processor

    original = processor.SPARQLProcessor.query

    def query(self: Any, text: Any, initBindings: Any = None, initNs: Any = None,  # noqa: N803
              base: str | None = None, DEBUG: bool = False) -> Any:  # noqa: N803
        if isinstance(text, str):
            key = (text, tuple(sorted((str(k), str(v)) for k, v in (initNs or {}).items())), base)
            if key not in _QUERIES:
                _QUERIES[key] = processor.prepareQuery(text, initNs, base)
            text = _QUERIES[key]
        return original(self, text, initBindings, initNs, base, DEBUG)

    processor.SPARQLProcessor.query = query  # type: ignore[method-assign, assignment]
    try:
        yield
    finally:
        processor.SPARQLProcessor.query = original  # type: ignore[method-assign]
