"""JSON-LD 1.1 (W3C Recommendation of 2020): names of the ontology as keys, and the context that says what they mean.

The context is made from the ontology: ``context()`` is what ``ontology/context.jsonld`` holds, and each export carries
it, so that a reader needs no network. Numbers and days stay texts, exactly as the graph has them.
"""

from __future__ import annotations

import json
import re
from functools import cache
from typing import Any

from kg import resources
from kg.export.prepared import TYPE, Prepared
from kg.export.turtle import XSD_STRING
from kg.iris import NS, PREFIXES
from kg.model import Literal, Term

_OWL = "http://www.w3.org/2002/07/owl#"
_XSD = PREFIXES["xsd"]
_LOCAL = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_-]*")


@cache
def context() -> dict[str, Any]:
    """Terms for each class and property of the ontology, in order: ours by their bare name, others with a prefix."""
    import rdflib

    graph = rdflib.Graph()
    for path in resources.turtle_files("ontology"):
        graph.parse(path)
    made: dict[str, Any] = {"@version": 1.1, "id": "@id", "type": "@type", **dict(sorted(PREFIXES.items()))}
    terms: dict[str, Any] = {}
    for kind in ("Class", "ObjectProperty", "DatatypeProperty", "AnnotationProperty"):
        for term in graph.subjects(rdflib.RDF.type, rdflib.URIRef(_OWL + kind)):
            name = _curie(str(term))
            if name:
                terms[name.removeprefix("kg:")] = _definition(graph, str(term), kind)
    return made | dict(sorted(terms.items()))


def _definition(graph: Any, iri: str, kind: str) -> Any:
    import rdflib

    if kind in ("Class", "AnnotationProperty"):
        return iri
    if kind == "ObjectProperty":
        return {"@id": iri, "@type": "@id"}
    ranges = {str(o) for p in (rdflib.RDFS.range, rdflib.URIRef(PREFIXES["schema"] + "rangeIncludes"))
              for o in graph.objects(rdflib.URIRef(iri), p)}
    typed = sorted(r for r in ranges if r.startswith(_XSD) and r != XSD_STRING)
    return {"@id": iri, "@type": typed[0]} if len(typed) == 1 else iri


def write(made: Prepared) -> str:
    """A document with its context and one object for each subject, in order."""
    known = dict(context())
    iris = {t for triple in made.triples for t in triple if isinstance(t, str)}
    # An IRI whose scheme looks like one of our prefixes would be read as a name with that prefix.
    schemes = {iri.partition(":")[0] for iri in iris if not iri.partition(":")[2].startswith("//")}
    closed = frozenset(schemes & known.keys())
    known = {term: meaning for term, meaning in known.items() if term.partition(":")[0] not in closed}
    writer = _Writer(known, closed)
    nodes = [writer.node(subject, properties) for subject, properties in made.values.items()]
    body = ",\n".join(json.dumps(node, ensure_ascii=False) for node in nodes)
    return f'{{"@context": {json.dumps(known, ensure_ascii=False, indent=1)},\n"@graph": [\n{body}\n]}}\n'


class _Writer:
    """Writes subjects by a context. ``closed`` are prefixes that must not be used."""

    def __init__(self, known: dict[str, Any], closed: frozenset[str]) -> None:
        self.closed = closed
        self.terms: dict[str, tuple[str, str]] = {}
        for term, meaning in known.items():
            if not term.startswith("@") and term not in PREFIXES and meaning not in ("@id", "@type"):
                iri = meaning if isinstance(meaning, str) else meaning["@id"]
                self.terms[iri] = (term, "" if isinstance(meaning, str) else meaning["@type"])

    def node(self, subject: str, properties: dict[str, list[Term]]) -> dict[str, Any]:
        made: dict[str, Any] = {"id": self.iri(subject)}
        types = [t for t in properties.get(TYPE, ()) if isinstance(t, str)]
        if types:
            made["type"] = [self.terms[t][0] if t in self.terms else t for t in types]
        for predicate, values in properties.items():
            rest = [v for v in values if predicate != TYPE or isinstance(v, Literal)]
            term, coerced = self.terms.get(predicate, (self.iri(predicate), ""))
            written = [self.value(value, coerced) for value in rest]
            if written:
                made[term] = written[0] if len(written) == 1 else written
        return made

    def iri(self, iri: str) -> str:
        return _curie(iri, self.closed) or iri

    def value(self, value: Term, coerced: str) -> Any:
        if isinstance(value, str):
            return self.iri(value) if coerced == "@id" else {"@id": self.iri(value)}
        if value.lang:
            return {"@value": value.lexical, "@language": value.lang}
        datatype = value.datatype or XSD_STRING
        if datatype == coerced or (datatype == XSD_STRING and not coerced):
            return value.lexical
        return {"@value": value.lexical, "@type": datatype}


@cache
def _curie(iri: str, closed: frozenset[str] = frozenset()) -> str:
    cut = max(iri.rfind("/"), iri.rfind("#")) + 1
    prefix = _BY_NAMESPACE.get(iri[:cut], "")
    return f"{prefix}:{iri[cut:]}" if prefix and prefix not in closed and _LOCAL.fullmatch(iri, cut) else ""


_BY_NAMESPACE = {namespace: prefix for prefix, namespace in PREFIXES.items()}
assert NS in _BY_NAMESPACE
