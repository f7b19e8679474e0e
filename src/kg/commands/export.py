"""``kg export``: a graph in the formats of other programs."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from kg.commands.common import GraphFile, counted, print_out, tell
from kg.errors import InputError


def export(
    graph: GraphFile,
    format: Annotated[str, typer.Option(
        "-f", "--format", metavar="FORMAT",
        help="ttl, trig, nq, jsonld, graphml, gexf, cyjs, csv, parquet, neo4j or ftm.")],
    output: Annotated[Path | None, typer.Option("-o", "--output", metavar="PATH", help="A file, or for csv, parquet "
                                                                                       "and neo4j a folder.")] = None,
    excel: Annotated[bool, typer.Option("--excel", help="CSV that Excel opens rightly: with a mark of the encoding, "
                                                        "and no text that it takes for a formula.")] = False,
) -> None:
    """Write a graph in the format of another program. Without -o a format of one file goes to standard output.

    ttl, trig and nq are RDF, the last two with a named graph for each report; jsonld carries its context; graphml,
    gexf and cyjs are networks of entities; csv and parquet are tables (nodes, edges, statements, figures, ...);
    neo4j is for neo4j-admin import; ftm is FollowTheMoney, for OpenAleph.

    \b
    Examples:
      kg export out/graph.ttl -f trig -o out/graph.trig
      kg export out/graph.ttl -f csv --excel -o out/tables
      kg export out/graph.ttl -f gexf -o out/graph.gexf
      kg export out/graph.ttl -f ftm | head -3
    """
    from kg.export import files, formats
    from kg.graph import store

    known = formats.FORMATS.get(format)
    if known and known.folder and output is None:
        raise InputError(f"{format} is a folder of files: name it with -o.")
    made, notes = formats.export(store.load(graph), format, excel=excel)
    for note in notes:
        tell(note)
    if output is None:
        print_out(made[""].decode("utf-8"))
        return
    if "" in made:
        files.write_bytes(output, made[""])
        tell(f"{counted(len(made['']), 'byte')} -> {output}")
        return
    files.folder(output)
    for name, data in made.items():
        files.write_bytes(output / name, data)
    tell(f"{counted(len(made), 'file')} -> {output}")
