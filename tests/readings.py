"""Reports read in tests: cases with a title or none, the examples, each understood, stated and checked only once."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import rdflib

from kg import assemble, builders, iris, pipeline, sources
from kg.builders.base import Context
from kg.graph.store import to_rdflib
from kg.mentions import Understanding, understand
from kg.model import Report
from kg.text.segment import document

ROOT = Path(__file__).parents[1]
EXAMPLES = tuple(sorted((ROOT / "examples").glob("*.txt")))
SHARED = ROOT.parent / "shared"


def report_of(text: str, title: str = "", published: str = "") -> Report:
    """A report of a case; ``published`` as on the command line."""
    return Report.of("case", title, text.strip("\n"), published=sources.parse_date(published) if published else None)


@cache
def understood(report: Report) -> Understanding:
    return understand(document(report))


def context(report: Report) -> Context:
    """What builders are given, with the institutions, people and figures already found."""
    made = Context(understood(report), iris.report(report.sha256))
    builders.find(made.understanding, made.report)
    return made


@cache
def stated(report: Report) -> rdflib.Graph:
    """The graph of a report before the gate."""
    return to_rdflib(pipeline.triples(report, pipeline.read(report)))


@cache
def example(path: Path) -> Report:
    """A report file as the command line reads it."""
    found = list(sources.read([str(path)]))
    assert len(found) == 1 and isinstance(found[0], Report)
    return found[0]


@cache
def checked(path: Path) -> assemble.Built:
    """A report file built with the gate."""
    return next(assemble.build([example(path)]))


@cache
def graph(path: Path) -> rdflib.Graph:
    """The graph of a report file after the gate."""
    return to_rdflib(checked(path).verdict.kept)
