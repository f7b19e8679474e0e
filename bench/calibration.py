"""How often facts are right, by rule and by the confidence they carry, on the development reports.

    python bench/calibration.py             print the tables, write bench/results/calibration.csv
    python bench/calibration.py --held-out  print only how often facts of a confidence are right, on reports held out

A fact counts as right if the scorer of the marked reports pairs it with a marked one. What the scorer does not look
at (headline figures, tenures, statements without a reporting verb) is not counted. The last table proposes values for
src/kg/lang/fa/confidence.yaml: (right + 1) / (found + 2), so that few facts do not claim much.
"""

from __future__ import annotations

import argparse
import csv
import importlib.util
import json
import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import rdflib
from accuracy import ROOT, SHARED, build, marked_ids, members, say

from kg.builders.base import confidence
from kg.errors import KgError

RESULTS = ROOT / "bench" / "results" / "calibration.csv"
NAMED = ("people", "orgs", "programs", "events", "places")
ENOUGH = 8
"""So many facts of a rule must have been measured before it gets a value of its own."""


@dataclass(frozen=True)
class Measured:
    """One fact of a graph: its kind, the rule that read it, its confidence, and whether it was right."""

    kind: str
    rule: str
    confidence: float
    right: bool

    @property
    def band(self) -> str:
        return f"{int(self.confidence * 20 + 1e-9) / 20:.2f}"


class Names(set[str]):
    """The names of one node, as the scorer reads them."""

    node = ""


def scorer(shared: Path) -> Any:
    """The scorer as a module, from its path."""
    spec = importlib.util.spec_from_file_location("score", shared / "accuracy" / "score.py")
    if spec is None or spec.loader is None:
        raise KgError(f"There is no scorer in {shared}; name the right folder with --shared.")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def read(score: Any, graph: rdflib.Graph, text: str) -> dict[str, list[Any]]:
    """What the scorer reads of a graph, but with the node of each item."""
    rows: dict[str, list[Any]] = {kind: list(graph.query(score.PREFIXES + query))
                                  for kind, query in score.READOUT.items()}
    spans = score.paragraphs(text)
    found: dict[str, list[Any]] = {kind: _names(rows[kind]) for kind in NAMED}
    for kind, fields in (("posts", ("who", "post", "org")), ("statements", ("begin", "who")),
                         ("figures", ("value", "unit", "begin", "counts", "status", "who")),
                         ("agreements", ("begin", "parties", "amounts"))):
        found[kind] = [_item(kind, node, values, spans) for node, values in _grouped(rows[kind], fields)]
    found["figures"] = [item for item in found["figures"] if item["para"] >= 0]
    found["times"] = [Interval((str(a), str(z)), str(x)) for x, a, z in rows["times"]]
    return found


class Interval(tuple[str, str]):
    """First and last day of a period, as the scorer reads them."""

    node: str

    def __new__(cls, days: tuple[str, str], node: str) -> Interval:
        made = super().__new__(cls, days)
        made.node = node
        return made


def _names(rows: Iterable[tuple[Any, Any]]) -> list[Names]:
    found: dict[str, Names] = defaultdict(Names)
    for node, name in rows:
        found[str(node)].add(str(name))
        found[str(node)].node = str(node)
    return list(found.values())


def _grouped(rows: Iterable[Any], fields: tuple[str, ...]) -> Iterator[tuple[str, dict[str, set[str]]]]:
    found: dict[str, dict[str, set[str]]] = {}
    for node, *values in rows:
        item = found.setdefault(str(node), {field: set() for field in fields})
        for field, value in zip(fields, values, strict=True):
            if value is not None:
                item[field].add(str(value))
    yield from found.items()


def _item(kind: str, node: str, values: dict[str, set[str]], spans: list[tuple[int, int]]) -> dict[str, Any]:
    paragraphs = {next((i for i, (s, e) in enumerate(spans) if s <= int(b) <= e), -1)
                  for b in values.pop("begin", set())}
    item: dict[str, Any] = {**values, "node": node}
    if kind == "posts":
        item["post"] = min(values["post"])
    elif kind == "agreements":
        item |= {"para": paragraphs, "amounts": {float(v) for v in values["amounts"]}}
    else:
        item["para"] = min(paragraphs)
    if kind == "figures":
        item["value"] = float(min(values["value"]))
        item["planned"] = any("actual" not in status for status in values["status"])
    return item


