"""Figures of one noun and unit over time, and where reports give different values for the same."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from math import log10

from kg.export.record import Record
from kg.export.words import Name
from kg.web import items
from kg.web.fold import folded
from kg.web.graph import Shown
from kg.web.html import Html, el, escape
from kg.web.view import View
from kg.web.words import days, digits, plain

_WIDE, _HIGH, _LEFT, _TOP, _BASE = 720, 240, 96, 26, 40
_MOST_LABELS = 14
_MOST_ROWS, _MOST_NOTES, _MOST_DOTS = 20, 5, 400


@dataclass(frozen=True)
class Point:
    """A figure in time: Gregorian first and last day (empty if unknown) and its number."""

    record: Record
    first: str
    last: str
    value: Decimal
    modality: str


@dataclass(frozen=True)
class Series:
    """Figures of one noun and unit, in the order of time."""

    name: Name
    points: tuple[Point, ...]

    def differing(self) -> list[tuple[Point, ...]]:
        """Points of one period, modality and place whose exact values differ between reports."""
        groups: dict[tuple[object, ...], list[Point]] = defaultdict(list)
        for point in self.points:
            exact = all((c.en or c.fa) in ("exact", "") for c in point.record.codes("bound"))
            if exact and point.first:
                groups[point.first, point.last, point.modality, point.record.targets("place")].append(point)
        return [tuple(g) for g in groups.values()
                if len({p.value for p in g}) > 1 and len({p.record.reports for p in g}) > 1]


def series(graph: Shown, figures: Iterable[Record]) -> list[Series]:
    """The figures that belong together, those with most points first; single ones are left out."""
    groups: dict[tuple[str, str], list[Point]] = defaultdict(list)
    names: dict[tuple[str, str], Name] = {}
    for record in {f.iri: f for f in figures}.values():
        noun, unit = items.text(record, "countsText"), next(iter(record.codes("unit")), Name())
        try:
            value = Decimal(items.text(record, "value"))
        except InvalidOperation:
            continue
        if not value.is_finite() or not (noun or unit) or abs(value.adjusted()) > 40:
            continue
        first, last = next((items.bounds(i) for i in items.when(graph, record)), ("", ""))
        key = (folded(noun), folded(unit.fa or unit.en))
        groups[key].append(Point(record, first, last, value, items.text(record, "modality")))
        of = Name(f" ({unit.fa or unit.en})" if unit else "", f" ({unit.en or unit.fa})" if unit else "")
        names.setdefault(key, Name((noun + of.fa) if noun else (unit.fa or unit.en),
                                   (noun + of.en) if noun else (unit.en or unit.fa)))
    found = [Series(names[key], tuple(sorted(points, key=lambda p: (p.first, p.last, p.value, p.record.iri))))
             for key, points in groups.items() if len(points) > 1]
    return sorted(found, key=lambda s: (-len(s.points), s.name.fa))


def chart(view: View, shown: Series) -> Html:
    """The dated points as SVG; each dot is a link. Time runs from left to right in either language."""
    dated = [(p, _middle(p)) for p in shown.points if p.first]
    dated = [(p, at) for p, at in dated if at][:_MOST_DOTS]
    if len({at for _, at in dated}) < 2 and not shown.differing():
        return Html("")
    first, last = min(at for _, at in dated), max(at for _, at in dated)
    scale = _scale([p.value for p, _ in dated])
    wide = _WIDE - _LEFT - 40
    spread = max(last - first, 1)
    parts = [_axis(view, dated, first, spread, wide)]
    taken: list[tuple[float, float]] = []
    for point, at in dated:
        x = _LEFT + 20 + wide * ((at - first) / spread if last > first else 0.5)
        y = _TOP + (_HIGH - _TOP - _BASE) * (1 - scale(point.value))
        parts.append(_dot(view, point, x, y, len(dated) <= _MOST_LABELS, taken))
    return Html(el("svg", parts, viewBox=f"0 0 {_WIDE} {_HIGH}", role="img", class_="chart",
                   aria_label=shown.name.text(view.lang)))


def _middle(point: Point) -> int:
    try:
        return (date.fromisoformat(point.first).toordinal() + date.fromisoformat(point.last or point.first).toordinal()
                ) // 2
    except ValueError:
        return 0


class _scale:  # noqa: N801
    """A value to its share of the height: from zero, or logarithmic where values lie far apart."""

    def __init__(self, values: list[Decimal]) -> None:
        self.top, self.least = max(values), min(values)
        self.log = self.least > 0 and self.top / self.least > 100

    def __call__(self, value: Decimal) -> float:
        if self.log:
            low, high = log10(float(self.least)), log10(float(self.top))
            return 0.08 + 0.92 * (log10(float(value)) - low) / (high - low)
        floor = min(self.least, Decimal(0))
        return float((value - floor) / ((self.top - floor) or 1))


def _axis(view: View, dated: list[tuple[Point, int]], first: int, spread: int, wide: int) -> Html:
    parts = [el("path", d=f"M{_LEFT} {_TOP - 10}V{_HIGH - _BASE}H{_WIDE - 10}", class_="axis")]
    values = sorted({p.value for p, _ in dated})
    scale = _scale([p.value for p, _ in dated])
    last_y = 1e9
    for value in (values if len(values) <= 5 else [values[0], values[len(values) // 2], values[-1]]):
        y = _TOP + (_HIGH - _TOP - _BASE) * (1 - scale(value))
        if last_y - y < 14:
            continue
        last_y = y
        parts += [el("path", d=f"M{_LEFT} {y:.1f}H{_WIDE - 10}", class_="grid"),
                  _text(digits(_short(value), view.lang), _LEFT - 6, y + 4, "end")]
    at_day = {at: p for p, at in dated}
    ats = sorted(at_day)
    ends = [ats[0], ats[-1]] if len(ats) > 1 else ats
    for at in ends:
        x = _LEFT + 20 + wide * ((at - first) / spread if len(ats) > 1 else 0.5)
        point = at_day[at]
        name, note = days(point.first, point.last or point.first)
        anchor = "start" if at == ends[0] and len(ends) > 1 else "end" if len(ends) > 1 else "middle"
        parts.append(_text(f"{name.text(view.lang)}", x, _HIGH - 22, anchor, view.lang))
        parts.append(_text(note, x, _HIGH - 6, anchor))
    return el("g", parts, class_="axes")


def _short(value: Decimal) -> str:
    text = plain(str(value))
    return text if len(text) <= 13 else f"{value:.2e}"


def _dot(view: View, point: Point, x: float, y: float, labelled: bool, taken: list[tuple[float, float]]) -> Html:
    passages = view.site.passages.of(point.record)
    told = items.text(point.record, "valueText") or plain(str(point.value))
    name, note = days(point.first, point.last or point.first)
    tip = el("title", f"{told} · {name.text(view.lang)} · {note}\n{passages[0].text if passages else ''}")
    planned = point.modality and "actual" not in [c.en for c in point.record.codes("modality")]
    dot = el("circle", tip, cx=f"{x:.1f}", cy=f"{y:.1f}", r="6", class_="dot planned" if planned else "dot")
    label = None
    if labelled and all(abs(x - a) > 90 or abs(y - b) > 26 for a, b in taken):
        anchor = "start" if x < _LEFT + 80 else "end" if x > _WIDE - 100 else "middle"
        label = _text(told, x, y - 11, anchor, "fa")
    elif labelled and all(abs(x - a) > 90 or abs(y - b) > 12 for a, b in taken):  # beside its dot, not over the next
        label = _text(told, x - 12, y + 4, "end", "fa")
    taken.append((x, y))
    address = view.mark_address(passages[0]) if passages else "#"
    return el("a", dot, label, href=address)


def _text(text: str, x: float, y: float, anchor: str, lang: str = "en") -> Html:
    """A line of text; ``anchor`` is a side of the picture, whatever way the text runs."""
    if lang == "fa":
        anchor = {"start": "end", "end": "start"}.get(anchor, anchor)
    ways = "rtl" if lang == "fa" else "ltr"
    return Html(f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" direction="{ways}" '
                f'unicode-bidi="isolate">{escape(text[:60])}</text>')


def told(view: View, shown: Series) -> Html:
    """A series: the picture, the values that differ, and each value with its source."""
    rows = []
    for point in shown.points[:_MOST_ROWS]:
        chip = view.chip(point.record)
        if not chip:
            continue
        when = [view.item(i) for i in items.when(view.graph, point.record)[:1]] or [escape(view.t("undated"))]
        rows.append(el("tr", el("td", when, data_label=view.t("col-day")),
                       el("td", view.item(items.written(point.record)), data_label=view.t("col-written")),
                       el("td", view.name(items.normalised(point.record)), data_label=view.t("col-value")),
                       el("td", [view.name(c) for c in point.record.codes("modality")],
                          data_label=view.t("col-modality")),
                       el("td", chip, data_label=view.t("source"), class_="src")))
    if len(rows) < 2:
        return Html("")
    head = [el("th", view.t(f"col-{key}"), scope="col") for key in ("day", "written", "value", "modality")]
    table = el("table", el("thead", el("tr", head, el("th", view.t("source"), scope="col"))), el("tbody", rows))
    more = el("p", el("a", f"+{view.n(len(shown.points) - _MOST_ROWS)}", href=view.url(
        "/figures", q=items.text(shown.points[0].record, "countsText")))) if len(shown.points) > _MOST_ROWS else None
    return el("div", el("h3", view.name(shown.name)), differences(view, shown), chart(view, shown),
              el("div", table, class_="scroll"), more, class_="series")


def differences(view: View, shown: Series) -> Html | None:
    """A note on each set of values that do not agree, with all of them."""
    notes = []
    for group in shown.differing()[:_MOST_NOTES]:
        name, note = days(group[0].first, group[0].last or group[0].first)
        values = [el("li", view.item(items.figure(p.record)), " ", view.chip(p.record)) for p in group[:_MOST_ROWS]]
        notes.append(el("div", el("p", view.t("contradiction"), " ", view.name(name), " ",
                                  el("bdi", note, dir="ltr", class_="note")), el("ul", values), class_="differ"))
    return Html("".join(notes)) if notes else None
