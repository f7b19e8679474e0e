"""The lines of all shards in one order: sorted parts that, one after another, are what ``LC_ALL=C sort -u`` makes.

All lines of one subject stand in one part, so that each part can be counted by itself.
"""

from __future__ import annotations

import hashlib
import mmap
import os
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from kg import iris
from kg.export import files

BYTES = 32 * 1024 * 1024
"""About so much text goes into a part."""
_SAMPLE = 256 * 1024
_TYPE = f"<{iris.expand('rdf:type')}> <{iris.NS}".encode()


@dataclass(frozen=True)
class Piece:
    """The sorted lines of a shard, and the graphs in it that do not leave."""

    path: Path
    silent: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Part:
    """A part to write: the lines of the pieces whose subject lies in [lower, upper); an empty ``upper`` is open."""

    path: Path
    pieces: tuple[Piece, ...]
    lower: bytes
    upper: bytes


@dataclass(frozen=True)
class Written:
    """A part that is written. ``classes`` counts its nodes by class."""

    name: str
    quads: int
    bytes: int
    sha256: str
    classes: dict[str, int]


def plan(folder: Path, pieces: Sequence[Piece], size: int = BYTES) -> list[Part]:
    """The parts to write, cut where samples of the pieces say that the lines part evenly."""
    total = sum(piece.path.stat().st_size for piece in pieces)
    samples = sorted(subject for piece in pieces for subject in _samples(piece.path, min(_SAMPLE, max(size // 8, 1))))
    count = max(1, min(-(-total // size), len(samples)))
    bounds = sorted({samples[len(samples) * i // count] for i in range(1, count)}) if samples else []
    edges = [b"", *bounds, b""]
    return [Part(folder / f"part-{i:05}.nq", tuple(pieces), edges[i], edges[i + 1]) for i in range(len(edges) - 1)]


def write(part: Part) -> Written:
    """Write a part. Raises OutputError; a part of that name then stays as it was."""
    lines: set[bytes] = set()
    for piece in part.pieces:
        lines.update(_between(piece, part.lower, part.upper))
    ordered = sorted(lines)
    data = b"".join(line + b"\n" for line in ordered)
    files.write_bytes(part.path, data)
    return Written(part.path.name, len(ordered), len(data), hashlib.sha256(data).hexdigest(), classes(ordered))


def classes(ordered: Iterable[bytes]) -> dict[str, int]:
    """How many nodes of each class of ours there are in sorted lines. A node counts once, in however many graphs."""
    found: Counter[str] = Counter()
    last = b""
    for line in ordered:
        at = line.find(b"> ") + 2
        if line.startswith(_TYPE, at):
            said = line[:line.index(b">", at + len(_TYPE))]
            if said != last:
                found[said[at + len(_TYPE):].decode()] += 1
                last = said
    return dict(sorted(found.items()))


def digest(paths: Iterable[Path]) -> str:
    """SHA-256 of the files one after another, as of ``cat parts/*.nq | sha256sum``."""
    found = hashlib.sha256()
    for path in paths:
        with path.open("rb") as stream:
            while block := stream.read(1024 * 1024):
                found.update(block)
    return found.hexdigest()


def _samples(path: Path, step: int) -> Iterator[bytes]:
    """Subjects of lines that stand about ``step`` bytes apart."""
    with path.open("rb") as stream:
        for at in range(0, os.fstat(stream.fileno()).st_size, step):
            stream.seek(at)
            if at:
                stream.readline()
            if line := stream.readline():
                yield _subject(line)


def _between(piece: Piece, lower: bytes, upper: bytes) -> list[bytes]:
    if not piece.path.stat().st_size:
        return []
    with piece.path.open("rb") as stream, mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ) as data:
        start = _find(data, lower) if lower else 0
        stop = _find(data, upper) if upper else len(data)
        lines = data[start:stop].split(b"\n")[:-1]
    if not piece.silent:
        return lines
    silent = {f"<{graph}>".encode() for graph in piece.silent}
    return [line for line in lines if line[line.rindex(b" <") + 1:-2] not in silent]


def _find(data: mmap.mmap, subject: bytes) -> int:
    """Where the first line begins whose subject is not before ``subject``."""
    low, high = 0, len(data)
    while low < high:
        middle = data.rfind(b"\n", low, (low + high) // 2) + 1 or low
        end = data.find(b"\n", middle) + 1
        if _subject(data[middle:end]) < subject:
            low = end
        else:
            high = middle
    return low


def _subject(line: bytes) -> bytes:
    """``<iri>``: its closing bracket sorts before all that may follow in an IRI... which keeps prefixes in order."""
    return line[:line.index(b" ")]
