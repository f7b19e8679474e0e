"""The gate lets conforming facts out and keeps the smallest rest back, with the reason in two languages."""

from __future__ import annotations

import random
import re
from collections.abc import Sequence
from pathlib import Path

import pytest
import rdflib
from samples import GOOD, good, instances, without

from kg import assemble, iris, resources
from kg.errors import KgError
from kg.graph import shacl
from kg.graph.merge import SINGLE, union
from kg.graph.shacl import Findings, PyShacl
from kg.graph.validate import Verdict, check
from kg.model import Literal, Report, Triple, Violation

CHECKER = PyShacl()
DECIMAL = iris.PREFIXES["xsd"] + "decimal"
HOLDS = iris.expand("org:holds")
TYPE, LABEL = iris.expand("rdf:type"), iris.expand("rdfs:label")


def gate(triples: Sequence[Triple]) -> Verdict:
    verdict = check(good()[0], triples, CHECKER)
    lost = set(triples) - set(verdict.kept)
    assert lost == {t for q in verdict.quarantined for t in q.triples}
    return verdict


def stopped(verdict: Verdict) -> list[str]:
    return [q.node for q in verdict.quarantined]


def replaced(triples: list[Triple], subject: str, predicate: str, value: Literal | str) -> list[Triple]:
    return [*without(triples, subject, predicate), (subject, iris.expand(predicate), value)]


def test_a_good_graph_leaves_whole() -> None:
    report, triples = good()
    verdict = check(report, triples, CHECKER)
    assert verdict.kept == triples and verdict.quarantined == []


def test_a_bad_figure_goes_alone_with_its_links_and_spans() -> None:
    _, triples = good()
    figure = instances(triples, "MonetaryFigure")[0]
    verdict = gate(replaced(triples, figure, "kg:value", Literal("-5", DECIMAL)))
    assert stopped(verdict) == [figure]
    assert CHECKER.check(good()[0], verdict.kept).violations == []
    left = {s for s, _, _ in verdict.kept} | {str(o) for _, _, o in verdict.kept}
    assert figure not in left
    used = {str(o) for _, _, o in verdict.kept}
    assert all(span in used for span in instances(verdict.kept, "TextSpan"))
    assert len(instances(verdict.kept, "Statement")) == len(instances(triples, "Statement"))


def test_a_claim_without_its_words_goes() -> None:
    _, triples = good()
    statement = instances(triples, "Statement")[0]
    verdict = gate(without(triples, statement, "kg:evidence"))
    assert statement in stopped(verdict)
    messages = next(q.violations for q in verdict.quarantined if q.node == statement)
    assert any("گواه" in v.message_fa and "evidence" in v.message_en for v in messages)


def test_a_shape_on_the_report_names_its_culprit() -> None:
    report, triples = good()
    span = instances(triples, "TextSpan")[3]
    words = next(str(o.lexical) for s, p, o in triples
                 if s == span and p == iris.expand("nif:anchorOf") and isinstance(o, Literal))
    verdict = gate(replaced(triples, span, "nif:anchorOf", Literal(words[::-1])))
    assert span in stopped(verdict)
    assert iris.report(report.sha256) not in stopped(verdict)
    assert len(verdict.kept) > len(triples) / 2


def test_words_past_the_end_of_the_text_are_caught() -> None:
    report, triples = good()
    span = instances(triples, "TextSpan")[-1]
    verdict = gate(replaced(triples, span, "nif:endIndex",
                            Literal("999999", iris.PREFIXES["xsd"] + "nonNegativeInteger")))
    assert span in stopped(verdict) and iris.report(report.sha256) not in stopped(verdict)


def test_a_broken_report_takes_everything() -> None:
    report, triples = good()
    node = iris.report(report.sha256)
    verdict = gate(without(triples, node, "kg:textSha256"))
    assert verdict.kept == [] and stopped(verdict) == [node]
    assert len(verdict.quarantined[0].triples) == len(triples) - 1


