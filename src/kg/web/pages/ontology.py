"""The vocabulary: classes, properties and code lists with their definitions and how often the graph uses each."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from functools import cache
from typing import Any

from kg import iris, resources
from kg.export.words import Name
from kg.graph import store
from kg.model import Literal, Triple
from kg.web.answer import Page
from kg.web.columns import PATHS
from kg.web.html import Html, el, join, ltr
from kg.web.view import View, path_of
from kg.web.words import word

_OWL, _RDFS, _SKOS = "http://www.w3.org/2002/07/owl#", iris.PREFIXES["rdfs"], iris.PREFIXES["skos"]
_TYPE = iris.expand("rdf:type")


@dataclass(frozen=True)
class Term:
    """A class, property or code of the ontology."""

    iri: str
    sort: str
    label: Name
    definition: Name
    above: tuple[str, ...] = ()
    domain: tuple[str, ...] = ()
    range: tuple[str, ...] = ()
    scheme: str = ""

    @property
    def local(self) -> str:
        return self.iri.rpartition("#")[2].rpartition("/")[2]


@cache
def _triples() -> tuple[Triple, ...]:
    import rdflib

    graph = rdflib.Graph()
    for path in resources.turtle_files("ontology"):
        graph.parse(path)
    return tuple(store.from_rdflib(graph))


@cache
def terms() -> tuple[Term, ...]:
    """All terms of ours, classes first, each sort by local name."""
    by: dict[str, dict[str, list[Any]]] = {}
    for s, p, o in _triples():
        by.setdefault(s, {}).setdefault(p, []).append(o)
    found = []
    for iri, properties in by.items():
        sort = _sort(iri, set(map(str, properties.get(_TYPE, ()))))
        if sort:
            above = [n for p in ("subClassOf", "subPropertyOf") for n in _nodes(by, properties, _RDFS + p)]
            found.append(Term(iri, sort, _name(properties, _RDFS + "label"), _name(properties, _SKOS + "definition"),
                              tuple(above),
                              _nodes(by, properties, _RDFS + "domain"), _nodes(by, properties, _RDFS + "range"),
                              next(iter(_nodes(by, properties, _SKOS + "inScheme")), "")))
    order = ("class", "property", "code")
    return tuple(sorted(found, key=lambda t: (order.index(t.sort), t.scheme, t.local)))


def _sort(iri: str, types: set[str]) -> str:
    if iri.startswith(iris.CODE):
        return "code" if _SKOS + "Concept" in types else ""
    if not iri.startswith(iris.NS):
        return ""
    return "class" if _OWL + "Class" in types else "property" if types & {
        _OWL + "ObjectProperty", _OWL + "DatatypeProperty"} else ""


def _name(properties: dict[str, list[Any]], predicate: str) -> Name:
    told = [o for o in properties.get(predicate, ()) if isinstance(o, Literal)]
    return Name(next((o.lexical for o in told if o.lang == "fa"), ""),
                next((o.lexical for o in told if o.lang != "fa"), ""))


def _nodes(by: dict[str, dict[str, list[Any]]], properties: dict[str, list[Any]], predicate: str) -> tuple[str, ...]:
    """The nodes of a property; a union gives its members."""
    found: list[str] = []
    for node in properties.get(predicate, ()):
        if not isinstance(node, str):
            continue
        if not node.startswith("urn:bnode:"):
            found.append(node)
            continue
        at = next(iter(by.get(node, {}).get(_OWL + "unionOf", ())), "")
        rdf = iris.PREFIXES["rdf"]
        while at and at != rdf + "nil" and len(found) < 50:
            found += [n for n in by.get(at, {}).get(rdf + "first", ()) if isinstance(n, str)]
            at = next(iter(by.get(at, {}).get(rdf + "rest", ())), "")
    return tuple(found)


def page(view: View) -> Page:
    counts = _counts(view)
    return Page(
        word("page-ontology"), lambda: _html(view, counts),
        lambda: {"terms": [_data(t, counts[t.iri]) for t in terms()]},
        lambda: (("iri", "sort", "fa", "en", "definition_fa", "definition_en", "count"),
                 ((t.iri, t.sort, t.label.fa, t.label.en, t.definition.fa, t.definition.en, str(counts[t.iri]))
                  for t in terms())),
        _named_triples, "ontology")


def _named_triples() -> list[Triple]:
    """The ontology without its blank nodes' parts, which our writer of Turtle names."""
    return list(_triples())


