"""What all builders share: naming the entities of one report, and stating provenance."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import cache, lru_cache
from typing import Any, TypeVar

from kg import iris, rules
from kg.iris import expand
from kg.mentions import Understanding
from kg.mentions.clusters import OrganizationCluster, PlaceCluster, PostCluster
from kg.mentions.coreference import Actor
from kg.mentions.gazetteer import organizations as listed_organizations
from kg.model import Evidence, Literal, Span, Triple
from kg.text.normalize import fold

TYPE = expand("rdf:type")
LABEL = expand("rdfs:label")
ALT = expand("skos:altLabel")
EXACT_MATCH = expand("skos:exactMatch")
EVIDENCE = expand("kg:evidence")
IN_REPORT = expand("kg:inReport")
RULE = expand("kg:rule")
BASIS = expand("kg:basis")
CONFIDENCE = expand("kg:confidence")
DATE = expand("xsd:date")
DECIMAL = expand("xsd:decimal")
INTEGER = expand("xsd:nonNegativeInteger")
STRING = expand("xsd:string")


T = TypeVar("T")


@dataclass
class Context:
    """One report on its way to facts: what was understood, and the IRI of each of its entities."""

    understanding: Understanding
    report: str
    _iris: dict[int, str] = field(default_factory=dict)
    """IRIs by the identity of their clusters, which do not change any more: each is asked for many times."""

    _made: dict[int, tuple[object, Any]] = field(default_factory=dict)

    def once(self, of: object, make: Callable[[], T]) -> T:
        """What is made of a list of facts that does not change any more, made at the first call."""
        if id(of) not in self._made:  # the list is kept beside it, so that its id stays its own
            self._made[id(of)] = (of, make())
        made: T = self._made[id(of)][1]
        return made

    def span(self, first: int, last: int) -> Span:
        """The characters of a token range."""
        return self.understanding.reading.span(first, last)

    def surface(self, first: int, last: int) -> str:
        return self.understanding.reading.surface(first, last)

    def place(self, cluster: PlaceCluster) -> str:
        """The IRI of a place: its listed slug, or its kind and name within the report's province."""
        if cluster.entry:
            return iris.known("place", cluster.entry)
        return iris.mint("place", fold(cluster.name), cluster.kind)

    def organization(self, cluster: OrganizationCluster) -> str:
        """The IRI of an institution: listed, or its name proper qualified by its place or parent, else by the report.

        «استانداری» or «بیمارستان سینا» alone may be another one in the next report (kg.graph.identity joins them).
        """
        if cluster.known:
            return iris.known("org", cluster.known)
        iri = self._iris.get(id(cluster))
        if iri is None:
            iri = self._iris[id(cluster)] = self._found_organization(cluster)
        return iri

    def _found_organization(self, cluster: OrganizationCluster) -> str:
        entry = listed_organizations().get(cluster.core)
        name = fold(entry.name) if entry else cluster.core
        where = fold(cluster.place.name) if cluster.place else ""
        return iris.mint("org", f"{name} {where}".strip(), f"{cluster.key}{self._only_here(cluster)}")

    def _only_here(self, cluster: OrganizationCluster) -> str:
        """What keeps an institution in its report, if neither a place nor a body above it says which one it is. The
        name of an agency is its own."""
        if cluster.known or cluster.place or (cluster.type == "news-agency" and " " in cluster.core):
            return ""
        above = [self.understanding.clusters.organizations.get(key) for key in cluster.parents]
        placed = any(parent is not None and not self._only_here(parent) for parent in above)
        return "" if placed else f"|{self.report}"

    def post(self, cluster: PostCluster) -> str:
        """The IRI of a post: its role and portfolio, qualified by its institution or place; one that has neither is a
        seat of this report alone, unless its title names an office of the state."""
        iri = self._iris.get(id(cluster))
        if iri is None:
            iri = self._iris[id(cluster)] = self._found_post(cluster)
        return iri

    def _found_post(self, cluster: PostCluster) -> str:
        head = min((m for m in cluster.mentions), key=lambda m: m.first)
        words = fold(self.surface(head.first, head.head_last))
        of = self.organization(cluster.organization) if cluster.organization else ""
        at = self.place(cluster.place) if cluster.place else ""
        readable = (of or at).rpartition("/")[2].replace("-", " ")
        name = " ".join(f"{words} {fold(cluster.portfolio)} {readable}".split())
        here = "" if of or at or (words in offices() and not cluster.portfolio) else f"|{self.report}"
        return iris.mint("post", name, f"{cluster.role}|{of}|{at}{here}")

    def person(self, actor: Actor) -> str:
        """The IRI of a person: the full name, qualified by the first institution or post of a place, or by the report.
        Who is called by a family name alone never leaves the report: it may be anybody's."""
        iri = self._iris.get(id(actor))
        if iri is None:
            iri = self._iris[id(actor)] = self._found_person(actor)
        return iri

    def _found_person(self, actor: Actor) -> str:
        return iris.mint("person", fold(person_name(self, actor)), self._qualifier(actor))

    def _qualifier(self, actor: Actor) -> str:
        if all(m.surname_only or m.last - m.name_first < 2 for m in actor.mentions):
            return self.report
        for key in actor.posts:
            post = self.understanding.clusters.posts[key]
            if post.organization:
                return self.organization(post.organization)
            if post.place:
                return self.post(post)  # of a place there are many posts
        return self.report


