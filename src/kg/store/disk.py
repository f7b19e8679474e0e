"""Changing a store. A change is prepared beside what is there, happens by replacing the manifest, and is cleaned up
after. Killed before that rename, it has not happened; killed after it, it has, and the next writer cleans up.

    STORE/manifest.jsonl                  the records that are in the store
    STORE/reports/ab/<key>-<digest>.nq    a record; never changed, only added and taken away
    STORE/quarantine/<id>-<digest>.ttl    what was kept back of a report; derived
    STORE/identity-decisions.tsv          a person's, read when the reports are united; never written here
    STORE/view/                           derived, see ``view``
    STORE/lock                            held by the one process that writes
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import shutil
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import TypeVar

from kg.errors import InputError, OutputError
from kg.export import files
from kg.graph.validate import Checker
from kg.model import Report
from kg.scale import work
from kg.store import lock, manifest, records
from kg.store.manifest import Row
from kg.store.records import Record

REPORTS, QUARANTINE, VIEW = "reports", "quarantine", "view"
DECISIONS = "identity-decisions.tsv"
"""What a person says of who is the same; never written by us."""
_OURS = {manifest.NAME, lock.NAME, REPORTS, QUARANTINE, VIEW, DECISIONS}
_TRIES = 10
_ONE_BY_ONE = 64
"""More new files than this are flushed with all that the system has to write, which is then faster."""

Progress = Callable[[], None]
Result = TypeVar("Result")


@dataclass
class Change:
    """What a command did: rows that came, that were there already, that left; and sentences of failures of ours."""

    added: list[Row] = field(default_factory=list)
    present: list[Row] = field(default_factory=list)
    removed: list[Row] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)
    other_version: int = 0
    """Records in the store that other code or rules read."""


def add(folder: Path, reports: Iterable[Report], checker: Checker, least: Decimal = Decimal(0),
        progress: Progress = lambda: None) -> Change:
    """Add reports, one by one, making the store if there is none. What is there and read by the same rules stays.

    Raises InputError if the folder is something else, OutputError if it cannot be written or another process writes.
    """
    _prepare(folder)
    with lock.writing(folder):
        rows = _rows_or_none(folder)
        before = dict(rows)
        _tidy(folder, rows)
        change = Change()
        seen: set[str] = set()
        for report in reports:
            key = records.key_of(report)
            if key in seen:  # given twice
                continue
            seen.add(key)
            old = rows.get(key)
            if old is not None and _same(folder, old, least):
                change.present.append(old)
            else:
                _put(folder, rows, records.of(report, checker, least), change)
            progress()
        if rows != before or not (folder / manifest.NAME).exists():
            _commit(folder, rows, change.added)
        change.other_version = sum(row.version != records.version() for row in rows.values())
        return change


def remove(folder: Path, names: Iterable[str]) -> Change:
    """Take reports out. A name is an id, an IRI, ``<id>-<8 hex>`` where two texts have one id, or a key.

    Raises InputError for a name that fits no report, or several texts; nothing is changed then.
    """
    manifest.read(folder)
    with lock.writing(folder):
        rows = manifest.read(folder)
        _tidy(folder, rows)
        change = Change(removed=sorted({row for name in names for row in find(rows.values(), name, folder)},
                                       key=lambda row: row.key))
        for row in change.removed:
            del rows[row.key]
        if change.removed:
            _commit(folder, rows)
        return change


def rebuild(folder: Path, checker: Checker, least: Decimal | None = None,
            progress: Progress = lambda: None) -> Change:
    """Read every report anew from its kept text, with the rules of this installation, and drop what was derived.

    Without ``least`` each keeps the confidence that it was added with. Raises InputError for a damaged record.
    """
    manifest.read(folder)
    with lock.writing(folder):
        rows = manifest.read(folder)
        before = dict(rows)
        _tidy(folder, rows)
        change = Change()
        for row in before.values():
            kept = record(folder, row)
            _put(folder, rows, records.of(kept.report, checker, Decimal(row.least) if least is None else least), change)
            progress()
        shutil.rmtree(folder / VIEW, ignore_errors=True)
        if rows != before:
            _commit(folder, rows, change.added)
        return change


def steady(folder: Path, work: Callable[[bytes, list[Row]], Result]) -> Result:
    """Do work that reads the store as it is at one moment: the manifest's bytes and rows; once more if another process
    changed it meanwhile. Raises InputError."""
    for _ in range(_TRIES):
        data = manifest.load(folder)
        try:
            return work(data, list(manifest.parse(data, folder).values()))
        except InputError:
            if manifest.load(folder) == data:  # not a change under our hands: it is damaged
                raise
    raise InputError(f"The store {folder} changes faster than it can be read. Try again when less is added.")


def snapshot(folder: Path) -> tuple[bytes, list[Record]]:
    """The manifest's bytes and all records, of one moment, in memory. Raises InputError."""
    return steady(folder, lambda data, rows: (data, [record(folder, row) for row in rows]))


def record(folder: Path, row: Row) -> Record:
    """A record, held against its digest. Raises InputError."""
    return records.read(whole(folder, row), str(path_of(folder, row)))


