"""``kg why``: why a node of a graph is one thing: its names, the merges behind it, the reports and their words."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from kg.commands.common import GraphFile, print_out
from kg.errors import InputError


def why(
    graph: GraphFile,
    iri: Annotated[str, typer.Argument(metavar="IRI", help="The node, whole or without https://w3id.org/khabarkg/id/.",
                                       show_default=False)],
    rows: Annotated[Path | None, typer.Option("--identity", metavar="FILE", help="Where the merges are told.  "
                                              "[default: identity.tsv beside GRAPH]", show_default=False)] = None,
) -> None:
    """Tell why a person, institution or other node of a graph is one thing over reports.

    Shows its names and posts, the rows of identity.tsv that united it (or left a doubt), and each report that speaks
    of it with its words. To overrule a row, write it into identity-decisions.tsv; the next build reads that.

    \b
    Examples:
      kg why out/graph.ttl org/komite-emdad
      kg why out/graph.ttl person/nadr-bhramy-1a2b3c4d --identity old/identity.tsv
    """
    from kg.graph import store
    from kg.graph.identity import account, decisions

    path = rows or graph.parent / "identity.tsv"
    if rows is not None and not rows.exists():
        raise InputError(f"There is no file {rows}; kg build writes identity.tsv beside the graph.")
    told = decisions.rows(path) if path.exists() else []
    node = decisions.whole(iri)
    found = account.of(node, store.from_rdflib(store.load(graph)), told)
    if found is None:
        raise InputError(f"{graph} says nothing of {decisions.short(node)}; kg query lists what it has.")
    print_out(found)