def measure(shared: Path, graphs: Path, reports: str = "development") -> Iterator[Measured]:
    """Every fact of a set of reports (see accuracy.SETS) that the scorer counts.

    Raises KgError if our reading of a graph and the scorer's own give different counts.
    """
    score = scorer(shared)
    kg = rdflib.Namespace("https://w3id.org/khabarkg/ns#")
    for id in members(reports, marked_ids(shared)):
        gold = json.loads((shared / "accuracy" / "dev" / f"{id}.gold.json").read_text(encoding="utf-8"))
        text = (shared / "accuracy" / "dev" / f"{id}.txt").read_text(encoding="utf-8")
        graph = rdflib.Graph().parse(graphs / f"{id}.ttl")
        found = read(score, graph, text)
        errors: dict[str, list[Any]] = defaultdict(list)
        counts = score.compare(gold, found, errors)
        if counts != score.compare(gold, score.read_graph(graphs / f"{id}.ttl", text), defaultdict(list)):
            raise KgError(f"Report '{id}' is counted otherwise by its scorer; bench/calibration.py must follow it.")
        for kind, items in found.items():
            wrong = {_node(item) for verdict, _, item in errors[kind] if verdict == "spurious"}
            for item in items:
                node = rdflib.URIRef(_node(item))
                sure = graph.value(node, kg.confidence)
                yield Measured(kind, str(graph.value(node, kg.rule)), float(str(sure)), str(node) not in wrong)


def _node(item: Any) -> str:
    return str(item["node"] if isinstance(item, dict) else item.node)


def prefixes(rule: str) -> Iterator[str]:
    """The rule itself, then its prefixes: organization-company, organization."""
    while rule:
        yield rule
        rule = rule.rpartition("-")[0]


def grouped(facts: Iterable[Measured], key: Any) -> dict[Any, tuple[int, int]]:
    """(found, right) for each group, sorted."""
    found: dict[Any, list[bool]] = defaultdict(list)
    for fact in facts:
        for group in key(fact):
            found[group].append(fact.right)
    return {group: (len(rights), sum(rights)) for group, rights in sorted(found.items())}


def proposed(found: int, right: int) -> float:
    """What a rule may claim after ``right`` of ``found``: drawn to one half where little was seen."""
    return round((right + 1) / (found + 2), 2)


def main(arguments: list[str] | None = None) -> int:
    """Run the command; exit code 2 if the reports are no good."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--shared", type=Path, default=SHARED, help="where accuracy/ and reports/ lie")
    parser.add_argument("--out", type=Path, default=ROOT / "out" / "accuracy", help="where the graphs go")
    parser.add_argument("--held-out", action="store_true", help="only totals, on the reports held out")
    args = parser.parse_args(arguments)
    if not (args.shared / "accuracy" / "score.py").exists():
        say(f"The marked reports are not here ({args.shared}); name their folder with --shared. Nothing was measured.")
        return 0
    try:
        build(args.shared, args.out)
        facts = list(measure(args.shared, args.out, "held-out" if args.held_out else "development"))
    except KgError as error:
        say(str(error))
        return 2
    _tell_bands(facts)
    if not args.held_out:
        _write(facts)
        _tell(facts)
    return 0


def _tell_bands(facts: list[Measured]) -> None:
    """How often facts are right whose confidence lies in a band: it should rise with it."""
    edges = ((0.95, "0.95 and more"), (0.9, "0.90 to 0.95"), (0.8, "0.80 to 0.90"), (0.0, "less than 0.80"))
    bands = grouped(facts, lambda f: [next(i for i, (edge, _) in enumerate(edges) if f.confidence >= edge)])
    say(f"{'confidence':16}{'found':>7}{'right':>7}{'precision':>11}")
    for band, (found, right) in bands.items():
        say(f"{edges[band][1]:16}{found:7}{right:7}{right / found:11.3f}")
    say("")


def _write(facts: list[Measured]) -> None:
    RESULTS.parent.mkdir(parents=True, exist_ok=True)
    with RESULTS.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(("kind", "rule", "confidence", "found", "right", "precision"))
        for (kind, rule, band), (found, right) in grouped(facts, lambda f: [(f.kind, f.rule, f.band)]).items():
            writer.writerow((kind, rule, band, found, right, f"{right / found:.3f}"))


def _tell(facts: list[Measured]) -> None:
    say(f"{'kind':12}{'confidence from':>16}{'found':>7}{'right':>7}{'precision':>11}")
    for (kind, band), (found, right) in grouped(facts, lambda f: [(f.kind, f.band)]).items():
        say(f"{kind:12}{band:>16}{found:7}{right:7}{right / found:11.3f}")
    say(f"\n{'rule or prefix':34}{'found':>7}{'right':>7}{'precision':>11}{'now':>7}{'proposed':>10}")
    for rule, (found, right) in grouped(facts, lambda f: prefixes(f.rule)).items():
        if found < ENOUGH and right == found:
            continue  # says nothing; the table of all rules is in the file
        value = f"{proposed(found, right):10.2f}" if found >= ENOUGH else f"{'–':>10}"
        say(f"{rule:34}{found:7}{right:7}{right / found:11.3f}{confidence(rule):7.2f}{value}")


if __name__ == "__main__":
    sys.exit(main())
