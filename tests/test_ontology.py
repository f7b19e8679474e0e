"""The ontology names every term of the graph, in two languages, and nothing in the project uses a term it lacks."""

from __future__ import annotations

import re
import runpy
import sys
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import rdflib
import yaml
from rdflib import DCTERMS, OWL, RDF, RDFS, SKOS, URIRef
from rdflib.collection import Collection

from kg import iris

ROOT = Path(__file__).parents[1]
LANG = ROOT / "src" / "kg" / "lang" / "fa"
KG, KGC = rdflib.Namespace(iris.NS), rdflib.Namespace(iris.CODE)
ONTOLOGY = URIRef("https://w3id.org/khabarkg/ns")
KINDS = {OWL.Class, OWL.ObjectProperty, OWL.DatatypeProperty}
CLASSES = ("Report", "Organization", "Branch", "NewsAgency", "Person", "Official", "Post", "Tenure", "Program",
           "DevelopmentPlan", "Agreement", "Event", "Place", "Period", "Statement", "Figure", "CountFigure",
           "MonetaryFigure", "RatioFigure", "MeasureFigure", "TextSpan")


@cache
def ontology() -> rdflib.Graph:
    return rdflib.Graph().parse(ROOT / "ontology" / "kg.ttl")


def terms() -> list[URIRef]:
    """Our classes and properties."""
    defined = {s for s in ontology().subjects(RDFS.isDefinedBy, ONTOLOGY) if isinstance(s, URIRef)}
    return sorted(term for term in defined if term.startswith(iris.NS))


def codes() -> set[str]:
    """Local names of all concepts, such as role-minister."""
    return {str(s).removeprefix(iris.CODE) for s in ontology().subjects(RDF.type, SKOS.Concept)}


def texts(subject: Any, predicate: URIRef) -> dict[str, str]:
    """The texts of a property by language; two of one language are an error."""
    found: dict[str, str] = {}
    for value in ontology().objects(subject, predicate):
        assert isinstance(value, rdflib.Literal) and value.language not in found, (subject, predicate)
        found[value.language or ""] = str(value)
    return found


def bilingual(subject: Any, predicate: URIRef) -> None:
    found = texts(subject, predicate)
    assert set(found) == {"fa", "en"}, (subject, predicate)
    assert re.search("[\u0600-\u06ff]", found["fa"]) and re.search("[A-Za-z]", found["en"]), (subject, predicate)
    assert all(text == " ".join(text.split()) for text in found.values()), (subject, predicate)
    assert not re.search("[\u064a\u0643]", found["fa"]), (subject, predicate)


def test_the_header_says_who_what_and_which_version() -> None:
    graph = ontology()
    assert (ONTOLOGY, RDF.type, OWL.Ontology) in graph
    assert str(graph.value(ONTOLOGY, OWL.versionIRI)).startswith(f"{ONTOLOGY}/")
    assert str(graph.value(ONTOLOGY, DCTERMS.creator)) == "khabar-kg"
    assert graph.value(ONTOLOGY, DCTERMS.license) is not None
    bilingual(ONTOLOGY, DCTERMS.title)


def test_every_term_is_typed_once_labelled_twice_and_defined_twice() -> None:
    assert len(terms()) >= 85
    for term in terms():
        assert len(KINDS & set(ontology().objects(term, RDF.type))) == 1, term
        bilingual(term, RDFS.label)
        bilingual(term, SKOS.definition)


def test_nothing_of_ours_is_left_without_its_origin() -> None:
    spaces = (iris.NS, iris.CODE)
    subjects = {s for s in ontology().subjects() if str(s).startswith(spaces)}
    assert subjects == set(ontology().subjects(RDFS.isDefinedBy, ONTOLOGY))
    mentioned = {node for triple in ontology() for node in triple if isinstance(node, URIRef)}
    assert {node for node in mentioned if str(node).startswith(spaces)} <= subjects


def test_every_class_of_the_vocabulary_is_there_and_hangs_on_a_standard() -> None:
    classes = {str(t).removeprefix(iris.NS) for t in terms() if (t, RDF.type, OWL.Class) in ontology()}
    assert classes == set(CLASSES)
    for name in CLASSES:
        above = set(ontology().transitive_objects(KG[name], RDFS.subClassOf))
        assert any(not str(c).startswith(iris.NS) for c in above), name


def test_every_property_has_a_domain_and_a_range() -> None:
    for term in terms():
        if (term, RDF.type, OWL.Class) in ontology():
            continue
        assert len(list(ontology().objects(term, RDFS.domain))) == 1, term
        assert len(list(ontology().objects(term, RDFS.range))) == 1, term


def test_labels_are_unique_among_classes_and_among_properties() -> None:
    for kind in (OWL.Class, OWL.ObjectProperty, OWL.DatatypeProperty):
        labels = [texts(t, RDFS.label)["en"] for t in terms() if (t, RDF.type, kind) in ontology()]
        assert len(labels) == len(set(labels))


