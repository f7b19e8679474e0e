"""``kg build``: from sources to graph.ttl, summary.json and what was kept back."""

from __future__ import annotations

import contextlib
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

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
    reading,
    stoppable,
    tell,
)
from kg.commands.progress import Progress

if TYPE_CHECKING:
    from datetime import date
    from decimal import Decimal

    from kg.assemble import Built
    from kg.graph.validate import Checker, Quarantined
    from kg.graph.whole import Corpus
    from kg.runs import Scratch

_TOLD = 20
"""Quarantined facts told on the terminal; all are in summary.json."""


def build(
    sources: Sources,
    out: Annotated[Path, typer.Option(metavar="DIR", help="Where graph.ttl and summary.json go.")] = Path("out"),
    published: Published = None, outlet: Outlet = None, url: Url = None,
    each: Annotated[Path | None, typer.Option(metavar="DIR", help="Also write one <id>.ttl per report here.")] = None,
    gate: Gate = "compiled",
    min_confidence: Annotated[float, typer.Option(metavar="N", min=0, max=1, help="Leave out facts less sure than "
                                                                                       "this (0 to 1).")] = 0,
    decisions: Annotated[Path | None, typer.Option(metavar="FILE", help="Decisions on who is the same (left, right, "
                                                  "decision), over those of kg.  [default: DIR/identity-decisions.tsv]",
                                                  show_default=False)] = None,
    no_identity: Annotated[bool, typer.Option("--no-identity", help="Do not ask which people and institutions of "
                                                                    "several reports are one.")] = False,
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
      kg build reports/ --decisions identity-decisions.tsv
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

    from kg.runs import Scratch

    gatekeeper = checker(gate)
    with stoppable(), Scratch(out) as scratch:
        run = _Run(out, each, scratch, None if no_identity else _corpus(out, decisions))
        run.read(sources, date_of(published), outlet, url)
        run.build(gatekeeper, Decimal(str(min_confidence)))
        run.write()
    raise typer.Exit(run.tell())


def _corpus(out: Path, decisions: Path | None) -> Corpus:
    """What is asked of all reports together, with the decisions of a person if there are any."""
    from kg.graph.identity.decisions import read
    from kg.graph.whole import Corpus

    usual = out / "identity-decisions.tsv"
    path = decisions or (usual if usual.exists() else None)
    return Corpus(read(path) if path else ())


class _Run:
    """One build: reads all, builds report by report, writes. Of the reports nothing stays in memory."""

    def __init__(self, out: Path, each: Path | None, scratch: Scratch, corpus: Corpus | None) -> None:
        from kg.assemble import Tally
        from kg.graph.spool import Spool
        from kg.sources.order import Ordered

        self._out, self._each, self._scratch = out, each, scratch
        self._reports, self.tally, self._corpus = Ordered(scratch), Tally(scratch), corpus
        self._spool = Spool(scratch, watch=corpus.watch if corpus else None)
        self._united = 0
        self._stopped: list[str] = []  # the first lines on what was quarantined

    def read(self, sources: list[str], published: date | None, outlet: str | None, url: str | None) -> None:
        """Take the reports in, so that each can be built under its name and in its order."""
        from kg.export import files

        with Progress("read") as progress:
            for report in reading(sources, published, outlet, url, self.tally.problem):
                self._reports.add(report)
                progress.step()
        if not self._reports.count:
            tell("No report could be read; nothing was written.")
            raise typer.Exit(BAD_INPUT)
        for folder in filter(None, (self._out, self._each)):
            files.folder(folder)  # before the work, not after it

    def build(self, gatekeeper: Checker, least: Decimal) -> None:
        """Build all reports; each one's files are written at once."""
        from kg import assemble

        with Progress("built", self._reports.count) as progress:
            for report, speaks in self._reports:
                built = assemble.build_one(report, gatekeeper, least)
                self.tally.add(built)
                if speaks:
                    self._spool.add(built.iri, built.verdict.kept)
                self._write_one(built)
                if built.error:
                    progress.clear()
                    tell(built.error)
                    tell(built.trace if common.debug.on else "Run again with --debug to see where it came from.")
                progress.step(len(built.verdict.quarantined))

    def _write_one(self, built: Built) -> None:
        from kg import assemble
        from kg.export import files, turtle

        name = f"{files.name_of(built.report.id)}.ttl"
        if self._each is not None:
            files.write(self._each / name, turtle.write(built.verdict.kept))
        if built.verdict.quarantined:
            text = assemble.quarantine(built.report, built.verdict.quarantined)
            files.write(self._kept_back(make=True) / name, text)
            room = _TOLD - len(self._stopped)
            self._stopped += [_told(item) for item in built.verdict.quarantined[:room]]

    def _kept_back(self, make: bool = False) -> Path:
        """Where quarantined facts wait until the graph is there to stand beside them."""
        folder = self._scratch.folder / "quarantine"
        if make:
            folder.mkdir(exist_ok=True)
        return folder

    def write(self) -> None:
        """The graph, what was kept back, the summary. The graph gets its name last, so that a new one never stands
        beside an old summary."""
        from kg import iris
        from kg.export import files, turtle

        rename, extra = self._corpus.decide() if self._corpus else ({}, [])
        with files.part(self._out / "graph.ttl") as stream:
            writer = turtle.Writer(stream, self._scratch)
            with Progress("wrote", self.tally.reports) as progress:
                for subject, rows in self.tally.passing(self._spool.merged(rename, extra)):
                    writer.add(subject, rows)
                    if iris.is_report(subject):
                        progress.step()
            writer.close()
            stream.flush()
            self._move_kept_back(self._out / "quarantine")
            self._tell_identity()
            with files.part(self._out / "summary.json") as summary:
                summary.writelines(text.encode() for text in self.tally.summary())

    def _tell_identity(self) -> None:
        """Tell of each pair of IRIs that mean one thing, or may, in identity.tsv; without one the file goes."""
        from kg.export import files
        from kg.graph.identity import decisions

        path, corpus = self._out / "identity.tsv", self._corpus
        if corpus and corpus.resolution.pairs:
            files.write(path, decisions.table(corpus.resolution.pairs, corpus.table.names()))
            self._united = len(corpus.resolution.canonical)
        elif path.exists() and path.read_bytes().startswith("\t".join(decisions.COLUMNS).encode()):
            path.unlink()

    def _move_kept_back(self, folder: Path) -> None:
        """The quarantined facts of this build into their place; files of an earlier build leave the folder."""
        from kg.export import files

        new = list(self._kept_back().iterdir()) if self.tally.quarantined else []
        names = {path.name for path in new}
        for old in list(folder.glob("*.ttl")) if folder.is_dir() else []:
            if old.name not in names and _ours(old):
                old.unlink()
        if new:
            files.folder(folder)
        for path in new:
            path.replace(folder / path.name)
        with contextlib.suppress(OSError):
            folder.rmdir()  # only if empty

    def tell(self) -> int:
        """Say what came out; the exit code."""
        tally = self.tally
        counts = ", ".join(f"{count} {name}" for name, count in sorted(tally.classes.items())
                           if name not in ("Report", "TextSpan"))
        tell(f"{counted(tally.reports, 'report')}, {counted(tally.facts, 'fact')}, "
             f"{counted(tally.triples, 'triple')} -> {self._out / 'graph.ttl'}")
        if counts:
            tell(counts)
        if self._united:
            tell(f"{counted(self._united, 'name')} joined with others of one thing -> {self._out / 'identity.tsv'}")
        if tally.unsure:
            tell(f"{counted(tally.unsure, 'fact')} left out as not sure enough")
        for line in self._stopped:
            tell(line)
        if tally.quarantined > len(self._stopped):
            tell("and others, all of them in summary.json")
        if tally.quarantined:
            tell(f"{counted(tally.quarantined, 'fact')} quarantined -> {self._out / 'quarantine'}")
        if tally.problems:
            tell(f"{counted(tally.problems, 'problem')} with the input, told above; the rest was written.")
        if not tally.facts:
            tell("Nothing was extracted.")
        if tally.errors:
            return FAILED
        return BAD_INPUT if tally.problems else QUARANTINED if tally.quarantined else OK if tally.facts else NOTHING


def _ours(path: Path) -> bool:
    """Whether an earlier build wrote this file into the quarantine."""
    with path.open("rb") as stream:
        return stream.read(64).startswith(b"# Quarantined by kg")


def _told(item: Quarantined) -> str:
    from kg import assemble

    return (f"quarantined from {item.report}: {assemble.class_of(item) or 'node'} <{item.node}>: "
            f"{'; '.join(dict.fromkeys(v.message_en for v in item.violations))}")
