"""What only the whole input can tell: which of several reports of one text speaks for it, which ids are given twice.

The rules are those of ``assemble.distinct`` and ``assemble.merged``, so that an engine's result is what one process
would have made.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from kg.export import turtle
from kg.scale.work import ReportRow


@dataclass(frozen=True)
class Entry:
    """A report, the shard it came in, and what was kept back of it as JSON."""

    row: ReportRow
    shard: str
    kept_back: str | None = None


def settle(entries: Iterable[Entry]) -> list[Entry]:
    """The entries sorted by id, each report once, ids told apart: of two texts under one id, the second gets 8 hex."""
    found: dict[str, Entry] = {}
    for entry in entries:
        known = found.get(entry.row.key)
        if known is None or entry.shard < known.shard:
            found[entry.row.key] = entry
    named: list[Entry] = []
    texts: dict[str, str] = {}
    for entry in sorted(found.values(), key=lambda e: (e.row.id, e.row.sha256, e.row.order)):
        row = entry.row
        if texts.setdefault(row.id, row.sha256) != row.sha256:
            entry = renamed(entry, f"{row.id}-{row.sha256[:8]}")
        named.append(entry)
    return named


def silenced(entries: Iterable[Entry]) -> dict[str, frozenset[str]]:
    """For each shard the graphs whose lines do not leave: another shard has the report that speaks for that text.

    ``entries`` are all of them, also those of one report in several shards.
    """
    first: dict[str, ReportRow] = {}
    where: dict[str, dict[str, set[str]]] = {}
    for entry in entries:
        row = entry.row
        where.setdefault(row.sha256, {}).setdefault(entry.shard, set()).add(row.key)
        if row.sha256 not in first or row.order < first[row.sha256].order:
            first[row.sha256] = row
    silent: dict[str, set[str]] = {}
    for sha256, shards in where.items():
        for shard, keys in shards.items():
            if first[sha256].key not in keys:
                silent.setdefault(shard, set()).add(first[sha256].graph)
    return {shard: frozenset(graphs) for shard, graphs in silent.items()}


def summary(entries: Iterable[Entry], classes: Mapping[str, int], quads: int,
            problems: Iterable[str]) -> dict[str, Any]:
    """The counts of settled entries, as ``counted`` names them."""
    rows = [entry.row for entry in entries]
    remarks: Counter[str] = Counter()
    for row in rows:
        remarks.update(dict(row.remarks))
    sums = (sum(getattr(row, name) for row in rows) for name in ("facts", "quarantined", "unsure"))
    return counted(len(rows), len({row.sha256 for row in rows}), *sums, quads=quads, classes=classes,
                   problems=problems, failed=[row.error for row in rows if row.error], remarks=remarks)


def counted(reports: int, texts: int, facts: int, quarantined: int, unsure: int, *, quads: int,
            classes: Mapping[str, int], problems: Iterable[str], failed: Iterable[str],
            remarks: Mapping[str, int]) -> dict[str, Any]:
    """Counts for summary.json: no times, no places, sorted."""
    return {"reports": reports, "texts": texts, "facts": facts, "quads": quads,
            "classes": dict(sorted(classes.items())), "quarantined": quarantined, "unsure": unsure,
            "failed": sorted(failed), "remarks": dict(sorted(remarks.items())), "problems": sorted(problems)}


def listed(entry: Entry) -> str:
    """A report as a line of reports.jsonl."""
    row = entry.row
    return json.dumps({"id": row.id, "iri": row.graph, "facts": row.facts, "triples": row.triples,
                       "quarantined": row.quarantined, "unsure": row.unsure, "error": row.error}, ensure_ascii=False)


def renamed(entry: Entry, id: str) -> Entry:
    """The entry under another id, also in what was kept back of it."""
    kept_back = entry.kept_back
    if kept_back is not None:
        found = json.loads(kept_back)
        old, new = (f"from report '{turtle.escape(name)}'." for name in (entry.row.id, id))
        found["turtle"] = found["turtle"].replace(old, new, 1)
        kept_back = json.dumps(found, ensure_ascii=False, sort_keys=True)
    return Entry(replace(entry.row, id=id), entry.shard, kept_back)
