"""What is derived from a store: the merged graph as Turtle, and an index of pyoxigraph to query it.

``STORE/view/<stamp>/graph.ttl`` holds the bytes that ``kg build`` of the same reports writes, ``identity.tsv`` the
pairs of names that are one thing or in doubt. ``quads/`` beside them is a database with that graph as default graph,
and each report's own triples in a graph named by the report's IRI.

The stamp names the records, the decisions on identity, and the code that unites them. A view is made beside its place
and renamed, never changed; where its stamp is not the store's, it is old and is made anew. So it can be thrown away at
any time.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import tempfile
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from kg.errors import OutputError
from kg.export import files, turtle
from kg.graph import oxigraph
from kg.graph.identity import decisions
from kg.graph.merge import Rows
from kg.graph.spool import Spool
from kg.graph.whole import Corpus
from kg.runs import Scratch
from kg.store import disk, lock, manifest
from kg.store.manifest import Row
from kg.store.records import version

GRAPH, PAIRS, QUADS = "graph.ttl", "identity.tsv", "quads"


def is_store(path: Path) -> bool:
    """Whether a path is a folder that a store lies in."""
    return (path / manifest.NAME).is_file()


def merged(folder: Path, rows: Iterable[Row], scratch: Scratch) -> tuple[Iterator[tuple[str, Rows]], str]:
    """The graph of these reports, subject by subject, and the text of identity.tsv ("" where no two names are one).

    The one place where a store's reports are united. Raises InputError, also for decisions that cannot be taken.
    """
    ruled = folder / disk.DECISIONS
    corpus = Corpus(decisions.read(ruled) if ruled.exists() else ())
    spool = Spool(scratch, watch=corpus.watch)
    for row in manifest.speaking(rows):
        record = disk.record(folder, row)
        spool.add(record.iri, record.triples)
    rename, extra = corpus.decide()
    pairs = corpus.resolution.pairs
    return spool.merged(rename, extra), decisions.table(pairs, corpus.table.names()) if pairs else ""


def graph_file(folder: Path) -> Path:
    """The Turtle of the merged graph, made first where it is old. Raises InputError, OutputError."""
    return _current(folder, GRAPH, _write_graph)


def index(folder: Path) -> Path:
    """The database to query, made first where it is old. Raises InputError, also if pyoxigraph is missing."""
    oxigraph.require()
    graph_file(folder)
    return _current(folder, QUADS, _write_quads)


def index_beside(graph: Path) -> Path | None:
    """The database of the store whose view a graph file is; None for any other graph."""
    folder = graph.parent.parent.parent
    return index(folder) if graph.name == GRAPH and graph.parent.parent.name == disk.VIEW and is_store(folder) else None


Write = Callable[[Path, Path, list[Row], Path], None]
"""Makes a path from the store in a folder as it is in these rows; last comes the view that it will stand in."""


def _current(folder: Path, name: str, write: Write) -> Path:
    """``name`` in the view of the store as it is now."""
    views = folder / disk.VIEW
    path = views / _stamp(folder, manifest.load(folder)) / name
    if path.exists():
        return path
    files.folder(views)
    with lock.waiting(views / lock.NAME):
        return disk.steady(folder, lambda data, rows: _make(folder, views / _stamp(folder, data) / name, rows, write))


def _make(folder: Path, path: Path, rows: list[Row], write: Write) -> Path:
    if path.exists():  # made while we waited
        return path
    views = path.parent.parent
    with _beside(views) as made:
        write(made / path.name, folder, rows, path.parent)
        path.parent.mkdir(exist_ok=True)
        for part in sorted(made.iterdir(), key=lambda part: part.name == path.name):  # that which tells it whole last
            part.rename(path.parent / part.name)
    for old in views.iterdir():
        if old.is_dir() and old != path.parent:
            shutil.rmtree(old, ignore_errors=True)
    return path


def _stamp(folder: Path, data: bytes) -> str:
    ruled = folder / disk.DECISIONS
    return f"{manifest.stamp(data + (ruled.read_bytes() if ruled.exists() else b''))}-{version()}"


@contextlib.contextmanager
def _beside(views: Path) -> Iterator[Path]:
    """A folder that goes away afterwards, to make things in. Raises OutputError for the disk's errors."""
    try:
        with tempfile.TemporaryDirectory(prefix=".part-", dir=views) as made:
            yield Path(made)
    except OSError as error:
        raise OutputError(f"The view of the store in {views} cannot be written: "
                          f"{(error.strerror or str(error)).lower()}. Free some space.") from error


def _write_graph(path: Path, folder: Path, rows: list[Row], _: Path) -> None:
    with Scratch(path.parent) as scratch, path.open("w+b") as stream:
        writer = turtle.Writer(stream, scratch)
        subjects, pairs = merged(folder, rows, scratch)
        for subject, properties in subjects:
            writer.add(subject, properties)
        writer.close()
    if pairs:
        (path.parent / PAIRS).write_text(pairs, encoding="utf-8")


def _write_quads(path: Path, folder: Path, rows: list[Row], beside: Path) -> None:
    import pyoxigraph

    lines = path.parent / "lines.nq"
    with lines.open("wb") as stream:
        for row in manifest.speaking(rows):
            stream.write(disk.whole(folder, row))
    made = pyoxigraph.Store(os.fspath(path))
    graph = beside / GRAPH
    if not graph.exists():  # the store has changed since it was made
        graph = path.parent / GRAPH
        _write_graph(graph, folder, rows, beside)
    made.bulk_load(path=os.fspath(graph), format=pyoxigraph.RdfFormat.TURTLE, lenient=True)
    made.bulk_load(path=os.fspath(lines), format=pyoxigraph.RdfFormat.N_QUADS, lenient=True)
    made.flush()
    del made
    lines.unlink()
