"""Measure the reader against reports that were marked by hand: precision, recall and F1 for each kind of fact.

    python bench/accuracy.py             build, score, compare with bench/frozen/accuracy.csv
    python bench/accuracy.py --freeze    and make this measurement the one to compare with
    python bench/accuracy.py --docs      write the frozen numbers into the documents; measures nothing

The marked reports and their scorer lie outside this repository (``../shared``, or --shared DIR). They come in three
sets: development (rules were written with an eye on them), held-out (bench/heldout.txt; only their totals are
looked at) and all. The exit code is 1 if a kind fell by more than 0.005.
"""

from __future__ import annotations

import argparse
import csv
import json
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from kg import assemble, pipeline, sources
from kg.errors import KgError
from kg.export import turtle
from kg.model import Report, Triple

ROOT = Path(__file__).resolve().parents[1]
SHARED = ROOT.parent / "shared"
FROZEN = ROOT / "bench" / "frozen" / "accuracy.csv"
HELD_OUT = ROOT / "bench" / "heldout.txt"
SETS = ("development", "held-out", "all")
TOLERANCE = 0.005
"""A change of a precision, recall or F1 that is worth a line."""

DOCUMENTS = (ROOT / "docs" / "accuracy.md", ROOT / "README.md")
BEGIN, END = "<!-- accuracy:{} -->", "<!-- /accuracy -->"


@dataclass(frozen=True)
class Score:
    """One row of the measurement. ``gold`` and ``found`` count facts; of a TOTAL only ``f1`` means something."""

    set: str
    kind: str
    precision: float
    recall: float
    f1: float
    gold: int
    found: int


def held_out() -> frozenset[str]:
    """The ids of the reports whose errors nobody looks at."""
    lines = HELD_OUT.read_text(encoding="utf-8").splitlines()
    return frozenset(line.strip() for line in lines if line.strip() and not line.startswith("#"))


def marked_ids(shared: Path) -> list[str]:
    """The ids of the marked reports."""
    return sorted(path.name.removesuffix(".gold.json") for path in (shared / "accuracy" / "dev").glob("*.gold.json"))


def members(name: str, ids: Iterable[str]) -> list[str]:
    """The ids of a set."""
    apart = held_out()
    return [id for id in ids if name == "all" or (id in apart) == (name == "held-out")]


def build(shared: Path, out: Path, gate: bool = True) -> int:
    """Write ``<id>.ttl`` for each report. The result counts quarantined facts.

    Raises InputError if the reports cannot be read, and KgError if one cannot be built.
    """
    out.mkdir(parents=True, exist_ok=True)
    for old in out.glob("*.ttl"):
        old.unlink()
    reports = _reports(shared / "reports" / "dev.jsonl")
    if not gate:
        for report in reports:
            _write(out, report, pipeline.triples(report, pipeline.read(report)))
        return 0
    stopped = 0
    for one in assemble.build(reports):
        if one.error:
            raise KgError(one.error)
        stopped += len(one.verdict.quarantined)
        _write(out, one.report, one.verdict.kept)
    return stopped


def _reports(path: Path) -> list[Report]:
    found = list(sources.read([str(path)], None, None, None))
    lost = [item.message for item in found if isinstance(item, sources.SourceProblem) and not item.note]
    if lost:
        raise KgError(" ".join(lost))
    return assemble.distinct(item for item in found if isinstance(item, Report))


def _write(out: Path, report: Report, triples: Iterable[Triple]) -> None:
    (out / f"{report.id}.ttl").write_text(turtle.write(list(triples)), encoding="utf-8")


def score(shared: Path, graphs: Path, name: str) -> list[Score]:
    """Run the scorer on one set. Only totals come back: no error of a report is read."""
    gold = shared / "accuracy" / "dev"
    with tempfile.TemporaryDirectory() as folder:
        for id in members(name, marked_ids(shared)):
            for end in ("txt", "gold.json"):
                shutil.copy(gold / f"{id}.{end}", folder)
        command = [sys.executable, str(shared / "accuracy" / "score.py"), folder, str(graphs), "--json"]
        answer = json.loads(subprocess.run(command, check=True, capture_output=True, encoding="utf-8").stdout)
    rows = [Score(name, kind, row["precision"], row["recall"], row["f1"], row["gold"], row["found"])
            for kind, row in answer["kinds"].items()]
    return [*rows, Score(name, "TOTAL", 0, 0, answer["total"], sum(r.gold for r in rows), sum(r.found for r in rows))]


def table(rows: Iterable[Score]) -> str:
    """One set as lines for a terminal."""
    lines = [f"{'kind':18}{'P':>7}{'R':>7}{'F1':>7}{'gold':>7}{'found':>7}"]
    for row in rows:
        if row.kind == "TOTAL":
            lines.append(f"{'TOTAL (mean F1)':18}{'':14}{row.f1:7.3f}")
        else:
            lines.append(f"{row.kind:18}{row.precision:7.3f}{row.recall:7.3f}{row.f1:7.3f}{row.gold:7}{row.found:7}")
    return "\n".join(lines)


def freeze(rows: Iterable[Score]) -> None:
    """Make these rows the ones to compare with."""
    FROZEN.parent.mkdir(parents=True, exist_ok=True)
    with FROZEN.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(("set", "kind", "precision", "recall", "f1", "gold", "found"))
        writer.writerows((r.set, r.kind, f"{r.precision:.6f}", f"{r.recall:.6f}", f"{r.f1:.6f}", r.gold, r.found)
                         for r in rows)


def frozen() -> list[Score]:
    """The rows to compare with; none if there are none yet."""
    if not FROZEN.exists():
        return []
    with FROZEN.open(encoding="utf-8", newline="") as file:
        return [Score(r["set"], r["kind"], float(r["precision"]), float(r["recall"]), float(r["f1"]), int(r["gold"]),
                      int(r["found"])) for r in csv.DictReader(file)]


