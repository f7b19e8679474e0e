"""Persian news reports into a checked knowledge graph, every fact pointing at its words.

>>> import kg
>>> graph = kg.build("title\\n\\ntext")              # an rdflib.Graph; a path or text; nothing unchecked in it
>>> network = kg.to_networkx(graph)                 # a networkx.MultiDiGraph of its entities
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date

    import networkx
    import pandas
    import rdflib

    from kg.export.notebook import Shown
    from kg.model import Fact, Report

__all__ = ["build", "load", "read", "show", "to_dataframes", "to_networkx"]


def reports(source: str | Path, *, published: str | date | None = None, outlet: str | None = None,
            url: str | None = None) -> list[Report]:
    """The reports of a path, or of text itself (a ``str`` with a line break, or one that names no file).

    Raises InputError if anything of the source cannot be read.
    """
    from kg import sources
    from kg.errors import InputError

    day = sources.parse_date(published) if isinstance(published, str) else published
    if isinstance(source, str) and not _is_path(source):
        return [sources.of_text(source, "text", day, outlet, url)]
    found = list(sources.read([source], day, outlet, url))
    lost = [item.message for item in found if isinstance(item, sources.SourceProblem) and not item.note]
    if lost:
        raise InputError(" ".join(lost))
    return [item for item in found if not isinstance(item, sources.SourceProblem)]


def read(source: str | Path, *, published: str | date | None = None, outlet: str | None = None,
         url: str | None = None) -> list[Fact]:
    """The facts of a report (or of several) before they are stated and checked. See ``build`` for the arguments."""
    from kg import pipeline

    return [fact for report in reports(source, published=published, outlet=outlet, url=url)
            for fact in pipeline.read(report)]


def build(source: str | Path, *, published: str | date | None = None, outlet: str | None = None,
          url: str | None = None) -> rdflib.Graph:
    """The checked graph of text or of a path (any file or folder that ``kg build`` reads); a notebook shows it.

    ``published`` is a date, or a text like 1399-11-20 or 2021-02-08. What breaks a shape is left out.
    Raises InputError if the source cannot be read.
    """
    from kg import assemble
    from kg.errors import KgError
    from kg.export.notebook import Graph
    from kg.graph.store import to_rdflib

    found = reports(source, published=published, outlet=outlet, url=url)
    built = list(assemble.build(assemble.distinct(found)))
    failed = [one.error for one in built if one.error]
    if failed:
        raise KgError(" ".join(failed))
    return to_rdflib(assemble.merged(built), Graph)


def load(path: str | Path) -> rdflib.Graph:
    """A graph from a file (.ttl, .nt, .nq, .trig, .jsonld, .rdf); a notebook shows it. Raises InputError."""
    from kg.export.notebook import Graph
    from kg.graph import store

    return store.load(Path(path), Graph)


def show(thing: rdflib.Graph | pandas.DataFrame, lang: str = "fa") -> Shown:
    """Any graph as a notebook shows it (counts, ten facts with their words, a picture), or a table of Persian."""
    from kg.export.notebook import show as made

    return made(thing, lang)


def to_networkx(graph: rdflib.Graph) -> networkx.MultiDiGraph:
    """The entities of a graph as nodes and their relations as edges, each with the words that show it."""
    from kg.export.property_graph import to_networkx as made

    return made(graph)


def to_dataframes(graph: rdflib.Graph) -> dict[str, pandas.DataFrame]:
    """The graph as pandas data frames by name: nodes, edges, names, evidence, and one for each class (figures, ...).

    Raises InputError if pandas is not installed (extra ``pandas``).
    """
    from kg.export.frames import to_dataframes as made

    return made(graph)


def _is_path(source: str) -> bool:
    if "\n" in source or len(source) > 1000 or not source.strip():
        return False
    from kg.sources import kind_of

    if kind_of(source):
        return True
    try:
        return Path(source).exists()
    except (OSError, ValueError):
        return False
