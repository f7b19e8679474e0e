"""What the timing benches share: reports, CPU time, percentiles, tables, result files. Does nothing by itself."""

from __future__ import annotations

import gc
import json
import os
import platform
import sys
import time
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

from kg.model import Report

ROOT = Path(__file__).resolve().parents[1]
SHARED = ROOT.parent / "shared"
RESULTS = ROOT / "bench" / "results"


def say(*lines: str) -> None:
    sys.stdout.write("".join(f"{line}\n" for line in lines))


def reports(shared: Path, name: str = "open.jsonl") -> list[Report]:
    """The reports of a shared file; none, and a sentence, where it is not there."""
    path = shared / "reports" / name
    if not path.exists():
        say(f"{path} is not there, so there is nothing to measure; name the right folder with --shared.")
        return []
    rows = map(json.loads, path.read_text(encoding="utf-8").splitlines())
    return [Report.of(row["id"], row["title"], row["body"]) for row in rows]


def cpu(work: Callable[[], Any]) -> tuple[float, Any]:
    """CPU milliseconds of this process for one call, and what the call gave."""
    start = time.process_time_ns()
    result = work()
    return (time.process_time_ns() - start) / 1e6, result


def settle() -> None:
    """Take what is loaded out of the collector's sight, as a long run would."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)  # as the command line does


def percentile(values: Iterable[float], share: float) -> float:
    """The value below which ``share`` of the values lie (nearest rank)."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def spread(values: Sequence[float]) -> dict[str, float]:
    """Mean, median, 95th percentile and maximum."""
    return {"mean": round(sum(values) / len(values), 3), "p50": round(percentile(values, 0.5), 3),
            "p95": round(percentile(values, 0.95), 3), "max": round(max(values), 3)}


def table(head: Sequence[str], rows: Iterable[Sequence[Any]]) -> list[str]:
    """Lines of a table with columns of even width, numbers to the right."""
    cells = [list(map(_cell, head)), *(list(map(_cell, row)) for row in rows)]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    return ["  ".join(cell.ljust(width) if i == 0 else cell.rjust(width)
                      for i, (cell, width) in enumerate(zip(row, widths, strict=True))).rstrip() for row in cells]


def _cell(value: Any) -> str:
    return f"{value:.3f}" if isinstance(value, float) else str(value)


def keep(name: str, results: dict[str, Any]) -> None:
    """Write results with the machine they were measured on to bench/results/<name>.json."""
    machine = {"python": platform.python_version(), "processors": os.cpu_count(), "system": platform.machine()}
    RESULTS.mkdir(exist_ok=True)
    path = RESULTS / f"{name}.json"
    path.write_text(json.dumps({"machine": machine, **results}, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    say(f"-> {path.relative_to(ROOT)}")
