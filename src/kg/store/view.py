"""What is derived from a store: the merged graph as Turtle, and an index of pyoxigraph to query it.

``STORE/view/<stamp>/graph.ttl`` holds the bytes that ``kg build`` of the same reports writes. ``quads/`` beside it is a
database with that graph as default graph, and each report's own triples in a graph named by the report's IRI.

The stamp names the records and the code that unites them. A view is made beside its place and renamed, never changed;
where its stamp is not the store's, it is old and is made anew. So it can be thrown away at any time.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import tempfile
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from kg import assemble
from kg.errors import InputError, OutputError
from kg.export import files, nquads, turtle
from kg.model import Triple
from kg.store import disk, lock, manifest
from kg.store.records import Record, version

if TYPE_CHECKING:
    import pyoxigraph

GRAPH, QUADS = "graph.ttl", "quads"
EXTRA = "Reading a store by SPARQL needs pyoxigraph; install it with `pip install 'khabar-kg[store]'`."
_LINE_END = " <urn:x> ."


def is_store(path: Path) -> bool:
    """Whether a path is a folder that a store lies in."""
    return (path / manifest.NAME).is_file()


def merged(found: Iterable[Record]) -> list[Triple]:
    """The graph of these reports, sorted. The one place where a store's reports are united."""
    return assemble.merged(record.built() for record in found)


def graph_file(folder: Path) -> Path:
    """The Turtle of the merged graph, made first where it is old. Raises InputError, OutputError."""
    return _current(folder, GRAPH, _write_graph)


def index(folder: Path) -> Path:
    """The database to query, made first where it is old. Raises InputError, also if pyoxigraph is missing."""
    oxigraph()
    graph_file(folder)
    return _current(folder, QUADS, _write_quads)


def index_beside(graph: Path) -> Path | None:
    """The database of the store whose view a graph file is; None for any other graph."""
    folder = graph.parent.parent.parent
    return index(folder) if graph.name == GRAPH and graph.parent.parent.name == disk.VIEW and is_store(folder) else None


def oxigraph() -> None:
    """Raises InputError if pyoxigraph is not installed."""
    try:
        import pyoxigraph  # noqa: F401
    except ImportError as error:
        raise InputError(EXTRA) from error


def _current(folder: Path, name: str, write: Callable[[Path, list[Record]], None]) -> Path:
    """``name`` in the view of the store as it is now."""
    views = folder / disk.VIEW
    path = views / _stamp(manifest.load(folder)) / name
    if path.exists():
        return path
    files.folder(views)
    with lock.waiting(views / lock.NAME):
        data, found = disk.snapshot(folder)
        path = views / _stamp(data) / name
        if path.exists():  # made while we waited
            return path
        with _beside(views) as made:
            write(made / name, found)
            path.parent.mkdir(exist_ok=True)
            (made / name).rename(path)
        _drop_old(views, path.parent)
    return path


def _stamp(data: bytes) -> str:
    return f"{manifest.stamp(data)}-{version()}"


@contextlib.contextmanager
def _beside(views: Path) -> Iterator[Path]:
    """A folder that goes away afterwards, to make things in. Raises OutputError for the disk's errors."""
    try:
        with tempfile.TemporaryDirectory(prefix=".part-", dir=views) as made:
            yield Path(made)
    except OSError as error:
        raise OutputError(f"The view of the store in {views} cannot be written: "
                          f"{(error.strerror or str(error)).lower()}. Free some space.") from error


def _drop_old(views: Path, current: Path) -> None:
    for path in views.iterdir():
        if path.is_dir() and path != current:
            shutil.rmtree(path, ignore_errors=True)


def _write_graph(path: Path, found: list[Record]) -> None:
    files.write(path, turtle.write(merged(found)))


def _write_quads(path: Path, found: list[Record]) -> None:
    import pyoxigraph

    lines = path.parent / "lines.nq"
    with lines.open("w", encoding="utf-8", newline="\n") as stream:
        for triple in merged(found):
            stream.write(nquads.line(triple, "urn:x").removesuffix(_LINE_END) + " .\n")
        for one in assemble.speaking(record.built() for record in found):
            stream.writelines(nquads.line(triple, one.iri) + "\n" for triple in one.verdict.kept)
    made = pyoxigraph.Store(os.fspath(path))
    made.bulk_load(path=os.fspath(lines), format=pyoxigraph.RdfFormat.N_QUADS, lenient=True)
    made.flush()
    del made
    lines.unlink()


def open_index(path: Path) -> pyoxigraph.Store:
    """The database of a view, to be read only. Raises InputError."""
    import pyoxigraph

    try:
        return pyoxigraph.Store.read_only(os.fspath(path))
    except (OSError, ValueError) as error:
        raise InputError(f"The index {path} cannot be read: {error}. Delete it; it is made anew.") from error
