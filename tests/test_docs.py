"""The documents: links lead somewhere, commands exist and run, terms are defined, and what is generated is fresh."""

from __future__ import annotations

import importlib.util
import re
import sys
import tomllib
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import typer.main

from kg import iris
from kg.cli import app
from kg.rules import LANG

ROOT = Path(__file__).resolve().parents[1]
DOCUMENTS = sorted(
    path for path in (*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), *ROOT.glob("bench/*.md"),
                      *ROOT.glob("examples/*.md"))
)
_LINK = re.compile(r"\]\(([^)\s]+)\)")
_FENCE = re.compile(r"^```.*?^```$", re.DOTALL | re.MULTILINE)
_TERM = re.compile(r"\bkg:([A-Za-z]\w+)")
_CODE = re.compile(r"\bkgc:([a-z][\w-]+\w)")
_COMMAND = re.compile(r"(?:^|[`\s/])kg ([a-z]+)((?: [^\n`|;]*)?)")
_ANY_YAML = re.compile(r"`([a-z/-]+\.yaml)`")


def tool(path: str) -> Any:
    """A script of the repository as a module."""
    spec = importlib.util.spec_from_file_location(Path(path).stem, ROOT / path)
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module  # dataclasses look themselves up there
    spec.loader.exec_module(module)
    return module


def name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


