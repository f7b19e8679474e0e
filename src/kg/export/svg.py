"""A scene as SVG: one file, no script, no link to anything outside."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from xml.sax.saxutils import escape, quoteattr

from kg.export.lettering import FONTS
from kg.export.picture import Edge, Node
from kg.export.scene import Entry, Line, Link, Scene, Symbol
from kg.export.words import clean, joined, kind, shown, word

COLOURS = {"Organization": "#1d5fa6", "Person": "#c2410c", "Post": "#7c3aed", "Program": "#0f766e",
           "Agreement": "#be185d", "Event": "#4d7c0f", "Place": "#64748b"}
GROUP_COLOURS = {"speech": "#d97706", "post": "#3b82f6", "deal": "#db2777", "world": "#94a3b8"}
INK, QUIET, PAPER = "#1e293b", "#475569", "#ffffff"
_LONGEST_TIP = 400
DASHED = frozenset({"world"})
STYLE = ("text{paint-order:stroke;stroke:#fff;stroke-width:3.5px;stroke-linejoin:round}"
         ".head text,.legend text{stroke:none}")
SHAPES: dict[str, tuple[tuple[float, float], ...]] = {
    "Organization": ((-0.88, -0.88), (0.88, -0.88), (0.88, 0.88), (-0.88, 0.88)),
    "Post": ((-0.85, -0.9), (0.85, -0.9), (0.85, 0.3), (0, 1.05), (-0.85, 0.3)),
    "Program": ((-0.5, -0.9), (0.5, -0.9), (1, 0), (0.5, 0.9), (-0.5, 0.9), (-1, 0)),
    "Agreement": ((0, -1.1), (1.1, 0), (0, 1.1), (-1.1, 0)),
    "Event": ((0, -1.1), (0.33, -0.38), (1.1, -0.3), (0.52, 0.22), (0.7, 1), (0, 0.58), (-0.7, 1), (-0.52, 0.22),
              (-1.1, -0.3), (-0.33, -0.38)),
    "Place": ((0, -1.05), (1.05, 0.8), (-1.05, 0.8)),
}
"""Corners of each class's symbol for a radius of 1, from the centre; a class without corners is a circle."""


Address = Callable[[str], str]
"""Where the page of an entity is, by its IRI."""


def render(scene: Scene, address: Address | None = None, *, faces: str = "") -> str:
    """The SVG text, with a line end after each element. With ``address``, each symbol is a link to its page.

    ``faces`` are styles that hold a font.
    """
    return "\n".join(_document(scene, address, faces)) + "\n"


def _document(scene: Scene, address: Address | None, faces: str) -> Iterator[str]:
    wide, high = _n(scene.width), _n(scene.height)
    title, about = word("title").text(scene.lang), shown(scene.headline.text(scene.lang))
    yield (f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {wide} {high}" width="{wide}" height="{high}" '
           f'role="img" aria-labelledby="title about" xml:lang="{scene.lang}" font-family="{FONTS}" fill="{INK}">')
    yield f'<title id="title">{_e(title)}</title>'
    yield f'<desc id="about">{_e(about)}</desc>'
    yield f"<style>{faces}{STYLE}</style>"
    yield from _markers()
    yield f'<rect width="{wide}" height="{high}" fill="{PAPER}"/>'
    yield '<g class="head">'
    yield _text(scene.title, INK, "bold")
    yield _text(scene.subtitle, QUIET)
    yield "</g>"
    yield '<g class="legend">'
    for entry in scene.legend:
        yield from _entry(entry)
    yield "</g>"
    yield '<g class="edges">'
    for link in scene.links:
        yield _line(link, scene)
    yield "</g>"
    yield '<g class="nodes">'
    for symbol in scene.symbols:
        if address is not None:
            yield f"<a href={quoteattr(clean(address(symbol.node.iri)))}>"
        yield from _symbol(symbol, scene)
        if address is not None:
            yield "</a>"
    yield "</g>"
    yield f'<g class="labels" fill="{QUIET}">'
    for link in scene.links:
        for line in link.label:
            yield _text(line)
    yield "</g>"
    yield "</svg>"


def _markers() -> Iterator[str]:
    yield "<defs>"
    for group, colour in GROUP_COLOURS.items():
        yield (f'<marker id="to-{group}" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="8" markerHeight="8" '
               f'markerUnits="userSpaceOnUse" orient="auto-start-reverse"><path d="M0 0.6L8 4L0 7.4z" '
               f'fill="{colour}"/></marker>')
    yield "</defs>"


