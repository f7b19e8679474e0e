"""Rows of one class, filtered, ordered, and put as HTML, CSV or JSON."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any

from kg.errors import InputError
from kg.export.record import Record
from kg.text import jalali
from kg.web import columns
from kg.web.columns import Column
from kg.web.fold import folded
from kg.web.graph import Shown
from kg.web.items import Item
from kg.web.passages import Passages, flat

PAGE = 50


@dataclass(frozen=True)
class Row:
    """A record with what stands in each column."""

    record: Record
    cells: dict[str, list[Item]]

    @cached_property
    def folded(self) -> str:
        """All that the row says, in the form in which it is searched."""
        return "\n".join(map(folded, _texts(self)))


@dataclass(frozen=True)
class Asked:
    """What a reader asked of a table."""

    text: str = ""
    facets: Mapping[str, str] = field(default_factory=dict)
    since: str = ""
    until: str = ""
    figures: bool = False
    order: str = ""
    page: int = 1


def asked(kind: str, query: Mapping[str, str]) -> Asked:
    """The filters of a query string. Raises InputError for a day that is none."""
    facets = {c.key: query[c.key] for c in columns.COLUMNS[kind] if c.facet and query.get(c.key)}
    page = query.get("page", "1")
    return Asked(query.get("q", "").strip(), facets, day(query.get("from", "")), day(query.get("until", "")),
                 bool(query.get("figure")), query.get("sort", ""),
                 max(1, int(page)) if page.isascii() and page.isdigit() and len(page) < 7 else 1)


def day(text: str) -> str:
    """A day of either calendar as Gregorian ISO; years under 1700 are Jalali. Raises InputError."""
    text = folded_digits(text.strip()).replace("/", "-")
    if not text:
        return ""
    try:
        if text[:4].isdigit() and int(text[:4]) < 1700:
            return jalali.parse_iso(text).isoformat()
        return date.fromisoformat(text).isoformat()
    except ValueError as error:
        raise InputError(f"'{text[:40]}' is no day; write it like 1402-07-17 or 2023-10-09.") from error


def folded_digits(text: str) -> str:
    return "".join(str(int(c)) if c.isdecimal() else c for c in text)


def row(graph: Shown, kind: str, record: Record) -> Row:
    return Row(record, {c.key: c.get(graph, record) for c in columns.COLUMNS[kind]})


def rows(graph: Shown, kind: str, records: Iterable[Record] | None = None) -> list[Row]:
    """The rows of a class, or of some of its records, in the order of IRIs and texts."""
    return [row(graph, kind, r) for r in (graph.kinds.get(kind, []) if records is None else records)]


def chosen(graph: Shown, kind: str, found: Iterable[Row], ask: Asked) -> list[Row]:
    """The rows that pass all filters, in the order asked for (``day``, ``-day``, any column)."""
    wanted = folded(ask.text)
    kept = [r for r in found
            if (not wanted or wanted in r.folded)
            and all(any(i.key == value for i in r.cells.get(key, ())) for key, value in ask.facets.items())
            and (not ask.figures or r.cells.get("figures"))
            and (not (ask.since or ask.until) or _within(graph, kind, r.record, ask))]
    key = ask.order.removeprefix("-")
    if key in {c.key for c in columns.COLUMNS[kind]}:
        filled, empty = [r for r in kept if r.cells[key]], [r for r in kept if not r.cells[key]]
        filled.sort(key=lambda r: _rank(r.cells[key]), reverse=ask.order.startswith("-"))
        kept = filled + empty
    return kept


def _texts(r: Row) -> Iterable[str]:
    for cell in r.cells.values():
        for item in cell:
            yield from filter(None, (item.name.fa, item.name.en, item.note.en))
    yield from r.record.names


def _within(graph: Shown, kind: str, record: Record, ask: Asked) -> bool:
    return any((not ask.since or last >= ask.since) and (not ask.until or first <= ask.until)
               for first, last in columns.days_of(kind, graph, record))


def _rank(cell: list[Item]) -> tuple[float, str]:
    data = cell[0].data
    try:
        return float(data), ""
    except ValueError:
        return float("inf"), data or folded(cell[0].name.fa or cell[0].name.en)


def options(found: Iterable[Row], column: Column) -> list[tuple[Item, int]]:
    """What a column can be filtered by: each value with its count, the most frequent first."""
    counts: Counter[str] = Counter()
    by_key: dict[str, Item] = {}
    for r in found:
        for item in {i.key: i for i in r.cells[column.key]}.values():
            counts[item.key] += 1
            by_key.setdefault(item.key, item)
    return [(by_key[key], n) for key, n in sorted(counts.items(), key=lambda c: (-c[1], c[0]))]


def header(kind: str) -> list[str]:
    """The heads of the CSV: stable English keys."""
    return ["iri", *(c.key for c in columns.COLUMNS[kind]), "confidence", "rule", "report", "sentence"]


def csv_row(passages: Passages, r: Row, lang: str) -> list[str]:
    sources = passages.of(r.record)
    return [r.record.iri, *(" | ".join(i.data or i.name.text(lang) for i in cell) for cell in r.cells.values()),
            next(iter(r.record.texts("confidence")), ""), next(iter(r.record.texts("rule")), ""),
            " | ".join(dict.fromkeys(p.report for p in sources)), " | ".join(p.text for p in sources)]


def json_item(item: Item) -> dict[str, Any]:
    pairs = {"fa": item.name.fa, "en": item.name.en, "iri": item.iri, "note": item.note.en, "data": item.data,
             "class": item.kind}
    return {key: value for key, value in pairs.items() if value}


def json_sources(passages: Passages, record: Record) -> list[dict[str, Any]]:
    """The sentences that show a record; ``marks`` are half-open ranges of the sentence's code points."""
    return [{"report": p.report, "begin": p.start, "sentence": p.text, "marks": flat(p.marks, len(p.text))}
            for p in passages.of(record)]


def json_row(passages: Passages, r: Row) -> dict[str, Any]:
    record = r.record
    return {"iri": record.iri, "class": record.kind, **{key: [json_item(i) for i in c] for key, c in r.cells.items()},
            "confidence": next(iter(record.texts("confidence")), None),
            "rule": next(iter(record.texts("rule")), None),
            "basis": next((b.en or b.fa for b in record.codes("basis")), None),
            "sources": json_sources(passages, record)}
