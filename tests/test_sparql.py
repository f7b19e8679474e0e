"""The SPARQL endpoint: what it answers by the protocol, and that whatever is asked, the next question is answered."""

from __future__ import annotations

import csv
import io
import json
import os
import resource
import signal
import socket
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import quote, urlencode
from xml.etree import ElementTree

import pytest

from kg.errors import InputError
from kg.export import turtle
from kg.graph import compiled
from kg.graph import sparql as text
from kg.model import Literal, Triple
from kg.sources import of_text
from kg.store import disk
from kg.web.sparql import SparqlPool, SparqlRequest, SparqlResponse
from kg.web.sparql_protocol import Refusal, question

pytest.importorskip("pyoxigraph")
pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="the endpoint needs a system with fork")

E = "http://example.org/"
NAMES = "SELECT ?n { <http://example.org/s1> rdfs:label ?n }"
SERVICE_REFUSED = "SERVICE is refused"


def graph(size: int) -> list[Triple]:
    label = "http://www.w3.org/2000/01/rdf-schema#label"
    triples: list[Triple] = [(f"{E}s{i}", label, Literal(f"نام {i}, «و»\n\"x\"", lang="fa")) for i in range(size)]
    triples += [(f"{E}s{i}", f"{E}next", f"{E}s{(i * 7 + 1) % size}") for i in range(size)]
    return triples


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("sparql") / "graph.ttl"
    path.write_text(turtle.write(graph(2000)), "utf-8")
    return path


@pytest.fixture(scope="module")
def pool(file: Path) -> Iterator[SparqlPool]:
    with SparqlPool(file, seconds=2, megabytes=150, rows=5000, answer_bytes=400_000, waiting=4) as made:
        yield made


def get(pool: SparqlPool, query: str, accept: str = "", **more: str) -> SparqlResponse:
    return pool.answer(SparqlRequest("GET", urlencode({"query": query, **more}), {"Accept": accept}))


def type_of(response: SparqlResponse) -> str:
    return dict(response.headers)["Content-Type"]


def answers(pool: SparqlPool) -> bool:
    """Whether the next question is answered, and rightly."""
    response = get(pool, NAMES)
    return response.status == 200 and "نام 1" in response.body.decode()


# -- the protocol

def test_json(pool: SparqlPool) -> None:
    response = get(pool, NAMES)
    assert (response.status, type_of(response)) == (200, "application/sparql-results+json")
    [row] = json.loads(response.body)["results"]["bindings"]
    assert row["n"] == {"type": "literal", "value": "نام 1, «و»\n\"x\"", "xml:lang": "fa"}


def test_xml_csv_tsv(pool: SparqlPool) -> None:
    xml = get(pool, NAMES, "application/sparql-results+xml")
    assert [node.text for node in ElementTree.fromstring(xml.body).findall(".//{*}literal")] == ["نام 1, «و»\n\"x\""]
    table = get(pool, NAMES, "text/csv")
    assert list(csv.reader(io.StringIO(table.body.decode(), newline=""))) == [["n"], ["نام 1, «و»\n\"x\""]]
    assert get(pool, NAMES, "text/tab-separated-values").body.decode().splitlines() == [
        "?n", "\"نام 1, «و»\\n\\\"x\\\"\"@fa"]


def test_ask_and_graphs(pool: SparqlPool) -> None:
    assert json.loads(get(pool, "ASK {}").body)["boolean"] is True
    made = get(pool, f"CONSTRUCT WHERE {{ <{E}s1> <{E}next> ?o }}")
    assert type_of(made).startswith("text/turtle")
    lines = get(pool, f"DESCRIBE <{E}s1>", "application/n-triples")
    assert (lines.status, type_of(lines), lines.body.count(b"\n")) == (200, "application/n-triples", 2)


