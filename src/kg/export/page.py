"""The picture as a page: one HTML file that asks nothing of the network, with search, panels and evidence.

All words of reports travel as JSON in a data block, and the page's script writes them as text, never as markup.
The content security policy names our script and styles by their hashes: nothing else can run, whatever a report says.
"""

from __future__ import annotations

import base64
import hashlib
import html
import json
from collections import defaultdict
from functools import cache
from pathlib import Path
from typing import Any

from kg.export import svg
from kg.export.lettering import FONTS
from kg.export.picture import GROUPS, KINDS, Edge, Node, Part, Picture, key
from kg.export.record import Record
from kg.export.scene import Scene
from kg.export.words import Name, clean, kind, kinds, page_words, relation, word
from kg.text.normalize import normalize

MOST = 5000
"""Entities that a page holds at most, the best attested ones."""

_ASSETS = Path(__file__).parent / "assets"
_LANGS = ("fa", "en")
# Names and proofs of the entity itself are shown apart; the rest is bookkeeping.
_UNTOLD = frozenset({"altLabel", "label", "rule", "confidence", "basis", "textSha256", "textLength", "value",
                     "holds", "heldBy", "inReport"})


def render(whole: Picture, scene: Scene, home: str = "", address: svg.Address | None = None, *, faces: str = "") -> str:
    """The HTML text. ``whole`` is all that can be reached, ``scene`` what is shown at first.

    Where the page is part of a site, ``home`` is the site's address and ``address`` gives that of an entity.
    ``faces`` are styles that hold a font.
    """
    style, script = faces + _asset("page.css").replace("FONTS", FONTS), _asset("page.js")
    told = _data(whole, scene)
    if address is not None:
        told["home"] = home
        for node in told["nodes"]:
            node["url"] = address(node["id"])
    data = _json(told)
    styles = f"{hash_source(style)} {hash_source(svg.STYLE)}"
    policy = (f"default-src 'none'; script-src {hash_source(script)}; style-src {styles}; "
              f"img-src data:; {'font-src data:; ' if faces else ''}base-uri 'none'; form-action 'none'")
    return _asset("page.html").format(
        lang=scene.lang, dir="rtl" if scene.lang == "fa" else "ltr", policy=html.escape(policy),
        title=html.escape(word("title").text(scene.lang)), style=style, script=script, data=data,
        still=svg.render(scene), note=html.escape(word("ui-loading").text(scene.lang)))


@cache
def _asset(name: str) -> str:
    return (_ASSETS / name).read_text(encoding="utf-8")


