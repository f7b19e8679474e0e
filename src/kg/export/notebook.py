"""A graph as a notebook shows it: counts, some facts with their words, and a small picture; no request leaves for it.

The picture is an image in the page (a data: address), so that no style of it reaches the notebook and none of the
notebook's reaches it.
"""

from __future__ import annotations

import base64
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING

import rdflib

from kg.export import picture, scene, svg
from kg.export.prepared import Prepared, prepare
from kg.export.property_graph import KINDS
from kg.export.tables import caption, kind_of
from kg.export.words import clean, kinds, number, shown, word
from kg.export.words import kind as kind_name

if TYPE_CHECKING:
    import pandas

ROWS = 10
DRAWN = 12
_ORDER = ("Statement", "Figure", "Tenure", "Agreement", "Program", "Event", "Person", "Organization", "Post", "Place")
"""What is shown first: what a report tells, then whom and what it names."""
_CELL = "text-align:start;padding:2px 10px;vertical-align:top"


class Graph(rdflib.Graph):
    """An rdflib graph that a notebook shows as counts, rows and a picture."""

    def _repr_html_(self) -> str:
        return html(self)


@dataclass(frozen=True)
class Shown:
    """Something as a notebook shows it: as HTML, or as one line of text where there is none."""

    text: str
    html: str

    def __repr__(self) -> str:
        return self.text

    def _repr_html_(self) -> str:
        return self.html


def show(thing: rdflib.Graph | pandas.DataFrame, lang: str = "fa") -> Shown:
    """A graph, or a data frame whose cells each keep the direction of their own letters."""
    if isinstance(thing, rdflib.Graph):
        return Shown(f"<a graph of {len(thing):,} triples>", html(thing, lang))
    return Shown(str(thing), _table(thing))


def _table(frame: pandas.DataFrame) -> str:
    """A data frame as a table, without its index; gaps are empty."""
    head = "".join(f'<th style="{_CELL}">{_bdi(str(name))}</th>' for name in frame.columns)
    gaps = frame.isna()
    rows = ("".join(f'<td style="{_CELL}">{"" if gap else _bdi(_value(cell))}</td>'
                    for cell, gap in zip(*row, strict=True))
            for row in zip(frame.itertuples(index=False), gaps.itertuples(index=False), strict=True))
    return (f'<table style="border-collapse:collapse"><tr>{head}</tr>'
            f'{"".join(f"<tr>{row}</tr>" for row in rows)}</table>')


def _value(cell: object) -> str:
    """A number with its thousands set apart, a day without its hours, the rest as it is."""
    if isinstance(cell, float):
        return f"{cell:,.15g}"
    return str(cell).removesuffix(" 00:00:00")


def html(graph: rdflib.Graph, lang: str = "fa") -> str:
    """The graph as HTML: no script, no address of another host; what reports say stands in it as text only."""
    made = prepare(graph)
    way = "rtl" if lang == "fa" else "ltr"
    return (f'<div dir="{way}" lang="{lang}" style="font-family:Vazirmatn,Tahoma,sans-serif;line-height:1.7">'
            f"<p>{_counts(made, lang)}</p>{_rows(made, lang)}{_picture(graph, lang)}</div>")


def _counts(made: Prepared, lang: str) -> str:
    found = [f"{_bdi(kinds(name).text(lang))}: {number(count, lang)}" for name in KINDS
             if (count := len(made.of_class(name)))]
    return " · ".join(found) if found else escape(word("ui-empty").text(lang))


def _rows(made: Prepared, lang: str) -> str:
    """Facts with the words that show them, each class in turn."""
    waiting = [[s for s in made.of_class(name) if kind_of(made, s) == name] for name in _ORDER]
    rows: list[str] = []
    while len(rows) < ROWS and any(waiting):
        for group in waiting:
            if group and len(rows) < ROWS:
                rows.append(_row(made, group.pop(0), lang))
    return f'<table style="border-collapse:collapse">{"".join(rows)}</table>' if rows else ""


def _row(made: Prepared, subject: str, lang: str) -> str:
    name = kind_of(made, subject)
    told = " … ".join(made.words(subject)) if name == "Tenure" else caption(made, subject, name)
    if name != "Tenure" and lang == "en":
        told = made.label(subject, "en") or told
    words = " … ".join(made.words(subject))
    quoted = _bdi(f"«{_short(words)}»") if words and words != told else ""
    return (f'<tr><td style="{_CELL}">{_bdi(kind_name(name).text(lang))}</td>'
            f'<td style="{_CELL}">{_bdi(_short(told))}</td>'
            f'<td style="{_CELL};color:#64748b">{quoted}</td>'
            "</tr>")


def _picture(graph: rdflib.Graph, lang: str) -> str:
    part = picture.best(picture.read(graph), DRAWN)
    if not part.nodes:
        return ""
    data = base64.b64encode(svg.render(scene.compose(part, lang)).encode()).decode("ascii")
    return (f'<img alt="{escape(word("title").text(lang))}" style="max-width:100%;max-height:420px;background:#fff" '
            f'src="data:image/svg+xml;base64,{data}">')


def _bdi(text: str) -> str:
    return f'<bdi dir="auto">{escape(shown(clean(text)))}</bdi>'


def _short(text: str) -> str:
    return text if len(text) <= 120 else text[:120].rsplit(" ", 1)[0] + " …"