def changes(old: Iterable[Score], new: Iterable[Score]) -> Iterator[tuple[str, str, float, float]]:
    """(set, kind, F1 then, F1 now) of what moved by more than the tolerance, or came or went (NaN)."""
    before, now = ({(r.set, r.kind): r.f1 for r in rows} for rows in (old, new))
    for key in dict.fromkeys((*before, *now)):
        a, b = before.get(key, float("nan")), now.get(key, float("nan"))
        if not abs(a - b) <= TOLERANCE:
            yield *key, a, b


def documents(check: bool = False) -> list[str]:
    """Write the frozen numbers between the marks of the documents; the result names those that were stale."""
    rows, stale = frozen(), []
    for path in DOCUMENTS:
        if not path.exists():
            continue
        old = path.read_text(encoding="utf-8")
        new = _filled(_filled(old, "table", _markdown(rows)), "line", _sentence(rows))
        if new != old:
            stale.append(path.name)
            if not check:
                path.write_text(new, encoding="utf-8")
    return stale


def _filled(text: str, name: str, content: str) -> str:
    """The text with ``content`` between the marks of that name, if it has them."""
    before, mark, rest = text.partition(BEGIN.format(name))
    if not mark:
        return text
    _, end, after = rest.partition(END)
    return f"{before}{mark}\n{content}\n{end}{after}" if end else text


def _markdown(rows: list[Score]) -> str:
    sets = {(r.set, r.kind): r for r in rows}
    lines = ["| kind | P | R | F1 | marked | P held out | R held out | F1 held out | marked held out |",
             "|---|--:|--:|--:|--:|--:|--:|--:|--:|"]
    for kind in dict.fromkeys(r.kind for r in rows):
        cells = [cell for name in SETS[:2] for cell in _cells(sets.get((name, kind)))]
        lines.append(f"| {'**mean of F1**' if kind == 'TOTAL' else kind} | {' | '.join(cells)} |")
    return "\n".join(lines)


def _cells(row: Score | None) -> list[str]:
    if row is None:
        return ["", "", "", ""]
    if row.kind == "TOTAL":
        return ["", "", f"**{row.f1:.3f}**", ""]
    return [f"{row.precision:.3f}", f"{row.recall:.3f}", f"{row.f1:.3f}", str(row.gold)]


def _sentence(rows: list[Score]) -> str:
    f1 = {(r.set, r.kind): r.f1 for r in rows}
    said = ", ".join(f"{kind} {f1.get(('held-out', kind), 0):.2f}"
                     for kind in ("statements", "figures", "people", "orgs", "posts", "places", "times"))
    return (f"Mean F1 over all kinds of fact: {f1.get(('development', 'TOTAL'), 0):.2f} on the reports used in "
            f"development, {f1.get(('held-out', 'TOTAL'), 0):.2f} on\nreports held out. Held out, by kind: {said}.")


def say(text: str) -> None:
    """A line on standard output."""
    sys.stdout.write(text + "\n")


def measure(shared: Path, gate: bool, out: Path) -> list[Score]:
    """Build the marked reports and score all sets."""
    stopped = build(shared, out, gate)
    say(f"Built into {out}, " + (f"{stopped} facts quarantined." if gate else "the gate left out."))
    return [row for name in SETS for row in score(shared, out, name)]


def _report(rows: list[Score]) -> bool:
    """Print the tables and what moved; whether something fell."""
    for name in SETS:
        say(f"\n{name}")
        say(table(r for r in rows if r.set == name))
    old = frozen()
    if not old:
        say("\nThere is no frozen measurement to compare with; make this one with --freeze.")
        return False
    moved = list(changes(old, rows))
    say("" if moved else f"\nNothing moved by more than {TOLERANCE} against {FROZEN.name}.")
    for name, kind, then, now in moved:
        say(f"{name} {kind}: F1 {then:.3f} -> {now:.3f}, {'rose' if now > then else 'FELL'} by {abs(now - then):.3f}")
    return any(not now > then for _, _, then, now in moved)


def main(arguments: list[str] | None = None) -> int:
    """Run the command; the exit code is 1 if a kind fell and was not frozen so, 2 if the reports are no good."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--shared", type=Path, default=SHARED, help="where accuracy/ and reports/ lie")
    parser.add_argument("--out", type=Path, default=ROOT / "out" / "accuracy", help="where the graphs go")
    parser.add_argument("--no-gate", action="store_true", help="score what was read, checked or not")
    parser.add_argument("--freeze", action="store_true", help="write bench/frozen/accuracy.csv and the documents")
    parser.add_argument("--docs", action="store_true", help="write the frozen numbers into the documents, no more")
    parser.add_argument("--check", action="store_true", help="with --docs: write nothing, exit 1 if stale")
    args = parser.parse_args(arguments)
    if args.docs:
        stale = documents(args.check)
        say(f"{'Stale' if args.check else 'Written'}: {', '.join(stale)}." if stale else "The documents are fresh.")
        return int(args.check and bool(stale))
    if not (args.shared / "accuracy" / "score.py").exists():
        say(f"The marked reports are not here ({args.shared}); name their folder with --shared. Nothing was measured.")
        return 0
    try:
        rows = measure(args.shared, not args.no_gate, args.out)
    except KgError as error:
        say(str(error))
        return 2
    fell = _report(rows)
    if args.freeze:
        freeze(rows)
        documents()
        say(f"\nFrozen in {FROZEN.relative_to(ROOT)}.")
        return 0
    return int(fell)


if __name__ == "__main__":
    sys.exit(main())