def test_the_same_graph_is_the_same_bytes(pool: SparqlPool) -> None:
    ways = ["CONSTRUCT { ?s rdfs:label ?n } WHERE { ?s rdfs:label ?n } ORDER BY " + order for order in
            ("?n", "DESC(?n)")]
    assert len({get(pool, query, "application/n-triples").body for query in ways}) == 1


@pytest.mark.parametrize(("accept", "expected"), [
    ("", "application/sparql-results+json"), ("*/*", "application/sparql-results+json"),
    ("text/*", "text/csv; charset=utf-8"), ("application/json", "application/sparql-results+json"),
    ("text/csv;q=0.2, application/xml", "application/sparql-results+xml"),
    ("text/html,application/xhtml+xml,*/*;q=0.5", "application/sparql-results+json"),
    ("application/sparql-results+json;q=0, text/csv;q=0.1", "text/csv; charset=utf-8"),
])
def test_the_form_is_what_was_asked_for(pool: SparqlPool, accept: str, expected: str) -> None:
    assert type_of(get(pool, "ASK {}", accept)) == expected


def test_format_goes_before_accept(pool: SparqlPool) -> None:
    assert type_of(get(pool, NAMES, "text/csv", format="json")) == "application/sparql-results+json"
    assert type_of(get(pool, "CONSTRUCT WHERE {?s ?p ?o} LIMIT 1", "text/csv", format="nt")) == "application/n-triples"
    assert get(pool, NAMES, format="excel").status == 400


@pytest.mark.parametrize(("query", "accept"), [("ASK {}", "image/png"), ("ASK {}", "text/turtle"),
                                               ("CONSTRUCT WHERE {?s ?p ?o} LIMIT 1", "text/csv")])
def test_a_form_that_cannot_be_had_is_406(pool: SparqlPool, query: str, accept: str) -> None:
    assert get(pool, query, accept).status == 406


def post(pool: SparqlPool, type: str, body: bytes, parameters: str = "") -> SparqlResponse:
    return pool.answer(SparqlRequest("POST", parameters, {"content-type": type}, body))


def test_post(pool: SparqlPool) -> None:
    form = post(pool, "application/x-www-form-urlencoded; charset=UTF-8", f"query={quote(NAMES)}&format=csv".encode())
    direct = post(pool, "application/sparql-query", NAMES.encode(), "format=csv")
    assert form.status == direct.status == 200
    assert form.body == direct.body == get(pool, NAMES, "text/csv").body


@pytest.mark.parametrize(("type", "body", "status"), [
    ("application/sparql-query", b"\xff", 400), ("application/x-www-form-urlencoded", b"query=%FF", 400),
    ("text/plain", b"ASK {}", 415), ("", b"ASK {}", 415), ("application/sparql-query; charset=utf-16", b"ASK {}", 415),
    ("application/sparql-update", b"CLEAR ALL", 400), ("application/x-www-form-urlencoded", b"update=CLEAR+ALL", 400),
    ("application/x-www-form-urlencoded", b"", 400), ("application/sparql-query", b"#" * 70_000, 413),
    ("application/x-www-form-urlencoded", b"query=ASK%7B%7D&query=ASK%7B%7D", 400),
    ("application/x-www-form-urlencoded", b"a=1&" * 200 + b"query=ASK%7B%7D", 400),
])
def test_a_wrong_post_is_told(pool: SparqlPool, type: str, body: bytes, status: int) -> None:
    response = post(pool, type, body)
    assert (response.status, type_of(response)) == (status, "text/plain; charset=utf-8")
    assert response.body.endswith(b".\n")


def test_other_methods(pool: SparqlPool) -> None:
    refused = pool.answer(SparqlRequest("DELETE"))
    assert (refused.status, dict(refused.headers)["Allow"]) == (405, "GET, HEAD, POST")
    head = pool.answer(SparqlRequest("HEAD", urlencode({"query": "ASK {}"})))
    assert (head.status, head.body) == (200, b"")


def test_no_page_of_another_site_may_read_an_answer(pool: SparqlPool) -> None:
    assert not [name for name, _ in get(pool, "ASK {}").headers if name.lower().startswith("access-control")]