def test_every_foreign_term_in_an_axiom_is_declared() -> None:
    graph = ontology()
    used = {o for p in (RDFS.subClassOf, RDFS.subPropertyOf, RDFS.domain, RDFS.range, OWL.disjointWith)
            for o in graph.objects(None, p) if isinstance(o, URIRef)}
    used |= {p for p in graph.predicates() if isinstance(p, URIRef)}
    builtin = (str(RDF), str(RDFS), str(OWL), iris.PREFIXES["xsd"])
    undeclared = {u for u in used if not str(u).startswith(builtin) and (u, RDF.type, None) not in graph}
    assert not undeclared


def test_codes_are_named_twice_and_stand_in_one_list() -> None:
    graph = ontology()
    concepts = set(graph.subjects(RDF.type, SKOS.Concept))
    assert len(concepts) > 380
    for concept in concepts:
        scheme = graph.value(concept, SKOS.inScheme)
        name = str(scheme).removeprefix(iris.CODE + "scheme-")
        notation = str(graph.value(concept, SKOS.notation))
        assert str(concept) == iris.code(name, notation), concept
        assert (scheme, RDF.type, SKOS.ConceptScheme) in graph, concept
        bilingual(concept, RDFS.label)
        assert texts(concept, SKOS.prefLabel) == texts(concept, RDFS.label), concept
        if (concept, SKOS.definition, None) in graph:
            bilingual(concept, SKOS.definition)


def test_no_two_codes_of_a_list_share_a_persian_name() -> None:
    graph = ontology()
    for scheme in graph.subjects(RDF.type, SKOS.ConceptScheme):
        bilingual(scheme, RDFS.label)
        bilingual(scheme, SKOS.definition)
        if scheme == KGC["scheme-unit"]:
            continue  # «تن» is a tonne and a person
        names = [texts(concept, SKOS.prefLabel)["fa"] for concept in graph.subjects(SKOS.inScheme, scheme)]
        twice = {name for name in names if names.count(name) > 1}
        assert not twice, scheme


def test_each_unit_is_for_one_kind_of_figure() -> None:
    graph = ontology()
    members = [unit for coll in graph.subjects(RDF.type, SKOS.Collection) for unit in graph.objects(coll, SKOS.member)]
    assert len(members) == len(set(members))
    assert set(members) == set(graph.subjects(SKOS.inScheme, KGC["scheme-unit"]))


def test_one_banner_for_each_class() -> None:
    banners = re.findall(r"(?m)^# =+ kg:(\w+)$", (ROOT / "ontology" / "kg.ttl").read_text(encoding="utf-8"))
    assert banners == ["Report", "Organization", "Person", "Post", "Tenure", "Program", "Agreement", "Event", "Place",
                       "Period", "Statement", "Figure", "TextSpan"]


def _classes(expression: Any) -> set[Any]:
    """The classes of a domain or range, with their subclasses."""
    graph = ontology()
    union = graph.value(expression, OWL.unionOf)
    named = list(Collection(graph, union)) if union is not None else [expression]
    return {below for name in named for below in graph.transitive_subjects(RDFS.subClassOf, name)}


def test_the_good_graph_keeps_to_domains_ranges_and_disjointness() -> None:
    graph, data = ontology(), rdflib.Graph().parse(ROOT / "tests" / "shapes" / "good.ttl")
    types = {node: set(data.objects(node, RDF.type)) for node in data.subjects()}
    for term in terms():
        domain, range_ = (_classes(graph.value(term, axiom)) for axiom in (RDFS.domain, RDFS.range))
        literal = (term, RDF.type, OWL.DatatypeProperty) in graph
        for subject, value in data.subject_objects(term):
            assert types[subject] & domain, (term, subject)
            assert isinstance(value, rdflib.Literal) == literal, (term, value)
            assert literal or str(value).startswith(iris.CODE) or types[value] & range_, (term, value)
    for one, other in graph.subject_objects(OWL.disjointWith):
        below, beside = _classes(one), _classes(other)
        assert not below & beside, (one, other)
        assert not [node for node, found in types.items() if found & below and found & beside], (one, other)


# --- what the rest of the project uses


def _known(names: Iterable[str], where: str) -> None:
    defined = {f"kg:{str(t).removeprefix(iris.NS)}" for t in terms()}
    everything = {str(s).removeprefix(iris.CODE) for s in ontology().subjects() if str(s).startswith(iris.CODE)}
    defined |= {f"kgc:{name}" for name in everything}
    missing = sorted(set(names) - defined)
    assert not missing, f"{where} uses terms that ontology/kg.ttl lacks: {', '.join(missing)}"


def _curies(text: str) -> set[str]:
    return set(re.findall(r"(?<![\w/])kgc?:[A-Za-z][A-Za-z0-9-]*(?<!-)(?![\w…-])", text))


