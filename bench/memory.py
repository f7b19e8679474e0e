"""Memory: the peak of `kg build` over corpora of growing size, each in a process of its own.

    python bench/memory.py [--sizes 100 1000 10000] [--shared DIR]      prints a table, writes bench/results/memory.json
    python bench/memory.py --sizes 1000 10000 100000 --characters 300   the same for beginnings of reports, quicker

100,000 whole reports take a quarter of an hour of CPU and 8 GB of disk; they are written to memory-100000.json.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import Any

import corpus
from measure import SHARED, keep, reports, say, table

from kg.model import Report

SIZES = (100, 1_000, 10_000)
KG = "from kg.cli import main; main()"


def run(source: Path, out: Path) -> tuple[float, float, float, float]:
    """Peak MB of memory, CPU seconds, seconds and peak MB of working files of one build."""
    start = time.perf_counter()
    process = subprocess.Popen([sys.executable, "-c", KG, "build", str(source), "--out", str(out)],
                               stderr=subprocess.DEVNULL)
    largest = [0]
    done = threading.Event()
    watcher = threading.Thread(target=watch, args=(out, largest, done))
    watcher.start()
    _, status, used = os.wait4(process.pid, 0)
    done.set()
    watcher.join()
    if os.waitstatus_to_exitcode(status) not in (0, 3):
        raise SystemExit(f"kg build of {source} ended with exit code {os.waitstatus_to_exitcode(status)}.")
    unit = 2**20 if sys.platform == "darwin" else 2**10  # bytes there, kB elsewhere
    return used.ru_maxrss / unit, used.ru_utime + used.ru_stime, time.perf_counter() - start, largest[0] / 2**20


def watch(out: Path, largest: list[int], done: threading.Event) -> None:
    """The most bytes that lie in working files, looked at every second."""
    while not done.wait(1.0):
        held = 0
        for path in out.glob(".kg-*.part/*"):
            try:
                held += path.stat().st_size
            except OSError:  # gone since
                continue
        largest[0] = max(largest[0], held)


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--sizes", type=int, nargs="+", default=SIZES)
    parser.add_argument("--shared", type=Path, default=SHARED)
    parser.add_argument("--characters", type=int, help="cut the bodies of the reports after so many")
    parser.add_argument("--folder", type=Path, help="where corpus and graph are written (the system's own)")
    options = parser.parse_args()
    found = reports(options.shared)
    if not found:
        return 0
    if options.characters:
        found = [Report.of(report.id, report.title, report.body[:options.characters]) for report in found]
    rows: list[dict[str, Any]] = []
    for size in options.sizes:
        with tempfile.TemporaryDirectory(dir=options.folder) as folder:
            source = corpus.write(Path(folder) / "corpus.jsonl", found, size)
            peak, cpu, wall, working = run(source, Path(folder) / "out")
            rows.append({"reports": size, "peak_mb": round(peak), "cpu_ms_a_report": round(cpu / size * 1000, 2),
                         "seconds": round(wall, 1), "corpus_mb": round(source.stat().st_size / 2**20, 1),
                         "graph_mb": round((Path(folder) / "out/graph.ttl").stat().st_size / 2**20, 1),
                         "working_files_mb": round(working)})
        say(*table(list(rows[-1]), [row.values() for row in rows[-1:]]))
    say("", *table(("reports", "peak MB", "CPU ms a report", "seconds", "corpus MB", "graph MB", "working files MB"),
                   [row.values() for row in rows]))
    largest = max(options.sizes)
    keep("memory" if largest <= max(SIZES) else f"memory-{largest}", {"characters": options.characters, "rows": rows})
    return 0


if __name__ == "__main__":
    sys.exit(main())
