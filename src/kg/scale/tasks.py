"""The input in tasks for a cluster: pieces that can be read by themselves, several to a task."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from pathlib import Path

from kg import sources
from kg.scale.shards import Group
from kg.sources import Input, SourceProblem

PIECE = 512 * 1024
"""Bytes of a piece of plain JSON lines: some two hundred reports. Shards lie within pieces, so this does not depend on
the size of the cluster: what one has done, another knows again."""
TASK = 16 * PIECE
"""The most that goes into a task: some thousands of reports, half a minute of work."""


def pieces(group: Group) -> Iterator[Group]:
    """The parts of a group that can be read apart: a large file of plain lines and a Parquet file have several."""
    if len(group) == 1 and sources.kind_of(group[0].path) == "lines":
        yield from ((piece,) for piece in _lines(group[0]))
    elif len(group) == 1 and sources.kind_of(group[0].path) == "parquet":
        yield from ((piece,) for piece in _row_groups(group[0]))
    else:
        yield group


def pack(found: Iterable[Group], parallel: int) -> list[str]:
    """Tasks as JSON: pieces put together until there are some four tasks per processor, none larger than TASK."""
    sized = [(group, sum(map(_size, group))) for group in found]
    most = min(TASK, sum(size for _, size in sized) // (4 * max(parallel, 1)))
    packed: list[list[Group]] = []
    filled = most
    for group, size in sized:
        if filled + size > most:
            packed.append([])
            filled = 0
        packed[-1].append(group)
        filled += size
    return [json.dumps([[asdict(file) for file in group] for group in task]) for task in packed if task]


def groups(task: str) -> Iterator[Group]:
    """The groups of a task."""
    for group in json.loads(task):
        yield tuple(Input(**file) for file in group)


def _lines(file: Input) -> Iterator[Input]:
    """Ranges of about PIECE bytes that end with a line. A file that cannot be read stays whole, to be told of later."""
    path = Path(file.path)
    try:
        with path.open("rb") as stream:
            if stream.read(2) in (b"\xff\xfe", b"\xfe\xff"):
                yield file
                return
            stream.seek(0)
            start = at = 0
            first = line = 1
            while block := stream.read(PIECE):
                end = block.rfind(b"\n") + 1
                if end:
                    yield Input(file.path, file.id, start, at + end, first)
                    line += block.count(b"\n")
                    start, first = at + end, line
                at += len(block)
            if at > start or not at:
                yield Input(file.path, file.id, start, None, first)
    except (OSError, ValueError):
        yield file


def _row_groups(file: Input) -> Iterator[Input]:
    try:
        from pyarrow import parquet

        with parquet.ParquetFile(file.path) as found:
            rows = [found.metadata.row_group(i).num_rows for i in range(found.num_row_groups)]
    except Exception:  # whatever it is, it is told when the file is read
        rows = []
    if not rows:
        yield file
    for number in range(len(rows)):
        yield Input(file.path, file.id, number, number + 1, 1 + sum(rows[:number]))


def _size(file: Input) -> int:
    kind = sources.kind_of(file.path)
    try:
        whole = Path(file.path).stat().st_size
    except (OSError, ValueError):
        return 0
    if kind == "lines" and (file.start or file.stop is not None):
        return (whole if file.stop is None else file.stop) - file.start
    return PIECE if kind == "parquet" else whole


def problems(found: Iterable[Group | SourceProblem]) -> tuple[list[Group], list[SourceProblem]]:
    """Groups and problems, apart."""
    listed = list(found)
    return ([item for item in listed if not isinstance(item, SourceProblem)],
            [item for item in listed if isinstance(item, SourceProblem)])
