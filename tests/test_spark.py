"""Spark gives what one process gives: on one machine, on several executors, on a cluster of which a part is killed.

The clusters here are all of one machine, over its loopback: several JVMs that hold nothing in common but the disk.
What only several hosts have (a network that breaks, clocks, shares that are mounted otherwise) is not tested.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import socket
import subprocess
import threading
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import archive
import pytest
from test_backends import KG, Reference, lines_in, manifest, told, wait_for

from kg.scale import components, local, tasks
from kg.scale.local import Order
from kg.scale.output import Outcome

MISSING = [f"{package} is not installed: pip install 'khabar-kg[spark]'" for package in ("pyspark", "pyarrow", "pandas")
           if find_spec(package) is None]
if not (shutil.which("java") or os.environ.get("JAVA_HOME")):
    MISSING.append("there is no Java, without which Spark does not run")
if MISSING:
    if os.environ.get("KG_SPARK") == "required":
        raise RuntimeError("; ".join(MISSING))
    pytest.skip("; ".join(MISSING), allow_module_level=True)

from kg.scale import spark, spark_components  # noqa: E402

COUNT = 160
PART_BYTES = 1024 * 1024
QUICK = "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC"
"""Java that compiles little, since it runs for seconds."""
FEW = {"spark.sql.shuffle.partitions": "4", "spark.driver.host": "127.0.0.1", "spark.driver.bindAddress": "127.0.0.1",
       "spark.driver.extraJavaOptions": QUICK, "spark.executor.extraJavaOptions": QUICK}
os.environ["SPARK_LOCAL_IP"] = "127.0.0.1"


@pytest.fixture(scope="module")
def reference(tmp_path_factory: pytest.TempPathFactory) -> Reference:
    return Reference(tmp_path_factory.mktemp("reference"), COUNT)


@pytest.fixture(scope="module")
def near() -> Iterator[Any]:
    """A session on two threads of this process. The tests of other sessions come after those that use it."""
    with spark.session("local[2]", FEW) as session:
        assert session.sparkContext.master == "local[2,4]"  # one dead worker is no reason to give up
        yield session


@pytest.fixture
def apart() -> None:
    """Let no session of an earlier test run on: a process has but one."""
    from pyspark.sql import SparkSession

    running = SparkSession.getActiveSession()
    if running is not None:
        running.stop()


def order(reference: Reference, out: Path, *formats: str) -> Order:
    return Order((str(reference.folder),), out, formats=frozenset({"nq", *formats}), part_bytes=PART_BYTES)


def same(outcome: Outcome | None, reference: Reference, out: Path) -> Outcome:
    """The very lines of one process."""
    assert outcome is not None
    assert outcome.digest == manifest(out)["sha256"] == reference.digest
    assert lines_in(out) == reference.data
    assert len(list((out / "parts").glob("*.nq"))) > 5
    return outcome


class Running:
    """A run in a thread of its own, so that the test can do harm meanwhile."""

    def __init__(self, session: Any, wanted: Order) -> None:
        self.outcome: Outcome | None = None
        self.error: BaseException | None = None
        self._session, self._order = session, wanted
        self._thread = threading.Thread(target=self._run)
        self._thread.start()

    def _run(self) -> None:
        try:
            self.outcome = spark.run(self._session, self._order, told)
        except BaseException as error:
            self.error = error

    def end(self) -> Outcome | None:
        self._thread.join()
        if self.error is not None:
            raise self.error
        return self.outcome


def parent_of(pid: int) -> int:
    with suppress(OSError):
        return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])
    return 0


def processes(*words: str, above: int | None = None) -> list[int]:
    """The living processes whose command line has all the words, and that have ``above`` over them."""
    found = []
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        with suppress(OSError):
            line, pid = path.read_bytes().replace(b"\0", b" ").decode("utf-8", "replace"), int(path.parent.name)
            if all(word in line for word in words) and (above is None or above in line_of(pid)):
                found.append(pid)
    return sorted(found)


def line_of(pid: int) -> list[int]:
    found = []
    while pid > 1:
        found.append(pid)
        pid = parent_of(pid)
    return found


def workers(above: int) -> list[int]:
    """Python workers: forked by pyspark's daemon, which is no worker itself."""
    daemons = processes("pyspark.daemon", above=above)
    return [pid for pid in daemons if parent_of(pid) in daemons]


def active(session: Any) -> int:
    tracker = session.sparkContext.statusTracker()
    infos = map(tracker.getStageInfo, tracker.getActiveStageIds())
    return sum(info.numActiveTasks for info in infos if info is not None)


def executors(session: Any) -> list[Any]:
    """Spark's own account of its executors, the dead ones too, without the driver."""
    found = session.sparkContext._jsc.sc().statusStore().executorList(False)
    return [one for one in (found.apply(i) for i in range(found.size())) if one.id() != "driver"]


def alive(session: Any) -> int:
    return sum(one.isActive() for one in executors(session))


