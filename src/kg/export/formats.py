"""The formats of ``kg export``: what each is, and how it is written."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kg.errors import InputError
from kg.export.prepared import Prepared, prepare

if TYPE_CHECKING:
    import rdflib


@dataclass(frozen=True)
class Format:
    """A format: its name, one line on it, and whether it is a folder of files rather than one file."""

    name: str
    about: str
    folder: bool = False


FORMATS: Mapping[str, Format] = {format.name: format for format in (
    Format("ttl", "Turtle, sorted"),
    Format("trig", "TriG: a named graph for each report"),
    Format("nq", "N-Quads: a named graph for each report"),
    Format("jsonld", "JSON-LD with its context"),
    Format("graphml", "GraphML, for yEd, Cytoscape, igraph, networkx"),
    Format("gexf", "GEXF, for Gephi"),
    Format("cyjs", "JSON of Cytoscape"),
    Format("csv", "tables as CSV (a folder)", True),
    Format("parquet", "tables as Parquet (a folder)", True),
    Format("neo4j", "files for neo4j-admin import (a folder)", True),
    Format("ftm", "FollowTheMoney entities, lines of JSON"),
)}


def export(graph: rdflib.Graph, name: str, *, excel: bool = False) -> tuple[dict[str, bytes], tuple[str, ...]]:
    """A graph in a format: bytes by file name ("" for a format of one file), and sentences on what was changed.

    Equal graphs give equal bytes; those of Parquet also depend on the version of pyarrow, those of GEXF on that of
    networkx. Raises InputError for an unknown format, for ``excel`` with another format than csv, and for a missing
    package.
    """
    if name not in FORMATS:
        raise InputError(f"There is no format '{name}'; choose one of {', '.join(FORMATS)}.")
    if excel and name != "csv":
        raise InputError("--excel goes with -f csv only.")
    made = prepare(graph)
    return _writers(excel)[name](made), made.notes


def _writers(excel: bool) -> dict[str, Callable[[Prepared], dict[str, bytes]]]:
    from kg.export import csv_tables, ftm, jsonld, neo4j, network_files, parquet, trig, turtle

    def one(write: Callable[[Prepared], str]) -> Callable[[Prepared], dict[str, bytes]]:
        return lambda made: {"": write(made).encode()}

    return {
        "ttl": one(lambda made: turtle.write(made.triples)), "trig": one(trig.write), "nq": one(trig.write_lines),
        "jsonld": one(jsonld.write), "cyjs": one(network_files.cyjs), "ftm": one(ftm.write),
        "graphml": lambda made: {"": network_files.graphml(made)}, "gexf": lambda made: {"": network_files.gexf(made)},
        "csv": lambda made: csv_tables.write(made, excel=excel), "parquet": parquet.write, "neo4j": neo4j.write,
    }
