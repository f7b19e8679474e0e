"""From the checked triples of a report to signatures: the compact table that identity is resolved on."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from kg import iris
from kg.graph.identity.records import Signature
from kg.iris import expand
from kg.model import Literal, Term, Triple

_TYPE, _LABEL, _ALT = expand("rdf:type"), expand("rdfs:label"), expand("skos:altLabel")
_ISSUED, _CODE = expand("dcterms:issued"), len(iris.CODE)
_CLASSES = {iris.NS + name: kind for name, kind in (
    ("Place", "place"), ("Organization", "organization"), ("Post", "post"), ("Person", "person"),
    ("Tenure", "tenure"), ("Program", "program"), ("Event", "event"), ("Agreement", "agreement"))}
_REPORT = iris.NS + "Report"
_WANTED = frozenset(map(expand, (
    "kg:kind", "kg:within", "org:classification", "org:subOrganizationOf", "kg:branchOf", "kg:jurisdiction", "kg:role",
    "kg:portfolio", "org:postIn", "org:holds", "kg:rank", "org:member", "kg:tenurePost", "kg:ordinal", "kg:place",
    "kg:period", "kg:party", "kg:purpose"))) | {_LABEL, _ALT}

Values = dict[str, list[Term]]


def extract(triples: Iterable[Triple]) -> list[Signature]:
    """The signatures of one report's triples, sorted. They need not conform to anything."""
    kinds: dict[str, str] = {}
    about: dict[str, Values] = defaultdict(lambda: defaultdict(list))
    report = day = ""
    for s, p, o in triples:
        if p == _TYPE:
            if o == _REPORT:
                report = s
            elif o in _CLASSES:
                kinds[s] = _CLASSES[str(o)]
        elif p in _WANTED:
            about[s][p].append(o)
        elif p == _ISSUED and isinstance(o, Literal):
            day = o.lexical
    source = ((report,) if report else (), (day,) if day else ())
    return sorted(row._replace(reports=source[0], days=source[1])
                  for iri, kind in kinds.items() for row in _rows(iri, kind, about))


def _rows(iri: str, kind: str, about: dict[str, Values]) -> Iterator[Signature]:
    values = about[iri]
    one: dict[str, Any] = {name: _first(values, predicate) for name, predicate in _FIELDS[kind].items()}
    if "type" in one:
        one["type"] = one["type"][_CODE:].partition("-")[2] if one["type"].startswith(iris.CODE) else one["type"]
    if kind == "organization":
        one["organization"] = one["organization"] or _first(values, "org:subOrganizationOf")
    others = tuple(sorted({str(o) for o in values.get(expand("kg:party"), ())}))
    for name in _names(values):
        row = Signature(kind, iri, name, others=others)._replace(**one)
        if kind == "post":
            yield _placed(row, _first(values, "org:postIn"))
        elif kind == "person":
            posts = sorted(str(o) for o in values.get(expand("org:holds"), ()))
            ranks = "|".join(sorted(str(o)[_CODE:].partition("-")[2] for o in values.get(expand("kg:rank"), ())))
            for post in posts or [""]:
                held = _placed(row, _first(about[post], "org:postIn") if post else "")
                yield held._replace(post=post, rank=ranks, type=_first(about[post], "kg:role")[_CODE:].partition("-")[2]
                                    if post else "", portfolio=_first(about[post], "kg:portfolio") if post else "")
        else:
            yield row


_FIELDS: dict[str, dict[str, str]] = {
    "place": {"type": "kg:kind", "organization": "kg:within"},
    "organization": {"type": "org:classification", "organization": "kg:branchOf", "place": "kg:jurisdiction"},
    "post": {"type": "kg:role", "portfolio": "kg:portfolio"},
    "person": {},
    "tenure": {"post": "kg:tenurePost", "organization": "org:member"},
    "program": {"type": "kg:kind"},
    "event": {"type": "kg:kind", "number": "kg:ordinal", "place": "kg:place", "period": "kg:period"},
    "agreement": {"type": "kg:kind", "portfolio": "kg:purpose"},
}


def _placed(row: Signature, of: str) -> Signature:
    """A row whose post is in an institution or of a place."""
    return row._replace(place=of) if of.startswith(iris.ID + "place/") else row._replace(organization=of)


def _names(values: Values) -> list[str]:
    """The Persian label and the other forms; an empty name where there is none."""
    labels = [o.lexical for p in (_LABEL, _ALT) for o in values.get(p, ()) if isinstance(o, Literal) and o.lang == "fa"]
    return list(dict.fromkeys(labels)) or [""]


def _first(values: Values, predicate: str) -> str:
    found = [o.lexical if isinstance(o, Literal) else o for o in values.get(expand(predicate), ())]
    return min(found, default="")


def gather(rows: Iterable[Sequence[object] | Signature]) -> list[Signature]:
    """Distinct signatures with the reports and days of all their rows, sorted: the same whatever the order."""
    found: dict[Signature, tuple[set[str], set[str]]] = {}
    for row in rows:
        row = row if isinstance(row, Signature) else Signature(*row)  # type: ignore[arg-type]
        reports, days = found.setdefault(row._replace(reports=(), days=()), (set(), set()))
        reports.update(row.reports)
        days.update(row.days)
    return sorted(row._replace(reports=tuple(sorted(r)), days=tuple(sorted(d))) for row, (r, d) in found.items())
