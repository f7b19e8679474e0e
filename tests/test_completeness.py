"""Nothing is half there: a class has its section, shapes, builder and cases, a command its help; none grow fewer."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import rdflib
import test_cases
import yaml
from rdflib import OWL, RDF, RDFS
from typer.main import get_command

from kg import builders, cli
from kg.iris import NS

ROOT = Path(__file__).parents[1]
TESTS = ROOT / "tests"
ONTOLOGY = ROOT / "ontology" / "kg.ttl"

BUILDERS = {
    "Report": "reports", "Organization": "organizations", "Person": "officials", "Post": "officials",
    "Tenure": "officials", "Program": "programs", "Agreement": "agreements", "Event": "events", "Place": "places",
    "Period": "periods", "Statement": "statements", "Figure": "figures", "TextSpan": "reports",
}
"""Which module of kg.builders states which class."""

SHARED_SHAPES = {"common", "code", "unit"}
"""Shape files that are about several classes."""

LEAST = {
    "cases of mentions": 205, "cases of classes": 57, "look-alikes": 77, "mutants": 237, "questions": 15,
    "rows of questions": 16, "test functions": 340, "known gaps, at most": 28,
}


def local(term: object) -> str:
    return str(term).removeprefix(NS)


@pytest.fixture(scope="module")
def ontology() -> rdflib.Graph:
    return rdflib.Graph().parse(ONTOLOGY)


def sections() -> set[str]:
    return set(re.findall(r"^# =+ kg:(\w+)$", ONTOLOGY.read_text(encoding="utf-8"), re.M))


def test_classes_have_sections(ontology: rdflib.Graph) -> None:
    """Each banner of the ontology names a class; the other classes are subclasses of such a one."""
    classes = {local(c) for c in ontology.subjects(RDF.type, OWL.Class) if str(c).startswith(NS)}
    above = {local(c): {local(s) for s in ontology.objects(c, RDFS.subClassOf)} for c in ontology.subjects(
        RDF.type, OWL.Class)}
    assert sections() == set(BUILDERS)
    assert sections() <= classes
    assert {name for name in classes - sections() if not above[name] & sections()} == set()


def test_classes_have_shapes() -> None:
    files = {path.stem for path in (ROOT / "shapes").glob("*.ttl")}
    assert files == {name.lower() for name in sections()} | SHARED_SHAPES
    for name in sections():
        text = (ROOT / "shapes" / f"{name.lower()}.ttl").read_text(encoding="utf-8")
        targets = " ".join(re.findall(r"sh:targetClass ([^;]+);", text))
        assert f"kg:{name} " in f"{targets} ".replace(",", " ,"), f"no shape of {name.lower()}.ttl is about kg:{name}"


def test_classes_have_builders() -> None:
    modules = {function.__module__.rpartition(".")[2] for function in builders.BUILDERS.values()}
    assert modules == set(BUILDERS.values())
    here = {path.stem for path in Path(builders.__file__).parent.glob("*.py")} - {"__init__", "base"}
    assert here == modules
    for name, module in BUILDERS.items():
        text = (Path(builders.__file__).parent / f"{module}.py").read_text(encoding="utf-8")
        assert f'"kg:{name}"' in text, f"kg.builders.{module} never states kg:{name}"


def test_classes_have_cases() -> None:
    files = {path.stem for path in (TESTS / "cases" / "builders").glob("*.yaml")}
    assert files == {name.lower() for name in sections()} == set(test_cases.CLASSES)
    for path in (TESTS / "cases").rglob("*.yaml"):
        found = test_cases.load(path)
        assert any(case["expect"] for case in found), f"{path.name} has no case that finds something"
        assert any(not case["expect"] for case in found) or path.stem == "report", f"{path.name} has no look-alike"


def test_mentions_have_cases() -> None:
    assert {path.stem for path in (TESTS / "cases" / "mentions").glob("*.yaml")} == set(test_cases.MENTIONS)


def test_subclasses_are_met_in_cases(ontology: rdflib.Graph) -> None:
    """Every class of ours is expected by some case."""
    classes = {local(c) for c in ontology.subjects(RDF.type, OWL.Class) if str(c).startswith(NS)}
    told = {word for path in (TESTS / "cases" / "builders").glob("*.yaml") for case in test_cases.load(path)
            for row in case["expect"] for word in row.get("a", "").split()}
    files = {test_cases.CLASSES[path.stem] for path in (TESTS / "cases" / "builders").glob("*.yaml")}
    assert classes - told - files == set()


def commands() -> dict[str, object]:
    return dict(get_command(cli.app).commands)  # type: ignore[attr-defined]


@pytest.mark.parametrize("name", sorted(commands()))
def test_commands_have_help(name: str) -> None:
    """A command says in a sentence what it does, shows examples that name it, and explains each option."""
    command = commands()[name]
    text = str(command.help)  # type: ignore[attr-defined]
    assert text.split("\n")[0].rstrip().endswith((".", ":")) or "\n\n" in text
    assert f"kg {name}" in text, f"the help of '{name}' shows no example"
    silent = [p.name for p in command.params if p.param_type_name == "option" and not p.help]  # type: ignore[attr-defined]
    assert silent == []


def test_commands_are_tested() -> None:
    """Each command is run by a test."""
    tests = "\n".join(path.read_text(encoding="utf-8") for path in TESTS.glob("test_*.py"))
    assert len(commands()) >= 5
    assert [name for name in commands() if f'"{name}"' not in tests] == []


def test_counts() -> None:
    """The suite cannot shrink unseen: these numbers only rise, but for the known gaps."""
    mentions = [c for path in (TESTS / "cases" / "mentions").glob("*.yaml") for c in test_cases.load(path)]
    classes = [c for path in (TESTS / "cases" / "builders").glob("*.yaml") for c in test_cases.load(path)]
    mutants = yaml.load((TESTS / "shapes" / "mutants.yaml").read_text(encoding="utf-8"), Loader=yaml.CBaseLoader)
    rows = [r for path in (TESTS / "queries").glob("*.yaml")
            for r in yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CBaseLoader)]
    functions = [name for path in TESTS.rglob("test_*.py")
                 for name in re.findall(r"^def (test_\w+)", path.read_text(encoding="utf-8"), re.M)]
    counts = {
        "cases of mentions": len(mentions), "cases of classes": len(classes),
        "look-alikes": sum(not c["expect"] for c in mentions + classes), "mutants": len(mutants),
        "questions": len(list((ROOT / "queries").glob("*.rq"))), "rows of questions": len(rows),
        "test functions": len(functions),
    }
    assert {name: n for name, n in counts.items() if n < LEAST[name]} == {}
    assert sum(bool(c.get("xfail")) for c in mentions + classes) <= LEAST["known gaps, at most"]
