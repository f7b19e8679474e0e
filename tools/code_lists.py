"""Give every code one home: units go from their rule file into ontology/kg.ttl, all lists into shapes/code.ttl.

Usage: python tools/code_lists.py [--check]. With --check nothing is written and a stale file is an error.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from rdflib import RDF, SKOS, Graph, URIRef

ROOT = Path(__file__).resolve().parents[1]
ONTOLOGY = ROOT / "ontology" / "kg.ttl"
TARGET = ROOT / "shapes" / "code.ttl"
UNITS = ROOT / "src" / "kg" / "lang" / "fa" / "units.yaml"
CODE = "https://w3id.org/khabarkg/code/"

MARK = "# Written by tools/code_lists.py from src/kg/lang/fa/units.yaml, down to the end of the file.\n"
KINDS = {"money": "currency", "ratio": "ratio", "measure": "measure", "count": "count", "classifier": "count"}
COLLECTIONS = {"currency": ("یکاهای پولی", "currencies"), "ratio": ("یکاهای نسبت", "units of ratios"),
               "measure": ("یکاهای اندازه", "units of measures"), "count": ("یکاهای شمار", "units of counts")}
DEFINED = {"toman": ("ده ریال؛ یکای رسمی نیست و کد ISO 4217 ندارد.",
                     "Ten rial; not an official unit and without an ISO 4217 code.")}
ORIGIN = "rdfs:isDefinedBy <https://w3id.org/khabarkg/ns>"

FACTS = ("Organization", "Person", "Post", "Tenure", "Program", "Agreement", "Event", "Place", "Period",
         "Statement", "Figure")

HEADER = """\
# Written by tools/code_lists.py from the code lists of ontology/kg.ttl: change a list there, then run the tool.
# One shape for each property whose value is a code: the value must stand in the list of its scheme.

@prefix kg: <https://w3id.org/khabarkg/ns#> .
@prefix kgc: <https://w3id.org/khabarkg/code/> .
@prefix kgs: <https://w3id.org/khabarkg/shapes#> .
@prefix org: <http://www.w3.org/ns/org#> .
@prefix sh: <http://www.w3.org/ns/shacl#> .
"""


@dataclass(frozen=True)
class Use:
    """One use of a list: the shape's name, its classes, the property, and the scheme or unit collection."""

    name: str
    classes: tuple[str, ...]
    path: str
    members: str


USES = (
    Use("role", ("Post",), "kg:role", "role"),
    Use("rank", ("Person",), "kg:rank", "rank"),
    Use("classification", ("Organization",), "org:classification", "orgtype"),
    Use("agreement", ("Agreement",), "kg:kind", "agreement"),
    Use("event", ("Event",), "kg:kind", "event"),
    Use("place", ("Place",), "kg:kind", "place"),
    Use("program", ("Program",), "kg:kind", "program"),
    Use("status", ("Agreement",), "kg:status", "status"),
    Use("attribution", ("Statement",), "kg:attribution", "attribution"),
    Use("speech", ("Statement",), "kg:speechForm", "speech"),
    Use("modality", ("Figure",), "kg:modality", "modality"),
    Use("bound", ("Figure",), "kg:bound", "bound"),
    Use("basis", (*FACTS, "Report"), "kg:basis", "basis"),
    Use("year-basis", ("Report",), "kg:documentYearBasis", "basis"),
    Use("unit-count", ("CountFigure",), "kg:unit", "units-count"),
    Use("unit-currency", ("MonetaryFigure",), "kg:unit", "units-currency"),
    Use("unit-ratio", ("RatioFigure",), "kg:unit", "units-ratio"),
    Use("unit-measure", ("MeasureFigure",), "kg:unit", "units-measure"),
)


