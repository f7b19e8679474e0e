"""The compiled checker and pySHACL say the same of every graph: good, broken in known ways, broken at random, real.

KG_NIGHTLY=10 tries ten times as many random mutants and all real reports.
"""

from __future__ import annotations

import contextlib
import itertools
import json
import os
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import rdflib
import test_shapes
import yaml
from mutations import Spoiler
from rdflib import SH, BNode, URIRef
from rdflib.compare import isomorphic
from samples import good

from kg import iris, pipeline, resources
from kg.errors import RuleError
from kg.graph import compile_literals as literals
from kg.graph import compile_program, compile_reference, compile_turtle, compile_twins
from kg.graph.compile_index import Index
from kg.graph.compile_literals import canonical
from kg.graph.compile_shapes import Result
from kg.graph.compiled import CHECKERS, CompiledChecker, checker
from kg.graph.shacl import IS_STRING, PyShacl, _parsed_queries
from kg.graph.store import exact_literals, from_rdflib, to_rdflib
from kg.graph.validate import check
from kg.model import Literal, Report, Term, Triple

HERE = Path(__file__).parent
REPORTS = HERE.parents[1] / "shared" / "reports" / "dev.jsonl"
TIMES = max(1, int(os.environ.get("KG_NIGHTLY", "1")))
XSD = iris.PREFIXES["xsd"]
HEAD = "".join(f"@prefix {name}: <{namespace}> .\n" for name, namespace in (
    ("ex", "http://ex.org/"), ("sh", str(SH)), ("xsd", XSD), ("rdf", iris.PREFIXES["rdf"]),
    ("rdfs", iris.PREFIXES["rdfs"])))
Row = tuple[str, str | None, str, str, Term | None, str]
"""Focus, path, component, shape, value, severity."""

STOPS = (RecursionError, ArithmeticError, TypeError)
COMPILED, REFERENCE = CompiledChecker(), PyShacl()


@cache
def shape_graph() -> rdflib.Graph:
    graph = rdflib.Graph()
    with exact_literals():
        for path in resources.turtle_files("shapes"):
            graph.parse(path)
    return graph


def reference_rows(shapes: rdflib.Graph, data: Iterable[Triple]) -> Counter[Row]:
    """Each result of pySHACL, counted. The shape is its IRI or that of the nearest node with one around it."""
    import pyshacl

    with _parsed_queries():
        _, report, _ = pyshacl.validate(to_rdflib(data), shacl_graph=shapes)
    assert isinstance(report, rdflib.Graph)
    rows: Counter[Row] = Counter()
    for node in report.objects(None, SH.result):
        path, shape = report.value(node, SH.resultPath), report.value(node, SH.sourceShape)
        while isinstance(shape, BNode):
            shape = min(shapes.subjects(None, shape), key=lambda n: (isinstance(n, BNode), n))
        component = str(report.value(node, SH.sourceConstraintComponent)).removeprefix(str(SH))
        rows[str(report.value(node, SH.focusNode)), str(path) if isinstance(path, URIRef) else None, component,
             str(shape), ours(report.value(node, SH.value)), str(report.value(node, SH.resultSeverity))] += 1
    return rows


def ours(term: Any) -> Term | None:
    if isinstance(term, rdflib.Literal):
        return canonical(Literal(str(term), None if term.datatype is None else str(term.datatype), term.language))
    return None if term is None else str(term)


def compiled_rows(results: Iterable[Result]) -> Counter[Row]:
    return Counter((r.focus.lexical if isinstance(r.focus, Literal) else r.focus, r.path, r.site.component,
                    r.site.shape, r.value, r.site.severity) for r in results)


def agree(report: Report | None, graph: Sequence[Triple]) -> int:
    """Both checkers say the same, messages included; the number of violations.

    On some ill-typed numbers rdflib raises in the middle of a query. There the compiled checker must find fault itself.
    """
    found = COMPILED.check(report, graph)
    try:
        expected = REFERENCE.check(report, graph)
    except STOPS:
        assert found.violations
    else:
        assert found == expected
    return len(found.violations)


def with_text(report: Report, graph: Sequence[Triple]) -> list[Triple]:
    return [*graph, (iris.report(report.sha256), IS_STRING, Literal(report.text))]


# --- the components of SHACL Core, one by one


@cache
def cases(name: str) -> list[dict[str, str]]:
    rows: list[dict[str, str]] = yaml.load((HERE / "shacl" / name).read_text(encoding="utf-8"), Loader=yaml.BaseLoader)
    assert len({row["id"] for row in rows}) == len(rows)
    return rows


