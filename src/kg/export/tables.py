"""The graph as tables, for spreadsheets, data frames and Parquet: one for each class, and names, edges and evidence.

A cell is exactly what the graph holds, or None. Several values stand in one cell with `` | `` between them; names,
edges and evidence have a row for each. A code goes by its short name: ``kgc:modality-planned`` is ``planned``.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from kg import iris
from kg.export.prepared import ALT, LABEL, TYPE, Prepared
from kg.export.property_graph import KINDS
from kg.model import Literal

TYPES = ("text", "code", "ref", "name", "integer", "decimal", "date")
BETWEEN = " | "

_TITLE = iris.expand("dcterms:title")
_WIKIDATA = iris.PREFIXES["wd"]


@dataclass(frozen=True)
class Column:
    """A column: its name, its type (one of ``TYPES``), and the property that fills it ("" if none does).

    A ``ref`` is the IRI of a row elsewhere, a ``name`` what that row is called.
    """

    name: str
    type: str = "text"
    property: str = ""


@dataclass(frozen=True)
class Table:
    """Rows in order, each with a cell for each column: lexical forms as in the graph, or None."""

    name: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[str | None, ...], ...]


def _columns(text: str) -> tuple[Column, ...]:
    """``name:type=property`` by blanks; left out, the type is text and the property ours of that name."""
    found = []
    for word in text.split():
        named, _, curie = word.partition("=")
        name, _, kind = named.partition(":")
        found.append(Column(name, kind or "text", "" if name == "class" else curie or f"kg:{name}"))
    return tuple(found)


_NAMED = "label_fa=rdfs:label label_en=rdfs:label aliases=skos:altLabel "
_FACT = " reports:ref=kg:inReport rule basis:code confidence:decimal"
_SPECS = (
    ("reports", "Report",
     "title=dcterms:title issued:date=dcterms:issued outlet:ref outlet_name=kg:outletName url=dcterms:source "
     "reported_from:ref=kg:reportedFrom document_year:ref=kg:documentYear "
     "document_year_basis:code=kg:documentYearBasis length:integer=kg:textLength sha256=kg:textSha256 "
     "text=nif:isString"),
    ("statements", "Statement",
     "speaker:ref speaker_name:name=kg:speaker post:ref=kg:speakerPost post_name:name=kg:speakerPost "
     "quote=kg:quoteText about:ref about_names:name=kg:about made_at:ref=kg:madeAt addressee:ref attribution:code "
     "form:code=kg:speechForm figures:ref=kg:hasFigure outlet:ref content_span:ref=kg:contentSpan "
     "cue_span:ref=kg:cueSpan source_span:ref=kg:sourceSpan" + _FACT),
    ("figures", "Figure",
     "class value:decimal min:decimal=kg:minValue max:decimal=kg:maxValue value_text=kg:valueText unit:code "
     "counts=kg:countsText bound:code modality:code in_rial:decimal=kg:valueInRial actor:ref place:ref period:ref "
     "period_name:name=kg:period part_of:ref=kg:partOfFigure beneficiary corroborates:ref repeats:ref revises:ref "
     "contradicts:ref fulfils:ref relation_reason=kg:relationReason" + _FACT),
    ("tenures", "Tenure",
     "person:ref=org:member person_name:name=org:member post:ref=kg:tenurePost post_name:name=kg:tenurePost "
     "organization:ref=org:organization organization_name:name=org:organization attested_on:date=kg:attestedOn "
     "attested_during:ref=kg:attestedDuring first_attested:date=kg:firstAttested "
     "last_attested:date=kg:lastAttested" + _FACT),
    ("persons", "Person",
     _NAMED + "honorific=schema:honorificPrefix rank:code holds:ref=org:holds posts:name=org:holds "
     "same_as=skos:exactMatch" + _FACT),
    ("posts", "Post",
     _NAMED + "role:code portfolio post_in:ref=org:postIn post_in_name:name=org:postIn held_by:ref=org:heldBy" + _FACT),
    ("organizations", "Organization",
     _NAMED + "class type:code=org:classification part_of:ref=org:subOrganizationOf branch_of:ref=kg:branchOf "
     "jurisdiction:ref same_as=skos:exactMatch" + _FACT),
    ("programs", "Program",
     _NAMED + "class kind:code operator:ref operator_name:name=kg:operator partner:ref place:ref period:ref "
     "beneficiary figures:ref=kg:hasFigure" + _FACT),
    ("agreements", "Agreement",
     _NAMED + "kind:code parties:ref=kg:party party_names:name=kg:party parties_unknown=kg:partiesUnknown "
     "count:integer=kg:agreementCount purpose status:code signed_at:ref=kg:signedAt amount:ref period:ref "
     "figures:ref=kg:hasFigure" + _FACT),
    ("events", "Event",
     _NAMED + "kind:code ordinal:integer place:ref place_name:name=kg:place period:ref period_name:name=kg:period "
     "participants:ref=kg:participant part_of:ref=kg:subEventOf figures:ref=kg:hasFigure" + _FACT),
    ("places", "Place", _NAMED + "kind:code within:ref same_as=skos:exactMatch" + _FACT),
    ("periods", "Period",
     _NAMED + "first_day:date=kg:firstDay last_day:date=kg:lastDay jalali_first=kg:jalaliFirst "
     "jalali_last=kg:jalaliLast" + _FACT),
    ("spans", "TextSpan",
     "report:ref=nif:referenceContext begin:integer=nif:beginIndex end:integer=nif:endIndex text=nif:anchorOf"),
)
CLASSES = {name: (kind, _columns(text)) for name, kind, text in _SPECS}
"""Tables with a row for each thing of a class: name, class, and what fills the columns after ``id``."""
_GENERAL = frozenset(kind for kind, _ in CLASSES.values())
_SPANS = ("evidence", "contentSpan", "cueSpan", "sourceSpan")


def tables(made: Prepared) -> dict[str, Table]:
    """All tables by name, also those without rows."""
    found = [_nodes(made), _edges(made), _names(made), _evidence(made), *class_tables(made)]
    return {table.name: table for table in found}


def class_tables(made: Prepared) -> list[Table]:
    """The tables that have a row for each thing of a class."""
    return [Table(name, (Column("id", "ref"), *columns),
                  tuple((subject, *(_cell(made, subject, column) for column in columns))
                        for subject in made.of_class(kind)))
            for name, (kind, columns) in CLASSES.items()]


def kind_of(made: Prepared, subject: str) -> str:
    """The class that names the kind of a node, or "" for what is no node of the network."""
    return next((kind for kind in KINDS if kind in made.classes.get(subject, ())), "")


def short(iri: str) -> str:
    """A code without its list: ``modality-planned`` is ``planned``. Other IRIs stay whole."""
    return iri.removeprefix(iris.CODE).partition("-")[2] or iri if iri.startswith(iris.CODE) else iri


def caption(made: Prepared, subject: str, kind: str) -> str:
    """What a node is called: a statement by its words, a figure as written, else by its name, at last by its IRI."""
    if kind == "Statement":
        own = " ".join(made.texts(subject, "kg:quoteText"))
    elif kind == "Figure":
        own = " ".join([*made.texts(subject, "kg:valueText"), *made.texts(subject, "kg:countsText")])
    else:
        own = made.label(subject)
    return own or made.label(subject, "en") or subject.rpartition("/")[2]


def _cell(made: Prepared, subject: str, column: Column) -> str | None:
    if column.name == "class":
        return BETWEEN.join(sorted(made.classes[subject] - _GENERAL) or sorted(made.classes[subject])) or None
    if column.type == "name":
        return BETWEEN.join(caption(made, i, kind_of(made, i)) for i in made.refs(subject, column.property)) or None
    values = made.terms(subject, iris.expand(column.property))
    if column.name in ("label_fa", "label_en"):
        return made.label(subject, column.name[-2:]) or None
    if column.type == "code":
        return BETWEEN.join(short(str(v)) if isinstance(v, str) else v.lexical for v in values) or None
    return BETWEEN.join(v if isinstance(v, str) else v.lexical for v in values) or None


def _nodes(made: Prepared) -> Table:
    columns = ("id:ref", "kind", "caption", "label_fa", "label_en", "wikidata", "reports:integer", "spans:integer",
               "confidence:decimal")
    rows = []
    for subject in made.values:
        kind = kind_of(made, subject)
        if kind:
            same = [i.removeprefix(_WIKIDATA) for i in made.refs(subject, "skos:exactMatch") if i.startswith(_WIKIDATA)]
            rows.append((subject, kind, caption(made, subject, kind), made.label(subject) or None,
                         made.label(subject, "en") or None, BETWEEN.join(same) or None,
                         str(len(made.reports[subject])), str(len(made.refs(subject, "kg:evidence"))),
                         BETWEEN.join(made.texts(subject, "kg:confidence")) or None))
    return Table("nodes", _bare(columns), tuple(rows))


def _edges(made: Prepared) -> Table:
    """Each relation between two nodes, with both names and the words of the fact that tells it."""
    kinds = {s: kind for s in made.values if (kind := kind_of(made, s))}
    rows = []
    for subject, predicate, value in made.triples:
        if subject in kinds and isinstance(value, str) and value in kinds and predicate != TYPE:
            relation = predicate.rpartition("#")[2].rpartition("/")[2]
            rows.append((subject, relation, value, caption(made, subject, kinds[subject]),
                         caption(made, value, kinds[value]), " … ".join(made.words(subject)) or None))
    columns = ("source:ref", "relation", "target:ref", "source_caption", "target_caption", "words")
    return Table("edges", _bare(columns), tuple(rows))


def _names(made: Prepared) -> Table:
    rows = [(s, "label" if p == LABEL else "title" if p == _TITLE else "alias", o.lexical, o.lang)
            for s, p, o in made.triples if p in (LABEL, ALT, _TITLE) and isinstance(o, Literal)]
    return Table("names", _bare(("id:ref", "sort", "name", "language")), tuple(rows))


def _evidence(made: Prepared) -> Table:
    """Each span that a fact rests on, with its place in the report (code points, half-open) and its words."""
    return Table("evidence", _bare(("id:ref", "role", "report:ref", "begin:integer", "end:integer", "text")),
                 tuple(_spans(made)))


def _spans(made: Prepared) -> Iterator[tuple[str | None, ...]]:
    for subject in made.values:
        for role in _SPANS:
            for span in made.refs(subject, f"kg:{role}"):
                report = made.refs(span, "nif:referenceContext") or made.refs(span, "kg:inReport")
                place = [BETWEEN.join(made.texts(span, f"nif:{name}")) or None
                         for name in ("beginIndex", "endIndex", "anchorOf")]
                yield (subject, role, BETWEEN.join(report) or None, *place)


def _bare(names: tuple[str, ...]) -> tuple[Column, ...]:
    return tuple(Column(name, kind or "text") for name, _, kind in (text.partition(":") for text in names))


def terms_without_column(made: Prepared) -> set[str]:
    """Properties in the graph that no table shows; of a graph of ours there are none."""
    shown = {iris.expand(c.property) for _, columns in CLASSES.values() for c in columns if c.property}
    shown |= {TYPE, LABEL, ALT, _TITLE, *(iris.expand(f"kg:{role}") for role in _SPANS)}
    return {p for s, p, _ in made.triples if p not in shown and made.classes.get(s)} - {iris.expand("kg:inReport")}


__all__ = ["BETWEEN", "CLASSES", "TYPES", "Column", "Table", "caption", "class_tables", "kind_of", "short",
           "tables", "terms_without_column"]
