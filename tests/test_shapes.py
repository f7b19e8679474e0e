"""The shapes let the good graph through and catch each way of breaking it, by the shape meant for it and no other."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import rdflib
import yaml
from rdflib import RDF, SH, URIRef
from rdflib.query import ResultRow

from kg import iris, rules
from kg.graph.shacl import PyShacl
from kg.graph.store import from_rdflib
from kg.model import Violation
from kg.text.jalali import to_gregorian

HERE = Path(__file__).parent / "shapes"
SHAPES = Path(__file__).parents[1] / "shapes"
KGS = "https://w3id.org/khabarkg/shapes#"
ANY = "urn:any:"
Pattern = tuple[Any, Any, Any]
TOGETHER = 12
"""So many mutants are tried in one graph, each on nodes of its own: a validation costs about a quarter second."""

COMPONENTS = frozenset(re.findall(r"\w+", """
    class datatype nodeKind minCount maxCount minInclusive maxInclusive minLength pattern languageIn uniqueLang in
    hasValue equals disjoint lessThan lessThanOrEquals not or xone qualifiedValueShape qualifiedMinCount closed
    ignoredProperties property sparql path message targetClass targetSubjectsOf prefixes select declare prefix
    namespace inversePath"""))
"""What a compiled checker must know (docs/shapes.md lists the same)."""


@dataclass(frozen=True)
class Mutant:
    """One way to break the good graph, and the (shape, node) pairs it must be caught by."""

    id: str
    remove: tuple[Pattern, ...]
    add: tuple[Any, ...]
    expected: frozenset[tuple[str, str]]
    alone: bool

    @property
    def nodes(self) -> set[str]:
        """The nodes that the mutant touches or that it is blamed on."""
        return {str(s) for s, _, _ in (*self.remove, *self.add)} | {node for _, node in self.expected}


def good() -> rdflib.Graph:
    """A fresh copy of the good graph."""
    graph = rdflib.Graph(bind_namespaces="none")
    graph += _good()
    return graph


@cache
def _good() -> rdflib.Graph:
    return rdflib.Graph(bind_namespaces="none").parse(HERE / "good.ttl")


@cache
def shapes() -> rdflib.Graph:
    graph = rdflib.Graph()
    for path in sorted(SHAPES.glob("*.ttl")):
        graph.parse(path)
    return graph


@cache
def checker() -> PyShacl:
    return PyShacl(sorted(SHAPES.glob("*.ttl")))


@cache
def _prefixes() -> dict[str, str]:
    return {prefix: str(namespace) for prefix, namespace in _good().namespaces()}


def _spans(text: str) -> str:
    return re.sub(r"\bc:(\d+)-(\d+)", rf"<{_prefixes()['c']}\1,\2>", text)


def _expand(node: str) -> str:
    if node in "_*":
        return node
    if node.startswith("<"):
        return node.strip("<>")
    prefix, _, local = node.partition(":")
    return _prefixes()[prefix] + local


def _triples(text: str) -> tuple[Any, ...]:
    """Triples in Turtle with the prefixes of good.ttl; a ?variable becomes an IRI of its own."""
    text = re.sub(r"\?(\w+)", rf"<{ANY}\1>", _spans(text))
    head = "".join(f"@prefix {prefix}: <{namespace}> .\n" for prefix, namespace in _prefixes().items())
    return tuple(rdflib.Graph(bind_namespaces="none").parse(data=head + text, format="turtle"))


def _pattern(triple: Any) -> Pattern:
    subject, predicate, object_ = (None if str(term).startswith(ANY) else term for term in triple)
    return subject, predicate, object_


def _mutant(row: dict[str, Any]) -> Mutant:
    unknown = row.keys() - {"id", "says", "remove", "add", "expect", "alone"}
    assert not unknown, f"mutants.yaml, '{row['id']}': unknown {unknown}"
    blamed = ((shape, node) for shape, nodes in row["expect"].items() for node in _spans(nodes).split())
    pairs = frozenset((shape, _expand(node)) for shape, node in blamed)
    remove = tuple(_pattern(triple) for triple in _triples(row.get("remove", "")))
    return Mutant(row["id"], remove, _triples(row.get("add", "")), pairs, row.get("alone") == "yes")


@cache
def mutants() -> tuple[Mutant, ...]:
    rows = yaml.load((HERE / "mutants.yaml").read_text(encoding="utf-8"), Loader=yaml.BaseLoader)
    return tuple(_mutant(row) for row in rows)


def batches() -> Iterator[tuple[Mutant, ...]]:
    """The mutants in groups whose members touch different nodes; those that must be alone, alone."""
    groups: list[tuple[list[Mutant], set[str]]] = []
    for mutant in mutants():
        if mutant.alone:
            yield (mutant,)
            continue
        fitting = (g for g in groups if len(g[0]) < TOGETHER and not g[1] & mutant.nodes)
        home = next(fitting, None)
        if home is None:
            groups.append(home := ([], set()))
        home[0].append(mutant)
        home[1].update(mutant.nodes)
    yield from (tuple(group) for group, _ in groups)


def mutate(graph: rdflib.Graph, mutant: Mutant) -> None:
    """Remove and add. A pattern that matches nothing or a triple that is there already is an error of the table."""
    for pattern in mutant.remove:
        assert pattern in graph, f"{mutant.id}: nothing matches {pattern}"
        graph.remove(pattern)
    for triple in mutant.add:
        assert triple not in graph, f"{mutant.id}: {triple} is there already"
        graph.add(triple)


def findings(graph: rdflib.Graph) -> set[tuple[str, str]]:
    """(shape, node) of each violation: the focus, or the culprit where the shape hangs on the report."""
    return {_pair(violation) for violation in checker().check(None, from_rdflib(graph)).violations}


def _pair(violation: Violation) -> tuple[str, str]:
    node = violation.value or "" if violation.component == "SPARQLConstraintComponent" else violation.focus
    return violation.shape.removeprefix(KGS), "_" if node.startswith("urn:bnode:") else node


def test_the_good_graph_conforms() -> None:
    assert findings(good()) == set()


def test_each_mutant_is_caught_by_its_own_shapes_only() -> None:
    wrong = []
    for batch in batches():
        graph = good()
        for mutant in batch:
            mutate(graph, mutant)
        found, expected = findings(graph), {pair for mutant in batch for pair in mutant.expected}
        anywhere = {shape for shape, node in expected if node == "*"}
        missing = {pair for pair in expected - found if pair[1] != "*"} | (anywhere - {shape for shape, _ in found})
        extra = {pair for pair in found - expected if pair[0] not in anywhere}
        if missing or extra:
            wrong.append(f"{', '.join(m.id for m in batch)}: missing {sorted(missing, key=str)}, extra {sorted(extra)}")
    assert not wrong, "\n".join(wrong)


def test_there_are_mutants_enough_and_each_is_named_once() -> None:
    names = [mutant.id for mutant in mutants()]
    assert len(names) == len(set(names)) >= 220
    assert all(mutant.expected for mutant in mutants())


def test_every_shape_has_a_mutant() -> None:
    meant = {shape for mutant in mutants() for shape, _ in mutant.expected}
    assert speaking() == meant


def speaking() -> set[str]:
    """The shapes that can fail: those with a message of their own or of their SPARQL constraint."""
    graph = shapes()
    own = {shape for shape in graph.subjects(SH.message, None) if isinstance(shape, URIRef)}
    return {str(shape).removeprefix(KGS) for shape in own | set(graph.subjects(SH.sparql, None))}


def test_every_message_is_a_sentence_in_both_languages() -> None:
    graph = shapes()
    for shape in set(graph.subjects(SH.message, None)):
        messages = list(graph.objects(shape, SH.message))
        assert sorted(str(getattr(message, "language", "")) for message in messages) == ["en", "fa"], shape
        assert all(str(message).endswith(".") and len(str(message)) > 15 for message in messages), shape


def test_every_named_property_shape_speaks() -> None:
    graph = shapes()
    named = set(graph.subjects(RDF.type, SH.PropertyShape))
    assert len(named) > 150
    assert not named - set(graph.subjects(SH.message, None))


def test_shapes_keep_to_the_components_that_a_compiled_checker_knows() -> None:
    namespace = str(SH)
    used = {str(p).removeprefix(namespace) for p in shapes().predicates() if str(p).startswith(namespace)}
    assert used <= COMPONENTS
    documented = (SHAPES.parent / "docs" / "shapes.md").read_text(encoding="utf-8")
    assert {name for name in COMPONENTS if f"sh:{name}" not in documented} == set()


def test_sparql_constraints_hang_on_the_report_and_name_the_culprit() -> None:
    graph = shapes()
    constraints = list(graph.subject_objects(SH.sparql))
    assert 15 <= len(constraints) <= 20
    for shape, constraint in constraints:
        assert list(graph.objects(shape, SH.targetClass)) == [URIRef(iris.NS + "Report")], shape
        assert str(graph.value(constraint, SH.select)).strip().startswith("SELECT $this ?value WHERE"), shape


def test_shapes_are_well_formed() -> None:
    import pyshacl

    conforms, _, text = pyshacl.validate(rdflib.Graph(), shacl_graph=shapes(), meta_shacl=True)
    assert conforms, text


def test_no_two_shapes_share_a_name() -> None:
    defined = [name for path in sorted(SHAPES.glob("*.ttl"))
               for name in re.findall(r"(?m)^kgs:(\S+) a ", path.read_text(encoding="utf-8"))]
    assert len(defined) == len(set(defined)) > 200


def _name_pattern() -> re.Pattern[str]:
    graph = shapes()
    nested = graph.value(URIRef(KGS + "Person-name"), SH["not"])
    return re.compile(str(graph.value(nested, SH.pattern)))


def test_no_rank_or_courtesy_may_open_a_name() -> None:
    ranks = rules.load("ranks.yaml", required={"match", "value"}, keys={"kind", "homograph", "note"})
    words = [word for rule in ranks if rule.text("homograph") != "yes" for word in rule.list("match")]
    assert len(words) > 40
    pattern = _name_pattern()
    missed = [word for word in words if not pattern.search(f"{word} آذرپی")]
    assert not missed


LOOK_ALIKES = ("امیر عبدالهی", "سرداری", "دکترزاده رشید", "سیدحسن سروانی", "آیت رحمانی", "خانمحمد نوری")


@pytest.mark.parametrize("name", LOOK_ALIKES)
def test_names_that_look_like_ranks_stay(name: str) -> None:
    assert not _name_pattern().search(name)


def _calendar_query() -> str:
    graph = shapes()
    constraint = graph.value(URIRef(KGS + "Period-calendar"), SH.sparql)
    return str(graph.value(constraint, SH.select))


def test_the_calendar_shape_reckons_like_our_calendar() -> None:
    kg, day = rdflib.Namespace(iris.NS), dt.timedelta(days=1)
    graph = rdflib.Graph(bind_namespaces="none")
    graph.add((URIRef("urn:report"), RDF.type, kg.Report))
    shifted = set()
    for year in range(1201, 1499, 3):
        for month in (1, 7, 12):
            first = to_gregorian(year, month, 1)
            right, wrong = URIRef(f"urn:{year}-{month}"), URIRef(f"urn:{year}-{month}-shifted")
            shifted.add(wrong)
            for node, date in ((right, first), (wrong, first + day if month == 7 else first - day)):
                graph.add((node, kg.firstDay, rdflib.Literal(date.isoformat(), datatype=rdflib.XSD.date)))
                graph.add((node, kg.jalaliFirst, rdflib.Literal(f"{year}-{month:02}-01")))
    rows = graph.query(_calendar_query(), initNs={"kg": kg, "xsd": rdflib.XSD})
    assert {row[1] for row in rows if isinstance(row, ResultRow)} == shifted