def _entry(entry: Entry) -> Iterator[str]:
    if entry.key in COLOURS:
        yield _shape(entry.key, entry.x, entry.y, 7.0)
    else:
        yield (f'<path d="M{_n(entry.x - 9)} {_n(entry.y)}h18" stroke="{GROUP_COLOURS[entry.key]}" stroke-width="2.5"'
               f'{_dash(entry.key)}/>')
    yield _text(entry.line)


def _line(link: Link, scene: Scene) -> str:
    parts = link.edge.parts
    group = parts[0].group
    thick = min(4.0, 1.3 + 0.4 * (sum(len(p.records) for p in parts) - 1))
    back = f' marker-start="url(#to-{group})"' if any(p.backward for p in parts) else ""
    return (f'<path d="M{_n(link.start[0])} {_n(link.start[1])}L{_n(link.end[0])} {_n(link.end[1])}" fill="none" '
            f'stroke="{GROUP_COLOURS[group]}" stroke-width="{_n(thick)}"{_dash(group)}{back} '
            f'marker-end="url(#to-{group})"><title>{_e(_told(link.edge, scene))}</title></path>')


def _told(edge: Edge, scene: Scene) -> str:
    ends = (edge.source, edge.target)
    names = {s.node.iri: s.node.name.text(scene.lang) for s in scene.symbols if s.node.iri in ends}
    told = []
    for part in edge.parts:
        first, last = (edge.target, edge.source) if part.backward else (edge.source, edge.target)
        told.append(f"{_isolated(names[first])} — {_isolated(part.label.text(scene.lang))} — {_isolated(names[last])}")
    return "\n".join(told)


def _symbol(symbol: Symbol, scene: Scene) -> Iterator[str]:
    yield f'<g class="node {symbol.node.kind}" data-iri={quoteattr(clean(symbol.node.iri))}>'
    yield f"<title>{_e(_tip(symbol.node, scene.lang))}</title>"
    yield _shape(symbol.node.kind, symbol.x, symbol.y, symbol.r)
    for line in symbol.name:
        yield _text(line, weight="bold" if symbol.r >= 20 else "")
    for line in symbol.note:
        yield _text(line, QUIET)
    yield "</g>"


def _tip(node: Node, lang: str) -> str:
    """The whole name, the class and the notes."""
    return "\n".join(filter(None, (_isolated(node.name.text(lang)), kind(node.kind).text(lang),
                                   joined(node.notes, lang)[0])))


def _shape(kind_: str, x: float, y: float, r: float) -> str:
    paint = f'fill="{COLOURS[kind_]}" stroke="{PAPER}" stroke-width="1.5" stroke-linejoin="round"'
    corners = SHAPES.get(kind_)
    if not corners:
        return f'<circle cx="{_n(x)}" cy="{_n(y)}" r="{_n(r)}" {paint}/>'
    return f'<path d="M{"L".join(f"{_n(x + r * a)} {_n(y + r * b)}" for a, b in corners)}z" {paint}/>'


def _text(line: Line, fill: str = "", weight: str = "") -> str:
    """Each line by itself, with its own direction: bidirectional order then stays inside it."""
    ways = "rtl" if line.lang == "fa" else "ltr"
    more = "".join(f' {key}="{value}"' for key, value in (("fill", fill), ("font-weight", weight)) if value)
    return (f'<text x="{_n(line.x)}" y="{_n(line.y)}" font-size="{_n(line.size)}" text-anchor="{line.anchor}" '
            f'xml:lang="{line.lang}" direction="{ways}" unicode-bidi="isolate"{more}>{_e(line.text)}</text>')


def _dash(group: str) -> str:
    return ' stroke-dasharray="5 4"' if group in DASHED else ""


def _isolated(text: str) -> str:
    short = text if len(text) <= _LONGEST_TIP else f"{text[:_LONGEST_TIP]}…"
    return f"\u2068{shown(short)}\u2069" if text else ""


def _e(text: str) -> str:
    return escape(clean(text))


def _n(value: float) -> str:
    """A number to a tenth, without a needless zero."""
    text = f"{value:.1f}"
    return text.removesuffix(".0") if text != "-0.0" else "0"
