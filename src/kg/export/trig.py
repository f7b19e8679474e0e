"""TriG and N-Quads (W3C Recommendations of 2014) with a named graph for each report, called by the report's IRI."""

from __future__ import annotations

from kg.export import nquads, turtle
from kg.export.prepared import Prepared, by_report
from kg.iris import PREFIXES
from kg.model import Triple


def write_lines(made: Prepared) -> str:
    """N-Quads, sorted: a line for each triple and report; what no report is named for is in the default graph."""
    homes = by_report(made.triples, made)
    return "".join(f"{line}\n" for line in sorted(nquads.line(t, home) for home in homes for t in homes[home]))


def write(made: Prepared) -> str:
    """TriG, the default graph first: what no report is named for, such as the labels of codes."""
    lines = [f"@prefix {prefix}: <{namespace}> ." for prefix, namespace in sorted(PREFIXES.items())]
    for home, triples in by_report(made.triples, made).items():
        block = _subjects(triples)
        lines += ["", f"{turtle.iri(home)} {{", *block, "}"] if home else ["", *block]
    return "\n".join(lines) + "\n"


def _subjects(triples: list[Triple]) -> list[str]:
    """A paragraph for each subject. The triples come in order."""
    grouped: dict[str, dict[str, list[str]]] = {}
    for subject, predicate, value in triples:
        grouped.setdefault(subject, {}).setdefault(predicate, []).append(turtle.term(value))
    lines = []
    for subject, properties in grouped.items():
        rows = ["a " + ", ".join(properties[turtle.RDF_TYPE])] if turtle.RDF_TYPE in properties else []
        rows += [f"{turtle.iri(p)} {', '.join(o)}" for p, o in properties.items() if p != turtle.RDF_TYPE]
        lines.append(f"{turtle.iri(subject)} " + " ;\n    ".join(rows) + " .")
    return lines
