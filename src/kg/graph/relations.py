"""What figures of several reports say of one another, and when tenures were first and last attested.

Two figures are of one quantity if they count the same noun in the same unit (money in rial), in the same place, told by
the same institution or person, for the same period. Of such figures of different reports, each later one

* **corroborates** an earlier one of the same value, told by another outlet in other words,
* **repeats** an earlier one of the same value otherwise,
* **revises** an earlier one with another value, on a later day,
* **contradicts** one with another value on the same day, or one that somebody else gives,
* **fulfils** an earlier plan that its value reaches.

Nothing is said where a report gives several values for what looks like one quantity, or where a bound («بیش از») or
a rounding explains the difference. Each relation has its reason, in Persian and English, as kg:relationReason.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import NamedTuple

from kg import iris
from kg.graph.identity.names import squash
from kg.iris import expand
from kg.model import Literal, Term, Triple
from kg.text.normalize import fold

RELATIONS = ("corroborates", "repeats", "revises", "contradicts", "fulfils")
LOOK_BACK = 8
"""A figure is held against so many earlier ones of its quantity, which bounds the time of a popular one."""
ROUNDING = Decimal("0.02")
"""A round value may stand for another that is so much off, relatively, at most."""
PLANS = frozenset(("planned", "pledged", "earmarked"))
_TYPE = expand("rdf:type")
_DATE, _DECIMAL = expand("xsd:date"), expand("xsd:decimal")
_FIGURE, _STATEMENT, _TENURE, _REPORT = (iris.NS + c for c in ("Figure", "Statement", "Tenure", "Report"))
_HEADLINE = iris.code("attribution", "headline")
_CODE = len(iris.CODE)


class Telling(NamedTuple):
    """One figure as one report tells it. ``value`` is in rial for money; ``words`` is a digest of the sentence."""

    noun: str
    unit: str
    place: str
    actor: str
    period: str
    day: str
    report: str
    iri: str
    value: str
    bound: str
    modality: str
    outlet: str
    words: str


class Attested(NamedTuple):
    """A tenure as one report attests it."""

    iri: str
    report: str
    day: str


def tellings(triples: Iterable[Triple]) -> tuple[list[Telling], list[Attested]]:
    """The figures that can be related, and the tenures with a day, of one report's triples; both sorted."""
    about: dict[str, dict[str, list[Term]]] = defaultdict(lambda: defaultdict(list))
    kinds: dict[str, list[str]] = {name: [] for name in (_FIGURE, _STATEMENT, _TENURE, _REPORT)}
    for s, p, o in triples:
        if p == _TYPE:
            if o in kinds:
                kinds[str(o)].append(s)
        else:
            about[s][p].append(o)
    report = next(iter(kinds[_REPORT]), "")
    day, outlet = _one(about[report], "dcterms:issued"), _one(about[report], "kg:outletName") or _one(
        about[report], "kg:outlet")
    said = {str(f): s for s in kinds[_STATEMENT] if _one(about[s], "kg:attribution") != _HEADLINE
            for f in about[s][expand("kg:hasFigure")]}
    figures = [told for iri in kinds[_FIGURE] if iri in said for told in _telling(iri, said[iri], about, day, outlet,
                                                                                 report)]
    attested = [Attested(iri, report, on) for iri in kinds[_TENURE] if (on := _one(about[iri], "kg:attestedOn"))]
    return sorted(figures), sorted(attested)


def _telling(iri: str, statement: str, about: Mapping[str, dict[str, list[Term]]], day: str, outlet: str,
             report: str) -> Iterator[Telling]:
    values, speech = about[iri], about[statement]
    noun = squash(tuple(fold(_one(values, "kg:countsText")).split()))
    post = _one(speech, "kg:speakerPost")
    actor = _one(about[post], "org:postIn") if post in about else ""
    actor = actor or post or _one(speech, "kg:speaker")
    place = _one(values, "kg:place")
    rial = _one(values, "kg:valueInRial")
    unit = "rial" if rial else _one(values, "kg:unit")
    period = _one(values, "kg:period")
    if noun and day and (place or actor) and (period or _code(values, "kg:modality") in PLANS):
        words = hashlib.sha256(fold(_one(speech, "kg:quoteText")).encode()).hexdigest()[:12]
        yield Telling(noun, unit, place, actor, period, day, report, iri, rial or _one(values, "kg:value"),
                      _code(values, "kg:bound"), _code(values, "kg:modality"), fold(outlet), words)


def _one(values: Mapping[str, list[Term]], predicate: str) -> str:
    found = [o.lexical if isinstance(o, Literal) else o for o in values.get(expand(predicate), ())]
    return min(found, default="")


def _code(values: Mapping[str, list[Term]], predicate: str) -> str:
    return _one(values, predicate)[_CODE:].partition("-")[2]


# --- across reports


def relate(figures: Iterable[Telling], attested: Iterable[Attested], canonical: Mapping[str, str]) -> list[Triple]:
    """The relations of figures and the first and last days of tenures, sorted. ``canonical`` is a resolution's."""
    known = [f._replace(place=canonical.get(f.place, f.place), actor=canonical.get(f.actor, f.actor)) for f in figures]
    found: set[Triple] = set()
    for group in _groups(known, lambda f: (f.noun, f.unit, f.place, f.actor)):
        found.update(_within(group))
    for group in _groups([f for f in known if f.place and f.period and f.actor],
                         lambda f: (f.noun, f.unit, f.place, f.period)):
        found.update(_between(group))
    found.update(_careers(attested, canonical))
    return sorted(found, key=lambda t: (t[0], t[1], str(t[2])))


