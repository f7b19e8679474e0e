"""Where the time of a report goes: CPU per stage, slowest reports, start of the program.

    python bench/stages.py [--shared DIR]       prints tables, writes bench/results/stages.json
    python bench/stages.py --profile            the functions of the reader that take the most time

The stages are those of ``path.py``.
"""

from __future__ import annotations

import argparse
import cProfile
import io
import os
import pstats
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from measure import ROOT, SHARED, keep, percentile, reports, say, settle, spread, table
from path import STAGES, stages, warm

from kg import pipeline
from kg.model import Report


def start(*arguments: str) -> dict[str, float]:
    """One call of the command line: the best of three runs, in milliseconds."""
    runs = []
    for _ in range(3):
        with tempfile.TemporaryDirectory() as folder:
            call = [sys.executable, "-c", "from kg.cli import main; main()", *arguments]
            before, clock = os.times(), time.perf_counter()
            subprocess.run(call, check=True, capture_output=True, cwd=folder)
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
    warm(found)
    settle()
    if options.profile:
        say(*profile(found))
        return 0
    rows = [stages(report) for report in found]
    totals = [sum(row) for row in rows]
    columns = dict(zip(STAGES, zip(*rows, strict=True), strict=True))
    near = [row for row, report in zip(rows, found, strict=True) if 1800 <= len(report.text) <= 2200]
    slowest = sorted(zip(totals, found, strict=True), key=lambda pair: -pair[0])[:10]
    per_thousand = [ms / len(report.text) * 1000 for ms, report in zip(totals, found, strict=True)]
    example = str(next((ROOT / "examples").glob("*.txt")))
    results: dict[str, Any] = {
        "reports": len(found), "characters_p50": percentile([len(report.text) for report in found], 0.5),
        "cpu_ms": {name: spread(values) for name, values in [*columns.items(), ("total", totals)]},
        "cpu_ms_at_2000_characters": {
            "reports": len(near), "total": spread([sum(row) for row in near]),
            **{name: spread(values) for name, values in zip(STAGES, zip(*near, strict=True), strict=True)}},
        "cpu_ms_per_1000_characters": spread(per_thousand),
        "slowest": [{"id": report.id, "characters": len(report.text), "ms": round(ms, 2)} for ms, report in slowest],
        "start": {"help": start("--help"), "build": start("build", example)},
    }
    say(*table(("CPU ms a report", "mean", "p50", "p95", "max"),
               [(name, *values.values()) for name, values in results["cpu_ms"].items()]), "",
        *table((f"of 1,800-2,200 characters ({len(near)})", "mean", "p50", "p95", "max"),
               [(name, *results["cpu_ms_at_2000_characters"][name].values()) for name in (*STAGES, "total")]), "",
        *table(("slowest", "characters", "ms"), [row.values() for row in results["slowest"]]), "",
        *table(("start", "ms", "CPU ms"), [(f"kg {name}", *times.values())
                                           for name, times in results["start"].items()]))
    keep("stages", results)
    return 0


if __name__ == "__main__":
    sys.exit(main())
