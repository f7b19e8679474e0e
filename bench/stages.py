"""Where the time of a report goes: CPU per stage, slowest reports, growth with length, memory, start of the program.

    python bench/stages.py [--shared DIR]       prints tables, writes bench/results/stages.json
    python bench/stages.py --profile            the functions of the reader that take the most time

Stages: text (normalise, tokens, sentences), mentions, builders (facts and triples), gate (compiled), write (Turtle).
"""

from __future__ import annotations

import argparse
import cProfile
import io
import math
import os
import pstats
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from statistics import linear_regression
from typing import Any

from measure import ROOT, SHARED, cpu, keep, percentile, reports, say, settle, spread, table

from kg import builders, iris, pipeline
from kg.export import turtle
from kg.graph.compiled import CompiledChecker
from kg.graph.validate import check
from kg.mentions import understand
from kg.model import Report
from kg.text.segment import document

STAGES = ("text", "mentions", "builders", "gate", "write")
GROWTH = (1, 2, 4, 8, 16)
CHECKER = CompiledChecker()


def stages(report: Report) -> list[float]:
    """CPU milliseconds of each stage for one report."""
    text, doc = cpu(lambda: document(report))
    mentions, understanding = cpu(lambda: understand(doc))
    building, triples = cpu(
        lambda: pipeline.triples(report, builders.find(understanding, iris.report(report.sha256))))
    gate, verdict = cpu(lambda: check(report, triples, CHECKER))
    writing, _ = cpu(lambda: turtle.write(verdict.kept))
    return [text, mentions, building, gate, writing]


def joined(some: Sequence[Report]) -> Report:
    """The reports as the paragraphs of one."""
    return Report.of(f"joined-{len(some)}", some[0].title, "\n\n".join(report.body for report in some))


def growth(found: Sequence[Report]) -> tuple[list[dict[str, float]], float]:
    """Time of N reports in one, and the exponent of time over characters (1 is linear)."""
    usual = sorted(found, key=lambda report: len(report.text))[len(found) // 3 : len(found) // 3 + max(GROWTH)]
    rows = []
    for size in GROWTH:
        report = joined(usual[:size])
        best = min(sum(stages(report)) for _ in range(3))
        rows.append({"reports": size, "characters": len(report.text), "ms": round(best, 2),
                     "ms_per_1000_characters": round(best / len(report.text) * 1000, 3)})
    logs = [(math.log(row["characters"]), math.log(row["ms"])) for row in rows]
    return rows, round(linear_regression(*zip(*logs, strict=True)).slope, 2)


def start() -> dict[str, float]:
    """Building one example from the command line: the best of three runs, in milliseconds."""
    example = next((ROOT / "examples").glob("*.txt"))
    runs = []
    for _ in range(3):
        with tempfile.TemporaryDirectory() as folder:
            call = [sys.executable, "-c", "from kg.cli import main; main()", "build", str(example), "--out", folder,
                    "--gate", "compiled"]
            before, clock = os.times(), time.perf_counter()
            subprocess.run(call, check=False, capture_output=True)
            after = os.times()
            used = after.children_user + after.children_system - before.children_user - before.children_system
            runs.append(((time.perf_counter() - clock) * 1000, used * 1000))
    return {"wall_ms": round(min(wall for wall, _ in runs)), "cpu_ms": round(min(used for _, used in runs))}


def profile(found: Sequence[Report], count: int = 10) -> list[str]:
    """The functions of the reader by the time spent in themselves."""
    profiler = cProfile.Profile()
    profiler.enable()
    for report in found:
        pipeline.read(report)
    profiler.disable()
    out = io.StringIO()
    pstats.Stats(profiler, stream=out).sort_stats("tottime").print_stats(count)
    lines = out.getvalue().splitlines()
    first = next(i for i, line in enumerate(lines) if line.lstrip().startswith("ncalls"))
    return [line.replace(f"{ROOT}/src/", "") for line in lines[first:] if line.strip()]


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--shared", type=Path, default=SHARED)
    parser.add_argument("--profile", action="store_true", help="profile the reader and measure nothing else")
    options = parser.parse_args()
    found = reports(options.shared)
    if not found:
        return 0
    for report in found[:20]:
        stages(report)  # rules are loaded, plans are made
    settle()
    if options.profile:
        say(*profile(found))
        return 0
    rows = [stages(report) for report in found]
    totals = [sum(row) for row in rows]
    columns = dict(zip(STAGES, zip(*rows, strict=True), strict=True))
    grown, exponent = growth(found)
    slowest = sorted(zip(totals, found, strict=True), key=lambda pair: -pair[0])[:10]
    per_thousand = [ms / len(report.text) * 1000 for ms, report in zip(totals, found, strict=True)]
    results: dict[str, Any] = {
        "reports": len(found), "characters_p50": percentile([len(report.text) for report in found], 0.5),
        "cpu_ms": {name: spread(values) for name, values in [*columns.items(), ("total", totals)]},
        "cpu_ms_per_1000_characters": spread(per_thousand),
        "slowest": [{"id": report.id, "characters": len(report.text), "ms": round(ms, 2)} for ms, report in slowest],
        "growth": grown, "growth_exponent": exponent,
        "peak_memory_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024), "start": start(),
    }
    say(*table(("CPU ms a report", "mean", "p50", "p95", "max"),
               [(name, *values.values()) for name, values in results["cpu_ms"].items()]), "",
        *table(("slowest", "characters", "ms"), [row.values() for row in results["slowest"]]), "",
        *table(("reports in one", "characters", "ms", "ms per 1,000"), [row.values() for row in grown]),
        f"time grows with the {exponent} power of the length; peak memory {results['peak_memory_mb']} MB; "
        f"`kg build` of one report {results['start']['wall_ms']} ms, {results['start']['cpu_ms']} ms of it CPU")
    keep("stages", results)
    return 0


if __name__ == "__main__":
    sys.exit(main())