def whole(folder: Path, row: Row) -> bytes:
    """The bytes of a record's file, held against their digest. Raises InputError."""
    path = path_of(folder, row)
    try:
        data = path.read_bytes()
    except OSError as error:
        raise InputError(f"{path} cannot be read: {(error.strerror or str(error)).lower()}. Add report '{row.id}' "
                         "again.") from error
    if hashlib.sha256(data).hexdigest() != row.sha256:
        raise InputError(f"{path} is damaged: it is not what was written. Add report '{row.id}' again.")
    return data


def find(rows: Iterable[Row], name: str, folder: Path) -> list[Row]:
    """The rows of the one text that a name means. Raises InputError if there is none or more than one."""
    rows = list(rows)
    for fits in (lambda row: name in (row.key, row.report, row.report.rpartition("/")[2]),
                 lambda row: name == row.id, lambda row: name == row.name):
        found = [row for row in rows if fits(row)]
        texts = sorted({row.report for row in found})
        if len(texts) > 1:
            raise InputError(f"Several reports of {folder} are called '{name}': {', '.join(texts)}. Name one of these.")
        if found:
            return found
    raise InputError(f"There is no report '{name}' in {folder}; nothing was removed. `kg reports {folder}` lists them.")


def path_of(folder: Path, row: Row) -> Path:
    """Where a record lies."""
    return folder / REPORTS / row.key[:2] / f"{row.key}-{row.sha256[:8]}.nq"


def _prepare(folder: Path) -> None:
    """Make the folder, or see that what is there is a store or nothing."""
    if not folder.is_dir() or not any(folder.iterdir()):
        files.folder(folder)
        return
    if (folder / manifest.NAME).exists():
        manifest.read(folder)
    strange = sorted(p.name for p in folder.iterdir() if p.name not in _OURS and not p.name.startswith(".kg-"))
    if strange and not (folder / manifest.NAME).exists():
        raise InputError(f"{folder} is no store, and not empty ({strange[0]}). Choose another folder for the store.")


def _rows_or_none(folder: Path) -> dict[str, Row]:
    return manifest.read(folder) if (folder / manifest.NAME).exists() else {}


def _same(folder: Path, row: Row, least: Decimal) -> bool:
    """Whether a report need not be read again: same rules, same options, and its file is whole."""
    if (row.version, row.least) != (records.version(), str(least)):
        return False
    try:
        return hashlib.sha256(path_of(folder, row).read_bytes()).hexdigest() == row.sha256
    except OSError:
        return False


def _put(folder: Path, rows: dict[str, Row], made: Record | str, change: Change) -> None:
    """Write a record beside what is there, and note it in the rows to come."""
    if isinstance(made, str):
        change.failed.append(made)
        return
    data = made.text().encode("utf-8")
    row = Row(made.key, hashlib.sha256(data).hexdigest(), made.report.id, made.iri, made.facts, len(made.triples),
              made.quarantined, made.version, made.least, work.order_of(made.report))
    path = path_of(folder, row)
    path.parent.mkdir(parents=True, exist_ok=True)
    files.write_bytes(path, data)
    rows[row.key] = row
    change.added.append(row)


def _commit(folder: Path, rows: dict[str, Row], new: Iterable[Row] = ()) -> None:
    """Make the rows the store's. The new ones are on the disk before, so that this holds after a loss of power, too."""
    paths = [path_of(folder, row) for row in new]
    if len(paths) > _ONE_BY_ONE:
        os.sync()
    else:
        for path in [*paths, *sorted({path.parent for path in paths})]:
            _flush(path)
    files.write_bytes(folder / manifest.NAME, manifest.text(rows.values()).encode("utf-8"), flush=True)
    _flush(folder)
    _tidy(folder, rows)


def _flush(path: Path) -> None:
    """Have a file, or the names in a folder, reach the disk. Not every file system can do that for folders."""
    with contextlib.suppress(OSError):
        handle = os.open(path, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def _tidy(folder: Path, rows: dict[str, Row]) -> None:
    """Take away what no row names: leavings of a change that was killed, and records that left. Raises OutputError."""
    wanted = {path_of(folder, row) for row in rows.values()}
    kept_back = {folder / QUARANTINE / f"{files.name_of(row.id)}-{row.sha256[:8]}.ttl": row
                 for row in rows.values() if row.quarantined}
    try:
        for path in _files(folder / REPORTS):
            if path not in wanted:
                path.unlink()
        for path in [*_files(folder / QUARANTINE), *folder.glob(".kg-*.part")]:
            if path not in kept_back:
                path.unlink()
        for path, row in kept_back.items():
            if not path.exists():
                path.parent.mkdir(exist_ok=True)
                files.write(path, record(folder, row).quarantine)
        for part in [*(folder / REPORTS).glob("*"), folder / REPORTS, folder / QUARANTINE]:
            with contextlib.suppress(OSError):
                part.rmdir()  # only if empty
    except OSError as error:
        raise OutputError(f"The store {folder} cannot be cleaned up: {(error.strerror or str(error)).lower()}. "
                          "Make its folder writable.") from error


def _files(folder: Path) -> Iterator[Path]:
    return (path for path in sorted(folder.rglob("*")) if path.is_file())
