"""The graph as a network of entities: nodes with a name and a kind, edges with a relation and the words behind it.

Text spans are no nodes; their words go to the edges of the facts they support. All values are texts without control
characters, so that GraphML and GEXF can hold them.
"""

from __future__ import annotations

import io
import re
from collections import defaultdict
from typing import TYPE_CHECKING, Any

from kg import iris

if TYPE_CHECKING:
    import networkx
    import rdflib

KINDS = ("Organization", "Person", "Post", "Program", "Agreement", "Event", "Place", "Period", "Statement", "Figure",
         "Tenure", "Report")
"""The classes that become nodes, the first that a node has naming its kind."""
SUFFIXES = (".graphml", ".gexf")

_QUOTE = 80
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
_LABEL, _ALT, _QUOTED = (iris.expand(c) for c in ("rdfs:label", "skos:altLabel", "kg:quoteText"))
_TITLE, _EVIDENCE, _ANCHOR = (iris.expand(c) for c in ("dcterms:title", "kg:evidence", "nif:anchorOf"))
_VALUE, _UNIT, _COUNTS = (iris.expand(c) for c in ("kg:value", "kg:unit", "kg:countsText"))
_TYPE = iris.expand("rdf:type")

Values = dict[str, dict[str, list[Any]]]


def to_networkx(graph: rdflib.Graph) -> networkx.MultiDiGraph:
    """The entities of a graph and the relations between them, in an order that depends on the graph alone."""
    import networkx

    values = _values(graph)
    kinds = {node: kind for node in values if (kind := _kind(values[node]))}
    network = networkx.MultiDiGraph()
    for node in sorted(kinds):
        fa, en = _labels(values, node, kinds[node])
        network.add_node(node, label=fa or en or node.rpartition("/")[2], label_fa=fa, label_en=en, kind=kinds[node])
    for subject in sorted(kinds):
        words = _words(values, subject)
        for predicate in sorted(values[subject]):
            if predicate == _TYPE:
                continue
            relation = predicate.rpartition("#")[2].rpartition("/")[2]
            for target in sorted({str(o) for o in values[subject][predicate]} & kinds.keys()):
                network.add_edge(subject, target, key=relation, relation=relation, evidence=words)
    return network


def serialize(network: networkx.MultiDiGraph, suffix: str) -> bytes:
    """A network as ``.graphml`` or ``.gexf``; no times in it, so equal networks give equal bytes."""
    import networkx

    stream = io.BytesIO()
    if suffix == ".graphml":
        networkx.write_graphml(network, stream)
        return stream.getvalue()
    numbered = networkx.MultiDiGraph()
    numbered.add_nodes_from(network.nodes(data=True))
    for number, (subject, target, data) in enumerate(network.edges(data=True)):
        numbered.add_edge(subject, target, key=str(number), label=data["relation"], **data)
    networkx.write_gexf(numbered, stream)
    return re.sub(rb' lastmodifieddate="[^"]*"', b"", stream.getvalue())


def _values(graph: rdflib.Graph) -> Values:
    values: Values = defaultdict(lambda: defaultdict(list))
    for s, p, o in graph:
        values[str(s)][str(p)].append(o)
    return values


def _kind(properties: dict[str, list[Any]]) -> str:
    types = {str(t) for t in properties.get(_TYPE, ())}
    return next((kind for kind in KINDS if iris.NS + kind in types), "")


def _labels(values: Values, node: str, kind: str) -> tuple[str, str]:
    """Persian and English names: a statement goes by its words, a figure by its value, unit and noun."""
    properties = values[node]
    if kind == "Figure":
        number = _number(_first(properties.get(_VALUE, ())))
        unit = next((str(u) for u in sorted(properties.get(_UNIT, ()), key=str)), "")
        named = _first(values[unit].get(_LABEL, ()), "fa") if unit in values else ""
        noun = _first(properties.get(_COUNTS, ()))
        parts = [number, named or unit.rpartition("/")[2].removeprefix("unit-"), noun if noun != named else ""]
        return " ".join(filter(None, parts)), ""
    if kind == "Statement":
        return _shortened(_first(properties.get(_QUOTED, ()))), ""
    if kind == "Report":
        return _first(properties.get(_TITLE, ())), ""
    labels = properties.get(_LABEL, ()) or properties.get(_ALT, ())
    return _first(labels, "fa") or _first([o for o in labels if not getattr(o, "language", None)]), _first(labels, "en")


def _words(values: Values, node: str) -> str:
    """The words that show a fact, joined."""
    spans = sorted({str(o) for o in values[node].get(_EVIDENCE, ())})
    found = [_first(values[span].get(_ANCHOR, ())) for span in spans if span in values]
    return " … ".join(dict.fromkeys(filter(None, found)))


def _first(terms: Any, language: str | None = None) -> str:
    """The first text in sorted order, of one language if given; the longest wins among names."""
    texts = [str(t) for t in terms if language is None or getattr(t, "language", None) == language]
    return _safe(min(texts, key=lambda text: (-len(text), text), default=""))


def _number(lexical: str) -> str:
    return lexical.rstrip("0").rstrip(".") if "." in lexical else lexical


def _shortened(text: str) -> str:
    return text if len(text) <= _QUOTE else text[:_QUOTE].rsplit(" ", 1)[0] + " …"


def _safe(text: str) -> str:
    return _CONTROL.sub("", text)
