"""The network of entities with more than names: for Gephi (GEXF, GraphML), networkx, yEd and Cytoscape (cyjs).

Attributes are texts, whole numbers or floats, never None or lists, and none is called start, end or the like, which
readers of GEXF take for times. A node has only what the graph says of it.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from kg.export import property_graph
from kg.export.prepared import Prepared
from kg.export.svg import COLOURS
from kg.export.tables import short
from kg.export.words import clean, kind
from kg.graph.store import to_rdflib

if TYPE_CHECKING:
    import networkx

RESERVED = frozenset({"start", "end", "viz", "time", "timestamp", "spells", "slices", "pid", "parents"})
"""Names of attributes that readers of GEXF take for something else."""

_NUMBERS = {"value": "kg:value", "in_rial": "kg:valueInRial", "confidence": "kg:confidence"}
_TEXTS = {"first_day": "kg:firstDay", "last_day": "kg:lastDay", "issued": "dcterms:issued", "url": "dcterms:source",
          "attested_on": "kg:attestedOn", "value_text": "kg:valueText", "counts": "kg:countsText",
          "portfolio": "kg:portfolio", "purpose": "kg:purpose"}
_CODES = {"unit": "kg:unit", "modality": "kg:modality", "role": "kg:role", "sort": "kg:kind", "status": "kg:status",
          "classification": "org:classification"}
_GREY = "#94a3b8"


def network(made: Prepared) -> networkx.MultiDiGraph:
    """The network of ``kg.to_networkx`` with typed attributes on its nodes and numbers of reports and spans."""
    found = property_graph.to_networkx(to_rdflib(made.triples))
    for node, data in found.nodes(data=True):
        data["kind_fa"] = kind(data["kind"]).text("fa")
        data["reports"] = len(made.reports[node])
        data["spans"] = len(made.refs(node, "kg:evidence"))
        data |= {name: value for name, curie in _NUMBERS.items() if (value := _number(made, node, curie)) is not None}
        data |= {name: text for name, curie in _TEXTS.items() if (text := _joined(made.texts(node, curie)))}
        data |= {name: text for name, curie in _CODES.items() if (text := _joined(map(short, made.refs(node, curie))))}
    return found


def graphml(made: Prepared) -> bytes:
    """GraphML 1.0 with an attribute ``label`` on nodes and ``relation`` on edges."""
    return property_graph.serialize(network(made), ".graphml")


def gexf(made: Prepared) -> bytes:
    """GEXF 1.2 with labels, the colours of our pictures by class, and sizes by the number of spans."""
    found = network(made)
    for _, data in found.nodes(data=True):
        colour = COLOURS.get(data["kind"], _GREY)
        red, green, blue = (int(colour[at:at + 2], 16) for at in (1, 3, 5))
        data["viz"] = {"color": {"r": red, "g": green, "b": blue, "a": 1.0}, "size": 4.0 + min(data["spans"], 32) / 2}
    return property_graph.serialize(found, ".gexf")


def cyjs(made: Prepared) -> str:
    """The JSON of Cytoscape and cytoscape.js, which networkx reads too (there ``value`` is the node itself)."""
    found = network(made)
    nodes = [{"data": {**_renamed(data), "id": node, "name": data["label"], "value": node}}
             for node, data in found.nodes(data=True)]
    edges = [{"data": {"id": f"e{at}", "source": source, "target": target, "key": key, "interaction": key,
                       "name": key, **data}}
             for at, (source, target, key, data) in enumerate(found.edges(keys=True, data=True))]
    body = {"format_version": "1.0", "generated_by": "khabar-kg", "target_cytoscapejs_version": "~3", "data": {},
            "directed": True, "multigraph": True, "elements": {"nodes": nodes, "edges": edges}}
    return json.dumps(body, ensure_ascii=False, indent=1) + "\n"


def _renamed(data: dict[str, Any]) -> dict[str, Any]:
    """A figure's ``value`` as ``number``: to readers of this format ``value`` is what a node is."""
    return {("number" if name == "value" else name): value for name, value in data.items()}


def _number(made: Prepared, node: str, curie: str) -> float | None:
    for text in made.texts(node, curie):
        try:
            number = float(text)
        except ValueError:
            continue
        if number - number == 0:  # neither endless nor no number, which JSON cannot hold
            return number
    return None


def _joined(texts: Any) -> str:
    return clean(" | ".join(texts))
