"""Parts as Parquet (extra ``parquet``): the rows of the sorted lines, in their order."""

from __future__ import annotations

import io
from itertools import islice
from pathlib import Path
from typing import Any

from kg.export import files
from kg.scale.output import COLUMNS, columns

MISSING = "--format parquet needs the package pyarrow: pip install 'khabar-kg[parquet]'."
_ROWS = 65536


def available() -> bool:
    """Whether pyarrow is there."""
    from importlib.util import find_spec

    return find_spec("pyarrow") is not None


def schema() -> Any:
    """All columns are texts; ``s``, ``p``, ``o`` and ``g`` are never null."""
    import pyarrow as pa

    return pa.schema([pa.field(name, pa.string(), nullable=name in ("datatype", "lang")) for name in COLUMNS])


def write(path: Path) -> None:
    """Write part-00000.parquet beside part-00000.nq. Raises OutputError."""
    import pyarrow as pa
    from pyarrow import parquet

    buffer = io.BytesIO()
    with path.open(encoding="utf-8", newline="\n") as stream, parquet.ParquetWriter(
            buffer, schema(), compression="zstd") as writer:
        rows = columns(stream)
        while some := list(islice(rows, _ROWS)):
            arrays = [pa.array(column, pa.string()) for column in zip(*some, strict=True)]
            writer.write_table(pa.Table.from_arrays(arrays, schema=schema()))
    files.write_bytes(path.with_suffix(".parquet"), buffer.getvalue())