# -- one machine, two threads

def test_threads_give_what_one_process_gives(near: Any, reference: Reference, tmp_path: Path) -> None:
    outcome = same(spark.run(near, order(reference, tmp_path / "spark", "ttl", "parquet"), told), reference,
                   tmp_path / "spark")
    plain = local.run(order(reference, tmp_path / "local", "ttl", "parquet"), told)
    assert plain is not None and plain.summary == outcome.summary
    for name in ("reports.jsonl", "summary.json", "graph.ttl"):
        assert (tmp_path / "spark" / name).read_bytes() == (tmp_path / "local" / name).read_bytes()
    assert table(tmp_path / "spark") == table(tmp_path / "local")
    for part in manifest(tmp_path / "spark")["parts"]:
        assert (tmp_path / "spark" / "parts" / part["name"]).stat().st_size == part["bytes"]
    names = {path.name for path in (tmp_path / "spark").iterdir()}
    assert names == {"parts", "stage", "reports.jsonl", "summary.json", "graph.ttl", "manifest.json"}


def table(out: Path) -> list[dict[str, Any]]:
    from pyarrow import parquet

    rows = [parquet.ParquetFile(path).read().to_pylist() for path in sorted((out / "parts").glob("*.parquet"))]
    assert len(rows) > 5
    return [row for some in rows for row in some]


def test_a_killed_python_worker_costs_nothing(near: Any, reference: Reference, tmp_path: Path) -> None:
    running = Running(near, order(reference, tmp_path))
    wait_for(lambda: active(near) and workers(os.getpid()))
    victims = workers(os.getpid())
    for pid in victims:
        os.kill(pid, signal.SIGKILL)
    same(running.end(), reference, tmp_path)
    assert failures(near)


def failures(session: Any) -> int:
    found = session.sparkContext._jsc.sc().statusStore().executorList(False)
    return sum(found.apply(i).failedTasks() for i in range(found.size()))


def test_problems_are_told_and_the_rest_is_built(near: Any, reference: Reference, tmp_path: Path) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    good = (reference.folder / "part-0.jsonl").read_bytes()
    (folder / "a.jsonl").write_bytes(good + b"{\n")
    (folder / "b.jsonl.gz").write_bytes(b"not so")
    (folder / "c.txt").write_bytes(b"\x00\x01\x02")
    said: list[str] = []
    outcome = spark.run(near, Order((str(folder), str(tmp_path / "none")), tmp_path / "out"), said.append)
    line = good.count(b"\n") + 1
    assert outcome is not None and outcome.summary["problems"] == sorted(said) and len(said) == 4
    assert any(f"a.jsonl, line {line} cannot be read: it is not JSON" in sentence for sentence in said)
    assert outcome.summary["reports"] == line - 1
    alone = local.run(Order((str(reference.folder / "part-0.jsonl"),), tmp_path / "alone"), told)
    assert alone is not None and alone.digest == outcome.digest


