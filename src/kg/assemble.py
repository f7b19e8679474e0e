"""From reports to a checked graph: read, state, hold against the shapes, unite. Writes nothing."""

from __future__ import annotations

import json
import tempfile
import traceback
from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from kg import iris, pipeline
from kg.errors import KgError
from kg.export import turtle
from kg.graph.merge import Rows, Values
from kg.graph.validate import Checker, PyShacl, Quarantined, Verdict, check, surer
from kg.graph.whole import whole
from kg.model import Fact, Literal, Report, Term, Triple, Violation
from kg.runs import Scratch, Sorter
from kg.sources.order import Ordered

_TYPE = iris.expand("rdf:type")


@dataclass(frozen=True)
class Built:
    """What became of one report. ``facts`` counts what was found in it (see ``found``), ``unsure`` what was left out
    for its low confidence; ``error`` is ours, if any."""

    report: Report
    facts: int
    verdict: Verdict
    error: str | None = None
    trace: str = ""
    unsure: int = 0

    @property
    def iri(self) -> str:
        return iris.report(self.report.sha256)


def build(reports: Iterable[Report], checker: Checker | None = None, least: Decimal = Decimal(0)) -> Iterator[Built]:
    """Build report by report, in the given order. A failure of ours is told on that report and stops no other.

    Facts less sure than ``least`` (kg:confidence, between 0 and 1) are left out.
    """
    checker = checker or PyShacl()
    for report in reports:
        yield build_one(report, checker, least)


def build_one(report: Report, checker: Checker, least: Decimal = Decimal(0)) -> Built:
    """Build one report."""
    try:
        facts = pipeline.read(report)
        verdict = check(report, pipeline.triples(report, facts), checker)
        verdict, unsure = surer(report, verdict, least, checker) if least else (verdict, 0)
    except KgError:
        raise
    except Exception as error:  # whatever it is, it must not cost the other reports, and it is counted
        where = f"Report '{report.id}' could not be built: {type(error).__name__}: {error}. This is an error of kg."
        return Built(report, 0, Verdict([], [], []), where, traceback.format_exc())
    return Built(report, found(report, facts), verdict, unsure=unsure)


def found(report: Report, facts: Iterable[Fact]) -> int:
    """How many facts there are besides the report and its headline, which every report has, in any language."""
    read = {fact.iri for fact in facts if getattr(fact, "attribution", None) != "headline"}
    return len(read - {iris.report(report.sha256)})


def distinct(reports: Iterable[Report]) -> list[Report]:
    """The reports sorted and named apart (see ``sources.order``), in memory."""
    with Scratch(Path(tempfile.gettempdir())) as scratch:
        ordered = Ordered(scratch)
        for report in reports:
            ordered.add(report)
        return [placed.report for placed in ordered]


def _order(report: Report) -> tuple[str, str, str, str, str]:
    published = report.published.isoformat() if report.published else "~"
    return (report.id, report.sha256, published, report.outlet or "", report.url or "")


def merged(built: Iterable[Built]) -> list[Triple]:
    """The graph of all reports, in memory, with people and institutions of several reports made one."""
    return whole(one.verdict.kept for one in speaking(built))


def speaking(built: Iterable[Built]) -> list[Built]:
    """Each text once: of two reports with one text, the one with the earliest date speaks for it."""
    first: dict[str, Built] = {}
    for one in sorted(built, key=lambda b: (*_order(b.report)[1:], b.report.id)):
        first.setdefault(one.report.sha256, one)
    return list(first.values())


Subjects = Iterable[tuple[str, Rows]]


class Tally:
    """Counts what was built, for ``summary.json``: no times, no paths of ours, sorted, so that equal graphs give equal
    bytes. Lists of reports and of what was quarantined wait on disk."""

    def __init__(self, scratch: Scratch) -> None:
        self._reports: Sorter[tuple[str, ...]] = Sorter(scratch)
        self._quarantined: Sorter[tuple[str, ...]] = Sorter(scratch)
        self._problems: Sorter[tuple[str, ...]] = Sorter(scratch)
        self._remarks: Counter[str] = Counter()
        self.classes: Counter[str] = Counter()
        self.reports = self.facts = self.unsure = self.quarantined = self.errors = self.problems = self.triples = 0

    def problem(self, message: str) -> None:
        """Something of the input was lost."""
        self.problems += 1
        self._problems.add((_json(message),), 2 * len(message))

    def add(self, built: Built) -> None:
        """Count one report."""
        verdict, order = built.verdict, _order(built.report)
        self.reports += 1
        self.facts += built.facts
        self.unsure += built.unsure
        self.quarantined += len(verdict.quarantined)
        self.errors += built.error is not None
        self._remarks.update(f"{_local(v.shape)}: {v.message_en}" for v in verdict.remarks)
        row = _json({"id": built.report.id, "iri": built.iri, "facts": built.facts, "triples": len(verdict.kept),
                     "quarantined": len(verdict.quarantined), "unsure": built.unsure, "error": built.error})
        self._reports.add((*order, row), 2 * len(row) + 300)
        for number, item in enumerate(verdict.quarantined):
            row = _json(_quarantined(item))
            self._quarantined.add((*order, f"{number:06}", row), 2 * len(row) + 300)

    def passing(self, subjects: Subjects) -> Iterator[tuple[str, Rows]]:
        """The same subjects of the graph, counted as they pass."""
        for subject, rows in subjects:
            yield subject, self._rows(rows)

    def _rows(self, rows: Rows) -> Iterator[tuple[str, Values]]:
        for predicate, values in rows:
            if not isinstance(values, Collection):
                yield predicate, self._values(values)
                continue
            self.triples += len(values)
            if predicate == _TYPE:
                self.classes.update(_local(str(o)) for o in values if str(o).startswith(iris.NS))
            yield predicate, values

    def _values(self, values: Iterable[Term]) -> Iterator[Term]:
        for value in values:
            self.triples += 1
            yield value

    def summary(self) -> Iterator[str]:
        """The pieces of ``summary.json``, when all has passed."""
        yield f'{{\n "classes": {_deeper(_json(self.classes), 1)},\n'
        yield from _listed("problems", self._problems)
        yield from _listed("quarantined", self._quarantined)
        yield f' "remarks": {_deeper(_json(self._remarks), 1)},\n'
        yield from _listed("reports", self._reports)
        yield f' "triples": {self.triples}\n}}\n'


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, indent=1, sort_keys=True)


