"""The first page: what is in the graph, what was said lately, whom it is about, and what can be asked."""

from __future__ import annotations

from typing import Any

from kg import iris
from kg.export import picture, scene, svg
from kg.export.words import kind
from kg.model import Literal, Triple
from kg.web import columns, tables
from kg.web.answer import Page
from kg.web.html import Html, bdi, clip, el, join
from kg.web.items import Item, bounds, figure, things, title, when
from kg.web.view import View, path_of
from kg.web.words import word

_LATEST, _BEST, _DRAWN = 6, 12, 28
_VOID = "http://rdfs.org/ns/void#"


def page(view: View) -> Page:
    counts = {k: len(view.graph.kinds.get(k, [])) for k in columns.PATHS}
    return Page(word("brand"), lambda: _html(view, counts), lambda: _data(view, counts),
                lambda: (("class", "count"), ((k, str(n)) for k, n in counts.items())),
                lambda: _triples(view, counts), "home")


def _html(view: View, counts: dict[str, int]) -> Html:
    facts = sum(n for k, n in counts.items() if k in columns.FACTS)
    box = el("form", el("input", type="search", name="q", id="q", placeholder=view.t("search-hint"), dir="auto",
                        aria_label=view.t("search"), maxlength=200, autocomplete="off"), view.keep_lang(),
             el("button", view.t("search"), type="submit"), action="/search", method="get", class_="search big")
    hero = el("div", el("h1", view.t("tagline")), el("p", view.t("intro", reports=counts["Report"], facts=facts)), box,
              class_="hero")
    tiles = [el("a", el("b", view.n(n)), el("span", view.kinds(k)), class_=f"tile k-{k}",
                href=view.url(f"/{columns.PATHS[k]}")) for k, n in counts.items() if n]
    return join(hero, view.section("counts", view.t("counts"), el("div", tiles, class_="tiles")),
                el("div", _latest(view), _best(view), class_="two"), _picture(view), _questions(view), _reports(view))


def latest(view: View) -> list[tables.Row]:
    """Statements with figures, the latest first, one from each speaker in turn."""
    rows = [r for r in view.site.rows("Statement") if r.cells["figures"] and r.cells["speaker"]]
    dated = sorted(rows, key=lambda r: max((bounds(i)[1] for i in when(view.graph, r.record)), default=""),
                   reverse=True)
    turns: dict[str, int] = {}
    order = []
    for r in dated:
        who = r.cells["speaker"][0].key
        turns[who] = turns.get(who, 0) + 1
        order.append((turns[who], r))
    return [r for _, r in sorted(order, key=lambda t: t[0])[:_LATEST]]


def _latest(view: View) -> Html:
    cards = []
    for row in latest(view):
        chip = view.chip(row.record)
        if not chip:
            continue
        figures = [el("li", view.item(Item(i.name, i.iri, kind="Figure"))) for i in row.cells["figures"][:4]]
        who = [view.item(i) for i in row.cells["speaker"]]
        post = [el("span", view.item(i), class_="quiet") for i in row.cells["post"]]
        cards.append(el("li", el("p", who, " ", post, class_="who"),
                        el("p", bdi(clip(title(row.record).fa, 220), "fa"), class_="said"),
                        el("ul", figures, class_="figures"), chip))
    if not cards:
        return Html("")
    more = el("p", el("a", view.t("more"), href=view.url("/statements", figure="1")))
    return view.section("latest", view.t("latest"), join(el("ul", cards, class_="cards"), more))


def _best(view: View) -> Html:
    found = [el("li", view.link(n.iri, n.name, n.kind), " ", el("small", kind(n.kind).text(view.lang), " · ",
                word("sources-n", n=n.spans).text(view.lang))) for n in view.site.picture.nodes[:_BEST]]
    return view.section("best", view.t("attested"), el("ol", found, class_="best")) if found else Html("")


def _picture(view: View) -> Html:
    part = picture.best(view.site.picture, _DRAWN)
    if not part.nodes:
        return Html("")
    drawn = svg.render(scene.compose(part, view.lang), lambda iri: view.url(path_of(iri)))
    more = el("p", el("a", view.t("picture-open"), href=view.url("/picture")))
    return view.section("picture", view.t("page-picture"), join(el("div", Html(drawn), class_="drawn"), more))


def _questions(view: View) -> Html:
    found = [el("li", el("a", view.name(q.name), href=view.url("/sparql", question=q.key)))
             for q in view.site.questions]
    return view.section("questions", view.t("questions"), el("ul", found, class_="questions")) if found else Html("")


def _reports(view: View) -> Html:
    rows = view.site.rows("Report")
    if not rows:
        return Html("")
    more = el("p", el("a", view.t("more"), href=view.url("/reports"))) if len(rows) > 8 else None
    return view.section("reports", view.kinds("Report"), join(view.table("Report", rows[:8]), more))


def _data(view: View, counts: dict[str, int]) -> dict[str, Any]:
    return {"counts": counts, "triples": len(view.graph.triples), "violations": len(view.site.verdict.violations),
            "latest": [tables.json_row(view.site.passages, r) for r in latest(view)],
            "best": [{"iri": n.iri, "class": n.kind, "fa": n.name.fa, "en": n.name.en, "spans": n.spans,
                      "reports": n.reports} for n in view.site.picture.nodes[:_BEST]],
            "questions": [{"key": q.key, "fa": q.name.fa, "en": q.name.en, "query": q.query}
                          for q in view.site.questions],
            "speakers": sorted({i.iri for r in latest(view) for i in things(view.graph, r.record, "speaker")}),
            "figures": [figure(view.graph.get(f)).name.fa for r in latest(view)
                        for f in r.record.targets("hasFigure") if f in view.graph.records]}


def _triples(view: View, counts: dict[str, int]) -> list[Triple]:
    """A description of the graph (VoID)."""
    data, integer = f"{iris.ID}graph", iris.PREFIXES["xsd"] + "integer"
    found: list[Triple] = [(data, iris.expand("rdf:type"), f"{_VOID}Dataset"),
                           (data, f"{_VOID}triples", Literal(str(len(view.graph.triples)), integer))]
    for k, n in counts.items():
        if n:
            part = f"{data}/{k.lower()}"
            found += [(data, f"{_VOID}classPartition", part), (part, f"{_VOID}class", iris.NS + k),
                      (part, f"{_VOID}entities", Literal(str(n), integer))]
    return found
