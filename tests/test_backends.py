"""Engines of this machine: whatever is killed, repeated, cut or reordered, the lines that come out are the same."""

from __future__ import annotations

import gzip
import hashlib
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import archive
import networkx
import pytest
import rdflib

from kg import assemble, sources
from kg.cli import main
from kg.export import files, nquads, turtle
from kg.graph import compiled
from kg.graph.spool import Spool
from kg.graph.validate import Quarantined, Verdict
from kg.model import Literal, Report, Violation
from kg.runs import Scratch
from kg.scale import components, local, parts, pool, shards, work
from kg.scale.ledger import Entry, settle, silenced
from kg.scale.local import Order
from kg.scale.pool import Lost, Pool
from kg.scale.shards import Manifest, Shard, Share
from kg.scale.work import QUARANTINE, Settings
from kg.sources import Defaults

COUNT = 160
KG = [sys.executable, "-c", "from kg.cli import main; main()", "build"]
SMALL_PARTS = 512 * 1024


def told(message: str) -> None:
    raise AssertionError(f"nothing should be told, but was: {message}")


def one_process(folder: Path) -> tuple[list[str], list[assemble.Built]]:
    """The lines of each report that speaks, not sorted, as one process makes them; and what ``kg build`` makes."""
    reports = assemble.distinct(r for r in sources.read([folder]) if isinstance(r, Report))
    built = list(assemble.build(reports, compiled.checker()))
    first: dict[str, assemble.Built] = {}
    for one in sorted(built, key=lambda b: work.order_of(b.report)):
        first.setdefault(one.report.sha256, one)
    return [nquads.line(triple, one.iri) for one in first.values() for triple in one.verdict.kept], built


class Reference:
    """An archive, and what one process makes of it."""

    def __init__(self, folder: Path, count: int) -> None:
        self.folder = archive.write(folder / "archive", count)
        lines, self.built = one_process(self.folder)
        unsorted = folder / "lines.nq"
        unsorted.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
        done = subprocess.run(["sort", "-u", str(unsorted)], env={"LC_ALL": "C", "PATH": os.environ["PATH"]},
                              capture_output=True, check=True)
        self.data = done.stdout
        self.digest = hashlib.sha256(self.data).hexdigest()


@pytest.fixture(scope="module")
def reference(tmp_path_factory: pytest.TempPathFactory) -> Reference:
    found = Reference(tmp_path_factory.mktemp("reference"), COUNT)
    assert found.data.count(b"\n") > 300 * COUNT
    return found


def summary_of(built: list[assemble.Built], folder: Path) -> dict[str, Any]:
    """The summary of a build by one process."""
    with Scratch(folder) as scratch:
        tally, spool = assemble.Tally(scratch), Spool(scratch)
        for one in built:
            tally.add(one)
        for one in assemble.speaking(built):
            spool.add(one.iri, one.verdict.kept)
        for _, rows in tally.passing(spool.merged()):
            assert list(rows)
        found: dict[str, Any] = json.loads("".join(tally.summary()))
        return found


def lines_in(out: Path) -> bytes:
    return b"".join(path.read_bytes() for path in sorted((out / "parts").glob("*.nq")))