def test_what_is_not_sparql_is_told_with_its_place(pool: SparqlPool) -> None:
    response = get(pool, "SELECT *\n{ ?s ?p }")
    assert response.status == 400
    assert response.body.decode().startswith("This is not a SPARQL query that can be read: line 2, column ")
    assert get(pool, "SELECT * { ?s no:such ?o }").status == 400


# -- what is refused

@pytest.mark.parametrize("query", [
    "SELECT * { SERVICE <http://127.0.0.1:1/> { ?s ?p ?o } }", "SELECT * {service silent ?x { ?s ?p ?o } }",
    "SELECT*{SERVICE<http://127.0.0.1:1/>{?s?p?o}}", "SELECT * { # a comment\nSERVICE :x { ?s ?p ?o } }",
    "SELECT * {SERVICE:x{?s ?p ?o}}", "SELECT * {SERVICEx:y{?s ?p ?o}}", "SELECT * {SERVICESILENT:y{?s ?p ?o}}",
    "SELECT * {?s ?p true.SERVICE:y{?s ?p ?o}}", "SELECT * {?s ?p 1.SERVICE:y{?s ?p ?o}}",
    "PREFIX SERVICE: <http://a/> SELECT * {SERVICE:x{?s ?p ?o}}",
    "SELECT * {\\u0053ERVICE :x {?s ?p ?o}}", "SELECT * {SERV\\U00000049CE :x {?s ?p ?o}}",
    'SELECT * { BIND("\\u0022 AS ?x) SERVICE :x {} }',
    'SELECT * { VALUES ?v {"""a" } SERVICE :x {?s ?p ?o} # \\z """\n}',
    "SELECT * { VALUES ?v {'''a' } SERVICE :x {?s ?p ?o} # \\uD800 '''\n}",
    "SELECT * { FILTER(1<2)SERVICE?x{?s ?p ?o} FILTER(2>1) }",
    "SELECT * { ?s ?p ?o { SELECT * { OPTIONAL { SERVICE :x {?s ?p ?o} } } } }",
])
def test_service_is_refused_however_it_is_written(pool: SparqlPool, query: str) -> None:
    response = get(pool, f"PREFIX : <http://127.0.0.1:1/> PREFIX x: <http://127.0.0.1:1/> {query}")
    assert (response.status, response.body.decode().startswith(SERVICE_REFUSED)) == (400, True)


@pytest.mark.parametrize("query", [
    'SELECT * { ?s ?p "SERVICE <http://x> {}" }', "SELECT * { ?s ?p '''\nSERVICE :x {}\n''' }",
    "SELECT ?service { ?service ?p _:SERVICE }", "SELECT * { ?s ?p <http://example.org/SERVICE> } # SERVICE",
    "PREFIX x: <http://a/> SELECT * { ?s x:SERVICE x:from ; x:LOAD \"FROM\"@en }",
    "PREFIX service: <http://a/> SELECT * { ?s service:x service:load . GRAPH service:g { ?s ?p ?o } }",
    "SELECT * { ?from ?insert ?o FILTER(?from < ?o && ?o > 1) }", 'SELECT * { ?s ?p "\\u0053ERVICE" }',
])
def test_a_word_that_is_no_keyword_is_not_refused(pool: SparqlPool, query: str) -> None:
    assert get(pool, query).status == 200


@pytest.mark.parametrize("query", [
    "LOAD <file:///etc/passwd>", "INSERT DATA { <a:b> <a:b> <a:b> }", "PREFIX a: <b:> DELETE WHERE { ?s ?p ?o }",
    "DROP ALL", "ASK {} ; DROP ALL",
])
def test_nothing_is_changed(pool: SparqlPool, query: str) -> None:
    assert get(pool, query).status == 400
    assert json.loads(get(pool, "SELECT (COUNT(*) AS ?n) {?s ?p ?o}").body)["results"]["bindings"][0]["n"][
        "value"] == "4000"


