"""pyoxigraph, where it is installed (extra ``store``): a graph file in memory, or a database on disk, to be asked.

It rewrites some literals to their canonical form ("12.50" becomes 12.5); so graphs are written from our own triples,
and only asked here.
"""

from __future__ import annotations

import importlib.util
import os
from pathlib import Path
from typing import TYPE_CHECKING

from kg.errors import InputError

if TYPE_CHECKING:
    import pyoxigraph

EXTRA = "Asking by SPARQL over a store needs pyoxigraph; install it with `pip install 'khabar-kg[store]'`."
_FORMATS = {".nt": "N_TRIPLES", ".nq": "N_QUADS", ".trig": "TRIG", ".rdf": "RDF_XML", ".xml": "RDF_XML",
            ".jsonld": "JSON_LD"}


def installed() -> bool:
    """Whether pyoxigraph is there."""
    try:
        return importlib.util.find_spec("pyoxigraph") is not None
    except ValueError:  # set aside by whoever runs us
        return False


def require() -> None:
    """Raises InputError if pyoxigraph is not installed."""
    if not installed():
        raise InputError(EXTRA)


def load(path: Path) -> pyoxigraph.Store:
    """A graph file (Turtle unless its suffix says otherwise) in memory. Raises InputError."""
    import pyoxigraph

    store = pyoxigraph.Store()
    form = getattr(pyoxigraph.RdfFormat, _FORMATS.get(path.suffix.lower(), "TURTLE"))
    try:
        with path.open("rb") as stream:
            store.load(stream, format=form, base_iri="file:///graph", lenient=True)
    except FileNotFoundError as error:
        raise InputError(f"The graph {path} cannot be read: no such file.") from error
    except (OSError, SyntaxError, ValueError) as error:
        raise InputError(f"{path} is not a graph that can be read: {' '.join(str(error).split())[:300]}") from error
    return store


def opened(path: Path) -> pyoxigraph.Store:
    """A database, read only. Raises InputError."""
    import pyoxigraph

    try:
        return pyoxigraph.Store.read_only(os.fspath(path))
    except (OSError, ValueError) as error:
        raise InputError(f"The index {path} cannot be read: {error}. Delete it; it is made anew.") from error
