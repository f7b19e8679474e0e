"""Exports: each format holds what the graph holds, opens in its program, and survives the worst of labels and IRIs."""

from __future__ import annotations

import csv
import importlib.util
import io
import json
import os
import re
import subprocess
import sys
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import networkx
import pytest
import rdflib
from samples import GOOD, instances

import kg
from kg import iris
from kg.errors import InputError
from kg.export import formats, ftm, jsonld, network_files, prepared, tables
from kg.graph import store
from kg.model import Literal, Triple

ROOT = Path(__file__).parents[1]
RDF = {"ttl": "turtle", "trig": "trig", "nq": "nquads", "jsonld": "json-ld"}
BAD = "a\"'{}[]\\;,\t\r\nb\x00\x0b\x1f\x7f\x85</script>]]>&amp;|\u202eدشمن\u2066\u200eنمونه\u200cپور\ufffe\U0001f600"
BAD_IRIS = ("javascript:alert(1)", "http://example.org/a b>c\"{}|\\^`<", "urn:x:\u202eنام\u2066", "kgc:not-a-prefix",
            "http://example.org/نشانی", "http://[::1]:80/#a#b/", "urn:a;b,c\x01\x7f[100%]")


@pytest.fixture(scope="module")
def good() -> rdflib.Graph:
    return store.load(GOOD)


@pytest.fixture(scope="module")
def made(good: rdflib.Graph) -> prepared.Prepared:
    return prepared.prepare(good)


def hostile() -> rdflib.Graph:
    """Things of every class with the worst names, and links to and from the worst IRIs."""
    a, evidence = iris.expand("rdf:type"), iris.expand("kg:evidence")
    report = iris.ID + "report/0123456789abcdef"
    triples: list[Triple] = [(report, a, iris.expand("kg:Report")),
                             (report, iris.expand("dcterms:title"), Literal(BAD, lang="fa")),
                             (report, iris.expand("dcterms:source"), BAD_IRIS[0])]
    for at, kind in enumerate(sorted({kind for kind, _ in tables.CLASSES.values()} - {"Report"})):
        node = BAD_IRIS[at] if at < len(BAD_IRIS) else f"{iris.ID}x/{kind}"
        triples += [(node, a, iris.NS + kind), (node, iris.expand("kg:inReport"), report)]
        for curie in ("rdfs:label", "skos:altLabel", "kg:quoteText", "kg:valueText", "kg:countsText", "nif:anchorOf"):
            triples.append((node, iris.expand(curie), Literal(BAD, lang="fa")))
        triples.append((node, iris.expand("kg:value"), Literal("not a number", iris.expand("xsd:decimal"))))
        triples.append((node, iris.expand("kg:firstDay"), Literal("1403-13-99", iris.expand("xsd:date"))))
        triples += [(node, iris.expand("kg:about"), other) for other in BAD_IRIS]
        triples.append((node, evidence, f"{report}#char=0,5"))
        triples.append((node, "http://example.org/odd predicate", Literal("-5", iris.expand("xsd:decimal"))))
    return store.to_rdflib(triples)


def back(data: bytes, name: str) -> tuple[list[Triple], rdflib.Dataset]:
    """The triples of all graphs that rdflib reads in a file, and its dataset."""
    dataset = rdflib.Dataset()
    with store.exact_literals():
        dataset.parse(data=data, format=RDF[name])
    union = rdflib.Graph()
    for s, p, o, _ in dataset.quads():
        union.add((s, p, o))
    return store.from_rdflib(union), dataset


@pytest.mark.parametrize("name", RDF)
def test_rdf_comes_back_the_same(good: rdflib.Graph, name: str) -> None:
    data = formats.export(good, name)[0][""]
    assert back(data, name)[0] == store.from_rdflib(good)


