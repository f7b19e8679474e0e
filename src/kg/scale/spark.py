"""The engine of many machines (extra ``spark``): Apache Spark hands out the reports and sorts the lines.

The way: tasks → ``mapInArrow`` over ``work.process`` → rows on disk (``stage``) → which report speaks, which ids are
told apart → lines sorted by range → parts. The stage is written in rounds. A driver that dies loses the round it was
in; with ``resume`` the next one reads the names of finished shards from the stage and works only the others.

Executors need this package, and must see sources and output folder under the same paths as the driver. The output
folder, and sources of Parquet or JSON lines, may be addresses that Hadoop knows (s3a://…, hdfs://…).
"""

from __future__ import annotations

import json
import math
import os
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from kg.errors import InputError, KgError
from kg.scale import ledger, output, parts, shards, spark_rows, tasks, work
from kg.scale.hadoop import Hadoop
from kg.scale.ledger import Entry
from kg.scale.local import Order
from kg.scale.output import Outcome
from kg.scale.parts import Written
from kg.scale.work import ReportRow

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession

ROUNDS = 20
"""The work is written out in about so many rounds."""
_LINE_BYTES = 220
_ARROW_ROWS = "spark.sql.execution.arrow.maxRecordsPerBatch"


@contextmanager
def session(master: str | None, conf: dict[str, str], jobs: int = 0) -> Iterator[SparkSession]:
    """A Spark session, ended when left. Raises KgError if Spark does not start."""
    from pyspark.sql import SparkSession

    given = conf.keys() & {"spark.pyspark.python", "spark.archives", "spark.yarn.dist.archives"}
    if "PYSPARK_PYTHON" not in os.environ and not given:
        os.environ["PYSPARK_PYTHON"] = sys.executable  # else the workers take the first python3 of their path
    settings = {"spark.log.level": "ERROR", "spark.sql.session.timeZone": "UTC", "spark.ui.enabled": "false",
                "spark.ui.showConsoleProgress": str(sys.stderr.isatty()).lower(),
                "spark.executorEnv.PYTHONPATH": str(Path(work.__file__).resolve().parents[2]),
                "spark.hadoop.fs.file.impl": "org.apache.hadoop.fs.RawLocalFileSystem", **conf}
    wanted = _master(master, jobs)
    builder = SparkSession.builder.appName("kg build").master(wanted)
    for key, value in settings.items():
        builder = builder.config(key, value)
    try:
        found = builder.getOrCreate()
    except Exception as error:  # of Py4J, of pyspark, of the JVM: all say that it did not start
        reason = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
        raise KgError(f"Spark did not start ({reason[:200]}). It needs Java 17 or later: see java -version and "
                      "JAVA_HOME, and whether the master is right.") from error
    if found.sparkContext.master != wanted:
        raise KgError(f"Spark runs on {found.sparkContext.master} in this process already, and so not on {wanted}; "
                      "stop that session first.")
    try:
        yield found
    finally:
        found.stop()


def _master(master: str | None, jobs: int) -> str:
    """The master to use. ``local[N]`` gives up at the first dead worker, so it becomes ``local[N,4]``."""
    if master is None:
        return f"local[{jobs or '*'},4]"
    if master == "local":
        return "local[1,4]"
    return f"{master[:-1]},4]" if master.startswith("local[") and "," not in master else master


def run(session: SparkSession, order: Order, tell: Callable[[str], None],
        progress: Callable[[int], None] = lambda _: None) -> Outcome | None:
    """Work the sources into the folder; None if there was no report. Raises KgError if Spark gives up."""
    try:
        return _Run(session, order, tell, progress).run()
    except (KgError, KeyboardInterrupt):
        raise
    except Exception as error:  # Spark's own, with a page of Java: the first line tells what there is to tell
        raise KgError(f"Spark gave up: {_first_line(error)} Finished rounds are kept; run again with "
                      "--resume.") from error


