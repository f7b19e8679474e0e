"""Our Turtle says the same as rdflib reads, and is the same bytes for the same triples."""

from __future__ import annotations

import random
import time

import rdflib
from hypothesis import given, settings
from hypothesis import strategies as st

from kg import iris
from kg.export import turtle
from kg.graph import store
from kg.model import Literal, Term, Triple

XSD = iris.PREFIXES["xsd"]
NODE = iris.ID + "org/x"
# Without lone surrogates, which no UTF-8 file can hold.
TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)


def parsed(text: str) -> set[Triple]:
    with store.exact_literals():
        graph = rdflib.Graph().parse(data=text.encode(), format="turtle")
    return set(store.from_rdflib(graph))


def test_a_block_reads_well() -> None:
    triples: list[Triple] = [
        (NODE, iris.expand("rdfs:label"), Literal("نام «یک»", lang="fa")),
        (NODE, iris.expand("kg:value"), Literal("12.50", XSD + "decimal")),
        (NODE, iris.expand("rdf:type"), iris.expand("org:Organization")),
        (NODE, iris.expand("rdf:type"), iris.expand("kg:Organization")),
        (NODE, iris.expand("rdf:type"), iris.expand("kg:Organization")),
    ]
    assert turtle.write(triples) == """\
@prefix kg: <https://w3id.org/khabarkg/ns#> .
@prefix org: <http://www.w3.org/ns/org#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .

<https://w3id.org/khabarkg/id/org/x> a kg:Organization, org:Organization ;
    rdfs:label "نام «یک»"@fa ;
    kg:value "12.50"^^xsd:decimal .
"""


@settings(max_examples=150, deadline=None)
@given(TEXTS, st.sampled_from([None, XSD + "string", XSD + "decimal", XSD + "date", "http://example.org/d t"]))
def test_any_literal_survives(lexical: str, datatype: str | None) -> None:
    written = turtle.write([(NODE, iris.expand("kg:purpose"), Literal(lexical, datatype))])
    kept = None if datatype == XSD + "string" else datatype
    if kept is not None and " " in kept:
        kept = None  # not an IRI; only the text must survive
        assert {o.lexical for _, _, o in parsed(written) if isinstance(o, Literal)} == {lexical}
    else:
        assert parsed(written) == {(NODE, iris.expand("kg:purpose"), Literal(lexical, kept))}
    assert written.count("\n") == 3 + (datatype == XSD + "decimal" or datatype == XSD + "date")


@settings(max_examples=60, deadline=None)
@given(TEXTS, st.sampled_from(["fa", "en", "fa-IR"]))
def test_any_text_with_a_language_survives(lexical: str, lang: str) -> None:
    triple: Triple = (NODE, iris.expand("rdfs:label"), Literal(lexical, lang=lang))
    got = parsed(turtle.write([triple]))
    assert {(o.lexical, o.lang and o.lang.lower()) for _, _, o in got if isinstance(o, Literal)} == {
        (lexical, lang.lower())}


def test_lexical_forms_are_kept() -> None:
    forms: list[Term] = [Literal("007", XSD + "integer"), Literal("5", XSD + "nonNegativeInteger"),
                         Literal("1", XSD + "boolean"), Literal("1.0E3", XSD + "double"),
                         Literal("2020-01-01T00:00:00.000Z", XSD + "dateTime")]
    triples = {(NODE, iris.expand("kg:value"), form) for form in forms}
    assert parsed(turtle.write(triples)) == triples
    again: set[Triple] = set(store.from_rdflib(store.to_rdflib(triples)))
    assert again == triples


def test_only_plain_local_names_are_shortened() -> None:
    assert turtle.iri(iris.NS + "Person") == "kg:Person"
    for odd in ("", "a.b", "a/b", "نام", "a b", "-a", "a%20b", "a'b"):
        written = turtle.iri(iris.NS + odd)
        assert written.startswith("<"), odd
    assert turtle.iri("http://example.org/a b>") == "<http://example.org/a\\u0020b\\u003E>"


def test_bytes_do_not_depend_on_order() -> None:
    triples: list[Triple] = [(f"{NODE}{i % 7}", iris.expand("kg:about"), f"{NODE}{i}") for i in range(60)]
    first = turtle.write(triples)
    for seed in range(5):
        random.Random(seed).shuffle(triples)
        assert turtle.write(triples) == first


def test_header_lines_are_comments_whatever_they_hold() -> None:
    written = turtle.write([(NODE, iris.expand("kg:about"), NODE)], header=["one\ntwo\r\nkg:a kg:b kg:c .", ""])
    assert len(parsed(written)) == 1


def test_nothing_gives_nothing() -> None:
    assert turtle.write([]) == ""


def test_four_hundred_triples_take_about_a_millisecond() -> None:
    triples: list[Triple] = []
    for i in range(80):
        node = f"{iris.ID}report/0123456789abcdef/figure-{i}"
        triples += [(node, iris.expand("rdf:type"), iris.expand("kg:Figure")),
                    (node, iris.expand("kg:value"), Literal(f"{i}.5", XSD + "decimal")),
                    (node, iris.expand("kg:countsText"), Literal("مددجوی \"کمیته\"", lang="fa")),
                    (node, iris.expand("kg:evidence"), f"{iris.ID}report/0123456789abcdef#char={i},{i + 9}"),
                    (node, iris.expand("kg:inReport"), f"{iris.ID}report/0123456789abcdef")]
    best = 1.0
    for _ in range(5):
        start = time.perf_counter()
        turtle.write(triples)
        best = min(best, time.perf_counter() - start)
    assert best < 0.01  # generous for a busy machine; 0.4 ms on a quiet one
