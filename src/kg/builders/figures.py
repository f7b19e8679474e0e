"""Figures: every quantity with what it counts, whether it is done or planned, and for which period."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from kg import iris
from kg.builders import periods
from kg.builders.base import DECIMAL, LABEL, Context, confidence, literal, optional, provenance, types, verbatim
from kg.iris import expand
from kg.mentions.counted import COUNTED
from kg.mentions.grammar import MARK, NUMBER, WORD, phrases_of
from kg.mentions.modality import clause
from kg.mentions.reading import Reading
from kg.mentions.records import FigureMention
from kg.model import Evidence, Literal, Triple
from kg.text.calendar import TimeExpression
from kg.text.quantities import units

CLASSES = {
    "count": "kg:CountFigure",
    "money": "kg:MonetaryFigure",
    "ratio": "kg:RatioFigure",
    "measure": "kg:MeasureFigure",
}


@dataclass(frozen=True)
class FigureFact:
    """One quantity: exact decimal value, unit code, noun, bound, modality, period, and what it is a part of."""

    iri: str
    report: str
    kind: str
    value: Decimal
    text: str
    low: Decimal | None
    high: Decimal | None
    unit: str | None
    counts: str
    bound: str
    modality: str
    period: str | None
    place: str | None
    beneficiary: str
    part_of: str | None
    in_rial: Decimal | None
    token: int
    evidence: Evidence


def find(context: Context) -> list[FigureFact]:
    """One fact for each figure, in text order."""
    facts: list[FigureFact] = []
    for mention in context.understanding.reading.figures:
        facts.append(_fact(context, mention, facts))
    return facts


def iri_of(context: Context, mention: FigureMention) -> str:
    return iris.part(context.report, "figure", context.span(mention.first, mention.last).start)


def _fact(context: Context, mention: FigureMention, before: list[FigureFact]) -> FigureFact:
    quantity, reading = mention.quantity, context.understanding.reading
    span = context.span(mention.first, mention.last)
    whole = _whole(reading, mention, before) if mention.part else _total(reading, mention, before)
    period = _period(reading, mention) or (whole.period if whole else None)
    low, high = quantity.numeral.range or (None, None)
    if low is not None and quantity.low is not None and quantity.high is not None:
        low, high = quantity.low, quantity.high
    unit = quantity.unit if quantity.unit in COUNTED or quantity.kind != "count" else None
    unit = "person" if unit == "person-tan" else unit
    value = quantity.value if quantity.value is not None else Decimal(0)
    bound = "min" if _beyond(reading, mention) else quantity.numeral.bound
    if low is not None:
        bound = "min" if value == low else "max"
    rule = f"{mention.rule}-inferred-unit" if quantity.unit_inferred else mention.rule
    return FigureFact(
        iri_of(context, mention),
        context.report,
        quantity.kind,
        value,
        context.surface(mention.first, mention.last),
        low,
        high,
        unit,
        mention.noun_text,
        bound,
        mention.modality,
        period,
        _place(context, mention),
        context.surface(*mention.beneficiary) if mention.beneficiary else "",
        whole.iri if whole else None,
        quantity.value_in_rial,
        mention.first,
        Evidence(
            (span,),
            rule,
            "inference" if quantity.unit_inferred else "explicit",
            confidence(rule),
            (f"modality: {mention.modality_rule}",),
        ),
    )


def _beyond(reading: Reading, mention: FigureMention) -> bool:
    """«از ۶ هزار تن فراتر رفت»: more than that."""
    behind = mention.noun[1] if mention.noun and mention.noun[0] >= mention.quantity.last else mention.last
    limit = reading.sentence_end(mention.first)
    return (
        mention.first > 0
        and reading.words[mention.first - 1] == "از"
        and phrases_of("figure-words.yaml", "beyond").longest(reading.words, behind, limit) is not None
    )


def _whole(reading: Reading, mention: FigureMention, before: list[FigureFact]) -> FigureFact | None:
    """The figure that «از این افراد» points at: the nearest before it in its paragraph that it can be a part of."""
    paragraph = reading.paragraph(mention.first)
    for fact in reversed(before):
        if reading.paragraph(fact.token) != paragraph:
            return None
        if _holds(reading, fact, mention):
            return fact
    return None


def _total(reading: Reading, mention: FigureMention, before: list[FigureFact]) -> FigureFact | None:
    """«از ۳۱۲ طرح مصوب، … ۱۸۸ طرح»: the total that the sentence opens with, of the same things."""
    if not before or mention.quantity.kind != "count" or not mention.noun_text:
        return None
    fact = before[-1]
    opens = fact.token > 0 and reading.words[fact.token - 1] == "از"
    if not opens or reading.doc.sentence_at(fact.token) != reading.doc.sentence_at(mention.first):
        return None
    head = fact.token - 1
    clause_head = head == reading.sentence_start(head) or reading.kinds[head - 1] == MARK
    same = fact.counts.split()[:1] == mention.noun_text.split()[:1] and fact.kind == "count"
    comma = "،" in reading.words[fact.token : mention.first]
    return fact if clause_head and same and comma and fact.value > mention.quantity.value else None


def _holds(reading: Reading, fact: FigureFact, mention: FigureMention) -> bool:
    """Whether a figure may be the whole of another: of the same unit and not smaller, or anything that a ratio is of;
    «آنان» are counted things."""
    many = phrases_of("figure-words.yaml", "pointed-many").longest(reading.words, mention.last)
    if many and fact.kind != "count":
        return False
    if mention.quantity.kind == "ratio":
        return fact.kind != "ratio"
    alike = fact.kind == mention.quantity.kind and (fact.kind == "count" or fact.unit == mention.quantity.unit)
    return alike and fact.value >= mention.quantity.value


def _period(reading: Reading, mention: FigureMention) -> str | None:
    """The resolved time of the figure's clause, else the last one before it in its sentence."""
    first, last = clause(reading, mention.first)
    near = reading.index(reading.times).between(reading.sentence_start(mention.first), last)
    times = [t for t in near if t.first_day and t.kind != "clock" and not _compared(reading, t)]
    inside = [t for t in times if first <= t.first < last]
    before = [t for t in inside if t.last <= mention.first]
    after = [t for t in inside if t.first >= mention.last]
    earlier = [t for t in times if reading.sentence_start(mention.first) <= t.first < first and t.precision != "day"]
    for group, pick in ((before, -1), (after, 0), (earlier, -1)):
        if group:
            return periods.of_time(_first_of_list(reading, group, group[pick]))
    return None


