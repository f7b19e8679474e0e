"""The good graph of tests/shapes as a report with its triples, for tests that need facts whatever the reader finds."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

from kg import iris, sources
from kg.graph import shacl, store
from kg.model import Evidence, Report, Span, Triple

GOOD = Path(__file__).parent / "shapes" / "good.ttl"
KG = iris.NS


@dataclass(frozen=True)
class PlainFact:
    """The least that a fact can be."""

    iri: str
    evidence: Evidence


def good() -> tuple[Report, list[Triple]]:
    """The report of good.ttl, from the text that the graph carries, and all triples but that text."""
    report, triples = _good()
    return report, list(triples)


@cache
def _good() -> tuple[Report, tuple[Triple, ...]]:
    triples = store.from_rdflib(store.load(GOOD))
    text = next(o for _, p, o in triples if p == shacl.IS_STRING)
    report = sources.of_text(text if isinstance(text, str) else text.lexical, "good")
    return report, tuple(t for t in triples if t[1] != shacl.IS_STRING)


def facts(report: Report, triples: list[Triple]) -> list[PlainFact]:
    """One plain fact for each node that has evidence."""
    nodes = sorted({s for s, p, _ in triples if p == iris.expand("kg:evidence")} | {iris.report(report.sha256)})
    return [PlainFact(node, Evidence((Span(0, 5),), "sample")) for node in nodes]


def instances(triples: list[Triple], kind: str) -> list[str]:
    """The nodes of a class, sorted."""
    return sorted(s for s, p, o in triples if p == iris.expand("rdf:type") and o == KG + kind)


def without(triples: list[Triple], subject: str, predicate: str) -> list[Triple]:
    return [t for t in triples if (t[0], t[1]) != (subject, iris.expand(predicate))]