def _groups(figures: Iterable[Telling], key: object) -> Iterator[list[Telling]]:
    """Figures of one quantity in several reports, by day, without those of reports that give several values."""
    table: dict[tuple[str, ...], list[Telling]] = defaultdict(list)
    for figure in figures:
        table[key(figure)].append(figure)  # type: ignore[operator]
    for name in sorted(table):
        values: dict[tuple[str, ...], set[str]] = defaultdict(set)
        for f in table[name]:
            values[f.report, f.period, f.modality, f.actor].add(f.value)
        clear = [f for f in table[name] if len(values[f.report, f.period, f.modality, f.actor]) == 1]
        if len({f.report for f in clear}) > 1:
            yield sorted(clear, key=lambda f: (f.day, f.report, f.iri))


def _within(group: Sequence[Telling]) -> Iterator[Triple]:
    """Of one institution's figures for one quantity."""
    for number, later in enumerate(group):
        earlier = [f for f in reversed(group[max(0, number - LOOK_BACK):number]) if f.report != later.report]
        same = [f for f in earlier if f.modality == later.modality and f.period == later.period and later.period]
        equal = next((f for f in same if Decimal(f.value) == Decimal(later.value)), None)
        if equal:
            independent = equal.outlet != later.outlet and equal.outlet and later.outlet and equal.words != later.words
            yield from _stated(later, "corroborates" if independent else "repeats", equal)
        elif same and _differ(same[0], later):
            yield from _stated(later, "revises" if same[0].day < later.day else "contradicts", same[0])
        if later.modality == "actual":
            plan = next((f for f in earlier if f.modality in PLANS and f.day < later.day and f.period in (
                "", later.period) and Decimal(f.value) <= Decimal(later.value)), None)
            if plan:
                yield from _stated(later, "fulfils", plan)


def _between(group: Sequence[Telling]) -> Iterator[Triple]:
    """Of different institutions' figures for one quantity: those that cannot both be right."""
    for number, later in enumerate(group):
        for earlier in reversed(group[max(0, number - LOOK_BACK):number]):
            if earlier.actor != later.actor and earlier.report != later.report and (
                    earlier.modality == later.modality == "actual") and _differ(earlier, later):
                yield from _stated(later, "contradicts", earlier)
                break


def _differ(a: Telling, b: Telling) -> bool:
    """Whether two values cannot both be right: not where a bound allows both, or one is the other rounded."""
    left, right = Decimal(a.value), Decimal(b.value)
    if left == right or {a.bound, b.bound} & {"min", "max", "approx", "approximate", "less", "more"}:
        return False
    coarse, fine = sorted((left, right), key=lambda v: len(v.normalize().as_tuple().digits))
    if not coarse or len(coarse.normalize().as_tuple().digits) == len(fine.normalize().as_tuple().digits):
        return True
    step = Decimal(1).scaleb(int(coarse.normalize().as_tuple().exponent))
    return abs(fine - coarse) > min(step / 2, abs(fine) * ROUNDING)


_REASONS = {
    "corroborates": ("همان مقدار را رسانه‌ای دیگر با واژه‌هایی دیگر در {day} گفته است.",
                     "Another outlet gave the same value in other words on {day}."),
    "repeats": ("همان مقدار در {day} گفته شده است، بی آن‌که جدا بودن دو خبر روشن باشد.",
                "The same value was given on {day}; the two reports are not known to be independent."),
    "revises": ("همان گوینده در {day} برای همان بازه مقدار {value} را گفته بود.",
                "The same institution or person gave {value} for the same period on {day}."),
    "contradicts": ("برای همان چیز، همان جا و همان بازه در {day} مقدار {value} گفته شده است.",
                    "For the same thing, place and period {value} was given on {day}."),
    "fulfils": ("آنچه در {day} برنامه بود، {value}، به انجام رسیده است.",
                "What was planned on {day}, {value}, has been reached."),
}


def _stated(later: Telling, relation: str, earlier: Telling) -> Iterator[Triple]:
    where = earlier.iri.removeprefix(iris.ID)
    yield later.iri, expand(f"kg:{relation}"), earlier.iri
    for lang, text in zip(("fa", "en"), _REASONS[relation], strict=True):
        told = text.format(day=earlier.day, value=f"{Decimal(earlier.value):,f}")
        yield later.iri, expand("kg:relationReason"), Literal(f"{relation} {where}: {told}", None, lang)


def _careers(attested: Iterable[Attested], canonical: Mapping[str, str]) -> Iterator[Triple]:
    """First and last day of each tenure that several reports attest."""
    found: dict[str, tuple[set[str], set[str]]] = defaultdict(lambda: (set(), set()))
    for one in attested:
        reports, days = found[canonical.get(one.iri, one.iri)]
        reports.add(one.report)
        days.add(one.day)
    for iri, (reports, days) in found.items():
        if len(reports) > 1:
            yield iri, expand("kg:firstAttested"), Literal(min(days), _DATE)
            yield iri, expand("kg:lastAttested"), Literal(max(days), _DATE)
