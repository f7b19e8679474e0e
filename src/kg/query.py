"""SPARQL over an exported graph: our prefixes declared, nothing but the graph itself within reach."""

from __future__ import annotations

import csv
import io
import json
from typing import TYPE_CHECKING, Any

from kg.errors import InputError
from kg.export import turtle
from kg.graph.store import from_rdflib
from kg.iris import PREFIXES

if TYPE_CHECKING:
    import rdflib

FORMATS = ("table", "csv", "json")
_WIDEST = 60


def run(graph: rdflib.Graph, query: str, format: str = "table") -> str:
    """The answer to a SELECT, ASK, CONSTRUCT or DESCRIBE query as text, with a line end.

    ``format`` is table, csv or json (the W3C results format); a CONSTRUCT answers in Turtle whatever the format.
    Raises InputError for a query that is not SPARQL, or that reaches outside (SERVICE, FROM) or writes.
    """
    from rdflib.plugins import sparql

    if format not in FORMATS:
        raise InputError(f"The format '{format}' is not known; choose one of {', '.join(FORMATS)}.")
    sparql.SPARQL_LOAD_GRAPHS = False
    prepared = _prepared(query)
    try:
        result = graph.query(prepared)
        rows = list(result) if result.type == "SELECT" else []
    except InputError:
        raise
    except Exception as error:
        raise InputError(f"The query cannot be answered: {_short(error)}") from error
    if result.type == "ASK":
        return _ask(bool(result.askAnswer), format)
    if result.type != "SELECT":
        return turtle.write(from_rdflib(result.graph) if result.graph is not None else [])
    names = [str(v) for v in result.vars or []]
    return {"table": _table, "csv": _csv, "json": _json}[format](names, rows)


def _prepared(query: str) -> Any:
    from rdflib.plugins.sparql import prepareQuery

    try:
        prepared = prepareQuery(query, initNs=dict(PREFIXES))
    except Exception as error:  # pyparsing, prefix and algebra errors share no base
        raise InputError(f"This is not a SPARQL query that can be read: {_short(error)}") from error
    algebra: Any = prepared.algebra
    if algebra.get("datasetClause"):
        raise InputError("FROM is refused: a query sees the given graph only. Leave the FROM clause out.")
    if _has(algebra, "ServiceGraphPattern"):
        raise InputError("SERVICE is refused: a query sees the given graph only. Leave the SERVICE part out.")
    return prepared


def _has(node: Any, name: str) -> bool:
    """Whether a part of this name stands anywhere in a query's algebra."""
    todo, seen = [node], set()
    while todo:
        part = todo.pop()
        if id(part) in seen:
            continue
        seen.add(id(part))
        if getattr(part, "name", None) == name:
            return True
        if isinstance(part, dict):
            todo.extend(part.values())
        elif isinstance(part, (list, tuple, set, frozenset)) and not isinstance(part, str):
            todo.extend(part)
    return False


def _ask(answer: bool, format: str) -> str:
    return json.dumps({"head": {}, "boolean": answer}) + "\n" if format == "json" else f"{str(answer).lower()}\n"


def _table(names: list[str], rows: list[Any]) -> str:
    """Columns two blanks apart. Values are whole in a terminal's copy: only runs of blanks are closed up."""
    cells = [[_cell(value) for value in row] for row in rows]
    widths = [min(_WIDEST, max([len(name), *(len(row[i]) for row in cells)])) for i, name in enumerate(names)]

    def line(values: list[str]) -> str:
        return "  ".join(value.ljust(width) for value, width in zip(values, widths, strict=True)).rstrip()

    return "\n".join([line(names), line(["-" * width for width in widths]), *map(line, cells)]) + "\n"


def _cell(value: Any) -> str:
    from rdflib import URIRef

    if value is None:
        return ""
    text = turtle.iri(str(value)) if isinstance(value, URIRef) else str(value)
    return " ".join("".join(c if c.isprintable() or c in "\u200c\u200d\n\t" else "\ufffd" for c in text).split())


def _csv(names: list[str], rows: list[Any]) -> str:
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(names)
    writer.writerows([["" if value is None else str(value) for value in row] for row in rows])
    return stream.getvalue()


def _json(names: list[str], rows: list[Any]) -> str:
    bindings = [{name: _term(value) for name, value in zip(names, row, strict=True) if value is not None}
                for row in rows]
    return json.dumps({"head": {"vars": names}, "results": {"bindings": bindings}}, ensure_ascii=False, indent=1) + "\n"


def _term(value: Any) -> dict[str, str]:
    from rdflib import BNode, Literal

    if isinstance(value, Literal):
        extra = {"xml:lang": value.language} if value.language else {}
        if value.datatype:
            extra["datatype"] = str(value.datatype)
        return {"type": "literal", "value": str(value), **extra}
    return {"type": "bnode" if isinstance(value, BNode) else "uri", "value": str(value)}


def _short(error: Exception) -> str:
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    return (lines[0] if lines else type(error).__name__)[:300]