@pytest.mark.parametrize("graph", ["<file:///etc/passwd>", "NAMED <http://127.0.0.1:1/>", "<f\\u0069le:///etc/passwd>",
                                   "x:passwd"])
def test_from_loads_nothing(pool: SparqlPool, graph: str) -> None:
    response = get(pool, f"PREFIX x: <file:///etc/> SELECT * FROM {graph} {{ ?s ?p ?o }}")
    assert response.status == 400
    assert "is no graph of this data" in response.body.decode()
    assert b"root:" not in response.body


def test_the_process_cannot_reach_out_even_if_the_query_is_let_through(pool: SparqlPool,
                                                                       monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        monkeypatch.setattr(text, "check", lambda _: [])
        port = server.getsockname()[1]
        response = get(pool, f"SELECT * {{ SERVICE <http://127.0.0.1:{port}/> {{ ?s ?p ?o }} }}")
        silent = get(pool, f"SELECT * {{ SERVICE SILENT <http://127.0.0.1:{port}/> {{ ?s ?p ?o }} }}")
        server.settimeout(0.2)
        with pytest.raises(TimeoutError):
            server.accept()
    assert response.status == 500
    assert json.loads(silent.body)["results"]["bindings"] == [{}]


def test_a_sealed_process_opens_nothing_and_ends_in_time() -> None:
    from kg.web.sparql_worker import Limits, seal

    pid = os.fork()
    if pid == 0:
        try:
            seal(Limits(seconds=0.3, megabytes=50))
            failed = 0
            for work in (lambda: socket.socket(), lambda: os.open("/etc/passwd", os.O_RDONLY), lambda: os.pipe(),
                         lambda: bytearray(200 * 2**20),
                         lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (99, 99))):
                try:
                    work()
                except (OSError, MemoryError, ValueError):
                    failed += 1
            if failed < (5 if os.getuid() else 4):  # root may raise its limits again; a query cannot ask for that
                os._exit(1)
            while True:
                pass
        finally:
            os._exit(2)
    assert os.WTERMSIG(os.waitpid(pid, 0)[1]) == signal.SIGALRM


# -- bombs

JOIN = "?a ?b ?c . ?d ?e ?f . ?g ?h ?i"
BOMBS = {
    "cartesian product, counted": (f"SELECT (COUNT(*) AS ?n) {{ {JOIN} . ?j ?k ?l }}", {408, 503}),
    "cartesian product, all rows": ("SELECT * { ?a ?b ?c . ?d ?e ?f }", {408, 413}),
    "order by over everything": (f"SELECT * {{ {JOIN} }} ORDER BY ?c ?f DESC(?i)", {408, 503}),
    "property path": (f"SELECT * {{ ?a (<{E}next>|^<{E}next>)+ ?b . ?b (<{E}next>|^<{E}next>)+ ?c }} ORDER BY ?c",
                      {408, 503, 413}),
    "group by everything": (f"SELECT ?a ?d (GROUP_CONCAT(?i) AS ?x) {{ {JOIN} }} GROUP BY ?a ?d", {408, 503}),
    "brackets": ("ASK " + "{" * 30_000 + "}" * 30_000, {400}),
    "negations": ("ASK { FILTER(" + "!" * 60_000 + "true) }", {400, 503}),
    "sums": ("ASK { FILTER(" + "1+" * 30_000 + "1 > 2) }", {200, 400, 503}),
    "alternatives": ("ASK { ?s " + "|".join(f"<a:{i}>" for i in range(5000)) + " ?o }", {200, 400, 503}),
    "values": ("SELECT * { VALUES ?x { " + "1 " * 30_000 + "} VALUES ?y { 1 2 } }", {408, 413}),
    "regular expression": ('SELECT * { ?s rdfs:label ?n FILTER(REGEX(?n, "(.*)*(.*)*(.*)*(.*)*y$")) }',
                           {200, 400, 408, 500}),
    "growing text": ("SELECT ?z { BIND(REPLACE(STR(NOW()), '.', '" + "x" * 30_000 + "') AS ?x) "
                     "BIND(REPLACE(?x, 'x', ?x) AS ?y) BIND(REPLACE(?y, 'x', ?x) AS ?z) }", {408, 413, 500, 503}),
    "too long": ("ASK {}" + " " * 70_000, {413}),
    "nul": ("ASK { ?s ?p \0 }", {400}),
}


