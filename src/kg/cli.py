"""The command line: data on standard output, everything else on standard error.

Exit codes: 0 done; 1 an error of ours or of the disk; 2 wrong usage, or input that could not be read (the rest is
still written); 3 something was quarantined; 4 nothing was extracted. The lowest of several applies, but for 0.
"""

from __future__ import annotations

import contextlib
import logging
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from kg.errors import InputError, KgError, OutputError

if TYPE_CHECKING:
    from datetime import date

    from kg.assemble import Built
    from kg.graph.validate import Checker
    from kg.model import Report, Violation

OK, FAILED, BAD_INPUT, QUARANTINED, NOTHING = 0, 1, 2, 3, 4

app = typer.Typer(
    name="kg", add_completion=False, no_args_is_help=True, rich_markup_mode=None, pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)

Sources = Annotated[list[str], typer.Argument(metavar="SOURCE", help="Files (.txt, .jsonl, .html), folders, or - "
                                                                         "for standard input.", show_default=False)]
Published = Annotated[str | None, typer.Option(metavar="DATE", help="Day of publication, 1399-11-20 (Jalali) or "
                                                                    "2021-02-08, for reports that do not say.")]
Outlet = Annotated[str | None, typer.Option(metavar="NAME", help="Who published, for reports that do not say.")]
Url = Annotated[str | None, typer.Option(metavar="URL", help="Where it was published.")]
Gate = Annotated[str, typer.Option(metavar="NAME", help="What checks the shapes: compiled (fast) or pyshacl (the "
                                                        "reference).")]