def hash_source(text: str) -> str:
    """A script or style as a content security policy names it."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode('utf-8')).digest()).decode('ascii')}'"


def _json(data: Any) -> str:
    """JSON that cannot end the element it stands in, nor turn the direction of the source around it."""
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    risky = "<>&\u2028\u2029\u200e\u200f\u061c\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
    return text.translate({ord(char): f"\\u{ord(char):04x}" for char in risky})


def _data(whole: Picture, scene: Scene) -> dict[str, Any]:
    nodes = whole.nodes[:MOST]
    kept = {n.iri for n in nodes} | {s.node.iri for s in scene.symbols}
    nodes = tuple(n for n in whole.nodes if n.iri in kept)
    index = {node.iri: at for at, node in enumerate(nodes)}
    edges = [e for e in whole.edges if e.source in index and e.target in index]
    book = _Book(whole, index)
    spots = {s.node.iri: (s.x, s.y) for s in scene.symbols}
    return {
        "lang": scene.lang,
        "total": whole.total,
        "center": index.get(scene.center) if scene.center else None,
        "words": {lang: {k: n.text(lang) for k, n in page_words().items()} | {"title": word("title").text(lang)}
                  for lang in _LANGS},
        "kinds": {k: {"name": _pair(kinds(k)), "one": _pair(kind(k)), "colour": svg.COLOURS[k],
                      "corners": svg.SHAPES.get(k)} for k in KINDS},
        "groups": {g: {"name": _pair(word(f"group-{g}")), "colour": svg.GROUP_COLOURS[g], "dashed": g in svg.DASHED}
                   for g in GROUPS},
        "fonts": FONTS,
        "fold": _folding(),
        "nodes": [book.node(node, spots.get(node.iri)) for node in nodes],
        "edges": [book.edge(edge) for edge in edges],
        "statements": book.statements(),
        "proofs": book.proofs,
        "reports": book.reports,
    }


def _pair(name: Name) -> list[str]:
    """Persian and English; the English place stays empty where only Persian is known."""
    return [name.fa, name.en]


@cache
def _folding() -> list[str]:
    """Two texts of equal length: letters, and what each becomes before names are compared."""
    letters = "".join(map(chr, [*range(0xA0, 0x2000), *range(0x2000, 0x2100), *range(0xFB50, 0xFDC0)]))
    pairs = [(a, b) for a, b in zip(letters, normalize(letters), strict=True) if a != b]
    return ["".join(a for a, _ in pairs), "".join(b for _, b in pairs)]


class _Book:
    """Collects what the page cites: each proof and each report once, by number."""

    def __init__(self, whole: Picture, index: dict[str, int]) -> None:
        self.whole, self.index = whole, index
        self.proofs: list[list[Any]] = []
        self.reports: list[list[str]] = []
        self._proof_at: dict[str, int] = {}
        self._report_at: dict[str, int] = {}
        self._statements: dict[str, int] = {}
        self._order: list[Record] = []
        for record in whole.records:
            if record.kind == "Statement" and self._ends(record):
                self._statements[record.iri] = len(self._order)
                self._order.append(record)

    def _ends(self, statement: Record) -> bool:
        return any(target in self.index for name in ("speaker", "about", "madeAt", "addressee")
                   for target in statement.targets(name))

    def node(self, node: Node, spot: tuple[float, float] | None) -> dict[str, Any]:
        record = self.whole.records[node.iri]
        return {
            "id": node.iri, "k": node.kind, "n": _pair(node.name), "names": node.names,
            "key": "\n".join(dict.fromkeys(key(name) for name in node.names)),
            "note": [_pair(n) for n in node.notes], "w": [node.spans, node.reports],
            "facts": self._facts(record), "e": self._evidence([record]),
            "at": spot,
        }

    def _facts(self, record: Record) -> list[list[Any]]:
        """Each value and each link to something that is not drawn: relation, value, number of a node or nothing."""
        records = self.whole.records
        told: dict[tuple[str, str], list[Any]] = {}
        for name, value in record.values:
            if name not in _UNTOLD and value:
                told[name, value.fa or value.en] = [_pair(relation(name)), _pair(value), None]
        for name, target in record.links:
            if name not in _UNTOLD and records[target].kind not in (*KINDS, "Report", "Tenure", "Statement"):
                told[name, target] = [_pair(relation(name)), _pair(records[target].name), None]
        return list(told.values())

    def edge(self, edge: Edge) -> dict[str, Any]:
        return {"s": self.index[edge.source], "t": self.index[edge.target], "p": [self._part(p) for p in edge.parts]}

    def _part(self, part: Part) -> list[Any]:
        """Group, label, whether it points back, how often, statements that tell it, else its proofs."""
        records = [self.whole.records[iri] for iri in part.records]
        statements = [self._statements[r.iri] for r in records if r.iri in self._statements]
        proofs = self._evidence([r for r in records if r.kind != "Statement"])
        return [part.group, _pair(part.label), int(part.backward), len(records), statements, proofs]

    def statements(self) -> list[dict[str, Any]]:
        records = self.whole.records
        found = []
        for record in self._order:
            ends: dict[str, list[int]] = defaultdict(list)
            for name in ("speaker", "about", "madeAt", "addressee"):
                ends[name] = [self.index[t] for t in record.targets(name) if t in self.index]
            figures = [_pair(records[f].name) for f in record.targets("hasFigure") if f in records]
            found.append({"q": record.name.fa, "by": ends["speaker"],
                          "of": sorted({*ends["about"], *ends["madeAt"], *ends["addressee"]}),
                          "f": figures, "e": self._evidence([record])})
        return found

    def _evidence(self, records: list[Record]) -> list[int]:
        return [self._proof(iri) for iri in dict.fromkeys(i for r in records for i in r.evidence)
                if iri in self.whole.records.proofs]

    def _proof(self, iri: str) -> int:
        if iri not in self._proof_at:
            proof = self.whole.records.proofs[iri]
            self._proof_at[iri] = len(self.proofs)
            before, after = proof.text[:proof.start], proof.text[proof.end:]
            self.proofs.append([clean(before), clean(proof.text[proof.start:proof.end]), clean(after),
                                self._report(proof.report)])
        return self._proof_at[iri]

    def _report(self, iri: str) -> int | None:
        """Title, day, outlet and address of a report."""
        records = self.whole.records
        if iri not in records:
            return None
        if iri not in self._report_at:
            report = records[iri]
            outlet = next((records[o].name.fa for o in report.targets("outlet") if o in records), "")
            self._report_at[iri] = len(self.reports)
            self.reports.append([report.name.fa, next(iter(report.texts("issued")), ""),
                                 outlet or next(iter(report.texts("outletName")), ""),
                                 next(iter(report.texts("source")), "")])
        return self._report_at[iri]
