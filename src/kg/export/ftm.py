"""FollowTheMoney entities, as lines of JSON, for OpenAleph and the tools of OpenSanctions.

Each names the reports that prove it. Posts are Positions and tenures Occupancies, statements Notes on who speaks,
programs Projects, agreements Contracts with a link to each party. Figures have no schema there: their words stand in
the Note or Contract that names them. Read them with ``cleaned=True``, as ``ftm`` itself does: its cleaning of raw names
takes out the half-space.
"""

from __future__ import annotations

import hashlib
import json
import re
import unicodedata
from collections.abc import Iterator
from datetime import date
from typing import Any

from kg import iris
from kg.export.prepared import Prepared
from kg.export.tables import short

Entity = dict[str, Any]

_PLAIN = re.compile(r"[a-z0-9]([a-z0-9/-]*[a-z0-9])?")
_QID = re.compile(r"Q[1-9][0-9]*")
_URL = re.compile(r"https?://[A-Za-z0-9.-]+(:[0-9]+)?(/[\x21-\x7e]*)?")
_NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?")
_LONGEST = {"name": 384, "string": 1024}
_PUBLIC = frozenset({"ministry", "government", "parliament", "judiciary", "court", "prosecution", "agency-of-state",
                     "governorate", "county-governorate", "municipality", "police", "military", "militia"})
"""Types of organizations that are public bodies by their nature; of the others the report need not say it."""


def write(made: Prepared) -> str:
    """An entity per line: reports first, then each class in turn, in order of their IRIs."""
    maker = _Maker(made)
    return "".join(json.dumps(entity, ensure_ascii=False, sort_keys=True) + "\n" for entity in maker.entities())


def identifier(iri: str) -> str:
    """An id that FollowTheMoney allows: readable where the IRI is plain and ours, else a digest of it."""
    local = iri.removeprefix(iris.ID)
    if local != iri and len(local) <= 160 and _PLAIN.fullmatch(local) and "//" not in local:
        return "kg-" + local.replace("/", ".")
    return "kg-" + hashlib.sha256(iri.encode("utf-8", "replace")).hexdigest()[:40]


