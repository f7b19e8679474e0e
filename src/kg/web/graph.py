"""The graph that is shown: its triples by subject, its records, what links to what, and the texts of its reports."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, cast

from kg import iris
from kg.errors import InputError
from kg.export.record import Record, Records
from kg.export.words import Name
from kg.model import Literal, Term, Triple

_IS_STRING = iris.expand("nif:isString")
_ANCHOR, _BEGIN, _END = (iris.expand(c) for c in ("nif:anchorOf", "nif:beginIndex", "nif:endIndex"))
_OF, _IN_REPORT = iris.expand("nif:referenceContext"), iris.expand("kg:inReport")
_TYPE = iris.expand("rdf:type")
_FORMATS = {".ttl": "TURTLE", ".nt": "N_TRIPLES", ".nq": "N_QUADS", ".trig": "TRIG", ".rdf": "RDF_XML",
            ".xml": "RDF_XML"}
_NOTHING = Record("", "", Name())


class Text(str):
    """A literal that the records can read as they read one of rdflib."""

    __slots__ = ("datatype", "language")

    language: str | None
    datatype: str | None

    @classmethod
    def of(cls, literal: Literal) -> Text:
        text = cls(literal.lexical)
        text.language, text.datatype = literal.lang, literal.datatype
        return text


@dataclass(frozen=True, order=True)
class Spot:
    """A text span: where in its report it lies (code points) and its words."""

    start: int
    end: int
    iri: str
    words: str


@dataclass
class Shown:
    """A graph made ready for pages. ``texts`` holds the whole text of those reports that came along, by IRI."""

    triples: list[Triple]
    texts: Mapping[str, str] = field(default_factory=dict)
    source: str = ""

    @cached_property
    def subjects(self) -> dict[str, list[tuple[str, Term]]]:
        found: dict[str, list[tuple[str, Term]]] = {}
        for s, p, o in self.triples:
            found.setdefault(s, []).append((p, o))
        return found

    @cached_property
    def records(self) -> Records:
        rows = [(s, p, Text.of(o) if isinstance(o, Literal) else o) for s, p, o in self.triples]
        return Records.of(cast(Any, rows))

    @cached_property
    def kinds(self) -> dict[str, list[Record]]:
        """Records by class, in the order of their IRIs; those of a report in the order of its text."""
        found: dict[str, list[Record]] = defaultdict(list)
        for record in self.records:
            found[record.kind].append(record)
        for rows in found.values():
            rows.sort(key=lambda r: (r.reports[:1], self.first_spot(r), r.iri))
        return found

    @cached_property
    def incoming(self) -> dict[str, list[tuple[str, Record]]]:
        """What links to a thing: relation and the record that has it."""
        found: dict[str, list[tuple[str, Record]]] = defaultdict(list)
        for record in self.records:
            for relation, target in record.links:
                found[target].append((relation, record))
            for report in record.reports:
                found[report].append(("inReport", record))
        return found

    @cached_property
    def users(self) -> dict[str, list[str]]:
        """What names a code or something foreign, by its IRI."""
        found: dict[str, list[str]] = defaultdict(list)
        for s, p, o in self.triples:
            if isinstance(o, str) and o not in self.records and p != _TYPE and "#char=" not in o:
                found[o].append(s)
        return found

    @cached_property
    def spots(self) -> dict[str, Spot]:
        """The text spans by IRI. One without sound offsets begins at -1."""
        found = {}
        for subject, properties in self.subjects.items():
            words = _one(properties, _ANCHOR)
            if words is None:
                continue
            start, end = _index(properties, _BEGIN), _index(properties, _END)
            sound = start >= 0 and end - start == len(words)
            found[subject] = Spot(start, end, subject, words) if sound else Spot(-1, -1, subject, words)
        return found

    @cached_property
    def spots_of(self) -> dict[str, list[Spot]]:
        """The text spans of each report in the order of its text."""
        found: dict[str, list[Spot]] = defaultdict(list)
        for iri, spot in self.spots.items():
            found[self.report_of(iri)].append(spot)
        for spots in found.values():
            spots.sort()
        return found

    def report_of(self, span: str) -> str:
        """The IRI of the report in which a text span lies."""
        properties = self.subjects.get(span, [])
        told = _one(properties, _OF) or _one(properties, _IN_REPORT)
        return told if told is not None else span.partition("#")[0]

    def evidence(self, record: Record) -> list[Spot]:
        """The spans that show a record, in the order of text."""
        return sorted((self.spots[iri] for iri in record.evidence if iri in self.spots),
                      key=lambda spot: (self.report_of(spot.iri), spot))

    def first_spot(self, record: Record) -> int:
        return min((spot.start for iri in record.evidence if (spot := self.spots.get(iri))), default=-1)

    def get(self, iri: str) -> Record:
        """A record; an empty one for what is not described."""
        return self.records[iri] if iri in self.records else _NOTHING  # noqa: SIM401

    def linked(self, iri: str, relation: str, kind: str = "") -> list[Record]:
        """The records that have this relation to a thing."""
        return [r for name, r in self.incoming.get(iri, []) if name == relation and (not kind or r.kind == kind)]


def _one(properties: Iterable[tuple[str, Term]], predicate: str) -> str | None:
    found = [o.lexical if isinstance(o, Literal) else o for p, o in properties if p == predicate]
    return min(found) if found else None


def _index(properties: Iterable[tuple[str, Term]], predicate: str) -> int:
    text = _one(properties, predicate) or ""
    return int(text) if text.isdigit() and text.isascii() and len(text) < 10 else -1


def load(path: Path) -> list[Triple]:
    """The triples of a graph file, sorted. Raises InputError with a sentence.

    pyoxigraph reads it if it is there, some twenty times faster; what that refuses is left to rdflib, which forgives
    more and says what is wrong.
    """
    from kg.graph import store

    quick = _quick(path)
    return quick if quick is not None else store.from_rdflib(store.load(path))


def _quick(path: Path) -> list[Triple] | None:
    try:
        import pyoxigraph
    except ImportError:
        return None
    format = _FORMATS.get(path.suffix.lower())
    if format is None:
        return None
    found: set[Triple] = set()
    try:
        for quad in pyoxigraph.parse(path=str(path), format=getattr(pyoxigraph.RdfFormat, format)):
            found.add((_iri(quad.subject), _iri(quad.predicate), _term(quad.object)))
    except (OSError, ValueError, SyntaxError):
        return None
    return sorted(found, key=lambda t: (t[0], t[1], str(t[2])))


def _iri(node: Any) -> str:
    return f"urn:bnode:{node.value}" if str(node).startswith("_:") else str(node.value)


def _term(node: Any) -> Term:
    if not hasattr(node, "datatype"):
        return _iri(node)
    if node.language:
        return Literal(node.value, None, node.language)
    datatype = node.datatype.value
    return Literal(node.value, None if datatype == iris.PREFIXES["xsd"] + "string" else datatype)


def show(triples: list[Triple], texts: Mapping[str, str] | None = None, source: str = "") -> Shown:
    """A graph ready for pages; ``texts`` are whole texts of reports by IRI. Raises InputError for an empty graph."""
    if not triples:
        raise InputError(f"{source or 'The graph'} holds no triple, so there is nothing to show.")
    told = {s: o.lexical for s, p, o in triples if p == _IS_STRING and isinstance(o, Literal)}
    return Shown([t for t in triples if t[1] != _IS_STRING], {**told, **(texts or {})}, source)
