"""``kg build`` on an engine: several processes, a job of an array, or a Spark cluster."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from kg.commands.common import (
    BAD_INPUT,
    FAILED,
    NOTHING,
    OK,
    QUARANTINED,
    checker,
    counted,
    date_of,
    debug,
    tell,
)
from kg.errors import InputError

if TYPE_CHECKING:
    from kg.scale.local import Order
    from kg.scale.output import Outcome
    from kg.scale.shards import Share

Engine = Annotated[str | None, typer.Option(metavar="NAME", help="local (processes of this machine) or spark; writes "
                                                                 "N-Quads to DIR/parts instead of graph.ttl.")]
Jobs = Annotated[int | None, typer.Option(metavar="N", min=1, help="Processes; by default one per processor.")]
ShardOf = Annotated[str | None, typer.Option("--shard", metavar="I/N", help="Do the I-th of N parts of the work, for "
                                                                            "job arrays.")]
Resume = Annotated[bool, typer.Option("--resume", help="Keep what an earlier run has finished, and do the rest.")]
Format = Annotated[str | None, typer.Option(metavar="LIST", help="nq, parquet, ttl, with commas between.")]
Master = Annotated[str | None, typer.Option(metavar="URL", help="The Spark master: local[2,4], spark://…, yarn, k8s://….")]
Conf = Annotated[list[str] | None, typer.Option(metavar="KEY=VALUE", help="A setting of Spark; may be repeated.")]
ENGINES = ("local", "spark")
_SHARD = re.compile(r"(\d{1,6})/(\d{1,6})")


def run(sources: list[str], out: Path, *, published: str | None, outlet: str | None, url: str | None, gate: str,
        min_confidence: float, each: Path | None, engine: str | None, jobs: int | None, shard: str | None, resume: bool,
        format: str | None, master: str | None, conf: list[str] | None) -> None:
    """Build on an engine; ends with the exit code. Raises InputError for options that do not go together."""
    from kg import sources as reading
    from kg.scale.local import Order
    from kg.scale.work import Settings
    from kg.sources import Defaults

    if each is not None:
        raise InputError("--each goes with kg build without an engine; DIR/parts holds each report as a named graph.")
    if outlet is not None and not outlet.strip():
        raise InputError("--outlet is empty; leave it out or name the outlet.")
    checker(gate)  # raises if there is none
    defaults = Defaults(date_of(published), outlet, None if url is None else reading.check_url(url))
    order = Order(tuple(sources), out, defaults, Settings(gate, f"{min_confidence:g}"), _formats(format), jobs or 0,
                  _share(shard), resume)
    chosen = engine or ("spark" if master or conf else "local")
    if chosen not in ENGINES:
        raise InputError(f"There is no engine '{chosen}'; choose one of {', '.join(ENGINES)}.")
    if chosen == "local" and (master or conf):
        raise InputError("--master and --conf go with --engine spark.")
    _end(order, _local(order) if chosen == "local" else _spark(order, master, conf or []))


def _local(order: Order) -> Outcome | None:
    from kg.scale import local

    try:
        return local.run(order, tell, _progress)
    finally:
        if sys.stderr.isatty():
            sys.stderr.write("\n")


def _spark(order: Order, master: str | None, conf: list[str]) -> Outcome | None:
    from importlib.util import find_spec

    if order.share is not None:
        raise InputError("--shard goes with --engine local; Spark hands out the work itself.")
    if find_spec("pyspark") is None or find_spec("pyarrow") is None:
        raise InputError("--engine spark needs pyspark, pyarrow and Java 17: pip install 'khabar-kg[spark]'.")
    pairs = dict(pair.partition("=")[::2] for pair in conf)
    if not all(key.startswith("spark.") and "=" in pair for key, pair in zip(pairs, conf, strict=False)):
        raise InputError("--conf is written spark.KEY=VALUE.")
    from kg.scale import spark

    with spark.session(master, pairs, order.jobs) as session:
        return spark.run(session, order, tell, _progress)


def _progress(done: int) -> None:
    if sys.stderr.isatty():
        sys.stderr.write(f"\r{done:,} reports")
        sys.stderr.flush()


def _formats(text: str | None) -> frozenset[str]:
    from kg.scale import output, tables

    found = frozenset(filter(None, (text or "nq").replace(" ", "").split(",")))
    if wrong := sorted(found - set(output.FORMATS)):
        raise InputError(f"There is no format '{wrong[0]}'; choose of {', '.join(output.FORMATS)}.")
    if "parquet" in found and not tables.available():
        raise InputError(tables.MISSING)
    return found


def _share(text: str | None) -> Share | None:
    from kg.scale.shards import Share

    if text is None:
        return None
    match = _SHARD.fullmatch(text)
    number, of = (int(match.group(1)), int(match.group(2))) if match else (0, 0)
    if not 1 <= number <= of:
        raise InputError(f"'{text}' is no shard; write --shard 3/40 for the third of forty.")
    return Share(number, of)


def _end(order: Order, outcome: Outcome | None) -> None:
    if outcome is None:
        if order.share is not None and not order.share.number == order.share.of == 1:
            tell(f"No report falls to job {order.share.number} of {order.share.of}.")
            raise typer.Exit(OK)
        tell("No report could be read; nothing was written.")
        raise typer.Exit(BAD_INPUT)
    _tell(order, outcome)
    raise typer.Exit(_code(outcome))


def _tell(order: Order, outcome: Outcome) -> None:
    from kg.scale import output

    summary = outcome.summary
    for error, trace in outcome.failed:
        tell(error)
        if trace:
            tell(trace if debug.on else "Run again with --debug to see where it came from.")
    if order.share is None:
        tell(f"{counted(summary['reports'], 'report')}, {counted(summary['facts'], 'fact')}, "
             f"{counted(summary['quads'], 'quad')} -> {order.out / 'parts'}")
        counts = ", ".join(f"{count} {name}" for name, count in summary["classes"].items()
                           if name not in ("Report", "TextSpan"))
        tell(counts or "Nothing was extracted.")
    else:
        tell(f"Job {order.share.number} of {order.share.of}: {counted(summary['reports'], 'report')}, "
             f"{counted(summary['facts'], 'fact')} -> {order.out / 'shards'}. When all jobs are done, run the same "
             "command with --resume and without --shard.")
    if outcome.skipped:
        tell(f"{counted(outcome.skipped, 'shard')} were already done.")
    _tell_kept_back(order, outcome)
    if summary["problems"]:
        tell(f"{counted(len(summary['problems']), 'problem')} with the input, told above; the rest was written.")
    if outcome.no_ttl:
        tell(f"graph.ttl was not written: {summary['quads']:,} quads are more than the {output.TTL_QUADS:,} that go "
             "into one file; the parts hold them all.")


def _tell_kept_back(order: Order, outcome: Outcome) -> None:
    summary: dict[str, Any] = outcome.summary
    if summary["unsure"]:
        tell(f"{counted(summary['unsure'], 'fact')} left out as not sure enough")
    for sentence in outcome.kept_back:
        tell(sentence)
    if summary["quarantined"]:
        tell(f"{counted(summary['quarantined'], 'fact')} quarantined -> {order.out / 'quarantine'}")


def _code(outcome: Outcome) -> int:
    summary = outcome.summary
    if summary["failed"]:
        return FAILED
    if summary["problems"] or outcome.no_ttl:
        return BAD_INPUT
    if summary["quarantined"]:
        return QUARANTINED
    return OK if summary["facts"] else NOTHING
