"""SPARQL over an exported graph: our prefixes declared, nothing but the graph itself within reach."""

from __future__ import annotations

import csv
import io
import json
from typing import TYPE_CHECKING, Any

from kg.errors import InputError
from kg.export import turtle
from kg.graph import sparql
from kg.graph.store import from_rdflib
from kg.iris import PREFIXES
from kg.model import Literal, Term

if TYPE_CHECKING:
    import pyoxigraph
    import rdflib

FORMATS = ("table", "csv", "json")
_WIDEST = 60


def run(graph: rdflib.Graph, query: str, format: str = "table") -> str:
    """The answer to a SELECT, ASK, CONSTRUCT or DESCRIBE query as text, with a line end.

    ``format`` is table, csv or json (the W3C results format); a CONSTRUCT answers in Turtle whatever the format.
    Raises InputError for a query that is not SPARQL, or that reaches outside (SERVICE, FROM) or writes.
    """
    from rdflib.plugins import sparql as engine

    if format not in FORMATS:
        raise InputError(f"The format '{format}' is not known; choose one of {', '.join(FORMATS)}.")
    engine.SPARQL_LOAD_GRAPHS = False  # type: ignore[attr-defined, unused-ignore]
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


def run_index(store: pyoxigraph.Store, query: str, format: str = "table") -> str:
    """The same over a store of pyoxigraph, which may have named graphs; FROM may name one of them."""
    import pyoxigraph

    if format not in FORMATS:
        raise InputError(f"The format '{format}' is not known; choose one of {', '.join(FORMATS)}.")
    for graph in sparql.check(query):
        if not store.contains_named_graph(pyoxigraph.NamedNode(graph)):
            raise InputError(f"FROM <{graph}> is refused: the data has no such graph. Leave the FROM clause out.")
    try:
        found = store.query(query, prefixes=PREFIXES)
        if isinstance(found, pyoxigraph.QueryBoolean):
            return _ask(bool(found), format)
        if isinstance(found, pyoxigraph.QueryTriples):
            return turtle.write((_plain(t.subject), _plain(t.predicate), _own(t.object)) for t in found)
        names = [variable.value for variable in found.variables]
        rows = [[None if value is None else _rdflib(value) for value in row] for row in found]
    except SyntaxError as error:
        raise InputError(f"This is not a SPARQL query that can be read: {_short(error)}") from error
    except (OSError, RuntimeError, ValueError) as error:
        raise InputError(f"The query cannot be answered: {_short(error)}") from error
    return {"table": _table, "csv": _csv, "json": _json}[format](names, rows)


def _plain(node: Any) -> str:
    """An IRI; a blank node becomes the IRI ``urn:bnode:<label>``, as elsewhere."""
    import pyoxigraph

    return f"urn:bnode:{node.value}" if isinstance(node, pyoxigraph.BlankNode) else str(node.value)


def _own(node: Any) -> Term:
    import pyoxigraph

    if isinstance(node, pyoxigraph.Literal):
        return Literal(node.value, None if node.language else node.datatype.value, node.language)
    return _plain(node)


def _rdflib(node: Any) -> Any:
    import pyoxigraph
    import rdflib

    if isinstance(node, pyoxigraph.BlankNode):
        return rdflib.BNode(node.value)
    if not isinstance(node, pyoxigraph.Literal):
        return rdflib.URIRef(node.value)
    plain = node.language or node.datatype.value == turtle.XSD_STRING
    return rdflib.Literal(node.value, lang=node.language, datatype=None if plain else node.datatype.value,
                          normalize=False)


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
