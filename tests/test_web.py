"""The explorer without a browser: every page in both languages and all formats, search in any spelling, attacks."""

from __future__ import annotations

import csv
import http.client
import io
import json
import re
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

import pytest
import rdflib

import kg
from kg import iris
from kg.errors import InputError
from kg.export.words import Name
from kg.graph import compiled, store
from kg.model import Literal, Report
from kg.store import disk
from kg.web import fold, graph, html, source, tables, timeline, words
from kg.web.answer import Response, as_csv, wanted
from kg.web.app import App, Request
from kg.web.pages import report as report_page
from kg.web.passages import Passages, flat, pieces
from kg.web.server import Server
from kg.web.site import Site

FIRST = """آیین امضای تفاهم‌نامه آب در دشت نمونه

به گزارش خبرگزاری نمونه از یزد، مریم نمونه‌پور، استاندار یزد، امروز \
در آیین امضای تفاهم‌نامه همکاری گفت: ۱۲٬۵۰۰ خانوار از آب پایدار برخوردار شدند.
وی افزود: ۱۲ میلیارد تومان هزینه شد و ۳۰ کیلومتر لوله در استان یزد گذاشته خواهد شد.
در پایان، تفاهم‌نامه همکاری میان وزارت نیرو و شرکت «آب‌رسان کویر» امضا شد."""
SECOND = """آب پایدار در دشت نمونه

به گزارش خبرگزاری نمونه از یزد، مریم نمونه‌پور، استاندار یزد، امروز \
در استان یزد گفت: ۱۱ هزار خانوار از آب پایدار برخوردار شدند."""
DAY = "1402-07-17"
PATHS = ("/", "/search?q=%D8%A2%D8%A8", "/statements", "/figures", "/agreements", "/programs", "/events", "/places",
         "/people", "/organizations", "/posts", "/tenures", "/periods", "/reports", "/quality", "/ontology", "/picture")


def shown_of(*texts: str, whole: bool = False) -> graph.Shown:
    """The graph of reports, ready for pages; with ``whole`` their texts come along."""
    union = rdflib.Graph()
    kept = {}
    for number, text in enumerate(texts):
        title, _, body = text.partition("\n\n")
        given = Report.of(f"r{number}", title, body)
        for triple in kg.build(text, published=DAY):
            union.add(triple)
        kept[iris.report(given.sha256)] = given.text
    return graph.show(store.from_rdflib(union), kept if whole else {})


@pytest.fixture(scope="module")
def site() -> Site:
    return Site(shown_of(FIRST, SECOND), version="0")


@pytest.fixture(scope="module")
def app(site: Site) -> App:
    return App(site)


def get(app: App, target: str, accept: str = "text/html", method: str = "GET", body: bytes = b"") -> Response:
    return app.respond(Request(method, target, {"accept": accept}, body))


def text(app: App, target: str, **more: Any) -> str:
    response = get(app, target, **more)
    assert response.status == 200, (target, response.status, response.body[:300])
    return response.body.decode()


def with_(target: str, **pairs: str) -> str:
    return target + ("&" if "?" in target else "?") + urlencode(pairs)


def hits(app: App, wanted_: str, kind: str = "") -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(text(app, "/search?" + urlencode(
        {"q": wanted_, "kind": kind, "format": "json"})))["hits"]
    return found


def entities(site: Site) -> list[str]:
    return [r.iri for r in site.graph.records]


# ---------------------------------------------------------------------------------------------------- pages and formats

@pytest.mark.parametrize("path", PATHS)
def test_pages_in_both_languages_and_all_formats(app: App, path: str) -> None:
    for lang, way in (("fa", "rtl"), ("en", "ltr")):
        page = text(app, with_(path, lang=lang))
        assert f'<html lang="{lang}" dir="{way}">' in page
        assert page.count("<main") == 1
    assert isinstance(json.loads(text(app, with_(path, format="json"))), dict)
    rows = list(csv.reader(io.StringIO(text(app, with_(path, format="csv")))))
    assert len(rows) >= 1 and {len(row) for row in rows} == {len(rows[0])}
    rdflib.Graph().parse(data=text(app, with_(path, format="ttl")), format="turtle")