def _counts(view: View) -> Counter[str]:
    found: Counter[str] = Counter()
    for _, p, o in view.graph.triples:
        if p == _TYPE and isinstance(o, str):
            found[o] += 1
        else:
            found[p] += 1
            if isinstance(o, str) and o.startswith(iris.CODE):
                found[o] += 1
    return found


def _data(term: Term, count: int) -> dict[str, Any]:
    return {"iri": term.iri, "sort": term.sort, "label": {"fa": term.label.fa, "en": term.label.en},
            "definition": {"fa": term.definition.fa, "en": term.definition.en}, "above": term.above,
            "domain": term.domain, "range": term.range, "scheme": term.scheme or None, "count": count}


def _html(view: View, counts: Counter[str]) -> Html:
    parts = [el("h1", view.t("page-ontology")), el("p", view.t("ontology-intro"), class_="quiet")]
    for sort, key in (("class", "ontology-classes"), ("property", "ontology-properties")):
        some = [t for t in terms() if t.sort == sort]
        parts.append(view.section(key, view.t(key), _table(view, some, counts, sort), len(some)))
    codes = [t for t in terms() if t.sort == "code"]
    schemes = list(dict.fromkeys(t.scheme for t in codes))
    lists = []
    for scheme in schemes:
        some = [t for t in codes if t.scheme == scheme]
        used = sum(1 for t in some if counts[t.iri])
        rows = [el("li", view.link(t.iri, t.label or Name(en=t.local)), " ",
                   el("span", view.n(counts[t.iri]), class_="n") if counts[t.iri] else None) for t in some]
        lists.append(el("details", el("summary", ltr(scheme.rpartition("scheme-")[2] or scheme, "code"), " ",
                                      el("span", f"{view.n(used)} / {view.n(len(some))}", class_="n")),
                        el("ul", rows, class_="plain columns")))
    parts.append(view.section("codes", view.t("ontology-codes"), join(lists), len(codes)))
    return join(parts)


def _table(view: View, some: list[Term], counts: Counter[str], sort: str) -> Html:
    rows = []
    for t in some:
        about = [el("p", view.name(t.definition))]
        for key, found in (("ontology-domain", t.domain), ("ontology-range", t.range)):
            if sort == "property" and found:
                about.append(el("p", view.t(key), ": ", [x for n in found for x in (_short(view, n), " ")],
                                class_="quiet small"))
        if t.above:
            about.append(el("p", "⊂ ", [x for n in t.above for x in (_short(view, n), " ")], class_="quiet small"))
        term = el("th", view.name(t.label), el("br"), ltr(f"kg:{t.local}", "code"), scope="row", id=t.local)
        rows.append(el("tr", term,
                       el("td", about, class_="wide", data_label=view.t("ontology-definition")),
                       el("td", _count(view, t, counts[t.iri]), data_label=view.t("ontology-count"))))
    head = [el("th", view.t(f"ontology-{k}"), scope="col") for k in ("term", "definition", "count")]
    return el("div", el("table", el("thead", el("tr", head)), el("tbody", rows)), class_="scroll")


def _count(view: View, term: Term, count: int) -> Html:
    if not count:
        return el("span", "—", class_="quiet")
    if term.sort == "class" and term.local in PATHS:
        return el("a", view.n(count), href=view.url(f"/{PATHS[term.local]}"))
    return el("span", view.n(count))


def _short(view: View, iri: str) -> Html:
    """A term by its prefixed name; a link for those of ours."""
    prefix = next((p for p, ns in iris.PREFIXES.items() if iri.startswith(ns)), "")
    name = f"{prefix}:{iri.removeprefix(iris.PREFIXES[prefix])}" if prefix else iri
    return el("a", ltr(name, "code"), href=view.url(path_of(iri))) if iri.startswith(iris.NS) else ltr(name, "code")
