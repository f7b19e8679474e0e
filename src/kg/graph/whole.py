"""The graph of several reports in memory: what means one thing is made one, then all is united."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from kg.graph import identity
from kg.graph.merge import union
from kg.model import Triple


def whole(graphs: Iterable[Sequence[Triple]], decisions: Iterable[identity.Decision] = ()) -> list[Triple]:
    """All triples of conforming graphs, one a report, with the identity of entities resolved; sorted, each once.

    ``kg build`` writes the same without holding the triples (``spool``).
    """
    graphs = list(graphs)
    table = identity.Table(decisions)
    for graph in graphs:
        table.watch("", graph)
    rename = table.resolve().canonical
    return union(identity.renamed(graph, rename) if rename else graph for graph in graphs)
