"""``kg build``: from sources to graph.ttl, summary.json and what was kept back."""

from __future__ import annotations

import contextlib
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from kg.commands import batch, common
from kg.commands.common import (
    BAD_INPUT,
    FAILED,
    NOTHING,
    OK,
    QUARANTINED,
    Gate,
    Outlet,
    Published,
    Sources,
    Url,
    checker,
    counted,
    date_of,
    reports_of,
    tell,
)

if TYPE_CHECKING:
    from kg.assemble import Built


def build(
    sources: Sources,
    out: Annotated[Path, typer.Option(metavar="DIR", help="Where graph.ttl and summary.json go.")] = Path("out"),
    published: Published = None, outlet: Outlet = None, url: Url = None,
    each: Annotated[Path | None, typer.Option(metavar="DIR", help="Also write one <id>.ttl per report here.")] = None,
    gate: Gate = "compiled",
    min_confidence: Annotated[float, typer.Option(metavar="N", min=0, max=1, help="Leave out facts less sure than "
                                                                                       "this (0 to 1).")] = 0,
    engine: batch.Engine = None, jobs: batch.Jobs = None, shard: batch.ShardOf = None, resume: batch.Resume = False,
    format: batch.Format = None, master: batch.Master = None, conf: batch.Conf = None,
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
      kg build archive/ --out out --engine local --jobs 8 --format nq,parquet
      kg build archive/ --out out --shard 17/400
      kg build archive/ --out out --engine spark --master spark://head:7077 --resume
    """
    if engine or jobs or shard or resume or format or master or conf:
        batch.run(sources, out, published=published, outlet=outlet, url=url, gate=gate, min_confidence=min_confidence,
                  each=each, engine=engine, jobs=jobs, shard=shard, resume=resume, format=format, master=master,
                  conf=conf)
    from decimal import Decimal

    from kg import assemble
    from kg.export import files

    gatekeeper = checker(gate)
    reports, problems = reports_of(sources, date_of(published), outlet, url)
    if not reports:
        tell("No report could be read; nothing was written.")
        raise typer.Exit(BAD_INPUT)
    for folder in filter(None, (out, each)):
        files.folder(folder)  # before the work, not after it
    least = Decimal(str(min_confidence))
    built = list(_progress(assemble.build(assemble.distinct(reports), gatekeeper, least), len(reports)))
    for one in built:
        if one.error:
            tell(one.error)
            tell(one.trace if common.debug.on else "Run again with --debug to see where it came from.")
    _write(built, out, each, problems)
    raise typer.Exit(_code(built, problems))


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
    tell(f"{counted(len(summary['reports']), 'report')}, {counted(facts, 'fact')}, "
         f"{counted(summary['triples'], 'triple')} -> {out / 'graph.ttl'}")
    if counts:
        tell(counts)
    unsure = sum(row["unsure"] for row in summary["reports"])
    if unsure:
        tell(f"{counted(unsure, 'fact')} left out as not sure enough")
    for item in summary["quarantined"]:
        tell(f"quarantined from {item['report']}: {item['class'] or 'node'} <{item['node']}>: "
             f"{'; '.join(dict.fromkeys(m['en'] for m in item['messages']))}")
    if summary["quarantined"]:
        tell(f"{counted(len(summary['quarantined']), 'fact')} quarantined -> {out / 'quarantine'}")
    if summary["problems"]:
        tell(f"{counted(len(summary['problems']), 'problem')} with the input, told above; the rest was written.")
    if not facts:
        tell("Nothing was extracted.")


def _code(built: list[Built], problems: list[str]) -> int:
    if any(one.error for one in built):
        return FAILED
    if problems:
        return BAD_INPUT
    if any(one.verdict.quarantined for one in built):
        return QUARANTINED
    return OK if any(one.facts for one in built) else NOTHING