@pytest.mark.parametrize("name", RDF)
def test_rdf_of_the_worst_comes_back_the_same(name: str) -> None:
    exported, notes = formats.export(hostile(), name)
    triples = back(exported[""], name)[0]
    assert set(triples) == set(prepared.prepare(hostile()).triples)
    assert {o.lexical for _, p, o in triples if p == iris.expand("rdfs:label") and isinstance(o, Literal)} == {BAD}
    assert len(notes) == 1 and notes[0].startswith("5 IRIs held characters that no IRI may hold")


@pytest.mark.parametrize("name", RDF)
def test_a_strict_reader_takes_the_worst(name: str, tmp_path: Path) -> None:
    pyoxigraph = pytest.importorskip("pyoxigraph", reason="pyoxigraph is not installed (extra: store)")
    made = {"ttl": "TURTLE", "trig": "TRIG", "nq": "N_QUADS", "jsonld": "JSON_LD"}[name]
    data = formats.export(hostile(), name)[0][""]
    quads = list(pyoxigraph.parse(data, getattr(pyoxigraph.RdfFormat, made)))
    assert {str(q.subject.value) for q in quads} == {s for s, _, _ in prepared.prepare(hostile()).triples}


def test_kg_reads_its_named_graphs_back(good: rdflib.Graph, tmp_path: Path) -> None:
    for name in ("trig", "nq"):
        path = tmp_path / f"g.{name}"
        path.write_bytes(formats.export(good, name)[0][""])
        assert store.from_rdflib(store.load(path)) == store.from_rdflib(good)


def two_reports() -> rdflib.Graph:
    """An organization told of in two reports, each with its own span; a place of one; a code of none."""
    one, two = iris.ID + "report/1", iris.ID + "report/2"
    turtle = f"""
        @prefix kg: <{iris.NS}> . @prefix nif: <{iris.PREFIXES['nif']}> . @prefix rdfs: <{iris.PREFIXES['rdfs']}> .
        <{one}> a kg:Report . <{two}> a kg:Report .
        <{one}#char=0,3> a kg:TextSpan ; nif:referenceContext <{one}> .
        <{two}#char=5,8> a kg:TextSpan ; nif:referenceContext <{two}> .
        <urn:org> a kg:Organization ; rdfs:label "سازمان"@fa ; kg:jurisdiction <urn:place> ;
            kg:inReport <{one}> , <{two}> ; kg:evidence <{one}#char=0,3> , <{two}#char=5,8> .
        <urn:place> a kg:Place ; kg:evidence <{two}#char=5,8> .
        <urn:code> rdfs:label "کد"@fa ."""
    return rdflib.Graph().parse(data=turtle)


@pytest.mark.parametrize("name", ["trig", "nq"])
def test_a_fact_is_in_the_graph_of_each_of_its_reports(name: str) -> None:
    one, two = iris.ID + "report/1", iris.ID + "report/2"
    _, dataset = back(formats.export(two_reports(), name)[0][""], name)
    places: dict[tuple[str, str], set[str]] = {}
    for s, _, o, graph in dataset.quads():
        places.setdefault((str(s), str(o)), set()).add("" if "default" in str(graph) or graph is None else str(graph))
    assert places["urn:org", "سازمان"] == places["urn:org", "urn:place"] == {one, two}
    assert places["urn:org", one] == places["urn:org", f"{one}#char=0,3"] == {one}
    assert places["urn:org", two] == places["urn:org", f"{two}#char=5,8"] == {two}
    assert places["urn:place", iris.NS + "Place"] == {two} == places[two, iris.NS + "Report"]
    assert places["urn:code", "کد"] == {""}


def test_the_context_is_that_of_the_ontology() -> None:
    spec = importlib.util.spec_from_file_location("jsonld_context", ROOT / "tools" / "jsonld_context.py")
    assert spec is not None and spec.loader is not None
    tool = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(tool)
    assert tool.TARGET.read_text(encoding="utf-8") == tool.text(), "run python tools/jsonld_context.py"
    context = json.loads(tool.text())["@context"]
    assert context["speaker"] == {"@id": iris.NS + "speaker", "@type": "@id"}
    assert context["Person"] == iris.NS + "Person" and context["org:holds"]["@type"] == "@id"
    assert context["value"]["@type"] == iris.expand("xsd:decimal")


