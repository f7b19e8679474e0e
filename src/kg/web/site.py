"""What all pages share: the graph, the texts, the index, the picture and the verdict, each made when first needed."""

from __future__ import annotations

import threading
from collections import defaultdict
from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from kg import resources
from kg.export import picture
from kg.export.picture import Picture
from kg.export.words import Name
from kg.graph import compiled
from kg.model import Violation
from kg.web import items, tables
from kg.web.columns import DATED
from kg.web.fold import folded
from kg.web.graph import Shown
from kg.web.passages import Passages
from kg.web.search import Index

STATIC = Path(__file__).parent / "static"


@dataclass(frozen=True)
class Verdict:
    """What the shapes say of the graph; ``failed`` says why they could not be asked."""

    violations: Sequence[Violation]
    remarks: Sequence[Violation]
    failed: str = ""


@dataclass(frozen=True)
class Kept:
    """What the gate kept back of one report: the name of the file, and its Turtle with the reasons on top."""

    name: str
    text: str


@dataclass(frozen=True)
class Question:
    """An example: the file's name, the question in both languages, the SPARQL."""

    key: str
    name: Name
    query: str


class Site:
    """One graph, served. What is costly is made once, under a lock, whoever asks first."""

    def __init__(self, graph: Shown, quarantine: Sequence[Kept] | None = None, version: str = "") -> None:
        self.graph, self.quarantine, self.version = graph, quarantine, version
        self.passages = Passages(graph)
        self._lock = threading.RLock()
        self._rows: dict[str, list[tables.Row]] = {}
        self.made: dict[tuple[Hashable, ...], str] = {}
        """Pieces of pages that are the same wherever they stand (a source, a row), by what they depend on."""

    @cached_property
    def index(self) -> Index:
        with self._lock:
            return Index(self.graph)

    @cached_property
    def picture(self) -> Picture:
        with self._lock:
            return picture.read_records(self.graph.records)

    @cached_property
    def neighbours(self) -> dict[str, set[str]]:
        """The entities one line away in the picture."""
        found: dict[str, set[str]] = defaultdict(set)
        for edge in self.picture.edges:
            found[edge.source].add(edge.target)
            found[edge.target].add(edge.source)
        return found

    @cached_property
    def verdict(self) -> Verdict:
        with self._lock:
            try:
                found = compiled.checker("compiled").check(None, self.graph.triples)
            except Exception as error:  # a graph of any sort may come; the pages are shown all the same
                return Verdict([], [], f"{type(error).__name__}: {error}")
            return Verdict(found.violations, found.remarks)

    @cached_property
    def violations_of(self) -> dict[str, list[Violation]]:
        found: dict[str, list[Violation]] = defaultdict(list)
        for violation in self.verdict.violations:
            found[violation.focus].append(violation)
        return found

    def rows(self, kind: str) -> list[tables.Row]:
        """All rows of a class."""
        if kind not in self._rows:
            with self._lock:
                if kind not in self._rows:
                    self._rows[kind] = sorted(tables.rows(self.graph, kind), key=self._first)
        return self._rows[kind]

    def _first(self, row: tables.Row) -> tuple[int, ...]:
        """What comes first in a table: the latest reports, periods and what they say; of entities the best attested."""
        record = row.record
        if record.kind not in DATED and record.kind != "Period":
            return (-len(self.graph.incoming.get(record.iri, ())),)
        report = record if record.kind == "Report" else self.graph.get(next(iter(record.reports), ""))
        found = items.published(self.graph, report) if record.kind != "Period" else [items.period(record)]
        day = max((items.bounds(item)[1] for item in found), default="").replace("-", "")
        return (-int(day) if day.isascii() and day.isdigit() else 0,)

    @cached_property
    def twins(self) -> list[tuple[str, ...]]:
        """Entities of one class and one folded name."""
        groups: dict[tuple[str, str, str], set[str]] = defaultdict(set)
        for kind in picture.KINDS:
            for record in self.graph.kinds.get(kind, []):
                sort = " ".join(code.en or code.fa for code in record.codes("kind"))  # a province is not its city
                for name in record.names:
                    if key := folded(name):
                        groups[kind, sort, key].add(record.iri)
        return sorted({tuple(sorted(iris)) for iris in groups.values() if len(iris) > 1})

    @cached_property
    def questions(self) -> list[Question]:
        """The questions of queries/*.rq: the first two comments are the question in Persian and in English."""
        try:
            files = sorted(resources.folder("queries").glob("*.rq"))
        except Exception:
            return []
        return [_question(path) for path in files]

    @cached_property
    def assets(self) -> dict[str, Path]:
        """What lies under static/, by its path in an address: a whitelist, so no path leads out."""
        return {path.relative_to(STATIC).as_posix(): path for path in sorted(STATIC.rglob("*")) if path.is_file()}

    def warm(self) -> None:
        """Make what the first reader would wait for."""
        _ = self.graph.records, self.graph.kinds, self.graph.incoming, self.graph.spots_of, self.index, self.verdict
        _ = self.picture, self.neighbours, self.assets, self.questions, self.twins


def _question(path: Path) -> Question:
    text = path.read_text(encoding="utf-8")
    comments = [line.lstrip("# ").strip() for line in text.splitlines() if line.startswith("#")]
    return Question(path.stem, Name(comments[0] if comments else path.stem, comments[1] if len(comments) > 1 else ""),
                    text)
