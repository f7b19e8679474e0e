"""Tables as pandas data frames. Needs pandas (extra ``pandas``)."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from kg.errors import InputError
from kg.export.prepared import prepare
from kg.export.tables import tables

if TYPE_CHECKING:
    import pandas
    import rdflib


def to_dataframes(graph: rdflib.Graph) -> dict[str, pandas.DataFrame]:
    """A data frame for each table: numbers as Int64 and float64, days as datetime64, the rest as texts; gaps are NA.

    A float64 is exact up to 15 digits; ``value_text`` and the graph have the whole. A value that is no number (no day)
    becomes a gap. Raises InputError if pandas is not installed.
    """
    try:
        import pandas
    except ImportError as error:
        raise InputError("Data frames need pandas: pip install 'khabar-kg[pandas]'.") from error
    return {name: pandas.DataFrame({column.name: _series(pandas, column.type, [row[at] for row in table.rows])
                                    for at, column in enumerate(table.columns)})
            for name, table in tables(prepare(graph)).items()}


def _series(pandas: Any, kind: str, cells: list[str | None]) -> Any:
    series = pandas.Series(cells, dtype="string")
    if kind == "integer":
        return pandas.to_numeric(series, errors="coerce").round().astype("Int64")
    if kind == "decimal":
        return pandas.to_numeric(series, errors="coerce").astype("float64")
    if kind == "date":  # by the second: by the nanosecond pandas knows no day before 1677
        return pandas.Series([_day(cell) for cell in cells], dtype="datetime64[s]")
    return series


def _day(cell: str | None) -> date | None:
    try:
        return None if cell is None else date.fromisoformat(cell)
    except ValueError:
        return None
