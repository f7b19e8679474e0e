"""The picture to walk about in: the page that ``kg draw`` writes, with its own policy, and its data."""

from __future__ import annotations

import html
import re

from kg.errors import InputError
from kg.export import page as drawn
from kg.export import picture, scene
from kg.export.picture import Picture
from kg.web.answer import Page
from kg.web.html import Html
from kg.web.pages.listing import triples_of
from kg.web.view import View, path_of
from kg.web.words import word

_SHOWN = 60
_POLICY = re.compile(r'<meta http-equiv="Content-Security-Policy" content="([^"]*)">')


def part(view: View) -> Picture:
    """What is shown at first: the best attested, or ``?around=`` an entity. Raises InputError for an unknown one."""
    around = view.query.get("around", "").strip()
    whole = view.site.picture
    if not around:
        return picture.best(whole, _SHOWN)
    iri = picture.find(whole, around)
    return picture.near(whole, iri, view.site.neighbours.get(iri, set()), _SHOWN)


def page(view: View) -> Page:
    try:
        shown = part(view)
    except InputError:
        shown = picture.best(view.site.picture, _SHOWN)
    return Page(
        word("page-picture"), lambda: Html(drawn.render(
            view.site.picture, scene.compose(shown, view.lang), view.url("/"), lambda iri: view.url(path_of(iri)))),
        lambda: {"nodes": [{"iri": n.iri, "class": n.kind, "fa": n.name.fa, "en": n.name.en} for n in shown.nodes],
                 "edges": [{"source": e.source, "target": e.target, "relations": [p.relation for p in e.parts]}
                           for e in shown.edges]},
        lambda: (("source", "target", "relation", "records"),
                 ((e.source, e.target, p.relation, str(len(p.records))) for e in shown.edges for p in e.parts)),
        lambda: triples_of(view.graph, (view.graph.get(n.iri) for n in shown.nodes)), "picture")


def policy(text: str) -> str:
    """The policy that the drawn page names its own script and styles in, as a header says it."""
    match = _POLICY.search(text)
    told = html.unescape(match[1]) if match else "default-src 'none'"
    return f"{told}; frame-ancestors 'none'"
