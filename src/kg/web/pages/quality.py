"""What is doubtful: violations, what was quarantined, facts of one sentence, possible twins, differing values."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from kg import iris
from kg.export.turtle import SHACL
from kg.model import Literal, Triple, Violation
from kg.web import columns, items
from kg.web.answer import Page
from kg.web.html import Html, bdi, clip, el, join, ltr
from kg.web.items import thing
from kg.web.timeline import Point, Series, differences, series
from kg.web.view import View
from kg.web.words import word

_MOST = 200
_ENTITIES = ("Organization", "Person", "Post", "Program", "Agreement", "Event", "Place")


@dataclass(frozen=True)
class Held:
    """Something that the gate kept back: its node and the reasons in Persian and English."""

    file: str
    node: str
    fa: tuple[str, ...]
    en: tuple[str, ...]


def page(view: View) -> Page:
    return Page(word("page-quality"), lambda: _html(view), lambda: _data(view),
                lambda: (("kind", "node", "path", "shape", "value", "message_fa", "message_en"), _rows(view)),
                lambda: _triples(view), "quality")


def quarantined(view: View) -> list[Held] | None:
    """What was kept back; None if there is no quarantine beside the graph."""
    if view.site.quarantine is None:
        return None
    return [held for kept in view.site.quarantine for held in _held(kept.name, kept.text)]


def _held(name: str, text: str) -> Iterator[Held]:
    node, fa, en = "", [], []  # type: tuple[str, list[str], list[str]]
    for line in text.splitlines():
        if not line.startswith("#"):
            break
        if match := re.match(r"# <(.*)>", line):
            if node:
                yield Held(name, node, tuple(fa), tuple(en))
            node, fa, en = match[1], [], []
        elif match := re.match(r"#\s+(fa|en): (.*)", line):
            (fa if match[1] == "fa" else en).append(match[2])
    if node:
        yield Held(name, node, tuple(fa), tuple(en))


def single(view: View) -> list[str]:
    """Entities that one sentence alone attests."""
    found = []
    for kind in _ENTITIES:
        for record in view.graph.kinds.get(kind, []):
            others = [r for relation, r in view.graph.incoming.get(record.iri, ()) if relation != "outlet"]
            if len({(p.report, p.start) for r in (record, *others[:8]) for p in view.site.passages.of(r)}) == 1:
                found.append(record.iri)
    return found


def bare(view: View) -> list[str]:
    """Facts whose words the graph does not give."""
    return [r.iri for kind in columns.FACTS for r in view.graph.kinds.get(kind, []) if not view.graph.evidence(r)]


def _differing(view: View) -> list[tuple[Series, list[tuple[Point, ...]]]]:
    found = [(s, s.differing()) for s in series(view.graph, view.graph.kinds.get("Figure", []))]
    return [(s, groups) for s, groups in found if groups]


def _html(view: View) -> Html:
    verdict = view.site.verdict
    state = (el("p", view.t("quality-failed", name=clip(verdict.failed, 300)), class_="warn") if verdict.failed
             else el("p", view.t("quality-bad", n=len(verdict.violations)), class_="warn") if verdict.violations
             else el("p", view.t("quality-ok"), class_="good"))
    parts = [el("h1", view.t("page-quality")), state]
    if verdict.violations:
        parts.append(view.section("violations", view.t("quality-violations"),
                                  _violations(view, verdict.violations), len(verdict.violations)))
    if verdict.remarks:
        parts.append(view.section("remarks", view.t("quality-remarks"), _violations(view, verdict.remarks),
                                  len(verdict.remarks)))
    parts.append(_quarantine(view))
    lost = bare(view)
    if lost:
        parts.append(view.section("bare", view.t("quality-bare"), _list(view, lost), len(lost)))
    if differing := _differing(view):
        shown = [el("li", view.name(s.name), differences(view, s)) for s, _ in differing[:_MOST]]
        parts.append(view.section("differ", view.t("quality-differ"), el("ul", shown), len(differing)))
    if twins := view.site.twins:
        rows = [el("li", el("ul", [el("li", view.item(thing(view.graph, i))) for i in group[:10]], class_="chips"))
                for group in twins[:_MOST]]
        parts.append(view.section("twins", view.t("quality-twins"), el("ul", rows, class_="plain"), len(twins)))
    once = single(view)
    if once:
        parts.append(view.section("single", view.t("quality-single"), _list(view, once), len(once)))
    return join(parts)


def _violations(view: View, found: Sequence[Violation]) -> Html:
    rows = []
    for v in list(found)[:_MOST]:
        message = bdi(v.message_fa, "fa") if view.lang == "fa" else bdi(v.message_en, "en")
        shape = v.shape.rpartition("#")[2].rpartition("/")[2]
        name = items.thing(view.graph, v.focus).name
        where = view.relation(v.path.rpartition("#")[2].rpartition("/")[2]) if v.path else ""
        rows.append(el("tr", el("td", view.link(v.focus, name), data_label=view.t("quality-node")),
                       el("td", where, data_label=view.t("col-relation")),
                       el("td", message, class_="wide", data_label=view.t("quality-message")),
                       el("td", el("code", clip(v.value or "", 120), dir="ltr"), data_label=view.t("quality-value")),
                       el("td", ltr(shape, "code"), data_label=view.t("quality-shape"))))
    head = [el("th", view.t(k), scope="col") for k in ("quality-node", "col-relation", "quality-message",
                                                       "quality-value", "quality-shape")]
    more = el("p", f"+{view.n(len(found) - _MOST)}", class_="quiet") if len(found) > _MOST else None
    return join(el("div", el("table", el("thead", el("tr", head)), el("tbody", rows)), class_="scroll"), more)


def _quarantine(view: View) -> Html:
    kept = quarantined(view)
    if not kept:
        return view.section("quarantine", view.t("quality-quarantine"),
                            el("p", view.t("quality-quarantine-none"), class_="quiet"))
    rows = [el("li", ltr(clip(k.node, 200), "code"),
               el("ul", [el("li", bdi(m, view.lang)) for m in (k.fa if view.lang == "fa" else k.en)]),
               el("small", ltr(k.file), class_="quiet")) for k in kept[:_MOST]]
    return view.section("quarantine", view.t("quality-quarantine"), el("ul", rows), len(kept))


def _list(view: View, found: list[str]) -> Html:
    rows = [el("li", view.kind(view.graph.get(i).kind), " ", view.item(thing(view.graph, i))) for i in found[:_MOST]]
    more = el("p", f"+{view.n(len(found) - _MOST)}", class_="quiet") if len(found) > _MOST else None
    return join(el("ul", rows, class_="plain columns"), more)


def _told(violation: Violation) -> dict[str, Any]:
    return {"node": violation.focus, "path": violation.path, "shape": violation.shape, "value": violation.value,
            "component": violation.component, "fa": violation.message_fa, "en": violation.message_en}


def _data(view: View) -> dict[str, Any]:
    verdict, kept = view.site.verdict, quarantined(view)
    return {
        "conforms": not verdict.violations and not verdict.failed, "failed": verdict.failed or None,
        "violations": [_told(v) for v in verdict.violations], "remarks": [_told(v) for v in verdict.remarks],
        "quarantined": None if kept is None else [{"file": k.file, "node": k.node, "fa": k.fa, "en": k.en}
                                                  for k in kept],
        "single": single(view), "twins": [list(g) for g in view.site.twins], "without_source": bare(view),
        "differing": [{"fa": s.name.fa, "en": s.name.en, "figures": [[p.record.iri for p in g] for g in groups]}
                      for s, groups in _differing(view)],
    }


def _rows(view: View) -> Iterable[list[str]]:
    for kind, found in (("violation", view.site.verdict.violations), ("remark", view.site.verdict.remarks)):
        for v in found:
            yield [kind, v.focus, v.path or "", v.shape, v.value or "", v.message_fa, v.message_en]
    for k in quarantined(view) or ():
        yield ["quarantined", k.node, "", "", "", " / ".join(k.fa), " / ".join(k.en)]
    for kind, nodes in (("single", single(view)), ("without-source", bare(view))):
        yield from ([kind, node, "", "", "", "", ""] for node in nodes)
    for group in view.site.twins:
        yield ["twins", " ".join(group), "", "", "", "", ""]


def _triples(view: View) -> list[Triple]:
    """The verdict as a SHACL validation report."""
    report, type_ = f"{iris.ID}graph/validation", iris.expand("rdf:type")
    verdict = view.site.verdict
    conforms = "false" if verdict.violations or verdict.failed else "true"
    found: list[Triple] = [(report, type_, f"{SHACL}ValidationReport"),
                           (report, f"{SHACL}conforms", Literal(conforms, iris.PREFIXES["xsd"] + "boolean"))]
    for severity, rows in (("Violation", verdict.violations), ("Warning", verdict.remarks)):
        for number, v in enumerate(rows):
            node = f"{report}-{severity.lower()}-{number:05}"
            found += [(report, f"{SHACL}result", node), (node, type_, f"{SHACL}ValidationResult"),
                      (node, f"{SHACL}focusNode", v.focus), (node, f"{SHACL}resultSeverity", SHACL + severity),
                      (node, f"{SHACL}resultMessage", Literal(v.message_fa, lang="fa")),
                      (node, f"{SHACL}resultMessage", Literal(v.message_en, lang="en"))]
            found += [(node, f"{SHACL}resultPath", v.path)] if v.path else []
            found += [(node, f"{SHACL}sourceShape", v.shape)] if v.shape else []
    return found
