"""Asking in SPARQL: an editor that works as a plain form, the example questions, and answers as our own table."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from kg.export.words import Name
from kg.web.answer import Response
from kg.web.html import Html, bdi, clip, el, join, ltr
from kg.web.site import Question
from kg.web.view import View
from kg.web.words import counted, word

_ROWS = 500
_START = ("PREFIX kg: <https://w3id.org/khabarkg/ns#>\nPREFIX org: <http://www.w3.org/ns/org#>\n"
          "PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>\n\nSELECT ?name ?post {\n"
          "  ?person a kg:Person ; rdfs:label ?name ; org:holds/rdfs:label ?post .\n}\nLIMIT 100\n")


@dataclass(frozen=True)
class Told:
    """What the endpoint answered: an error sentence, a truth value, or rows of terms (JSON of SPARQL results)."""

    status: int = 200
    error: str = ""
    truth: bool | None = None
    names: Sequence[str] = ()
    rows: Sequence[Mapping[str, Mapping[str, str]]] = ()
    turtle: str = ""


def read(response: Response) -> Told:
    """The answer of the endpoint, taken apart."""
    text = response.body.decode("utf-8", "replace")
    if response.status != 200:
        return Told(response.status, error=text.strip())
    if "json" not in response.type:
        return Told(turtle=text)
    try:
        data: Any = json.loads(text)
    except ValueError:
        return Told(500, error=text[:300])
    if "boolean" in data:
        return Told(truth=bool(data["boolean"]))
    return Told(names=data.get("head", {}).get("vars", []), rows=data.get("results", {}).get("bindings", []))


def html(view: View, query: str, told: Told | None, missing: str, editor: str) -> Html:
    """The page. ``told`` is the answer if something was asked, ``missing`` why there is no endpoint, ``editor`` the
    path of the editor's script or nothing."""
    chosen = next((q for q in view.site.questions if q.key == view.query.get("question")), None)
    text = query or (chosen.query if chosen else _START)
    box = el("textarea", "\n" + text, name="query", id="query", rows=min(24, max(9, text.count("\n") + 2)), dir="ltr",
             spellcheck="false", autocapitalize="off", data_editor=editor or None)
    form = el("form", el("label", view.t("sparql-query"), for_="query", class_="away"), box, view.keep_lang(),
              el("div", el("button", view.t("sparql-ask"), type="submit", disabled=bool(missing)),
                 el("kbd", "Ctrl+Enter"), class_="go"), action="/sparql", method="get", class_="ask", id="ask")
    notes = [el("p", missing, class_="warn") if missing else None,
             el("p", view.t("sparql-plain"), class_="quiet small") if not editor else None]
    head = [el("link", rel="stylesheet", href=editor.replace(".js", ".css"))] if editor else []
    return join(head, el("h1", view.t("page-sparql")), el("p", view.t("sparql-about"), class_="quiet"),
                el("div", el("div", form, notes, _answer(view, query, told) if told else None, class_="asking"),
                   _examples(view, chosen), class_="sparql"))


def _examples(view: View, chosen: Question | None) -> Html:
    rows = [el("li", el("a", view.name(q.name), href=view.url("/sparql", question=q.key),
                        aria_current="true" if q is chosen else None)) for q in view.site.questions]
    return el("aside", el("h2", view.t("questions")), el("ul", rows, class_="questions"))


def _answer(view: View, query: str, told: Told) -> Html:
    if told.error:
        return el("div", el("p", told.error, dir="auto"), class_="warn", role="alert", id="answer")
    if told.truth is not None:
        body = el("p", view.t("sparql-true" if told.truth else "sparql-false"), class_="truth")
        return el("section", el("h2", view.t("sparql-answer")), body, id="answer")
    if told.turtle:
        return el("section", el("h2", view.t("sparql-answer")), el("pre", clip(told.turtle, 50000), dir="ltr"),
                  id="answer")
    links = [el("a", name, href="/sparql?" + urlencode({"query": query, "format": format}), rel="nofollow")
             for name, format in (("JSON", "json"), ("CSV", "csv"), ("TSV", "tsv"), ("XML", "xml"))]
    head = [el("th", ltr(n), scope="col") for n in told.names]
    rows = [el("tr", [el("td", _term(view, row.get(n)), data_label=n) for n in told.names])
            for row in told.rows[:_ROWS]]
    cut = el("p", view.t("sparql-cut", n=_ROWS), class_="quiet") if len(told.rows) > _ROWS else None
    table = el("div", el("table", el("thead", el("tr", head)), el("tbody", rows)), class_="scroll") if rows else el(
        "p", view.t("none"), class_="quiet")
    return el("section", el("h2", view.t("sparql-answer"), " ",
                            el("span", counted("rows", len(told.rows)).text(view.lang), class_="n")),
              el("nav", links, class_="formats"), table, cut, id="answer")


def _term(view: View, term: Mapping[str, str] | None) -> Html:
    """A value isolated in its own direction; an IRI leads to its page."""
    if term is None:
        return Html("")
    value = str(term.get("value", ""))
    if term.get("type") == "uri":
        if value in view.graph.records:
            record = view.graph.records[value]
            name = record.name or Name(en=value.rpartition("/")[2])
            return view.link(value, Name(clip(name.fa, 120), clip(name.en, 120)), record.kind)
        return view.link(value, Name(en=clip(value.rpartition("/")[2] or value, 120)))
    if term.get("type") == "bnode":
        return ltr(f"_:{value}")
    lang = str(term.get("xml:lang", ""))
    if lang:
        return bdi(value, "fa" if lang == "fa" else "en")
    if str(term.get("datatype", "")).startswith("http://www.w3.org/2001/XMLSchema#"):
        return ltr(value)
    return el("bdi", clip(value), dir="auto")


def title() -> Name:
    return word("page-sparql")