@pytest.mark.parametrize("name", BOMBS)
def test_a_bomb_is_stopped_and_the_next_question_answered(pool: SparqlPool, name: str) -> None:
    query, statuses = BOMBS[name]
    response = pool.answer(SparqlRequest("POST", "", {"Content-Type": "application/sparql-query"}, query.encode()))
    assert response.status in statuses, response.body[:300]
    if response.status != 200:
        assert type_of(response) == "text/plain; charset=utf-8"
        assert response.body.endswith(b".\n")
        assert response.body.count(b"\n") == 1
    assert answers(pool)


def test_rows_and_bytes_are_capped_exactly(file: Path) -> None:
    with SparqlPool(file, rows=10, answer_bytes=3000) as small:
        for form in ("json", "xml", "csv", "tsv"):
            ask = "SELECT ?n { ?s rdfs:label ?n } LIMIT "  # a label has a line end in it, which is no row
            assert [get(small, ask + str(n), format=form).status for n in (10, 11)] == [200, 413], form
        assert get(small, "CONSTRUCT WHERE { ?s rdfs:label ?n } LIMIT 10").status == 200
        assert get(small, "CONSTRUCT WHERE { ?s rdfs:label ?n } LIMIT 11").status == 413
        long = "".join(f" ('{'x' * 400}{i} }},{{' AS ?v{i})" for i in range(5))
        assert get(small, f"SELECT {long} {{}}").status == 200
        assert get(small, f"SELECT {long} {{ ?s rdfs:label ?n }} LIMIT 2").status == 413


def test_a_light_question_is_answered_beside_a_heavy_one(pool: SparqlPool) -> None:
    with ThreadPoolExecutor(1) as threads:
        heavy = threads.submit(get, pool, BOMBS["cartesian product, counted"][0])
        time.sleep(0.2)
        assert answers(pool)
        assert not heavy.done()
        assert heavy.result().status in (408, 503)


def test_a_hundred_at_once(pool: SparqlPool) -> None:
    """Two run, four wait, the others are told to come again; each is answered, and rightly."""
    gate = threading.Barrier(100)

    def ask(number: int) -> SparqlResponse:
        gate.wait()
        return get(pool, NAMES if number % 10 else BOMBS["cartesian product, all rows"][0])

    with ThreadPoolExecutor(100) as threads:
        responses = list(threads.map(ask, range(100)))
    assert {response.status for response in responses} <= {200, 408, 413, 503}
    assert [r.body for r in responses if r.status == 200] == [get(pool, NAMES).body] * sum(
        r.status == 200 for r in responses)
    refused = [r for r in responses if r.status == 503]
    assert refused
    assert all(dict(r.headers)["Retry-After"].isdigit() for r in refused)
    assert answers(pool)


def test_a_client_may_ask_so_often(file: Path) -> None:
    with SparqlPool(file, per_minute=3) as slow:
        ask = urlencode({"query": "ASK {}"})
        found = [slow.answer(SparqlRequest("GET", ask, client=client)) for client in ("a", "a", "a", "a", "b", "")]
    assert [response.status for response in found] == [200, 200, 200, 429, 200, 200]
    assert 1 <= int(dict(found[3].headers)["Retry-After"]) <= 21


