"""What all commands share: exit codes, what they print where, and the arguments they have in common."""

from __future__ import annotations

import contextlib
import signal
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from kg.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import date

    import pyoxigraph

    from kg.graph.validate import Checker
    from kg.model import Report

LARGE = 4 * 1024 * 1024
"""Bytes of a graph file from which on pyoxigraph asks it, if it can: rdflib takes seconds to read it."""
OK, FAILED, BAD_INPUT, QUARANTINED, NOTHING = 0, 1, 2, 3, 4

Sources = Annotated[list[str], typer.Argument(
    metavar="SOURCE", show_default=False, help="Files (.txt, .html, .jsonl, .jsonl.gz, .jsonl.zst, .parquet, .warc), "
                                               "folders, or - for standard input.")]
Published = Annotated[str | None, typer.Option(metavar="DATE", help="Day of publication, 1399-11-20 (Jalali) or "
                                                                    "2021-02-08, for reports that do not say.")]
Outlet = Annotated[str | None, typer.Option(metavar="NAME", help="Who published, for reports that do not say.")]
Url = Annotated[str | None, typer.Option(metavar="URL", help="Where it was published.")]
Gate = Annotated[str, typer.Option(metavar="NAME", help="What checks the shapes: compiled (fast) or pyshacl (the "
                                                        "reference).")]


def _graph_file(path: Path) -> Path:
    """A store stands for its merged graph."""
    if not path.is_dir():
        return path
    from kg.store import view

    return view.graph_file(path)


def index_of(graph: Path) -> pyoxigraph.Store | None:
    """What asks a store, or a large graph file, quickly: pyoxigraph, where it is installed."""
    from kg.graph import oxigraph
    from kg.store import view

    if not oxigraph.installed():
        return None
    index = view.index_beside(graph)
    if index is not None:
        return oxigraph.opened(index)
    return oxigraph.load(graph) if graph.is_file() and graph.stat().st_size > LARGE else None


GraphFile = Annotated[Path, typer.Argument(metavar="GRAPH", help="A graph file, such as out/graph.ttl, or a store.",
                                           show_default=False, callback=_graph_file)]


class _Debug:
    """Whether --debug was given; it may stand anywhere on the command line, so no command declares it."""

    on = False


debug = _Debug()


def tell(message: str) -> None:
    """A line on standard error."""
    with contextlib.suppress(OSError):
        sys.stderr.write(message + "\n")


def print_out(text: str) -> None:
    """Text on standard output."""
    sys.stdout.write(text)
    sys.stdout.flush()


def checker(name: str) -> Checker:
    """The gate of that name. Raises InputError if there is none."""
    from kg.graph import compiled

    if name not in compiled.CHECKERS:
        raise InputError(f"There is no gate '{name}'; choose one of {', '.join(sorted(compiled.CHECKERS))}.")
    return compiled.checker(name)


def date_of(text: str | None) -> date | None:
    """The day that --published names. Raises InputError."""
    from kg import sources

    try:
        return None if text is None else sources.parse_date(text)
    except InputError as error:
        raise InputError(f"--published: {error}") from error


def reports_of(names: list[str], published: date | None, outlet: str | None,
               url: str | None) -> tuple[list[Report], list[str]]:
    """The reports of the sources; problems are told, and those that lost input are returned."""
    problems: list[str] = []
    return list(reading(names, published, outlet, url, problems.append)), problems


def reading(names: list[str], published: date | None, outlet: str | None, url: str | None,
            lost: Callable[[str], None]) -> Iterator[Report]:
    """The reports of the sources, one by one; problems are told, and those that lost input are handed to ``lost``."""
    from kg import sources

    if outlet is not None and not outlet.strip():
        raise InputError("--outlet is empty; leave it out or name the outlet.")
    checked = None if url is None else sources.check_url(url)
    for found in sources.read(names, published, outlet, checked):
        if not isinstance(found, sources.SourceProblem):
            yield found
            continue
        tell(found.message)
        if not found.note:
            lost(found.message)


@contextlib.contextmanager
def stoppable() -> Iterator[None]:
    """Let a request to end (SIGTERM) end the block as Ctrl-C does, so that working files go; exit code 143."""
    def end(*_: object) -> None:
        raise SystemExit(143)

    try:
        before = signal.signal(signal.SIGTERM, end)
    except ValueError:  # not in the main thread, where signals go elsewhere
        yield
        return
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def counted(number: int, noun: str) -> str:
    """``1 report``, ``2,000 reports``."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"
