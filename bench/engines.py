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

ROUNDS, SPARK_ROUNDS = 3, 2
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


def spark_child(few: str, many: str, out: str) -> None:
    """CPU seconds of Spark on both sources in one session, after a first run that lets Java get warm; as JSON."""
    from kg.scale import spark

    found: dict[str, list[float]] = {few: [], many: []}
    start = session_cpu()
    with spark.session(None, {"spark.sql.shuffle.partitions": "8"}, local.cores()) as session:
        spark.run(session, local.Order((few,), Path(out)), say)
        warm = session_cpu() - start
        for source in (many, few) * SPARK_ROUNDS:
            before = session_cpu()
            outcome = spark.run(session, local.Order((source,), Path(out)), say)
            found[source].append(session_cpu() - before)
            if outcome is None:
                raise SystemExit(f"Spark made nothing of {source}.")
    say(json.dumps({"first_run_s": warm, "few_s": median(found[few]), "many_s": median(found[many])}))


def session_cpu() -> float:
    """CPU seconds of all processes of our session (of the kernel), and of those of theirs that have ended."""
    ticks, own = 0, os.getsid(0)
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            fields = stat.read_text().rpartition(")")[2].split()
            ticks += sum(map(int, fields[11:15])) if int(fields[3]) == own else 0
    return ticks / os.sysconf("SC_CLK_TCK")


def spark_costs(few: Path, many: Path, counts: tuple[int, int], serial_ms: float) -> dict[str, float]:
    """What Spark costs once and for each further report, beside one process."""
    command = [sys.executable, __file__, "--spark-child", str(few), str(many), str(few.parent / "out-spark")]
    done = subprocess.run(command, capture_output=True, text=True, check=False, start_new_session=True)
    if done.returncode:
        raise SystemExit(f"Spark failed:\n{done.stderr[-2000:]}")
    found = json.loads(done.stdout.splitlines()[-1])
    per_report = (found["many_s"] - found["few_s"]) / (counts[1] - counts[0]) * 1000
    return {"cpu_ms_per_further_report": round(per_report, 3), "over_serial_ms": round(per_report - serial_ms, 3),
            "once_warm_s": round(found["few_s"] - counts[0] * per_report / 1000, 1),
            "once_cold_s": round(found["first_run_s"] - counts[0] * per_report / 1000, 1)}


def measured(folder: Path, count: int) -> dict[str, Any]:
    """Rounds of all engines in turn, as medians; each must give the same lines."""
    source, jobs = str(folder / "reports.jsonl"), local.cores()
    commands = {"serial": [sys.executable, __file__, "--serial", source],
                "local, 1 process": [*KG, source, "--jobs", "1", "--out"],
                f"local, {jobs} processes": [*KG, source, "--jobs", str(jobs), "--out"]}
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
    parser.add_argument("--serial", nargs=2, help=argparse.SUPPRESS)
    parser.add_argument("--spark-child", nargs=3, help=argparse.SUPPRESS)
    words = parser.parse_args()
    if words.spark_child:
        spark_child(*words.spark_child)
        return
    if words.serial:
        serial(words.serial[0], Path(words.serial[1]))
        return
    adopt()
    counts = (words.reports // 4, words.reports)
    with tempfile.TemporaryDirectory() as place:
        folders = [files.folder(Path(place) / name) for name in ("few", "many")]
        if not all(write(folder, words.shared, count) for folder, count in zip(folders, counts, strict=True)):
            return
        few, many = (measured(folder, count) for folder, count in zip(folders, counts, strict=True))
        per_report = marginal(few, many)
        spark = spark_costs(folders[0] / "reports.jsonl", folders[1] / "reports.jsonl", counts,
                            per_report["serial"]) if words.spark else None
    show(few, many, per_report, spark)


def show(few: dict[str, Any], many: dict[str, Any], per_report: dict[str, float],
         spark: dict[str, float] | None) -> None:
    """Print and keep."""
    say(f"{many['reports']} reports, medians of {ROUNDS} rounds; load average "
        f"{'–'.join(map(str, many['load_average']))} on {os.cpu_count()} processors", "")
    head = ("engine", "CPU s", "wall s", "CPU / serial", "speed-up", "CPU ms per further report")
    say(*table(head, [[name, row["cpu_s"], row["wall_s"], row["cpu_over_serial"], row["speed_up"], per_report[name]]
                      for name, row in many["engines"].items()]), "")
    if spark:
        say("spark: " + ", ".join(f"{name} {value}" for name, value in spark.items()), "")
    each = {"local": per_report[list(per_report)[-1]]}
    if spark:
        each["spark"] = spark["cpu_ms_per_further_report"]
    model = {name: costs(value) for name, value in each.items()}
    say(*table(("core hours", *model), [[f"{count:,}", *(rows[i]["core_hours"] for rows in model.values())]
                                        for i, count in enumerate(ARCHIVES)]))
    keep("engines", {"few": few, "many": many, "cpu_ms_per_further_report": per_report, "spark": spark,
                     "efficiency": EFFICIENCY, "costs": model})


if __name__ == "__main__":
    main()
