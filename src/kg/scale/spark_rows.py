"""What Spark's Python workers run: Arrow batches in, Arrow batches out. No Spark in it but a broadcast value."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict
from itertools import islice
from typing import TYPE_CHECKING, Any

from kg.errors import InputError
from kg.model import Report
from kg.scale import output, parts, shards, tasks, work
from kg.scale.parts import Written
from kg.scale.shards import Shard
from kg.scale.work import Settings
from kg.sources import Defaults, SourceProblem, base, lines

if TYPE_CHECKING:
    import pyarrow as pa

SCHEMA = "shard string, kind string, key string, payload string"
"""Rows of the stage. Besides the kinds of ``work.Row``: ``here`` (a shard of this run; payload ``made`` or ``known``)
and ``problem`` (payload: the sentence; key: ``note`` or nothing)."""
REPORT = ("key string, id string, sha256 string, order array<string>, facts long, triples long, quarantined long, "
          "unsure long, error string, trace string, remarks map<string, long>")
MEASURED = "written string"
_BATCH = 10_000


class Worker:
    """Makes the rows of tasks or records, but for shards that are known."""

    def __init__(self, known: Any, settings: Settings, defaults: Defaults) -> None:
        self._known, self._settings, self._defaults = known, settings, defaults

    def of_tasks(self, batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        """The rows of a column ``task``."""
        found = (item for batch in batches for task in batch.column(0).to_pylist() for group in tasks.groups(task)
                 for item in shards.of_group(group, self._defaults))
        return self._rows(found)

    def of_records(self, batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        """The rows of columns ``record`` (JSON) and ``file_path``."""
        return self._rows(self._shards(batches))

    def _shards(self, batches: Iterable[pa.RecordBatch]) -> Iterator[Shard | SourceProblem]:
        waiting: list[Report] = []
        for batch in batches:
            for text, path in zip(*(batch.column(i).to_pylist() for i in (0, 1)), strict=True):
                for item in _record(text, path, self._defaults) if text.strip() else ():
                    if isinstance(item, SourceProblem):
                        yield item
                        continue
                    waiting.append(item)
                    if len(waiting) == shards.SIZE:
                        yield Shard.of(waiting)
                        waiting = []
        if waiting:
            yield Shard.of(waiting)

    def _rows(self, found: Iterable[Shard | SourceProblem]) -> Iterator[pa.RecordBatch]:
        known: frozenset[str] = self._known.value
        for item in found:
            if isinstance(item, SourceProblem):
                yield _batch([("", "problem", "note" if item.note else "", item.message)])
            elif item.name in known:
                yield _batch([(item.name, "here", item.name, "known")])
            else:
                yield _batch([(item.name, "here", item.name, "made")])
                rows = ((item.name, *row) for row in work.process(item.reports, self._settings))
                while some := list(islice(rows, _BATCH)):
                    yield _batch(some)


def _record(text: str, path: str, defaults: Defaults) -> Iterator[Report | SourceProblem]:
    """A record far away has no line number; 8 hex of its text name it."""
    name = path.rstrip("/").rpartition("/")[2].split(".")[0]
    mark = hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:8]
    try:
        if len(text) > lines.MAX_LINE:
            raise InputError(f"it is longer than {lines.MAX_LINE // 2**20} MB, which is no single report")
        yield from base.record(lines.parsed(text), f"{path}, record {mark}", f"{name}-{mark}", defaults)
    except InputError as error:
        yield SourceProblem(f"{path}, record {mark} cannot be read: {error}.")


def columns_of(names: Sequence[str], place: str) -> list[str]:
    """The columns that say something of a report. Raises InputError if there is no title and no body."""
    found = [name for name in base.COLUMNS if name in names]
    if not {"title", "body"} & set(found):
        raise InputError(f"{place} cannot be read: it has neither a column title nor body, but "
                         f"{', '.join(names)[:100]}.")
    return found


def table(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    """Sorted lines as rows of ``output.COLUMNS``."""
    import pyarrow as pa

    schema = pa.schema([(name, pa.string()) for name in output.COLUMNS])
    for batch in batches:
        rows = list(output.columns(batch.column(0).to_pylist()))
        if rows:
            yield pa.RecordBatch.from_arrays([pa.array(column, pa.string()) for column in zip(*rows, strict=True)],
                                             schema=schema)


def measure(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    """What is in the files of columns ``path`` and ``content``, as JSON of ``Written``."""
    import pyarrow as pa

    for batch in batches:
        for path, content in zip(*(batch.column(i).to_pylist() for i in (0, 1)), strict=True):
            found = Written(path.rpartition("/")[2], content.count(b"\n"), len(content),
                            hashlib.sha256(content).hexdigest(), parts.classes(content.split(b"\n")[:-1]))
            yield pa.RecordBatch.from_arrays([pa.array([json.dumps(asdict(found))])], names=["written"])


def _batch(rows: Sequence[tuple[str, str, str, str]]) -> pa.RecordBatch:
    import pyarrow as pa

    columns = [pa.array(column, pa.string()) for column in zip(*rows, strict=True)]
    return pa.RecordBatch.from_arrays(columns, names=["shard", "kind", "key", "payload"])
