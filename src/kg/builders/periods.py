"""Periods: one IRI for one interval of days, shared by all reports."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from kg import iris
from kg.builders.base import DATE, Context, confidence, labels, provenance, types
from kg.iris import expand
from kg.model import Evidence, Literal, Span, Triple
from kg.text.calendar import TimeExpression
from kg.text.jalali import from_gregorian, year_range


@dataclass(frozen=True)
class PeriodFact:
    """An interval of days, inclusive at both ends, with the wordings met."""

    iri: str
    report: str
    first: date
    last: date
    label: str
    others: tuple[str, ...]
    evidence: Evidence


def find(context: Context) -> list[PeriodFact]:
    """One fact for each interval that the report's time expressions resolve to, and for the report's year."""
    groups: dict[tuple[date, date], list[TimeExpression]] = {}
    for time in context.understanding.reading.times:
        if time.first_day and time.last_day and time.kind != "clock":
            groups.setdefault((time.first_day, time.last_day), []).append(time)
    facts = [_fact(context, days, times) for days, times in sorted(groups.items())]
    return facts + _document_year(context, {fact.iri for fact in facts})


def _fact(context: Context, days: tuple[date, date], times: list[TimeExpression]) -> PeriodFact:
    first = min(times, key=lambda t: t.start)
    explicit = any(t.kind == "absolute" for t in times)
    report = context.understanding.reading.doc.report
    forms = tuple(dict.fromkeys(report.text[t.start : t.end] for t in times if t.kind in ("absolute", "named")))
    evidence = Evidence(
        tuple(Span(t.start, t.end) for t in times[:1] or (first,)),
        f"time-{first.kind}",
        "explicit" if explicit else "inference",
        confidence(f"time-{first.kind}"),
    )
    return PeriodFact(iri(*days), context.report, *days, name(*days), forms, evidence)


def _document_year(context: Context, known: set[str]) -> list[PeriodFact]:
    reading = context.understanding.reading
    if reading.year is None or iris.known("period", f"jalali-{reading.year[0]}") in known:
        return []
    year = reading.year[0]
    days = year_range(year)
    evidence = Evidence(
        tuple(Span(a, b) for a, b in reading.year[1]), "report-year", "inference", confidence("report-year")
    )
    return [PeriodFact(iri(*days), context.report, *days, name(*days), (), evidence)]


def iri(first: date, last: date) -> str:
    """``jalali-1399``, ``jalali-1399-07``, ``jalali-1399-07-16`` or ``jalali-<first>--<last>``."""
    return iris.known("period", "jalali-" + "--".join(_parts(first, last)))


def _parts(first: date, last: date) -> list[str]:
    y, m, d = from_gregorian(first)
    if first == last:
        return [f"{y:04}-{m:02}-{d:02}"]
    following = from_gregorian(last + timedelta(days=1))
    if (m, d) == (1, 1) and following == (y + 1, 1, 1):
        return [f"{y:04}"]
    if d == 1 and following == ((y, m + 1, 1) if m < 12 else (y + 1, 1, 1)):
        return [f"{y:04}-{m:02}"]
    y2, m2, d2 = from_gregorian(last)
    return [f"{y:04}-{m:02}-{d:02}", f"{y2:04}-{m2:02}-{d2:02}"]


def name(first: date, last: date) -> str:
    """The Persian label of an interval: numbers of the Solar Hijri calendar, first to last."""
    return LABEL_JOINER.join(part.translate(_DIGITS).replace("-", "/") for part in _parts(first, last))


_DIGITS = {ord("0") + i: 0x6F0 + i for i in range(10)}
LABEL_JOINER = " – "


def of_time(time: TimeExpression) -> str | None:
    """The IRI of the interval of a time expression, if it is resolved."""
    return iri(time.first_day, time.last_day) if time.first_day and time.last_day else None


def triples(fact: PeriodFact) -> list[Triple]:
    node = fact.iri
    out = types(node, "kg:Period", "time:ProperInterval") + labels(node, fact.label, fact.others)
    out.append((node, expand("kg:firstDay"), Literal(fact.first.isoformat(), DATE)))
    out.append((node, expand("kg:lastDay"), Literal(fact.last.isoformat(), DATE)))
    for predicate, day in (("kg:jalaliFirst", fact.first), ("kg:jalaliLast", fact.last)):
        y, m, d = from_gregorian(day)
        out.append((node, expand(predicate), Literal(f"{y:04}-{m:02}-{d:02}", expand("xsd:string"))))
    return out + provenance(node, fact.report, fact.evidence)