def test_jsonld_reads_like_json(good: rdflib.Graph) -> None:
    document = json.loads(formats.export(good, "jsonld")[0][""])
    nodes = {node["id"]: node for node in document["@graph"]}
    statement = next(node for node in nodes.values() if "Statement" in node.get("type", []) and "speaker" in node)
    assert statement["speaker"].startswith(iris.ID) and statement["quoteText"]["@language"] == "fa"
    assert statement["confidence"] == "0.97" or isinstance(statement["confidence"], str)


def test_a_name_that_looks_like_a_prefix_is_none() -> None:
    graph = store.to_rdflib([("kg:x", iris.NS + "speaker", "org:y"), (iris.NS + "a", "time:z", "schema:w")])
    data = formats.export(graph, "jsonld")[0][""]
    assert set(back(data, "jsonld")[0]) == set(store.from_rdflib(graph))
    assert "kg" not in json.loads(data)["@context"] and "Person" in json.loads(data)["@context"]


def test_blank_nodes_get_the_same_names_each_time() -> None:
    turtle = "@prefix : <urn:x:> . :a :p [ :q 1 ] , [ :q 2 ] ."
    texts = {formats.export(rdflib.Graph().parse(data=turtle), "nq")[0][""] for _ in range(3)}
    assert len(texts) == 1 and b"urn:bnode:" in texts.pop()
    assert formats.export(rdflib.Graph().parse(data=turtle), "nq")[1][0].startswith("2 blank nodes were given IRIs")


# ------------------------------------------------------------------------------------------------------- networks

def read_network(data: bytes, name: str) -> networkx.MultiDiGraph:
    if name == "cyjs":
        return networkx.cytoscape_graph(json.loads(data))
    if name == "gexf":
        return networkx.read_gexf(io.BytesIO(data))
    return networkx.read_graphml(io.BytesIO(data), force_multigraph=True)


@pytest.mark.parametrize("name", ["graphml", "gexf", "cyjs"])
def test_networks_come_back_with_labels_and_types(good: rdflib.Graph, made: prepared.Prepared, name: str) -> None:
    wanted = network_files.network(made)
    found = read_network(formats.export(good, name)[0][""], name)
    assert set(found) == set(wanted) and found.number_of_edges() == wanted.number_of_edges() > 20
    for node, data in wanted.nodes(data=True):
        for key, value in data.items():
            there = found.nodes[node]["number" if (name, key) == ("cyjs", "value") else key]
            assert there == value and type(there) is type(value), (node, key)
    relations = sorted((s, t, d["relation"]) for s, t, d in wanted.edges(data=True))
    assert sorted((s, t, d["relation"]) for s, t, d in found.edges(data=True)) == relations


@pytest.mark.parametrize("name", ["graphml", "gexf", "cyjs"])
def test_networks_take_the_worst(name: str) -> None:
    found = read_network(formats.export(hostile(), name)[0][""], name)
    wanted = network_files.network(prepared.prepare(hostile()))
    assert set(found) == set(wanted)
    for node, data in found.nodes(data=True):
        assert data["label"] and "\x00" not in data["label"]
        own = data["label_fa"].replace("\r", "")
        assert "نمونه\u200cپور" in own or data["kind"] in ("Tenure", "Figure"), node


def test_attributes_are_plain_and_not_reserved(made: prepared.Prepared) -> None:
    network = network_files.network(made)
    found = [data for _, data in network.nodes(data=True)] + [data for _, _, data in network.edges(data=True)]
    assert {type(value) for data in found for value in data.values()} <= {str, int, float}
    assert not {key for data in found for key in data} & network_files.RESERVED
    figure = network.nodes[instances(list(made.triples), "MonetaryFigure")[0]]
    assert figure["value"] > 0 and figure["unit"] in ("rial", "toman") and figure["kind_fa"]


