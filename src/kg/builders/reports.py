"""The report itself, and the text spans that facts point at."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from kg import iris
from kg.builders.base import DATE, IN_REPORT, INTEGER, STRING, TYPE, Context, literal, optional, types
from kg.iris import expand
from kg.mentions.quotes import skip_source
from kg.model import Evidence, Literal, Report, Span, Triple


@dataclass(frozen=True)
class ReportFact:
    """A report: its date, outlet, dateline place, and the Jalali year it speaks from (stated or inferred)."""

    iri: str
    report: Report
    outlet: str | None
    place: str | None
    year: str | None
    year_basis: str | None
    evidence: Evidence


def find(context: Context) -> list[ReportFact]:
    """The one fact about the report itself."""
    reading = context.understanding.reading
    report = reading.doc.report
    outlet, place = _dateline(context)
    spans = tuple(Span(a, b) for a, b in reading.year[1]) if reading.year else ()
    year = reading.year[0] if reading.year else None
    basis = "inference" if year else None
    return [
        ReportFact(
            context.report,
            report,
            outlet,
            place,
            iris.known("period", f"jalali-{year}") if year else None,
            basis,
            Evidence(spans, "report"),
        )
    ]


def _dateline(context: Context) -> tuple[str | None, str | None]:
    """The agency and the place that the first sentence of the body names before its first comma."""
    reading, clusters = context.understanding.reading, context.understanding.clusters
    first = next((s for s in reading.doc.sentences if s.paragraph == 0), None)
    if first is None:
        return None, None
    end = skip_source(reading, first.first, first.last)
    agency = next((o for o in reading.organizations if first.first <= o.first < end and o.type == "news-agency"), None)
    place = next(
        (p for p in reading.places if agency and agency.last <= p.first < end and not _inside(reading, p.first)), None
    )
    return (
        context.organization(clusters.of_organization[agency]) if agency else None,
        context.place(clusters.of_place[place]) if place else None,
    )


def _inside(reading: object, token: int) -> bool:
    return any(o.first <= token < o.last for o in reading.organizations)  # type: ignore[attr-defined]


def triples(fact: ReportFact) -> list[Triple]:
    report, iri = fact.report, fact.iri
    out = types(iri, "kg:Report", "schema:NewsArticle", "prov:Entity")
    if report.title.strip():
        out.append((iri, expand("dcterms:title"), literal(report.title)))
    if report.published:
        out.append((iri, expand("dcterms:issued"), Literal(report.published.isoformat(), DATE)))
    if report.outlet:
        out.append((iri, expand("kg:outletName"), literal(report.outlet)))
    if report.url:
        out.append((iri, expand("dcterms:source"), Literal(report.url, expand("xsd:anyURI"))))
    out.append((iri, expand("kg:textSha256"), Literal(report.sha256, expand("xsd:string"))))
    out.append((iri, expand("kg:textLength"), Literal(str(len(report.text)), INTEGER)))
    out += optional(iri, "kg:outlet", fact.outlet) + optional(iri, "kg:reportedFrom", fact.place)
    out += optional(iri, "kg:documentYear", fact.year)
    if fact.year_basis:
        out.append((iri, expand("kg:documentYearBasis"), iris.code("basis", fact.year_basis)))
    out += [(iri, expand("kg:evidence"), iris.span(iri, s.start, s.end)) for s in fact.evidence.spans]
    return out


def span_triples(report: Report, iri: str, spans: Iterable[Span]) -> list[Triple]:
    """Each text span with its offsets and its words."""
    out: list[Triple] = []
    text = report.text
    for start, end in spans:  # the most frequent triples of all
        node = iris.span(iri, start, end)
        out += (
            (node, TYPE, _SPAN),
            (node, TYPE, _STRING_AT),
            (node, _BEGIN, _offset(start)),
            (node, _END, _offset(end)),
            (node, _ANCHOR, Literal(text[start:end], STRING)),
            (node, _CONTEXT, iri),
            (node, IN_REPORT, iri),
        )
    return out


_SPAN, _STRING_AT = expand("kg:TextSpan"), expand("nif:OffsetBasedString")
_BEGIN, _END, _ANCHOR = expand("nif:beginIndex"), expand("nif:endIndex"), expand("nif:anchorOf")
_CONTEXT = expand("nif:referenceContext")


@lru_cache(maxsize=1 << 14)
def _offset(number: int) -> Literal:
    return Literal(str(number), INTEGER)
