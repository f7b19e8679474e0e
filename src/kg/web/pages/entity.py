"""The page of one thing: what is known of it, who said it, its figures over time, its neighbours; each with proof."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from kg import iris
from kg.export import picture, scene, svg
from kg.export.record import Record
from kg.export.words import Name
from kg.model import Literal, Triple
from kg.web import columns, items, tables, timeline
from kg.web.answer import Page
from kg.web.html import Html, clip, el, join, ltr
from kg.web.items import Item
from kg.web.pages.listing import triples_of
from kg.web.view import View, path_of
from kg.web.words import kinds, word

_SHOWN = 25
_NEAR = 24
_REPORTS = 6
_UNTOLD = frozenset({"altLabel", "label", "rule", "confidence", "basis", "quoteText", "valueText", "holds", "heldBy",
                     "title", "textSha256", "textLength"})
_ORDER = ("Tenure", "Statement", "Figure", "Agreement", "Program", "Event", "Organization", "Post", "Person", "Place",
          "Period", "Report")
_SAYING = frozenset({"speaker", "speakerPost"})
_OWN_COLUMN = {"member": "person", "tenurePost": "post", "organization": "institution", "speaker": "speaker",
               "place": "place", "within": "within", "postIn": "institution", "subOrganizationOf": "parent",
               "jurisdiction": "place", "about": "about", "period": "period", "outlet": "outlet"}


@dataclass(frozen=True)
class Section:
    """Records of one class that belong to the thing. ``more`` is the address of all of them."""

    key: str
    title: Name
    kind: str
    rows: tuple[tables.Row, ...]
    skip: tuple[str, ...] = ()
    more: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Fact:
    """One statement about the thing: relation, values, and the record whose words show it."""

    relation: str
    values: tuple[Item, ...]
    record: Record


def page(view: View, record: Record) -> Page:
    found = sections(view, record)
    told = facts(view, record)
    return Page(
        _title(record), lambda: _html(view, record, told, found), lambda: _data(view, record, told, found),
        lambda: (("section", "relation", "value", "iri", "confidence", "rule", "report", "sentence"),
                 _rows(view, record, told, found)),
        lambda: triples_of(view.graph, [record, *(r.record for s in found for r in s.rows)]),
        columns.PATHS.get(record.kind, ""))


def _title(record: Record) -> Name:
    name = items.title(record)
    return Name(clip(name.fa, 300), clip(name.en, 300))


def facts(view: View, record: Record) -> list[Fact]:
    """What the record itself says, one fact for each relation."""
    graph = view.graph
    found: dict[str, list[Item]] = {}
    for relation, target in record.links:
        if relation not in _UNTOLD:
            found.setdefault(relation, []).append(items.thing(graph, target))
    coded = _codes_of(view, record)
    for relation, value in record.values:
        if relation in _UNTOLD or not value:
            continue
        found.setdefault(relation, []).append(_value(relation, value, coded))
    if record.kind == "Figure":
        for key in ("value", "unit", "minValue", "maxValue", "valueInRial"):
            found.pop(key, None)
        if name := items.normalised(record):
            found = {"value": [Item(name, data=items.text(record, "value"))], **found}
    if record.kind == "Period":
        for key in ("firstDay", "lastDay", "jalaliFirst", "jalaliLast"):
            found.pop(key, None)
        for key in ("firstDay", "lastDay"):
            if day := items.text(record, key):
                found[key] = [items.single(day)]
    return [Fact(relation, tuple(dict.fromkeys(values)), record) for relation, values in found.items()]


def _codes_of(view: View, record: Record) -> dict[str, str]:
    """The IRIs of codes and outside things by the English text that stands for them in the record's values."""
    found: dict[str, str] = {}
    for predicate, term in view.graph.subjects.get(record.iri, ()):
        if isinstance(term, str) and term not in view.graph.records and "#char=" not in term:
            found.setdefault(predicate.rpartition("#")[2].rpartition("/")[2], term)
    return found


