"""Growth: time over the number of reports and over the length of one, by stage; linear is an exponent of 1.

    python bench/growth.py [--reports 10000] [--bytes 1000000] [--shared DIR]

Prints tables, writes bench/results/growth.json. Reports go the way of `kg build` in this process (order, reading, gate,
working files, Turtle). A longer report is more bodies of reports one after the other.
"""

from __future__ import annotations

import argparse
import math
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from statistics import linear_regression
from typing import Any

import corpus
from measure import SHARED, cpu, keep, reports, say, settle, table
from path import CHECKER, STAGES, stages, warm

from kg import assemble
from kg.export import turtle
from kg.graph.spool import Spool
from kg.model import Report
from kg.runs import Scratch
from kg.sources.order import Ordered

SHARES = (16, 8, 4, 2, 1)
"""A longest report's parts that are measured."""


def built(found: Sequence[Report], count: int, folder: Path) -> dict[str, float]:
    """CPU ms a report of a corpus: taking in, building, and the union with its Turtle."""
    with Scratch(folder) as scratch, (folder / "graph.ttl").open("w+b") as stream:
        ordered, spool = Ordered(scratch), Spool(scratch)
        takes = working = 0.0
        for report in corpus.corpus(found, count):
            takes += cpu(lambda r=report: ordered.add(r))[0]  # type: ignore[misc]
        for report, _ in ordered:
            start = time.process_time_ns()
            one = assemble.build_one(report, CHECKER)
            spool.add(one.iri, one.verdict.kept)
            working += (time.process_time_ns() - start) / 1e6
        writes, _ = cpu(lambda: written(spool, turtle.Writer(stream, scratch)))
    return {"take": takes / count, "build": working / count, "write": writes / count,
            "total": (takes + working + writes) / count}


def written(spool: Spool, writer: turtle.Writer) -> None:
    for subject, rows in spool.merged():
        writer.add(subject, rows)
    writer.close()


def long(found: Sequence[Report], size: int) -> Report:
    """One report of so many bytes."""
    bodies: list[str] = []
    held = number = 0
    while held < size:
        bodies.append(corpus.varied(found, number).body)
        held += len(bodies[-1].encode()) + 2
        number += 1
    return Report.of(f"long-{size}", found[0].title, "\n\n".join(bodies))


def exponent(sizes: Sequence[float], times: Sequence[float]) -> float:
    """The power of the size with which the time grows (least squares over logarithms)."""
    logs = [(math.log(size), math.log(max(ms, 1e-6))) for size, ms in zip(sizes, times, strict=True)]
    return round(linear_regression(*zip(*logs, strict=True)).slope, 3)


def lengths(found: Sequence[Report], most: int) -> dict[str, Any]:
    """CPU ms per 1,000 characters of growing reports by stage, and each stage's exponent."""
    rows = []
    for share in SHARES:
        report = long(found, most // share)
        tries = [stages(report) for _ in range(3 if share > 2 else 2)]
        best = [min(times) for times in zip(*tries, strict=True)]
        rows.append({"characters": len(report.text), "bytes": len(report.text.encode()), "ms": best})
    sizes = [row["characters"] for row in rows]
    columns = list(zip(*(row["ms"] for row in rows), strict=True))
    exponents = {name: exponent(sizes, times) for name, times in zip(STAGES, columns, strict=True)}
    exponents["total"] = exponent(sizes, [sum(row["ms"]) for row in rows])
    told = [{"characters": row["characters"], "bytes": row["bytes"], "total_ms": round(sum(row["ms"]), 1),
             "ms_per_1000_characters": {name: round(ms / row["characters"] * 1000, 4) for name, ms in zip(
                 (*STAGES, "total"), [*row["ms"], sum(row["ms"])], strict=True)}} for row in rows]
    return {"rows": told, "exponents": exponents}


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--reports", type=int, default=10_000, help="the largest corpus (10,000)")
    parser.add_argument("--bytes", type=int, default=1_000_000, help="the longest report (1 MB)")
    parser.add_argument("--shared", type=Path, default=SHARED)
    options = parser.parse_args()
    found = reports(options.shared)
    if not found:
        return 0
    warm(found)
    settle()
    length = lengths(found, options.bytes)
    say(*table(("characters", "ms", *(f"{name}/1,000" for name in (*STAGES, "total"))),
               [(row["characters"], row["total_ms"], *row["ms_per_1000_characters"].values())
                for row in length["rows"]]),
        "exponents over length: " + ", ".join(f"{name} {value}" for name, value in length["exponents"].items()), "")
    sizes = [size for size in (1, 10, 100, 1_000, 10_000, 100_000) if size <= options.reports]
    rows = []
    for size in sizes:
        with tempfile.TemporaryDirectory() as folder:
            rows.append({"reports": size, **{k: round(v, 3) for k, v in built(found, size, Path(folder)).items()}})
    large = [row for row in rows if row["reports"] >= min(100, options.reports)]  # below, single reports decide
    slope = None if len(large) < 2 else exponent([row["reports"] for row in large],
                                                 [row["total"] * row["reports"] for row in large])
    say(*table(("reports", "take in", "build", "unite, write", "CPU ms a report"), [row.values() for row in rows]),
        f"exponent over the number of reports, from {large[0]['reports']}: {slope}")
    keep("growth", {"reports": rows, "exponent_over_reports": slope, "length": length})
    return 0


if __name__ == "__main__":
    sys.exit(main())
