"""The competency questions of queries/ over the small graph of tests/queries: each gives exactly its expected rows."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml
from rdflib import RDF, Graph, Literal, URIRef
from rdflib.query import ResultRow

from kg.iris import ID, NS, PREFIXES

ROOT = Path(__file__).parents[1]
QUERIES = sorted((ROOT / "queries").glob("*.rq"))
CASES = ROOT / "tests" / "queries"
ONTOLOGY = ROOT / "ontology" / "kg.ttl"
NIF = PREFIXES["nif"]
LEAST = 12
_SHORT = sorted(({"id": ID} | PREFIXES).items(), key=lambda item: -len(item[1]))


@cache
def sample(name: str = "sample") -> Graph:
    return Graph().parse(CASES / f"{name}.ttl")


def cell(term: Any) -> str:
    """A term as the case files write it: short names (``id:…``), plain texts, nothing for an unbound variable."""
    if isinstance(term, URIRef):
        for prefix, base in _SHORT:
            if term.startswith(base):
                return f"{prefix}:{term[len(base):]}"
    return "" if term is None else str(term)


def answer(graph: Graph, text: str, bind: dict[str, str]) -> tuple[list[str], list[list[str]]]:
    """Column names and rows of a query, with some variables bound to nodes of the data."""
    bindings = {name: URIRef(ID + node.removeprefix("id:")) for name, node in bind.items()}
    result = graph.query(text, initBindings=bindings)
    rows = [[cell(term) for term in row] for row in result if isinstance(row, ResultRow)]
    return [str(v) for v in result.vars or ()], rows


def cases() -> list[Any]:
    found = []
    for path in sorted(CASES.glob("*.yaml")):
        for case in yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.BaseLoader):
            found.append(pytest.param(path.stem, case, id=f"{path.stem}: {case['case']}"))
    return found


@pytest.mark.parametrize(("name", "case"), cases())
def test_rows(name: str, case: dict[str, Any]) -> None:
    assert set(case) <= {"case", "graph", "bind", "columns", "rows"}
    text = (ROOT / "queries" / f"{name}.rq").read_text(encoding="utf-8")
    columns, rows = answer(sample(case.get("graph", "sample")), text, case.get("bind", {}))
    assert columns == case["columns"]
    assert rows == case["rows"]


@pytest.mark.parametrize("path", QUERIES, ids=lambda p: p.stem)
def test_form(path: Path) -> None:
    """A question in Persian, the same in English, the project's prefixes, a fixed order."""
    text = path.read_text(encoding="utf-8")
    persian, english = text.split("\n")[:2]
    assert re.match(r"# [؀-ۿ].*؟", persian)
    assert re.match(r"# [A-Z][^؀-ۿ]*\?", english)
    declared = dict(re.findall(r"^PREFIX (\w+): <(\S+)>$", text, re.MULTILINE))
    assert declared.items() <= PREFIXES.items()
    body = re.sub(r"<[^>]*>|\"[^\"]*\"|#.*", "", text)
    assert set(re.findall(r"(?<![\w?])(\w+):\w", body)) == set(declared)
    assert "ORDER BY" in body


@pytest.mark.parametrize("path", QUERIES, ids=lambda p: p.stem)
def test_order_is_total(path: Path) -> None:
    """The same rows in the same order whichever way the triples were loaded."""
    text = path.read_text(encoding="utf-8")
    forth, back = Graph(), Graph()
    triples = sorted(sample())
    for triple in triples:
        forth.add(triple)
    for triple in reversed(triples):
        back.add(triple)
    assert answer(forth, text, {}) == answer(back, text, {})


def terms(text: str) -> set[str]:
    """Local names of the kg: terms in a query."""
    return set(re.findall(r"\bkg:(\w+)", re.sub(r"^#.*", "", text, flags=re.MULTILINE)))


def test_every_query_has_a_case_and_every_case_a_query() -> None:
    assert len(QUERIES) >= LEAST
    assert {p.stem for p in QUERIES} == {p.stem for p in CASES.glob("*.yaml")}


def test_the_sample_covers_every_term_asked_for() -> None:
    used = {str(t) for path in CASES.glob("*.ttl") for triple in sample(path.stem) for t in triple}
    asked = {term for path in QUERIES for term in terms(path.read_text(encoding="utf-8"))}
    assert {term for term in asked if NS + term not in used} == set()


def test_the_ontology_defines_every_term_asked_for() -> None:
    if not ONTOLOGY.exists():
        pytest.skip("ontology/kg.ttl is not there.")
    defined = {str(s) for s in Graph().parse(ONTOLOGY).subjects(RDF.type)}
    asked = {term for path in QUERIES for term in terms(path.read_text(encoding="utf-8"))}
    assert {term for term in asked if NS + term not in defined} == set()


def test_spans_of_the_sample_are_as_long_as_their_words() -> None:
    spans = list(sample().subject_objects(URIRef(NIF + "anchorOf")))
    assert len(spans) > LEAST
    for span, words in spans:
        begin, end = (sample().value(span, URIRef(NIF + key)) for key in ("beginIndex", "endIndex"))
        assert isinstance(begin, Literal) and isinstance(end, Literal)
        assert str(span).endswith(f"#char={begin},{end}")
        assert int(end) - int(begin) == len(str(words))
