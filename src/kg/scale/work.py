"""What is made of a batch of reports: rows, and nothing else. Pure: it knows no engine, no folder and no clock."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from kg import assemble, iris, resources
from kg.export import nquads
from kg.graph import compiled
from kg.graph.validate import Checker
from kg.model import Report

QUAD, REPORT, QUARANTINE = "quad", "report", "quarantine"
_CODE = ("*.py", "*.yaml")


class Row(NamedTuple):
    """One line of a result. ``key`` is the report it belongs to, as ``key_of`` names it.

    ``payload`` is a line of N-Quads without its end (kind ``quad``); JSON of a ReportRow (``report``); or JSON of the
    facts kept back and their Turtle (``quarantine``).
    """

    kind: str
    key: str
    payload: str


@dataclass(frozen=True)
class Settings:
    """What besides code, rules and input decides the result: the gate's name and the least confidence as text."""

    gate: str = "compiled"
    least: str = "0"


@dataclass(frozen=True)
class ReportRow:
    """What became of one report. ``order`` decides which of several reports of one text speaks for it: the first."""

    key: str
    id: str
    sha256: str
    order: tuple[str, ...]
    facts: int = 0
    triples: int = 0
    quarantined: int = 0
    unsure: int = 0
    error: str | None = None
    trace: str = ""
    remarks: tuple[tuple[str, int], ...] = ()

    @property
    def graph(self) -> str:
        return iris.report(self.sha256)

    def json(self) -> str:
        return json.dumps({**asdict(self), "remarks": dict(self.remarks)}, ensure_ascii=False, sort_keys=True)

    @classmethod
    def of_json(cls, text: str) -> ReportRow:
        """The row that ``json`` wrote. Raises TypeError or ValueError for anything else."""
        fields = json.loads(text)
        return cls(**{**fields, "order": tuple(fields["order"]), "remarks": tuple(fields["remarks"].items())})


def process(batch: Iterable[Report], settings: Settings) -> Iterator[Row]:
    """The rows of a batch, report by report in an order of their own, whatever the order of the batch.

    Of several reports with one text, all are counted, and the triples of the first leave (as ``assemble.merged`` has
    it). Whether that one is also the first of all batches is for ``ledger`` to decide.
    """
    spoken: set[str] = set()
    for report in sorted(set(batch), key=order_of):
        built = assemble.build_one(report, _checker(settings.gate), Decimal(settings.least))
        key = key_of(report)
        yield Row(REPORT, key, _report_row(key, built).json())
        if built.verdict.quarantined:
            yield Row(QUARANTINE, key, _quarantine(built))
        if report.sha256 not in spoken:
            spoken.add(report.sha256)
            for triple in built.verdict.kept:
                yield Row(QUAD, key, nquads.line(triple, built.iri))


def order_of(report: Report) -> tuple[str, ...]:
    """Texts that sort reports: by text, then the earliest date, outlet, address, id; no two reports have the same."""
    return (report.sha256, (report.published or date.max).isoformat(), report.outlet or "", report.url or "", report.id,
            f"{report.title_end:08}", f"{report.body_start:08}")


def key_of(report: Report) -> str:
    """32 hex that name a report with all that came along with it."""
    return _digest(order_of(report))[:32]


def digest(batch: Iterable[Report]) -> str:
    """64 hex that name a batch by its content, whatever its order."""
    return _digest(sorted({key_of(report) for report in batch}))


@cache
def version() -> str:
    """16 hex over the code, rules, ontology and shapes of this installation: another one may give another result."""
    package = Path(assemble.__file__).parent
    files = sorted({path for pattern in _CODE for path in package.rglob(pattern)}, key=lambda p: p.as_posix())
    found = hashlib.sha256()
    for path in [*files, *resources.turtle_files("ontology"), *resources.turtle_files("shapes")]:
        data = path.read_bytes()
        found.update(f"{path.name} {len(data)}\n".encode() + data)
    return found.hexdigest()[:16]


@cache
def _checker(name: str) -> Checker:
    return compiled.checker(name)


def _report_row(key: str, built: assemble.Built) -> ReportRow:
    verdict = built.verdict
    remarks = Counter(f"{v.shape.rpartition('#')[2].rpartition('/')[2]}: {v.message_en}" for v in verdict.remarks)
    return ReportRow(key, built.report.id, built.report.sha256, order_of(built.report), built.facts, len(verdict.kept),
                     len(verdict.quarantined), built.unsure, built.error, built.trace, tuple(sorted(remarks.items())))


def _quarantine(built: assemble.Built) -> str:
    items = [{"node": item.node, "class": assemble.class_of(item),
              "messages": list(dict.fromkeys(v.message_en for v in item.violations))}
             for item in built.verdict.quarantined]
    found: dict[str, Any] = {"items": items, "turtle": assemble.quarantine(built.report, built.verdict.quarantined)}
    return json.dumps(found, ensure_ascii=False, sort_keys=True)


def _digest(texts: Iterable[str]) -> str:
    return hashlib.sha256(json.dumps(list(texts)).encode()).hexdigest()
