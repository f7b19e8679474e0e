"""The page of a report: its text with every mark, coloured by class, and the facts that were read from it."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from kg.export.record import Record
from kg.export.words import Name, kind
from kg.web import columns, items, tables
from kg.web.answer import Page
from kg.web.html import Html, clip, el, join, ltr
from kg.web.html import name as name_html
from kg.web.pages import entity
from kg.web.pages.listing import triples_of
from kg.web.view import View, path_of
from kg.web.words import sure

_KINDS = ("Person", "Organization", "Post", "Tenure", "Program", "Agreement", "Event", "Place", "Period", "Figure",
          "Statement")
_SMALL_GAP = 2


@dataclass(frozen=True)
class Mark:
    """Words of the text that show a fact."""

    start: int
    end: int
    kind: str
    record: Record


def page(view: View, record: Record) -> Page:
    found = marks(view, record)
    told = list({m.record.iri: m.record for m in found}.values())
    return Page(
        items.title(record), lambda: _html(view, record, found), lambda: _data(view, record, found),
        lambda: (("class", "iri", "name", "begin", "end", "words", "confidence", "rule"), _rows(view, found)),
        lambda: triples_of(view.graph, [record, *told]), "reports")


def marks(view: View, record: Record) -> list[Mark]:
    """The marks of a report in the order of its text."""
    found = []
    for relation, other in view.graph.incoming.get(record.iri, ()):
        if relation == "inReport" and other.kind in _KINDS:
            for iri in other.evidence:
                spot = view.graph.spots.get(iri)
                if spot is not None and spot.start >= 0 and view.graph.report_of(iri) == record.iri:
                    found.append(Mark(spot.start, spot.end, other.kind, other))
    return sorted(found, key=lambda m: (m.start, -m.end, _KINDS.index(m.kind), m.record.iri))


def hit(text: str) -> tuple[int, int]:
    """The range of ``?mark=12-34``; an empty one for anything else."""
    match = re.fullmatch(r"(\d{1,8})-(\d{1,8})", text, re.ASCII)
    return (int(match[1]), int(match[2])) if match else (-1, -1)


def _html(view: View, record: Record, found: list[Mark]) -> Html:
    text = el("article", _text(view, record, found), class_="text", lang="fa", dir="rtl", id="text")
    note = None if view.site.passages.whole(record.iri) else el("p", view.t("report-parts"), class_="quiet small")
    return join(
        _head(view, record), _issues(view, record),
        el("div", el("div", _legend(view, found),
                     el("section", el("h2", view.t("report-text"), class_="away"), text, note), class_="reading"),
           el("section", el("h2", view.t("report-facts")), _facts(view, record, found), class_="facts-of", id="facts"),
           class_="report"))


def _head(view: View, record: Record) -> Html:
    rows = [(view.t("col-outlet"), items.outlet(view.graph, record)),
            (view.t("report-published" if record.texts("issued") else "report-year"),
             items.published(view.graph, record)),
            (view.t("col-place"), items.things(view.graph, record, "reportedFrom"))]
    told = [el("div", el("dt", key), el("dd", [view.item(i) for i in cell])) for key, cell in rows if cell]
    for address in record.texts("source"):
        if address.startswith(("http://", "https://")):
            told.append(el("div", el("dt", view.t("report-source")), el("dd", el(
                "a", ltr(clip(address, 80)), href=address, rel="noreferrer noopener external", class_="out"))))
    title = items.title(record)
    return el("div", el("p", view.kind("Report")), el("h1", view.name(Name(clip(title.fa, 300), clip(title.en, 300)))),
              el("dl", told, class_="about"), entity.iri_line(record.iri), class_="head k-Report")


def _issues(view: View, record: Record) -> Html:
    near = {record.iri} | {r.iri for _, r in view.graph.incoming.get(record.iri, ())}
    found = [v for iri in sorted(near) for v in view.site.violations_of.get(iri, [])]
    if not found:
        return Html("")
    rows = [el("li", view.link(v.focus, items.thing(view.graph, v.focus).name), ": ",
               v.message_fa if view.lang == "fa" else v.message_en) for v in found[:20]]
    return el("div", el("strong", view.t("report-issues")), el("ul", rows), class_="warn")


def _legend(view: View, found: list[Mark]) -> Html:
    """Each class with its colour and count; unticking one hides its marks, by CSS alone."""
    present = [k for k in _KINDS if any(m.kind == k for m in found)]
    boxes = [el("label", el("input", type="checkbox", checked=True, id=f"show-{k}", data_kind=k),
                el("span", view.kinds(k), class_=f"swatch m-{k}"),
                el("span", view.n(len({m.record.iri for m in found if m.kind == k})), class_="n")) for k in present]
    return el("fieldset", el("legend", view.t("report-marks")), boxes, class_="legend") if boxes else Html("")


def _text(view: View, record: Record, found: list[Mark]) -> Iterator[Html]:
    """The text in pieces, cut wherever a mark begins or ends; the shortest mark gives a piece its colour and link."""
    start, end = hit(view.query.get("mark", ""))
    title = len(items.title(record).fa)
    first = True
    for piece in view.site.passages.pieces(record.iri):
        if piece.text is None:
            length = piece.end - piece.start
            yield el("span", "⋯" if length > _SMALL_GAP else " ", class_="gap" if length > _SMALL_GAP else "gap small",
                     title=view.t("report-gap", n=length))
            continue
        inside = [m for m in found if m.start < piece.end and m.end > piece.start]
        edges = {piece.start, piece.end} | {e for m in inside for e in (m.start, m.end)} | {start, end, title}
        cuts = sorted(e for e in edges if piece.start <= e <= piece.end)
        starts = [m.start for m in inside]
        for begin, stop in pairwise(cuts):
            over = [m for m in inside[:bisect_right(starts, begin)] if m.end >= stop]
            marked = start <= begin and stop <= end
            yield _piece(view, piece.text[begin - piece.start: stop - piece.start], begin, over,
                         "hit" if marked else "", "hit" if marked and first else None, begin < title)
            first = first and not marked


def _piece(view: View, text: str, begin: int, over: list[Mark], hit_: str, id: str | None, head: bool) -> Html:
    classes = [hit_, "headline" if head else ""]
    place = {"data_b": begin, "data_e": begin + len(text), "id": id}
    if not over:
        return el("span", _long(text), class_=" ".join(filter(None, classes)) or None, **place)
    inner = min(over, key=lambda m: (m.end - m.start, _KINDS.index(m.kind)))
    classes += [f"m-{k}" for k in dict.fromkeys(m.kind for m in over)]
    classes.append(f"top-{inner.kind}")
    shown = list(dict.fromkeys((m.kind, m.record.iri) for m in sorted(over, key=lambda m: m.end - m.start)))
    tip = "\n".join(f"{kind(k).text(view.lang)}: {clip(items.title(view.graph.get(iri)).text(view.lang), 80)}"
                    for k, iri in shown[:6])
    if inner.kind == "Statement":
        return el("span", _long(text), class_=" ".join(filter(None, classes)), title=tip, **place)
    return el("a", _long(text), class_=" ".join(filter(None, classes)), title=tip,
              href=view.url(path_of(inner.record.iri)), **place)


def _long(text: str) -> str:
    """A stretch as it is, unless it is longer than any news: then its beginning and its end."""
    return text if len(text) <= 20000 else f"{text[:10000]} … {text[-2000:]}"


def _facts(view: View, record: Record, found: list[Mark]) -> Html:
    parts = []
    for kind_ in (*_KINDS[:9], "Figure", "Statement"):
        of: dict[str, list[Mark]] = {}
        for mark in found:
            if mark.kind == kind_:
                of.setdefault(mark.record.iri, []).append(mark)
        if of:
            rows = [el("li", _fact(view, record, ms)) for ms in of.values()]
            name = el("span", view.kinds(kind_), class_=f"swatch m-{kind_}")
            parts.append(el("details", el("summary", name, " ", el("span", view.n(len(rows)), class_="n")),
                            el("ul", rows), open=True))
    return join(parts) if parts else el("p", view.t("none"), class_="quiet")


def _fact(view: View, record: Record, found: list[Mark]) -> Html:
    """A fact that marks its words when it is clicked, and a link to its own page."""
    of = found[0].record
    ranges = ",".join(f"{m.start}-{m.end}" for m in found)
    address = view.url(path_of(record.iri), mark=f"{found[0].start}-{found[0].end}") + "#hit"
    name = _tenure(view, of) if of.kind == "Tenure" else items.thing(view.graph, of.iri).name
    note = items.figure(of).note if of.kind == "Figure" else Name()
    if of.kind == "Place":
        note = next((c for c in of.codes("kind")), Name())
    who = items.things(view.graph, of, "speaker") if of.kind == "Statement" else []
    told = [el("span", [name_html(i.name, view.lang) for i in who], ": ", class_="who") if who else None,
            name_html(Name(clip(name.fa, 160), clip(name.en, 160)), view.lang)]
    level = sure(items.text(of, "confidence"))
    doubtful = level.en in ("fairly sure", "unsure")
    unsure = el("span", level.text(view.lang), class_="sure") if doubtful else None
    return join(el("a", told, href=address, class_="fact", data_marks=ranges),
                el("span", view.name(note), class_="note") if note else None, unsure,
                el("a", "↗", href=view.url(path_of(of.iri)), class_="go", title=kind(of.kind).text(view.lang),
                   aria_label=name.text(view.lang)[:80]))


def _tenure(view: View, record: Record) -> Name:
    ends = [items.title(view.graph.get(t)) for r in ("member", "tenurePost") for t in record.targets(r)]
    return Name(" — ".join(e.fa or e.en for e in ends), " — ".join(e.en or e.fa for e in ends))


def _data(view: View, record: Record, found: list[Mark]) -> dict[str, Any]:
    graph = view.graph
    told = {m.record.iri: m.record for m in found}
    return {
        "iri": record.iri, "title": items.title(record).fa, "outlet": [tables.json_item(i) for i in
                                                                       items.outlet(graph, record)],
        "published": [tables.json_item(i) for i in items.published(graph, record)],
        "whole": view.site.passages.whole(record.iri),
        "text": [{"begin": p.start, "end": p.end, "text": p.text} for p in view.site.passages.pieces(record.iri)],
        "facts": [tables.json_row(view.site.passages, tables.row(graph, r.kind, r)) for r in told.values()
                  if r.kind in columns.COLUMNS],
        "marks": [{"begin": m.start, "end": m.end, "class": m.kind, "iri": m.record.iri} for m in found],
    }


def _rows(view: View, found: list[Mark]) -> Iterator[list[str]]:
    for mark in found:
        words = next((view.graph.spots[iri].words for iri in mark.record.evidence if iri in view.graph.spots
                      and (view.graph.spots[iri].start, view.graph.spots[iri].end) == (mark.start, mark.end)), "")
        yield [mark.kind, mark.record.iri, items.title(mark.record).text(view.lang), str(mark.start), str(mark.end),
               words, items.text(mark.record, "confidence"), items.text(mark.record, "rule")]
