"""Reports from files, folders, JSON lines, Parquet, web pages, WARC and standard input.

The text of a report is kept exactly as received, and all offsets count its code points from the start of the decoded
file. A byte order mark belongs to the encoding, not to the text, and is not counted. What cannot be read is told as a
``SourceProblem`` and never stops the other sources.

``read`` is all that most callers need; ``files`` and ``read_file`` are its two halves.
"""

from __future__ import annotations

import codecs
import io
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from kg.errors import InputError
from kg.sources.base import (
    MAX_BYTES,
    MAX_CHARS,
    Defaults,
    Found,
    SourceProblem,
    check_url,
    decode,
    of_text,
    parse_date,
    reason,
    shown,
)

__all__ = ["MAX_BYTES", "MAX_CHARS", "SUFFIXES", "Defaults", "Found", "Input", "SourceProblem", "check_url", "decode",
           "files", "kind_of", "of_text", "parse_date", "read", "read_file"]

SUFFIXES = {
    ".txt": "text", ".html": "page", ".htm": "page", ".jsonl": "lines", ".ndjson": "lines", ".jsonl.gz": "gz",
    ".ndjson.gz": "gz", ".jsonl.zst": "zst", ".ndjson.zst": "zst", ".parquet": "parquet", ".warc": "warc",
    ".warc.gz": "warc",
}
"""What the end of a file's name says of it. Other files are looked into, if they are named and not in a folder."""
_BOMS_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
STDIN = "-"


@dataclass(frozen=True)
class Input:
    """A file to read, or a part of one that can be read by itself. ``id`` names its reports.

    ``start`` and ``stop`` count bytes of a plain JSON lines file, at starts of lines, or row groups of a Parquet file;
    ``first`` is the number of the first line or row there. By default it is the whole file.
    """

    path: str
    id: str
    start: int = 0
    stop: int | None = None
    first: int = 1


def read(sources: Iterable[str | Path], published: date | None = None, outlet: str | None = None,
         url: str | None = None) -> Found:
    """Reports and problems, in the order of the sources; a folder's files are sorted by path. ``-`` is stdin."""
    defaults = Defaults(published, outlet, url)
    for found in files(sources):
        if isinstance(found, SourceProblem):
            yield found
        else:
            yield from read_file(found, defaults)


def files(sources: Iterable[str | Path]) -> Iterator[Input | SourceProblem]:
    """The files of the sources, in their order; a folder's own are sorted by path. Nothing is opened."""
    for source in sources:
        path = Path(source)
        try:
            if str(source) != STDIN and path.is_dir():
                yield from _folder(path)
            else:
                yield Input(str(source), _stem(path.name))
        except (OSError, ValueError) as error:
            yield SourceProblem(f"{shown(path)} cannot be read: {reason(error)}.")


def read_file(file: Input, defaults: Defaults) -> Found:
    """Reports and problems of one file."""
    if file.path == STDIN:
        yield from _bytes(sys.stdin.buffer.read(MAX_BYTES + 1), "standard input", "stdin", None, defaults)
        return
    path, kind = Path(file.path), kind_of(file.path)
    place = shown(path)
    try:
        if kind == "parquet":
            from kg.sources import parquet

            yield from parquet.read(path, place, file.id, defaults, file.start, file.stop, file.first)
        elif kind == "warc":
            from kg.sources import warc

            yield from warc.read(path, place, file.id, defaults)
        elif kind in ("lines", "gz", "zst"):
            yield from _json_file(path, place, kind, file, defaults)
        else:
            with path.open("rb") as stream:
                data = stream.read(MAX_BYTES + 1)
            yield from _bytes(data, place, file.id, kind, defaults)
    except (OSError, ValueError) as error:
        yield SourceProblem(f"{place} cannot be read: {reason(error)}.")


def kind_of(path: str | Path) -> str | None:
    """What a file is by its name: one of the values of SUFFIXES, or None."""
    return SUFFIXES.get(_suffix(Path(path).name))


def _suffix(name: str) -> str:
    """The longest end of a file's name that tells its kind, else what stands after the last dot."""
    parts = name.lower().rsplit(".", 2)
    double = f".{parts[1]}.{parts[2]}" if len(parts) == 3 else ""
    return double if double in SUFFIXES else f".{parts[-1]}" if len(parts) > 1 else ""


def _stem(name: str) -> str:
    """A file's name without the end that tells its kind (``a.jsonl.gz`` and ``a.txt`` are ``a``)."""
    suffix = _suffix(name)
    return name[:-len(suffix)] if suffix in SUFFIXES else Path(name).stem


def _folder(folder: Path) -> Iterator[Input | SourceProblem]:
    found = sorted((p for p in folder.rglob("*") if kind_of(p) and p.is_file()),
                   key=lambda p: p.relative_to(folder).as_posix())
    if not found:
        yield SourceProblem(f"The folder {shown(folder)} holds no reports (.txt, .html, .jsonl, .jsonl.gz, .jsonl.zst, "
                            ".parquet or .warc files).")
    for path in found:
        yield Input(str(path), path.relative_to(folder).with_name(_stem(path.name)).as_posix())


def _json_file(path: Path, place: str, kind: str, file: Input, defaults: Defaults) -> Found:
    """JSON lines are read one by one, so that a file may be larger than memory."""
    from kg.sources import lines

    with path.open("rb") as plain:
        head = plain.read(4)
        if not head:
            yield SourceProblem(f"{place} cannot be read: it is empty.")
            return
        plain.seek(file.start)
        if kind == "lines" and head.startswith(_BOMS_16):
            yield from _bytes(plain.read(MAX_BYTES + 1), place, file.id, "lines", defaults)
            return
        try:
            stream = lines.opened(plain, kind)
        except ImportError:
            yield SourceProblem(f"{place} needs the package zstandard to be read: pip install 'khabar-kg[zst]'.")
            return
        stop = None if file.stop is None else file.stop - file.start
        yield from lines.read(stream, place, file.id, defaults, first=file.first, stop=stop)


def _bytes(data: bytes, place: str, id: str, kind: str | None, defaults: Defaults) -> Found:
    """Reports of a file's bytes; without a known suffix, the first character tells a page or JSON lines."""
    from kg.sources import lines, pages

    if len(data) > MAX_BYTES:
        yield SourceProblem(f"{place} is larger than {MAX_BYTES // 2**20} MB, which is no single report; split it, "
                            "or give many reports as .jsonl.")
        return
    start = data.lstrip(b"\xef\xbb\xbf \t\r\n")[:1]
    if kind is None:
        kind = {b"<": "page", b"{": "lines"}.get(start, "text")
    if kind == "lines" and not data.startswith(_BOMS_16):
        yield from lines.read(io.BytesIO(data), place, id, defaults)
        return
    try:
        text, encoding = pages.decoded(data) if kind == "page" else decode(data)
        if encoding != "utf-8":
            yield SourceProblem(f"{place} is in {encoding.upper()}; read so.", note=True)
        if kind == "lines":
            yield from lines.read(io.BytesIO(text.encode()), place, id, defaults)
        elif kind == "page":
            yield from pages.read(text, place, id, defaults)
        else:
            yield of_text(text, id, defaults.published, defaults.outlet, defaults.url)
    except InputError as error:
        yield SourceProblem(f"{place} cannot be read: {error}.")