@pytest.mark.parametrize("path", [*sorted((ROOT / "shapes").glob("*.ttl")), *sorted((ROOT / "queries").glob("*.rq")),
                                  ROOT / "tests" / "shapes" / "good.ttl"], ids=lambda path: path.name)
def test_shapes_and_queries_use_terms_of_the_ontology(path: Path) -> None:
    found = _curies(re.sub(r"(?m)^#.*$", "", path.read_text(encoding="utf-8")))
    assert found
    _known(found, path.name)


def test_the_code_uses_terms_of_the_ontology() -> None:
    sources = sorted((ROOT / "src" / "kg").rglob("*.py"))
    assert len(sources) > 10
    for path in sources:
        _known(_curies(path.read_text(encoding="utf-8")), str(path.relative_to(ROOT)))


def test_the_code_names_lists_of_the_ontology() -> None:
    schemes = {str(s).removeprefix(iris.CODE + "scheme-") for s in ontology().subjects(RDF.type, SKOS.ConceptScheme)}
    for path in sorted((ROOT / "src" / "kg").rglob("*.py")):
        text = path.read_text(encoding="utf-8")
        for scheme, value in re.findall(r"""\bcode\(\s*"([a-z]+)"(?:,\s*"([a-z-]+)")?""", text):
            assert scheme in schemes, f"{path.name}: no list '{scheme}'"
            assert not value or f"{scheme}-{value}" in codes(), f"{path.name}: no code {scheme}-{value}"


def test_the_good_graph_shows_every_term() -> None:
    text = (ROOT / "tests" / "shapes" / "good.ttl").read_text(encoding="utf-8")
    shown = _curies(text)
    assert {f"kg:{str(t).removeprefix(iris.NS)}" for t in terms()} - shown == set()


# --- codes in the rule files: (file, field, list)

FIELDS = (
    ("roles.yaml", "value", "role"), ("ranks.yaml", "value", "rank"), ("organization-heads.yaml", "value", "orgtype"),
    ("events.yaml", "value", "event"), ("programs.yaml", "value", "program"), ("modality.yaml", "value", "modality"),
    ("place-heads.yaml", "value", "place"), ("units.yaml", "id", "unit"),
    ("known/organizations.yaml", "type", "orgtype"), ("places.yaml", "kind", "place"),
    ("numerals.yaml", "bound", "bound"),
)


def _rows(name: str) -> list[dict[str, Any]]:
    path = LANG / name
    if not path.exists():
        pytest.skip(f"there is no {name}")
    loader = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
    rows: list[dict[str, Any]] = yaml.load(path.read_text(encoding="utf-8"), Loader=loader)
    assert rows
    return rows


@pytest.mark.parametrize(("name", "field", "scheme"), FIELDS, ids=lambda value: value)
def test_rule_files_use_codes_of_the_lists(name: str, field: str, scheme: str) -> None:
    values = {row[field] for row in _rows(name) if row.get(field)}
    assert values, f"{name} has no field '{field}'"
    missing = sorted(value for value in values if f"{scheme}-{value}" not in codes())
    assert not missing, f"{name}: not in the list '{scheme}' of ontology/kg.ttl: {', '.join(missing)}"


def test_units_agree_with_the_rule_file() -> None:
    """Same names, the same kind of figure, the same matches; a word that only singles things out stands with counts."""
    graph, rows = ontology(), _rows("units.yaml")
    collections = {"money": "currency", "ratio": "ratio", "measure": "measure", "count": "count", "classifier": "count"}
    units = {code for code in codes() if code.startswith("unit-")}
    assert units - {f"unit-{row['id']}" for row in rows} <= {"unit-fraction"}
    for row in rows:
        unit = KGC[f"unit-{row['id']}"]
        assert texts(unit, RDFS.label) == {"fa": row["label"], "en": row["en"]}, unit
        assert (KGC[f"units-{collections[row['kind']]}"], SKOS.member, unit) in graph, unit
        assert str(graph.value(unit, rdflib.SDO.currency) or "") == row.get("iso4217", ""), unit
        match = "http://qudt.org/vocab/unit/" + row["qudt"] if "qudt" in row else ""
        assert str(graph.value(unit, SKOS.exactMatch) or "") == match, unit


def test_agreement_words_use_codes_of_two_lists() -> None:
    for row in _rows("agreements.yaml"):
        scheme = {"noun": "agreement", "verb": "status"}.get(row.get("part", ""))
        if scheme and row.get("value"):
            assert f"{scheme}-{row['value']}" in codes(), row["id"]


def test_units_and_the_code_file_of_the_shapes_are_fresh(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "argv", ["code_lists.py", "--check"])
    runpy.run_path(str(ROOT / "tools" / "code_lists.py"), run_name="__main__")
