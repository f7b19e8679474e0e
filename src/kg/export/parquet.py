"""Tables as Parquet, one file each, with types: numbers exact, days as days. Needs pyarrow (extra ``parquet``)."""

from __future__ import annotations

import io
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from kg.errors import InputError
from kg.export.prepared import Prepared
from kg.export.tables import Table, tables

_DIGITS = 76
"""What the widest decimal of Arrow holds."""


def write(made: Prepared) -> dict[str, bytes]:
    """``nodes.parquet`` and so on. Raises InputError if pyarrow is not installed.

    A column with a value that is no number (no day) stays text as a whole, so that nothing is lost.
    """
    try:
        import pyarrow
        from pyarrow import parquet
    except ImportError as error:
        raise InputError("Parquet needs pyarrow: pip install 'khabar-kg[parquet]'.") from error
    found = {}
    for name, table in tables(made).items():
        stream = io.BytesIO()
        parquet.write_table(_arrow(pyarrow, table), stream, compression="zstd", write_statistics=True)
        found[f"{name}.parquet"] = stream.getvalue()
    return found


def _arrow(pyarrow: Any, table: Table) -> Any:
    columns = list(zip(*table.rows, strict=True)) if table.rows else [()] * len(table.columns)
    arrays = [_array(pyarrow, column.type, list(cells)) for column, cells in zip(table.columns, columns, strict=True)]
    return pyarrow.table(arrays, names=[column.name for column in table.columns])


def _array(pyarrow: Any, kind: str, cells: list[str | None]) -> Any:
    try:
        if kind == "integer":
            return pyarrow.array([None if c is None else int(c) for c in cells], pyarrow.int64())
        if kind == "date":
            return pyarrow.array([None if c is None else date.fromisoformat(c) for c in cells], pyarrow.date32())
        if kind == "decimal":
            return _decimals(pyarrow, [None if c is None else Decimal(c) for c in cells])
    except (ValueError, InvalidOperation, OverflowError, pyarrow.ArrowException):
        pass
    return pyarrow.array(cells, pyarrow.string())


def _decimals(pyarrow: Any, values: list[Decimal | None]) -> Any:
    """Decimals with as many places as the finest value has. Raises ValueError beyond 76 digits."""
    parts = [value.as_tuple() for value in values if value is not None]
    if any(not isinstance(part.exponent, int) for part in parts):
        raise ValueError("not a number")
    scale = max([9, *(-int(part.exponent) for part in parts)])
    whole = max([1, *(len(part.digits) + int(part.exponent) for part in parts)])
    if whole + scale > _DIGITS:
        raise ValueError("too many digits")
    kind = pyarrow.decimal128(38, scale) if whole + scale <= 38 else pyarrow.decimal256(_DIGITS, scale)
    return pyarrow.array(values, kind)