def test_each_record_has_a_page_at_its_own_address(app: App, site: Site) -> None:
    """IRIs resolve: the path after w3id.org/khabarkg is the path here."""
    for iri in entities(site):
        page = text(app, "/id/" + quote(iri.removeprefix(iris.ID), safe="/"))
        assert f"<code dir=\"ltr\">{html.escape(iri)}</code>" in page
        data = json.loads(text(app, "/id/" + iri.removeprefix(iris.ID) + "?format=json"))
        assert data["iri"] == iri
        turtle = rdflib.Graph().parse(data=text(app, "/id/" + iri.removeprefix(iris.ID), accept="text/turtle"))
        own = {(p, o.lexical if isinstance(o, Literal) else o) for p, o in site.graph.subjects[iri]}
        told = {(str(p), str(o)) for p, o in turtle.predicate_objects(rdflib.URIRef(iri))}
        assert own == told


def test_accept_decides_the_format(app: App) -> None:
    for accept, type_ in (("text/turtle", "text/turtle"), ("application/json", "application/json"),
                          ("text/csv;q=0.9, text/html;q=0.1", "text/csv"), ("*/*", "text/html"),
                          ("text/html,application/xhtml+xml,*/*;q=0.8", "text/html")):
        response = get(app, "/places", accept)
        assert response.type == type_ and response.headers["Vary"] == "Accept"
    assert get(app, "/places", "image/png").status == 406
    assert get(app, "/places?format=exe").status == 406
    assert wanted({}, "") == "html" and wanted({}, "text/html;q=x, text/csv") == "csv"


def test_codes_and_terms_resolve(app: App) -> None:
    assert "مبلغ" in text(app, "/code/unit-toman") or "تومان" in text(app, "/code/unit-toman")
    assert get(app, "/iri?" + urlencode({"iri": iris.NS + "Figure"})).headers["Location"] == "/ontology"
    assert 'id="Figure"' in text(app, "/ontology")
    assert 'href="/ontology#Person"' in text(app, "/ontology")


def test_what_is_not_there(app: App) -> None:
    for path in ("/nothing", "/id/org/nobody", "/code/unit-nothing", "/iri?iri=urn:x", "/id/", "/iri", "/%ff%fe",
                 "/id/%00"):
        for lang in ("fa", "en"):
            assert get(app, with_(path, lang=lang)).status == 404, path
        assert "error" in json.loads(get(app, with_(path, format="json")).body)
    assert get(app, "/statements?from=yesterday").status == 400
    assert get(app, "/statements", method="DELETE").status == 405
    assert get(app, "/statements", method="POST").headers["Allow"] == "GET, HEAD"
    assert get(app, "/search?q=" + "a" * 20000).status == 414