def _compared(reading: Reading, time: TimeExpression) -> bool:
    """«نسبت به سال گذشته», «در مقایسه با مدت مشابه سال قبل»: a time that a figure is only compared with."""
    compared = phrases_of("figure-words.yaml", "compared")
    for j in range(max(0, time.first - 5), time.first):
        found = compared.longest(reading.words, j, time.first)
        if found and all(reading.kinds[k] in (WORD, NUMBER) for k in range(found[0], time.first)):
            return True
    return False


def _first_of_list(reading: Reading, times: list[TimeExpression], time: TimeExpression) -> TimeExpression:
    """«امسال و سال آینده»: the first of coordinated times."""
    at = times.index(time)
    while at > 0 and times[at - 1].last == times[at].first - 1 and reading.words[times[at - 1].last] == "و":
        at -= 1
    return times[at]


def _place(context: Context, mention: FigureMention) -> str | None:
    """A place with «در» in the figure's clause."""
    reading, clusters = context.understanding.reading, context.understanding.clusters
    first, last = clause(reading, mention.first)
    for place in reading.index(reading.places).between(first + 1, last):
        if reading.words[place.first - 1] == "در" and place in clusters.of_place:
            return context.place(clusters.of_place[place])
    return None


def decimal_text(value: Decimal) -> str:
    """The canonical lexical form of a decimal: no exponent, no needless zeros (XML Schema 1.1, 3.3.3)."""
    text = format(value, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def triples(fact: FigureFact) -> list[Triple]:
    iri = fact.iri
    out = types(iri, "kg:Figure", "schema:QuantitativeValue", CLASSES[fact.kind])
    out.append((iri, expand("kg:value"), Literal(decimal_text(fact.value), DECIMAL)))
    out.append((iri, expand("kg:valueText"), verbatim(fact.text)))
    for predicate, number in (("kg:minValue", fact.low), ("kg:maxValue", fact.high), ("kg:valueInRial", fact.in_rial)):
        if number is not None:
            out.append((iri, expand(predicate), Literal(decimal_text(number), DECIMAL)))
    if fact.unit:
        unit = iris.code("unit", fact.unit)
        out.append((iri, expand("kg:unit"), unit))
        out += types(unit, "skos:Concept")
        out.append((unit, LABEL, literal(units()[fact.unit].label)))
        out.append((unit, expand("skos:inScheme"), f"{iris.CODE}scheme-unit"))
    if fact.counts:
        out.append((iri, expand("kg:countsText"), literal(fact.counts)))
    out.append((iri, expand("kg:bound"), iris.code("bound", fact.bound)))
    out.append((iri, expand("kg:modality"), iris.code("modality", fact.modality)))
    out += optional(iri, "kg:period", fact.period) + optional(iri, "kg:place", fact.place)
    if fact.beneficiary:
        out.append((iri, expand("kg:beneficiary"), literal(fact.beneficiary)))
    out += optional(iri, "kg:partOfFigure", fact.part_of)
    return out + provenance(iri, fact.report, fact.evidence)