def test_one_client_cannot_take_all_turns(file: Path) -> None:
    heavy = urlencode({"query": BOMBS["cartesian product, counted"][0]})
    with SparqlPool(file, workers=2, seconds=2) as made, ThreadPoolExecutor(1) as threads:
        first = threads.submit(made.answer, SparqlRequest("GET", heavy, client="a"))
        time.sleep(0.3)
        assert made.answer(SparqlRequest("GET", heavy, client="a")).status == 429
        assert made.answer(SparqlRequest("GET", urlencode({"query": NAMES}), client="b")).status == 200
        assert first.result().status in (408, 503)
        assert made.answer(SparqlRequest("GET", urlencode({"query": NAMES}), client="a")).status == 200


# -- the process that holds the data

def keeper_of(pool: SparqlPool) -> int:
    return pool._keeper._process.pid


def test_a_killed_keeper_is_replaced(file: Path) -> None:
    with SparqlPool(file) as made:
        os.kill(keeper_of(made), signal.SIGKILL)
        assert answers(made)
        assert answers(made)
    assert made._keeper._process.returncode is not None


def test_the_keeper_ends_with_us_and_takes_its_questions_along(file: Path) -> None:
    with SparqlPool(file, seconds=30) as made, ThreadPoolExecutor(1) as threads:
        heavy = threads.submit(get, made, BOMBS["cartesian product, counted"][0])
        time.sleep(0.3)
        assert not heavy.done()
        made.close()
        assert heavy.result(timeout=20).status == 503
        assert get(made, "ASK {}").status == 503


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="needs Linux")
def test_a_question_ends_with_a_killed_keeper(file: Path) -> None:
    with SparqlPool(file, seconds=2) as made, ThreadPoolExecutor(1) as threads:
        heavy = threads.submit(get, made, BOMBS["cartesian product, counted"][0])
        time.sleep(0.3)
        [child] = Path(f"/proc/{keeper_of(made)}/task/{keeper_of(made)}/children").read_text("ascii").split()
        os.kill(keeper_of(made), signal.SIGKILL)
        assert heavy.result(timeout=20).status in (408, 503)  # asked once more, of a new one
        assert not Path(f"/proc/{child}").exists()


def test_reload_answers_from_the_new_file(tmp_path: Path) -> None:
    path = tmp_path / "graph.ttl"
    path.write_text(turtle.write(graph(3)), "utf-8")
    with SparqlPool(path) as made:
        path.write_text(turtle.write(graph(5)), "utf-8")
        count = "SELECT (COUNT(*) AS ?n) {?s ?p ?o}"
        assert b'"6"' in get(made, count).body
        made.reload()
        assert b'"10"' in get(made, count).body
        path.write_text("no turtle", "utf-8")
        with pytest.raises(InputError, match=r"is not a graph that can be read"):
            made.reload()
        assert b'"10"' in get(made, count).body


