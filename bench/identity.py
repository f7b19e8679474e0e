"""Identity over reports against labelled mentions: pairwise and B³ precision, recall and F1, by kind and split.

Each mention is read as a report of its own, by the whole program; so what the reader misses counts as missed here.
Weights were set on the split ``dev`` alone. Run: python bench/identity.py [--errors-dev] [--errors-held] [--write]
"""

from __future__ import annotations

import json
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from itertools import combinations
from pathlib import Path
from typing import NamedTuple

from kg import assemble, iris, sources
from kg.graph import compiled, identity
from kg.model import Report, Triple

HERE = Path(__file__).parent
KINDS = {"people": ("Person", "{name}، {title}، گفت: این کار ادامه دارد."),
         "organizations": ("Organization", "{near}{name} اعلام کرد: این کار ادامه دارد.")}


class Mention(NamedTuple):
    """A labelled mention with its text as a report."""

    kind: str
    split: str
    entity: str
    name: str
    words: str
    report: Report


def mentions(kind: str) -> Iterator[Mention]:
    lines = [line for line in (HERE / "data" / f"identity-{kind}.tsv").read_text(encoding="utf-8").splitlines()
             if line and not line.startswith("#")]
    columns = lines[0].split("\t")
    for number, line in enumerate(lines[1:]):
        row = dict(zip(columns, (*line.split("\t"), "", ""), strict=False))
        row["near"] = f"{row['near']}\n" if row.get("near") else ""
        body = KINDS[kind][1].format(**row)
        report = Report.of(f"{kind}-{number}", f"خبر شماره {number}", body, published=sources.parse_date(row["day"]))
        words = " ".join(filter(None, (row["name"], row.get("title"))))
        yield Mention(kind, row["split"], row["entity"], row["name"], words, report)


def found(mention: Mention, triples: Iterable[Triple]) -> str:
    """The IRI read for a mention: of the right class, and shown by words at its name's place."""
    about: dict[str, dict[str, list[object]]] = defaultdict(lambda: defaultdict(list))
    for s, p, o in triples:
        about[s][p].append(o)
    start = mention.report.body_start + (mention.report.body.rfind("\n") + 1)
    best: dict[str, int] = {}
    for iri, values in about.items():
        if iris.NS + KINDS[mention.kind][0] not in values[iris.expand("rdf:type")]:
            continue
        for span in values[iris.expand("kg:evidence")]:
            first, _, last = str(span).partition("#char=")[2].partition(",")
            if int(first) <= start + len(mention.name) and int(last) > start:
                best[iri] = max(best.get(iri, 0), int(last) - int(first))
    return max(best, key=lambda iri: (best[iri], iri), default=f"missed:{mention.report.id}")


def scores(gold: list[str], read: list[str]) -> dict[str, float]:
    """Pairwise and B³ (Bagga and Baldwin 1998) over aligned labels."""
    pairs = Counter((g1 == g2, r1 == r2) for (g1, r1), (g2, r2) in combinations(zip(gold, read, strict=True), 2))
    right, wrong, lost = pairs[True, True], pairs[False, True], pairs[True, False]
    both, golds, reads = Counter(zip(gold, read, strict=True)), Counter(gold), Counter(read)
    b_p = sum(both[g, r] / reads[r] for g, r in zip(gold, read, strict=True)) / len(gold)
    b_r = sum(both[g, r] / golds[g] for g, r in zip(gold, read, strict=True)) / len(gold)
    p, r = right / max(1, right + wrong), right / max(1, right + lost)
    return {"precision": round(p, 4), "recall": round(r, 4), "f1": round(_f(p, r), 4), "b3_precision": round(b_p, 4),
            "b3_recall": round(b_r, 4), "b3_f1": round(_f(b_p, b_r), 4), "same": right + lost, "merged_wrongly": wrong}


def _f(p: float, r: float) -> float:
    return 2 * p * r / (p + r) if p + r else 0.0


def tell(line: str) -> None:
    sys.stdout.write(line + "\n")


def measure(kind: str, split: str, errors: bool = False) -> dict[str, float]:
    chosen = [m for m in mentions(kind) if split in (m.split, "all")]
    checker = compiled.checker("compiled")
    kept = [assemble.build_one(m.report, checker).verdict.kept for m in chosen]
    resolution = identity.resolve(row for triples in kept for row in identity.extract(triples))
    read = [resolution.of(found(m, triples)) for m, triples in zip(chosen, kept, strict=True)]
    if errors:
        for (m, a), (n, b) in combinations(zip(chosen, read, strict=True), 2):
            if (m.entity == n.entity) != (a == b):
                what = "lost " if m.entity == n.entity else "WRONG"
                tell(f"{what} {m.words} | {n.words} | {a.removeprefix(iris.ID)} | {b.removeprefix(iris.ID)}")
    labels = [m.entity for m in chosen]
    return {"mentions": len(chosen), "entities": len(set(labels)), "hard_pairs": hard(chosen), **scores(labels, read)}


def hard(chosen: list[Mention]) -> int:
    """Labelled pairs that are not trivial: of one entity, or of two that share their first two words."""
    return sum(m.entity == n.entity or m.words.split()[:2] == n.words.split()[:2] for m, n in combinations(chosen, 2))


if __name__ == "__main__":
    shown = next((split for split in ("dev", "held") if f"--errors-{split}" in sys.argv), "")
    table = {f"{kind} {split}": measure(kind, split, split == shown)
             for kind in KINDS for split in ("dev", "held", "all")}
    for name, row in table.items():
        tell(f"{name}: {row}")
    if "--write" in sys.argv:
        (HERE / "results" / "identity.json").write_text(json.dumps(table, indent=1) + "\n", encoding="utf-8")
