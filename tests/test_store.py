"""A store: what goes in comes out as ``kg build`` makes it and leaves without a trace, and any kill is survived."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest
from test_cli import Run, run, sample  # noqa: F401

from kg import assemble, iris
from kg.errors import InputError, OutputError
from kg.export import nquads, turtle
from kg.graph import compiled, oxigraph
from kg.model import Literal, Report, Triple
from kg.sources import of_text, parse_date
from kg.store import disk, lock, manifest, records, view

TEXTS = {
    "water": "افتتاح سد نمونه\n\nبه گزارش خبرگزاری سپیدار از یزد، مریم نمونه‌پور، استاندار یزد، گفت: ۱۲ میلیارد تومان "
             "برای این طرح هزینه شد و ۳۰۰ شغل ایجاد شد.\n",
    "road": "بزرگراه تازه\n\nبه گزارش خبرگزاری سپیدار از یزد، مریم نمونه‌پور، استاندار یزد، اظهار کرد: ۴۵ کیلومتر "
            "بزرگراه ساخته شد. وی افزود: ۲۰ میلیارد تومان اعتبار تأمین می‌شود.\n",
    "school": "مدرسه روستا\n\nکامران آزمون‌نیا، رئیس سازمان نوسازی مدارس، گفت: ۷ مدرسه در استان یزد افتتاح شد.\n",
}
GATE = compiled.checker("compiled")


def report(name: str) -> Report:
    return of_text(TEXTS[name], name, parse_date("1402-07-17"), "خبرگزاری سپیدار")


def put(folder: Path, *names: str) -> disk.Change:
    return disk.add(folder, map(report, names), GATE)


def bytes_of(folder: Path) -> dict[str, bytes]:
    """All files of a store but what is derived."""
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in sorted(folder.rglob("*"))
            if path.is_file() and disk.VIEW not in path.relative_to(folder).parts}


def built(*reports: Report) -> str:
    """The Turtle that ``kg build`` writes."""
    return turtle.write(assemble.merged(assemble.build(assemble.distinct(reports), GATE)))


def graph(folder: Path) -> str:
    return view.graph_file(folder).read_text(encoding="utf-8")


def quads(folder: Path) -> list[str]:
    """The index as sorted lines."""
    pyoxigraph = pytest.importorskip("pyoxigraph")
    dumped = oxigraph.opened(view.index(folder)).dump(format=pyoxigraph.RdfFormat.N_QUADS)
    return sorted((dumped or b"").decode().splitlines())


def test_a_store_is_the_build_of_its_reports(tmp_path: Path) -> None:
    put(tmp_path / "s", "road")
    put(tmp_path / "s", "water", "school")
    expected = built(*map(report, TEXTS))
    assert graph(tmp_path / "s") == expected
    assert expected.count("a kg:Report") == 3
    assert expected.count("a foaf:Person, kg:Official, kg:Person") == 2  # two reports speak of one person


def test_adding_again_changes_no_byte(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    put(tmp_path / "s", "road", "water")
    before = bytes_of(tmp_path / "s")
    monkeypatch.setattr(assemble, "build_one", lambda *_: pytest.fail("it was read again"))
    change = put(tmp_path / "s", "water", "road")
    assert bytes_of(tmp_path / "s") == before
    assert (len(change.added), len(change.present)) == (0, 2)


@pytest.mark.parametrize("gone", ["water", "school"])
def test_added_then_removed_leaves_the_bytes_of_never_added(tmp_path: Path, gone: str) -> None:
    rest = sorted(set(TEXTS) - {gone})
    put(tmp_path / "never", *rest)
    put(tmp_path / "s", *rest)
    put(tmp_path / "s", gone)
    assert bytes_of(tmp_path / "s") != bytes_of(tmp_path / "never")
    change = disk.remove(tmp_path / "s", [gone])
    assert [row.id for row in change.removed] == [gone]
    assert bytes_of(tmp_path / "s") == bytes_of(tmp_path / "never")
    assert graph(tmp_path / "s") == graph(tmp_path / "never") == built(*map(report, rest))
    assert quads(tmp_path / "s") == quads(tmp_path / "never")


def test_what_another_report_supports_stays(tmp_path: Path) -> None:
    put(tmp_path / "s", "water", "road")
    disk.remove(tmp_path / "s", ["road"])
    assert "نمونه‌پور" in graph(tmp_path / "s")
    assert "بزرگراه" not in graph(tmp_path / "s")


def test_order_of_adding_does_not_matter(tmp_path: Path) -> None:
    for name in ("water", "road", "school"):
        put(tmp_path / "a", name)
    put(tmp_path / "b", "school", "road", "water")
    assert bytes_of(tmp_path / "a") == bytes_of(tmp_path / "b")


def test_each_report_has_a_named_graph(tmp_path: Path) -> None:
    put(tmp_path / "s", "water", "road")
    pytest.importorskip("pyoxigraph")
    from pyoxigraph import NamedNode

    store = oxigraph.opened(view.index(tmp_path / "s"))
    named = {graph.value for graph in store.named_graphs()}
    assert named == {iris.report(report(name).sha256) for name in ("water", "road")}
    found = list(store.quads_for_pattern(None, None, None, NamedNode(iris.report(report("water").sha256))))
    assert len(found) == len(set(records_of(tmp_path / "s", "water").triples)) > 50


def records_of(folder: Path, id: str) -> records.Record:
    return next(disk.record(folder, row) for row in manifest.read(folder).values() if row.id == id)


def test_the_earliest_of_two_reports_with_one_text_speaks(tmp_path: Path) -> None:
    early, late = report("water"), replace(report("water"), id="again", published=parse_date("1402-08-01"))
    disk.add(tmp_path / "s", [late, early], GATE)
    assert graph(tmp_path / "s") == built(early, late)
    disk.remove(tmp_path / "s", ["water"])
    assert graph(tmp_path / "s") == built(late)
    assert "2023-10-23" in graph(tmp_path / "s")


# -- names

def test_a_report_is_named_by_id_iri_or_hash(tmp_path: Path) -> None:
    other = of_text("متن دیگر\n\nاین متن دیگری است.", "water")
    disk.add(tmp_path / "s", [report("water"), report("road"), other], GATE)
    rows = manifest.read(tmp_path / "s").values()
    sha = report("road").sha256
    for name in ("road", iris.report(sha), sha[:16], f"road-{sha[:8]}"):
        assert [row.id for row in disk.find(rows, name, tmp_path)] == ["road"]
    with pytest.raises(InputError, match=r"Several reports of .* are called 'water': http"):
        disk.remove(tmp_path / "s", ["road", "water"])
    assert len(manifest.read(tmp_path / "s")) == 3  # nothing was removed
    disk.remove(tmp_path / "s", [f"water-{other.sha256[:8]}"])
    assert graph(tmp_path / "s") == built(report("water"), report("road"))
    with pytest.raises(InputError, match=r"There is no report 'nobody' in .*`kg reports"):
        disk.remove(tmp_path / "s", ["nobody"])


# -- killed at any moment

EVENTS = {"open", "os.rename", "os.remove", "os.rmdir", "os.mkdir", "os.listdir", "os.scandir", "fcntl.flock",
          "os.truncate", "tempfile.mkstemp", "os.chmod"}


def killed(work: Callable[[], object], folder: Path, moment: int) -> bool:
    """Do the work in a process that kills itself (SIGKILL) before its n-th call that concerns files of the store.

    False if it was done before so many calls.
    """
    pid = os.fork()
    if pid == 0:
        left = moment
        place = os.fsencode(folder)

        def strike(event: str, arguments: tuple[object, ...]) -> None:
            nonlocal left
            if event in EVENTS and any(_concerns(argument, place) for argument in arguments):
                left -= 1
                if left < 0:
                    os.kill(os.getpid(), signal.SIGKILL)

        try:
            sys.addaudithook(strike)
            work()
        except BaseException:
            os._exit(1)
        os._exit(0)
    status = os.waitpid(pid, 0)[1]
    assert os.WIFSIGNALED(status) or os.WEXITSTATUS(status) == 0
    return os.WIFSIGNALED(status)


def _concerns(argument: object, place: bytes) -> bool:
    return isinstance(argument, (str, bytes, os.PathLike)) and os.fsencode(argument).startswith(place)


def moments(work: Callable[[], object], folder: Path, prepare: Callable[[], object], step: int = 1) -> Iterator[int]:
    """Kill the work at each of its moments in turn, each time on a store prepared anew."""
    for moment in range(0, 400, step):
        prepare()
        if not killed(work, folder, moment):
            return
        yield moment
    raise AssertionError("the work never came to its end")


def prepared(folder: Path, *names: str) -> Callable[[], None]:
    """A function that makes the folder the store of these reports, quickly."""
    import shutil

    master = folder.with_name(folder.name + "-master")
    put(master, *names)

    def prepare() -> None:
        shutil.rmtree(folder, ignore_errors=True)
        shutil.copytree(master, folder)
    return prepare


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system has no fork")
@pytest.mark.parametrize("command", ["add", "remove", "rebuild"])
def test_a_kill_at_any_moment_leaves_the_old_or_the_new_state(tmp_path: Path, command: str,
                                                              monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "s"
    prepare = prepared(folder, "road", "water")
    work: dict[str, Callable[[], object]] = {
        "add": lambda: put(folder, "school", "road"),
        "remove": lambda: disk.remove(folder, ["road"]),
        "rebuild": lambda: disk.rebuild(folder, GATE, Decimal("0.5")),
    }
    prepare()
    old = (manifest.load(folder), graph(folder))
    work[command]()
    new, whole = (manifest.load(folder), graph(folder)), bytes_of(folder)
    assert old[0] != new[0]
    seen = {old: 0, new: 0}
    for moment in moments(work[command], folder, prepare, 2 if command == "rebuild" else 1):
        state = (manifest.load(folder), graph(folder))
        assert state in seen, f"neither old nor new when killed at {moment}"
        seen[state] += 1
        if command == "remove" and state == new:  # the rerun says that it is gone
            with pytest.raises(InputError, match="no report 'road'"):
                work[command]()
            put(folder, "water")  # any writer cleans up
        else:
            work[command]()
        assert bytes_of(folder) == whole, f"the rerun left something else when killed at {moment}"
    assert seen[old] >= 5
    assert seen[new] >= 3
    assert sum(seen.values()) >= 20


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system has no fork")
def test_the_first_add_killed_leaves_no_store_or_the_whole(tmp_path: Path) -> None:
    import shutil

    folder = tmp_path / "s"
    put(tmp_path / "whole", "water", "road")
    count = 0
    for moment in moments(lambda: put(folder, "water", "road"), folder, lambda: shutil.rmtree(folder, True), 3):
        count += 1
        if (folder / manifest.NAME).exists():
            assert len(manifest.read(folder)) == 2
        put(folder, "road", "water")
        assert bytes_of(folder) == bytes_of(tmp_path / "whole"), moment
    assert count >= 10


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system has no fork")
def test_a_view_killed_while_made_is_made_anew(tmp_path: Path) -> None:
    """In a process of its own, which never opens a database itself: its threads would be missing after a fork."""
    pytest.importorskip("pyoxigraph")
    put(tmp_path / "other", "water")
    expected = "\n".join([graph(tmp_path / "other"), *quads(tmp_path / "other")])
    (tmp_path / "expected").write_text(expected, "utf-8")
    script = "import sys, test_store; from pathlib import Path; test_store.kill_the_view(Path(sys.argv[1]))"
    done = subprocess.run([sys.executable, "-c", script, str(tmp_path)], cwd=Path(__file__).parent, timeout=120,
                          capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert int(done.stdout) >= 6


def kill_the_view(folder: Path) -> None:
    """Kill the making of a view at each moment, and see each time that the next makes it whole."""
    prepare = prepared(folder / "s", "water")

    def right() -> None:
        found = "\n".join([graph(folder / "s"), *quads(folder / "s")])
        assert found == (folder / "expected").read_text("utf-8")

    def next_one() -> None:
        put(folder / "s", "road")
        graph(folder / "s")
        assert not [path for path in (folder / "s" / disk.VIEW).iterdir() if path.name.startswith(".part")]

    count = 0
    for _ in moments(lambda: view.index(folder / "s"), folder / "s", prepare, 5):
        assert not killed(right, folder / "s", 10_000)  # a process that is not killed, and fails if it is not right
        count += 1
        if count == 6:
            assert not killed(next_one, folder / "s", 10_000)  # what a killed one left goes with the next view
    sys.stdout.write(str(count))


# -- two at once

def writers(folder: Path) -> list[Callable[[], object]]:
    return [lambda: put(folder, "road"), lambda: disk.remove(folder, ["water"]), lambda: disk.rebuild(folder, GATE)]


def test_the_second_writer_is_refused(tmp_path: Path) -> None:
    put(tmp_path / "s", "water")
    before = bytes_of(tmp_path / "s")
    ready, done = os.pipe()
    pid = os.fork()
    if pid == 0:
        with lock.writing(tmp_path / "s"):
            os.write(done, b"x")
            time.sleep(60)
        os._exit(0)
    try:
        os.read(ready, 1)
        for work in writers(tmp_path / "s"):
            with pytest.raises(OutputError, match=rf"being changed by another kg \(process {pid}\)\. Wait"):
                work()
        assert "نمونه‌پور" in graph(tmp_path / "s")  # readers need not wait
    finally:
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
    put(tmp_path / "s", "road")  # the lock ended with its holder
    disk.remove(tmp_path / "s", ["road"])
    assert bytes_of(tmp_path / "s") == before


def test_a_reader_sees_one_state_while_another_writes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    put(tmp_path / "s", "water", "road")
    real = disk.whole
    changed: list[disk.Change] = []

    def whole(folder: Path, row: manifest.Row) -> bytes:
        if not changed:  # the other writes after we have read the list
            changed.append(disk.remove(folder, ["road"]))
            disk.add(folder, [report("school")], GATE)
        return real(folder, row)

    monkeypatch.setattr(disk, "whole", whole)
    assert graph(tmp_path / "s") == built(report("water"), report("school"))


# -- what is wrong with a store

def test_a_store_of_a_newer_version_is_told(tmp_path: Path) -> None:
    put(tmp_path / "s", "water")
    path = tmp_path / "s" / manifest.NAME
    path.write_text(path.read_text("utf-8").replace('"format": 1', '"format": 2'), "utf-8")
    before = bytes_of(tmp_path / "s")
    works: list[Callable[[], object]] = [*writers(tmp_path / "s"), lambda: view.graph_file(tmp_path / "s")]
    for work in works:
        with pytest.raises(InputError, match=r"written by a newer kg \(store format 2, this one knows 1\)\. Update"):
            work()
    assert bytes_of(tmp_path / "s") == before


def test_a_damaged_record_is_told_and_mended_by_adding(tmp_path: Path) -> None:
    put(tmp_path / "s", "water", "road")
    before = bytes_of(tmp_path / "s")
    row = next(row for row in manifest.read(tmp_path / "s").values() if row.id == "water")
    path = disk.path_of(tmp_path / "s", row)
    path.write_bytes(path.read_bytes()[:-40])
    works: list[Callable[[], object]] = [lambda: view.graph_file(tmp_path / "s"), writers(tmp_path / "s")[2]]
    for work in works:
        with pytest.raises(InputError, match=r"is damaged: it is not what was written\. Add report 'water' again"):
            work()
    put(tmp_path / "s", "water")
    assert bytes_of(tmp_path / "s") == before
    path.unlink()
    with pytest.raises(InputError, match="cannot be read: no such file"):
        view.graph_file(tmp_path / "s")
    disk.remove(tmp_path / "s", ["water"])
    assert graph(tmp_path / "s") == built(report("road"))


def test_a_damaged_list_is_told(tmp_path: Path) -> None:
    put(tmp_path / "s", "water")
    (tmp_path / "s" / manifest.NAME).write_bytes(b"\xff\xfe")
    with pytest.raises(InputError, match=r"The list of the store .* is damaged"):
        put(tmp_path / "s", "road")


def test_no_other_folder_is_taken_for_a_store(tmp_path: Path) -> None:
    (tmp_path / "letters.txt").write_text("x")
    with pytest.raises(InputError, match=r"no store, and not empty \(letters.txt\)"):
        put(tmp_path, "water")
    assert [path.name for path in tmp_path.iterdir()] == ["letters.txt"]
    with pytest.raises(InputError, match="is not a store; `kg add"):
        disk.remove(tmp_path, ["water"])


# -- rebuild

def test_rebuild_reads_the_kept_texts_with_the_rules_of_now(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    put(tmp_path / "s", "water", "road")
    before = bytes_of(tmp_path / "s")
    with monkeypatch.context() as patched:
        patched.setattr(records, "version", lambda: "0" * 16)
        disk.rebuild(tmp_path / "s", GATE)
        assert bytes_of(tmp_path / "s") != before
    assert put(tmp_path / "s", "school").other_version == 2
    disk.remove(tmp_path / "s", ["school"])
    disk.rebuild(tmp_path / "s", GATE)
    assert bytes_of(tmp_path / "s") == before


def test_rebuild_keeps_the_confidence_asked_for(tmp_path: Path) -> None:
    disk.add(tmp_path / "s", [report("water")], GATE, Decimal("0.9"))
    less = graph(tmp_path / "s")
    disk.rebuild(tmp_path / "s", GATE)
    assert graph(tmp_path / "s") == less
    disk.rebuild(tmp_path / "s", GATE, Decimal(0))
    assert graph(tmp_path / "s") == built(report("water")) != less


# -- a record is a file of N-Quads

def test_a_record_comes_back_as_it_was(tmp_path: Path) -> None:
    odd = Report("نام\u2028\udc80/..\n", "عنوان\r\n\n«متن» \u200c\x85 \\ \" \u2028 پایان", 5, 8, None, "رسانه", None)
    triples: tuple[Triple, ...] = (
        ("urn:s", "urn:p", Literal('"\\\n\r\t\u2028\x00', lang="fa")), ("urn:s", "urn:p", "urn:o"),
        ("urn:s", "urn:p", Literal("12.50", iris.expand("xsd:decimal"))), ("urn:s", "urn:p", Literal("007")))
    record = records.Record(odd, triples, 1, 2, 0, "", "v", "0")
    again = records.read(record.text().encode(), "here")
    assert again == replace(record, triples=again.triples)
    assert set(again.triples) == set(triples)
    assert again.text() == record.text()
    assert record.text().count("\n") == 5


def test_records_are_n_quads_that_others_read(tmp_path: Path) -> None:
    pyoxigraph = pytest.importorskip("pyoxigraph")
    put(tmp_path / "s", "water")
    [path] = (tmp_path / "s" / disk.REPORTS).rglob("*.nq")
    found = list(pyoxigraph.parse(path.read_bytes(), format=pyoxigraph.RdfFormat.N_QUADS))
    assert len(found) == len(set(records_of(tmp_path / "s", "water").triples))
    lines = path.read_text("utf-8").splitlines()[1:]
    assert lines == sorted(lines)
    assert nquads.parse(lines[0])[1] == iris.report(report("water").sha256)


# -- the commands

def write(folder: Path, *names: str) -> list[Path]:
    paths = [folder / f"{name}.txt" for name in names]
    for path in paths:
        path.write_bytes(TEXTS[path.stem].encode())
    return paths


def test_the_commands(run: Run, tmp_path: Path) -> None:  # noqa: F811
    added = run("add", "s", *write(tmp_path, "water", "road"), "--published", "1402-07-17")
    assert (added.code, added.err) == (0, "2 reports added -> s\n")
    assert run("add", "s", "water.txt", "--published", "1402-07-17").err == "0 reports added (there already: 1) -> s\n"
    assert [line.split("\t")[0] for line in run("reports", "s").out.splitlines()] == ["road", "water"]
    assert run("validate", "s").out == "conforms\n"
    run("build", "water.txt", "road.txt", "--published", "1402-07-17", "--out", "out")
    assert (tmp_path / "out" / "graph.ttl").read_text("utf-8") == graph(tmp_path / "s")
    assert run("remove", "s", "road").err == "1 report removed from s\n"
    assert run("rebuild", "s").err == "1 report read anew in s\n"
    asked = run("query", "s", "SELECT ?t { ?r a kg:Report ; dcterms:title ?t }", "--format", "csv")
    assert asked.out == "t\nافتتاح سد نمونه\n"
    assert run("remove", "s", "road").code == 2
    assert run("validate", "nowhere").code == 2


def test_a_store_is_asked_through_its_index(run: Run, tmp_path: Path) -> None:  # noqa: F811
    pytest.importorskip("pyoxigraph")
    run("add", "s", *write(tmp_path, "water", "road"), "--published", "1402-07-17")
    which = 'SELECT ?t { GRAPH ?r { ?s kg:valueText ?v . ?r dcterms:title ?t } FILTER(CONTAINS(?v, "۴۵")) }'
    assert run("query", "s", which, "--format", "csv").out == "t\nبزرگراه تازه\n"
    ask = "SELECT ?s ?n ?c { ?s rdfs:label ?n ; kg:confidence ?c } ORDER BY ?s ?n"
    run("build", "water.txt", "road.txt", "--published", "1402-07-17", "--out", "out")
    for format in ("table", "csv", "json"):
        answers = [run("query", place, ask, "--format", format).out for place in ("s", "out/graph.ttl")]
        assert answers[0] == answers[1].replace(".90", ".9").replace(".80", ".8")  # pyoxigraph's form of decimals
        assert "نمونه‌پور" in answers[0]
    assert run("query", "s", "ASK { ?s a kg:Report }").out == "true\n"
    made = "CONSTRUCT WHERE { ?s a kg:Report ; dcterms:title ?o }"
    assert run("query", "s", made).out == run("query", "out/graph.ttl", made).out
    for query, told in (("SELECT * { SERVICE <a:b> {} }", "SERVICE is refused"), ("SELEC", "not a SPARQL query"),
                        ("SELECT * FROM <file:///etc/passwd> {}", "FROM <file:///etc/passwd> is refused")):
        refused = run("query", "s", query)
        assert (refused.code, told in refused.err) == (2, True)


def test_a_large_file_is_asked_through_pyoxigraph(run: Run, tmp_path: Path,  # noqa: F811
                                                  monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("pyoxigraph")
    from kg.commands import common

    run("build", *write(tmp_path, "water"), "--out", "out")
    ask = ("query", "out/graph.ttl", "SELECT ?n { ?p a kg:Person ; rdfs:label ?n }")
    before = run(*ask)
    monkeypatch.setattr(common, "LARGE", 10)
    monkeypatch.setattr("kg.graph.store.load", lambda _: pytest.fail("rdflib read it"))
    assert run(*ask) == before
    (tmp_path / "bad.ttl").write_text("this is no turtle, for sure")
    assert "bad.ttl is not a graph that can be read" in run("query", "bad.ttl", "ASK {}").err


def test_identity_is_decided_as_in_a_build(run: Run, tmp_path: Path) -> None:  # noqa: F811
    """Two spellings of one name are one IRI, unless a person says otherwise; removing one report parts nothing else."""
    for number, name in enumerate(("محمدرضا کریمی‌پور", "محمد رضا كريمي پور")):
        text = f"گزارش {number}\n\n{name}، مدیرکل بهزیستی استان یزد، گفت: {number + 7} مدرسه افتتاح شد.\n"
        (tmp_path / f"{number}.txt").write_text(text, "utf-8")
    both = ("0.txt", "1.txt", "--published", "1402-07-17")
    run("build", *both, "--out", "out")
    run("add", "s", *both)
    merged = view.graph_file(tmp_path / "s")
    assert merged.read_bytes() == (tmp_path / "out" / "graph.ttl").read_bytes()
    pairs = (merged.parent / view.PAIRS).read_text("utf-8")
    assert pairs == (tmp_path / "out" / view.PAIRS).read_text("utf-8")
    left, right, _, decision, *_ = pairs.splitlines()[1].split("\t")
    assert decision == "same"
    ruled = f"left\tright\tdecision\n{left}\t{right}\tdifferent\n"
    for folder in ("out", "s"):
        (tmp_path / folder / disk.DECISIONS).write_text(ruled, "utf-8")
    run("build", *both, "--out", "out")
    assert graph(tmp_path / "s") == (tmp_path / "out" / "graph.ttl").read_text("utf-8")
    assert right in graph(tmp_path / "s")
    run("remove", "s", "1")
    assert (tmp_path / "s" / disk.DECISIONS).read_text("utf-8") == ruled
    (tmp_path / "s" / disk.DECISIONS).write_text("left\n", "utf-8")
    assert run("query", "s", "ASK {}").code == 2


def test_an_unreadable_source_does_not_keep_the_others_out(run: Run, tmp_path: Path) -> None:  # noqa: F811
    write(tmp_path, "water")
    added = run("add", "s", "no-such.txt", "water.txt")
    assert added.code == 2
    assert "no-such.txt cannot be read: no such file." in added.err
    assert "1 report added -> s" in added.err
    only = run("add", "t", "no-such.txt")
    assert (only.code, (tmp_path / "t").exists()) == (2, False)
    assert "the store stays as it was" in only.err


def test_an_error_of_ours_keeps_that_report_out(run: Run, tmp_path: Path,  # noqa: F811
                                                monkeypatch: pytest.MonkeyPatch) -> None:
    from kg import pipeline
    real = pipeline.read

    def read(report: Report) -> list[object]:
        if report.id == "road":
            raise RuntimeError("broken rule")
        return list(real(report))

    monkeypatch.setattr(pipeline, "read", read)
    added = run("add", "s", *write(tmp_path, "water", "road"))
    assert added.code == 1
    assert "Report 'road' could not be built: RuntimeError: broken rule" in added.err
    assert [row.id for row in manifest.read(tmp_path / "s").values()] == ["water"]


def test_what_breaks_a_shape_is_kept_beside_and_leaves_with_its_report(run: Run, sample: Path,  # noqa: F811
                                                                       monkeypatch: pytest.MonkeyPatch) -> None:
    from samples import good, instances, without

    from kg import pipeline
    _, triples = good()
    person = instances(triples, "Person")[0]
    monkeypatch.setattr(pipeline, "triples", lambda *_: without(triples, person, "rdfs:label"))
    added = run("add", "s", sample)
    assert added.code == 3
    assert "quarantined -> s/quarantine" in added.err
    [path] = (Path("s") / disk.QUARANTINE).iterdir()
    assert path.read_text("utf-8").startswith("# Quarantined by kg")
    assert f"<{person}>" in path.read_text("utf-8")
    assert person not in graph(Path("s"))
    assert run("add", "s", sample).code == 3
    path.unlink()
    run("add", "s", sample)
    assert path.exists()  # derived: the next writer makes it again
    run("remove", "s", "good")
    assert sorted(path.name for path in Path("s").iterdir() if path.name != disk.VIEW) == ["lock", manifest.NAME]


def test_without_pyoxigraph_only_the_index_is_missing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pyoxigraph", None)
    put(tmp_path / "s", "water")
    assert "نمونه‌پور" in graph(tmp_path / "s")
    with pytest.raises(InputError, match=r"khabar-kg\[store\]"):
        view.index(tmp_path / "s")
