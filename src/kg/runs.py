"""More records than fit in memory, put into order: sorted runs on disk and an external merge (Knuth, The Art of
Computer Programming, volume 3, section 5.4).

Records are tuples of what ``marshal`` knows (texts, numbers, bytes, None and tuples of these), and are compared as
Python compares tuples. A few records never touch the disk. ``marshal`` is read back by the process that wrote it and
by no other, so its formats do not matter.
"""

from __future__ import annotations

import contextlib
import heapq
import marshal
import shutil
import tempfile
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from types import TracebackType
from typing import Any, Generic, TypeVar

from kg.errors import OutputError

MEMORY = 48 * 1024 * 1024
"""Bytes of records that one sorter holds before it writes a run."""
FAN = 96
"""Runs merged at once: fewer than a process may open files (256 on some systems)."""
_BUFFER = 64 * 1024
_OVERHEAD = 120
"""Bytes that a record costs besides its texts."""

Record = TypeVar("Record", bound=tuple[Any, ...])


class Scratch:
    """A folder of working files beside the output, made when first needed and gone at the end, whatever happens.

    Raises OutputError where it cannot be made.
    """

    def __init__(self, beside: Path) -> None:
        self._beside = beside
        self._numbers = count()
        self._folder: Path | None = None

    def __enter__(self) -> Scratch:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None,
                 trace: TracebackType | None) -> None:
        if self._folder is not None:
            shutil.rmtree(self._folder, ignore_errors=True)

    @property
    def used(self) -> bool:
        """Whether anything had to go to disk."""
        return self._folder is not None

    @property
    def folder(self) -> Path:
        if self._folder is None:
            with writing(self._beside):
                self._beside.mkdir(parents=True, exist_ok=True)
                self._folder = Path(tempfile.mkdtemp(prefix=".kg-", suffix=".part", dir=self._beside))
        return self._folder

    def path(self) -> Path:
        """A place for one more working file."""
        return self.folder / f"{next(self._numbers)}.run"


@contextlib.contextmanager
def writing(place: Path) -> Iterator[None]:
    """What goes wrong with the disk in this block, as a sentence. Raises OutputError."""
    try:
        yield
    except OSError as error:
        raise OutputError(f"Working files cannot be written to {place}: {(error.strerror or str(error)).lower()}. "
                          "Free some space or choose another place.") from error


class Sorter(Generic[Record]):
    """Takes records in any order and gives them sorted, as often as wanted; equal ones stay apart.

    ``memory`` is how many bytes of them are held before a run is written.
    """

    def __init__(self, scratch: Scratch, memory: int = MEMORY, fan: int = FAN) -> None:
        self._scratch, self._memory, self._fan = scratch, memory, fan
        self._rows: list[Record] = []
        self._held = 0
        self._runs: list[Path] = []
        self._in_order = True

    def add(self, record: Record, size: int) -> None:
        """Take one more record; ``size`` is about the bytes of its texts."""
        self._rows.append(record)
        self._in_order = False
        self._held += size + _OVERHEAD
        if self._held >= self._memory:
            self._spill()

    def __iter__(self) -> Iterator[Record]:
        if not self._runs:
            self._sort()
            return iter(self._rows)
        self._spill()
        while len(self._runs) > self._fan:
            self._runs, first = self._runs[self._fan:], self._runs[:self._fan]
            self._write(heapq.merge(*map(_read, first)))
            for path in first:
                path.unlink()
        return heapq.merge(*map(_read, self._runs))

    def __bool__(self) -> bool:
        return bool(self._rows or self._runs)

    def _sort(self) -> None:
        if not self._in_order:
            self._rows.sort()
            self._in_order = True

    def _spill(self) -> None:
        if self._rows:
            self._sort()
            rows, self._rows, self._held = self._rows, [], 0
            self._write(iter(rows))

    def _write(self, records: Iterator[Record]) -> None:
        path = self._scratch.path()
        with writing(path.parent.parent), path.open("wb", buffering=_BUFFER) as stream:
            for record in records:
                data = marshal.dumps(record)
                stream.write(len(data).to_bytes(4, "little"))
                stream.write(data)
        self._runs.append(path)


def _read(path: Path) -> Iterator[Any]:
    """The records of one run."""
    with path.open("rb", buffering=_BUFFER) as stream:
        while length := stream.read(4):
            yield marshal.loads(stream.read(int.from_bytes(length, "little")))
