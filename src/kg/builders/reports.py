"""The report itself, and the text spans that facts point at."""

from __future__ import annotations

from dataclasses import dataclass

from kg import iris
from kg.iris import expand
from kg.model import Document, Evidence, Literal, Report, Span, Triple

XSD = iris.PREFIXES["xsd"]


@dataclass(frozen=True)
class ReportFact:
    """The report as received: identity, title, date, length."""

    iri: str
    report: Report
    evidence: Evidence


def find(doc: Document) -> ReportFact:
    report = doc.report
    title = Span(0, report.title_end)
    return ReportFact(iris.report(report.sha256), report, Evidence((title,) if report.title else (), "report"))
