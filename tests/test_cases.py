"""Cases: texts of our own and what is read in them. One file a kind of mention, one a class of the graph.

A case has ``case`` (what it shows), ``text`` (the body; or ``title`` too), perhaps ``published``, and ``expect``: one
row for each thing found, in text order, and none for a look-alike. A row names only the fields that it is about, but
there are never more things than rows. ``xfail`` says why a case that is right is not met yet; it is strict.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import rdflib
import yaml
from rdflib import RDF, RDFS, URIRef
from readings import report_of, stated, understood

from kg import assemble, iris
from kg.builders.base import Context, person_name
from kg.builders.figures import decimal_text
from kg.graph import compiled
from kg.iris import CODE, NS, PREFIXES
from kg.mentions import Understanding
from kg.mentions.coreference import Speech

CASES = Path(__file__).parent / "cases"
Row = dict[str, str]
KEYS = {"case", "title", "text", "published", "expect", "xfail"}


@cache
def load(path: Path) -> tuple[dict[str, Any], ...]:
    return tuple(yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CBaseLoader))


def cases(folder: str) -> list[Any]:
    found = []
    for path in sorted((CASES / folder).glob("*.yaml")):
        for case in load(path):
            marks = [pytest.mark.xfail(reason=case["xfail"], strict=True)] if case.get("xfail") else []
            found.append(pytest.param(path.stem, case, id=f"{path.stem}: {case['case']}", marks=marks))
    return found


# --- what is found of each kind of mention, as rows of texts in text order


def names(found: Understanding) -> Iterator[Row]:
    """The people: the fullest name, the forms met, ranks, words of respect, titles."""
    context = Context(found, "")
    surface = found.reading.surface
    for actor in sorted((a for a in found.cast.actors if a.named), key=lambda a: min(m.first for m in a.mentions)):
        mentions = sorted(actor.mentions, key=lambda m: m.first)
        yield {
            "name": person_name(context, actor),
            "forms": joined(surface(m.name_first, m.last) for m in mentions),
            "ranks": joined(dict.fromkeys(rank for m in mentions for rank in m.ranks)),
            "honorifics": joined(dict.fromkeys(h for m in mentions for h in m.honorifics)),
            "posts": joined(found.clusters.posts[key].name for key in actor.posts),
        }


def organizations(found: Understanding) -> Iterator[Row]:
    """The institutions named, with what is known of each: its listed slug, the place and the body in its name."""
    surface = found.reading.surface
    for mention in sorted(found.reading.organizations, key=lambda m: (m.first, -m.last)):
        cluster = found.clusters.of_organization.get(mention)
        yield {
            "text": surface(mention.first, mention.last),
            "type": mention.type,
            "known": (cluster.known or "") if cluster else "",
            "branch-of": (cluster.branch_of or "") if cluster else "",
            "place": cluster.place.key if cluster and cluster.place else "",
            "parent": surface(mention.parent.first, mention.parent.last) if mention.parent else "",
        }


def roles(found: Understanding) -> Iterator[Row]:
    """The titles: the role and what follows it."""
    surface = found.reading.surface
    for mention in found.reading.posts:
        of, at = mention.organization, mention.place
        yield {
            "text": surface(mention.first, mention.last),
            "role": mention.role,
            "portfolio": surface(*mention.portfolio) if mention.portfolio else "",
            "organization": surface(of.first, of.last) if of else "",
            "place": surface(at.first, at.last) if at else "",
        }


def _speaker(found: Understanding, speech: Speech) -> str:
    if speech.organization:
        return speech.organization.name
    actor = speech.actor
    if actor is None:
        return ""
    return person_name(Context(found, ""), actor) or joined(found.clusters.posts[key].name for key in actor.posts)


def quotes(found: Understanding) -> Iterator[Row]:
    """The speech acts: the verb, who is named before it, who that is, and the reported words."""
    surface = found.reading.surface
    for speech in sorted(found.cast.speeches, key=lambda s: s.mention.first):
        mention = speech.mention
        subject = mention.subject
        yield {
            "cue": surface(mention.first, mention.last),
            "source": surface(subject.first, subject.last) if subject.last > subject.first else "",
            "speaker": _speaker(found, speech),
            "content": surface(*mention.content) if mention.content else "",
            "form": mention.form,
            "basis": speech.basis,
        }


def places(found: Understanding) -> Iterator[Row]:
    surface = found.reading.surface
    for mention in found.reading.places:
        yield {"text": surface(mention.first, mention.last), "kind": mention.kind, "known": mention.entry or ""}


def figures(found: Understanding) -> Iterator[Row]:
    """The quantities: value in full, unit, what is counted, bounds, whether the verb makes it a share of another."""
    surface = found.reading.surface
    for mention in found.reading.figures:
        quantity = mention.quantity
        low, high = quantity.numeral.range or (None, None)
        yield {
            "text": surface(mention.first, mention.last),
            "value": "" if quantity.value is None else decimal_text(quantity.value),
            "unit": quantity.unit or "",
            "kind": quantity.kind,
            "noun": mention.noun_text,
            "bound": "range" if low is not None and high is not None else quantity.numeral.bound,
            "modality": mention.modality,
            "part": "yes" if mention.part else "",
        }


def programs(found: Understanding) -> Iterator[Row]:
    surface = found.reading.surface
    for mention in found.reading.programs:
        yield {"text": surface(mention.first, mention.last), "kind": mention.kind, "known": mention.known or ""}


def events(found: Understanding) -> Iterator[Row]:
    surface = found.reading.surface
    for mention in found.reading.events:
        yield {
            "text": surface(mention.first, mention.last),
            "kind": mention.kind,
            "ordinal": "" if mention.ordinal is None else str(mention.ordinal),
            "place": surface(mention.place.first, mention.place.last) if mention.place else "",
        }


def agreements(found: Understanding) -> Iterator[Row]:
    """The agreement nouns that name one agreement, with what their sentence tells of it."""
    surface = found.reading.surface
    for mention in found.reading.agreements:
        yield {
            "text": surface(mention.first, mention.last),
            "kind": mention.kind,
            "status": mention.status or "",
            "parties": joined(surface(p.first, p.last) for p in mention.parties),
            "purpose": surface(*mention.purpose) if mention.purpose else "",
            "pointed": "yes" if mention.anaphoric else "",
        }


MENTIONS: dict[str, Callable[[Understanding], Iterator[Row]]] = {
    "names": names,
    "organizations": organizations,
    "roles": roles,
    "quotes": quotes,
    "coreference": quotes,
    "places": places,
    "figures": figures,
    "modality": figures,
    "programs": programs,
    "events": events,
    "agreements": agreements,
}


# --- what the graph says of each node of a class

CLASSES = {
    "report": "Report", "organization": "Organization", "person": "Person", "post": "Post", "tenure": "Tenure",
    "place": "Place", "period": "Period", "program": "Program", "event": "Event", "figure": "Figure",
    "agreement": "Agreement", "statement": "Statement", "textspan": "TextSpan",
}
KG = {name: URIRef(iris.expand(f"kg:{name}")) for name in ("evidence", "valueText")}
NIF = {name: URIRef(iris.expand(f"nif:{name}")) for name in ("beginIndex", "anchorOf")}


def nodes(graph: rdflib.Graph, kind: str) -> Iterator[Row]:
    """Each node of a class by place in the text: its properties as short names, values as labels, codes or texts."""
    found = set(graph.subjects(RDF.type, URIRef(NS + kind)))
    for node in sorted(found, key=lambda n: (_begin(graph, n), str(n))):
        row: Row = {"a": " ".join(sorted(str(t)[len(NS):] for t in graph.objects(node, RDF.type) if NS in str(t)))}
        for predicate in set(graph.predicates(node)) - {RDF.type}:
            values = sorted(_shown(graph, value) for value in graph.objects(node, predicate))
            row[_curie(str(predicate))] = joined(values)
        labels = [str(o) for o in graph.objects(node, RDFS.label) if getattr(o, "language", "") == "fa"]
        if labels:
            row["rdfs:label"] = joined(labels)
        yield row


def _begin(graph: rdflib.Graph, node: Any) -> int:
    spans = [node, *graph.objects(node, KG["evidence"])]
    begins = [int(str(o)) for span in spans for o in graph.objects(span, NIF["beginIndex"])]
    return min(begins, default=-1)


def _shown(graph: rdflib.Graph, value: Any) -> str:
    if isinstance(value, rdflib.Literal):
        return str(value)
    text = str(value)
    if text.startswith(CODE):
        return text[len(CODE):]
    for predicate in (RDFS.label, NIF["anchorOf"], KG["valueText"]):
        for found in graph.objects(value, predicate):
            if getattr(found, "language", None) in ("fa", None):
                return str(found)
    return text.removeprefix(iris.ID)


def _curie(iri: str) -> str:
    prefix = next(p for p, base in sorted(PREFIXES.items(), key=lambda x: -len(x[1])) if iri.startswith(base))
    return f"{prefix}:{iri[len(PREFIXES[prefix]):]}"


# --- the runners


def joined(texts: Iterable[str]) -> str:
    return " | ".join(texts)


def told(rows: Iterable[Row], keys: Iterable[str]) -> str:
    return "\n".join("  " + ", ".join(f"{key}: {row.get(key, '')}" for key in keys) for row in rows) or "  nothing"


def compare(found: list[Row], case: dict[str, Any]) -> None:
    """Hold what is found against the rows of a case."""
    expected: list[Row] = case["expect"]
    keys = list(dict.fromkeys(key for row in expected for key in row)) or list(found[0] if found else ())
    missed = [(e, f) for e, f in zip(expected, found, strict=False) if any(f.get(k, "") != v for k, v in e.items())]
    if missed or len(expected) != len(found):
        pytest.fail(f"{case['text']}\nexpected\n{told(expected, keys)}\nfound\n{told(found, keys)}", pytrace=False)


@pytest.mark.parametrize(("kind", "case"), cases("mentions"))
def test_mentions(kind: str, case: dict[str, Any]) -> None:
    report = report_of(case["text"], case.get("title", ""), case.get("published", ""))
    compare(list(MENTIONS[kind](understood(report))), case)


@pytest.mark.parametrize(("kind", "case"), cases("builders"))
def test_builders(kind: str, case: dict[str, Any]) -> None:
    report = report_of(case["text"], case.get("title", ""), case.get("published", ""))
    compare(list(nodes(stated(report), CLASSES[kind])), case)


@pytest.mark.parametrize("folder", ["mentions", "builders"])
def test_cases_pass_the_gate(folder: str) -> None:
    """Whatever is read in a case, right or wrong, keeps the shapes."""
    reports = {report_of(case["text"], case.get("title", ""), case.get("published", "")): case["case"]
               for path in sorted((CASES / folder).glob("*.yaml")) for case in load(path)}
    built = list(assemble.build(reports, compiled.checker()))
    assert len(built) > 50
    stopped = {reports[b.report]: [v.message_en for q in b.verdict.quarantined for v in q.violations] or b.error
               for b in built if b.verdict.quarantined or b.error}
    assert stopped == {}


@pytest.mark.parametrize("path", sorted(CASES.rglob("*.yaml")), ids=lambda p: f"{p.parent.name}/{p.stem}")
def test_form(path: Path) -> None:
    """A file of cases has both what is found and look-alikes; its cases are told apart and name no unknown field."""
    found = load(path)
    assert all(set(case) <= KEYS and {"case", "text", "expect"} <= set(case) for case in found)
    assert len({case["case"] for case in found}) == len(found)
    for case in found:
        assert all(isinstance(row, dict) and row for row in case["expect"]), case["case"]
    assert any(case["expect"] for case in found)
