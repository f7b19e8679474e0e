"""A graph made ready for exporting: whatever it holds, every format can then write it.

Blank nodes get IRIs from their place in the graph, characters that no IRI may hold are percent-encoded (RFC 3987,
section 3.1), and lone surrogates, which UTF-8 cannot hold, become U+FFFD. A graph of ours has none of the three.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

from kg import iris
from kg.graph import store
from kg.model import Literal, Term, Triple

if TYPE_CHECKING:
    import rdflib

TYPE, LABEL, ALT = (iris.expand(c) for c in ("rdf:type", "rdfs:label", "skos:altLabel"))
EVIDENCE, IN_REPORT, REPORT = (iris.expand(c) for c in ("kg:evidence", "kg:inReport", "kg:Report"))
SPAN, ANCHOR, CONTEXT = (iris.expand(c) for c in ("kg:TextSpan", "nif:anchorOf", "nif:referenceContext"))

# Controls, blanks, what RFC 3987 leaves out, and (its section 4.1) marks of direction.
_CHARS = ('\x00-\x20<>"{}|^`\\\\\x7f-\xa0\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff\ufdd0-\ufdef'
          "\ufff0-\uffff")
_ILLEGAL = re.compile(f"[{_CHARS}]")
_SUSPECT = re.compile(rf"[{_CHARS}\[\]%]|#.*#", re.DOTALL)
_HEAD = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:(//[^/?#]*)?")
# Brackets may stand in an address of the network only, and a second # or a bare % nowhere.
_AFTER_HEAD = re.compile(rf"[{_CHARS}#\[\]]|%(?![0-9A-Fa-f]{{2}})")
_SURROGATE = re.compile("[\ud800-\udfff]")
_BNODE = "urn:bnode:"


@dataclass(frozen=True)
class Prepared:
    """Triples in order, and sentences on what had to be changed."""

    triples: tuple[Triple, ...]
    notes: tuple[str, ...] = field(default=(), compare=False)

    @cached_property
    def values(self) -> dict[str, dict[str, list[Term]]]:
        """Subject, predicate and values, each in order."""
        found: dict[str, dict[str, list[Term]]] = {}
        for subject, predicate, value in self.triples:
            found.setdefault(subject, {}).setdefault(predicate, []).append(value)
        return found

    @cached_property
    def classes(self) -> dict[str, frozenset[str]]:
        """The local names of our classes that each subject has."""
        return {subject: frozenset(str(t).removeprefix(iris.NS) for t in properties.get(TYPE, ())
                                   if str(t).startswith(iris.NS)) for subject, properties in self.values.items()}

    def of_class(self, name: str) -> list[str]:
        """The subjects of one of our classes."""
        return [subject for subject, names in self.classes.items() if name in names]

    def terms(self, subject: str, predicate: str) -> list[Term]:
        return self.values.get(subject, {}).get(predicate, [])

    def refs(self, subject: str, curie: str) -> list[str]:
        """The IRIs that a property leads to."""
        return [term for term in self.terms(subject, iris.expand(curie)) if isinstance(term, str)]

    def texts(self, subject: str, curie: str, lang: str | None = None) -> list[str]:
        """The lexical forms of a property's literals, of one language if given."""
        return [term.lexical for term in self.terms(subject, iris.expand(curie))
                if isinstance(term, Literal) and lang in (None, term.lang)]

    def label(self, subject: str, lang: str = "fa") -> str:
        """A name in a language: of several labels the longest, then the first. A report goes by its title."""
        found = self.texts(subject, "rdfs:label", lang) or self.texts(subject, "dcterms:title", lang)
        if not found and lang == "fa":
            found = [t.lexical for t in self.terms(subject, LABEL) if isinstance(t, Literal) and not t.lang]
            found = found or self.texts(subject, "skos:altLabel", "fa")
        return min(found, key=lambda text: (-len(text), text), default="")

    @cached_property
    def reports(self) -> dict[str, tuple[str, ...]]:
        """The reports that each subject is from: those it names, those of its spans, and a report itself."""
        return {subject: self._reports_of(subject) for subject in self.values}

    def _reports_of(self, subject: str) -> tuple[str, ...]:
        if "Report" in self.classes[subject]:
            return (subject,)
        named = {*self.refs(subject, "kg:inReport"), *self.refs(subject, "nif:referenceContext")}
        for span in self.refs(subject, "kg:evidence"):
            named |= {*self.refs(span, "kg:inReport"), *self.refs(span, "nif:referenceContext")}
        return tuple(sorted(named))

    def words(self, subject: str) -> list[str]:
        """The words of the reports that show a fact, each once."""
        spans = self.refs(subject, "kg:evidence")
        return list(dict.fromkeys(text for span in spans for text in self.texts(span, "nif:anchorOf")))