def test_gexf_has_colours_and_no_times(good: rdflib.Graph) -> None:
    text = formats.export(good, "gexf")[0][""].decode()
    assert 'mode="static"' in text and "dynamic" not in text and "<viz:color" in text and "lastmodified" not in text


# --------------------------------------------------------------------------------------------------------- tables

def rows(data: bytes, encoding: str = "utf-8") -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(data.decode(encoding), newline="")))


def test_no_property_is_without_a_column(made: prepared.Prepared) -> None:
    assert tables.terms_without_column(made) == set()
    ontology = store.load(ROOT / "ontology" / "kg.ttl")
    own = {str(s) for kind in ("ObjectProperty", "DatatypeProperty")
           for s in ontology.subjects(rdflib.RDF.type, rdflib.OWL[kind]) if str(s).startswith(iris.NS)}
    shown = {iris.expand(c.property) for _, columns in tables.CLASSES.values() for c in columns if c.property}
    missing = sorted(p.removeprefix(iris.NS) for p in own - shown)
    assert missing == ["evidence"], "a new property needs a column in export/tables.py"


def test_csv_cells_are_what_the_graph_holds(good: rdflib.Graph, made: prepared.Prepared) -> None:
    files = formats.export(good, "csv")[0]
    assert set(files) == {f"{name}.csv" for name in tables.tables(made)}
    figures = {row["id"]: row for row in rows(files["figures.csv"])}
    assert set(figures) == set(instances(list(made.triples), "Figure"))
    for iri, row in figures.items():
        assert row["value"] == (made.texts(iri, "kg:value") or [""])[0]
        assert row["value_text"] == (made.texts(iri, "kg:valueText") or [""])[0]
    statements = rows(files["statements.csv"])
    spoken = next(row for row in statements if row["speaker"])
    assert spoken["speaker_name"] == made.label(spoken["speaker"]) and spoken["attribution"] == "speaker"
    evidence = rows(files["evidence.csv"])
    assert evidence and all(int(row["end"]) - int(row["begin"]) == len(row["text"]) for row in evidence)


def test_csv_of_the_worst_comes_back_exactly() -> None:
    names = rows(formats.export(hostile(), "csv")[0]["names.csv"])
    assert {row["name"] for row in names} == {BAD}
    pandas = pytest.importorskip("pandas", reason="pandas is not installed (extra: pandas)")
    frame = pandas.read_csv(io.BytesIO(formats.export(hostile(), "csv")[0]["names.csv"]), engine="python")
    assert set(frame["name"]) == {BAD}


@pytest.mark.parametrize("start", ["=1+1", "+1", "-1+2", "@SUM(A1)", "\t=1", "  =1", "\r=1", "＝1", "＋1", "＠1"])
def test_excel_is_given_no_formula(start: str) -> None:
    name = f"{start}|cmd' نام"
    graph = store.to_rdflib([("urn:o", iris.expand("rdf:type"), iris.NS + "Organization"),
                             ("urn:o", iris.expand("rdfs:label"), Literal(name, lang="fa"))])
    data = formats.export(graph, "csv", excel=True)[0]["organizations.csv"]
    assert data.startswith(b"\xef\xbb\xbf")
    cell = rows(data, "utf-8-sig")[0]["label_fa"]
    assert cell == "'" + name.replace("\r", "")
    assert rows(formats.export(graph, "csv")[0]["organizations.csv"])[0]["label_fa"] == name


def test_excel_keeps_numbers_and_loses_controls() -> None:
    figure: list[Triple] = [
        ("urn:f", iris.expand("rdf:type"), iris.NS + "Figure"),
        ("urn:f", iris.expand("kg:value"), Literal("-12.50", iris.expand("xsd:decimal"))),
        ("urn:f", iris.expand("kg:minValue"), Literal("-1+2", iris.expand("xsd:decimal"))),
        ("urn:f", iris.expand("kg:countsText"), Literal("a\x00b\x0bc\u200cd" + "x" * 40_000, lang="fa"))]
    row = rows(formats.export(store.to_rdflib(figure), "csv", excel=True)[0]["figures.csv"], "utf-8-sig")[0]
    assert row["value"] == "-12.50" and row["min"] == "'-1+2"
    assert row["counts"].startswith("abc\u200cdx") and len(row["counts"]) == 32_767 and row["counts"].endswith("…")