def short(row: Row) -> str:
    """A row as core.yaml writes it."""
    focus, path, component, _, value, severity = row
    mark = "" if severity == str(SH.Violation) else "!" + severity.removeprefix(str(SH))
    return (f"{_name(focus)} | {_name(path)} | {component.removesuffix('ConstraintComponent')}{mark}"
            f" | {_name(value)}")


def _name(term: Term | None) -> str:
    if term is None:
        return "-"
    if isinstance(term, str):
        return term.replace("http://ex.org/", "ex:").replace(iris.PREFIXES["rdf"], "rdf:")
    if term.lang:
        return f"{term.lexical}@{term.lang}"
    kind = (term.datatype or "").removeprefix(XSD)
    if kind == "string":
        return f"'{term.lexical}'"
    plain = (kind == "integer" and re.fullmatch(r"-?(0|[1-9]\d*)", term.lexical)) or (
        kind == "decimal" and re.fullmatch(r"-?\d+\.\d+", term.lexical))
    return term.lexical if plain else f"{term.lexical}^^{kind}"


@pytest.mark.parametrize("case", cases("core.yaml"), ids=lambda case: str(case["id"]))
def test_core_components(case: dict[str, str]) -> None:
    shapes = compile_turtle.parse(HEAD + case["shapes"], "case.ttl")
    data = compile_turtle.parse(HEAD + case["data"], "data.ttl")
    program = compile_program.compiled([("case.ttl", shapes)], messages=False)
    found = compiled_rows(program.results(Index(data)))
    expected = sorted(line.strip() for line in case["expect"].replace("\\n", "\n").splitlines() if line.strip())
    assert sorted(short(row) for row in found.elements()) == expected
    with exact_literals():
        assert found == reference_rows(rdflib.Graph().parse(data=HEAD + case["shapes"], format="turtle"), data)


@pytest.mark.parametrize("case", cases("refused.yaml"), ids=lambda case: str(case["id"]))
def test_what_cannot_be_compiled_is_refused_with_its_place(case: dict[str, str]) -> None:
    with pytest.raises(RuleError) as error:
        triples = compile_turtle.parse(HEAD + case["shapes"], "case.ttl")
        compile_program.compiled([("case.ttl", triples)], messages=False)
    assert str(error.value).startswith("case.ttl") and case["says"] in str(error.value)


def test_a_shape_without_messages_is_refused(tmp_path: Path) -> None:
    (tmp_path / "mute.ttl").write_text(
        HEAD + 'ex:S sh:targetClass ex:C ; sh:nodeKind sh:IRI ; sh:message "It must be an IRI."@en .', encoding="utf-8")
    with pytest.raises(RuleError, match=r"mute\.ttl, shape http://ex\.org/S: .*Persian"):
        CompiledChecker([tmp_path / "mute.ttl"]).check(None, [])
    with pytest.raises(RuleError, match="cannot be read"):
        CompiledChecker([tmp_path / "nowhere.ttl"]).check(None, [])


# --- SPARQL and its twins


def queries() -> dict[str, str]:
    triples = [t for path in resources.turtle_files("shapes")
               for t in compile_turtle.parse(path.read_text(encoding="utf-8"), path.name)]
    texts = {s: o.lexical for s, p, o in triples if p == str(SH.select) and isinstance(o, Literal)}
    return {s: texts[str(o)] for s, p, o in triples if p == str(SH.sparql)}


def test_each_query_has_its_twin_and_no_other_text_has() -> None:
    found = queries()
    assert len(found) >= 15
    for shape, query in found.items():
        assert compile_twins.constraint(shape, query).component == "SPARQLConstraintComponent"
        for changed in (query + " ", query.replace("?value", "?v"), query.upper()):
            with pytest.raises(RuleError, match="has changed"):
                compile_twins.constraint(shape, changed)


def test_no_twin_outlives_its_query() -> None:
    shapes = {shape.removeprefix(compile_twins.SHAPES) for shape in queries()}
    assert set(compile_twins._TWINS) == shapes


# --- Turtle and literals


@pytest.mark.parametrize("path", [*resources.turtle_files("shapes"), HERE / "shapes" / "good.ttl"],
                         ids=lambda path: path.name)
def test_the_reader_reads_what_rdflib_reads(path: Path) -> None:
    with exact_literals():
        expected = rdflib.Graph().parse(path)
    found = as_rdflib(compile_turtle.parse(path.read_text(encoding="utf-8"), path.name))
    assert len(found) == len(expected) and described(found) == described(expected)


