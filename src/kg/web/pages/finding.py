"""The answers of a search, by class, each with the sentence that holds the wanted words."""

from __future__ import annotations

from collections import Counter
from typing import Any

from kg.export.words import Name, kind
from kg.web import columns, items, tables
from kg.web.answer import Page
from kg.web.fold import find, folded
from kg.web.html import Html, clip, el, join
from kg.web.pages.listing import pager, triples_of
from kg.web.passages import Passage
from kg.web.search import Hit
from kg.web.view import View
from kg.web.words import counted, word

_PAGE = 30
_GAP = "\ufffc"


def page(view: View) -> Page:
    text = view.query.get("q", "").strip()
    every = view.site.index.find(text)
    chosen = view.query.get("kind", "")
    hits = [h for h in every if not chosen or h.record.kind == chosen]
    return Page(
        word("page-search", name=clip(text, 60)) if text else word("search"),
        lambda: _html(view, text, every, hits),
        lambda: {"q": text, "count": len(hits), "hits": [_data(view, h) for h in hits]},
        lambda: (("iri", "class", "fa", "en", "report", "sentence"), (_row(view, text, h) for h in hits)),
        lambda: triples_of(view.graph, (h.record for h in hits)))


def _html(view: View, text: str, every: list[Hit], hits: list[Hit]) -> Html:
    before, _, after = view.t("page-search", name=_GAP).partition(_GAP) if text else (view.t("search"), "", "")
    heading = join(before, el("bdi", clip(text, 60), dir="auto"), after)
    counts = Counter(h.record.kind for h in every)
    tabs = [_tab(view, "", view.t("all"), len(every))]
    tabs += [_tab(view, k, view.kinds(k), counts[k]) for k in columns.PATHS if counts[k]]
    pages = max(1, -(-len(hits) // _PAGE))
    asked = view.query.get("page", "1")
    number = min(pages, max(1, int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 6 else 1))
    shown = hits[(number - 1) * _PAGE: number * _PAGE]
    body = el("ol", [_hit(view, text, h) for h in shown], class_="hits") if shown else el(
        "p", view.t("none") if text else view.t("search-hint"), class_="quiet")
    return join(el("h1", heading, " ", el("span", counted("rows", len(hits)).text(view.lang), class_="n")),
                el("nav", tabs, class_="tabs") if every else None, body, pager(view, number, pages))


def _tab(view: View, key: str, text: str, count: int) -> Html:
    now = view.query.get("kind", "") == key
    return el("a", text, " ", el("span", view.n(count), class_="n"), href=view.here(kind=key, page=""),
              aria_current="page" if now else None)


def best(view: View, text: str, hit: Hit) -> Passage | None:
    """The sentence to show with a hit: the first that holds the wanted words, which it marks, else the first."""
    passages = view.site.passages.of(hit.record)
    wanted = folded(text)
    for passage in passages:
        if marks := find(passage.text, wanted):
            return Passage(passage.report, passage.start, passage.text, tuple(marks))
    return passages[0] if passages else None


def _hit(view: View, text: str, hit: Hit) -> Html:
    record = hit.record
    passage = best(view, text, hit)
    if passage is None and record.kind != "Report":
        return el("li", view.kind(record.kind), " ", view.link(record.iri, items.title(record), record.kind))
    proof = view.quote(passage) if passage else None
    title = items.title(record)
    shown = Name(clip(title.fa, 160), clip(title.en, 160))
    who = [Html(" — ")] + [view.item(i) for i in items.things(view.graph, record, "speaker")]
    return el("li", el("p", view.kind(record.kind), " ", view.link(record.iri, shown, record.kind),
                       who if len(who) > 1 else None), proof)


def _data(view: View, hit: Hit) -> dict[str, Any]:
    record = hit.record
    title = items.title(record)
    return {"iri": record.iri, "class": record.kind, "fa": title.fa, "en": title.en, "names": list(record.names),
            "exact": hit.exact, "kind": kind(record.kind).en,
            "sources": tables.json_sources(view.site.passages, record)[:3]}


def _row(view: View, text: str, hit: Hit) -> list[str]:
    passage, title = best(view, text, hit), items.title(hit.record)
    return [hit.record.iri, hit.record.kind, title.fa, title.en, passage.report if passage else "",
            passage.text if passage else ""]
