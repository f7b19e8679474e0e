"""Many reports in little memory: sorting on disk, the spool between reports and graph, what is left behind."""

from __future__ import annotations

import gc
import io
import json
import os
import random
import signal
import subprocess
import sys
import time
import tracemalloc
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg import assemble, iris
from kg.commands.progress import Progress
from kg.errors import OutputError
from kg.export import files, turtle
from kg.graph.identity import renamed
from kg.graph.merge import union
from kg.graph.spool import Spool
from kg.graph.validate import Verdict
from kg.model import Literal, Report, Triple
from kg.runs import Scratch, Sorter
from kg.sources.order import Ordered, Placed

LABEL, ALT, EVIDENCE = iris.expand("rdfs:label"), iris.expand("skos:altLabel"), iris.expand("kg:evidence")
TYPE, ROLE, BASIS = iris.expand("rdf:type"), iris.expand("kg:role"), iris.expand("kg:basis")
CONFIDENCE = iris.expand("kg:confidence")


@pytest.fixture
def scratch(tmp_path: Path) -> Iterator[Scratch]:
    with Scratch(tmp_path) as made:
        yield made


# -- sorting

def rows(scratch: Scratch, memory: int) -> Sorter[tuple[str]]:
    return Sorter(scratch, memory)


@pytest.mark.parametrize("memory", [1, 5_000, 10**9])
def test_records_come_back_in_order_as_often_as_asked(scratch: Scratch, memory: int) -> None:
    rows = [(f"{random.Random(i).random():.3f}", i % 7, None if i % 2 else b"x") for i in range(700)]
    unique = [row[:2] for row in rows]
    sorter: Sorter[tuple[str, int]] = Sorter(scratch, memory, fan=4)
    for row in unique:
        sorter.add(row, 20)
    assert list(sorter) == sorted(unique) == list(sorter)
    assert scratch.used == (memory < 10**9)


def test_working_files_go_whatever_happens(tmp_path: Path) -> None:
    with pytest.raises(KeyboardInterrupt), Scratch(tmp_path / "new") as scratch:
        rows(scratch, 1).add(("a",), 1)
        assert len(list(scratch.folder.iterdir())) == 1
        raise KeyboardInterrupt
    assert list((tmp_path / "new").iterdir()) == []
    with Scratch(tmp_path / "never") as scratch:
        rows(scratch, 9999).add(("a",), 1)
    assert not (tmp_path / "never").exists()