def _deeper(text: str, levels: int) -> str:
    """JSON as it stands within so many others; no text in it holds a line break of its own."""
    return text.replace("\n", "\n" + " " * levels)


def _listed(name: str, rows: Iterable[tuple[str, ...]]) -> Iterator[str]:
    """A list of the summary; the JSON of an item is the last text of its row."""
    before = f' "{name}": ['
    for row in rows:
        yield f"{before}\n  {_deeper(row[-1], 2)}"
        before = ","
    yield f"{before}],\n" if before != "," else "\n ],\n"


def _quarantined(item: Quarantined) -> dict[str, Any]:
    messages = [{"shape": v.shape, "path": v.path, "fa": v.message_fa, "en": v.message_en} for v in item.violations]
    return {"report": item.report, "node": item.node, "class": class_of(item), "path": item.path,
            "triples": len(item.triples), "messages": messages}


def class_of(item: Quarantined) -> str | None:
    """The class of a quarantined node, the most telling one: a subclass before the class it came with."""
    found = {str(o)[len(iris.NS):] for s, p, o in item.triples
             if s == item.node and p == _TYPE and str(o).startswith(iris.NS)}
    return max(sorted(found), key=len, default=None)


def quarantine(report: Report, items: Iterable[Quarantined]) -> str:
    """A report's quarantined facts as Turtle: messages as comments, then the facts and a SHACL validation report."""
    items = list(items)
    node = iris.report(report.sha256)
    header = [f"Quarantined by kg: {len(items)} from report '{turtle.escape(report.id)}'. "
              "This broke a shape and is not in the graph."]
    triples: list[Triple] = []
    results = 0
    for item in items:
        part = f" only {turtle.iri(item.path)}" if item.path else f" ({class_of(item)})" if class_of(item) else ""
        header += ["", f"<{item.node}>{part}"]
        triples += item.triples
        for violation in item.violations:
            header += [f"  fa: {_one_line(violation.message_fa)}", f"  en: {_one_line(violation.message_en)}"]
            triples += _result(f"{node}/validation", results, item.node, violation)
            results += 1
    sh = turtle.SHACL
    triples += [(f"{node}/validation", _TYPE, f"{sh}ValidationReport"),
                (f"{node}/validation", f"{sh}conforms", Literal("false", iris.PREFIXES["xsd"] + "boolean"))]
    return turtle.write(triples, header=header)


def _result(validation: str, number: int, culprit: str, violation: Violation) -> Iterator[Triple]:
    sh = turtle.SHACL
    node = f"{validation}-{number:03}"
    yield validation, f"{sh}result", node
    yield node, _TYPE, f"{sh}ValidationResult"
    yield node, f"{sh}focusNode", violation.focus
    yield node, f"{sh}resultSeverity", f"{sh}Violation"
    yield node, f"{sh}sourceConstraintComponent", f"{sh}{violation.component}"
    yield node, f"{sh}resultMessage", Literal(violation.message_fa, lang="fa")
    yield node, f"{sh}resultMessage", Literal(violation.message_en, lang="en")
    if violation.path:
        yield node, f"{sh}resultPath", violation.path
    if violation.shape:
        yield node, f"{sh}sourceShape", violation.shape
    if violation.value is not None:
        is_node = violation.value in (culprit, violation.focus) or violation.value.startswith((iris.ID, iris.CODE))
        yield node, f"{sh}value", violation.value if is_node else Literal(violation.value)


def _local(iri: str) -> str:
    return iri.rpartition("#")[2].rpartition("/")[2]


def _one_line(text: str) -> str:
    return " ".join(text.split())
