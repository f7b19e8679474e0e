"""Tables as CSV (RFC 4180, UTF-8, line ends \\n): a file for each table.

For Excel, a mark of the encoding stands first, and a text that a spreadsheet would take for a formula gets an
apostrophe in front (OWASP, "CSV Injection"). Without that option a cell is exactly what the graph holds.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Sequence

from kg.export.prepared import Prepared
from kg.export.tables import Column, Table, tables

_FORMULA = re.compile("^\\s*[=+\\-@\uff1d\uff0b\uff0d\uff20]|^[\t\r\n]")
_NUMBER = re.compile(r"[+-]?[0-9]+(\.[0-9]+)?")
# Excel takes these for part of the text and shows boxes; the first three it keeps.
_CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ufffe\uffff]")
_MOST = 32_767
"""Characters that a cell of Excel holds."""


def write(made: Prepared, *, excel: bool = False) -> dict[str, bytes]:
    """``nodes.csv``, ``edges.csv``, ``statements.csv`` and so on; a table without rows has its header."""
    encoding = "utf-8-sig" if excel else "utf-8"
    return {f"{name}.csv": render(table, excel=excel).encode(encoding) for name, table in tables(made).items()}


def render(table: Table, *, excel: bool = False) -> str:
    """One table as CSV text. None and a text of no letters are both an empty cell."""
    head = [column.name for column in table.columns]
    body = ([_guarded(cell, column) if excel and cell else cell
             for cell, column in zip(row, table.columns, strict=True)] for row in table.rows)
    return text([head, *body], "\r\n" if excel else "\n")


def text(rows: Iterable[Sequence[str | None]], end: str = "\n") -> str:
    """Rows as CSV, each with ``end`` after it; a cell with a line end of any kind is quoted."""
    stream, line = io.StringIO(), io.StringIO()
    writer = csv.writer(line, lineterminator="\r\n")  # with "\n" alone a carriage return would go unquoted
    for row in rows:
        writer.writerow(row)
        stream.write(line.getvalue()[:-2] + end)
        line.seek(0)
        line.truncate()
    return stream.getvalue()


def _guarded(cell: str, column: Column) -> str:
    if column.type in ("integer", "decimal") and _NUMBER.fullmatch(cell):
        return cell
    cell = _CONTROLS.sub("", cell)
    cell = f"'{cell}" if _FORMULA.search(cell) else cell
    return cell if len(cell) <= _MOST else cell[:_MOST - 1] + "…"