def test_parquet_has_types(good: rdflib.Graph, made: prepared.Prepared) -> None:
    parquet = pytest.importorskip("pyarrow.parquet", reason="pyarrow is not installed (extra: parquet)")
    files = formats.export(good, "parquet")[0]
    figures = parquet.read_table(io.BytesIO(files["figures.parquet"])).to_pylist()
    assert [f["value"] for f in figures] == [Decimal(made.texts(f["id"], "kg:value")[0]) for f in figures]
    days = parquet.read_table(io.BytesIO(files["periods.parquet"])).column("first_day").to_pylist()
    assert days and all(isinstance(day, date) for day in days)
    spans = parquet.read_table(io.BytesIO(files["spans.parquet"])).to_pylist()
    assert all(s["end"] - s["begin"] == len(s["text"]) for s in spans)


def test_parquet_loses_nothing_of_the_worst() -> None:
    parquet = pytest.importorskip("pyarrow.parquet", reason="pyarrow is not installed (extra: parquet)")
    files = formats.export(hostile(), "parquet")[0]
    figure = parquet.read_table(io.BytesIO(files["figures.parquet"])).to_pylist()[0]
    assert figure["value"] == "not a number" and figure["value_text"] == BAD


@pytest.mark.parametrize("value", ["9" * 60 + "." + "9" * 10, "9" * 90, "0.000000000000001", "NaN"])
def test_parquet_keeps_numbers_of_any_length(value: str) -> None:
    parquet = pytest.importorskip("pyarrow.parquet", reason="pyarrow is not installed (extra: parquet)")
    graph = store.to_rdflib([("urn:f", iris.expand("rdf:type"), iris.NS + "Figure"),
                             ("urn:f", iris.expand("kg:value"), Literal(value, iris.expand("xsd:decimal")))])
    table = parquet.read_table(io.BytesIO(formats.export(graph, "parquet")[0]["figures.parquet"]))
    found = table.to_pylist()[0]["value"]
    assert found == value or Decimal(found) == Decimal(value)


def test_data_frames(good: rdflib.Graph) -> None:
    pytest.importorskip("pandas", reason="pandas is not installed (extra: pandas)")
    frames = kg.to_dataframes(good)
    figures = frames["figures"]
    assert len(figures) == len(instances(store.from_rdflib(good), "Figure"))
    assert str(figures["value"].dtype) == "float64"
    assert str(frames["periods"]["first_day"].dtype) == "datetime64[s]" and frames["periods"]["first_day"].notna().all()
    assert set(frames["edges"]["source"]) <= set(frames["nodes"]["id"])
    bad = kg.to_dataframes(hostile())
    assert bad["figures"]["value"].isna().all() and set(bad["names"]["name"]) == {BAD}


@pytest.mark.parametrize(("name", "package", "extra"), [("parquet", "pyarrow", "parquet"), ("", "pandas", "pandas")])
def test_a_missing_package_is_told(good: rdflib.Graph, monkeypatch: pytest.MonkeyPatch, name: str, package: str,
                                   extra: str) -> None:
    monkeypatch.setitem(sys.modules, package, None)
    with pytest.raises(InputError, match=rf"pip install 'khabar-kg\[{extra}\]'"):
        if name:
            formats.export(good, name)
        else:
            kg.to_dataframes(good)


# ---------------------------------------------------------------------------------------------------------- others

