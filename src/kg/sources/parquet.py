"""Parquet files: a report per row, in the columns id, title, body, published, outlet, url; others are left alone."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

from kg.errors import InputError
from kg.sources.base import COLUMNS, Defaults, Found, SourceProblem, reason, record

_ROWS = 256
"""Rows in memory at a time."""
MISSING = "needs the package pyarrow to be read: pip install 'khabar-kg[parquet]'"


def read(path: Path, place: str, id: str, defaults: Defaults, start: int = 0, stop: int | None = None,
         first: int = 1) -> Found:
    """Reports and problems of the row groups from ``start`` up to ``stop``; rows are numbered from ``first``."""
    try:
        from pyarrow import parquet
    except ImportError:
        yield SourceProblem(f"{place} {MISSING}.")
        return
    number = first - 1
    try:
        with parquet.ParquetFile(path) as file:
            names = file.schema_arrow.names
            columns = [name for name in COLUMNS if name in names]
            if not {"title", "body"} & set(columns):
                listed = ", ".join(map(str, names[:8])) or "no columns"
                yield SourceProblem(f"{place} cannot be read: it has neither a column title nor body, but {listed}.")
                return
            groups = range(start, file.num_row_groups if stop is None else stop)
            if not file.metadata.num_rows:
                yield SourceProblem(f"{place} cannot be read: it is empty.")
            for batch in file.iter_batches(_ROWS, row_groups=list(groups), columns=columns):
                for row in batch.to_pylist():
                    number += 1
                    yield from _row(row, f"{place}, row {number}", f"{id}-{number}", defaults)
    except FileNotFoundError:
        raise
    except Exception as error:  # pyarrow has errors of its own, some of them OSError, and none that says "damaged"
        before = f" after row {number}, and what stood before it was read" if number >= first else ""
        yield SourceProblem(f"{place} is no whole Parquet file{before} ({_short(error)}); make or fetch it anew.")


def _row(row: dict[str, Any], place: str, id: str, defaults: Defaults) -> Found:
    day = row.get("published")
    if isinstance(day, date):  # a datetime is one, too
        row["published"] = day.isoformat()[:10]
    try:
        yield from record(row, place, id, defaults)
    except InputError as error:
        yield SourceProblem(f"{place} cannot be read: {error}.")


def _short(error: Exception) -> str:
    """The first sentence of a library's message."""
    return reason(error).splitlines()[0].split(". ")[0].rstrip(".")[:160]
