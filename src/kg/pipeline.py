"""START HERE. The way of a report: ``read(report)`` finds facts, ``triples(report, facts)`` states them.

Report → text.segment.document → mentions.understand → builders.find → facts → builders.triples → graph.
"""

from __future__ import annotations

from kg import builders, iris
from kg.builders import reports
from kg.mentions import understand
from kg.model import Fact, Report, Span, Triple
from kg.text.segment import document


def read(report: Report) -> list[Fact]:
    """Find the facts of one report. Pure: no files but our rules, no clock, no changing globals."""
    return builders.find(understand(document(report)), iris.report(report.sha256))


def triples(report: Report, facts: list[Fact]) -> list[Triple]:
    """State facts, and the text spans they point at, as triples: sorted by fact, without repetition."""
    found: dict[Triple, None] = {}
    spans: dict[Span, None] = {}
    for fact in facts:
        found.update(dict.fromkeys(builders.triples(fact)))
        spans.update(dict.fromkeys(builders.spans(fact)))
    found.update(dict.fromkeys(reports.span_triples(report, iris.report(report.sha256), sorted(spans))))
    return list(found)