class _Run:
    """One run of Spark over the sources."""

    def __init__(self, session: SparkSession, order: Order, tell: Callable[[str], None],
                 progress: Callable[[int], None]) -> None:
        self._spark, self._order, self._tell, self._progress = session, order, tell, progress
        self._folder = Hadoop(session, str(order.out))
        self._stage = f"stage/{work.version()}-{order.settings.gate}-{order.settings.least}"

    def run(self) -> Outcome | None:
        earlier = self._earlier()
        rounds = self._work(earlier)
        rows = self._read([*earlier, *rounds])
        if rows is None:
            return None
        now = self._read(rounds)
        assert now is not None
        for row in now.where("kind = 'problem'").orderBy("payload").collect():
            self._tell(row.payload)
            self._problems += [] if row.key == "note" else [row.payload]
        here = now.where("kind = 'here'").select("key", "payload").distinct().withColumnRenamed("key", "shard")
        skipped = here.where("payload = 'known'").count()
        current = rows.join(here.select("shard"), "shard", "left_semi")
        reports = _reports(current).cache()
        try:
            return None if reports.isEmpty() else self._finish(current, reports, self._problems, skipped)
        finally:
            reports.unpersist(blocking=True)

    # -- the stage

    def _earlier(self) -> list[str]:
        """The finished rounds of earlier runs, which are kept only to resume."""
        if not self._order.resume:
            self._folder.remove("stage")
        runs = self._folder.names(self._stage)
        self._number = len(runs)
        return [found for run in runs for found in self._folder.names(run) if self._folder.exists(f"{found}/_SUCCESS")]

    def _read(self, rounds: list[str]) -> DataFrame | None:
        if not rounds:
            return None
        return self._spark.read.schema(spark_rows.SCHEMA).parquet(*map(self._folder.path, rounds))

    def _work(self, earlier: list[str]) -> list[str]:
        """Work all that is not known yet, round by round; the rounds written."""
        context = self._spark.sparkContext
        urls = [name for name in self._order.sources if "://" in name]
        plain = [name for name in self._order.sources if "://" not in name]
        if "-" in plain:
            raise InputError("Standard input cannot be shared out; give --engine spark files or folders.")
        groups, told = tasks.problems(shards.groups(plain))
        for item in told:
            self._tell(item.message)
        self._problems = [item.message for item in told if not item.note]
        known = self._read(earlier)
        names = [] if known is None else [row.shard for row in known.where("kind = 'report'").select("shard")
                                          .distinct().collect()]
        handed = context.broadcast(frozenset(names))
        worker = spark_rows.Worker(handed, self._order.settings, self._order.defaults)
        packed = tasks.pack((piece for group in groups for piece in tasks.pieces(group)), context.defaultParallelism)
        size = max(4 * context.defaultParallelism, math.ceil(len(packed) / ROUNDS))
        frames = [self._tasks(packed[at:at + size]).mapInArrow(worker.of_tasks, spark_rows.SCHEMA)
                  for at in range(0, len(packed), size)]
        frames += [self._records(url).mapInArrow(worker.of_records, spark_rows.SCHEMA) for url in urls]
        written: list[str] = []
        for number, frame in enumerate(frames):
            written.append(f"{self._stage}/run-{self._number:05}/round-{number:05}")
            frame.write.mode("overwrite").parquet(self._folder.path(written[-1]))
            done = self._read(written)
            assert done is not None
            self._progress(done.where("kind = 'report'").count())
        return written

    def _tasks(self, packed: list[str]) -> DataFrame:
        """A partition for each task."""
        rows = self._spark.sparkContext.parallelize([(task,) for task in packed], len(packed))
        return self._spark.createDataFrame(rows, "task string")

    def _records(self, url: str) -> DataFrame:
        """The records of an address as texts: read by Spark, which knows s3a, hdfs and their like."""
        from pyspark.sql import functions as f

        from kg.sources import kind_of

        kind, reader = kind_of(url.rstrip("/")), self._spark.read
        if kind in ("lines", "gz"):
            frame = reader.text(url).select(f.col("value").alias("record"), "_metadata.file_path")
        elif kind == "parquet":
            found = reader.parquet(url)
            columns = [f.col(name).cast("string").alias(name) for name in spark_rows.columns_of(found.columns, url)]
            frame = found.select(f.to_json(f.struct(*columns)).alias("record"), "_metadata.file_path")
        else:
            raise InputError(f"{url}: of addresses, kg reads .parquet, .jsonl and .jsonl.gz; copy other files "
                             "to a folder.")
        return frame.select("record", "file_path")

    # -- the output

    def _finish(self, current: DataFrame, reports: DataFrame, problems: list[str], skipped: int) -> Outcome:
        output.begin(self._folder)
        self._folder.remove("parts")
        written = self._parts(current, reports)
        classes: Counter[str] = Counter()
        for part in written:
            classes.update(part.classes)
        quads = sum(part.quads for part in written)
        paths = [f"{self._folder.path('parts')}/{part.name}" for part in written]
        near = [path for path in map(_local, paths) if path is not None]
        digest = parts.digest(near) if len(near) == len(paths) else None
        outcome = self._outcome(reports, problems, classes, quads, skipped)
        no_ttl = "ttl" in self._order.formats and quads > output.TTL_QUADS
        if "ttl" in self._order.formats and not no_ttl:
            lines = self._spark.read.text(paths).toLocalIterator()
            self._folder.write("graph.ttl", [output.turtle_of(row.value for row in lines)])
        outcome = replace(outcome, digest=digest, no_ttl=no_ttl)
        output.finish(self._folder, outcome, _entries(reports), written, self._order.settings)
        return outcome

    def _parts(self, current: DataFrame, reports: DataFrame) -> list[Written]:
        """Write the lines that leave in one order; a subject's lines stay together."""
        from pyspark import StorageLevel
        from pyspark.sql import functions as f

        silent = reports.where("not speaks").select("key")
        total = reports.agg(f.sum("triples")).first()
        number = max(1, math.ceil((total[0] if total else 0) * _LINE_BYTES / self._order.part_bytes))
        lines = current.where("kind = 'quad'").join(silent, "key", "left_anti").select(
            f.split_part("payload", f.lit(" "), f.lit(1)).alias("subject"), "payload")
        # Equal lines have one subject, so they are together already: no second shuffle to make them distinct.
        apart = lines.repartitionByRange(number, "subject").dropDuplicates(["subject", "payload"])
        ordered = apart.select("payload").sortWithinPartitions("payload")
        parquet = "parquet" in self._order.formats
        if parquet:
            ordered = ordered.persist(StorageLevel.DISK_ONLY)
        ordered.write.text(self._folder.path("parts"))
        if parquet:
            table = ordered.mapInArrow(spark_rows.table, ", ".join(f"{name} string" for name in output.COLUMNS))
            table.write.mode("append").option("compression", "zstd").parquet(self._folder.path("parts"))
            ordered.unpersist()
        return self._named()

    def _named(self) -> list[Written]:
        """Give the parts their names, and say what is in them."""
        for ending, name in ((".txt", ".nq"), (".zstd.parquet", ".parquet")):
            found = [path for path in self._folder.names("parts") if path.endswith(ending)]
            for number, path in enumerate(sorted(found)):
                self._folder.rename(path, f"parts/part-{number:05}{name}")
        for path in self._folder.names("parts"):
            if not path.startswith("parts/part-"):
                self._folder.remove(path)
        before = self._spark.conf.get(_ARROW_ROWS)
        self._spark.conf.set(_ARROW_ROWS, "1")  # a row is a file here
        try:
            files = self._spark.read.format("binaryFile").load(f"{self._folder.path('parts')}/*.nq")
            rows = files.select("path", "content").mapInArrow(spark_rows.measure, spark_rows.MEASURED).collect()
        finally:
            self._spark.conf.set(_ARROW_ROWS, before or "10000")
        return sorted((Written(**json.loads(row.written)) for row in rows), key=lambda part: part.name)

    def _outcome(self, reports: DataFrame, problems: Iterable[str], classes: Counter[str], quads: int,
                 skipped: int) -> Outcome:
        """Counts by Spark: nothing here grows with the number of reports, but for failures."""
        from pyspark.sql import functions as f

        counts = reports.agg(f.count("*"), f.count_distinct("sha256"), *map(f.sum, ("facts", "quarantined", "unsure")))
        row = counts.first()
        assert row is not None
        remarks = reports.select(f.explode("remarks").alias("text", "n")).groupBy("text").agg(f.sum("n").alias("n"))
        errors = reports.where("error is not null").select("error", "trace").collect()
        failed = sorted((found.error, found.trace) for found in errors)
        told = [sentence for entry in _entries(reports.where("kept_back is not null").limit(output.TOLD))
                for sentence in output.sentences(entry)][:output.TOLD]
        summary = ledger.counted(*map(int, row), quads=quads, classes=classes, problems=problems,
                                 failed=[error for error, _ in failed],
                                 remarks={r.text: int(r.n) for r in remarks.collect()})
        return Outcome(summary, failed, told, skipped=skipped)


