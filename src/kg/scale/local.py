"""The engine of one machine: a process per core, and nothing to install."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path

from kg.errors import KgError
from kg.export import files
from kg.scale import ledger, output, parts, shards, work
from kg.scale.ledger import Entry
from kg.scale.output import Disk, Outcome
from kg.scale.parts import Part, Piece, Written
from kg.scale.pool import Lost, Pool
from kg.scale.shards import Manifest, Shard, Share
from kg.scale.work import ReportRow, Settings
from kg.sources import Defaults, SourceProblem


@dataclass(frozen=True)
class Order:
    """What a user asks for. ``share`` is set in a job of an array, which makes its shards and no more."""

    sources: tuple[str, ...]
    out: Path
    defaults: Defaults = field(default_factory=Defaults)
    settings: Settings = field(default_factory=Settings)
    formats: frozenset[str] = frozenset({"nq"})
    jobs: int = 0
    share: Share | None = None
    resume: bool = False
    part_bytes: int = parts.BYTES


@dataclass
class _Run:
    """What a run has come to so far."""

    order: Order
    folder: Path
    tell: Callable[[str], None]
    names: set[str] = field(default_factory=set)
    problems: list[str] = field(default_factory=list)
    lost: list[Entry] = field(default_factory=list)
    skipped: int = 0


def run(order: Order, tell: Callable[[str], None], progress: Callable[[int], None] = lambda _: None) -> Outcome | None:
    """Work the sources into the folder; None if there was no report.

    ``tell`` gets each problem as it is met, ``progress`` how many reports are done. Raises OutputError, and KgError if
    a part of the output ends its process again and again.
    """
    run = _Run(order, files.folder(files.folder(order.out) / "shards"), tell)
    if not order.resume and order.share is None:
        shards.clear(run.folder)
    with Pool(order.jobs or cores()) as pool:
        _make_all(pool, run, progress)
        entries = [Entry(row, name, kept_back) for name in sorted(run.names)
                   for row, kept_back in shards.rows(run.folder, name)] + run.lost
        if not entries:
            return None
        if order.share is None:
            return _finish(pool, run, entries)
    return output.outcome(ledger.settle(entries), run.problems, skipped=run.skipped)


def cores() -> int:
    """How many processors this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _make_all(pool: Pool, run: _Run, progress: Callable[[int], None]) -> None:
    """Make the shards that are not there yet."""
    count = 0
    make = partial(_make, run.folder, run.order.settings)
    for shard, result in pool.run(make, _waiting(run), Shard.halves):
        if isinstance(result, Lost):
            run.lost.append(_lost(shard))
        else:
            run.names.add(shard.name)
        count += len(shard.reports)
        progress(count)


def _waiting(run: _Run) -> Iterator[Shard]:
    seen: set[str] = set()
    for found in shards.cut(shards.groups(run.order.sources), run.order.defaults, run.order.share):
        if isinstance(found, SourceProblem):
            run.tell(found.message)
            run.problems += [] if found.note else [found.message]
        elif found.name in seen:  # the same reports once more
            continue
        elif run.order.resume and shards.done(run.folder, found.name, run.order.settings):
            seen.add(found.name)
            run.names.add(found.name)
            run.skipped += 1
        else:
            seen.add(found.name)
            yield found


def _make(folder: Path, settings: Settings, shard: Shard) -> Manifest:
    return shards.make(folder, shard, settings)


def _lost(shard: Shard) -> Entry:
    """A report that ends its process whenever it is read."""
    report = shard.reports[0]
    why = (f"Report '{report.id}' ended each process that read it (killed, or out of memory) and was left out; "
           "build it alone to see why.")
    return Entry(ReportRow(work.key_of(report), report.id, report.sha256, work.order_of(report), error=why), shard.name)


def _finish(pool: Pool, run: _Run, entries: list[Entry]) -> Outcome:
    disk, formats = Disk(run.order.out), run.order.formats
    output.begin(disk)
    silent = ledger.silenced(entries)
    pieces = [Piece(shards.lines_of(run.folder, name), silent.get(name, frozenset())) for name in sorted(run.names)]
    folder = files.folder(run.order.out / "parts")
    written: list[Written] = []
    planned = parts.plan(folder, pieces, run.order.part_bytes)
    for part, result in pool.run(partial(_write, "parquet" in formats), planned):
        if isinstance(result, Lost):
            raise KgError(f"{part.path} ended each process that wrote it, killed or out of memory. Give it more "
                          "memory, or fewer --jobs, and run again with --resume.")
        written.append(result)
    written.sort(key=lambda part: part.name)
    paths = [folder / part.name for part in written]
    quads = sum(part.quads for part in written)
    no_ttl = "ttl" in formats and quads > output.TTL_QUADS
    if "ttl" in formats and not no_ttl:
        files.write(run.order.out / "graph.ttl", output.turtle_of(_lines(paths)))
    classes: Counter[str] = Counter()
    for one in written:
        classes.update(one.classes)
    settled = ledger.settle(entries)
    outcome = output.outcome(settled, run.problems, classes=classes, quads=quads, skipped=run.skipped)
    outcome = replace(outcome, digest=parts.digest(paths), no_ttl=no_ttl)
    output.finish(disk, outcome, settled, written, run.order.settings)
    return outcome


def _write(parquet: bool, part: Part) -> Written:
    written = parts.write(part)
    if parquet:
        from kg.scale import tables

        tables.write(part.path)
    return written


def _lines(paths: list[Path]) -> Iterator[str]:
    for path in paths:
        with path.open(encoding="utf-8", newline="\n") as stream:
            yield from stream