def prepare(graph: rdflib.Graph) -> Prepared:
    """The triples of a graph, fit for every format. Equal graphs give equal results."""
    import rdflib

    notes = []
    if any(isinstance(node, rdflib.BNode) for triple in graph for node in triple):
        from rdflib.compare import to_canonical_graph

        graph = to_canonical_graph(graph)
        count = len({node for triple in graph for node in triple if isinstance(node, rdflib.BNode)})
        notes.append(f"{count} blank nodes were given IRIs that begin with {_BNODE}.")
    triples = store.from_rdflib(graph)
    changed: set[str] = set()
    found = sorted({(_legal(s, changed), _legal(p, changed), _term(o, changed)) for s, p, o in triples}, key=_order)
    if changed:
        notes.append(f"{len(changed)} IRIs held characters that no IRI may hold; these were percent-encoded, such as "
                     f"in {min(_legal(iri, set()) for iri in changed)}")
    return Prepared(tuple(found), tuple(notes))


def _order(triple: Triple) -> tuple[str, str, bool, str, str, str]:
    value = triple[2]
    if isinstance(value, str):
        return triple[0], triple[1], False, value, "", ""
    return triple[0], triple[1], True, value.lexical, value.lang or "", value.datatype or ""


def _legal(iri: str, changed: set[str]) -> str:
    if _SUSPECT.search(iri) is None:
        return iri
    match = _HEAD.match(iri)
    head = match.group() if match else ""
    body, mark, fragment = iri[len(head):].partition("#")
    legal = f"{_encoded(_ILLEGAL, head)}{_encoded(_AFTER_HEAD, body)}{mark}{_encoded(_AFTER_HEAD, fragment)}"
    if legal != iri:
        changed.add(iri)
    return legal


def _encoded(pattern: re.Pattern[str], text: str) -> str:
    return pattern.sub(lambda m: "".join(f"%{byte:02X}" for byte in _whole(m.group()).encode()), text)


def _whole(text: str) -> str:
    return text if _SURROGATE.search(text) is None else _SURROGATE.sub("\ufffd", text)


def _term(term: Term, changed: set[str]) -> Term:
    if isinstance(term, str):
        return _legal(term, changed)
    datatype = None if term.datatype is None else _legal(term.datatype, changed)
    return Literal(_whole(term.lexical), datatype, term.lang)


def by_report(triples: Iterable[Triple], made: Prepared) -> dict[str, list[Triple]]:
    """The triples of each report, and under "" those that no report is named for.

    What is told of a fact with several reports is in each of them; its spans, and the naming of a report, are only
    in that report's.
    """
    found: dict[str, list[Triple]] = {}
    for triple in triples:
        subject, predicate, value = triple
        homes = made.reports.get(subject, ())
        if isinstance(value, str) and len(homes) > 1:
            own = (value,) if predicate == IN_REPORT else made.reports.get(value, ()) if _is_span(made, value) else ()
            homes = tuple(home for home in homes if home in own) or homes
        for home in homes or ("",):
            found.setdefault(home, []).append(triple)
    return dict(sorted(found.items()))


def _is_span(made: Prepared, iri: str) -> bool:
    return "TextSpan" in made.classes.get(iri, ())
