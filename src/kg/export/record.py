"""A graph as records: each described thing with its names, links, texts, codes and evidence, in a fixed order.

An rdflib graph gives all of that; a network made by ``kg.export.property_graph`` gives names, links and words.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from kg import iris
from kg.export import property_graph
from kg.export.words import Name, clean, code

if TYPE_CHECKING:
    import networkx
    import rdflib

_LABEL, _ALT, _TYPE = (iris.expand(c) for c in ("rdfs:label", "skos:altLabel", "rdf:type"))
_IN_REPORT, _TITLE = iris.expand("kg:inReport"), iris.expand("dcterms:title")
_SPAN, _ANCHOR, _TEXT = (iris.expand(c) for c in ("kg:TextSpan", "nif:anchorOf", "nif:isString"))
_BEGIN, _END, _OF = (iris.expand(c) for c in ("nif:beginIndex", "nif:endIndex", "nif:referenceContext"))
_EVIDENCE, _QUOTE = iris.expand("kg:evidence"), iris.expand("kg:quoteText")
_VALUE_TEXT, _VALUE, _UNIT, _COUNTS = (iris.expand(c) for c in ("kg:valueText", "kg:value", "kg:unit",
                                                                "kg:countsText"))
_AROUND = 160

Values = dict[str, dict[str, list[Any]]]


@dataclass(frozen=True)
class Proof:
    """Words of a report with the part that shows a fact marked: ``text[start:end]``."""

    report: str
    text: str
    start: int
    end: int


@dataclass(frozen=True)
class Record:
    """A described thing. ``links`` are (relation, IRI of another record), ``values`` (relation, text or code)."""

    iri: str
    kind: str
    name: Name
    names: tuple[str, ...] = ()
    links: tuple[tuple[str, str], ...] = ()
    values: tuple[tuple[str, Name], ...] = ()
    evidence: tuple[str, ...] = ()
    reports: tuple[str, ...] = ()

    def targets(self, relation: str) -> tuple[str, ...]:
        return tuple(target for name, target in self.links if name == relation)

    def texts(self, relation: str) -> tuple[str, ...]:
        return tuple(value.text("fa") for name, value in self.values if name == relation)

    def codes(self, relation: str) -> tuple[Name, ...]:
        return tuple(value for name, value in self.values if name == relation)

    @property
    def amount(self) -> Name:
        """A figure as written with its unit, without what it counts; in English its number and unit."""
        unit = next(iter(self.codes("unit")), Name())
        written = next(iter(self.texts("valueText")), "") or self.name.fa
        return Name(written if unit.fa in written else f"{written} {unit.fa}", self.name.en)


class Records:
    """Records by IRI, iterated in the order of their IRIs, and the proofs that they name."""

    def __init__(self, records: dict[str, Record] | None = None, proofs: dict[str, Proof] | None = None) -> None:
        self._records = dict(sorted((records or {}).items()))
        self.proofs = proofs or {}

    @classmethod
    def of(cls, graph: rdflib.Graph | networkx.MultiDiGraph) -> Records:
        """The records of an rdflib graph or of a network."""
        return _of_network(graph) if hasattr(graph, "adj") else _of_rdf(graph)

    def __iter__(self) -> Iterator[Record]:
        return iter(self._records.values())

    def __getitem__(self, iri: str) -> Record:
        return self._records[iri]

    def __contains__(self, iri: object) -> bool:
        return iri in self._records

    def __len__(self) -> int:
        return len(self._records)


def _of_network(network: Any) -> Records:
    links: dict[str, list[tuple[str, str]]] = defaultdict(list)
    evidence: dict[str, list[str]] = defaultdict(list)
    reports: dict[str, list[str]] = defaultdict(list)
    proofs: dict[str, Proof] = {}
    for source, target, data in network.edges(data=True):
        if data["relation"] == "inReport":
            reports[source].append(target)
        else:
            links[source].append((data["relation"], target))
        if words := clean(data.get("evidence", "")):
            proofs[f"{source}#words"] = Proof("", words, 0, len(words))
            evidence[source] = [f"{source}#words"]
    found = {}
    for node, data in network.nodes(data=True):
        found[node] = Record(node, data["kind"], Name(data["label_fa"], data["label_en"]), (),
                             tuple(sorted(links[node])), (), tuple(evidence[node]), tuple(sorted(reports[node])))
    return Records(found, proofs)


def _of_rdf(graph: Any) -> Records:
    values: Values = {}
    for s, p, o in graph:
        values.setdefault(str(s), {}).setdefault(str(p), []).append(o)
    kinds = {node: kind for node in values if (kind := _kind(values[node]))}
    found = {node: _record(values, kinds, node) for node in kinds}
    return Records(found, _proofs(values))


def _kind(properties: dict[str, list[Any]]) -> str:
    types = {str(t) for t in properties.get(_TYPE, ())}
    return next((kind for kind in property_graph.KINDS if iris.NS + kind in types), "")


def _record(values: Values, kinds: dict[str, str], node: str) -> Record:
    properties = values[node]
    links, texts = [], []
    for predicate in sorted(properties):
        if predicate in (_TYPE, _LABEL, _EVIDENCE, _IN_REPORT, _TEXT):
            continue
        name = predicate.rpartition("#")[2].rpartition("/")[2]
        for term in sorted(properties[predicate], key=lambda t: (str(t), getattr(t, "language", None) or "")):
            if str(term) in kinds:
                links.append((name, str(term)))
            elif not _is_span(values, str(term)):
                texts.append((name, _value(values, term)))
    names = sorted({clean(str(o)) for p in (_LABEL, _ALT) for o in properties.get(p, ())})
    evidence = tuple(sorted(str(o) for o in properties.get(_EVIDENCE, ()) if str(o) in values))
    reports = tuple(sorted(str(o) for o in properties.get(_IN_REPORT, ())))
    return Record(node, kinds[node], _name(values, node, kinds[node]), tuple(names), tuple(links), tuple(texts),
                  evidence, reports)


def _is_span(values: Values, iri: str) -> bool:
    return "#char=" in iri or (iri in values and _SPAN in {str(t) for t in values[iri].get(_TYPE, ())})


def _value(values: Values, term: Any) -> Name:
    """A literal in its language, or the name of a code; an English text only if it says so."""
    text = clean(str(term))
    if not hasattr(term, "language"):
        own = _label(values, text)
        known = code(text) if text.startswith(iris.CODE) else Name(en=text)
        return Name(own.fa or known.fa, own.en or known.en) if known.fa else own or known
    return Name(en=text) if term.language == "en" else Name(fa=text)


def _label(values: Values, node: str) -> Name:
    labels = values[node].get(_LABEL, ()) if node in values else ()
    return Name(_longest(o for o in labels if getattr(o, "language", None) != "en"),
                _longest(o for o in labels if getattr(o, "language", None) == "en"))


def _longest(terms: Iterator[Any]) -> str:
    return clean(min((str(t) for t in terms), key=lambda text: (-len(text), text), default=""))


def _name(values: Values, node: str, kind: str) -> Name:
    properties = values[node]
    if kind == "Figure":
        return _figure(values, properties)
    own = {"Statement": _QUOTE, "Report": _TITLE}.get(kind)
    if own:
        return Name(_longest(iter(properties.get(own, ()))))
    label = _label(values, node)
    if label:
        return label
    other = _longest(iter(properties.get(_ALT, ())))
    return Name(other) if other else _value_of(values, properties)


def _value_of(values: Values, properties: dict[str, list[Any]]) -> Name:
    """What kind of thing it is, for one without a name."""
    kinds = sorted(properties.get(iris.expand("kg:kind"), ()), key=str)
    return _value(values, kinds[0]) if kinds else Name()


def _figure(values: Values, properties: dict[str, list[Any]]) -> Name:
    """A figure as written, with its unit and what it counts; in English its number and unit."""
    unit = next((_value(values, u) for u in sorted(properties.get(_UNIT, ()), key=str)), Name())
    written = _longest(iter(properties.get(_VALUE_TEXT, ()))) or _longest(iter(properties.get(_VALUE, ())))
    counted = _longest(iter(properties.get(_COUNTS, ())))
    named = "" if unit.fa and (unit.fa in written or counted.startswith(unit.fa)) else unit.fa
    fa = " ".join(part for part in (written, named, counted) if part)
    number = _longest(iter(properties.get(_VALUE, ())))
    return Name(fa, f"{_plain(number)} {unit.en}" if number and unit.en else "")


def _plain(lexical: str) -> str:
    whole, _, rest = lexical.partition(".")
    rest = rest.rstrip("0")
    grouped = f"{int(whole):,}" if whole.lstrip("-").isdigit() and whole.isascii() else whole
    return f"{grouped}.{rest}" if rest else grouped


def _proofs(values: Values) -> dict[str, Proof]:
    """Each text span inside the shortest words around it that the graph holds."""
    spans: dict[str, list[tuple[int, int, str, str]]] = defaultdict(list)
    for node in sorted(values):
        properties = values[node]
        if _ANCHOR not in properties:
            continue
        begin, end = _index(properties, _BEGIN), _index(properties, _END)
        text = str(min(properties[_ANCHOR], key=str))
        report = str(min(properties.get(_OF) or properties.get(_IN_REPORT) or [""], key=str))
        if begin >= 0 and end - begin == len(text):
            spans[report].append((begin, end, node, text))
        else:
            spans[""].append((0, len(text), node, text))
    return {node: proof for report in sorted(spans) for node, proof in _in_report(values, report, spans[report])}


def _in_report(values: Values, report: str, spans: list[tuple[int, int, str, str]]) -> Iterator[tuple[str, Proof]]:
    whole = _longest(iter(values[report].get(_TEXT, ()))) if report in values else ""
    ordered = sorted(spans, key=lambda s: (s[1] - s[0], s))
    for begin, end, node, text in spans:
        if report and len(whole) >= end and whole[begin:end] == text:
            first = max(whole.rfind("\n", 0, begin) + 1, begin - _AROUND)
            line = whole.find("\n", end)
            last = min(line if line >= 0 else len(whole), end + _AROUND)
            yield node, Proof(report, whole[first:last], begin - first, end - first)
            continue
        holds = next(((b, t) for b, e, _, t in ordered if report and b <= begin and end <= e and e - b > end - begin),
                     (begin, text))
        yield node, Proof(report, clean(holds[1]) if clean(holds[1]) == holds[1] else text,
                          *((begin - holds[0], end - holds[0]) if clean(holds[1]) == holds[1] else (0, len(text))))


def _index(properties: dict[str, list[Any]], predicate: str) -> int:
    text = str(min(properties.get(predicate, ["-1"]), key=str))
    return int(text) if text.isdigit() and text.isascii() else -1
