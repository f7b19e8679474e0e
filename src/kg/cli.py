"""The command line: data on standard output, everything else on standard error.

Exit codes: 0 done; 1 an error of ours or of the disk; 2 wrong usage, or input that could not be read (the rest is
still written); 3 something was quarantined; 4 nothing was extracted. The lowest of several applies, but for 0.
"""

from __future__ import annotations

import contextlib
import gc
import logging
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from kg.commands import common
from kg.commands.build import build
from kg.commands.common import (
    BAD_INPUT,
    FAILED,
    NOTHING,
    OK,
    QUARANTINED,
    Gate,
    GraphFile,
    Outlet,
    Published,
    Sources,
    Url,
    checker,
    date_of,
    print_out,
    reports_of,
    tell,
)
from kg.commands.export import export
from kg.commands.serve import serve
from kg.commands.store import add, rebuild, remove, reports
from kg.commands.why import why
from kg.errors import InputError, KgError, OutputError

if TYPE_CHECKING:
    from kg.model import Violation

app = typer.Typer(
    name="kg", add_completion=False, no_args_is_help=True, rich_markup_mode=None, pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)

app.command()(build)
app.command()(export)
for _command in (add, remove, rebuild, reports):
    app.command()(_command)
app.command()(serve)
app.command()(why)


@app.callback(invoke_without_command=True)
def root(
    version: Annotated[bool, typer.Option("--version", help="Show the version and leave.")] = False,
    debug: Annotated[bool, typer.Option("--debug", help="Show where an unexpected error came from.")] = False,
) -> None:
    """Persian news reports into a checked knowledge graph, every fact at its words.

    \b
    Examples:
      kg build report.txt --published 1399-11-20
      kg build reports/ --out out --each out/reports
      kg explain report.txt
      kg query out/graph.ttl 'SELECT ?name { ?p a kg:Person ; rdfs:label ?name }'

    \b
    Exit codes: 0 done, 1 an error of kg or the disk, 2 usage or unreadable input,
    3 something was quarantined, 4 nothing was extracted.
    """
    if version:
        from importlib.metadata import version as version_of

        print_out(f"kg {version_of('khabar-kg')}\n")
        raise typer.Exit


@app.command()
def validate(
    graph: GraphFile,
    text: Annotated[list[str] | None, typer.Option(metavar="SOURCE", help="Reports whose words to check the spans "
                                                                          "against.")] = None,
    gate: Gate = "compiled",
) -> None:
    """Hold a graph against the shapes: exit code 0 if it conforms, 3 if not.

    \b
    Examples:
      kg validate out/graph.ttl
      kg validate out/graph.ttl --text report.txt
    """
    from kg import iris
    from kg.graph import shacl, store
    from kg.model import Literal

    gatekeeper = checker(gate)
    triples = store.from_rdflib(store.load(graph))
    if not triples:
        raise InputError(f"{graph} holds no triple.")
    subjects = {s for s, _, _ in triples}
    for report in reports_of(text, None, None, None)[0] if text else []:
        node = iris.report(report.sha256)
        if node not in subjects:
            tell(f"Report '{report.id}' is not in the graph.")
        else:
            triples.append((node, shacl.IS_STRING, Literal(report.text)))
    findings = gatekeeper.check(None, triples)
    if findings.remarks:
        tell(f"{len(findings.remarks)} remarks that do not count:")
        tell("".join(_told(v) for v in findings.remarks).rstrip("\n"))
    print_out("".join(_told(v) for v in findings.violations))
    if findings.violations:
        tell(f"{graph} does not conform: {len(findings.violations)} violations.")
        raise typer.Exit(QUARANTINED)
    print_out("conforms\n")


@app.command()
def query(
    graph: GraphFile,
    text: Annotated[str | None, typer.Argument(metavar="QUERY", help="A SPARQL query; our prefixes (kg, org, rdfs, "
                                                                     "nif, ...) are declared.")] = None,
    file: Annotated[Path | None, typer.Option("-q", "--query", metavar="FILE", help="Read the query from a file; - "
                                                                                    "for standard input.")] = None,
    format: Annotated[str, typer.Option(help="table, csv or json.")] = "table",
) -> None:
    """Ask a graph in SPARQL: SELECT, ASK, CONSTRUCT or DESCRIBE. The query sees this graph and nothing else.

    With pyoxigraph (khabar-kg[store]) stores and large files are asked through it. In a store each report's own triples
    are in a graph named by its IRI, too: GRAPH ?report { ... }.

    \b
    Examples:
      kg query out/graph.ttl 'SELECT ?name { ?p a kg:Person ; rdfs:label ?name }'
      kg query out/graph.ttl -q queries/statements.rq --format csv
      kg query archive 'SELECT DISTINCT ?report { GRAPH ?report { ?p rdfs:label "مریم نمونه‌پور"@fa } }'
    """
    from kg import query as asking
    from kg.graph import store

    if (text is None) == (file is None):
        raise InputError("Give one query, either as text or as a file with -q.")
    asked = (text if file is None else _query_text(file)) or ""
    index = common.index_of(graph)
    print_out(asking.run(store.load(graph), asked, format) if index is None else asking.run_index(index, asked, format))