def test_a_bad_tenure_leaves_the_person_and_the_words() -> None:
    _, triples = good()
    tenure = instances(triples, "Tenure")[0]
    verdict = gate(without(triples, tenure, "kg:evidence"))
    assert stopped(verdict) == [tenure]
    assert instances(verdict.kept, "Person") == instances(triples, "Person")
    assert instances(verdict.kept, "Statement") == instances(triples, "Statement")


def test_a_post_held_without_a_tenure_costs_the_post_only() -> None:
    _, triples = good()
    tenure = instances(triples, "Tenure")[0]
    verdict = gate([t for t in triples if tenure not in (t[0], t[2])])
    assert [(q.node, q.path) for q in verdict.quarantined] == [(instances(triples, "Official")[0], HOLDS)]
    assert instances(verdict.kept, "Person") == instances(triples, "Person")
    assert instances(verdict.kept, "Official") == []
    assert not any(p == iris.expand("org:heldBy") for _, p, _ in verdict.kept)


def test_a_wrong_value_of_the_report_goes_alone() -> None:
    report, triples = good()
    node = iris.report(report.sha256)
    verdict = gate(replaced(triples, node, "dcterms:issued", Literal("1399/10/10")))
    assert [(q.node, q.path, len(q.triples)) for q in verdict.quarantined] == [
        (node, iris.expand("dcterms:issued"), 1)]


def test_a_bad_year_does_not_cost_the_report() -> None:
    _, triples = good()
    year = next(str(o) for _, p, o in triples if p == iris.expand("kg:documentYear"))
    verdict = gate(without(triples, year, "rdfs:label"))
    assert stopped(verdict) == [year]
    assert not any(p == iris.expand("kg:documentYearBasis") for _, p, _ in verdict.kept)


def test_what_fails_only_through_another_is_looked_at_again() -> None:
    """An organization with nothing but a type breaks many shapes at once, and nothing else is to blame."""
    _, triples = good()
    organization = iris.ID + "org/x-00000000"
    verdict = gate([*triples, (organization, TYPE, iris.expand("kg:Organization"))])
    assert stopped(verdict) == [organization]
    assert set(verdict.kept) == set(triples)


def test_the_verdict_does_not_depend_on_order() -> None:
    report, triples = good()
    broken = replaced(triples, instances(triples, "CountFigure")[0], "kg:value", Literal("many", DECIMAL))
    broken = without(broken, instances(triples, "Person")[0], "rdfs:label")
    first = check(report, broken, CHECKER)
    again = list(broken)
    random.Random(7).shuffle(again)
    second = check(report, again, CHECKER)
    assert set(first.kept) == set(second.kept)
    assert [(q.node, q.violations, set(q.triples)) for q in first.quarantined] == [
        (q.node, q.violations, set(q.triples)) for q in second.quarantined]


class _Never:
    """A checker that always finds another node wrong: the gate must still come to an end."""

    def check(self, report: Report | None, triples: Sequence[Triple]) -> Findings:
        focus = triples[0][0] if triples else "urn:x"
        return Findings([Violation("r", focus, None, "x", "x", None, "بد", "bad")] if triples else [], [])


def test_the_gate_always_ends() -> None:
    report, triples = good()
    verdict = check(report, triples, _Never())
    assert verdict.kept == []
    assert {t for q in verdict.quarantined for t in q.triples} == set(triples)


def test_warnings_stop_nothing(tmp_path: Path) -> None:
    shapes = tmp_path / "shapes.ttl"
    shapes.write_text("""@prefix sh: <http://www.w3.org/ns/shacl#> . @prefix kg: <https://w3id.org/khabarkg/ns#> .
        <urn:shape> a sh:NodeShape ; sh:targetClass kg:Report ; sh:severity sh:Warning ;
          sh:property [ sh:path kg:nothing ; sh:minCount 1 ; sh:severity sh:Warning ; sh:message "look"@en ] .""")
    report, triples = good()
    verdict = check(report, triples, PyShacl([shapes]))
    assert verdict.kept == triples
    assert [(r.message_en, r.shape) for r in verdict.remarks] == [("look", "urn:shape")]


