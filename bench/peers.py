"""Peers on the same reports in the same run: CPU time of this program's parts and of what others would take for them.

    python bench/peers.py [--reports 40] [--shared DIR]      prints a table, writes bench/results/peers.json

- rdflib + pySHACL: the facts of each report as an rdflib graph, validated against the parsed shapes, serialised as
  Turtle; against the compiled gate and our Turtle of the same facts.
- hazm: Normalizer and WordTokenizer as they come; against our normalisation and tokens, and against the whole way.
- spaCy: a blank Persian pipeline with an entity ruler of 200 names; against our reading of a report.

hazm and spaCy come with `pip install -e '.[bench]'`; without them the table says so.
"""

from __future__ import annotations

import argparse
import gc
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from measure import SHARED, cpu, keep, reports, say, settle, spread, table
from path import CHECKER, parts, warm

from kg import pipeline, resources, rules
from kg.export import turtle
from kg.graph.store import to_rdflib
from kg.graph.validate import check
from kg.model import Report, Triple

PATTERNS = 200
Work = Callable[[], Any]
Rows = list[tuple[str, str, Sequence[float], Sequence[float]]]


def both(pairs: Sequence[tuple[Work, Work]], times: int = 3) -> tuple[list[float], list[float]]:
    """CPU ms of ours and of the peer's for each report, one after the other; ours the best of three, theirs of some."""
    ours, theirs = [], []
    for one, other in pairs:
        ours.append(min(cpu(one)[0] for _ in range(3)))
        theirs.append(min(cpu(other)[0] for _ in range(times)))
    return ours, theirs


def plain(found: Sequence[Report]) -> Rows:
    """The gate and the writer against rdflib and pySHACL."""
    import pyshacl
    import rdflib

    shapes = rdflib.Graph()
    for path in resources.turtle_files("shapes"):
        shapes.parse(path)
    facts: list[tuple[Report, list[Triple]]] = [(r, pipeline.triples(r, pipeline.read(r))) for r in found]

    def theirs(triples: list[Triple]) -> str:
        graph = to_rdflib(triples)
        pyshacl.validate(graph, shacl_graph=shapes, inference="none")
        return graph.serialize(format="turtle")

    def ours(report: Report, triples: list[Triple]) -> str:
        return turtle.write(check(report, triples, CHECKER).kept)

    theirs(facts[0][1])
    pairs = [(lambda r=r, t=t: ours(r, t), lambda t=t: theirs(t)) for r, t in facts]  # type: ignore[misc]
    return [("gate and Turtle", "rdflib + pySHACL", *both(pairs, 1))]


def hazm(found: Sequence[Report]) -> Rows:
    """Normalisation and tokens, and the whole way, against hazm's normalisation and tokens."""
    from hazm import Normalizer, WordTokenizer

    normalizer, tokenizer = Normalizer(), WordTokenizer()

    def theirs(report: Report) -> list[str]:
        return list(tokenizer.tokenize(normalizer.normalize(report.text)))

    def way(report: Report) -> str:
        return turtle.write(check(report, pipeline.triples(report, pipeline.read(report)), CHECKER).kept)

    def words(report: Report) -> None:
        for part in parts(report).values():
            part()

    theirs(found[0])
    rows: Rows = []
    for name, ours in (("normalise and tokens", words), ("the whole way", way)):
        pairs = [(lambda r=r, o=ours: o(r), lambda r=r: theirs(r)) for r in found]  # type: ignore[misc]
        rows.append((name, "hazm normalise + tokenise", *both(pairs)))
    return rows


def spacy(found: Sequence[Report]) -> Rows:
    """Reading against tokens and 200 names of spaCy's entity ruler."""
    import spacy as library

    nlp = library.blank("fa")
    keys = ("alt", "en", "within", "qid", "homograph")
    places = rules.load("places.yaml", required=("name", "kind"), keys=keys)[:PATTERNS]
    ruler: Any = nlp.add_pipe("entity_ruler")
    ruler.add_patterns([{"label": "PLACE", "pattern": rule.text("name")} for rule in places])
    nlp(found[0].text)
    pairs = [(lambda r=r: pipeline.read(r), lambda r=r: nlp(r.text)) for r in found]  # type: ignore[misc]
    return [("all of the reading", f"spaCy, {PATTERNS} names", *both(pairs))]


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--reports", type=int, default=40)
    parser.add_argument("--shared", type=Path, default=SHARED)
    options = parser.parse_args()
    found = reports(options.shared)
    if not found:
        return 0
    some = found[:: max(1, len(found) // options.reports)]
    warm(found)
    rows: Rows = []
    missing = []
    for name, peer in (("rdflib + pySHACL", plain), ("hazm", hazm), ("spaCy", spacy)):
        settle()
        try:
            rows += peer(some)
        except ImportError as error:
            missing.append(f"{name} is not installed ({error}); pip install -e '.[bench]'")
        gc.unfreeze()
    say(*table(("ours", "p50 ms", "peer", "p50 ms", "times"), [
        (ours, spread(a)["p50"], peer, spread(b)["p50"], f"{sum(b) / sum(a):.1f}") for ours, peer, a, b in rows]),
        *missing)
    keep("peers", {"reports": len(some), "missing": missing, "rows": [
        {"ours": ours, "ours_ms": spread(a), "peer": peer, "peer_ms": spread(b), "ratio": round(sum(b) / sum(a), 2)}
        for ours, peer, a, b in rows]})
    return 0


if __name__ == "__main__":
    sys.exit(main())
