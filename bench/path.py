"""The way of a report in stages, each timed: what ``stages.py`` and ``growth.py`` share. Does nothing by itself."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from measure import cpu

from kg import builders, iris, pipeline
from kg.export import turtle
from kg.graph.compiled import CompiledChecker
from kg.graph.validate import check
from kg.mentions import FINDERS, Understanding, clusters, quotes
from kg.mentions.coreference import Resolver
from kg.mentions.reading import Reading
from kg.model import Report
from kg.text import segment
from kg.text.normalize import normalize
from kg.text.segment import document

STAGES = ("normalise", "tokens", "mentions", "discourse", "builders", "gate", "write")
"""Normal form; tokens, sentences and paragraphs; finders; clusters, speech acts and who speaks; facts and triples; the
compiled gate; Turtle."""
CHECKER = CompiledChecker()


def stages(report: Report) -> list[float]:
    """CPU milliseconds of each stage for one report."""
    canon, _ = cpu(lambda: normalize(report.text))
    text, doc = cpu(lambda: document(report))  # normalises, too
    mentions, reading = cpu(lambda: _found(Reading.of(doc)))
    discourse, understanding = cpu(lambda: _understood(reading))
    building, triples = cpu(
        lambda: pipeline.triples(report, builders.find(understanding, iris.report(report.sha256))))
    gate, verdict = cpu(lambda: check(report, triples, CHECKER))
    writing, _ = cpu(lambda: turtle.write(verdict.kept))
    return [canon, max(0.0, text - canon), mentions, discourse, building, gate, writing]


def _found(reading: Reading) -> Reading:
    for finder in FINDERS:
        finder(reading)
    return reading


def _understood(reading: Reading) -> Understanding:
    found = clusters.find(reading)
    return Understanding(reading, found, Resolver(reading, found).run(quotes.find(reading)))


def parts(report: Report) -> dict[str, Callable[[], Any]]:
    """Calls to repeat, of which each does one thing alone (for comparison with peers)."""
    canon = normalize(report.text)
    return {"normalise": lambda: normalize(report.text), "tokens": lambda: segment.tokenize(canon)}


def warm(found: Sequence[Report]) -> None:
    """Load the rules and make all plans."""
    for report in found[:20]:
        stages(report)
