"""The account of one node, for a person to read: names, posts, merges, reports and words."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from kg.graph.identity.decisions import short, whole
from kg.iris import expand
from kg.model import Literal, Term, Triple

Row = Mapping[str, str]
_LABEL, _ALT, _EVIDENCE, _WORDS = (expand(c) for c in ("rdfs:label", "skos:altLabel", "kg:evidence", "nif:anchorOf"))
_TITLE, _ISSUED, _IN = (expand(c) for c in ("dcterms:title", "dcterms:issued", "kg:inReport"))


def of(node: str, triples: Iterable[Triple], rows: Sequence[Row]) -> str | None:
    """What is known of a node, or None if the graph does not have it. An IRI that was united is told as the one that
    stands for it."""
    about: dict[str, dict[str, list[Term]]] = defaultdict(lambda: defaultdict(list))
    for s, p, o in triples:
        about[s][p].append(o)
    mine = _behind(node, rows)
    stands = next((iri for iri in sorted(mine) if iri in about), None)
    if stands is None:
        return None
    lines = [short(stands)] + ([f"  (asked for as {short(node)})"] if node != stands else [])
    lines += [f"  named: {' / '.join(_texts(about[stands], _LABEL))}"]
    others = _texts(about[stands], _ALT)
    lines += [f"  also: {' / '.join(others)}"] if others else []
    for predicate in ("org:holds", "org:subOrganizationOf", "kg:jurisdiction", "kg:rank"):
        values = sorted(str(o) for o in about[stands][expand(predicate)])
        lines += [f"  {predicate}: {(_texts(about[v], _LABEL) or [''])[0]} {short(v)}".rstrip() for v in values]
    lines += ["", *_merges(mine, rows), "", *_reports(about, stands)]
    return "\n".join(lines) + "\n"


def _behind(node: str, rows: Sequence[Row]) -> set[str]:
    """All IRIs that the rows make one with a node, itself included."""
    found, before = {node}, 0
    while len(found) != before:
        before = len(found)
        for row in rows:
            pair = {whole(row["left"]), whole(row["right"])}
            if row["decision"] == "same" and pair & found:
                found |= pair
    return found


def _merges(mine: set[str], rows: Sequence[Row]) -> list[str]:
    told = [row for row in rows if {whole(row["left"]), whole(row["right"])} & mine]
    if not told:
        return ["merges: none; all reports name it by one IRI"]
    return ["merges:"] + [f"  {row['decision']} {row.get('score', '')}  {row['left']} «{row.get('left_name', '')}»  =  "
                          f"{row['right']} «{row.get('right_name', '')}»\n    {row.get('why', '')}" for row in told]


def _reports(about: Mapping[str, Mapping[str, list[Term]]], node: str) -> list[str]:
    lines = ["reports:"]
    for report in sorted({str(o) for o in about[node].get(_IN, [])}):
        title = " ".join(_texts(about[report], _TITLE))
        lines.append(f"  {short(report)} {' '.join(_texts(about[report], _ISSUED))} {title}".rstrip())
        spans = sorted(str(o) for o in about[node].get(_EVIDENCE, []) if str(o).startswith(report + "#"))
        lines += [f"    «{words}» {span.partition('#')[2]}" for span in spans for words in _texts(about[span], _WORDS)]
    return lines


def _texts(values: Mapping[str, list[Term]], predicate: str) -> list[str]:
    return sorted(o.lexical for o in values.get(predicate, []) if isinstance(o, Literal))