def _value(relation: str, value: Name, coded: dict[str, str]) -> Item:
    if relation in ("attestedOn", "issued") and value.fa[:4].isdigit():
        return items.single(value.fa)
    iri = coded.get(relation, "")
    if iri.startswith(iris.CODE):
        return Item(value, iri, data=iri)
    return Item(value, data=value.fa or value.en)


def sections(view: View, record: Record) -> list[Section]:
    """What links to the thing, by class; statements by it apart from those about it."""
    graph = view.graph
    by: dict[str, dict[str, Record]] = {}
    skip: dict[str, set[str]] = {}
    tenured = {(m, p) for _, t in graph.incoming.get(record.iri, ()) if t.kind == "Tenure"
               for m in t.targets("member") for p in t.targets("tenurePost")}
    for relation, other in graph.incoming.get(record.iri, ()):
        if other.iri == record.iri or relation in ("inReport", "branchOf"):
            continue
        if relation in ("holds", "heldBy") and {(other.iri, record.iri), (record.iri, other.iri)} & tenured:
            continue
        key = other.kind
        if other.kind == "Statement":
            key = "said" if relation in _SAYING else "" if relation == "outlet" else "said-of"
        if key:
            by.setdefault(key, {})[other.iri] = other
            skip.setdefault(key, set()).add(_OWN_COLUMN.get(relation, ""))
    for post in graph.linked(record.iri, "postIn", "Post"):
        for relation, other in graph.incoming.get(post.iri, ()):
            if relation == "speakerPost" and other.kind == "Statement":
                by.setdefault("said", {})[other.iri] = other
    found = []
    for key in ("Tenure", "said", "said-of", *_ORDER[2:]):
        rows = by.get(key)
        if not rows:
            continue
        kind = "Statement" if key in ("said", "said-of") else key
        title = {"said": word("said"), "said-of": word("said-of"), "Tenure": word("posts"),
                 "Figure": word("figures-of")}.get(key) or kinds(kind)
        own = skip.get(key, set())
        hidden = own if len(own) == 1 and key != "said" else set()
        if key == "said" and record.kind == "Person":
            hidden = {"speaker"}
        title = Name(title.fa, title.en[:1].upper() + title.en[1:])
        found.append(Section(key.lower(), title, kind, tuple(tables.row(graph, kind, r) for r in rows.values()),
                             tuple(hidden)))
    return found


def figures(view: View, record: Record, found: Sequence[Section]) -> list[Record]:
    """The figures that are this thing's: its own, those linked to it, those in what it said."""
    near = [record, *(r.record for s in found for r in s.rows if s.kind in ("Statement", "Program", "Agreement"))]
    iris_ = [f for r in near for relation in ("hasFigure", "amount") for f in r.targets(relation)]
    linked = [r.record for s in found if s.kind == "Figure" for r in s.rows]
    return [*linked, *(view.graph.records[f] for f in iris_ if f in view.graph.records)]


def _html(view: View, record: Record, told: list[Fact], found: list[Section]) -> Html:
    drawn = _neighbours(view, record)
    body = [_facts(view, record, told), drawn]
    body += [_section(view, section) for section in found]
    series = timeline.series(view.graph, figures(view, record, found))[:8]
    if charts := [c for s in series if (c := timeline.told(view, s))]:
        body.append(view.section("timeline", view.t("timeline"),
                                 join(el("p", view.t("timeline-note"), class_="quiet"), charts)))
    return join(_head(view, record), _issues(view, record), el("div", body, class_="entity"))


