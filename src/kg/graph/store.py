"""Between our tuples and rdflib graphs. Lexical forms are never changed, in either direction."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from kg.errors import InputError
from kg.iris import PREFIXES
from kg.model import Literal, Term, Triple

if TYPE_CHECKING:
    import rdflib

_SUFFIXES = {".nt": "nt", ".rdf": "xml", ".xml": "xml", ".jsonld": "json-ld", ".nq": "nquads", ".trig": "trig"}


def to_rdflib(triples: Iterable[Triple], kind: type[rdflib.Graph] | None = None) -> rdflib.Graph:
    """An in-memory rdflib graph of the triples, or one of a subclass, with our prefixes bound."""
    import rdflib

    graph = (kind or rdflib.Graph)(bind_namespaces="none")
    for prefix, namespace in PREFIXES.items():
        graph.bind(prefix, namespace)
    iris: dict[str, rdflib.URIRef] = {}

    def iri(value: str) -> rdflib.URIRef:
        found = iris.get(value)
        if found is None:
            found = iris[value] = rdflib.URIRef(value)
        return found

    def term(value: Term) -> rdflib.term.Node:
        if isinstance(value, str):
            return iri(value)
        if value.lang:
            return rdflib.Literal(value.lexical, lang=value.lang)
        datatype = None if value.datatype in (None, PREFIXES["xsd"] + "string") else iri(value.datatype)
        return rdflib.Literal(value.lexical, datatype=datatype, normalize=False)

    graph.addN((iri(s), iri(p), term(o), graph) for s, p, o in triples)
    return graph


def from_rdflib(graph: rdflib.Graph) -> list[Triple]:
    """The triples of an rdflib graph, sorted. A blank node becomes the IRI ``urn:bnode:<label>``."""
    import rdflib

    def iri(node: rdflib.term.Node) -> str:
        return f"urn:bnode:{node}" if isinstance(node, rdflib.BNode) else str(node)

    def term(node: rdflib.term.Node) -> Term:
        if isinstance(node, rdflib.Literal):
            return Literal(str(node), None if node.datatype is None else str(node.datatype), node.language)
        return iri(node)

    triples: list[Triple] = [(iri(s), iri(p), term(o)) for s, p, o in graph]
    return sorted(triples, key=lambda t: (t[0], t[1], str(t[2])))


@contextmanager
def exact_literals() -> Iterator[None]:
    """Keep rdflib from rewriting lexical forms ("007" to 7) while it parses."""
    import rdflib

    before = rdflib.NORMALIZE_LITERALS
    rdflib.NORMALIZE_LITERALS = False
    try:
        yield
    finally:
        rdflib.NORMALIZE_LITERALS = before


def load(path: Path, kind: type[rdflib.Graph] | None = None) -> rdflib.Graph:
    """Read a graph file (Turtle unless its suffix says otherwise). Raises InputError with a sentence."""
    import rdflib

    try:
        data = path.read_bytes()
    except OSError as error:
        raise InputError(f"The graph {path} cannot be read: {error.strerror}.") from error
    graph = (kind or rdflib.Graph)()
    for prefix, namespace in PREFIXES.items():
        graph.bind(prefix, namespace, replace=True)
    try:
        with exact_literals():
            _parse(graph, data, _SUFFIXES.get(path.suffix.lower(), "turtle"), path.name)
    except Exception as error:  # every parser of rdflib has exceptions of its own
        raise InputError(f"{path} is not a graph that can be read: {_first_line(error)}") from error
    return graph


def _parse(graph: rdflib.Graph, data: bytes, format: str, name: str) -> None:
    """Add what a file says to a graph; what stands in named graphs belongs to it as well."""
    import rdflib

    if format not in ("nquads", "trig"):
        graph.parse(data=data, format=format, publicID=name)
        return
    dataset = rdflib.Dataset()
    dataset.parse(data=data, format=format, publicID=name)
    graph.addN((s, p, o, graph) for s, p, o, _ in dataset.quads())


def _first_line(error: Exception) -> str:
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    return (" ".join(lines[:3]) or type(error).__name__)[:300]