def test_no_shapes_means_nothing_leaves(tmp_path: Path) -> None:
    report, triples = good()
    with pytest.raises(KgError, match="no shapes"):
        check(report, triples, PyShacl([]))


def test_the_quarantine_file_is_a_graph_with_reasons() -> None:
    report, triples = good()
    figure = instances(triples, "MonetaryFigure")[0]
    verdict = gate(replaced(triples, figure, "kg:value", Literal("-5", DECIMAL)))
    text = assemble.quarantine(report, verdict.quarantined)
    assert text.startswith("# Quarantined by kg: 1 from report 'good'.")
    assert re.search(r"^#   fa: .*[\u0600-\u06ff]", text, re.MULTILINE)
    assert re.search(r"^#   en: An amount of money cannot be negative\.$", text, re.MULTILINE)
    graph = rdflib.Graph().parse(data=text, format="turtle")
    sh = rdflib.SH
    negative = rdflib.Literal("An amount of money cannot be negative.", lang="en")
    (result,) = graph.subjects(sh.resultMessage, negative)
    assert (None, sh.result, result) in graph
    assert graph.value(result, sh.focusNode) == rdflib.URIRef(figure)
    assert {m.language for m in graph.objects(result, sh.resultMessage) if isinstance(m, rdflib.Literal)} == {
        "fa", "en"}
    assert (rdflib.URIRef(figure), rdflib.RDF.type, rdflib.URIRef(iris.NS + "MonetaryFigure")) in graph


def test_messages_are_told_apart_by_script() -> None:
    for path in resources.turtle_files("shapes"):
        for message in rdflib.Graph().parse(path).objects(None, rdflib.SH.message):
            assert isinstance(message, rdflib.Literal)
            fa, en = shacl._messages(iter([str(message)]))
            assert (fa or None, en or None)[message.language == "en"] == str(message)


# -- the union of reports

def test_the_union_keeps_one_name_and_the_surest_ground() -> None:
    node, confidence = iris.ID + "org/x", iris.expand("kg:confidence")
    basis, kind = iris.expand("kg:basis"), iris.expand("kg:kind")
    first: list[Triple] = [
        (node, LABEL, Literal("کمیته امداد", lang="fa")), (node, confidence, Literal("0.8", DECIMAL)),
        (node, basis, iris.code("basis", "coreference")), (node, kind, "urn:b")]
    second: list[Triple] = [
        (node, LABEL, Literal("کمیته امداد استان", lang="fa")), (node, confidence, Literal("1.0", DECIMAL)),
        (node, basis, iris.code("basis", "explicit")), (node, kind, "urn:a"), (node, LABEL, Literal("X", lang="en"))]
    third: list[Triple] = [(node, kind, "urn:b")]
    made = union([first, second, third])
    assert made == union([third, second, first])
    assert set(made) == {
        (node, LABEL, Literal("کمیته امداد استان", lang="fa")), (node, LABEL, Literal("X", lang="en")),
        (node, iris.expand("skos:altLabel"), Literal("کمیته امداد", lang="fa")),
        (node, confidence, Literal("1.0", DECIMAL)), (node, basis, iris.code("basis", "explicit")),
        (node, kind, "urn:b")}


def test_what_entities_have_once_is_known_to_the_union() -> None:
    """Every property that the shapes allow once on a class whose nodes reports share."""
    sh = rdflib.SH
    known = SINGLE | {LABEL, iris.expand("kg:confidence"), iris.expand("kg:basis")}
    for name in ("organization", "person", "post", "place", "period", "program", "event", "tenure",
                 "common"):
        graph = rdflib.Graph().parse(resources.folder("shapes") / f"{name}.ttl")
        shapes = graph.subjects(sh.maxCount, rdflib.Literal(1))
        once = {path for shape in shapes if isinstance(path := graph.value(shape, sh.path), rdflib.URIRef)}
        assert {str(path) for path in once} <= known, name


def test_the_good_graph_is_there() -> None:
    report, triples = good()
    assert GOOD.exists() and len(triples) > 300
    assert iris.report(report.sha256) in {s for s, _, _ in triples}
