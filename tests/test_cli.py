"""The command line as a user meets it: what it writes, what it says, and with which exit code."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
import rdflib
from samples import facts, good, instances, without

import kg
from kg import cli, iris, pipeline
from kg.export import files
from kg.graph import store
from kg.model import Literal, Report, Triple

ROOT = Path(__file__).parent.parent
EXAMPLES = ROOT / "examples"
ENGLISH = "The bridge is open\n\nThe bridge over the river was opened on Monday.\n"


@dataclass(frozen=True)
class Outcome:
    code: int
    out: str
    err: str


Run = Callable[..., Outcome]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Run:
    """Run kg in this process, in an empty folder."""
    monkeypatch.chdir(tmp_path)

    def running(*arguments: str | Path) -> Outcome:
        monkeypatch.setattr(sys, "argv", ["kg", *map(str, arguments)])
        with pytest.raises(SystemExit) as done:
            cli.main()
        captured = capsys.readouterr()
        assert "Traceback" not in captured.err
        return Outcome(int(done.value.code or 0), captured.out, captured.err)

    return running


def reader(monkeypatch: pytest.MonkeyPatch, change: Callable[[list[Triple]], list[Triple]]) -> Report:
    """Let the pipeline read the good graph, changed, from its own text; and nothing but the report from others."""
    report, triples = good()
    node = iris.report(report.sha256)

    def read(of: Report) -> list[object]:
        return list(facts(report, triples)) if of.sha256 == report.sha256 else []

    def state(of: Report, found: object) -> list[Triple]:
        return change(triples) if of.sha256 == report.sha256 else []

    monkeypatch.setattr(pipeline, "read", read)
    monkeypatch.setattr(pipeline, "triples", state)
    assert node
    return report


@pytest.fixture
def sample(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """The file of the good report, which the reader understands whole."""
    report = reader(monkeypatch, lambda triples: triples)
    path = tmp_path / "good.txt"
    path.write_bytes(report.text.encode())
    return path


# -- build

def test_the_good_report_is_built_whole(run: Run, sample: Path, tmp_path: Path) -> None:
    outcome = run("build", sample, "--out", "o", "--each", "o/each")
    assert (outcome.code, outcome.out) == (0, "")
    assert "1 report, " in outcome.err and "o/graph.ttl" in outcome.err
    with store.exact_literals():
        graph = rdflib.Graph().parse(tmp_path / "o/graph.ttl")
    assert set(store.from_rdflib(graph)) == set(good()[1])
    assert (tmp_path / "o/each/good.ttl").read_bytes() == (tmp_path / "o/graph.ttl").read_bytes()
    summary = json.loads((tmp_path / "o/summary.json").read_text(encoding="utf-8"))
    assert summary["classes"]["Person"] == len(instances(good()[1], "Person"))
    assert summary["triples"] == len(set(good()[1]))
    assert not (tmp_path / "o/quarantine").exists()
    assert list((tmp_path / "o").glob(".kg-*")) == []


def test_a_broken_fact_goes_to_quarantine(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    statement = instances(good()[1], "Statement")[0]
    report = reader(monkeypatch, lambda triples: without(triples, statement, "kg:evidence"))
    (tmp_path / "a b.txt").write_bytes(report.text.encode())
    outcome = run("build", "a b.txt")
    assert outcome.code == 3
    assert "Every fact needs evidence" in outcome.err
    assert f"<{statement}>" in (tmp_path / "out/quarantine/a b.ttl").read_text(encoding="utf-8")
    assert statement not in (tmp_path / "out/graph.ttl").read_text(encoding="utf-8")
    summary = json.loads((tmp_path / "out/summary.json").read_text(encoding="utf-8"))
    assert summary["quarantined"][0]["messages"][0]["fa"]
    reader(monkeypatch, lambda triples: triples)
    assert run("build", "a b.txt").code == 0
    assert not (tmp_path / "out/quarantine").exists(), "an old quarantine must not stay beside a new graph"


def test_a_failure_of_ours_costs_one_report(run: Run, sample: Path, tmp_path: Path,
                                            monkeypatch: pytest.MonkeyPatch) -> None:
    whole = pipeline.read

    def fails(report: Report) -> list[object]:
        if report.id == "other":
            raise RuntimeError("boom")
        return list(whole(report))

    monkeypatch.setattr(pipeline, "read", fails)
    (tmp_path / "other.txt").write_text(ENGLISH, encoding="utf-8")
    outcome = run("build", "other.txt", sample)
    assert outcome.code == 1
    assert "'other' could not be built: RuntimeError: boom" in outcome.err and "--debug" in outcome.err
    assert "kg:Person" in (tmp_path / "out/graph.ttl").read_text(encoding="utf-8")


def test_nothing_extracted(run: Run, tmp_path: Path) -> None:
    (tmp_path / "en.txt").write_text(ENGLISH, encoding="utf-8")
    outcome = run("build", "en.txt")
    assert outcome.code == 4
    assert "Nothing was extracted" in outcome.err
    assert (tmp_path / "out/graph.ttl").exists()


def test_what_can_be_read_is_written(run: Run, sample: Path, tmp_path: Path) -> None:
    lines = [json.dumps({"id": "a/b", "title": "t", "body": "one"}), "{bad",
             json.dumps({"id": "a/b", "title": "t", "body": "two"}), json.dumps({"id": "../x", "title": "t"})]
    (tmp_path / "many.jsonl").write_text("\n".join(lines), encoding="utf-8")
    outcome = run("build", "many.jsonl", sample, "none.txt", "--each", "each")
    assert outcome.code == 2
    assert "many.jsonl, line 2 cannot be read: it is not JSON" in outcome.err
    assert "none.txt cannot be read: no such file" in outcome.err
    names = sorted(p.name for p in (tmp_path / "each").iterdir())
    assert len(names) == 4 and {"a%2Fb.ttl", "%2E.%2Fx.ttl", "good.ttl"} < set(names)
    assert sorted(p.name for p in tmp_path.iterdir()) == ["each", "good.txt", "many.jsonl", "out"]


@pytest.mark.parametrize("arguments", [
    ["build", "good.txt", "--min-confidence", "1.4"],
    ["build"], ["build", "none.txt"], ["build", "empty"], ["build", "good.txt", "--published", "1399-13-01"],
    ["build", "good.txt", "--published", "$(rm -rf /)\n\x1b[31m"], ["build", "good.txt", "--url", "javascript:x"],
    ["build", "good.txt", "--gate", "none"], ["build", "good.txt", "--unknown"], ["nonsense"], ["query", "good.txt"],
    ["build", "zero.txt"], ["build", "good.txt", "--outlet", " "], ["network", "good.txt", "-o", "x.pdf"],
    ["validate", "none.ttl"], ["validate", "zero.txt"], ["query", "none.ttl", "ASK {}"], ["explain", "none.txt"],
])
def test_wrong_usage_and_unreadable_input(run: Run, sample: Path, tmp_path: Path, arguments: list[str]) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "zero.txt").touch()
    before = sorted(tmp_path.iterdir())
    outcome = run(*arguments)
    assert outcome.code == 2
    assert outcome.err.strip() and "\x1b" not in outcome.err
    assert sorted(tmp_path.iterdir()) == before, "nothing may be left behind"


def test_an_output_that_cannot_be_written(run: Run, sample: Path, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    outcome = run("build", sample, "--out", "file")
    assert outcome.code == 1
    assert "file cannot be written to" in outcome.err and "Choose another place" in outcome.err


def test_a_full_disk_leaves_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "graph.ttl"
    files.write(path, "old")

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", full)
    with pytest.raises(kg.errors.OutputError, match="no space left"):
        files.write(path, "new")
    assert path.read_text() == "old"
    assert [p.name for p in tmp_path.iterdir()] == ["graph.ttl"]


def test_file_names_of_ids() -> None:
    ids = ["a", "a/b", "a%2Fb", "..", ".", ".a", "", "خبر-۱", "a b", "a:b", "a\x00b", "x" * 300, "x" * 301, "خ" * 300,
           "a.", "a "]
    names = [files.name_of(id) for id in ids]
    assert len(set(names)) == len(ids)
    for name in names:
        assert "/" not in name and "\x00" not in name and not name.startswith(".") and len(name.encode()) < 240
    assert files.name_of("خبر-۱") == "خبر-۱"


def test_the_order_of_the_inputs_changes_no_byte(run: Run, sample: Path, tmp_path: Path) -> None:
    (tmp_path / "x.jsonl").write_text("\n".join(
        json.dumps({"id": "same", "title": f"title {i}", "body": "text"}) for i in range(3)), encoding="utf-8")
    (tmp_path / "y.jsonl").write_text("\n".join(reversed((tmp_path / "x.jsonl").read_text().splitlines())))
    run("build", "x.jsonl", sample, "--out", "o1", "--each", "e1")
    run("build", sample, "y.jsonl", "--out", "o2", "--each", "e2")
    for one, two in (("o1", "o2"), ("e1", "e2")):
        assert {p.name: p.read_bytes() for p in (tmp_path / one).iterdir()} == {
            p.name: p.read_bytes() for p in (tmp_path / two).iterdir()}


# -- the other commands

def test_facts_less_sure_are_left_out_and_the_rest_conforms(run: Run, tmp_path: Path) -> None:
    report = EXAMPLES / "ilam-assembly.txt"
    run("build", report, "--out", "all")
    outcome = run("build", report, "--out", "sure", "--min-confidence", "0.9")
    assert outcome.code == 0
    every, sure = (store.from_rdflib(store.load(tmp_path / name / "graph.ttl")) for name in ("all", "sure"))
    assert set(sure) < set(every)
    confidence, report_type = iris.expand("kg:confidence"), iris.expand("kg:Report")
    reports = {s for s, _, o in sure if o == report_type}
    held = [float(o.lexical) for s, p, o in sure if p == confidence and isinstance(o, Literal) and s not in reports]
    assert held and min(held) >= 0.9
    assert min(float(o.lexical) for _, p, o in every if p == confidence and isinstance(o, Literal)) < 0.9
    assert run("validate", "sure/graph.ttl", "--text", report).code == 0
    left_out = json.loads((tmp_path / "sure" / "summary.json").read_text(encoding="utf-8"))["reports"][0]["unsure"]
    assert left_out > 0 and f"{left_out} facts left out" in outcome.err


@pytest.fixture
def graph(run: Run, sample: Path, tmp_path: Path) -> Path:
    assert run("build", sample).code == 0
    return tmp_path / "out/graph.ttl"


def test_validate(run: Run, graph: Path, sample: Path) -> None:
    assert run("validate", graph) == Outcome(0, "conforms\n", "")
    assert run("validate", graph, "--text", sample).code == 0
    text = graph.read_text(encoding="utf-8")
    graph.write_text(text.replace('nif:anchorOf "', 'nif:anchorOf "x', 1), encoding="utf-8")
    assert run("validate", graph, "--text", sample).code == 3
    graph.write_text(text.replace("kg:textSha256", "kg:textShaa"), encoding="utf-8")
    outcome = run("validate", graph)
    assert outcome.code == 3
    assert "SHA-256" in outcome.out and "چکیده" in outcome.out and "does not conform" in outcome.err
    graph.write_text("this is no graph", encoding="utf-8")
    assert run("validate", graph).code == 2


def test_both_gates_can_be_chosen(run: Run, graph: Path, sample: Path, tmp_path: Path) -> None:
    assert run("build", sample, "--out", "slow", "--gate", "pyshacl").code == 0
    assert (tmp_path / "slow/graph.ttl").read_bytes() == graph.read_bytes()
    assert run("validate", graph, "--gate", "pyshacl").out == "conforms\n"


def test_query_formats(run: Run, graph: Path, tmp_path: Path) -> None:
    asked = "SELECT ?name ?none { ?p a kg:Place ; rdfs:label ?name } ORDER BY ?name"
    names = sorted(o.lexical for s, p, o in good()[1] if p == iris.expand("rdfs:label") and isinstance(o, Literal)
                   and s in instances(good()[1], "Place"))
    table = run("query", graph, asked).out.splitlines()
    assert table[0].split() == ["name", "none"] and [line.strip() for line in table[2:]] == names
    assert run("query", graph, asked, "--format", "csv").out.splitlines() == ["name,none", *(f"{n}," for n in names)]
    bindings = json.loads(run("query", graph, asked, "--format", "json").out)["results"]["bindings"]
    assert bindings[0] == {"name": {"type": "literal", "value": names[0], "xml:lang": "fa"}}
    (tmp_path / "q.rq").write_text("# پرسش\n" + asked, encoding="utf-8")
    assert run("query", graph, "-q", "q.rq").out.splitlines() == table


def test_query_kinds(run: Run, graph: Path) -> None:
    assert run("query", graph, "ASK { ?x a kg:Person }").out == "true\n"
    assert json.loads(run("query", graph, "ASK { ?x a kg:Nothing }", "--format", "json").out)["boolean"] is False
    made = run("query", graph, "CONSTRUCT { ?x a foaf:Person } WHERE { ?x a kg:Person }").out
    assert made.startswith("@prefix foaf:")
    assert len(rdflib.Graph().parse(data=made, format="turtle")) == len(instances(good()[1], "Person"))


@pytest.mark.parametrize("asked", [
    "SELECT * { SERVICE <http://localhost/> { ?s ?p ?o } }", "SELECT * FROM <file:///etc/passwd> { ?s ?p ?o }",
    "ASK { FILTER EXISTS { SERVICE SILENT <http://localhost/> { ?s ?p ?o } } }",
    "SELECT * { { SELECT ?s { SERVICE <http://localhost/> { ?s ?p ?o } } } }",
    "SELECT * FROM NAMED <http://localhost/> { GRAPH ?g { ?s ?p ?o } }",
    "DELETE WHERE { ?s ?p ?o }", "LOAD <file:///etc/passwd>", "SELECT nonsense", "SELECT * { ?s foo:bar ?o }", "",
])
def test_queries_that_are_refused(run: Run, graph: Path, asked: str) -> None:
    outcome = run("query", graph, asked)
    assert (outcome.code, outcome.out) == (2, "")
    assert outcome.err.strip()


def test_explain_shows_words_rule_and_ground(run: Run, sample: Path) -> None:
    outcome = run("explain", sample)
    report, triples = good()
    assert outcome.code == 0
    assert f"Plain ({len(facts(report, triples))})" in outcome.out
    assert f"«{report.text[:5].strip()}»  characters 0–5" in outcome.out
    assert "rule sample, explicit, confidence 1" in outcome.out


def test_explain_reads_what_the_pipeline_finds(run: Run) -> None:
    outcome = run("explain", EXAMPLES / "ilam-assembly.txt", "--published", "1399-11-20")
    assert outcome.code in (0, 4)
    assert "published 2021-02-08" in outcome.out and "rule report" in outcome.out


def test_network(run: Run, graph: Path, tmp_path: Path) -> None:
    for name in ("g.graphml", "g.gexf"):
        outcome = run("network", graph, "-o", name)
        assert (outcome.code, outcome.out) == (0, "")
        assert (tmp_path / name).read_bytes().startswith(b"<?xml")


def test_help_and_version(run: Run) -> None:
    assert "Examples:" in run("--help").out
    for command in ("build", "validate", "query", "explain", "network"):
        text = run(command, "--help").out
        assert "Example" in text and f"kg {command}" in text
    assert run("--version").out == f"kg {_version()}\n"


def _version() -> str:
    import tomllib

    version = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]
    assert f"version: {version}\n" in (ROOT / "CITATION.cff").read_text(encoding="utf-8")
    return str(version)


# -- as a process of its own

def process(*arguments: str | Path, cwd: Path, text: bytes | None = None,
            extra: dict[str, str] | None = None) -> subprocess.CompletedProcess[bytes]:
    environment = {"PATH": os.environ["PATH"], "LC_ALL": "C", **(extra or {})}
    script = "import sys; from kg.cli import main; sys.argv[0] = 'kg'; main()"
    return subprocess.run([sys.executable, "-c", script, *map(str, arguments)], cwd=cwd, env=environment,
                          capture_output=True, input=text, check=False, timeout=120)


def test_locale_and_hash_seed_change_no_byte(tmp_path: Path) -> None:
    made = []
    for number, extra in enumerate(({"PYTHONHASHSEED": "1"}, {"PYTHONHASHSEED": "2", "PYTHONIOENCODING": "latin-1"})):
        done = process("build", EXAMPLES / "ilam-assembly.txt", EXAMPLES / "minister-contract.txt", "--out",
                       f"o{number}", "--outlet", "خبرگزاری نمونه", cwd=tmp_path, extra=extra)
        assert done.returncode in (0, 3, 4), done.stderr.decode()
        made.append({p.relative_to(tmp_path / f"o{number}"): p.read_bytes()
                     for p in (tmp_path / f"o{number}").rglob("*") if p.is_file()})
    assert made[0] == made[1]


def test_persian_in_and_out_under_the_c_locale(tmp_path: Path) -> None:
    done = process("explain", "-", cwd=tmp_path, text="خبر کوتاه\n\nمدیر گفت.".encode())
    assert done.returncode in (0, 4)
    assert "خبر کوتاه" in done.stdout.decode("utf-8")


def test_no_traceback_for_values_that_are_none(tmp_path: Path) -> None:
    path = tmp_path / "g.ttl"
    path.write_text(f'<urn:x> <{iris.NS}value> "many"^^<http://www.w3.org/2001/XMLSchema#decimal> .', encoding="utf-8")
    for arguments in (("validate", path), ("query", path, "SELECT * { ?s ?p ?o FILTER (?o > 1) }")):
        assert b"Traceback" not in process(*arguments, cwd=tmp_path).stderr


def test_help_is_quick(tmp_path: Path) -> None:
    best = 9.0
    for _ in range(3):
        start = time.perf_counter()
        assert process("--help", cwd=tmp_path).returncode == 0
        best = min(best, time.perf_counter() - start)
    assert best < 0.6  # generous for a busy machine; 0.15 s on a quiet one


def test_help_loads_no_graph_library(tmp_path: Path) -> None:
    script = "import sys, kg, kg.cli; print([m for m in ('rdflib', 'pyshacl', 'networkx', 'yaml') if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, cwd=tmp_path)
    assert done.stdout == "[]\n"


# -- as a library

def test_the_library_builds_from_text_and_path(sample: Path) -> None:
    text = sample.read_bytes().decode()
    graph = kg.build(text)
    assert set(store.from_rdflib(graph)) == set(good()[1])
    assert len(kg.build(sample)) == len(kg.build(str(sample))) == len(graph)
    assert len(kg.to_networkx(graph)) > 10


def test_the_library_refuses_what_it_cannot_read(tmp_path: Path) -> None:
    for source, options in ((tmp_path / "none.txt", {}), ("none.txt", {}), ("", {}), ("a\n\nb", {"published": "x"})):
        with pytest.raises(kg.errors.InputError):
            kg.build(source, published=options.get("published"))
