"""The gate: CPU of the compiled checker and of pySHACL on the same facts in one run.

    python bench/gate.py [--reports 40] [--shared DIR]      prints a table, writes bench/results/gate.json

Both must say the same of every report, or the bench fails. pySHACL has its shapes parsed beforehand and parses each
SPARQL query once, as in ``kg build --gate pyshacl``.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from statistics import linear_regression

from measure import SHARED, cpu, keep, reports, say, settle, spread, table

from kg import pipeline
from kg.graph.compiled import CompiledChecker
from kg.graph.shacl import Checker, PyShacl
from kg.model import Report, Triple

Facts = tuple[Report, list[Triple]]
TIMES = 5


def timed(checker: Checker, facts: list[Facts], times: int) -> list[float]:
    """The best of some CPU times for each report, in milliseconds."""
    return [min(cpu(lambda r=report, g=graph: checker.check(r, g))[0] for _ in range(times))  # type: ignore[misc]
            for report, graph in facts]


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--reports", type=int, default=40, help="so many go through pySHACL (40)")
    parser.add_argument("--shared", type=Path, default=SHARED)
    options = parser.parse_args()
    facts = [(report, pipeline.triples(report, pipeline.read(report))) for report in reports(options.shared)]
    if not facts:
        return 0
    compiled, reference = CompiledChecker(), PyShacl()
    start_ms = cpu(lambda: compiled.program)[0]
    settle()
    first = [cpu(lambda r=report, g=graph: compiled.check(r, g))[0] for report, graph in facts]  # type: ignore[misc]
    fast = timed(compiled, facts, TIMES)
    some = facts[:: max(1, len(facts) // options.reports)]
    differ = [report.id for report, graph in some if compiled.check(report, graph) != reference.check(report, graph)]
    both = timed(compiled, some, TIMES), timed(reference, some, 1)
    slope, base = linear_regression([len(graph) for _, graph in facts], fast)
    near = [ms for (report, _), ms in zip(facts, fast, strict=True) if 1800 <= len(report.text) <= 2200]
    results = {
        "reports": len(facts), "triples_mean": round(sum(len(graph) for _, graph in facts) / len(facts), 1),
        "compile_ms": round(start_ms, 1), "first_check_ms": spread(first), "compiled_ms": spread(fast),
        "compiled_ms_at_2000_characters": spread(near) if near else None,
        "compiled_ms_by_triples": {"fixed": round(base, 3), "per_1000": round(slope * 1000, 3)},
        "same_reports": {"reports": len(some), "compiled_ms": spread(both[0]), "pyshacl_ms": spread(both[1]),
                         "ratio": round(sum(both[1]) / sum(both[0]), 1), "differ": differ},
    }
    say(*table(("CPU ms a report", "mean", "p50", "p95", "max"), [
        (name, *spread(values).values()) for name, values in (
            (f"compiled, {len(facts)} reports", fast), ("  the first time", first),
            ("  2,000 characters", near or [0.0]), (f"compiled, {len(some)} reports", both[0]),
            ("pySHACL, the same", both[1]))]),
        f"shapes compiled in {start_ms:.0f} ms; {base:.2f} ms + {slope * 1000:.2f} ms for 1,000 triples; "
        f"pySHACL needs {results['same_reports']['ratio']} times as much")  # type: ignore[index]
    keep("gate", results)
    if differ:
        say(f"The two checkers differ on {', '.join(differ)}.")
    return 1 if differ else 0


if __name__ == "__main__":
    sys.exit(main())
