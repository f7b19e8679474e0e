"""``kg add``, ``kg remove``, ``kg rebuild``, ``kg reports``: a store that grows and shrinks report by report."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

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
    print_out,
    reading,
    stoppable,
    tell,
)
from kg.commands.progress import Progress

if TYPE_CHECKING:
    from decimal import Decimal

    from kg.store.disk import Change

StoreFolder = Annotated[Path, typer.Argument(metavar="STORE", help="The folder of a store.", show_default=False)]
Names = Annotated[list[str], typer.Argument(metavar="REPORT", help="Ids or IRIs of reports.", show_default=False)]
_LEAST = "Leave out facts less sure than this (0 to 1)."


def add(
    store: StoreFolder, sources: Sources, published: Published = None, outlet: Outlet = None, url: Url = None,
    gate: Gate = "compiled",
    min_confidence: Annotated[float, typer.Option(metavar="N", min=0, max=1, help=_LEAST)] = 0,
) -> None:
    """Add reports to a store, which is made if there is none. Reports that are in it already are not read again.

    The store then holds the graph that `kg build` makes of all its reports. All reports are added, or none if the
    command is stopped. What breaks a shape goes to STORE/quarantine, with the reason.

    \b
    Examples:
      kg add archive report.txt --published 1399-11-20 --outlet "خبرگزاری نمونه"
      kg add archive reports/ more.jsonl
      kg query archive 'SELECT ?name { ?p a kg:Person ; rdfs:label ?name }'
    """
    from itertools import chain

    from kg.store import disk

    gatekeeper = checker(gate)
    problems: list[str] = []
    with stoppable(), Progress("added") as progress:
        reports = reading(sources, date_of(published), outlet, url, problems.append)
        first = next(reports, None)
        if first is None:
            tell("No report could be read; the store stays as it was.")
            raise typer.Exit(BAD_INPUT)
        change = disk.add(store, chain([first], reports), gatekeeper, _decimal(min_confidence), progress.step)
    present = f" (there already: {len(change.present):,})" if change.present else ""
    tell(f"{counted(len(change.added), 'report')} added{present} -> {store}")
    _tell(change, store)
    if change.other_version:
        tell(f"{counted(change.other_version, 'report')} in the store were read by another version of kg; "
             f"`kg rebuild {store}` reads them anew.")
    raise typer.Exit(_code(change, problems))


def remove(store: StoreFolder, reports: Names) -> None:
    """Take reports out of a store, with all that only they supported.

    A report is named by its id or its IRI. `kg reports STORE` lists both.

    \b
    Examples:
      kg remove archive report
      kg remove archive https://w3id.org/khabarkg/id/report/ca44b87581402ebc
    """
    from kg.store import disk

    change = disk.remove(store, reports)
    tell(f"{counted(len(change.removed), 'report')} removed from {store}")


def rebuild(
    store: StoreFolder, gate: Gate = "compiled",
    min_confidence: Annotated[float | None, typer.Option(metavar="N", min=0, max=1, help=f"{_LEAST} By default what "
                                                         "each report was added with.")] = None,
) -> None:
    """Read all reports of a store anew, from the texts kept in it, with the rules of this version of kg.

    \b
    Example:
      kg rebuild archive
    """
    from kg.store import disk, manifest

    least = None if min_confidence is None else _decimal(min_confidence)
    with stoppable(), Progress("read", len(manifest.read(store))) as progress:
        change = disk.rebuild(store, checker(gate), least, progress.step)
    tell(f"{counted(len(change.added), 'report')} read anew in {store}")
    _tell(change, store)
    raise typer.Exit(_code(change, []))


def reports(store: StoreFolder) -> None:
    """List the reports of a store: id, IRI, number of facts, number of facts kept back; columns apart by tabs.

    \b
    Example:
      kg reports archive
    """
    from kg.store import manifest

    rows = sorted(manifest.read(store).values(), key=lambda row: (row.id, row.key))
    print_out("".join(f"{_shown(row.id)}\t{row.report}\t{row.facts}\t{row.quarantined}\n" for row in rows))


def _decimal(number: float) -> Decimal:
    from decimal import Decimal

    return Decimal(str(number)).normalize()


def _tell(change: Change, store: Path) -> None:
    for message in change.failed:
        tell(message)
    stopped = [row for row in change.added if row.quarantined]
    if stopped:
        tell(f"{counted(sum(row.quarantined for row in stopped), 'fact')} of {counted(len(stopped), 'report')} "
             f"quarantined -> {store / 'quarantine'}")


def _code(change: Change, problems: list[str]) -> int:
    rows = change.added + change.present
    if change.failed:
        return FAILED
    if problems:
        return BAD_INPUT
    if any(row.quarantined for row in rows):
        return QUARANTINED
    return OK if any(row.facts for row in rows) or not rows else NOTHING


def _shown(text: str) -> str:
    return "".join(c if c.isprintable() or c == "\u200c" else "\ufffd" for c in text)
