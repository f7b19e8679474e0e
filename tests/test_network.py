"""The network of entities: who is in it, how they are called, and files that other programs can open."""

from __future__ import annotations

from pathlib import Path

import networkx
import pytest
from samples import good, instances

import kg
from kg import iris
from kg.export import property_graph
from kg.graph.store import to_rdflib
from kg.model import Literal, Triple


@pytest.fixture(scope="module")
def network() -> networkx.MultiDiGraph:
    return kg.to_networkx(to_rdflib(good()[1]))


def test_entities_are_nodes_and_spans_are_not(network: networkx.MultiDiGraph) -> None:
    _, triples = good()
    kinds = {data["kind"] for _, data in network.nodes(data=True)}
    assert kinds >= {"Organization", "Person", "Post", "Program", "Agreement", "Event", "Place", "Period",
                     "Statement", "Figure", "Report"}
    for kind in ("Organization", "Person", "Statement", "Figure"):
        assert {n for n, d in network.nodes(data=True) if d["kind"] == kind} == set(instances(triples, kind))
    assert not any("#char=" in node for node in network)


def test_names(network: networkx.MultiDiGraph) -> None:
    _, triples = good()
    labels = {s: o.lexical for s, p, o in triples
              if p == iris.expand("rdfs:label") and isinstance(o, Literal) and o.lang == "fa"}
    for person in instances(triples, "Person"):
        assert network.nodes[person]["label_fa"] == labels[person]
    money = network.nodes[instances(triples, "MonetaryFigure")[0]]["label"]
    assert money[0].isdigit() and any(unit in money for unit in ("ریال", "تومان", "دلار"))
    statement = network.nodes[instances(triples, "Statement")[0]]["label"]
    assert statement and len(statement) <= 82


def test_edges_carry_their_relation_and_words(network: networkx.MultiDiGraph) -> None:
    report, triples = good()
    spoken = [(s, t, d) for s, t, d in network.edges(data=True) if d["relation"] == "speaker"]
    assert {(s, t) for s, t, _ in spoken} == {(s, o) for s, p, o in triples if p == iris.expand("kg:speaker")}
    for _, _, data in spoken:
        assert data["evidence"]
        assert all(part in report.text for part in data["evidence"].split(" … "))


def test_two_relations_between_two_nodes_are_two_edges() -> None:
    a, b = iris.ID + "org/a", iris.ID + "org/b"
    kind, organization = iris.expand("rdf:type"), iris.expand("kg:Organization")
    triples: list[Triple] = [(a, kind, organization), (b, kind, organization),
                             (a, iris.expand("kg:branchOf"), b), (a, iris.expand("org:subOrganizationOf"), b)]
    made = kg.to_networkx(to_rdflib(triples))
    assert sorted(made.get_edge_data(a, b)) == ["branchOf", "subOrganizationOf"]


@pytest.mark.parametrize("suffix", property_graph.SUFFIXES)
def test_files_can_be_read_back(network: networkx.MultiDiGraph, tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"g{suffix}"
    path.write_bytes(property_graph.serialize(network, suffix))
    back = networkx.read_graphml(path, force_multigraph=True) if suffix == ".graphml" else networkx.read_gexf(path)
    assert set(back) == set(network)
    assert back.number_of_edges() == network.number_of_edges()
    for node, data in network.nodes(data=True):
        assert back.nodes[node]["label" if suffix == ".gexf" else "label_fa"] == data[
            "label" if suffix == ".gexf" else "label_fa"]
    assert property_graph.serialize(kg.to_networkx(to_rdflib(reversed(good()[1]))), suffix) == path.read_bytes()


def test_control_characters_stay_out_of_xml() -> None:
    node = iris.ID + "org/a"
    triples: list[Triple] = [(node, iris.expand("rdf:type"), iris.expand("kg:Organization")),
                             (node, iris.expand("rdfs:label"), Literal("a\x00b\x0bc\u200cd", lang="fa"))]
    made = kg.to_networkx(to_rdflib(triples))
    assert made.nodes[node]["label_fa"] == "abc\u200cd"
    assert b"abc" in property_graph.serialize(made, ".graphml")


def test_an_empty_graph_is_an_empty_network() -> None:
    assert len(kg.to_networkx(to_rdflib([]))) == 0
