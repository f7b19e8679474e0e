"""The list of a store's records. A record is in the store if and only if it stands here, with the digest of its file.

The file is replaced whole, by one rename: that is the moment at which a change of the store happens.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from kg.errors import InputError
from kg.store.records import json_line

NAME = "manifest.jsonl"
FORMAT = 1
"""Version of the files of a store: whoever changes what stands in them raises it."""


@dataclass(frozen=True)
class Row:
    """A record: its key, the SHA-256 of its file, and what commands ask of it without opening that."""

    key: str
    sha256: str
    id: str
    report: str
    """IRI of the report."""
    facts: int
    triples: int
    quarantined: int
    version: str
    least: str
    order: tuple[str, ...]
    """Decides which of several reports of one text speaks for it: the first."""

    @property
    def name(self) -> str:
        """The name under which the report is told from another of its id."""
        return f"{self.id}-{self.key[:8]}"


Rows = Mapping[str, Row]


def text(rows: Iterable[Row]) -> str:
    """The manifest of these rows, sorted by key."""
    lines = [json_line(asdict(row)) for row in sorted(rows, key=lambda r: r.key)]
    return "\n".join([json_line({"format": FORMAT, "what": "kg store"}), *lines]) + "\n"


def read(folder: Path) -> dict[str, Row]:
    """The rows of a store by key. Raises InputError if there is no store, or one that this version cannot read."""
    return parse(load(folder), folder)


def load(folder: Path) -> bytes:
    """The manifest's bytes. Raises InputError."""
    try:
        return (folder / NAME).read_bytes()
    except FileNotFoundError as error:
        raise InputError(f"{folder} is not a store; `kg add {folder} SOURCE` makes one.") from error
    except OSError as error:
        raise InputError(f"The store {folder} cannot be read: {(error.strerror or str(error)).lower()}.") from error


def parse(data: bytes, folder: Path) -> dict[str, Row]:
    """The rows of a manifest's bytes. Raises InputError."""
    try:
        first, *lines = data.decode("utf-8").removesuffix("\n").split("\n")
        head = json.loads(first)
        known = int(head["format"])
        if known > FORMAT:
            raise InputError(f"The store {folder} was written by a newer kg (store format {known}, this one knows "
                             f"{FORMAT}). Update khabar-kg, or make a new store with `kg add`.")
        return {row.key: row for row in map(_row, lines)}
    except InputError:
        raise
    except (ValueError, KeyError, TypeError) as error:
        raise InputError(f"The list of the store {folder} is damaged ({error}). Put {NAME} back from a copy, or make a "
                         "new store with `kg add`.") from error


def _row(line: str) -> Row:
    fields = json.loads(line)
    return Row(**{**fields, "order": tuple(fields["order"])})


def speaking(rows: Iterable[Row]) -> list[Row]:
    """Each text once, by the report that speaks for it, sorted by key."""
    first: dict[str, Row] = {}
    for row in sorted(rows, key=lambda row: row.order):
        first.setdefault(row.report, row)
    return sorted(first.values(), key=lambda row: row.key)


def stamp(data: bytes) -> str:
    """16 hex that name this state of a store."""
    return hashlib.sha256(data).hexdigest()[:16]