@cache
def text(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def slug(heading: str) -> str:
    """The anchor that a heading gets on GitHub."""
    return re.sub(r"[^\w\- ]", "", heading.strip().lower()).replace(" ", "-")


def test_documents_are_there() -> None:
    assert {"README.md", "CHANGELOG.md", "docs/architecture.md", "docs/accuracy.md", "docs/cli.md", "docs/data.md",
            "docs/glossary.md", "docs/write-rules.md", "docs/add-a-class.md"} <= set(map(name, DOCUMENTS))


@pytest.mark.parametrize("document", DOCUMENTS, ids=name)
def test_links_resolve(document: Path) -> None:
    wrong = []
    for link in _LINK.findall(_FENCE.sub("", text(document))):
        if re.match(r"[a-z]+:", link):
            continue
        target, _, anchor = link.partition("#")
        path = (document.parent / target).resolve() if target else document
        if not path.exists():
            wrong.append(link)
        elif anchor and path.suffix == ".md":
            headings = {slug(line.lstrip("# ")) for line in text(path).splitlines() if line.startswith("#")}
            wrong += [] if anchor in headings else [link]
    assert wrong == []


def test_named_terms_are_defined() -> None:
    ontology = text(ROOT / "ontology" / "kg.ttl")
    defined = set(re.findall(r"^kg:(\w+)", ontology, re.MULTILINE))
    codes = set(re.findall(r"^kgc:([\w-]+)", ontology, re.MULTILINE))
    used = {(name(d), term) for d in DOCUMENTS for term in _TERM.findall(text(d))}
    assert len(used) > 40 and len(defined) > 60, "the patterns no longer find terms"
    assert sorted((d, t) for d, t in used if t not in defined) == []
    named = {(name(d), code) for d in DOCUMENTS for code in _CODE.findall(text(d))}
    assert sorted((d, c) for d, c in named if c not in codes) == []


def test_readme_names_every_class_of_facts() -> None:
    table = text(ROOT / "README.md").partition("## What the graph looks like")[2].partition("\n## ")[0]
    ontology = text(ROOT / "ontology" / "kg.ttl")
    classes = set(re.findall(r"^kg:([A-Z]\w+) a owl:Class", ontology, re.MULTILINE))
    kinds = {c for c in classes if re.search(r"rdfs:subClassOf[^;.]*kg:Figure\b", part_of(ontology, c))}
    assert len(classes) > 12
    assert sorted(classes - kinds - set(_TERM.findall(table))) == []


def part_of(ontology: str, term: str) -> str:
    """The statement of the ontology that defines a class."""
    return ontology.partition(f"\nkg:{term} a ")[2].partition("\n\n")[0]


def test_commands_exist_with_their_options() -> None:
    known: dict[str, Any] = getattr(typer.main.get_command(app), "commands", {})
    shown = [(name(d), command, rest) for d in DOCUMENTS for command, rest in _COMMAND.findall(text(d))
             if re.search(rf"(`|\$ |bin/|^){re.escape('kg ' + command)}", text(d), re.MULTILINE)]
    assert len(shown) > 15, "the pattern no longer finds commands"
    wrong = [(d, c) for d, c, _ in shown if c not in known]
    for document, command, rest in shown:
        if command in known:
            options = {o for p in known[command].params for o in p.opts} | {"--help", "--debug"}
            given = {word.partition("=")[0] for word in rest.partition(" > ")[0].split() if word.startswith("--")}
            wrong += [(document, f"{command} {option}") for option in sorted(given - options)]
    assert wrong == []


def test_targets_of_make_exist() -> None:
    targets = set(re.findall(r"^([a-z-]+):", text(ROOT / "Makefile"), re.MULTILINE))
    used = {(name(d), target) for d in DOCUMENTS for target in re.findall(r"`make ([a-z-]+)", text(d))}
    assert used and sorted((d, t) for d, t in used if t not in targets) == []


def test_every_rule_file_is_described() -> None:
    files = {path.relative_to(LANG).as_posix() for path in LANG.rglob("*.yaml")}
    described = set(_ANY_YAML.findall(text(ROOT / "docs" / "write-rules.md")))
    assert sorted(files - described) == []
    named = {f for d in ("write-rules.md", "data.md") for f in _ANY_YAML.findall(text(ROOT / "docs" / d))}
    assert sorted(named - files) == []


def test_every_bench_is_described() -> None:
    described = text(ROOT / "bench" / "README.md")
    scripts = sorted(path.name for path in (ROOT / "bench").glob("*.py"))
    assert len(scripts) >= 4 and [s for s in scripts if s not in described] == []


def test_commands_of_the_readme_run(tmp_path: Path) -> None:
    readme = tool("tools/readme.py")
    folder = readme.prepared(tmp_path)
    blocks = readme.blocks(text(ROOT / "README.md"))
    assert len(blocks) >= 4
    for block in blocks:
        printed, codes = readme.run(block, folder)
        assert set(codes) == {0}, printed
        assert "Traceback" not in printed
    assert (folder / "out" / "graph.ttl").stat().st_size > 100_000


def test_python_of_the_readme_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("report.txt").write_text("عنوان\n\nمریم نمونه‌پور، استاندار یزد گفت: ۱۲ طرح تمام شد.\n", encoding="utf-8")
    code = re.findall(r"```python\n(.*?)```", text(ROOT / "README.md"), re.DOTALL)
    assert len(code) == 1
    made: dict[str, Any] = {}
    exec(code[0], made)
    assert len(made["graph"]) > 50
    assert {type(fact).__name__ for fact in made["facts"]} >= {"PersonFact", "FigureFact", "StatementFact"}
    assert {kind for _, kind in made["network"].nodes(data="kind")} >= {"Person", "Post", "Figure"}


def test_command_document_is_fresh() -> None:
    made = tool("tools/cli_docs.py")
    assert text(ROOT / "docs" / "cli.md") == "\n".join(made.pages()), "run python tools/cli_docs.py"


def test_numbers_in_the_documents_are_the_frozen_ones() -> None:
    accuracy = tool("bench/accuracy.py")
    assert accuracy.documents(check=True) == [], "run python bench/accuracy.py --docs"
    assert len(accuracy.frozen()) >= 3 * 14
    assert all(accuracy.BEGIN.format(part) in text(ROOT / path)
               for part, path in (("table", "docs/accuracy.md"), ("line", "README.md")))


def test_version_is_one() -> None:
    version = tomllib.loads(text(ROOT / "pyproject.toml"))["project"]["version"]
    assert re.search(r"^## \[(.+?)\] - \d{4}-\d\d-\d\d$", text(ROOT / "CHANGELOG.md"), re.MULTILINE)[1] == version  # type: ignore[index]
    assert f"\nversion: {version}\n" in text(ROOT / "CITATION.cff")
    assert f'owl:versionInfo "{version}"' in text(ROOT / "ontology" / "kg.ttl")


def test_namespace_is_the_documented_one() -> None:
    assert f"`{iris.NS.partition('ns#')[0]}`" in text(ROOT / "README.md")


def test_decisions_have_their_parts() -> None:
    decisions = sorted((ROOT / "docs" / "decisions").glob("*.md"))
    assert decisions
    for path in decisions:
        headings = re.findall(r"^## (.+)$", text(path), re.MULTILINE)
        assert [h for h in ("Context", "Decision", "Why not", "Consequences") if h not in headings] == [], path.name
