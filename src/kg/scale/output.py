"""What a finished run leaves in its folder, whichever engine it ran on.

    parts/part-00000.nq …    sorted N-Quads; with --format parquet also part-00000.parquet …
    graph.ttl                with --format ttl: the union, as one process writes it
    quarantine/<id>.ttl      what broke a shape, with the reason
    reports.jsonl            a line per report: id, IRI, counts
    summary.json             counts of the whole
    manifest.json            version, settings, each part with its digest; written last, so that it says "complete"
"""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from itertools import islice
from pathlib import Path
from typing import Any, Protocol

from kg.export import files, nquads, turtle
from kg.graph.whole import whole
from kg.model import Literal, Triple
from kg.scale import ledger, work
from kg.scale.ledger import Entry
from kg.scale.parts import Written
from kg.scale.work import Settings

FORMATS = ("nq", "parquet", "ttl")
TTL_QUADS = 1_000_000
"""More lines than this are not made into one Turtle file, which has to be held in memory."""
COLUMNS = ("s", "p", "o", "datatype", "lang", "g")
"""Of the Parquet files. ``o`` is an IRI where ``datatype`` and ``lang`` are both null, else a literal's text."""
TOLD = 20
"""So many facts kept back are told; all of them are in the folder."""
_MANIFEST = "manifest.json"
_OURS = b"# Quarantined by kg"


class Folder(Protocol):
    """Where a run is written. Names are relative, with slashes; errors of the disk are OutputErrors."""

    def write(self, name: str, lines: Iterable[str]) -> None: ...
    def read(self, name: str, limit: int) -> bytes: ...
    def remove(self, name: str) -> None: ...
    def names(self, folder: str) -> list[str]: ...


class Disk:
    """A folder of this machine."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def write(self, name: str, lines: Iterable[str]) -> None:
        path = self.path / name
        if not path.parent.is_dir():
            files.folder(path.parent)
        files.write_bytes(path, "".join(lines).encode())

    def read(self, name: str, limit: int) -> bytes:
        with (self.path / name).open("rb") as stream:
            return stream.read(limit)

    def remove(self, name: str) -> None:
        with contextlib.suppress(FileNotFoundError):
            (self.path / name).unlink()

    def names(self, folder: str) -> list[str]:
        path = self.path / folder
        return sorted(f"{folder}/{found.name}" for found in path.iterdir()) if path.is_dir() else []


@dataclass(frozen=True)
class Outcome:
    """What a run came to: its summary, and what goes to the user besides.

    ``failed`` has message and trace of each report that could not be built, ``kept_back`` a sentence for each of the
    first TOLD facts in quarantine; ``skipped`` counts shards that were already done; ``no_ttl``: Turtle was asked for,
    and there is too much of it.
    """

    summary: dict[str, Any]
    failed: list[tuple[str, str]]
    kept_back: list[str]
    digest: str | None = None
    skipped: int = 0
    no_ttl: bool = False


def outcome(entries: Iterable[Entry], problems: Iterable[str], *, classes: Mapping[str, int] | None = None,
            quads: int = 0, skipped: int = 0) -> Outcome:
    """What settled entries came to."""
    entries = list(entries)
    failed = [(entry.row.error, entry.row.trace) for entry in entries if entry.row.error]
    told = islice((sentence for entry in entries for sentence in sentences(entry)), TOLD)
    return Outcome(ledger.summary(entries, classes or {}, quads, problems), failed, list(told), skipped=skipped)


def begin(folder: Folder) -> None:
    """Take away what says that the folder is complete, and the parts that stand in it."""
    folder.remove(_MANIFEST)
    for name in folder.names("parts"):
        if name.startswith("parts/part-"):
            folder.remove(name)
    folder.remove("graph.ttl")


def finish(folder: Folder, outcome: Outcome, entries: Iterable[Entry], written: Sequence[Written],
           settings: Settings) -> None:
    """Write all that is written once, the manifest last. ``entries`` are settled, and gone through once."""
    folder.write("reports.jsonl", _listed(folder, entries))
    folder.write("summary.json", _json(outcome.summary))
    folder.write(_MANIFEST, _json({
        "version": work.version(), "settings": asdict(settings), "quads": outcome.summary["quads"],
        "sha256": outcome.digest, "parts": [{"name": part.name, "quads": part.quads, "bytes": part.bytes,
                                             "sha256": part.sha256} for part in written]}))


def turtle_of(lines: Iterable[str]) -> str:
    """The union of the graphs of N-Quads lines, as ``kg build`` without an engine writes it."""
    graphs: dict[str, list[Triple]] = {}
    for line in lines:
        triple, graph = nquads.parse(line)
        graphs.setdefault(graph, []).append(triple)
    return turtle.write(whole(graphs.values()))


def columns(lines: Iterable[str]) -> Iterator[tuple[str | None, ...]]:
    """N-Quads lines as rows of COLUMNS."""
    for line in lines:
        (s, p, o), g = nquads.parse(line)
        if isinstance(o, Literal):
            yield s, p, o.lexical, None if o.lang else o.datatype or turtle.XSD_STRING, o.lang, g
        else:
            yield s, p, o, None, None, g


def sentences(entry: Entry) -> Iterator[str]:
    """A sentence for each fact kept back of a report."""
    for item in json.loads(entry.kept_back)["items"] if entry.kept_back else ():
        yield (f"quarantined from {entry.row.id}: {item['class'] or 'node'} <{item['node']}>: "
               f"{'; '.join(item['messages'])}")


def _listed(folder: Folder, entries: Iterable[Entry]) -> Iterator[str]:
    """A line for each report; on the way its quarantine is written, and at the end that of earlier runs removed."""
    kept = set()
    for entry in entries:
        yield f"{ledger.listed(entry)}\n"
        if entry.kept_back is not None:
            name = f"quarantine/{files.name_of(entry.row.id)}.ttl"
            kept.add(name)
            folder.write(name, [json.loads(entry.kept_back)["turtle"]])
    for name in folder.names("quarantine"):
        if name not in kept and name.endswith(".ttl") and folder.read(name, len(_OURS)) == _OURS:
            folder.remove(name)


def _json(found: dict[str, Any]) -> list[str]:
    return [json.dumps(found, ensure_ascii=False, indent=1, sort_keys=True), "\n"]