def _head(view: View, record: Record) -> Html:
    title = _title(record)
    alike = [n for n in record.names if n not in (title.fa, title.en)]
    other = Name(en=title.en) if view.lang == "fa" and title.en and title.fa else (
        Name(title.fa) if title.en and title.fa else Name())
    names = [el("li", view.name(Name(n))) for n in alike[:12]]
    reports = [view.link(r, view.report_name(r), "Report") for r in record.reports]
    also = el("div", el("span", view.t("names"), class_="quiet"), el("ul", names, class_="chips")) if names else None
    speaker = [view.item(i) for i in items.things(view.graph, record, "speaker")] if record.kind == "Statement" else []
    lines = [el("p", speaker, class_="who") if speaker else None,
             el("p", view.name(other), class_="other") if other else None, also]
    if reports:
        most = len(reports) if view.query.get("all") == "reports" else _REPORTS
        shown = [el("li", r) for r in reports[:most]]
        rest = el("a", f"+{view.n(len(reports) - most)}", href=view.here(all="reports")) if len(reports) > most else ""
        lines.append(el("div", el("span", view.t("reports-of"), class_="quiet"), el("ul", shown, class_="chips"),
                        rest))
    top = el("div", view.kind(record.kind), view.chip(record), class_="top")
    return el("div", top, el("h1", view.name(title)), lines, iri_line(record.iri),
              class_=f"head k-{record.kind}")


def iri_line(iri: str) -> Html:
    """The IRI, to be copied: always left to right."""
    return el("p", ltr(clip(iri, 300), "code"), class_="iri")


def _facts(view: View, record: Record, told: list[Fact]) -> Html:
    if not told:
        return Html("")
    chip = view.chip(record)
    if not chip:
        return view.section("facts", view.t("facts"), el("p", view.t("source-none", n=len(told)), class_="warn"))
    rows = []
    for fact in told:
        outside = [_outside(view, record, fact.relation, i) for i in fact.values]
        value = Html("").join(outside) if any(outside) else view.cell(fact.values)
        rows.append(el("tr", el("th", view.relation(fact.relation), scope="row"),
                       el("td", Html(value), class_="wide"), el("td", chip, class_="src")))
    return view.section("facts", view.t("facts"), el("table", el("tbody", rows), class_="facts"))


def _outside(view: View, record: Record, relation: str, item: Item) -> Html:
    """A link to another site, for the few things that lead to one (Wikidata, the address of a report)."""
    for predicate, term in view.graph.subjects.get(record.iri, ()):
        told = term if isinstance(term, str) else term.lexical
        same = predicate.rpartition("#")[2].rpartition("/")[2] == relation and told in (item.data, item.name.en)
        if same and told.startswith(("http://", "https://")) and not told.startswith((iris.CODE, iris.NS, iris.ID)):
            return el("a", ltr(clip(told, 80)), href=told, rel="noreferrer noopener external", class_="out")
    return Html("")


def _neighbours(view: View, record: Record) -> Html:
    """The picture of a thing and what is one line away from it, drawn here, each symbol a link."""
    near = view.site.neighbours.get(record.iri)
    if record.kind not in picture.KINDS or not near:
        return Html("")
    part = picture.near(view.site.picture, record.iri, near, _NEAR)
    drawn = svg.render(scene.compose(part, view.lang), lambda iri: view.url(path_of(iri)))
    more = [el("a", view.t("picture-open"), href=view.url("/picture", around=record.iri))]
    if len(near) + 1 > _NEAR:
        more.append(el("span", view.t("picture-some", n=_NEAR - 1, of=len(near)), class_="quiet"))
    return view.section("picture", view.t("picture-near"), join(el("div", Html(drawn), class_="drawn"), el("p", more)))


def _section(view: View, section: Section) -> Html:
    every = view.query.get("all") == section.key
    rows = section.rows if every else section.rows[:_SHOWN]
    more = None
    if len(rows) < len(section.rows):
        more = el("p", el("a", view.t("more"), " (", view.n(len(section.rows)), ")",
                          href=view.here(all=section.key) + f"#{section.key}"))
    return view.section(section.key, section.title.text(view.lang),
                        join(view.table(section.kind, rows, section.skip), more), len(section.rows))


def _issues(view: View, record: Record) -> Html:
    found = view.site.violations_of.get(record.iri, [])
    return el("div", [el("p", v.message_fa if view.lang == "fa" else v.message_en) for v in found[:10]],
              class_="warn") if found else Html("")