class _Maker:
    def __init__(self, made: Prepared) -> None:
        self.made = made

    def entities(self) -> Iterator[Entity]:
        makers = (("Report", self._report), ("Place", self._place), ("Organization", self._organization),
                  ("Person", self._person), ("Post", self._post), ("Tenure", self._tenure), ("Event", self._event),
                  ("Program", self._program), ("Agreement", self._agreement), ("Statement", self._statement))
        for name, make in makers:
            for subject in self.made.of_class(name):
                yield from make(subject)

    def _entity(self, schema: str, iri: str, part: str = "", /, **properties: list[str]) -> Entity:
        """An entity with its proof. Empty properties are left out."""
        id = identifier(iri) + (f".{hashlib.sha256(part.encode()).hexdigest()[:12]}" if part else "")
        told = {name: list(dict.fromkeys(filter(None, map(_text, values)))) for name, values in properties.items()}
        if schema != "Article":
            told["proof"] = [identifier(report) for report in self.made.reports[iri]
                             if "Report" in self.made.classes.get(report, ())]
        return {"id": id, "schema": schema, "properties": {name: told[name] for name in sorted(told) if told[name]}}

    def _named(self, subject: str) -> dict[str, list[str]]:
        """Names, aliases, Wikidata and the words of the report."""
        made = self.made
        names = [made.label(subject), made.label(subject, "en")]
        aliases = [*made.texts(subject, "rdfs:label"), *made.texts(subject, "skos:altLabel")]
        names = [_name(n) for n in names if n] or [_name(a) for a in aliases[:1]] or [subject.rpartition("/")[2]]
        same = [i.removeprefix(iris.PREFIXES["wd"]) for i in made.refs(subject, "skos:exactMatch")]
        return {"name": names, "alias": [a for a in map(_name, aliases) if a not in names],
                "wikidataId": list(filter(_QID.fullmatch, same)), "description": made.words(subject)}

    def _ids(self, subject: str, curie: str, *classes: str) -> list[str]:
        """Ids of what a property leads to, if it is of one of the classes."""
        return [identifier(i) for i in self.made.refs(subject, curie)
                if self.made.classes.get(i, frozenset()) & {*classes}]

    def _days(self, subject: str) -> dict[str, list[str]]:
        """First and last day of the period of a fact, which is one date if they are the same."""
        periods = self.made.refs(subject, "kg:period")
        first = [d for p in periods for d in self.made.texts(p, "kg:firstDay") if _is_day(d)]
        last = [d for p in periods for d in self.made.texts(p, "kg:lastDay") if _is_day(d)]
        return {"date": first} if first == last else {"startDate": first, "endDate": last}

    def _labels(self, subject: str, curie: str) -> list[str]:
        return [label for i in self.made.refs(subject, curie) if (label := self.made.label(i))]

    def _report(self, subject: str) -> Iterator[Entity]:
        made = self.made
        outlets = [*self._labels(subject, "kg:outlet"), *made.texts(subject, "kg:outletName")]
        title = made.texts(subject, "dcterms:title")
        persian = any(made.texts(subject, "dcterms:title", "fa"))
        yield self._entity("Article", subject, fileName=[subject.rpartition("/")[2]], title=title[:1], name=title[:1],
                           publishedAt=list(filter(_is_day, made.texts(subject, "dcterms:issued"))),
                           sourceUrl=list(filter(_URL.fullmatch, _addresses(made, subject))), publisher=outlets[:1],
                           language=["fas"] if persian else [])

    def _place(self, subject: str) -> Iterator[Entity]:
        named = self._named(subject)
        yield self._entity("Address", subject, full=named["name"][:1], **named)

    def _organization(self, subject: str) -> Iterator[Entity]:
        types = [short(i) for i in self.made.refs(subject, "org:classification")]
        schema = "PublicBody" if _PUBLIC & {*types} else "Organization"
        yield self._entity(schema, subject, **self._named(subject), classification=types,
                           parent=self._ids(subject, "org:subOrganizationOf", "Organization"))

    def _person(self, subject: str) -> Iterator[Entity]:
        posts = self._labels(subject, "org:holds")
        yield self._entity("Person", subject, **self._named(subject), position=posts,
                           title=self.made.texts(subject, "schema:honorificPrefix"))

    def _post(self, subject: str) -> Iterator[Entity]:
        areas = [self.made.label(i) for i in self.made.refs(subject, "org:postIn")
                 if "Place" in self.made.classes.get(i, ())]
        yield self._entity("Position", subject, **self._named(subject), subnationalArea=areas,
                           organization=self._ids(subject, "org:postIn", "Organization"))

    def _tenure(self, subject: str) -> Iterator[Entity]:
        made = self.made
        for person in self._ids(subject, "org:member", "Person"):
            for post in self._ids(subject, "kg:tenurePost", "Post"):
                yield self._entity("Occupancy", subject, f"{person} {post}", holder=[person], post=[post],
                                   date=list(filter(_is_day, made.texts(subject, "kg:attestedOn"))),
                                   description=made.words(subject))

    def _event(self, subject: str) -> Iterator[Entity]:
        yield self._entity("Event", subject, **self._named(subject), **self._days(subject),
                           location=self._labels(subject, "kg:place"),
                           involved=self._ids(subject, "kg:participant", "Person", "Organization"))

    def _program(self, subject: str) -> Iterator[Entity]:
        yield self._entity("Project", subject, **self._named(subject), **self._days(subject))
        for curie, role in (("kg:operator", "operator"), ("kg:partner", "partner")):
            for party in self._ids(subject, curie, "Person", "Organization"):
                yield self._entity("ProjectParticipant", subject, f"{role} {party}", project=[identifier(subject)],
                                   participant=[party], role=[role])

    def _agreement(self, subject: str) -> Iterator[Entity]:
        made = self.made
        named = self._named(subject)
        kinds = [short(i) for i in made.refs(subject, "kg:kind")]
        amounts = [a for figure in made.refs(subject, "kg:amount") for a in made.texts(figure, "kg:valueInRial")]
        amounts = list(filter(_NUMBER.fullmatch, amounts))
        yield self._entity("Contract", subject, title=named["name"][:1], **named, type=kinds,
                           status=[short(i) for i in made.refs(subject, "kg:status")], amount=amounts,
                           currency=["IRR"] if amounts else [],
                           summary=[*made.texts(subject, "kg:purpose"), *self._figures(subject)])
        for party in self._ids(subject, "kg:party", "Person", "Organization"):
            yield self._entity("UnknownLink", subject, f"party {party}", subject=[identifier(subject)],
                               object=[party], role=["party"], **self._days(subject))

    def _statement(self, subject: str) -> Iterator[Entity]:
        made = self.made
        entities = self._ids(subject, "kg:speaker", "Person", "Organization")
        yield self._entity("Note", subject, name=[_name(" ".join(made.texts(subject, "kg:quoteText")))],
                           description=made.texts(subject, "kg:quoteText"), entity=entities,
                           notes=self._figures(subject))

    def _figures(self, subject: str) -> list[str]:
        """The figures that a fact names, as written with what they count."""
        made = self.made
        return [" ".join([*made.texts(f, "kg:valueText"), *made.texts(f, "kg:countsText")])
                for f in made.refs(subject, "kg:hasFigure")]


def _addresses(made: Prepared, subject: str) -> list[str]:
    return [*made.refs(subject, "dcterms:source"), *made.texts(subject, "dcterms:source")]


def _text(text: str) -> str:
    """Text as FollowTheMoney stores it: line ends and tabs stay, other controls and marks of direction go."""
    kept = (c for c in text if c in "\n\t\u200c\u200d" or unicodedata.category(c) not in ("Cc", "Cf", "Cs", "Cn"))
    return "".join(kept).strip()


def _name(text: str) -> str:
    """A name: one line, of the length that a name may have."""
    line = " ".join(_text(text).split())
    return line if len(line) <= _LONGEST["name"] else line[: _LONGEST["name"] - 1].rstrip() + "…"


def _is_day(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False