def check_neo4j(files: dict[str, bytes]) -> tuple[set[str], list[dict[str, str]]]:
    ids: list[str] = []
    for name, data in files.items():
        if name.startswith("nodes-"):
            header, *_ = csv.reader(io.StringIO(data.decode(), newline=""))
            assert header[:2] == ["iri:ID", ":LABEL"] and len(set(header)) == len(header)
            assert all(re.fullmatch(r"[a-z0-9_]+(:(long|double|date))?", field) for field in header[2:]), header
            for row in rows(data):
                assert all(re.fullmatch(r"[A-Za-z][A-Za-z0-9_]*", label) for label in row[":LABEL"].split(";"))
                for field, cell in row.items():
                    if cell and field.endswith(":double"):
                        float(cell)
                    if cell and field.endswith(":date"):
                        date.fromisoformat(cell)
                ids.append(row["iri:ID"])
    assert len(ids) == len(set(ids)), "an id stands in two node files"
    relations = rows(files["relationships.csv"])
    assert all({row[":START_ID"], row[":END_ID"]} <= {*ids} for row in relations)
    assert all(re.fullmatch(r"[A-Z][A-Z0-9_]*", row[":TYPE"]) for row in relations)
    return set(ids), relations


def test_neo4j_files_hang_together(good: rdflib.Graph, made: prepared.Prepared) -> None:
    ids, relations = check_neo4j(formats.export(good, "neo4j")[0])
    assert ids == set(made.values)
    assert {"SPEAKER", "SUB_ORGANIZATION_OF", "EVIDENCE"} <= {row[":TYPE"] for row in relations}
    ids, relations = check_neo4j(formats.export(hostile(), "neo4j")[0])
    assert ids == set(prepared.prepare(hostile()).values) and len(relations) > 50
    assert rows(formats.export(hostile(), "neo4j")[0]["nodes-organizations.csv"])[0]["label_fa"] == BAD


def entities(graph: rdflib.Graph) -> list[dict[str, Any]]:
    return [json.loads(line) for line in formats.export(graph, "ftm")[0][""].decode().split("\n") if line]


def test_ftm_names_its_proofs(good: rdflib.Graph, made: prepared.Prepared) -> None:
    found = {e["id"]: e for e in entities(good)}
    schemas = {e["schema"] for e in found.values()}
    assert schemas >= {"Article", "Organization", "Person", "Position", "Occupancy", "Event", "Project", "Contract",
                       "UnknownLink", "Note", "Address"}
    articles = {id for id, e in found.items() if e["schema"] == "Article"}
    for one in found.values():
        if one["schema"] != "Article":
            assert one["properties"]["proof"] and set(one["properties"]["proof"]) <= articles
        for name in ("holder", "post", "organization", "entity", "subject", "object", "parent", "project"):
            assert set(one["properties"].get(name, ())) <= found.keys() or name in ("subject",)
    person = made.of_class("Person")[0]
    assert made.label(person) in found[ftm.identifier(person)]["properties"]["name"]
    assert len({*map(ftm.identifier, made.values)}) == len(made.values), "two things would become one"


@pytest.mark.parametrize("graph", ["good", "hostile"])
def test_followthemoney_itself_takes_them(good: rdflib.Graph, graph: str) -> None:
    package = pytest.importorskip("followthemoney", reason="followthemoney is not installed: it compiles PyICU, which "
                                  "needs a compiler and libicu (pip install followthemoney)")
    for one in entities(good if graph == "good" else hostile()):
        proxy = package.model.get_proxy(one)
        proxy.schema.validate(one)
        assert package.registry.entity.validate(one["id"]), one["id"]
        assert {name: sorted(v) for name, v in proxy.to_dict()["properties"].items()} == {
            name: sorted(v) for name, v in one["properties"].items()}
        for prop, value in proxy.itervalues():
            assert prop.type.validate(value) or prop.type.clean(value, proxy=proxy), (prop.qname, value)
            if prop.type.name == "entity":
                assert prop.range is not None
        assert proxy.caption and proxy.schema.name == one["schema"]


def test_ftm_ids_are_plain_and_apart() -> None:
    assert ftm.identifier(iris.ID + "person/a-b") == "kg-person.a-b"
    odd = [iris.ID + "person/a.b", iris.ID + "person//a", iris.ID + "a/" * 120, *BAD_IRIS, iris.ID, "person/a-b"]
    assert len({ftm.identifier(iri) for iri in odd}) == len(odd)
    assert all(re.fullmatch(r"kg-[0-9a-f]{40}", ftm.identifier(iri)) for iri in odd)


