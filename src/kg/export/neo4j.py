"""Files for ``neo4j-admin database import full``: a node file for each class, and one of relationships.

Read them with ``--multiline-fields=true``, since quotes may hold line ends. Numbers are doubles there; the exact form
of a figure is in ``value_text``. Field names follow the Neo4j operations manual, "Import", 5.x.
"""

from __future__ import annotations

import re
from datetime import date

from kg.export.csv_tables import text
from kg.export.prepared import TYPE, Prepared
from kg.export.tables import CLASSES, Column, Table, class_tables

_TYPES = {"integer": "long", "decimal": "double", "date": "date"}
_NUMBER = re.compile(r"-?[0-9]{1,300}(\.[0-9]+)?")
_LONG = 2**63
_LABEL = re.compile(r"[A-Za-z][A-Za-z0-9_]*")


def write(made: Prepared) -> dict[str, bytes]:
    """``nodes-persons.csv`` and so on, ``nodes-others.csv`` for what has no table, and ``relationships.csv``."""
    found = {f"nodes-{table.name}.csv": _nodes(made, table) for table in class_tables(made)}
    nodes = {row[0] for table in class_tables(made) for row in table.rows}
    others = [subject for subject in made.values if subject not in nodes]
    found["nodes-others.csv"] = text([["iri:ID", ":LABEL", "label_fa", "label_en"],
                                       *([s, "Resource", made.label(s), made.label(s, "en")] for s in others)])
    relations = [[s, o, _relation(p)] for s, p, o in made.triples
                 if p != TYPE and isinstance(o, str) and o in made.values]
    found["relationships.csv"] = text([[":START_ID", ":END_ID", ":TYPE"], *relations])
    return {name: body.encode() for name, body in sorted(found.items())}


def _nodes(made: Prepared, table: Table) -> str:
    """What a row says of itself; what it links to is a relationship. A thing of two classes is only in the first."""
    own = [(at, column) for at, column in enumerate(table.columns) if column.type not in ("ref", "name")]
    head = ["iri:ID", ":LABEL", *(f"{column.name}{_typed(column)}" for _, column in own)]
    before = list(CLASSES)[: list(CLASSES).index(table.name)]
    earlier = {CLASSES[name][0] for name in before}
    return text([head, *([row[0], _labels(made, row[0] or ""), *(_cell(row[at], column) for at, column in own)]
                          for row in table.rows if not made.classes[row[0] or ""] & earlier)])


def _typed(column: Column) -> str:
    return f":{_TYPES[column.type]}" if column.type in _TYPES else ""


def _labels(made: Prepared, subject: str) -> str:
    return ";".join(sorted(filter(_LABEL.fullmatch, made.classes[subject])))


def _relation(predicate: str) -> str:
    """``org:subOrganizationOf`` as SUB_ORGANIZATION_OF."""
    local = predicate.rpartition("#")[2].rpartition("/")[2]
    return re.sub(r"[^A-Z0-9]+", "_", re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", local).upper()).strip("_") or "RELATED"


def _cell(cell: str | None, column: Column) -> str | None:
    """A cell that an import by type accepts; what is no number (no day) is left out, the graph still has it."""
    if cell is None or column.type not in _TYPES:
        return cell
    if column.type == "date":
        return cell if _is_day(cell) else None
    if _NUMBER.fullmatch(cell) is None or (column.type == "integer" and not -_LONG <= int(cell) < _LONG):
        return None
    return cell


def _is_day(cell: str) -> bool:
    try:
        return date.fromisoformat(cell).isoformat() == cell
    except ValueError:
        return False