def manifest(out: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((out / "manifest.json").read_text(encoding="utf-8"))
    return found


# -- the same from one process and from several

def test_parts_are_what_one_process_and_sort_make(reference: Reference, tmp_path: Path) -> None:
    order = Order((str(reference.folder),), tmp_path, jobs=2, part_bytes=SMALL_PARTS,
                  formats=frozenset({"nq", "ttl", "parquet"}))
    outcome = local.run(order, told)
    assert outcome is not None and outcome.digest == reference.digest == manifest(tmp_path)["sha256"]
    assert lines_in(tmp_path) == reference.data
    listed = manifest(tmp_path)["parts"]
    assert len(listed) > 5 and sum(part["quads"] for part in listed) == outcome.summary["quads"]
    for part in listed:
        data = (tmp_path / "parts" / part["name"]).read_bytes()
        assert (len(data), hashlib.sha256(data).hexdigest()) == (part["bytes"], part["sha256"])
    firsts = [path.read_bytes().split(b" ", 1)[0] for path in sorted((tmp_path / "parts").glob("*.nq"))]
    lasts = [path.read_bytes()[:-1].rsplit(b"\n", 1)[-1].split(b" ", 1)[0]
             for path in sorted((tmp_path / "parts").glob("*.nq"))]
    assert all(last < first for last, first in zip(lasts, firsts[1:], strict=False))  # no subject in two parts

    triples = assemble.merged(reference.built)
    assert (tmp_path / "graph.ttl").read_text(encoding="utf-8") == turtle.write(triples)
    summary = summary_of(reference.built, tmp_path)
    assert outcome.summary["classes"] == summary["classes"]
    rows = [json.loads(line) for line in (tmp_path / "reports.jsonl").read_text(encoding="utf-8").splitlines()]
    assert rows == summary["reports"]


def test_parquet_has_the_rows_of_the_lines(reference: Reference, tmp_path: Path) -> None:
    parquet = pytest.importorskip("pyarrow.parquet")
    local.run(Order((str(reference.folder / "part-0.jsonl"),), tmp_path, jobs=1, formats=frozenset({"nq", "parquet"}),
                    part_bytes=SMALL_PARTS), told)
    rows = [row for path in sorted((tmp_path / "parts").glob("*.parquet")) for row in
            parquet.read_table(path).to_pylist()]
    lines = []
    for row in rows:
        literal = row["datatype"] is not None or row["lang"] is not None
        value = Literal(row["o"], row["datatype"], row["lang"]) if literal else row["o"]
        lines.append(nquads.line((row["s"], row["p"], value), row["g"]))
    assert "".join(f"{line}\n" for line in lines).encode() == lines_in(tmp_path)


def test_order_of_sources_copies_and_size_of_shards_do_not_matter(reference: Reference, tmp_path: Path,
                                                                  monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shards, "SIZE", 7)
    names = sorted(map(str, reference.folder.iterdir()), reverse=True)
    outcome = local.run(Order((*names, names[3]), tmp_path, jobs=2), told)
    assert outcome is not None and outcome.digest == reference.digest
    assert len(list((tmp_path / "shards").glob("*.nq"))) > 20


def test_bare_environment(reference: Reference, tmp_path: Path) -> None:
    """``env -i LC_ALL=C``: Persian and half-spaces survive a locale that knows neither."""
    done = subprocess.run([*KG, str(reference.folder), "--out", str(tmp_path), "--engine", "local", "--jobs", "2"],
                          env={"LC_ALL": "C", "PYTHONPATH": os.pathsep.join(sys.path)}, capture_output=True,
                          check=False)
    assert done.returncode == 0, done.stderr
    assert lines_in(tmp_path) == reference.data


# -- resuming

def test_resume_does_only_what_is_not_done(reference: Reference, tmp_path: Path) -> None:
    order = Order((str(reference.folder),), tmp_path, jobs=2)
    local.run(order, told)
    made = sorted((tmp_path / "shards").glob("*.json"))
    old, changed, damaged, cut = made[:4]
    old.unlink()
    changed.write_text(changed.read_text().replace(work.version(), "0" * 16))
    damaged.with_suffix(".nq").write_bytes(damaged.with_suffix(".nq").read_bytes()[:-1] + b"x")
    cut.write_bytes(cut.read_bytes()[:40])
    outcome = local.run(replace(order, resume=True), told)
    assert outcome is not None
    assert (outcome.digest, outcome.skipped) == (reference.digest, len(made) - 4)
    again = local.run(replace(order, resume=True), told)
    assert again is not None and (again.digest, again.skipped) == (reference.digest, len(made))
    surer = local.run(replace(order, resume=True, settings=Settings(least="0.9")), told)
    assert surer is not None and surer.skipped == 0 and surer.digest != reference.digest and surer.summary["unsure"]


def test_what_is_no_longer_in_the_input_leaves(reference: Reference, tmp_path: Path) -> None:
    local.run(Order((str(reference.folder),), tmp_path, jobs=1, part_bytes=SMALL_PARTS), told)
    one = str(reference.folder / "part-1.jsonl")
    outcome = local.run(Order((one,), tmp_path, jobs=1, resume=True), told)
    assert outcome is not None and outcome.skipped == 1
    alone = local.run(Order((one,), tmp_path / "alone", jobs=1), told)
    assert alone is not None and alone.digest == outcome.digest
    assert hashlib.sha256(lines_in(tmp_path)).hexdigest() == outcome.digest


def test_a_killed_driver_is_taken_up_again(reference: Reference, tmp_path: Path) -> None:
    command = [*KG, str(reference.folder), "--out", str(tmp_path), "--jobs", "2"]
    driver = subprocess.Popen(command, stderr=subprocess.DEVNULL, start_new_session=True)
    try:
        wait_for(lambda: any((tmp_path / "shards").glob("*.json")) or driver.poll() is not None)
        assert driver.poll() is None, "the driver had finished already"
        workers = in_session(driver.pid) - {driver.pid}
        assert workers
        driver.kill()
        driver.wait()
        wait_for(lambda: not in_session(driver.pid))  # nobody works on for nobody
    finally:
        driver.kill()
    finished = len(list((tmp_path / "shards").glob("*.json")))
    assert not (tmp_path / "manifest.json").exists() and 0 < finished < 8
    done = subprocess.run([*command, "--resume"], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert f"{finished} shard{'s' if finished > 1 else ''} were already done" in done.stderr
    assert manifest(tmp_path)["sha256"] == reference.digest


def in_session(leader: int) -> set[int]:
    """The living processes of a session, by /proc."""
    found = set()
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if int(fields[3]) == leader and fields[0] != "Z":
            found.add(int(stat.parent.name))
    return found


def wait_for(true: Callable[[], Any], seconds: float = 180) -> None:
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.02)


# -- job arrays

@pytest.mark.parametrize("merged", [False, True])
def test_jobs_of_an_array_and_one_that_collects(merged: bool, reference: Reference, tmp_path: Path,
                                                monkeypatch: pytest.MonkeyPatch) -> None:
    """With files enough a job reads its own only; with one file each reads all, and takes every third shard."""
    monkeypatch.setattr(shards, "SIZE", 15)
    source = reference.folder
    if merged:
        source = tmp_path / "all.jsonl"
        source.write_bytes(b"".join(path.read_bytes() for path in sorted(reference.folder.iterdir())))
    out = tmp_path / "out"
    counts = []
    for number in (3, 1, 2):
        outcome = local.run(Order((str(source),), out, jobs=1, share=Share(number, 3)), told)
        assert outcome is not None and outcome.digest is None and not (out / "manifest.json").exists()
        counts.append(outcome.summary["reports"])
    made = len(list((out / "shards").glob("*.nq")))
    assert sum(counts) >= COUNT + 2 and min(counts) > COUNT // 5
    outcome = local.run(Order((str(source),), out, jobs=1, resume=True), told)
    assert outcome is not None and (outcome.digest, outcome.skipped) == (reference.digest, made)


# -- workers that die

def test_a_killed_worker_costs_nothing(reference: Reference, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pools: list[ProcessPoolExecutor] = []
    start = pool._executor

    def started(jobs: int) -> ProcessPoolExecutor:
        pools.append(start(jobs))
        return pools[-1]

    monkeypatch.setattr(pool, "_executor", started)

    killed: list[int] = []

    def kill(_: int) -> None:
        """Once: shards that are done already are told of after that, too."""
        if not killed:
            killed.append(next(iter(pools[0]._processes)))
            os.kill(killed[0], signal.SIGKILL)

    outcome = local.run(Order((str(reference.folder),), tmp_path, jobs=2), told, kill)
    assert len(pools) == 2, "the worker was killed too late"
    assert outcome is not None and outcome.digest == reference.digest and outcome.failed == []


def make_or_die(poison: str, folder: Path, settings: Settings, shard: Shard) -> Manifest:
    """Dies of one report, as of one that takes all memory."""
    if any(report.id == poison for report in shard.reports):
        os.kill(os.getpid(), signal.SIGKILL)
    return shards.make(folder, shard, settings)


def test_a_report_that_kills_its_worker_is_left_out_and_told(reference: Reference, tmp_path: Path,
                                                             monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(local, "_make", partial(make_or_die, "report-77"))
    outcome = local.run(Order((str(reference.folder),), tmp_path, jobs=2), told)
    assert outcome is not None
    assert [error for error, _ in outcome.failed] == outcome.summary["failed"] == [
        "Report 'report-77' ended each process that read it (killed, or out of memory) and was left out; build it "
        "alone to see why."]
    lost = next(one for one in reference.built if one.report.id == "report-77").iri
    kept = b"".join(line + b"\n" for line in reference.data.splitlines() if not line.endswith(f" <{lost}> .".encode()))
    assert len(kept) < len(reference.data) and lines_in(tmp_path) == kept


def double_or_die(numbers: list[int]) -> list[int]:
    if 13 in numbers or 29 in numbers:
        os.kill(os.getpid(), signal.SIGKILL)
    return [number * 2 for number in numbers]


def halved(numbers: list[int]) -> list[list[int]]:
    half = len(numbers) // 2
    return [numbers[:half], numbers[half:]] if half else []


def test_what_kills_is_found_by_halving() -> None:
    tasks = [list(range(at, at + 8)) for at in range(0, 40, 8)]
    with Pool(2) as workers:
        found = list(workers.run(double_or_die, tasks, halved))
    assert sorted(task[0] for task, result in found if isinstance(result, Lost)) == [13, 29]
    assert sorted(n for _, result in found if isinstance(result, list) for n in result) == [
        n * 2 for n in range(40) if n not in (13, 29)]


def test_an_error_of_the_work_comes_out(tmp_path: Path) -> None:
    with Pool(1) as workers, pytest.raises(FileNotFoundError):
        list(workers.run(os.stat, [tmp_path / "no such file"]))


# -- the ledger, the lines

def entry(id: str, text: str, published: str, shard: str, kept_back: str | None = None) -> Entry:
    report = Report.of(id, "", text, published=sources.parse_date(published))
    row = work.ReportRow(work.key_of(report), id, report.sha256, work.order_of(report))
    return Entry(row, shard, kept_back)


def test_of_one_text_the_earliest_date_speaks_wherever_it_lies() -> None:
    early, late = entry("a", "متن", "1402-01-01", "s2"), entry("b", "متن", "1402-01-02", "s1")
    other = entry("c", "متنی دیگر", "1402-01-02", "s1")
    assert silenced([late, early, other]) == {"s1": {early.row.graph}}
    both = entry("b", "متن", "1402-01-02", "s2")  # the shard of the one that speaks has left it out itself
    assert silenced([early, both, other]) == {}


def test_ids_given_twice_are_told_apart_in_what_was_kept_back_too() -> None:
    texts = sorted((f"متن {i}" for i in range(3)), key=lambda t: Report.of("x", "", t).sha256)
    kept_back = json.dumps({"turtle": "# Quarantined by kg: 1 from report 'x'. …", "items": []})
    found = settle([entry("x", text, "1402-01-01", "s", kept_back) for text in reversed(texts)])
    sha = [Report.of("x", "", text).sha256[:8] for text in texts]
    assert [e.row.id for e in found] == ["x", f"x-{sha[1]}", f"x-{sha[2]}"]
    assert f"from report 'x-{sha[2]}'." in json.loads(found[2].kept_back or "")["turtle"]


def test_what_breaks_a_shape_is_kept_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    report = Report.of("a/b", "عنوان", "متن")
    node = "https://w3id.org/khabarkg/id/x/1"
    violation = Violation("a/b", node, None, "C", "https://shape", None, "نادرست", "wrong")
    stopped = Quarantined("a/b", node, None, (violation,), ((node, "https://p", Literal("x")),))
    built = assemble.Built(report, 1, Verdict([], [stopped], []))
    monkeypatch.setattr(assemble, "build_one", lambda *_: built)
    kinds = [row.kind for row in work.process([report], Settings())]
    assert kinds == ["report", QUARANTINE]
    shard = Shard.of([report])
    shards.make(tmp_path, shard, Settings())
    (row, kept_back), = shards.rows(tmp_path, shard.name)
    assert row.quarantined == 1 and kept_back is not None
    from kg.scale import output

    disk = output.Disk(tmp_path)
    (tmp_path / "quarantine").mkdir()
    (tmp_path / "quarantine" / "old.ttl").write_text("# Quarantined by kg: of an earlier run")
    (tmp_path / "quarantine" / "mine.ttl").write_text("# of somebody else")
    found = [Entry(row, shard.name, kept_back)]
    outcome = output.outcome(found, [])
    assert outcome.kept_back == [f"quarantined from a/b: node <{node}>: wrong"]
    output.finish(disk, outcome, found, [], Settings())
    names = {path.name for path in (tmp_path / "quarantine").iterdir()}
    assert names == {f"{files.name_of('a/b')}.ttl", "mine.ttl"}
    assert (tmp_path / "quarantine" / f"{files.name_of('a/b')}.ttl").read_text(encoding="utf-8") == assemble.quarantine(
        report, [stopped])


@pytest.mark.parametrize("value", ["https://a/b c", Literal("یک\u200cدو\n\"سه\"\\ \x07\u2028\x85"),
                                   Literal("x", lang="fa"), Literal("1.50", "http://www.w3.org/2001/XMLSchema#decimal"),
                                   Literal("s", turtle.XSD_STRING), Literal("")])
@pytest.mark.filterwarnings("ignore:Dataset.default_context")
def test_lines_are_read_as_they_were_written(value: str | Literal) -> None:
    triple = ("https://a/>s", "https://p", value)
    line = nquads.line(triple, "https://g")
    assert "\n" not in line and "\r" not in line
    back, graph = nquads.parse(line + "\n")
    expected = Literal("s") if value == Literal("s", turtle.XSD_STRING) else value
    assert (back, graph) == (("https://a/>s", "https://p", expected), "https://g")
    data = rdflib.Dataset()
    data.parse(data=line + "\n", format="nquads")
    (_, _, found, named), = data.quads()
    assert str(found) == (value if isinstance(value, str) else value.lexical) and str(named) == "https://g"


def test_parts_hold_all_lines_of_a_subject(tmp_path: Path) -> None:
    """Subjects of which one begins the other, many lines to one, and bounds that fall on them."""
    subjects = ["<a>", "<a#b>", "<a/b>", "<ab>", "<a-b>", "<b>", "<z>"]
    pieces = []
    for number in range(3):
        lines = sorted(f"{s} <p> \"{i}\" <g{number}> .\n" for s in subjects for i in range(30 if s == "<a>" else 3))
        path = tmp_path / f"{number}.nq"
        path.write_text("".join(lines), encoding="utf-8")
        pieces.append(parts.Piece(path, frozenset({"g2"}) if number == 2 else frozenset()))
    expected = b"".join(sorted(line for piece in pieces[:2] for line in piece.path.read_bytes().splitlines(True)))
    for size in (100, 700, 2000, 10**6):
        planned = parts.plan(tmp_path, pieces, size)
        written = [parts.write(part) for part in planned]
        assert b"".join(part.path.read_bytes() for part in planned) == expected
        held = [{line.split(b" ")[0] for line in part.path.read_bytes().splitlines()} for part in planned]
        assert sum(map(len, held)) == len(set().union(*held)) == len(subjects)
        assert sum(part.quads for part in written) == expected.count(b"\n")


def test_components_are_those_of_networkx() -> None:
    edges = list(archive.edges())
    found = components.union_find(edges)
    expected = {node: min(nodes) for nodes in networkx.connected_components(networkx.Graph(edges)) for node in nodes}
    assert found == expected and len(set(found.values())) > 50


# -- the command

def kg(*words: str) -> Iterator[Any]:
    with pytest.MonkeyPatch.context() as patch, pytest.raises(SystemExit) as end:
        patch.setattr(sys, "argv", ["kg", "build", *words])
        main()
    yield end.value.code


def test_bad_input_costs_only_itself(reference: Reference, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    good = reference.folder / "part-2.jsonl"
    bad = tmp_path / "bad.jsonl.gz"
    bad.write_bytes(gzip.compress(good.read_bytes())[:-60])
    (tmp_path / "worse.parquet").write_bytes(b"PAR1")
    code, = kg(str(tmp_path), str(good), "--out", str(tmp_path / "out"), "--jobs", "1", "--published", "1402-01-01")
    told = capsys.readouterr().err
    assert code == 2
    assert "bad.jsonl.gz is damaged after line" in told and "worse.parquet" in told
    assert "2 problems with the input, told above; the rest was written." in told
    lines = (tmp_path / "out" / "reports.jsonl").read_text(encoding="utf-8").splitlines()
    assert len(lines) >= len(good.read_text(encoding="utf-8").splitlines())
    assert len(json.loads((tmp_path / "out" / "summary.json").read_text(encoding="utf-8"))["problems"]) == 2


def test_a_report_without_facts_has_its_own_exit_code(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("عنوان\n\nمتنی که در آن چیزی نیست", encoding="utf-8")
    code, = kg(str(tmp_path / "a.txt"), "--out", str(tmp_path / "out"), "--engine", "local", "--jobs", "1")
    assert code == 4 and (tmp_path / "out" / "manifest.json").exists()


@pytest.mark.parametrize(("words", "said"), [
    (["--engine", "flink"], "There is no engine 'flink'; choose one of local, spark."),
    (["--shard", "5/4"], "'5/4' is no shard"), (["--shard", "x"], "'x' is no shard"),
    (["--format", "nq,xml"], "There is no format 'xml'"),
    (["--engine", "local", "--master", "yarn"], "go with --engine spark"),
    (["--engine", "spark", "--shard", "1/2"], "--shard goes with --engine local"),
    (["--jobs", "2", "--each", "x"], "--each goes with kg build without an engine"),
    (["--engine", "spark", "--conf", "x"], "--conf is written spark.KEY=VALUE"),
    (["--jobs", "1"], "No report could be read"),
])
def test_wrong_options_are_told(words: list[str], said: str, tmp_path: Path,
                                capsys: pytest.CaptureFixture[str]) -> None:
    if words[:3] == ["--engine", "spark", "--conf"]:
        pytest.importorskip("pyspark")
    code, = kg(str(tmp_path / "none.txt"), "--out", str(tmp_path / "out"), *words)
    assert code == 2 and said in capsys.readouterr().err


def test_defaults_reach_the_workers(tmp_path: Path) -> None:
    text = "گزارش\n\nمریم نمونه\u200cپور، استاندار یزد، امروز گفت: ۱۲ خانه ساخته شد."
    (tmp_path / "a.txt").write_text(text, encoding="utf-8")
    order = Order((str(tmp_path / "a.txt"),), tmp_path / "out", jobs=1,
                  defaults=Defaults(sources.parse_date("1402-07-17"), "خبرگزاری نمونه"))
    assert local.run(order, told) is not None
    lines = lines_in(tmp_path / "out").decode()
    assert '"2023-10-09"' in lines and "خبرگزاری نمونه" in lines