def _data(view: View, record: Record, told: list[Fact], found: list[Section]) -> dict[str, Any]:
    name, passages = items.title(record), view.site.passages
    sources = tables.json_sources(passages, record)
    return {
        "iri": record.iri, "class": record.kind, "name": {"fa": name.fa, "en": name.en}, "names": list(record.names),
        "reports": list(record.reports),
        "facts": [{"relation": f.relation, "values": [tables.json_item(i) for i in f.values]} for f in told],
        "sources": sources, "confidence": items.text(record, "confidence") or None,
        "rule": items.text(record, "rule") or None,
        "sections": {s.key: [tables.json_row(passages, r) for r in s.rows] for s in found},
        "violations": [{"fa": v.message_fa, "en": v.message_en} for v in view.site.violations_of.get(record.iri, [])],
    }


def _rows(view: View, record: Record, told: list[Fact], found: list[Section]) -> Iterable[list[str]]:
    passages = view.site.passages
    for fact in told:
        for item in fact.values:
            tail = tables.csv_row(passages, tables.Row(record, {}), view.lang)[1:]
            yield ["facts", fact.relation, item.data or item.name.text(view.lang), item.iri, *tail]
    for section in found:
        for row in section.rows:
            tail = tables.csv_row(passages, tables.Row(row.record, {}), view.lang)[1:]
            yield [section.key, section.kind, items.title(row.record).text(view.lang), row.record.iri, *tail]


def plain(view: View, iri: str) -> Page:
    """The page of a node of no class of ours (a code, a unit, something foreign): its statements as they stand."""
    graph = view.graph
    rows = graph.subjects.get(iri, [])
    name = _name_of(view, iri)
    used = [graph.records[s] for s in graph.users.get(iri, ()) if s in graph.records]
    triples: list[Triple] = [(iri, p, o) for p, o in rows]

    def html() -> Html:
        body = []
        for predicate, term in rows:
            value = view.link(term, Name(en=term)) if isinstance(term, str) else view.name(
                Name(term.lexical) if term.lang != "en" else Name(en=term.lexical))
            body.append(el("tr", el("th", view.relation(predicate.rpartition("#")[2].rpartition("/")[2]),
                                    title=predicate, scope="row"), el("td", value, class_="wide")))
        parts = [view.section("facts", view.t("facts"),
                              join(el("p", view.t("entity-plain"), class_="quiet"),
                                   el("table", el("tbody", body), class_="facts")))] if rows else []
        for kind in _ORDER:
            some = [tables.row(graph, kind, r) for r in used if r.kind == kind]
            if some:
                parts.append(_section(view, Section(kind.lower(), kinds(kind), kind, tuple(some))))
        return join(el("div", el("h1", view.name(name)), iri_line(iri), class_="head"),
                    el("div", parts, class_="entity"))

    return Page(
        name, html,
        lambda: {"iri": iri, "name": {"fa": name.fa, "en": name.en},
                 "statements": [{"predicate": p, "value": o if isinstance(o, str) else o.lexical} for p, o in rows],
                 "used_by": [r.iri for r in used]},
        lambda: (("predicate", "value"), ((p, o if isinstance(o, str) else o.lexical) for p, o in rows)),
        lambda: [*triples, *triples_of(graph, used)])


def _name_of(view: View, iri: str) -> Name:
    from kg.export.words import code

    label = iris.expand("rdfs:label")
    told = [o for p, o in view.graph.subjects.get(iri, ()) if p == label and isinstance(o, Literal)]
    known = code(iri) if iri.startswith(iris.CODE) else Name()
    fa = next((o.lexical for o in told if o.lang == "fa"), known.fa)
    en = next((o.lexical for o in told if o.lang == "en"), known.en)
    plain_ = next((o.lexical for o in told if not o.lang), "")
    return Name(fa or plain_, en) if fa or en or plain_ else Name(en=clip(iri.rpartition("/")[2] or iri, 120))
