"""A picture with a place for everything: where each symbol, line and label stands, in pixels."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from math import sqrt

from kg.export import layout
from kg.export.layout import Box, Point
from kg.export.lettering import lines, width
from kg.export.picture import GROUPS, KINDS, Edge, Node, Picture
from kg.export.words import Name, joined, kinds, number, shown, word

NAME_SIZE, NOTE_SIZE, EDGE_SIZE, TITLE_SIZE, LEGEND_SIZE = 14.0, 11.0, 11.0, 21.0, 13.0
_NAME_STEP, _NOTE_STEP, _EDGE_STEP = 19.0, 16.0, 15.0
_ROOM, _MARGIN = 150.0, 30.0
_SHARES = (0.5, 0.44, 0.56, 0.38, 0.62, 0.32, 0.68, 0.26, 0.74, 0.2, 0.8)
_ASIDE = (0.0, 9.0, -9.0, 17.0, -17.0)

Rectangle = tuple[float, float, float, float]


@dataclass(frozen=True)
class Line:
    """One line of text, its middle (or the start of its reading direction) at x, its baseline at y."""

    text: str
    lang: str
    x: float
    y: float
    size: float
    anchor: str = "middle"


@dataclass(frozen=True)
class Symbol:
    """A node in its place: symbol of radius ``r`` at (x, y), its name under it, a note under that."""

    node: Node
    x: float
    y: float
    r: float
    name: tuple[Line, ...]
    note: tuple[Line, ...]
    frame: Rectangle


@dataclass(frozen=True)
class Link:
    """An edge in its place; ``label`` is empty where no free place was found on the line."""

    edge: Edge
    start: Point
    end: Point
    label: tuple[Line, ...]
    frame: Rectangle | None


@dataclass(frozen=True)
class Entry:
    """An entry of the legend: a class with its symbol, or a sort of edges with its line."""

    key: str
    line: Line
    x: float
    y: float


@dataclass(frozen=True)
class Scene:
    """All that is drawn, and the size that holds it."""

    lang: str
    width: float
    height: float
    title: Line
    subtitle: Line
    legend: tuple[Entry, ...]
    symbols: tuple[Symbol, ...]
    links: tuple[Link, ...]
    headline: Name
    center: str | None = None


def compose(picture: Picture, lang: str) -> Scene:
    """Lay a picture out. ``lang`` is the language of relations and legend, and of names where they have one."""
    drafts = [_draft(node, lang, _radius(picture, node)) for node in picture.nodes]
    index = {node.iri: at for at, node in enumerate(picture.nodes)}
    pairs = [(index[e.source], index[e.target]) for e in picture.edges]
    points, wide, high = layout.place([_box(d) for d in drafts], pairs)
    wide = max(wide, 640.0)
    head, legend, top = _head(picture, lang, wide)
    shift = (wide - _extent(drafts, points)) / 2.0
    symbols = tuple(_moved(d, _round(x + shift + _MARGIN), _round(y + top)) for d, (x, y) in
                    zip(drafts, points, strict=True))
    links = _links(picture, symbols, index, lang)
    title, subtitle = head
    return Scene(lang, _round(wide + 2 * _MARGIN), _round(top + high + _MARGIN), title, subtitle, legend, symbols,
                 links, _headline(picture), picture.center)


def _radius(picture: Picture, node: Node) -> float:
    most = max((n.spans for n in picture.nodes), default=1) or 1
    return _round(10.0 + 12.0 * sqrt(node.spans / most)) + (3.0 if node.iri == picture.center else 0.0)


def _draft(node: Node, lang: str, r: float) -> Symbol:
    """A node around (0, 0)."""
    names = lines(shown(node.name.text(lang)), NAME_SIZE, _ROOM, 3)
    noted, of = joined(node.notes, lang)
    y = r + 5.0 + NAME_SIZE
    name = tuple(Line(t, node.name.lang(lang), 0.0, y + n * _NAME_STEP, NAME_SIZE) for n, t in enumerate(names))
    y += (len(names) - 1) * _NAME_STEP + _NOTE_STEP
    note = (Line(noted, of, 0.0, y, NOTE_SIZE),) if noted else ()
    half = max([r + 2.0, *(width(line.text, line.size) / 2.0 for line in (*name, *note))])
    bottom = (note or name)[-1].y + 6.0 if name else r + 2.0
    return Symbol(node, 0.0, 0.0, r, name, note, (-half, -r - 3.0, half, bottom))


def _box(draft: Symbol) -> Box:
    left, top, right, bottom = draft.frame
    return Box(-left, -top, right, bottom)


def _extent(drafts: list[Symbol], points: list[Point]) -> float:
    return max((x + d.frame[2] for d, (x, _) in zip(drafts, points, strict=True)), default=0.0)


def _moved(draft: Symbol, x: float, y: float) -> Symbol:
    left, top, right, bottom = draft.frame

    def line(one: Line) -> Line:
        return Line(one.text, one.lang, _round(x), _round(y + one.y), one.size)

    return Symbol(draft.node, x, y, draft.r, tuple(map(line, draft.name)), tuple(map(line, draft.note)),
                  (x + left, y + top, x + right, y + bottom))


def _headline(picture: Picture) -> Name:
    if picture.center:
        name = next(n.name for n in picture.nodes if n.iri == picture.center)
        fa, en = (word("subtitle-around", name=name.text(lang), n=len(picture.nodes), of=picture.total)
                  for lang in ("fa", "en"))
        return Name(fa.fa, en.en)
    if not picture.nodes:
        return word("ui-empty")
    return word("subtitle", n=len(picture.nodes), of=picture.total, reports=picture.reports)


def _head(picture: Picture, lang: str, wide: float) -> tuple[tuple[Line, Line], tuple[Entry, ...], float]:
    """Title, subtitle and legend from the side where reading begins; and where the picture starts below them."""
    rtl = lang == "fa"
    side = wide + _MARGIN if rtl else _MARGIN
    title = Line(word("title").text(lang), lang, side, _MARGIN + 16.0, TITLE_SIZE, "start")
    subtitle = Line(shown(_headline(picture).text(lang)), lang, side, _MARGIN + 40.0, LEGEND_SIZE, "start")
    counts = Counter(node.kind for node in picture.nodes)
    groups = {part.group for edge in picture.edges for part in edge.parts[:1]}
    entries: list[tuple[str, str]] = [(k, f"{kinds(k).text(lang)} ({number(counts[k], lang)})") for k in KINDS
                                      if counts[k]]
    entries += [(g, word(f"group-{g}").text(lang)) for g in GROUPS if g in groups]
    legend, used, y = [], 0.0, _MARGIN + 68.0
    for key, text in entries:
        need = 26.0 + width(text, LEGEND_SIZE) + 22.0
        if used and used + need > wide:
            used, y = 0.0, y + 24.0
        x = side - used - 9.0 if rtl else side + used + 9.0
        at = x - 16.0 if rtl else x + 16.0
        legend.append(Entry(key, Line(text, lang, _round(at), _round(y), LEGEND_SIZE, "start"), _round(x),
                            _round(y - 4.5)))
        used += need
    return (title, subtitle), tuple(legend), y + 34.0


def _links(picture: Picture, symbols: tuple[Symbol, ...], index: dict[str, int], lang: str) -> tuple[Link, ...]:
    """Lines from symbol to symbol, and labels on them where nothing else stands; the most told choose first."""
    taken: list[Rectangle] = [s.frame for s in symbols]
    order = sorted(picture.edges, key=lambda e: (-sum(len(p.records) for p in e.parts), e.source, e.target))
    found = {}
    for edge in order:
        a, b = symbols[index[edge.source]], symbols[index[edge.target]]
        start, end = _leaving(a, b), _leaving(b, a)
        label, frame = _label(edge, start, end, taken, lang)
        if frame:
            taken.append(frame)
        found[edge.source, edge.target] = Link(edge, start, end, label, frame)
    return tuple(found[e.source, e.target] for e in picture.edges)


def _leaving(a: Symbol, b: Symbol) -> Point:
    """Where the line from a to b leaves a: its symbol, and its words where the line goes through them."""
    dx, dy = b.x - a.x, b.y - a.y
    length = sqrt(dx * dx + dy * dy) or 1.0
    share = (a.r + 3.0) / length
    if dy > 0:
        left, _, right, bottom = a.frame
        out = min((bottom - a.y) / dy, ((right - a.x) if dx > 0 else (left - a.x)) / dx if dx else 9.0)
        if out * dy > a.r + 2.0:  # it leaves below the symbol, through the words
            share = max(share, out)
    share = min(share, 0.48)
    return _round(a.x + dx * share), _round(a.y + dy * share)


def _label(edge: Edge, start: Point, end: Point, taken: list[Rectangle],
           lang: str) -> tuple[tuple[Line, ...], Rectangle | None]:
    names = list(dict.fromkeys(part.label for part in edge.parts if part.label))
    more = word("more", n=len(names) - 2) if len(names) > 2 else Name()
    for shown_ in ([*names[:2], *filter(None, (more,))], names[:1]):
        texts = [(shown(name.text(lang)), name.lang(lang)) for name in shown_]
        half = max((width(text, EDGE_SIZE) for text, _ in texts), default=0.0) / 2.0 + 3.0
        high = _EDGE_STEP * len(texts) / 2.0 + 1.0
        for aside in _ASIDE:
            for x, y in layout.along(start, end, _SHARES):
                frame = (x - half, y + aside - high, x + half, y + aside + high)
                if texts and not any(layout.overlaps(frame, other, 1.0) for other in taken):
                    first = y + aside - high + EDGE_SIZE + 1.0
                    return tuple(Line(text, of, _round(x), _round(first + n * _EDGE_STEP), EDGE_SIZE)
                                 for n, (text, of) in enumerate(texts)), frame
    return (), None


def _round(value: float) -> float:
    """To a tenth of a pixel, never minus zero."""
    return round(value * 10.0) / 10.0 + 0.0