def test_addresses_are_read_by_spark(near: Any, reference: Reference, tmp_path: Path) -> None:
    """What s3a and hdfs go through, with file:// in their place; records in two forms, with ids of their own."""
    import pyarrow
    from pyarrow import parquet

    rows = [json.loads(line) for path in sorted(reference.folder.iterdir())
            for line in path.read_text(encoding="utf-8").splitlines()]
    (tmp_path / "lines").mkdir()
    (tmp_path / "lines" / "a.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows[::2]), encoding="utf-8")
    parquet.write_table(pyarrow.Table.from_pylist(rows[1::2]), tmp_path / "b.parquet")
    sources = (f"file://{tmp_path}/lines/*.jsonl", f"file://{tmp_path}/b.parquet")
    wanted = replace(order(reference, tmp_path / "out"), sources=sources)
    same(spark.run(near, wanted, told), reference, tmp_path / "out")


def test_long_files_are_cut_where_lines_end(near: Any, reference: Reference, tmp_path: Path,
                                            monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tasks, "PIECE", 8_000)
    path = tmp_path / "all.jsonl"
    path.write_bytes(b"".join(path.read_bytes() for path in sorted(reference.folder.iterdir())))
    wanted = replace(order(reference, tmp_path / "out"), sources=(str(path),))
    same(spark.run(near, wanted, told), reference, tmp_path / "out")
    here = near.read.parquet(str(tmp_path / "out" / "stage" / "*" / "*" / "*")).where("kind = 'here'")
    assert here.count() > 10


@pytest.mark.parametrize("adaptive", ["true", "false"])
def test_components_are_those_of_union_find(adaptive: str, near: Any, tmp_path: Path) -> None:
    near.conf.set("spark.sql.adaptive.enabled", adaptive)
    try:
        edges = list(archive.edges())
        turned = [(b, a) if i % 2 else (a, b) for i, (a, b) in enumerate(edges)]
        frame = near.createDataFrame(turned, "a string, b string")
        rows = spark_components.components(frame, str(tmp_path)).collect()
    finally:
        near.conf.unset("spark.sql.adaptive.enabled")
    found = {row.node: row.component for row in rows}
    assert len(rows) == len(found) and found == components.union_find(edges)


# -- several JVMs

def test_two_executors_give_what_one_process_gives(apart: None, reference: Reference, tmp_path: Path) -> None:
    with spark.session("local-cluster[2,1,1500]", {**FEW, "spark.executor.memory": "1000m"}) as session:
        wait_for(lambda: alive(session) == 2)
        same(spark.run(session, order(reference, tmp_path), told), reference, tmp_path)
        worked = {one.id(): one.completedTasks() for one in executors(session)}
        assert sum(map(bool, worked.values())) >= 2, worked


class Cluster:
    """A standalone master with two workers on the loopback, each a JVM of its own, from pip's pyspark."""

    def __init__(self, folder: Path) -> None:
        import pyspark

        self._home = Path(pyspark.__file__).parent
        self._folder = folder
        self._started: list[subprocess.Popen[bytes]] = []
        port, self._ui = free_port(), free_port()
        self.url = f"spark://127.0.0.1:{port}"
        try:
            self._start_all(folder, port)
        except BaseException:
            self.stop()
            raise

    def _start_all(self, folder: Path, port: int) -> None:
        self._start("master.Master", "--host", "127.0.0.1", "--port", str(port), "--webui-port", str(self._ui))
        wait_for(lambda: self.state() is not None)
        self.workers = [self._start("worker.Worker", "--host", "127.0.0.1", "--cores", "1", "--memory", "1g",
                                    "--work-dir", str(folder / f"work-{i}"), self.url) for i in range(2)]
        wait_for(lambda: (self.state() or {}).get("aliveworkers") == 2)

    def _start(self, name: str, *words: str) -> subprocess.Popen[bytes]:
        log = (self._folder / f"{name}-{len(self._started)}.log").open("wb")
        environment = {**os.environ, "SPARK_HOME": str(self._home), "SPARK_DAEMON_MEMORY": "256m"}
        self._started.append(subprocess.Popen(
            [str(self._home / "bin" / "spark-class"), f"org.apache.spark.deploy.{name}", *words], stdout=log,
            stderr=subprocess.STDOUT, env=environment, start_new_session=True))
        return self._started[-1]

    def state(self) -> dict[str, Any] | None:
        with suppress(OSError, ValueError), urlopen(f"http://127.0.0.1:{self._ui}/json/", timeout=5) as answer:
            found: dict[str, Any] = json.load(answer)
            return found
        return None

    def stop(self) -> None:
        for process in self._started:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port: int = found.getsockname()[1]
        return port


def test_a_killed_node_costs_nothing(apart: None, reference: Reference, tmp_path: Path) -> None:
    """kill -9 of a worker and its executor, while both executors have tasks in hand."""
    cluster = Cluster(tmp_path)
    try:
        with spark.session(cluster.url, {**FEW, "spark.executor.memory": "512m"}) as session:
            wait_for(lambda: alive(session) == 2)
            running = Running(session, order(reference, tmp_path / "out"))
            wait_for(lambda: sum(bool(one.activeTasks()) for one in executors(session)) == 2)
            victim = cluster.workers[0].pid
            backend = processes("CoarseGrainedExecutorBackend", above=victim)
            assert backend
            for pid in [victim, *backend, *workers(backend[-1])]:
                with suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
            same(running.end(), reference, tmp_path / "out")
            assert alive(session) == 1
            assert sum(bool(one.totalTasks()) for one in executors(session)) >= 2
    finally:
        cluster.stop()


def test_a_killed_driver_is_taken_up_again(reference: Reference, tmp_path: Path) -> None:
    small = KG[2].replace("from kg.cli", "from kg.scale import tasks; tasks.TASK = 1; from kg.cli")  # a file a task
    command = [*KG[:2], small, "build", str(reference.folder), "--out", str(tmp_path), "--engine", "spark"]
    command += ["--jobs", "1", *(word for pair in FEW.items() for word in ("--conf", "=".join(pair)))]
    with (tmp_path / "log").open("wb") as log:
        driver = subprocess.Popen(command, stdout=log, stderr=log, start_new_session=True)
        try:
            wait_for(lambda: list((tmp_path / "stage").glob("*/*/*/_SUCCESS")) or driver.poll() is not None)
            assert driver.poll() is None, (tmp_path / "log").read_text()
            os.killpg(driver.pid, signal.SIGKILL)
        finally:
            driver.kill()
            driver.wait()
    assert not (tmp_path / "manifest.json").exists()
    done = subprocess.run([*command, "--resume"], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    skipped = re.search(r"(\d) shards were already done", done.stderr)
    assert skipped and int(skipped.group(1)) >= 4, done.stderr
    assert manifest(tmp_path)["sha256"] == reference.digest
