"""A page per class: a table with filters, order and CSV."""

from __future__ import annotations

from collections.abc import Iterable

from kg.export.record import Record
from kg.model import Triple
from kg.web import columns, tables
from kg.web.answer import Page
from kg.web.graph import Shown
from kg.web.html import Html, clip, el, join
from kg.web.view import View
from kg.web.words import counted, kinds

_MOST_OPTIONS = 60


def page(view: View, path: str) -> Page:
    """The table at ``/<path>``. Raises InputError for a day that is none."""
    kind = columns.KIND_OF[path]
    ask = tables.asked(kind, view.query)
    every = view.site.rows(kind)
    found = tables.chosen(view.graph, kind, every, ask)
    title = kinds(kind)
    return Page(
        title, lambda: _html(view, kind, every, found, ask),
        lambda: {"class": kind, "count": len(found), "rows": [tables.json_row(view.site.passages, r) for r in found]},
        lambda: (tables.header(kind), (tables.csv_row(view.site.passages, r, view.lang) for r in found)),
        lambda: triples_of(view.graph, (r.record for r in found)), path)


def _html(view: View, kind: str, every: list[tables.Row], found: list[tables.Row], ask: tables.Asked) -> Html:
    pages = max(1, -(-len(found) // tables.PAGE))
    number = min(ask.page, pages)
    shown = found[(number - 1) * tables.PAGE: number * tables.PAGE]
    return join(
        el("h1", view.kinds(kind), " ", el("span", counted("rows", len(found)).text(view.lang), class_="n")),
        _filters(view, kind, every, ask), view.table(kind, shown, sortable=True), pager(view, number, pages))


def _filters(view: View, kind: str, every: list[tables.Row], ask: tables.Asked) -> Html:
    fields = [_field(view, "q", el("input", type="search", name="q", id="f-q", value=ask.text, dir="auto"), "q-text")]
    for column in columns.COLUMNS[kind]:
        options = tables.options(every, column) if column.facet else []
        if len(options) < 2 and column.key not in ask.facets:
            continue
        chosen = ask.facets.get(column.key, "")
        given = [el("option", view.t("any"), value="")]
        given += [el("option", f"{clip(item.name.text(view.lang), 60)} ({view.n(n)})", value=item.key,
                     selected=item.key == chosen) for item, n in options[:_MOST_OPTIONS]]
        if chosen and chosen not in {item.key for item, _ in options[:_MOST_OPTIONS]}:
            given.append(el("option", clip(chosen, 60), value=chosen, selected=True))
        fields.append(_field(view, column.key, el("select", given, name=column.key, id=f"f-{column.key}"),
                             f"col-{column.key}"))
    if kind in columns.DATED:
        for key in ("from", "until"):
            box = el("input", name=key, id=f"f-{key}", value=view.query.get(key, ""), dir="ltr", size=12,
                     placeholder=view.t("q-day-hint"), inputmode="numeric")
            fields.append(_field(view, key, box, f"q-{key}"))
    if kind == "Statement":
        box = el("input", type="checkbox", name="figure", id="f-figure", value="1", checked=ask.figures)
        fields.append(el("div", box, el("label", view.t("q-figure"), for_="f-figure"), class_="field check"))
    buttons = el("div", el("button", view.t("filter"), type="submit"),
                 el("a", view.t("clear"), href=view.url(view.path)), class_="field go")
    sort = el("input", type="hidden", name="sort", value=ask.order) if ask.order else None
    filtered = bool(ask.text or ask.facets or ask.since or ask.until or ask.figures)
    form = el("form", fields, sort, view.keep_lang(), buttons, method="get", action=view.path, class_="filters")
    return el("details", el("summary", view.t("filter")), form, class_="filtering", open=filtered)


def _field(view: View, key: str, box: Html, label: str) -> Html:
    return el("div", el("label", view.t(label), for_=f"f-{key}"), box, class_="field")


def pager(view: View, number: int, pages: int) -> Html:
    """Links to the pages before and after."""
    if pages < 2:
        return Html("")
    before = el("a", view.t("previous"), href=view.here(page=str(number - 1)), rel="prev") if number > 1 else None
    after = el("a", view.t("next"), href=view.here(page=str(number + 1)), rel="next") if number < pages else None
    return el("nav", before, el("span", view.t("page-of", n=number, of=pages)), after, class_="pager")


def triples_of(graph: Shown, records: Iterable[Record]) -> list[Triple]:
    """All that the graph says of records and of the spans that show them."""
    subjects = dict.fromkeys(s for r in records for s in (r.iri, *r.evidence))
    return [(s, p, o) for s in subjects for p, o in graph.subjects.get(s, ())]
