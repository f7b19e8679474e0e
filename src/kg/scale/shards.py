"""The input cut into shards, each known by its content; and the files in which a finished shard is kept.

A shard is some reports that stand together in the input. Its name is a digest of them, so that a shard which is done
is known again wherever it stands, and one whose reports changed is not.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

from kg import sources
from kg.export import files
from kg.model import Report
from kg.scale import work
from kg.scale.work import QUAD, QUARANTINE, REPORT, ReportRow, Settings
from kg.sources import Defaults, Input, SourceProblem

SIZE = 200
"""Reports in a shard: a second or two of work, which a killed process loses, and three files."""
_MANY = frozenset({"lines", "gz", "zst", "parquet", "warc"})
"""Kinds of file that hold many reports."""


@dataclass(frozen=True)
class Shard:
    """Some reports and the digest that names them."""

    name: str
    reports: tuple[Report, ...]

    @classmethod
    def of(cls, reports: Iterable[Report]) -> Shard:
        found = tuple(reports)
        return cls(work.digest(found)[:32], found)

    def halves(self) -> list[Shard]:
        """Two shards of the same reports; none if there is but one."""
        half = len(self.reports) // 2
        return [Shard.of(self.reports[:half]), Shard.of(self.reports[half:])] if half else []


@dataclass(frozen=True)
class Manifest:
    """What is known of a finished shard. It is written last: where it is, the shard's other files are whole."""

    shard: str
    version: str
    settings: dict[str, str]
    reports: int
    quads: int
    bytes: int
    sha256: str


@dataclass(frozen=True)
class Share:
    """The part ``number`` (from 1) of ``of`` parts of the work, for a job of an array."""

    number: int = 1
    of: int = 1


Group = tuple[Input, ...]


def groups(names: Iterable[str | Path]) -> Iterator[Group | SourceProblem]:
    """The files of the sources, in groups whose reports may share shards: a file of many reports stands alone."""
    small: list[Input] = []
    for found in sources.files(names):
        if isinstance(found, SourceProblem):
            yield found
            continue
        if sources.kind_of(found.path) in _MANY or found.path == "-":
            yield (found,)
        else:
            small.append(found)
            if len(small) == SIZE:
                yield tuple(small)
                small = []
    if small:
        yield tuple(small)


def cut(found: Iterable[Group | SourceProblem], defaults: Defaults,
        share: Share | None = None) -> Iterator[Shard | SourceProblem]:
    """The shards of a share of the groups, and the problems met in reading it.

    With at least as many groups as jobs, a job reads whole groups only. With fewer, each job reads all and takes every
    so manieth shard. The shards are the same either way.
    """
    share = share or Share()
    listed = list(found)
    mine = [item for item in listed if not isinstance(item, SourceProblem)]
    if share.number == 1:
        yield from (item for item in listed if isinstance(item, SourceProblem))
    whole = len(mine) >= share.of
    number = 0
    for group in mine[share.number - 1::share.of] if whole else mine:
        for item in of_group(group, defaults):
            if isinstance(item, SourceProblem):
                yield item
                continue
            number += 1
            if whole or number % share.of == share.number % share.of:
                yield item


def of_group(group: Group, defaults: Defaults) -> Iterator[Shard | SourceProblem]:
    """The shards of one group's reports, and its problems."""
    waiting: list[Report] = []
    for file in group:
        for item in sources.read_file(file, defaults):
            if isinstance(item, SourceProblem):
                yield item
                continue
            waiting.append(item)
            if len(waiting) == SIZE:
                yield Shard.of(waiting)
                waiting = []
    if waiting:
        yield Shard.of(waiting)


# -- a finished shard

def lines_of(folder: Path, name: str) -> Path:
    """The sorted N-Quads of a shard."""
    return folder / f"{name}.nq"


def make(folder: Path, shard: Shard, settings: Settings) -> Manifest:
    """Work a shard and write its files. Raises OutputError."""
    quads: list[str] = []
    rows: list[str] = []
    for row in work.process(shard.reports, settings):
        if row.kind == QUAD:
            quads.append(row.payload)
        else:
            rows.append(json.dumps(row, ensure_ascii=False))
    data = "".join(f"{line}\n" for line in sorted(set(quads))).encode()
    files.write_bytes(lines_of(folder, shard.name), data)
    files.write(folder / f"{shard.name}.rows", "".join(f"{row}\n" for row in rows))
    manifest = Manifest(shard.name, work.version(), asdict(settings), len(shard.reports), data.count(b"\n"), len(data),
                        hashlib.sha256(data).hexdigest())
    files.write(folder / f"{shard.name}.json", json.dumps(asdict(manifest), sort_keys=True) + "\n")
    return manifest


def done(folder: Path, name: str, settings: Settings) -> Manifest | None:
    """The manifest of a shard, if it was finished by this version with these settings and its lines are whole."""
    try:
        manifest = Manifest(**json.loads((folder / f"{name}.json").read_text(encoding="utf-8")))
        data = lines_of(folder, name).read_bytes()
        rows = (folder / f"{name}.rows").is_file()
    except (OSError, TypeError, ValueError):
        return None
    same = (manifest.version, manifest.settings) == (work.version(), asdict(settings))
    return manifest if rows and same and hashlib.sha256(data).hexdigest() == manifest.sha256 else None


def rows(folder: Path, name: str) -> Iterator[tuple[ReportRow, str | None]]:
    """The reports of a finished shard, and what was kept back of each as JSON, if anything was."""
    with (folder / f"{name}.rows").open(encoding="utf-8", newline="\n") as stream:
        found = [json.loads(line) for line in stream]
    kept_back = {key: payload for kind, key, payload in found if kind == QUARANTINE}
    for kind, key, payload in found:
        if kind == REPORT:
            yield ReportRow.of_json(payload), kept_back.get(key)


def clear(folder: Path, keep: Iterable[str] = ()) -> None:
    """Take away the files of shards, but for those of the names to keep."""
    names = set(keep)
    for path in folder.glob("*"):
        if path.suffix in (".nq", ".rows", ".json", ".part") and path.stem not in names:
            with contextlib.suppress(OSError):
                path.unlink()
