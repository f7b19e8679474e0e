"""What an engine costs: processes against one, Spark per report, and what that comes to for an archive.

    python bench/engines.py [--reports N] [--spark] [--shared DIR]      writes bench/results/engines.json

The reports are those of ``../shared`` over and over, each copy under a date and a last sentence of its own, so that
none is known. Rounds of one and of several processes take turns, and each time is what its own round's single process
took: the machine may be busy. CPU seconds are of the run and all its processes; they do not mind other work much, wall
seconds do.
"""

from __future__ import annotations

import argparse
import ctypes
import json
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from statistics import median
from typing import Any

from measure import SHARED, keep, reports, say, table

from kg.export import files
from kg.scale import local, parts, shards
from kg.scale.shards import Shard
from kg.scale.work import Settings
from kg.sources import Defaults

ROUNDS = 3
KG = [sys.executable, "-c", "from kg.cli import main; main()", "build"]
ARCHIVES = (1_000_000, 10_000_000, 100_000_000)
EFFICIENCY = 0.8
"""The share of a cluster's time that is work. An assumption: stragglers, shuffles and listings take the rest."""


def write(folder: Path, shared: Path, count: int) -> int:
    """JSON lines of ``count`` reports, all different; their bytes."""
    found = reports(shared)
    total = 0
    with (folder / "reports.jsonl").open("w", encoding="utf-8") as stream:
        for number in range(count if found else 0):
            report = found[number % len(found)]
            body = f"{report.body}\nشماره این رونوشت {number} است."
            total += stream.write(json.dumps({"id": f"r{number}", "title": report.title, "body": body,
                                              "published": f"1402-{number % 12 + 1:02}-01"}, ensure_ascii=False) + "\n")
    return total


def timed(command: Sequence[str]) -> dict[str, float]:
    """Wall and CPU seconds of a command and all that it starts, also of what outlives it."""
    start, before = time.perf_counter(), resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    wall = time.perf_counter() - start
    with suppress(ChildProcessError):
        while True:
            os.waitpid(-1, 0)  # of what has lost its parent, we are the next; see ``adopt``
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    if done.returncode not in (0, 3):
        raise SystemExit(f"{' '.join(command[3:])} failed:\n{done.stderr}")
    return {"wall": wall, "cpu": after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime}


def adopt() -> None:
    """Become the parent of processes that lose theirs (Linux), so that their CPU time is counted."""
    if ctypes.CDLL(None).prctl(36, 1, 0, 0, 0) != 0:  # PR_SET_CHILD_SUBREAPER
        raise SystemExit("CPU time of all processes can be measured on Linux only.")


def serial(source: str, out: Path) -> None:
    """The same work in this process alone, one shard after another."""
    folder = files.folder(files.folder(out) / "shards")
    names = [shards.make(folder, shard, Settings()).shard for shard in
             shards.cut(shards.groups([source]), Defaults()) if isinstance(shard, Shard)]
    pieces = [parts.Piece(shards.lines_of(folder, name)) for name in names]
    planned = parts.plan(files.folder(out / "parts"), pieces)
    for part in planned:
        parts.write(part)
    found = parts.digest(part.path for part in planned)
    files.write(out / "manifest.json", json.dumps({"sha256": found}) + "\n")


def digest(out: Path) -> str:
    return str(json.loads((out / "manifest.json").read_text(encoding="utf-8"))["sha256"])


