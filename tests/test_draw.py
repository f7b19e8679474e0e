"""The picture of a graph: what is drawn of it, that labels keep apart, that no text of a report becomes markup."""

from __future__ import annotations

import base64
import hashlib
import html
import json
import os
import re
import shutil
import subprocess
import sys
import xml.etree.ElementTree as ElementTree
from html.parser import HTMLParser
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest
import rdflib
from samples import GOOD

import kg
from kg import iris, resources
from kg.errors import InputError
from kg.export import draw as drawing
from kg.export import layout, lettering, page, picture, scene, svg
from kg.export.lettering import lines, width
from kg.export.words import Name, joined, kind, kinds, number, relation, shown, word
from kg.graph import store
from kg.model import Literal, Triple

SVG = "{http://www.w3.org/2000/svg}"
HOSTILE = "</script><script>document.title='owned'</script>\"'&<b onclick=x>\u202eدشمن\u2066"


@pytest.fixture(scope="module")
def good() -> rdflib.Graph:
    return store.load(GOOD)


@pytest.fixture(scope="module")
def whole(good: rdflib.Graph) -> picture.Picture:
    return picture.read(good)


def edge(found: picture.Picture, source: str, target: str) -> dict[str, picture.Part]:
    """The parts between two entities, by relation; ends are the last steps of IRIs."""
    return {part.relation: part for e in found.edges for part in e.parts
            if {e.source.rpartition("/")[2], e.target.rpartition("/")[2]} == {source, target}}