@cache
def offices() -> frozenset[str]:
    """Folded titles that alone name one office of the state («رئیس‌جمهور»)."""
    found = rules.load("roles.yaml", required={"match"}, keys={"value", "place", "bare", "weak", "note"})
    return frozenset(
        fold(text)
        for rule in found
        if rule.text("bare") == "yes" and rule.text("weak") != "yes"
        for text in rule.list("match")
    )


def person_name(context: Context, actor: Actor) -> str:
    """The fullest name met, without ranks and honorifics."""
    forms = [context.surface(m.name_first, m.last) for m in sorted(actor.mentions, key=lambda m: m.first)]
    return max(
        forms,
        key=lambda form: (
            len(form.split()),
            len(form),
        ),
        default="",
    )


@cache
def confidences() -> dict[str, float]:
    """How often facts of a rule were right on measured reports, by rule id or its prefix."""
    return {
        rule.id: float(rule.text("value")) for rule in rules.load("confidence.yaml", required={"value"}, keys={"note"})
    }


@lru_cache(maxsize=1 << 10)
def confidence(rule: str) -> float:
    """The confidence of a rule: its own entry, else the nearest prefix's («speech» for «speech-say»), else 0.9."""
    known = confidences()
    while rule:
        if rule in known:
            return known[rule]
        rule = rule.rpartition("-")[0]
    return 0.9


@lru_cache(maxsize=1 << 13)  # the same names come in one report after the other
def literal(text: str) -> Literal:
    """A Persian text with single blanks and half-spaces."""
    return Literal(" ".join(_joined(text).split()), None, "fa")


@cache
def _letters() -> dict[int, str]:
    """Arabic letters to the Persian ones of standard orthography; the half-space and hamza seats stay."""
    table: dict[int, str] = {}
    for rule in rules.load("characters.yaml", required={"to", "from"}, keys={"note"}):
        if rule.id in ("yeh", "kaf", "heh"):
            table |= {ord(c): rules.characters(rule, "to")[0] for c in rules.characters(rule, "from") if c not in "ئۀ"}
    return table


@lru_cache(maxsize=1 << 12)
def standard(text: str) -> str:
    """A label in standard letters: ی and ک for their Arabic look-alikes."""
    return text.translate(_letters())


_SIGNS = frozenset(map(chr, (*range(0x200B, 0x2010), *range(0x202A, 0x202F), *range(0x2066, 0x206A), 0xFEFF, 0xAC)))
_INVISIBLE = re.compile(f"\\s*[{''.join(sorted(_SIGNS))}]+")


def _joined(text: str) -> str:
    """Direction marks and other invisible characters, as some desks write for the half-space, as one half-space."""
    if _SIGNS.isdisjoint(text):
        return text.strip(" ")  # as most texts are: the expression asks at every blank
    return _INVISIBLE.sub(lambda m: " " if m.group()[0].isspace() else "\u200c", text).strip(" \u200c")


def verbatim(text: str) -> Literal:
    """A Persian text exactly as the report has it."""
    return Literal(text, None, "fa")


def english(text: str) -> Literal:
    return Literal(text, None, "en")


def types(iri: str, *curies: str) -> list[Triple]:
    return [(iri, TYPE, expand(curie)) for curie in curies]


def labels(iri: str, label: str, others: Iterable[str] = (), en: str = "") -> list[Triple]:
    """The label, and every other form met that is not the same text."""
    main = literal(standard(label))
    out: list[Triple] = [(iri, LABEL, main)]
    forms = dict.fromkeys(map(literal, dict.fromkeys(others)))
    out += [(iri, ALT, text) for text in forms if text != main and text.lexical]
    if en:
        out.append((iri, LABEL, english(en)))
    return out


def provenance(iri: str, report: str, evidence: Evidence) -> list[Triple]:
    """Evidence spans, report, rule, basis and confidence of a fact."""
    out: list[Triple] = [
        (iri, EVIDENCE, iris.span(report, span.start, span.end)) for span in dict.fromkeys(evidence.spans)
    ]
    out.append((iri, IN_REPORT, report))
    out.append((iri, RULE, _rule(evidence.rule)))
    out.append((iri, BASIS, iris.code("basis", evidence.basis)))
    out.append((iri, CONFIDENCE, _share(evidence.confidence)))
    return out


@lru_cache(maxsize=1 << 10)
def _rule(rule: str) -> Literal:
    return Literal(rule, STRING)


@lru_cache(maxsize=1 << 10)
def _share(confidence: float) -> Literal:
    return Literal(f"{confidence:.2f}", DECIMAL)


def optional(iri: str, predicate: str, value: str | None) -> list[Triple]:
    """A triple to an IRI, if there is one."""
    return [(iri, expand(predicate), value)] if value else []