GraphFile = Annotated[Path, typer.Argument(metavar="GRAPH", help="A graph file, such as out/graph.ttl.",
                                           show_default=False)]


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
def build(
    sources: Sources,
    out: Annotated[Path, typer.Option(metavar="DIR", help="Where graph.ttl and summary.json go.")] = Path("out"),
    published: Published = None, outlet: Outlet = None, url: Url = None,
    each: Annotated[Path | None, typer.Option(metavar="DIR", help="Also write one <id>.ttl per report here.")] = None,
    gate: Gate = "compiled",
    min_confidence: Annotated[float, typer.Option(metavar="N", min=0, max=1, help="Leave out facts less sure than "
                                                                                       "this (0 to 1).")] = 0,
) -> None:
    """Build a checked graph from reports.

    A report is a .txt file (title, blank line, text), a line of a .jsonl file (id, title, body, published, outlet,
    url) or a saved web page. Facts that break a shape go to DIR/quarantine/<id>.ttl, with the reason.

    \b
    Examples:
      kg build report.txt --published 1399-11-20 --outlet "خبرگزاری نمونه"
      kg build reports/ more.jsonl --out out --each out/reports
      kg build reports/ --min-confidence 0.9
      cat report.txt | kg build -
    """
    from decimal import Decimal

    from kg import assemble
    from kg.export import files

    checker = _checker(gate)
    reports, problems = _reports(sources, _date(published), outlet, url)
    if not reports:
        tell("No report could be read; nothing was written.")
        raise typer.Exit(BAD_INPUT)
    for folder in filter(None, (out, each)):
        files.folder(folder)  # before the work, not after it
    least = Decimal(str(min_confidence))
    built = list(_progress(assemble.build(assemble.distinct(reports), checker, least), len(reports)))
    for one in built:
        if one.error:
            tell(one.error)
            tell(one.trace if _DEBUG else "Run again with --debug to see where it came from.")
    _write(built, out, each, problems)
    raise typer.Exit(_code(built, problems))


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

    checker = _checker(gate)
    triples = store.from_rdflib(store.load(graph))
    if not triples:
        raise InputError(f"{graph} holds no triple.")
    subjects = {s for s, _, _ in triples}
    for report in _reports(text, None, None, None)[0] if text else []:
        node = iris.report(report.sha256)
        if node not in subjects:
            tell(f"Report '{report.id}' is not in the graph.")
        else:
            triples.append((node, shacl.IS_STRING, Literal(report.text)))
    findings = checker.check(None, triples)
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

    \b
    Examples:
      kg query out/graph.ttl 'SELECT ?name { ?p a kg:Person ; rdfs:label ?name }'
      kg query out/graph.ttl -q queries/statements.rq --format csv
    """
    from kg import query as asking
    from kg.graph import store

    if (text is None) == (file is None):
        raise InputError("Give one query, either as text or as a file with -q.")
    asked = text if file is None else _query_text(file)
    print_out(asking.run(store.load(graph), asked or "", format))


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

    reports, problems = _reports(sources, _date(published), outlet, url)
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

    drawn = drawing.draw(store.load(graph), output, around=around, lang=lang, limit=limit)
    tell(f"{len(drawn.nodes)} of {drawn.total} entities and {len(drawn.edges)} lines -> {output}")


def main() -> None:
    """Run the command line: no bare traceback reaches a user, whatever happens."""
    global _DEBUG
    logging.getLogger("rdflib").setLevel(logging.CRITICAL)  # it logs tracebacks of literals that the gate judges
    for stream in (sys.stdin, sys.stdout, sys.stderr):
        with contextlib.suppress(AttributeError, ValueError):
            stream.reconfigure(encoding="utf-8", errors="replace")  # type: ignore[union-attr]
    if "--debug" in sys.argv[1:]:  # wherever it stands
        _DEBUG = True
        sys.argv[1:] = [word for word in sys.argv[1:] if word != "--debug"]
    sys.exit(_guarded())


_DEBUG = False


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
        if _DEBUG:
            raise
        tell(str(error))
        return BAD_INPUT if isinstance(error, InputError) else FAILED
    except Exception as error:
        if _DEBUG:
            raise
        reason = f"{error.strerror}" if isinstance(error, OSError) and error.strerror else f"{error}"
        tell(f"kg failed: {type(error).__name__}: {reason}. Run again with --debug to see where it came from.")
        return FAILED
    return OK


def tell(message: str) -> None:
    """A line on standard error."""
    with contextlib.suppress(OSError):
        sys.stderr.write(message + "\n")


def print_out(text: str) -> None:
    """Text on standard output."""
    sys.stdout.write(text)
    sys.stdout.flush()


def _checker(name: str) -> Checker:
    from kg.graph import compiled

    if name not in compiled.CHECKERS:
        raise InputError(f"There is no gate '{name}'; choose one of {', '.join(sorted(compiled.CHECKERS))}.")
    return compiled.checker(name)


def _date(text: str | None) -> date | None:
    from kg import sources

    try:
        return None if text is None else sources.parse_date(text)
    except InputError as error:
        raise InputError(f"--published: {error}") from error


def _reports(names: list[str], published: date | None, outlet: str | None,
             url: str | None) -> tuple[list[Report], list[str]]:
    """The reports of the sources; problems are told, and those that lost input are returned."""
    from kg import sources

    reports: list[Report] = []
    problems: list[str] = []
    if outlet is not None and not outlet.strip():
        raise InputError("--outlet is empty; leave it out or name the outlet.")
    checked = None if url is None else sources.check_url(url)
    for found in sources.read(names, published, outlet, checked):
        if isinstance(found, sources.SourceProblem):
            tell(found.message)
            problems += [] if found.note else [found.message]
        else:
            reports.append(found)
    return reports, problems


def _progress(built: Any, total: int) -> Any:
    """The same items, with a running count on a terminal."""
    show = total >= 10 and sys.stderr.isatty()
    for number, one in enumerate(built, 1):
        if show:
            sys.stderr.write(f"\r{number} of {total} reports")
        yield one
    if show:
        sys.stderr.write("\n")


def _write(built: list[Built], out: Path, each: Path | None, problems: list[str]) -> None:
    """All files of a build. The graph goes last, so that a new one never stands beside an old summary."""
    import json

    from kg import assemble
    from kg.export import files, turtle

    triples = assemble.merged(built)
    summary = assemble.summary(built, triples, problems)
    if each is not None:
        for one in built:
            files.write(each / f"{files.name_of(one.report.id)}.ttl", turtle.write(one.verdict.kept))
    _write_quarantine(built, out / "quarantine")
    files.write(out / "summary.json", json.dumps(summary, ensure_ascii=False, indent=1, sort_keys=True) + "\n")
    files.write(out / "graph.ttl", turtle.write(triples))
    _tell_summary(summary, out)


def _write_quarantine(built: list[Built], folder: Path) -> None:
    """The quarantined facts of this build; files of an earlier build leave the folder."""
    from kg import assemble
    from kg.export import files

    stopped = [one for one in built if one.verdict.quarantined]
    names = {f"{files.name_of(one.report.id)}.ttl" for one in stopped}
    if stopped:
        files.folder(folder)
    for one in stopped:
        files.write(folder / f"{files.name_of(one.report.id)}.ttl",
                    assemble.quarantine(one.report, one.verdict.quarantined))
    for old in sorted(folder.glob("*.ttl")) if folder.is_dir() else []:
        if old.name not in names and old.read_bytes().startswith(b"# Quarantined by kg"):
            old.unlink()
    with contextlib.suppress(OSError):
        folder.rmdir()  # only if empty


def _tell_summary(summary: dict[str, Any], out: Path) -> None:
    facts = sum(row["facts"] for row in summary["reports"])
    counts = ", ".join(f"{count} {name}" for name, count in summary["classes"].items()
                       if name not in ("Report", "TextSpan"))
    tell(f"{_count(len(summary['reports']), 'report')}, {_count(facts, 'fact')}, {_count(summary['triples'], 'triple')}"
         f" -> {out / 'graph.ttl'}")
    if counts:
        tell(counts)
    unsure = sum(row["unsure"] for row in summary["reports"])
    if unsure:
        tell(f"{_count(unsure, 'fact')} left out as not sure enough")
    for item in summary["quarantined"]:
        tell(f"quarantined from {item['report']}: {item['class'] or 'node'} <{item['node']}>: "
             f"{'; '.join(dict.fromkeys(m['en'] for m in item['messages']))}")
    if summary["quarantined"]:
        tell(f"{_count(len(summary['quarantined']), 'fact')} quarantined -> {out / 'quarantine'}")
    if summary["problems"]:
        tell(f"{_count(len(summary['problems']), 'problem')} with the input, told above; the rest was written.")
    if not facts:
        tell("Nothing was extracted.")


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def _code(built: list[Built], problems: list[str]) -> int:
    if any(one.error for one in built):
        return FAILED
    if problems:
        return BAD_INPUT
    if any(one.verdict.quarantined for one in built):
        return QUARANTINED
    return OK if any(one.facts for one in built) else NOTHING


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