def test_where_there_can_be_no_endpoint_a_sentence_says_so(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no such file"):
        SparqlPool(tmp_path / "none.ttl")
    with pytest.raises(InputError, match="is not a store"):
        SparqlPool(tmp_path)


def test_a_store_is_asked_and_asked_anew_after_a_change(tmp_path: Path) -> None:
    gate = compiled.checker("compiled")
    first, second = (of_text(f"عنوان {n}\n\nاحمد آزمون‌فر، استاندار یزد، گفت: {n} مدرسه افتتاح شد.", n) for n in "۵۶")
    disk.add(tmp_path / "s", [first], gate)
    named = "SELECT DISTINCT ?g { GRAPH ?g { ?s ?p ?o } }"
    with SparqlPool(tmp_path / "s") as made:
        assert get(made, named, "text/csv").body.count(b"/report/") == 1
        disk.add(tmp_path / "s", [second], gate)
        assert get(made, named, "text/csv").body.count(b"/report/") == 1  # the state at which it was opened
        made.reload()
        rows = get(made, named, "text/csv").body.decode().split()[1:]
        assert len(rows) == 2
        titles = "SELECT ?t { ?r dcterms:title ?t }"
        assert get(made, titles, "text/csv", **{"default-graph-uri": rows[0]}).body.count(b"\r\n") == 2
        assert get(made, f"SELECT ?t FROM <{rows[1]}> {{ ?r dcterms:title ?t }}", "text/csv").body.count(b"\r\n") == 2
        assert get(made, titles, "text/csv").body.count(b"\r\n") == 3


# -- parts

PIECES = (
    ("", "?s ?p ?o", "?s ?p ?o.", "?s ?p true.", "?s ?p 1.", "?s ?p 1", '?s ?p "a"@en', "?s ?p x:b", "?s ?p x:b.",
     "?s a x:b;", "?s ?p _:b", "?s ?p []", "FILTER(?s<?o)", "FILTER(?s<?o&&?o>?s)", 'VALUES ?v {""" ',
     'VALUES ?v {"a" ', "VALUES ?v {'''\\z ", 'VALUES ?v {"\\u0022 ', 'BIND("\\" AS ?x)',
     "#", "<", "<a#", '"', '"""', "OPTIONAL{", "{",
     "GRAPH", "GRAPH :g{", "UNION", "?s ?p x:\\", "@en", "_:"),
    ("", " ", "}", " } ", "\n"),
    ("SERVICE", "service", "SERVICESILENT", "SERVICE SILENT", "SERVICE#c\n", "\\u0053ERVICE", "SERVICE:", "SERVICEx",
     "xSERVICE", "aSERVICE:x", "1.SERVICE", "true.SERVICE"),
    (":x", "x:y", "?s", "<http://127.0.0.1:9/>", "SILENT:x", "", ".", " :x", "\n:x"),
    ("{?s ?p ?o}", "{}", " {?a ?b ?c}", "#\n{?s ?p ?o}"),
    ("", "}", '"', '"""', "#", "}#", "\n", ">", "} FILTER(2>1)", "\\z\"\"\"", '#\\z """\n', "}}"),
)


def test_no_query_that_would_reach_out_is_let_through() -> None:
    """Queries put together from pieces that readers of SPARQL part differently. Oxigraph itself refuses port 9, so that
    one sees which would have been sent, and none is."""
    import random

    import pyoxigraph

    store = pyoxigraph.Store()
    store.load(b"<a:s> <a:p> <a:o> .", format=pyoxigraph.RdfFormat.TURTLE)
    choose, reached = random.Random(7), 0
    head = "".join(f"PREFIX {name}: <http://127.0.0.1:9/> " for name in ("", "x", "SERVICE", "SILENT"))
    for _ in range(30_000):
        query = f"{head}SELECT * {{ ?s ?p ?o {''.join(map(choose.choice, PIECES))}{choose.choice(('}', '}}', ''))}"
        try:
            for _ in store.query(query):  # type: ignore[union-attr]
                pass
        except OSError as error:
            assert "port 9" in str(error)
            reached += 1
            with pytest.raises(InputError, match=SERVICE_REFUSED):
                text.check(query)
        except (SyntaxError, RuntimeError):
            pass
    assert reached > 30

def test_lexing_is_linear() -> None:
    for piece in ("a.", '"""', '"\\\n', "<a", "'\"", "@a-", "_:a.", "\\u0041", ":\\", "a:b%4", "#", "<\\u00"):
        query = piece * (60_000 // len(piece))
        assert sum(len(token.text) for token in text.tokens(query)) <= len(query)


def test_a_question_keeps_its_graphs() -> None:
    graphs = "default-graph-uri=a:a&named-graph-uri=b:b&named-graph-uri=c:c"
    asked = question(SparqlRequest("GET", f"query=ASK%7B%7D&{graphs}"))
    assert (asked.default_graphs, asked.named_graphs) == (("a:a",), ("b:b", "c:c"))
    with pytest.raises(Refusal) as refused:
        question(SparqlRequest("GET", "query=%FF"))
    assert refused.value.status == 400
