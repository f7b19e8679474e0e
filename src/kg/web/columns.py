"""The tables of the explorer: for each class its columns and what its rows can be filtered by."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from kg.export.record import Record
from kg.export.words import Name
from kg.web import items
from kg.web.graph import Shown
from kg.web.items import Item

Get = Callable[[Shown, Record], list[Item]]


@dataclass(frozen=True)
class Column:
    """A column: its word in web.yaml without ``col-``, what stands in it, and how wide it wants to be."""

    key: str
    get: Get
    wide: bool = False
    facet: bool = False
    hidden: bool = False
    """A hidden column is a filter and part of the data, but does not stand in the page's table."""


def _links(*relations: str) -> Get:
    return lambda graph, record: items.things(graph, record, *relations)


def _codes(*relations: str) -> Get:
    return lambda _, record: items.codes(record, *relations)


def _self(_: Shown, record: Record) -> list[Item]:
    return [Item(items.title(record), record.iri, kind=record.kind)]


def _count(n: int) -> list[Item]:
    return [Item(Name(f"{n}", f"{n}"), data=f"{n}", kind="Count")] if n else []


def _sayings(graph: Shown, record: Record) -> list[Item]:
    return _count(len({s.iri for s in graph.linked(record.iri, "speaker", "Statement")}))


def _facts_in(graph: Shown, record: Record) -> list[Item]:
    return _count(len({r.iri for _, r in graph.incoming.get(record.iri, []) if r.kind != "Report"}))


def _quote(_: Shown, record: Record) -> list[Item]:
    return [Item(items.title(record), record.iri, kind="Statement")]


def _institution(graph: Shown, record: Record) -> list[Item]:
    """The institutions in whose post somebody spoke."""
    posts = record.targets("speakerPost") or tuple(
        s for s in record.targets("speaker") if graph.get(s).kind == "Post")
    return [item for post in posts for item in items.things(graph, graph.get(post), "postIn")]


def _outlet(graph: Shown, record: Record) -> list[Item]:
    own = items.things(graph, record, "outlet")
    return own or [i for report in record.reports for i in items.outlet(graph, graph.get(report))]


def _said_by(graph: Shown, record: Record) -> list[Item]:
    """Who speaks in the statements that give a figure."""
    found = dict.fromkeys(item for s in graph.linked(record.iri, "hasFigure", "Statement")
                          for item in items.things(graph, s, "speaker"))
    return list(found)


def _holders(graph: Shown, record: Record) -> list[Item]:
    found = {p.iri for p in graph.linked(record.iri, "holds")} | set(record.targets("heldBy"))
    return [items.thing(graph, iri) for iri in sorted(found)]


def _normalised(_: Shown, record: Record) -> list[Item]:
    name = items.normalised(record)
    return [Item(name, data=items.text(record, "value"), kind="Number")] if name else []


def _amount(graph: Shown, record: Record) -> list[Item]:
    return [items.figure(graph.get(f)) for f in record.targets("amount") if f in graph.records]


def _institution_of_tenure(graph: Shown, record: Record) -> list[Item]:
    own = items.things(graph, record, "organization")
    return own or [i for post in record.targets("tenurePost") for i in items.things(graph, graph.get(post), "postIn")]


def _bound(which: int) -> Get:
    def get(_: Shown, record: Record) -> list[Item]:
        day = items.text(record, ("firstDay", "lastDay")[which])
        return [items.single(day)] if day else []
    return get


_WHEN = Column("day", items.when)
_PLACE = Column("place", _links("place"), facet=True)
_NAME = Column("name", _self, wide=True)

COLUMNS: dict[str, tuple[Column, ...]] = {
    "Statement": (_WHEN, Column("speaker", _links("speaker"), facet=True), Column("post", _links("speakerPost")),
                  Column("quote", _quote, wide=True), Column("figures", _links("hasFigure")),
                  Column("about", _links("about"), facet=True),
                  Column("institution", _institution, facet=True, hidden=True),
                  Column("outlet", _outlet, facet=True, hidden=True)),
    "Figure": (Column("written", lambda _, r: [items.written(r)], wide=True), Column("value", _normalised),
               Column("counts", _codes("countsText")), Column("modality", _codes("modality", "bound"), facet=True),
               Column("period", _links("period")), _PLACE, Column("speaker", _said_by, facet=True)),
    "Agreement": (_NAME, Column("kind", _codes("kind"), facet=True), Column("parties", _links("party"), facet=True),
                  Column("purpose", _codes("purpose")), Column("amount", _amount),
                  Column("status", _codes("status"), facet=True), _WHEN),
    "Program": (_NAME, Column("kind", _codes("kind"), facet=True),
                Column("operator", _links("operator", "partner"), facet=True), _PLACE,
                Column("period", _links("period")), Column("figures", _links("hasFigure"))),
    "Event": (_NAME, Column("kind", _codes("kind"), facet=True), _PLACE, _WHEN,
              Column("participants", _links("participant"), facet=True)),
    "Place": (_NAME, Column("kind", _codes("kind"), facet=True), Column("within", _links("within"), facet=True)),
    "Person": (_NAME, Column("rank", _codes("rank", "honorificPrefix"), facet=True),
               Column("posts", _links("holds")), Column("statements", _sayings)),
    "Organization": (_NAME, Column("type", _codes("classification"), facet=True),
                     Column("parent", _links("subOrganizationOf", "branchOf")),
                     Column("place", _links("jurisdiction"), facet=True), Column("statements", _sayings)),
    "Post": (_NAME, Column("role", _codes("role"), facet=True), Column("institution", _links("postIn"), facet=True),
             Column("holders", _holders)),
    "Tenure": (Column("person", _links("member"), facet=True), Column("post", _links("tenurePost")),
               Column("institution", _institution_of_tenure, facet=True), Column("attested", items.when)),
    "Period": (_NAME, Column("first", _bound(0)), Column("last", _bound(1))),
    "Report": (Column("title", _self, wide=True), Column("outlet", items.outlet, facet=True),
               Column("day", items.published), Column("place", _links("reportedFrom"), facet=True),
               Column("facts", _facts_in)),
}
"""For each class its columns in order. The page adds the source to each row."""

PATHS = {"Statement": "statements", "Figure": "figures", "Agreement": "agreements", "Program": "programs",
         "Event": "events", "Place": "places", "Person": "people", "Organization": "organizations", "Post": "posts",
         "Tenure": "tenures", "Period": "periods", "Report": "reports"}
KIND_OF = {path: kind for kind, path in PATHS.items()}
DATED = frozenset({"Statement", "Figure", "Agreement", "Program", "Event", "Tenure", "Report"})
"""Classes whose rows can be filtered by day."""
FACTS = tuple(kind for kind in PATHS if kind != "Report")
"""Classes whose records are facts: each must show where it stands in a text."""


def days_of(kind: str, graph: Shown, record: Record) -> list[tuple[str, str]]:
    """First and last Gregorian days of a record, for filters and order."""
    found = items.published(graph, record) if kind == "Report" else items.when(graph, record)
    return [b for item in found if (b := items.bounds(item)) != ("", "")]