# ---------------------------------------------------------------------------------------------------------- command

@pytest.mark.parametrize("name", formats.FORMATS)
def test_same_graph_same_bytes(name: str, good: rdflib.Graph) -> None:
    if name == "parquet":
        pytest.importorskip("pyarrow", reason="pyarrow is not installed (extra: parquet)")
    other = store.to_rdflib(reversed(store.from_rdflib(good)))
    assert formats.export(good, name)[0] == formats.export(other, name)[0]


def test_bytes_do_not_depend_on_the_seed_of_hashes(tmp_path: Path) -> None:
    script = ("import hashlib, sys; from pathlib import Path\n"
              "from kg.graph import store; from kg.export import formats\n"
              "graph = store.load(Path(sys.argv[1]))\n"
              "for name in formats.FORMATS:\n"
              "    if name == 'parquet': continue\n"
              "    files = sorted(formats.export(graph, name)[0].items())\n"
              "    print(name, hashlib.sha256(repr(files).encode()).hexdigest())\n")
    found = {subprocess.run([sys.executable, "-c", script, str(GOOD)], check=True, capture_output=True, text=True,
                            env={**os.environ, "PYTHONHASHSEED": seed, "LC_ALL": "C"}).stdout for seed in ("1", "2")}
    assert len(found) == 1 and len(found.pop().splitlines()) == len(formats.FORMATS) - 1


@pytest.mark.parametrize("name", formats.FORMATS)
def test_an_empty_graph_can_be_exported(name: str) -> None:
    if name == "parquet":
        pytest.importorskip("pyarrow", reason="pyarrow is not installed (extra: parquet)")
    files, notes = formats.export(rdflib.Graph(), name)
    assert files and notes == ()
    if name in RDF:
        assert back(files[""], name)[0] == []


def run(*arguments: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-c", "from kg.cli import main; main()", "export", *arguments],
                          capture_output=True, encoding="utf-8", cwd=cwd, check=False)


def test_the_command(tmp_path: Path) -> None:
    done = run(str(GOOD), "-f", "nq", cwd=tmp_path)
    assert done.returncode == 0 and done.stderr == "" and done.stdout.startswith("<") and done.stdout.endswith(" .\n")
    done = run(str(GOOD), "-f", "csv", "--excel", "-o", "tables", cwd=tmp_path)
    assert (done.returncode, done.stdout) == (0, "") and re.fullmatch(r"17 files -> tables\n", done.stderr)
    assert {p.suffix for p in (tmp_path / "tables").iterdir()} == {".csv"}
    done = run(str(GOOD), "-f", "gexf", "-o", "g.gexf", cwd=tmp_path)
    assert done.returncode == 0 and re.fullmatch(r"[\d,]+ bytes -> g\.gexf\n", done.stderr)


@pytest.mark.parametrize(("arguments", "message"), [
    (("-f", "xlsx"), "There is no format 'xlsx'; choose one of ttl, trig"),
    (("-f", "csv"), "csv is a folder of files: name it with -o."),
    (("-f", "nq", "--excel"), "--excel goes with -f csv only."),
])
def test_wrong_wishes_are_refused(tmp_path: Path, arguments: tuple[str, ...], message: str) -> None:
    done = run(str(GOOD), *arguments, cwd=tmp_path)
    assert done.returncode == 2 and message in done.stderr and "Traceback" not in done.stderr
    assert not list(tmp_path.iterdir())


def test_the_context_says_what_the_names_mean() -> None:
    context = jsonld.context()
    assert context["kg"] == iris.NS and context["id"] == "@id"
    own = {term for term, meaning in context.items() if term[0].isalpha() and ":" not in term
           and str(meaning if isinstance(meaning, str) else meaning["@id"]).startswith(iris.NS)}
    assert len(own) > 70