def _reports(current: DataFrame) -> DataFrame:
    """Each report once, with ``name`` (its id, told apart), ``speaks`` and what was kept back; as ``ledger`` has it."""
    from pyspark.sql import Window
    from pyspark.sql import functions as f

    rows = current.where("kind = 'report'").select(f.from_json("payload", spark_rows.REPORT).alias("r")).select("r.*")
    kept_back = current.where("kind = 'quarantine'").dropDuplicates(["key"]).select(
        "key", f.col("payload").alias("kept_back"))
    of_id, of_text = Window.partitionBy("id").orderBy("sha256"), Window.partitionBy("sha256").orderBy("order")
    apart = f.concat("id", f.lit("-"), f.substring("sha256", 1, 8))
    return rows.dropDuplicates(["key"]).join(kept_back, "key", "left").withColumns({
        "name": f.when(f.first("sha256").over(of_id) == f.col("sha256"), f.col("id")).otherwise(apart),
        "speaks": f.first("key").over(of_text) == f.col("key")})


def _entries(reports: DataFrame) -> Iterator[Entry]:
    """The reports in the order of ``ledger.settle``, a few at a time."""
    for row in reports.orderBy("id", "sha256", "order").toLocalIterator():
        entry = Entry(ReportRow(row.key, row.id, row.sha256, tuple(row.order), row.facts, row.triples, row.quarantined,
                                row.unsure, row.error), "", row.kept_back)
        yield entry if row.name == row.id else ledger.renamed(entry, row.name)


def _local(path: str) -> Path | None:
    """A path of this machine, or None for an address elsewhere."""
    plain = path.removeprefix("file://").removeprefix("file:")
    return None if "://" in plain else Path(plain)


def _first_line(error: Exception) -> str:
    text = str(getattr(error, "desc", None) or error).strip()
    lines = [line for line in text.splitlines() if line.strip()] or [type(error).__name__]
    told = next((line for line in lines if "Error:" in line or "Exception:" in line), lines[0])
    return told.strip()[:300].rstrip(".") + "."