def test_a_failing_page_is_told_and_nothing_more(app: App, monkeypatch: pytest.MonkeyPatch,
                                                 capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(App, "_page", lambda *_: 1 / 0)
    response = get(app, "/quality?x=1")
    assert response.status == 500 and b"Traceback" not in response.body and b"division" not in response.body
    assert "ZeroDivisionError" in capsys.readouterr().err


# ------------------------------------------------------------------------------------------------------ proof, figures

def test_no_fact_without_its_source(app: App, site: Site) -> None:
    """Each row of each table of facts ends in a source; its words are those of the graph's span."""
    for path in PATHS[2:13]:
        page = text(app, path)
        body = page[page.index("<main"):]
        assert body.count("<tr>") - body.count("<thead>") == body.count('<details class="source">'), path
    for iri in entities(site):
        for row in json.loads(text(app, f"/id/{iri.removeprefix(iris.ID)}?format=json")).get("sources", []):
            for start, end in row["marks"]:
                assert row["sentence"][start:end] in FIRST + SECOND


def test_sources_are_at_their_characters(site: Site) -> None:
    seen = 0
    for record in site.graph.records:
        for passage in site.passages.of(record):
            whole = FIRST if passage.report == iris.report(_sha(FIRST)) else SECOND
            assert whole[passage.start:passage.start + len(passage.text)] == passage.text
            seen += 1
    assert seen > 24


def _sha(text_: str) -> str:
    title, _, body = text_.partition("\n\n")
    return Report.of("x", title, body).sha256


def test_a_fact_without_source_is_not_shown_but_counted() -> None:
    triples = [t for t in shown_of(FIRST).triples if t[1] != iris.expand("kg:evidence")]
    app = App(Site(graph.show(triples)))
    page = text(app, "/statements")
    said = len(app.site.graph.kinds["Statement"])
    assert said > 3 and "۱۲٬۵۰۰ خانوار" not in page and words.word("source-none", n=said).fa in page
    assert words.word("quality-bare").fa in text(app, "/quality")
    assert json.loads(text(app, "/quality?format=json"))["conforms"] is False


def test_report_text_comes_back_from_its_spans(app: App, site: Site) -> None:
    """Without the reports, the text is put together from the spans; with them it is whole."""
    iri = iris.report(_sha(FIRST))
    told = json.loads(text(app, f"/id/{iri.removeprefix(iris.ID)}?format=json"))
    assert told["whole"] is False
    for piece in told["text"]:
        assert piece["text"] in (None, FIRST[piece["begin"]:piece["end"]])
    known = sum(p["end"] - p["begin"] for p in told["text"] if p["text"] is not None)
    assert known > len(FIRST) * 0.8
    whole = App(Site(shown_of(FIRST, whole=True)))
    page = text(whole, f"/id/{iri.removeprefix(iris.ID)}")
    assert words.word("report-parts").fa not in page
    article = page[page.index("<article"):page.index("</article>")]
    assert re.sub(r"<[^>]+>", "", article) == FIRST
    assert {f"top-{k}" for k in ("Person", "Figure", "Place", "Organization")} <= set(re.findall(r"top-\w+", article))


def test_marked_words(app: App, site: Site) -> None:
    """``?mark=`` marks exactly the characters asked for, without a script."""
    record = next(r for r in site.graph.kinds["Person"] if "نمونه‌پور" in r.name.fa)
    spot = site.graph.evidence(record)[0]
    report = site.graph.report_of(spot.iri)
    page = text(app, f"/id/{report.removeprefix(iris.ID)}?mark={spot.start}-{spot.end}")
    found = re.findall(r'<(?:a|span) class="[^"]*\bhit\b[^"]*"[^>]*>([^<]*)<', page)
    assert "".join(found) == spot.words and page.count('id="hit"') == 1
    assert 'id="hit"' not in text(app, f"/id/{report.removeprefix(iris.ID)}?mark=9-x")


def test_confidence_is_a_word() -> None:
    assert words.sure("0.97").en == "very sure" and words.sure("0.5").en == "unsure" and words.sure("0.95").fa
    assert words.sure("nan") == words.sure("much") == Name()


def test_days_in_both_calendars(app: App) -> None:
    assert words.day("2023-10-09") == Name("۱۷ مهر ۱۴۰۲", "17 Mehr 1402")
    assert words.days("2023-03-21", "2024-03-19")[0].fa == "۱۴۰۲"
    assert words.days("2024-05-21", "2024-06-20")[0].en == "Khordad 1403"
    assert words.day("yesterday") == Name(en="yesterday")
    page = text(app, "/statements")
    assert "۱۷ مهر ۱۴۰۲" in page and "2023-10-09" in page


def test_numbers_as_written_beside_normalised(app: App) -> None:
    page = text(app, "/figures")
    assert "۱۲ میلیارد تومان" in page and "۱۲٬۰۰۰٬۰۰۰٬۰۰۰ تومان = ۱۲۰٬۰۰۰٬۰۰۰٬۰۰۰ ریال" in page
    assert "12,000,000,000 toman = 120,000,000,000 rial" in text(app, "/figures?lang=en")
    assert words.plain("12.500") == "12.5" and words.plain("1e999999") == "1e999999" and words.plain("x") == "x"


def test_contradicting_values_are_both_shown(app: App, site: Site) -> None:
    found = [s for s in timeline.series(site.graph, site.graph.kinds["Figure"]) if s.differing()]
    assert [s.name.fa for s in found] == ["خانوار"]
    person = next(r for r in site.graph.kinds["Person"] if "نمونه‌پور" in r.name.fa)
    page = text(app, f"/id/{person.iri.removeprefix(iris.ID)}")
    part = page[page.index('class="differ"'):]
    assert "۱۲٬۵۰۰" in part and "۱۱ هزار" in part and words.word("contradiction").fa in page
    assert '<svg viewBox="0 0 720 240"' in page
    assert json.loads(text(app, "/quality?format=json"))["differing"][0]["fa"] == "خانوار"


def test_values_of_one_report_do_not_contradict() -> None:
    one = shown_of(FIRST.replace("۳۰ کیلومتر لوله", "۹۰۰ خانوار"))
    assert not any(s.differing() for s in timeline.series(one, one.kinds["Figure"]))


# -------------------------------------------------------------------------------------------------------------- search

@pytest.mark.parametrize("spelling", ["تفاهم‌نامه", "تفاهم نامه", "تفاهمنامه", "تفاهم‌نامهٔ", "تفاهم\u00a0نامه"])
def test_search_finds_every_spelling(app: App, spelling: str) -> None:
    assert {h["class"] for h in hits(app, spelling)} >= {"Agreement"}


@pytest.mark.parametrize("spelling", ["12500", "۱۲۵۰۰", "۱۲٬۵۰۰", "12,500", "١٢٥٠٠"])
def test_search_finds_numbers_in_any_digits(app: App, spelling: str) -> None:
    assert any(h["class"] == "Figure" and "۱۲٬۵۰۰" in h["fa"] for h in hits(app, spelling))


@pytest.mark.parametrize("spelling", ["مريم نمونه‌پور", "نمونه پور", "مریم  نمونهپور", "نمونه‌پور مریم"])
def test_search_finds_people(app: App, spelling: str) -> None:
    assert any(h["class"] == "Person" for h in hits(app, spelling))


def test_search_of_one_or_two_letters_and_of_nothing(app: App) -> None:
    assert hits(app, "آب") and hits(app, "ی")
    assert hits(app, "") == [] == hits(app, "؟! ‌")
    assert hits(app, "هرگزنگفته") == []


@pytest.mark.parametrize("wild", ['"', "%", "_", "%%%", "' OR 1=1 --", 'آب" OR "x', "NEAR(a b)", "*", "\x00",
                                  "آب*", "!"])
def test_search_takes_no_orders(app: App, wild: str) -> None:
    """What is no letter means nothing to the index."""
    every = len(hits(app, "ا"))
    assert len(hits(app, wild)) < max(every, 2) or "آب" in wild


def test_search_marks_the_words_found(app: App) -> None:
    page = text(app, "/search?" + urlencode({"q": "تفاهمنامه"}))
    assert "<mark>تفاهم‌نامه</mark>" in page


def test_exact_names_come_first(app: App) -> None:
    assert hits(app, "وزارت نیرو")[0]["exact"] == 0 and hits(app, "وزارت نيرو")[0]["class"] == "Organization"


def test_folding() -> None:
    assert fold.folded("آبِ ــ مؤثر") == "ابموثر" and fold.folded("۲٫۵") == "2.5" == fold.folded("2.5")
    assert fold.find("این تفاهم‌نامهٔ ما", fold.folded("تفاهم نامه")) == [(4, 14)]
    assert fold.find("x", "") == []


# -------------------------------------------------------------------------------------------------------------- tables

def test_filters(app: App, site: Site) -> None:
    person = next(r.iri for r in site.graph.kinds["Person"])
    every = json.loads(text(app, "/statements?format=json"))["count"]
    of = json.loads(text(app, "/statements?" + urlencode({"speaker": person, "format": "json"})))
    assert 0 < of["count"] < every and all(r["speaker"][0]["iri"] == person for r in of["rows"])
    for query, some in ((f"from={DAY}&until={DAY}", True), ("until=1401-01-01", False), ("from=2023-10-09", True),
                        ("from=۱۴۰۲/۰۷/۱۸", False), ("figure=1", True), ("q=خانوار", True), ("q=نیست", False)):
        found = json.loads(text(app, f"/statements?{quote(query, safe='=&/')}&format=json"))["count"]
        assert bool(found) is some, query
    rows = json.loads(text(app, "/figures?sort=-value&format=json"))["rows"]
    values = [float(r["value"][0]["data"]) for r in rows if r["value"]]
    assert values == sorted(values, reverse=True) and len(values) > 3


def test_order_of_tables(site: Site) -> None:
    """Entities from the best attested on, reports and what they say from the latest on."""
    weights = [len(site.graph.incoming.get(r.record.iri, ())) for r in site.rows("Organization")]
    assert weights == sorted(weights, reverse=True) and len(weights) > 1
    later = shown_of(FIRST)
    older = [(s, p, Literal("2001-01-01", iris.PREFIXES["xsd"] + "date") if p == iris.expand("dcterms:issued") else o)
             for s, p, o in shown_of(SECOND).triples]
    both = Site(graph.show([*later.triples, *older]))
    assert [r.record.name.fa[:4] for r in both.rows("Report")] == ["آیین", "آب پ"]
    assert both.rows("Statement")[-1].record.reports == (iris.report(_sha(SECOND)),)


def test_csv_for_excel() -> None:
    plain = as_csv(("a",), [["=1+1"], ["متن"]]).decode()
    assert plain == "a\r\n=1+1\r\nمتن\r\n"
    assert as_csv(("a",), [["=1+1"]], excel=True).decode() == "\ufeffa\r\n'=1+1\r\n"


def test_day_of_a_filter() -> None:
    assert tables.day("1402-7-17") == tables.day("2023-10-09") == tables.day("۱۴۰۲/۰۷/۱۷") == "2023-10-09"
    with pytest.raises(InputError):
        tables.day("1402-13-40")


# ------------------------------------------------------------------------------------------------------------- attacks

EVIL = '<script>alert(1)</script>"\'{x}&amp;\u202eevil\u2066'
HOSTILE = f"""
@prefix kg: <https://w3id.org/khabarkg/ns#> . @prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> . @prefix dcterms: <http://purl.org/dc/terms/> .
@prefix nif: <http://persistence.uni-leipzig.org/nlp2rdf/ontologies/nif-core#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> . @prefix org: <http://www.w3.org/ns/org#> .
<https://w3id.org/khabarkg/id/report/aa> a kg:Report ; dcterms:title {json.dumps(EVIL, ensure_ascii=False)}@fa ;
    dcterms:source <javascript:alert(2)> , "javascript:alert(3)" .
<https://w3id.org/khabarkg/id/report/aa#char=0,5> a kg:TextSpan ; nif:anchorOf {json.dumps(EVIL, ensure_ascii=False)} ;
    nif:beginIndex "0"^^xsd:nonNegativeInteger ; nif:endIndex "5"^^xsd:nonNegativeInteger ;
    nif:referenceContext <https://w3id.org/khabarkg/id/report/aa> .
<https://w3id.org/khabarkg/id/report/aa#char=9,9999999999999999999> nif:anchorOf "x" ; nif:beginIndex "-1" ;
    nif:endIndex "many" .
<javascript:alert(4)> a kg:Person ; rdfs:label {json.dumps(EVIL, ensure_ascii=False)}@fa ;
    kg:evidence <https://w3id.org/khabarkg/id/report/aa#char=0,5> ;
    kg:inReport <https://w3id.org/khabarkg/id/report/aa> .
<https://w3id.org/khabarkg/id/org/a%3Eb%20c%22d> a kg:Organization ; rdfs:label "{{}}|^`\\\\ 'q'"@en ;
    kg:confidence "NaN"^^xsd:decimal ; kg:rule "{EVIL.replace('"', '')}" ; skos:exactMatch <data:text/html,x> ;
    kg:evidence <https://w3id.org/khabarkg/id/report/aa#char=0,5> ; org:subOrganizationOf <//evil.example/x> .
<https://w3id.org/khabarkg/id/report/aa/figure-1> a kg:Figure ; kg:value "1e999999"^^xsd:decimal ;
    kg:countsText "x"@fa ; kg:evidence <https://w3id.org/khabarkg/id/report/aa#char=0,5> .
<https://w3id.org/khabarkg/id/report/aa/figure-2> a kg:Figure ; kg:value "-Infinity"^^xsd:decimal ;
    kg:countsText "x"@fa ; kg:evidence <https://w3id.org/khabarkg/id/report/aa#char=0,5> .
<https://w3id.org/khabarkg/id/period/x> a kg:Period ; kg:firstDay "0000-99-99"^^xsd:date ; kg:lastDay "z" ;
    kg:evidence <https://w3id.org/khabarkg/id/report/aa#char=0,5> .
"""


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> App:
    path = tmp_path_factory.mktemp("hostile") / "graph.ttl"
    path.write_text(HOSTILE, encoding="utf-8")
    return App(Site(graph.show(graph.load(path))))


def test_a_hostile_graph_cannot_inject(hostile: App) -> None:
    """Labels, texts and IRIs with markup, quotes, direction overrides and other schemes stay texts."""
    seen = 0
    for path in (*PATHS, *("/iri?" + urlencode({"iri": s}) for s in hostile.site.graph.subjects)):
        for lang in ("fa", "en"):
            response = get(hostile, with_(path, lang=lang))
            if response.status == 303:
                continue
            assert response.status == 200, (path, response.body[:200])
            page = response.body.decode()
            seen += 1
            if path == "/picture":
                assert page.lower().count("<script") == 2
                continue
            assert page.lower().count("<script") == 1 and "<script>" not in page
            assert not re.search(r'(?:href|src|action)="(?!/(?!/)|https?://|[?#])', page), path
            assert not re.search(r'\son\w+="|style="|javascript:[^"<]*"(?=[^<]*>)[^>]*href', page)
            assert "\u202e" not in page and "\u2066" not in page
        for format in ("json", "csv", "ttl"):
            assert get(hostile, with_(path, format=format)).status in (200, 303)
    assert seen > 40
    assert EVIL in json.loads(text(hostile, "/people?format=json"))["rows"][0]["name"][0]["fa"]


def test_a_graph_that_does_not_conform_is_shown(hostile: App) -> None:
    page = text(hostile, "/quality")
    assert words.word("quality-violations").fa in page
    told = json.loads(text(hostile, "/quality?format=json"))
    assert not told["conforms"] and len(told["violations"]) > 5 and all(v["fa"] and v["en"] for v in told["violations"])
    assert 'class="bad"' in text(hostile, "/")
    report = rdflib.Graph().parse(data=text(hostile, "/quality?format=ttl"))
    assert len(report) > 20


def test_policy_and_headers(app: App) -> None:
    for path in ("/", "/static/app.css", "/nothing", "/sparql"):
        headers = get(app, path).headers
        policy = headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy and "unsafe" not in policy and "script-src 'self'" in policy
        assert headers["X-Content-Type-Options"] == "nosniff" and headers["Referrer-Policy"] == "no-referrer"
    drawn = get(app, "/picture").headers["Content-Security-Policy"]
    assert "unsafe" not in drawn and "'sha256-" in drawn and "frame-ancestors 'none'" in drawn


@pytest.mark.parametrize("path", [
    "/static/../app.py", "/static/..%2fapp.py", "/static/%2e%2e/%2e%2e/iris.py", "/static//etc/passwd",
    "/static/....//app.py", "/static/%00app.css", "/static/..\\app.py", "/id/../../../../etc/passwd",
    "/../../etc/passwd"])
def test_no_path_leads_out(app: App, path: str) -> None:
    assert get(app, path).status == 404


def test_assets_are_a_list(app: App) -> None:
    assert get(app, "/static/app.js").type == "text/javascript"
    assert get(app, "/static/fonts.css").status == 200
    assert b"javascript" not in get(app, "/static/icon.svg").body


@pytest.mark.parametrize(("address", "safe"), [
    ("/id/x", True), ("https://a.example/b", True), ("#x", True), ("?q=1", True), ("//evil.example", False),
    ("/\\evil.example", False), ("javascript:alert(1)", False), ("JaVaScRiPt:x", False), ("data:text/html,x", False),
    ("https://a b", False), ('/x"y', False), ("\tjavascript:x", False), ("https:x", False)])
def test_addresses(address: str, safe: bool) -> None:
    assert html.safe_address(address) == (address if safe else "#")


def test_markup_is_escaped() -> None:
    made = html.el("p", "<b>&\"'", title='"><script>', data_x=5, hidden=False, id=None)
    assert made == '<p title="&quot;&gt;&lt;script&gt;" data-x="5">&lt;b&gt;&amp;&quot;&#39;</p>'
    assert html.escape("a\u202eb\x00c\u200cd") == "abc\u200cd"
    assert html.clip("یک دو سه", 6) == "یک دو…" and len(html.clip("ا" * 10**6)) < 800


def test_a_word_of_a_megabyte() -> None:
    """A label and a text of a million letters: the page stays small, the data whole."""
    long = "ب" * 10**6
    node, span = f"{iris.ID}report/bb", f"{iris.ID}report/bb#char=0,1000000"
    kg_, integer = iris.NS, iris.PREFIXES["xsd"] + "nonNegativeInteger"
    type_ = iris.expand("rdf:type")
    triples: list[Any] = [
        (node, type_, f"{kg_}Report"), (node, iris.expand("dcterms:title"), Literal(long, lang="fa")),
        (span, type_, f"{kg_}TextSpan"), (span, iris.expand("nif:anchorOf"), Literal(long)),
        (span, iris.expand("nif:beginIndex"), Literal("0", integer)),
        (span, iris.expand("nif:endIndex"), Literal("1000000", integer)),
        (span, iris.expand("nif:referenceContext"), node),
        (f"{iris.ID}org/bb", type_, f"{kg_}Organization"), (f"{iris.ID}org/bb", iris.expand("kg:evidence"), span),
        (f"{iris.ID}org/bb", iris.expand("kg:inReport"), node),
        (f"{iris.ID}org/bb", iris.expand("rdfs:label"), Literal(long, lang="fa"))]
    app = App(Site(graph.show(triples)))
    for path in ("/", "/organizations", "/id/org/bb", "/id/report/bb", "/search?q=" + quote("بببب")):
        assert len(text(app, path)) < 200_000, path
    assert long in text(app, "/organizations?format=json")


def test_gaps_and_spans_that_contradict() -> None:
    spots = [graph.Spot(0, 3, "a", "abc"), graph.Spot(5, 7, "b", "fg"), graph.Spot(2, 4, "c", "XY"),
             graph.Spot(-1, -1, "d", "zz")]
    assert [(p.start, p.end, p.text) for p in pieces(spots, 9)] == [
        (0, 4, "abcY"), (4, 5, None), (5, 7, "fg"), (7, 9, None)]
    assert flat([(3, 5), (0, 2), (2, 3), (9, 12)], 10) == [(0, 5), (9, 10)]
    assert report_page.hit("12-30") == (12, 30) and report_page.hit("۱-۲") == (-1, -1)


def test_an_unsound_span_shows_its_words_only(hostile: App) -> None:
    record = hostile.site.graph.records["https://w3id.org/khabarkg/id/org/a%3Eb%20c%22d"]
    passages = Passages(hostile.site.graph).of(record)
    assert [p.text for p in passages] == [EVIL]


def test_quarantine_is_shown(tmp_path: Path) -> None:
    """What ``kg build`` leaves beside a graph."""
    (tmp_path / "graph.ttl").write_bytes(get(App(Site(shown_of(SECOND))), "/graph.ttl").body)
    (tmp_path / "quarantine").mkdir()
    (tmp_path / "quarantine" / "r.ttl").write_text(
        "# Quarantined by kg: 1 from report 'r'.\n#\n# <https://w3id.org/khabarkg/id/x> (Figure)\n"
        "#   fa: چنین نیست\n#   en: Not so <b>\n\n", encoding="utf-8")
    app = App(source.site(tmp_path / "graph.ttl"))
    assert "چنین نیست" in text(app, "/quality") and "Not so &lt;b&gt;" in text(app, "/quality?lang=en")
    assert json.loads(text(app, "/quality?format=json"))["quarantined"][0]["node"].endswith("/id/x")


# ------------------------------------------------------------------------------------------------------------- loading

def test_loading(tmp_path: Path) -> None:
    bad = tmp_path / "bad.ttl"
    bad.write_text("this is no graph", encoding="utf-8")
    for path in (bad, tmp_path / "none.ttl"):
        with pytest.raises(InputError):
            graph.load(path)
    bad.write_text("", encoding="utf-8")
    with pytest.raises(InputError, match="no triple"):
        graph.show(graph.load(bad), source="bad.ttl")
    good = tmp_path / "g.ttl"
    good.write_text('<urn:a> <urn:b> "007"^^<http://www.w3.org/2001/XMLSchema#integer> , "x"@fa , _:b .',
                    encoding="utf-8")
    found = graph.load(good)
    assert Literal("007", iris.PREFIXES["xsd"] + "integer") in [o for _, _, o in found]
    assert any(isinstance(o, str) and o.startswith("urn:bnode:") for _, _, o in found)


# -------------------------------------------------------------------------------------------------------------- SPARQL

def answering(method: str, query: str, headers: Any, body: bytes, client: str) -> Response:
    """An endpoint that answers one row whatever is asked."""
    rows = [{"a": {"type": "uri", "value": "javascript:x"}, "b": {"type": "literal", "value": "<b>", "xml:lang": "fa"},
             "c": {"type": "bnode", "value": "z"}}]
    data = {"head": {"vars": ["a", "b", "c", "d"]}, "results": {"bindings": rows}}
    return Response(200, "application/sparql-results+json", json.dumps(data).encode(), {})


def test_sparql_for_people_and_programs(site: Site) -> None:
    app = App(site, answering)
    page = text(app, "/sparql?query=SELECT")
    assert "&lt;b&gt;" in page and "<b>&" not in page and '_:z' in page and 'href="/iri?iri=javascript%3Ax"' in page
    assert "<textarea" in text(app, "/sparql") and "SELECT" in text(app, "/sparql?question=officials")
    raw = get(app, "/sparql?query=SELECT", accept="application/sparql-results+json")
    assert raw.type == "application/sparql-results+json"
    assert get(app, "/sparql", method="POST", accept="*/*").status == 200
    assert get(app, "/sparql?query=x&format=json").type == "application/sparql-results+json"


def test_without_an_endpoint_a_sentence_says_so(app: App) -> None:
    page = text(app, "/sparql")
    assert "khabar-kg[store]" in page and "disabled" in page
    assert get(app, "/sparql?query=x", accept="*/*").status == 503


def test_example_questions_have_titles(site: Site) -> None:
    assert len(site.questions) >= 12
    for question in site.questions:
        assert re.search("[آ-ی]", question.name.fa) and question.name.en.isascii() and "SELECT" in question.query


# -------------------------------------------------------------------------------------------------------------- server

@pytest.fixture(scope="module")
def server(app: App) -> Iterator[Server]:
    served = Server(app, "127.0.0.1", 0)
    thread = threading.Thread(target=served.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    yield served
    served.shutdown()
    served.server_close()


def ask(server: Server, path: str, method: str = "GET", **headers: str) -> tuple[int, bytes]:
    connection = http.client.HTTPConnection("127.0.0.1", server.server_port, timeout=10)
    try:
        connection.request(method, path, headers=headers)
        response = connection.getresponse()
        return response.status, response.read()
    finally:
        connection.close()


def test_the_server_answers(server: Server) -> None:
    assert ask(server, "/")[0] == 200 and ask(server, "/", "HEAD") == (200, b"")
    assert ask(server, "/places", Accept="text/turtle")[1].startswith(b"@prefix")
    assert ask(server, "/", "PUT")[0] == 405


def test_only_its_own_name(server: Server) -> None:
    """Another site's name that was made to point here gets nothing."""
    assert ask(server, "/", Host="evil.example")[0] == 421
    assert ask(server, "/", Host="localhost:1")[0] == 200
    assert not Server.knows(server, "127.0.0.1.evil.example:80") and Server.knows(server, "[::1]:80")


@pytest.mark.parametrize("sent", [
    b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: x\r\n\r\n",
    b"POST /sparql HTTP/1.1\r\nHost: 127.0.0.1\r\nTransfer-Encoding: chunked\r\n\r\n",
    b"\x00\xff\xfe\r\n\r\n", b"GET /" + b"a" * 70000 + b" HTTP/1.1\r\n\r\n", b"GET / HTTP/1.1\r\n" + b"a: b\r\n" * 200])
def test_broken_requests(server: Server, sent: bytes) -> None:
    with socket.create_connection(("127.0.0.1", server.server_port), timeout=10) as line:
        line.sendall(sent + b"\r\n")
        status = line.recv(64).split(b" ")[1:2]
    assert status and 400 <= int(status[0]) < 500
    assert ask(server, "/places")[0] == 200


def test_many_readers_at_once_lose_nothing(server: Server) -> None:
    found: list[int] = []

    def read() -> None:
        found.extend(ask(server, path)[0] for path in ("/", "/statements", "/search?q=a"))

    threads = [threading.Thread(target=read) for _ in range(60)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [200] * 180


def test_the_command(tmp_path: Path) -> None:
    """``kg serve`` of a graph and of a store: pages, whole texts, SPARQL, and an end without noise."""
    title, _, body = FIRST.partition("\n\n")
    folder = tmp_path / "store"
    disk.add(folder, [Report.of("r", title, body, published=date(2023, 10, 9))], compiled.checker("compiled"))
    command = [sys.executable, "-c", "from kg.cli import main; main()", "serve", str(folder), "--port", "0"]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True, encoding="utf-8") as process:
        assert process.stderr is not None
        line = process.stderr.readline()
        port = int(re.search(r"http://127\.0\.0\.1:(\d+)/", line)[1])  # type: ignore[index]
        found = []
        for path in ("/", f"/id/report/{_sha(FIRST)[:16]}?format=json", "/sparql?" + urlencode(
                {"query": "SELECT ?n { ?x a kg:Figure ; kg:valueText ?n }", "format": "csv"})):
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
            connection.request("GET", path)
            response = connection.getresponse()
            found.append((response.status, response.read().decode()))
            connection.close()
        process.terminate()
        rest = process.stderr.read()
    assert [status for status, _ in found] == [200, 200, 200]
    assert json.loads(found[1][1])["text"] == [{"begin": 0, "end": len(FIRST), "text": FIRST}]
    assert "۱۲ میلیارد تومان" in found[2][1]
    assert rest == "Stopped.\n" and process.returncode == 0


def test_a_port_in_use_is_told(server: Server, app: App) -> None:
    with pytest.raises(InputError, match="--port"):
        Server(app, "203.0.113.1", 80)


def test_pages_are_the_same_each_time(site: Site) -> None:
    for path in ("/", "/quality", "/statements", "/picture"):
        assert get(App(site), path).body == get(App(Site(shown_of(SECOND, FIRST), version="0")), path).body, path
