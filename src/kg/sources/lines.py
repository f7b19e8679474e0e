"""JSON lines, plain or compressed: a report per line, one line in memory at a time."""

from __future__ import annotations

import codecs
import gzip
import io
import json
import zlib
from collections.abc import Callable, Iterator
from typing import IO, Any

from kg.errors import InputError
from kg.sources.base import Defaults, Found, SourceProblem, decode, reason, record

MAX_LINE = 16 * 1024 * 1024
"""The longest line in bytes. A report's million characters fit in it, however they are written."""
_BLOCK = 1024 * 1024
_ZST_BLOCK = 4096
"""Bytes of zstd to unpack at once: few, because each may become thousands."""
_DAMAGED = (EOFError, gzip.BadGzipFile, zlib.error)


def opened(stream: IO[bytes], kind: str) -> IO[bytes]:
    """The plain bytes behind a stream of the kind ``lines``, ``gz`` or ``zst``. Raises ImportError if it cannot."""
    if kind == "gz":
        return gzip.GzipFile(fileobj=stream)  # type: ignore[return-value]
    return io.BufferedReader(_Zst(stream), _BLOCK) if kind == "zst" else stream


def read(stream: IO[bytes], place: str, id: str, defaults: Defaults, *, first: int = 1,
         stop: int | None = None) -> Found:
    """Reports and problems of lines, numbered from ``first``, up to ``stop`` bytes. A damaged end loses only itself."""
    any_line = told = False
    number = first - 1
    try:
        for number, line in enumerate(_lines(stream, stop), first):
            where = f"{place}, line {number}"
            if line is None:
                any_line = True
                yield SourceProblem(f"{where} is longer than {MAX_LINE // 2**20} MB, which is no single report; "
                                    "it was left out.")
                continue
            if number == 1 and line.startswith(codecs.BOM_UTF8):
                line = line[3:]
            if not line.strip():
                continue
            any_line = True
            try:
                text, encoding = decode(line)
                if encoding != "utf-8" and not told:
                    told = True
                    yield SourceProblem(f"{place} is in {encoding.upper()}; read so.", note=True)
                yield from record(parsed(text), where, f"{id}-{number}", defaults)
            except InputError as error:
                yield SourceProblem(f"{where} cannot be read: {error}.")
    except _DAMAGED as error:
        why = "it ends too early" if isinstance(error, EOFError) else reason(error)
        before = f"after line {number}, and what stood before it was read" if number >= first else "at its start"
        yield SourceProblem(f"{place} is damaged {before} ({why}); make or fetch the file anew.")
        return
    if not any_line and first == 1:
        yield SourceProblem(f"{place} cannot be read: it is empty.")


def _lines(stream: IO[bytes], stop: int | None) -> Iterator[bytes | None]:
    """The lines of a stream; None stands for one that is too long, which is never held in memory whole."""
    taken = 0
    while stop is None or taken < stop:
        line = stream.readline(MAX_LINE + 1)
        if not line:
            return
        taken += len(line)
        if len(line) <= MAX_LINE or line.endswith(b"\n"):
            yield line
            continue
        while line and not line.endswith(b"\n"):
            line = stream.readline(_BLOCK)
            taken += len(line)
        yield None


def parsed(line: str) -> dict[str, Any]:
    """The object of a JSON line. Raises InputError."""
    try:
        found = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise InputError(f"it is not JSON ({reason(error)})") from error
    if not isinstance(found, dict):
        raise InputError("it is not a JSON object with title and body")
    return found


class _Zst(io.RawIOBase):
    """Reads zstd, frame after frame. A frame that breaks off is an EOFError, which no reader of zstandard's own tells.

    Raises zlib.error for wrong data, so that all compressed files fail alike.
    """

    def __init__(self, stream: IO[bytes]) -> None:
        import zstandard

        self._stream, self._error = stream, zstandard.ZstdError
        self._new: Callable[[], Any] = zstandard.ZstdDecompressor().decompressobj
        self._frame = self._new()
        self._begun = False
        self._ready = b""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        while not self._ready:
            data = self._frame.unused_data if self._frame.eof else b""
            if self._frame.eof:
                self._frame, self._begun = self._new(), False
            data = data or self._stream.read(_ZST_BLOCK)
            if not data:
                if self._begun:
                    raise EOFError
                return 0
            self._begun = True
            try:
                self._ready = self._frame.decompress(data)
            except self._error as error:
                raise zlib.error(str(error)) from error
        count = min(len(buffer), len(self._ready))
        buffer[:count], self._ready = self._ready[:count], self._ready[count:]
        return count