@app.command()
def explain(sources: Sources, published: Published = None, outlet: Outlet = None, url: Url = None) -> None:
    """Show each fact of a report with its words, its rule, its ground and its confidence.

    \b
    Examples:
      kg explain report.txt --published 1399-11-20
      cat report.txt | kg explain -
    """
    from kg import assemble, pipeline
    from kg.explain import explain as explained

    reports, problems = reports_of(sources, date_of(published), outlet, url)
    if not reports:
        raise typer.Exit(BAD_INPUT)
    found = 0
    for number, report in enumerate(reports):
        facts = pipeline.read(report)
        found += assemble.found(report, facts)
        print_out(("\n" if number else "") + explained(report, facts))
    if problems:
        raise typer.Exit(BAD_INPUT)
    if found < 1:
        tell("Nothing was extracted.")
        raise typer.Exit(NOTHING)


@app.command()
def network(
    graph: GraphFile,
    output: Annotated[Path, typer.Option("-o", "--output", metavar="FILE", help="A .graphml or .gexf file.")],
) -> None:
    """Write the entities of a graph and their relations as a network, for Gephi, Cytoscape or networkx.

    \b
    Example:
      kg network out/graph.ttl -o out/graph.graphml
    """
    from kg.export import files, property_graph
    from kg.graph import store

    suffix = output.suffix.lower()
    if suffix not in property_graph.SUFFIXES:
        raise InputError(f"'{output}' must end in {' or '.join(property_graph.SUFFIXES)}.")
    made = property_graph.to_networkx(store.load(graph))
    files.write_bytes(output, property_graph.serialize(made, suffix))
    tell(f"{made.number_of_nodes()} nodes and {made.number_of_edges()} edges -> {output}")


@app.command()
def draw(
    graph: GraphFile,
    output: Annotated[Path, typer.Option("-o", "--output", metavar="FILE", help="A .html, .svg or .png file.")],
    around: Annotated[str | None, typer.Option(metavar="NAME", help="Draw this entity and its neighbours, in any "
                                                                    "spelling.")] = None,
    lang: Annotated[str, typer.Option(help="fa or en: the language of relations and legend.")] = "fa",
    limit: Annotated[int, typer.Option(metavar="N", help="Draw the N best attested entities.")] = 60,
    embed_font: Annotated[bool, typer.Option("--embed-font", help="Put the font Vazirmatn into the file.")] = False,
) -> None:
    """Draw a graph: a still picture (.svg, .png) or a page to search and walk about in (.html).

    Statements, posts and figures are folded into lines and notes. A page holds the other entities too, opens without
    a network, and shows the words behind each line. A .png needs chromium.

    \b
    Examples:
      kg draw out/graph.ttl -o out/graph.html
      kg draw out/graph.ttl -o out/graph.svg --around "وزارت نیرو"
      kg draw out/graph.ttl -o out/graph.png --lang en --limit 40
    """
    from kg.export import draw as drawing
    from kg.graph import store

    drawn = drawing.draw(store.load(graph), output, around=around, lang=lang, limit=limit,
                         embed_font=embed_font)
    tell(f"{len(drawn.nodes)} of {drawn.total} entities and {len(drawn.edges)} lines -> {output}")


def main() -> None:
    """Run the command line: no bare traceback reaches a user, whatever happens."""
    gc.set_threshold(50_000, 20, 50)  # rules are many objects that stay; by default they are walked at every start
    logging.getLogger("rdflib").setLevel(logging.CRITICAL)  # it logs tracebacks of literals that the gate judges
    for stream in (sys.stdin, sys.stdout, sys.stderr):
        with contextlib.suppress(AttributeError, ValueError):
            stream.reconfigure(encoding="utf-8", errors="replace")  # type: ignore[union-attr]
    if "--debug" in sys.argv[1:]:  # wherever it stands
        common.debug.on = True
        sys.argv[1:] = [word for word in sys.argv[1:] if word != "--debug"]
    sys.exit(_guarded())


def _guarded() -> int:
    try:
        app(prog_name="kg")
    except SystemExit as done:
        return done.code if isinstance(done.code, int) else FAILED if done.code else OK
    except BrokenPipeError:  # the reader of our output has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return OK
    except KeyboardInterrupt:
        tell("Stopped.")
        return 130
    except KgError as error:
        if common.debug.on:
            raise
        tell(str(error))
        return BAD_INPUT if isinstance(error, InputError) else FAILED
    except Exception as error:
        if common.debug.on:
            raise
        reason = f"{error.strerror}" if isinstance(error, OSError) and error.strerror else f"{error}"
        tell(f"kg failed: {type(error).__name__}: {reason}. Run again with --debug to see where it came from.")
        return FAILED
    return OK


def _told(violation: Violation) -> str:
    from kg.export.turtle import iri

    path = f" {iri(violation.path)}" if violation.path else ""
    return f"<{violation.focus}>{path}: {violation.message_en}\n  {violation.message_fa}\n"


def _query_text(file: Path) -> str:
    if str(file) == "-":
        return sys.stdin.read()
    try:
        return file.read_text(encoding="utf-8-sig")
    except (OSError, ValueError) as error:
        raise InputError(f"The query {file} cannot be read: {error}.") from error


__all__ = ["OutputError", "app", "main"]