def described(graph: rdflib.Graph) -> set[tuple[Any, ...]]:
    """The graph as trees that hang on its named nodes: blank nodes in shapes have one place each."""

    def tree(node: Any) -> Any:
        if not isinstance(node, BNode):
            return node.n3()
        return tuple(sorted((str(p), tree(o)) for p, o in graph.predicate_objects(node)))

    return {(str(s), str(p), tree(o)) for s, p, o in graph if not isinstance(s, BNode)}


CORNERS = r'''@prefix : <http://e/> . @prefix a.b: <http://e/ab/> .
# a comment with "quotes" and <brackets>
:s :p "a\"b\\c\n\u06A9\U0001F600", 'single', """long "quoted" text
over lines""", \'\'\'it's\'\'\', "fa"@fa-ir, "5"^^:t, -5, 1.5, 0.5, 1e3, 1.e-3, true, false ;
  a :C, a.b:x ; :q [] , [ :r () ; ] , ( 1 [ :s 2 ] ( "x" ) ) ;; .
[ :anonymous :subject ] . [] :t _:b1 . _:b1 :u :v.w , :x\,y . <http://e/#i> :p <http://e/Ä> .
:last :has 'x' .'''.replace(r"\'", "'")


def test_the_reader_knows_the_corners_of_turtle() -> None:
    with exact_literals():
        expected = rdflib.Graph().parse(data=CORNERS, format="turtle")
    assert isomorphic(as_rdflib(compile_turtle.parse(CORNERS, "corners.ttl")), expected)


def test_numbers_keep_their_digits() -> None:
    values = [o for _, _, o in compile_turtle.parse("<u:s> <u:p> +05 , .50 , 1e3 .", "numbers.ttl")]
    assert values == [Literal("+05", XSD + "integer"), Literal(".50", XSD + "decimal"), Literal("1e3", XSD + "double")]


def as_rdflib(triples: Iterable[Triple]) -> rdflib.Graph:
    graph = rdflib.Graph()
    for s, p, o in to_rdflib(triples):
        graph.add(tuple(BNode(t[2:].replace("#", "-").replace(":", "-").replace(".", "-"))  # type: ignore[arg-type]
                        if isinstance(t, URIRef) and t.startswith("_:") else t for t in (s, p, o)))
    return graph


POOL: tuple[Term, ...] = (
    "http://e/x", "http://e/y", Literal("a", XSD + "string"), Literal("5", XSD + "string"), Literal("a", None, "fa"),
    Literal("5", XSD + "integer"), Literal("-5", XSD + "integer"), Literal("05", XSD + "integer"),
    Literal("5.0", XSD + "decimal"), Literal("5.25", XSD + "decimal"), Literal("+5", XSD + "decimal"),
    Literal("5", XSD + "nonNegativeInteger"), Literal("-5", XSD + "nonNegativeInteger"), Literal("x", XSD + "integer"),
    Literal("2020-02-29", XSD + "date"), Literal("2020-03-01", XSD + "date"), Literal("2021-02-29", XSD + "date"),
    Literal("http://e/x", XSD + "anyURI"), Literal("1e1", XSD + "double"), Literal("true", XSD + "boolean"),
    Literal("12345678901234567890", XSD + "integer"), Literal("5", "http://e/type"),
)


@pytest.mark.parametrize("sign", ["<", "<=", ">", ">=", "=", "!="])
def test_comparisons_are_those_of_the_reference(sign: str) -> None:
    for left, right in itertools.product(POOL, POOL):
        assert literals.relation(sign, left, right) == compile_reference.relation(sign, left, right), (left, right)


def test_orders_bounds_and_datatypes_are_those_of_the_reference() -> None:
    texts = [term for term in POOL if isinstance(term, Literal)]
    for left, right in itertools.product(texts, texts):
        for sign in (">", ">=", "<", "<="):
            assert literals.within(sign, right)(left) == compile_reference.within(sign, left, right), (left, right)
    for one, other in itertools.product(POOL, POOL):
        for or_same in (True, False):
            assert literals.before(one, other, or_same=or_same) == compile_reference.before(one, other, or_same)
    for value, datatype in itertools.product(texts, {text.datatype for text in texts if text.datatype}):
        assert literals.of_datatype(datatype)(value) == compile_reference.of_datatype(value, datatype), value


def test_equal_terms_have_one_form() -> None:
    assert canonical(Literal("x")) == canonical(Literal("x", XSD + "string"))
    assert canonical(Literal("x", None, "FA")) == canonical(Literal("x", None, "fa"))
    assert canonical(Literal(" x  y ", XSD + "token")) == Literal("x y", XSD + "token")


