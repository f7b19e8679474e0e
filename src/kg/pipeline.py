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
    stated: list[Triple] = []
    spans: set[Span] = set()
    for fact in facts:
        stated += builders.triples(fact)
        spans.update(builders.spans(fact))
    # No fact states what a span is, and each span is stated once.
    return [*dict.fromkeys(stated), *reports.span_triples(report, iris.report(report.sha256), sorted(spans))]