def measured(folder: Path, count: int, with_spark: bool) -> dict[str, Any]:
    """Rounds of all engines in turn, as medians; each must give the same lines."""
    source, jobs = str(folder / "reports.jsonl"), local.cores()
    commands = {"serial": [sys.executable, __file__, "--serial", source],
                "local, 1 process": [*KG, source, "--jobs", "1", "--out"],
                f"local, {jobs} processes": [*KG, source, "--jobs", str(jobs), "--out"]}
    if with_spark:
        commands[f"spark, {jobs} threads"] = [*KG, source, "--engine", "spark", "--jobs", str(jobs), "--out"]
    rows: dict[str, list[dict[str, float]]] = {name: [] for name in commands}
    loads = []
    for number in range(ROUNDS):
        seen = set()
        for name, command in commands.items():
            out = folder / f"out-{name.replace(' ', '')}"
            shutil.rmtree(out, ignore_errors=True)
            rows[name].append(timed([*command, str(out)]))
            seen.add(digest(out))
            loads.append(os.getloadavg()[0])
        if len(seen) != 1:
            raise SystemExit(f"The engines gave different lines in round {number}: {sorted(seen)}")
    found = {}
    for name, some in rows.items():
        of_serial = list(zip(some, rows["serial"], strict=True))
        found[name] = {
            "cpu_s": round(median(one["cpu"] for one in some), 2),
            "wall_s": round(median(one["wall"] for one in some), 2),
            "cpu_ms_per_report": round(median(one["cpu"] for one in some) / count * 1000, 3),
            "cpu_over_serial": round(median(one["cpu"] / first["cpu"] for one, first in of_serial), 3),
            "speed_up": round(median(first["wall"] / one["wall"] for one, first in of_serial), 2)}
    return {"reports": count, "rounds": ROUNDS, "load_average": [round(min(loads), 1), round(max(loads), 1)],
            "engines": found}


def marginal(few: dict[str, Any], many: dict[str, Any]) -> dict[str, float]:
    """CPU milliseconds of one more report on each engine: what is paid once falls out of the difference of sizes."""
    step = many["reports"] - few["reports"]
    return {name: round((row["cpu_s"] - few["engines"][name]["cpu_s"]) / step * 1000, 3)
            for name, row in many["engines"].items()}


def costs(per_report: float) -> list[dict[str, float]]:
    """Core hours of archives at so many CPU milliseconds per report, and hours on 256 cores."""
    hours = {count: count * per_report / 3.6e6 / EFFICIENCY for count in ARCHIVES}
    return [{"reports": count, "core_hours": round(found, 1), "hours_on_256_cores": round(found / 256, 2)}
            for count, found in hours.items()]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--reports", type=int, default=3000)
    parser.add_argument("--spark", action="store_true", help="also Spark, which takes some minutes")
    parser.add_argument("--shared", type=Path, default=SHARED)
    parser.add_argument("--serial", nargs=2, metavar=("SOURCE", "OUT"), help=argparse.SUPPRESS)
    words = parser.parse_args()
    if words.serial:
        serial(words.serial[0], Path(words.serial[1]))
        return
    adopt()
    found = {}
    for key, count in (("few", words.reports // 4), ("many", words.reports)):
        with tempfile.TemporaryDirectory() as folder:
            if not write(Path(folder), words.shared, count):
                return
            found[key] = measured(Path(folder), count, words.spark)
    per_report = marginal(found["few"], found["many"])
    head = ("CPU s", "wall s", "CPU / serial", "speed-up", "CPU ms per further report")
    say(f"{words.reports} reports, medians of {ROUNDS} rounds; load average "
        f"{'–'.join(map(str, found['many']['load_average']))} on {os.cpu_count()} processors", "")
    say(*table(("engine", *head), [[name, row["cpu_s"], row["wall_s"], row["cpu_over_serial"], row["speed_up"],
                                    per_report[name]] for name, row in found["many"]["engines"].items()]))
    model = {name: costs(value) for name, value in per_report.items() if not name.startswith("local, 1")}
    say("", *table(("archive", *model), [[f"{count:,}", *(rows[i]["core_hours"] for rows in model.values())]
                                         for i, count in enumerate(ARCHIVES)]), "core hours")
    keep("engines", {**found, "cpu_ms_per_further_report": per_report, "efficiency": EFFICIENCY, "costs": model})


if __name__ == "__main__":
    main()