# --- whole graphs


def test_the_good_graph_passes_both() -> None:
    report, graph = good()
    assert agree(report, graph) == 0
    assert COMPILED.results(report, graph * 2) == []


def test_several_reports_in_one_graph() -> None:
    """With spans, figures and periods spoilt in each: no report may answer for another's nodes."""
    union = [t for seed, (report, graph) in enumerate(small()[1:])
             for t in with_text(report, Spoiler(graph, seed, odd=False).spoil(25))]
    assert agree(None, union) > 20


def test_all_known_mutants() -> None:
    total = 0
    for batch in test_shapes.batches():
        graph = test_shapes.good()
        for mutant in batch:
            test_shapes.mutate(graph, mutant)
        total += agree(None, from_rdflib(graph))
    assert total > 300


def small() -> list[tuple[Report, list[Triple]]]:
    """The good graph, and those of the examples, so far as the reader finds anything in them."""
    graphs = [good()] * 2
    for path in sorted((HERE.parent / "examples").glob("*.txt"))[:2]:
        title, _, body = path.read_text(encoding="utf-8").partition("\n\n")
        report = Report.of(path.stem, title, body)
        graphs.append((report, pipeline.triples(report, pipeline.read(report))))
    return graphs


def test_thousands_of_random_mutants() -> None:
    """Each spoilt graph holds many mutations; the results are compared one by one, then all that a user sees."""
    stopped = wrong = mutations = 0
    graphs = small()
    for seed in range(48 * TIMES):
        report, graph = graphs[seed % len(graphs)]
        times = (10, 30, 60, 100)[seed % 4]
        spoilt = with_text(report, Spoiler(graph, seed, odd=seed % 5 == 0).spoil(times))
        mutations += times
        found = compiled_rows(COMPILED.results(None, spoilt))
        wrong += sum(found.values())
        try:
            expected = reference_rows(shape_graph(), spoilt)
        except STOPS:
            stopped += 1
            assert found
            continue
        assert found == expected, f"seed {seed}: {found - expected} {expected - found}"
    assert mutations >= 2400 * TIMES and wrong > 20 * 48 * TIMES
    assert stopped < 0.3 * 48 * TIMES, "the reference should be able to judge most of them"


def test_what_was_seen_before_changes_nothing() -> None:
    report, graph = good()
    fresh, used = CompiledChecker(), CompiledChecker()
    for seed in range(20):
        used.check(report, Spoiler(graph, seed, odd=False).spoil(30))
    spoilt = Spoiler(graph, 99, odd=False).spoil(60)
    assert fresh.check(report, spoilt) == used.check(report, spoilt) == used.check(report, spoilt[::-1])


def test_the_gate_keeps_and_holds_back_the_same() -> None:
    report, graph = good()
    compared = 0
    for seed in range(5 * TIMES):
        spoilt = Spoiler(graph, 1000 + seed, odd=False).spoil(4)
        with contextlib.suppress(*STOPS):
            expected = check(report, spoilt, REFERENCE)
            compared += 1
            assert check(report, spoilt, COMPILED) == expected
    assert compared > 2 * TIMES


@pytest.mark.parametrize("lexical", ["1e3", "+5", "007", "NaN", "x", "", "۱۲", "12345678901234567890123456789012345"])
def test_odd_numbers_are_judged_as_the_reference_judges_them(lexical: str) -> None:
    report, graph = good()
    for name, datatype in (("value", "decimal"), ("valueInRial", "decimal"), ("textLength", "nonNegativeInteger")):
        predicate = iris.NS + name
        subject = next(s for s, p, _ in graph if p == predicate)
        spoilt = [t for t in graph if t[:2] != (subject, predicate)]
        agree(report, [*spoilt, (subject, predicate, Literal(lexical, XSD + datatype))])


@pytest.mark.skipif(not REPORTS.exists(), reason="the shared reports are not here")
def test_real_reports() -> None:
    lines = REPORTS.read_text(encoding="utf-8").splitlines()
    for line in lines if TIMES > 1 else lines[::4]:
        row = json.loads(line)
        report = Report.of(row["id"], row["title"], row["body"])
        graph = pipeline.triples(report, pipeline.read(report))
        agree(report, graph)
        agree(report, Spoiler(graph, len(graph), odd=False).spoil(40))


def test_checkers_by_name() -> None:
    assert set(CHECKERS) == {"compiled", "pyshacl"}
    assert isinstance(checker(), CompiledChecker) and isinstance(checker("pyshacl"), PyShacl)