def unit(row: dict[str, Any]) -> str:
    """One unit as a concept, as Turtle."""
    names = f"\"{row['label']}\"@fa , \"{row['en']}\"@en"
    lines = [f"kgc:unit-{row['id']} a skos:Concept ; skos:inScheme kgc:scheme-unit ; skos:notation \"{row['id']}\" ;",
             f"    skos:prefLabel {names} ; rdfs:label {names} ;"]
    if row["id"] in DEFINED:
        fa, en = DEFINED[row["id"]]
        lines.append(f'    skos:definition "{fa}"@fa , "{en}"@en ;')
    if "iso4217" in row:
        lines.append(f"    schema:currency \"{row['iso4217']}\" ;")
    if "qudt" in row:
        lines.append(f"    skos:exactMatch unit:{row['qudt']} ;")
    return "\n".join([*lines, f"    {ORIGIN} .\n"])


def collection(name: str, rows: list[dict[str, Any]]) -> str:
    """The units of one kind of figure, as Turtle."""
    fa, en = COLLECTIONS[name]
    codes = " ,\n        ".join(f"kgc:unit-{row['id']}" for row in rows if KINDS[row["kind"]] == name)
    return (f'\nkgc:units-{name} a skos:Collection ;\n    rdfs:label "{fa}"@fa , "{en}"@en ;\n'
            f'    skos:prefLabel "{fa}"@fa , "{en}"@en ;\n    skos:member {codes} ;\n    {ORIGIN} .\n')


def ontology() -> str:
    """The ontology with its units as the rule file has them."""
    head, mark, _ = ONTOLOGY.read_text(encoding="utf-8").partition(MARK)
    if not mark:
        raise SystemExit(f"{ONTOLOGY} has lost the line that begins its units: {MARK}")
    rows = yaml.load(UNITS.read_text(encoding="utf-8"), Loader=yaml.BaseLoader)
    return head + mark + "\n" + "".join(map(unit, rows)) + "".join(collection(name, rows) for name in COLLECTIONS)


def members(graph: Graph, name: str) -> list[str]:
    """The local names of a scheme's or a unit collection's codes, sorted. Raises SystemExit if there are none."""
    if name.startswith("units-"):
        found = [str(code) for code in graph.objects(URIRef(CODE + name), SKOS.member)]
    else:
        found = [str(code) for code in graph.subjects(SKOS.inScheme, URIRef(f"{CODE}scheme-{name}"))]
    if not found:
        raise SystemExit(f"The ontology has no codes for '{name}'; add the list to {ONTOLOGY}.")
    return sorted(code.removeprefix(CODE) for code in found)


def label(graph: Graph, name: str, lang: str) -> str:
    """The name of a list in one language."""
    iri = URIRef(CODE + (name if name.startswith("units-") else f"scheme-{name}"))
    return next(str(text) for text in graph.objects(iri, SKOS.prefLabel) if getattr(text, "language", "") == lang)


def shape(graph: Graph, use: Use) -> str:
    """One node shape with its property shape, as Turtle."""
    classes = " , ".join(f"kg:{name}" for name in use.classes)
    codes = "\n".join(f"        kgc:{code}" for code in members(graph, use.members))
    fa, en = label(graph, use.members, "fa"), label(graph, use.members, "en")
    return f"""
kgs:code-{use.name} a sh:NodeShape ;
    sh:targetClass {classes} ;
    sh:property kgs:code-{use.name}-in .

kgs:code-{use.name}-in a sh:PropertyShape ;
    sh:path {use.path} ;
    sh:in (
{codes}
    ) ;
    sh:message "مقدار {use.path} باید از کدهای فهرست «{fa}» باشد؛ کد درست را بگذارید یا آن را به فهرست بیفزایید."@fa ,
        "The value of {use.path} must be a code of the list '{en}': use one of them or add it to the list."@en .
"""


def shapes(text: str) -> str:
    """The shapes of all lists of an ontology."""
    graph = Graph().parse(data=text, format="turtle")
    assert (None, RDF.type, SKOS.ConceptScheme) in graph
    return HEADER + "".join(shape(graph, use) for use in USES)


def main() -> None:
    text = ontology()
    for path, wanted in ((ONTOLOGY, text), (TARGET, shapes(text))):
        if "--check" not in sys.argv[1:]:
            path.write_text(wanted, encoding="utf-8")
        elif path.read_text(encoding="utf-8") != wanted:
            raise SystemExit(f"{path} is stale: run python tools/code_lists.py.")


if __name__ == "__main__":
    main()