def crowd(count: int, star: bool = False) -> rdflib.Graph:
    """Organizations of long names in a chain with cross links, or around one of them."""
    a, part = iris.expand("rdf:type"), iris.expand("org:subOrganizationOf")
    triples: list[Triple] = []
    for n in range(count):
        one = f"{iris.ID}org/o{n}"
        triples += [(one, a, iris.expand("kg:Organization")),
                    (one, iris.expand("rdfs:label"), Literal(f"سازمان نمونه شماره {n} با نامی بسیار دراز", lang="fa"))]
        for other in {0} if star else {n // 3, (n * 7) % count}:
            if other != n:
                triples.append((one, part, f"{iris.ID}org/o{other}"))
    return store.to_rdflib(triples)


def hostile() -> rdflib.Graph:
    report, span = f"{iris.ID}report/0", f"{iris.ID}report/0#char=0,{len(HOSTILE)}"
    person, said = f"{iris.ID}person/x", f"{iris.ID}report/0/statement-0"
    a = iris.expand("rdf:type")
    text = Literal(HOSTILE, lang="fa")
    return store.to_rdflib([
        (report, a, iris.expand("kg:Report")), (report, iris.expand("dcterms:title"), text),
        (report, iris.expand("dcterms:source"), Literal("javascript:alert(1)")),
        (person, a, iris.expand("kg:Person")), (person, iris.expand("rdfs:label"), text),
        (person, iris.expand("schema:honorificPrefix"), text),
        (person, iris.expand("kg:evidence"), span), (person, iris.expand("kg:inReport"), report),
        (said, a, iris.expand("kg:Statement")), (said, iris.expand("kg:quoteText"), text),
        (said, iris.expand("kg:speaker"), person), (said, iris.expand("kg:evidence"), span),
        (span, a, iris.expand("kg:TextSpan")), (span, iris.expand("nif:anchorOf"), Literal(HOSTILE)),
        (span, iris.expand("nif:beginIndex"), Literal("0")),
        (span, iris.expand("nif:endIndex"), Literal(str(len(HOSTILE)))),
        (span, iris.expand("nif:referenceContext"), report),
    ])


# ------------------------------------------------------------------------------------------------------- what is drawn


def test_entities_are_nodes_and_the_rest_is_folded(whole: picture.Picture) -> None:
    assert {n.kind for n in whole.nodes} == set(picture.KINDS)
    names = {n.iri.rpartition("/")[2] for n in whole.nodes}
    assert {"azarpey", "irrigation", "abgine", "mahtab", "conference", "agreement-514"} <= names
    assert "head" not in names, "a held post is the label of an edge"
    assert "governor" in names, "a post that speaks, its holder unnamed, stays"


def test_a_tenure_is_one_edge_with_the_title_less_the_institution(whole: picture.Picture) -> None:
    part = edge(whole, "azarpey", "irrigation")["post"]
    assert part.label == Name("رئیس", "head")
    assert part.records == (f"{iris.ID}tenure/azarpey-head",)


def test_statements_are_edges_from_the_speaker(whole: picture.Picture) -> None:
    assert edge(whole, "azarpey", "mahtab")["said-about"].label.fa == "گفته درباره"
    with_conference = edge(whole, "azarpey", "conference")
    assert set(with_conference) == {"said-about", "said-at", "participant"}
    assert with_conference["participant"].backward and not with_conference["said-at"].backward
    assert "said-to" in edge(whole, "azarpey", "rakhshan")


def test_relations_said_twice_are_drawn_once(whole: picture.Picture) -> None:
    assert set(edge(whole, "branch", "irrigation")) == {"branchOf"}


def test_notes_tell_figures_and_statements(whole: picture.Picture) -> None:
    notes = {n.iri.rpartition("/")[2]: [note.fa for note in n.notes] for n in whole.nodes}
    assert notes["azarpey"] == ["۲ گفته"]
    assert notes["agreement-514"] == ["۲ میلیون دلار"]
    assert notes["agreement-631"] == ["۵ توافق"]


def test_the_best_attested_come_first_and_ties_go_by_iri(whole: picture.Picture) -> None:
    order = [(-n.spans, -n.reports, -n.degree, n.iri) for n in whole.nodes]
    assert order == sorted(order)
    best = picture.best(whole, 4)
    assert best.nodes == whole.nodes[:4] and best.total == len(whole.nodes)
    assert all({e.source, e.target} <= {n.iri for n in best.nodes} for e in best.edges)


@pytest.mark.parametrize("name", ["بهمن آذرپی", "بهمن\u200cآذرپي", "بهمن آذرپى", "آذرپی", iris.ID + "person/azarpey"])
def test_an_entity_is_found_in_any_spelling(whole: picture.Picture, name: str) -> None:
    assert picture.find(whole, name) == iris.ID + "person/azarpey"


def test_an_entity_and_its_neighbours(whole: picture.Picture) -> None:
    near = picture.around(whole, "Nilufar irrigation organization", 60)
    ends = {e.source for e in whole.edges if e.target == near.center} | {
        e.target for e in whole.edges if e.source == near.center}
    assert near.center == iris.ID + "org/irrigation"
    assert {n.iri for n in near.nodes} == ends | {near.center}
    few = picture.around(whole, "سپیده رخشان", 1)
    assert [n.iri for n in few.nodes] == [iris.ID + "person/rakhshan"], "the one in the middle is never left out"


def test_an_unknown_name_gives_names_near_it(whole: picture.Picture) -> None:
    with pytest.raises(InputError, match=r"is called 'سازمان برق'\. Near it: سازمان آبیاری"):
        picture.find(whole, "سازمان برق")
    with pytest.raises(InputError, match="empty"):
        picture.find(whole, " \u200c")


def test_evidence_stands_marked_in_its_sentence(whole: picture.Picture) -> None:
    text = "https://w3id.org/khabarkg/id/report/afebec1d80793257"
    proof = whole.records.proofs[f"{text}#char=88,98"]
    assert proof.text[proof.start:proof.end] == "بهمن آذرپی"
    assert proof.text.startswith("به گزارش خبرگزاری روزنگار") and proof.report == text


def test_without_the_text_the_shortest_words_around_serve(good: rdflib.Graph) -> None:
    graph = rdflib.Graph()
    graph += good
    graph.remove((None, rdflib.URIRef(iris.expand("nif:isString")), None))
    proofs = picture.read(graph).records.proofs
    assert len(proofs) > 20
    for node, proof in proofs.items():
        anchor = str(next(graph.objects(rdflib.URIRef(node), rdflib.URIRef(iris.expand("nif:anchorOf")))))
        assert proof.text[proof.start:proof.end] == anchor
    share = next(p for n, p in proofs.items() if n.endswith("=227,250"))
    assert share.text.startswith("در سال ۱۳۹۹"), "the figure stands in the words of its statement"


def test_a_network_is_drawn_as_well(good: rdflib.Graph, whole: picture.Picture) -> None:
    made = picture.read(kg.to_networkx(good))
    assert {n.iri for n in made.nodes} == {n.iri for n in whole.nodes}
    assert {(e.source, e.target) for e in made.edges} == {(e.source, e.target) for e in whole.edges}
    assert made.records.proofs


# ------------------------------------------------------------------------------------------------------------- layout


@pytest.mark.parametrize("lang", ["fa", "en"])
@pytest.mark.parametrize("graph", ["good", "chain", "star", "single"])
def test_labels_and_symbols_keep_apart(good: rdflib.Graph, graph: str, lang: str) -> None:
    made = {"good": good, "chain": crowd(70), "star": crowd(50, star=True), "single": crowd(1)}[graph]
    composed = scene.compose(picture.best(picture.read(made), 60), lang)
    frames = [s.frame for s in composed.symbols]
    labels = [link.frame for link in composed.links if link.frame]
    assert len(frames) == min(60, len(picture.read(made).nodes))
    for one, other in combinations(frames + labels, 2):
        assert not layout.overlaps(one, other)
    for left, top, right, bottom in frames:
        assert left >= 0 and top >= 0 and right <= composed.width and bottom <= composed.height
    for symbol in composed.symbols:
        for line in (*symbol.name, *symbol.note):
            half = width(line.text, line.size) / 2
            assert symbol.frame[0] - 0.1 <= line.x - half and line.x + half <= symbol.frame[2] + 0.1
            assert symbol.y + symbol.r < line.y < symbol.frame[3]
    assert all(entry.line.y < min(frame[1] for frame in frames) for entry in composed.legend)


def test_most_relations_find_room_for_their_label(whole: picture.Picture) -> None:
    composed = scene.compose(whole, "fa")
    assert sum(link.frame is None for link in composed.links) <= len(composed.links) // 8


def test_layout_of_nothing_and_of_boxes_on_one_spot() -> None:
    assert layout.place([], []) == ([], 0.0, 0.0)
    boxes = [layout.Box(20 + n % 70, 10 + n % 9, 20 + n % 70, 30 + n % 40) for n in range(150)]
    points, wide, high = layout.place(boxes, [])
    frames = [box.at(*point) for box, point in zip(boxes, points, strict=True)]
    assert not any(layout.overlaps(a, b) for a, b in combinations(frames, 2))
    assert 0.6 < wide / high < 3.5, "boxes without lines fill a sheet, not a row"


def test_words_are_broken_and_cut() -> None:
    assert lines("یک دو", 14, 200, 3) == ["یک دو"]
    broken = lines("سازمان بسیار بزرگ نوسازی و آبادانی روستاهای دور و نزدیک همه استان‌ها", 14, 120, 3)
    assert len(broken) == 3 and broken[-1].endswith("…")
    assert all(width(line, 14) <= 150 for line in broken)
    assert width("ا" * 300, 14) > 150 >= width(lines("ا" * 300, 14, 120, 1)[0], 14)


# ------------------------------------------------------------------------------------------------------------- words


def test_names_come_from_the_ontology_and_the_word_file() -> None:
    assert kind("Person") == Name("شخص", "person") and kinds("Person") == Name("اشخاص", "people")
    assert relation("party") == Name("طرف توافق", "party")
    assert relation("postIn").en == "post in"
    assert relation("said-about", 12) == Name("۱۲ گفته درباره", "12 × said about")
    assert relation("someThing") == Name("", "some thing")
    assert number(12500, "fa") == "۱۲٬۵۰۰" and number(12500, "en") == "12,500"
    with pytest.raises(KeyError):
        word("no-such-word")


def test_every_relation_that_is_drawn_has_persian_and_english_words(whole: picture.Picture) -> None:
    found = {part.relation for e in whole.edges for part in e.parts} - {"post"}
    assert len(found) > 10
    for name in found:
        assert relation(name).fa and relation(name).en, name


def test_text_for_a_line_keeps_its_own_order() -> None:
    assert shown("تاریخ 2024-11-02 است") == "تاریخ \u20662024-11-02\u2069 است"
    assert shown("\u202eab\u2066c \n d\x00") == "abc d"
    assert joined((Name("۲ دلار"), Name("دو گفته", "2 statements")), "en") == (
        "\u2067۲ دلار\u2069 · 2 statements", "en")
    assert joined((Name("۲ دلار"),), "en") == ("۲ دلار", "fa")


# --------------------------------------------------------------------------------------------------------------- files


def test_the_still_picture(good: rdflib.Graph, tmp_path: Path) -> None:
    path = tmp_path / "g.svg"
    drawn = drawing.draw(good, path, lang="fa")
    root = ElementTree.fromstring(path.read_text(encoding="utf-8"))
    nodes = [g for g in root.iter(f"{SVG}g") if g.get("class", "").startswith("node ")]
    assert {g.get("data-iri") for g in nodes} == {n.iri for n in drawn.nodes}
    legend = next(g for g in root.iter(f"{SVG}g") if g.get("class") == "legend")
    assert "اشخاص (۲)" in [t.text for t in legend.iter(f"{SVG}text")]
    texts = list(root.iter(f"{SVG}text"))
    for text in texts:
        assert text.get("direction") == ("rtl" if text.get("{http://www.w3.org/XML/1998/namespace}lang") == "fa"
                                         else "ltr")
    assert {s.get("fill") for g in nodes for s in g if s.tag != f"{SVG}text"} - {None} == {
        svg.COLOURS[k] for k in picture.KINDS}
    drawing.draw(good, tmp_path / "e.svg", lang="en")
    english = (tmp_path / "e.svg").read_text(encoding="utf-8")
    assert ">people (2)<" in english and ">Nilufar Irrigation<" in english and ">branch of<" in english


def test_the_still_picture_asks_for_nothing(good: rdflib.Graph, tmp_path: Path) -> None:
    drawing.draw(good, tmp_path / "g.svg")
    text = (tmp_path / "g.svg").read_text(encoding="utf-8").replace('xmlns="http://www.w3.org/2000/svg"', "")
    assert not re.search(r"\b(href|src)\s*=|@import|<script|<foreignObject", text)
    assert set(re.findall(r"url\(([^)]*)\)", text)) <= {f"#to-{g}" for g in picture.GROUPS}


@pytest.mark.parametrize("suffix", [".svg", ".html"])
def test_the_same_graph_gives_the_same_bytes(suffix: str, tmp_path: Path) -> None:
    script = ("import sys, random, rdflib\nfrom pathlib import Path\nfrom kg.graph import store\n"
              "from kg.export.draw import draw\ntriples = list(store.load(Path(sys.argv[1])))\n"
              "random.Random(sys.argv[2]).shuffle(triples)\ngraph = rdflib.Graph()\n"
              "for t in triples:\n    graph.add(t)\ndraw(graph, Path(sys.argv[3]))\n")
    made = []
    for seed in ("0", "4711"):
        out = tmp_path / f"g{seed}{suffix}"
        environment = {**os.environ, "PYTHONHASHSEED": seed, "LC_ALL": "C"}
        subprocess.run([sys.executable, "-c", script, str(GOOD), seed, str(out)], check=True, env=environment)
        made.append(out.read_bytes())
    assert made[0] == made[1] and len(made[0]) > 5000


class Reader(HTMLParser):
    """The elements of a page, and the text inside script and style."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.raw: list[tuple[str, str]] = []
        self._in = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        self._in = tag

    def handle_data(self, data: str) -> None:
        if self._in in ("script", "style"):
            self.raw.append((self._in, data))

    def handle_endtag(self, tag: str) -> None:
        self._in = ""


def paged(graph: rdflib.Graph, tmp_path: Path, **options: Any) -> tuple[str, Reader, dict[str, Any]]:
    path = tmp_path / "g.html"
    drawing.draw(graph, path, **options)
    text = path.read_text(encoding="utf-8")
    reader = Reader(text)
    data = next(body for kind_, body in reader.raw if kind_ == "script" and body.startswith("{"))
    return text, reader, json.loads(data)


def test_the_page_lets_only_its_own_script_run(good: rdflib.Graph, tmp_path: Path) -> None:
    text, reader, _ = paged(good, tmp_path)
    policy = next(a["content"] for tag, a in reader.tags if a.get("http-equiv") == "Content-Security-Policy")
    assert policy is not None and policy.startswith("default-src 'none'; ")
    scripts = [body for kind_, body in reader.raw if kind_ == "script" and not body.startswith("{")]
    assert len(scripts) == 1
    for body in scripts + [body for kind_, body in reader.raw if kind_ == "style"]:
        digest = base64.b64encode(hashlib.sha256(body.encode()).digest()).decode()
        assert f"'sha256-{digest}'" in policy
    assert "unsafe" not in policy and "http" not in policy and "connect-src" not in policy
    assert html.escape(policy) in text
    for tag, attributes in reader.tags:
        assert attributes.get("src") is None and not any(name.startswith("on") for name in attributes)
        assert attributes.get("href") in (None, "data:,"), tag
    assert "innerHTML" not in scripts[0] and "eval(" not in scripts[0] and "fetch(" not in scripts[0]


def test_the_page_holds_names_facts_and_marked_words(good: rdflib.Graph, tmp_path: Path) -> None:
    _, reader, data = paged(good, tmp_path, limit=5)
    assert next(a for tag, a in reader.tags if tag == "html") == {"lang": "fa", "dir": "rtl"}
    nodes = {n["id"]: n for n in data["nodes"]}
    person = nodes[iris.ID + "person/azarpey"]
    assert sum(n["at"] is not None for n in data["nodes"]) == 5 < len(nodes) == data["total"]
    assert [["لقب", "honorific"], ["سرهنگ", ""], None] in person["facts"]
    before, marked, after, report = data["proofs"][person["e"][0]]
    assert marked == "بهمن آذرپی" and before.endswith("سرهنگ ") and after.startswith("، رئیس")
    assert data["reports"][report] == ["بیش از ۱۲ هزار نفر در طرح مهتاب کار می‌کنند", "2020-12-30", "خبرگزاری روزنگار",
                                       "https://example.org/news/1"]
    said = [s for s in data["statements"] if data["nodes"].index(person) in s["by"]]
    assert len(said) == 2 and all(s["e"] for s in said)
    assert any("۱۴۰ میلیارد ریال هزینه" in [f[0] for f in s["f"]] for s in said)
    assert set(data["words"]["fa"]) == set(data["words"]["en"]) > {"search", "expand", "evidence"}
    keys = nodes[iris.ID + "org/irrigation"]["key"].split("\n")
    assert "سازمانابیاریاستاننیلوفر" in keys and "nilufarirrigationorganization" in keys


def test_the_page_asks_for_words_that_there_are(good: rdflib.Graph, tmp_path: Path) -> None:
    _, _, data = paged(good, tmp_path)
    script = (Path(page.__file__).parent / "assets" / "page.js").read_text(encoding="utf-8")
    asked = set(re.findall(r'\b(?:word|section)\("([a-z]+)"', script))
    asked |= set(re.findall(r'\["([a-z]+)", [a-z(]', script))
    assert len(asked) > 15 and asked <= set(data["words"]["fa"])


def test_the_page_begins_at_the_entity_asked_for(good: rdflib.Graph, tmp_path: Path) -> None:
    _, _, data = paged(good, tmp_path, around="بانک نیلوفر", lang="en")
    assert data["nodes"][data["center"]]["id"] == iris.ID + "org/bank" and data["lang"] == "en"


@pytest.mark.parametrize("suffix", [".svg", ".html"])
def test_no_text_becomes_markup(suffix: str, tmp_path: Path) -> None:
    path = tmp_path / f"h{suffix}"
    drawing.draw(hostile(), path)
    text = path.read_text(encoding="utf-8")
    assert "<script>document" not in text and "<b onclick" not in text
    assert not re.search("[\u202a-\u202e\u2066\u2067]", text), "nothing turns the source of the file around"
    if suffix == ".svg":
        titles = [t.text or "" for t in ElementTree.fromstring(text).iter(f"{SVG}title")]
        assert any("document.title" in title for title in titles)
    else:
        _, reader, data = paged(hostile(), tmp_path)
        assert [tag for tag, _ in reader.tags].count("script") == 2
        assert data["nodes"][0]["n"][0] == HOSTILE and data["proofs"][0][1] == HOSTILE


@pytest.mark.skipif(not shutil.which("chromium"), reason="chromium is not installed")
def test_a_browser_runs_the_page_and_nothing_of_the_report(tmp_path: Path) -> None:
    drawing.draw(hostile(), tmp_path / "h.html")
    done = subprocess.run(
        ["chromium", *drawing._QUIET, f"--user-data-dir={tmp_path / 'profile'}", "--virtual-time-budget=2000",
         "--dump-dom", (tmp_path / "h.html").as_uri() + "#" + iris.ID + "person/x"],
        capture_output=True, timeout=90, check=True)
    dom = done.stdout.decode("utf-8")
    assert "<title>گراف دانش خبر</title>" in dom
    assert "&lt;b onclick=x&gt;" in dom and "<b onclick" not in dom.replace("\\u003cb onclick", "")
    assert "<mark>" in dom and "۱ از ۱ موجودیت در تصویر" in dom
    assert 'href="javascript' not in dom


@pytest.mark.skipif(not shutil.which("chromium"), reason="chromium is not installed")
def test_a_browser_paints_the_picture(good: rdflib.Graph, tmp_path: Path) -> None:
    drawing.draw(good, tmp_path / "g.png", limit=6)
    assert (tmp_path / "g.png").read_bytes()[:8] == b"\x89PNG\r\n\x1a\n"


def test_without_the_font_a_sentence_says_so(good: rdflib.Graph, tmp_path: Path,
                                             monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(resources, "vendor", lambda name: None)
    lettering.faces.cache_clear()
    with pytest.raises(InputError, match="Vazirmatn is not in this installation: run `make assets`"):
        drawing.draw(good, tmp_path / "g.svg", embed_font=True)
    assert not list(tmp_path.iterdir())


def test_a_font_that_is_there_goes_into_the_file(good: rdflib.Graph, tmp_path: Path,
                                                 monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "font").write_bytes(b"the bytes of a font")
    monkeypatch.setattr(resources, "vendor", lambda name: tmp_path / "font")
    lettering.faces.cache_clear()
    drawing.draw(good, tmp_path / "g.svg", embed_font=True)
    _, reader, _ = paged(good, tmp_path, embed_font=True)
    lettering.faces.cache_clear()
    face = f"font/woff2;base64,{base64.b64encode(b'the bytes of a font').decode()}"
    assert (tmp_path / "g.svg").read_text(encoding="utf-8").count(face) == 2
    assert sum(body.count(face) for kind_, body in reader.raw if kind_ == "style") == 2
    policy = next(a["content"] for tag, a in reader.tags if a.get("http-equiv") == "Content-Security-Policy")
    assert policy is not None and "font-src data:;" in policy


def test_without_a_browser_a_sentence_says_so(good: rdflib.Graph, tmp_path: Path,
                                              monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(InputError, match=r"none is on the path. Install chromium, or draw a .svg"):
        drawing.draw(good, tmp_path / "g.png")
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(("name", "options", "message"), [
    ("g.gif", {}, "must end in .html, .svg or .png"), ("g.svg", {"lang": "de"}, "choose fa or en"),
    ("g.svg", {"limit": 0}, "choose from 1 to 400"), ("g.svg", {"around": "هیچ‌کس"}, "No entity of this graph"),
])
def test_wrong_wishes_are_refused(good: rdflib.Graph, tmp_path: Path, name: str, options: dict[str, Any],
                                  message: str) -> None:
    with pytest.raises(InputError, match=message):
        drawing.draw(good, tmp_path / name, **options)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("suffix", [".svg", ".html"])
def test_an_empty_graph_is_an_empty_picture(suffix: str, tmp_path: Path) -> None:
    assert drawing.draw(rdflib.Graph(), tmp_path / f"g{suffix}").nodes == ()
    assert "در این گراف چیزی برای کشیدن نیست." in (tmp_path / f"g{suffix}").read_text(encoding="utf-8")


def test_the_command(tmp_path: Path) -> None:
    def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run([sys.executable, "-c", "from kg.cli import main; main()", "draw", str(GOOD), *arguments],
                              capture_output=True, encoding="utf-8", cwd=tmp_path, check=False)

    done = run("-o", "g.svg", "--around", "بهمن آذرپی", "--lang", "en")
    assert (done.returncode, done.stdout) == (0, "")
    assert done.stderr.endswith(" of 15 entities and 5 lines -> g.svg\n")
    assert ">people (2)<" in (tmp_path / "g.svg").read_text(encoding="utf-8")
    assert run("-o", "g.html").returncode == 0
    for arguments, message in ((("-o", "g.gif"), "must end in"), (("-o", "g.svg", "--around", "هیچ‌کس"), "No entity")):
        refused = run(*arguments)
        assert refused.returncode == 2 and message in refused.stderr and "Traceback" not in refused.stderr