def test_a_full_disk_is_one_sentence(scratch: Scratch, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    assert scratch.folder.is_dir()
    monkeypatch.setattr(Path, "open", full)
    with pytest.raises(OutputError, match=r"Working files .* no space left on device\. Free some space"):
        rows(scratch, 1).add(("a",), 1)


# -- the order of reports

def ordered(scratch: Scratch, reports: list[Report]) -> list[Placed]:
    found = Ordered(scratch)
    for report in reports:
        found.add(report)
    return list(found)


@pytest.mark.parametrize("memory", [1, 10**9])
def test_reports_are_named_apart_and_one_speaks_for_a_text(tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
                                                           memory: int) -> None:
    monkeypatch.setattr(Sorter.__init__, "__defaults__", (memory, 3))
    one, two = Report.of("a", "t", "one"), Report.of("a", "t", "two", outlet="o", url="http://x.ir/")
    late, early = (Report.of("b", "t", "same", published=date(2021, 1, day)) for day in (9, 2))
    other = replace(early, id="z", published=date(2021, 1, 3))
    undated = Report.of("c", "t", "same")
    given = [one, two, one, late, early, other, undated, early]
    expected = None
    for seed in range(6):
        random.Random(seed).shuffle(given)
        with Scratch(tmp_path) as scratch:
            found = ordered(scratch, given)
        first, second = sorted((one, two), key=lambda r: r.sha256)
        assert found[:2] == [Placed(first, True), Placed(replace(second, id=f"a-{second.sha256[:8]}"), True)]
        assert found[2:] == [Placed(early, True), Placed(late, False), Placed(undated, False), Placed(other, False)]
        assert [p.report.sha256 for p in found] == [replace(p.report).sha256 for p in found]
        assert expected in (None, found)
        expected = found
        assert [p.report for p in found] == assemble.distinct(given)


# -- the union, as the table in memory and from disk

PERSON = [f"{iris.ID}person/p{i}" for i in range(4)]
TERMS = st.one_of(st.sampled_from([*PERSON, iris.NS + "Person", "http://example.org/x"]),
                  st.builds(Literal, st.sampled_from(["ا", "اب", "ab", "0.5", "0.9"]),
                            datatype=st.none(), lang=st.sampled_from([None, "fa", "en"])))
REPORTS = [f"{iris.ID}report/{i:016x}" for i in range(5)]
PREDICATES = st.sampled_from([LABEL, ALT, EVIDENCE, TYPE, ROLE, BASIS, CONFIDENCE, iris.NS + "zzz"])
GRAPHS = st.lists(st.lists(st.tuples(st.sampled_from(PERSON), PREDICATES, TERMS), max_size=12), max_size=5)


def streamed(spool: Spool, scratch: Scratch, rename: dict[str, str] | None = None,
             extra: list[Triple] | None = None, held: int = 4_000_000) -> str:
    stream = io.BytesIO()
    writer = turtle.Writer(stream, scratch, held)
    for subject, rows in spool.merged(rename, extra or []):
        writer.add(subject, rows)
    writer.close()
    return stream.getvalue().decode()


@settings(max_examples=80, deadline=None)
@given(GRAPHS, st.sampled_from([(1, 1, 1), (10**9, 10**9, 10**9), (300, 100, 50)]))
def test_the_spool_gives_what_the_union_gives(tmp_path_factory: pytest.TempPathFactory, graphs: list[list[Triple]],
                                              sizes: tuple[int, int, int]) -> None:
    memory, largest, held = sizes
    own: list[list[Triple]] = [[*graph, (node, TYPE, iris.NS + "Report"), (f"{node}#char=1,2", EVIDENCE, node)]
                               for node, graph in zip(REPORTS, graphs, strict=False)]
    with Scratch(tmp_path_factory.mktemp("spool")) as scratch:
        spool = Spool(scratch, memory=memory, largest=largest)
        for node, graph in reversed(list(zip(REPORTS, own, strict=False))):
            spool.add(node, graph)
        assert streamed(spool, scratch, held=held) == turtle.write(union(own))


@settings(max_examples=60, deadline=None)
@given(GRAPHS, st.lists(st.tuples(st.sampled_from(PERSON), PREDICATES, TERMS), max_size=4),
       st.sampled_from([(1, 1), (10**9, 10**9)]))
def test_renamed_entities_are_united_under_their_new_name(
        tmp_path_factory: pytest.TempPathFactory, graphs: list[list[Triple]], extra: list[Triple],
        sizes: tuple[int, int]) -> None:
    rename = {PERSON[0]: PERSON[2], PERSON[3]: f"{iris.ID}aaa/first"}

    with Scratch(tmp_path_factory.mktemp("spool")) as scratch:
        spool = Spool(scratch, memory=sizes[0], largest=sizes[1])
        for node, graph in zip(REPORTS, graphs, strict=False):
            spool.add(node, graph)
        plain = [list(renamed(graph, rename)) for graph in graphs]
        assert streamed(spool, scratch, rename, extra) == turtle.write(union([*plain, extra]))


def test_the_watcher_sees_each_report(scratch: Scratch) -> None:
    seen: list[tuple[str, int]] = []
    spool = Spool(scratch, watch=lambda origin, triples: seen.append((origin, len(triples))))
    spool.add(REPORTS[1], [(PERSON[0], ROLE, PERSON[1])])
    spool.add(REPORTS[0], [])
    assert seen == [(REPORTS[1], 1), (REPORTS[0], 0)]


# -- Turtle, piece by piece

def test_a_late_prefix_has_the_file_written_again(scratch: Scratch) -> None:
    triples: list[Triple] = [(f"http://example.org/{i:02}", "http://example.org/p", "http://example.org/o")
                             for i in range(40)]
    triples += [("http://example.org/z", LABEL, Literal("نام", lang="fa")), ("http://example.org/zz", ROLE, PERSON[0])]
    stream = io.BytesIO()
    writer = turtle.Writer(stream, scratch, held=100)
    for s, p, o in triples:
        writer.add(s, [(p, iter([o, o]))])
    writer.close()
    assert stream.getvalue().decode() == turtle.write(triples)


# -- the command

TEXT = ("سد {name} افتتاح شد\n\nمریم {name}‌پور، استاندار یزد گفت: {n} میلیارد تومان برای {n} طرح در سال ۱۳۹۹ "
        "هزینه شد. وی افزود: {n} درصد کار انجام شده است.\n")


def corpus(path: Path, count: int) -> Path:
    names = ["نمونه", "بهار", "سپهر", "کوهسار", "دریا"]
    with path.open("w", encoding="utf-8") as stream:
        for i in range(count):
            title, _, body = TEXT.format(name=names[i % 5], n=i + 2).partition("\n\n")
            stream.write(json.dumps({"id": f"r{i * 7919 % count:06}", "title": title, "body": body}) + "\n")
    return path


def build(out: Path, source: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    script = "from kg.cli import main; main()"
    return subprocess.run([sys.executable, "-c", script, "build", str(source), "--out", str(out), "--each",
                           str(out / "each")], check=False, capture_output=True, text=True,
                          env={**os.environ, **environment})


def tree(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_little_memory_gives_the_same_bytes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source = corpus(tmp_path / "c.jsonl", 60)
    assert build(tmp_path / "much", source).returncode == 0
    small = ("import kg.runs, kg.graph.spool as s, kg.export.turtle as t; f = kg.runs.Sorter.__init__; "
             "f.__defaults__ = (9000, 3); s.Spool.__init__.__defaults__ = (None, None, 300); "
             "t.Writer.__init__.__defaults__ = (500,); from kg.cli import main; main()")
    done = subprocess.run([sys.executable, "-c", small, "build", str(source), "--out", str(tmp_path / "little"),
                           "--each", str(tmp_path / "little/each")], check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    much, little = tree(tmp_path / "much"), tree(tmp_path / "little")
    assert len(much) == 62 and much == little


def test_the_summary_is_plain_json_of_all_reports(tmp_path: Path) -> None:
    source = corpus(tmp_path / "c.jsonl", 5)
    assert build(tmp_path / "o", source).returncode == 0
    text = (tmp_path / "o/summary.json").read_text(encoding="utf-8")
    found = json.loads(text)
    assert text == json.dumps(found, ensure_ascii=False, indent=1, sort_keys=True) + "\n"
    assert [row["id"] for row in found["reports"]] == [f"r{i:06}" for i in range(5)]
    assert found["problems"] == found["quarantined"] == []


def peak(work: Callable[[], object]) -> int:
    tracemalloc.start()
    try:
        work()
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


@pytest.fixture
def eager_collector() -> Iterator[None]:
    """Python's own thresholds: the command line collects cycles more seldom, and stays so in this process."""
    before = gc.get_threshold()
    gc.set_threshold(700, 10, 10)
    yield
    gc.set_threshold(*before)


@pytest.mark.usefixtures("eager_collector")
def test_memory_does_not_grow_with_the_reports(tmp_path: Path) -> None:
    """From reports to Turtle, with sorters of 60 kB: five times the reports, nearly the same peak."""
    def graph(i: int) -> list[Triple]:
        node = f"{iris.ID}report/{i * 2654435761 % 2**64:016x}"
        return [(f"{node}/figure-{k}", EVIDENCE, f"{node}#char={k},{k + 3}") for k in range(8)] + [
            (PERSON[0], EVIDENCE, f"{node}#char=1,4"), (PERSON[0], CONFIDENCE, Literal("0.9"))]

    def run(count: int) -> None:
        with Scratch(tmp_path) as scratch, (tmp_path / "g.ttl").open("w+b") as stream:
            reports, spool = Ordered(scratch), Spool(scratch, largest=30_000)
            for i in range(count):
                reports.add(Report.of(f"{i}", "t", f"{i} " * 200))
            tally = assemble.Tally(scratch)
            for i, placed in enumerate(reports):
                triples = graph(i)
                spool.add(triples[0][0][:len(PERSON[0])], triples)
                tally.add(assemble.Built(placed.report, 1, Verdict(triples, [], [])))
            writer = turtle.Writer(stream, scratch, 50_000)
            for subject, rows in tally.passing(spool.merged()):
                writer.add(subject, rows)
            writer.close()
            assert sum(map(len, tally.summary())) > count * 100
            assert tally.triples == count * 9 + 1

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(Sorter.__init__, "__defaults__", (60_000, 8))
        patched.setattr("kg.runs._BUFFER", 1000)
        patched.setattr(turtle, "_MOST", 100)  # bounded as it is, but by more terms than this corpus has
        run(100)
        few, many = peak(lambda: run(500)), peak(lambda: run(2500))
    assert many < 1.5 * few, (few, many)


def _hears_interrupts() -> None:
    """A shell starts what runs in the background deaf to Ctrl-C, and children inherit that."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def test_stopping_leaves_nothing(tmp_path: Path) -> None:
    source = corpus(tmp_path / "c.jsonl", 3000)
    script = "import kg.runs; kg.runs.Sorter.__init__.__defaults__ = (20000, 8); from kg.cli import main; main()"
    for number, code in ((signal.SIGINT, 130), (signal.SIGTERM, 143)):
        out = tmp_path / f"o{code}"
        process = subprocess.Popen([sys.executable, "-c", script, "build", str(source), "--out", str(out)],
                                   stderr=subprocess.PIPE, text=True, preexec_fn=_hears_interrupts)
        for _ in range(600):
            if list(out.glob(".kg-*/*.run")):
                break
            time.sleep(0.05)
        process.send_signal(number)
        _, told = process.communicate(timeout=60)
        assert process.returncode == code, told
        assert "Traceback" not in told
        assert list(out.iterdir()) == []


def test_a_part_of_a_file_is_never_left(tmp_path: Path) -> None:
    files.write(tmp_path / "g", "old")
    with pytest.raises(KeyboardInterrupt), files.part(tmp_path / "g") as stream:
        stream.write(b"half")
        raise KeyboardInterrupt
    assert tree(tmp_path) == {"g": b"old"}


# -- progress

def test_the_line_of_progress() -> None:
    progress = Progress("built", 4000)
    progress.done, progress.quarantined = 1200, 2
    assert progress.line(4.0) == "built 1,200 of 4,000 reports, 300 a second, 2 quarantined, 9 s left"
    assert Progress("read").line(0.0) == "read 0 reports, 0.0 a second"


def test_no_progress_where_there_is_no_terminal(capsys: pytest.CaptureFixture[str],
                                                monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kg.commands.progress._PATIENCE", 0.0)
    monkeypatch.setattr("kg.commands.progress._EVERY", 0.0)
    for terminal, told in ((False, ""), (True, "\r\x1b[Kread 1 reports")):
        monkeypatch.setattr(sys.stderr, "isatty", lambda t=terminal: t)
        with Progress("read") as progress:
            progress.step()
        assert capsys.readouterr().err.startswith(told) and (terminal or not told)
